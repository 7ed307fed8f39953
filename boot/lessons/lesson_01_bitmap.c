/* SPDX-License-Identifier: 0BSD
 *
 * lesson_01_bitmap.c - one bit a page, and the first run of clear bits that is long enough.
 */
#include "boot_arena.h"

#define ORDER 6

static bool open(struct lesson_run *run)
{
	return boot_arena_open(run, ORDER, 0, "####................");
}

/* Page where the first run of @pages free ones begins, looked for as one would by hand. */
static u64 first_fit(unsigned long pages)
{
	unsigned long nr, found = 0;

	for (nr = 0; nr < arena.pages; nr++) {
		found = boot_arena_is_free(nr) ? found + 1 : 0;
		if (found == pages)
			return nr + 1 - pages;
	}
	return arena.pages;
}

static void take(struct lesson_run *run, unsigned long pages, char letter)
{
	long offset = boot_arena_alloc(pages << PAGE_SHIFT, PAGE_SIZE, 0, letter);

	lesson_say(run, "%lu page%s: got page %ld\n", pages, pages == 1 ? "" : "s",
		   offset >> PAGE_SHIFT);
}

static void take_three(struct lesson_run *run)
{
	take(run, 3, 'a');
}

static u64 fit_of_16(void)
{
	return first_fit(16);
}

static u64 fit_of_1(void)
{
	return first_fit(1);
}

static u64 fit_of_14(void)
{
	return first_fit(14);
}

static void take_14(struct lesson_run *run)
{
	take(run, 14, 'b');
}

static void take_13(struct lesson_run *run)
{
	take(run, 13, 'c');
}

static void free_a_and_take(struct lesson_run *run)
{
	boot_arena_free(4, 7);
	lesson_say(run, "Pages 4 to 6 are free again\n");
	take(run, 2, 'd');
}

static u64 bitmap_pages_of_1m(void)
{
	return bootmem_bootmap_pages(1UL << 20);
}

static u64 free_pages(void)
{
	return bootmem_free_pages();
}

static const struct lesson_step steps[] = {
	{
		.text = "Before there is a mem_map, one bit says of a page whether it is used (here a\n"
			"letter or #) or free (a dot). # is what the firmware and the kernel have.\n"
			"The bitmap itself lies in page 0, and is marked as used, too.",
		.question =
			"how many pages does the bitmap of a machine with 1048576 pages (4 GiB) "
			"take?",
		.answer = bitmap_pages_of_1m,
		.why = "a bit for each page, 8 bits in a byte, 4096 bytes in a page.",
	},
	{
		.text = "A request takes the first run of free pages that is long enough: first fit.\n"
			"Somebody asks for 3 pages.",
		.act = take_three,
		.question = "at which page would 14 pages begin?",
		.answer = fit_of_14,
		.why = "the first run with 14 free pages in a row begins there; the rest of the run\n"
		       "that the 3 pages came from is too short.",
	},
	{
		.text = "Now somebody takes these 14 pages. What lies before them stays free, for\n"
			"requests that are small enough.",
		.act = take_14,
		.question = "at which page would 16 pages begin?",
		.answer = fit_of_16,
		.why = "no run before it has 16 pages.",
	},
	{
		.text = "A smaller request comes later. It is served from further down: the search "
			"begins\nat the start each time.",
		.act = take_13,
		.question = "how many pages are free now?",
		.answer = free_pages,
		.why = "count the dots: the bitmap is all that bootmem knows, and no counter is kept.",
	},
	{
		.text = "The 3 pages come back, and 2 are asked for.",
		.act = free_a_and_take,
		.question = "at which page would 1 page begin?",
		.answer = fit_of_1,
		.why = "the hole that was left is the first run that is long enough. Holes of that kind\n"
		       "stay: first fit does not look for the one that fits best.",
	},
};
LESSON(01, 1, "the bitmap, and first fit", "5.1, 5.3", "3.4.3", open, boot_arena_close,
       boot_arena_draw, steps, ARRAY_SIZE(steps));
