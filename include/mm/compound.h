/* SPDX-License-Identifier: 0BSD
 *
 * compound.h - a block of pages as a whole and in parts: references, compound pages, split_page()
 * (Gorman 6.2, Mauerer 3.5.4).
 *
 * A block in use has one count of references, on its first page: 1 when it is handed out.
 * get_page() adds one; put_page(), __free_pages() and free_pages() take one, and the last one gives
 * the whole block back. So an owner may free what others still look at, and they free it later.
 *
 * Which pages know their block:
 *   ordinary   the first one; the others say nothing, and have no count
 *   compound   all (__GFP_COMP, order 1 and up): each stands for the block in get_page() and
 *              put_page()
 *   split      each is a block of its own
 *
 * To give back a part of a block: split_page(), then free what is too much, page by page and in any
 * order. alloc_pages_exact() does that for a size in bytes.
 *
 * Context: any, as page_alloc.h; get_page() and put_page() take zone->lock, split_page() none: the
 *          block is its caller's alone.
 * Failure: what is no such block (free, reserved, of a slab or of kmalloc(), a page inside an
 *          ordinary block, of another order, referenced by others where it must not be) stops with
 *          its values and the likely cause.
 */
#ifndef MM_COMPOUND_H
#define MM_COMPOUND_H

#include <mm/gfp.h>
#include <mm/page.h>

/* The first page of a compound block, any other page of one, and any of them. */
static inline bool PageHead(const struct page *page)
{
	return page->flags & PG_head;
}

static inline bool PageTail(const struct page *page)
{
	return page->flags & PG_tail;
}

static inline bool PageCompound(const struct page *page)
{
	return page->flags & (PG_head | PG_tail);
}

/* The first page of @page's compound block; @page itself if it is in none. */
static inline struct page *compound_head(const struct page *page)
{
	return PageTail(page) ? page->first_page : (struct page *)(uintptr)page;
}

/* The order of the compound block that begins at @page; 0 if none does. */
static inline unsigned int compound_order(const struct page *page)
{
	return PageHead(page) ? page_order(page) : 0;
}

/* References to the block that @page stands for; 0 for a page that stands for none. */
static inline int page_count(const struct page *page)
{
	return compound_head(page)->_count;
}

/* One reference more, one less, to a block in use. @page: its first page, or any of a compound
 * block. The last put_page() frees the block, whatever its order. */
void fastcall get_page(struct page *page);
void fastcall put_page(struct page *page);

/* Make the block of 2^@order pages at @page, ordinary and with one reference, that many blocks of
 * one page. Each is then freed by itself: __free_page(@page + i). */
void split_page(struct page *page, unsigned int order);

/* The fewest pages that hold @size bytes, not 0, contiguous and at an address in the direct map;
 * what the next larger block has more is given back at once. __GFP_COMP has no effect,
 * __GFP_HIGHMEM is a caller's bug. Return: their address; NULL: no memory, or more than the largest
 * block. */
void *alloc_pages_exact(size_t size, gfp_t gfp) __must_check;

/* The same as alloc_pages_node() does it. */
void *alloc_pages_exact_nid(int nid, size_t size, gfp_t gfp) __must_check;

/* Give them back: the same @size, or another one that takes as many pages. NULL is ignored. */
void free_pages_exact(void *addr, size_t size);

#endif
