/* SPDX-License-Identifier: 0BSD
 *
 * highmem.h - a temporary address for any page (Gorman 9.3, Mauerer 3.5.8).
 *
 * A lowmem page has its address in the direct map. For pages of HighMem there are KMAP_NR_SLOTS
 * slots in the fixmap; while one is in use interrupts are off. The last one mapped is the first one
 * unmapped; anything else, one page too many and what is no struct page stop.
 */
#ifndef MM_HIGHMEM_H
#define MM_HIGHMEM_H

#include <mm/mmzone.h>

/* Address of @page until kunmap_atomic(). Context: from free_area_init_nodes() on, any. */
void *fastcall kmap_atomic(struct page *page);

/* End the use of the page at @addr, which kmap_atomic() returned, or of any address in it. */
void fastcall kunmap_atomic(const void *addr);

/* Zero one page, in lowmem or not; takes a slot for a page of HighMem. */
void clear_highpage(struct page *page);

#endif
