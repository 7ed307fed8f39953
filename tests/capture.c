/* SPDX-License-Identifier: 0BSD
 *
 * capture.c - the sink behind include/test/capture.h.
 */
#include <test/capture.h>

#include <lib/format.h>
#include <lib/string.h>

char capture_text[CAPTURE_TEXT_SIZE];

static void capture_vprintf(struct out *out, const char *fmt, va_list ap)
{
	struct capture *capture = container_of(out, struct capture, out);
	size_t used = min(capture->len, capture->size - 1);

	capture->len += (size_t)vsnprintf(capture->buf + used, capture->size - used, fmt, ap);
}

void capture_init(struct capture *capture, char *buf, size_t size)
{
	*capture = (struct capture){ .out = { capture_vprintf }, .buf = buf, .size = size };
	capture_reset(capture);
}

void capture_reset(struct capture *capture)
{
	capture->len = 0;
	capture->buf[0] = '\0';
}

/* Copy the line at @start. Return: where the next one begins. */
static const char *copy_line(const char *start, char *line, size_t size)
{
	const char *end = strchr(start, '\n');

	strlcpy(line, start, end ? min((size_t)(end - start) + 1, size) : size);
	return end ? end + 1 : start + strlen(start);
}

bool capture_line(const struct capture *capture, unsigned int nr, char *line, size_t size)
{
	const char *start = capture->buf;

	line[0] = '\0';
	for (; nr; nr--) {
		start = strchr(start, '\n');
		if (!start)
			return false;
		start++;
	}
	if (!*start)
		return false;
	copy_line(start, line, size);
	return true;
}

unsigned int capture_count(const struct capture *capture, const char *pattern)
{
	const char *at = capture->buf;
	unsigned int found = 0;
	char line[256];

	while (*at) {
		at = copy_line(at, line, sizeof(line));
		found += glob_match(pattern, line);
	}
	return found;
}
