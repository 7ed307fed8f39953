/* SPDX-License-Identifier: 0BSD
 *
 * cmdline.c - the kernel command line.
 *
 * 1. Concepts  An option declares itself with KERNEL_PARAM(), which puts it into a linker set;
 *              there is no central list. The line is split into words, a word into name and value
 *              at its first `=`, and the option's own function judges the value.
 * 2. Quoting   A double quote opens or closes a stretch in which blanks do not split, and vanishes.
 *              So `"run=a;b c"`, as GRUB delivers it, and `run="a;b c"`, as QEMU does, are the same
 *              word. A backslash makes `"`, `'` and `\` ordinary, and is itself ordinary before
 *              anything else. A quote that is never closed ends with the line.
 * 3. File name Some loaders put the kernel's path or URL in front, as it was typed. It may hold
 *              blanks: it ends with the last word that looks like one, before the first word that
 *              is an option or has a value. Any other word that is no option is a mistake.
 * 4. Too long  A line that was cut ends before the word that the cut fell into, so that no part of
 *              an option is obeyed as if it were one. A quote that is open there began that word.
 * 5. Lifetime  Unquoting only ever shortens a word, so the words fit into a buffer of the line's
 *              size. Options may keep pointers into it.
 */
#include <boot/cmdline.h>
#include <asm/firmware/boot_info.h>
#include <lib/bug.h>
#include <lib/printk.h>
#include <lib/similar.h>
#include <lib/string.h>

/* The linker set. */
extern const struct kernel_param __start_params[], __stop_params[];

static bool is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool is_escape(const char *s)
{
	return s[0] == '\\' && (s[1] == '"' || s[1] == '\'' || s[1] == '\\');
}

static const char *skip_blanks(const char *s)
{
	while (is_blank(*s))
		s++;
	return s;
}

/* Length of the word at @s as it is written, with its quotes and backslashes. */
static size_t word_length(const char *s)
{
	const char *start = s;
	bool quoted = false;

	for (; *s && (quoted || !is_blank(*s)); s++) {
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

static const struct kernel_param *__init find_param(const struct kernel_param *params,
						    const struct kernel_param *end,
						    const char *name)
{
	for (; params < end; params++) {
		if (strcmp(params->name, name) == 0)
			return params;
	}
	return NULL;
}

static void __init set_param(const struct kernel_param *param, const char *value)
{
	if (param->set(value) == 0)
		return;
	if (value)
		pr_warn("Malformed value \"%s\" of option \"%s\", ignored\n", value, param->name);
	else
		pr_warn("Option \"%s\" needs a value, ignored\n", param->name);
}

static bool __init ends_in(const char *word, const char *end)
{
	size_t len = strlen(word), end_len = strlen(end);

	return len > end_len && !strcmp(word + len - end_len, end);
}

/* A path or a URL, or at least the name of such a file as is started as a kernel? */
static bool __init looks_like_file(const char *word)
{
	return strchr(word, '/') || strchr(word, '\\') || ends_in(word, ".elf") ||
	       ends_in(word, ".bin") || ends_in(word, ".img") || ends_in(word, ".gz");
}

/* Behind the file name that @line may begin with; its words are unquoted into @text. With @named
 * the first word belongs to it, whatever it looks like, unless it has a value. */
static const char *__init skip_file_name(const char *line, bool named, char *text,
					 const struct kernel_param *params,
					 const struct kernel_param *end)
{
	const char *behind = line;

	while (cmdline_next_word(&line, text)) {
		char *value = strchr(text, '=');

		if (value)
			*value = '\0';
		if (value ? !strchr(text, '/') : !named && find_param(params, end, text))
			break;
		if (named || looks_like_file(text))
			behind = line;
		named = false;
	}
	return behind;
}

static void __init complain(const char *name, const char *value, const struct kernel_param *params,
			    const struct kernel_param *end)
{
	struct similar similar = { .word = name };

	for (; params < end; params++)
		similar_offer(&similar, params->name);
	pr_warn("Unknown option \"%s%s%s\", ignored%s%s%s\n", name, value ? "=" : "",
		value ? value : "", similar.best ? "; did you mean \"" : "",
		similar.best ? similar.best : "", similar.best ? "\"?" : "");
}

void __init parse_options(const char *cmdline, bool named, char *text,
			  const struct kernel_param *params, const struct kernel_param *end)
{
	char *name, *word_end;

	cmdline = skip_file_name(cmdline, named, text, params, end);
	for (name = text; (word_end = cmdline_next_word(&cmdline, name)); name = word_end + 1) {
		const struct kernel_param *param;
		char *value = strchr(name, '=');

		if (value)
			*value++ = '\0';
		param = find_param(params, end, name);
		if (param)
			set_param(param, value);
		else
			complain(name, value, params, end);
	}
}

bool __init loader_names_the_file(const char *loader)
{
	static const char *const names[] = { "qemu",	 "ISOLINUX", "SYSLINUX", "PXELINUX",
					     "EXTLINUX", "iPXE",     "kexec",	 "GNU GRUB 0" };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(names); i++)
		if (!strncmp(loader, names[i], strlen(names[i])))
			return true;
	return false;
}

void __init parse_cmdline(const char *cmdline, const char *loader)
{
	/* Not in .init: options may keep pointers into it. */
	static char text[BOOT_CMDLINE_SIZE];

	mm_bug_on(strlen(cmdline) >= sizeof(text), "a command line of %zu bytes", strlen(cmdline));
	parse_options(cmdline, loader_names_the_file(loader), text, __start_params, __stop_params);
}

static unsigned int digit_value(char c)
{
	if (c >= '0' && c <= '9')
		return (unsigned int)(c - '0');
	c |= 0x20;
	if (c >= 'a' && c <= 'f')
		return (unsigned int)(c - 'a') + 10;
	return 16;
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

		if (n > (~0ULL - digit) / base)
			return false;
		n = n * base + digit;
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
