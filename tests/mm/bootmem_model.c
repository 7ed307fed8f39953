/* SPDX-License-Identifier: 0BSD
 *
 * bootmem_model.c - bootmem against a model that is too simple to be wrong: one byte a page, every
 * search from its beginning; then the checker of its invariants, each broken once.
 */
#include <lib/align.h>

#include "boot_node.h"

/* The node reaches over its memory on both sides, so that no border is a multiple of anything. */
#define BEFORE 13
#define AFTER  6
#define PAGES  (BEFORE + BOOT_NODE_PAGES + AFTER)

static struct {
	bool used[PAGES];
	unsigned long last_pos, last_offset;
} model __initdata;

static void __init model_mark(unsigned long start, unsigned long end, bool used)
{
	if (!used && model.last_pos >= start && model.last_pos < end)
		model.last_offset = 0;
	for (; start < end; start++)
		model.used[start] = used;
}

static bool __init model_range_is(unsigned long start, unsigned long end, bool used)
{
	for (; start < end; start++)
		if (start >= PAGES || model.used[start] != used)
			return false;
	return true;
}

/* Byte in the node at which the next allocation must begin if it goes on in the last page; -1 if
 * it cannot. */
static long __init model_merged(unsigned long size, unsigned long align, unsigned long goal)
{
	unsigned long start = model.last_pos * PAGE_SIZE + ALIGN_UP(model.last_offset, align);

	if (!model.last_offset || align >= PAGE_SIZE || model.last_pos < goal)
		return -1;
	if (!model_range_is(model.last_pos + 1, DIV_ROUND_UP(start + size, PAGE_SIZE), false))
		return -1;
	return (long)start;
}

static long __init model_first_fit(unsigned long size, unsigned long align, unsigned long goal)
{
	unsigned long page, first_pfn = boot_node.base - BEFORE;

	for (page = goal; page < PAGES; page++)
		if (IS_ALIGNED(PFN_PHYS(first_pfn + page), align) &&
		    model_range_is(page, page + DIV_ROUND_UP(size, PAGE_SIZE), false))
			return (long)(page * PAGE_SIZE);
	return -1;
}

static long __init model_place(unsigned long size, unsigned long align, unsigned long goal)
{
	long start = model_merged(size, align, goal);

	if (start < 0)
		start = model_first_fit(size, align, goal);
	return start < 0 && goal ? model_place(size, align, 0) : start;
}

static long __init model_alloc(unsigned long size, unsigned long align, unsigned long goal)
{
	long start = model_place(size, align, goal);
	unsigned long end = (unsigned long)start + size;

	if (start < 0)
		return -1;
	model_mark((unsigned long)start / PAGE_SIZE, DIV_ROUND_UP(end, PAGE_SIZE), true);
	model.last_pos = (end - 1) / PAGE_SIZE;
	model.last_offset = end % PAGE_SIZE;
	return start;
}

static long __init node_byte(long long offset)
{
	return (long)(offset + BEFORE * (long)PAGE_SIZE);
}

static void __init random_alloc(void)
{
	unsigned long size = 1 + kt_random_below(kt_random_below(4) ? 3000 : 30000);
	unsigned long align = 1UL << kt_random_below(16);
	unsigned long goal = kt_random_below(2) ? kt_random_below(PAGES) : 0;
	phys_addr_t goal_phys = PFN_PHYS(boot_node.base - BEFORE + goal);
	void *p = bootmem_alloc_nopanic("model", size, align, goal_phys);
	long want = model_alloc(size, align, goal);

	kt_eq(p ? node_byte(boot_node_offset(p)) : -1, want);
}

/* Free or reserve pages of the node's memory, as far as the contract allows. */
static void __init random_mark(void)
{
	unsigned long start = BEFORE + kt_random_below(BOOT_NODE_PAGES);
	unsigned long end = min(start + 1 + kt_random_below(12), BEFORE + BOOT_NODE_PAGES);
	phys_addr_t phys = PFN_PHYS(boot_node.base - BEFORE + start);

	if (model_range_is(start, end, true)) {
		free_bootmem(phys, PFN_PHYS(end - start));
		model_mark(start, end, false);
	} else if (!kt_random_below(4)) {
		reserve_bootmem(phys, PFN_PHYS(end - start));
		model_mark(start, end, true);
	}
}

static bool __init bits_agree(void)
{
	unsigned long page;

	for (page = 0; page < PAGES; page++)
		if (test_bit(page, boot_node.bdata.node_bootmem_map) != model.used[page])
			return false;
	return true;
}

KTEST_BOOT(bootmem, random_operations_follow_the_model)
{
	unsigned int i;

	open_node();
	boot_node_restart(BEFORE, AFTER);
	model.last_offset = 0;
	model_mark(0, PAGES, true);
	for (i = 0; i < 6000; i++) {
		struct mm_check check = { 0 };

		if (kt_random_below(3))
			random_mark();
		else
			random_alloc();
		bootmem_check(&check, &boot_node.bdata);
		if (!kt_true(bits_agree()) || !kt_str_eq(check.first, ""))
			break;
	}
	boot_node_close();
}

/* --- the invariants -------------------------------------------------------------------------- */

static void __init expect_first(const char *id)
{
	struct mm_check check = { 0 };

	bootmem_check(&check, &boot_node.bdata);
	kt_str_eq(check.first, id);
	kt_eq(check.nr > 0, *id != 0);
}

KTEST_BOOT(bootmem_check, b1_the_bitmap_is_in_used_pages)
{
	open_node();
	init_bootmem_node(NODE_DATA(0), boot_node.base + 3, boot_node.base,
			  boot_node.base + BOOT_NODE_PAGES);
	expect_first("");
	__clear_bit(3, boot_node.bdata.node_bootmem_map);
	expect_first("B1");
	__set_bit(3, boot_node.bdata.node_bootmem_map);
	__clear_bit(4, boot_node.bdata.node_bootmem_map);
	expect_first("");
	boot_node_close();
}

KTEST_BOOT(bootmem_check, b2_the_last_page_is_in_use)
{
	open_node();
	boot_node_free_all();
	bootmem_alloc("test", 100, 1, 0);
	expect_first("");
	boot_node.bdata.last_pos = 7;
	expect_first("B2");
	boot_node.bdata.last_pos = BOOT_NODE_PAGES;
	expect_first("B2");
	boot_node.bdata.last_pos = 0;
	expect_first("");
	boot_node_close();
}

KTEST_BOOT(bootmem_check, b3_the_last_offset_is_inside_a_page)
{
	open_node();
	boot_node_free_all();
	bootmem_alloc("test", 100, 1, 0);
	boot_node.bdata.last_offset = PAGE_SIZE - 1;
	expect_first("");
	boot_node.bdata.last_offset = PAGE_SIZE;
	expect_first("B3");
	boot_node.bdata.last_offset = 100;
	expect_first("");
	boot_node_close();
}

KTEST_BOOT(bootmem_check, b4_the_hint_skips_no_free_page)
{
	open_node();
	boot_node_free_dots("#####.");
	bootmem_alloc("test", PAGE_SIZE, 1, 0);
	expect_first("");
	__clear_bit(4, boot_node.bdata.node_bootmem_map);
	expect_first("B4");
	__set_bit(4, boot_node.bdata.node_bootmem_map);
	expect_first("");
	boot_node.bdata.hint_idx = BOOT_NODE_PAGES + 1;
	expect_first("B4");
	boot_node.bdata.hint_idx = BOOT_NODE_PAGES;
	boot_node.bdata.hint_goal = BOOT_NODE_PAGES + 1;
	expect_first("B4");
	boot_node.bdata.hint_goal = BOOT_NODE_PAGES;
	expect_first("");
	boot_node_close();
}

KTEST_BOOT(bootmem_check, b5_bits_behind_the_node_are_set)
{
	open_node();
	boot_node_restart(0, 5);
	expect_first("");
	__clear_bit(BOOT_NODE_PAGES + 5, boot_node.bdata.node_bootmem_map);
	expect_first("B5");
	__set_bit(BOOT_NODE_PAGES + 5, boot_node.bdata.node_bootmem_map);
	__clear_bit(BOOT_NODE_PAGES + 31, boot_node.bdata.node_bootmem_map);
	expect_first("B5");
	__set_bit(BOOT_NODE_PAGES + 31, boot_node.bdata.node_bootmem_map);
	__clear_bit(BOOT_NODE_PAGES + 4, boot_node.bdata.node_bootmem_map);
	expect_first("");
	boot_node_close();
}
