/* SPDX-License-Identifier: 0BSD
 *
 * lesson_01_bitmap.c - one bit a page, and the first run of clear bits that is long enough.
 */
#include "boot_arena.h"

#include <lib/format.h>

#define ORDER 6

static bool open(struct lesson_run *run)
{
	return boot_arena_open(run, ORDER, 0, "####................");
}

static void take(struct lesson_run *run, unsigned long pages, char letter)
{
	long offset = boot_arena_alloc(pages << PAGE_SHIFT, PAGE_SIZE, 0, letter);

	lesson_say(run, "%lu page%s: page %ld and on (letter %c)\n", pages, PLURAL(pages),
		   offset >> PAGE_SHIFT, letter);
}

static void say_size(struct lesson_run *run)
{
	lesson_say(run, "This machine has %lu pages of lowmem: its boot had a bitmap for them.\n",
		   max_low_pfn);
}

static u64 bitmap_bytes(void)
{
	return (u64)BITS_TO_LONGS(max_low_pfn) * sizeof(unsigned long);
}

static void take_3(struct lesson_run *run)
{
	take(run, 3, 'a');
}

static u64 fit_of_14(void)
{
	return boot_arena_first_fit(14);
}

static void take_14(struct lesson_run *run)
{
	take(run, 14, 'b');
}

static u64 fit_of_16(void)
{
	return boot_arena_first_fit(16);
}

static void take_13(struct lesson_run *run)
{
	take(run, 13, 'c');
}

static u64 free_pages(void)
{
	return bootmem_free_pages();
}

static void give_3_take_2(struct lesson_run *run)
{
	lesson_say(run, "Pages 4 to 6 are given back\n");
	boot_arena_free(4, 7);
	take(run, 2, 'd');
}

static u64 fit_of_1(void)
{
	return boot_arena_first_fit(1);
}

static const struct lesson_step steps[] = {
	{
		.text = "Before there is a mem_map, one bit of a bitmap says of a page whether "
			"it is used or free. Firmware, kernel and holes are used from the "
			"start, and so are the pages that the bitmap itself lies in.",
		.say = say_size,
		.no_picture = true,
		.question = "How many bytes did the bitmap of this machine's boot take?",
		.answer = bitmap_bytes,
		.why = "8 pages to a byte, in whole words.",
	},
	{
		.text = "A request gets the first run of free pages that is long enough: first "
			"fit. From here on the bitmap is the lesson's own, of 64 pages: a dot "
			"is a free page, # one in use, a letter one handed out here. The bitmap "
			"lies in page 0. Somebody asks for 3 pages.",
		.act = take_3,
		.question = "At which page would 14 pages begin now?",
		.answer = fit_of_14,
		.why = "what is left of the first run is too short, so the search goes on to "
		       "the next one.",
	},
	{
		.text = "Somebody does ask for 14 pages.",
		.act = take_14,
		.question = "At which page would 16 pages begin?",
		.answer = fit_of_16,
		.why = "no run before it has 16 pages any more.",
	},
	{
		.text = "13 pages are asked for: the search begins at the bottom again, and "
			"finds what the larger request had to leave.",
		.act = take_13,
		.question = "How many pages are free?",
		.answer = free_pages,
		.why = "the dots. bootmem has no counter, it counts bits whenever it is asked.",
	},
	{
		.text = "The 3 pages come back, and 2 are asked for.",
		.act = give_3_take_2,
		.question = "Which page would a request for 1 page get?",
		.answer = fit_of_1,
		.why = "a hole of one page. First fit leaves such holes near the bottom, where "
		       "each later search has to look at them again.",
	},
};

LESSON(01, 1, "the bitmap, and first fit", "5.1-5.3", "3.4.3", open, boot_arena_close,
       boot_arena_draw, steps, ARRAY_SIZE(steps));
