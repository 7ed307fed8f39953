/* SPDX-License-Identifier: 0BSD
 *
 * vmstat.h - how often things happened in mm/: the counters of Linux's /proc/vmstat.
 */
#ifndef MM_VMSTAT_H
#define MM_VMSTAT_H

#include <mm/percpu.h>

struct out;

/* What is counted, with Linux's names and in Linux's order. A row stands here only if something in
 * mm/ counts it. */
#define VM_EVENTS(row)                                                                    \
	row(PGMIGRATE_SUCCESS, "pgmigrate_success") row(PGMIGRATE_FAIL, "pgmigrate_fail") \
		row(COMPACTMIGRATE_SCANNED, "compact_migrate_scanned")                    \
			row(COMPACTFREE_SCANNED, "compact_free_scanned")                  \
				row(COMPACTISOLATED, "compact_isolated")                  \
					row(COMPACTSTALL, "compact_stall")                \
						row(COMPACTFAIL, "compact_fail")          \
							row(COMPACTSUCCESS, "compact_success")

#define VM_EVENT_ITEM(item, name) item,
enum vm_event_item { VM_EVENTS(VM_EVENT_ITEM) NR_VM_EVENT_ITEMS };

/* Context: any. Not for what happens with every page: it turns interrupts off and on. */
void count_vm_events(enum vm_event_item item, unsigned long nr);

static inline void count_vm_event(enum vm_event_item item)
{
	count_vm_events(item, 1);
}

/* How often on all CPUs together, since the boot. Context: any. */
unsigned long vm_events(enum vm_event_item item);

/* All of it in the format of /proc/vmstat. Context: as meminfo_show(). */
void vmstat_show(struct out *out);

#endif
