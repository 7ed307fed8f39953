/* SPDX-License-Identifier: 0BSD
 *
 * mmzone.c - the nodes, the limits of memory, and the order in which zones are tried.
 *
 * A request names the highest zone that will do (HighMem, Normal or DMA). Its zonelist holds that
 * zone and all below it, populated ones only, highest first: the scarce low zones are used last.
 * The zones of the node that the request prefers come before those of the others, which follow in
 * the order of their numbers, around.
 * Everything here is written during the boot only, so nothing needs a lock.
 */
#include <mm/mm_init.h>
#include <mm/mmzone.h>
#include "internal.h"
#include "pcp.h"

/* So that a request before build_all_zonelists() gets nothing, as on a machine without memory. */
static const struct zonelist no_zones;

pg_data_t node_data[MAX_NUMNODES] = {
	[0 ... MAX_NUMNODES - 1] = { .gfp_zonelist = { [0 ... GFP_ZONEMASK] = &no_zones } },
};

unsigned long node_online_map[BITS_TO_LONGS(MAX_NUMNODES)];
unsigned int nr_online_nodes;

unsigned long min_low_pfn, max_low_pfn, max_pfn, mem_map_end_pfn;
unsigned long nr_kernel_pages, nr_all_pages;

u8 mem_map_blocks[MEM_MAP_BLOCKS];

struct zone *zone_table[(PG_PLACE_MASK >> PG_ZONE_SHIFT) + 1];

void __init node_set_online(int nid)
{
	pg_data_t *pgdat = NODE_DATA(nid);
	unsigned int i;

	mm_bug_on(nid < 0 || nid >= MAX_NUMNODES, "node %d: this build has %d (MAX_NUMNODES)", nid,
		  MAX_NUMNODES);
	nr_online_nodes += !node_online(nid);
	__set_bit((unsigned long)nid, node_online_map);
	pgdat->node_id = nid;
	for (i = 0; i < MAX_NR_ZONES; i++)
		pgdat->node_zones[i].zone_pgdat = pgdat;
}

struct zone *next_zone(const struct zone *zone)
{
	pg_data_t *pgdat = zone ? zone->zone_pgdat : NULL;
	int nid;

	if (zone && zone_idx(zone) < MAX_NR_ZONES - 1)
		return &pgdat->node_zones[zone_idx(zone) + 1];
	nid = next_online_node(zone ? pgdat->node_id : -1);
	return nid < MAX_NUMNODES ? NODE_DATA(nid)->node_zones : NULL;
}

unsigned long nr_present_pages(void)
{
	unsigned long pages = 0;
	int nid;

	for_each_online_node (nid)
		pages += NODE_DATA(nid)->node_present_pages;
	return pages;
}

unsigned long nr_present_lowmem_pages(void)
{
	const struct zone *zone;
	unsigned long pages = 0;

	for_each_zone (zone)
		pages += is_highmem(zone) ? 0 : zone->present_pages;
	return pages;
}

/* Add @pgdat's populated zones from @highest down. Return: the slot after them. */
static struct zone **__init add_zones(struct zone **slot, pg_data_t *pgdat, unsigned int highest)
{
	unsigned int i;

	for (i = highest + 1; i-- > 0;)
		if (pgdat->node_zones[i].present_pages)
			*slot++ = &pgdat->node_zones[i];
	return slot;
}

static void __init build_zonelist(pg_data_t *pgdat, unsigned int highest)
{
	struct zone **slot = pgdat->node_zonelists[highest].zones;
	int i;

	for (i = 0; i < MAX_NUMNODES; i++) {
		int nid = (pgdat->node_id + i) % MAX_NUMNODES;

		if (node_online(nid))
			slot = add_zones(slot, NODE_DATA(nid), highest);
	}
	*slot = NULL;
}

/* The highest zone that a request with these zone bits may use: DMA wins over HIGHMEM. */
static unsigned int __init highest_zone(gfp_t gfp)
{
	if (gfp & __GFP_DMA)
		return ZONE_DMA;
	return gfp & __GFP_HIGHMEM ? ZONE_HIGHMEM : ZONE_NORMAL;
}

static void __init build_zonelists(pg_data_t *pgdat)
{
	unsigned int highest;
	gfp_t gfp;

	for (highest = 0; highest < MAX_NR_ZONES; highest++)
		build_zonelist(pgdat, highest);
	for (gfp = 0; gfp <= GFP_ZONEMASK; gfp++)
		pgdat->gfp_zonelist[gfp] = &pgdat->node_zonelists[highest_zone(gfp)];
}

/* Which lists of single pages each CPU's requests go to: those of its own node's best zones. */
static void __init choose_pcp_lists(void)
{
	unsigned int cpu;
	gfp_t gfp;

	for (cpu = 0; cpu < NR_CPUS; cpu++)
		for (gfp = 0; gfp <= GFP_LIST_MASK; gfp++) {
			const struct zone *first = node_zonelist(cpu_to_node(cpu), gfp)->zones[0];

			if (first)
				per_cpu(gfp_list,
					cpu)[gfp] = pcp_list_of(first, gfp_migratetype(gfp), cpu);
		}
}

void __init build_all_zonelists(void)
{
	int nid, nr = 0;

	mm_bug_on(!nr_present_pages(), "free_area_init_nodes() was not called before");
	for_each_online_node (nid) {
		build_zonelists(NODE_DATA(nid));
		nr++;
	}
	choose_pcp_lists();
	printk("Built %d zonelists, mobility grouping %s.  Total pages: %lu\n", nr,
	       page_group_by_mobility_disabled ? "off" : "on", nr_all_pages);
}
