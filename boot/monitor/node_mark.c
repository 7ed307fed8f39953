/* SPDX-License-Identifier: 0BSD
 *
 * node_mark.c - whose pages a row of a picture shows, where there are several nodes.
 *
 * One page of each cell is asked, as a cell is one character: a node with less than a cell may be
 * missed. zoneinfo has the exact numbers.
 */
#include <boot/monitor/node_mark.h>

#include <lib/bitmap.h>
#include <lib/out.h>
#include <mm/mmzone.h>

int node_mark_first(unsigned long start_pfn, unsigned long end_pfn, unsigned long step)
{
	unsigned long pfn;

	for (pfn = start_pfn; several_nodes() && pfn < end_pfn; pfn += step)
		if (pfn_valid(pfn))
			return (int)page_to_nid(pfn_to_page(pfn));
	return NUMA_NO_NODE;
}

void node_mark_show(struct out *out, unsigned long start_pfn, unsigned long end_pfn,
		    unsigned long step)
{
	unsigned long seen[BITS_TO_LONGS(MAX_NUMNODES)] = { 0 }, pfn;
	const char *between = " N";
	int nid;

	for (pfn = start_pfn; several_nodes() && pfn < end_pfn; pfn += step)
		if (pfn_valid(pfn))
			__set_bit(page_to_nid(pfn_to_page(pfn)), seen);
	for_each_online_node (nid) {
		if (!test_bit((unsigned long)nid, seen))
			continue;
		out_printf(out, "%s%d", between, nid);
		between = ",";
	}
}
