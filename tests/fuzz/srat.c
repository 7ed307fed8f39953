/* SPDX-License-Identifier: 0BSD
 *
 * srat.c - fuzz target: the bytes of a SRAT, and the nodes that are made of it on a small machine.
 *
 * The oracle reads the table once more, byte by byte, and asks for the pages at the ends of each
 * range who claims them.
 */
#include "fuzz.h"

#include <asm/firmware/numa.h>
#include <lib/bug.h>
#include <lib/string.h>
#include <mm/mm_init.h>

#define HEAD 48

static struct srat srat;
static struct numa_layout layout;
static struct e820_map map;

static u64 get(const u8 *at, unsigned int bytes)
{
	u64 value = 0;

	while (bytes--)
		value = value << 8 | at[bytes];
	return value;
}

/* What the oracle has seen of the lists. */
static unsigned int nr_cpus, nr_memory;

static void expect_cpu(u64 domain, u64 apic_id, u64 flags)
{
	if (!(flags & 1) || nr_cpus == SRAT_CPUS_MAX)
		return;
	mm_bug_on(nr_cpus >= srat.nr_cpus || srat.cpu[nr_cpus].domain != domain ||
			  srat.cpu[nr_cpus].apic_id != apic_id,
		  "processor %u is not APIC %llu of domain %llu", nr_cpus, apic_id, domain);
	nr_cpus++;
}

static void expect_memory(u64 domain, u64 start, u64 size, u64 flags)
{
	const struct srat_memory *m = &srat.memory[nr_memory];

	if (!(flags & 1) || (size && size - 1 > ~0ULL - start) || nr_memory == SRAT_MEMORY_MAX)
		return;
	mm_bug_on(nr_memory >= srat.nr_memory || m->domain != domain || m->start != start ||
			  m->size != size || m->hotplug != !!(flags & 2) ||
			  m->non_volatile != !!(flags & 4),
		  "range %u is not 0x%llx, size 0x%llx of domain %llu", nr_memory, start, size,
		  domain);
	nr_memory++;
}

/* Return: the bytes to go on by; 0 if the table ends here. */
static size_t expect_entry(const u8 *at, size_t left, u64 short_mask)
{
	size_t len = left > 1 ? at[1] : 0;
	const size_t needed[] = { 16, 40, 24 };

	if (len < 2 || len > left || (at[0] < 3 && len < needed[at[0]]))
		return 0;
	if (at[0] == 0)
		expect_cpu((at[2] | get(at + 9, 3) << 8) & short_mask, at[3], get(at + 4, 4));
	if (at[0] == 1)
		expect_memory(get(at + 2, 4) & short_mask, get(at + 8, 8), get(at + 16, 8),
			      get(at + 28, 4));
	if (at[0] == 2)
		expect_cpu(get(at + 4, 4), get(at + 8, 4), get(at + 12, 4));
	return len;
}

static void check_lists(const u8 *table, size_t size)
{
	size_t at = HEAD, step;

	nr_cpus = nr_memory = 0;
	while (size >= HEAD && at < size &&
	       (step = expect_entry(table + at, size - at, table[8] > 1 ? ~0ULL : 0xFF)))
		at += step;
	mm_bug_on(nr_cpus != srat.nr_cpus || nr_memory != srat.nr_memory,
		  "%u processors and %u ranges too many", srat.nr_cpus - nr_cpus,
		  srat.nr_memory - nr_memory);
	mm_bug_on(!!(srat.problems & 1u << SRAT_BAD_ENTRY) != (size >= HEAD && at < size),
		  "problems 0x%x, %zu of %zu bytes are good", srat.problems, at, size);
	mm_bug_on(!!(srat.problems & 1u << SRAT_SHORT) != (size < HEAD), "%zu bytes", size);
}

/* The node that claims @pfn; -1: none, -2: several. */
static int claimed_by(unsigned long pfn)
{
	const struct srat_memory *m;
	int nid = -1;

	for (m = srat.memory; m < srat.memory + srat.nr_memory; m++) {
		int mine = numa_node_of_domain(&layout, m->domain);

		if (PFN_PHYS(pfn) < m->start || PFN_PHYS(pfn) - m->start >= m->size)
			continue;
		if (nid >= 0 && nid != mine)
			return -2;
		nid = mine;
	}
	return nid;
}

static void check_page(unsigned long pfn)
{
	unsigned long end_pfn;
	int nid = claimed_by(pfn);

	if (nid != -1 && e820_ram_pages(&map, pfn, pfn + 1))
		mm_bug_on(numa_layout_node_at(&layout, pfn, &end_pfn) != nid,
			  "pfn 0x%lx is claimed by %d", pfn, nid);
}

static void check_layout(void)
{
	const struct numa_memory *m, *end = layout.memory + layout.nr_memory;

	mm_bug_on(layout.nr_memory > NUMA_MEMORY_MAX, "%u pieces", layout.nr_memory);
	for (m = layout.memory; m < end; m++) {
		mm_bug_on(m->nid < 0 || m->nid >= layout.nr_domains, "node %d", m->nid);
		mm_bug_on(m->start_pfn >= m->end_pfn || m->end_pfn > MAX_PFN_LIMIT ||
				  (m + 1 < end && m->end_pfn > m[1].start_pfn),
			  "0x%lx-0x%lx", m->start_pfn, m->end_pfn);
		check_page(m->start_pfn);
		check_page(m->end_pfn - 1);
		check_page(m->end_pfn);
	}
}

/* Two ranges that overlap do so where the RAM of one of them begins. */
static void check_overlap(void)
{
	const struct srat_memory *m;

	for (m = srat.memory; m < srat.memory + srat.nr_memory; m++) {
		u64 first = (m->start + PAGE_SIZE - 1) / PAGE_SIZE;
		unsigned long end_pfn = MAX_PFN_LIMIT,
			      pfn = (unsigned long)min(first, (u64)MAX_PFN_LIMIT);

		if (e820_cut_to_ram(&map, &pfn, &end_pfn) && claimed_by(pfn) == -2)
			return;
	}
	panic("no page is claimed by two nodes");
}

static void make_machine(void)
{
	if (map.nr)
		return;
	e820_add(&map, 0, 0x9FC00, E820_RAM);
	e820_add(&map, 0x100000, 0x7F00000, E820_RAM);
	e820_add(&map, 0x10000000, 0x8000800, E820_RAM);
	e820_add(&map, 0xFFF00000, 0x200000, E820_RAM);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	u8 *table = fuzz_copy(data, size);
	enum numa_problem problem;

	make_machine();
	memset(&layout, 0, sizeof(layout));
	srat_parse(&srat, table, size);
	check_lists(table, size);
	problem = numa_from_srat(&layout, &srat, &map, 0);
	if (problem == NUMA_FINE)
		check_layout();
	else if (problem == NUMA_OVERLAP)
		check_overlap();
	fuzz_free(table);
	return 0;
}
