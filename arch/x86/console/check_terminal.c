/* SPDX-License-Identifier: 0BSD
 *
 * check_terminal.c - compare a terminal with the invariants of terminal.c.
 */
#include <asm/console/terminal.h>
#include <lib/compiler.h>
#include <mm/mm_check.h>

const struct mm_invariant terminal_invariants[] = {
	{ "C1", "top <= row < rows" },
	{ "C2", "column <= columns" },
	{ "C3", "the view is not turned back beyond the lines that were kept" },
	{ NULL, NULL },
};

void terminal_check(struct mm_check *check, const struct terminal *term)
{
	unsigned int kept = min(term->nr_kept, term->kept_rows);

	if (term->row < term->top || term->row >= term->rows)
		mm_violation(check, "C1", "row %u of rows %u to %u", term->row, term->top,
			     term->rows);
	if (term->column > term->columns)
		mm_violation(check, "C2", "column %u of %u", term->column, term->columns);
	if (term->turned > kept)
		mm_violation(check, "C3", "turned back by %u rows, %u are kept", term->turned,
			     kept);
}
