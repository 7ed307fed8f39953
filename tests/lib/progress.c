/* SPDX-License-Identifier: 0BSD
 *
 * progress.c - when a progress line comes and what it says, on a clock that the test turns.
 */
#include <lib/progress.h>
#include <test/capture.h>
#include <test/ktest.h>

#define SECOND 1000000ULL

static u64 test_now;
static unsigned int drawn;
static char text[256];
static struct capture captured;
static struct progress_hooks before;

static u64 now_us(void)
{
	return test_now;
}

static void draw(void)
{
	drawn++;
}

static void begin(u64 now)
{
	before = progress_hooks;
	progress_hooks = (struct progress_hooks){ .now_us = now_us, .draw = draw };
	test_now = now;
	drawn = 0;
	capture_init(&captured, text, sizeof(text));
}

static void end(void)
{
	progress_hooks = before;
}

static void step_at(struct progress *progress, u64 now, u64 done)
{
	test_now = now;
	progress_step(progress, done);
}

KTEST(progress, a_line_a_second_and_none_in_the_first, SHORT)
{
	struct progress progress;

	begin(5 * SECOND);
	progress_start(&progress, &captured.out, "fill", 32510);
	step_at(&progress, 6 * SECOND - 1, 1);
	kt_str_eq(text, "");
	step_at(&progress, 6 * SECOND, 14000);
	kt_str_eq(text, "# fill: 43 % (14000 of 32510)\n");
	capture_reset(&captured);
	step_at(&progress, 7 * SECOND - 1, 20000);
	kt_str_eq(text, "");
	step_at(&progress, 7 * SECOND, 32510);
	kt_str_eq(text, "# fill: 100 % (32510 of 32510)\n");
	end();
}

KTEST(progress, an_unknown_total_has_no_percentage, SHORT)
{
	struct progress progress;

	begin(SECOND);
	progress_start(&progress, &captured.out, "trace A", 0);
	step_at(&progress, 2 * SECOND, 77);
	kt_str_eq(text, "# trace A: 77\n");
	end();
}

/* Before the clock runs there is no line; once it does, the first second counts from there. */
KTEST(progress, a_clock_that_does_not_run_yet_is_waited_for, SHORT)
{
	struct progress progress;

	begin(0);
	progress_start(&progress, &captured.out, "fill", 10);
	step_at(&progress, 0, 1);
	kt_eq(drawn, 0);
	step_at(&progress, 3 * SECOND, 2);
	kt_str_eq(text, "");
	step_at(&progress, 4 * SECOND, 3);
	kt_str_eq(text, "# fill: 30 % (3 of 10)\n");
	end();
}

KTEST(progress, without_a_clock_nothing_is_shown, SHORT)
{
	struct progress progress;

	begin(0);
	progress_set_clock(NULL);
	progress_start(&progress, &captured.out, "fill", 10);
	step_at(&progress, 9 * SECOND, 1);
	progress_tick();
	kt_str_eq(text, "");
	kt_eq(drawn, 0);
	end();
}

KTEST(progress, drawing_is_due_every_50_ms, SHORT)
{
	struct progress progress;

	begin(SECOND);
	progress_start(&progress, &captured.out, "fill", 10);
	progress_tick();
	kt_eq(drawn, 1);
	step_at(&progress, SECOND + 49999, 1);
	kt_eq(drawn, 1);
	step_at(&progress, SECOND + 50000, 2);
	kt_eq(drawn, 2);
	progress_on_tick(NULL);
	step_at(&progress, SECOND + 500000, 3);
	kt_eq(drawn, 2);
	end();
}
