/* SPDX-License-Identifier: 0BSD
 *
 * bootmem_fill.c - bootmem begun from made-up maps and ledgers, on the node of
 * tests/mm/boot_node.h. What the boot itself left behind is looked at in boot_memory.c, too.
 */
#include <asm/firmware/bootmem_fill.h>
#include <asm/setup.h>
#include <lib/string.h>
#include <mm/bootmem.h>
#include <mm/mm_init.h>

#include "../mm/boot_node.h"
#include "../mm/check_line.h"
#include "boot_scratch.h"

#define PG(n) ((phys_addr_t)(n) << 12)

#define HIGH_PAGES 16UL /* RAM behind lowmem, which is the boot node's block */

/* RAM and limits for setup_bootmem(). Return: pages of the bitmap. */
static unsigned long __init begin_bootmem(void)
{
	scratch_begin();
	scratch_keep_limits();
	boot_node_forget();
	max_low_pfn = boot_node.base + BOOT_NODE_PAGES;
	max_pfn = max_low_pfn + HIGH_PAGES;
	scratch_add_ram(boot_node.base, max_pfn);
	return (max_low_pfn + 32767) / 32768;
}

static void __init reserve_in_node(unsigned long start, unsigned long end)
{
	scratch_reserve(boot_node.base + start, boot_node.base + end);
}

/* The pages of the node that bootmem has for free are all but the scratch ledger's; the others of
 * lowmem are taken. */
static void __init expect_ledger_in_bitmap(void)
{
	unsigned long pfn;

	for (pfn = 0; pfn < max_low_pfn; pfn++) {
		bool used = pfn < boot_node.base;
		unsigned int i;

		for (i = 0; i < scratch_ledger.nr; i++)
			used |= pfn >= PFN_DOWN(scratch_ledger.range[i].start) &&
				pfn <= PFN_DOWN(scratch_ledger.range[i].last);
		if (!kt_eq(!boot_node_is_free(pfn), used)) {
			kt_note("page %ld of the node", (long)(pfn - boot_node.base));
			break;
		}
	}
}

static void __init expect_bitmap_at(unsigned long page, unsigned long pages)
{
	unsigned int i = scratch_ledger.nr - 1;
	phys_addr_t bytes = (max_low_pfn + BITS_PER_LONG - 1) / BITS_PER_LONG * sizeof(long);

	kt_str_eq(scratch_ledger.name[i], "bootmem bitmap");
	kt_eq(scratch_ledger.range[i].start, PG(boot_node.base + page));
	kt_eq(scratch_ledger.range[i].last, PG(boot_node.base + page) + bytes - 1);
	kt_eq(min_low_pfn, boot_node.base + page);
	kt_eq(NODE_DATA(0)->bdata->map_pages, pages);
	kt_ptr_eq(NODE_DATA(0)->bdata->node_bootmem_map, phys_to_virt(PG(boot_node.base + page)));
}

KTEST_BOOT(memory_setup, the_bitmap_lies_behind_the_image)
{
	unsigned long pages;

	open_node();
	pages = begin_bootmem();
	reserve_in_node(3, 5);
	reserve_in_node(10, 12);
	setup_bootmem(&scratch.map, &scratch_layout, &scratch_ledger, boot_node.base + 12);
	expect_bitmap_at(12, pages);
	expect_ledger_in_bitmap();
	scratch_give_limits_back();
	boot_node_close();
}

KTEST_BOOT(memory_setup, the_bitmap_lies_below_the_image_if_there_is_no_room_behind)
{
	unsigned long pages;

	open_node();
	pages = begin_bootmem();
	reserve_in_node(0, 2);
	reserve_in_node(BOOT_NODE_PAGES - 4, BOOT_NODE_PAGES);
	setup_bootmem(&scratch.map, &scratch_layout, &scratch_ledger,
		      boot_node.base + BOOT_NODE_PAGES - 4);
	expect_bitmap_at(2, pages);
	expect_ledger_in_bitmap();
	scratch_give_limits_back();
	boot_node_close();
}

/* No two free pages of lowmem in a row, or none at all: the RAM behind lowmem does not count. */
KTEST_BOOT(memory_setup, the_bitmap_stays_in_init_without_room)
{
	open_node();
	begin_bootmem();
	reserve_in_node(0, BOOT_NODE_PAGES);
	setup_bootmem(&scratch.map, &scratch_layout, &scratch_ledger, boot_node.base);
	kt_eq(scratch_ledger.nr, 1);
	kt_eq(NODE_DATA(0)->bdata->map_pages, 0);
	kt_eq(bootmem_free_pages(), 0);
	expect_ledger_in_bitmap();
	scratch_give_limits_back();
	boot_node_close();
}

/* Of an entry that begins in lowmem or lies behind it, bootmem hears the low part. */
KTEST_BOOT(memory_setup, bootmem_knows_the_low_part_of_the_ledger)
{
	unsigned long pages;

	open_node();
	pages = begin_bootmem();
	reserve_in_node(BOOT_NODE_PAGES, BOOT_NODE_PAGES + 2);
	reserve_in_node(BOOT_NODE_PAGES + 4, BOOT_NODE_PAGES + 5);
	reserve_in_node(BOOT_NODE_PAGES - 1, BOOT_NODE_PAGES + 1);
	ledger_add(&scratch_ledger, "last byte", PG(boot_node.base + 20) - 1, 1);
	ledger_add(&scratch_ledger, "first byte", PG(boot_node.base + 21), 1);
	ledger_add(&scratch_ledger, "two bytes", PG(boot_node.base + 24) - 1, 2);
	setup_bootmem(&scratch.map, &scratch_layout, &scratch_ledger, boot_node.base);
	expect_bitmap_at(0, pages);
	expect_ledger_in_bitmap();
	kt_eq(bootmem_free_pages(), BOOT_NODE_PAGES - 5 - pages);
	scratch_give_limits_back();
	boot_node_close();
}

/* --- several nodes --------------------------------------------------------------------------- */

#define open_nodes()                                     \
	do {                                             \
		if (MAX_NUMNODES == 1)                   \
			kt_skip("a build for one node"); \
		open_node();                             \
	} while (0)

/* The bitmap number @nr that was entered: where it lies, as a page of the node; -1: nowhere. */
static long __init bitmap_page(unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < scratch_ledger.nr; i++)
		if (!strcmp(scratch_ledger.name[i], "bootmem bitmap") && !nr--)
			return (long)(PFN_DOWN(scratch_ledger.range[i].start) - boot_node.base);
	return -1;
}

static void __init set_up(unsigned long image_end)
{
	setup_bootmem(&scratch.map, &scratch_layout, &scratch_ledger, boot_node.base + image_end);
	expect_ledger_in_bitmap();
}

static void __init close_scratch(void)
{
	scratch_give_limits_back();
	boot_node_close();
}

/* A node's: those of node 0's pieces lie behind the image, node 1's in its own memory. */
KTEST_BOOT(memory_setup, each_bitmap_lies_in_its_own_node)
{
	long pages;

	open_nodes();
	pages = (long)begin_bootmem(); /* of a bitmap from pfn 0 on */
	scratch_next_node(1, boot_node.base + 20);
	scratch_next_node(0, boot_node.base + 40);
	set_up(8);
	kt_eq(bitmap_page(0), 8);
	kt_eq(bitmap_page(1), 20);
	kt_eq(bitmap_page(2), 8 + pages);
	kt_eq(bitmap_page(3), -1);
	kt_eq(min_low_pfn, boot_node.base + 8);
	kt_eq(bootmem_free_pages(), BOOT_NODE_PAGES - 2 - (unsigned long)pages);
	close_scratch();
}

/* Below the image, rather than in another node. */
KTEST_BOOT(memory_setup, a_bitmap_lies_in_its_own_node_below_the_image)
{
	open_nodes();
	begin_bootmem();
	scratch_next_node(1, boot_node.base + 20);
	set_up(30);
	kt_eq(bitmap_page(0), 0);
	kt_eq(bitmap_page(1), 30);
	close_scratch();
}

/* Before another node's. */
KTEST_BOOT(memory_setup, a_bitmap_lies_in_another_piece_of_its_node)
{
	open_nodes();
	begin_bootmem();
	scratch_next_node(1, boot_node.base + 20);
	scratch_next_node(0, boot_node.base + 40);
	scratch_next_node(1, boot_node.base + 60);
	reserve_in_node(20, 40);
	set_up(8);
	kt_eq(bitmap_page(0), 8);
	kt_eq(bitmap_page(1), 60);
	close_scratch();
}

KTEST_BOOT(memory_setup, a_bitmap_without_room_lies_in_another_node)
{
	long pages;

	open_nodes();
	pages = (long)begin_bootmem();
	scratch_next_node(1, boot_node.base + 20);
	reserve_in_node(20, BOOT_NODE_PAGES);
	set_up(8);
	kt_eq(bitmap_page(0), 8);
	kt_eq(bitmap_page(1), 8 + pages);
	close_scratch();
}

/* Words of their own, though no border is a multiple of a word. The invariants are looked at with
 * the machine's own limits: slab pages may lie above the made-up ones. */
KTEST_BOOT(memory_setup, all_bitmaps_stay_in_init_without_room)
{
	open_nodes();
	begin_bootmem();
	scratch_next_node(1, boot_node.base + 7);
	scratch_next_node(0, boot_node.base + 9);
	scratch_next_node(1, boot_node.base + 50);
	reserve_in_node(0, BOOT_NODE_PAGES);
	set_up(0);
	kt_eq(bitmap_page(0), -1);
	kt_eq(min_low_pfn, 0);
	kt_eq(bootmem_free_pages(), 0);
	free_bootmem(PFN_PHYS(boot_node.base + 6), 4 * PAGE_SIZE);
	kt_eq(bootmem_free_pages(), 4);
	scratch_give_limits_back();
	expect_first("");
	boot_node_close();
}

/* Bootmem never hears of a node whose memory is all high, but for the piece of it that is low. */
KTEST_BOOT(memory_setup, a_node_above_lowmem_has_no_bitmap)
{
	open_nodes();
	begin_bootmem();
	scratch_next_node(1, boot_node.base + BOOT_NODE_PAGES);
	set_up(0);
	kt_ptr_eq(bdata_list->next, NULL);
	kt_eq(bdata_list->node_low_pfn, max_low_pfn);
	close_scratch();
}

/* --- this machine ---------------------------------------------------------------------------- */

static bool in_ledger(unsigned long pfn)
{
	unsigned int i;

	for (i = 0; i < ledger.nr; i++)
		if (pfn >= PFN_DOWN(ledger.range[i].start) && pfn <= PFN_DOWN(ledger.range[i].last))
			return true;
	return false;
}

/* Nothing of high memory is kept back but what the ledger names. */
KTEST(memory_setup, highmem_is_reserved_where_the_ledger_says, SHORT)
{
	unsigned long pfn, end = min(max_pfn, mem_map_end_pfn);

	for (pfn = max_low_pfn; pfn < end; pfn++) {
		if (!e820_all_ram(&e820_map, PFN_PHYS(pfn), PFN_PHYS(pfn + 1) - 1))
			continue;
		if (!kt_eq(PageReserved(pfn_to_page(pfn)), in_ledger(pfn))) {
			kt_note("pfn %lu", pfn);
			break;
		}
	}
}
