/* SPDX-License-Identifier: 0BSD
 *
 * page_stock.h - take many pages, remember them without memory of one's own, and give them back;
 * and the lengths of all free lists, to be compared before and after.
 */
#ifndef TESTS_MM_PAGE_STOCK_H
#define TESTS_MM_PAGE_STOCK_H

#include <test/ktest.h>
#include <mm/page_alloc.h>

/* Allocated blocks by order, linked through their first pages' lru. While it has any, the
 * watermarks are off: what is left can be had by any request. */
struct page_stock {
	struct list_head blocks[MAX_ORDER];
	unsigned long pages;
};

void page_stock_init(struct page_stock *stock);
void page_stock_add(struct page_stock *stock, struct page *page, unsigned int order);

/* A block of @order for the stock. Return: its first page, or NULL. */
struct page *page_stock_alloc(struct page_stock *stock, gfp_t gfp, unsigned int order);

/* All blocks of @order that @gfp can have; all memory that @gfp can have, the largest blocks
 * first. Return: number of blocks, of pages. */
unsigned long page_stock_drain_order(struct page_stock *stock, gfp_t gfp, unsigned int order);
unsigned long page_stock_drain(struct page_stock *stock, gfp_t gfp);

/* Take all memory but a block of each order in the mask @orders, as far as there are such. */
void page_stock_leave(struct page_stock *stock, unsigned int orders);

/* Give everything back. */
void page_stock_free(struct page_stock *stock);

/* Lengths of the free lists as nr_free says. */
struct free_counts {
	unsigned long nr[MAX_ZONES][MAX_ORDER];
};

/* As they are when caches keep no empty slab, which a shortage would take from them. */
void free_counts_record(struct free_counts *counts);

/* Fail the test for each list whose length is another one now. */
void free_counts_compare(const struct free_counts *before);

#endif
