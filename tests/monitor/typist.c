/* SPDX-License-Identifier: 0BSD
 *
 * typist.c - reading along what the monitor hands out.
 *
 * `alloc` and `kmalloc` say in their lines what `free` and `kfree` take. Each such line becomes a
 * command to be run at the end. One that is out of date, because what it frees was freed already,
 * or a line that only looks like one, does no harm: the monitor refuses it.
 */
#include "typist.h"

#include <boot/monitor/monitor.h>
#include <lib/format.h>
#include <lib/string.h>
#include <mm/kfence.h>

static void discard(struct out *out, const char *fmt, va_list ap)
{
	(void)out;
	(void)fmt;
	(void)ap;
}

static void give_all_back(struct typist *typist)
{
	struct out nowhere = { .vprintf = discard };

	while (typist->nr)
		monitor_run_to(&nowhere, typist->give_back[--typist->nr], false);
}

/* `clear` leaves its sequences in front of the next line: what is behind them. */
static const char *behind_sequences(const char *line)
{
	static const char clear[] = "\x1b[2J\x1b[H";

	while (!strncmp(line, clear, sizeof(clear) - 1))
		line += sizeof(clear) - 1;
	return line;
}

/* What is in front of the first comma at @number is what @cmd takes. */
static void note(struct typist *typist, const char *cmd, const char *number)
{
	const char *end = strchr(number, ',');

	if (!end || end - number > 16)
		return;
	if (typist->nr == TYPIST_OUT)
		give_all_back(typist);
	snprintf(typist->give_back[typist->nr++], sizeof(typist->give_back[0]), "%s %.*s", cmd,
		 (int)(end - number), number);
}

static void read_line(struct typist *typist)
{
	const char *line;

	typist->line[typist->len] = '\0';
	typist->len = 0;
	line = behind_sequences(typist->line);
	if (glob_match("pfn *, physical 0x*", line))
		note(typist, "free", line + strlen("pfn "));
	else if (glob_match("0x*, * bytes usable", line))
		note(typist, "kfree", line);
}

static void take_text(void *arg, const char *text, size_t len)
{
	struct typist *typist = arg;

	for (; len; len--, text++) {
		if (*text == '\n')
			read_line(typist);
		else if (typist->len < TYPIST_LINE - 1)
			typist->line[typist->len++] = *text;
	}
}

static void typist_vprintf(struct out *out, const char *fmt, va_list ap)
{
	vformat(take_text, container_of(out, struct typist, out), fmt, ap);
}

void typist_start(struct typist *typist)
{
	typist->out.vprintf = typist_vprintf;
	typist->len = typist->nr = 0;
	typist->base = leaks_base;
	typist->guard = kfence_pool_bytes;
}

void typist_type(struct typist *typist, const char *line, bool panicked)
{
	monitor_run_to(&typist->out, line, panicked);
}

void typist_end(struct typist *typist)
{
	give_all_back(typist);
	kfence_start(typist->guard); /* a pool that `kfence 0` took away comes back */
	kfence_start(0);
	if (!typist->guard)
		kfence_stop();
	leaks_base = typist->base;
}
