/* SPDX-License-Identifier: 0BSD
 *
 * fragmentation.c - the two indexes, by hand; what pagetypeinfo says, against the lists.
 */
#include <lib/format.h>
#include <mm/fragmentation.h>
#include <mm/mem_map.h>
#include <mm/page_alloc.h>
#include <test/capture.h>
#include <test/ktest.h>
#include <test/pages.h>

static const struct index_case {
	const char *name;
	unsigned int order;
	unsigned long nr_free[MAX_ORDER];
	int fragmentation, unusable;
} index_cases[] = {
	{ "nothing is free", 3, { 0 }, 0, 1000 },
	{ "one block, as large as that", 3, { [3] = 1 }, -1000, 0 },
	{ "a larger one, and pieces", 3, { [0] = 8, [5] = 1 }, -1000, 200 },
	{ "pages only, a page is wanted", 0, { 100 }, -1000, 0 },
	/* 1 - (1 + 100/2) / 100 */
	{ "pages only, a pair is wanted", 1, { 100 }, 490, 1000 },
	/* 1 - (1 + 1000/1024) / 1000 */
	{ "a thousand pages, the largest block is wanted", 10, { 1000 }, 999, 1000 },
	/* 1 - (1 + 1022/1024) / 9 */
	{ "a block of each order but the largest",
	  10,
	  { 0, 1, 1, 1, 1, 1, 1, 1, 1, 1 },
	  778,
	  1000 },
	{ "a single block, which is half of it", 10, { [9] = 1 }, 0, 1000 },
	{ "two halves that are no buddies", 10, { [9] = 2 }, 0, 1000 },
	{ "16 GiB in pages", 10, { 4194304 }, 1000, 1000 },
};

KTEST(fragmentation, indexes_by_hand, SHORT)
{
	static struct zone zone;
	const struct index_case *c;
	unsigned int order;

	for_each_case (c, index_cases) {
		kt_case(c->name);
		for (order = 0; order < MAX_ORDER; order++)
			zone.free_area[order].nr_free = c->nr_free[order];
		kt_eq(fragmentation_index(&zone, c->order), c->fragmentation);
		kt_eq(unusable_free_index(&zone, c->order), c->unusable);
	}
}

static char text[24576];
static struct capture report;

static void expect_line(const char *pattern)
{
	if (!kt_true(capture_count(&report, pattern) >= 1))
		kt_note("wanted \"%s\" in \"%s\"", pattern, text);
}

KTEST(fragmentation, a_line_for_each_zone, SHORT)
{
	const struct zone *zone;
	char pattern[96];
	unsigned int zones = 0;

	for_each_populated_zone (zone)
		zones++;
	capture_init(&report, text, sizeof(text));
	unusable_index_show(&report.out);
	kt_eq(capture_count(&report, "*"), zones);
	for_each_populated_zone (zone) {
		int index = unusable_free_index(zone, MAX_ORDER - 1);

		snprintf(pattern, sizeof(pattern), "Node %d, zone %8s ?.??? * %d.%03d ",
			 zone->zone_pgdat->node_id, zone->name, index / 1000, index % 1000);
		expect_line(pattern);
	}
	capture_init(&report, text, sizeof(text));
	extfrag_index_show(&report.out);
	kt_eq(capture_count(&report, "Node ?, zone * *.*"), zones);
}

/* The line of @zone and @type, with the lengths of its lists. */
static void expect_lists(const struct zone *zone, unsigned int type)
{
	char line[160];
	int length = snprintf(line, sizeof(line), "Node %4d, zone %8s, type %12s ",
			      zone->zone_pgdat->node_id, zone->name, migratetype_names[type]);
	const struct list_head *entry;
	unsigned int order;

	for (order = 0; order < MAX_ORDER; order++) {
		const struct list_head *head = &zone->free_area[order].free_list[type];
		unsigned int blocks = 0;

		for (entry = head->next; entry != head; entry = entry->next)
			blocks++;
		length += snprintf(line + length, sizeof(line) - (size_t)length, "%6u ", blocks);
	}
	expect_line(line);
}

KTEST(fragmentation, pagetypeinfo_is_what_the_lists_hold, SHORT)
{
	struct page *page = alloc_pages(GFP_KERNEL, 2);
	const struct zone *zone;
	unsigned int type;

	kt_assert(page);
	capture_init(&report, text, sizeof(text));
	pagetypeinfo_show(&report.out);
	expect_line("Page block order: 10");
	expect_line("Pages per block:  1024");
	expect_line("Number of blocks type     Unmovable  Reclaimable      Movable      Reserve "
		    "     Isolate ");
	for_each_populated_zone (zone)
		for (type = 0; type < MIGRATE_TYPES; type++)
			expect_lists(zone, type);
	__free_pages(page, 2);
}

/* Programs for Linux expect both headers for each node that has memory. */
KTEST(fragmentation, pagetypeinfo_has_tables_for_each_node, SHORT)
{
	unsigned int nodes = 0;
	int nid;

	for_each_online_node (nid)
		nodes += NODE_DATA(nid)->node_present_pages != 0;
	capture_init(&report, text, sizeof(text));
	pagetypeinfo_show(&report.out);
	kt_eq(capture_count(&report, "Page block order: *"), nodes);
	kt_eq(capture_count(&report, "Free pages count per migrate type at order *"), nodes);
	kt_eq(capture_count(&report, "Number of blocks type *"), nodes);
}

KTEST(fragmentation, pagetypeinfo_counts_page_blocks, SHORT)
{
	const struct zone *zone;
	char line[96];

	capture_init(&report, text, sizeof(text));
	pagetypeinfo_show(&report.out);
	for_each_populated_zone (zone) {
		unsigned long blocks[MIGRATE_TYPES] = { 0 }, pfn;

		for_each_zone_pfn (pfn, zone)
			if (!pageblock_is_mixed(pfn))
				blocks[get_pageblock_migratetype(pfn_to_page(pfn))]++;
		/* The zone's first and last page block may be cut off. */
		for (pfn = 0; pfn < MIGRATE_TYPES; pfn++)
			blocks[pfn] = DIV_ROUND_UP(blocks[pfn], pageblock_nr_pages);
		snprintf(line, sizeof(line), "Node %d, zone %8s %12lu %12lu %12lu %12lu %12lu ",
			 zone->zone_pgdat->node_id, zone->name, blocks[0], blocks[1], blocks[2],
			 blocks[3], blocks[4]);
		expect_line(line);
	}
}
