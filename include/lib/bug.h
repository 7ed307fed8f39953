/* SPDX-License-Identifier: 0BSD
 *
 * bug.h - stopping on a caller's bug, loudly (header only; panic() is the port's).
 *
 * BUG_ON() is for what cannot happen if the callers keep their contracts. It is always compiled in;
 * O(n) checks belong into a *_check() function, not here. Where a value helps, use mm_bug_on() with
 * a text that names the function, the values and the likely cause.
 *
 * scripts/test/coverage counts no branch on a line that begins with one of these or assert_held().
 */
#ifndef LIB_BUG_H
#define LIB_BUG_H

#include <lib/compiler.h>

/* Report and stop; never returns. Context: any, also before any set-up of ours. MM_PANIC is a
 * kernel's own (mm/hooks.h). */
#ifdef MM_PANIC
#define panic(...)                     \
	do {                           \
		MM_PANIC(__VA_ARGS__); \
		for (;;)               \
			;              \
	} while (0)
#else
void panic(const char *fmt, ...) __printf(1, 2) __noreturn __cold;
#endif

#define BUG_ON(cond)                                                                        \
	do {                                                                                \
		if (unlikely(cond))                                                         \
			panic("BUG: %s at %s:%d: %s", __func__, __FILE__, __LINE__, #cond); \
	} while (0)

/* A caller's bug with values: mm_bug_on(cond, "pfn %lu ... (double free?)", pfn). */
#define mm_bug_on(cond, fmt, ...)                                        \
	do {                                                             \
		if (unlikely(cond))                                      \
			panic("BUG: %s: " fmt, __func__, ##__VA_ARGS__); \
	} while (0)

#endif
