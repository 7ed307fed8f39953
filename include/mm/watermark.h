/* SPDX-License-Identifier: 0BSD
 *
 * watermark.h - how far a zone may be emptied, and by whom (Gorman 2.2.1, Mauerer 3.2.2).
 *
 * All counts are in pages unless their name says otherwise.
 */
#ifndef MM_WATERMARK_H
#define MM_WATERMARK_H

#include <mm/mmzone.h>

/* How far down a request may go (names and values of Linux 2.6.24). */
#define ALLOC_NO_WATERMARKS 0x01u /* to the last page */
#define ALLOC_WMARK_MIN	    0x02u /* to pages_min */
#define ALLOC_WMARK_LOW	    0x04u /* to pages_low */
#define ALLOC_HARDER	    0x10u /* a quarter below that */
#define ALLOC_HIGH	    0x20u /* half of it; with ALLOC_HARDER five eighths */

/* May a block of 2^@order pages be taken from @zone, so that it keeps more than @mark and what is
 * reserved for requests whose best zone is a lower one than @classzone_idx? Blocks that are too
 * small do not count: of what lies above order o, half must remain for each o. A snapshot, unless
 * the zone's lock is held. */
bool fastcall zone_watermark_ok(const struct zone *zone, unsigned int order, unsigned long mark,
				unsigned int classzone_idx, unsigned int alloc_flags);

/* The same for pages_low and requests whose best zone it is, quickly: from these it keeps nothing,
 * nor from those of the lowest class. Mostly the largest blocks alone are enough for any order. */
static __always_inline bool zone_above_low(const struct zone *zone, unsigned int order)
{
	unsigned long needed = zone->pages_low + (1UL << order), largest;

	if (order == 0)
		return READ_ONCE(zone->nr_free_pages) >= needed;
	largest = READ_ONCE(zone->free_area[MAX_ORDER - 1].nr_free) << (MAX_ORDER - 1);
	return likely(largest >= needed) || zone_watermark_ok(zone, order, zone->pages_low, 0, 0);
}

/* Set the marks and reserves of all zones from their present pages, and the pageblocks that are
 * kept back; until then all are 0, and a request may have the last page. Context: the boot, once,
 * after mem_init(). */
void init_per_zone_pages_min(void);

/* `min_free_kbytes=`: what is to be kept free of lowmem, in KiB, instead of the figure by rule.
 * Context: before init_per_zone_pages_min(), which says if it is too much, and ignores it. */
void set_min_free_kbytes(unsigned long kbytes);

/* (I) What is kept free of lowmem, in KiB; pages that no ordinary request gets, in all zones. */
extern unsigned long min_free_kbytes, totalreserve_pages;

/* --- the rules, as functions of numbers (Linux 2.6.24) ---------------------------------------- */

/* Of @lowmem_kbytes, in KiB. */
unsigned long min_free_kbytes_of(unsigned long lowmem_kbytes);

struct watermarks {
	unsigned long min, low, high;
};

/* Of a zone with @present pages, when @pages_min of @lowmem pages are to be kept. */
struct watermarks zone_watermarks(unsigned long pages_min, unsigned long present,
				  unsigned long lowmem, bool is_highmem);

/* What zone @lower keeps from requests that could use zone @upper, too, of a node whose zones have
 * @present pages. */
unsigned long lowmem_reserve_of(const unsigned long present[MAX_NR_ZONES], unsigned int lower,
				unsigned int upper);

#endif
