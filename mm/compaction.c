/* SPDX-License-Identifier: 0BSD
 *
 * compaction.c - push the movable pages of a zone together, so that large blocks become free
 * (compaction.h has the contract; Gorman, "Memory compaction", 2010).
 *
 * 1. Concepts    Two scanners walk a zone towards each other. The migrate scanner begins at the
 *                bottom and takes movable pages from their owners, COMPACT_CLUSTER_MAX at a time;
 *                the free scanner begins at the top and takes free pages to move them to. Where
 *                they meet, everything is said: below are free blocks, above are pages in use.
 *                For a certain order, one region of that size and alignment after the other is
 *                emptied, and one with a page that cannot be moved is passed over: no block will
 *                form there. When one does, the zone is done.
 *                Page blocks of the movable type are filled first. If these are full, others too:
 *                a block now is worth more than order among page blocks. Page blocks that are
 *                another zone's, in part or all of them, are passed by.
 * 2. Data        struct compact_control: both scanners, and what they hold. Free pages are taken as
 *                they are needed, so hardly anything is missing meanwhile.
 * 3. Locking     zone->lock for free pages, and migrate.c's rules for movable ones; while a page is
 *                moved no lock is held. The scanners look without one: what they see may be wrong
 *                a moment later, and is asked again under the lock.
 *                compacting: 1 while a CPU is at it.
 * 4. Not done    A background compactor (there are no threads); passing over a zone where it failed
 *                before (Linux's deferral): each request for a block tries once.
 */
#include <lib/align.h>
#include <mm/compaction.h>
#include <mm/fragmentation.h>
#include <mm/mem_map.h>
#include <mm/migrate.h>
#include <mm/page_alloc.h>
#include <mm/vmstat.h>
#include <mm/watermark.h>
#include "page_debug.h"
#include "page_slow.h"
#include "pageblock.h"

/* Up to this fragmentation index it is rather memory that is missing (Linux's default). */
#define EXTFRAG_THRESHOLD 500

struct compact_control {
	struct zone *zone;
	int order;		   /* of the block that is wanted, or COMPACT_ALL */
	bool any_type;		   /* fill page blocks of any type */
	unsigned long migrate_pfn; /* from here on up for movable pages */
	unsigned long free_pfn;	 /* the page block, by its start, that is looked at for free ones */
	struct page_batch batch; /* isolated, to be moved */
	struct list_head freepages; /* isolated, to move to: single pages */
	unsigned int nr_freepages;
	struct compact_stats stats;
};

static int compacting;

/* --- the free scanner ------------------------------------------------------------------------ */

/* Are the free pages of the page block at @pfn there to be filled? Not if all of it is free: that
 * is what is wanted. */
static bool is_migration_target(const struct compact_control *cc, unsigned long pfn)
{
	const struct page *page = pfn_to_page(pfn);
	enum migratetype type;

	if (pageblock_zones[pfn / pageblock_nr_pages] != cc->zone ||
	    (PageBuddy(page) && page_order(page) == pageblock_order))
		return false;
	type = get_pageblock_migratetype(page);
	if (type == MIGRATE_ISOLATE || type == MIGRATE_RESERVE)
		return false;
	return type == MIGRATE_MOVABLE || cc->any_type || page_group_by_mobility_disabled;
}

/* Take the free block at @page off its list, or as much of its beginning as a batch may need, and
 * make single pages in use of it. Return: how many. Context: zone->lock. */
static unsigned long take_free_block(struct compact_control *cc, struct page *page)
{
	enum migratetype type = get_pageblock_migratetype(page);
	unsigned int order = page_order(page);
	unsigned long flags = page->flags;
	struct page *end;

	del_from_free_list(cc->zone, page, order, type);
	while (1UL << order > COMPACT_CLUSTER_MAX) {
		flags -= PG_ORDER_ONE;
		order--;
		add_to_free_list(cc->zone, page + (1UL << order), order, type, flags);
	}
	cc->zone->nr_free_pages -= 1UL << order;
	cc->nr_freepages += 1U << order;
	for (end = page + (1UL << order); page < end; page++) {
		page->flags &= PG_PLACE_MASK;
		page->_count = 1;
		list_add(&page->lru, &cc->freepages);
	}
	return 1UL << order;
}

/* Take free blocks of the page block at free_pfn until there is a page for each of the batch. */
static void isolate_freepages_block(struct compact_control *cc)
{
	unsigned long end = cc->free_pfn + pageblock_nr_pages, pfn, flags;

	spin_lock_irqsave(&cc->zone->lock, flags);
	for_each_mem_map_block (pfn, cc->free_pfn, end) {
		if (cc->nr_freepages >= cc->batch.nr)
			break;
		cc->stats.free_scanned++;
		if (PageBuddy(pfn_to_page(pfn)))
			pfn += take_free_block(cc, pfn_to_page(pfn)) - 1;
	}
	spin_unlock_irqrestore(&cc->zone->lock, flags);
}

/* From the top down, until there is a page for each of the batch or the scanners meet. */
static void isolate_freepages(struct compact_control *cc)
{
	for (;;) {
		if (is_migration_target(cc, cc->free_pfn))
			isolate_freepages_block(cc);
		if (cc->nr_freepages >= cc->batch.nr ||
		    cc->free_pfn <= cc->migrate_pfn + pageblock_nr_pages)
			return;
		cc->free_pfn -= pageblock_nr_pages;
	}
}

static struct page *take_freepage(struct compact_control *cc)
{
	struct page *page = list_first_entry(&cc->freepages, struct page, lru);

	list_del(&page->lru);
	cc->nr_freepages--;
	if (page_debugging)
		page_debug_alloc(page, 0, GFP_HIGHUSER_MOVABLE);
	return page;
}

static struct page *compaction_alloc(struct page *page __unused, void *private)
{
	struct compact_control *cc = private;

	if (!cc->nr_freepages)
		isolate_freepages(cc);
	if (!cc->nr_freepages)
		return NULL;
	cc->stats.isolated++;
	return take_freepage(cc);
}

static void compaction_free(struct page *page, void *private __unused)
{
	__free_page(page);
}

static void release_freepages(struct compact_control *cc)
{
	while (cc->nr_freepages)
		__free_page(take_freepage(cc));
}

/* --- the migrate scanner --------------------------------------------------------------------- */

static unsigned long region_size(const struct compact_control *cc)
{
	return 1UL << (cc->order == COMPACT_ALL ? 0 : cc->order);
}

/* Can the region at @pfn become one free block? */
static bool can_be_emptied(const struct compact_control *cc, unsigned long pfn)
{
	unsigned long start = pfn, end = pfn + region_size(cc);

	if (get_pageblock_migratetype(pfn_to_page(pfn)) == MIGRATE_ISOLATE)
		return false;
	for_each_mem_map_block (pfn, start, end) {
		const struct page *page = pfn_to_page(pfn);

		if (!PageBuddy(page) && !PageMovable(page))
			return false;
	}
	return true;
}

/* What is left of the region that migrate_pfn is in cannot be emptied any more. */
static void skip_region(struct compact_control *cc)
{
	cc->migrate_pfn = ALIGN_UP(cc->migrate_pfn, region_size(cc));
}

/* Take the page at migrate_pfn, if it can be moved, and go on to the next one. */
static void isolate_migratepage(struct compact_control *cc)
{
	struct page *page = pfn_to_page(cc->migrate_pfn);
	bool movable = PageMovable(page);

	cc->migrate_pfn += block_pages(page);
	cc->stats.migrate_scanned++;
	if (!movable)
		return;
	if (isolate_movable_page(page)) {
		cc->stats.failed++;
		skip_region(cc);
		return;
	}
	cc->batch.page[cc->batch.nr++] = page;
	cc->stats.isolated++;
}

/* From the bottom up, a batch. Return: false if the scanners have met. */
static bool isolate_migratepages(struct compact_control *cc)
{
	unsigned long size = region_size(cc);

	while (cc->batch.nr < COMPACT_CLUSTER_MAX && cc->migrate_pfn < cc->free_pfn) {
		unsigned long pfn = cc->migrate_pfn;

		if (pageblock_zones[pfn / pageblock_nr_pages] != cc->zone)
			cc->migrate_pfn = next_zone_pageblock(cc->zone, pfn);
		else if (size > 1 && IS_ALIGNED(pfn, size) && !can_be_emptied(cc, pfn))
			cc->migrate_pfn += size;
		else
			isolate_migratepage(cc);
	}
	return cc->batch.nr;
}

/* --- zones ----------------------------------------------------------------------------------- */

/* Has @zone a block of 2^@order pages that a request may have? The only large block is mostly one
 * that nobody may have: of what lies above a small order, some must remain. */
static bool has_block(const struct zone *zone, unsigned int order)
{
	unsigned int type;

	if (!zone_watermark_ok(zone, order, zone->pages_min, zone_idx(zone), 0))
		return false;
	for (type = 0; type < MIGRATE_ISOLATE; type++)
		if (zone->free_orders[type] >> order)
			return true;
	return false;
}

static void start_scanners(struct compact_control *cc)
{
	cc->migrate_pfn = ALIGN_UP(cc->zone->zone_start_pfn, region_size(cc));
	cc->free_pfn = ALIGN_DOWN(zone_end_pfn(cc->zone) - 1, pageblock_nr_pages);
}

/* Move a batch. Return: false if there was nowhere to move it to. */
static bool move_batch(struct compact_control *cc)
{
	unsigned int isolated = cc->batch.nr;
	int err = migrate_pages(&cc->batch, compaction_alloc, compaction_free, cc);

	cc->stats.moved += isolated - cc->batch.nr;
	cc->stats.failed += cc->batch.nr;
	if (cc->batch.nr)
		skip_region(cc);
	putback_movable_pages(&cc->batch);
	drain_all_pages(); /* the old pages: else they are no part of a block */
	return err >= 0;
}

static bool is_done(const struct compact_control *cc)
{
	return cc->order != COMPACT_ALL && has_block(cc->zone, (unsigned int)cc->order);
}

/* From the ends of the zone to where the scanners meet, unless it is done before. What the free
 * scanner has left over lies where this scan ends: to a later one that may be below its pages. */
static void scan_zone(struct compact_control *cc)
{
	start_scanners(cc);
	while (!is_done(cc) && isolate_migratepages(cc) && move_batch(cc))
		;
	release_freepages(cc);
	drain_all_pages();
}

static void count_events(const struct compact_stats *stats)
{
	count_vm_events(COMPACTMIGRATE_SCANNED, stats->migrate_scanned);
	count_vm_events(COMPACTFREE_SCANNED, stats->free_scanned);
	count_vm_events(COMPACTISOLATED, stats->isolated);
}

static enum compact_result scan_twice(struct compact_control *cc)
{
	drain_all_pages();
	scan_zone(cc);
	if (cc->order != COMPACT_ALL && !is_done(cc)) {
		cc->any_type = true;
		scan_zone(cc);
	}
	return is_done(cc) ? COMPACT_SUCCESS : COMPACT_COMPLETE;
}

enum compact_result compact_zone(struct zone *zone, int order, struct compact_stats *stats)
{
	struct compact_control cc = { .zone = zone, .order = order };
	enum compact_result result = COMPACT_COMPLETE;

	if (__atomic_exchange_n(&compacting, 1, __ATOMIC_ACQUIRE))
		return COMPACT_SKIPPED;
	INIT_LIST_HEAD(&cc.freepages);
	if (zone->spanned_pages)
		result = scan_twice(&cc);
	count_events(&cc.stats);
	__atomic_store_n(&compacting, 0, __ATOMIC_RELEASE);
	if (stats)
		*stats = cc.stats;
	return result;
}

/* --- requests -------------------------------------------------------------------------------- */

bool compaction_suitable(const struct zone *zone, unsigned int order)
{
	unsigned long mark = zone->pages_low + (2UL << order);

	if (!zone_nr_movable(zone) || has_block(zone, order))
		return false;
	/* What is being moved is there twice for a moment. */
	if (!zone_watermark_ok(zone, 0, mark, zone_idx(zone), 0))
		return false;
	return fragmentation_index(zone, order) > EXTFRAG_THRESHOLD;
}

enum compact_result try_to_compact_pages(const struct alloc_request *request)
{
	enum compact_result result = COMPACT_SKIPPED;
	struct zone *const *zone;

	for (zone = request->zones; *zone && result != COMPACT_SUCCESS; zone++)
		if (compaction_suitable(*zone, request->order))
			result = max(result, compact_zone(*zone, (int)request->order, NULL));
	return result;
}
