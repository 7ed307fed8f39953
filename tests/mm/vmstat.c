/* SPDX-License-Identifier: 0BSD
 *
 * vmstat.c - the numbers of buddyinfo, zoneinfo, meminfo and page: expected values are counted
 * from lists and struct pages, not taken from the counters that are printed.
 */
#include <lib/format.h>
#include <mm/slab.h>
#include <test/capture.h>
#include <test/ktest.h>
#include <test/pages.h>

#include "internal.h"

static char text[2048];
static struct capture report;

static void begin_report(void)
{
	capture_init(&report, text, sizeof(text));
}

/* The report must contain @line, once. */
static void expect_line(const char *line)
{
	if (!kt_eq(capture_count(&report, line), 1))
		kt_note("wanted \"%s\" in \"%s\"", line, text);
}

static unsigned long list_length(const struct zone *zone, unsigned int order)
{
	const struct page *page;
	unsigned long blocks = 0;

	list_for_each_entry (page, &zone->free_area[order].free_list, lru)
		blocks++;
	return blocks;
}

static unsigned long listed_pages(const struct zone *zone)
{
	unsigned long pages = 0;
	unsigned int order;

	for (order = 0; order < MAX_ORDER; order++)
		pages += list_length(zone, order) << order;
	return pages;
}

static unsigned long unreserved_pages(const struct zone *zone)
{
	unsigned long pfn, pages = 0;

	for (pfn = zone->zone_start_pfn; pfn < zone_end_pfn(zone); pfn++)
		pages += pfn_valid(pfn) && !PageReserved(pfn_to_page(pfn));
	return pages;
}

static unsigned int populated_zones(void)
{
	const struct zone *zone;
	unsigned int nr = 0;

	for_each_zone (zone)
		nr += zone->present_pages != 0;
	return nr;
}

KTEST(vmstat, buddyinfo_has_the_lengths_of_the_lists, SHORT)
{
	const struct zone *zone;
	unsigned int order;
	char line[160];

	begin_report();
	buddyinfo_show(&report.out);
	kt_eq(capture_count(&report, "*"), populated_zones());
	for_each_zone (zone) {
		int len = snprintf(line, sizeof(line), "Node 0, zone %8s ", zone->name);

		if (!zone->present_pages)
			continue;
		for (order = 0; order < MAX_ORDER; order++)
			len += snprintf(line + len, sizeof(line) - (size_t)len, "%6lu ",
					list_length(zone, order));
		expect_line(line);
	}
}

/* The lines of one zone, in Linux's order. */
static void expect_zone(const struct zone *zone, unsigned int first_line)
{
	char want[7][64], line[64];
	unsigned int i;

	snprintf(want[0], 64, "Node 0, zone %8s", zone->name);
	snprintf(want[1], 64, "  pages free     %lu", listed_pages(zone));
	snprintf(want[2], 64, "        spanned  %lu", zone->spanned_pages);
	snprintf(want[3], 64, "        present  %lu", zone->present_pages);
	snprintf(want[4], 64, "        managed  %lu", unreserved_pages(zone));
	snprintf(want[5], 64, "      nr_free_pages %lu", listed_pages(zone));
	snprintf(want[6], 64, "  start_pfn:           %lu", zone->zone_start_pfn);
	for (i = 0; i < 7; i++) {
		capture_line(&report, first_line + i, line, sizeof(line));
		kt_str_eq(line, want[i]);
	}
}

KTEST(vmstat, zoneinfo_has_the_pages_of_the_zones, SHORT)
{
	const struct zone *zone;
	unsigned int line = 0;

	begin_report();
	zoneinfo_show(&report.out);
	for_each_zone (zone) {
		if (!zone->present_pages)
			continue;
		expect_zone(zone, line);
		line += 7;
	}
	kt_eq(capture_count(&report, "*"), line);
}

/* A line of meminfo: @pages in KiB, as Linux writes it. */
static void expect_kib(const char *label, unsigned long pages)
{
	char line[64];

	snprintf(line, sizeof(line), "%-16s%8lu kB", label, pages * 4);
	expect_line(line);
}

KTEST(vmstat, meminfo_adds_up, SHORT)
{
	const struct zone *high = &NODE_DATA(0)->node_zones[ZONE_HIGHMEM], *zone;
	unsigned long total = 0, free = 0;

	for_each_zone (zone) {
		total += unreserved_pages(zone);
		free += zone->present_pages ? listed_pages(zone) : 0;
	}
	begin_report();
	meminfo_show(&report.out);
	expect_kib("MemTotal:", total);
	expect_kib("MemFree:", free);
	expect_kib("HighTotal:", unreserved_pages(high));
	expect_kib("HighFree:", high->present_pages ? listed_pages(high) : 0);
	expect_kib("LowTotal:", total - unreserved_pages(high));
	expect_kib("LowFree:", free - (high->present_pages ? listed_pages(high) : 0));
}

KTEST(vmstat, meminfo_counts_slab_pages, SHORT)
{
	unsigned long pfn, pages = 0;

	for (pfn = 0; pfn < max_low_pfn; pfn++)
		pages += pfn_valid(pfn) && PageSlab(pfn_to_page(pfn));
	begin_report();
	meminfo_show(&report.out);
	expect_kib("Slab:", pages);
}

/* An empty slab counts as available while its cache keeps it. */
KTEST(vmstat, meminfo_counts_empty_slabs_as_available, SHORT)
{
	struct kmem_cache *cache = kmem_cache_create("t-vmstat", 4000, 0, 0, NULL);
	unsigned long pages;
	void *object;

	kt_assert(cache);
	object = kmem_cache_alloc(cache, GFP_KERNEL);
	kt_assert(object);
	kmem_cache_shrink_all();
	begin_report();
	meminfo_show(&report.out);
	expect_kib("MemAvailable:", nr_free_pages());

	pages = slab_nr_pages();
	kmem_cache_free(cache, object);
	begin_report();
	meminfo_show(&report.out);
	kmem_cache_shrink(cache);
	expect_kib("MemAvailable:", nr_free_pages());
	kt_true(slab_nr_pages() < pages);
	kt_eq(kmem_cache_destroy(cache), 0);
}

KTEST(vmstat, reports_follow_an_allocation, SHORT)
{
	unsigned long free = nr_free_pages();
	struct page *page = alloc_pages(GFP_KERNEL, 3);

	kt_assert(page);
	begin_report();
	meminfo_show(&report.out);
	expect_kib("MemFree:", free - 8);
	__free_pages(page, 3);
	begin_report();
	meminfo_show(&report.out);
	expect_kib("MemFree:", free);
}

/* --- page PFN -------------------------------------------------------------------------------- */

/* First line: the page and @state. Second line, unless @block is NULL: the block. */
static void expect_page(const struct page *page, const char *state, const struct page *block,
			const char *block_state)
{
	char line[160], want[160];

	begin_report();
	page_show(&report.out, page_to_pfn(page));
	snprintf(want, sizeof(want),
		 "pfn %lu: phys 0x%08llx, node 0, zone %s, flags 0x%08lx, count %d: %s",
		 page_to_pfn(page), page_to_phys(page), page_zone(page)->name, page->flags,
		 page->_count, state);
	capture_line(&report, 0, line, sizeof(line));
	kt_str_eq(line, want);
	want[0] = '\0';
	if (block)
		snprintf(want, sizeof(want), "  block: pfn %lu, order %u, %s", page_to_pfn(block),
			 page_order(block), block_state);
	capture_line(&report, 1, line, sizeof(line));
	kt_str_eq(line, want);
}

KTEST(vmstat, page_of_an_allocated_block, SHORT)
{
	struct page *page = alloc_pages(GFP_KERNEL, 3);
	unsigned int i;

	kt_assert(page);
	expect_page(page, "allocated, first page of a block", page, "in use");
	for (i = 1; i < 8; i++)
		expect_page(page + i, "inside a block", page, "in use");
	__free_pages(page, 3);
}

KTEST(vmstat, page_of_a_free_block, SHORT)
{
	struct zone *zone = &NODE_DATA(0)->node_zones[ZONE_DMA];
	unsigned int order, i;
	struct page *page;

	if (!nr_free_pages())
		kt_skip("no free block");
	while (!zone->free_orders)
		zone++;
	order = highest_bit(zone->free_orders);
	page = list_first_entry(&zone->free_area[order].free_list, struct page, lru);
	expect_page(page, "free, first page of a block", page, "free");
	for (i = 1; i < 1u << order; i = 2 * i + 1)
		expect_page(page + i, "inside a block", page, "free");
}

/* A damaged page that no block covers is shown as what it says of itself. */
KTEST(vmstat, page_of_no_block, SHORT)
{
	struct page *page = alloc_page(GFP_KERNEL);

	kt_assert(page);
	page->_count = 0;
	expect_page(page, "inside a block", page, "in use");
	page->_count = 1;
	__free_page(page);
}

KTEST(vmstat, page_that_is_reserved, SHORT)
{
	expect_page(reserved_page(), "reserved", NULL, NULL);
}

KTEST(vmstat, page_of_a_slab, SHORT)
{
	void *object = kmalloc(500, GFP_KERNEL);
	char line[96];

	kt_assert(object);
	begin_report();
	page_show(&report.out, page_to_pfn(virt_to_page(object)));
	kt_eq(capture_count(&report, "pfn *: slab"), 1);
	capture_line(&report, 2, line, sizeof(line));
	kt_true(glob_match("  cache: size-512, objects of 512 bytes, * of * in this slab in use",
			   line));
	kfree(object);
}

/* What a report follows may have been overwritten. */
KTEST(vmstat, page_of_a_slab_that_is_damaged, SHORT)
{
	void *object = kmalloc(500, GFP_KERNEL);
	struct page saved, *page;

	kt_assert(object);
	page = virt_to_page(object);
	saved = *page;
	page->slab_cache = (struct kmem_cache *)(uintptr)0x33333333;
	begin_report();
	page_show(&report.out, page_to_pfn(page));
	kt_eq(capture_count(&report, "  cache: the struct page is damaged"), 1);
	*page = saved;
	page->slab_page = NULL;
	begin_report();
	page_show(&report.out, page_to_pfn(page));
	kt_eq(capture_count(&report, "  cache: the struct page is damaged"), 1);
	*page = saved;
	page->flags |= PG_PLACE_MASK;
	begin_report();
	page_show(&report.out, page_to_pfn(page));
	kt_eq(capture_count(&report, "pfn *, node 63, zone (none), *: slab"), 1);
	*page = saved;
	kfree(object);
}

/* Whatever a page is, its run goes on by a page at least and not over the limit. */
KTEST(vmstat, page_runs_end_in_time, SHORT)
{
	unsigned int i;

	for (i = 0; i < 2000; i++) {
		unsigned long pfn = kt_random_below(MAX_PFN_LIMIT);
		unsigned long end = pfn + 1 + kt_random_below(3000);
		struct page_run run = page_run_at(pfn, end);

		kt_true(run.end_pfn > pfn && run.end_pfn <= end);
		kt_eq(run.kind == PAGE_UNKNOWN, !pfn_valid(pfn));
	}
}

/* Blocks side by side that are handed out are one run, whoever has them. */
KTEST(vmstat, a_run_of_held_pages_spans_blocks, SHORT)
{
	struct page *page[64];
	bool found = false;
	unsigned int i, j;

	for (i = 0; i < ARRAY_SIZE(page); i++)
		page[i] = alloc_pages(GFP_KERNEL, 0);
	for (i = 0; i < ARRAY_SIZE(page); i++) {
		for (j = 0; j < ARRAY_SIZE(page) && page[i]; j++) {
			unsigned long pfn = page_to_pfn(page[i]);
			struct page_run run;

			if (page[j] != page[i] + 1)
				continue;
			found = true;
			run = page_run_at(pfn, pfn + 2);
			kt_eq(run.kind, PAGE_HELD);
			kt_eq(run.end_pfn, pfn + 2);
		}
	}
	for (i = 0; i < ARRAY_SIZE(page); i++)
		if (page[i])
			__free_pages(page[i], 0);
	if (!found)
		kt_skip("no two pages side by side are free");
}

KTEST(vmstat, page_without_struct_page, SHORT)
{
	char want[96];

	begin_report();
	page_show(&report.out, MAX_PFN_LIMIT);
	expect_line("pfn 1048576: no struct page: no RAM within 4 MiB of it");
	begin_report();
	page_show(&report.out, ~0UL);
	snprintf(want, sizeof(want), "pfn %lu: no struct page: no RAM within 4 MiB of it", ~0UL);
	expect_line(want);
}

/* Where lowmem is too small for all of mem_map, RAM is there that nobody describes. */
KTEST(vmstat, page_behind_the_end_of_mem_map, SHORT)
{
	unsigned long end = mem_map_end_pfn, last = max_pfn;

	begin_report();
	mem_map_end_pfn = MAX_PFN_LIMIT;
	max_pfn = MAX_PFN_LIMIT + 1;
	page_show(&report.out, MAX_PFN_LIMIT);
	mem_map_end_pfn = end;
	max_pfn = last;
	expect_line("pfn 1048576: no struct page: mem_map has no room for it, nobody can use it");
}
