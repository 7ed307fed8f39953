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
 *                (pcp_list.taken), or for the CPU, under the zone's lock (per_cpu_pages.taken). How
 *                many came back follows, for all began as used, and what is free now came back:
 *                    freed since the boot = handed out since the boot + free + in per-CPU lists
 *                While pages are pushed together, those in hand (compaction.c) are missing there.
 * 4. Nodes       A page is a hit if it is of the node of the best zone that its request had, and
 *                else a miss for the node that it came from and foreign for the other. Only the
 *                slow path takes from another zone than the best one, and only there a miss is
 *                counted (page_slow.c). Whether the CPU that got a page is of the page's node is
 *                known as well, for each CPU counts for itself:
 *                    hit = handed out - miss          other node = handed out - local node
 * 5. Invariants  (check_zones.c)
 *                Z7 what zones gave to requests of other nodes is what these did not get of their
 *                own.
 * 6. Locking     None. Interrupts are off while a CPU counts, for an event may come in a handler.
 * 7. Not done    What Linux counts of things that do not exist here has no line, not even a 0.
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

/* Pages of @zone that @cpu got. */
static unsigned long taken_by_cpu(const struct zone *zone, unsigned int cpu)
{
	const struct per_cpu_pages *pcp = zone_pcp_of(zone, cpu);
	unsigned long pages = READ_ONCE(pcp->taken);
	unsigned int type;

	for (type = 0; type < MIGRATE_PCPTYPES; type++)
		pages += READ_ONCE(pcp->lists[type]->taken);
	return pages;
}

static unsigned long taken_from_zone(const struct zone *zone)
{
	unsigned long pages = 0;
	unsigned int cpu;

	for (cpu = 0; cpu < NR_CPUS; cpu++)
		pages += taken_by_cpu(zone, cpu);
	return pages;
}

void zone_numa_stat(const struct zone *zone, struct numa_stat *stat)
{
	unsigned long taken = taken_from_zone(zone);
	unsigned int cpu;

	*stat = (struct numa_stat){ .miss = READ_ONCE(zone->numa_miss),
				    .foreign = READ_ONCE(zone->numa_foreign) };
	stat->hit = taken - stat->miss;
	for (cpu = 0; cpu < NR_CPUS; cpu++)
		if (cpu_to_node(cpu) == zone->zone_pgdat->node_id)
			stat->local += taken_by_cpu(zone, cpu);
	stat->other = taken - stat->local;
}

static void add_numa_stat(struct numa_stat *sum, const struct zone *zone)
{
	struct numa_stat stat;

	zone_numa_stat(zone, &stat);
	sum->hit += stat.hit;
	sum->miss += stat.miss;
	sum->foreign += stat.foreign;
	sum->local += stat.local;
	sum->other += stat.other;
}

void node_numa_stat(int nid, struct numa_stat *stat)
{
	const pg_data_t *pgdat = NODE_DATA(nid);
	unsigned int i;

	*stat = (struct numa_stat){ 0 };
	for (i = 0; i < MAX_NR_ZONES; i++)
		add_numa_stat(stat, &pgdat->node_zones[i]);
}

/* interleave_hit is 0: no request asks for each node in turn. But whoever reads the file wants its
 * six lines. */
void numastat_show(struct out *out)
{
	struct numa_stat stat;
	int nid;

	for_each_online_node (nid) {
		node_numa_stat(nid, &stat);
		out_printf(out, "node%d\n", nid);
		out_printf(out, "numa_hit %lu\n", stat.hit);
		out_printf(out, "numa_miss %lu\n", stat.miss);
		out_printf(out, "numa_foreign %lu\n", stat.foreign);
		out_printf(out, "interleave_hit 0\n");
		out_printf(out, "local_node %lu\n", stat.local);
		out_printf(out, "other_node %lu\n", stat.other);
	}
}

static void show_numa_stat(struct out *out)
{
	struct numa_stat sum = { 0 };
	const struct zone *zone;

	for_each_zone (zone)
		add_numa_stat(&sum, zone);
	out_printf(out, "numa_hit %lu\n", sum.hit);
	out_printf(out, "numa_miss %lu\n", sum.miss);
	out_printf(out, "numa_foreign %lu\n", sum.foreign);
	out_printf(out, "numa_local %lu\n", sum.local);
	out_printf(out, "numa_other %lu\n", sum.other);
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
	show_numa_stat(out);
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
