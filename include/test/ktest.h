/* SPDX-License-Identifier: 0BSD
 *
 * ktest.h - self-tests: declared where they stand, run on machine or host, reported as KTAP.
 *
 *	KTEST(buddy, split_halves, SHORT)
 *	{
 *		struct page *page = alloc_pages(GFP_KERNEL, 3);
 *
 *		kt_assert(page);
 *		kt_eq(page_order(page), 3);
 *		__free_pages(page, 3);
 *	}
 *
 * A check that fails prints `# file:line: expected ..., got ...` and the test goes on; kt_assert()
 * leaves the test. Around every test the runner compares free pages and live objects and runs
 * mm_check(): a leak or a broken invariant fails the test.
 *
 * Classes: SHORT; LONG (over a second); BOOT (needs .init code: runs once during the boot); STOP
 * (the kernel must panic with the text given to kt_expect_stop(); never selected by a wildcard,
 * one boot each). BOOT tests are written with KTEST_BOOT() so that they lie in .init.text
 * themselves, and STOP tests that need .init code with KTEST_STOP_BOOT(). KTEST_STOP_WITH() is for
 * STOP tests that boot with options of the command line.
 */
#ifndef TEST_KTEST_H
#define TEST_KTEST_H

#include <lib/compiler.h>
#include <lib/init.h>
#include <lib/string.h>
#include <lib/types.h>

enum ktest_class { KTEST_SHORT, KTEST_LONG, KTEST_BOOT, KTEST_STOP, KTEST_STOP_BOOT };

struct ktest {
	const char *suite, *name;
	enum ktest_class class;
	void (*run)(void);
	const char *options; /* of the command line, for the boot of a STOP test; NULL: none */
};

#ifdef NO_TESTS /* make TESTS=n: the compiler drops them */
#define __KTEST(_suite, _name, _class, _text, _set, _options) \
	static void __unused ktest_##_suite##_##_name(void)
#else
#define __KTEST(_suite, _name, _class, _text, _set, _options)                       \
	static void _text ktest_##_suite##_##_name(void);                           \
	static const struct ktest __ktest_##_suite##_##_name __used __section(_set) \
		__aligned(__alignof__(struct ktest)) = {                            \
			.suite = #_suite,                                           \
			.name = #_name,                                             \
			.class = KTEST_##_class,                                    \
			.run = ktest_##_suite##_##_name,                            \
			.options = (_options),                                      \
		};                                                                  \
	static void _text ktest_##_suite##_##_name(void)
#endif

/* The linker scripts sort the tests by the names of their sections. */
#define __KTEST_SET(_table, _suite, _name) _table "." #_suite "." #_name
#define KTEST(_suite, _name, _class) \
	__KTEST(_suite, _name, _class, , __KTEST_SET(".ktest", _suite, _name), NULL)
#define KTEST_BOOT(_suite, _name) \
	__KTEST(_suite, _name, BOOT, __init, __KTEST_SET(".ref.init.ktest", _suite, _name), NULL)
#define KTEST_STOP_BOOT(_suite, _name)                                                           \
	__KTEST(_suite, _name, STOP_BOOT, __init, __KTEST_SET(".ref.init.ktest", _suite, _name), \
		NULL)
#define KTEST_STOP_WITH(_suite, _name, _options) \
	__KTEST(_suite, _name, STOP, , __KTEST_SET(".ktest", _suite, _name), _options)

/* Checks. Both sides are compared as long long; the text shows them in decimal and hex. */
#define kt_eq(got, want)     __kt_eq(__FILE__, __LINE__, #got, (long long)(got), (long long)(want))
#define kt_true(cond)	     __kt_true(__FILE__, __LINE__, #cond, (cond))
#define kt_false(cond)	     __kt_true(__FILE__, __LINE__, "!(" #cond ")", !(cond))
#define kt_str_eq(got, want) __kt_str_eq(__FILE__, __LINE__, #got, (got), (want))
#define kt_ptr_eq(got, want) \
	__kt_eq(__FILE__, __LINE__, #got, (long long)(uintptr)(got), (long long)(uintptr)(want))
#define kt_fail(fmt, ...) __kt_fail(__FILE__, __LINE__, fmt, ##__VA_ARGS__)
#define kt_assert(cond)                                            \
	do {                                                       \
		if (!__kt_true(__FILE__, __LINE__, #cond, (cond))) \
			return;                                    \
	} while (0)
#define kt_skip(reason)            \
	do {                       \
		__kt_skip(reason); \
		return;            \
	} while (0)

/* Name the row of a table: failures after this carry it; NULL ends that. */
void kt_case(const char *name);
#define for_each_case(row, table) \
	for ((row) = (table); (row) < (table) + ARRAY_SIZE(table); (row)++)

/* STOP tests: from here on the kernel must panic with @text in the message. */
void kt_expect_stop(const char *text);
/* And that its report, before or behind the message, holds @text, too, in one line. */
void kt_expect_report(const char *text);

/* Random numbers that follow from `ktest.seed` and the test's name alone. */
u32 kt_random(void);
u32 kt_random_below(u32 n);

/* A line of comment in the KTAP output. */
void kt_note(const char *fmt, ...) __printf(1, 2);

bool __kt_eq(const char *file, int line, const char *what, long long got, long long want);
bool __kt_true(const char *file, int line, const char *what, bool ok);
bool __kt_str_eq(const char *file, int line, const char *what, const char *got, const char *want);
void __kt_fail(const char *file, int line, const char *fmt, ...) __printf(3, 4);
void __kt_skip(const char *reason);

#endif
