/* SPDX-License-Identifier: 0BSD
 *
 * page_stock.c - the stock of pages behind page_stock.h.
 */
#include "page_stock.h"

#include <mm/slab.h>

#include "marks.h"

void page_stock_init(struct page_stock *stock)
{
	unsigned int order;

	for (order = 0; order < MAX_ORDER; order++)
		INIT_LIST_HEAD(&stock->blocks[order]);
	stock->pages = 0;
}

void page_stock_add(struct page_stock *stock, struct page *page, unsigned int order)
{
	if (!stock->pages)
		marks_off();
	list_add(&page->lru, &stock->blocks[order]);
	stock->pages += 1UL << order;
}

struct page *page_stock_alloc(struct page_stock *stock, gfp_t gfp, unsigned int order)
{
	struct page *page = alloc_pages(gfp | __GFP_NOWARN, order);

	if (page)
		page_stock_add(stock, page, order);
	return page;
}

unsigned long page_stock_drain_order(struct page_stock *stock, gfp_t gfp, unsigned int order)
{
	unsigned long blocks = 0;

	while (page_stock_alloc(stock, gfp, order))
		blocks++;
	return blocks;
}

unsigned long page_stock_drain(struct page_stock *stock, gfp_t gfp)
{
	unsigned long before = stock->pages;
	unsigned int order;

	for (order = MAX_ORDER; order-- > 0;)
		page_stock_drain_order(stock, gfp, order);
	return stock->pages - before;
}

/* What goes back last is what the emptied free lists hold. */
void page_stock_leave(struct page_stock *stock, unsigned int orders)
{
	struct page *left[MAX_ORDER] = { NULL };
	unsigned int order;

	kmem_cache_shrink_all();
	for (order = MAX_ORDER; order-- > 0;)
		if (orders & 1u << order)
			left[order] = alloc_pages(GFP_KERNEL, order);
	page_stock_drain(stock, GFP_HIGHUSER);
	for (order = 0; order < MAX_ORDER; order++)
		if (left[order])
			__free_pages(left[order], order);
}

void page_stock_free(struct page_stock *stock)
{
	struct page *page, *next;
	unsigned int order;

	for (order = 0; order < MAX_ORDER; order++)
		list_for_each_entry_safe (page, next, &stock->blocks[order], lru)
			__free_pages(page, order);
	if (stock->pages)
		marks_on();
	page_stock_init(stock);
}

void free_counts_record(struct free_counts *counts)
{
	const struct zone *zone;
	unsigned int order;

	kmem_cache_shrink_all();
	drain_all_pages();
	for_each_zone (zone)
		for (order = 0; order < MAX_ORDER; order++)
			counts->nr[zone_number(zone)][order] = zone->free_area[order].nr_free;
}

void free_counts_compare(const struct free_counts *before)
{
	const struct zone *zone;
	unsigned int order;

	drain_all_pages();
	for_each_zone (zone) {
		for (order = 0; order < MAX_ORDER; order++) {
			unsigned long want = before->nr[zone_number(zone)][order];

			if (zone->free_area[order].nr_free != want)
				kt_fail("zone %s: expected %lu free blocks of order %u, got %lu",
					zone->name, want, order, zone->free_area[order].nr_free);
		}
	}
}
