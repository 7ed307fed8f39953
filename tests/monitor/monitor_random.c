/* SPDX-License-Identifier: 0BSD
 *
 * monitor_random.c - nothing typed can crash the kernel: random lines, from almost right to wild.
 *
 * A line is made of the monitor's own words, of numbers at the borders of what commands take, of
 * what was handed out before, and of garbage. Left out are the commands that end the boot, those
 * that run tests and benchmarks, this one among them, and `poke`, whose help says that it can.
 */
#include <boot/monitor/completion.h>
#include <boot/monitor/line_editor.h>
#include <boot/monitor/monitor.h>
#include <lib/format.h>
#include <mm/page_alloc.h>
#include <mm/slab.h>
#include <test/ktest.h>

#include "typist.h"

#define LINE_SIZE 700

static const char *const excluded[] = { "reboot", "poweroff", "exit", "quit",
					"test",	  "bench",    "poke" };

static const char *const arguments[] = {
	"0",	      "1",	    "2",	 "3",
	"10",	      "11",	    "64",	 "4096",
	"0x1000",     "131072",	    "131073",	 "0xa0",
	"0x100",      "1048575",    "1048576",	 "4294967295",
	"4294967296", "0xffffffff", "0x",	 "-1",
	"00",	      "08",	    "1k",	 "18446744073709551616",
	"kernel",     "dma",	    "highmem",	 "zero",
	"atomic",     "dma|zero",   "dma,,zero", "kernel,highmem|zero",
	"mark",	      "*",	    "?",	 "\"",
	",",	      "|",	    "\x1b[A",	 "\xff\x80",
	"help",	      "all",	    "%s%n",	 "0xc0100000",
};

static bool is_excluded(const char *name)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(excluded); i++)
		if (!strcmp(name, excluded[i]))
			return true;
	return false;
}

static const char *random_command(void)
{
	u32 steps = kt_random_below(40);
	const struct monitor_cmd *cmd = NULL;

	for (;;) {
		cmd = monitor_next(cmd);
		if (!cmd || is_excluded(cmd->name))
			continue;
		if (!steps--)
			return cmd->name;
	}
}

static void add(char line[LINE_SIZE], const char *text)
{
	size_t used = strlen(line);

	strlcpy(line + used, text, LINE_SIZE - used);
}

static void add_number(char line[LINE_SIZE])
{
	char number[24];
	u32 value = kt_random() >> kt_random_below(32);

	snprintf(number, sizeof(number), kt_random_below(2) ? "%u" : "0x%x", value);
	add(line, number);
}

static void add_garbage(char line[LINE_SIZE])
{
	u32 len = kt_random_below(kt_random_below(16) ? 12 : 400);
	char letter[2] = "";

	while (len--) {
		letter[0] = (char)(1 + kt_random_below(255));
		if (letter[0] != ';') /* an excluded command must not come about */
			add(line, letter);
	}
}

static void add_word(struct typist *typist, char line[LINE_SIZE])
{
	switch (kt_random_below(8)) {
	case 0:
		return add_garbage(line);
	case 1:
	case 2:
		return add_number(line);
	case 3:
		return add(line, random_command());
	case 4:
		if (typist->nr)
			add(line, typist->give_back[kt_random_below(typist->nr)]);
		return;
	default:
		return add(line, arguments[kt_random_below(ARRAY_SIZE(arguments))]);
	}
}

static void add_command(struct typist *typist, char line[LINE_SIZE])
{
	u32 words = kt_random_below(kt_random_below(16) ? 4 : 12);

	if (kt_random_below(8))
		add(line, random_command());
	while (words--) {
		add(line, kt_random_below(16) ? " " : "\t ");
		add_word(typist, line);
	}
}

/* Tab is pressed somewhere in the line, too: that may offer anything, and changes nothing. */
static void complete(const char *line, bool panicked)
{
	struct completion completion = { 0 };

	monitor_complete(&completion, line, kt_random_below((u32)strlen(line) + 1), panicked);
}

void typist_type_at_random(struct typist *typist, unsigned int nr)
{
	static char line[LINE_SIZE];
	bool panicked;
	u32 commands;

	while (nr--) {
		line[0] = '\0';
		for (commands = 1 + kt_random_below(3); commands; commands--) {
			add_command(typist, line);
			add(line, commands > 1 ? ";" : "");
		}
		panicked = !kt_random_below(8);
		complete(line, panicked);
		typist_type(typist, line, panicked);
	}
}

KTEST(monitor_random, nothing_typed_can_crash_the_kernel, SHORT)
{
	static struct typist typist;

	typist_start(&typist);
	typist_type_at_random(&typist, 1500);
	typist_end(&typist);
}

/* Keys, escape sequences among them, in any order: the editor keeps to its line. */
KTEST(monitor_random, no_key_can_break_the_editor, SHORT)
{
	static const u8 keys[] = {
		0x1B, '[', 'O', 'A', 'B', 'D', '3', '~', 0x09, 0x7F, 0x01, 0x0B
	};
	static struct line_editor ed;
	unsigned int i;

	memset(&ed, 0, sizeof(ed));
	for (i = 0; i < 20000; i++) {
		u8 key = kt_random_below(2) ? keys[kt_random_below(ARRAY_SIZE(keys))]
					    : (u8)kt_random();
		enum editor_event event = editor_key(&ed, key);

		if (event == EDITOR_ENTER || event == EDITOR_TOO_LONG || event == EDITOR_CANCEL)
			editor_reset(&ed, event == EDITOR_ENTER);
		if (ed.len >= EDITOR_LINE || ed.cursor > ed.len || ed.line[ed.len] ||
		    strlen(ed.line) != ed.len) {
			kt_fail("after key %u: len %u, cursor %u", i, ed.len, ed.cursor);
			return;
		}
	}
}
