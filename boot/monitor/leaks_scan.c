/* SPDX-License-Identifier: 0BSD
 *
 * leaks_scan.c - the monitor's `leaks scan`: what nothing points to (mm/leak_scan.c has the
 * theory), in the manner of Linux's /sys/kernel/debug/kmemleak.
 */
#include "leaks_scan.h"

#include <asm/leak_roots.h>
#include <boot/monitor/monitor.h>
#include <lib/errno.h>
#include <lib/format.h>
#include <mm/kfence.h>
#include <mm/page.h>
#include <mm/page_debug.h>
#include <mm/slab.h>
#include <mm/slab_debug.h>

#define MAX_SHOWN   16
#define BYTES_SHOWN 32U

struct show {
	struct out *out;
	unsigned int nr;
};

static void show_bytes(struct out *out, unsigned long start, unsigned long size)
{
	unsigned int nr = (unsigned int)min(size, (unsigned long)BYTES_SHOWN), row;

	out_printf(out, "  hex dump (first %u bytes):\n", nr);
	for (; nr; nr -= row, start += row) {
		row = min(nr, (unsigned int)MONITOR_ROW);
		out_printf(out, "    ");
		monitor_show_row(out, start, row);
	}
}

/* Who allocated it, as far as somebody keeps that: slab_debug=U, kfence, page_owner. */
static void show_owner(struct out *out, const struct leak *leak)
{
	struct slab_track track;

	if (slab_track((void *)leak->start, &track, NULL)) {
		out_printf(out, "  allocated, %u bytes of it, by\n", track.requested);
		slab_track_show(out, &track);
	}
	kfence_object_show(out, leak->start);
	if (leak->kind == LEAK_LARGE)
		page_owner_show(out, PFN_DOWN(virt_to_phys((void *)leak->start)));
}

/* A device's registers are not to be read, so of an area it is only said who asked for it. */
static void show_leak(const struct leak *leak, void *data)
{
	struct show *show = data;

	if (show->nr++ >= MAX_SHOWN)
		return;
	out_printf(show->out, "unreferenced object 0x%08lx (size %lu):\n", leak->start, leak->size);
	if (leak->kind == LEAK_AREA) {
		out_printf(show->out, "  area for %pS\n", leak->caller);
		return;
	}
	if (leak->kind == LEAK_OBJECT)
		out_printf(show->out, "  cache %s\n", kmem_cache_name(leak->cache));
	else
		out_printf(show->out, "  large kmalloc()\n");
	show_bytes(show->out, leak->start, leak->size);
	show_owner(show->out, leak);
}

static void show_count(struct out *out, const struct leak_scan_count *count, unsigned int nr)
{
	if (nr > MAX_SHOWN)
		out_printf(out, "%u objects more\n", nr - MAX_SHOWN);
	if (count->missed)
		out_printf(out, "%lu objects came too late to be looked for\n", count->missed);
	out_printf(out,
		   "%lu object%s that nothing points to, %lu bytes (%lu in use, %lu KiB "
		   "searched)\n",
		   count->nr_leaks, PLURAL(count->nr_leaks), count->bytes, count->in_use,
		   count->searched >> 10);
}

/* What the callers have in registers is on the stack when kernel_roots() looks at it. */
__noinline int leaks_scan(struct out *out)
{
	struct leak_range range[KERNEL_ROOTS_MAX];
	struct leak_roots roots = { .range = range };
	struct show show = { .out = out };
	struct leak_scan_count count;

	__builtin_unwind_init();
	roots.nr = kernel_roots(range, &roots.image);
	if (leak_scan(&roots, show_leak, &show, &count)) {
		out_printf(out, "leaks: no memory for the table of what is in use\n");
		return -ENOMEM;
	}
	show_count(out, &count, show.nr);
	return count.nr_leaks ? -EIO : 0;
}
