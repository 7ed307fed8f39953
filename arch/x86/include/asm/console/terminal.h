/* SPDX-License-Identifier: 0BSD
 *
 * terminal.h - a scrolling terminal in some rows of a grid of cells (asm/console/screen.h).
 *
 * Understands CR, LF, BS and, of the escape sequences (ECMA-48), ESC [ ... m for the sixteen
 * colours, ESC [ H as the way to the first row and column, and ESC [ 2 J; the other sequences of
 * ESC and ESC [ are swallowed. Pure: touches the grid and nothing else.
 */
#ifndef ASM_CONSOLE_TERMINAL_H
#define ASM_CONSOLE_TERMINAL_H

#include <lib/types.h>
#include <mm/mm_check.h>

struct terminal {
	u16 *cells;
	unsigned int rows, columns; /* of the grid */
	unsigned int top;	    /* the first row that is the terminal's */

	unsigned int row, column; /* of the cursor; column == columns: a line is full */

	/* Lines that have left the grid, if terminal_keep() gave memory for them. */
	u16 *kept, *aside;	/* a ring of rows; the terminal's rows while older ones are shown */
	unsigned int kept_rows; /* of the ring */
	unsigned int nr_kept;	/* rows that ever went into it */
	unsigned int turned;	/* rows that the view is above the end; 0: the end is shown */

	u16 attribute; /* colours of the next character, in place */

	enum { TERM_TEXT, TERM_ESC, TERM_ESC_MORE, TERM_CSI } state;
	unsigned int number;	/* the parameter being read */
	unsigned int attr_next; /* what attribute becomes at the final byte */
};

/* Begin with a blank grid of @rows x @columns cells at @cells. */
void terminal_init(struct terminal *term, u16 *cells, unsigned int rows, unsigned int columns);

/* Keep the last @rows lines that leave the grid, in (@rows + term->rows) * term->columns @cells. */
void terminal_keep(struct terminal *term, u16 *cells, unsigned int rows);

/* Show what is @lines further up (negative: down), as far as there is something. The next
 * terminal_write() or terminal_set_top() shows the end again. */
void terminal_turn(struct terminal *term, int lines);

void terminal_write(struct terminal *term, const char *text, size_t len);

/* Keep to the rows from @top on; there must be one at least. Rows above it are blank afterwards;
 * the last lines stay. */
void terminal_set_top(struct terminal *term, unsigned int top);

/* Compare @term with C1-C3, for the checker of whoever has a terminal. */
void terminal_check(struct mm_check *check, const struct terminal *term);
extern const struct mm_invariant terminal_invariants[];

#endif
