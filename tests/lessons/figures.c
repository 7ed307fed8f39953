/* SPDX-License-Identifier: 0BSD
 *
 * figures.c - what the lessons ask, answered from what the steps do, on paper; and where it depends
 * on the machine, from other sources than the lesson's.
 */
#include "player.h"

#include <mm/mmzone.h>

KTEST(lesson_figures, the_bitmap_and_first_fit, SHORT)
{
	/* A bit each, in words of 4 bytes; then ####................ with 3, 14, 13 pages taken:
	 * runs of 13, 2 and 16 are left, of which 2 and 16; with a hole at 6 in the end. */
	expect_answers(1, (max_low_pfn + 31) / 32 * 4, 24, 44, 13 + 2 + 16 - 13, 6);
	expect_line("3 pages: page 4 and on (letter a)");
	expect_line("14 pages: page 24 and on (letter b)");
	expect_line("13 pages: page 7 and on (letter c)");
	expect_line("2 pages: page 4 and on (letter d)");
}

KTEST(lesson_figures, merging, SHORT)
{
	/* 100 up to 128; 128 + 5000 bytes are two pages, one of them begun; page 5 is the aligned
	 * one; pages below 16 are free from 6 on; nothing to go on in. */
	expect_answers(2, 128, 1, 5, 6, 0);
	expect_line("100 bytes, aligned to 4: page 3, byte 0 (letter a)");
	expect_line("5000 bytes, aligned to 32: page 3, byte 128 (letter b)");
	expect_line("64 bytes, aligned to 4096: page 5, byte 0 (letter c)");
	expect_line("64 bytes, aligned to 4: page 16, byte 0 (letter d)");
}

static const char *const requests[] = {
	"",	      "",     "",	  "",	    "",	     "10 1 0", " 5000  32 0 ", "110000 1 0",
	"64 4096 20", "10 4", "10 4 0 1", "10 3 0", "0 4 0", "9 4 32", "ten 1 0",      ""
};
static unsigned int nr_requests;

static bool type_request(struct lesson_run *run __unused, char line[LESSON_LINE])
{
	strlcpy(line, requests[nr_requests++], LESSON_LINE);
	return true;
}

/* Page 6 is the first free one, and from 8 on are 24 pages in a row. */
KTEST(lesson_figures, merging_that_is_asked_for, SHORT)
{
	struct capture capture;
	struct lesson_run run = { .out = &capture.out, .read = type_request };

	capture_init(&capture, capture_text, sizeof(capture_text));
	nr_requests = 0;
	if (lesson_play(lesson_find(2), &run))
		kt_skip("no free block for the lesson's arena");
	kt_eq(nr_requests, ARRAY_SIZE(requests));
	expect_line("page 6, byte 0 (letter e), a run of its own; pages taken: 1");
	expect_line("page 6, byte 32 (letter f), it goes on in the last page; pages taken: 1");
	expect_line("No memory: no run of free pages is long enough");
	expect_line("page 20, byte 0 (letter h), a run of its own; pages taken: 1");
	kt_eq(capture_count(&capture, "That is not three numbers: *"), 3);
	expect_line("ALIGN is a power of two, *");
	expect_line("SIZE is from 1 to 131072 bytes");
	expect_line("GOAL is a page, from 0 to 31");
	expect_line("Lesson 2 is over: 0 of 5 answers right");
}

/* The last row of the table is that of the largest arena to be had, and the lines are words. */
KTEST(lesson_figures, first_fit_beside_the_buddy_lists, SHORT)
{
	static struct player player;
	u64 growth = 1;

	player = (struct player){ .way = PLAYER_RIGHT };
	if (player_play(&player, 3))
		kt_skip("no free block for the lesson's arena");
	if (capture_count(&player.capture, "   256  *"))
		growth = 4;
	if (capture_count(&player.capture, "  1024  *"))
		growth = 16;
	expect_answers(3, 30, (max_low_pfn + 31) / 32, 0, growth);
	/* 30 holes end in the way, each looked at from both ends, and the pair at 62. */
	expect_line("Page 62 and on; the bitmap has 2 words, and the search read one * times");
}

KTEST(lesson_figures, retirement, SHORT)
{
	/* ####......####..####......####.. of which page 2 holds the bitmap: 16 dots and that one
	 * page are given, 15 stay. */
	expect_answers(4, 0, 1, 1, 15, 17);
	expect_line("Page 4 is given: order 0: 1 order 1: 0 order 2: 0 order 3: 0");
	expect_line("Page 7 is given: order 0: 0 order 1: 0 order 2: 1 order 3: 0");
	expect_line("free_all_bootmem() gave 13 pages");
}

KTEST(lesson_figures, storage, SHORT)
{
	unsigned long pfn, described = 0;

	for (pfn = 0; pfn < MAX_PFN_LIMIT; pfn += MAX_ORDER_NR_PAGES)
		described += pfn_valid(pfn) ? MAX_ORDER_NR_PAGES : 0;
	/* 11 orders of 5 lists of two pointers, and a count; a struct page has 16 bytes. */
	expect_answers(5, 11 * (5 * 8 + 4), 1, 16, described / 64, 16, 128);
	expect_line("Order 4: the list head in the zone -> page 32 -> page 0 -> the list head");
}

/* A machine without a block of 256 pages does it with 128. */
KTEST(lesson_figures, splitting, SHORT)
{
	static struct player player;
	unsigned int order;

	player = (struct player){ .way = PLAYER_RIGHT };
	if (player_play(&player, 6))
		kt_skip("no free block for the lesson's arena");
	for (order = 8; order > 7 && !capture_count(&player.capture, "free_orders is 0x100; *");
	     order--)
		;
	expect_answers(6, order, order - 1 - 5, (1u << order) - 32, 5, order - 1);
	expect_line("The upper half, pages 64 to 127, goes to list 6");
	expect_line("The upper half, pages 32 to 63, goes to list 5");
	expect_line("__rmqueue_smallest(zone, 5): page 0; the lists are the same");
	expect_line("A request of order 0: page 32");
}
