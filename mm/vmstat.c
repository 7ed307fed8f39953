/* SPDX-License-Identifier: 0BSD
 *
 * vmstat.c - the numbers of Linux's /proc/vmstat, as far as what they count exists.
 *
 * 1. Concepts    Two kinds of numbers: how much there is of something now, which its owner knows,
 *                and how often something happened, which is counted here.
 * 2. Data        Each CPU counts for itself, so that counting takes no lock; a report adds up. A
 *                number is a word and wraps: two readings and their difference are what counts.
 * 3. Pages       They are handed out and come back too often for that. So only what is handed out
 *                is counted, by one instruction: by the per-CPU list that it comes from
 *                (pcp_list.taken), or by the zone, under its lock (zone.pages_taken). How many came
 *                back follows, for all began as used, and what is free now came back:
 *                    freed since the boot = handed out since the boot + free + in per-CPU lists
 *                While pages are pushed together, those in hand (compaction.c) are missing there.
 * 4. Locking     None. Interrupts are off while a CPU counts, for an event may come in a handler.
 * 5. Not done    What Linux counts of things that do not exist here has no line, not even a 0.
 */
#include <lib/out.h>
#include <mm/page_alloc.h>
#include <mm/percpu.h>
#include <mm/slab.h>
#include <mm/vmstat.h>
#include "pcp.h"

/* What stands behind the name of a number that each kind of zone has. */
static const char *const zone_words[MAX_NR_ZONES] = {
	[ZONE_DMA] = "dma", [ZONE_NORMAL] = "normal", [ZONE_HIGHMEM] = "high"
};

static const char *const event_names[NR_VM_EVENT_ITEMS] = {
	[PGMIGRATE_SUCCESS] = "pgmigrate_success",
	[PGMIGRATE_FAIL] = "pgmigrate_fail",
	[COMPACTMIGRATE_SCANNED] = "compact_migrate_scanned",
	[COMPACTFREE_SCANNED] = "compact_free_scanned",
	[COMPACTISOLATED] = "compact_isolated",
	[COMPACTSTALL] = "compact_stall",
	[COMPACTFAIL] = "compact_fail",
	[COMPACTSUCCESS] = "compact_success",
};

struct vm_event_state {
	unsigned long event[NR_VM_EVENT_ITEMS];
};
static DEFINE_PER_CPU(struct vm_event_state, vm_event_states);

void count_vm_events(enum vm_event_item item, unsigned long nr)
{
	unsigned long flags = local_irq_save();

	this_cpu(vm_event_states).event[item] += nr;
	local_irq_restore(flags);
}

unsigned long vm_events(enum vm_event_item item)
{
	unsigned long nr = 0;
	unsigned int cpu;

	for (cpu = 0; cpu < NR_CPUS; cpu++)
		nr += READ_ONCE(per_cpu(vm_event_states, cpu).event[item]);
	return nr;
}

static unsigned long taken_from_zone(const struct zone *zone)
{
	unsigned long pages = READ_ONCE(zone->pages_taken);
	unsigned int cpu, type;

	for (cpu = 0; cpu < NR_CPUS; cpu++)
		for (type = 0; type < MIGRATE_PCPTYPES; type++)
			pages += READ_ONCE(zone_pcp_of(zone, cpu)->lists[type].taken);
	return pages;
}

unsigned long vm_pages_allocated(enum zone_type type)
{
	const struct zone *zone;
	unsigned long pages = 0;

	for_each_zone (zone)
		pages += zone_idx(zone) == (unsigned int)type ? taken_from_zone(zone) : 0;
	return pages;
}

unsigned long vm_pages_freed(void)
{
	unsigned long pages = nr_free_pages() + nr_pcp_pages();
	unsigned int type;

	for (type = 0; type < MAX_NR_ZONES; type++)
		pages += vm_pages_allocated((enum zone_type)type);
	return pages;
}

void vmstat_show(struct out *out)
{
	unsigned long reclaimable = slab_nr_reclaimable_pages();
	unsigned int type, item;

	out_printf(out, "nr_free_pages %lu\n", nr_free_pages());
	out_printf(out, "nr_slab_reclaimable %lu\n", reclaimable);
	out_printf(out, "nr_slab_unreclaimable %lu\n", slab_nr_pages() - reclaimable);
	for (type = 0; type < MAX_NR_ZONES; type++)
		out_printf(out, "pgalloc_%s %lu\n", zone_words[type],
			   vm_pages_allocated((enum zone_type)type));
	for (type = 0; type < MAX_NR_ZONES; type++)
		out_printf(out, "allocstall_%s %lu\n", zone_words[type],
			   vm_events(ALLOCSTALL + type));
	out_printf(out, "pgfree %lu\n", vm_pages_freed());
	for (item = ALLOCSTALL + MAX_NR_ZONES; item < NR_VM_EVENT_ITEMS; item++)
		out_printf(out, "%s %lu\n", event_names[item], vm_events(item));
}
