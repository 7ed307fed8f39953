/* SPDX-License-Identifier: 0BSD
 *
 * pageblock.h - which page blocks a request is served from (pageblock.c has the theory).
 *
 * Context: zone->lock held, interrupts off. Nobody includes it but mm/ and tests.
 */
#ifndef MM_PAGEBLOCK_H
#define MM_PAGEBLOCK_H

#include "buddy.h"

/* Take a block of 2^@order pages for a request of @type, which has none itself, from the page
 * blocks of other types. Return: its first page; NULL if there is none. */
struct page *fastcall __rmqueue_fallback(struct zone *zone, unsigned int order,
					 enum migratetype type);

/* Take a block of 2^@order pages for a request of @type from @zone: from page blocks of that type
 * as long as there is one. Return: its first page; NULL if no type has one. */
static __always_inline struct page *__rmqueue(struct zone *zone, unsigned int order,
					      enum migratetype type)
{
	struct page *page = __rmqueue_smallest(zone, order, type);

	return likely(page) ? page : __rmqueue_fallback(zone, order, type);
}

/* Give the page block of @page, which is not mixed, this type. Context: zone->lock, or the boot; no
 * block in it is free, else use move_freepages_block(). */
void set_pageblock_migratetype(const struct page *page, enum migratetype type);

/* Pages in the free blocks of the page block that @any_pfn, which is valid, lies in. */
unsigned long free_pages_in_block(const struct zone *zone, unsigned long any_pfn);

/* Make @type the type of the page block that @any_pfn lies in, which is valid and not mixed, and
 * take its free blocks to the lists of @type. Return: pages in them. */
unsigned long move_freepages_block(struct zone *zone, unsigned long any_pfn, enum migratetype type);

/* Keep so many of @zone's movable page blocks as a reserve that @pages fit in (Linux: pages_min),
 * or fewer if it has fewer; what is a reserve beyond that becomes movable again. Nothing happens
 * while blocks are not grouped. Context: takes zone->lock. */
void setup_zone_migrate_reserve(struct zone *zone, unsigned long pages);

/* Decide whether page blocks are grouped, and give each its type: movable if so. The mixed
 * ones are left as they are. Context: once,
 * from free_area_init_nodes(), before anything is free. */
void init_pageblocks(unsigned long total_pages);

#endif
