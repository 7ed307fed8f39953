/* SPDX-License-Identifier: 0BSD
 *
 * cmdline.h - the kernel command line: one pass hands out the values of its options (lib/param.h).
 *
 * A path or URL in front is the loader's file name and is skipped.
 */
#ifndef BOOT_CMDLINE_H
#define BOOT_CMDLINE_H

#include <lib/param.h>

/* Hand out the options of @cmdline, which @loader passed on (its name, or ""). One log line for
 * each unknown option and malformed value. Context: once, before the memory map is used; nothing
 * is allocated. */
void parse_cmdline(const char *cmdline, const char *loader);

/* The same for the options [@params, @end). The values are unquoted into @text of at least
 * strlen(@cmdline) + 1 bytes, where they stay. @named: the first word is a file name, whatever it
 * looks like. */
void parse_options(const char *cmdline, bool named, char *text, const struct kernel_param *params,
		   const struct kernel_param *end);

/* Does the loader of this name put the kernel's file name in front of the command line? Pure. */
bool loader_names_the_file(const char *loader);

#endif
