/* SPDX-License-Identifier: 0BSD
 *
 * layout.c - nodes that lie between each other's memory, meet inside page blocks, have HighMem only
 * or nothing at all: what the boot makes of them, and what becomes of pages taken from them.
 *
 * 1. Oracle    A byte for each page frame says whose it is, filled beside the ranges that numa.h is
 *              told. Tests go by it page by page, and never ask numa.h or a zone.
 * 2. Layouts   Those with names, and a random one for each seed: some cuts in the RAM of the map,
 *              most near the border of a page block or of a zone, and any node for each piece.
 */
#include <asm/firmware/numa.h>
#include <asm/setup.h>
#include <lib/align.h>
#include <lib/bug.h>
#include <lib/param.h>
#include <lib/random.h>
#include <lib/string.h>
#include <mm/mem_map.h>
#include <mm/mm_check.h>
#include <mm/mm_init.h>
#include <mm/page_alloc.h>
#include <test/ktest.h>
#include <test/pages.h>

#include "../mm/page_stock.h"
#include "host.h"
#include "layout.h"

#define MAX_CUTS 24
#define NOBODY	 255

/* Of all page frames, whose one is; NOBODY while there is no layout. */
static u8 node_of[MAX_PFN_LIMIT];

static void own(int nid, unsigned long start_pfn, unsigned long end_pfn)
{
	if (start_pfn >= end_pfn)
		return;
	mm_bug_on(numa_add_memory(nid, start_pfn, end_pfn), "pfn %lu to %lu of node %d", start_pfn,
		  end_pfn, nid);
	memset(node_of + start_pfn, nid, end_pfn - start_pfn);
}

/* --- layouts --------------------------------------------------------------------------------- */

struct piece {
	unsigned long end_pfn;
	int nid;
};

/* In the RAM of tests/host/main.c: up to 60 MiB (pfn 0x3C00), and from 864 MiB (0x36000) on, of
 * which HighMem begins at 0x38000. The last piece ends at MAX_PFN_LIMIT. */
static const struct {
	const char *name;
	struct piece piece[8];
} layouts[] = {
	{ "interleaved",
	  { { 0x900, 1 },
	    { 0x1800, 0 },
	    { 0x2400, 1 },
	    { 0x3000, 0 },
	    { 0x36800, 1 },
	    { 0x38800, 0 },
	    { MAX_PFN_LIMIT, 1 } } },
	{ "in-blocks",
	  { { 0x7FF, 0 },
	    { 0x801, 1 },
	    { 0x1001, 0 },
	    { 0x1FF3, 1 },
	    { 0x2500, 0 },
	    { 0x36001, 1 },
	    { 0x37FFF, 0 },
	    { MAX_PFN_LIMIT, 1 } } },
	{ "highmem-only", { { 0x38000, 0 }, { MAX_PFN_LIMIT, 1 } } },
	{ "highmem-in-a-block", { { 0x38123, 0 }, { 0x38124, 1 }, { MAX_PFN_LIMIT, 0 } } },
	{ "memoryless-first", { { MAX_PFN_LIMIT, 1 } } },
	{ "split-by-the-hole", { { 0x2000, 0 }, { 0x3A00, 1 }, { MAX_PFN_LIMIT, 0 } } },
	{ "a-page-each",
	  { { 0x2000, 0 },
	    { 0x2001, 1 },
	    { 0x2002, 0 },
	    { 0x2003, 1 },
	    { 0x2004, 0 },
	    { 0x2005, 1 },
	    { MAX_PFN_LIMIT, 0 } } },
};

static void apply_pieces(const struct piece *piece)
{
	unsigned long start = 0;

	for (; start < MAX_PFN_LIMIT; piece++) {
		own(piece->nid, start, piece->end_pfn);
		start = piece->end_pfn;
	}
}

/* A page frame at which a random piece may end. */
static unsigned long random_cut(struct random *random)
{
	static const unsigned long near[] = { 0x1000, 0x38000, 0x3C00, 0x36000 };
	unsigned long pfn = random_below(random, 2) ? random_below(random, 0x3C00)
						    : 0x36000 + random_below(random, 0x3000);

	switch (random_below(random, 4)) {
	case 0:
		return ALIGN_DOWN(pfn, MAX_ORDER_NR_PAGES) + random_below(random, 5);
	case 1:
		return near[random_below(random, ARRAY_SIZE(near))] - 2 + random_below(random, 5);
	default:
		return pfn;
	}
}

static void apply_random(u32 seed)
{
	unsigned int nr, i;
	unsigned long start = 0;
	struct random random;

	random_seed(&random, seed);
	for (nr = 1 + random_below(&random, MAX_CUTS); nr; nr--) {
		unsigned long end = MAX_PFN_LIMIT;

		for (i = 0; i < nr; i++) {
			unsigned long cut = random_cut(&random);

			if (cut > start && cut < end)
				end = cut;
		}
		own((int)random_below(&random, MAX_NUMNODES), start, end);
		start = end;
		if (start == MAX_PFN_LIMIT)
			return;
	}
	own(0, start, MAX_PFN_LIMIT);
}

bool layout_apply(const char *wanted)
{
	unsigned int i;
	u32 seed;

	memset(node_of, NOBODY, sizeof(node_of));
	if (!wanted || MAX_NUMNODES == 1)
		return false;
	node_set_online(0); /* it has the CPU, if nothing else */
	for (i = 0; i < ARRAY_SIZE(layouts); i++)
		if (!strcmp(wanted, layouts[i].name)) {
			apply_pieces(layouts[i].piece);
			return true;
		}
	mm_bug_on(!parse_u32(wanted, ~0u, &seed), "no layout \"%s\"", wanted);
	apply_random(seed);
	return true;
}

int layout_node_of(unsigned long pfn)
{
	return node_of[pfn] == NOBODY ? -1 : node_of[pfn];
}

/* --- what the boot made of it ---------------------------------------------------------------- */

#define need_layout()                         \
	do {                                  \
		if (layout_node_of(0) < 0)    \
			kt_skip("no LAYOUT"); \
	} while (0)

/* Every @pfn of RAM. */
#define for_each_ram_pfn(ram, pfn)                                               \
	for ((ram) = (struct ram_range){ 0 }; e820_next_ram(&e820_map, &(ram));) \
		for ((pfn) = (ram).start_pfn; (pfn) < (ram).end_pfn; (pfn)++)

static unsigned long kind_end(int kind)
{
	const unsigned long end[] = { min(4096UL, max_low_pfn), max_low_pfn, max_pfn };

	return kind < 0 ? 0 : end[kind];
}

static int kind_of(unsigned long pfn)
{
	int kind = ZONE_DMA;

	while (pfn >= kind_end(kind))
		kind++;
	return kind;
}

static bool names(const struct page *page, unsigned long pfn)
{
	return page_to_nid(page) == (unsigned int)layout_node_of(pfn) &&
	       page_zonenum(page) == (unsigned int)kind_of(pfn);
}

KTEST(layout, each_page_of_ram_names_its_node_and_zone, SHORT)
{
	struct ram_range ram;
	unsigned long pfn, wrong = 0;

	need_layout();
	for_each_ram_pfn (ram, pfn)
		if (!names(pfn_to_page(pfn), pfn) && !wrong++)
			kt_note("pfn %lu", pfn);
	kt_eq(wrong, 0);
}

/* Like the RAM before it in its block, else like the RAM behind it. */
KTEST(layout, each_page_of_a_hole_names_its_neighbours, SHORT)
{
	static bool is_ram[MAX_PFN_LIMIT];
	struct ram_range ram;
	unsigned long pfn, wrong = 0;

	need_layout();
	for_each_ram_pfn (ram, pfn)
		is_ram[pfn] = true;
	for_each_valid_pfn (pfn, 0, MAX_PFN_LIMIT) {
		unsigned long start = ALIGN_DOWN(pfn, MAX_ORDER_NR_PAGES), like = pfn;

		while (like > start && !is_ram[like])
			like--;
		while (!is_ram[like])
			like++;
		if (!names(pfn_to_page(pfn), like) && !wrong++)
			kt_note("pfn %lu", pfn);
	}
	kt_eq(wrong, 0);
}

struct extent {
	unsigned long start, end, pages;
};

static void extend(struct extent *extent, unsigned long pfn)
{
	if (!extent->pages++)
		extent->start = pfn;
	extent->end = pfn + 1;
}

KTEST(layout, nodes_and_zones_have_what_is_theirs, SHORT)
{
	static struct extent node[MAX_NUMNODES], kind[MAX_NUMNODES][MAX_NR_ZONES];
	const struct zone *zone;
	struct ram_range ram;
	unsigned long pfn;
	int nid;

	need_layout();
	memset(node, 0, sizeof(node));
	memset(kind, 0, sizeof(kind));
	for_each_ram_pfn (ram, pfn) {
		extend(&node[layout_node_of(pfn)], pfn);
		extend(&kind[layout_node_of(pfn)][kind_of(pfn)], pfn);
	}
	for_each_online_node (nid) {
		kt_eq(NODE_DATA(nid)->node_start_pfn, node[nid].start);
		kt_eq(NODE_DATA(nid)->node_spanned_pages, node[nid].end - node[nid].start);
		kt_eq(NODE_DATA(nid)->node_present_pages, node[nid].pages);
	}
	for_each_zone (zone) {
		int i = (int)zone_idx(zone);
		unsigned long start = max(node[zone->zone_pgdat->node_id].start, kind_end(i - 1));
		unsigned long end = min(node[zone->zone_pgdat->node_id].end, kind_end(i));

		kt_eq(zone->present_pages, kind[zone->zone_pgdat->node_id][i].pages);
		kt_eq(zone->spanned_pages, start < end ? end - start : 0);
		kt_eq(zone->zone_start_pfn, start < end ? start : 0);
	}
}

/* --- pages of it ------------------------------------------------------------------------------ */

/* All pages of the block at @page are of one node and zone, by the layout. */
static bool is_of_one_zone(const struct page *page, unsigned int order)
{
	unsigned long first = page_to_pfn(page), pfn = first;

	while (pfn < first + (1UL << order) && names(page, pfn))
		pfn++;
	return pfn == first + (1UL << order);
}

#define SLOTS 128
#define STEPS 4000

KTEST(layout, pages_come_home_after_a_storm, SHORT)
{
	static const gfp_t gfps[] = { GFP_KERNEL, GFP_HIGHUSER_MOVABLE, GFP_DMA,
				      GFP_KERNEL | __GFP_RECLAIMABLE, GFP_ATOMIC };
	static struct page *slot[SLOTS];
	struct mm_check check = { 0 };
	struct free_counts before;
	unsigned int i, wrong = 0;

	need_layout();
	free_counts_record(&before);
	for (i = 0; i < STEPS + SLOTS; i++) {
		struct page **page = &slot[i < STEPS ? kt_random_below(SLOTS) : i - STEPS];
		unsigned int order = kt_random_below(4) ? kt_random_below(4)
							: kt_random_below(MAX_ORDER);
		int nid = (int)kt_random_below(MAX_NUMNODES);

		if (*page) {
			__free_pages(*page, page_order(*page));
			*page = NULL;
		} else if (i < STEPS && node_online(nid)) {
			*page = alloc_pages_node(nid, gfps[kt_random_below(5)] | __GFP_NOWARN,
						 order);
			wrong += *page && !is_of_one_zone(*page, order);
		}
		if (i % 1000 == 0)
			kt_eq(mm_check(&check), 0);
	}
	kt_eq(wrong, 0);
	kt_eq(mm_check(&check), 0);
	free_counts_compare(&before);
}

/* No block of any order is of two zones, and there is not a page more or less. */
KTEST(layout, all_pages_can_be_taken_and_come_home, SHORT)
{
	struct free_counts before;
	struct page_stock stock;
	struct page *page;
	unsigned int order, wrong = 0;
	unsigned long free;

	need_layout();
	free_counts_record(&before);
	free = free_pages_now();
	page_stock_init(&stock);
	kt_eq(page_stock_drain(&stock, GFP_HIGHUSER), free);
	for (order = 0; order < MAX_ORDER; order++)
		list_for_each_entry (page, &stock.blocks[order], lru)
			wrong += !is_of_one_zone(page, order);
	kt_eq(wrong, 0);
	page_stock_free(&stock);
	free_counts_compare(&before);
}

/* Buddies that could be one block are one, on both sides of a border: what does not merge is what
 * the border divides. */
KTEST(layout, free_blocks_are_as_large_as_they_can_be, SHORT)
{
	const struct zone *zone;
	unsigned long pfn, wrong = 0;

	need_layout();
	drain_all_pages();
	for_each_zone (zone)
		for_each_zone_block (pfn, zone) {
			const struct page *page = pfn_to_page(pfn);
			unsigned int order = page_order(page);
			const struct page *buddy = pfn_to_page(pfn ^ (1UL << order));

			if (!PageBuddy(page) || order == MAX_ORDER - 1)
				continue;
			wrong += PageBuddy(buddy) && page_order(buddy) == order &&
				 names(page, page_to_pfn(buddy));
		}
	kt_eq(wrong, 0);
}
