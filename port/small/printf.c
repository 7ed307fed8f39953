/* SPDX-License-Identifier: 0BSD
 *
 * printf.c - what a small kernel's printf() has; docs/port.md lists what mm/ needs of it.
 */
#include "small.h"

struct field {
	char fill;
	bool left, sign;
	int width, precision;
};

static void put_text(void (*put)(char), const char *text, int length, const struct field *f)
{
	int pad = f->width - length;

	for (; !f->left && pad > 0; pad--)
		put(f->fill);
	for (; length > 0; length--)
		put(*text++);
	for (; pad > 0; pad--)
		put(' ');
}

static void put_number(void (*put)(char), u64 n, unsigned int base, const struct field *f)
{
	char text[24];
	int at = sizeof(text);

	do {
		unsigned int digit = 0;
		int bit;
		u64 rest = 0, quotient = 0;

		for (bit = 63; bit >= 0; bit--) { /* 64 bits by shifting: no library for i386 */
			rest = rest << 1 | (n >> bit & 1);
			quotient = quotient << 1 | (rest >= base);
			rest -= rest >= base ? base : 0;
		}
		digit = (unsigned int)rest;
		text[--at] = "0123456789abcdef"[digit];
		n = quotient;
	} while (n);
	if (f->sign)
		text[--at] = '-';
	put_text(put, text + at, (int)sizeof(text) - at, f);
}

static int length_of(const char *text, int most)
{
	int n = 0;

	while ((most < 0 || n < most) && text[n])
		n++;
	return n;
}

/* An argument as wide as its letters say: none, l or z, ll. */
#define ARGUMENT(ap, longs, type)                      \
	((longs) > 1 ? (u64)va_arg(ap, type long long) \
	 : (longs)   ? (u64)va_arg(ap, type long)      \
		     : (u64)va_arg(ap, type int))

static const char *read_field(const char *fmt, struct field *f, va_list *ap)
{
	*f = (struct field){ .fill = ' ', .precision = -1 };
	for (; *fmt == '-' || *fmt == '0' || *fmt == '#'; fmt++) {
		f->left |= *fmt == '-';
		f->fill = *fmt == '0' ? '0' : f->fill;
	}
	if (*fmt == '*')
		f->width = va_arg(*ap, int), fmt++;
	for (; *fmt >= '0' && *fmt <= '9'; fmt++)
		f->width = f->width * 10 + *fmt - '0';
	if (*fmt != '.')
		return fmt;
	f->precision = 0;
	if (*++fmt == '*')
		f->precision = va_arg(*ap, int), fmt++;
	for (; *fmt >= '0' && *fmt <= '9'; fmt++)
		f->precision = f->precision * 10 + *fmt - '0';
	return fmt;
}

static const char *put_argument(void (*put)(char), const char *fmt, va_list *ap)
{
	struct field f;
	int longs = 0;
	const char *text;
	char c;
	s64 n;

	fmt = read_field(fmt, &f, ap);
	for (; *fmt == 'l' || *fmt == 'z'; fmt++)
		longs++;
	switch (*fmt) {
	case 'd':
		n = longs > 1 ? va_arg(*ap, long long)
		    : longs   ? va_arg(*ap, long)
			      : va_arg(*ap, int);
		f.sign = n < 0;
		put_number(put, n < 0 ? -(u64)n : (u64)n, 10, &f);
		break;
	case 'u':
		put_number(put, ARGUMENT(*ap, longs, unsigned), 10, &f);
		break;
	case 'x':
		put_number(put, ARGUMENT(*ap, longs, unsigned), 16, &f);
		break;
	case 'p':
		f = (struct field){ .fill = '0', .width = sizeof(void *) * 2 };
		put_number(put, (uintptr)va_arg(*ap, void *), 16, &f);
		fmt += fmt[1] == 'S'; /* %pS: a kernel with symbols has a name */
		break;
	case 's':
		text = va_arg(*ap, const char *);
		put_text(put, text, length_of(text, f.precision), &f);
		break;
	case 'c':
		c = (char)va_arg(*ap, int);
		put_text(put, &c, 1, &f);
		break;
	default:
		put(*fmt);
	}
	return fmt + 1;
}

int vsprint(void (*put)(char c), const char *fmt, va_list args)
{
	va_list ap;

	va_copy(ap, args);
	while (*fmt) {
		if (*fmt == '\001')
			fmt += 2; /* mm/ marks how urgent a line is */
		else if (*fmt == '%')
			fmt = put_argument(put, fmt + 1, &ap);
		else
			put(*fmt++);
	}
	va_end(ap);
	return 0;
}
