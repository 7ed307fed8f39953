/* SPDX-License-Identifier: 0BSD
 *
 * highmem.h - a temporary address for any page (Gorman 9.3, Mauerer 3.5.8).
 *
 * A lowmem page has its address in the direct map. For a page of HighMem there is one slot in the
 * fixmap; while it is in use interrupts are off and a second use stops.
 */
#ifndef MM_HIGHMEM_H
#define MM_HIGHMEM_H

#include <mm/page.h>

/* Address of @page until kunmap_atomic(). Context: from free_area_init_nodes() on, any. */
void *kmap_atomic(struct page *page);

/* End the use of @addr, as kmap_atomic() returned it. */
void kunmap_atomic(void *addr);

/* Zero one page, in lowmem or not. */
void clear_highpage(struct page *page);

#endif
