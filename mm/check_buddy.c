/* SPDX-License-Identifier: 0BSD
 *
 * check_buddy.c - compare the free lists and mem_map with the invariants P1-P11 and P15 of
 * buddy.c.
 */
#include <mm/mem_map.h>
#include <mm/mm_check.h>
#include <mm/page_alloc.h>
#include "buddy.h"
#include "internal.h"

static const struct mm_invariant buddy_invariants[] = {
	{ "P1", "list links are consistent" },
	{ "P2", "nr_free is the length of the lists of its order" },
	{ "P3", "bit o of a type's free_orders is set if and only if its list o is not empty" },
	{ "P4", "a listed page has PG_buddy, the order of its list, and the zone's place" },
	{ "P5", "a free block is aligned to its order and all of it is the zone's" },
	{ "P6", "the other pages of a free block have no state and _count 0" },
	{ "P7", "no two free buddies of one order below MAX_ORDER - 1" },
	{ "P8", "nr_free_pages is the sum over the lists" },
	{ "P9", "every page with PG_buddy is on a list" },
	{ "P10",
	  "free pages, those in per-CPU lists and the pages of allocated blocks together are "
	  "managed_pages" },
	{ "P11", "a free block is on a list of its page block's type" },
	{ "P15", "every other page of a zone is reserved" },
	{ NULL, NULL },
};

/* Can @entry, which may be any value, be the link of a struct page? Computed with integers, because
 * C allows arithmetic on pointers only inside an object. */
static bool is_page_link(const struct list_head *entry)
{
	uintptr offset = (uintptr)entry - VMEMMAP_START - offsetof(struct page, lru);

	return offset % sizeof(struct page) == 0 && pfn_valid(offset / sizeof(struct page));
}

static bool lies_in_zone(const struct zone *zone, unsigned long pfn, unsigned long size)
{
	unsigned long end = pfn + size;

	if (pfn < zone->zone_start_pfn || end > zone_end_pfn(zone))
		return false;
	while (pfn < end && pageblock_is_mixed(pfn) && pfn_in_zone(zone, pfn))
		pfn++;
	return pfn == end || !pageblock_is_mixed(pfn);
}

/* One block on the list of @order and @type: what its first page says, and where it lies. */
static void check_listed_block(struct mm_check *check, const struct zone *zone,
			       const struct page *page, unsigned int order, enum migratetype type)
{
	unsigned long pfn = page_to_pfn(page), size = 1UL << order;

	if (page_zone(page) != zone || !begins_free_block(page, order) || page->_count)
		mm_violation(check, "P4",
			     "zone %s, list of order %u: pfn %lu has flags %lx, count %d",
			     zone->name, order, pfn, page->flags, page->_count);
	if ((pfn & (size - 1)) || !lies_in_zone(zone, pfn, size))
		mm_violation(check, "P5", "zone %s: free block of order %u at pfn %lu", zone->name,
			     order, pfn);
	if (get_pageblock_migratetype(page) != type)
		mm_violation(check, "P11",
			     "zone %s, %s list of order %u: pfn %lu is in a page block of type %u",
			     zone->name, migratetype_names[type], order, pfn,
			     get_pageblock_migratetype(page));
}

/* Return: number of blocks on the list, for the sums. */
static unsigned long check_free_list(struct mm_check *check, const struct zone *zone,
				     unsigned int order, enum migratetype type)
{
	const struct list_head *list = &zone->free_area[order].free_list[type];
	const struct page *page;
	unsigned long blocks = 0;

	list_for_each_entry (page, list, lru) {
		check_listed_block(check, zone, page, order, type);
		blocks++;
	}
	if (!blocks != !(zone->free_orders[type] & 1UL << order))
		mm_violation(check, "P3",
			     "zone %s: %s list of order %u has %lu blocks, free_orders %lx",
			     zone->name, migratetype_names[type], order, blocks,
			     zone->free_orders[type]);
	return blocks;
}

static bool lists_are_linked(struct mm_check *check, const struct zone *zone, unsigned int order)
{
	unsigned int type;

	for (type = 0; type < MIGRATE_TYPES; type++) {
		if (list_is_sound(&zone->free_area[order].free_list[type], is_page_link))
			continue;
		mm_violation(check, "P1", "zone %s: links of the %s list of order %u are broken",
			     zone->name, migratetype_names[type], order);
		return false;
	}
	return true;
}

/* Return: number of blocks on the lists of @order. */
static unsigned long check_free_area(struct mm_check *check, const struct zone *zone,
				     unsigned int order)
{
	unsigned long blocks = 0;
	unsigned int type;

	if (!lists_are_linked(check, zone, order))
		return 0;
	for (type = 0; type < MIGRATE_TYPES; type++)
		blocks += check_free_list(check, zone, order, type);
	if (blocks != zone->free_area[order].nr_free)
		mm_violation(check, "P2", "zone %s: order %u has %lu blocks, nr_free %lu",
			     zone->name, order, blocks, zone->free_area[order].nr_free);
	return blocks;
}

struct page_sums {
	unsigned long free_blocks, free_pages, pcp_pages, used_pages;
	unsigned long lost_pages; /* none of these, nor reserved */
	const struct page *lost;  /* the first of them */
};

/* The pages of the block at @page behind the first have no state. Quick, because on an idle machine
 * these are almost all pages. */
static void check_block_rest(struct mm_check *check, const struct page *page, unsigned int order)
{
	const struct page *rest, *end = page + (1UL << order);
	unsigned long state = 0;

	for (rest = page + 1; rest < end; rest++)
		state |= (rest->flags & PG_STATE_MASK) | (unsigned int)rest->_count;
	if (!state)
		return;
	for (rest = page + 1; !(rest->flags & PG_STATE_MASK) && !rest->_count; rest++)
		;
	mm_violation(check, "P6",
		     "pfn %lu inside the free block at pfn %lu has flags %lx, count %d",
		     page_to_pfn(rest), page_to_pfn(page), rest->flags, rest->_count);
}

static void check_buddy_of(struct mm_check *check, const struct page *page, unsigned int order)
{
	unsigned long pfn = page_to_pfn(page);
	const struct page *buddy = pfn_to_page(pfn ^ (1UL << order));

	if (order < MAX_ORDER - 1 && buddy > page && buddy->flags == page->flags)
		mm_violation(check, "P7", "pfn %lu and %lu of order %u are free and not merged",
			     pfn, page_to_pfn(buddy), order);
}

/* A page with PG_buddy that cannot begin a block is in nobody's sums, nor is one with a negative
 * _count: P10 misses them. */
static void check_block(struct mm_check *check, const struct page *page, struct page_sums *sums)
{
	if (!PageBuddy(page)) {
		if (PagePcp(page))
			sums->pcp_pages += block_pages(page);
		else if (page->_count > 0)
			sums->used_pages += block_pages(page);
		else if (!PageReserved(page) && !sums->lost_pages++)
			sums->lost = page;
		return;
	}
	if (!page_begins_block(page))
		return; /* reported as P4, P5 */
	sums->free_blocks++;
	sums->free_pages += block_pages(page);
	check_block_rest(check, page, page_order(page));
	check_buddy_of(check, page, page_order(page));
}

static void check_zone_pages(struct mm_check *check, const struct zone *zone,
			     unsigned long listed_blocks)
{
	struct page_sums sums = { 0 };
	unsigned long pfn;

	for_each_zone_block (pfn, zone)
		check_block(check, pfn_to_page(pfn), &sums);
	if (sums.free_blocks != listed_blocks)
		mm_violation(check, "P9",
			     "zone %s: %lu blocks say that they are free, %lu are listed",
			     zone->name, sums.free_blocks, listed_blocks);
	if (sums.free_pages + sums.pcp_pages + sums.used_pages != zone->managed_pages)
		mm_violation(check, "P10",
			     "zone %s: %lu free pages, %lu in per-CPU lists, %lu used, managed %lu",
			     zone->name, sums.free_pages, sums.pcp_pages, sums.used_pages,
			     zone->managed_pages);
	else if (sums.lost_pages)
		mm_violation(check, "P15",
			     "zone %s: %lu pages are not free, used or reserved, first pfn %lu, "
			     "flags %lx",
			     zone->name, sums.lost_pages, page_to_pfn(sums.lost), sums.lost->flags);
}

void buddy_check(struct mm_check *check)
{
	const struct zone *zone;

	for_each_populated_zone (zone) {
		unsigned long blocks = 0, pages = 0;
		unsigned int order;

		for (order = 0; order < MAX_ORDER; order++) {
			unsigned long n = check_free_area(check, zone, order);

			blocks += n;
			pages += n << order;
		}
		if (pages != zone->nr_free_pages)
			mm_violation(check, "P8",
				     "zone %s: lists hold %lu pages, nr_free_pages %lu", zone->name,
				     pages, zone->nr_free_pages);
		check_zone_pages(check, zone, blocks);
	}
}

const struct mm_checker buddy_checker = { "buddy", buddy_invariants, buddy_check, zones_absent };
