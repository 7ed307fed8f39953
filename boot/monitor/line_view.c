/* SPDX-License-Identifier: 0BSD
 *
 * line_view.c - how a line that may be longer than a row is shown in one row.
 *
 * 1. Concepts  Carriage return, blanks and backspaces do, so that it looks the same on a serial
 *              terminal and on the screen. They cannot leave a row; so a line that does not fit is
 *              shown in part, the part that the cursor is in, with `<` for what is left of it.
 * 2. Place     Which part that is follows from the cursor alone. It changes by half a row, so that
 *              not every key moves all text.
 * 3. Width     Nobody can say how wide a serial terminal is; none is narrower than 80 columns, nor
 *              is the screen.
 */
#include <boot/monitor/line_view.h>

#include <lib/align.h>
#include <lib/compiler.h>
#include <lib/string.h>

/* Characters of the line that fit behind the prompt and the sign after it. */
static unsigned int room_of(const struct line_view *view)
{
	return LINE_VIEW_COLUMNS - 1 - (unsigned int)strlen(view->prompt);
}

static unsigned int first_at(unsigned int cursor, unsigned int room)
{
	return cursor <= room ? 0 : DIV_ROUND_UP(cursor - room, room / 2) * (room / 2);
}

void line_view_start(struct line_view *view, struct out *out, const char *prompt)
{
	*view = (struct line_view){ .out = out, .prompt = prompt };
	out_printf(out, "%s ", prompt);
}

void line_view_draw(struct line_view *view, const struct line_editor *ed)
{
	unsigned int room = room_of(view), first = first_at(ed->cursor, room);
	unsigned int shown = min(ed->len - first, room), column = max(shown, view->drawn);

	out_printf(view->out, "\r%s%c%-*.*s", view->prompt, first ? '<' : ' ', (int)column,
		   (int)shown, ed->line + first);
	for (; column > ed->cursor - first; column--)
		out_printf(view->out, "\b");
	view->first = first;
	view->drawn = shown;
}

void line_view_append(struct line_view *view, const struct line_editor *ed)
{
	if (first_at(ed->cursor, room_of(view)) != view->first) {
		line_view_draw(view, ed);
		return;
	}
	out_printf(view->out, "%c", ed->line[ed->len - 1]);
	view->drawn = ed->len - view->first;
}
