/* SPDX-License-Identifier: 0BSD
 *
 * line_view.h - the line being typed, as a terminal shows it behind a prompt.
 */
#ifndef BOOT_MONITOR_LINE_VIEW_H
#define BOOT_MONITOR_LINE_VIEW_H

#include <boot/monitor/line_editor.h>
#include <lib/out.h>

struct line_view {
	struct out *out;
	const char *prompt; /* short beside LINE_VIEW_COLUMNS */
	unsigned int first; /* the first character of the line that is drawn */
	unsigned int drawn; /* characters that are */
};

/* The last column stays empty: after a character there some terminals wrap at once, some do not. */
#define LINE_VIEW_COLUMNS 79

/* Begin with @prompt and an empty line, where the cursor stands at the left. */
void line_view_start(struct line_view *view, struct out *out, const char *prompt);

/* Draw line and cursor of @ed over what was drawn before. */
void line_view_draw(struct line_view *view, const struct line_editor *ed);

/* The same where all that is new is a character at the end, at the cursor. */
void line_view_append(struct line_view *view, const struct line_editor *ed);

#endif
