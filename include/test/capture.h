/* SPDX-License-Identifier: 0BSD
 *
 * capture.h - a report sink that keeps the text in a buffer, so that a test can look at it.
 */
#ifndef TEST_CAPTURE_H
#define TEST_CAPTURE_H

#include <lib/out.h>

struct capture {
	struct out out;
	char *buf; /* always terminated */
	size_t size;
	size_t len; /* length of all that was printed; from @size on the text was cut */
};

/* Room for a long report, for the test that runs. There is one for all: on a machine of 4 MiB GRUB
 * cannot load a kernel of nearly a megabyte. */
#define CAPTURE_TEXT_SIZE 16384
extern char capture_text[CAPTURE_TEXT_SIZE];

/* Collect in @buf of @size bytes (not 0); what does not fit is dropped. */
void capture_init(struct capture *capture, char *buf, size_t size);

/* Forget what was collected. */
void capture_reset(struct capture *capture);

/* Copy line @nr (0 is the first) without its newline to @line; "" and false if there is none. */
bool capture_line(const struct capture *capture, unsigned int nr, char *line, size_t size);

/* Lines that match the glob @pattern as a whole. */
unsigned int capture_count(const struct capture *capture, const char *pattern);

#endif
