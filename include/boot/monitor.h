/* SPDX-License-Identifier: 0BSD
 *
 * monitor.h - the interactive monitor: commands declare themselves in a linker set.
 */
#ifndef BOOT_MONITOR_H
#define BOOT_MONITOR_H

#include <lib/compiler.h>
#include <lib/out.h>
#include <lib/types.h>

#define MON_PANIC_SAFE 1u /* reads only, takes no lock: offered in the panic monitor too */

struct monitor_cmd {
	const char *name;
	const char *args; /* "ORDER [GFP]", "" if none */
	const char *help; /* one line */
	unsigned int flags;
	/* Return: 0; -EINVAL after one line that says what was wrong (the usage is added); other
	 * negative: failed after one line. */
	int (*run)(struct out *out, int argc, char **argv);
};

/* The alignment is given, because compilers give large objects more than their type has: the set
 * would no longer be an array. */
#define MONITOR_CMD(_name, _args, _flags, _help, _run)                                             \
	static const struct monitor_cmd __monitor_##_name __used __section(".monitor") __aligned(  \
		__alignof__(struct monitor_cmd)) = {                                               \
		.name = #_name, .args = (_args), .help = (_help), .flags = (_flags), .run = (_run) \
	}

/* Run commands separated by `;`. Return: 0, or the first failure (the rest is still run). */
int monitor_run(const char *line);

/* As monitor_run(), printing to @out; @panicked refuses what is not safe in a panic. */
int monitor_run_to(struct out *out, const char *line, bool panicked);

/* Read and run lines from the console for ever; @panicked offers only what is safe then. */
void monitor_loop(bool panicked) __noreturn;

#endif
