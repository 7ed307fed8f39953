/* SPDX-License-Identifier: 0BSD
 *
 * cmd_compact.c - the monitor's commands about large blocks: how free memory is cut up, and pushing
 * it together.
 */
#include <boot/monitor/monitor.h>
#include <lib/errno.h>
#include <lib/param.h>
#include <mm/compaction.h>
#include <mm/fragmentation.h>

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

static const char *outcome(enum compact_result result, u32 order)
{
	if (result == COMPACT_SKIPPED)
		return ": another CPU is at it";
	if (order == MAX_ORDER)
		return "";
	return result == COMPACT_SUCCESS ? ": there is a block" : ": no block can be made";
}

static void compact_and_tell(struct out *out, struct zone *zone, u32 order)
{
	struct compact_stats stats = { 0 };
	enum compact_result result =
		compact_zone(zone, order == MAX_ORDER ? COMPACT_ALL : (int)order, &stats);

	out_printf(out, "Node %d, zone %8s: %lu moved, %lu not, scanned %lu and %lu%s\n",
		   zone->zone_pgdat->node_id, zone->name, stats.moved, stats.failed,
		   stats.migrate_scanned, stats.free_scanned, outcome(result, order));
}

static int cmd_compact(struct out *out, int argc, char **argv)
{
	u32 order = MAX_ORDER;
	struct zone *zone;

	if (argc > 2 || (argc == 2 && !parse_u32(argv[1], MAX_ORDER - 1, &order))) {
		out_printf(out, "compact: \"%s\" is no order from 0 to %d alone\n", argv[argc - 1],
			   MAX_ORDER - 1);
		return -EINVAL;
	}
	for_each_populated_zone (zone)
		compact_and_tell(out, zone, order);
	return 0;
}

MONITOR_CMD(
	compact, "[ORDER]", 0, "move pages together, so that large blocks become free", cmd_compact,
	.group = MON_CHECK,
	.more = "In each zone, until a block of 2^ORDER pages is free, or as far as it goes. Only\n"
		"pages that their owners registered as movable can be moved. Scanned are pages\n"
		"from the bottom, in use, and from the top, free ones to move to. `extfrag` says\n"
		"what there is to gain.\n"
		"Example: extfrag; compact; extfrag\n");
