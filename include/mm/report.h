/* SPDX-License-Identifier: 0BSD
 *
 * report.h - what Linux's files in /proc say of memory.
 *
 * Context: any, in a panic too; zones are read without their locks, so numbers may be inconsistent.
 *          meminfo_show() takes locks as slabinfo_show() does.
 */
#ifndef MM_REPORT_H
#define MM_REPORT_H

#include <mm/arch_api.h>

struct out;

/* @pages in KiB. */
#define K(pages) ((pages) << (PAGE_SHIFT - 10))

void buddyinfo_show(struct out *out);
void zoneinfo_show(struct out *out);
void meminfo_show(struct out *out);

#endif
