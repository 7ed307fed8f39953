/* SPDX-License-Identifier: 0BSD
 *
 * cmd_lesson.c - the monitor's command `lesson`: list the lessons, play one.
 *
 * Questions wait for a line only at the prompt; a lesson that `run=` or a test starts goes on by
 * itself.
 */
#include <boot/lessons/lesson.h>

#include <boot/monitor/completion.h>
#include <boot/monitor/map_picture.h>
#include <boot/monitor/monitor.h>
#include <lib/errno.h>
#include <lib/format.h>

static void list_lessons(struct out *out)
{
	const struct lesson *lesson = NULL;

	while ((lesson = lesson_next(lesson)) != NULL)
		out_printf(out, "%2u  %-52s Gorman %s; Mauerer %s\n", lesson->number, lesson->title,
			   lesson->gorman, lesson->mauerer);
	out_printf(out, "lesson N plays one of them\n");
}

static bool read_answer(struct lesson_run *run __unused, char line[LESSON_LINE])
{
	return monitor_read_line("answer>", line, LESSON_LINE);
}

static int cmd_lesson(struct out *out, int argc, char **argv)
{
	bool typed = monitor_is_typed(out);
	struct lesson_run run = {
		.out = out,
		.colour = typed && map_in_colour,
		.read = typed ? read_answer : NULL,
	};
	const struct lesson *lesson;
	u32 number;

	if (argc == 1) {
		list_lessons(out);
		return 0;
	}
	if (argc > 2 || !lesson_number(argv[1], &number)) {
		if (argc > 2)
			out_printf(out, "lesson: expected 1 argument, got %d\n", argc - 1);
		else
			out_printf(out, "lesson: \"%s\" is no number of a lesson\n", argv[1]);
		return -EINVAL;
	}
	lesson = lesson_find(number);
	if (!lesson) {
		out_printf(out, "lesson: there is no lesson %u (lesson lists them)\n", number);
		return -ENOENT;
	}
	return lesson_play(lesson, &run);
}

static void complete_lesson(struct completion *completion, int word)
{
	const struct lesson *lesson = NULL;
	char text[12];

	while (word == 1 && (lesson = lesson_next(lesson)) != NULL) {
		snprintf(text, sizeof(text), "%u", lesson->number);
		completion_offer(completion, text);
	}
}

MONITOR_CMD(
	lesson, "[N]", 0, "lessons on the allocators, step by step, with questions", cmd_lesson,
	.group = MON_LOOK, .complete = complete_lesson,
	.more = "Each step does something with the real allocators, on memory of its own, shows\n"
		"what came of it, and asks. An answer is a number in digits, without a unit, or\n"
		"y or n; Enter alone shows the right one, q leaves. Without N it lists\n"
		"the lessons.\n"
		"Example: lesson 1\n");
