/* SPDX-License-Identifier: 0BSD
 *
 * player.h - somebody who plays a lesson in a test, and what it printed.
 */
#ifndef TESTS_LESSONS_PLAYER_H
#define TESTS_LESSONS_PLAYER_H

#include <boot/lessons/lesson.h>
#include <test/capture.h>
#include <test/ktest.h>

enum player_way {
	PLAYER_RIGHT, /* answers as the lesson wants it */
	PLAYER_WRONG, /* each answer is another one */
	PLAYER_EMPTY, /* presses Enter */
	PLAYER_FIXED, /* the answers of a table */
	PLAYER_QUITS  /* types q at question @quits_at */
};

struct player {
	struct lesson_run run;
	const struct lesson *lesson;
	enum player_way way;
	const u64 *answers; /* PLAYER_FIXED */
	unsigned int quits_at;
	unsigned int nr; /* questions so far */
	struct capture capture;
};

/* Play lesson @number; what it printed is in capture_text. Return: what lesson_play() does;
 * -ENOENT, and the test fails, if there is no such lesson. */
int player_play(struct player *player, unsigned int number);

/* How many questions @lesson has. */
unsigned int player_questions(const struct lesson *lesson);

/* Play lesson @number with these answers, which the test knows from elsewhere: all of them must be
 * right, and there must be as many questions. A machine that is too small skips the test. */
#define expect_answers(number, ...)                                         \
	do {                                                                \
		const u64 _answers[] = { __VA_ARGS__ };                     \
                                                                            \
		if (!player_expect(number, _answers, ARRAY_SIZE(_answers))) \
			kt_skip("no free block for the lesson's arena");    \
	} while (0)
bool player_expect(unsigned int number, const u64 *answers, unsigned int nr);

/* The lesson that was played last printed one line that matches the glob @pattern. */
void expect_line(const char *pattern);

#endif
