/* SPDX-License-Identifier: 0BSD
 *
 * param.c - the words of a line, numbers and sizes.
 */
#include <lib/param.h>
#include <test/ktest.h>

#define MAX_LINE 128

/* The words of a line, shown as "[word][word]". */
static void __init show_words(const char *line, char shown[MAX_LINE])
{
	char word[MAX_LINE], *end = shown;

	*end = '\0';
	while (cmdline_next_word(&line, word)) {
		*end++ = '[';
		end += strlcpy(end, word, MAX_LINE / 2);
		*end++ = ']';
		*end = '\0';
	}
}

KTEST_BOOT(param, words)
{
	static const struct {
		const char *name, *line, *want;
	} cases[] = {
		{ "empty", "", "" },
		{ "blanks only", "  \t\n ", "" },
		{ "each blank", "a\tb\nc\vd\fe\rf g", "[a][b][c][d][e][f][g]" },
		{ "no blanks", "a\bb\016c", "[a\bb\016c]" },
		{ "plain", "a bc  d", "[a][bc][d]" },
		{ "blanks around", "  a b\t", "[a][b]" },
		{ "QEMU's quoting", "k.elf run=\"a;b c\" x", "[k.elf][run=a;b c][x]" },
		{ "GRUB's quoting", "\"run=a;page 5\" x", "[run=a;page 5][x]" },
		{ "quoted name", "\"a b\"=c", "[a b=c]" },
		{ "quote goes on", "run=\"a b\"c d", "[run=a bc][d]" },
		{ "empty quotes", "a \"\" b=\"\"", "[a][][b=]" },
		{ "quote not closed", "a \"b c", "[a][b c]" },
		{ "quote at the end", "a b\"", "[a][b]" },
		{ "escaped quote", "a=\\\"b c", "[a=\"b][c]" },
		{ "escaped quote in quotes", "\"run=echo \\\"x y\\\"\"", "[run=echo \"x y\"]" },
		{ "escaped apostrophe", "a=\\'b", "[a='b]" },
		{ "escaped backslash", "a=\\\\ b", "[a=\\][b]" },
		{ "escaped backslash before a quote", "\"a\\\\\" b", "[a\\][b]" },
		{ "backslash before others", "a=\\n\\ b", "[a=\\n\\][b]" },
		{ "backslash at the end", "a\\", "[a\\]" },
		{ "apostrophes do not quote", "a='b c'", "[a='b][c']" },
	};
	const __typeof__(cases[0]) *c;
	char shown[MAX_LINE];

	for_each_case (c, cases) {
		kt_case(c->name);
		show_words(c->line, shown);
		kt_str_eq(shown, c->want);
	}
}

KTEST_BOOT(param, the_word_that_a_cut_falls_into_is_dropped)
{
	static const struct {
		const char *line, *want;
	} cases[] = {
		{ "", "" },
		{ "mem=6", "" },
		{ "a mem=6", "a " },
		{ "a mem=64M ", "a mem=64M " },
		{ "a mem=64M\t \t", "a mem=64M\t \t" },
		{ "a run=\"b c", "a " },
		{ "a \"run=b c; ", "a " },
		{ "a run=\"b c\"", "a " },
		{ "a run=\"b c\" ", "a run=\"b c\" " },
		{ "a run=\"b\\\" ", "a " },
		{ "a run=b\\", "a " },
		{ "\"a b\" c", "\"a b\" " },
	};
	const __typeof__(cases[0]) *c;
	char line[MAX_LINE];

	for_each_case (c, cases) {
		kt_case(c->line);
		strlcpy(line, c->line, sizeof(line));
		cmdline_cut(line);
		kt_str_eq(line, c->want);
	}
}

/* The buffer of parse_options() holds a line's words one behind the other. */
KTEST_BOOT(param, words_fit_into_the_length_of_the_line)
{
	static const char *const lines[] = { "a b c d", "\"a\" \\\\ \"b", "x", " \"\" \"\" \"\" " };
	const char *const *line;
	char text[32];

	for_each_case (line, lines) {
		const char *s = *line;
		char *word = text, *end;

		memset(text, '#', sizeof(text));
		while ((end = cmdline_next_word(&s, word)))
			word = end + 1;
		kt_true((size_t)(word - text) <= strlen(*line) + 1);
		kt_eq(text[strlen(*line) + 1], '#');
	}
}

KTEST(param, sizes, SHORT)
{
	static const struct {
		const char *text;
		u64 want;
		const char *rest; /* NULL: malformed */
	} cases[] = {
		{ "0", 0, "" },
		{ "4096", 4096, "" },
		{ "64M", 64ULL << 20, "" },
		{ "64m", 64ULL << 20, "" },
		{ "16k", 16ULL << 10, "" },
		{ "3G", 3ULL << 30, "" },
		{ "0x1000", 0x1000, "" },
		{ "0XaBcK", 0xabcULL << 10, "" },
		{ "010", 8, "" },
		{ "0x10M@1G", 16ULL << 20, "@1G" },
		{ "1M$16M", 1ULL << 20, "$16M" },
		{ "08", 0, "8" },
		{ "1@2M", 1, "@2M" },
		{ "1`", 1, "`" },
		{ "0x1`", 1, "`" },
		{ "0xFG", 15ULL << 30, "" },
		{ "12q", 12, "q" },
		{ "1MM", 1ULL << 20, "M" },
		{ "18446744073709551615", ~0ULL, "" },
		{ "0xffffffffffffffff", ~0ULL, "" },
		{ "01777777777777777777777", ~0ULL, "" },
		{ "17179869183G", 17179869183ULL << 30, "" },
		{ "1T", 1ULL << 40, "" },
		{ "16383t", 16383ULL << 40, "" },
		{ "16777215T", 16777215ULL << 40, "" },
		{ "0x10P", 16ULL << 50, "" },
		{ "15E", 15ULL << 60, "" },
		{ "1e@0", 1ULL << 60, "@0" },
		{ "0xE", 14, "" },
		{ "16E", 0, NULL },
		{ "16777216T", 0, NULL },
		{ "18446744073709551616", 0, NULL },
		{ "0x10000000000000000", 0, NULL },
		{ "17179869184G", 0, NULL },
		{ "99999999999999999999999", 0, NULL },
		{ "", 0, NULL },
		{ "M", 0, NULL },
		{ "-1", 0, NULL },
		{ " 1", 0, NULL },
		{ "0x", 0, NULL },
		{ "0xg", 0, NULL },
		{ "x10", 0, NULL },
	};
	const __typeof__(cases[0]) *c;

	for_each_case (c, cases) {
		const char *s = c->text;
		u64 value = 0xdead;

		kt_case(c->text);
		kt_eq(parse_size(&s, &value), c->rest != NULL);
		kt_eq(value, c->rest ? c->want : 0xdead);
		kt_str_eq(s, c->rest ? c->rest : c->text);
	}
}

KTEST(param, missing_values_are_malformed, SHORT)
{
	const char *none = NULL;
	u64 size = 1;
	u32 number = 2;

	kt_false(parse_size(&none, &size));
	kt_false(parse_u32(NULL, 10, &number));
	kt_eq(size, 1);
	kt_eq(number, 2);
}

KTEST(param, numbers, SHORT)
{
	static const struct {
		const char *text;
		u32 max, want;
		bool ok;
	} cases[] = {
		{ "0", 7, 0, true },
		{ "7", 7, 7, true },
		{ "8", 7, 0, false },
		{ "0x7", 7, 7, true },
		{ "07", 7, 7, true },
		{ "4294967295", ~0u, ~0u, true },
		{ "4294967296", ~0u, 0, false },
		{ "1k", ~0u, 0, false },
		{ "1 ", ~0u, 0, false },
		{ "", ~0u, 0, false },
		{ "seven", ~0u, 0, false },
	};
	const __typeof__(cases[0]) *c;

	for_each_case (c, cases) {
		u32 value = 99;

		kt_case(c->text);
		kt_eq(parse_u32(c->text, c->max, &value), c->ok);
		kt_eq(value, c->ok ? c->want : 99);
	}
}

KTEST_BOOT(param, switches)
{
	static const struct {
		const char *text;
		bool ok, value;
	} cases[] = {
		{ "0", true, false },	  { "1", true, true },	   { "n", true, false },
		{ "y", true, true },	  { "N", true, false },	   { "off", true, false },
		{ "on", true, true },	  { "ON", true, true },	   { "", false, false },
		{ "2", false, false },	  { "o", false, false },   { "of", false, false },
		{ "offf", false, false }, { "yes", false, false }, { "10", false, false },
		{ NULL, false, false },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		bool value = !cases[i].value;

		kt_case(cases[i].text);
		kt_eq(parse_bool(cases[i].text, &value), cases[i].ok);
		kt_eq(value, cases[i].ok ? cases[i].value : !cases[i].value);
	}
}
