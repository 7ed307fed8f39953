/* SPDX-License-Identifier: 0BSD
 *
 * player.c - the answers behind player.h.
 */
#include "player.h"

#include <lib/errno.h>
#include <lib/format.h>

/* The step with question @nr. */
static const struct lesson_step *question_at(const struct lesson *lesson, unsigned int nr)
{
	const struct lesson_step *step = lesson->steps;

	for (; !step->question || nr; step++)
		nr -= step->question != NULL;
	return step;
}

unsigned int player_questions(const struct lesson *lesson)
{
	unsigned int i, nr = 0;

	for (i = 0; i < lesson->nr_steps; i++)
		nr += lesson->steps[i].question != NULL;
	return nr;
}

static void write_answer(const struct lesson_step *step, u64 value, char line[LESSON_LINE])
{
	if (step->kind == LESSON_YES_NO)
		snprintf(line, LESSON_LINE, "%s", value ? " Yes" : "N");
	else
		snprintf(line, LESSON_LINE, " %llu ", value);
}

static bool read_answer(struct lesson_run *run, char line[LESSON_LINE])
{
	struct player *player = container_of(run, struct player, run);
	const struct lesson_step *step;
	u64 value;

	if (player->nr == player_questions(player->lesson)) {
		*line = '\0'; /* a round without questions */
		return true;
	}
	step = question_at(player->lesson, player->nr);
	value = step->answer();

	if (player->way == PLAYER_WRONG)
		value = step->kind == LESSON_YES_NO ? !value : value + 1;
	if (player->way == PLAYER_FIXED)
		value = player->answers[player->nr];
	if (player->way == PLAYER_EMPTY)
		*line = '\0';
	else if (player->way == PLAYER_QUITS && player->nr == player->quits_at)
		snprintf(line, LESSON_LINE, " Q");
	else
		write_answer(step, value, line);
	player->nr++;
	return true;
}

int player_play(struct player *player, unsigned int number)
{
	player->lesson = lesson_find(number);
	if (!kt_true(player->lesson))
		return -ENOENT;
	player->nr = 0;
	capture_init(&player->capture, capture_text, sizeof(capture_text));
	player->run = (struct lesson_run){ .out = &player->capture.out, .read = read_answer };
	return lesson_play(player->lesson, &player->run);
}

bool player_expect(unsigned int number, const u64 *answers, unsigned int nr)
{
	static struct player player;

	player = (struct player){ .way = PLAYER_FIXED, .answers = answers };
	if (!kt_true(lesson_find(number)) || !kt_eq(player_questions(lesson_find(number)), nr))
		return true;
	if (player_play(&player, number) == -ENOMEM)
		return false;
	kt_eq(player.run.asked, nr);
	if (!kt_eq(player.run.right, nr))
		kt_note("%s", capture_text);
	return true;
}

void expect_line(const char *pattern)
{
	struct capture text = { .buf = capture_text };

	if (!kt_eq(capture_count(&text, pattern), 1))
		kt_note("\"%s\" in \"%s\"", pattern, capture_text);
}
