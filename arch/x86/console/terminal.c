/* SPDX-License-Identifier: 0BSD
 *
 * terminal.c - text into a grid of cells, as a terminal would place it.
 *
 * 1. Concepts    A character goes where the cursor is. One that would come after the last column
 *                goes to the next line instead; only then, so that a full line and its CR LF are
 *                one line. Behind the last row everything moves up by one. Only terminal_init()
 *                and terminal_set_top() write outside of the rows from top on.
 * 2. Colours     ESC [ 31;40 m and the like change the colours of what follows; 0 takes them back.
 *                The eight colours of ECMA-48 count red as 1 and blue as 4, those of VGA blue as 1.
 *                Ink is bright in any case: the other tones are made for paper.
 * 3. Invariants  (check_terminal.c)
 *                C1 top <= row < rows; C2 column <= columns; C3 the view is not turned back beyond
 *                the lines that were kept.
 * 4. Kept lines  What leaves the grid goes into a ring. To show it, the terminal's rows are put
 *                aside and drawn over; whoever writes finds them in place again.
 * 5. Not done    Sequences that move the cursor, but for ESC [ H: nothing here prints them.
 */
#include <asm/console/terminal.h>
#include <asm/console/screen.h>
#include <lib/bug.h>
#include <lib/compiler.h>
#include <lib/string.h>

#define ESC		0x1b
#define ATTRIBUTE_PLAIN (SCREEN_BLANK & 0xff00)
#define INK		0x0f00u
#define PAPER		0xf000u
#define BRIGHT		8u

static u16 *cell_at(const struct terminal *term, unsigned int row, unsigned int column)
{
	return term->cells + row * term->columns + column;
}

static size_t row_bytes(const struct terminal *term)
{
	return term->columns * sizeof(u16);
}

/* The first row cell by cell, the others as copies of it. */
static void clear_rows(const struct terminal *term, unsigned int first, unsigned int end)
{
	u16 *cell = cell_at(term, first, 0), *stop = cell_at(term, first + 1, 0);
	unsigned int row;

	while (first < end && cell != stop)
		*cell++ = SCREEN_BLANK;
	for (row = first + 1; row < end; row++)
		memcpy(cell_at(term, row, 0), cell_at(term, first, 0), row_bytes(term));
}

/* Move @nr rows from @from to @to; they may overlap. */
static void move_rows(const struct terminal *term, unsigned int to, unsigned int from,
		      unsigned int nr)
{
	memmove(cell_at(term, to, 0), cell_at(term, from, 0), nr * row_bytes(term));
}

void terminal_init(struct terminal *term, u16 *cells, unsigned int rows, unsigned int columns)
{
	*term = (struct terminal){
		.rows = rows,
		.columns = columns,
		.attribute = ATTRIBUTE_PLAIN,
	};
	term->cells = cells;
	clear_rows(term, 0, rows);
}

/* --- lines that have left the grid ------------------------------------------------------------ */

void terminal_keep(struct terminal *term, u16 *cells, unsigned int rows)
{
	term->kept = cells;
	term->aside = cells + rows * term->columns;
	term->kept_rows = rows;
}

static u16 *kept_row(const struct terminal *term, unsigned int nr)
{
	return term->kept + nr % term->kept_rows * term->columns;
}

/* The rows [@first, @end) are about to go. */
static void keep_rows(struct terminal *term, unsigned int first, unsigned int end)
{
	for (; term->kept && first < end; first++)
		memcpy(kept_row(term, term->nr_kept++), cell_at(term, first, 0), row_bytes(term));
}

/* What stands in row @i of the terminal's when the view is term->turned rows above the end. */
static const u16 *turned_row(const struct terminal *term, unsigned int i)
{
	if (i < term->turned)
		return kept_row(term, term->nr_kept - term->turned + i);
	return term->aside + (i - term->turned) * term->columns;
}

static void turn_to(struct terminal *term, unsigned int turned)
{
	unsigned int rows = term->rows - term->top, i;

	if (!term->turned)
		memcpy(term->aside, cell_at(term, term->top, 0), rows * row_bytes(term));
	term->turned = turned;
	for (i = 0; i < rows; i++)
		memcpy(cell_at(term, term->top + i, 0), turned_row(term, i), row_bytes(term));
}

void terminal_turn(struct terminal *term, int lines)
{
	int there_are = (int)min(term->nr_kept, term->kept_rows);
	int turned = max(min((int)term->turned + lines, there_are), 0);

	if ((unsigned int)turned != term->turned)
		turn_to(term, (unsigned int)turned);
}

static void show_end(struct terminal *term)
{
	if (term->turned)
		turn_to(term, 0);
}

/* --- text ------------------------------------------------------------------------------------ */

void terminal_set_top(struct terminal *term, unsigned int top)
{
	mm_bug_on(top >= term->rows, "%u rows of %u were asked for: no row would be left", top,
		  term->rows);
	show_end(term);
	if (term->row < top) {
		unsigned int used = min(term->row + 1, term->rows - top);

		keep_rows(term, term->top, term->row + 1 - used);
		move_rows(term, top, term->row + 1 - used, used);
		term->row = top + used - 1;
		clear_rows(term, term->row + 1, term->rows);
	} else {
		keep_rows(term, term->top, top);
	}
	clear_rows(term, 0, max(top, term->top));
	term->top = top;
}

static void new_line(struct terminal *term)
{
	if (++term->row < term->rows)
		return;
	term->row--;
	keep_rows(term, term->top, term->top + 1);
	move_rows(term, term->top, term->top + 1, term->row - term->top);
	clear_rows(term, term->row, term->rows);
}

/* Put as much of @text as fits into this line. Return: how many characters. */
static size_t put_run(struct terminal *term, const char *text, size_t len)
{
	u16 *cell = cell_at(term, term->row, term->column);
	size_t room = term->columns - term->column, n;

	len = min(len, room);
	for (n = 0; n < len && (u8)text[n] >= ' '; n++)
		cell[n] = term->attribute | (u8)text[n];
	term->column += (unsigned int)n;
	return n;
}

/* Put some characters, of which the first one is no control character. Return: how many. */
static size_t put_text(struct terminal *term, const char *text, size_t len)
{
	if (term->column == term->columns) {
		term->column = 0;
		new_line(term);
	}
	return put_run(term, text, len);
}

static void control(struct terminal *term, char c)
{
	switch (c) {
	case '\r':
		term->column = 0;
		break;
	case '\n':
		new_line(term);
		break;
	case '\b':
		term->column -= term->column > 0;
		break;
	case ESC:
		term->state = TERM_ESC;
		break;
	default:
		break;
	}
}

/* The colour that ECMA-48 calls @number: red and blue change places. */
static unsigned int ansi_colour(unsigned int number)
{
	return (number & 1) << 2 | (number & 2) | (number & 4) >> 2;
}

/* Take one parameter of ESC [ ... m. */
static void set_rendition(struct terminal *term, unsigned int n)
{
	unsigned int attr = term->attr_next, colour = ansi_colour(n % 10);

	if (n == 0)
		attr = ATTRIBUTE_PLAIN;
	else if (n == 1)
		attr |= BRIGHT << 8;
	else if (n == 7)
		attr = (attr & INK) << 4 | (attr & PAPER) >> 4;
	else if (n >= 30 && n <= 37)
		attr = (attr & ~INK) | (colour ? colour | BRIGHT : 0) << 8;
	else if (n >= 40 && n <= 47)
		attr = (attr & ~PAPER) | colour << 12;
	else if (n >= 90 && n <= 97)
		attr = (attr & ~INK) | (colour | BRIGHT) << 8;
	else if (n >= 100 && n <= 107)
		attr = (attr & ~PAPER) | (colour | BRIGHT) << 12;
	term->attr_next = attr;
}

/* What comes after ESC: [, or blanks to / in any number and one character more. */
static void escape(struct terminal *term, char c)
{
	if (c >= ' ' && c <= '/') {
		term->state = TERM_ESC_MORE;
	} else if (c == '[' && term->state == TERM_ESC) {
		term->state = TERM_CSI;
		term->number = 0;
		term->attr_next = term->attribute;
	} else {
		term->state = TERM_TEXT;
	}
}

/* ESC [ ... m sets colours, ESC [ H goes to the first row, ESC [ 2 J makes all rows blank. */
static void final_byte(struct terminal *term, char c)
{
	if (c == 'm') {
		set_rendition(term, term->number);
		term->attribute = (u16)term->attr_next;
	} else if (c == 'H' && !term->number) {
		term->row = term->top;
		term->column = 0;
	} else if (c == 'J' && term->number == 2) {
		keep_rows(term, term->top, term->row + 1);
		clear_rows(term, term->top, term->rows);
	}
}

/* What comes after ESC [: numbers with ; between them, then a letter. */
static void sequence(struct terminal *term, char c)
{
	if (c >= '0' && c <= '9') {
		term->number = (term->number * 10 + (unsigned int)(c - '0')) % 1000;
	} else if (c == ';') {
		set_rendition(term, term->number);
		term->number = 0;
	} else if ((u8)c >= 0x40) {
		final_byte(term, c);
		term->state = TERM_TEXT;
	}
}

void terminal_write(struct terminal *term, const char *text, size_t len)
{
	show_end(term);
	while (len) {
		size_t taken = 1;

		if (term->state == TERM_CSI)
			sequence(term, *text);
		else if (term->state != TERM_TEXT)
			escape(term, *text);
		else if ((u8)*text < ' ')
			control(term, *text);
		else
			taken = put_text(term, text, len);
		text += taken;
		len -= taken;
	}
}
