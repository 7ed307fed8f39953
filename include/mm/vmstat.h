/* SPDX-License-Identifier: 0BSD
 *
 * vmstat.h - how often things happened in mm/: the counters of Linux's /proc/vmstat.
 */
#ifndef MM_VMSTAT_H
#define MM_VMSTAT_H

#include <mm/mmzone.h>

struct out;

/* What is counted, by Linux's names and in Linux's order (vmstat.c has those of the report). An
 * item stands here only if something in mm/ counts it. */
enum vm_event_item {
	ALLOCSTALL, /* requests that had to call the shrinkers; + the highest zone that would do */
	PGMIGRATE_SUCCESS = ALLOCSTALL + MAX_NR_ZONES,
	PGMIGRATE_FAIL,
	COMPACTMIGRATE_SCANNED, /* pages looked at: may they be moved ... */
	COMPACTFREE_SCANNED,	/* ... and are they free? */
	COMPACTISOLATED,
	COMPACTSTALL, /* requests that had pages pushed together, and what came of it */
	COMPACTFAIL,
	COMPACTSUCCESS,
	NR_VM_EVENT_ITEMS
};

/* Context: any. Not for what happens with every page: it turns interrupts off and on. */
void count_vm_events(enum vm_event_item item, unsigned long nr);

static inline void count_vm_event(enum vm_event_item item)
{
	count_vm_events(item, 1);
}

/* How often on all CPUs together, since the boot. Context: any; what another CPU counts just then
 * may be missing. */
unsigned long vm_events(enum vm_event_item item);

/* Pages that all zones of that type have handed out since the boot; pages that came to the
 * allocator, what the boot gave it among them. Context: as vm_events(). */
unsigned long vm_pages_allocated(enum zone_type type);
unsigned long vm_pages_freed(void);

/* Pages that a zone, or a node, handed out since the boot, by Linux's names. A request wants the
 * node of the best zone in its zonelist: its own, if that has memory which will do. */
struct numa_stat {
	unsigned long hit;     /* to who wanted this node */
	unsigned long miss;    /* to who wanted another one */
	unsigned long foreign; /* of another node, to who wanted this one */
	unsigned long local;   /* to CPUs of this node ... */
	unsigned long other;   /* ... and of the others */
};

/* Context: any. Exact when no CPU allocates just then. */
void zone_numa_stat(const struct zone *zone, struct numa_stat *stat);
void node_numa_stat(int nid, struct numa_stat *stat);

/* For each node that is online a line with its name, and what Linux has in
 * /sys/devices/system/node/nodeN/numastat. */
void numastat_show(struct out *out);

/* All of it in the format of /proc/vmstat. Context: as meminfo_show(). */
void vmstat_show(struct out *out);

#endif
