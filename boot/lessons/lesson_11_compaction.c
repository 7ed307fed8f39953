/* SPDX-License-Identifier: 0BSD
 *
 * lesson_11_compaction.c - a block that is not to be had although enough pages are free, and pages
 * that are moved to make one.
 *
 * Compaction moves pages from the page blocks at the bottom of a zone to those at the top, so the
 * zone needs two: the arena's, and one more. For the time of the lesson the tables of page blocks
 * say that both are of the arena's zone.
 */
#include "arena.h"

#include <lib/string.h>
#include <mm/compaction.h>
#include <mm/fragmentation.h>
#include <mm/highmem.h>
#include <mm/migrate.h>
#include <mm/page_alloc.h>

#include "pageblock.h"

#define WANTED	   6 /* order of the block that somebody wants */
#define CELL_PAGES 8UL
#define NR_CELLS   (NR_BLOCKS * MAX_ORDER_NR_PAGES / CELL_PAGES)

enum { LOWER, UPPER, NR_BLOCKS };

/* A page block of the lesson's zone, and what it is outside. */
static struct page_block {
	struct page *base;
	struct zone *zone;
	unsigned long place; /* bits of page->flags */
	enum migratetype type;
} block[NR_BLOCKS];

static struct page *other; /* the page block that is not the arena's own */
static struct compact_stats stats;
static long got; /* page of the zone where the block begins that was asked for; -1: none */
static unsigned long large_blocks;

/* --- the owner of the pages ------------------------------------------------------------------ */

static bool lesson_isolate(struct page *page)
{
	return PageMovable(page);
}

/* Nobody points to the pages but their own struct page, which moves along. */
static int lesson_migrate(struct page *dst, struct page *src)
{
	copy_highpage(dst, src);
	return 0;
}

static void lesson_putback(struct page *page __unused)
{
}

static const struct movable_operations operations = { lesson_isolate, lesson_migrate,
						      lesson_putback };

/* Each page has its number written in it. */
static void own(struct page *page)
{
	unsigned long *words = page_address(page);

	words[0] = page_to_pfn(page);
	page->private = (void *)words[0];
	__SetPageMovable(page, &operations);
}

static bool is_intact(const struct page *page)
{
	const unsigned long *words = page_address(page);

	return words[0] == (unsigned long)page->private;
}

/* --- the zone -------------------------------------------------------------------------------- */

/* Page @nr of the zone, where the two page blocks follow each other. */
static struct page *page_nr(unsigned long nr)
{
	return block[nr / pageblock_nr_pages].base + nr % pageblock_nr_pages;
}

/* The page block at @base, a block in use, is the lesson's zone's from now on: single pages. */
static void join(struct page_block *b, struct page *base, unsigned long place_here)
{
	struct page *page;

	b->base = base;
	b->zone = pageblock_zones[pageblock_number(base)];
	b->type = get_pageblock_migratetype(base);
	for (page = base; page < base + pageblock_nr_pages; page++) {
		page->flags = place_here;
		page->_count = 1;
	}
	pageblock_zones[pageblock_number(base)] = arena.zone;
	set_pageblock_migratetype(base, arena.type);
}

/* It is again what it was. */
static void leave(const struct page_block *b)
{
	struct page *page;

	for (page = b->base; page < b->base + pageblock_nr_pages; page++) {
		if (PageMovable(page))
			__ClearPageMovable(page);
		page->flags = b->place;
		page->_count = 0;
	}
	b->base->flags |= order_bits(pageblock_order);
	b->base->_count = 1;
	pageblock_zones[pageblock_number(b->base)] = b->zone;
	set_pageblock_migratetype(b->base, b->type);
}

static void make_zone(void)
{
	unsigned int mine = arena.base < other ? LOWER : UPPER;
	unsigned long place = arena.base->flags & PG_PLACE_MASK;

	block[mine].place = arena.place;
	block[!mine].place = other->flags & PG_PLACE_MASK;
	join(&block[mine], arena.base, place);
	join(&block[!mine], other, place);
	arena.zone->zone_start_pfn = page_to_pfn(block[LOWER].base);
	arena.zone->spanned_pages = page_to_pfn(block[UPPER].base) + pageblock_nr_pages -
				    arena.zone->zone_start_pfn;
	arena.zone->present_pages = NR_BLOCKS * pageblock_nr_pages;
}

static bool open(struct lesson_run *run)
{
	if (!arena_open(run, pageblock_order))
		return false;
	arena.type = gfp_migratetype(__GFP_MOVABLE);
	if (!arena_can_request(run)) {
		arena_close();
		return false;
	}
	other = alloc_pages(GFP_KERNEL | __GFP_NOWARN, pageblock_order);
	if (!other) {
		lesson_say(run, "This lesson needs two blocks of %lu pages, and there is one\n",
			   pageblock_nr_pages);
		arena_close();
		return false;
	}
	make_zone();
	return true;
}

static void close(void)
{
	leave(&block[LOWER]);
	leave(&block[UPPER]);
	__free_pages(other, pageblock_order);
	arena_close();
}

/* --- the picture ----------------------------------------------------------------------------- */

/* Each cell is so many free pages of CELL_PAGES, or m: all are in use. */
static void draw(struct lesson_run *run)
{
	char cells[NR_CELLS];
	unsigned long nr, pages;

	memset(cells, '0', sizeof(cells));
	for (nr = 0; nr < NR_BLOCKS * pageblock_nr_pages; nr += pages) {
		const struct page *page = page_nr(nr);
		unsigned long i;

		pages = PageBuddy(page) ? 1UL << page_order(page) : 1;
		for (i = nr; PageBuddy(page) && i < nr + pages; i++)
			cells[i / CELL_PAGES]++;
	}
	for (nr = 0; nr < NR_CELLS; nr++)
		if (cells[nr] == '0')
			cells[nr] = 'm';
	lesson_picture(run, "8 pages", 0, cells, NR_CELLS);
}

/* --- steps ----------------------------------------------------------------------------------- */

static void free_every_second(struct lesson_run *run)
{
	unsigned long nr;

	for (nr = 0; nr < NR_BLOCKS * pageblock_nr_pages; nr++)
		if (nr % 2)
			own(page_nr(nr));
		else
			__free_page(page_nr(nr));
	lesson_say(run, "%lu pages are free\n", arena.zone->nr_free_pages);
}

static u64 blocks_by_number(void)
{
	return arena.zone->nr_free_pages >> WANTED;
}

/* The number in the zone of the first page of what a request gets; -1: nothing. */
static long ask_for_block(void)
{
	struct page *page = arena_request_page(GFP_NOWAIT, WANTED);
	unsigned long in_upper;

	if (!page)
		return -1;
	in_upper = page >= block[UPPER].base ? pageblock_nr_pages : 0;
	return (long)(in_upper + (page_to_pfn(page) & (pageblock_nr_pages - 1)));
}

static void ask(struct lesson_run *run)
{
	int index = fragmentation_index(arena.zone, WANTED);

	got = ask_for_block();
	lesson_say(run, "Before the request the fragmentation index of order %u was %d.%03d\n",
		   WANTED, index / 1000, index % 1000);
	lesson_say(run, "The request %s\n", got < 0 ? "fails" : "is served");
}

static u64 is_for_want_of_memory(void)
{
	return fragmentation_index(arena.zone, WANTED) <= 500;
}

static void compact(struct lesson_run *run)
{
	enum compact_result result = compact_zone(arena.zone, WANTED, &stats);

	lesson_say(run, "%s; %lu pages from the bottom and %lu from the top were looked at\n",
		   result == COMPACT_SUCCESS ? "There is a block" : "There is no block",
		   stats.migrate_scanned, stats.free_scanned);
}

static u64 pages_moved(void)
{
	return stats.moved;
}

static u64 place_of_block(void)
{
	return (u64)got;
}

static void give_back_and_compact(struct lesson_run *run)
{
	unsigned long nr, intact = 0, owned = 0;

	if (got >= 0)
		__free_pages(page_nr((unsigned long)got), WANTED);
	compact_zone(arena.zone, COMPACT_ALL, &stats);
	for (nr = 0; nr < NR_BLOCKS * pageblock_nr_pages; nr++) {
		owned += PageMovable(page_nr(nr));
		intact += PageMovable(page_nr(nr)) && is_intact(page_nr(nr));
	}
	large_blocks = arena.zone->free_area[pageblock_order].nr_free;
	lesson_say(run, "%lu pages were moved; of %lu in use %lu have their contents\n",
		   stats.moved, owned, intact);
}

static u64 largest_blocks(void)
{
	return large_blocks;
}

static const struct lesson_step steps[] = {
	{
		.text = "The zone is two page blocks, all of it in use by somebody who can "
			"move his pages. A digit says how many of 8 pages are free, "
			"m that none is. Every second page comes back, and no two of "
			"them are buddies.",
		.act = free_every_second,
		.question = "How many blocks of 64 pages (order 6) would the free pages be?",
		.answer = blocks_by_number,
		.why = "all that are free, divided by 64.",
	},
	{
		.text = "Somebody asks for one block of order 6. The fragmentation index says "
			"why he does not get it: towards 0 for want of memory, "
			"towards 1 because it is in pieces.",
		.act = ask,
		.question = "Is it for want of memory (yes or no)?",
		.answer = is_for_want_of_memory,
		.kind = LESSON_YES_NO,
		.why = "the index is 1 - (1 + free pages / 64) / free blocks. Up to 0.5 "
		       "compaction is not even tried.",
	},
	{
		.text = "The zone is compacted, until there is a block of order 6: pages in "
			"use are moved from the bottom to free ones at the top, by "
			"their owner.",
		.act = compact,
		.question = "How many pages had to be moved?",
		.answer = pages_moved,
		.why = "the pages in use among the lowest 64: that region is a block then. "
		       "With more of them in use it would have taken more copying "
		       "for the same block.",
	},
	{
		.text = "The same request again.",
		.act = ask,
		.question = "At which page of the zone (from 0) does the block that it got begin?",
		.answer = place_of_block,
		.why = "the scanner for pages in use begins at the bottom, so the first block "
		       "is there. The index is negative where a block is free, and "
		       "high again without one.",
	},
	{
		.text = "The block is given back, and everything is moved that can be.",
		.act = give_back_and_compact,
		.question = "How many free blocks of the largest order are there?",
		.answer = largest_blocks,
		.why = "the pages in use fill the upper page block, and the lower one is free "
		       "as a whole.",
	},
};
LESSON(11, 11, "compaction: pages that are moved", "6.5", "3.5.2", open, close, draw, steps,
       ARRAY_SIZE(steps));
