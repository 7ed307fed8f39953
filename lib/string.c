/* SPDX-License-Identifier: 0BSD
 *
 * string.c - C strings, as far as the kernel uses them.
 *
 * Plain byte loops: the strings here are names, options and words of commands. Characters compare
 * as unsigned, as C demands. The mem functions are in mem.c.
 */
#include <lib/compiler.h>
#include <lib/ctype.h>
#include <lib/string.h>

size_t strnlen(const char *s, size_t max)
{
	size_t n = 0;

	while (n < max && s[n])
		n++;
	return n;
}

/* Through strnlen(): a loop without a bound would be compiled into a call of strlen(). */
size_t strlen(const char *s)
{
	return strnlen(s, (size_t)-1);
}

int strncmp(const char *a, const char *b, size_t n)
{
	for (; n; n--, a++, b++) {
		if (*a != *b || !*a)
			return (u8)*a - (u8)*b;
	}
	return 0;
}

int strcmp(const char *a, const char *b)
{
	return strncmp(a, b, (size_t)-1);
}

char *strchr(const char *s, int c)
{
	for (; *s != (char)c; s++) {
		if (!*s)
			return NULL;
	}
	return (char *)(uintptr)s;
}

char *strrchr(const char *s, int c)
{
	const char *last = NULL;

	do {
		if (*s == (char)c)
			last = s;
	} while (*s++);
	return (char *)(uintptr)last;
}

char *strstr(const char *s, const char *part)
{
	size_t len = strlen(part);

	for (; strncmp(s, part, len) != 0; s++) {
		if (!*s)
			return NULL;
	}
	return (char *)(uintptr)s;
}

size_t strlcpy(char *dst, const char *src, size_t size)
{
	size_t len = strlen(src);

	if (size) {
		size_t copied = len < size ? len : size - 1;

		memcpy(dst, src, copied);
		dst[copied] = '\0';
	}
	return len;
}

/* Skip 0x where @base allows it and a digit follows. Return: the base. */
static unsigned int skip_prefix(const char **s, int base)
{
	const char *p = *s;

	if ((base == 0 || base == 16) && p[0] == '0' && (p[1] | 0x20) == 'x' &&
	    digit_value(p[2]) < 16) {
		*s = p + 2;
		return 16;
	}
	if (base)
		return (unsigned int)base;
	return p[0] == '0' ? 8 : 10;
}

/* The digits at *@s, which moves behind them. Return: false if their value does not fit. */
static bool parse_digits(const char **s, unsigned int base, unsigned long *value)
{
	bool fits = true;

	for (*value = 0; digit_value(**s) < base; (*s)++)
		fits &= !__builtin_mul_overflow(*value, (unsigned long)base, value) &&
			!__builtin_add_overflow(*value, (unsigned long)digit_value(**s), value);
	return fits;
}

unsigned long strtoul(const char *s, char **end, int base)
{
	const char *p = s, *first;
	unsigned long value;
	unsigned int radix;
	bool minus, fits;

	while (isspace(*p))
		p++;
	minus = *p == '-';
	p += minus || *p == '+';
	radix = skip_prefix(&p, base);
	first = p;
	fits = parse_digits(&p, radix, &value);
	if (end)
		*end = (char *)(uintptr)(p == first ? s : p);
	if (!fits)
		return ~0UL;
	return minus ? -value : value;
}

/* On a mismatch only the latest `*` needs to take one character more: an earlier one could only
 * give characters to a later one, which takes any already. So no recursion and no exponent. */
bool glob_match(const char *pattern, const char *s)
{
	const char *star = NULL, *resume = NULL;

	while (*s) {
		if (*pattern == '*') {
			star = ++pattern;
			resume = s;
		} else if (*pattern == '?' || *pattern == *s) {
			pattern++;
			s++;
		} else if (star) {
			pattern = star;
			s = ++resume;
		} else {
			return false;
		}
	}
	while (*pattern == '*')
		pattern++;
	return !*pattern;
}
