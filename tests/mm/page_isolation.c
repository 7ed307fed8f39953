/* SPDX-License-Identifier: 0BSD
 *
 * page_isolation.c - page blocks that are taken out of use, and come back.
 */
#include <lib/errno.h>
#include <mm/mm_check.h>
#include <mm/page_isolation.h>
#include <test/ktest.h>
#include <test/pages.h>

#include "page_stock.h"

static unsigned long start, end;
static enum migratetype type;

/* A page block that is free as a whole. */
static bool find_page_block(void)
{
	struct page *page = alloc_pages(GFP_KERNEL, pageblock_order);

	if (!page)
		return false;
	start = page_to_pfn(page);
	end = start + pageblock_nr_pages;
	type = get_pageblock_migratetype(page);
	__free_pages(page, pageblock_order);
	return true;
}

/* All of it, in use as single pages. Return: the first one. */
static struct page *take_page_block(void)
{
	struct page *page = alloc_pages(GFP_KERNEL, pageblock_order);

	if (!kt_true(page))
		return NULL;
	start = page_to_pfn(page);
	end = start + pageblock_nr_pages;
	type = get_pageblock_migratetype(page);
	split_page(page, pageblock_order);
	return page;
}

static bool in_page_block(const struct page *page)
{
	return page_to_pfn(page) >= start && page_to_pfn(page) < end;
}

/* Take all memory. Return: is any of it in the page block? */
static bool is_handed_out(void)
{
	struct page_stock stock;
	struct page *page;
	unsigned int order;
	bool found = false;

	page_stock_init(&stock);
	page_stock_drain(&stock, GFP_HIGHUSER);
	for (order = 0; order < MAX_ORDER; order++)
		list_for_each_entry (page, &stock.blocks[order], lru)
			found |= in_page_block(page);
	page_stock_free(&stock);
	return found;
}

/* The lock of one zone does not guard it. */
KTEST(page_isolation, a_mixed_block_cannot_be_isolated, SHORT)
{
	struct zone **zone;

	if (!find_page_block())
		kt_skip("no page block is free as a whole");
	zone = &pageblock_zones[start / pageblock_nr_pages];
	*zone = NULL;
	kt_eq(start_isolate_page_range(start, end, type), -EBUSY);
	*zone = page_zone(pfn_to_page(start));
	kt_eq(get_pageblock_migratetype(pfn_to_page(start)), type);
}

KTEST(page_isolation, nothing_is_handed_out, SHORT)
{
	struct free_counts before;
	struct mm_check check = { 0 };

	if (!find_page_block())
		kt_skip("no page block is free as a whole");
	free_counts_record(&before);
	kt_true(is_handed_out());
	kt_eq(test_pages_isolated(start, end), -EBUSY);
	kt_eq(start_isolate_page_range(start, end, type), 0);
	kt_eq(test_pages_isolated(start, end), 0);
	kt_eq(mm_check(&check), 0);
	kt_false(is_handed_out());
	undo_isolate_page_range(start, end, type);
	kt_eq(get_pageblock_migratetype(pfn_to_page(start)), type);
	kt_true(is_handed_out());
	free_counts_compare(&before);
}

KTEST(page_isolation, what_is_freed_there_stays_there, SHORT)
{
	struct free_counts before;
	struct page *page;

	if (!find_page_block())
		kt_skip("no page block is free as a whole");
	free_counts_record(&before);
	page = take_page_block();
	if (!page)
		return;
	kt_eq(start_isolate_page_range(start, end, type), 0);
	for (; page < pfn_to_page(end) - 1; page++)
		__free_page(page);
	kt_eq(test_pages_isolated(start, end), -EBUSY);
	kt_false(is_handed_out());
	__free_page(page);
	kt_eq(test_pages_isolated(start, end), 0);
	kt_false(is_handed_out());
	undo_isolate_page_range(start, end, type);
	free_counts_compare(&before);
}

/* A page in a per-CPU list is free, and was not handed out yet. */
KTEST(page_isolation, per_cpu_lists_give_nothing_of_it, SHORT)
{
	struct free_counts before;
	struct page *page;

	if (!find_page_block())
		kt_skip("no page block is free as a whole");
	free_counts_record(&before);
	page = take_page_block();
	if (!page)
		return;
	for (; page < pfn_to_page(end); page++)
		__free_page(page);
	kt_eq(start_isolate_page_range(start, end, type), 0);
	kt_eq(test_pages_isolated(start, end), 0);
	kt_false(is_handed_out());
	undo_isolate_page_range(start, end, type);
	free_counts_compare(&before);
}

KTEST(page_isolation, all_or_none, SHORT)
{
	enum migratetype other;

	if (!find_page_block() || !pfn_valid(end) || pageblock_is_mixed(end))
		kt_skip("no free page block with another behind it");
	other = get_pageblock_migratetype(pfn_to_page(end));
	kt_eq(start_isolate_page_range(start, end, MIGRATE_RECLAIMABLE), -EBUSY);
	kt_eq(start_isolate_page_range(end, end + pageblock_nr_pages, other), 0);
	kt_eq(start_isolate_page_range(start, end + pageblock_nr_pages, type), -EBUSY);
	kt_eq(get_pageblock_migratetype(pfn_to_page(start)), type);
	kt_eq(get_pageblock_migratetype(pfn_to_page(end)), MIGRATE_ISOLATE);
	/* Undoing takes what is isolated, and nothing else. */
	undo_isolate_page_range(start, end + pageblock_nr_pages, other);
	kt_eq(get_pageblock_migratetype(pfn_to_page(start)), type);
	kt_eq(get_pageblock_migratetype(pfn_to_page(end)), other);
}

KTEST(page_isolation, stop_a_part_of_a_page_block, STOP)
{
	kt_expect_stop("BUG: start_isolate_page_range: pfn 1024 to 2047: no page blocks of 1024");
	kt_eq(start_isolate_page_range(1024, 2047, MIGRATE_MOVABLE), 0);
}

KTEST(page_isolation, stop_the_end_before_the_start, STOP)
{
	kt_expect_stop("BUG: undo_isolate_page_range: pfn 2048 to 1024");
	undo_isolate_page_range(2048, 1024, MIGRATE_MOVABLE);
}

KTEST(page_isolation, stop_page_blocks_that_cannot_be, STOP)
{
	kt_expect_stop("BUG: test_pages_isolated: pfn 0 to ");
	kt_eq(test_pages_isolated(0, MAX_PFN_LIMIT + pageblock_nr_pages), 0);
}
