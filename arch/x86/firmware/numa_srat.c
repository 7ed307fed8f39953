/* SPDX-License-Identifier: 0BSD
 *
 * numa_srat.c - from SRAT's affinities to nodes, and SLIT's distances (ACPI specification 6.4,
 * 5.2.16 and 5.2.17).
 *
 * 1. Numbers   Nodes stand for proximity domains in the order in which these come, those of
 *              processors first, as in Linux: the boot log is comparable. A domain gets its number
 *              even if no RAM of it is in reach. Domains beyond MAX_NUMNODES share the last node.
 * 2. Memory    A range counts as far as the map in force has RAM in it, hot-pluggable or not: what
 *              can be plugged in is not there, and Hyper-V calls all of its RAM hot-pluggable. It
 *              has the pages that begin in it.
 * 3. Trust     Two nodes that claim the same page of RAM, or a MiB of RAM or more that no range
 *              covers: then the table is not about this machine, and is not used. With less than
 *              that, firmware has kept something to itself; a node's neighbour above it is whose
 *              it is.
 * 4. Not done  Memory above 4 GiB, which this kernel does not reach.
 */
#include <asm/firmware/numa.h>
#include <lib/align.h>
#include <lib/errno.h>
#include <lib/init.h>
#include <mm/mm_init.h>

#define UNCOVERED_MAX ((1ul << 20 >> PAGE_SHIFT) - 1) /* pages */

#define BEGIN_PFN(addr) (((addr) >> PAGE_SHIFT) + (((addr) & (PAGE_SIZE - 1)) != 0))

/* Give @domain a node. */
static void __init add_domain(struct numa_layout *layout, u32 domain)
{
	int nid = numa_node_of_domain(layout, domain);

	if (nid >= 0 && layout->domain[nid] == domain)
		return;
	if (layout->nr_domains == MAX_NUMNODES)
		layout->domains_lost = true;
	else
		layout->domain[layout->nr_domains++] = domain;
}

static void __init number_domains(struct numa_layout *layout, const struct srat *srat)
{
	unsigned int i;

	for (i = 0; i < srat->nr_cpus; i++)
		add_domain(layout, srat->cpu[i].domain);
	for (i = 0; i < srat->nr_memory; i++)
		add_domain(layout, srat->memory[i].domain);
}

static void __init place_processors(struct numa_layout *layout, const struct srat *srat,
				    u32 apic_id)
{
	const struct srat_cpu *cpu;

	for (cpu = srat->cpu; cpu < srat->cpu + srat->nr_cpus; cpu++) {
		int nid = numa_node_of_domain(layout, cpu->domain);

		layout->has_cpu[nid] = true;
		if (cpu->apic_id != apic_id)
			continue;
		layout->boot_nid = nid;
		layout->has_boot_nid = true;
	}
}

static enum numa_problem __init place_memory(struct numa_layout *layout,
					     const struct srat_memory *m,
					     const struct e820_map *map)
{
	unsigned long start_pfn, end_pfn;

	if (!m->size)
		return NUMA_FINE;
	start_pfn = (unsigned long)min(BEGIN_PFN(m->start), (u64)MAX_PFN_LIMIT);
	end_pfn = (unsigned long)min((m->start + (m->size - 1)) >> PAGE_SHIFT,
				     (u64)MAX_PFN_LIMIT - 1) +
		  1;
	if (start_pfn >= end_pfn || !e820_cut_to_ram(map, &start_pfn, &end_pfn))
		return NUMA_FINE;
	switch (numa_layout_add(layout, numa_node_of_domain(layout, m->domain), start_pfn,
				end_pfn)) {
	case -EEXIST:
		return NUMA_OVERLAP;
	case -ENOSPC:
		return NUMA_CROWDED;
	default:
		return NUMA_FINE;
	}
}

static bool __init covers_ram(const struct numa_layout *layout, const struct e820_map *map)
{
	unsigned long left = e820_ram_pages(map, 0, MAX_PFN_LIMIT);
	const struct numa_memory *m;

	for (m = layout->memory; m < layout->memory + layout->nr_memory; m++)
		left -= e820_ram_pages(map, m->start_pfn, m->end_pfn);
	return layout->nr_memory && left <= UNCOVERED_MAX;
}

enum numa_problem __init numa_from_srat(struct numa_layout *layout, const struct srat *srat,
					const struct e820_map *map, u32 apic_id)
{
	const struct srat_memory *m;

	number_domains(layout, srat);
	place_processors(layout, srat, apic_id);
	for (m = srat->memory; m < srat->memory + srat->nr_memory; m++) {
		enum numa_problem problem = place_memory(layout, m, map);

		if (problem)
			return problem;
	}
	return covers_ram(layout, map) ? NUMA_FINE : NUMA_UNCOVERED;
}

void __init numa_take_distances(struct numa_layout *layout, const struct slit *slit)
{
	int from, to;

	for (from = 0; from < layout->nr_domains; from++)
		for (to = 0; to < layout->nr_domains; to++)
			layout->distance[from][to] = (u8)slit_distance(slit, layout->domain[from],
								       layout->domain[to]);
}
