/* SPDX-License-Identifier: 0BSD
 *
 * terminal.c - arch/x86/console/terminal.c on a grid of four lines with eight columns.
 */
#include <test/ktest.h>

#include <asm/console/screen.h>
#include <asm/console/terminal.h>
#include <lib/format.h>
#include <mm/mm_check.h>

#define ROWS	4
#define COLUMNS 8
#define GUARD	0xdead

/* The grid, and a row on either side that must not be touched. */
static u16 cells[(ROWS + 2) * COLUMNS];
static struct terminal term;

static void start(void)
{
	u16 *cell;

	for (cell = cells; cell < cells + ARRAY_SIZE(cells); cell++)
		*cell = GUARD;
	terminal_init(&term, cells + COLUMNS, ROWS, COLUMNS);
}

static void write(const char *text)
{
	terminal_write(&term, text, strlen(text));
}

/* The rows, ended by `|` where something stands behind the last character, as one string. */
static const char *screen(void)
{
	static char text[ROWS * (COLUMNS + 1) + 1];
	char *to = text;
	unsigned int row, column;

	for (row = 0; row < ROWS; row++) {
		char *end = to;

		for (column = 0; column < COLUMNS; column++) {
			*to++ = (char)term.cells[row * COLUMNS + column];
			if (to[-1] != ' ')
				end = to;
		}
		to = end;
		*to++ = '/';
	}
	to[-1] = '\0';
	return text;
}

static bool guards_are_intact(void)
{
	unsigned int i;

	for (i = 0; i < COLUMNS; i++)
		if (cells[i] != GUARD || cells[(ROWS + 1) * COLUMNS + i] != GUARD)
			return false;
	return true;
}

static const struct text_case {
	const char *name, *text, *screen;
	unsigned int row, column;
} text_cases[] = {
	{ "nothing", "", "///", 0, 0 },
	{ "letters", "abc", "abc///", 0, 3 },
	{ "lines", "a\r\nb\r\n", "a/b//", 2, 0 },
	{ "line feed alone goes down", "ab\nc", "ab/  c//", 1, 3 },
	{ "carriage return goes back", "abc\rx", "xbc///", 0, 1 },
	{ "backspace moves", "abc\b\bx", "axc///", 0, 2 },
	{ "backspace stops at the start", "\b\bx", "x///", 0, 1 },
	{ "a full line waits", "12345678", "12345678///", 0, 8 },
	{ "a full line and its end are one", "12345678\r\nx", "12345678/x//", 1, 1 },
	{ "a long line goes on below", "123456789", "12345678/9//", 1, 1 },
	{ "backspace in a full line", "12345678\bx", "1234567x///", 0, 8 },
	{ "all lines", "1\r\n2\r\n3\r\n4", "1/2/3/4", 3, 1 },
	{ "scroll", "1\r\n2\r\n3\r\n4\r\n5", "2/3/4/5", 3, 1 },
	{ "scroll by a long line", "1\r\n2\r\n3\r\n123456789", "2/3/12345678/9", 3, 1 },
	{ "colours take no room", "a\033[31;44mb\033[0mc", "abc///", 0, 3 },
	{ "other sequences take no room", "a\033[1Jb\033[1;2Hc\033Md", "abcd///", 0, 4 },
	{ "home", "1\r\n234\033[Hx", "x/234//", 0, 1 },
	{ "all rows blank", "1\r\n234\033[2Jx", "/   x//", 1, 4 },
	{ "home and all rows blank", "1\r\n2\r\n3\r\n4\r\n5\033[H\033[2Jx", "x///", 0, 1 },
	{ "a choice of characters takes no room", "a\033(Bb\033#8c\033 Fd", "abcd///", 0, 4 },
	{ "intermediate bytes may be several", "a\033$(Cb", "ab///", 0, 2 },
	{ "other control characters", "a\a\tb", "ab///", 0, 2 },
};

KTEST(terminal, text, SHORT)
{
	const struct text_case *c;

	for_each_case (c, text_cases) {
		kt_case(c->name);
		start();
		write(c->text);
		kt_str_eq(screen(), c->screen);
		kt_eq(term.row, c->row);
		kt_eq(term.column, c->column);
		kt_true(guards_are_intact());
	}
}

static const struct colour_case {
	const char *name, *sequence;
	enum screen_colour ink, paper;
} colour_cases[] = {
	{ "none", "", SCREEN_GREY, SCREEN_BLACK },
	{ "reset", "\033[31m\033[0m", SCREEN_GREY, SCREEN_BLACK },
	{ "reset without a number", "\033[31m\033[m", SCREEN_GREY, SCREEN_BLACK },
	{ "red", "\033[31m", SCREEN_LIGHT_RED, SCREEN_BLACK },
	{ "green", "\033[32m", SCREEN_LIGHT_GREEN, SCREEN_BLACK },
	{ "blue", "\033[34m", SCREEN_LIGHT_BLUE, SCREEN_BLACK },
	{ "black stays black", "\033[30;47m", SCREEN_BLACK, SCREEN_GREY },
	{ "bright", "\033[94m", SCREEN_LIGHT_BLUE, SCREEN_BLACK },
	{ "dark grey", "\033[90m", SCREEN_DARK_GREY, SCREEN_BLACK },
	{ "bold", "\033[1m", SCREEN_WHITE, SCREEN_BLACK },
	{ "paper", "\033[41m", SCREEN_GREY, SCREEN_RED },
	{ "bright paper", "\033[103m", SCREEN_GREY, SCREEN_YELLOW },
	{ "both", "\033[37;41m", SCREEN_WHITE, SCREEN_RED },
	{ "exchanged", "\033[7m", SCREEN_BLACK, SCREEN_GREY },
	{ "what is not known", "\033[4;38;999m", SCREEN_GREY, SCREEN_BLACK },
	{ "of another sequence", "\033[31J", SCREEN_GREY, SCREEN_BLACK },
};

KTEST(terminal, colours, SHORT)
{
	const struct colour_case *c;

	for_each_case (c, colour_cases) {
		kt_case(c->name);
		start();
		write(c->sequence);
		write("x");
		kt_eq(term.cells[0], screen_cell('x', c->ink, c->paper));
		kt_eq(term.cells[1], SCREEN_BLANK);
	}
}

KTEST(terminal, a_sequence_may_come_in_pieces, SHORT)
{
	start();
	write("a\033");
	write("[3");
	write("1m");
	write("b");
	kt_eq(term.cells[1], screen_cell('b', SCREEN_LIGHT_RED, SCREEN_BLACK));
}

KTEST(terminal, the_upper_rows_are_left_alone, SHORT)
{
	start();
	terminal_set_top(&term, 2);
	term.cells[0] = 'U';
	write("1\r\n2\r\n3\r\n4");
	kt_str_eq(screen(), "U//3/4");
	kt_true(guards_are_intact());
}

static const struct split_case {
	const char *name, *text;
	unsigned int top;
	const char *screen;
	unsigned int row;
} split_cases[] = {
	{ "a blank screen", "", 2, "///", 2 },
	{ "one line moves down", "1", 2, "//1/", 2 },
	{ "two lines move down", "1\r\n2", 2, "//1/2", 3 },
	{ "of three the last one stays", "1\r\n2\r\n3", 3, "///3", 3 },
	{ "what is below already stays", "1\r\n2\r\n3\r\n4", 2, "//3/4", 3 },
	{ "one row is left", "1\r\n2", 3, "///2", 3 },
};

KTEST(terminal, split, SHORT)
{
	const struct split_case *c;

	for_each_case (c, split_cases) {
		kt_case(c->name);
		start();
		write(c->text);
		terminal_set_top(&term, c->top);
		kt_str_eq(screen(), c->screen);
		kt_eq(term.row, c->row);
		kt_true(guards_are_intact());
	}
}

KTEST(terminal, the_upper_rows_come_back_blank, SHORT)
{
	start();
	terminal_set_top(&term, 2);
	term.cells[0] = 'U';
	write("1\r\n2");
	terminal_set_top(&term, 0);
	kt_str_eq(screen(), "//1/2");
	write("\r\n3\r\n4");
	kt_str_eq(screen(), "1/2/3/4");
}

KTEST(terminal, stop_no_row_is_left, STOP)
{
	start();
	kt_expect_stop("4 rows of 4 were asked for: no row would be left");
	terminal_set_top(&term, ROWS);
}

/* Whatever is printed, the cursor stays inside and nothing around the grid is touched. */
KTEST(terminal, any_bytes, SHORT)
{
	unsigned int i;

	start();
	for (i = 0; i < 20000; i++) {
		char c = (char)kt_random();

		terminal_write(&term, &c, 1);
		if (term.row < ROWS && term.column <= COLUMNS)
			continue;
		kt_fail("cursor at %u, %u after %u bytes", term.row, term.column, i + 1);
		return;
	}
	kt_true(guards_are_intact());
}

/* --- lines that have left the grid ------------------------------------------------------------ */

#define KEPT 6

static u16 kept[(KEPT + ROWS) * COLUMNS + 1];

static void start_keeping(void)
{
	start();
	kept[ARRAY_SIZE(kept) - 1] = GUARD;
	terminal_keep(&term, kept, KEPT);
}

static void write_lines(unsigned int first, unsigned int last)
{
	char line[16];

	for (; first <= last; first++) {
		snprintf(line, sizeof(line), "%u\r\n", first);
		write(line);
	}
}

static const struct turn_case {
	const char *name;
	int turns[3];
	const char *screen;
} turn_cases[] = {
	{ "none", { 0 }, "9/10/11/" },
	{ "a line", { 1 }, "8/9/10/11" },
	{ "some pages", { 3, 2 }, "4/5/6/7" },
	{ "as far as there is something", { 3, 3, 3 }, "3/4/5/6" },
	{ "up and down", { 5, -2 }, "6/7/8/9" },
	{ "down to the end and not further", { 2, -3, -3 }, "9/10/11/" },
	{ "down first", { -1, 1 }, "8/9/10/11" },
};

KTEST(terminal, older_lines_can_be_seen_again, SHORT)
{
	const struct turn_case *c;
	unsigned int i;

	for_each_case (c, turn_cases) {
		kt_case(c->name);
		start_keeping();
		write_lines(1, 11);
		for (i = 0; i < ARRAY_SIZE(c->turns); i++)
			terminal_turn(&term, c->turns[i]);
		kt_str_eq(screen(), c->screen);
		write("x"); /* whoever writes sees the end */
		kt_str_eq(screen(), "9/10/11/x");
		kt_true(guards_are_intact() && kept[ARRAY_SIZE(kept) - 1] == GUARD);
	}
}

KTEST(terminal, few_lines_and_none_are_kept, SHORT)
{
	start_keeping();
	write_lines(1, 3);
	terminal_turn(&term, 2);
	kt_str_eq(screen(), "1/2/3/");
	write_lines(4, 5);
	terminal_turn(&term, 7);
	kt_str_eq(screen(), "1/2/3/4");
	start(); /* no memory for them */
	write_lines(1, 9);
	terminal_turn(&term, 3);
	kt_str_eq(screen(), "7/8/9/");
}

/* The picture takes rows away, and blanks them: their lines are kept; so is what is cleared. */
KTEST(terminal, lines_that_others_take_away_are_kept, SHORT)
{
	start_keeping();
	write("1\r\n2\r\n3\r\n4");
	terminal_set_top(&term, 2);
	kt_str_eq(screen(), "//3/4");
	terminal_turn(&term, 1);
	kt_str_eq(screen(), "//2/3");
	terminal_turn(&term, 1);
	kt_str_eq(screen(), "//1/2");
	terminal_set_top(&term, 1); /* shows the end, too */
	kt_str_eq(screen(), "//3/4");

	start_keeping();
	write("1\r\n2");
	terminal_set_top(&term, 3);
	terminal_turn(&term, 1);
	kt_str_eq(screen(), "///1");

	start_keeping();
	write("1\r\n2\033[2J\033[Hx");
	kt_str_eq(screen(), "x///");
	terminal_turn(&term, 2);
	kt_str_eq(screen(), "1/2/x/");
}

/* --- the checker ----------------------------------------------------------------------------- */

/* With *@word one more than @most, @id is broken, and nothing with @most. */
static void break_word(unsigned int *word, unsigned int most, const char *id)
{
	struct mm_check check = { 0 };

	*word = most;
	terminal_check(&check, &term);
	kt_str_eq(check.first, "");
	*word = most + 1;
	terminal_check(&check, &term);
	kt_str_eq(check.first, id);
	kt_eq(check.nr, 1);
}

KTEST(terminal_check, c1_the_cursor_leaves_the_rows, SHORT)
{
	start();
	break_word(&term.row, ROWS - 1, "C1");
	start();
	break_word(&term.top, 0, "C1");
}

KTEST(terminal_check, c2_the_cursor_leaves_the_columns, SHORT)
{
	start();
	break_word(&term.column, COLUMNS, "C2");
}

KTEST(terminal_check, c3_the_view_is_turned_back_too_far, SHORT)
{
	start();
	break_word(&term.turned, 0, "C3");
	start();
	term.kept_rows = 2;
	term.nr_kept = 5;
	break_word(&term.turned, 2, "C3");
}
