/* SPDX-License-Identifier: 0BSD
 *
 * numa.c - the machine's nodes (Gorman 2.1, Mauerer 3.2.1).
 *
 * 1. Data      A list of ranges, ascending, that do not overlap. A hole between two of them belongs
 *              to the one below, so that each page frame has a node. An empty list is a machine of
 *              one node.
 * 2. Sources   numa=off and numa=fake= (numa_fake.c), or SRAT and SLIT (numa_srat.c). Nothing is
 *              mixed: a source is used whole, or not at all.
 * 3. Online    A node is online if RAM or a processor is in it. The boot CPU's node is the one that
 *              SRAT names for its APIC, else the first one that is online; the same goes for the
 *              other CPUs of this build, which nobody starts.
 */
#include <asm/firmware/acpi.h>
#include <asm/firmware/numa.h>
#include <lib/align.h>
#include <lib/errno.h>
#include <lib/init.h>
#include <lib/printk.h>
#include <lib/string.h>
#include <mm/mm_init.h>
#include <mm/topology.h>

static struct numa_layout machine_layout;
static struct srat machine_srat;

const char *__init numa_problem(enum numa_problem problem)
{
	static const char *const texts[NR_NUMA_PROBLEMS] = {
		[NUMA_FINE] = "nothing",
		[NUMA_OVERLAP] = "two nodes claim the same RAM",
		[NUMA_UNCOVERED] = "a MiB of RAM or more is in no node",
		[NUMA_CROWDED] = "there are too many pieces of memory",
		[NUMA_FEWER] = "there is RAM for fewer nodes than that",
		[NUMA_LAST] = "there can be no more nodes, the last one has what remains",
	};

	return problem < NR_NUMA_PROBLEMS ? texts[problem] : "unknown problem";
}

int __init numa_layout_add(struct numa_layout *layout, int nid, unsigned long start_pfn,
			   unsigned long end_pfn)
{
	struct numa_memory *memory = layout->memory;
	unsigned int first = 0, next, nr = layout->nr_memory;

	if (nid < 0 || nid >= MAX_NUMNODES || start_pfn >= end_pfn)
		return -EINVAL;
	while (first < nr && memory[first].end_pfn <= start_pfn)
		first++;
	for (next = first; next < nr && memory[next].start_pfn < end_pfn; next++) {
		if (memory[next].nid != nid)
			return -EEXIST;
		start_pfn = min(start_pfn, memory[next].start_pfn);
		end_pfn = max(end_pfn, memory[next].end_pfn);
	}
	if (next == first && nr == NUMA_MEMORY_MAX)
		return -ENOSPC;
	/* In the place of [first, next), which are part of it. */
	memmove(&memory[first + 1], &memory[next], (nr - next) * sizeof(*memory));
	memory[first] = (struct numa_memory){ start_pfn, end_pfn, nid };
	layout->nr_memory = nr + 1 - (next - first);
	return 0;
}

int __init numa_layout_node_at(const struct numa_layout *layout, unsigned long pfn,
			       unsigned long *end_pfn)
{
	const struct numa_memory *m = layout->memory, *end = m + layout->nr_memory, *next;

	while (m + 1 < end && m[1].start_pfn <= pfn)
		m++;
	for (next = m + 1; next < end && next->nid == m->nid; next++)
		;
	*end_pfn = next < end ? next->start_pfn : MAX_PFN_LIMIT;
	return m->nid;
}

int numa_node_of_domain(const struct numa_layout *layout, u32 domain)
{
	int nid;

	for (nid = 0; nid < layout->nr_domains; nid++)
		if (layout->domain[nid] == domain)
			return nid;
	return layout->nr_domains - 1;
}

int __init numa_add_memory(int nid, unsigned long start_pfn, unsigned long end_pfn)
{
	return numa_layout_add(&machine_layout, nid, start_pfn, end_pfn);
}

const struct numa_layout *numa_layout(void)
{
	return &machine_layout;
}

int __init numa_node_at(unsigned long pfn, unsigned long *end_pfn)
{
	return numa_layout_node_at(&machine_layout, pfn, end_pfn);
}

static void __init read_slit(struct numa_layout *layout)
{
	size_t len;
	const void *table = acpi_table("SLIT", &len);
	enum slit_problem problem;
	struct slit slit;

	if (!table)
		return;
	problem = slit_parse(&slit, table, len);
	if (problem)
		pr_warn("ACPI: SLIT: %s, it is not used\n", slit_problem(problem));
	numa_take_distances(layout, &slit);
}

/* Lines in Linux's form. */
static void show_ranges(struct out *out, const char *who, const struct srat *srat,
			const struct numa_layout *layout)
{
	const struct srat_memory *m;

	for (m = srat->memory; m < srat->memory + srat->nr_memory; m++) {
		if (!m->size)
			continue;
		out_printf(out, "%s", who);
		if (layout->nr_domains)
			out_printf(out, "Node %d ", numa_node_of_domain(layout, m->domain));
		out_printf(out, "PXM %u [mem 0x%08llx-0x%08llx]%s%s\n", m->domain, m->start,
			   m->start + (m->size - 1), m->hotplug ? " hotplug" : "",
			   m->non_volatile ? " non-volatile" : "");
	}
}

static void __init parse_table(struct srat *srat, const void *table, size_t len)
{
	unsigned int i;

	srat_parse(srat, table, len);
	for (i = 0; i < NR_SRAT_PROBLEMS; i++)
		if (srat->problems & 1u << i)
			pr_warn("ACPI: SRAT: %s\n", srat_problem((enum srat_problem)i));
}

static void __init read_tables(struct numa_layout *layout, const struct e820_map *map, u32 apic_id)
{
	size_t len;
	const void *table = acpi_table("SRAT", &len);
	enum numa_problem problem;

	if (!table)
		return;
	parse_table(&machine_srat, table, len);
	problem = numa_from_srat(layout, &machine_srat, map, apic_id);
	show_ranges(&log_out, "ACPI: SRAT: ", &machine_srat, layout);
	if (layout->domains_lost)
		pr_warn("ACPI: SRAT: more than %d proximity domains, the rest shares node %d\n",
			MAX_NUMNODES, MAX_NUMNODES - 1);
	if (problem) {
		pr_warn("ACPI: SRAT: %s, the table is not used\n", numa_problem(problem));
		*layout = (struct numa_layout){ 0 };
		return;
	}
	read_slit(layout);
}

static void __init make_fake_nodes(struct numa_layout *layout, const struct e820_map *map)
{
	enum numa_problem problem = numa_fake(layout, map);
	const struct numa_memory *m;

	for (m = layout->memory; m < layout->memory + layout->nr_memory; m++) {
		unsigned long start_pfn = m->start_pfn, end_pfn = m->end_pfn;

		e820_cut_to_ram(map, &start_pfn, &end_pfn);
		pr_info("Faking node %d at [mem 0x%016llx-0x%016llx] (%luMB)\n", m->nid,
			PFN_PHYS(start_pfn), PFN_PHYS(end_pfn) - 1,
			e820_ram_pages(map, start_pfn, end_pfn) >> (20 - PAGE_SHIFT));
	}
	if (problem)
		pr_warn("numa=fake: %s\n", numa_problem(problem));
}

static void __init set_nodes_online(const struct numa_layout *layout)
{
	const struct numa_memory *m;
	int nid;

	for (m = layout->memory; m < layout->memory + layout->nr_memory; m++)
		node_set_online(m->nid);
	for (nid = 0; nid < MAX_NUMNODES; nid++)
		if (layout->has_cpu[nid])
			node_set_online(nid);
}

static void __init set_topology(const struct numa_layout *layout)
{
	unsigned int cpu;
	int nid, from, to;

	for (nid = 0; nid < MAX_NUMNODES; nid++)
		set_node_has_cpu(nid, layout->has_cpu[nid]);
	for (cpu = 0; cpu < NR_CPUS; cpu++)
		set_cpu_numa_node(cpu,
				  layout->has_boot_nid ? layout->boot_nid : next_online_node(-1));
	for (from = 0; from < layout->nr_domains; from++)
		for (to = 0; to < layout->nr_domains; to++)
			if (layout->distance[from][to])
				set_node_distance(from, to, layout->distance[from][to]);
}

void __init numa_init(const struct e820_map *map, u32 apic_id)
{
	struct numa_layout *layout = &machine_layout;

	if (numa_option() != NUMA_AUTO)
		*layout = (struct numa_layout){ 0 };
	else if (!layout->nr_memory)
		read_tables(layout, map, apic_id);
	if (numa_option() == NUMA_FAKE)
		make_fake_nodes(layout, map);
	if (!layout->nr_memory)
		numa_layout_add(layout, 0, 0, MAX_PFN_LIMIT);
	set_nodes_online(layout);
	set_topology(layout);
}

/* --- afterwards ------------------------------------------------------------------------------ */

/* Processors whose numbers follow each other are one line. */
static void show_processors(struct out *out, const struct srat *srat)
{
	const struct srat_cpu *first = srat->cpu, *cpu, *end = first + srat->nr_cpus;

	for (cpu = first; cpu < end; cpu++) {
		if (cpu + 1 < end && cpu[1].domain == cpu->domain &&
		    cpu[1].apic_id == cpu->apic_id + 1)
			continue;
		out_printf(out, "  PXM %u APIC 0x%02x-0x%02x\n", cpu->domain, first->apic_id,
			   cpu->apic_id);
		first = cpu + 1;
	}
}

static void show_affinities(struct out *out, const struct srat *srat)
{
	out_printf(out, "SRAT: revision %u%s\n", srat->revision,
		   machine_layout.nr_domains ? "" : ", not used");
	show_processors(out, srat);
	show_ranges(out, "  ", srat, &machine_layout);
}

static void show_node(struct out *out, int nid)
{
	const struct numa_memory *m;

	out_printf(out, "node %d: %lu pages", nid, NODE_DATA(nid)->node_present_pages);
	if (nid < machine_layout.nr_domains)
		out_printf(out, ", PXM %u", machine_layout.domain[nid]);
	out_printf(out, "%s\n", nid == cpu_to_node(0) ? ", CPU 0" : "");
	for (m = machine_layout.memory; m < machine_layout.memory + machine_layout.nr_memory; m++)
		if (m->nid == nid)
			out_printf(out, "  [mem 0x%08llx-0x%08llx]\n", PFN_PHYS(m->start_pfn),
				   PFN_PHYS(m->end_pfn) - 1);
}

/* As numactl prints them. */
static void show_distances(struct out *out)
{
	int from, to;

	out_printf(out, "node distances:\nnode");
	for_each_online_node (to)
		out_printf(out, " %3d", to);
	for_each_online_node (from) {
		out_printf(out, "\n%3d:", from);
		for_each_online_node (to)
			out_printf(out, " %3u", node_distance(from, to));
	}
	out_printf(out, "\n");
}

void numa_show(struct out *out)
{
	int nid;

	if (machine_srat.nr_cpus || machine_srat.nr_memory)
		show_affinities(out, &machine_srat);
	for_each_online_node (nid)
		show_node(out, nid);
	show_distances(out);
}
