/* SPDX-License-Identifier: 0BSD
 *
 * help.c - the monitor's `help`: all commands by what they are for, or one of them in full; and
 * `clear` and `version`.
 *
 * The texts stand with the commands. After a panic only what can be used then is listed. The list
 * of all has names alone, so that it fits below the live picture on a screen of 25 rows.
 */
#include <boot/monitor/completion.h>
#include <boot/monitor/monitor.h>
#include <lib/errno.h>
#include <lib/panic.h>
#include <lib/string.h>
#include <lib/version.h>

#define SCREEN_LINE  80
#define NAME_COLUMNS 21

static const char *const group_titles[NR_MONITOR_GROUPS] = {
	[MON_OWN] = "Your kernel's own",
	[MON_REPORTS] = "What memory is like (Linux's formats where Linux has them)",
	[MON_LOOK] = "A closer look",
	[MON_ALLOCATE] = "Take memory and give it back",
	[MON_CHECK] = "Check and measure",
	[MON_MACHINE] = "Machine and monitor",
};

static bool is_offered(const struct monitor_cmd *cmd, unsigned int group)
{
	return cmd->group == group && (!panic_in_progress() || (cmd->flags & MON_PANIC_SAFE));
}

/* The first command of @group after @prev (NULL: of all); NULL: there is none. */
static const struct monitor_cmd *next_of_group(const struct monitor_cmd *prev, unsigned int group)
{
	do
		prev = monitor_next(prev);
	while (prev && !is_offered(prev, group));
	return prev;
}

/* As many names as fit into a line of a screen. */
static void show_names(struct out *out, const struct monitor_cmd *cmd)
{
	size_t used = 0;

	for (; cmd; cmd = next_of_group(cmd, cmd->group)) {
		size_t len = strlen(cmd->name) + 2;

		if (used + len >= SCREEN_LINE) {
			out_printf(out, "\n");
			used = 0;
		}
		out_printf(out, "  %s", cmd->name);
		used += len;
	}
	out_printf(out, "\n");
}

static void show_lines(struct out *out, const struct monitor_cmd *cmd)
{
	for (; cmd; cmd = next_of_group(cmd, cmd->group)) {
		int used = (int)(strlen(cmd->name) + 1 + strlen(cmd->args));

		out_printf(out, "  %s %s%*s  %s\n", cmd->name, cmd->args,
			   max(NAME_COLUMNS - used, 0), "", cmd->help);
	}
}

/* Each group under its title. */
static void show_groups(struct out *out,
			void (*show)(struct out *out, const struct monitor_cmd *first))
{
	unsigned int group;

	for (group = 0; group < NR_MONITOR_GROUPS; group++) {
		const struct monitor_cmd *first = next_of_group(NULL, group);

		if (!first)
			continue;
		out_printf(out, "%s:\n", group_titles[group]);
		show(out, first);
	}
}

static int describe(struct out *out, const char *name)
{
	const struct monitor_cmd *cmd = monitor_find(name);

	if (!cmd) {
		out_printf(out, "help: there is no command \"%s\"\n", name);
		monitor_did_you_mean(out, name, panic_in_progress());
		return -EINVAL;
	}
	out_printf(out, "%s\n", cmd->help);
	monitor_usage(out, cmd);
	if (cmd->more)
		out_printf(out, "%s", cmd->more);
	return 0;
}

static int cmd_help(struct out *out, int argc, char **argv)
{
	if (argc > 2) {
		out_printf(out, "help: expected at most 1 argument, got %d\n", argc - 1);
		return -EINVAL;
	}
	if (argc == 1) {
		show_groups(out, show_names);
		out_printf(out, "`help CMD` tells about one, `help all` has a line about each.\n"
				"Tab completes, twice lists. `;` separates commands. "
				"PgUp: what scrolled away.\n");
	} else if (!strcmp(argv[1], "all")) {
		show_groups(out, show_lines);
	} else {
		return describe(out, argv[1]);
	}
	return 0;
}

static void complete_help(struct completion *completion, int word)
{
	const struct monitor_cmd *cmd;

	if (word == 1)
		completion_offer(completion, "all");
	for (cmd = monitor_next(NULL); cmd && word == 1; cmd = monitor_next(cmd))
		completion_offer(completion, cmd->name);
}

MONITOR_CMD(help, "[CMD | all]", MON_PANIC_SAFE, "list the commands, or describe one", cmd_help,
	    .group = MON_MACHINE, .complete = complete_help,
	    .more = "`?` is the same.\n"
		    "Example: help alloc\n");

static int cmd_clear(struct out *out, int argc __unused, char **argv __unused)
{
	out_printf(out, "\x1b[2J\x1b[H");
	return 0;
}

MONITOR_CMD(clear, "", MON_PANIC_SAFE, "empty the screen", cmd_clear, .group = MON_MACHINE,
	    .more = "The machine's screen and the terminal on the serial line. On the screen PgUp\n"
		    "still shows what was there.\n");

static int cmd_version(struct out *out, int argc __unused, char **argv __unused)
{
	out_printf(out, "%s\n", kernel_banner);
	return 0;
}

MONITOR_CMD(version, "", MON_PANIC_SAFE, "which kernel this is, on which mmkit", cmd_version,
	    .group = MON_MACHINE);
