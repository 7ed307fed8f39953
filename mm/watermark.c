/* SPDX-License-Identifier: 0BSD
 *
 * watermark.c - what each zone keeps back, by its size (Gorman 2.2.1; Mauerer 3.2.2, 3.5.5).
 *
 * 1. Concepts    Lowmem keeps min_free_kbytes free, its zones share that by their size. pages_min
 *                is for requests that cannot wait; the others stop at pages_low, and pages_high is
 *                where a zone has recovered. HighMem is never urgent: it keeps a little, no more.
 *                A low zone also keeps lowmem_reserve[c] from requests that zone c would do for,
 *                so that what cannot move (the kernel's, DMA) is not crowded out by what can.
 * 2. Orders      A zone may have many free pages and no large block. So a block of order n is only
 *                taken if, of the free pages in blocks above order o, more than the mark halved
 *                o + 1 times remains, for each o below n.
 * 3. Late        All marks are 0 until the boot is nearly over: before that memory only becomes
 *                more, and an early request that fails would stop the boot. present_pages decides,
 *                which never changes, so nothing is set up again. Linux 6.1 goes by managed_pages;
 *                so its figures are smaller by the share of the kernel's image and of mem_map.
 * 4. Invariants  (check_zones.c)
 *                Z6 pages_min <= pages_low <= pages_high, and a zone keeps nothing from its own
 *                requests.
 * 5. Locking     None: written by the boot, before there is a second caller.
 * 6. Not done    Changing min_free_kbytes or the ratios later on; 6.1's boost and huge pages.
 */
#include <lib/align.h>
#include <lib/math64.h>
#include <mm/report.h>
#include <mm/watermark.h>
#include "pageblock.h"

#define MIN_FREE_KBYTES_LOWEST	128UL
#define MIN_FREE_KBYTES_HIGHEST 65536UL
#define HIGHMEM_MIN_LOWEST	32UL
#define HIGHMEM_MIN_HIGHEST	128UL

/* A zone keeps one page for so many of the higher zones. */
static const unsigned int lowmem_reserve_ratio[MAX_NR_ZONES] = {
	[ZONE_DMA] = 256, [ZONE_NORMAL] = 32, [ZONE_HIGHMEM] = 32
};

unsigned long min_free_kbytes, totalreserve_pages;

static unsigned long wanted_kbytes;
static bool wanted;

bool fastcall zone_watermark_ok(const struct zone *zone, unsigned int order, unsigned long mark,
				unsigned int classzone_idx, unsigned int alloc_flags)
{
	long free = (long)(READ_ONCE(zone->nr_free_pages) - (1UL << order) + 1);
	unsigned long min = mark;
	unsigned int o;

	if (alloc_flags & ALLOC_HIGH)
		min -= min / 2;
	if (alloc_flags & ALLOC_HARDER)
		min -= min / 4;
	if (free <= (long)(min + zone->lowmem_reserve[classzone_idx]))
		return false;
	for (o = 0; o < order; o++) {
		free -= (long)(READ_ONCE(zone->free_area[o].nr_free) << o);
		min /= 2;
		if (free <= (long)min)
			return false;
	}
	return true;
}

/* --- the rules ------------------------------------------------------------------------------- */

/* The largest number whose square is not larger. */
static unsigned long isqrt(u64 x)
{
	u64 root = 0, bit;

	for (bit = 1ULL << 31; bit; bit /= 2)
		if ((root + bit) * (root + bit) <= x)
			root += bit;
	return (unsigned long)root;
}

static unsigned long clamp(unsigned long x, unsigned long lowest, unsigned long highest)
{
	return max(lowest, min(x, highest));
}

/* Twice the memory has four thirds of the reserve: what is urgent does not grow as memory does. */
unsigned long min_free_kbytes_of(unsigned long lowmem_kbytes)
{
	return clamp(isqrt((u64)lowmem_kbytes * 16), MIN_FREE_KBYTES_LOWEST,
		     MIN_FREE_KBYTES_HIGHEST);
}

struct watermarks zone_watermarks(unsigned long pages_min, unsigned long present,
				  unsigned long lowmem, bool is_highmem)
{
	unsigned long share = lowmem ? (unsigned long)div_u64((u64)pages_min * present, (u32)lowmem)
				     : 0;
	unsigned long min = is_highmem
				    ? clamp(present / 1024, HIGHMEM_MIN_LOWEST, HIGHMEM_MIN_HIGHEST)
				    : share;

	return (struct watermarks){ min, min + share / 4, min + share / 2 };
}

unsigned long lowmem_reserve_of(const unsigned long present[MAX_NR_ZONES], unsigned int lower,
				unsigned int upper)
{
	unsigned long above = 0;
	unsigned int i;

	for (i = lower + 1; i <= upper; i++)
		above += present[i];
	return above / lowmem_reserve_ratio[lower];
}

/* --- setting them up ------------------------------------------------------------------------- */

void __init set_min_free_kbytes(unsigned long kbytes)
{
	wanted_kbytes = kbytes;
	wanted = true;
}

/* The option, unless the zones could not work with it. */
static unsigned long __init choose_min_free_kbytes(unsigned long lowmem_kbytes)
{
	unsigned long by_rule = min_free_kbytes_of(lowmem_kbytes);

	if (!wanted)
		return by_rule;
	if (wanted_kbytes <= lowmem_kbytes / 2)
		return wanted_kbytes;
	printk(KERN_WARNING "min_free_kbytes=%lu: more than half of lowmem, which has %lu KiB; it "
			    "stays %lu\n",
	       wanted_kbytes, lowmem_kbytes, by_rule);
	return by_rule;
}

static void __init set_marks(struct zone *zone, unsigned long lowmem)
{
	unsigned long pages_min = min_free_kbytes >> (PAGE_SHIFT - 10);
	struct watermarks marks = zone_watermarks(pages_min, zone->present_pages, lowmem,
						  zone_idx(zone) == ZONE_HIGHMEM);

	zone->pages_min = marks.min;
	zone->pages_low = marks.low;
	zone->pages_high = marks.high;
}

static void __init set_lowmem_reserve(struct zone *zone)
{
	unsigned long present[MAX_NR_ZONES];
	unsigned int lower = zone_idx(zone), i;

	for (i = 0; i < MAX_NR_ZONES; i++)
		present[i] = zone->zone_pgdat->node_zones[i].present_pages;
	for (i = lower; i < MAX_NR_ZONES; i++)
		zone->lowmem_reserve[i] = lowmem_reserve_of(present, lower, i);
}

/* What @zone never gives to an ordinary request. */
static unsigned long __init zone_reserve(const struct zone *zone)
{
	unsigned long largest = 0;
	unsigned int i;

	for (i = 0; i < MAX_NR_ZONES; i++)
		largest = max(largest, zone->lowmem_reserve[i]);
	return min(zone->pages_high + largest, zone->managed_pages);
}

void __init init_per_zone_pages_min(void)
{
	unsigned long lowmem = nr_present_lowmem_pages();
	struct zone *zone;

	mm_bug_on(!nr_present_pages(), "mem_init() was not called before");
	min_free_kbytes = choose_min_free_kbytes(K(lowmem));
	totalreserve_pages = 0;
	for_each_populated_zone (zone) {
		set_marks(zone, lowmem);
		set_lowmem_reserve(zone);
		setup_zone_migrate_reserve(zone, zone->pages_min);
		totalreserve_pages += zone_reserve(zone);
	}
}
