/* SPDX-License-Identifier: 0BSD
 *
 * cmd_compact.c - the monitor's commands about large blocks: how free memory is cut up, and pushing
 * it together.
 */
#include <boot/monitor/monitor.h>
#include <mm/fragmentation.h>

static int cmd_pagetypeinfo(struct out *out, int argc __unused, char **argv __unused)
{
	pagetypeinfo_show(out);
	return 0;
}

MONITOR_CMD(
	pagetypeinfo, "", MON_PANIC_SAFE, "free blocks and page blocks by migrate type",
	cmd_pagetypeinfo, .group = MON_REPORTS,
	.more = "The format of /proc/pagetypeinfo, with the types of Linux 2.6.24. A page block\n"
		"is 4 MiB; a free block counts for the type of the one that it is in.\n");

static int cmd_extfrag(struct out *out, int argc __unused, char **argv __unused)
{
	out_printf(out, "extfrag_index:\n");
	extfrag_index_show(out);
	out_printf(out, "unusable_index:\n");
	unusable_index_show(out);
	return 0;
}

MONITOR_CMD(
	extfrag, "", MON_PANIC_SAFE, "how far free memory is in pieces, for each order",
	cmd_extfrag, .group = MON_CHECK,
	.more = "The two files of Linux's debugfs extfrag/, a column for each order.\n"
		"extfrag_index: why a request would fail. Towards 0: too little memory; towards\n"
		"1: enough, but in pieces, and `compact` may help; -1: it would not fail.\n"
		"unusable_index: the part of free memory that is in smaller blocks.\n");
