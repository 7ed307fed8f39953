/* SPDX-License-Identifier: 0BSD
 *
 * lesson_12_marks.c - the watermarks of a zone, and which request stops at which one.
 */
#include "arena.h"

#include <mm/report.h>
#include <mm/watermark.h>

#define ORDER	    7
#define BLOCK_ORDER 3

static unsigned long got; /* pages by the requests of this step */
static bool block_is_had;

/* The arena is the lowmem of a machine of its size, and four times as large as its pages_min. */
static bool open(struct lesson_run *run)
{
	struct watermarks marks;

	if (!arena_open(run, ORDER))
		return false;
	if (!arena_can_request(run)) {
		arena_close();
		return false;
	}
	arena_release(0, arena.pages);
	marks = zone_watermarks(min_free_kbytes_of(K(arena.pages)) >> (PAGE_SHIFT - 10),
				arena.pages, arena.pages, false);
	arena.zone->pages_min = marks.min;
	arena.zone->pages_low = marks.low;
	arena.zone->pages_high = marks.high;
	return true;
}

static void draw(struct lesson_run *run)
{
	arena_draw_pages(run);
	lesson_say(run, "pages_min %lu, pages_low %lu, pages_high %lu\n", arena.zone->pages_min,
		   arena.zone->pages_low, arena.zone->pages_high);
}

/* --- this machine ---------------------------------------------------------------------------- */

static const struct zone *first_zone(void)
{
	return node_zonelist(numa_node_id(), GFP_KERNEL)->zones[0];
}

static void show_marks(struct lesson_run *run)
{
	const struct zone *zone;

	lesson_say(run, "min_free_kbytes is %lu, lowmem has %lu KiB\n", min_free_kbytes,
		   K(nr_present_lowmem_pages()));
	for_each_populated_zone (zone)
		lesson_say(run,
			   "Node %d, zone %8s: %lu pages present, pages_min %lu, pages_low %lu\n",
			   zone->zone_pgdat->node_id, zone->name, zone->present_pages,
			   zone->pages_min, zone->pages_low);
	lesson_say(run, "The zone that GFP_KERNEL asks first is %s of node %d\n",
		   first_zone()->name, first_zone()->zone_pgdat->node_id);
}

static u64 high_of_first(void)
{
	return first_zone()->pages_high;
}

/* --- the arena ------------------------------------------------------------------------------- */

static void take(struct lesson_run *run, const char *name, gfp_t gfp, char letter)
{
	for (got = 0; arena_request(gfp, 0, letter) >= 0; got++)
		;
	lesson_say(run, "%s: pages, and at last NULL\n", name);
}

static void take_ordinary(struct lesson_run *run)
{
	take(run, "GFP_NOWAIT", GFP_NOWAIT, 'n');
}

static void take_atomic(struct lesson_run *run)
{
	take(run, "GFP_ATOMIC", GFP_ATOMIC, 'a');
}

static void take_memalloc(struct lesson_run *run)
{
	take(run, "__GFP_MEMALLOC", GFP_NOWAIT | __GFP_MEMALLOC, 'm');
}

static u64 still_free(void)
{
	return arena.zone->nr_free_pages;
}

static u64 pages_got(void)
{
	return got;
}

/* Every second page comes back: many pages, and no block. */
static void free_every_second(struct lesson_run *run)
{
	unsigned long nr;

	for (nr = 0; nr < arena.pages; nr += 2)
		arena_free(nr, 0);
	block_is_had = zone_watermark_ok(arena.zone, BLOCK_ORDER, arena.zone->pages_min,
					 ZONE_NORMAL, 0);
	lesson_say(run, "%lu pages are free, more than pages_high\n", arena.zone->nr_free_pages);
}

static u64 block_can_be_had(void)
{
	return block_is_had;
}

static const struct lesson_step steps[] = {
	{
		.text = "Each zone has three marks. min_free_kbytes is shared out among the "
			"zones of lowmem by their size: that is pages_min. pages_low "
			"is a quarter of it more, pages_high a half. HighMem, where there is "
			"any, has a pages_min of its own, a page for each 1024 (32 at least, "
			"128 at most); what pages_low and pages_high add to that is a quarter "
			"and a half of the share that lowmem of its size would have. These are "
			"the machine's own ones.",
		.act = show_marks,
		.question = "What is pages_high of the zone that GFP_KERNEL asks first?",
		.answer = high_of_first,
		.why = "pages_min and half of it; a fraction is dropped at the end. "
		       "min_free_kbytes is the root of 16 times lowmem in KiB: four "
		       "times the memory has twice of it.",
		.no_picture = true,
	},
	{
		.text = "The arena has marks of its own, as a machine of its size would. "
			"Pages are asked for with GFP_NOWAIT (n): as GFP_KERNEL does, "
			"but nothing is reclaimed.",
		.act = take_ordinary,
		.question = "How many pages are still free?",
		.answer = still_free,
		.why = "an ordinary request leaves pages_min free. The first round stops at "
		       "pages_low, so that whoever can reclaim begins early; then "
		       "pages_min is the end.",
	},
	{
		.text = "Now with GFP_ATOMIC (a): somebody who cannot wait. __GFP_HIGH may "
			"use half of pages_min, and __GFP_ATOMIC a quarter of what is "
			"left of it.",
		.act = take_atomic,
		.question = "How many pages are still free?",
		.answer = still_free,
		.why = "pages_min - pages_min / 2, and a quarter of that less: three eighths.",
	},
	{
		.text = "At last with __GFP_MEMALLOC (m), for somebody who will give back more "
			"than he takes. In Linux a process with PF_MEMALLOC asks so.",
		.act = take_memalloc,
		.question = "How many pages did it get?",
		.answer = pages_got,
		.why = "all that GFP_ATOMIC had left: no mark counts (ALLOC_NO_WATERMARKS).",
	},
	{
		.text = "Every second page comes back. A block of 8 pages is asked for, of "
			"order 3.",
		.act = free_every_second,
		.question = "Are the marks satisfied for it (yes or no)?",
		.answer = block_can_be_had,
		.kind = LESSON_YES_NO,
		.why = "blocks that are too small do not count: of what is free above order "
		       "0, half of the mark must be left, above order 1 a quarter, "
		       "and so on. Here that is nothing.",
	},
};
LESSON(12, 12, "watermarks: who stops where", "2.2.1", "3.2.2, 3.5.5", open, arena_close, draw,
       steps, ARRAY_SIZE(steps));
