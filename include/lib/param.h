/* SPDX-License-Identifier: 0BSD
 *
 * param.h - options of the command line declare themselves; their words and numbers are read here.
 *
 * Words split at blanks outside double quotes; a quote may open before the name or before the
 * value; \" \' and \\ are the bare character.
 */
#ifndef LIB_PARAM_H
#define LIB_PARAM_H

#include <lib/errno.h>
#include <lib/init.h>
#include <lib/types.h>

struct kernel_param {
	const char *name;
	/* Take the value, NULL if the word had no `=`. Return: 0; -EINVAL if it is malformed, with
	 * the setting as it was. The text stays valid for ever. */
	int (*set)(const char *value);
};

/* Declare option @_name at file level; @_set lies in .init.text. */
#define KERNEL_PARAM(_id, _name, _set)                                                  \
	static const struct kernel_param __param_##_id __used __section(".init.params") \
		__aligned(__alignof__(struct kernel_param)) = { .name = (_name), .set = (_set) }

/* Unquote the next word at *@src into @dst, which needs room for strlen(*@src) + 1 bytes, and move
 * *@src behind the word. Return: the terminator in @dst; NULL if only blanks are left. Pure. */
char *cmdline_next_word(const char **src, char *dst);

/* @line was cut for lack of room: end it before the word that may have been cut in two. Pure. */
void cmdline_cut(char *line);

/* Parse `nn[KMGTPE]` (decimal, 0x hex, or 0 octal; suffixes in either case) at *@s and move *@s
 * behind it. False, with *@s and *@value as they were, if *@s is NULL (an option without a value),
 * there is no number, or the value does not fit into 64 bits. */
bool parse_size(const char **s, u64 *value);

/* Parse a whole string as an unsigned number up to @max, decimal, 0x hex, or 0 octal, no suffix.
 * False, with *@value as it was, if it is not one, or if @s is NULL. */
bool parse_u32(const char *s, u32 max, u32 *value);

/* Parse a whole string as a switch: 1, y, on or 0, n, off, in either case, as Linux's kstrtobool()
 * but for what follows. False, with *@value as it was, if it is not one, or if @s is NULL.
 * Context: the boot. */
bool parse_bool(const char *s, bool *value);

#endif
