/* SPDX-License-Identifier: 0BSD
 *
 * buddy.c - the page allocator with its zones against an array of owners, one for each page frame.
 *
 * The oracle does not know where a block must lie, only where it may: in pages that nobody owns, in
 * a zone that the request allows, aligned to its size. If a better zone was passed over, or NULL
 * came back, it looks at every aligned place of that zone: none may be free. As free buddies are
 * always merged, that is exact. Pages that a CPU keeps at hand are free, but no zone's: no block is
 * made of them before they are drained, and a request that fails has drained them all.
 */
#include "../mm/marks.h"
#include "pcp.h"
#include "model.h"

#include <lib/align.h>
#include <lib/format.h>
#include <mm/mm_check.h>
#include <mm/page_alloc.h>
#include <test/pages.h>
#include <mm/slab.h>

#define SLOTS	 256
#define MAX_PFNS 16384

enum { TAKE, GIVE, DRAIN };

static const gfp_t gfps[] = { GFP_KERNEL,	    GFP_HIGHUSER,
			      GFP_KERNEL | GFP_DMA, GFP_KERNEL | __GFP_ZERO,
			      GFP_HIGHUSER_MOVABLE, GFP_KERNEL | __GFP_RECLAIMABLE };

static struct {
	struct page *page;
	unsigned int order;
} slot[SLOTS];

static u16 owner[MAX_PFNS]; /* slot + 1; 0: nobody */
static unsigned long owned[MAX_ZONES];
static unsigned long idle_free[MAX_ZONES], idle_blocks[MAX_ZONES][MAX_ORDER];

static void note_idle(void)
{
	const struct zone *zone;
	unsigned int order;

	drain_all_pages();
	for_each_zone (zone) {
		idle_free[zone_number(zone)] = zone->nr_free_pages;
		for (order = 0; order < MAX_ORDER; order++)
			idle_blocks[zone_number(zone)][order] = zone->free_area[order].nr_free;
	}
}

/* Pages that the allocator will never give belong to a slot that does not exist. */
static void own_the_rest(void)
{
	unsigned long pfn;

	for (pfn = 0; pfn < MAX_PFNS; pfn++)
		owner[pfn] = 0xFFFF;
	for (pfn = 0; pfn < min(max_pfn, (unsigned long)MAX_PFNS); pfn++) {
		const struct page *page = pfn_to_page(pfn);

		if (pfn_valid(pfn) && !PageReserved(page) && !page->_count)
			owner[pfn] = 0;
	}
}

static void begin(void)
{
	kmem_cache_shrink_all(); /* a shortage would do it */
	marks_off();		 /* for good: the model knows none */
	own_the_rest();
	note_idle();
}

static void choose(struct random *random, struct op *op)
{
	u32 r = random_u32(random);

	op->what = r % 64 == 63 ? DRAIN : r & 1 ? TAKE : GIVE;
	op->a = random_below(random, SLOTS);
	op->b = lowest_bit(random_u32(random) | 1u << (MAX_ORDER - 1)); /* small orders mostly */
	op->c = random_below(random, ARRAY_SIZE(gfps));
}

static const char *text(const struct op *op, char buf[80])
{
	if (op->what == TAKE)
		snprintf(buf, 80, "slot[%u] = alloc_pages(0x%x, %u)", op->a, gfps[op->c], op->b);
	else if (op->what == DRAIN)
		snprintf(buf, 80, "drain_all_pages()");
	else
		snprintf(buf, 80, "__free_pages(slot[%u])", op->a);
	return buf;
}

static bool all_owned_by(unsigned long pfn, unsigned int order, u16 who)
{
	unsigned long end = pfn + (1UL << order);

	for (; pfn < end; pfn++)
		if (owner[pfn] != who)
			return false;
	return true;
}

static void set_owner(unsigned long pfn, unsigned int order, u16 who)
{
	unsigned long end = pfn + (1UL << order);

	for (; pfn < end; pfn++)
		owner[pfn] = who;
}

/* Is a page of these 2^@order in a per-CPU list? Then they are no block of a zone. */
static bool any_at_hand(unsigned long pfn, unsigned int order)
{
	unsigned long end = pfn + (1UL << order);

	for (; pfn < end; pfn++)
		if (PagePcp(pfn_to_page(pfn)))
			return true;
	return false;
}

/* Has @zone an aligned place of 2^@order pages that nobody owns, and no CPU keeps at hand? */
static bool place_exists(const struct zone *zone, unsigned int order)
{
	unsigned long size = 1UL << order;
	unsigned long pfn = ALIGN_UP(zone->zone_start_pfn, size);

	for (; pfn + size <= zone_end_pfn(zone); pfn += size)
		if (all_owned_by(pfn, order, 0) && !any_at_hand(pfn, order) &&
		    block_in_zone(zone, pfn, order))
			return true;
	return false;
}

static int highest_zone(gfp_t gfp)
{
	if (gfp & __GFP_DMA)
		return ZONE_DMA;
	return gfp & __GFP_HIGHMEM ? ZONE_HIGHMEM : ZONE_NORMAL;
}

/* No zone that comes before @got (NULL: none at all) may have had a place: from the best one of
 * node 0 down, then those of the next node. */
static bool better_zones_were_full(gfp_t gfp, const struct zone *got, unsigned int order)
{
	int nid, i;

	for_each_online_node (nid) {
		for (i = highest_zone(gfp); i >= 0; i--) {
			const struct zone *zone = &NODE_DATA(nid)->node_zones[i];

			if (zone == got)
				return true;
			if (place_exists(zone, order))
				return model_differs("zone %s of node %d had a block of order %u",
						     zone->name, nid, order);
		}
	}
	return true;
}

static bool zeroed(const struct page *page, unsigned int order)
{
	const unsigned long *word = page_address(page);
	const unsigned long *end = word + ((PAGE_SIZE << order) / sizeof(*word));

	for (; word < end; word++)
		if (*word)
			return false;
	return true;
}

/* A stamp at both ends of a block of lowmem. */
static bool stamp(unsigned int i, bool write)
{
	unsigned long *first, *last;

	if (page_zonenum(slot[i].page) == ZONE_HIGHMEM)
		return true;
	first = page_address(slot[i].page);
	last = first + (PAGE_SIZE << slot[i].order) / sizeof(*last) - 1;
	if (write) {
		*first = i + 1;
		*last = ~(unsigned long)i;
	}
	return *first == i + 1 && *last == ~(unsigned long)i;
}

/* Free pages are the zone's or a CPU's. */
static bool counters_agree(const struct zone *zone)
{
	unsigned long at_hand = 0;
	unsigned int cpu;

	for (cpu = 0; cpu < NR_CPUS; cpu++) {
		if (zone_pcp_count(zone, cpu) > zone_pcp_of(zone, cpu)->high)
			return model_differs("CPU %u has %lu pages at hand", cpu,
					     zone_pcp_count(zone, cpu));
		at_hand += zone_pcp_count(zone, cpu);
	}
	return model_same("nr_free_pages", zone->nr_free_pages + at_hand,
			  idle_free[zone_number(zone)] - owned[zone_number(zone)]);
}

static bool take(const struct op *op)
{
	gfp_t gfp = gfps[op->c];
	struct page *page;
	unsigned long pfn;

	if (slot[op->a].page)
		return true;
	page = alloc_pages(gfp, op->b);
	if (!page)
		return model_same("pages at hand after a failure", nr_pcp_pages(), 0) &&
		       better_zones_were_full(gfp, NULL, op->b);
	pfn = page_to_pfn(page);
	if (pfn & ((1UL << op->b) - 1))
		return model_differs("pfn %lu is not aligned to order %u", pfn, op->b);
	if ((int)page_zonenum(page) > highest_zone(gfp))
		return model_differs("pfn %lu is in a zone too high", pfn);
	if (!all_owned_by(pfn, op->b, 0))
		return model_differs("pfn %lu, order %u: somebody's", pfn, op->b);
	if (!better_zones_were_full(gfp, page_zone(page), op->b))
		return false;
	if ((gfp & __GFP_ZERO) && !zeroed(page, op->b))
		return model_differs("pfn %lu is not zero", pfn);
	set_owner(pfn, op->b, (u16)(op->a + 1));
	owned[zone_number(page_zone(page))] += 1UL << op->b;
	slot[op->a].page = page;
	slot[op->a].order = op->b;
	stamp(op->a, true);
	return counters_agree(page_zone(page));
}

static bool give(unsigned int i)
{
	struct page *page = slot[i].page;
	const struct zone *zone;

	if (!page)
		return true;
	zone = page_zone(page);
	if (!stamp(i, false))
		return model_differs("slot %u: contents changed", i);
	set_owner(page_to_pfn(page), slot[i].order, 0);
	owned[zone_number(zone)] -= 1UL << slot[i].order;
	__free_pages(page, slot[i].order);
	slot[i].page = NULL;
	return counters_agree(zone);
}

static bool step(const struct op *op)
{
	if (op->what == TAKE)
		return take(op);
	if (op->what == GIVE)
		return give(op->a);
	drain_all_pages();
	return model_same("pages at hand after a drain", nr_pcp_pages(), 0);
}

static bool end(void)
{
	const struct zone *zone;
	unsigned int i, order;

	if (!model_invariants_hold())
		return false;
	for (i = 0; i < SLOTS; i++)
		if (!give(i))
			return false;
	drain_all_pages();
	for_each_zone (zone)
		for (order = 0; order < MAX_ORDER; order++)
			if (!model_same("blocks after all was freed",
					zone->free_area[order].nr_free,
					idle_blocks[zone_number(zone)][order]))
				return false;
	return model_invariants_hold();
}

const struct model model_buddy = { "buddy", begin, choose, step, end, text };
