/* SPDX-License-Identifier: 0BSD
 *
 * kfence_test.h - a guard for the time of a test: the runner has switched off the one that a boot
 * may have, and its pool, if there is one, has objects of others.
 */
#ifndef TESTS_MM_KFENCE_TEST_H
#define TESTS_MM_KFENCE_TEST_H

#include <mm/kfence.h>
#include <test/ktest.h>

extern bool kfence_was_there;

/* Return: false without memory for a pool, and the test is skipped. */
static inline bool kfence_begin(unsigned int interval)
{
	kfence_was_there = kfence_pool_bytes;
	return !kfence_start(interval);
}

static inline void kfence_end(void)
{
	kfence_start(0);
	if (!kfence_was_there)
		kt_eq(kfence_stop(), 0);
}

#define KFENCE_BEGIN(_interval)                               \
	do {                                                  \
		if (!kfence_begin(_interval))                 \
			kt_skip("no memory for a pool here"); \
	} while (0)

#endif
