/* SPDX-License-Identifier: 0BSD
 *
 * numa_fake.c - numa=: nodes that the user makes, or none.
 *
 *	numa=off               all memory is node 0's
 *	numa=fake=N            N nodes with the same share of RAM each
 *	numa=fake=SIZE         nodes of SIZE each
 *	numa=fake=SIZE,...     nodes of these sizes, and one of what remains; `,rest` at the end
 *	                       says that aloud, and makes `SIZE,rest` two nodes
 *
 * Sizes are those of RAM, so holes do not count. Nodes end with a block of MAX_ORDER_NR_PAGES, that
 * one at which a node's size is nearest to what was asked for; each has one at least.
 */
#include <asm/firmware/numa.h>
#include <lib/errno.h>
#include <lib/init.h>
#include <lib/param.h>
#include <lib/string.h>
#include <mm/mm_init.h>

static struct fake_nodes {
	enum numa_option option;
	u32 shares;	       /* 0: sizes are given, */
	unsigned int nr_sizes; /* so many, */
	bool repeat;	       /* and the one again and again */
	unsigned long pages[MAX_NUMNODES];
} wanted __initdata;

/* A size ends with a suffix: a bare number is one of nodes. */
static bool __init parse_node_size(const char **s, unsigned long *pages)
{
	u64 bytes;

	if (!parse_size(s, &bytes) || (*s)[-1] <= '9' || bytes < PAGE_SIZE)
		return false;
	*pages = (unsigned long)min(bytes >> PAGE_SHIFT, (u64)MAX_PFN_LIMIT);
	return true;
}

static bool __init parse_sizes(const char *s, struct fake_nodes *fake)
{
	while (fake->nr_sizes < MAX_NUMNODES && parse_node_size(&s, &fake->pages[fake->nr_sizes])) {
		fake->nr_sizes++;
		if (!*s) {
			fake->repeat = fake->nr_sizes == 1;
			return true;
		}
		if (*s++ != ',')
			return false;
		if (!*s || !strcmp(s, "rest"))
			return true;
	}
	return false;
}

static int __init set_numa(const char *value)
{
	struct fake_nodes fake = { .option = NUMA_FAKE };

	if (!value)
		return -EINVAL;
	if (!strcmp(value, "off"))
		fake.option = NUMA_OFF;
	else if (strncmp(value, "fake=", 5) != 0 ||
		 (!(parse_u32(value + 5, MAX_NUMNODES, &fake.shares) && fake.shares) &&
		  !parse_sizes(value + 5, &fake)))
		return -EINVAL;
	wanted = fake;
	return 0;
}
KERNEL_PARAM(numa, "numa", set_numa);

enum numa_option __init numa_option(void)
{
	return wanted.option;
}

/* What node @nid shall have, of @left pages of RAM that are nobody's. */
static unsigned long __init wanted_pages(u32 nid, unsigned long left)
{
	if (wanted.shares)
		return max(left / (wanted.shares - nid), 1UL);
	if (wanted.repeat)
		return wanted.pages[0];
	return nid < wanted.nr_sizes ? wanted.pages[nid] : left;
}

/* Where a node of about @pages of RAM ends that begins at @start_pfn. */
static unsigned long __init node_end(const struct e820_map *map, unsigned long start_pfn,
				     unsigned long pages)
{
	unsigned long end_pfn = start_pfn, have = 0;

	while (have < pages && end_pfn < MAX_PFN_LIMIT) {
		unsigned long more = e820_ram_pages(map, end_pfn, end_pfn + MAX_ORDER_NR_PAGES);

		if (have && have + more / 2 > pages)
			break;
		have += more;
		end_pfn += MAX_ORDER_NR_PAGES;
	}
	return end_pfn;
}

enum numa_problem __init numa_fake(struct numa_layout *layout, const struct e820_map *map)
{
	unsigned long start_pfn = 0, left = e820_ram_pages(map, 0, MAX_PFN_LIMIT);
	enum numa_problem problem = NUMA_FINE;
	u32 nid;

	for (nid = 0; left; nid++) {
		unsigned long pages = wanted_pages(nid, left), end_pfn = MAX_PFN_LIMIT;

		if (pages < left && nid + 1 == MAX_NUMNODES)
			problem = NUMA_LAST;
		else if (pages < left)
			end_pfn = node_end(map, start_pfn, pages);
		numa_layout_add(layout, (int)nid, start_pfn, end_pfn);
		start_pfn = end_pfn;
		left = e820_ram_pages(map, start_pfn, MAX_PFN_LIMIT);
	}
	return nid < max(wanted.shares, wanted.nr_sizes) ? NUMA_FEWER : problem;
}
