/* SPDX-License-Identifier: 0BSD
 *
 * lesson.c - every lesson, played in every way. That all memory is back afterwards, and all
 * invariants hold, is what the runner of the tests looks at.
 */
#include "player.h"

#include <boot/monitor/monitor.h>
#include <lib/errno.h>
#include "../mm/page_stock.h"
#include "page_debug.h"

static struct player player;

/* Pages with which every lesson can be played, if they are one node's and not debugged. */
#define PLENTY 16384

/* Let each lesson be played, and look at it by @look; a machine too small for one says so. */
static void play_all(enum player_way way, void (*look)(void))
{
	const struct lesson *lesson = NULL;

	while ((lesson = lesson_next(lesson)) != NULL) {
		kt_case(lesson->title);
		player = (struct player){ .way = way };
		if (player_play(&player, lesson->number) == -ENOMEM) {
			expect_line("This lesson needs *");
			kt_true(nr_free_pages() < PLENTY || several_nodes() || page_debugging);
			continue;
		}
		kt_true(player.capture.len < sizeof(capture_text));
		kt_eq(player.run.asked, player_questions(lesson));
		look();
	}
	kt_case(NULL);
}

static void all_right(void)
{
	kt_eq(player.run.right, player.run.asked);
	kt_eq(capture_count(&player.capture, "Right, *: ?*"), player.run.asked);
}

/* A screen of text has 80 columns, and a wrong answer makes the longest lines. */
static void lines_fit(void)
{
	unsigned int i, nr = capture_count(&player.capture, "*");
	char line[128];

	for (i = 0; i < nr; i++) {
		capture_line(&player.capture, i, line, sizeof(line));
		if (!kt_true(strlen(line) <= 80))
			kt_note("%s", line);
	}
}

static void all_wrong(void)
{
	lines_fit();
	kt_eq(player.run.right, 0);
	kt_eq(capture_count(&player.capture, "No, it is *: ?*"), player.run.asked);
}

static void all_shown(void)
{
	kt_eq(player.run.right, 0);
	kt_eq(capture_count(&player.capture, "It is *: ?*"), player.run.asked);
}

KTEST(lesson, right_answers, SHORT)
{
	play_all(PLAYER_RIGHT, all_right);
}

KTEST(lesson, wrong_answers, SHORT)
{
	play_all(PLAYER_WRONG, all_wrong);
}

KTEST(lesson, an_empty_line_shows_the_answer, SHORT)
{
	play_all(PLAYER_EMPTY, all_shown);
}

/* No block of the first lesson's size is left, and none of that which the sixth makes do with. */
KTEST(lesson, too_little_memory_is_one_line, SHORT)
{
	static const unsigned int numbers[] = { 1, 6 };
	struct page_stock stock;
	unsigned int i;
	int err[2];

	page_stock_init(&stock);
	page_stock_leave(&stock, 0x1f);
	for (i = 0; i < ARRAY_SIZE(numbers); i++) {
		player = (struct player){ .way = PLAYER_RIGHT };
		err[i] = player_play(&player, numbers[i]);
		kt_eq(player.run.asked, 0);
		kt_eq(capture_count(&player.capture, "This lesson needs * pages in a row, *"), 1);
	}
	page_stock_free(&stock);
	kt_eq(err[0], -ENOMEM);
	kt_eq(err[1], -ENOMEM);
}

/* There is memory, but none for an ordinary request. */
KTEST(lesson, what_is_kept_back_is_not_said_to_be_used, SHORT)
{
	struct zone *zone;
	int err;

	for_each_populated_zone (zone) {
		zone->pages_min += PLENTY << 6;
		zone->pages_low += PLENTY << 6;
	}
	player = (struct player){ .way = PLAYER_RIGHT };
	err = player_play(&player, 1);
	for_each_populated_zone (zone) {
		zone->pages_min -= PLENTY << 6;
		zone->pages_low -= PLENTY << 6;
	}
	kt_eq(err, -ENOMEM);
	expect_line("This lesson needs 64 pages in a row: blocks are free, *");
}

/* At each question of each lesson. */
KTEST(lesson, q_leaves_at_any_question, SHORT)
{
	const struct lesson *lesson = NULL;

	while ((lesson = lesson_next(lesson)) != NULL) {
		unsigned int nr = player_questions(lesson);

		kt_case(lesson->title);
		for (player.quits_at = 0; player.quits_at < nr; player.quits_at++) {
			player.way = PLAYER_QUITS;
			if (player_play(&player, lesson->number) == -ENOMEM)
				break;
			kt_eq(player.run.asked, player.quits_at + 1);
			kt_eq(player.run.right, player.quits_at);
			expect_line("Lesson * is left; its memory is given back");
		}
	}
	kt_case(NULL);
}

/* A table that the list, the tests and the books are held against. */
KTEST(lesson, each_has_what_a_lesson_has, SHORT)
{
	const struct lesson *lesson = NULL;
	unsigned int number = 0, i;

	while ((lesson = lesson_next(lesson)) != NULL) {
		kt_case(lesson->title);
		kt_eq(lesson->number, ++number);
		kt_ptr_eq(lesson_find(number), lesson);
		kt_true(lesson->nr_steps >= 3 && lesson->nr_steps <= 10);
		kt_true(*lesson->gorman && *lesson->mauerer);
		for (i = 0; i < lesson->nr_steps; i++) {
			kt_true(lesson->steps[i].text);
			kt_eq(!lesson->steps[i].question, !lesson->steps[i].answer);
			kt_eq(!lesson->steps[i].question, !lesson->steps[i].why);
		}
	}
	kt_true(number >= 6);
	kt_ptr_eq(lesson_find(0), NULL);
	kt_ptr_eq(lesson_find(number + 1), NULL);
}

static int monitor(const char *line)
{
	capture_init(&player.capture, capture_text, sizeof(capture_text));
	return monitor_run_to(&player.capture.out, line, false);
}

/* To a sink that is no console nobody types: no question waits. */
KTEST(lesson, the_command_goes_on_without_asking, SHORT)
{
	int err = monitor("lesson 1");

	if (err == -ENOMEM)
		kt_skip("no free block for the lesson's arena");
	kt_eq(err, 0);
	kt_eq(capture_count(&player.capture, "Question: *"), player_questions(lesson_find(1)));
	kt_eq(capture_count(&player.capture, "It is *: *"), player_questions(lesson_find(1)));
	expect_line("Lesson 1 is over");
}

KTEST(lesson, the_command_lists_them, SHORT)
{
	const struct lesson *lesson = NULL;
	unsigned int nr = 0;

	kt_eq(monitor("lesson"), 0);
	while ((lesson = lesson_next(lesson)) != NULL)
		nr++;
	kt_eq(capture_count(&player.capture, "* Gorman *; Mauerer *"), nr);
	expect_line(" 1  the bitmap, and first fit *");
}

KTEST(lesson, bad_numbers_get_one_line, SHORT)
{
	kt_eq(monitor("lesson 0"), -ENOENT);
	expect_line("lesson: there is no lesson 0 (lesson lists them)");
	kt_eq(monitor("lesson 099"), -ENOENT);
	expect_line("lesson: there is no lesson 99 (lesson lists them)");
	kt_eq(monitor("lesson one"), -EINVAL);
	expect_line("lesson: \"one\" is no number of a lesson");
	kt_eq(monitor("lesson 1 2"), -EINVAL);
	expect_line("lesson: expected 1 argument, got 2");
}

/* Nobody writes octal, and a capital is a letter as well. */
KTEST(lesson, numbers_are_decimal, SHORT)
{
	u32 number = 7;

	kt_true(lesson_number("017", &number));
	kt_eq(number, 17);
	kt_true(lesson_number("0x11", &number));
	kt_eq(number, 17);
	kt_true(lesson_number("00", &number));
	kt_eq(number, 0);
	kt_true(lesson_number("09", &number));
	kt_eq(number, 9);
	kt_false(lesson_number("9K", &number));
	kt_false(lesson_number("", &number));
	kt_eq(number, 9);
}

static const char *const nonsense[] = { "three", "-1", "y", "1 2", "4294967296", "", NULL };
static unsigned int nonsense_nr;

static bool type_nonsense(struct lesson_run *run __unused, char line[LESSON_LINE])
{
	if (!nonsense[nonsense_nr])
		return false;
	strlcpy(line, nonsense[nonsense_nr++], LESSON_LINE);
	return true;
}

/* What is no answer is asked for again; when nobody types any more the lesson is left. */
KTEST(lesson, nonsense_is_asked_for_again, SHORT)
{
	struct lesson_run run = { .out = &player.capture.out, .read = type_nonsense };

	capture_init(&player.capture, capture_text, sizeof(capture_text));
	nonsense_nr = 0;
	if (lesson_play(lesson_find(1), &run) == -ENOMEM)
		kt_skip("no free block for the lesson's arena");
	kt_eq(capture_count(&player.capture, "That is no number (digits only, no unit); *"), 5);
	kt_eq(capture_count(&player.capture, "It is *: *"), 1);
	kt_eq(run.asked, 2);
	expect_line("Lesson 1 is left; its memory is given back");
}

/* Colours are around letters, and end with the row. */
KTEST(lesson, a_picture_in_colour, SHORT)
{
	struct lesson_run run = { .out = &player.capture.out, .colour = true };

	capture_init(&player.capture, capture_text, sizeof(capture_text));
	lesson_picture(&run, "zone", 4, "##a..", 5);
	kt_str_eq(capture_text, "    zone     4 \x1b[0;90m##\x1b[0;91ma\x1b[0;32m..\x1b[0m\n");
	run.colour = false;
	capture_reset(&player.capture);
	lesson_picture(&run, "zone", 0,
		       "0123456701234567012345670123456701234567012345670123456701234567b", 65);
	expect_line(
		"    zone     0 0123456701234567012345670123456701234567012345670123456701234567");
	expect_line("            64 b");
}
