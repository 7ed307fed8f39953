/* SPDX-License-Identifier: 0BSD
 *
 * line_view.c - what a terminal of 80 columns shows of a line while it is typed.
 */
#include <test/ktest.h>

#include <asm/console/screen.h>
#include <asm/console/terminal.h>
#include <boot/monitor/line_view.h>
#include <lib/format.h>

#define ROWS	4
#define COLUMNS 80
#define ROOM	(LINE_VIEW_COLUMNS - 7) /* behind the prompt */

#define HOME "\001"
#define END  "\005"
#define LEFT "\002"
#define CUT  "\013" /* all behind the cursor */

static u16 cells[ROWS * COLUMNS];
static struct terminal term;
static struct line_editor ed;
static struct line_view view;

static void to_terminal(void *arg, const char *text, size_t len)
{
	terminal_write(arg, text, len);
}

static void terminal_vprintf(struct out *out, const char *fmt, va_list ap)
{
	(void)out;
	vformat(to_terminal, &term, fmt, ap);
}

static struct out terminal_out = { .vprintf = terminal_vprintf };

static void start(void)
{
	terminal_init(&term, cells, ROWS, COLUMNS);
	memset(&ed, 0, sizeof(ed));
	line_view_start(&view, &terminal_out, "mmkit>");
}

static void type(const char *keys)
{
	for (; *keys; keys++)
		switch (editor_key(&ed, (u8)*keys)) {
		case EDITOR_APPENDED:
			line_view_append(&view, &ed);
			break;
		case EDITOR_CHANGED:
			line_view_draw(&view, &ed);
			break;
		default:
			break;
		}
}

static void type_times(const char *keys, unsigned int times)
{
	while (times--)
		type(keys);
}

/* A row without the blanks at its end. */
static const char *row(unsigned int nr)
{
	static char text[COLUMNS + 1];
	unsigned int i;

	for (i = 0; i < COLUMNS; i++)
		text[i] = (char)cells[nr * COLUMNS + i];
	while (i && text[i - 1] == ' ')
		i--;
	text[i] = '\0';
	return text;
}

/* Is what is shown the part of the line that the cursor is in, in one row? */
static bool is_right(void)
{
	unsigned int first, shown = (unsigned int)strlen(row(0));
	char want[COLUMNS + 1];

	for (first = 0; first <= ed.cursor; first++) {
		snprintf(want, sizeof(want), "mmkit>%c%.*s", first ? '<' : ' ', ROOM,
			 ed.line + first);
		while (*want && want[strlen(want) - 1] == ' ')
			want[strlen(want) - 1] = '\0';
		if (!strcmp(row(0), want) && term.column == 7 + ed.cursor - first)
			return !*row(1) && term.row == 0 && shown <= LINE_VIEW_COLUMNS;
	}
	return false;
}

static const struct view_case {
	const char *name, *keys, *row;
	unsigned int column;
} view_cases[] = {
	{ "nothing", "", "mmkit>", 7 },
	{ "a word", "page", "mmkit> page", 11 },
	{ "the cursor goes left", "page" LEFT LEFT, "mmkit> page", 9 },
	{ "a letter in the middle", "pge" LEFT LEFT "a", "mmkit> page", 9 },
	{ "what was cut is gone", "page 7" LEFT LEFT CUT, "mmkit> page", 11 },
	{ "all is gone", "page 7" HOME CUT, "mmkit>", 7 },
};

KTEST(line_view, short_lines, SHORT)
{
	const struct view_case *c;

	for_each_case (c, view_cases) {
		kt_case(c->name);
		start();
		type(c->keys);
		kt_str_eq(row(0), c->row);
		kt_eq(term.column, c->column);
	}
}

KTEST(line_view, a_line_that_just_fits_is_shown_as_a_whole, SHORT)
{
	start();
	type_times("x", ROOM);
	kt_eq(term.column, LINE_VIEW_COLUMNS);
	kt_eq(view.first, 0);
	kt_true(is_right());
	type(HOME);
	kt_true(is_right());
}

KTEST(line_view, a_longer_line_is_shown_in_part, SHORT)
{
	start();
	type_times("0123456789", 8);
	kt_true(view.first > 0);
	kt_true(is_right());
	type(HOME);
	kt_eq(view.first, 0);
	kt_true(is_right());
	type("x" END);
	kt_true(view.first > 0);
	kt_true(is_right());
	type_times("\b", 80);
	kt_eq(view.first, 0);
	kt_str_eq(row(0), "mmkit> x");
}

/* Whatever is typed, one row is drawn, with the cursor where it belongs. */
KTEST(line_view, random_keys, SHORT)
{
	static const char special[] = HOME END LEFT LEFT LEFT CUT "\006\006\b\027";
	unsigned int i;

	start();
	for (i = 0; i < 3000; i++) {
		char key[2] = { 0 };

		key[0] = kt_random_below(8) ? (char)(' ' + kt_random_below(95))
					    : special[kt_random_below(sizeof(special) - 1)];
		type(key);
		if (!is_right()) {
			kt_fail("key %u: cursor %u of %u, got column %u of \"%s\"", i, ed.cursor,
				ed.len, term.column, row(0));
			return;
		}
	}
}
