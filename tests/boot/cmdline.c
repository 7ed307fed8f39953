/* SPDX-License-Identifier: 0BSD
 *
 * cmdline.c - boot/cmdline.c: the words of a line, what options get, numbers and sizes.
 *
 * What is printed for unknown options and malformed values is tested on the host only
 * (tests/host/kernel_log.c): here it would look like trouble in the log of every boot.
 */
#include <asm/firmware/boot_info.h>
#include <boot/cmdline.h>
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

KTEST_BOOT(cmdline, words)
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

KTEST_BOOT(cmdline, the_word_that_a_cut_falls_into_is_dropped)
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
KTEST_BOOT(cmdline, words_fit_into_the_length_of_the_line)
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

/* Options for the tests: each writes down what it was given. */
static char given[MAX_LINE] __initdata;
static const char *kept_value __initdata;

static int __init give(const char *name, const char *value)
{
	size_t len = strlen(given);

	len += strlcpy(given + len, name, sizeof(given) - len);
	if (value) {
		len += strlcpy(given + len, "=", sizeof(given) - len);
		len += strlcpy(given + len, value, sizeof(given) - len);
	}
	strlcpy(given + len, ";", sizeof(given) - len);
	return 0;
}

static int __init set_mem(const char *value)
{
	kept_value = value;
	return give("mem", value);
}

static int __init set_run(const char *value)
{
	return give("run", value);
}

static int __init set_flag(const char *value)
{
	return give("flag", value);
}

static const struct kernel_param params[] __initconst = {
	{ "mem", set_mem },
	{ "run", set_run },
	{ "flag", set_flag },
};

static void __init parse(const char *line, char text[MAX_LINE])
{
	given[0] = '\0';
	kept_value = NULL;
	memset(text, '#', MAX_LINE);
	parse_options(line, false, text, params, params + ARRAY_SIZE(params));
	kt_eq(text[strlen(line) + 1], '#');
}

KTEST_BOOT(cmdline, options_get_their_values)
{
	static const struct {
		const char *name, *line, *want;
	} cases[] = {
		{ "empty", "", "" },
		{ "value", "mem=64M", "mem=64M;" },
		{ "no value", "flag", "flag;" },
		{ "empty value", "mem=", "mem=;" },
		{ "value with =", "run=a=b", "run=a=b;" },
		{ "in the line's order", "run=a mem=1 flag run=b", "run=a;mem=1;flag;run=b;" },
		{ "every time", "mem=1 mem=2", "mem=1;mem=2;" },
		{ "quoted by GRUB", "\"run=a;b c\" flag", "run=a;b c;flag;" },
		{ "quoted by QEMU", "k.elf run=\"a;b c\" flag", "run=a;b c;flag;" },
		{ "quoted flag", "\"flag\"", "flag;" },
		{ "of one letter", "k f g h i mem=1 f g h i flag", "mem=1;flag;" },
	};
	const __typeof__(cases[0]) *c;
	char text[MAX_LINE];

	for_each_case (c, cases) {
		kt_case(c->name);
		parse(c->line, text);
		kt_str_eq(given, c->want);
	}
}

/* The path as it was typed, which may hold blanks, comes before all options. */
KTEST_BOOT(cmdline, file_name_is_skipped)
{
	static const char *const lines[] = {
		"build/mmkit.elf mem=1", "/srv/a user/mm kit.elf mem=1",
		"mem.elf mem=1",	 "mem=1",
		"  k.elf  mem=1",	 "tftp://10.0.2.2/a/k mem=1",
		"/srv/film mem/k mem=1", "/srv/mem=5/a k.gz mem=1",
		"C:\\tmp\\kernel mem=1", "\"/srv/a user/k\" mem=1",
	};
	const char *const *line;
	char text[MAX_LINE];

	for_each_case (line, lines) {
		kt_case(*line);
		parse(*line, text);
		kt_str_eq(given, "mem=1;");
	}
}

KTEST_BOOT(cmdline, loaders_that_name_the_file)
{
	static const char *const naming[] = { "qemu",	      "ISOLINUX 6.04", "SYSLINUX 6.04",
					      "PXELINUX",     "EXTLINUX",      "iPXE 1.21.1",
					      "kexec 2.0.25", "GNU GRUB 0.97" };
	static const char *const others[] = { "", "qem", "GRUB 2.06", "GNU GRUB 2.12", "Limine" };
	const char *const *name;

	for_each_case (name, naming)
		if (!kt_true(loader_names_the_file(*name)))
			kt_note("%s", *name);
	for_each_case (name, others)
		if (!kt_false(loader_names_the_file(*name)))
			kt_note("%s", *name);
}

KTEST_BOOT(cmdline, values_stay_valid)
{
	char text[MAX_LINE];

	parse("k.elf mem=64M run=\"x y\" flag", text);
	kt_assert(kept_value);
	kt_str_eq(kept_value, "64M");
	kt_true(kept_value > text && kept_value < text + MAX_LINE);
}

KTEST(cmdline, sizes, SHORT)
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

KTEST(cmdline, missing_values_are_malformed, SHORT)
{
	const char *none = NULL;
	u64 size = 1;
	u32 number = 2;

	kt_false(parse_size(&none, &size));
	kt_false(parse_u32(NULL, 10, &number));
	kt_eq(size, 1);
	kt_eq(number, 2);
}

KTEST(cmdline, numbers, SHORT)
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

KTEST_STOP_BOOT(cmdline, stop_a_line_that_was_not_cut)
{
	static char line[BOOT_CMDLINE_SIZE + 1];

	memset(line, ' ', BOOT_CMDLINE_SIZE);
	kt_expect_stop("BUG: parse_cmdline: a command line of 4097 bytes");
	parse_cmdline(line, "");
}
