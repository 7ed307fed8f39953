/* SPDX-License-Identifier: 0BSD
 *
 * mem_map.h - from block to block over mem_map, whatever state it is in.
 *
 * mem_map has holes, in pieces of MAX_ORDER_NR_PAGES page frames. In a piece, blocks follow each
 * other: the first page of one has its order, and the others have no state. A page that begins no
 * block (reserved, or damaged) counts as one by itself. A walk never leaves a piece in one step, so
 * an order that cannot be true leads nowhere: what it hides is looked at page by page.
 * Zones may lie between each other's pages: a walk over a zone passes by what is another's. Whose a
 * page block is says a table, and only in a mixed one each page does: so a walk is not led astray
 * by a struct page that was overwritten.
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

/* Is @pfn, which is valid, a page of @zone, or in a hole that counts as its? */
static inline bool pfn_in_zone(const struct zone *zone, unsigned long pfn)
{
	const struct zone *owner = pageblock_zones[pfn / MAX_ORDER_NR_PAGES];

	return owner ? owner == zone : page_zone(pfn_to_page(pfn)) == zone;
}

/* The first page frame of @zone from @pfn on that has a struct page; the zone's end if none has. */
unsigned long next_zone_pfn(const struct zone *zone, unsigned long pfn);

/* The start of the first page block from @pfn's on that is all @zone's; the zone's end, rounded up
 * to page blocks, if none is. */
unsigned long next_zone_pageblock(const struct zone *zone, unsigned long pfn);

/* Every @pfn of @zone. */
#define for_each_zone_pfn(pfn, zone)                                                          \
	for ((pfn) = next_zone_pfn(zone, (zone)->zone_start_pfn); (pfn) < zone_end_pfn(zone); \
	     (pfn) = next_zone_pfn(zone, (pfn) + 1))

/* Every @pfn of @zone where a block begins, or where a page is in none. */
#define for_each_zone_block(pfn, zone)                                                        \
	for ((pfn) = next_zone_pfn(zone, (zone)->zone_start_pfn); (pfn) < zone_end_pfn(zone); \
	     (pfn) = next_zone_pfn(zone, (pfn) + block_pages(pfn_to_page(pfn))))

/* Every page block, by its first @pfn, that is all @zone's; it may begin before the zone does. */
#define for_each_zone_pageblock(pfn, zone)                              \
	for ((pfn) = next_zone_pageblock(zone, (zone)->zone_start_pfn); \
	     (pfn) < zone_end_pfn(zone);                                \
	     (pfn) = next_zone_pageblock(zone, (pfn) + pageblock_nr_pages))

#endif
