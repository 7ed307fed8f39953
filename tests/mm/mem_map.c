/* SPDX-License-Identifier: 0BSD
 *
 * mem_map.c - the walk from block to block: over holes, from and to the middle of a block, and over
 * orders that cannot be true.
 */
#include <mm/mem_map.h>
#include <mm/page_alloc.h>
#include <test/ktest.h>

#define ORDER 4
#define PAGES (1UL << ORDER)

/* A block of the test's own, whose struct pages it may change; NULL without memory. */
static struct page *take_block(void)
{
	struct page *page = alloc_pages(GFP_KERNEL, ORDER);

	if (!page)
		kt_fail("no block of order %d", ORDER);
	return page;
}

static void set(struct page *page, unsigned long state, unsigned int order, int count)
{
	page->flags = (page->flags & PG_PLACE_MASK) | state | order * PG_ORDER_ONE;
	page->_count = count;
}

static void give_block_back(struct page *page)
{
	unsigned long i;

	for (i = 1; i < PAGES; i++)
		set(&page[i], 0, 0, 0);
	set(page, 0, ORDER, 1);
	__free_pages(page, ORDER);
}

/* The places, counted from @page, that a walk over [@start, @end) meets: a bit for each. */
static unsigned long walk(const struct page *page, unsigned long start, unsigned long end)
{
	unsigned long first = page_to_pfn(page), pfn, met = 0;

	for_each_mem_map_block (pfn, first + start, first + end)
		met |= 1UL << (pfn - first);
	return met;
}

KTEST(mem_map_walk, free_blocks_and_blocks_in_use_are_steps, SHORT)
{
	struct page *page = take_block();

	if (!page)
		return;
	kt_eq(walk(page, 0, PAGES), 0x1);
	set(page, 0, 2, 1);
	set(&page[4], PG_buddy, 1, 0);
	set(&page[6], PG_slab, 0, 1);
	set(&page[7], PG_reserved, 0, 0);
	set(&page[8], PG_kmalloc, 3, 1);
	kt_eq(walk(page, 0, PAGES), 0x1d1);
	give_block_back(page);
}

/* The pages inside a block are in none, as far as they themselves say. */
KTEST(mem_map_walk, from_and_to_the_middle_of_a_block, SHORT)
{
	struct page *page = take_block();

	if (!page)
		return;
	kt_eq(walk(page, 13, PAGES), 0xe000);
	kt_eq(walk(page, 0, 1), 0x1);
	kt_eq(walk(page, 3, 3), 0);
	kt_eq(walk(page, 3, 2), 0);
	give_block_back(page);
}

KTEST(mem_map_walk, an_order_that_cannot_be_is_one_page, SHORT)
{
	struct page *page = take_block();
	unsigned int order;

	if (!page)
		return;
	set(page, 0, 0, 1);
	for (order = 1; order < 16; order++) {
		set(&page[1], PG_buddy, order, 0);
		kt_eq(block_pages(&page[1]), 1);
		kt_eq(walk(page, 0, 4), 0xf);
		set(&page[1], 0, order, 1);
		kt_eq(walk(page, 0, 4), 0xf);
	}
	give_block_back(page);
}

/* Page 0 lies at a border of whatever order. */
KTEST(mem_map_walk, an_order_that_is_too_large_is_one_page, SHORT)
{
	struct page *page = pfn_to_page(0);
	unsigned long good;
	unsigned int order;

	if (!pfn_valid(0))
		kt_skip("page 0 has no struct page");
	good = page->flags;
	for (order = 1; order < 16; order++) {
		set(page, PG_buddy, order, 0);
		kt_eq(block_pages(page), order < MAX_ORDER ? 1UL << order : 1);
		set(page, 0, order, -1);
		kt_eq(block_pages(page), order < MAX_ORDER ? 1UL << order : 1);
	}
	page->flags = good;
	page->_count = 0;
}

/* The hole is at the first of the largest blocks, and nothing is allocated meanwhile. */
KTEST(mem_map_walk, holes_are_skipped, SHORT)
{
	unsigned long hole = MAX_ORDER_NR_PAGES, after = 2 * MAX_ORDER_NR_PAGES, met[6];
	u8 *backed = &mem_map_blocks[hole / MAX_ORDER_NR_PAGES], good = *backed;

	if (!pfn_valid(hole - 1) || !pfn_valid(hole) || !pfn_valid(after))
		kt_skip("there is a hole already");
	*backed = 0;
	met[0] = next_valid_pfn(hole - 1, after + 5);
	met[1] = next_valid_pfn(hole, after + 5);
	met[2] = next_valid_pfn(after - 1, after + 5);
	met[3] = next_valid_pfn(after + 3, after + 5);
	met[4] = next_valid_pfn(hole + 1, after - 1);
	met[5] = next_valid_pfn(hole, hole);
	*backed = good;
	kt_eq(met[0], hole - 1);
	kt_eq(met[1], after);
	kt_eq(met[2], after);
	kt_eq(met[3], after + 3);
	kt_eq(met[4], after - 1);
	kt_eq(met[5], hole);
	kt_eq(next_valid_pfn(MAX_PFN_LIMIT - 1, MAX_PFN_LIMIT + 7),
	      pfn_valid(MAX_PFN_LIMIT - 1) ? MAX_PFN_LIMIT - 1 : MAX_PFN_LIMIT + 7);
}

/* All of memory, no page twice and none left out. */
KTEST(mem_map_walk, the_steps_add_up_to_all_struct_pages, SHORT)
{
	unsigned long pfn, end = 0, pages = 0, valid = 0;

	for_each_mem_map_block (pfn, 0, MAX_PFN_LIMIT) {
		if (pfn < end)
			kt_fail("pfn %lu is met twice", pfn);
		end = pfn + block_pages(pfn_to_page(pfn));
		pages += end - pfn;
	}
	for_each_valid_pfn (pfn, 0, MAX_PFN_LIMIT)
		valid++;
	kt_eq(pages, valid);
	for (pfn = 0; pfn < MAX_PFN_LIMIT; pfn += MAX_ORDER_NR_PAGES)
		valid -= pfn_valid(pfn) ? MAX_ORDER_NR_PAGES : 0;
	kt_eq(valid, 0);
}
