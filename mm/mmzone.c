/* SPDX-License-Identifier: 0BSD
 *
 * mmzone.c - the node, the limits of memory, and the order in which zones are tried.
 *
 * A request names the highest zone that will do (HighMem, Normal or DMA). Its zonelist holds that
 * zone and all below it, populated ones only, highest first: the scarce low zones are used last.
 * Everything here is written during the boot only, so nothing needs a lock.
 */
#include <mm/mm_init.h>
#include <mm/mmzone.h>
#include "internal.h"

pg_data_t contig_page_data;

unsigned long min_low_pfn, max_low_pfn, max_pfn, mem_map_end_pfn;
unsigned long nr_kernel_pages, nr_all_pages;

u8 mem_map_blocks[MEM_MAP_BLOCKS];

struct zone *zone_table[(PG_PLACE_MASK >> PG_ZONE_SHIFT) + 1];

static void __init build_zonelist(pg_data_t *pgdat, unsigned int highest)
{
	struct zone **slot = pgdat->node_zonelists[highest].zones;
	unsigned int i;

	for (i = highest + 1; i-- > 0;)
		if (pgdat->node_zones[i].present_pages)
			*slot++ = &pgdat->node_zones[i];
	*slot = NULL;
}

void __init build_all_zonelists(void)
{
	unsigned int highest;

	mm_bug_on(!NODE_DATA(0)->node_present_pages,
		  "free_area_init_nodes() was not called before");
	for (highest = 0; highest < MAX_NR_ZONES; highest++)
		build_zonelist(NODE_DATA(0), highest);
	printk("Built 1 zonelists, mobility grouping off.  Total pages: %lu\n", nr_all_pages);
}
