/* SPDX-License-Identifier: 0BSD
 *
 * sort.h - put an array in order.
 */
#ifndef LIB_SORT_H
#define LIB_SORT_H

#include <lib/types.h>

/* Sort the @num elements of @size bytes at @base by @cmp, which returns less than, equal to, or
 * more than 0, as strcmp() does. Equal elements end up in any order.
 * At most about 2 * num * log2(num) comparisons, whatever the array is like; no recursion, no
 * memory. Context: that of @cmp; the array must not change meanwhile. */
void sort(void *base, size_t num, size_t size, int (*cmp)(const void *a, const void *b));

#endif
