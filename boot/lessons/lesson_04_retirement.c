/* SPDX-License-Identifier: 0BSD
 *
 * lesson_04_retirement.c - the bitmap's free pages become the buddy allocator's.
 */
#include "boot_arena.h"

#define ORDER 5

static bool open(struct lesson_run *run)
{
	return boot_arena_open(run, ORDER, 2, "####......####..");
}

static void draw(struct lesson_run *run)
{
	if (bootmem_is_live())
		boot_arena_draw(run);
	else
		lesson_say(run, "bootmem has no bitmap any more\n");
	arena_draw(run);
}

static u64 pages_in_zone(void)
{
	return arena.zone->nr_free_pages;
}

/* A page leaves the bitmap and goes to the zone's lists. */
static void give_page(struct lesson_run *run, unsigned long nr)
{
	unsigned int order;

	reserve_bootmem(boot_arena_phys(nr << PAGE_SHIFT), PAGE_SIZE);
	arena_release(nr, nr + 1);
	lesson_say(run, "Page %lu is given:", nr);
	for (order = 0; order < 4; order++)
		lesson_say(run, " order %u: %lu", order, arena.zone->free_area[order].nr_free);
	lesson_say(run, "\n");
}

static void give_four(struct lesson_run *run)
{
	unsigned int i;

	for (i = 0; i < 4; i++)
		give_page(run, boot_arena_first_fit(1));
}

static u64 blocks(void)
{
	unsigned int order;
	u64 nr = 0;

	for (order = 0; order < MAX_ORDER; order++)
		nr += arena.zone->free_area[order].nr_free;
	return nr;
}

static void retire(struct lesson_run *run)
{
	lesson_say(run, "free_all_bootmem() gave %lu pages\n", free_all_bootmem());
}

static u64 bitmap_pages_given(void)
{
	return PageReserved(arena.base + 2) ? 0 : 1;
}

static u64 reserved_pages(void)
{
	return arena.pages - arena.zone->managed_pages;
}

static void take_and_free(struct lesson_run *run)
{
	long nr = arena_alloc(0, 'a');

	lesson_say(run, "Page %ld is handed out, and comes back\n", nr);
	if (nr >= 0)
		arena_free((unsigned long)nr, 0);
}

static const struct lesson_step steps[] = {
	{
		.text = "The boot is nearly over. The bitmap says which pages are free (the "
			"dots). Below are the same pages as the zone has them: all reserved "
			"(#), all lists are empty. free_area_init_nodes() left it so.",
		.question = "How many pages can alloc_pages() hand out now?",
		.answer = pages_in_zone,
		.why = "what is free in the bitmap is on no list yet: nr_free is 0 for each "
		       "order.",
	},
	{
		.text = "Page by page, as Linux 2.4 does it: PG_reserved is cleared, and the "
			"page is freed like any other. Watch the lists.",
		.act = give_four,
		.question = "In how many blocks do these 4 pages lie now?",
		.answer = blocks,
		.why = "whenever both halves of a larger block are free they become that "
		       "block; page 4 is a multiple of 4, so the four pages are a block of "
		       "order 2.",
	},
	{
		.text = "free_all_bootmem() gives the rest: here in the largest blocks that a "
			"run of free bits has room for, which spares the merging. The bitmap's "
			"own page comes last.",
		.act = retire,
		.question = "How many pages that the bitmap lay in are free now?",
		.answer = bitmap_pages_given,
		.why = "nobody needs it any more: it is an ordinary page. From now on "
		       "a call to bootmem stops the kernel.",
	},
	{
		.text = "What was used in the bitmap is reserved for good: kernel image, "
			"mem_map, whatever was taken with alloc_bootmem().",
		.question = "How many of the pages shown are that?",
		.answer = reserved_pages,
		.why = "present pages less managed ones.",
	},
	{
		.text = "From here on pages come and go through the zone's lists.",
		.act = take_and_free,
		.question = "How many pages are free in the end?",
		.answer = pages_in_zone,
		.why = "every page that was given, and nr_free_pages says so without looking "
		       "at a list.",
	},
};

LESSON(04, 4, "bootmem retires, page by page", "5.5", "3.4.3", open, boot_arena_close, draw, steps,
       ARRAY_SIZE(steps));
