/* SPDX-License-Identifier: 0BSD
 *
 * page_alloc.h - blocks of 2^order pages from the buddy allocator (Gorman chapter 6, Mauerer 3.5).
 *
 * Context: any, from mem_init() on; takes zone->lock with interrupts off; never sleeps. A request
 *          with __GFP_DIRECT_RECLAIM may call shrinkers (shrinker.h), so it holds none of their
 *          locks.
 * Failure: no memory, or an order of MAX_ORDER and more, returns NULL or 0, changes nothing, and is
 *          logged unless __GFP_NOWARN (page_fail.c); with __GFP_NOFAIL it stops. A bad free (twice,
 *          wrong order, reserved, never allocated, not the first page) stops with the values and
 *          the likely cause.
 */
#ifndef MM_PAGE_ALLOC_H
#define MM_PAGE_ALLOC_H

#include <mm/compound.h>
#include <mm/gfp.h>
#include <mm/mmzone.h>

/* 1 << @order contiguous pages, aligned to their size, from the best zone that @gfp allows:
 * __GFP_DMA DMA only; __GFP_HIGHMEM HighMem, Normal, DMA; neither Normal, DMA. Of several nodes
 * those near this CPU come first (mm/zonelist.c).
 * Return: the first page; contents undefined unless __GFP_ZERO. */
struct page *fastcall alloc_pages(gfp_t gfp, unsigned int order) __must_check;
#define alloc_page(gfp) alloc_pages(gfp, 0)

/* As alloc_pages(), with node @nid in the place of this CPU's: its own zones, then those of the
 * nearest node that has any, or in zone order (mm/zonelist.c); with __GFP_THISNODE only its own.
 * NUMA_NO_NODE is this CPU's; any other node that is not online stops. */
struct page *fastcall alloc_pages_node(int nid, gfp_t gfp, unsigned int order) __must_check;

/* As alloc_pages(), by address in the direct map; __GFP_HIGHMEM is a caller's bug. */
unsigned long fastcall __get_free_pages(gfp_t gfp, unsigned int order) __must_check;
unsigned long fastcall get_zeroed_page(gfp_t gfp) __must_check;
#define __get_free_page(gfp)	    __get_free_pages(gfp, 0)
#define __get_dma_pages(gfp, order) __get_free_pages((gfp) | GFP_DMA, order)

/* Give back what alloc_pages() or __get_free_pages() returned, with the same @order: one reference,
 * and with the last one the block (compound.h). */
void fastcall __free_pages(struct page *page, unsigned int order);
void fastcall free_pages(unsigned long addr, unsigned int order); /* address 0 is ignored */
#define __free_page(page) __free_pages(page, 0)
#define free_page(addr)	  free_pages(addr, 0)

/* As __free_page(), but the next request shall not get just this page: nothing of it is in the
 * cache. */
void fastcall free_cold_page(struct page *page);

/* Up to @nr single pages into @pages[], or behind what is on @list, linked by their lru.
 * Return: how many; fewer than @nr if there are no more. */
unsigned long alloc_pages_bulk(gfp_t gfp, unsigned long nr, struct page **pages) __must_check;
unsigned long alloc_pages_list(gfp_t gfp, unsigned long nr, struct list_head *list) __must_check;

/* Give back @nr single pages; all on @list, which is empty then. */
void free_pages_bulk(struct page *const *pages, unsigned long nr);
void free_pages_list(struct list_head *list);

/* Give the pages that the per-CPU lists hold back to their zones: this CPU's, or those of all. A
 * list that somebody is in just then is passed by. Return: how many pages. */
unsigned long drain_local_pages(void);
unsigned long drain_all_pages(void);

/* Pages in the per-CPU lists: of one zone and CPU, of a zone, of all. */
unsigned long zone_pcp_count(const struct zone *zone, unsigned int cpu);
unsigned long zone_nr_pcp_pages(const struct zone *zone);
unsigned long nr_pcp_pages(void);

/* Give the reserved pages [@start_pfn, @end_pfn) to the buddy allocator, in the largest blocks that
 * fit; all must have a struct page. A page that is not reserved stops: it was given already.
 * This is the way to give back what the boot kept: init sections, and a module when it has been
 * read. A module's first and last page may have a neighbour's bytes in them, so give whole pages
 * only, and be the last who looks at it:
 *	free_reserved_range(PFN_UP(module->start), PFN_DOWN(module->end));   end: the byte behind it
 * Context: any, after mem_init(); takes the zone's lock. */
void free_reserved_range(unsigned long start_pfn, unsigned long end_pfn);

/* The smallest order whose block holds @size bytes; @size must not be 0. */
unsigned int get_order(unsigned long size);

/* Free pages of all zones; those in the direct map. Per-CPU lists are not counted. */
unsigned long nr_free_pages(void);
unsigned long nr_free_lowmem_pages(void);

/* Log each zone's marks and free blocks, as Linux does. Context: any; takes no lock. */
void show_free_areas(void);

/* Microseconds of a clock that never goes back, so that failures that follow each other are
 * reported once; NULL: there is none. */
extern u64 (*page_alloc_clock)(void);

#endif
