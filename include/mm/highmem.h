/* SPDX-License-Identifier: 0BSD
 *
 * highmem.h - addresses for pages of HighMem (Gorman chapter 9, Mauerer 3.5.8).
 *
 * A lowmem page has its address in the direct map, and all of these give it. Of HighMem:
 *   kmap()         an address for as long as the caller likes; LAST_PKMAP pages can have one
 *   kmap_atomic()  an address for a moment: one of KMAP_NR_SLOTS slots of this CPU, with interrupts
 *                  off meanwhile. The last one mapped is the first one unmapped.
 * Where Linux's kmap() sleeps until somebody calls kunmap(), this one returns NULL: nothing here
 * can wait, and its caller can go on with kmap_atomic(). What is no struct page stops, and so does
 * everything that is unmapped but was not mapped.
 */
#ifndef MM_HIGHMEM_H
#define MM_HIGHMEM_H

#include <mm/mmzone.h>

/* Address of @page until the kunmap() that belongs to this call; with every further kmap() the same
 * one. A page that is freed meanwhile stops. Context: from free_area_init_nodes() on, any but with
 * kmap_lock. Return: NULL if LAST_PKMAP other pages are mapped already. */
void *fastcall kmap(struct page *page);

/* End one kmap() of @page (not of its address, as in Linux). */
void fastcall kunmap(struct page *page);

/* Address of @page until kunmap_atomic(); one that kmap() gave is used, and then no slot, and
 * interrupts stay as they are. Context: as kmap(). Stops if no slot is left. */
void *fastcall kmap_atomic(struct page *page);

/* End the use of the page at @addr, which kmap_atomic() returned, or of any address in it. */
void fastcall kunmap_atomic(const void *addr);

/* Drop the addresses of pages that kmap() gave, and that nobody uses any more. */
void kmap_flush_unused(void);

/* Users of all addresses that kmap() and kmap_atomic() gave, on all CPUs: for who looks for one
 * that was not given back. */
unsigned long nr_kmap_users(void);

/* Zero one page, copy one page, in lowmem or not; takes a slot, or two, for pages of HighMem. */
void clear_highpage(struct page *page);
void copy_highpage(struct page *to, struct page *from);

/* Zero the bytes [@start, @end) of @page, or @size bytes from @start on. Bytes behind the page
 * stop, and so they do in the two below. */
void zero_user_segment(struct page *page, unsigned int start, unsigned int end);
void zero_user(struct page *page, unsigned int start, unsigned int size);

/* Copy @len bytes to @page from its byte @offset on, or from there. */
void memcpy_to_page(struct page *page, size_t offset, const void *from, size_t len);
void memcpy_from_page(void *to, struct page *page, size_t offset, size_t len);

/* Is @addr, whatever it is, in the ranges of kmap() and kmap_atomic()? */
static inline bool is_kmap_address(const void *addr)
{
#ifdef MM_NO_HIGHMEM
	return (void)addr, false;
#else
	return (unsigned long)addr - PKMAP_BASE < LAST_PKMAP << PAGE_SHIFT ||
	       (unsigned long)addr - KMAP_SLOT_VA < KMAP_BYTES;
#endif
}

struct out;

/* If is_kmap_address(@addr), say in some words and without a newline what is there, or was, and
 * whose it is: for a report of a page fault. Return: false, and nothing said, for others.
 * Context: any, a panic too: no lock. */
bool kmap_describe(struct out *out, unsigned long addr);

/* For mm/: what page_address() says of a page of HighMem. */
void *kmap_page_address(const struct page *page);

/* For mm/: pages that have PG_kmapped, (K) under kmap_lock. If there are any, a block is freed only
 * after kmap_forget_block(), which stops at a page that somebody has mapped, in the name of @who;
 * unused addresses it drops. Context: any lock but kmap_lock. */
extern unsigned long nr_kmapped;
void kmap_forget_block(const struct page *page, unsigned int order, const char *who);

#endif
