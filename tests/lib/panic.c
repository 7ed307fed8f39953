/* SPDX-License-Identifier: 0BSD
 *
 * panic.c - the report of panic() and of the two macros that lead there.
 */
#include <lib/bug.h>
#include <lib/panic.h>
#include <lib/printk.h>
#include <test/ktest.h>

KTEST(panic, formats_its_message, STOP)
{
	kt_expect_stop("42 of 0x002a");
	panic("%d of 0x%04x", 42, 42);
}

KTEST(panic, bug_on_names_the_condition, STOP)
{
	int pages = 3;

	kt_expect_stop("pages == 3");
	BUG_ON(pages == 4);
	BUG_ON(pages == 3);
}

KTEST(panic, mm_bug_on_shows_function_and_values, STOP)
{
	int pages = 3;

	kt_expect_stop("mm_bug_on_shows_function_and_values: 3 pages");
	mm_bug_on(pages == 4, "%d pages are not the case", pages);
	mm_bug_on(pages == 3, "%d pages", pages);
}

/* A console that does not survive what was printed last. */
static void break_down(const char *text, size_t len)
{
	if (panic_in_progress() && len && text[len - 1] == '!')
		panic("one more!");
}

static u64 broken_clock(void)
{
	panic("no clock");
}

KTEST(panic, stop_a_clock_that_panics, STOP)
{
	kt_expect_stop("no clock");
	printk_set_clock(broken_clock);
	printk("a line with a stamp\n");
}

/* After each line one of its own, so that the panic's line stays whole. */
static void log_again(const char *text, size_t len)
{
	if (len == 2 && text[0] == '\r')
		printk("and the console says\n");
}

KTEST(panic, stop_with_a_console_that_logs, STOP)
{
	kt_expect_stop("the end");
	printk_add_console(log_again);
	panic("the end");
}

KTEST(panic, stop_no_console, STOP)
{
	kt_expect_stop("BUG: printk_add_console: no function");
	printk_add_console(NULL);
}

/* One report, one line, the end: the boot matrix looks at the log. */
KTEST(panic, stop_panics_do_not_go_on_for_ever, STOP)
{
	kt_expect_stop("the first!");
	printk_add_console(break_down);
	panic("the first!");
}
