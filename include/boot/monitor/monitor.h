/* SPDX-License-Identifier: 0BSD
 *
 * monitor.h - the interactive monitor: commands declare themselves in a linker set.
 */
#ifndef BOOT_MONITOR_MONITOR_H
#define BOOT_MONITOR_MONITOR_H

#include <lib/compiler.h>
#include <lib/out.h>
#include <lib/types.h>

/* Offered in the panic monitor too: needs no lock (reports of caches do without one that is not to
 * be had) and changes nothing that mm/ keeps; at most what is shown, or what a later report
 * compares with. */
#define MON_PANIC_SAFE 1u

/* Follows the lists of the slab allocator: after a panic refused if these are broken. */
#define MON_WALKS 2u

/* Where `help` lists a command. */
enum monitor_group {
	MON_OWN,     /* of a kernel of one's own, unless it says otherwise */
	MON_REPORTS, /* what memory is like, as a whole */
	MON_LOOK,    /* one page, one address */
	MON_ALLOCATE,
	MON_CHECK,
	MON_MACHINE,
	NR_MONITOR_GROUPS
};

struct completion;

struct monitor_cmd {
	const char *name;
	const char *args; /* "ORDER [GFP]", "" if none */
	const char *help; /* one line */
	unsigned int flags;
	/* Return: 0; -EINVAL after one line that says what was wrong (the usage is added); other
	 * negative: failed after one line. */
	int (*run)(struct out *out, int argc, char **argv);

	enum monitor_group group;
	const char *more; /* for `help CMD`: whole lines, with an example; may be NULL */
	/* Offer what argument @word (1: the first) may be, after completion->before[0 .. @word);
	 * NULL: nothing is known. */
	void (*complete)(struct completion *completion, int word);
};

/* The alignment is given, because compilers give large objects more than their type has: the set
 * would no longer be an array. What follows @_run are initializers of the other members. */
#define MONITOR_CMD(_name, _args, _flags, _help, _run, ...)                            \
	static const struct monitor_cmd __monitor_##_name __used __section(".monitor") \
		__aligned(__alignof__(struct monitor_cmd)) = { .name = #_name,         \
							       .args = (_args),        \
							       .help = (_help),        \
							       .flags = (_flags),      \
							       .run = (_run),          \
							       __VA_ARGS__ }

/* Run commands separated by `;`. Return: 0, or the first failure (the rest is still run). */
int monitor_run(const char *line);

/* As monitor_run(), printing to @out; @panicked refuses what is not safe in a panic. */
int monitor_run_to(struct out *out, const char *line, bool panicked);

/* Read and run lines from the console for ever; @panicked offers only what is safe then. */
void monitor_loop(bool panicked) __noreturn;

/* Let monitor_loop() begin with @line, as if it had been typed; not after a panic. Context: before
 * it; @line stays. */
void monitor_type(const char *line);

/* Supplied by the boot: what it came to, which `exit` says unless it is given a code.
 * EXIT_PASSED, or EXIT_FAILED after a boot_fail(). */
u8 monitor_exit_value(void);

/* For commands. */

/* The command called @name, or `?` or `quit`; NULL if there is none. */
const struct monitor_cmd *monitor_find(const char *name);

/* The command after @prev by name; NULL: the first one. Return: NULL at the end. */
const struct monitor_cmd *monitor_next(const struct monitor_cmd *prev);

/* A line that names the command most like @name, if any is; @panicked: of those that can be used
 * then. */
void monitor_did_you_mean(struct out *out, const char *name, bool panicked);

void monitor_usage(struct out *out, const struct monitor_cmd *cmd);

/* Was the command that prints to @out typed at the prompt, so that somebody can be asked? Not if it
 * is one of `run=`, or a test's. */
bool monitor_is_typed(const struct out *out);

/* Let a line be typed behind @prompt, into @line of @size bytes. Context: a command for which
 * monitor_is_typed(). A line that is too long is asked for again. Return: false if ctrl-c ended it.
 */
bool monitor_read_line(const char *prompt, char *line, size_t size);

/* Exactly one argument, a number up to @max. Return: 0; -EINVAL after one line. */
int monitor_one_number(struct out *out, int argc, char **argv, u32 max, u32 *value);

/* The page frame that @number means to @cmd: its own number, or what is too large for one is an
 * address of the kernel's. Return: 0; -ERANGE after one line if that is not mapped. */
int monitor_page_of(struct out *out, const char *cmd, u32 number, unsigned long *pfn);

/* The page frames [*@start_pfn, *@end_pfn) that @text, `A-B`, means to @cmd; both ends are included
 * in it. Return: 0; -EINVAL after one line. */
int monitor_pfn_range(struct out *out, const char *cmd, char *text, unsigned long *start_pfn,
		      unsigned long *end_pfn);

/* One line: the @nr bytes at @va, at most MONITOR_ROW, in hex and as text. They are read. */
#define MONITOR_ROW 16
void monitor_show_row(struct out *out, unsigned long va, unsigned int nr);

/* The same of bytes anywhere, with @label for their address. */
void monitor_show_bytes(struct out *out, unsigned long label, const volatile void *data,
			unsigned int nr);

/* Offer what the word before @cursor in @line may become; @panicked: what is safe then. */
void monitor_complete(struct completion *completion, const char *line, size_t cursor,
		      bool panicked);

#endif
