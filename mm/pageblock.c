/* SPDX-License-Identifier: 0BSD
 *
 * pageblock.c - pages of a kind are kept together (Mauerer 3.5.2, "Avoiding fragmentation").
 *
 * 1. Concepts    One page that never moves spoils a whole block of 4 MiB. So each page block
 *                (MAX_ORDER_NR_PAGES page frames) is for one kind of page: unmovable, reclaimable
 *                or movable, as the request's gfp says. A request is served from its own kind's
 *                page blocks. When these have nothing, it takes from another kind, in the order of
 *                fallbacks[], and there the largest block first: what is taken then spoils as few
 *                page blocks as possible.
 *                A request that has to take a large block (half of a page block's order or more),
 *                and a reclaimable one always, converts the page block if at least half of it is
 *                free: it becomes one of its own kind, and the next requests need no fallback.
 *                Otherwise it takes what it needs and leaves the rest where it was.
 *                Some page blocks are a reserve: used by any kind, but when all others are full.
 *                Isolated ones give nothing.
 *                Where nodes or zones meet inside a page block, it is mixed: it stays unmovable and
 *                is never converted, kept as a reserve or isolated, for that would change what
 *                another zone's lock guards; its pages come from the free lists, each from its own
 *                zone's, and go back there past the per-CPU lists, which are by page block.
 * 2. Data        The type is a byte of mem_map_blocks[], the zone an entry of pageblock_zones[].
 *                All blocks begin as movable but the mixed ones.
 * 3. Invariants  The last one of buddy.c says on which list a free block is. So a type changes only
 *                together with the lists (move_freepages_block()).
 * 4. Locking     zone->lock, held by whoever calls.
 * 5. Too small   Below five page blocks there is nothing to group: each kind would take one from
 *                another all the time. Then all are unmovable, and so is each request.
 * 6. Not done    Pages already in use when a page block is converted stay there, whatever kind they
 *                are of.
 */
#include <mm/mem_map.h>
#include "pageblock.h"
#include "pcp.h"

#define MIN_PAGEBLOCKS 5 /* as in Linux */

const char *const migratetype_names[MIGRATE_TYPES] = { "Unmovable", "Reclaimable", "Movable",
						       "Reserve", "Isolate" };

bool page_group_by_mobility_disabled = true;
u8 gfp_migratetypes[4];

/* Where a request of a type looks next, MIGRATE_RESERVE aside. */
static const enum migratetype fallbacks[MIGRATE_PCPTYPES][2] = {
	[MIGRATE_UNMOVABLE] = { MIGRATE_RECLAIMABLE, MIGRATE_MOVABLE },
	[MIGRATE_RECLAIMABLE] = { MIGRATE_UNMOVABLE, MIGRATE_MOVABLE },
	[MIGRATE_MOVABLE] = { MIGRATE_RECLAIMABLE, MIGRATE_UNMOVABLE },
};

/* Every @pfn of the page block of @any where a block begins, or that is in none. */
#define for_each_block_in_pageblock(pfn, any)                             \
	for_each_mem_map_block (pfn, ALIGN_DOWN(any, pageblock_nr_pages), \
				ALIGN_DOWN(any, pageblock_nr_pages) + pageblock_nr_pages)

void set_pageblock_migratetype(const struct page *page, enum migratetype type)
{
	unsigned long block = pageblock_number(page);

	mm_bug_on(!pageblock_zones[block], "page block %lu is mixed, it has no type to be set",
		  block);
	mem_map_blocks[block] = (u8)(type + 1);
	pageblock_list[block] = pcp_list_of(page_zone(page), type, 0);
}

unsigned long next_zone_pfn(const struct zone *zone, unsigned long pfn)
{
	unsigned long end = zone_end_pfn(zone);

	while (pfn < end && !(pfn_valid(pfn) && pfn_in_zone(zone, pfn)))
		if (pfn_valid(pfn) && pageblock_is_mixed(pfn))
			pfn++;
		else
			pfn = ALIGN_DOWN(pfn, MAX_ORDER_NR_PAGES) + MAX_ORDER_NR_PAGES;
	return min(pfn, end);
}

unsigned long next_zone_pageblock(const struct zone *zone, unsigned long pfn)
{
	unsigned long block = pfn / pageblock_nr_pages;
	unsigned long end = DIV_ROUND_UP(zone_end_pfn(zone), pageblock_nr_pages);

	while (block < end && pageblock_zones[block] != zone)
		block++;
	return block * pageblock_nr_pages;
}

unsigned long free_pages_in_block(const struct zone *zone, unsigned long any_pfn)
{
	unsigned long pfn, pages = 0;

	assert_held(&zone->lock);
	for_each_block_in_pageblock (pfn, any_pfn)
		if (PageBuddy(pfn_to_page(pfn)))
			pages += block_pages(pfn_to_page(pfn));
	return pages;
}

unsigned long move_freepages_block(struct zone *zone, unsigned long any_pfn, enum migratetype type)
{
	enum migratetype old = get_pageblock_migratetype(pfn_to_page(any_pfn));
	unsigned long pfn, pages = 0;

	assert_held(&zone->lock);
	for_each_block_in_pageblock (pfn, any_pfn) {
		struct page *page = pfn_to_page(pfn);
		unsigned int order = page_order(page);

		if (!PageBuddy(page))
			continue;
		del_from_free_list(zone, page, order, old);
		add_to_free_list(zone, page, order, type, page->flags);
		pages += 1UL << order;
	}
	set_pageblock_migratetype(pfn_to_page(any_pfn), type);
	return pages;
}

/* The page block of the free block that @victim's list of @order begins with: becomes one of @type
 * if most of it is free and the step is large enough. Return: the type that it has then. */
static enum migratetype steal_pageblock(struct zone *zone, unsigned int order,
					enum migratetype victim, enum migratetype type)
{
	unsigned long pfn = page_to_pfn(
		list_first_entry(&zone->free_area[order].free_list[victim], struct page, lru));

	if (pageblock_is_mixed(pfn) || (order < pageblock_order / 2 && type != MIGRATE_RECLAIMABLE))
		return victim;
	if (free_pages_in_block(zone, pfn) < pageblock_nr_pages / 2)
		return victim;
	move_freepages_block(zone, pfn, type);
	return type;
}

struct page *fastcall __rmqueue_fallback(struct zone *zone, unsigned int order,
					 enum migratetype type)
{
	enum migratetype victim = fallbacks[type][0], other = fallbacks[type][1];
	unsigned long fits = -(1UL << order), orders;

	if (page_group_by_mobility_disabled)
		return NULL;
	orders = zone->free_orders[victim] & fits;
	/* Has the other type a larger block? */
	if ((zone->free_orders[other] & fits & ~orders) > orders) {
		victim = other;
		orders = zone->free_orders[other] & fits;
	}
	if (!orders)
		return __rmqueue_smallest(zone, order, MIGRATE_RESERVE);
	victim = steal_pageblock(zone, highest_bit(orders), victim, type);
	return split_block(zone, order, highest_bit(orders), victim);
}

/* Is @pfn's page block one that setup_zone_migrate_reserve() may choose? All of it is the
 * allocator's, so that the largest blocks can form in it. */
static bool may_be_reserve(unsigned long pfn)
{
	unsigned long end = pfn + pageblock_nr_pages;

	while (pfn < end && !PageReserved(pfn_to_page(pfn)))
		pfn++;
	return pfn == end;
}

void setup_zone_migrate_reserve(struct zone *zone, unsigned long pages)
{
	unsigned long wanted = DIV_ROUND_UP(pages, pageblock_nr_pages);
	unsigned long pfn, flags;

	spin_lock_irqsave(&zone->lock, flags);
	for_each_zone_pageblock (pfn, zone) {
		enum migratetype type = get_pageblock_migratetype(pfn_to_page(pfn));

		if (wanted &&
		    (type == MIGRATE_RESERVE || (type == MIGRATE_MOVABLE && may_be_reserve(pfn)))) {
			move_freepages_block(zone, pfn, MIGRATE_RESERVE);
			wanted--;
		} else if (type == MIGRATE_RESERVE) {
			move_freepages_block(zone, pfn, MIGRATE_MOVABLE);
		}
	}
	spin_unlock_irqrestore(&zone->lock, flags);
}

void __init init_pageblocks(unsigned long total_pages)
{
	enum migratetype type = MIGRATE_UNMOVABLE;
	unsigned long block;

	page_group_by_mobility_disabled = total_pages < MIN_PAGEBLOCKS * pageblock_nr_pages;
	if (!page_group_by_mobility_disabled) {
		type = gfp_migratetypes[__GFP_MOVABLE / __GFP_MOVABLE] = MIGRATE_MOVABLE;
		gfp_migratetypes[__GFP_RECLAIMABLE / __GFP_MOVABLE] = MIGRATE_RECLAIMABLE;
		gfp_migratetypes[(__GFP_RECLAIMABLE | __GFP_MOVABLE) / __GFP_MOVABLE] =
			MIGRATE_RECLAIMABLE;
	}
	for (block = 0; block < MEM_MAP_BLOCKS; block++)
		if (pageblock_zones[block])
			set_pageblock_migratetype(pfn_to_page(block * pageblock_nr_pages), type);
}
