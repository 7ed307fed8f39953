/* SPDX-License-Identifier: 0BSD
 *
 * page_debug.h - what is done with a page when it is handed out and when it comes back, while pages
 * are debugged.
 *
 * Nobody includes it but mm/. Context: no lock is held; interrupts as the caller of the allocator
 * has them.
 */
#ifndef MM_PAGE_DEBUG_H
#define MM_PAGE_DEBUG_H

#include <mm/gfp.h>
#include <mm/page.h>

/* Set while any of it is on: then each block takes the slow way in and out (page_slow.h), and so
 * passes the two functions below. Whoever is off costs the fast path nothing. */
extern bool page_debugging;

/* The block of 2^@order pages at @page was taken for a request with @gfp. */
static inline void page_debug_alloc(struct page *page, unsigned int order, gfp_t gfp)
{
	(void)page, (void)order, (void)gfp;
}

/* The block of 2^@order pages at @page, which is sound, will be free. */
static inline void page_debug_free(struct page *page, unsigned int order)
{
	(void)page, (void)order;
}

#endif
