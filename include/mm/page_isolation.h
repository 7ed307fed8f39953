/* SPDX-License-Identifier: 0BSD
 *
 * page_isolation.h - take page blocks out of use (Linux's names).
 *
 * What is free in an isolated page block is handed to nobody, and what is freed there stays there:
 * so its pages can be had all together, once those in use were moved or freed.
 *
 * Context: any; takes zone->lock, a page block at a time. @start_pfn and @end_pfn are multiples of
 * pageblock_nr_pages; page blocks without struct pages are passed over.
 */
#ifndef MM_PAGE_ISOLATION_H
#define MM_PAGE_ISOLATION_H

#include <mm/mmzone.h>

/* Isolate the page blocks of [@start_pfn, @end_pfn), all of which must be of @type.
 * Return: 0; -EBUSY: one is not, and nothing is changed. */
int start_isolate_page_range(unsigned long start_pfn, unsigned long end_pfn, enum migratetype type);

/* Make those of them that are isolated page blocks of @type again. */
void undo_isolate_page_range(unsigned long start_pfn, unsigned long end_pfn, enum migratetype type);

/* Is all of [@start_pfn, @end_pfn) isolated and free, but for holes? Return: 0, or -EBUSY. */
int test_pages_isolated(unsigned long start_pfn, unsigned long end_pfn);

#endif
