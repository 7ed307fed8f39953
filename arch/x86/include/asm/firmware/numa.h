/* SPDX-License-Identifier: 0BSD
 *
 * numa.h - which memory is which node's: from the firmware's tables or from the command line.
 */
#ifndef ASM_FIRMWARE_NUMA_H
#define ASM_FIRMWARE_NUMA_H

#include <asm/firmware/e820.h>

#define NUMA_MEMORY_MAX 64 /* ranges */

/* The page frames [@start_pfn, @end_pfn) are node @nid's. Return: false, and nothing is changed, if
 * there is no such node or no room, if the range is empty, or if it holds a page frame that is
 * another node's. Context: before numa_init(). */
bool numa_add_memory(int nid, unsigned long start_pfn, unsigned long end_pfn);

/* Settle the nodes of @map's RAM, up to max_pfn: what the user said (numa=), else what was added,
 * else one node. All that have a number here are online after this. Context: the boot, before
 * bootmem. */
void numa_init(const struct e820_map *map);

/* The node of page frame @pfn, and in *@end_pfn where the memory ends that is its in one piece.
 * What nobody added is that of the node below it, or of the lowest one. Context: the boot, after
 * numa_init(). */
int numa_node_at(unsigned long pfn, unsigned long *end_pfn);

#endif
