/* SPDX-License-Identifier: 0BSD
 *
 * cmd_drain.c - the monitor's `drain`: pages that the CPUs keep at hand go back to their zones.
 */
#include <boot/monitor/monitor.h>
#include <mm/page_alloc.h>

static int cmd_drain(struct out *out, int argc __unused, char **argv __unused)
{
	unsigned long pages = drain_all_pages();

	out_printf(out, "%lu page%s back in the zones\n", pages, pages == 1 ? "" : "s");
	return 0;
}

MONITOR_CMD(
	drain, "", 0, "give the per-CPU lists' pages back to the zones", cmd_drain,
	.group = MON_ALLOCATE,
	.more = "zoneinfo says how many each CPU keeps (count). They are free, but no part of a\n"
		"larger block; a shortage drains them by itself.\n");
