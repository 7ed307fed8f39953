/* SPDX-License-Identifier: 0BSD
 *
 * fragmentation.c - how free memory is cut up: by migrate type, and as two numbers for each order
 * (Gorman and Whitcroft, "Supporting superpage allocation without additional hardware support").
 *
 * With F free pages in B blocks, S of them usable for order o, which is R = 2^o pages:
 *
 *	unusable free space   (F - pages in usable blocks) / F
 *	fragmentation         1 - (1 + F / R) / B, if S is 0
 *
 * The second one: F / R blocks could be made of what is free, and there are B. If these are about
 * as many there is too little memory, and compacting it would not help; the more pieces beyond
 * that, the nearer to 1. A single block can take it below 0, which is no different from 0. Where a
 * block is usable nothing fails, which Linux writes as -1.
 */
#include <lib/math64.h>
#include <lib/out.h>
#include <mm/fragmentation.h>
#include <mm/mem_map.h>

struct contig_page_info {
	unsigned long free_pages, free_blocks;
	unsigned long suitable_pages; /* in blocks that are large enough */
};

static struct contig_page_info contig_page_info(const struct zone *zone, unsigned int suitable)
{
	struct contig_page_info info = { 0 };
	unsigned int order;

	for (order = 0; order < MAX_ORDER; order++) {
		unsigned long blocks = zone->free_area[order].nr_free;

		info.free_blocks += blocks;
		info.free_pages += blocks << order;
		if (order >= suitable)
			info.suitable_pages += blocks << order;
	}
	return info;
}

int fragmentation_index(const struct zone *zone, unsigned int order)
{
	struct contig_page_info info = contig_page_info(zone, order);
	u64 taken_off;

	if (!info.free_blocks)
		return 0;
	if (info.suitable_pages)
		return -1000;
	taken_off = div_u64(1000 + ((u64)info.free_pages * 1000 >> order), (u32)info.free_blocks);
	return 1000 - (int)min(taken_off, (u64)1000);
}

int unusable_free_index(const struct zone *zone, unsigned int order)
{
	struct contig_page_info info = contig_page_info(zone, order);

	if (!info.free_pages)
		return 1000;
	return (int)div_u64((u64)(info.free_pages - info.suitable_pages) * 1000,
			    (u32)info.free_pages);
}

/* --- reports --------------------------------------------------------------------------------- */

static void show_index(struct out *out, const char *format,
		       int (*index)(const struct zone *zone, unsigned int order))
{
	const struct zone *zone;
	unsigned int order;

	for_each_populated_zone (zone) {
		out_printf(out, "Node %d, zone %8s ", zone->zone_pgdat->node_id, zone->name);
		for (order = 0; order < MAX_ORDER; order++) {
			int value = index(zone, order);

			out_printf(out, format, value / 1000, value % 1000);
		}
		out_printf(out, "\n");
	}
}

void extfrag_index_show(struct out *out)
{
	show_index(out, "%2d.%03d ", fragmentation_index);
}

void unusable_index_show(struct out *out)
{
	show_index(out, "%d.%03d ", unusable_free_index);
}

typedef unsigned long type_counts[MIGRATE_TYPES][MAX_ORDER];

/* Free blocks of @zone, by what mem_map says: lists may be broken after a panic. */
static void count_free_blocks(const struct zone *zone, type_counts count)
{
	unsigned long pfn;

	memset(count, 0, sizeof(type_counts));
	for_each_zone_block (pfn, zone) {
		const struct page *page = pfn_to_page(pfn);

		if (PageBuddy(page) && page_begins_block(page))
			count[get_pageblock_migratetype(page)][page_order(page)]++;
	}
}

static void show_free_blocks(struct out *out, const struct zone *zone)
{
	unsigned int type, order;
	type_counts count;

	count_free_blocks(zone, count);
	for (type = 0; type < MIGRATE_TYPES; type++) {
		out_printf(out, "Node %4d, zone %8s, type %12s ", zone->zone_pgdat->node_id,
			   zone->name, migratetype_names[type]);
		for (order = 0; order < MAX_ORDER; order++)
			out_printf(out, "%6lu ", count[type][order]);
		out_printf(out, "\n");
	}
}

/* A mixed one is nobody's. */
static void show_pageblocks(struct out *out, const struct zone *zone)
{
	unsigned long blocks[MIGRATE_TYPES] = { 0 }, pfn;
	unsigned int type;

	for_each_zone_pageblock (pfn, zone)
		blocks[get_pageblock_migratetype(pfn_to_page(pfn))]++;
	out_printf(out, "Node %d, zone %8s ", zone->zone_pgdat->node_id, zone->name);
	for (type = 0; type < MIGRATE_TYPES; type++)
		out_printf(out, "%12lu ", blocks[type]);
	out_printf(out, "\n");
}

static void show_zones(struct out *out, const pg_data_t *pgdat,
		       void (*show)(struct out *out, const struct zone *zone))
{
	unsigned int i;

	for (i = 0; i < MAX_NR_ZONES; i++)
		if (pgdat->node_zones[i].present_pages)
			show(out, &pgdat->node_zones[i]);
}

static void show_node_types(struct out *out, const pg_data_t *pgdat)
{
	unsigned int i;

	out_printf(out, "Page block order: %d\nPages per block:  %lu\n\n", pageblock_order,
		   pageblock_nr_pages);
	out_printf(out, "%-43s ", "Free pages count per migrate type at order");
	for (i = 0; i < MAX_ORDER; i++)
		out_printf(out, "%6u ", i);
	out_printf(out, "\n");
	show_zones(out, pgdat, show_free_blocks);
	out_printf(out, "\n%-23s", "Number of blocks type ");
	for (i = 0; i < MIGRATE_TYPES; i++)
		out_printf(out, "%12s ", migratetype_names[i]);
	out_printf(out, "\n");
	show_zones(out, pgdat, show_pageblocks);
}

/* As in Linux: both tables for one node, then for the next. */
void pagetypeinfo_show(struct out *out)
{
	int nid;

	for_each_online_node (nid)
		if (NODE_DATA(nid)->node_present_pages)
			show_node_types(out, NODE_DATA(nid));
}
