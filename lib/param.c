/* SPDX-License-Identifier: 0BSD
 *
 * param.c - the words of a command line, and the numbers in them.
 *
 * 1. Quoting   A double quote opens or closes a stretch in which blanks do not split, and vanishes.
 *              So `"run=a;b c"`, as GRUB delivers it, and `run="a;b c"`, as QEMU does, are the same
 *              word. A backslash makes `"`, `'` and `\` ordinary, and is itself ordinary before
 *              anything else. A quote that is never closed ends with the line.
 * 2. Too long  A line that was cut ends before the word that the cut fell into, so that no part of
 *              an option is obeyed as if it were one. A quote that is open there began that word.
 * 3. Lifetime  Unquoting only ever shortens a word, so the words fit into a buffer of the line's
 *              size.
 */
#include <lib/ctype.h>
#include <lib/param.h>

static bool is_escape(const char *s)
{
	return s[0] == '\\' && (s[1] == '"' || s[1] == '\'' || s[1] == '\\');
}

static const char *skip_blanks(const char *s)
{
	while (isspace(*s))
		s++;
	return s;
}

/* Length of the word at @s as it is written, with its quotes and backslashes. */
static size_t word_length(const char *s)
{
	const char *start = s;
	bool quoted = false;

	for (; *s && (quoted || !isspace(*s)); s++) {
		if (*s == '"')
			quoted = !quoted;
		else if (is_escape(s))
			s++;
	}
	return (size_t)(s - start);
}

char *cmdline_next_word(const char **src, char *dst)
{
	const char *s = skip_blanks(*src), *end = s + word_length(s);

	if (!*s)
		return NULL;
	for (; s < end; s++) {
		if (*s == '"')
			continue;
		if (is_escape(s))
			s++;
		*dst++ = *s;
	}
	*dst = '\0';
	*src = end;
	return dst;
}

void __init cmdline_cut(char *line)
{
	const char *word, *end = line;

	do {
		word = skip_blanks(end);
		end = word + word_length(word);
	} while (*end);
	line[word - line] = '\0';
}

/* Skip the prefix of a number. Return: its base. */
static unsigned int parse_base(const char **s)
{
	const char *p = *s;

	if (p[0] != '0')
		return 10;
	if ((p[1] | 0x20) != 'x')
		return 8;
	*s = p + 2;
	return 16;
}

/* Digits at *@s; false if there are none or the value does not fit. */
static bool parse_digits(const char **s, u64 *value)
{
	const char *p = *s, *first;
	unsigned int base = parse_base(&p);
	u64 n = 0;

	for (first = p; digit_value(*p) < base; p++) {
		unsigned int digit = digit_value(*p);

		if (__builtin_mul_overflow(n, (u64)base, &n) ||
		    __builtin_add_overflow(n, (u64)digit, &n))
			return false;
	}
	if (p == first)
		return false;
	*s = p;
	*value = n;
	return true;
}

/* The power of two that a suffix stands for; 0 if @c is none. */
static unsigned int suffix_shift(char c)
{
	switch (c | 0x20) {
	case 'k':
		return 10;
	case 'm':
		return 20;
	case 'g':
		return 30;
	case 't':
		return 40;
	case 'p':
		return 50;
	case 'e':
		return 60;
	default:
		return 0;
	}
}

bool parse_size(const char **s, u64 *value)
{
	const char *p = *s;
	unsigned int shift;
	u64 n;

	if (!p || !parse_digits(&p, &n))
		return false;
	shift = suffix_shift(*p);
	if (n > ~0ULL >> shift)
		return false;
	*s = p + (shift != 0);
	*value = n << shift;
	return true;
}

bool parse_u32(const char *s, u32 max, u32 *value)
{
	u64 n;

	if (!s || !parse_digits(&s, &n) || *s || n > max)
		return false;
	*value = (u32)n;
	return true;
}

/* @word is in small letters. */
static bool __init is_word(const char *s, const char *word)
{
	while (*word && (*s | 0x20) == *word)
		s++, word++;
	return !*s && !*word;
}

bool __init parse_bool(const char *s, bool *value)
{
	static const char *const words[][2] = { { "0", "1" }, { "n", "y" }, { "off", "on" } };
	unsigned int i;

	for (i = 0; s && i < 2 * ARRAY_SIZE(words); i++)
		if (is_word(s, words[i / 2][i % 2])) {
			*value = i % 2;
			return true;
		}
	return false;
}
