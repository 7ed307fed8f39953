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
	{ "Z1",
	  "a node's zones ascend, do not overlap, and lie in the node, and nodes do not overlap" },
	{ "Z2", "managed <= present <= spanned" },
	{ "Z3",
	  "a zonelist holds every populated zone up to its class once, or, for __GFP_THISNODE, "
	  "those of its node; of one node the higher zone first, of one type that of the nearer "
	  "node" },
	{ "Z4", "the place bits of every struct page name the zone that spans it" },
	{ "Z5", "a node's present pages are the sum of its zones'" },
	{ "Z6",
	  "pages_min <= pages_low <= pages_high, and a zone keeps nothing from its own requests" },
	{ "Z7",
	  "what zones gave to requests of other nodes is what these did not get of their own" },
	{ NULL, NULL },
};

/* The next zone below @zone that is not empty; NULL if there is none. */
static const struct zone *zone_below(const struct zone *zone)
{
	const struct zone *zones = zone->zone_pgdat->node_zones;
	unsigned int i;

	for (i = zone_idx(zone); i; i--)
		if (zones[i - 1].spanned_pages)
			return &zones[i - 1];
	return NULL;
}

static void check_zone_place(struct mm_check *check, const pg_data_t *pgdat,
			     const struct zone *zone)
{
	const struct zone *below = zone_below(zone);
	unsigned long end = zone_end_pfn(zone);

	if (zone->zone_start_pfn < pgdat->node_start_pfn ||
	    end > pgdat->node_start_pfn + pgdat->node_spanned_pages)
		mm_violation(check, "Z1", "zone %s: pfn %lu to %lu is not inside the node",
			     zone->name, zone->zone_start_pfn, end);
	if (below && zone_end_pfn(below) > zone->zone_start_pfn)
		mm_violation(check, "Z1", "zone %s starts inside zone %s", zone->name, below->name);
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

/* Z4 for the pages [@pfn, @end_pfn) of one block. The first loop is quick, because it sees every
 * page of the machine; the second one finds the page to report. */
static void check_block_places(struct mm_check *check, const struct zone *zone, unsigned long pfn,
			       unsigned long end_pfn)
{
	const struct page *page = pfn_to_page(pfn), *end = pfn_to_page(end_pfn);
	unsigned long place = zone_place(zone), different = 0;

	for (; page < end; page++)
		different |= page->flags ^ place;
	if (!(different & PG_PLACE_MASK))
		return;
	for (page = pfn_to_page(pfn); (page->flags & PG_PLACE_MASK) == place; page++)
		;
	mm_violation(check, "Z4", "pfn %lu: flags %lx do not name zone %s", page_to_pfn(page),
		     page->flags, zone->name);
}

static void check_place_bits(struct mm_check *check, const struct zone *zone)
{
	unsigned long zone_end = zone_end_pfn(zone), pfn, end;

	for (pfn = next_valid_pfn(zone->zone_start_pfn, zone_end); pfn < zone_end;
	     pfn = next_valid_pfn(end, zone_end)) {
		end = min(ALIGN_DOWN(pfn, MAX_ORDER_NR_PAGES) + MAX_ORDER_NR_PAGES, zone_end);
		check_block_places(check, zone, pfn, end);
	}
}

/* Each node's RAM is one stretch, so no other node begins inside it. */
static void check_node_overlap(struct mm_check *check, const pg_data_t *pgdat)
{
	unsigned long end = pgdat->node_start_pfn + pgdat->node_spanned_pages;
	int nid;

	for_each_online_node (nid) {
		const pg_data_t *other = NODE_DATA(nid);

		if (other != pgdat && other->node_spanned_pages &&
		    other->node_start_pfn >= pgdat->node_start_pfn && other->node_start_pfn < end)
			mm_violation(check, "Z1", "node %d starts inside node %d", nid,
				     pgdat->node_id);
	}
}

static void node_check(struct mm_check *check, const pg_data_t *pgdat)
{
	unsigned long present = 0;
	unsigned int i;

	check_node_overlap(check, pgdat);
	for (i = 0; i < MAX_NR_ZONES; i++) {
		const struct zone *zone = &pgdat->node_zones[i];

		present += zone->present_pages;
		if (!zone->spanned_pages)
			continue;
		check_zone_place(check, pgdat, zone);
		check_marks(check, zone);
		check_place_bits(check, zone);
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
}

const char *zones_absent(void)
{
	return nr_present_pages() ? NULL : "not yet up";
}

const struct mm_checker zones_checker = { "zones", zone_invariants, zones_check, zones_absent };
