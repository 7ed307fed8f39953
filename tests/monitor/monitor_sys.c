/* SPDX-License-Identifier: 0BSD
 *
 * monitor_sys.c - the monitor's commands that only a kernel has: on the machine, the self-tests and
 * the call chain.
 */
#include <test/ktest.h>
#include <test/pages.h>

#include <boot/monitor/completion.h>
#include <boot/monitor/monitor.h>
#include <lib/errno.h>
#include <lib/format.h>
#include <test/capture.h>
#include "../mm/page_stock.h"

static struct capture captured;

static int run(const char *line, bool panicked)
{
	capture_init(&captured, capture_text, sizeof(capture_text));
	return monitor_run_to(&captured.out, line, panicked);
}

static void expect_line(const char *pattern)
{
	if (!kt_eq(capture_count(&captured, pattern), 1))
		kt_note("\"%s\" in \"%s\"", pattern, capture_text);
}

KTEST(monitor_sys, bad_lines_get_one_line_and_the_usage, SHORT)
{
	static const struct bad_case {
		const char *line, *first, *usage;
	} cases[] = {
		{ "exit 256", "exit: \"256\" is no number from 0 to 255", "usage: exit [CODE]" },
		{ "exit now", "exit: \"now\" is no number from 0 to 255", "usage: exit *" },
		{ "exit 1 2", "exit: expected at most 1 argument, got 2", "usage: exit *" },
		{ "test a b", "test: expected at most 1 argument, got 2", "usage: test *" },
		{ "reboot now", "reboot: unexpected argument \"now\"", "usage: reboot" },
	}, *c;

	for_each_case (c, cases) {
		kt_case(c->line);
		kt_eq(run(c->line, false), -EINVAL);
		expect_line(c->first);
		expect_line(c->usage);
		kt_eq(capture_count(&captured, "*"), 2);
	}
}

KTEST(monitor_sys, help_lists_them, SHORT)
{
	static const char *const names[] = { "bench",  "bt",	 "exit", "irqs", "poweroff",
					     "reboot", "screen", "test", "trace" };
	char pattern[32];
	unsigned int i;

	kt_eq(run("help all", false), 0);
	for (i = 0; i < ARRAY_SIZE(names); i++) {
		snprintf(pattern, sizeof(pattern), "  %s *  ?*", names[i]);
		expect_line(pattern);
	}
}

KTEST(monitor_sys, test_names_complete, SHORT)
{
	struct completion completion = { 0 };

	monitor_complete(&completion, "test monitor_le", 15, false);
	kt_eq(completion.nr, 1);
	kt_str_eq(completion_rest(&completion), "aks");
	monitor_complete(&completion, "test zones,buddy.s", 18, false);
	kt_true(completion.nr >= 2);
	kt_true(!strncmp(completion.common, "buddy.s", 7));
	monitor_complete(&completion, "test nosuch.", 12, false);
	kt_eq(completion.nr, 0);
}

KTEST(monitor_sys, bt_shows_the_way_here, SHORT)
{
	kt_eq(run("bt", false), 0);
	expect_line("*ktest_monitor_sys_bt_shows_the_way_here+*");
}

/* Code is read-only, and the window on a device no RAM. */
KTEST(monitor_sys, poke_refuses_code_and_devices, SHORT)
{
	char line[64];

	snprintf(line, sizeof(line), "poke 0x%lx 0", (unsigned long)monitor_run_to);
	kt_eq(run(line, false), -ERANGE);
	/* Read-only, unless memmap= left the image out. */
	kt_eq(capture_count(&captured, "poke: 0x* is read-only: *") +
		      capture_count(&captured, "poke: 0x* is physical 0x*, which is no RAM"),
	      1);
	kt_eq(run("poke 0xc00b8000 0", false), -ERANGE);
	expect_line("poke: 0xc00b8000 is *");
}

KTEST(monitor_sys, without_memory_no_test_runs, SHORT)
{
	struct page_stock stock;
	unsigned long free;
	char line[64];

	page_stock_init(&stock);
	page_stock_leave(&stock, 0x0f);
	free = free_pages_now();
	kt_eq(run("test list", false), -ENOMEM);
	page_stock_free(&stock);
	snprintf(line, sizeof(line), "test: only %lu pages can be had, the tests need 128 *", free);
	expect_line(line);
}

KTEST(monitor_sys, after_a_panic_no_test_runs, SHORT)
{
	kt_eq(run("test", true), -EBUSY);
	expect_line("test: not during the boot");
	kt_eq(run("bt", true), 0);
}
