/* SPDX-License-Identifier: 0BSD
 *
 * panic.c - the report of panic() and of the two macros that lead there.
 */
#include <lib/bug.h>
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
