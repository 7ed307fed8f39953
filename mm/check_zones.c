/* SPDX-License-Identifier: 0BSD
 *
 * check_zones.c - compare nodes, zones and zonelists with the invariants Z1-Z5 of mm_init.c and
 * zonelist.c, Z6 of watermark.c and Z7 of vmstat.c.
 */
#include <lib/align.h>
#include <mm/mem_map.h>
#include <mm/mm_check.h>
#include <mm/mmzone.h>
#include "internal.h"

static const struct mm_invariant zone_invariants[] = {
	{ "Z1", "a zone lies in its node, and above all zones of the lower kinds" },
	{ "Z2", "managed <= present <= spanned" },
	{ "Z3",
	  "a zonelist holds every populated zone up to its class once, or, for __GFP_THISNODE, "
	  "those of its node; of one node the higher zone first, of one type that of the nearer "
	  "node" },
	{ "Z4",
	  "the place bits of every struct page name the zone of its page block, and in a mixed one "
	  "several that reach into it" },
	{ "Z5", "a node's present pages are the sum of its zones'" },
	{ "Z6",
	  "pages_min <= pages_low <= pages_high, and a zone keeps nothing from its own requests" },
	{ "Z7",
	  "what zones gave to requests of other nodes is what these did not get of their own" },
	{ NULL, NULL },
};

/* Zones of a kind may lie between each other's pages, but not those of two kinds. */
static void check_kinds(struct mm_check *check, const struct zone *zone)
{
	const struct zone *other;

	for_each_zone (other)
		if (zone_idx(other) < zone_idx(zone) && zone_end_pfn(other) > zone->zone_start_pfn)
			mm_violation(check, "Z1", "zone %s starts inside zone %s", zone->name,
				     other->name);
}

static void check_zone_place(struct mm_check *check, const pg_data_t *pgdat,
			     const struct zone *zone)
{
	unsigned long end = zone_end_pfn(zone);

	if (zone->zone_start_pfn < pgdat->node_start_pfn ||
	    end > pgdat->node_start_pfn + pgdat->node_spanned_pages)
		mm_violation(check, "Z1", "zone %s: pfn %lu to %lu is not inside the node",
			     zone->name, zone->zone_start_pfn, end);
	check_kinds(check, zone);
	if (zone->managed_pages > zone->present_pages || zone->present_pages > zone->spanned_pages)
		mm_violation(check, "Z2", "zone %s: managed %lu, present %lu, spanned %lu",
			     zone->name, zone->managed_pages, zone->present_pages,
			     zone->spanned_pages);
}

static void check_marks(struct mm_check *check, const struct zone *zone)
{
	if (zone->pages_min > zone->pages_low || zone->pages_low > zone->pages_high)
		mm_violation(check, "Z6", "zone %s: min %lu, low %lu, high %lu", zone->name,
			     zone->pages_min, zone->pages_low, zone->pages_high);
	if (zone->lowmem_reserve[zone_idx(zone)])
		mm_violation(check, "Z6", "zone %s keeps %lu pages from its own requests",
			     zone->name, zone->lowmem_reserve[zone_idx(zone)]);
}

/* May @list, one of @pgdat's and the one for @highest, hold @zone? */
static bool belongs_to_zonelist(const pg_data_t *pgdat, const struct zonelist *list,
				unsigned int highest, const struct zone *zone)
{
	bool own = list >= &pgdat->node_zonelists[MAX_NR_ZONES];

	return zone->present_pages && zone_idx(zone) <= highest &&
	       (!own || zone->zone_pgdat == pgdat);
}

/* Which slot of @list holds @zone; MAX_ZONES: none does. */
static unsigned int slot_of(const struct zonelist *list, const struct zone *zone)
{
	unsigned int i;

	for (i = 0; i < MAX_ZONES && list->zones[i]; i++)
		if (list->zones[i] == zone)
			return i;
	return MAX_ZONES;
}

/* Must @a stand before @b in a zonelist of node @nid? */
static bool stands_before(int nid, const struct zone *a, const struct zone *b)
{
	if (a->zone_pgdat == b->zone_pgdat)
		return zone_idx(a) > zone_idx(b);
	return zone_idx(a) == zone_idx(b) && node_distance(nid, a->zone_pgdat->node_id) <
						     node_distance(nid, b->zone_pgdat->node_id);
}

/* The @nr zones in @list's slots, which exist, are in order. */
static void check_zonelist_order(struct mm_check *check, const struct zonelist *list,
				 unsigned int nr)
{
	unsigned int i, j;

	for (i = 0; i < nr; i++)
		for (j = i + 1; j < nr; j++)
			if (stands_before(list->nid, list->zones[j], list->zones[i]))
				mm_violation(check, "Z3",
					     "a zonelist of node %d has %s of node %d before %s of "
					     "node %d",
					     list->nid, list->zones[i]->name,
					     list->zones[i]->zone_pgdat->node_id,
					     list->zones[j]->name,
					     list->zones[j]->zone_pgdat->node_id);
}

static void check_zonelist(struct mm_check *check, const pg_data_t *pgdat, unsigned int number)
{
	const struct zonelist *list = &pgdat->node_zonelists[number];
	unsigned int highest = number % MAX_NR_ZONES, nr = 0;
	const struct zone *zone;

	for_each_zone (zone) {
		if (!belongs_to_zonelist(pgdat, list, highest, zone))
			continue;
		if (slot_of(list, zone) == MAX_ZONES) {
			mm_violation(check, "Z3", "node %d: zonelist %u lacks zone %s of node %d",
				     pgdat->node_id, number, zone->name, zone->zone_pgdat->node_id);
			return;
		}
		nr++;
	}
	if (list->zones[nr])
		mm_violation(check, "Z3",
			     "node %d: zonelist %u is longer than the zones it may use",
			     pgdat->node_id, number);
	else
		check_zonelist_order(check, list, nr);
}

static void check_numa_counts(struct mm_check *check)
{
	unsigned long miss = 0, foreign = 0;
	const struct zone *zone;

	for_each_zone (zone) {
		miss += zone->numa_miss;
		foreign += zone->numa_foreign;
	}
	if (miss != foreign)
		mm_violation(check, "Z7",
			     "zones gave %lu pages to requests of other nodes, which got %lu", miss,
			     foreign);
}

/* Z4 for the @end - @page pages of a block that is @zone's. The first loop is quick, because it
 * sees every page of the machine; the second one finds the page to report. */
static void check_block_places(struct mm_check *check, const struct zone *zone,
			       const struct page *page, const struct page *end)
{
	unsigned long place = zone_place(zone), different = 0;
	const struct page *p;

	for (p = page; p < end; p++)
		different |= p->flags ^ place;
	if (!(different & PG_PLACE_MASK))
		return;
	for (p = page; (p->flags & PG_PLACE_MASK) == place; p++)
		;
	mm_violation(check, "Z4", "pfn %lu: flags %lx do not name zone %s", page_to_pfn(p),
		     p->flags, zone->name);
}

/* Has @zone, which may be NULL, pages in the block from @pfn on, or could it? */
static bool reaches_into(const struct zone *zone, unsigned long pfn)
{
	return zone && zone->spanned_pages && zone_end_pfn(zone) > pfn &&
	       zone->zone_start_pfn < pfn + MAX_ORDER_NR_PAGES;
}

/* Z4 for the pages of a mixed block, of which @page is the first. */
static void check_mixed_places(struct mm_check *check, const struct page *page)
{
	const struct page *p, *end = page + MAX_ORDER_NR_PAGES;
	unsigned long different = 0;

	for (p = page; p < end; p++) {
		different |= p->flags ^ page->flags;
		if (reaches_into(page_zone(p), page_to_pfn(page)))
			continue;
		mm_violation(check, "Z4", "pfn %lu: flags %lx name no zone that is near",
			     page_to_pfn(p), p->flags);
		return;
	}
	if (!(different & PG_PLACE_MASK))
		mm_violation(check, "Z4",
			     "the block at pfn %lu is all of zone %s, but called mixed",
			     page_to_pfn(page), page_zone(page)->name);
}

static void check_place_bits(struct mm_check *check)
{
	unsigned long block;

	for (block = 0; block < MEM_MAP_BLOCKS; block++) {
		const struct page *page = pfn_to_page(block * MAX_ORDER_NR_PAGES);

		if (!mem_map_blocks[block])
			continue;
		if (pageblock_zones[block])
			check_block_places(check, pageblock_zones[block], page,
					   page + MAX_ORDER_NR_PAGES);
		else
			check_mixed_places(check, page);
	}
}

static void node_check(struct mm_check *check, const pg_data_t *pgdat)
{
	unsigned long present = 0;
	unsigned int i;

	for (i = 0; i < MAX_NR_ZONES; i++) {
		const struct zone *zone = &pgdat->node_zones[i];

		present += zone->present_pages;
		if (!zone->spanned_pages)
			continue;
		check_zone_place(check, pgdat, zone);
		check_marks(check, zone);
	}
	for (i = 0; i < MAX_ZONELISTS; i++)
		check_zonelist(check, pgdat, i);
	if (present != pgdat->node_present_pages)
		mm_violation(check, "Z5", "zones have %lu present pages, the node %lu", present,
			     pgdat->node_present_pages);
}

void zones_check(struct mm_check *check)
{
	int nid;

	for_each_online_node (nid)
		node_check(check, NODE_DATA(nid));
	check_numa_counts(check);
	check_place_bits(check);
}

const char *zones_absent(void)
{
	return nr_present_pages() ? NULL : "not yet up";
}

const struct mm_checker zones_checker = { "zones", zone_invariants, zones_check, zones_absent };
