/* SPDX-License-Identifier: 0BSD
 *
 * numa.c - the machine's memory by nodes (Gorman 2.1, Mauerer 3.2.1).
 *
 * A list of ranges, ascending, that do not overlap. Holes between them belong to the range below,
 * so that each page frame has a node. An empty list is a machine of one node.
 */
#include <asm/firmware/numa.h>
#include <lib/align.h>
#include <lib/init.h>
#include <lib/param.h>
#include <lib/printk.h>
#include <lib/string.h>
#include <mm/mm_init.h>

struct numa_memory {
	unsigned long start_pfn, end_pfn; /* [start_pfn, end_pfn) */
	int nid;
};

static struct numa_memory memory[NUMA_MEMORY_MAX] __initdata;
static unsigned int nr_memory __initdata;

/* numa= */
static bool numa_off __initdata;
static u32 fake_nodes __initdata;

static int __init set_numa(const char *value)
{
	u32 nodes;

	if (value && !strcmp(value, "off")) {
		numa_off = true;
		return 0;
	}
	if (!value || strncmp(value, "fake=", 5) || !parse_u32(value + 5, MAX_NUMNODES, &nodes) ||
	    !nodes)
		return -EINVAL;
	fake_nodes = nodes;
	return 0;
}
KERNEL_PARAM(numa, "numa", set_numa);

bool __init numa_add_memory(int nid, unsigned long start_pfn, unsigned long end_pfn)
{
	unsigned int at = nr_memory;

	if (nid < 0 || nid >= MAX_NUMNODES || nr_memory == NUMA_MEMORY_MAX || start_pfn >= end_pfn)
		return false;
	while (at > 0 && memory[at - 1].start_pfn >= end_pfn)
		at--;
	if (at > 0 && memory[at - 1].end_pfn > start_pfn)
		return false;
	memmove(&memory[at + 1], &memory[at], (nr_memory - at) * sizeof(memory[0]));
	memory[at] = (struct numa_memory){ start_pfn, end_pfn, nid };
	nr_memory++;
	return true;
}

/* Pages of RAM below @end_pfn. */
static unsigned long __init ram_pages(const struct e820_map *map, unsigned long end_pfn)
{
	struct ram_range ram = { 0 };
	unsigned long pages = 0;

	while (e820_next_ram(map, &ram) && ram.start_pfn < end_pfn)
		pages += min(ram.end_pfn, end_pfn) - ram.start_pfn;
	return pages;
}

/* Where @pages of RAM lie below, in whole blocks. */
static unsigned long __init end_of_pages(const struct e820_map *map, unsigned long pages)
{
	unsigned long pfn = 0;

	while (pfn < max_pfn && ram_pages(map, pfn) < pages)
		pfn += MAX_ORDER_NR_PAGES;
	return pfn;
}

/* As many nodes as the user wants, with the same number of pages each. */
static void __init make_fake_nodes(const struct e820_map *map)
{
	unsigned long total = ram_pages(map, max_pfn), start_pfn = 0;
	u32 i;

	nr_memory = 0;
	for (i = 0; i < fake_nodes; i++) {
		unsigned long end_pfn = i + 1 < fake_nodes
						? end_of_pages(map, total / fake_nodes * (i + 1))
						: MAX_PFN_LIMIT;

		if (numa_add_memory((int)i, start_pfn, end_pfn))
			pr_info("numa: faking node %u at pfn 0x%lx-0x%lx\n", i, start_pfn,
				min(end_pfn, max_pfn) - 1);
		start_pfn = max(start_pfn, end_pfn);
	}
}

void __init numa_init(const struct e820_map *map)
{
	const struct numa_memory *m;

	if (numa_off)
		nr_memory = 0;
	else if (fake_nodes)
		make_fake_nodes(map);
	if (!nr_memory)
		numa_add_memory(0, 0, MAX_PFN_LIMIT);
	for (m = memory; m < memory + nr_memory; m++)
		node_set_online(m->nid);
}

int __init numa_node_at(unsigned long pfn, unsigned long *end_pfn)
{
	const struct numa_memory *m = memory, *last = memory + nr_memory - 1;

	while (m < last && m[1].start_pfn <= pfn)
		m++;
	*end_pfn = m < last ? m[1].start_pfn : MAX_PFN_LIMIT;
	return m->nid;
}
