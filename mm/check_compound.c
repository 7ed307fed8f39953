/* SPDX-License-Identifier: 0BSD
 *
 * check_compound.c - compare the blocks in use with the invariants M1-M3 of compound.c.
 */
#include <mm/compound.h>
#include <mm/mem_map.h>
#include <mm/mm_check.h>
#include "internal.h"

static const struct mm_invariant compound_invariants[] = {
	{ "M1", "every page behind the first of a compound block has PG_tail, names the first, and "
		"has _count 0" },
	{ "M2", "a page with PG_tail lies in the compound block that it names" },
	{ "M3", "the pages behind the first of any other block in use have no state and _count 0" },
	{ NULL, NULL },
};

static bool is_tail_of(const struct page *page, const struct page *head)
{
	return (page->flags & PG_STATE_MASK) == PG_tail && page->first_page == head &&
	       !page->_count;
}

static void check_tails(struct mm_check *check, const struct page *head)
{
	const struct page *page, *end = head + block_pages(head);

	for (page = head + 1; page < end; page++) {
		if (is_tail_of(page, head))
			continue;
		mm_violation(check, "M1",
			     "pfn %lu in the compound block at pfn %lu has flags %lx, count %d, "
			     "first page %p",
			     page_to_pfn(page), page_to_pfn(head), page->flags, page->_count,
			     (const void *)page->first_page);
		return;
	}
}

static void check_inner_pages(struct mm_check *check, const struct page *first)
{
	const struct page *page, *end = first + block_pages(first);

	for (page = first + 1; page < end; page++) {
		if (!(page->flags & PG_STATE_MASK) && !page->_count)
			continue;
		mm_violation(check, "M3",
			     "pfn %lu inside the block at pfn %lu has flags %lx, count %d",
			     page_to_pfn(page), page_to_pfn(first), page->flags, page->_count);
		return;
	}
}

static void check_block_in_use(struct mm_check *check, const struct page *page)
{
	if (PageHead(page))
		check_tails(check, page);
	else if (!PageSlab(page)) /* slab's pages say all whose they are */
		check_inner_pages(check, page);
}

/* A walk over blocks meets a tail page only where it is in none. */
static void compound_walk(struct mm_check *check)
{
	const struct zone *zone;
	unsigned long pfn;

	for_each_populated_zone (zone)
		for_each_mem_map_block (pfn, zone->zone_start_pfn, zone_end_pfn(zone)) {
			const struct page *page = pfn_to_page(pfn);

			if (PageTail(page))
				mm_violation(check, "M2",
					     "pfn %lu is in no block, but names the page %p", pfn,
					     (const void *)page->first_page);
			else if (page->_count > 0)
				check_block_in_use(check, page);
		}
}

const struct mm_checker compound_checker = { "blocks", compound_invariants, compound_walk,
					     zones_absent };
