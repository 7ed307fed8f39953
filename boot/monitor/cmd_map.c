/* SPDX-License-Identifier: 0BSD
 *
 * cmd_map.c - the monitor's command `map`: which part of memory to draw, and how.
 */
#include <boot/monitor/map_picture.h>

#include <boot/monitor/block_picture.h>
#include <boot/monitor/completion.h>
#include <boot/monitor/monitor.h>
#include <lib/align.h>
#include <lib/errno.h>
#include <lib/param.h>
#include <lib/printk.h>
#include <lib/string.h>
#include <mm/mmzone.h>
#include "held.h"

#define PAGES_PER_ROW 64UL /* where a cell is a page */
#define ROWS_AROUND   2UL  /* on either side */

struct pfn_range {
	unsigned long start_pfn, end_pfn; /* [start_pfn, end_pfn) */
};

/* Is @name the zone's, in letters of either case? */
static bool is_zone_name(const struct zone *zone, const char *name)
{
	const char *s = zone->name;

	for (; *s && (*s | 0x20) == (*name | 0x20); s++)
		name++;
	return !*s && !*name;
}

/* A zone of that name may be in each node, whose order is any: from the lowest to the highest. */
static int zone_range(struct out *out, const char *name, struct pfn_range *range)
{
	const struct zone *zone;

	*range = (struct pfn_range){ MAX_PFN_LIMIT, 0 };
	for_each_populated_zone (zone) {
		if (!is_zone_name(zone, name))
			continue;
		range->start_pfn = min(range->start_pfn, zone->zone_start_pfn);
		range->end_pfn = max(range->end_pfn, zone_end_pfn(zone));
	}
	if (range->end_pfn)
		return 0;
	out_printf(out, "map: no zone \"%s\" with memory; there are:", name);
	for_each_populated_zone (zone)
		out_printf(out, " %s", zone->name);
	out_printf(out, "\n");
	return -EINVAL;
}

/* Some rows of single pages, @pfn in the middle one. */
static struct pfn_range around(unsigned long pfn)
{
	unsigned long row = ALIGN_DOWN(pfn, PAGES_PER_ROW), before = ROWS_AROUND * PAGES_PER_ROW;

	return (struct pfn_range){ row - min(row, before),
				   min(row + before + PAGES_PER_ROW, MAX_PFN_LIMIT) };
}

static int around_last(struct out *out, struct pfn_range *range)
{
	if (!held_last) {
		out_printf(out, "map: nothing was allocated here yet\n");
		return -ENOENT;
	}
	*range = around(page_to_pfn(held_last));
	return 0;
}

/* What @word alone stands for. */
static int range_of(struct out *out, const char *word, struct pfn_range *range)
{
	unsigned long pfn;
	u32 number;
	int err;

	if (!strcmp(word, "last"))
		return around_last(out, range);
	if (!parse_u32(word, ~0u, &number)) {
		out_printf(
			out,
			"map: \"%s\" is no PFN, ADDR, last, zone NAME, pfn A-B, runs, types, color "
			"or plain\n",
			word);
		return -EINVAL;
	}
	err = monitor_page_of(out, "map", number, &pfn);
	if (!err)
		*range = around(pfn);
	return err;
}

/* What `zone` or `pfn` means with @what behind it; NULL: nothing is. */
static int named_range(struct out *out, const char *word, char *what, struct pfn_range *range)
{
	bool is_zone = !strcmp(word, "zone");

	if (!what) {
		out_printf(out, "map: the %s after \"%s\" is missing\n",
			   is_zone ? "name" : "range A-B", word);
		return -EINVAL;
	}
	return is_zone ? zone_range(out, what, range)
		       : monitor_pfn_range(out, "map", what, &range->start_pfn, &range->end_pfn);
}

static int unexpected(struct out *out, const char *word)
{
	out_printf(out, "map: unexpected argument \"%s\"\n", word);
	return -EINVAL;
}

static int parse_range(struct out *out, int argc, char **argv, struct pfn_range *range)
{
	int used = 2, err;

	*range = (struct pfn_range){ 0, map_picture_end() };
	if (argc == 1)
		return 0;
	if (!strcmp(argv[1], "zone") || !strcmp(argv[1], "pfn")) {
		used = 3;
		err = named_range(out, argv[1], argc > 2 ? argv[2] : NULL, range);
	} else {
		err = range_of(out, argv[1], range);
	}
	return err || argc <= used ? err : unexpected(out, argv[used]);
}

static bool is_colour_word(const char *word, bool *colour)
{
	if (!strcmp(word, "color"))
		*colour = true;
	else if (!strcmp(word, "plain"))
		*colour = false;
	else
		return false;
	return true;
}

static int cmd_map(struct out *out, int argc, char **argv)
{
	bool colour = map_in_colour && out == &console_out;
	struct pfn_range range;
	int err;

	if (argc > 1 && (!strcmp(argv[1], "runs") || !strcmp(argv[1], "types"))) {
		if (argc > 2)
			return unexpected(out, argv[2]);
		if (argv[1][0] == 'r')
			map_picture_runs(out, 0, map_picture_end());
		else
			block_picture_show(out);
		return 0;
	}
	if (argc > 1 && is_colour_word(argv[argc - 1], &colour))
		argc--;
	err = parse_range(out, argc, argv, &range);
	if (!err)
		map_picture_show(out, range.start_pfn, range.end_pfn, colour);
	return err;
}

static void complete_map(struct completion *completion, int word)
{
	static const char *const words[] = { "color", "plain", "last", "pfn",
					     "runs",  "types", "zone" };
	bool after_zone = word > 1 && !strcmp(completion->before[1], "zone");
	bool after_pfn = word > 1 && !strcmp(completion->before[1], "pfn");
	unsigned int i, nr = word == 1 ? 7 : word == 3 && (after_zone || after_pfn) ? 2 : 0;
	const struct zone *zone;

	for (i = 0; i < nr; i++)
		completion_offer(completion, words[i]);
	for_each_populated_zone (zone) {
		if (word == 2 && after_zone)
			completion_offer(completion, zone->name);
	}
}

MONITOR_CMD(
	map, "[PFN | ADDR | last | zone NAME | pfn A-B] [color | plain] | runs | types",
	MON_PANIC_SAFE, "a picture of physical memory, or a closer look at a part of it", cmd_map,
	.group = MON_REPORTS, .complete = complete_map,
	.more = "Each character is a block of pages, by the state of most of them; the legend\n"
		"says which. Run it, `alloc 10`, and run it again. Single pages are shown around\n"
		"PFN or ADDR, as for `page`, and around what `alloc` or `kmalloc` took last.\n"
		"B is also RAM that mem_map had no room to describe. Where there are several\n"
		"nodes, the end of a row says whose pages it shows: N0,1.\n"
		"`map runs` is the same as text: each run of pages of one state, to the page,\n"
		"and of slabs the cache.\n"
		"`map types` shows what each page block of 4 MiB is for, by a letter.\n"
		"Examples: map zone DMA; alloc 0; map last; map pfn 0x100-0x1ff plain\n");
