/* SPDX-License-Identifier: 0BSD
 *
 * line_editor.h - one line being typed, and the lines before it: keys in, text and cursor out.
 *
 * The editor prints nothing and waits for nothing; boot/monitor/line_view.h draws what it holds.
 */
#ifndef BOOT_MONITOR_LINE_EDITOR_H
#define BOOT_MONITOR_LINE_EDITOR_H

#include <lib/types.h>

#define EDITOR_LINE    256 /* bytes of a line with its terminator */
#define EDITOR_HISTORY 16

enum editor_event {
	EDITOR_NOTHING,	 /* a part of an escape sequence, or a key without effect */
	EDITOR_CHANGED,	 /* line or cursor are new: draw them */
	EDITOR_APPENDED, /* the same, but all that is new is one character at the end */
	EDITOR_FULL,	 /* the line has no room for the character, which is lost */
	EDITOR_COMPLETE, /* Tab: complete the word before the cursor */
	EDITOR_ENTER,	 /* the line is complete */
	EDITOR_TOO_LONG, /* entered, but a part of it was lost: do not run it */
	EDITOR_CANCEL,	 /* ctrl-c: forget the line */
};

struct line_editor {
	char line[EDITOR_LINE]; /* terminated */
	unsigned int len, cursor;
	bool cut; /* something typed had no room since the line was empty */

	char history[EDITOR_HISTORY][EDITOR_LINE]; /* entry n is in slot n % EDITOR_HISTORY */
	unsigned int nr_entered;		   /* entries ever made */
	unsigned int back;			   /* entries gone back; 0: the line typed */
	char typed[EDITOR_LINE];		   /* the line typed, while back is not 0 ... */
	bool typed_cut;				   /* ... and its cut */

	unsigned int tabs; /* Tab was typed so often in a row */

	enum { ESC_NONE, ESC_START, ESC_CSI } escape;
	unsigned int escape_arg; /* the number in ESC [ number ~ */
};

/* Take one byte from the terminal (VT100 keys). On EDITOR_ENTER, EDITOR_TOO_LONG and EDITOR_CANCEL
 * the caller uses the line and calls editor_reset() before the next key. */
enum editor_event editor_key(struct line_editor *ed, u8 key);

/* Type @text at the cursor, as far as the line has room. */
void editor_insert(struct line_editor *ed, const char *text);

/* Begin an empty line; @remember puts the old one into the history, unless it is empty or repeats
 * the entry before. */
void editor_reset(struct line_editor *ed, bool remember);

#endif
