/* SPDX-License-Identifier: 0BSD
 *
 * check_line.h - what mm_check() says of a damage, to the letter.
 */
#ifndef TESTS_MM_CHECK_LINE_H
#define TESTS_MM_CHECK_LINE_H

#include <lib/format.h>
#include <mm/mm_check.h>
#include <test/capture.h>
#include <test/ktest.h>

/* The first violation that mm_check() finds is @id; "": it finds none. */
static inline void expect_first(const char *id)
{
	struct mm_check check = { 0 };

	kt_eq(mm_check(&check) > 0, *id != 0);
	kt_str_eq(check.first, id);
}

/* Among the lines of mm_check() there must be this one, once. */
static inline void __printf(1, 2) expect_line(const char *fmt, ...)
{
	char want[200];
	struct capture capture;
	struct mm_check check = { .out = &capture.out };
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(want, sizeof(want), fmt, ap);
	va_end(ap);
	capture_init(&capture, capture_text, sizeof(capture_text));
	mm_check(&check);
	if (!kt_eq(capture_count(&capture, want), 1))
		kt_note("wanted \"%s\" in \"%s\"", want, capture_text);
	kt_eq(capture_count(&capture, "*"), check.nr);
}

#endif
