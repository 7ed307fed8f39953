/* SPDX-License-Identifier: 0BSD
 *
 * progress.c - when to print that something goes on, and when to draw.
 *
 * 1. Concepts  Both are a matter of time alone: a loop reports every step, and the clock decides
 *              which of them is seen. What is over within a second leaves no line.
 * 2. Drawing   Whoever draws is called from here and may itself take a while; the next call is due
 *              50 ms after the one before has begun.
 * 3. Locking   None: one CPU, and nothing here is entered from an interrupt.
 */
#include <lib/math64.h>
#include <lib/out.h>
#include <lib/progress.h>

#define LINE_US 1000000
#define DRAW_US 50000

struct progress_hooks progress_hooks;

static u64 now(void)
{
	return progress_hooks.now_us ? progress_hooks.now_us() : 0;
}

void progress_set_clock(u64 (*now_us)(void))
{
	progress_hooks.now_us = now_us;
}

void progress_on_tick(void (*draw)(void))
{
	progress_hooks.draw = draw;
}

static void tick(u64 now_us)
{
	if (!progress_hooks.draw || !now_us || now_us < progress_hooks.next_draw_us)
		return;
	progress_hooks.next_draw_us = now_us + DRAW_US;
	progress_hooks.draw();
}

void progress_tick(void)
{
	tick(now());
}

void progress_start(struct progress *progress, struct out *out, const char *what, u64 total)
{
	u64 now_us = now();

	*progress = (struct progress){ .out = out, .what = what, .total = total };
	progress->next_us = now_us ? now_us + LINE_US : 0;
}

/* Of a large total the low bits do not matter. */
static unsigned int percent(u64 done, u64 total)
{
	for (; total >> 32; total /= 2)
		done /= 2;
	return (unsigned int)div_u64(done * 100, (u32)total);
}

static void show(const struct progress *progress, u64 done)
{
	if (progress->total)
		out_printf(progress->out, "# %s: %u %% (%llu of %llu)\n", progress->what,
			   percent(done, progress->total), done, progress->total);
	else
		out_printf(progress->out, "# %s: %llu\n", progress->what, done);
}

void progress_step(struct progress *progress, u64 done)
{
	u64 now_us = now();

	tick(now_us);
	if (!now_us || now_us < progress->next_us)
		return;
	if (progress->next_us)
		show(progress, done);
	progress->next_us = now_us + LINE_US;
}
