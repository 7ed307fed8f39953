/* SPDX-License-Identifier: 0BSD
 *
 * vmstat.c - the numbers of Linux's /proc/vmstat, as far as what they count exists.
 *
 * 1. Concepts    Two kinds of numbers: how much there is of something now, which its owner knows,
 *                and how often something happened, which is counted here.
 * 2. Data        Each CPU counts for itself, so that counting takes no lock; a report adds up. A
 *                number is a word and wraps: two readings and their difference are what counts.
 * 3. Locking     None. Interrupts are off while a CPU counts, for an event may come in a handler.
 * 4. Not done    What Linux counts of things that do not exist here has no line, not even a 0.
 */
#include <lib/out.h>
#include <mm/page_alloc.h>
#include <mm/percpu.h>
#include <mm/slab.h>
#include <mm/vmstat.h>

static const char *const event_names[NR_VM_EVENT_ITEMS] = {
	[ALLOCSTALL + ZONE_DMA] = "allocstall_dma",
	[ALLOCSTALL + ZONE_NORMAL] = "allocstall_normal",
	[ALLOCSTALL + ZONE_HIGHMEM] = "allocstall_high",
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

void vmstat_show(struct out *out)
{
	unsigned int item;

	out_printf(out, "nr_free_pages %lu\n", nr_free_pages());
	out_printf(out, "nr_slab_unreclaimable %lu\n", slab_nr_pages());
	for (item = 0; item < NR_VM_EVENT_ITEMS; item++)
		out_printf(out, "%s %lu\n", event_names[item], vm_events(item));
}
