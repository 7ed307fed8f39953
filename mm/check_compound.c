/* SPDX-License-Identifier: 0BSD
 *
 * check_compound.c - compare the blocks in use with the invariants M1-M3 of compound.c, and M4 and
 * M5 of migrate.c.
 */
#include <mm/compound.h>
#include <mm/mem_map.h>
#include <mm/migrate.h>
#include <mm/mm_check.h>
#include "internal.h"

static const struct mm_invariant compound_invariants[] = {
	{ "M1", "every page behind the first of a compound block has PG_tail, names the first, and "
		"has _count 0" },
	{ "M2", "a page with PG_tail lies in the compound block that it names" },
	{ "M3", "the pages behind the first of any other block in use have no state and _count 0" },
	{ "M4", "a page with PG_movable is a single page in use, and has operations" },
	{ "M5", "the pages with PG_movable of a zone are as many as were counted" },
	{ NULL, NULL },
};

static bool is_tail_of(const struct page *page, const struct page *head)
{
	return (page->flags & PG_STATE_MASK & ~PG_kmapped) == PG_tail && page->first_page == head &&
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
		if (!(page->flags & PG_STATE_MASK & ~PG_kmapped) && !page->_count)
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

static void check_movable(struct mm_check *check, const struct page *page)
{
	if ((page->flags & PG_STATE_MASK & ~(PG_isolated | PG_kmapped)) != PG_movable ||
	    page->_count < 1)
		mm_violation(check, "M4", "pfn %lu is movable, but has flags %lx, count %d",
			     page_to_pfn(page), page->flags, page->_count);
	else if (!page->movable_ops)
		mm_violation(check, "M4", "pfn %lu is movable, but has no operations",
			     page_to_pfn(page));
}

/* A walk over blocks meets a tail page only where it is in none. */
static void check_page(struct mm_check *check, const struct page *page)
{
	if (PageTail(page))
		mm_violation(check, "M2", "pfn %lu is in no block, but names the page %p",
			     page_to_pfn(page), (const void *)page->first_page);
	else if (page->_count > 0)
		check_block_in_use(check, page);
	if (PageMovable(page))
		check_movable(check, page);
}

static void check_zone(struct mm_check *check, const struct zone *zone)
{
	unsigned long pfn, movable = 0;

	for_each_zone_block (pfn, zone) {
		const struct page *page = pfn_to_page(pfn);

		check_page(check, page);
		movable += PageMovable(page);
	}
	if (movable != zone_nr_movable(zone))
		mm_violation(check, "M5", "zone %s: %lu pages are movable, %lu were counted",
			     zone->name, movable, zone_nr_movable(zone));
}

static void compound_walk(struct mm_check *check)
{
	const struct zone *zone;

	for_each_populated_zone (zone)
		check_zone(check, zone);
}

const struct mm_checker compound_checker = { "blocks", compound_invariants, compound_walk,
					     zones_absent };
