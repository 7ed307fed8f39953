/* SPDX-License-Identifier: 0BSD
 *
 * cmd_map.c - the monitor's command `map`: which part of memory to draw, and how.
 */
#include <boot/memory_map.h>

#include <boot/cmdline.h>
#include <boot/completion.h>
#include <boot/monitor.h>
#include <lib/align.h>
#include <lib/errno.h>
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

static int zone_range(struct out *out, const char *name, struct pfn_range *range)
{
	const struct zone *zone;

	for_each_populated_zone (zone) {
		if (is_zone_name(zone, name)) {
			range->start_pfn = zone->zone_start_pfn;
			range->end_pfn = zone_end_pfn(zone);
			return 0;
		}
	}
	out_printf(out, "map: no zone \"%s\" with memory; there are:", name);
	for_each_populated_zone (zone)
		out_printf(out, " %s", zone->name);
	out_printf(out, "\n");
	return -EINVAL;
}

/* `A-B`, both included. */
static int pfn_range(struct out *out, char *text, struct pfn_range *range)
{
	char *dash = strchr(text, '-');
	u32 first, last;
	bool good = dash != NULL;

	if (dash)
		*dash = '\0';
	good = good && parse_u32(text, MAX_PFN_LIMIT - 1, &first) &&
	       parse_u32(dash + 1, MAX_PFN_LIMIT - 1, &last) && first <= last;
	if (dash)
		*dash = '-';
	if (!good) {
		out_printf(out, "map: \"%s\" is no range A-B of page numbers from 0 to %lu\n", text,
			   MAX_PFN_LIMIT - 1);
		return -EINVAL;
	}
	range->start_pfn = first;
	range->end_pfn = last + 1UL;
	return 0;
}

/* Some rows of single pages, @pfn in the middle one. */
static struct pfn_range around(unsigned long pfn)
{
	unsigned long row = ALIGN_DOWN(pfn, PAGES_PER_ROW), before = ROWS_AROUND * PAGES_PER_ROW;

	return (struct pfn_range){ row - min(row, before), row + before + PAGES_PER_ROW };
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

static int parse_range(struct out *out, int argc, char **argv, struct pfn_range *range)
{
	u32 pfn;

	if (argc == 1) {
		*range = (struct pfn_range){ 0, memory_map_end() };
		return 0;
	}
	if (argc == 2 && !strcmp(argv[1], "last"))
		return around_last(out, range);
	if (argc == 2 && parse_u32(argv[1], MAX_PFN_LIMIT - 1, &pfn)) {
		*range = around(pfn);
		return 0;
	}
	if (argc == 3 && !strcmp(argv[1], "zone"))
		return zone_range(out, argv[2], range);
	if (argc == 3 && !strcmp(argv[1], "pfn"))
		return pfn_range(out, argv[2], range);
	if (argc == 2 && (!strcmp(argv[1], "zone") || !strcmp(argv[1], "pfn"))) {
		out_printf(out, "map: the %s after \"%s\" is missing\n",
			   argv[1][0] == 'z' ? "name" : "range A-B", argv[1]);
		return -EINVAL;
	}
	out_printf(out, "map: \"%s\" is no PFN, last, zone NAME, pfn A-B, runs, color or plain\n",
		   argv[1]);
	return -EINVAL;
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

	if (argc == 2 && !strcmp(argv[1], "runs")) {
		memory_map_runs(out);
		return 0;
	}
	if (argc > 1 && is_colour_word(argv[argc - 1], &colour))
		argc--;
	err = parse_range(out, argc, argv, &range);
	if (!err)
		memory_map_show(out, range.start_pfn, range.end_pfn, colour);
	return err;
}

static void complete_map(struct completion *completion, int word)
{
	static const char *const words[] = { "color", "plain", "last", "pfn", "runs", "zone" };
	bool after_zone = word > 1 && !strcmp(completion->before[1], "zone");
	bool after_pfn = word > 1 && !strcmp(completion->before[1], "pfn");
	unsigned int i, nr = word == 1 ? 6 : word == 3 && (after_zone || after_pfn) ? 2 : 0;
	const struct zone *zone;

	for (i = 0; i < nr; i++)
		completion_offer(completion, words[i]);
	for_each_populated_zone (zone) {
		if (word == 2 && after_zone)
			completion_offer(completion, zone->name);
	}
}

MONITOR_CMD(
	map, "[PFN | last | zone NAME | pfn A-B] [color | plain] | runs", MON_PANIC_SAFE,
	"a picture of physical memory, or a closer look at a part of it", cmd_map,
	.complete = complete_map,
	.more = "Each character is a block of pages, by the state of most of them; the legend\n"
		"says which. Run it, `alloc 10`, and run it again. Single pages are shown around\n"
		"PFN, and around what `alloc` or `kmalloc` took last.\n"
		"B is also RAM that mem_map had no room to describe.\n"
		"`map runs` is the same as text: each run of pages of one state, to the page.\n"
		"Examples: map zone DMA; alloc 0; map last; map pfn 0x100-0x1ff plain\n");
