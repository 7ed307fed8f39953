/* SPDX-License-Identifier: 0BSD
 *
 * format_oracle.c - random directives of lib/format.c against the host's C library.
 */
#include <lib/format.h>
#include <test/ktest.h>

#include "host.h"

static void compare(const char *fmt, ...)
{
	char ours[300], theirs[300];
	int our_len, their_len;
	va_list ap;

	va_start(ap, fmt);
	our_len = vsnprintf(ours, sizeof(ours), fmt, ap);
	va_end(ap);
	va_start(ap, fmt);
	their_len = host_vsnprintf(theirs, sizeof(theirs), fmt, ap);
	va_end(ap);
	if (our_len != their_len || strcmp(ours, theirs) != 0)
		kt_fail("\"%s\": expected \"%s\" (%d), got \"%s\" (%d)", fmt, theirs, their_len,
			ours, our_len);
}

/* Write flags, width and precision to @fmt. Return: the end. */
static char *random_prefix(char *fmt)
{
	static const char flags[] = "-0+ #";
	u32 i;

	*fmt++ = '[';
	*fmt++ = '%';
	for (i = kt_random_below(4); i; i--)
		*fmt++ = flags[kt_random_below(sizeof(flags) - 1)];
	if (kt_random_below(2))
		fmt += snprintf(fmt, 8, "%u", kt_random_below(40));
	if (kt_random_below(2))
		fmt += snprintf(fmt, 8, ".%u", kt_random_below(30));
	return fmt;
}

/* Small ones, large ones and all in between. */
static u64 random_value(void)
{
	u64 value = (u64)kt_random() << 32 | kt_random();

	value >>= kt_random_below(65) % 64;
	return kt_random_below(8) ? value : 0;
}

KTEST(format_oracle, integers, SHORT)
{
	static const char convs[] = "diuxXo";
	char fmt[40];
	int i;

	for (i = 0; i < 20000; i++) {
		char conv = convs[kt_random_below(sizeof(convs) - 1)];
		char *end = random_prefix(fmt);

		switch (kt_random_below(6)) {
		case 0:
			snprintf(end, 8, "hh%c]", conv);
			compare(fmt, (int)random_value());
			break;
		case 1:
			snprintf(end, 8, "h%c]", conv);
			compare(fmt, (int)random_value());
			break;
		case 2:
			snprintf(end, 8, "%c]", conv);
			compare(fmt, (int)random_value());
			break;
		case 3:
			snprintf(end, 8, "l%c]", conv);
			compare(fmt, (long)random_value());
			break;
		case 4:
			snprintf(end, 8, "z%c]", conv);
			compare(fmt, (size_t)random_value());
			break;
		default:
			snprintf(end, 8, "ll%c]", conv);
			compare(fmt, random_value());
			break;
		}
	}
}

KTEST(format_oracle, strings, SHORT)
{
	char fmt[40], text[20];
	int i;

	for (i = 0; i < 3000; i++) {
		char *end = random_prefix(fmt);
		u32 len = kt_random_below(sizeof(text));

		memset(text, 'x', len);
		text[len] = '\0';
		strlcpy(end, "s]", 3);
		compare(fmt, text);
	}
}

KTEST(format_oracle, stars, SHORT)
{
	int i;

	for (i = 0; i < 1000; i++) {
		int width = (int)kt_random_below(60) - 30;
		int precision = (int)kt_random_below(40) - 10;

		compare("[%*.*d|%-*x]", width, precision, (int)random_value(), width,
			(int)random_value());
	}
}
