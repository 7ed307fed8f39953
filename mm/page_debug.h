/* SPDX-License-Identifier: 0BSD
 *
 * page_debug.h - where the page allocator calls its debugging, and what the parts of that share.
 * Nobody includes it but mm/ and tests.
 */
#ifndef PAGE_DEBUG_INTERNAL_H
#define PAGE_DEBUG_INTERNAL_H

#include <mm/mmzone.h>
#include <mm/page_debug.h>

/* (I) Is any of it on? Then no page takes a fast path, and all pass the functions below. */
extern bool page_debugging;

/* (I) What is on. */
extern unsigned int page_debug_features;

/* (I) What page_debug_init() was given; an empty one before. */
extern const struct page_debug_port *page_debug_port;

/* fail_page_alloc.c: Is a request for @size bytes to fail, by @fault, which counts it? Is this one?
 * Log that it did. */
bool should_fail(struct fault_attr *fault, unsigned long size);
bool should_fail_alloc_page(gfp_t gfp, unsigned int order);
void show_injected_fault(void);

/* A line for each of @nr return addresses, by the function if the port knows it. */
void show_calls(struct out *out, const unsigned long *entry, unsigned int nr);

void page_debug_alloc_slow(struct page *page, unsigned int order, gfp_t gfp);
void page_debug_free_slow(struct page *page, unsigned int order);

/* The block of 2^@order pages at @page was taken off the free lists and goes to a caller.
 * Context: before its contents are touched; zone->lock held or not. */
static __always_inline void page_debug_alloc(struct page *page, unsigned int order, gfp_t gfp)
{
	if (unlikely(page_debugging))
		page_debug_alloc_slow(page, order, gfp);
}

/* The block was judged to be one that may be freed, and is not on a list yet. Context: as above. */
static __always_inline void page_debug_free(struct page *page, unsigned int order)
{
	if (unlikely(page_debugging))
		page_debug_free_slow(page, order);
}

/* Linux's name: map the @nr pages of one zone from @page on, or unmap them, while debug_pagealloc
 * is on; HighMem has no mapping. Return: could the first one be reached before? */
bool kernel_map_pages(struct page *page, unsigned long nr, bool enable);

/* page_poison.c: bytes that are not PAGE_POISON, from the first to the last one. */
struct poison_damage {
	unsigned int first, last; /* offsets in the page */
	unsigned int bits;	  /* that differ, in all bytes */
};

/* Fill the block with PAGE_POISON; stop at a page of it that is not filled. Context: mapped. */
void page_poison_fill(struct page *page, unsigned int order);
void page_poison_check(struct page *page, unsigned int order);

/* Compare the bytes of @page. Return: false if all are PAGE_POISON. Context: as above. */
bool page_poison_damage(struct page *page, struct poison_damage *damage);

/* page_owner.c: take memory for the tables from bootmem, if page_owner is on; too little is a line
 * in the log, and it is off. Context: in free_area_init_nodes(), when mem_map is there. */
void page_owner_init(void);

void page_owner_alloc(struct page *page, unsigned int order, gfp_t gfp);
void page_owner_free(struct page *page, unsigned int order);

/* Pages that all traces together hold. */
unsigned long page_owner_pages(void);

#endif
