/* SPDX-License-Identifier: 0BSD
 *
 * util.h - copies of strings and of memory, in memory of kmalloc() (Linux's mm/util.c).
 *
 * Context: as kmalloc() with @gfp. kfree() gives the copy back.
 * Failure: NULL without memory, as kmalloc() reports it. A source of NULL is a copy of NULL: who
 *          copies what may be missing needs no question of his own. It is read as long as the copy
 *          is made, and must not change meanwhile.
 */
#ifndef MM_UTIL_H
#define MM_UTIL_H

#include <mm/slab.h>

/* The string @s, of any length. */
char *kstrdup(const char *s, gfp_t gfp) __must_check;

/* Its first @max bytes at most, and a terminating one, always. Nothing behind them is read, so @s
 * need not be terminated. */
char *kstrndup(const char *s, size_t max, gfp_t gfp) __must_check;

/* @len bytes of any kind; of 0 bytes it is ZERO_SIZE_PTR. */
void *kmemdup(const void *src, size_t len, gfp_t gfp) __must_check;

/* @len bytes, zeroes among them, and a terminating one behind. */
char *kmemdup_nul(const char *s, size_t len, gfp_t gfp) __must_check;

#endif
