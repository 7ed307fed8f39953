/* SPDX-License-Identifier: 0BSD
 *
 * vmstat.c - what /proc/vmstat says: the names are looked at by scripts/test/proc-test.
 */
#include <lib/format.h>
#include <mm/page_alloc.h>
#include <mm/slab.h>
#include <mm/vmstat.h>
#include <test/capture.h>
#include <test/ktest.h>
#include <test/pages.h>

static char text[2048];
static struct capture report;

/* The report has the line `@name @value`, once. */
static void expect_line(const char *name, unsigned long value)
{
	char line[64];

	snprintf(line, sizeof(line), "%s %lu", name, value);
	if (!kt_eq(capture_count(&report, line), 1))
		kt_note("wanted \"%s\" in \"%s\"", line, text);
}

static void show(void)
{
	capture_init(&report, text, sizeof(text));
	vmstat_show(&report.out);
}

KTEST(vmstat, what_there_is_now, SHORT)
{
	show();
	expect_line("nr_free_pages", nr_free_pages());
	expect_line("nr_slab_reclaimable", slab_nr_reclaimable_pages());
	expect_line("nr_slab_unreclaimable", slab_nr_pages() - slab_nr_reclaimable_pages());
}

/* The lines of node @nid, in the order of Linux's file. */
static void expect_numastat(int nid)
{
	static const char *const names[] = { "numa_hit",       "numa_miss",  "numa_foreign",
					     "interleave_hit", "local_node", "other_node" };
	struct numa_stat stat;
	char line[40], want[40];
	unsigned int nr = 0, i;

	node_numa_stat(nid, &stat);
	snprintf(want, sizeof(want), "node%d", nid);
	while (capture_line(&report, nr++, line, sizeof(line)) && strcmp(line, want))
		;
	for (i = 0; i < ARRAY_SIZE(names); i++, nr++) {
		unsigned long value[] = { stat.hit, stat.miss,	stat.foreign,
					  0,	    stat.local, stat.other };

		snprintf(want, sizeof(want), "%s %lu", names[i], value[i]);
		capture_line(&report, nr, line, sizeof(line));
		kt_str_eq(line, want);
	}
}

KTEST(vmstat, numastat_has_linux_lines_for_each_node, SHORT)
{
	unsigned int lines;
	int nid;

	capture_init(&report, text, sizeof(text));
	numastat_show(&report.out);
	for_each_online_node (nid)
		expect_numastat(nid);
	lines = capture_count(&report, "*");
	kt_eq(lines, 7 * nr_online_nodes);
}

/* One page of a node's own and one of another's, if there is one. */
KTEST(vmstat, the_nodes_sums_are_those_of_vmstat, SHORT)
{
	struct numa_stat sum = { 0 }, stat;
	struct page *page = alloc_pages_node(last_nid(), GFP_KERNEL | __GFP_NOFAIL, 0);
	int nid;

	for_each_online_node (nid) {
		node_numa_stat(nid, &stat);
		sum.hit += stat.hit;
		sum.miss += stat.miss;
		sum.foreign += stat.foreign;
		sum.local += stat.local;
		sum.other += stat.other;
	}
	show();
	expect_line("numa_hit", sum.hit);
	expect_line("numa_miss", sum.miss);
	expect_line("numa_foreign", sum.foreign);
	expect_line("numa_local", sum.local);
	expect_line("numa_other", sum.other);
	kt_eq(sum.miss, sum.foreign);
	__free_page(page);
}

static unsigned long allocated_of_all(void)
{
	unsigned long pages = 0;
	unsigned int type;

	for (type = 0; type < MAX_NR_ZONES; type++)
		pages += vm_pages_allocated((enum zone_type)type);
	return pages;
}

/* Single pages, more than a per-CPU list has at hand, and larger blocks. */
KTEST(vmstat, pages_are_counted_once_each_way, SHORT)
{
	static const unsigned int orders[] = { 0, 0, 3, 0, 1, 0, 0, 5, 0, 0 };
	unsigned long freed = vm_pages_freed(), taken = 0;
	struct page *pages[ARRAY_SIZE(orders)];
	unsigned long of_zone;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(orders); i++) {
		unsigned long before = allocated_of_all();

		if (i % 4 == 3)
			drain_all_pages();
		of_zone = vm_pages_allocated(ZONE_NORMAL);
		pages[i] = alloc_pages(GFP_KERNEL, orders[i]);
		kt_assert(pages[i]);
		taken += 1UL << orders[i];
		kt_eq(allocated_of_all() - before, 1 << orders[i]);
		kt_eq(vm_pages_allocated(ZONE_NORMAL) - of_zone,
		      page_zonenum(pages[i]) == ZONE_NORMAL ? 1 << orders[i] : 0);
		kt_eq(vm_pages_freed(), freed);
	}
	for (i = 0; i < ARRAY_SIZE(orders); i++)
		__free_pages(pages[i], orders[i]);
	kt_eq(vm_pages_freed() - freed, taken);
	show();
	expect_line("pgfree", freed + taken);
	expect_line("pgalloc_dma", vm_pages_allocated(ZONE_DMA));
	expect_line("pgalloc_high", vm_pages_allocated(ZONE_HIGHMEM));
}

/* Not handed out, not freed: only on the way between a zone and a CPU. */
KTEST(vmstat, lists_that_are_filled_and_drained_count_nothing, SHORT)
{
	unsigned long allocated, freed;

	__free_page(alloc_page(GFP_KERNEL | __GFP_NOFAIL)); /* takes a batch */
	allocated = allocated_of_all();
	freed = vm_pages_freed();
	drain_all_pages();
	kt_eq(allocated_of_all(), allocated);
	kt_eq(vm_pages_freed(), freed);
}

KTEST(vmstat, an_event_is_counted_as_often_as_it_happens, SHORT)
{
	unsigned long success = vm_events(PGMIGRATE_SUCCESS), fail = vm_events(PGMIGRATE_FAIL);

	count_vm_event(PGMIGRATE_SUCCESS);
	count_vm_events(PGMIGRATE_SUCCESS, 4);
	kt_eq(vm_events(PGMIGRATE_SUCCESS) - success, 5);
	kt_eq(vm_events(PGMIGRATE_FAIL) - fail, 0);
	show();
	expect_line("pgmigrate_success", success + 5);
	expect_line("pgmigrate_fail", fail);
}
