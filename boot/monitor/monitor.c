/* SPDX-License-Identifier: 0BSD
 *
 * monitor.c - the monitor: a line from the console, its words, the command of that name.
 *
 * Commands are collected by the linker (MONITOR_CMD in cmd_*.c); nobody keeps a list of them.
 * A command prints to a sink, so `run=`, the console and the tests use the same code.
 *
 * Nothing typed can crash the kernel, but for the commands whose help says so: a line has a maximal
 * length and number of words, a command checks every argument before it uses it, and one that would
 * need a working allocator is refused after a panic.
 *
 * Context: one CPU; the buffers of a command lie on the stack, because `test` runs tests that run
 * commands.
 */
#include <boot/monitor/monitor.h>

#include <asm/console/console.h>
#include <boot/monitor/completion.h>
#include <boot/monitor/line_editor.h>
#include <boot/monitor/line_view.h>
#include <dev/time.h>
#include <lib/errno.h>
#include <lib/panic.h>
#include <lib/param.h>
#include <lib/printk.h>
#include <lib/progress.h>
#include <lib/similar.h>
#include <lib/string.h>
#include <lib/version.h>
#include <mm/mm_check.h>
#include <mm/slab.h>

#define MAX_WORDS 8

extern const struct monitor_cmd __start_monitor[], __stop_monitor[];

static struct line_editor editor;

static bool at_prompt;		/* a line runs that was typed */
static const char *typed_first; /* before anybody types; NULL: nothing */

/* Second names. */
static const struct alias {
	const char *alias, *name;
} aliases[] = { { "?", "help" }, { "quit", "exit" } };

const struct monitor_cmd *monitor_find(const char *name)
{
	const struct monitor_cmd *cmd;
	const struct alias *alias;

	for (alias = aliases; alias < aliases + ARRAY_SIZE(aliases); alias++)
		if (!strcmp(alias->alias, name))
			name = alias->name;
	for (cmd = __start_monitor; cmd < __stop_monitor; cmd++)
		if (!strcmp(cmd->name, name))
			return cmd;
	return NULL;
}

const struct monitor_cmd *monitor_next(const struct monitor_cmd *prev)
{
	const struct monitor_cmd *cmd, *next = NULL;

	for (cmd = __start_monitor; cmd < __stop_monitor; cmd++)
		if ((!prev || strcmp(cmd->name, prev->name) > 0) &&
		    (!next || strcmp(cmd->name, next->name) < 0))
			next = cmd;
	return next;
}

void monitor_usage(struct out *out, const struct monitor_cmd *cmd)
{
	out_printf(out, "usage: %s%s%s\n", cmd->name, *cmd->args ? " " : "", cmd->args);
}

int monitor_one_number(struct out *out, int argc, char **argv, u32 max, u32 *value)
{
	if (argc != 2)
		out_printf(out, "%s: expected 1 argument, got %d\n", argv[0], argc - 1);
	else if (!parse_u32(argv[1], max, value))
		out_printf(out, "%s: \"%s\" is no number from 0 to %u\n", argv[0], argv[1], max);
	else
		return 0;
	return -EINVAL;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Cut @line into words at its blanks. Return: their number; -E2BIG if there are more than @max. */
static int split_words(char *line, char **words, int max)
{
	int nr = 0;

	for (;;) {
		while (is_blank(*line))
			*line++ = '\0';
		if (!*line)
			return nr;
		if (nr == max)
			return -E2BIG;
		words[nr++] = line;
		while (*line && !is_blank(*line))
			line++;
	}
}

void monitor_did_you_mean(struct out *out, const char *name, bool panicked)
{
	struct similar similar = { .word = name };
	const struct monitor_cmd *cmd;

	for (cmd = monitor_next(NULL); cmd; cmd = monitor_next(cmd))
		if (!panicked || (cmd->flags & MON_PANIC_SAFE))
			similar_offer(&similar, cmd->name);
	if (similar.best)
		out_printf(out, "did you mean \"%s\"?\n", similar.best);
}

/* The checker survives what it finds; reports trust what they follow. */
static bool caches_are_broken(void)
{
	struct mm_check check = { 0 };

	if (kmem_cache_next(NULL))
		slab_check(&check);
	return check.nr;
}

static int run_words(struct out *out, int nr, char **words, bool panicked)
{
	const struct monitor_cmd *cmd = monitor_find(words[0]);
	int err;

	if (!cmd) {
		out_printf(out, "%s: unknown command (help lists them)\n", words[0]);
		monitor_did_you_mean(out, words[0], panicked);
		return -ENOENT;
	}
	if (panicked && !(cmd->flags & MON_PANIC_SAFE)) {
		out_printf(out, "%s: not %s\n", cmd->name,
			   panic_in_progress() ? "after a panic" : "during the boot");
		return -EBUSY;
	}
	if (panic_in_progress() && (cmd->flags & MON_WALKS) && caches_are_broken()) {
		out_printf(out, "%s: not with broken slab caches (see check)\n", cmd->name);
		return -EBUSY;
	}
	if (nr > 1 && !*cmd->args) {
		out_printf(out, "%s: unexpected argument \"%s\"\n", cmd->name, words[1]);
		err = -EINVAL;
	} else {
		err = cmd->run(out, nr, words);
	}
	if (err == -EINVAL)
		monitor_usage(out, cmd);
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

/* Where the command begins in whose text @cursor is. */
static size_t command_start(const char *line, size_t cursor)
{
	while (cursor && line[cursor - 1] != ';')
		cursor--;
	return cursor;
}

static void complete_command(struct completion *c, bool panicked)
{
	const struct monitor_cmd *cmd;

	for (cmd = monitor_next(NULL); cmd; cmd = monitor_next(cmd))
		if (!panicked || (cmd->flags & MON_PANIC_SAFE))
			completion_offer(c, cmd->name);
}

/* The words before the one at the cursor are cut in a copy. */
void monitor_complete(struct completion *c, const char *line, size_t cursor, bool panicked)
{
	size_t start = command_start(line, cursor), word = cursor;
	const struct monitor_cmd *cmd;
	char before[EDITOR_LINE] = "";
	char *words[MAX_WORDS];
	int nr;

	while (word > start && !is_blank(line[word - 1]))
		word--;
	completion_start(c, line + word, cursor - word);
	if (word - start >= sizeof(before))
		return;
	memcpy(before, line + start, word - start);
	before[word - start] = '\0';
	nr = split_words(before, words, MAX_WORDS);
	if (nr == 0)
		complete_command(c, panicked);
	cmd = nr > 0 ? monitor_find(words[0]) : NULL;
	c->before = words;
	if (cmd && cmd->complete && !(panicked && (cmd->flags & MON_WALKS)))
		cmd->complete(c, nr);
	c->before = NULL;
}

/* List what the word at the cursor may become, below the line. */
static void list_candidates(const struct line_editor *ed, struct completion *c, bool panicked)
{
	kprint("\n");
	completion_list(c, &console_out);
	monitor_complete(c, ed->line, ed->cursor, panicked);
	completion_list_end(c);
}

/* Tab: as much as is certain is typed; if that is nothing, a second Tab lists the candidates
 * and goes on below them. */
static void complete_line(struct line_editor *ed, struct line_view *view, bool panicked)
{
	struct completion c = { 0 };
	const char *rest;

	monitor_complete(&c, ed->line, ed->cursor, panicked);
	rest = completion_rest(&c);
	editor_insert(ed, rest);
	if (c.nr == 1 && !is_blank(ed->line[ed->cursor]) && ed->len < EDITOR_LINE - 1)
		editor_insert(ed, " ");
	if (c.nr > 1 && !*rest && ed->tabs > 1) {
		list_candidates(ed, &c, panicked);
		view->drawn = 0; /* in the row below the list */
	}
	line_view_draw(view, ed);
}

/* Let a line be typed into @ed. Return: EDITOR_ENTER, EDITOR_TOO_LONG or EDITOR_CANCEL. */
static enum editor_event read_line(struct line_editor *ed, const char *prompt, bool panicked)
{
	struct line_view view;

	line_view_start(&view, &console_out, prompt);
	for (;;) {
		int key = console_getc();

		if (key < 0) {
			progress_tick();
			machine_idle();
			continue;
		}
		switch (editor_key(ed, (u8)key)) {
		case EDITOR_NOTHING:
			break;
		case EDITOR_APPENDED:
			line_view_append(&view, ed);
			break;
		case EDITOR_COMPLETE:
			complete_line(ed, &view, panicked);
			break;
		case EDITOR_CHANGED:
			line_view_draw(&view, ed);
			break;
		case EDITOR_FULL:
			kprint("\a");
			break;
		case EDITOR_ENTER:
			kprint("\n");
			return EDITOR_ENTER;
		case EDITOR_TOO_LONG:
			kprint("\nthe line was longer than %d bytes: nothing was run\n",
			       EDITOR_LINE - 1);
			return EDITOR_TOO_LONG;
		case EDITOR_CANCEL:
			kprint("^C\n");
			return EDITOR_CANCEL;
		}
	}
}

bool monitor_is_typed(const struct out *out)
{
	return at_prompt && out == &console_out;
}

bool monitor_read_line(const char *prompt, char *line, size_t size)
{
	enum editor_event event;

	do {
		editor_reset(&editor, false);
		event = read_line(&editor, prompt, false);
	} while (event == EDITOR_TOO_LONG);
	strlcpy(line, editor.line, size);
	editor_reset(&editor, false);
	return event == EDITOR_ENTER;
}

void monitor_type(const char *line)
{
	typed_first = line;
}

static void run_typed(const char *line, bool panicked)
{
	at_prompt = true;
	monitor_run_to(&console_out, line, panicked);
	at_prompt = false;
	progress_tick();
}

/* A command may ask for lines itself, so the one that is run is a copy. */
void monitor_loop(bool panicked)
{
	const char *prompt = panicked ? "panic>" : kernel_prompt;
	char line[EDITOR_LINE];

	if (typed_first && !panicked) {
		kprint("%s %s\n", prompt, typed_first);
		run_typed(typed_first, false);
	}
	editor_reset(&editor, false);
	for (;;) {
		bool entered = read_line(&editor, prompt, panicked) == EDITOR_ENTER;

		strlcpy(line, editor.line, sizeof(line));
		editor_reset(&editor, entered);
		if (entered)
			run_typed(line, panicked);
	}
}
