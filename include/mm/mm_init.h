/* SPDX-License-Identifier: 0BSD
 *
 * mm_init.h - the steps that take a machine from its RAM ranges to a working buddy allocator.
 *
 * Order (Gorman 2.2.2, 2.3, 3.6, 5.5; Mauerer 3.4): init_bootmem(), paging, add_active_range() for
 * every range of RAM, free_area_init_nodes(), build_all_zonelists(), mem_init(), kmem_cache_init().
 * Context: the boot only, one CPU, no locks; all in .init sections.
 */
#ifndef MM_MM_INIT_H
#define MM_MM_INIT_H

#include <mm/mmzone.h>

/* Let node @nid be online, with the memory that bootmem and the active ranges give it, or without
 * any: then it takes all pages from the others. Once more does nothing. */
void node_set_online(int nid);

/* Register RAM [@start_pfn, @end_pfn) of node @nid, which is online then; ranges ascend and do not
 * overlap. Nodes may take turns, and begin and end at any page. All RAM must have a zone in
 * free_area_init_nodes(), and what bootmem is to give must be among it. What comes after
 * MAX_ACTIVE_RANGES ranges is left out in one line. */
void add_active_range(int nid, unsigned long start_pfn, unsigned long end_pfn);

/* Build nodes, zones and mem_map. @max_zone_pfn[i] is the first pfn after zone i (0: no such zone);
 * any page will do, but HighMem begins at max_low_pfn. Stops if not, and if there is no RAM.
 * mem_map takes bootmem. Pages at the top whose struct pages do not fit into lowmem are left out in
 * one line: they stay present, but are never managed; see mem_map_end_pfn. */
void free_area_init_nodes(const unsigned long max_zone_pfn[MAX_NR_ZONES]);

/* Which zone stands before which: zonelist.c has the rules. Names and values of Linux 2.6.24. */
enum zonelist_order {
	ZONELIST_ORDER_DEFAULT, /* one of the others, by what the nodes have */
	ZONELIST_ORDER_NODE,	/* all zones of the nearest node first */
	ZONELIST_ORDER_ZONE	/* the highest zones of all nodes first */
};

/* `numa_zonelist_order=`. Context: before build_all_zonelists(). Return: what was set before. */
enum zonelist_order set_zonelist_order(enum zonelist_order order);

/* Order the zones for every kind of request. */
void build_all_zonelists(void);

/* A range of memory that must never be handed out. */
struct mem_reservation {
	phys_addr_t start, last; /* bytes, inclusive */
};

/* Retire bootmem into the buddy allocator, then free the HighMem pages that no reservation touches.
 * Prints the Memory: line. Return: pages freed. */
unsigned long mem_init(const struct mem_reservation *reserved, unsigned int nr_reserved);

#endif
