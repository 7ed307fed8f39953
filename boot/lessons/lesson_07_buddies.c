/* SPDX-License-Identifier: 0BSD
 *
 * lesson_07_buddies.c - a block that is freed, its buddy, and what stops the merging.
 */
#include "arena.h"

#include "buddy.h"

#define ORDER 5
#define PAGES (1UL << ORDER)
#define LAST  0UL /* the page that is freed last */

static unsigned long freed; /* the page that is freed first */

/* Which page it is follows from where the arena lies; its block of four pages, and the pages on
 * both sides, are inside of the arena. */
static unsigned long choose_page(void)
{
	return 8 + (arena.base_pfn / PAGES + 5) % (PAGES - 16);
}

static bool open(struct lesson_run *run)
{
	unsigned long nr;

	if (!arena_open(run, ORDER))
		return false;
	arena_release(0, PAGES);
	for (nr = 0; nr < PAGES; nr++)
		arena_alloc(0, 'u');
	freed = choose_page();
	return true;
}

static void say_freed(struct lesson_run *run, unsigned long nr)
{
	lesson_say(run, "Page %lu, pfn %lu, is freed\n", nr, arena.base_pfn + nr);
	arena_free(nr, 0);
}

static void free_one(struct lesson_run *run)
{
	say_freed(run, freed);
}

static u64 pfn_of_buddy(void)
{
	return arena.base_pfn + (freed ^ 1);
}

static void free_its_buddy(struct lesson_run *run)
{
	say_freed(run, freed ^ 1);
}

static u64 pfn_of_buddy_of_two(void)
{
	return arena.base_pfn + ((freed & ~1UL) ^ 2);
}

/* The two pages beside the block of two that are not its buddy. */
static unsigned long no_buddy(void)
{
	unsigned long pair = freed & ~1UL;

	return pair & 2 ? pair + 2 : pair - 2;
}

static void free_neighbours(struct lesson_run *run)
{
	say_freed(run, no_buddy());
	say_freed(run, no_buddy() + 1);
}

static u64 free_blocks(void)
{
	unsigned long blocks = 0;
	unsigned int order;

	for (order = 0; order < MAX_ORDER; order++)
		blocks += arena.zone->free_area[order].nr_free;
	return blocks;
}

/* A page of a free block that is not its first one has no state: which are free says the model. */
static void free_all_but_one(struct lesson_run *run)
{
	bool is_free[PAGES] = { false };
	unsigned long nr;

	is_free[freed] = is_free[freed ^ 1] = is_free[LAST] = true;
	is_free[no_buddy()] = is_free[no_buddy() + 1] = true;
	for (nr = 0; nr < PAGES; nr++)
		if (!is_free[nr])
			arena_free(nr, 0);
	lesson_say(run, "All pages are free now but page %lu\n", LAST);
}

static void free_last(struct lesson_run *run)
{
	unsigned long flags = arena.base[LAST].flags;

	say_freed(run, LAST);
	lesson_say(run, "The buddy of all %lu pages is pfn %lu. Its flags are 0x%lx;\n", PAGES,
		   arena.base_pfn ^ PAGES, pfn_to_page(arena.base_pfn ^ PAGES)->flags);
	lesson_say(run, "looked for was 0x%lx\n",
		   (flags & PG_PLACE_MASK) | PG_buddy | order_bits(ORDER));
}

static u64 order_in_the_end(void)
{
	return page_order(arena.base);
}

static const struct lesson_step steps[] = {
	{
		.text = "All pages are in use one by one (u). One of them comes back. Its "
			"buddy is the other half of the block of two that they were; "
			"that one is in use.",
		.act = free_one,
		.question = "What is the pfn of its buddy?",
		.answer = pfn_of_buddy,
		.why = "buddies of order 0 differ in the lowest bit of the pfn: pfn ^ 1.",
	},
	{
		.text = "The buddy comes back, too. Both become one block of order 1, and the "
			"list of order 0 is empty again.",
		.act = free_its_buddy,
		.question = "At which pfn does the buddy of the new block begin?",
		.answer = pfn_of_buddy_of_two,
		.why = "of order 1 they differ in bit 1: pfn ^ 2.",
	},
	{
		.text = "Now the two pages on the other side of the block, where its buddy is "
			"not, come back. They merge with each other, and no "
			"further.",
		.act = free_neighbours,
		.question = "How many free blocks are there?",
		.answer = free_blocks,
		.why = "side by side is not enough. The four pages would be a block that does "
		       "not begin at a multiple of four, and nobody would find its "
		       "buddy by the pfn.",
	},
	{
		.text = "All pages come back but one. Each block merges upwards as far as it "
			"can.",
		.act = free_all_but_one,
		.question = "How many free blocks are left?",
		.answer = free_blocks,
		.why = "one page in use stops one merge of each order: its buddy of order 0 "
		       "stays alone, then the two pages beside these, the four, and "
		       "so on.",
	},
	{
		.text = "The last page comes back. It merges with all of them, one after the "
			"other.",
		.act = free_last,
		.question = "With how many blocks did it merge, one after the other?",
		.answer = order_in_the_end,
		.why = "each merge makes one order more. The next buddy is of another zone: "
		       "zone and node stand in the flags, too, so one comparison "
		       "tells. In a zone of its own the merging ends at the largest "
		       "order, MAX_ORDER - 1.",
	},
};
LESSON(07, 7, "merging: a block and its buddy", "6.3", "3.5.1, 3.5.6", open, arena_close,
       arena_draw_pages, steps, ARRAY_SIZE(steps));
