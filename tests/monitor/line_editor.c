/* SPDX-License-Identifier: 0BSD
 *
 * line_editor.c - the monitor's line editor, fed with bytes as terminals send them.
 */
#include <test/ktest.h>

#include <boot/monitor/line_editor.h>

#define UP    "\033[A"
#define DOWN  "\033[B"
#define RIGHT "\033[C"
#define LEFT  "\033[D"

static struct line_editor ed;

/* Type @keys; each enter or ctrl-c takes the line as the monitor does. Return: the last event. */
static enum editor_event type(const char *keys)
{
	enum editor_event event = EDITOR_NOTHING;

	for (; *keys; keys++) {
		event = editor_key(&ed, (u8)*keys);
		if (event == EDITOR_ENTER || event == EDITOR_TOO_LONG || event == EDITOR_CANCEL)
			editor_reset(&ed, event == EDITOR_ENTER);
	}
	return event;
}

static void start(void)
{
	memset(&ed, 0, sizeof(ed));
	editor_reset(&ed, false);
}

static const struct edit_case {
	const char *name, *keys, *line;
	unsigned int cursor;
} edit_cases[] = {
	{ "letters", "page 7", "page 7", 6 },
	{ "backspace", "page 78\b", "page 7", 6 },
	{ "delete key of old terminals", "pages\177", "page", 4 },
	{ "backspace at the start", "\b\177a", "a", 1 },
	{ "left and insert", "pge" LEFT LEFT "a", "page", 2 },
	{ "left stops at the start", "b" LEFT LEFT LEFT "a", "ab", 1 },
	{ "right stops at the end", "a" RIGHT LEFT RIGHT "b", "ab", 2 },
	{ "application mode arrows", "ac\033ODb", "abc", 2 },
	{ "home and end", "age\033[Hp\033[F 7", "page 7", 6 },
	{ "home and end of a VT220", "age\033[1~p\033[4~ 7", "page 7", 6 },
	{ "home and end of rxvt", "age\033[7~p\033[8~ 7", "page 7", 6 },
	{ "home and end as ESC O", "age\033OHp\033OF 7", "page 7", 6 },
	{ "delete", "xpage\033[H\033[3~", "page", 0 },
	{ "delete at the end", "page\033[3~", "page", 4 },
	{ "ctrl-a ctrl-e", "age\001p\005 7", "page 7", 6 },
	{ "ctrl-k", "page 7" LEFT LEFT "\013", "page", 4 },
	{ "ctrl-u", "page 7" LEFT "\025", "7", 0 },
	{ "ctrl-u at the end", "page 7\025", "", 0 },
	{ "ctrl-w", "alloc 3 dma\027", "alloc 3 ", 8 },
	{ "ctrl-w over blanks", "alloc 3  \027", "alloc ", 6 },
	{ "ctrl-w in the middle", "alloc 3 dma" LEFT LEFT "\027", "alloc 3 ma", 8 },
	{ "ctrl-w of blanks alone", "  \027", "", 0 },
	{ "ctrl-w at the start", "alloc\001\027", "alloc", 0 },
	{ "ctrl-b ctrl-f ctrl-d", "abxc\002\002\004\006d", "abcd", 4 },
	{ "unknown sequence", "a\033[15~b\033[1;5Cc\033Zd", "abcd", 4 },
	{ "escape before a key", "ab\033" LEFT "c", "acb", 2 },
	{ "a sequence that breaks off", "ab\033[1" LEFT "c", "acb", 2 },
	{ "controls end a sequence", "ab\033\001c\033[3\005d", "cabd", 4 },
	{ "controls without meaning", "a\001\005\007\016b\t", "ab", 2 },
	{ "bytes above ASCII", "a\200\377b", "ab", 2 },
};

KTEST(line_editor, keys_edit_the_line, SHORT)
{
	const struct edit_case *c;

	for_each_case (c, edit_cases) {
		kt_case(c->name);
		start();
		type(c->keys);
		kt_str_eq(ed.line, c->line);
		kt_eq(ed.len, strlen(c->line));
		kt_eq(ed.cursor, c->cursor);
	}
}

KTEST(line_editor, events_say_what_to_draw, SHORT)
{
	start();
	kt_eq(type("a"), EDITOR_APPENDED);
	kt_eq(type("\033"), EDITOR_NOTHING);
	kt_eq(type("["), EDITOR_NOTHING);
	kt_eq(type("D"), EDITOR_CHANGED);
	kt_eq(type("b"), EDITOR_CHANGED);
	kt_eq(type("\005c"), EDITOR_APPENDED);
	kt_eq(type("\001"), EDITOR_CHANGED);
	kt_eq(type("\002"), EDITOR_NOTHING);
	kt_eq(type("\r"), EDITOR_ENTER);
	kt_eq(type("\n"), EDITOR_ENTER);
	kt_eq(type("\003"), EDITOR_CANCEL);
}

KTEST(line_editor, a_full_line_takes_no_more, SHORT)
{
	unsigned int i;

	start();
	for (i = 0; i < EDITOR_LINE - 1; i++)
		kt_eq(type("x"), EDITOR_APPENDED);
	kt_eq(type("\r"), EDITOR_ENTER);
	for (i = 0; i < EDITOR_LINE - 1; i++)
		kt_eq(type("x"), EDITOR_APPENDED);
	kt_eq(type("y"), EDITOR_FULL);
	kt_eq(type("\001y"), EDITOR_FULL);
	kt_eq(ed.len, EDITOR_LINE - 1);
	kt_eq(strlen(ed.line), EDITOR_LINE - 1);
	kt_true(!strchr(ed.line, 'y'));
	kt_eq(type("\004y"), EDITOR_CHANGED);
	kt_eq(ed.line[0], 'y');
}

static void type_blanks(unsigned int nr)
{
	while (nr--)
		type(" ");
}

/* What is left of a line that was cut may be another command. */
KTEST(line_editor, a_cut_line_is_never_entered, SHORT)
{
	start();
	type("one\r");
	type_blanks(248);
	kt_eq(type("alloc 10"), EDITOR_FULL);
	kt_eq(type("\r"), EDITOR_TOO_LONG);
	type(UP);
	kt_str_eq(ed.line, "one"); /* it is not remembered */
	kt_eq(type("\r"), EDITOR_ENTER);

	type_blanks(300);
	kt_eq(type("\b\b\r"), EDITOR_TOO_LONG);
	type_blanks(300);
	kt_eq(type(UP "\r"), EDITOR_ENTER);
	type_blanks(300);
	kt_eq(type(UP DOWN "\r"), EDITOR_TOO_LONG);
	type_blanks(300);
	kt_eq(type("\025two\r"), EDITOR_ENTER);
	type_blanks(300);
	type("\003");
	kt_eq(type("three\r"), EDITOR_ENTER);
}

static const struct history_case {
	const char *name, *keys, *line;
} history_cases[] = {
	{ "empty history", UP, "" },
	{ "the last line", "one\rtwo\r" UP, "two" },
	{ "two back", "one\rtwo\r" UP UP, "one" },
	{ "not beyond the first", "one\rtwo\r" UP UP UP UP, "one" },
	{ "back and forth", "one\rtwo\r" UP UP DOWN, "two" },
	{ "down to what was typed", "one\rtw" UP DOWN, "tw" },
	{ "down on the typed line", "one\rtw" DOWN, "tw" },
	{ "ctrl-p ctrl-n", "one\rtwo\r\020\020\016", "two" },
	{ "the cursor is at the end", "one\r" UP "s", "ones" },
	{ "an edited entry is a new line", "one\r" UP "s\r" UP UP, "one" },
	{ "empty lines are not kept", "one\r\r\r" UP, "one" },
	{ "a repeated line is kept once", "one\rtwo\rtwo\r" UP UP, "one" },
	{ "a cancelled line is not kept", "one\rtwo\003" UP, "one" },
	{ "enter leaves the history", "one\rtwo\r" UP UP "\r" UP, "one" },
};

KTEST(line_editor, history_goes_back_and_forth, SHORT)
{
	const struct history_case *c;

	for_each_case (c, history_cases) {
		kt_case(c->name);
		start();
		type(c->keys);
		kt_str_eq(ed.line, c->line);
	}
}

KTEST(line_editor, history_keeps_the_last_16, SHORT)
{
	char line[] = "a\r";
	unsigned int i;

	start();
	for (i = 0; i < EDITOR_HISTORY + 4; i++) {
		line[0] = (char)('a' + i);
		type(line);
	}
	for (i = 0; i < EDITOR_HISTORY; i++)
		kt_eq(type(UP), EDITOR_CHANGED);
	kt_str_eq(ed.line, "e");
	kt_eq(type(UP), EDITOR_NOTHING);
	kt_str_eq(ed.line, "e");
}

/* Whatever a terminal sends, the invariants hold and the line can be entered. */
KTEST(line_editor, random_keys_keep_the_invariants, SHORT)
{
	static const char starts[] =
		"\033\033\033[[O~0137ABCDHF\b\177\001\005\013\025\027\020\016\r";
	unsigned int i;

	start();
	for (i = 0; i < 20000; i++) {
		bool special = kt_random_below(2);
		char key[2] = { 0 };

		key[0] = special ? starts[kt_random_below(sizeof(starts) - 1)]
				 : (char)(1 + kt_random_below(255));
		type(key);
		if (ed.cursor > ed.len || ed.len >= EDITOR_LINE || strlen(ed.line) != ed.len ||
		    ed.back > EDITOR_HISTORY) {
			kt_fail("key %u: expected a sound line, got len %u, cursor %u, back %u", i,
				ed.len, ed.cursor, ed.back);
			return;
		}
	}
}

KTEST(line_editor, tab_asks_for_completion_and_counts, SHORT)
{
	memset(&ed, 0, sizeof(ed));
	kt_eq(type("me\t"), EDITOR_COMPLETE);
	kt_eq(ed.tabs, 1);
	kt_eq(type("\t"), EDITOR_COMPLETE);
	kt_eq(ed.tabs, 2);
	kt_str_eq(ed.line, "me");
	type("m");
	kt_eq(ed.tabs, 0);
	type("\t");
	kt_eq(ed.tabs, 1);
	editor_reset(&ed, false);
	kt_eq(ed.tabs, 0);
}

KTEST(line_editor, text_is_put_in_at_the_cursor, SHORT)
{
	char longer[2 * EDITOR_LINE];

	memset(&ed, 0, sizeof(ed));
	type("ac" LEFT);
	editor_insert(&ed, "bbb");
	kt_str_eq(ed.line, "abbbc");
	kt_eq(ed.cursor, 4);
	memset(longer, 'x', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	editor_insert(&ed, longer);
	kt_eq(ed.len, EDITOR_LINE - 1);
	kt_eq(strlen(ed.line), EDITOR_LINE - 1);
	kt_eq(type("\r"), EDITOR_TOO_LONG);
}
