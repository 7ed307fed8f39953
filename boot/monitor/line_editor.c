/* SPDX-License-Identifier: 0BSD
 *
 * line_editor.c - the editing of one line, without a terminal: a state machine over bytes.
 *
 * A terminal sends a letter as one byte and a key such as "left" as a sequence: ESC [ D, ESC O D or
 * ESC [ 3 ~ (ECMA-48; the keys of a VT220). Unknown sequences are swallowed whole, so that they do
 * not leave letters behind.
 *
 * A line of which something was lost is never entered: `alloc 10` must not become `alloc 1`.
 *
 * Invariants: line[len] is the terminator; cursor <= len < EDITOR_LINE; back is at most the number
 * of entries in the history.
 */
#include <boot/monitor/line_editor.h>

#include <lib/compiler.h>
#include <lib/string.h>

#define CTRL(letter) ((letter)&0x1f)
#define KEY_TAB	     0x09
#define KEY_ESC	     0x1b
#define KEY_DEL	     0x7f

static unsigned int history_len(const struct line_editor *ed)
{
	return min(ed->nr_entered, (unsigned int)EDITOR_HISTORY);
}

static char *history_slot(struct line_editor *ed, unsigned int back)
{
	return ed->history[(ed->nr_entered - back) % EDITOR_HISTORY];
}

static enum editor_event move_to(struct line_editor *ed, unsigned int cursor)
{
	ed->cursor = cursor;
	return EDITOR_CHANGED;
}

/* Take the text [@start, @end) out of the line; the cursor ends at @start. */
static enum editor_event cut(struct line_editor *ed, unsigned int start, unsigned int end)
{
	memmove(ed->line + start, ed->line + end, ed->len - end + 1);
	ed->len -= end - start;
	ed->cut = ed->cut && ed->len;
	return move_to(ed, start);
}

static enum editor_event insert(struct line_editor *ed, char c)
{
	if (ed->len == EDITOR_LINE - 1) {
		ed->cut = true;
		return EDITOR_FULL;
	}
	memmove(ed->line + ed->cursor + 1, ed->line + ed->cursor, ed->len - ed->cursor + 1);
	ed->line[ed->cursor] = c;
	ed->len++;
	move_to(ed, ed->cursor + 1);
	return ed->cursor == ed->len ? EDITOR_APPENDED : EDITOR_CHANGED;
}

/* Where the word that ends before the cursor begins. */
static unsigned int word_start(const struct line_editor *ed)
{
	unsigned int pos = ed->cursor;

	while (pos && ed->line[pos - 1] == ' ')
		pos--;
	while (pos && ed->line[pos - 1] != ' ')
		pos--;
	return pos;
}

static enum editor_event backspace(struct line_editor *ed)
{
	return ed->cursor ? cut(ed, ed->cursor - 1, ed->cursor) : EDITOR_NOTHING;
}

static enum editor_event delete (struct line_editor *ed) {
	return ed->cursor < ed->len ? cut(ed, ed->cursor, ed->cursor + 1) : EDITOR_NOTHING;
}

static enum editor_event left(struct line_editor *ed)
{
	return ed->cursor ? move_to(ed, ed->cursor - 1) : EDITOR_NOTHING;
}

static enum editor_event right(struct line_editor *ed)
{
	return ed->cursor < ed->len ? move_to(ed, ed->cursor + 1) : EDITOR_NOTHING;
}

/* Show the entry @back steps back; 0 is the line as it was typed. */
static enum editor_event show_entry(struct line_editor *ed, unsigned int back)
{
	if (ed->back == 0) {
		strlcpy(ed->typed, ed->line, EDITOR_LINE);
		ed->typed_cut = ed->cut;
	}
	ed->back = back;
	ed->cut = !back && ed->typed_cut;
	strlcpy(ed->line, back ? history_slot(ed, back) : ed->typed, EDITOR_LINE);
	ed->len = (unsigned int)strlen(ed->line);
	return move_to(ed, ed->len);
}

static enum editor_event up(struct line_editor *ed)
{
	return ed->back < history_len(ed) ? show_entry(ed, ed->back + 1) : EDITOR_NOTHING;
}

static enum editor_event down(struct line_editor *ed)
{
	return ed->back ? show_entry(ed, ed->back - 1) : EDITOR_NOTHING;
}

/* The key of ESC [ @letter or ESC O @letter. */
static enum editor_event letter_key(struct line_editor *ed, u8 letter)
{
	switch (letter) {
	case 'A':
		return up(ed);
	case 'B':
		return down(ed);
	case 'C':
		return right(ed);
	case 'D':
		return left(ed);
	case 'H':
		return move_to(ed, 0);
	case 'F':
		return move_to(ed, ed->len);
	default:
		return EDITOR_NOTHING;
	}
}

/* The key of ESC [ @number ~. */
static enum editor_event number_key(struct line_editor *ed, unsigned int number)
{
	switch (number) {
	case 1:
	case 7:
		return move_to(ed, 0);
	case 3:
		return delete (ed);
	case 4:
	case 8:
		return move_to(ed, ed->len);
	default:
		return EDITOR_NOTHING;
	}
}

static enum editor_event escape_key(struct line_editor *ed, u8 key)
{
	if (ed->escape == ESC_START) {
		ed->escape = key == '[' || key == 'O' ? ESC_CSI : ESC_NONE;
		ed->escape_arg = 0;
		return EDITOR_NOTHING;
	}
	if (key >= '0' && key <= '9') {
		ed->escape_arg = (ed->escape_arg * 10 + key - '0') % 1000;
		return EDITOR_NOTHING;
	}
	if (key < 0x40) /* a parameter or intermediate byte: the final byte is still to come */
		return EDITOR_NOTHING;
	ed->escape = ESC_NONE;
	return key == '~' ? number_key(ed, ed->escape_arg) : letter_key(ed, key);
}

static enum editor_event control_key(struct line_editor *ed, u8 key)
{
	switch (key) {
	case '\r':
	case '\n':
		return ed->cut ? EDITOR_TOO_LONG : EDITOR_ENTER;
	case CTRL('c'):
		return EDITOR_CANCEL;
	case KEY_DEL:
	case '\b':
		return backspace(ed);
	case CTRL('d'):
		return delete (ed);
	case CTRL('a'):
		return move_to(ed, 0);
	case CTRL('e'):
		return move_to(ed, ed->len);
	case CTRL('k'):
		return cut(ed, ed->cursor, ed->len);
	case CTRL('u'):
		return cut(ed, 0, ed->cursor);
	case CTRL('w'):
		return cut(ed, word_start(ed), ed->cursor);
	case CTRL('b'):
		return left(ed);
	case CTRL('f'):
		return right(ed);
	case CTRL('p'):
		return up(ed);
	case CTRL('n'):
		return down(ed);
	case KEY_TAB:
		ed->tabs++;
		return EDITOR_COMPLETE;
	case KEY_ESC:
		ed->escape = ESC_START;
		return EDITOR_NOTHING;
	default:
		return EDITOR_NOTHING;
	}
}

enum editor_event editor_key(struct line_editor *ed, u8 key)
{
	if (key != KEY_TAB)
		ed->tabs = 0;
	if (key < ' ') /* ESC among them: what came after the one before was no sequence */
		ed->escape = ESC_NONE;
	if (ed->escape != ESC_NONE)
		return escape_key(ed, key);
	if (key < ' ' || key == KEY_DEL)
		return control_key(ed, key);
	return key < KEY_DEL ? insert(ed, (char)key) : EDITOR_NOTHING;
}

void editor_insert(struct line_editor *ed, const char *text)
{
	while (*text)
		insert(ed, *text++);
}

void editor_reset(struct line_editor *ed, bool remember)
{
	bool repeated = ed->nr_entered && !strcmp(history_slot(ed, 1), ed->line);

	if (remember && ed->len && !repeated) {
		strlcpy(history_slot(ed, 0), ed->line, EDITOR_LINE);
		ed->nr_entered++;
	}
	ed->line[0] = '\0';
	ed->cut = false;
	ed->len = ed->cursor = ed->back = ed->tabs = 0;
}
