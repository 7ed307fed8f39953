/* SPDX-License-Identifier: 0BSD
 *
 * main.c - where the kernel begins, its option and its monitor command.
 */
#include <boot/boot.h>
#include <boot/monitor/monitor.h>
#include <lib/init.h>
#include <lib/param.h>
#include <lib/printk.h>
#include <lib/version.h>

#include "note.h"

static const char *first_note = "the kernel began";

/* `note=TEXT` on the command line. */
static int __init set_note(const char *value)
{
	if (!value)
		return -EINVAL;
	first_note = value;
	return 0;
}
KERNEL_PARAM(note, "note", set_note);

/* `note` at the prompt lists the notes, `note TEXT` adds one. */
static int cmd_note(struct out *out, int argc, char **argv)
{
	struct note *note;

	if (argc > 2) {
		out_printf(out, "note: expected one word, got %d\n", argc - 1);
		return -EINVAL;
	}
	if (argc == 2)
		return note_add(&notes, argv[1]);
	list_for_each_entry (note, &notes, list)
		out_printf(out, "%s\n", note->text);
	return 0;
}
MONITOR_CMD(note, "[WORD]", 0, "list the notes, or add one", cmd_note);

/* The tests have run, and what this returns to is the monitor. */
void kernel_main(void)
{
	note_add(&notes, first_note);
	pr_info("%s: %s\n", kernel_name, first_note);
}
