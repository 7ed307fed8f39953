/* SPDX-License-Identifier: 0BSD
 *
 * boot.c - what the boot took, and bootmem, measured while its code exists.
 *
 * bootmem is measured on a node of its own (tests/mm/boot_node.h), all free and empty before each
 * row; zeroing the memory that it hands out is part of the work.
 */
#include "bench.h"

#include <boot/boot.h>

#include "../mm/boot_node.h"

static struct bootmem_row {
	const char *name;
	unsigned long size, align;
	unsigned int ops; /* what they take fits into the node */
	u64 ticks;
} rows[] = {
	{ "alloc-16", 16, SMP_CACHE_BYTES, 1000, 0 },
	{ "alloc-64", 64, SMP_CACHE_BYTES, 1000, 0 },
	{ "alloc-4096", PAGE_SIZE, PAGE_SIZE, 60, 0 },
	{ "seq-10000", 16, 16, 10000, 0 },
};

static unsigned long freed_pages; /* what mem_init() gave to the buddy allocator */

static void __init measure_bootmem(struct bootmem_row *row)
{
	unsigned int i;
	u64 before;

	boot_node_restart(0, 0);
	boot_node_free_all();
	before = rdtsc();
	for (i = 0; i < row->ops; i++)
		if (!__alloc_bootmem_nopanic(row->size, row->align, 0))
			return;
	row->ticks = rdtsc() - before;
}

void __init bench_bootmem(void)
{
	const struct zone *zone;
	unsigned int i;

	for_each_zone (zone)
		freed_pages += zone->managed_pages; /* .init is not among them yet */
	if (!boot_node_open())
		return;
	for (i = 0; i < ARRAY_SIZE(rows); i++)
		measure_bootmem(&rows[i]);
	boot_node_close();
}

static void boot_rows(struct bench_run *run)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++)
		bench_report(run, "bootmem", rows[i].name, rows[i].ticks, rows[i].ops);
	bench_report(run, "boot", "free_all-per-page",
		     boot_ticks.mem_init_end - boot_ticks.mem_init_start, freed_pages);
	bench_report(run, "boot", "memmap-per-page", boot_ticks.zones_end - boot_ticks.zones_start,
		     nr_present_pages());
	bench_report(run, "boot", "ram-probe", boot_ticks.probe_end - boot_ticks.probe_start, 1);
	bench_report(run, "boot", "entry-to-mem_init", boot_ticks.mem_init_end, 1);
}
BENCH_GROUPS(boot_rows);
