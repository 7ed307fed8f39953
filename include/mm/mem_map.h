/* SPDX-License-Identifier: 0BSD
 *
 * mem_map.h - from block to block over mem_map, whatever state it is in (header only).
 *
 * mem_map has holes, in pieces of MAX_ORDER_NR_PAGES page frames. In a piece, blocks follow each
 * other: the first page of one has its order, and the others have no state. A page that begins no
 * block (reserved, or damaged) counts as one by itself. A walk never leaves a piece in one step, so
 * an order that cannot be true leads nowhere: what it hides is looked at page by page.
 * Context: any. No lock: a block that changes meanwhile is met in either state, or skipped.
 */
#ifndef MM_MEM_MAP_H
#define MM_MEM_MAP_H

#include <mm/mmzone.h>

/* The first page frame of [@pfn, @end_pfn) that has a struct page; @end_pfn if none has. */
static inline unsigned long next_valid_pfn(unsigned long pfn, unsigned long end_pfn)
{
	while (pfn < end_pfn && !pfn_valid(pfn))
		pfn = ALIGN_DOWN(pfn, MAX_ORDER_NR_PAGES) + MAX_ORDER_NR_PAGES;
	return min(pfn, end_pfn);
}

/* Does a block begin at @page, free or in use? */
static inline bool page_begins_block(const struct page *page)
{
	return (PageFree(page) || page->_count) && page_order(page) < MAX_ORDER &&
	       IS_ALIGNED(page_index(page), 1UL << page_order(page));
}

/* Pages of the block that begins at @page; 1 if none does. */
static inline unsigned long block_pages(const struct page *page)
{
	return page_begins_block(page) ? 1UL << page_order(page) : 1;
}

/* Every @pfn of [@start_pfn, @end_pfn) that has a struct page. */
#define for_each_valid_pfn(pfn, start_pfn, end_pfn)                         \
	for ((pfn) = next_valid_pfn(start_pfn, end_pfn); (pfn) < (end_pfn); \
	     (pfn) = next_valid_pfn((pfn) + 1, end_pfn))

/* Every @pfn of [@start_pfn, @end_pfn) where a block begins, or where a page is in none. The last
 * block may reach over the end. */
#define for_each_mem_map_block(pfn, start_pfn, end_pfn)                     \
	for ((pfn) = next_valid_pfn(start_pfn, end_pfn); (pfn) < (end_pfn); \
	     (pfn) = next_valid_pfn((pfn) + block_pages(pfn_to_page(pfn)), end_pfn))

#endif
