/* SPDX-License-Identifier: 0BSD
 *
 * help.c - the monitor's `help`: all commands by what they are for, or one of them in full.
 *
 * The texts stand with the commands. After a panic only what can be used then is listed.
 */
#include <boot/completion.h>
#include <boot/monitor.h>
#include <lib/errno.h>
#include <lib/panic.h>
#include <lib/string.h>

#define NAME_COLUMNS 21

static const char *const group_titles[NR_MONITOR_GROUPS] = {
	[MON_REPORTS] = "What memory is like (Linux's formats where Linux has them)",
	[MON_LOOK] = "A closer look",
	[MON_ALLOCATE] = "Take memory and give it back",
	[MON_CHECK] = "Check and measure",
	[MON_MACHINE] = "Machine and monitor",
};

static void show_line(struct out *out, const struct monitor_cmd *cmd)
{
	int used = (int)(strlen(cmd->name) + 1 + strlen(cmd->args));

	out_printf(out, "  %s %s%*s  %s\n", cmd->name, cmd->args, max(NAME_COLUMNS - used, 0), "",
		   cmd->help);
}

/* A group of which nothing can be used has no title either. */
static void show_group(struct out *out, enum monitor_group group)
{
	const struct monitor_cmd *cmd;
	bool titled = false;

	for (cmd = monitor_next(NULL); cmd; cmd = monitor_next(cmd)) {
		if (cmd->group != group || (panic_in_progress() && !(cmd->flags & MON_PANIC_SAFE)))
			continue;
		if (!titled)
			out_printf(out, "%s:\n", group_titles[group]);
		titled = true;
		show_line(out, cmd);
	}
}

static int show_all(struct out *out)
{
	unsigned int group;

	for (group = 0; group < NR_MONITOR_GROUPS; group++)
		show_group(out, (enum monitor_group)group);
	out_printf(out,
		   "`help CMD` tells more. Tab completes, twice lists. `;` separates commands.\n");
	return 0;
}

static int cmd_help(struct out *out, int argc, char **argv)
{
	const struct monitor_cmd *cmd;

	if (argc == 1)
		return show_all(out);
	if (argc > 2) {
		out_printf(out, "help: expected at most 1 argument, got %d\n", argc - 1);
		return -EINVAL;
	}
	cmd = monitor_find(argv[1]);
	if (!cmd) {
		out_printf(out, "help: there is no command \"%s\"\n", argv[1]);
		return -EINVAL;
	}
	out_printf(out, "%s\n", cmd->help);
	monitor_usage(out, cmd);
	if (cmd->more)
		out_printf(out, "%s", cmd->more);
	return 0;
}

static void complete_help(struct completion *completion, int word)
{
	const struct monitor_cmd *cmd;

	for (cmd = monitor_next(NULL); cmd && word == 1; cmd = monitor_next(cmd))
		completion_offer(completion, cmd->name);
}

MONITOR_CMD(help, "[CMD]", MON_PANIC_SAFE, "list the commands, or describe one", cmd_help,
	    .group = MON_MACHINE, .complete = complete_help, .more = "Example: help alloc\n");
