/* SPDX-License-Identifier: 0BSD
 *
 * lesson.c - playing a lesson, step by step.
 *
 * A step: its text, the picture before, the act, the picture after, the question. An answer that is
 * no answer (neither number nor q) or too long for a line is asked for again; a wrong one is told
 * the right one, and why.
 */
#include <boot/lessons/lesson.h>

#include <lib/errno.h>
#include <lib/format.h>
#include <lib/out.h>
#include <lib/param.h>
#include <lib/string.h>

extern const struct lesson __start_lessons[], __stop_lessons[];

const struct lesson *lesson_next(const struct lesson *prev)
{
	const struct lesson *lesson = prev ? prev + 1 : __start_lessons;

	return lesson < __stop_lessons ? lesson : NULL;
}

const struct lesson *lesson_find(unsigned int number)
{
	const struct lesson *lesson = lesson_next(NULL);

	while (lesson && lesson->number != number)
		lesson = lesson_next(lesson);
	return lesson;
}

void lesson_say(struct lesson_run *run, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	run->out->vprintf(run->out, fmt, ap);
	va_end(ap);
}

/* --- text ------------------------------------------------------------------------------------ */

#define COLUMNS 79u

static bool is_blank(char c)
{
	return c == ' ' || c == '\n' || c == '\t';
}

/* Print @head, then the words of @text behind it, in lines that a screen has room for. */
void lesson_say_wrapped(struct lesson_run *run, const char *head, const char *text)
{
	size_t column = strlen(head);

	lesson_say(run, "%s", head);
	while (*text) {
		size_t len = 0;

		while (text[len] && !is_blank(text[len]))
			len++;
		if (column && column + 1 + len > COLUMNS) {
			lesson_say(run, "\n");
			column = 0;
		}
		lesson_say(run, "%s%.*s", column ? " " : "", (int)len, text);
		column += len + (column != 0);
		text += len;
		while (is_blank(*text))
			text++;
	}
	lesson_say(run, "\n");
}

/* --- pictures -------------------------------------------------------------------------------- */

#define CELLS_PER_ROW 64UL

static const char *colour_of(char letter)
{
	static const char *const colours[] = { "\x1b[0;91m", "\x1b[0;94m", "\x1b[0;33m",
					       "\x1b[0;35m", "\x1b[0;36m", "\x1b[0;97m" };

	if (letter >= 'a' && letter <= 'z')
		return colours[(unsigned int)(letter - 'a') % ARRAY_SIZE(colours)];
	if (letter == '.' || (letter >= '0' && letter <= '9') || letter == 'A')
		return "\x1b[0;32m";
	return "\x1b[0;90m";
}

static void picture_row(struct lesson_run *run, const char *letters, unsigned long nr)
{
	unsigned long i;

	for (i = 0; i < nr; i++) {
		if (run->colour && (!i || letters[i] != letters[i - 1]))
			lesson_say(run, "%s", colour_of(letters[i]));
		lesson_say(run, "%c", letters[i]);
	}
	lesson_say(run, "%s\n", run->colour ? "\x1b[0m" : "");
}

void lesson_picture(struct lesson_run *run, const char *name, unsigned long first,
		    const char *letters, unsigned long nr)
{
	unsigned long i;

	for (i = 0; i < nr; i += CELLS_PER_ROW) {
		lesson_say(run, "%8s %5lu ", i ? "" : name, first + i);
		picture_row(run, letters + i, min(nr - i, CELLS_PER_ROW));
	}
}

/* --- questions ------------------------------------------------------------------------------- */

enum reply { REPLY_EMPTY, REPLY_QUIT, REPLY_NUMBER, REPLY_NONSENSE };

static bool is_one_of(const char *word, const char *a, const char *b)
{
	return !strcmp(word, a) || !strcmp(word, b);
}

/* The line without the blanks at either end, which is cut. */
static char *trimmed(char *line)
{
	size_t len;

	while (*line == ' ' || *line == '\t')
		line++;
	len = strlen(line);
	while (len && (line[len - 1] == ' ' || line[len - 1] == '\t'))
		line[--len] = '\0';
	return line;
}

/* Small letters, in place. */
static void fold_case(char *text)
{
	for (; *text; text++)
		if (*text >= 'A' && *text <= 'Z')
			*text |= 0x20;
}

bool lesson_number(const char *word, u32 *number)
{
	while (word[0] == '0' && word[1] >= '0' && word[1] <= '9')
		word++;
	return parse_u32(word, ~0u, number);
}

static enum reply understand(char *line, enum lesson_answer kind, u64 *value)
{
	char *word = trimmed(line);
	u32 number;

	fold_case(word);
	if (!*word)
		return REPLY_EMPTY;
	if (is_one_of(word, "q", "quit"))
		return REPLY_QUIT;
	if (kind == LESSON_YES_NO) {
		*value = is_one_of(word, "y", "yes");
		return *value || is_one_of(word, "n", "no") ? REPLY_NUMBER : REPLY_NONSENSE;
	}
	if (!lesson_number(word, &number))
		return REPLY_NONSENSE;
	*value = number;
	return REPLY_NUMBER;
}

static const char *answer_text(const struct lesson_step *step, u64 value, char text[24])
{
	if (step->kind == LESSON_YES_NO)
		return value ? "yes" : "no";
	snprintf(text, 24, "%llu", value);
	return text;
}

static void judge(struct lesson_run *run, const struct lesson_step *step, enum reply reply,
		  u64 value)
{
	u64 right = step->answer();
	bool is_right = reply == REPLY_NUMBER && value == right;
	char text[24], head[48];

	run->right += is_right;
	snprintf(head, sizeof(head), "%s%s:",
		 is_right		 ? "Right, "
		 : reply == REPLY_NUMBER ? "No, it is "
					 : "It is ",
		 answer_text(step, right, text));
	lesson_say_wrapped(run, head, step->why);
}

/* Return: false to leave the lesson. */
static bool ask(struct lesson_run *run, const struct lesson_step *step)
{
	enum reply reply = REPLY_EMPTY;
	char line[LESSON_LINE];
	u64 value = 0;

	if (!step->question)
		return true;
	run->asked++;
	lesson_say_wrapped(run, "Question:", step->question);
	while (run->read) {
		if (!run->read(run, line))
			return false;
		reply = understand(line, step->kind, &value);
		if (reply == REPLY_QUIT)
			return false;
		if (reply != REPLY_NONSENSE)
			break;
		lesson_say(run, "%s; Enter shows the answer, q leaves\n",
			   step->kind == LESSON_YES_NO
				   ? "That is neither y nor n"
				   : "That is no number (digits only, no unit)");
	}
	judge(run, step, reply, value);
	return true;
}

/* --- steps ----------------------------------------------------------------------------------- */

static void draw(struct lesson_run *run, const struct lesson *lesson, const char *when)
{
	if (!lesson->draw)
		return;
	lesson_say(run, "%s:\n", when);
	lesson->draw(run);
}

/* Return: false to leave the lesson. */
static bool play_step(struct lesson_run *run, const struct lesson *lesson, unsigned int nr)
{
	const struct lesson_step *step = &lesson->steps[nr];

	lesson_say(run, "\nStep %u of %u\n", nr + 1, lesson->nr_steps);
	lesson_say_wrapped(run, "", step->text);
	if (step->say)
		step->say(run);
	if (step->act && !step->no_picture)
		draw(run, lesson, "Before");
	if (step->act)
		step->act(run);
	if (!step->no_picture)
		draw(run, lesson, step->act ? "After" : "Now");
	return ask(run, step);
}

static void say_what_it_is(struct lesson_run *run, const struct lesson *lesson)
{
	lesson_say(run, "Lesson %u: %s\n", lesson->number, lesson->title);
	lesson_say(run, "Gorman %s; Mauerer %s\n", lesson->gorman, lesson->mauerer);
	if (run->read)
		lesson_say(run,
			   "Answers: digits only, no unit (17, or 0x11); y or n. Enter alone shows "
			   "the\nanswer, q leaves.\n");
}

int lesson_play(const struct lesson *lesson, struct lesson_run *run)
{
	unsigned int nr = 0;

	run->asked = run->right = 0;
	say_what_it_is(run, lesson);
	if (!lesson->open(run))
		return -ENOMEM;
	while (nr < lesson->nr_steps && play_step(run, lesson, nr))
		nr++;
	lesson->close();
	if (nr < lesson->nr_steps)
		lesson_say(run, "Lesson %u is left; its memory is given back\n", lesson->number);
	else if (run->read)
		lesson_say(run, "\nLesson %u is over: %u of %u answers right\n", lesson->number,
			   run->right, run->asked);
	else
		lesson_say(run, "\nLesson %u is over\n", lesson->number);
	return 0;
}
