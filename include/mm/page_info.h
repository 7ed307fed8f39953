/* SPDX-License-Identifier: 0BSD
 *
 * page_info.h - what a page is, as far as mm/ knows.
 */
#ifndef MM_PAGE_INFO_H
#define MM_PAGE_INFO_H

#include <lib/types.h>

struct out;

/* While bootmem lives, its bitmap says it; then mem_map. */
enum page_kind {
	PAGE_UNKNOWN,	   /* outside the bitmap, or without a struct page */
	PAGE_RESERVED,	   /* used in the bitmap; PG_reserved */
	PAGE_BOOTMEM_FREE, /* free in the bitmap */
	PAGE_FREE,	   /* in a free block of the buddy allocator */
	PAGE_SLAB,	   /* of a slab */
	PAGE_HELD,	   /* handed out by alloc_pages() to anybody else */
};

/* Pages of one kind; free ones of the buddy allocator are of one block. */
struct page_run {
	enum page_kind kind;
	unsigned int order; /* PAGE_FREE: of the block */
	unsigned long end_pfn;
};

/* The pages from @pfn on that are what @pfn is, up to @end_pfn at most.
 * Context: any, at any time; reads only, no locks. */
struct page_run page_run_at(unsigned long pfn, unsigned long end_pfn);

/* Does page @pfn lie in a free block of the buddy allocator? False if it has no struct page;
 * bootmem is not asked. */
bool page_is_free(unsigned long pfn);

/* All that is known about page @pfn, in a few lines. */
void page_show(struct out *out, unsigned long pfn);

#endif
