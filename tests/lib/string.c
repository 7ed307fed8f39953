/* SPDX-License-Identifier: 0BSD
 *
 * string.c - lib/mem.c and lib/string.c against loops that cannot be wrong.
 *
 * The mem functions work in words where they can, so every combination of offsets and lengths up to
 * a few words is tried, with guard bytes on both sides.
 */
#include <lib/format.h>
#include <lib/string.h>
#include <test/ktest.h>

#define AREA   64u
#define MAX_AT 9u  /* offsets 0..8: every alignment twice */
#define MAX_N  27u /* up to three words and a bit */

static void fill_pattern(u8 area[AREA])
{
	unsigned int i;

	for (i = 0; i < AREA; i++)
		area[i] = (u8)(i * 7 + 1);
}

/* Number of bytes that differ; the loop is the oracle of memcmp() too, so it does not use it. */
static unsigned int differences(const u8 *a, const u8 *b)
{
	unsigned int i, n = 0;

	for (i = 0; i < AREA; i++)
		n += a[i] != b[i];
	return n;
}

KTEST(string, memset_all_alignments, SHORT)
{
	u8 got[AREA], want[AREA];
	unsigned int at, n, i;

	for (at = 0; at < MAX_AT; at++) {
		for (n = 0; n < MAX_N; n++) {
			fill_pattern(got);
			fill_pattern(want);
			for (i = 0; i < n; i++)
				want[16 + at + i] = 0xa5;
			kt_ptr_eq(memset(got + 16 + at, 0x7a5, n), got + 16 + at);
			kt_eq(differences(got, want), 0);
		}
	}
}

KTEST(string, memcpy_all_alignments, SHORT)
{
	u8 got[AREA], want[AREA], src[AREA];
	unsigned int to, from, n, i;

	for (i = 0; i < AREA; i++)
		src[i] = (u8)~i;
	for (to = 0; to < MAX_AT; to++) {
		for (from = 0; from < MAX_AT; from++) {
			for (n = 0; n < MAX_N; n++) {
				fill_pattern(got);
				fill_pattern(want);
				for (i = 0; i < n; i++)
					want[16 + to + i] = src[from + i];
				kt_ptr_eq(memcpy(got + 16 + to, src + from, n), got + 16 + to);
				kt_eq(differences(got, want), 0);
			}
		}
	}
}

/* Move @n bytes inside one area and compare with a copy through a second one. */
static void check_move(unsigned int to, unsigned int from, unsigned int n)
{
	u8 got[AREA], want[AREA], old[AREA];
	unsigned int i;

	fill_pattern(got);
	fill_pattern(want);
	fill_pattern(old);
	for (i = 0; i < n; i++)
		want[to + i] = old[from + i];
	kt_ptr_eq(memmove(got + to, got + from, n), got + to);
	kt_eq(differences(got, want), 0);
}

KTEST(string, memmove_up_over_itself, SHORT)
{
	unsigned int from, shift, n;

	for (from = 8; from < 8 + MAX_AT; from++) {
		for (shift = 0; shift < MAX_AT; shift++) {
			for (n = 0; n < MAX_N; n++)
				check_move(from + shift, from, n);
		}
	}
}

KTEST(string, memmove_down_over_itself, SHORT)
{
	unsigned int to, shift, n;

	for (to = 8; to < 8 + MAX_AT; to++) {
		for (shift = 0; shift < MAX_AT; shift++) {
			for (n = 0; n < MAX_N; n++)
				check_move(to, to + shift, n);
		}
	}
}

KTEST(string, memcmp_orders_by_unsigned_bytes, SHORT)
{
	kt_eq(memcmp("abc", "abc", 3), 0);
	kt_true(memcmp("abc", "abd", 3) < 0);
	kt_true(memcmp("abd", "abc", 3) > 0);
	kt_true(memcmp("\x80", "\x7f", 1) > 0);
	kt_eq(memcmp("a", "b", 0), 0);
	kt_true(memcmp("a\0b", "a\0c", 3) < 0);
}

KTEST(string, lengths, SHORT)
{
	static const char no_end[3] = { 'a', 'b', 'c' };

	kt_eq(strlen(""), 0);
	kt_eq(strlen("abc"), 3);
	kt_eq(strnlen("abc", 0), 0);
	kt_eq(strnlen("abc", 2), 2);
	kt_eq(strnlen("abc", 9), 3);
	kt_eq(strnlen(no_end, sizeof(no_end)), 3);
}

static int sign(int x)
{
	return (x > 0) - (x < 0);
}

KTEST(string, comparisons, SHORT)
{
	static const struct {
		const char *name, *a, *b;
		size_t n;
		int all, first; /* signs of strcmp() and of strncmp() with @n */
	} cases[] = {
		{ "equal", "abc", "abc", 3, 0, 0 },
		{ "both empty", "", "", 1, 0, 0 },
		{ "prefix", "ab", "abc", 3, -1, -1 },
		{ "equal so far", "ab", "abc", 2, -1, 0 },
		{ "late mismatch", "abd", "abc", 2, 1, 0 },
		{ "early mismatch", "bbc", "abc", 1, 1, 1 },
		{ "unsigned", "\x80", "\x01", 1, 1, 1 },
		{ "nothing", "x", "y", 0, -1, 0 },
	};
	const __typeof__(cases[0]) *c;

	for_each_case (c, cases) {
		kt_case(c->name);
		kt_eq(sign(strcmp(c->a, c->b)), c->all);
		kt_eq(sign(strcmp(c->b, c->a)), -c->all);
		kt_eq(sign(strncmp(c->a, c->b, c->n)), c->first);
	}
	kt_case(NULL);
	kt_eq(strncmp("ab\0x", "ab\0y", 4), 0);
}

KTEST(string, searching, SHORT)
{
	const char *s = "abcabc";

	kt_ptr_eq(strchr(s, 'b'), s + 1);
	kt_ptr_eq(strrchr(s, 'b'), s + 4);
	kt_ptr_eq(strchr(s, 'x'), NULL);
	kt_ptr_eq(strrchr(s, 'x'), NULL);
	kt_ptr_eq(strchr(s, '\0'), s + 6);
	kt_ptr_eq(strrchr(s, '\0'), s + 6);
	kt_ptr_eq(strchr(s, 'b' + 256), s + 1);
}

KTEST(string, strstr_finds_the_first, SHORT)
{
	const char *text = "ababac";

	kt_ptr_eq(strstr(text, "aba"), text);
	kt_ptr_eq(strstr(text, "bac"), text + 3);
	kt_ptr_eq(strstr(text, ""), text);
	kt_ptr_eq(strstr(text, "c"), text + 5);
	kt_ptr_eq(strstr(text, "abad"), NULL);
	kt_ptr_eq(strstr("", "a"), NULL);
	kt_ptr_eq(strstr("ab", "abc"), NULL);
}

static const struct {
	const char *text;
	int base;
	unsigned long value;
	size_t used;
} numbers[] = {
	{ "0", 0, 0, 1 },
	{ "12a", 10, 12, 2 },
	{ " \t\n42 ", 0, 42, 5 },
	{ "+7", 0, 7, 2 },
	{ "-1", 0, ~0UL, 2 },
	{ "0x1F", 0, 31, 4 },
	{ "0X1f", 16, 31, 4 },
	{ "1fg", 16, 31, 2 },
	{ "017", 0, 15, 3 },
	{ "017", 10, 17, 3 },
	{ "08", 0, 0, 1 },
	{ "0x", 0, 0, 1 },
	{ "0xg", 16, 0, 1 },
	{ "101", 2, 5, 3 },
	{ "zZ", 36, 35 * 37, 2 },
	{ "0x10", 10, 0, 1 },
	{ "", 0, 0, 0 },
	{ "-", 0, 0, 0 },
	{ " +", 10, 0, 0 },
	{ "x1", 0, 0, 0 },
	{ "9", 8, 0, 0 },
	{ "99999999999999999999 ", 0, ~0UL, 20 },
	{ "-99999999999999999999", 0, ~0UL, 21 },
};

KTEST(string, strtoul_reads_what_c_says, SHORT)
{
	unsigned int i;
	char *end;

	for (i = 0; i < ARRAY_SIZE(numbers); i++) {
		kt_eq(strtoul(numbers[i].text, &end, numbers[i].base), numbers[i].value);
		kt_eq(end - numbers[i].text, numbers[i].used);
		kt_eq(strtoul(numbers[i].text, NULL, numbers[i].base), numbers[i].value);
	}
}

/* The largest number, and one more, as text. */
KTEST(string, strtoul_knows_its_limit, SHORT)
{
	char text[40];
	char *end;

	snprintf(text, sizeof(text), "%lu", ~0UL);
	kt_eq(strtoul(text, &end, 0), ~0UL);
	snprintf(text, sizeof(text), "-%lu", ~0UL);
	kt_eq(strtoul(text, &end, 0), 1);
	snprintf(text, sizeof(text), "0x1%0*x", (int)(2 * sizeof(long)), 0);
	kt_eq(strtoul(text, &end, 0), ~0UL);
	kt_ptr_eq(end, text + strlen(text));
}

KTEST(string, strlcpy_cuts_and_terminates, SHORT)
{
	static const struct {
		const char *name;
		size_t size;
		const char *want;
	} cases[] = {
		{ "cut to nothing", 1, "" }, { "cut", 3, "ab" },    { "one too small", 4, "abc" },
		{ "exact", 5, "abcd" },	     { "room", 8, "abcd" },
	};
	const __typeof__(cases[0]) *c;
	char buf[8];

	for_each_case (c, cases) {
		kt_case(c->name);
		memset(buf, '#', sizeof(buf));
		kt_eq(strlcpy(buf, "abcd", c->size), 4);
		kt_str_eq(buf, c->want);
		if (c->size < sizeof(buf))
			kt_eq(buf[c->size], '#');
	}
	kt_case("no room at all");
	buf[0] = '#';
	kt_eq(strlcpy(buf, "abcd", 0), 4);
	kt_eq(buf[0], '#');
}

KTEST(string, globs, SHORT)
{
	static const struct {
		const char *pattern, *s;
		bool want;
	} cases[] = {
		{ "", "", true },
		{ "", "a", false },
		{ "*", "", true },
		{ "*", "abc", true },
		{ "?", "", false },
		{ "?", "a", true },
		{ "?", "ab", false },
		{ "abc", "abc", true },
		{ "abc", "abcd", false },
		{ "abcd", "abc", false },
		{ "a*", "abc", true },
		{ "*c", "abc", true },
		{ "*b", "abc", false },
		{ "a*c", "ac", true },
		{ "a*b*c", "axbxbxc", true },
		{ "a*b*c", "axbxbx", false },
		{ "*ab", "aab", true },
		{ "*aab*", "aaaab", true },
		{ "b.*", "buddy.x", false },
		{ "buddy*", "buddy.x", true },
		{ "***", "", true },
		{ "?*?", "a", false },
		{ "?*?", "ab", true },
		{ "[a]", "a", false },
		{ "a*a*a*a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false },
	};
	const __typeof__(cases[0]) *c;

	for_each_case (c, cases) {
		kt_case(c->pattern);
		kt_eq(glob_match(c->pattern, c->s), c->want);
	}
}

/* The definition of a glob, spelled out. */
static bool slow_glob(const char *p, const char *s)
{
	if (*p == '*')
		return slow_glob(p + 1, s) || (*s && slow_glob(p, s + 1));
	if (!*p || !*s)
		return !*p && !*s;
	return (*p == '?' || *p == *s) && slow_glob(p + 1, s + 1);
}

static void random_text(char *text, const char *alphabet, u32 max_len)
{
	u32 n = (u32)strlen(alphabet);
	u32 len = kt_random_below(max_len + 1);

	text[len] = '\0';
	while (len)
		text[--len] = alphabet[kt_random_below(n)];
}

KTEST(string, globs_like_their_definition, SHORT)
{
	char pattern[8], s[8];
	int i;

	for (i = 0; i < 3000; i++) {
		random_text(pattern, "ab*?", 6);
		random_text(s, "ab", 7);
		if (glob_match(pattern, s) != slow_glob(pattern, s))
			kt_fail("glob_match(\"%s\", \"%s\") is wrong", pattern, s);
	}
}
