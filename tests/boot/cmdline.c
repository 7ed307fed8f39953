/* SPDX-License-Identifier: 0BSD
 *
 * cmdline.c - what options get, and the file name that a line may begin with.
 *
 * What is printed for unknown options and malformed values is tested on the host only
 * (tests/host/kernel_log.c): here it would look like trouble in the log of every boot.
 */
#include <asm/firmware/boot_info.h>
#include <boot/cmdline.h>
#include <test/ktest.h>

#define MAX_LINE 128

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

KTEST_STOP_BOOT(cmdline, stop_a_line_that_was_not_cut)
{
	static char line[BOOT_CMDLINE_SIZE + 1];

	memset(line, ' ', BOOT_CMDLINE_SIZE);
	kt_expect_stop("BUG: parse_cmdline: a command line of 4097 bytes");
	parse_cmdline(line, "");
}
