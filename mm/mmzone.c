/* SPDX-License-Identifier: 0BSD
 *
 * mmzone.c - the nodes, and the limits of memory.
 *
 * Everything here is written during the boot only, so nothing needs a lock. The order in which the
 * zones of the nodes are tried is zonelist.c's.
 */
#include <mm/mm_init.h>
#include <mm/mmzone.h>
#include "internal.h"
#include "pcp.h"

const struct zonelist no_zones;

pg_data_t node_data[MAX_NUMNODES] = {
	[0 ... MAX_NUMNODES - 1] = { .gfp_zonelist = { [0 ... NR_GFP_ZONELISTS - 1] = &no_zones } },
};

unsigned long node_online_map[BITS_TO_LONGS(MAX_NUMNODES)];
unsigned int nr_online_nodes, nr_node_ids;

unsigned long min_low_pfn, max_low_pfn, max_pfn, mem_map_end_pfn;
unsigned long nr_kernel_pages, nr_all_pages;

u8 mem_map_blocks[MEM_MAP_BLOCKS];
struct zone *pageblock_zones[MEM_MAP_BLOCKS];

struct zone *zone_table[(PG_PLACE_MASK >> PG_ZONE_SHIFT) + 1];

void __init node_set_online(int nid)
{
	pg_data_t *pgdat = NODE_DATA(nid);
	unsigned int i;

	mm_bug_on(nid < 0 || nid >= MAX_NUMNODES, "node %d: this build has %d (MAX_NUMNODES)", nid,
		  MAX_NUMNODES);
	nr_online_nodes += !node_online(nid);
	nr_node_ids = max(nr_node_ids, (unsigned int)nid + 1);
	__set_bit((unsigned long)nid, node_online_map);
	pgdat->node_id = nid;
	for (i = 0; i < MAX_NR_ZONES; i++) {
		struct zone *zone = &pgdat->node_zones[i];

		zone->zone_pgdat = pgdat;
		zone->pageset = &per_cpu(zone_pcp, 0)[zone_number(zone)];
	}
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
