/* SPDX-License-Identifier: 0BSD
 *
 * report.c - the numbers of buddyinfo, zoneinfo and meminfo: expected values are counted from lists
 * and struct pages, not taken from the counters that are printed.
 */
#include <lib/format.h>
#include <mm/mem_map.h>
#include <mm/page_alloc.h>
#include <mm/report.h>
#include <mm/slab.h>
#include <mm/vmstat.h>
#include <mm/watermark.h>
#include <test/capture.h>
#include <test/ktest.h>
#include <test/pages.h>

#include "pcp.h"

static struct capture report;

static void begin_report(void)
{
	capture_init(&report, capture_text, sizeof(capture_text));
}

/* The report must contain @line, once. */
static void expect_line(const char *line)
{
	if (!kt_eq(capture_count(&report, line), 1))
		kt_note("wanted \"%s\" in \"%s\"", line, capture_text);
}

static unsigned long list_length(const struct zone *zone, unsigned int order)
{
	const struct page *page;
	unsigned long blocks = 0;
	unsigned int type;

	for (type = 0; type < MIGRATE_TYPES; type++)
		list_for_each_entry (page, &zone->free_area[order].free_list[type], lru)
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

	for_each_zone_pfn (pfn, zone)
		pages += !PageReserved(pfn_to_page(pfn));
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

KTEST(report, buddyinfo_has_the_lengths_of_the_lists, SHORT)
{
	const struct zone *zone;
	unsigned int order;
	char line[160];

	begin_report();
	buddyinfo_show(&report.out);
	kt_eq(capture_count(&report, "*"), populated_zones());
	for_each_zone (zone) {
		int len = snprintf(line, sizeof(line), "Node %d, zone %8s ",
				   zone->zone_pgdat->node_id, zone->name);

		if (!zone->present_pages)
			continue;
		for (order = 0; order < MAX_ORDER; order++)
			len += snprintf(line + len, sizeof(line) - (size_t)len, "%6lu ",
					list_length(zone, order));
		expect_line(line);
	}
}

/* The four lines of each CPU. */
static void expect_pagesets(const struct zone *zone, char (*want)[64])
{
	unsigned int batch = zone_batchsize(zone->present_pages), cpu;

	for (cpu = 0; cpu < NR_CPUS; cpu++, want += 4) {
		snprintf(want[0], 64, "    cpu: %u", cpu);
		snprintf(want[1], 64, "              count: %lu", zone_pcp_count(zone, cpu));
		snprintf(want[2], 64, "              high:  %u",
			 zone_highsize(zone->present_pages));
		snprintf(want[3], 64, "              batch: %u", batch ? batch : 1);
	}
}

/* Whose pages requests got. */
static void expect_numa_stat(const struct zone *zone, char (*want)[64])
{
	struct numa_stat stat;

	zone_numa_stat(zone, &stat);
	snprintf(want[0], 64, "      numa_hit     %lu", stat.hit);
	snprintf(want[1], 64, "      numa_miss    %lu", stat.miss);
	snprintf(want[2], 64, "      numa_foreign %lu", stat.foreign);
	snprintf(want[3], 64, "      numa_local   %lu", stat.local);
	snprintf(want[4], 64, "      numa_other   %lu", stat.other);
}

/* The lines of one zone, in Linux's order. */
#define ZONE_LINES (17 + 4 * NR_CPUS)
static void expect_zone(const struct zone *zone, unsigned int first_line)
{
	char want[ZONE_LINES][64], line[64];
	unsigned int i;

	snprintf(want[0], 64, "Node %d, zone %8s", zone->zone_pgdat->node_id, zone->name);
	snprintf(want[1], 64, "  pages free     %lu", listed_pages(zone));
	snprintf(want[2], 64, "        min      %lu", zone->pages_min);
	snprintf(want[3], 64, "        low      %lu", zone->pages_low);
	snprintf(want[4], 64, "        high     %lu", zone->pages_high);
	snprintf(want[5], 64, "        spanned  %lu", zone->spanned_pages);
	snprintf(want[6], 64, "        present  %lu", zone->present_pages);
	snprintf(want[7], 64, "        managed  %lu", unreserved_pages(zone));
	snprintf(want[8], 64, "        protection: (%lu, %lu, %lu)", zone->lowmem_reserve[0],
		 zone->lowmem_reserve[1], zone->lowmem_reserve[2]);
	snprintf(want[9], 64, "      nr_free_pages %lu", listed_pages(zone));
	expect_numa_stat(zone, want + 10);
	snprintf(want[15], 64, "  pagesets");
	expect_pagesets(zone, want + 16);
	snprintf(want[ZONE_LINES - 1], 64, "  start_pfn:           %lu", zone->zone_start_pfn);
	for (i = 0; i < ZONE_LINES; i++) {
		capture_line(&report, first_line + i, line, sizeof(line));
		kt_str_eq(line, want[i]);
	}
}

KTEST(report, zoneinfo_has_the_pages_of_the_zones, SHORT)
{
	const struct zone *zone;
	unsigned int line = 0;

	begin_report();
	zoneinfo_show(&report.out);
	for_each_zone (zone) {
		if (!zone->present_pages)
			continue;
		expect_zone(zone, line);
		line += ZONE_LINES;
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

KTEST(report, meminfo_adds_up, SHORT)
{
	unsigned long total = 0, free = 0, high = 0, high_free = 0;
	const struct zone *zone;

	for_each_populated_zone (zone) {
		total += unreserved_pages(zone);
		free += listed_pages(zone);
		if (zone_idx(zone) == ZONE_HIGHMEM) {
			high += unreserved_pages(zone);
			high_free += listed_pages(zone);
		}
	}
	begin_report();
	meminfo_show(&report.out);
	expect_kib("MemTotal:", total);
	expect_kib("MemFree:", free);
	expect_kib("HighTotal:", high);
	expect_kib("HighFree:", high_free);
	expect_kib("LowTotal:", total - high);
	expect_kib("LowFree:", free - high_free);
}

KTEST(report, meminfo_counts_slab_pages, SHORT)
{
	unsigned long pfn, pages = 0;

	for (pfn = 0; pfn < max_low_pfn; pfn++)
		pages += pfn_valid(pfn) && PageSlab(pfn_to_page(pfn));
	begin_report();
	meminfo_show(&report.out);
	expect_kib("Slab:", pages);
}

/* What a cache with SLAB_RECLAIM_ACCOUNT has. */
KTEST(report, meminfo_counts_reclaimable_slabs_apart, SHORT)
{
	unsigned long before = slab_nr_reclaimable_pages();
	struct kmem_cache *cache = kmem_cache_create("t-report", 100, 0, SLAB_RECLAIM_ACCOUNT,
						     NULL);
	void *object;

	kt_assert(cache);
	object = kmem_cache_alloc(cache, GFP_KERNEL);
	kt_assert(object);
	kt_eq(slab_nr_reclaimable_pages(), before + 1);
	begin_report();
	meminfo_show(&report.out);
	expect_kib("SReclaimable:", before + 1);
	expect_kib("SUnreclaim:", slab_nr_pages() - before - 1);
	kmem_cache_free(cache, object);
	kt_eq(kmem_cache_destroy(cache), 0);
	kt_eq(slab_nr_reclaimable_pages(), before);
}

/* An empty slab counts as available while its cache keeps it. */
KTEST(report, meminfo_counts_empty_slabs_as_available, SHORT)
{
	struct kmem_cache *cache = kmem_cache_create("t-report", 4000, 0, 0, NULL);
	unsigned long pages;
	void *object;

	kt_assert(cache);
	object = kmem_cache_alloc(cache, GFP_KERNEL);
	kt_assert(object);
	kmem_cache_shrink_all();
	begin_report();
	meminfo_show(&report.out);
	expect_kib("MemAvailable:", free_pages_now() - totalreserve_pages);

	pages = slab_nr_pages();
	kmem_cache_free(cache, object);
	begin_report();
	meminfo_show(&report.out);
	kmem_cache_shrink(cache);
	expect_kib("MemAvailable:", free_pages_now() - totalreserve_pages);
	kt_true(slab_nr_pages() < pages);
	kt_eq(kmem_cache_destroy(cache), 0);
}

KTEST(report, reports_follow_an_allocation, SHORT)
{
	unsigned long free = free_pages_now();
	struct page *page = alloc_pages(GFP_KERNEL, 3);

	kt_assert(page);
	begin_report();
	meminfo_show(&report.out);
	expect_kib("MemFree:", free - 8);
	__free_pages(page, 3);
	drain_all_pages();
	begin_report();
	meminfo_show(&report.out);
	expect_kib("MemFree:", free);
}
