/* SPDX-License-Identifier: 0BSD
 *
 * compaction.c - large blocks come back where pages can be moved, and only there.
 *
 * The load: all memory is taken in single movable pages, and some of them, chosen at random, are
 * freed again. What is free then is in pieces all over.
 */
#include <lib/errno.h>
#include <mm/compaction.h>
#include <mm/fragmentation.h>
#include <mm/mem_map.h>
#include <mm/mm_check.h>
#include <mm/page_isolation.h>
#include <mm/vmstat.h>
#include <test/ktest.h>
#include <test/pages.h>

#include "mover.h"
#include "page_stock.h"

#define LARGEST	 (MAX_ORDER - 1)
#define MAX_LOAD 65536 /* pages: more take their time, and show nothing new */
/* In a zone of a few page blocks, one of which is kept as a reserve, none can become free. */
#define MIN_LOAD (9 * pageblock_nr_pages)
#define MIN_ZONE (9 * pageblock_nr_pages / 2)

static struct free_counts before;

/* Is memory of the size for a load? */
static bool fits_a_load(unsigned long pages)
{
	return pages >= MIN_LOAD && pages <= MAX_LOAD && freest_zone()->nr_free_pages >= MIN_ZONE;
}

/* Take what @gfp can have, and keep @percent of it.
 * Return: false if there is too little memory for that, or too much. */
static bool load_of(gfp_t gfp, unsigned int percent)
{
	unsigned long i, pages = free_pages_now();

	free_counts_record(&before);
	if (!fits_a_load(pages) || !mover_open(pages))
		return false;
	while (mover_take(gfp | __GFP_NOWARN | __GFP_NORETRY))
		;
	for (i = 0; i < mover.nr; i++)
		if (mover.slot[i].page && kt_random_below(100) >= percent)
			mover_release(&mover.slot[i]);
	return true;
}

static bool load(unsigned int percent)
{
	return load_of(GFP_HIGHUSER_MOVABLE, percent);
}

#define make_load(percent)                                                    \
	do {                                                                  \
		if (!load(percent))                                           \
			kt_skip("too little memory for a load, or too much"); \
	} while (0)

/* All is as it was before the load. */
static void end_load(void)
{
	struct mm_check check = { 0 };

	kt_true(mover_is_intact());
	kt_eq(mover.moved_down, 0);
	kt_eq(mover.spoilt, 0);
	kt_eq(mm_check(&check), 0);
	mover_close();
	free_counts_compare(&before);
}

/* The zone with the most movable pages. */
static struct zone *loaded_zone(void)
{
	struct zone *zone, *best = first_zone();

	for_each_populated_zone (zone)
		if (zone_nr_movable(zone) > zone_nr_movable(best))
			best = zone;
	return best;
}

static struct page *largest_block(gfp_t gfp)
{
	return alloc_pages(gfp | __GFP_NOWARN, LARGEST);
}

static unsigned long blocks_of(const struct zone *zone, unsigned int order)
{
	return zone->free_area[order].nr_free;
}

/* --- a zone ---------------------------------------------------------------------------------- */

KTEST(compaction, the_largest_block_comes_back, SHORT)
{
	struct compact_stats stats;
	struct zone *zone;

	make_load(40);
	zone = loaded_zone();
	kt_eq(blocks_of(zone, LARGEST), 0);
	kt_true(compaction_suitable(zone, LARGEST));
	kt_eq(compact_zone(zone, LARGEST, &stats), COMPACT_SUCCESS);
	kt_true(blocks_of(zone, LARGEST) > 0);
	kt_false(compaction_suitable(zone, LARGEST));
	kt_true(stats.moved > 0 && stats.moved < pageblock_nr_pages);
	kt_eq(stats.failed, 0);
	end_load();
}

KTEST(compaction, every_order_comes_back, SHORT)
{
	unsigned int order;
	struct zone *zone;

	make_load(60);
	zone = loaded_zone();
	for (order = 1; order < MAX_ORDER; order++) {
		kt_eq(compact_zone(zone, (int)order, NULL), COMPACT_SUCCESS);
		kt_true(zone_free_orders(zone) >> order);
	}
	end_load();
}

/* What is free is in blocks of the largest order then, but for what no page block was left for: in
 * a small zone one more of them is much. */
KTEST(compaction, a_whole_zone_is_pushed_together, SHORT)
{
	struct compact_stats stats;
	struct zone *zone;

	make_load(40);
	zone = loaded_zone();
	kt_true(unusable_free_index(zone, LARGEST) == 1000);
	kt_eq(compact_zone(zone, COMPACT_ALL, &stats), COMPACT_COMPLETE);
	kt_eq(stats.moved, mover.moved);
	kt_true(blocks_of(zone, LARGEST) + 1 >= zone->nr_free_pages / pageblock_nr_pages * 3 / 4);
	kt_note("zone %s: %lu of %lu free pages in blocks of order %d, %lu pages moved", zone->name,
		blocks_of(zone, LARGEST) * pageblock_nr_pages, zone->nr_free_pages, LARGEST,
		stats.moved);
	end_load();
}

/* Release the load's pages in [@start, @end). */
static void release_range(unsigned long start, unsigned long end)
{
	unsigned long i;

	for (i = 0; i < mover.nr; i++) {
		const struct page *page = mover.slot[i].page;

		if (page && page_to_pfn(page) >= start && page_to_pfn(page) < end)
			mover_release(&mover.slot[i]);
	}
	drain_all_pages();
}

/* Are all pages of the page block at @start the load's, or free? */
static bool is_all_ours(unsigned long start)
{
	unsigned long pfn, ours = 0;

	if (pageblock_is_mixed(start))
		return false;
	for_each_mem_map_block (pfn, start, start + pageblock_nr_pages)
		if (PageMovable(pfn_to_page(pfn)) || PageBuddy(pfn_to_page(pfn)))
			ours += block_pages(pfn_to_page(pfn));
	return ours == pageblock_nr_pages;
}

/* The lowest such page block of @zone; 0: there is none. */
static unsigned long bottom_page_block(const struct zone *zone)
{
	unsigned long pfn;

	for_each_zone_pageblock (pfn, zone)
		if (is_all_ours(pfn))
			return pfn;
	return 0;
}

/* The uppermost one. */
static unsigned long top_page_block(const struct zone *zone)
{
	unsigned long block = 0, pfn;

	for_each_zone_pageblock (pfn, zone)
		if (is_all_ours(pfn))
			block = pfn;
	return block;
}

static unsigned long movable_pages(unsigned long block)
{
	unsigned long pfn, pages = 0;

	for (pfn = block; pfn < block + pageblock_nr_pages; pfn++)
		pages += PageMovable(pfn_to_page(pfn));
	return pages;
}

/* Nothing is taken out of the lower one, and nothing is moved to the upper one, though both are all
 * the load's. */
KTEST(compaction, a_mixed_page_block_is_passed_by, SHORT)
{
	unsigned long low, high, in_low, in_high;
	struct zone *zone;

	make_load(40);
	zone = loaded_zone();
	low = bottom_page_block(zone);
	high = top_page_block(zone);
	if (low == high) {
		end_load();
		kt_skip("no two page blocks are all the load's");
	}
	in_low = movable_pages(low);
	in_high = movable_pages(high);
	pageblock_zones[low / pageblock_nr_pages] = NULL;
	pageblock_zones[high / pageblock_nr_pages] = NULL;
	kt_eq(compact_zone(zone, COMPACT_ALL, NULL), COMPACT_COMPLETE);
	kt_true(mover.moved > 0);
	kt_eq(movable_pages(low), in_low);
	kt_eq(movable_pages(high), in_high);
	pageblock_zones[low / pageblock_nr_pages] = zone;
	pageblock_zones[high / pageblock_nr_pages] = zone;
	end_load();
}

/* Whatever else is to be filled first: a page block that is all free is left alone. */
KTEST(compaction, a_free_page_block_is_not_filled, SHORT)
{
	struct zone *zone;
	unsigned long top;

	make_load(40);
	zone = loaded_zone();
	top = top_page_block(zone);
	release_range(top, top + pageblock_nr_pages);
	kt_eq(compact_zone(zone, COMPACT_ALL, NULL), COMPACT_COMPLETE);
	kt_true(mover.moved > 0);
	kt_true(PageBuddy(pfn_to_page(top)));
	kt_eq(page_order(pfn_to_page(top)), LARGEST);
	end_load();
}

/* One that is nearly free is, and in parts: nothing of its large blocks gets lost. */
KTEST(compaction, large_blocks_are_taken_in_parts, SHORT)
{
	unsigned long top, free;
	struct zone *zone;

	make_load(40);
	zone = loaded_zone();
	top = top_page_block(zone);
	release_range(top + 1, top + pageblock_nr_pages);
	if (!PageMovable(pfn_to_page(top)))
		kt_true(mover_take(GFP_HIGHUSER_MOVABLE)); /* somewhere: the block is free */
	drain_all_pages();
	free = zone->nr_free_pages;
	kt_eq(compact_zone(zone, 4, NULL), COMPACT_SUCCESS);
	kt_eq(compact_zone(zone, COMPACT_ALL, NULL), COMPACT_COMPLETE);
	drain_all_pages();
	kt_eq(zone->nr_free_pages, free);
	end_load();
}

KTEST(compaction, an_isolated_page_block_is_not_filled, SHORT)
{
	bool grouping_off = page_group_by_mobility_disabled;
	enum migratetype type;
	unsigned long top, i, inside = 0;
	struct zone *zone;

	make_load(40);
	zone = loaded_zone();
	top = top_page_block(zone);
	type = get_pageblock_migratetype(pfn_to_page(top));
	kt_eq(start_isolate_page_range(top, top + pageblock_nr_pages, type), 0);
	release_range(top + 10, top + pageblock_nr_pages);
	page_group_by_mobility_disabled = true; /* any type will do */
	kt_eq(compact_zone(zone, COMPACT_ALL, NULL), COMPACT_COMPLETE);
	page_group_by_mobility_disabled = grouping_off;
	kt_true(mover.moved > 0);
	for (i = 10; i < pageblock_nr_pages; i++)
		inside += PageMovable(pfn_to_page(top + i));
	kt_eq(inside, 0);
	undo_isolate_page_range(top, top + pageblock_nr_pages, type);
	end_load();
}

/* Pages that did not say that they would be movable lie in page blocks of another type. */
KTEST(compaction, unmovable_page_blocks_are_filled_at_last, SHORT)
{
	struct zone *zone;

	if (!load_of(GFP_KERNEL, 40))
		kt_skip("too little memory for a load, or too much");
	zone = loaded_zone();
	kt_eq(compact_zone(zone, LARGEST, NULL), COMPACT_SUCCESS);
	end_load();
}

KTEST(compaction, without_movable_pages_nothing_happens, SHORT)
{
	struct free_counts counts;
	struct compact_stats stats;
	struct zone *zone = first_zone();

	free_counts_record(&counts);
	kt_false(compaction_suitable(zone, LARGEST));
	kt_eq(compact_zone(zone, COMPACT_ALL, &stats), COMPACT_COMPLETE);
	kt_eq(stats.moved + stats.failed + stats.isolated, 0);
	free_counts_compare(&counts);
}

KTEST(compaction, an_empty_zone_has_no_blocks, SHORT)
{
	static struct zone empty;

	kt_eq(compact_zone(&empty, LARGEST, NULL), COMPACT_COMPLETE);
	kt_eq(compact_zone(&empty, COMPACT_ALL, NULL), COMPACT_COMPLETE);
}

/* --- requests -------------------------------------------------------------------------------- */

/* How often it happened since the last look. */
static unsigned long happened(enum vm_event_item item)
{
	static unsigned long seen[NR_VM_EVENT_ITEMS];
	unsigned long before_that = seen[item];

	seen[item] = vm_events(item);
	return seen[item] - before_that;
}

KTEST(compaction, a_request_is_served_that_would_fail, SHORT)
{
	unsigned int item;
	struct page *page;

	make_load(40);
	kt_ptr_eq(largest_block(GFP_NOWAIT | __GFP_HIGHMEM), NULL);
	for (item = 0; item < NR_VM_EVENT_ITEMS; item++)
		happened(item);
	page = largest_block(GFP_HIGHUSER_MOVABLE);
	kt_true(page);
	kt_eq(happened(COMPACTSTALL), 1);
	kt_eq(happened(COMPACTSUCCESS), 1);
	kt_eq(happened(COMPACTFAIL), 0);
	kt_true(happened(COMPACTISOLATED) > mover.moved);
	kt_true(happened(COMPACTMIGRATE_SCANNED) > 0);
	kt_true(happened(COMPACTFREE_SCANNED) > 0);
	if (page)
		__free_pages(page, LARGEST);
	end_load();
}

KTEST(compaction, a_request_that_fails_all_the_same, SHORT)
{
	make_load(40);
	happened(COMPACTFAIL);
	mover.refuse = true;
	kt_ptr_eq(largest_block(GFP_HIGHUSER_MOVABLE), NULL);
	kt_true(happened(COMPACTFAIL) > 0);
	end_load();
}

/* A page that stays in every page block: the requests for them were mixed, and no grouping. */
KTEST(compaction, what_cannot_be_moved_is_left_alone, SHORT)
{
	struct compact_stats stats;
	struct zone *zone;
	unsigned long i;

	make_load(40);
	zone = loaded_zone();
	for (i = 0; i < mover.nr; i++)
		if (mover.slot[i].page && !(page_to_pfn(mover.slot[i].page) & 0x1E0))
			__ClearPageMovable(mover.slot[i].page);
	kt_eq(compact_zone(zone, LARGEST, &stats), COMPACT_COMPLETE);
	kt_eq(stats.moved, 0);
	kt_eq(compact_zone(zone, 4, NULL), COMPACT_SUCCESS);
	for (i = 0; i < mover.nr; i++)
		if (mover.slot[i].page && !PageMovable(mover.slot[i].page))
			__SetPageMovable(mover.slot[i].page, &mover_operations);
	end_load();
}

/* What is moved needs room. */
KTEST(compaction, the_watermark_is_looked_at, SHORT)
{
	struct zone *zone;
	unsigned long low;

	make_load(40);
	zone = loaded_zone();
	low = zone->pages_low;
	zone->pages_low = zone->nr_free_pages - (2UL << LARGEST);
	kt_false(compaction_suitable(zone, LARGEST));
	zone->pages_low = low;
	kt_true(compaction_suitable(zone, LARGEST));
	end_load();
}

/* Six halves of page blocks: for so few pieces Linux calls it a want of memory. */
KTEST(compaction, few_large_pieces_are_left_alone, SHORT)
{
	unsigned long block, low, halves = 0;
	struct zone *zone;

	make_load(100);
	while (mover_take(GFP_HIGHUSER_MOVABLE | __GFP_MEMALLOC | __GFP_NOWARN | __GFP_NORETRY))
		; /* the reserve, too */
	zone = loaded_zone();
	block = ALIGN_UP(zone->zone_start_pfn, pageblock_nr_pages);
	for (; halves < 6 && block < zone_end_pfn(zone); block += pageblock_nr_pages) {
		if (pageblock_zones[block / pageblock_nr_pages] != zone || !is_all_ours(block))
			continue;
		release_range(block, block + pageblock_nr_pages / 2);
		halves++;
	}
	if (halves < 6) {
		end_load();
		kt_skip("fewer than six page blocks");
	}
	low = zone->pages_low;
	zone->pages_low = 0;
	kt_true(zone->nr_free_pages > 2UL << LARGEST);
	kt_false(compaction_suitable(zone, LARGEST));
	zone->pages_low = low;
	end_load();
}

KTEST(compaction, too_little_memory_is_no_matter_for_it, SHORT)
{
	struct zone *zone;

	make_load(99);
	zone = loaded_zone();
	kt_false(compaction_suitable(zone, LARGEST));
	end_load();
}

/* Every 16th page is one that cannot be moved. They have page blocks of their own, if these are
 * grouped; otherwise there would be some in each. */
KTEST(compaction, a_mixed_load_is_no_obstacle, SHORT)
{
	unsigned long i, pages = free_pages_now();
	struct page_stock unmovable;
	struct page *page;

	free_counts_record(&before);
	if (!fits_a_load(pages) || !mover_open(pages))
		kt_skip("too little memory for a load, or too much");
	page_stock_init(&unmovable);
	for (i = 0; i % 16 ? mover_take(GFP_KERNEL | __GFP_MOVABLE | __GFP_NOWARN) != NULL
			   : page_stock_alloc(&unmovable, GFP_KERNEL | __GFP_NOWARN, 0) != NULL;
	     i++)
		;
	for (i = 0; i < mover.nr; i++)
		if (mover.slot[i].page && kt_random_below(100) >= 40)
			mover_release(&mover.slot[i]);
	kt_ptr_eq(largest_block(GFP_NOWAIT), NULL);
	page = largest_block(GFP_KERNEL);
	kt_true(page);
	if (page)
		__free_pages(page, LARGEST);
	page_stock_free(&unmovable);
	end_load();
}

/* --- owners that will not -------------------------------------------------------------------- */

/* Pages come and go, and zones are compacted in between, for this order or that. */
static void storm(unsigned int rounds)
{
	unsigned int i;

	for (i = 0; i < rounds; i++) {
		struct mover_slot *slot = &mover.slot[kt_random_below((u32)mover.nr)];

		if (slot->page)
			mover_release(slot);
		else
			mover_take(GFP_HIGHUSER_MOVABLE | __GFP_NOWARN);
		mover.err = kt_random_below(2) ? -EAGAIN : -EBUSY;
		mover.nr_err = kt_random_below(20);
		if (i % 50 == 0)
			compact_zone(loaded_zone(), (int)kt_random_below(MAX_ORDER), NULL);
	}
}

KTEST(compaction, nothing_is_lost_in_a_storm, SHORT)
{
	struct mm_check check = { 0 };
	unsigned int i;

	make_load(50);
	for (i = 0; i < 10; i++) {
		storm(500);
		if (!kt_true(mover_is_intact()) || !kt_eq(mm_check(&check), 0))
			break;
	}
	kt_true(mover.moved > 0);
	end_load();
}

KTEST(compaction, owners_may_refuse, SHORT)
{
	struct compact_stats stats;
	struct zone *zone;

	make_load(40);
	zone = loaded_zone();
	mover.refuse = true;
	kt_eq(compact_zone(zone, LARGEST, &stats), COMPACT_COMPLETE);
	kt_eq(stats.moved, 0);
	kt_true(stats.failed > 0);
	mover.refuse = false;
	kt_eq(compact_zone(zone, LARGEST, &stats), COMPACT_SUCCESS);
	end_load();
}

KTEST(compaction, pages_that_do_not_move_go_back, SHORT)
{
	struct compact_stats stats;
	struct zone *zone;

	make_load(40);
	zone = loaded_zone();
	mover.err = -EBUSY;
	mover.nr_err = 40;
	kt_eq(compact_zone(zone, LARGEST, &stats), COMPACT_SUCCESS);
	kt_eq(stats.failed, 40);
	kt_eq(mover.put_back, 40);
	end_load();
}

/* The rest of a region with a page that stays is not moved either: it would be in vain. */
KTEST(compaction, a_region_with_a_page_that_stays_is_left, SHORT)
{
	struct compact_stats stats;
	struct zone *zone;

	make_load(40);
	zone = loaded_zone();
	mover.err = -EBUSY;
	mover.nr_err = 1;
	kt_eq(compact_zone(zone, LARGEST, &stats), COMPACT_SUCCESS);
	kt_eq(stats.failed, 1);
	kt_true(stats.moved < pageblock_nr_pages * 6 / 10);
	end_load();
}

static enum compact_result nested;

static void compact_once_more(void)
{
	nested = compact_zone(loaded_zone(), LARGEST, NULL);
}

/* From within an owner's operation, or on another CPU. */
KTEST(compaction, one_at_a_time, SHORT)
{
	struct zone *zone;

	make_load(40);
	zone = loaded_zone();
	nested = COMPACT_SUCCESS;
	mover.meanwhile = compact_once_more;
	kt_eq(compact_zone(zone, LARGEST, NULL), COMPACT_SUCCESS);
	kt_eq(nested, COMPACT_SKIPPED);
	end_load();
}
