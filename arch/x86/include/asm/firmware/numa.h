/* SPDX-License-Identifier: 0BSD
 *
 * numa.h - which memory is which node's: from the firmware's tables or from the command line.
 */
#ifndef ASM_FIRMWARE_NUMA_H
#define ASM_FIRMWARE_NUMA_H

#include <asm/firmware/e820.h>
#include <asm/firmware/slit.h>
#include <asm/firmware/srat.h>
#include <lib/out.h>

#define NUMA_MEMORY_MAX 64 /* ranges */

struct numa_memory {
	unsigned long start_pfn, end_pfn; /* [start_pfn, end_pfn) */
	int nid;
};

/* The nodes of a machine. All zero: nothing is known. */
struct numa_layout {
	unsigned int nr_memory;
	struct numa_memory memory[NUMA_MEMORY_MAX]; /* ascending, none overlaps another */
	int nr_domains;				    /* nodes that stand for a proximity domain, */
	u32 domain[MAX_NUMNODES];		    /* and for which */
	bool domains_lost;			    /* there are more: they share the last node */
	bool has_cpu[MAX_NUMNODES];
	int boot_nid; /* the boot CPU's node, if has_boot_nid */
	bool has_boot_nid;
	u8 distance[MAX_NUMNODES][MAX_NUMNODES]; /* 0: not known */
};

/* The page frames [@start_pfn, @end_pfn) are node @nid's, which may have some of them already.
 * Return: 0; -EINVAL for no such node or an empty range, -EEXIST if one of them is another node's,
 * -ENOSPC if there are too many ranges: then nothing is changed. */
int numa_layout_add(struct numa_layout *layout, int nid, unsigned long start_pfn,
		    unsigned long end_pfn);

/* The node of page frame @pfn, and in *@end_pfn where the memory ends that is its in one piece.
 * What nobody added is that of the node below it, or of the lowest one. @layout is not empty. */
int numa_layout_node_at(const struct numa_layout *layout, unsigned long pfn,
			unsigned long *end_pfn);

/* The node that stands for proximity domain @domain: the last one for those that had no room.
 * Return: -1 if there is none at all. */
int numa_node_of_domain(const struct numa_layout *layout, u32 domain);

/* What is wrong with a table or an option; texts from numa_problem(). */
enum numa_problem {
	NUMA_FINE,
	NUMA_OVERLAP,	/* two nodes claim the same page of RAM */
	NUMA_UNCOVERED, /* a MiB of RAM or more is nobody's */
	NUMA_CROWDED,	/* there are more than NUMA_MEMORY_MAX pieces */
	NUMA_FEWER,	/* numa=fake=: RAM ends before the nodes do */
	NUMA_LAST,	/* numa=fake=: the last node that can be has what remains */
	NR_NUMA_PROBLEMS
};

/* Fill @layout, all zero, from the firmware's table, as far as @map has RAM; @apic_id: the boot
 * CPU's. Pure. Return: NUMA_FINE; else the table is not about this machine, and of @layout only the
 * domains' numbers are right. Context: the boot. */
enum numa_problem numa_from_srat(struct numa_layout *layout, const struct srat *srat,
				 const struct e820_map *map, u32 apic_id);

/* One line's worth of text for a problem. */
const char *numa_problem(enum numa_problem problem);

/* Take what @slit knows of the nodes that numa_from_srat() found. */
void numa_take_distances(struct numa_layout *layout, const struct slit *slit);

/* What numa= said. */
enum numa_option { NUMA_AUTO, NUMA_OFF, NUMA_FAKE };
enum numa_option numa_option(void);

/* Fill @layout, all zero, with the nodes of numa=fake= on @map's RAM. Return: NUMA_FINE; NUMA_FEWER
 * or NUMA_LAST if they are not those that were asked for. Context: the boot. */
enum numa_problem numa_fake(struct numa_layout *layout, const struct e820_map *map);

/* The running machine. */

/* numa_layout_add() for it. Context: before numa_init(). */
int numa_add_memory(int nid, unsigned long start_pfn, unsigned long end_pfn);

/* Settle the nodes of @map's RAM: what the user said (numa=), else what was added, else what the
 * firmware's tables say, else one node. All nodes that have memory or a CPU are online after this,
 * CPUs and distances are known to <mm/topology.h>. @apic_id is the boot CPU's. Context: the boot,
 * before bootmem. */
void numa_init(const struct e820_map *map, u32 apic_id);

/* It, as numa_init() left it. */
const struct numa_layout *numa_layout(void);

/* numa_layout_node_at() for it. Context: the boot, after numa_init(). */
int numa_node_at(unsigned long pfn, unsigned long *end_pfn);

/* What the firmware's tables said, and the nodes and distances that there are. Context: any. */
void numa_show(struct out *out);

#endif
