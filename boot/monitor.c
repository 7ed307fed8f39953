/* SPDX-License-Identifier: 0BSD
 *
 * monitor.c - the monitor: a line from the console, its words, the command of that name.
 *
 * Commands are collected by the linker (MONITOR_CMD in boot/cmd_*.c); nobody keeps a list of them.
 * A command prints to a sink, so `run=`, the console and the tests use the same code.
 *
 * Nothing typed can crash the kernel: a line has a maximal length and number of words, a command
 * checks every argument before it uses it, and one that would need a working allocator is refused
 * after a panic.
 *
 * The line on the screen is drawn with carriage return, blanks and backspaces alone, so that it
 * looks the same on a serial terminal and on the VGA text screen.
 * Context: one CPU; the buffers of a command lie on the stack, because `test` runs tests that run
 * commands.
 */
#include <boot/monitor.h>

#include <asm/irqflags.h>
#include <boot/line_editor.h>
#include <boot/machine.h>
#include <lib/errno.h>
#include <lib/printk.h>
#include <lib/progress.h>
#include <lib/progress.h>
#include <lib/string.h>

#define MAX_WORDS 8

extern const struct monitor_cmd __start_monitor[], __stop_monitor[];

static struct line_editor editor;

static const struct monitor_cmd *find_command(const char *name)
{
	const struct monitor_cmd *cmd;

	for (cmd = __start_monitor; cmd < __stop_monitor; cmd++)
		if (!strcmp(cmd->name, name))
			return cmd;
	return NULL;
}

/* The command after @prev by name; NULL: the first one; returns NULL at the end. */
static const struct monitor_cmd *next_command(const struct monitor_cmd *prev)
{
	const struct monitor_cmd *cmd, *next = NULL;

	for (cmd = __start_monitor; cmd < __stop_monitor; cmd++)
		if ((!prev || strcmp(cmd->name, prev->name) > 0) &&
		    (!next || strcmp(cmd->name, next->name) < 0))
			next = cmd;
	return next;
}

static void print_usage(struct out *out, const struct monitor_cmd *cmd)
{
	out_printf(out, "usage: %s%s%s\n", cmd->name, *cmd->args ? " " : "", cmd->args);
}

/* Cut @line into words at its blanks. Return: their number; -E2BIG if there are more than @max. */
static int split_words(char *line, char **words, int max)
{
	int nr = 0;

	for (;;) {
		while (*line == ' ' || *line == '\t')
			*line++ = '\0';
		if (!*line)
			return nr;
		if (nr == max)
			return -E2BIG;
		words[nr++] = line;
		while (*line && *line != ' ' && *line != '\t')
			line++;
	}
}

static int run_words(struct out *out, int nr, char **words, bool panicked)
{
	const struct monitor_cmd *cmd = find_command(words[0]);
	int err;

	if (!cmd) {
		out_printf(out, "%s: unknown command (help lists them)\n", words[0]);
		return -ENOENT;
	}
	if (panicked && !(cmd->flags & MON_PANIC_SAFE)) {
		out_printf(out, "%s: not after a panic\n", cmd->name);
		return -EBUSY;
	}
	if (nr > 1 && !*cmd->args) {
		out_printf(out, "%s: unexpected argument \"%s\"\n", cmd->name, words[1]);
		err = -EINVAL;
	} else {
		err = cmd->run(out, nr, words);
	}
	if (err == -EINVAL)
		print_usage(out, cmd);
	return err;
}

/* Run the one command in the @len bytes at @text. */
static int run_one(struct out *out, const char *text, size_t len, bool panicked)
{
	char line[EDITOR_LINE];
	char *words[MAX_WORDS];
	int nr;

	if (len >= sizeof(line)) {
		out_printf(out, "a command of %zu bytes: at most %zu are possible\n", len,
			   sizeof(line) - 1);
		return -E2BIG;
	}
	memcpy(line, text, len);
	line[len] = '\0';
	nr = split_words(line, words, MAX_WORDS);
	if (nr < 0)
		out_printf(out, "%s: more than %d words\n", words[0], MAX_WORDS);
	return nr > 0 ? run_words(out, nr, words, panicked) : nr;
}

int monitor_run_to(struct out *out, const char *line, bool panicked)
{
	int first_err = 0;

	for (;;) {
		const char *end = strchr(line, ';');
		int err = run_one(out, line, end ? (size_t)(end - line) : strlen(line), panicked);

		if (!first_err)
			first_err = err;
		if (!end)
			return first_err;
		line = end + 1;
	}
}

int monitor_run(const char *line)
{
	return monitor_run_to(&console_out, line, false);
}

/* Draw the line over what was drawn before, which was @drawn characters long. */
static void draw(const struct line_editor *ed, const char *prompt, unsigned int drawn)
{
	unsigned int column = max(drawn, ed->len);

	kprint("\r%s%-*s", prompt, (int)column, ed->line);
	for (; column > ed->cursor; column--)
		kprint("\b");
}

/* Let a line be typed into @ed. Return: was it entered and not cancelled? */
static bool read_line(struct line_editor *ed, const char *prompt)
{
	unsigned int drawn = 0;

	kprint("%s", prompt);
	for (;;) {
		int key = console_getc();

		if (key < 0) {
			progress_tick();
			cpu_relax();
			continue;
		}
		switch (editor_key(ed, (u8)key)) {
		case EDITOR_NOTHING:
			break;
		case EDITOR_APPENDED:
			kprint("%c", ed->line[ed->len - 1]);
			drawn = ed->len;
			break;
		case EDITOR_CHANGED:
			draw(ed, prompt, drawn);
			drawn = ed->len;
			break;
		case EDITOR_ENTER:
			kprint("\n");
			return true;
		case EDITOR_CANCEL:
			kprint("^C\n");
			return false;
		}
	}
}

void monitor_loop(bool panicked)
{
	const char *prompt = panicked ? "panic> " : "mmkit> ";

	editor_reset(&editor, false);
	for (;;) {
		bool entered = read_line(&editor, prompt);

		if (entered)
			monitor_run_to(&console_out, editor.line, panicked);
		progress_tick();
		editor_reset(&editor, entered);
	}
}

static int help_all(struct out *out)
{
	const struct monitor_cmd *cmd;

	for (cmd = next_command(NULL); cmd; cmd = next_command(cmd)) {
		int used = (int)(strlen(cmd->name) + 1 + strlen(cmd->args));

		out_printf(out, "%s %s%*s  %s\n", cmd->name, cmd->args, max(18 - used, 0), "",
			   cmd->help);
	}
	return 0;
}

static int cmd_help(struct out *out, int argc, char **argv)
{
	const struct monitor_cmd *cmd;

	if (argc == 1)
		return help_all(out);
	cmd = find_command(argv[1]);
	if (!cmd) {
		out_printf(out, "help: there is no command \"%s\"\n", argv[1]);
		return -EINVAL;
	}
	out_printf(out, "%s\n", cmd->help);
	print_usage(out, cmd);
	return 0;
}
MONITOR_CMD(help, "[CMD]", MON_PANIC_SAFE, "list the commands, or describe one", cmd_help);
