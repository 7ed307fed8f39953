/* SPDX-License-Identifier: 0BSD
 *
 * cmdline.c - the kernel command line.
 *
 * 1. Concepts  An option declares itself with KERNEL_PARAM(), which puts it into a linker set;
 *              there is no central list. A word of the line is split into name and value at its
 *              first `=`, and the option's own function judges the value.
 * 2. File name Some loaders put the kernel's path or URL in front, as it was typed. It may hold
 *              blanks: it ends with the last word that looks like one, before the first word that
 *              is an option or has a value. Any other word that is no option is a mistake.
 * 3. Lifetime  The unquoted words lie in a buffer of the line's size that is never freed. Options
 *              may keep pointers into it.
 */
#include <boot/cmdline.h>

#include <asm/firmware/boot_info.h>
#include <lib/bug.h>
#include <lib/printk.h>
#include <lib/similar.h>
#include <lib/string.h>

/* The linker set. */
extern const struct kernel_param __start_params[], __stop_params[];

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
