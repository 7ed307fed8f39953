/* SPDX-License-Identifier: 0BSD
 *
 * numa.c - from affinities and from numa= to nodes, on made-up maps: by hand, and at random against
 * an oracle that asks for each page frame who has claimed it.
 */
#include <asm/firmware/numa.h>
#include <lib/errno.h>
#include <lib/format.h>
#include <mm/mm_init.h>
#include <mm/topology.h>
#include <test/capture.h>

#include "boot_scratch.h"

#define NO_NODE (-1)
#define SEVERAL (-2)
#define BLOCK	1024UL /* page frames of a block: nodes of numa=fake= end with one */

static struct srat srat __initdata;
static struct numa_layout layout __initdata;

static void __init begin(void)
{
	scratch_begin();
	memset(&srat, 0, sizeof(srat));
	memset(&layout, 0, sizeof(layout));
}

static void __init add_cpu(u32 domain, u32 apic_id)
{
	srat.cpu[srat.nr_cpus++] = (struct srat_cpu){ .apic_id = apic_id, .domain = domain };
}

/* In bytes. */
static void __init add_bytes(u32 domain, u64 start, u64 end)
{
	srat.memory[srat.nr_memory++] =
		(struct srat_memory){ .start = start, .size = end - start, .domain = domain };
}

static void __init add_pages(u32 domain, u64 start_pfn, u64 end_pfn)
{
	add_bytes(domain, start_pfn << PAGE_SHIFT, end_pfn << PAGE_SHIFT);
}

static enum numa_problem __init place(u32 apic_id)
{
	return numa_from_srat(&layout, &srat, &scratch.map, apic_id);
}

/* The list has exactly these pieces, as far as MAX_NUMNODES lets it. */
static void __init check_pieces(const struct numa_memory *want, unsigned int nr)
{
	unsigned int i;

	kt_eq(layout.nr_memory, nr);
	for (i = 0; i < nr; i++) {
		kt_eq(layout.memory[i].start_pfn, want[i].start_pfn);
		kt_eq(layout.memory[i].end_pfn, want[i].end_pfn);
		kt_eq(layout.memory[i].nid, min(want[i].nid, MAX_NUMNODES - 1));
	}
}

/* --- the list -------------------------------------------------------------------------------- */

KTEST_BOOT(numa, a_list_of_ranges_ascends_and_joins_what_overlaps)
{
	unsigned int i;

	begin();
	kt_eq(numa_layout_add(&layout, 0, 0x300, 0x400), 0);
	kt_eq(numa_layout_add(&layout, 0, 0x100, 0x200), 0);
	check_pieces((struct numa_memory[]){ { 0x100, 0x200, 0 }, { 0x300, 0x400, 0 } }, 2);
	kt_eq(numa_layout_add(&layout, 0, 0x1FF, 0x301), 0);
	check_pieces((struct numa_memory[]){ { 0x100, 0x400, 0 } }, 1);
	kt_eq(numa_layout_add(&layout, 0, 0x180, 0x190), 0);
	kt_eq(numa_layout_add(&layout, 0, 0x400, 0x500), 0);
	kt_eq(numa_layout_add(&layout, 0, 0x80, 0x600), 0);
	check_pieces((struct numa_memory[]){ { 0x80, 0x600, 0 } }, 1);
	kt_eq(numa_layout_add(&layout, -1, 0, 1), -EINVAL);
	kt_eq(numa_layout_add(&layout, MAX_NUMNODES, 0, 1), -EINVAL);
	kt_eq(numa_layout_add(&layout, 0, 5, 5), -EINVAL);
	kt_eq(numa_layout_add(&layout, 0, 5, 4), -EINVAL);
	for (i = 1; i < NUMA_MEMORY_MAX; i++)
		kt_eq(numa_layout_add(&layout, 0, 0x1000 + 2 * i, 0x1001 + 2 * i), 0);
	kt_eq(numa_layout_add(&layout, 0, 0x800, 0x801), -ENOSPC);
	kt_eq(numa_layout_add(&layout, 0, 0x5FF, 0x601), 0);
	kt_eq(layout.nr_memory, NUMA_MEMORY_MAX);
}

KTEST_BOOT(numa, a_page_has_one_node)
{
	unsigned long end_pfn;

	if (MAX_NUMNODES == 1)
		kt_skip("built for one node");
	begin();
	kt_eq(numa_layout_add(&layout, 1, 0x100, 0x200), 0);
	kt_eq(numa_layout_add(&layout, 0, 0x300, 0x400), 0);
	kt_eq(numa_layout_add(&layout, 0, 0x1FF, 0x200), -EEXIST);
	kt_eq(numa_layout_add(&layout, 1, 0x250, 0x301), -EEXIST);
	kt_eq(numa_layout_add(&layout, 0, 0, 0x500), -EEXIST);
	kt_eq(numa_layout_add(&layout, 0, 0x400, 0x500), 0);
	check_pieces((struct numa_memory[]){ { 0x100, 0x200, 1 },
					     { 0x300, 0x400, 0 },
					     { 0x400, 0x500, 0 } },
		     3);
	kt_eq(numa_layout_node_at(&layout, 0, &end_pfn), 1);
	kt_eq(end_pfn, 0x300);
	kt_eq(numa_layout_node_at(&layout, 0x2FF, &end_pfn), 1);
	kt_eq(end_pfn, 0x300);
	kt_eq(numa_layout_node_at(&layout, 0x300, &end_pfn), 0);
	kt_eq(end_pfn, MAX_PFN_LIMIT);
	kt_eq(numa_layout_node_at(&layout, MAX_PFN_LIMIT - 1, &end_pfn), 0);
	kt_eq(end_pfn, MAX_PFN_LIMIT);
}

/* --- SRAT ------------------------------------------------------------------------------------ */

KTEST_BOOT(numa, domains_are_numbered_as_they_come_processors_first)
{
	const u32 order[] = { 9, 3, 7, 1 };
	int nid;

	begin();
	scratch_add_ram(0x100, 0x1000);
	add_pages(7, 0x800, 0x1000);
	add_pages(3, 0, 0x800);
	add_pages(1, 0x200000, 0x300000); /* above 4 GiB */
	add_cpu(9, 4);
	add_cpu(3, 5);
	add_cpu(9, 6);
	kt_eq(place(5), NUMA_FINE);
	kt_eq(layout.nr_domains, min(4, MAX_NUMNODES));
	for (nid = 0; nid < layout.nr_domains; nid++) {
		kt_eq(layout.domain[nid], order[nid]);
		kt_eq(numa_node_of_domain(&layout, order[nid]), nid);
		if (MAX_NUMNODES > 2)
			kt_eq(layout.has_cpu[nid], nid < 2);
	}
	kt_true(layout.has_boot_nid);
	kt_eq(layout.boot_nid, min(1, MAX_NUMNODES - 1));
	if (MAX_NUMNODES > 2)
		check_pieces((struct numa_memory[]){ { 0x100, 0x800, 1 }, { 0x800, 0x1000, 2 } },
			     2);
	else /* 3 and 7 share the last one */
		kt_eq(layout.memory[0].nid, MAX_NUMNODES - 1);
}

KTEST_BOOT(numa, a_boot_cpu_that_nobody_names_has_no_node)
{
	begin();
	scratch_add_ram(0x100, 0x1000);
	add_cpu(0, 4);
	add_pages(0, 0, 0x1000);
	kt_eq(place(5), NUMA_FINE);
	kt_false(layout.has_boot_nid);
	kt_true(layout.has_cpu[0]);
}

static const struct srat_case {
	const char *name;
	enum numa_problem problem;
	struct numa_memory ram[3];    /* nodes are of no meaning */
	struct numa_memory ranges[4]; /* the node is the domain */
	unsigned int nr;	      /* pieces, if it is fine */
	struct numa_memory pieces[4];
} srat_cases[] __initconst = {
	{ "two nodes, and a hole that both claim a part of",
	  NUMA_FINE,
	  { { 0x100, 0x800, 0 }, { 0xA00, 0x1000, 0 } },
	  { { 0, 0x900, 0 }, { 0x900, 0x2000, 1 } },
	  2,
	  { { 0x100, 0x800, 0 }, { 0xA00, 0x1000, 1 } } },
	{ "an overlap where no RAM is",
	  NUMA_FINE,
	  { { 0x100, 0x800, 0 }, { 0xA00, 0x1000, 0 } },
	  { { 0, 0xA00, 0 }, { 0x800, 0x2000, 1 } },
	  2,
	  { { 0x100, 0x800, 0 }, { 0xA00, 0x1000, 1 } } },
	{ "an overlap of a page of RAM",
	  NUMA_OVERLAP,
	  { { 0x100, 0x1000, 0 } },
	  { { 0, 0x801, 0 }, { 0x800, 0x1000, 1 } },
	  0,
	  { { 0 } } },
	{ "one node inside of another",
	  NUMA_OVERLAP,
	  { { 0x100, 0x1000, 0 } },
	  { { 0, 0x1000, 0 }, { 0x800, 0x900, 1 } },
	  0,
	  { { 0 } } },
	{ "a node that overlaps with itself",
	  NUMA_FINE,
	  { { 0x100, 0x1000, 0 } },
	  { { 0, 0x900, 0 }, { 0x800, 0xA00, 0 }, { 0xA00, 0x1000, 1 } },
	  2,
	  { { 0x100, 0xA00, 0 }, { 0xA00, 0x1000, 1 } } },
	{ "nodes that interleave, in any order",
	  NUMA_FINE,
	  { { 0x100, 0x1000, 0 } },
	  { { 0, 0x400, 0 }, { 0xC00, 0x1000, 1 }, { 0x800, 0xC00, 0 }, { 0x400, 0x800, 1 } },
	  4,
	  { { 0x100, 0x400, 0 }, { 0x400, 0x800, 1 }, { 0x800, 0xC00, 0 }, { 0xC00, 0x1000, 1 } } },
	{ "a range without RAM",
	  NUMA_FINE,
	  { { 0x100, 0x1000, 0 } },
	  { { 0, 0x1000, 0 }, { 0x1000, 0x2000, 1 } },
	  1,
	  { { 0x100, 0x1000, 0 } } },
	{ "nothing but ranges without RAM",
	  NUMA_UNCOVERED,
	  { { 0x100, 0x1000, 0 } },
	  { { 0x1000, 0x2000, 0 }, { 0x100000, 0x200000, 1 } },
	  0,
	  { { 0 } } },
	{ "ranges through 4 GiB and above",
	  NUMA_FINE,
	  { { 0x100, 0x1000, 0 }, { 0xFF000, 0x100000, 0 } },
	  { { 0, 0x80000, 0 }, { 0x80000, 0x180000, 1 }, { 0x100000, 0x200000, 0 } },
	  2,
	  { { 0x100, 0x1000, 0 }, { 0xFF000, 0x100000, 1 } } },
	{ "a MiB less a page is nobody's",
	  NUMA_FINE,
	  { { 0x100, 0x1000, 0 } },
	  { { 0, 0x800, 0 }, { 0x8FF, 0x1000, 1 } },
	  2,
	  { { 0x100, 0x800, 0 }, { 0x8FF, 0x1000, 1 } } },
	{ "a MiB is nobody's",
	  NUMA_UNCOVERED,
	  { { 0x100, 0x1000, 0 } },
	  { { 0, 0x800, 0 }, { 0x900, 0x1000, 1 } },
	  0,
	  { { 0 } } },
	{ "a MiB in two places is nobody's",
	  NUMA_UNCOVERED,
	  { { 0x100, 0x1000, 0 } },
	  { { 0x180, 0x800, 0 }, { 0x880, 0x1000, 1 } },
	  0,
	  { { 0 } } },
};

KTEST_BOOT(numa, ranges_are_cut_to_ram)
{
	const struct srat_case *c;
	unsigned int i;

	if (MAX_NUMNODES == 1)
		kt_skip("built for one node");
	for_each_case (c, srat_cases) {
		kt_case(c->name);
		begin();
		for (i = 0; i < ARRAY_SIZE(c->ram); i++)
			if (c->ram[i].end_pfn)
				scratch_add_ram(c->ram[i].start_pfn, c->ram[i].end_pfn);
		add_cpu(0, 0); /* so that domains have their own numbers */
		add_cpu(1, 1);
		for (i = 0; i < ARRAY_SIZE(c->ranges); i++)
			add_pages((u32)c->ranges[i].nid, c->ranges[i].start_pfn,
				  c->ranges[i].end_pfn);
		kt_eq(place(0), c->problem);
		if (!c->problem)
			check_pieces(c->pieces, c->nr);
	}
}

/* A page that two ranges share belongs to the one that it begins in. */
KTEST_BOOT(numa, borders_need_not_be_those_of_pages)
{
	begin();
	scratch_add_ram(0x100, 0x1000);
	add_bytes(0, 0, 0x800001);
	add_bytes(1, 0x800001, 0x900FFF);
	add_bytes(2, 0x900FFF, 0x901000); /* no page begins here */
	add_bytes(1, 0x901000, 0x1000000);
	kt_eq(place(0), NUMA_FINE);
	if (MAX_NUMNODES > 2)
		check_pieces((struct numa_memory[]){ { 0x100, 0x801, 0 },
						     { 0x801, 0x901, 1 },
						     { 0x901, 0x1000, 1 } },
			     3);
}

/* Hyper-V calls all of its RAM hot-pluggable; QEMU announces what is not there. */
KTEST_BOOT(numa, hot_pluggable_ranges_count_as_far_as_there_is_ram)
{
	unsigned int i;

	begin();
	scratch_add_ram(0x100, 0x1000);
	add_pages(0, 0, 0x1000);
	add_pages(0, 0x100000, 0x200000);
	add_pages(1, 0x1000, 0x100000);
	for (i = 0; i < srat.nr_memory; i++)
		srat.memory[i].hotplug = true;
	kt_eq(place(0), NUMA_FINE);
	check_pieces((struct numa_memory[]){ { 0x100, 0x1000, 0 } }, 1);
}

/* The entries of length 0 that some firmware enables are no memory, but name a domain. */
KTEST_BOOT(numa, an_empty_range_names_a_domain)
{
	begin();
	scratch_add_ram(0x100, 0x1000);
	add_pages(5, 0x100, 0x100);
	add_pages(6, 0, 0x1000);
	kt_eq(place(0), NUMA_FINE);
	check_pieces((struct numa_memory[]){ { 0x100, 0x1000, 1 } }, 1);
	kt_eq(layout.domain[0], 5);
}

KTEST_BOOT(numa, domains_beyond_the_last_node_share_it)
{
	unsigned int i;
	int nid;

	begin();
	scratch_add_ram(0x100, 0x100 + 0x10 * (MAX_NUMNODES + 3));
	for (i = 0; i < MAX_NUMNODES + 3; i++)
		add_pages(100 + i, 0x100 + 0x10 * i, 0x110 + 0x10 * i);
	add_cpu(100, 0);
	add_cpu(100 + MAX_NUMNODES + 2, 1);
	kt_eq(place(1), NUMA_FINE);
	kt_eq(layout.nr_domains, MAX_NUMNODES);
	kt_eq(layout.nr_memory, MAX_NUMNODES + 3);
	kt_eq(layout.boot_nid,
	      min(1, MAX_NUMNODES - 1)); /* a processor's domain is among the first */
	for (i = 0; i < layout.nr_memory; i++) {
		nid = layout.memory[i].nid;
		kt_true(nid >= 0 && nid < MAX_NUMNODES);
	}
	kt_eq(numa_node_of_domain(&layout, 100 + MAX_NUMNODES + 1), MAX_NUMNODES - 1);
}

KTEST_BOOT(numa, too_many_pieces_are_no_nodes)
{
	unsigned long i;

	begin();
	for (i = 0; i <= NUMA_MEMORY_MAX; i++) {
		scratch_add_ram(0x100 + 2 * i, 0x101 + 2 * i);
		kt_eq(numa_layout_add(&layout, 0, 0x100 + 2 * i, 0x101 + 2 * i),
		      i < NUMA_MEMORY_MAX ? 0 : -ENOSPC);
	}
	add_pages(0, 0x100 + 2 * (i - 1), 0x101 + 2 * (i - 1));
	kt_eq(place(0), NUMA_CROWDED);
}

KTEST_BOOT(numa, distances_are_those_of_the_domains)
{
	static const u8 matrix[9] __initconst = { 10, 20, 40, 30, 10, 50, 41, 51, 10 };
	static const struct slit slit __initconst = { .nr = 3, .distance = matrix };

	if (MAX_NUMNODES < 3)
		kt_skip("built for fewer than three nodes");
	begin();
	scratch_add_ram(0x100, 0x1000);
	add_pages(2, 0, 0x800);
	add_pages(7, 0x800, 0xA00); /* the table does not know it */
	add_pages(0, 0xA00, 0x1000);
	kt_eq(place(0), NUMA_FINE);
	numa_take_distances(&layout, &slit);
	kt_eq(layout.distance[0][0], 10);
	kt_eq(layout.distance[0][2], 41); /* from domain 2 to domain 0 */
	kt_eq(layout.distance[2][0], 40);
	kt_eq(layout.distance[0][1], 0);
	kt_eq(layout.distance[1][2], 0);
	kt_eq(layout.distance[1][1], 0);
}

/* --- at random ------------------------------------------------------------------------------- */

#define FIRST_PFN 0x100u
#define PAGES	  1024u

static u8 is_ram[PAGES] __initdata;
static s8 owner[PAGES] __initdata; /* a node; NO_NODE: nobody's */

static void __init random_machine(void)
{
	u64 start = FIRST_PFN << PAGE_SHIFT;
	unsigned int i, ranges = 1 + kt_random_below(6);

	begin();
	memset(is_ram, 0, sizeof(is_ram));
	for (i = 1 + kt_random_below(3); i; i--) {
		u32 first = kt_random_below(PAGES),
		    end = first + 1 + kt_random_below(PAGES - first);

		scratch_add_ram(FIRST_PFN + first, FIRST_PFN + end);
		memset(is_ram + first, 1, end - first);
	}
	for (i = 0; i < ranges; i++) {
		u64 end = start + (kt_random_below(PAGES * 2 / ranges) << PAGE_SHIFT);

		end += kt_random_below(2) ? kt_random_below(PAGE_SIZE) : 0;
		add_bytes(kt_random_below(3), start, end);
		/* mostly where the one before ended */
		start = end - (kt_random_below(4) ? 0 : kt_random_below(2 * PAGE_SIZE));
	}
}

/* Who claims the byte at @addr? */
static int __init claimed_by(u64 addr)
{
	const struct srat_memory *m;
	int nid = NO_NODE;

	for (m = srat.memory; m < srat.memory + srat.nr_memory; m++) {
		int mine = numa_node_of_domain(&layout, m->domain);

		if (addr < m->start || addr - m->start >= m->size)
			continue;
		if (nid != NO_NODE && nid != mine)
			return SEVERAL;
		nid = mine;
	}
	return nid;
}

/* Ask for each page of RAM. */
static enum numa_problem __init ask_for_each_page(void)
{
	unsigned int i, covered = 0, uncovered = 0;
	bool overlap = false;

	for (i = 0; i < PAGES; i++) {
		owner[i] = NO_NODE;
		if (!is_ram[i])
			continue;
		owner[i] = (s8)claimed_by((u64)(FIRST_PFN + i) << PAGE_SHIFT);
		overlap |= owner[i] == SEVERAL;
		uncovered += owner[i] == NO_NODE;
		covered += owner[i] != NO_NODE;
	}
	if (overlap)
		return NUMA_OVERLAP;
	return covered && uncovered < 256 ? NUMA_FINE : NUMA_UNCOVERED;
}

/* What nobody claims is that of the page below it that somebody does, else of the first one. */
static int __init node_below(unsigned int i)
{
	unsigned int at = i;

	while (at && owner[at] == NO_NODE)
		at--;
	while (owner[at] == NO_NODE)
		at++;
	return owner[at];
}

static void __init compare_each_page(void)
{
	unsigned long end_pfn = 0;
	unsigned int i;
	int nid = NO_NODE;

	for (i = 0; i < PAGES; i++) {
		unsigned long pfn = FIRST_PFN + i, stop_pfn;
		int found = numa_layout_node_at(&layout, pfn, &stop_pfn);

		if (is_ram[i] && !kt_eq(found, node_below(i)))
			return;
		if (pfn < end_pfn && !kt_true(found == nid && stop_pfn == end_pfn))
			return;
		nid = found;
		end_pfn = stop_pfn;
	}
}

KTEST_BOOT(numa, random_tables_do_what_the_oracle_says)
{
	unsigned int round, of[NR_NUMA_PROBLEMS] = { 0 };

	for (round = 0; round < 200; round++) {
		enum numa_problem problem;

		random_machine();
		problem = place(0);
		if (!kt_eq(problem, ask_for_each_page()))
			return;
		of[problem]++;
		if (!problem)
			compare_each_page();
	}
	kt_true(of[NUMA_FINE] > 10 && of[NUMA_UNCOVERED] > 5);
	kt_true(of[NUMA_OVERLAP] > 5 || MAX_NUMNODES == 1);
}

KTEST_BOOT(numa, every_problem_has_a_text)
{
	unsigned int i;

	for (i = NUMA_FINE + 1; i < NR_NUMA_PROBLEMS; i++)
		kt_true(strlen(numa_problem((enum numa_problem)i)) > strlen("unknown problem"));
	kt_str_eq(numa_problem(NR_NUMA_PROBLEMS), "unknown problem");
}

/* --- the machine that runs ------------------------------------------------------------------- */

/* The row of the distances from @nid, as numactl has it. */
static void distance_row(int nid, char *row, size_t size)
{
	size_t len = (size_t)snprintf(row, size, "%3d:", nid);
	int to;

	for_each_online_node (to)
		len += (size_t)snprintf(row + len, size - len, " %3u", node_distance(nid, to));
}

KTEST(numa, the_report_has_each_node_and_all_distances, SHORT)
{
	struct capture capture;
	char line[80];
	int nid;

	capture_init(&capture, capture_text, CAPTURE_TEXT_SIZE);
	numa_show(&capture.out);
	for_each_online_node (nid) {
		snprintf(line, sizeof(line), "node %d: %lu pages*%s", nid,
			 NODE_DATA(nid)->node_present_pages, nid == cpu_to_node(0) ? "CPU 0" : "");
		kt_eq(capture_count(&capture, line), 1);
		distance_row(nid, line, sizeof(line));
		kt_eq(capture_count(&capture, line), 1);
	}
	kt_eq(capture_count(&capture, "node ?: *"), nr_online_nodes);
	kt_true(capture.len < CAPTURE_TEXT_SIZE);
}

KTEST(numa, the_boot_cpu_has_a_node_that_is_online, SHORT)
{
	kt_true(node_online(numa_node_id()));
}

/* --- numa= ----------------------------------------------------------------------------------- */

static const char *const bad_values[] __initconst = {
	NULL,		"",
	"on",		"offf",
	"fake",		"fake=",
	"fake=0",	"fake=-1",
	"fake=65536",	"fake=2,2",
	"fake=64M,x",	"fake=64M,rest,",
	"fake=,rest",	"fake=rest",
	"fake=64M,,",	"fake=0M",
	"fake=2K",	"fake=64MB",
	"fake=2 ",	"fake=99999E,",
	"fake=64M;64M", "fake=64M,8192",
};

KTEST_BOOT(numa, malformed_values_are_refused)
{
	unsigned int i;

	kt_eq(scratch_set_option("numa", "off"), 0);
	for (i = 0; i < ARRAY_SIZE(bad_values); i++) {
		kt_case(bad_values[i] ? bad_values[i] : "no value");
		kt_eq(scratch_set_option("numa", bad_values[i]), -EINVAL);
		kt_eq(numa_option(), NUMA_OFF);
	}
}

static const struct fake_case {
	const char *value;
	enum numa_problem problem;
	struct numa_memory ram[2];
	unsigned int nr;
	unsigned long borders[8]; /* where nodes begin but the first one */
} fake_cases[] __initconst = {
	{ "fake=1", NUMA_FINE, { { 0x100, 0x4000, 0 } }, 1, { 0 } },
	{ "fake=2", NUMA_FINE, { { 0x100, 0x4000, 0 } }, 2, { 0x2000 } },
	{ "fake=2", NUMA_FINE, { { 0x100, 0x3C00, 0 } }, 2, { 0x2000 } },
	{ "fake=2", NUMA_FINE, { { 0x100, 0x400, 0 }, { 0x80000, 0x80C00, 0 } }, 2, { 0x80400 } },
	{ "fake=2", NUMA_FEWER, { { 0x100, 0x400, 0 } }, 1, { 0 } },
	{ "fake=2", NUMA_FINE, { { 0x3FF, 0x401, 0 } }, 2, { 0x400 } },
	{ "fake=16M,rest", NUMA_FINE, { { 0x100, 0x4000, 0 } }, 2, { 0x1000 } },
	{ "fake=16M,", NUMA_FINE, { { 0x100, 0x4000, 0 } }, 2, { 0x1000 } },
	{ "fake=0x4000k,rest", NUMA_FINE, { { 0x100, 0x4000, 0 } }, 2, { 0x1000 } },
	{ "fake=100M,rest", NUMA_FINE, { { 0x100, 0x4000, 0 } }, 1, { 0 } },
	{ "fake=32M", NUMA_FINE, { { 0x100, 0x4000, 0 } }, 2, { 0x2000 } },
	{ "fake=4K,rest", NUMA_FINE, { { 0x100, 0x4000, 0 } }, 2, { 0x400 } },
	{ "fake=7M,rest", NUMA_FINE, { { 0, 0x4000, 0 } }, 2, { 0x800 } },
	{ "fake=5M,rest", NUMA_FINE, { { 0, 0x4000, 0 } }, 2, { 0x400 } },
	{ "fake=1E,1E", NUMA_FEWER, { { 0x100, 0x4000, 0 } }, 1, { 0 } },
};

KTEST_BOOT(numa, nodes_are_made_as_the_user_says)
{
	const struct fake_case *c;
	unsigned int i;

	if (MAX_NUMNODES == 1)
		kt_skip("built for one node");
	for_each_case (c, fake_cases) {
		kt_case(c->value);
		begin();
		for (i = 0; i < ARRAY_SIZE(c->ram); i++)
			if (c->ram[i].end_pfn)
				scratch_add_ram(c->ram[i].start_pfn, c->ram[i].end_pfn);
		kt_eq(scratch_set_option("numa", c->value), 0);
		kt_eq(numa_option(), NUMA_FAKE);
		kt_eq(numa_fake(&layout, &scratch.map), c->problem);
		kt_eq(layout.nr_memory, c->nr);
		for (i = 0; i < layout.nr_memory; i++) {
			kt_eq(layout.memory[i].nid, i);
			kt_eq(layout.memory[i].start_pfn, i ? c->borders[i - 1] : 0);
			if (i + 1 < c->nr)
				kt_eq(layout.memory[i].end_pfn, c->borders[i]);
		}
	}
}

KTEST_BOOT(numa, sizes_end_with_the_last_node)
{
	unsigned int i;

	begin();
	scratch_add_ram(0x100, 0x100 + BLOCK * (MAX_NUMNODES + 2));
	kt_eq(scratch_set_option("numa", "fake=4M"), 0);
	kt_eq(numa_fake(&layout, &scratch.map), NUMA_LAST);
	kt_eq(layout.nr_memory, MAX_NUMNODES);
	for (i = 0; i < layout.nr_memory; i++)
		kt_eq(layout.memory[i].start_pfn, i * BLOCK);
}

/* Each node has RAM, ends with a block, and has its share to half a block or so. */
KTEST_BOOT(numa, shares_are_equal_as_far_as_blocks_are_whole)
{
	unsigned int round;

	for (round = 0; round < 20; round++) {
		u32 first = kt_random_below(8192), pages = 1 + kt_random_below(30000), i;
		u32 nodes = 1 + kt_random_below(MAX_NUMNODES);
		const char value[] = { 'f', 'a', 'k', 'e', '=', (char)('0' + nodes), '\0' };

		begin();
		scratch_add_ram(0x100 + first, 0x100 + first + pages);
		kt_eq(scratch_set_option("numa", value), 0);
		numa_fake(&layout, &scratch.map);
		kt_true(layout.nr_memory == nodes || pages < nodes * BLOCK);
		for (i = 0; i < layout.nr_memory; i++) {
			const struct numa_memory *m = &layout.memory[i];
			unsigned long have = e820_ram_pages(&scratch.map, m->start_pfn, m->end_pfn);

			kt_true(have > 0);
			kt_eq(m->end_pfn % BLOCK, 0);
			if (pages > nodes * BLOCK)
				kt_true(have + BLOCK > pages / nodes &&
					have < pages / nodes + BLOCK);
		}
	}
}
