/* SPDX-License-Identifier: 0BSD
 *
 * watermark.c - how far zones may be emptied: the rules with numbers of any machine, then this
 * one's marks.
 */
#include <lib/format.h>
#include <mm/mem_map.h>
#include <mm/report.h>
#include <mm/watermark.h>
#include <test/ktest.h>
#include <test/pages.h>

/* --- the rules ------------------------------------------------------------------------------- */

/* Up to 1 GiB the figures are Linux's own. */
KTEST(watermark, min_free_kbytes_is_the_root_of_lowmem, SHORT)
{
	static const struct lowmem_case {
		const char *name;
		unsigned long lowmem_kbytes, min_free_kbytes;
	} cases[] = {
		{ "16 MiB", 16UL << 10, 512 },
		{ "32 MiB", 32UL << 10, 724 },
		{ "64 MiB", 64UL << 10, 1024 },
		{ "128 MiB", 128UL << 10, 1448 },
		{ "256 MiB", 256UL << 10, 2048 },
		{ "512 MiB", 512UL << 10, 2896 },
		{ "1 GiB", 1UL << 20, 4096 },
		{ "896 MiB, no more on i686", 896UL << 10, 3831 },
		{ "nothing", 0, 128 },
		{ "a little", 1023, 128 },
		{ "where 128 KiB is the root", 1024, 128 },
		{ "129 squared, less a KiB", 1039, 128 },
		{ "129 squared", 1041, 129 },
		{ "256 GiB, less a KiB", (256UL << 20) - 1, 65535 },
		{ "256 GiB", 256UL << 20, 65536 },
		{ "4 TiB less a KiB", ~0UL >> 1 << 1 & 0xFFFFFFFFUL, 65536 },
	};
	const struct lowmem_case *c;

	for_each_case (c, cases) {
		kt_case(c->name);
		kt_eq(min_free_kbytes_of(c->lowmem_kbytes), c->min_free_kbytes);
	}
}

/* 1 GiB of which 896 MiB are lowmem: 3831 KiB are 957 pages. */
KTEST(watermark, marks_by_the_share_of_the_zone, SHORT)
{
	static const struct mark_case {
		const char *name;
		unsigned long pages_min, present, lowmem;
		bool is_highmem;
		struct watermarks marks;
	} cases[] = {
		{ "DMA", 957, 4096, 229376, false, { 17, 21, 25 } },
		{ "Normal", 957, 225280, 229376, false, { 939, 1173, 1408 } },
		{ "HighMem", 957, 32768, 229376, true, { 32, 66, 100 } },
		{ "16 MiB", 128, 4096, 4096, false, { 128, 160, 192 } },
		{ "HighMem of 64 MiB", 957, 65536, 229376, true, { 64, 132, 200 } },
		{ "HighMem of 3 GiB", 957, 786432, 229376, true, { 128, 948, 1768 } },
		{ "a little HighMem", 957, 10, 229376, true, { 32, 32, 32 } },
		{ "nothing to keep", 0, 4096, 8192, false, { 0, 0, 0 } },
		{ "product above 32 bits",
		  16384,
		  1048576,
		  1048576,
		  false,
		  { 16384, 20480, 24576 } },
		{ "no lowmem at all", 32, 4096, 0, true, { 32, 32, 32 } },
	};
	const struct mark_case *c;

	for_each_case (c, cases) {
		struct watermarks marks = zone_watermarks(c->pages_min, c->present, c->lowmem,
							  c->is_highmem);

		kt_case(c->name);
		kt_eq(marks.min, c->marks.min);
		kt_eq(marks.low, c->marks.low);
		kt_eq(marks.high, c->marks.high);
	}
}

KTEST(watermark, reserve_by_the_ratio_of_the_lower_zone, SHORT)
{
	static const unsigned long present[MAX_NR_ZONES] = { 4096, 225280, 32768 };
	static const unsigned long no_normal[MAX_NR_ZONES] = { 4096, 0, 0 };

	kt_eq(lowmem_reserve_of(present, ZONE_DMA, ZONE_DMA), 0);
	kt_eq(lowmem_reserve_of(present, ZONE_DMA, ZONE_NORMAL), 880);
	kt_eq(lowmem_reserve_of(present, ZONE_DMA, ZONE_HIGHMEM), 1008);
	kt_eq(lowmem_reserve_of(present, ZONE_NORMAL, ZONE_NORMAL), 0);
	kt_eq(lowmem_reserve_of(present, ZONE_NORMAL, ZONE_HIGHMEM), 1024);
	kt_eq(lowmem_reserve_of(present, ZONE_HIGHMEM, ZONE_HIGHMEM), 0);
	kt_eq(lowmem_reserve_of(no_normal, ZONE_DMA, ZONE_HIGHMEM), 0);
}

/* --- the test of a zone ---------------------------------------------------------------------- */

/* A zone with so many free blocks of each order; DMA keeps 8 pages from Normal, 20 from HighMem. */
static struct zone *zone_with(const unsigned int nr_free[MAX_ORDER])
{
	static struct zone zone;
	unsigned int order;

	zone.nr_free_pages = 0;
	for (order = 0; order < MAX_ORDER; order++) {
		zone.free_area[order].nr_free = nr_free[order];
		zone.nr_free_pages += (unsigned long)nr_free[order] << order;
	}
	zone.lowmem_reserve[ZONE_NORMAL] = 8;
	zone.lowmem_reserve[ZONE_HIGHMEM] = 20;
	return &zone;
}

KTEST(watermark, a_block_is_taken_if_enough_remains, SHORT)
{
	static const struct ok_case {
		const char *name;
		unsigned int nr_free[MAX_ORDER];
		unsigned int order;
		unsigned long mark;
		unsigned int classzone, flags;
		bool ok;
	} cases[] = {
		{ "one above the mark", { 41 }, 0, 40, ZONE_DMA, 0, true },
		{ "at the mark", { 40 }, 0, 40, ZONE_DMA, 0, false },
		{ "no mark, the last page", { 1 }, 0, 0, ZONE_DMA, 0, true },
		{ "no mark, no page", { 0 }, 0, 0, ZONE_DMA, 0, false },
		{ "reserve for Normal", { 48 }, 0, 40, ZONE_NORMAL, 0, false },
		{ "above it", { 49 }, 0, 40, ZONE_NORMAL, 0, true },
		{ "reserve for HighMem", { 60 }, 0, 40, ZONE_HIGHMEM, 0, false },
		{ "above it", { 61 }, 0, 40, ZONE_HIGHMEM, 0, true },
		{ "half for HIGH", { 20 }, 0, 40, ZONE_DMA, ALLOC_HIGH, false },
		{ "above it", { 21 }, 0, 40, ZONE_DMA, ALLOC_HIGH, true },
		{ "three quarters for HARDER", { 30 }, 0, 40, ZONE_DMA, ALLOC_HARDER, false },
		{ "above it", { 31 }, 0, 40, ZONE_DMA, ALLOC_HARDER, true },
		{ "both", { 15 }, 0, 40, ZONE_DMA, ALLOC_HIGH | ALLOC_HARDER, false },
		{ "above both", { 16 }, 0, 40, ZONE_DMA, ALLOC_HIGH | ALLOC_HARDER, true },
		{ "odd marks: 41 - 20 - 5",
		  { 16 },
		  0,
		  41,
		  ZONE_DMA,
		  ALLOC_HIGH | ALLOC_HARDER,
		  false },
		{ "above them", { 17 }, 0, 41, ZONE_DMA, ALLOC_HIGH | ALLOC_HARDER, true },
		{ "the reserve is not halved", { 28 }, 0, 40, ZONE_NORMAL, ALLOC_HIGH, false },
		{ "order 1: pages of order 0 do not count",
		  { 100, 10 },
		  1,
		  40,
		  ZONE_DMA,
		  0,
		  false },
		{ "order 1: above half", { 100, 11 }, 1, 40, ZONE_DMA, 0, true },
		{ "order 1: of the mark, all", { 0, 20 }, 1, 40, ZONE_DMA, 0, false },
		{ "order 1: above it", { 0, 21 }, 1, 40, ZONE_DMA, 0, true },
		{ "order 3: half above order 0", { 100, 0, 0, 3 }, 3, 40, ZONE_DMA, 0, false },
		{ "order 3: above it", { 100, 0, 0, 4 }, 3, 40, ZONE_DMA, 0, true },
		{ "order 3: order 2 is too small", { 0, 0, 99, 1 }, 3, 40, ZONE_DMA, 0, false },
		{ "order 3: a quarter above order 1", { 80, 20, 1, 1 }, 3, 48, ZONE_DMA, 0, false },
		{ "order 10: the only block", { [10] = 1 }, 10, 0, ZONE_DMA, 0, true },
		{ "order 10: a mark", { [10] = 1 }, 10, 1, ZONE_DMA, 0, false },
		{ "order 3: the largest blocks do", { [10] = 2 }, 3, 2040, ZONE_DMA, 0, true },
		{ "order 3: just not", { [10] = 2 }, 3, 2041, ZONE_DMA, 0, false },
		{ "order 10: fewer pages than a block", { 5 }, 10, 0, ZONE_DMA, 0, false },
	};
	const struct ok_case *c;

	for_each_case (c, cases) {
		struct zone *zone = zone_with(c->nr_free);

		kt_case(c->name);
		kt_eq(zone_watermark_ok(zone, c->order, c->mark, c->classzone, c->flags), c->ok);
		zone->pages_low = c->mark;
		if (c->classzone == ZONE_DMA && !c->flags)
			kt_eq(zone_above_low(zone, c->order), c->ok);
	}
}

/* Of three machines with nodes, by 2.6.24's rules: the reserve is one for all zones below HighMem,
 * what a zone keeps from the zones above it is a matter of its own node. */
KTEST(watermark, marks_and_reserves_of_nodes, SHORT)
{
	static const struct node_case {
		const char *name;
		unsigned long kbytes, lowmem, present[MAX_NR_ZONES];
		enum zone_type zone;
		struct watermarks marks;
		unsigned long reserve[MAX_NR_ZONES];
	} cases[] = {
		{ "256M, DMA of node 0",
		  2033,
		  64639,
		  { 3999, 28000, 0 },
		  ZONE_DMA,
		  { 31, 38, 46 },
		  { 0, 109, 109 } },
		{ "Normal of node 0",
		  2033,
		  64639,
		  { 3999, 28000, 0 },
		  ZONE_NORMAL,
		  { 220, 275, 330 },
		  { 0, 0, 0 } },
		{ "Normal of node 1",
		  2033,
		  64639,
		  { 0, 32640, 0 },
		  ZONE_NORMAL,
		  { 256, 320, 384 },
		  { 0, 0, 0 } },
		{ "2G, DMA of node 0",
		  3796,
		  225183,
		  { 3999, 221184, 65536 },
		  ZONE_DMA,
		  { 16, 20, 24 },
		  { 0, 864, 1120 } },
		{ "Normal of node 0",
		  3796,
		  225183,
		  { 3999, 221184, 65536 },
		  ZONE_NORMAL,
		  { 932, 1165, 1398 },
		  { 0, 0, 2048 } },
		{ "HighMem of node 0",
		  3796,
		  225183,
		  { 3999, 221184, 65536 },
		  ZONE_HIGHMEM,
		  { 64, 133, 202 },
		  { 0, 0, 0 } },
		{ "node 1, all HighMem",
		  3796,
		  225183,
		  { 0, 0, 294912 },
		  ZONE_HIGHMEM,
		  { 128, 438, 749 },
		  { 0, 0, 0 } },
		{ "a node of DMA",
		  3818,
		  227839,
		  { 2000, 0, 0 },
		  ZONE_DMA,
		  { 8, 10, 12 },
		  { 0, 0, 0 } },
		{ "DMA under Normal",
		  3818,
		  227839,
		  { 1999, 60000, 0 },
		  ZONE_DMA,
		  { 8, 10, 12 },
		  { 0, 234, 234 } },
		{ "Normal under HighMem",
		  3818,
		  227839,
		  { 0, 163840, 30000 },
		  ZONE_NORMAL,
		  { 686, 857, 1029 },
		  { 0, 0, 937 } },
		{ "a little HighMem",
		  3818,
		  227839,
		  { 0, 163840, 30000 },
		  ZONE_HIGHMEM,
		  { 32, 63, 94 },
		  { 0, 0, 0 } },
	};
	const struct node_case *c;
	unsigned int upper;

	for_each_case (c, cases) {
		unsigned long kbytes = min_free_kbytes_of(c->lowmem * 4);
		struct watermarks marks = zone_watermarks(kbytes / 4, c->present[c->zone],
							  c->lowmem, c->zone == ZONE_HIGHMEM);

		kt_case(c->name);
		kt_eq(kbytes, c->kbytes);
		kt_eq(marks.min, c->marks.min);
		kt_eq(marks.low, c->marks.low);
		kt_eq(marks.high, c->marks.high);
		for (upper = c->zone; upper < MAX_NR_ZONES; upper++)
			kt_eq(lowmem_reserve_of(c->present, c->zone, upper), c->reserve[upper]);
	}
}

/* --- this machine ---------------------------------------------------------------------------- */

static unsigned long lowmem_present(void)
{
	const struct zone *zone;
	unsigned long pages = 0;

	for_each_populated_zone (zone)
		if (zone_idx(zone) < ZONE_HIGHMEM)
			pages += zone->present_pages;
	return pages;
}

/* Without the option. */
KTEST(watermark, marks_follow_from_present_pages, SHORT)
{
	unsigned long pages_min = min_free_kbytes_of(K(lowmem_present())) / 4;
	const struct zone *zone;

	for_each_populated_zone (zone) {
		struct watermarks marks = zone_watermarks(pages_min, zone->present_pages,
							  lowmem_present(),
							  zone_idx(zone) == ZONE_HIGHMEM);

		kt_case(zone->name);
		kt_eq(zone->pages_min, marks.min);
		kt_eq(zone->pages_low, marks.low);
		kt_eq(zone->pages_high, marks.high);
		kt_true(marks.min && marks.min <= marks.low && marks.low <= marks.high);
	}
}

KTEST(watermark, reserves_follow_from_the_zones_above, SHORT)
{
	const struct zone *zone, *upper;

	for_each_populated_zone (zone) {
		unsigned long above = 0;

		kt_case(zone->name);
		for (upper = zone; upper && upper->zone_pgdat == zone->zone_pgdat;
		     upper = next_zone(upper)) {
			above += upper == zone ? 0 : upper->present_pages;
			kt_eq(zone->lowmem_reserve[zone_idx(upper)],
			      above / (zone_idx(zone) == ZONE_DMA ? 256 : 32));
		}
	}
}

/* So many page blocks that pages_min fits in, where all of a zone's could be taken. */
KTEST(watermark, page_blocks_are_kept_as_a_reserve, SHORT)
{
	const struct zone *zone = zone_of(ZONE_NORMAL);
	unsigned long pfn, blocks = 0;

	if (page_group_by_mobility_disabled || !zone->spanned_pages)
		kt_skip("page blocks are not grouped");
	for_each_zone_pageblock (pfn, zone)
		blocks += get_pageblock_migratetype(pfn_to_page(pfn)) == MIGRATE_RESERVE;
	if (zone->present_pages < 8 * pageblock_nr_pages)
		kt_true(blocks <= 1); /* part of each may be in use */
	else
		kt_eq(blocks, DIV_ROUND_UP(zone->pages_min, pageblock_nr_pages));
}

KTEST(watermark, what_no_request_gets_is_less_than_there_is, SHORT)
{
	unsigned long managed = 0, marks = 0;
	const struct zone *zone;

	for_each_populated_zone (zone) {
		managed += zone->managed_pages;
		marks += min(zone->pages_high, zone->managed_pages);
	}
	kt_true(totalreserve_pages >= marks);
	kt_true(totalreserve_pages <= managed);
}
