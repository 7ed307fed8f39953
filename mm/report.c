/* SPDX-License-Identifier: 0BSD
 *
 * report.c - reports in the format of Linux's /proc files, as far as their subjects exist.
 *
 * A line whose subject does not exist here is left out, never printed as 0. The zones are read
 * without their locks, so the numbers of one report may not fit together; the sums over the caches
 * are slab.c's, and take locks as slabinfo does. All of it works in a panic.
 */
#include <lib/out.h>
#include <mm/page_alloc.h>
#include <mm/report.h>
#include <mm/slab.h>
#include <mm/vmalloc.h>
#include <mm/vmstat.h>
#include <mm/watermark.h>
#include "pcp.h"

void buddyinfo_show(struct out *out)
{
	const struct zone *zone;
	unsigned int order;

	for_each_populated_zone (zone) {
		out_printf(out, "Node %d, zone %8s ", zone->zone_pgdat->node_id, zone->name);
		for (order = 0; order < MAX_ORDER; order++)
			out_printf(out, "%6lu ", zone->free_area[order].nr_free);
		out_printf(out, "\n");
	}
}

/* What the zone keeps from requests that each zone would do for. */
static void show_protection(struct out *out, const struct zone *zone)
{
	unsigned int i;

	out_printf(out, "        protection: (");
	for (i = 0; i < MAX_NR_ZONES; i++)
		out_printf(out, "%s%lu", i ? ", " : "", zone->lowmem_reserve[i]);
	out_printf(out, ")\n");
}

/* What each CPU keeps at hand of the zone. */
static void show_pagesets(struct out *out, const struct zone *zone)
{
	unsigned int cpu;

	out_printf(out, "  pagesets\n");
	for (cpu = 0; cpu < NR_CPUS; cpu++) {
		const struct per_cpu_pages *pcp = zone_pcp_of(zone, cpu);

		out_printf(out, "    cpu: %u\n", cpu);
		out_printf(out, "              count: %lu\n", zone_pcp_count(zone, cpu));
		out_printf(out, "              high:  %u\n", pcp->high);
		out_printf(out, "              batch: %u\n", pcp->batch);
	}
}

/* Whose pages requests got (vmstat.h). */
static void show_numa_stat(struct out *out, const struct zone *zone)
{
	struct numa_stat stat;

	zone_numa_stat(zone, &stat);
	out_printf(out, "      numa_hit     %lu\n", stat.hit);
	out_printf(out, "      numa_miss    %lu\n", stat.miss);
	out_printf(out, "      numa_foreign %lu\n", stat.foreign);
	out_printf(out, "      numa_local   %lu\n", stat.local);
	out_printf(out, "      numa_other   %lu\n", stat.other);
}

void zoneinfo_show(struct out *out)
{
	const struct zone *zone;

	for_each_populated_zone (zone) {
		out_printf(out, "Node %d, zone %8s\n", zone->zone_pgdat->node_id, zone->name);
		out_printf(out, "  pages free     %lu\n", zone->nr_free_pages);
		out_printf(out, "        min      %lu\n", zone->pages_min);
		out_printf(out, "        low      %lu\n", zone->pages_low);
		out_printf(out, "        high     %lu\n", zone->pages_high);
		out_printf(out, "        spanned  %lu\n", zone->spanned_pages);
		out_printf(out, "        present  %lu\n", zone->present_pages);
		out_printf(out, "        managed  %lu\n", zone->managed_pages);
		show_protection(out, zone);
		out_printf(out, "      nr_free_pages %lu\n", zone->nr_free_pages);
		show_numa_stat(out, zone);
		show_pagesets(out, zone);
		out_printf(out, "  start_pfn:           %lu\n", zone->zone_start_pfn);
	}
}

static void meminfo_line(struct out *out, const char *label, unsigned long pages)
{
	out_printf(out, "%-16s%8lu kB\n", label, K(pages));
}

/* VmallocUsed is the address space that areas take, guard pages included, as in Linux 2.6; later it
 * was 0, then the pages of vmalloc(). */
static void show_vmalloc(struct out *out)
{
	struct vmalloc_usage usage;

	vmalloc_usage(&usage);
	meminfo_line(out, "VmallocTotal:", usage.total >> PAGE_SHIFT);
	meminfo_line(out, "VmallocUsed:", usage.used >> PAGE_SHIFT);
	meminfo_line(out, "VmallocChunk:", usage.chunk >> PAGE_SHIFT);
}

static void show_slab(struct out *out)
{
	unsigned long pages = slab_nr_pages(), reclaimable = slab_nr_reclaimable_pages();

	meminfo_line(out, "Slab:", pages);
	meminfo_line(out, "SReclaimable:", reclaimable);
	meminfo_line(out, "SUnreclaim:", pages - reclaimable);
}

void meminfo_show(struct out *out)
{
	unsigned long total = 0, free = nr_free_pages(), high = 0, high_free = 0, available;
	const struct zone *zone;

	for_each_zone (zone) {
		total += zone->managed_pages;
		if (!is_highmem(zone))
			continue;
		high += zone->managed_pages;
		high_free += zone->nr_free_pages;
	}
	meminfo_line(out, "MemTotal:", total);
	meminfo_line(out, "MemFree:", free);
	/* Nothing can be reclaimed but empty slabs. */
	available = free + nr_pcp_pages() + slab_nr_empty_pages();
	meminfo_line(out, "MemAvailable:", available - min(available, totalreserve_pages));
	meminfo_line(out, "HighTotal:", high);
	meminfo_line(out, "HighFree:", high_free);
	meminfo_line(out, "LowTotal:", total - high);
	meminfo_line(out, "LowFree:", free - high_free);
	show_slab(out);
	show_vmalloc(out);
}
