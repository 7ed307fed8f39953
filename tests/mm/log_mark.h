/* SPDX-License-Identifier: 0BSD
 *
 * log_mark.h - what was logged since a mark: for tests of what the kernel says.
 */
#ifndef TESTS_MM_LOG_MARK_H
#define TESTS_MM_LOG_MARK_H

#include <lib/printk.h>
#include <test/capture.h>

#define LOG_MARK "t-log: from here on"

static inline void log_mark(void)
{
	printk(LOG_MARK "\n");
}

static inline bool ends_with(const char *line, const char *end)
{
	return strlen(line) >= strlen(end) && !strcmp(line + strlen(line) - strlen(end), end);
}

/* The log since the last mark, in capture_text. */
static inline void log_since_mark(struct capture *log)
{
	unsigned int nr, skip = 0;
	char *from, line[128];

	capture_init(log, capture_text, sizeof(capture_text));
	printk_log_show(&log->out);
	for (nr = 0; capture_line(log, nr, line, sizeof(line)); nr++)
		if (ends_with(line, LOG_MARK))
			skip = nr + 1;
	for (from = log->buf; *from && skip; from++)
		skip -= *from == '\n';
	memmove(log->buf, from, strlen(from) + 1);
}

#endif
