/* SPDX-License-Identifier: 0BSD
 *
 * bootmem.h - the boot memory allocator: one bit a page, first fit (Gorman chapter 5, Mauerer
 * 3.4.3).
 *
 * Addresses and sizes are in bytes, addresses are physical; pfns are page numbers. "_pages" in a
 * name is about alignment: the size stays in bytes. Returned pointers are in the direct map and the
 * memory is zero.
 * Context: during the boot only, between init_bootmem() and free_all_bootmem(), one CPU, no locks;
 *          a call at any other time stops. All functions but bootmem_show() and
 *          bootmem_page_show() lie in .init sections.
 * Failure: a caller's bug (size 0, an alignment that is no power of two, a range that wraps or lies
 *          outside the node, freeing what is free) stops with the values. Without memory the plain
 *          forms panic, the _nopanic forms return NULL.
 */
#ifndef MM_BOOTMEM_H
#define MM_BOOTMEM_H

#include <mm/arch_api.h>

struct out;
struct pglist_data;

typedef struct bootmem_data {
	unsigned long node_min_pfn;	 /* first pfn of the bitmap */
	unsigned long node_low_pfn;	 /* first pfn after it */
	unsigned long *node_bootmem_map; /* bit set = used; bit 0 is node_min_pfn */
	unsigned long map_pages;	 /* of the node that the bitmap takes, freed in the end */
	unsigned long last_pos;		 /* page index of the end of the last allocation ... */
	unsigned long last_offset;	 /* ... and the bytes used in that page; 0 = full or none */
	unsigned long hint_goal, hint_idx; /* no free page in [hint_goal, hint_idx) */
} bootmem_data_t;

/* Pages that a bitmap for @pages pages takes. */
unsigned long bootmem_bootmap_pages(unsigned long pages);

/* Start the allocator for pfn [0, @pages) with its bitmap at page @start; everything is reserved.
 * Called again, it starts anew. Sets min_low_pfn and max_low_pfn. Return: bytes of the bitmap. */
unsigned long init_bootmem(unsigned long start, unsigned long pages);

/* The same for pfn [@startpfn, @endpfn) of one node, whose pgdat->bdata must point to a
 * bootmem_data_t; the bitmap lies at page @freepfn. */
unsigned long init_bootmem_node(struct pglist_data *pgdat, unsigned long freepfn,
				unsigned long startpfn, unsigned long endpfn);

/* As init_bootmem(), for a node that has no room for its bitmap: @map, of BITS_TO_LONGS(@pages)
 * words, belongs to somebody else, who frees it after free_all_bootmem(). */
void init_bootmem_at(unsigned long *map, unsigned long pages);

/* Mark the pages of [@addr, @addr + @size) used, rounded outwards. Reserving twice is legal. */
void reserve_bootmem(phys_addr_t addr, phys_addr_t size);
void reserve_bootmem_node(struct pglist_data *pgdat, phys_addr_t addr, phys_addr_t size);

/* Mark the pages of [@addr, @addr + @size) free, rounded inwards: RAM, or what of an allocation or
 * a reservation is no longer needed. The bitmap's own pages stay used. */
void free_bootmem(phys_addr_t addr, phys_addr_t size);
void free_bootmem_node(struct pglist_data *pgdat, phys_addr_t addr, phys_addr_t size);

/* @size bytes aligned to @align, at or above @goal if there is room, else below it; @who is
 * recorded for bootmem_show(). The macros below give the caller's function name. */
void *bootmem_alloc(const char *who, unsigned long size, unsigned long align, phys_addr_t goal);
void *bootmem_alloc_nopanic(const char *who, unsigned long size, unsigned long align,
			    phys_addr_t goal) __must_check;
void *bootmem_alloc_node(const char *who, struct pglist_data *pgdat, unsigned long size,
			 unsigned long align, phys_addr_t goal);

#define __alloc_bootmem(size, align, goal) bootmem_alloc(__func__, size, align, goal)
#define __alloc_bootmem_nopanic(size, align, goal) \
	bootmem_alloc_nopanic(__func__, size, align, goal)
#define __alloc_bootmem_node(pgdat, size, align, goal) \
	bootmem_alloc_node(__func__, pgdat, size, align, goal)

#define BOOTMEM_GOAL ((phys_addr_t)ZONE_DMA_END_PFN << PAGE_SHIFT) /* spare the DMA zone */

#define alloc_bootmem(size)	      __alloc_bootmem(size, SMP_CACHE_BYTES, BOOTMEM_GOAL)
#define alloc_bootmem_low(size)	      __alloc_bootmem(size, SMP_CACHE_BYTES, 0)
#define alloc_bootmem_pages(size)     __alloc_bootmem(size, PAGE_SIZE, BOOTMEM_GOAL)
#define alloc_bootmem_low_pages(size) __alloc_bootmem(size, PAGE_SIZE, 0)

#define alloc_bootmem_nopanic(size) __alloc_bootmem_nopanic(size, SMP_CACHE_BYTES, BOOTMEM_GOAL)

#define alloc_bootmem_pages_nopanic(size)     __alloc_bootmem_nopanic(size, PAGE_SIZE, BOOTMEM_GOAL)
#define alloc_bootmem_low_pages_nopanic(size) __alloc_bootmem_nopanic(size, PAGE_SIZE, 0)

#define alloc_bootmem_node(pgdat, size) \
	__alloc_bootmem_node(pgdat, size, SMP_CACHE_BYTES, BOOTMEM_GOAL)
#define alloc_bootmem_pages_node(pgdat, size) \
	__alloc_bootmem_node(pgdat, size, PAGE_SIZE, BOOTMEM_GOAL)
#define alloc_bootmem_low_pages_node(pgdat, size) __alloc_bootmem_node(pgdat, size, PAGE_SIZE, 0)

/* Give every free page to the buddy allocator, then the bitmap's own pages: bootmem is retired.
 * Return: pages given. Context: once, after free_area_init_nodes(). */
unsigned long free_all_bootmem(void);
unsigned long free_all_bootmem_node(struct pglist_data *pgdat);

/* Has a node a bitmap: is the time between init_bootmem() and free_all_bootmem()? Context: any. */
bool bootmem_is_live(void);

/* Pages that are free in the bitmaps of all nodes. */
unsigned long bootmem_free_pages(void);

/* Over all nodes: pages that became used (by an allocation, a reservation or a new start), pages
 * that became free (in the end the bitmap's own too), and pages that free_all_bootmem() gave. With
 * the first two a port can prove the third: it sets them to 0 when it knows what is free. */
extern unsigned long bootmem_taken_pages, bootmem_given_pages, bootmem_released_pages;

/* Log every call (`bootmem_debug`). */
extern bool bootmem_debug;

/* What bootmem handed out, and to whom: address range, caller. Works after the boot too. */
void bootmem_show(struct out *out);

/* The part of it that touches page @pfn. */
void bootmem_page_show(struct out *out, unsigned long pfn);

#endif
