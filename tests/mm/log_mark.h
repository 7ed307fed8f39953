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

/* What is provoked from here to the end of the test goes into the log alone: each line on a serial
 * line costs more than what is tested. */
static inline void log_hush(void)
{
	printk_set_level(0);
}

/* Is @end the end of a line, in the text from @start on, that is a mark? */
static inline bool is_mark(const char *start, const char *end)
{
	const long len = sizeof(LOG_MARK) - 1;

	return end - start >= len && !memcmp(end - len, LOG_MARK, (size_t)len);
}

/* The log since the last mark, in capture_text. */
static inline void log_since_mark(struct capture *log)
{
	const char *from = capture_text, *end;

	capture_init(log, capture_text, sizeof(capture_text));
	printk_log_show(&log->out);
	for (end = strchr(from, '\n'); end; end = strchr(end + 1, '\n'))
		if (is_mark(capture_text, end))
			from = end + 1;
	memmove(capture_text, from, strlen(from) + 1);
}

#endif
