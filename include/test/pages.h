/* SPDX-License-Identifier: 0BSD
 *
 * pages.h - what tests ask of struct pages beyond what mm/ itself needs.
 */
#ifndef TEST_PAGES_H
#define TEST_PAGES_H

#include <lib/align.h>
#include <mm/mem_map.h>
#include <mm/watermark.h>
#include <mm/page_alloc.h>

/* Does @pfn lie in a free block? */
static inline bool pfn_is_free(unsigned long pfn)
{
	unsigned int order;

	if (!pfn_valid(pfn))
		return false;
	for (order = 0; order < MAX_ORDER; order++) {
		const struct page *first = pfn_to_page(ALIGN_DOWN(pfn, 1UL << order));

		if (PageFree(first) && page_order(first) >= order)
			return true;
	}
	return false;
}

/* Free pages of all zones, with those of the per-CPU lists: they go back to the zones. */
static inline unsigned long free_pages_now(void)
{
	drain_all_pages();
	return nr_free_pages();
}

/* As above, of one zone. */
static inline unsigned long zone_free_now(const struct zone *zone)
{
	drain_all_pages();
	return zone->nr_free_pages;
}

/* The first zone of this kind that is populated; without one, node 0's. */
static inline struct zone *zone_of(enum zone_type type)
{
	struct zone *zone;

	for_each_populated_zone (zone)
		if (zone_idx(zone) == type)
			return zone;
	return &NODE_DATA(0)->node_zones[type];
}

/* Free pages in the lists of all zones of this kind. */
static inline unsigned long free_pages_of_kind(enum zone_type type)
{
	const struct zone *zone;
	unsigned long pages = 0;

	for_each_zone (zone)
		pages += zone_idx(zone) == type ? zone->nr_free_pages : 0;
	return pages;
}

/* Blocks of @order that these can be cut into. */
static inline unsigned long free_blocks_of_kind(enum zone_type type, unsigned int order)
{
	const struct zone *zone;
	unsigned long blocks = 0;
	unsigned int o;

	for_each_zone (zone)
		for (o = order; zone_idx(zone) == type && o < MAX_ORDER; o++)
			blocks += zone->free_area[o].nr_free << (o - order);
	return blocks;
}

/* The zone that has most. */
static inline struct zone *freest_zone(void)
{
	struct zone *zone, *best = next_zone(NULL);

	drain_all_pages();
	for_each_zone (zone)
		if (zone->nr_free_pages > best->nr_free_pages)
			best = zone;
	return best;
}

/* Are the 2^@order pages from @pfn on all @zone's? */
static inline bool block_in_zone(const struct zone *zone, unsigned long pfn, unsigned int order)
{
	unsigned long end = pfn + (1UL << order);

	while (pfn < end && pfn_valid(pfn) && pfn_in_zone(zone, pfn))
		pfn++;
	return pfn == end;
}

/* Must @zone serve a request for 2^@order pages that is not urgent, when zones are tried down to
 * pages_low, or in the end pages_min? @best: the highest zone that it can have. */
static inline bool zone_must_serve(const struct zone *zone, unsigned int order, int best, bool low)
{
	return zone_free_orders(zone) >> order &&
	       zone_watermark_ok(zone, order, low ? zone->pages_low : zone->pages_min,
				 (unsigned int)best, 0);
}

/* The zone that must serve a request for 2^@order pages that prefers @nid: the first one in its
 * zonelist @highest that may. NULL: there is no such block. */
static inline struct zone *expected_zone(int nid, int highest, unsigned int order)
{
	const struct zonelist *list = &NODE_DATA(nid)->node_zonelists[highest];
	struct zone *const *slot;
	int low;

	for (low = 1; low >= 0; low--)
		for (slot = list->zones; *slot; slot++)
			if (zone_must_serve(*slot, order, (int)zone_idx(list->zones[0]), low))
				return *slot;
	return NULL;
}

/* The first free block of @zone and @order, of the lowest type that has one; NULL: there is none.
 * */
static inline struct page *first_free_block(const struct zone *zone, unsigned int order)
{
	unsigned int type;

	for (type = 0; type < MIGRATE_TYPES; type++)
		if (zone->free_orders[type] & 1UL << order)
			return list_first_entry(&zone->free_area[order].free_list[type],
						struct page, lru);
	return NULL;
}

/* The node of the last page of RAM. */
static inline int last_nid(void)
{
	unsigned long end = 0;
	int nid, last = 0;

	for_each_online_node (nid) {
		const pg_data_t *pgdat = NODE_DATA(nid);

		if (pgdat->node_start_pfn + pgdat->node_spanned_pages > end) {
			end = pgdat->node_start_pfn + pgdat->node_spanned_pages;
			last = nid;
		}
	}
	return last;
}

/* Let free_area_init_nodes() believe that it has not run. */
static inline void forget_nodes(void)
{
	int nid;

	for_each_online_node (nid)
		NODE_DATA(nid)->node_present_pages = 0;
}

/* The populated zone that begins lowest: DMA, unless all RAM lies above 16 MiB. */
static inline struct zone *first_zone(void)
{
	struct zone *zone, *first = NULL;

	for_each_populated_zone (zone)
		if (!first || zone->zone_start_pfn < first->zone_start_pfn)
			first = zone;
	return first;
}

/* A page of lowmem that was never the allocator's. At the latest those of mem_map are. */
static inline struct page *reserved_page(void)
{
	unsigned long pfn = first_zone()->zone_start_pfn;

	while (!pfn_valid(pfn) || !PageReserved(pfn_to_page(pfn)))
		pfn++;
	return pfn_to_page(pfn);
}

/* A page frame of lowmem that has no struct page; max_low_pfn: there is none. */
static inline unsigned long hole_pfn(void)
{
	unsigned long pfn = 0;

	while (pfn < max_low_pfn && pfn_valid(pfn))
		pfn++;
	return pfn;
}

/* Are free pages of @zone at hand that no per-CPU list takes back: those of mixed page blocks? */
static inline bool has_unlisted_pages(const struct zone *zone)
{
	unsigned long pfn;

	drain_all_pages();
	for_each_zone_block (pfn, zone)
		if (pageblock_is_mixed(pfn) && PageFree(pfn_to_page(pfn)))
			return true;
	return false;
}

/* Is there a zone to take GFP_DMA memory from? */
static inline bool has_dma(void)
{
	return zone_of(ZONE_DMA)->managed_pages != 0;
}

#endif
