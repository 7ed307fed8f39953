/* SPDX-License-Identifier: 0BSD
 *
 * early_code.c - what a kernel's own code may do with bootmem before it is retired: anything, in
 * any order, and map, ledger and bootmem still agree.
 *
 * Each try is a boot on the node of tests/mm/boot_node.h: setup_bootmem(), the early code, and
 * retire_bootmem(), which panics if the sums differ. What comes out is compared page by page.
 */
#include <asm/firmware/bootmem_fill.h>
#include <asm/setup.h>
#include <lib/align.h>
#include <lib/errno.h>
#include <mm/bootmem.h>
#include <mm/mm_init.h>

#include "../mm/boot_node.h"
#include "boot_scratch.h"

#define PG(n) ((phys_addr_t)(n) << 12)

/* Pages of the node: what the ledger has, the rest of it free, but for the bitmap. */
#define MODULE_START 40UL
#define MODULE_END   44UL

static phys_addr_t __init page(unsigned long nr)
{
	return PG(boot_node.base + nr);
}

/* Where the next node's memory begins, 0 ends: nodes 0 and 1 take turns. */
static const u8 one_node[] = { 0 }, two_halves[] = { 32, 0 }, three_parts[] = { 21, 45, 0 },
		one_low_node[] = { 64, 0 };
static const u8 *const layouts[] = { one_node, two_halves, three_parts, one_low_node };

/* A build for one node has the first of them. */
#define NR_LAYOUTS (MAX_NUMNODES == 1 ? 1 : ARRAY_SIZE(layouts))

static void __init boot_to_early_code(const u8 *border)
{
	unsigned int nr = 0;

	scratch_keep_limits();
	scratch_begin();
	max_low_pfn = max_pfn = boot_node.base + BOOT_NODE_PAGES;
	scratch_add_ram(boot_node.base, boot_node.base + BOOT_NODE_PAGES);
	ledger_add(&scratch_ledger, "module", page(MODULE_START), PG(MODULE_END - MODULE_START));
	ledger_add(&scratch_ledger, "high memory", PG(max_low_pfn),
		   PG(MAX_PFN_LIMIT - max_low_pfn));
	boot_node_forget();
	for (; *border; border++)
		scratch_next_node((int)(++nr % 2), boot_node.base + *border);
	setup_bootmem(&scratch.map, &scratch_layout, &scratch_ledger, boot_node.base);
	boot_node_make_reserved();
}

/* Retire bootmem. @used: a byte for each page of the node, as the early code thinks. */
static void __init retire_and_compare(const u8 used[BOOT_NODE_PAGES])
{
	unsigned long i;

	retire_bootmem(&scratch.map, &scratch_ledger);
	for (i = 0; i < BOOT_NODE_PAGES; i++)
		if (!kt_eq(PageReserved(pfn_to_page(boot_node.base + i)), used[i])) {
			kt_note("page %lu of the node", i);
			break;
		}
	scratch_give_limits_back();
	boot_node_close_retired();
}

/* --- one thing each -------------------------------------------------------------------------- */

static u8 used[BOOT_NODE_PAGES] __initdata;

static void __init set(unsigned long start, unsigned long end, u8 value)
{
	for (; start < end; start++)
		used[start] = value;
}

static void __init nothing(void)
{
}

static void __init reserve(void)
{
	reserve_bootmem(page(50), PG(3));
	reserve_bootmem(page(51) + 5, PG(3)); /* again, and a bit more */
	set(50, 55, 1);
}

static void __init reserve_and_free(void)
{
	reserve_bootmem(page(50), PG(10));
	free_bootmem(page(52), PG(3));
	reserve_bootmem(page(53), 1);
	set(50, 60, 1);
	set(52, 55, 0);
	set(53, 54, 1);
}

static void __init reserve_what_is_reserved(void)
{
	reserve_bootmem(page(0), PG(1)); /* the bitmap */
	reserve_bootmem(page(MODULE_START + 1), PG(1));
}

static void __init allocate(void)
{
	unsigned long first = (unsigned long)boot_node_offset(alloc_bootmem_pages(3 * PAGE_SIZE));

	set(first / PAGE_SIZE, first / PAGE_SIZE + 3, 1);
	kt_eq(boot_node_offset(alloc_bootmem_low(16)), (long long)first + 3 * 4096);
	kt_eq(boot_node_offset(alloc_bootmem(16)), (long long)first + 3 * 4096 + SMP_CACHE_BYTES);
	set(first / PAGE_SIZE + 3, first / PAGE_SIZE + 4, 1);
}

static void __init allocate_and_free(void)
{
	free_bootmem(virt_to_phys(alloc_bootmem_pages(3 * PAGE_SIZE)), 3 * PAGE_SIZE);
	free_bootmem(virt_to_phys(alloc_bootmem_low_pages(1)), PAGE_SIZE);
	free_bootmem(virt_to_phys(alloc_bootmem(PAGE_SIZE)), PAGE_SIZE);
}

/* A part of a page cannot be freed. */
static void __init allocate_and_free_too_little(void)
{
	unsigned long first = (unsigned long)boot_node_offset(alloc_bootmem(100)) / PAGE_SIZE;

	free_bootmem(page(first), 100);
	set(first, first + 1, 1);
}

static void __init free_module(void)
{
	free_bootmem(page(MODULE_START), PG(MODULE_END - MODULE_START));
	set(MODULE_START, MODULE_END, 0);
}

static void __init free_half_a_module_and_use_it(void)
{
	free_bootmem(page(MODULE_START + 2), PG(2));
	reserve_bootmem(page(MODULE_START + 2), PG(1));
	set(MODULE_START + 3, MODULE_START + 4, 0);
}

/* An entry for the ledger that comes late is reserved all the same. */
static void __init enter_into_the_ledger(void)
{
	ledger_add(&scratch_ledger, "late", page(55), PG(2));
	set(55, 57, 1);
}

static void __init enter_into_the_ledger_and_reserve(void)
{
	reserve_bootmem(page(56), PG(2));
	ledger_add(&scratch_ledger, "late", page(55), PG(2));
	set(55, 58, 1);
}

/* What the first start left free is free no more, unless it is freed again; the first bitmap stays
 * where it was, and the second one is given back. */
static void __init start_anew(void)
{
	const bootmem_data_t *piece = boot_node_piece(boot_node.base + 60);
	unsigned long min_pfn = piece->node_min_pfn, low_pfn = piece->node_low_pfn;
	unsigned long map = PFN_DOWN(virt_to_phys(piece->node_bootmem_map)) - boot_node.base;

	set(map, map + piece->map_pages, 1);
	init_bootmem_node(piece->pgdat, boot_node.base + 48, min_pfn, low_pfn);
	free_bootmem(page(60), PG(4));
	set(max(min_pfn, boot_node.base) - boot_node.base, 60, 1);
	set(48, 48 + bootmem_bootmap_pages(low_pfn - min_pfn), 0);
}

/* The bitmaps' own pages stay used as long as there are bitmaps. */
static void __init free_the_bitmaps(void)
{
	const bootmem_data_t *piece;

	for_each_bootmem (piece)
		free_bootmem(virt_to_phys(piece->node_bootmem_map), PG(piece->map_pages));
	for_each_bootmem (piece)
		kt_false(boot_node_is_free(PFN_DOWN(virt_to_phys(piece->node_bootmem_map))));
}

/* Over whatever border there is. */
static void __init reserve_exclusively(void)
{
	kt_eq(reserve_bootmem(page(MODULE_END), PG(8), BOOTMEM_EXCLUSIVE), 0);
	kt_eq(reserve_bootmem(page(10), PG(MODULE_END - 9), BOOTMEM_EXCLUSIVE), -EBUSY);
	kt_eq(reserve_bootmem(page(MODULE_END + 7), PG(8), BOOTMEM_EXCLUSIVE), -EBUSY);
	set(MODULE_END, MODULE_END + 8, 1);
}

static void __init free_over_borders(void)
{
	reserve_bootmem(page(10), PG(50));
	free_bootmem(page(15), PG(20));
	free_bootmem(page(44), PG(5));
	set(10, 60, 1);
	set(15, 35, 0);
	set(44, 49, 0);
}

/* From the last node that has pages of ours: at its end, so that one node or two do not matter. */
static void __init allocate_of_nodes(void)
{
	const bootmem_data_t *piece;

	for_each_bootmem (piece) {
		void *p = __alloc_bootmem_low_node(piece->pgdat, PAGE_SIZE, PAGE_SIZE, 0);
		unsigned long first = (unsigned long)boot_node_offset(p) / PAGE_SIZE;

		set(first, first + 1, 1);
	}
}

/* The other nodes, and what enters the ledger late, follow with retire_bootmem(); for what is the
 * buddy allocator's it comes too late. */
static void __init retire_a_node_early(void)
{
	struct pglist_data *pgdat = boot_node_piece(boot_node.base)->pgdat;
	unsigned long nr;

	kt_true(free_all_bootmem_node(pgdat) > 0);
	ledger_add(&scratch_ledger, "late", page(34), PG(13));
	for (nr = 34; nr < 47; nr++)
		if (boot_node_has_piece(boot_node.base + nr))
			set(nr, nr + 1, 1);
}

static void __init retire_early(void)
{
	reserve_bootmem(page(50), PG(1));
	set(50, 51, 1);
	free_all_bootmem();
}

static const struct early_case {
	const char *name;
	void (*run)(void);
} early_cases[] __initconst = {
	{ "nothing", nothing },
	{ "reserve", reserve },
	{ "reserve and free", reserve_and_free },
	{ "reserve what is reserved", reserve_what_is_reserved },
	{ "allocate", allocate },
	{ "allocate and free", allocate_and_free },
	{ "allocate and free too little", allocate_and_free_too_little },
	{ "free a module", free_module },
	{ "free half a module and use it", free_half_a_module_and_use_it },
	{ "enter into the ledger", enter_into_the_ledger },
	{ "enter into the ledger and reserve", enter_into_the_ledger_and_reserve },
	{ "start anew", start_anew },
	{ "free the bitmaps", free_the_bitmaps },
	{ "reserve exclusively", reserve_exclusively },
	{ "free over borders", free_over_borders },
	{ "allocate of nodes", allocate_of_nodes },
	{ "retire a node early", retire_a_node_early },
	{ "retire early", retire_early },
};

KTEST_BOOT(early_code, each_call_agrees_with_retirement)
{
	const struct early_case *c;
	unsigned int i;

	for_each_case (c, early_cases) {
		for (i = 0; i < NR_LAYOUTS; i++) {
			open_node();
			kt_case(c->name);
			boot_to_early_code(layouts[i]);
			set(0, BOOT_NODE_PAGES, 0);
			set(MODULE_START, MODULE_END, 1);
			c->run();
			retire_and_compare(used);
		}
	}
}

/* --- all of it, mixed ------------------------------------------------------------------------ */

#define ROUNDS	   4
#define OPERATIONS 200

/* What lies where is the business of the model of bootmem: here its bitmaps are believed. */
static bool __init all_used(unsigned long start, unsigned long end)
{
	for (; start < end; start++)
		if (boot_node_is_free(boot_node.base + start))
			return false;
	return true;
}

static bool __init in_a_bitmap(unsigned long pfn)
{
	const bootmem_data_t *piece;

	for_each_bootmem (piece) {
		unsigned long first = PFN_DOWN(virt_to_phys(piece->node_bootmem_map));

		if (pfn >= first && pfn < first + piece->map_pages)
			return true;
	}
	return false;
}

static void __init do_something(void)
{
	unsigned long start = kt_random_below(BOOT_NODE_PAGES);
	unsigned long end = min(start + 1 + kt_random_below(6), BOOT_NODE_PAGES);
	unsigned long size = 1 + kt_random_below(9000);

	switch (kt_random_below(6)) {
	case 0:
		reserve_bootmem(page(start) + kt_random_below(PAGE_SIZE), 1);
		break;
	case 1:
		reserve_bootmem(page(start), PG(end - start));
		break;
	case 2:
		if (!alloc_bootmem_nopanic(size))
			kt_true(bootmem_free_pages() < BOOT_NODE_PAGES);
		break;
	case 3:
		if (!alloc_bootmem_low_pages_nopanic(size))
			kt_true(bootmem_free_pages() < BOOT_NODE_PAGES);
		break;
	default:
		if (all_used(start, end))
			free_bootmem(page(start), PG(end - start));
	}
}

KTEST_BOOT(early_code, mixed_calls_agree_with_retirement)
{
	unsigned int round, i;

	for (round = 0; round < ROUNDS; round++) {
		unsigned long nr;

		open_node();
		boot_to_early_code(layouts[round % NR_LAYOUTS]);
		for (i = 0; i < OPERATIONS; i++)
			do_something();
		for (nr = 0; nr < BOOT_NODE_PAGES; nr++)
			used[nr] = all_used(nr, nr + 1) && !in_a_bitmap(boot_node.base + nr);
		retire_and_compare(used);
	}
}

/* --- what the sums do not forgive ------------------------------------------------------------ */

/* A page that changes behind the calls' back. */
KTEST_STOP_BOOT(early_code, stop_buddy_and_calls_differ)
{
	bootmem_data_t *piece;

	kt_expect_stop("the buddy allocator got");
	if (!boot_node_open())
		return;
	boot_to_early_code(one_node);
	piece = boot_node_piece(boot_node.base + 50);
	__set_bit(boot_node.base + 50 - piece->node_min_pfn, piece->node_bootmem_map);
	retire_bootmem(&scratch.map, &scratch_ledger);
}

/* Free, and no RAM: nobody may get it. */
KTEST_STOP_BOOT(early_code, stop_a_hole_is_freed)
{
	kt_expect_stop("free, but not all of it is RAM (free_bootmem() of a hole");
	if (!boot_node_open())
		return;
	boot_to_early_code(one_node);
	free_bootmem(0xA0000, 0x10000);
	retire_bootmem(&scratch.map, &scratch_ledger);
}

KTEST_STOP_BOOT(early_code, stop_retired_twice)
{
	kt_expect_stop("free_all_bootmem() called before init_bootmem() or after");
	if (!boot_node_open())
		return;
	boot_to_early_code(one_node);
	free_all_bootmem();
	free_all_bootmem();
}
