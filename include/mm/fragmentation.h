/* SPDX-License-Identifier: 0BSD
 *
 * fragmentation.h - what free memory is worth, in numbers and in the format of Linux's files.
 *
 * Context: any, in a panic too; zones are read without their locks.
 */
#ifndef MM_FRAGMENTATION_H
#define MM_FRAGMENTATION_H

#include <mm/mmzone.h>

struct out;

/* Why a request for 2^@order pages fails in @zone, in thousandths: towards 0 for want of memory,
 * towards 1000 because it is in pieces. Return: -1000 if the request would not fail. */
int fragmentation_index(const struct zone *zone, unsigned int order);

/* How much of @zone's free memory a request for 2^@order pages cannot use, in thousandths. 1000 if
 * nothing is free. */
int unusable_free_index(const struct zone *zone, unsigned int order);

/* /proc/pagetypeinfo; extfrag_index and unusable_index of /sys/kernel/debug/extfrag. */
void pagetypeinfo_show(struct out *out);
void extfrag_index_show(struct out *out);
void unusable_index_show(struct out *out);

#endif
