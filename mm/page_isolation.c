/* SPDX-License-Identifier: 0BSD
 *
 * page_isolation.c - page blocks that give nothing (page_isolation.h has the contract).
 *
 * 1. Concepts    An isolated page block is one of type MIGRATE_ISOLATE. Requests take from the
 *                lists of the other types only, so isolating is no more than a change of the type,
 *                and P11 (buddy.c) makes its free blocks follow. Pages in per-CPU lists follow when
 *                these are drained.
 *                A mixed page block (pageblock.c) cannot be isolated.
 * 2. Locking     zone->lock, for one page block at a time: between two of them anybody may allocate
 *                from the one that is still to come. test_pages_isolated() says what came of it.
 * 3. Not done    Free pages of isolated page blocks are counted in nr_free_pages all the same, so
 *                watermarks are too low by so much meanwhile.
 */
#include <lib/errno.h>
#include <mm/mem_map.h>
#include <mm/page_alloc.h>
#include <mm/page_isolation.h>
#include "pageblock.h"

static void check_range(unsigned long start_pfn, unsigned long end_pfn, const char *who)
{
	if (start_pfn > end_pfn || end_pfn > MAX_PFN_LIMIT ||
	    !IS_ALIGNED(start_pfn | end_pfn, pageblock_nr_pages))
		panic("BUG: %s: pfn %lu to %lu: no page blocks of %lu pages", who, start_pfn,
		      end_pfn, pageblock_nr_pages);
}

/* Make the page block at @pfn, if it is of type @from and not mixed, one of @to. Return: was it? */
static bool change_type(unsigned long pfn, enum migratetype from, enum migratetype to)
{
	struct page *page = pfn_to_page(pfn);
	struct zone *zone = page_zone(page);
	unsigned long flags;
	bool same;

	spin_lock_irqsave(&zone->lock, flags);
	same = !pageblock_is_mixed(pfn) && get_pageblock_migratetype(page) == from;
	if (same)
		move_freepages_block(zone, pfn, to);
	spin_unlock_irqrestore(&zone->lock, flags);
	return same;
}

int start_isolate_page_range(unsigned long start_pfn, unsigned long end_pfn, enum migratetype type)
{
	unsigned long pfn;

	check_range(start_pfn, end_pfn, __func__);
	for (pfn = start_pfn; pfn < end_pfn; pfn += pageblock_nr_pages)
		if (pfn_valid(pfn) && !change_type(pfn, type, MIGRATE_ISOLATE)) {
			undo_isolate_page_range(start_pfn, pfn, type);
			return -EBUSY;
		}
	drain_all_pages();
	return 0;
}

void undo_isolate_page_range(unsigned long start_pfn, unsigned long end_pfn, enum migratetype type)
{
	unsigned long pfn;

	check_range(start_pfn, end_pfn, __func__);
	for (pfn = start_pfn; pfn < end_pfn; pfn += pageblock_nr_pages)
		if (pfn_valid(pfn))
			change_type(pfn, MIGRATE_ISOLATE, type);
}

int test_pages_isolated(unsigned long start_pfn, unsigned long end_pfn)
{
	unsigned long pfn;

	check_range(start_pfn, end_pfn, __func__);
	for_each_mem_map_block (pfn, start_pfn, end_pfn) {
		const struct page *page = pfn_to_page(pfn);

		if (PageReserved(page))
			continue;
		if (!PageBuddy(page) || get_pageblock_migratetype(page) != MIGRATE_ISOLATE)
			return -EBUSY;
	}
	return 0;
}
