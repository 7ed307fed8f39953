/* SPDX-License-Identifier: 0BSD
 *
 * lesson_06_splitting.c - a request of order 5 where list 5 is empty, split by split.
 *
 * First by hand: the block is taken whole, and of what is left the upper half is given back, as
 * often as it takes. Then the allocator does it in one call, and the lists are the same.
 */
#include "arena.h"

#include <lib/string.h>

#define WANTED 5u
#define MOST   8u
#define LEAST  7u

static unsigned int left;		 /* order of what is still to be halved */
static unsigned long by_hand[MAX_ORDER]; /* nr_free of each order */

static bool open(struct lesson_run *run)
{
	if (!arena_open_between(run, MOST, LEAST))
		return false;
	arena_release(0, arena.pages);
	return true;
}

static unsigned long orders(void)
{
	return arena.zone->free_orders[arena.type];
}

static u64 order_to_split(void)
{
	unsigned long larger = orders() & -(1UL << WANTED);

	return larger ? lowest_bit(larger) : MAX_ORDER;
}

static void say_orders(struct lesson_run *run)
{
	lesson_say(run, "free_orders is 0x%lx; of the orders from %u on: 0x%lx\n", orders(), WANTED,
		   orders() & -(1UL << WANTED));
}

static void halve(struct lesson_run *run)
{
	left--;
	arena_free(1UL << left, left);
	lesson_say(run, "The upper half, pages %lu to %lu, goes to list %u\n", 1UL << left,
		   (2UL << left) - 1, left);
}

static void take_and_halve(struct lesson_run *run)
{
	left = arena.order;
	arena_alloc(left, 'a');
	halve(run);
}

static u64 halvings_left(void)
{
	return left - WANTED;
}

static void halve_on(struct lesson_run *run)
{
	while (left > WANTED)
		halve(run);
}

static u64 free_pages(void)
{
	return arena.zone->nr_free_pages;
}

static bool same_lists(void)
{
	unsigned int order;

	for (order = 0; order < MAX_ORDER; order++)
		if (by_hand[order] != arena.zone->free_area[order].nr_free)
			return false;
	return true;
}

static void in_one_call(struct lesson_run *run)
{
	unsigned int order;
	long nr;

	for (order = 0; order < MAX_ORDER; order++)
		by_hand[order] = arena.zone->free_area[order].nr_free;
	arena_free(0, WANTED);
	lesson_say(run, "The %lu pages come back: one block of order %u again\n", 1UL << WANTED,
		   arena.order);
	nr = arena_alloc(WANTED, 'b');
	lesson_say(run, "__rmqueue_smallest(zone, %u): page %ld; the lists are %s\n", WANTED, nr,
		   same_lists() ? "the same" : "others");
}

static u64 order_of_rest(void)
{
	return orders() ? lowest_bit(orders()) : MAX_ORDER;
}

static void take_page(struct lesson_run *run)
{
	lesson_say(run, "A request of order 0: page %ld\n", arena_alloc(0, 'c'));
}

static u64 blocks(void)
{
	unsigned int order;
	u64 nr = 0;

	for (order = 0; order < MAX_ORDER; order++)
		nr += arena.zone->free_area[order].nr_free;
	return nr;
}

static const struct lesson_step steps[] = {
	{
		.text = "Somebody asks for a block of order 5, 32 pages. All there is is one "
			"larger block. One word, free_orders, has a bit for each list that is "
			"not empty.",
		.say = say_orders,
		.question = "Of which order is the block that has to be split?",
		.answer = order_to_split,
		.why = "the lowest bit from 5 on: the smallest block that is large enough.",
	},
	{
		.text = "By hand: the block is taken off its list, and its upper half goes to "
			"the list of the order below.",
		.act = take_and_halve,
		.question = "How many more times must what is left (a) be halved?",
		.answer = halvings_left,
		.why = "once for each order between what is left and order 5.",
	},
	{
		.text = "Always the lower half is kept, and the upper one is listed, as in "
			"Linux 2.6. (Linux 2.4 lists the lower half and keeps the upper one.)",
		.act = halve_on,
		.question = "How many pages are free now?",
		.answer = free_pages,
		.why = "all but the 32: splitting costs no page, a half of each order is left.",
	},
	{
		.text = "Now the allocator itself. The 32 pages are given back first: then all "
			"merges again. split_block() of mm/buddy.c does in a loop what was "
			"done by hand.",
		.act = in_one_call,
		.question = "The next request has order 0. A block of which order is split for "
			    "it?",
		.answer = order_of_rest,
		.why = "the smallest one that is there.",
	},
	{
		.text = "It is made.",
		.act = take_page,
		.question = "How many free blocks are there now?",
		.answer = blocks,
		.why = "one of each order below the whole, but that of the block just split: "
		       "each split takes a block and leaves one of every order in between.",
	},
};

LESSON(06, 6, "an order-5 request on an empty list, split by split", "6.2", "3.5.1", open,
       arena_close, arena_draw, steps, ARRAY_SIZE(steps));
