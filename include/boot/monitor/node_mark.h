/* SPDX-License-Identifier: 0BSD
 *
 * node_mark.h - whose pages a row of a picture shows, where there are several nodes.
 */
#ifndef BOOT_MONITOR_NODE_MARK_H
#define BOOT_MONITOR_NODE_MARK_H

struct out;

/* The node of the first page with a struct page among @start_pfn and each @step pages on, below
 * @end_pfn; NUMA_NO_NODE if there is none, or one node only. Context: any; reads only. */
int node_mark_first(unsigned long start_pfn, unsigned long end_pfn, unsigned long step);

/* Print the nodes of all those pages as the end of a line, ` N0` or ` N0,1`; nothing if there is no
 * such page, or one node only. Context: any; reads only. */
void node_mark_show(struct out *out, unsigned long start_pfn, unsigned long end_pfn,
		    unsigned long step);

#endif
