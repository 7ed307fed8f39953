/* SPDX-License-Identifier: 0BSD
 *
 * zonelist.c - in which order zones are tried: for nodes that are made up, whose lists are known
 * from Linux's rule, and for the machine that runs, whose zones are emptied.
 */
#include <lib/format.h>
#include <mm/mm_init.h>
#include <mm/page_alloc.h>
#include <mm/vmstat.h>
#include <test/ktest.h>
#include <test/pages.h>

#include "log_mark.h"
#include "marks.h"
#include "pcp.h"

/* --- nodes that are made up ------------------------------------------------------------------ */

#if MAX_NUMNODES >= 4

#define NR_NODES 4

/* A list as text: "N0 N1 D0" for the zones of node 0 and 1. */
static const char *list_text(const struct zonelist *list)
{
	static char text[MAX_ZONES * 3 + 1];
	struct zone *const *slot;
	size_t len = 0;

	text[0] = '\0';
	for (slot = list->zones; *slot; slot++)
		len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%c%d", len ? " " : "",
					(*slot)->name[0], (*slot)->zone_pgdat->node_id);
	return text;
}

/* Present pages of zone DMA, Normal and HighMem. */
typedef unsigned long node_sizes[NR_NODES][MAX_NR_ZONES];

static struct {
	unsigned long online[BITS_TO_LONGS(MAX_NUMNODES)];
	unsigned int nr_online, nr_ids, distance[NR_NODES][NR_NODES];
	unsigned long present[NR_NODES][MAX_NR_ZONES];
	const char *name[NR_NODES][MAX_NR_ZONES];
	unsigned long node_present[NR_NODES];
	bool has_cpu[NR_NODES];
	enum zonelist_order order;
} real __initdata;

static void __init save_nodes(void)
{
	int nid, other, type;

	memcpy(real.online, node_online_map, sizeof(real.online));
	real.nr_online = nr_online_nodes;
	real.nr_ids = nr_node_ids;
	real.order = set_zonelist_order(ZONELIST_ORDER_DEFAULT);
	for (nid = 0; nid < NR_NODES; nid++) {
		real.has_cpu[nid] = node_has_cpu(nid);
		real.node_present[nid] = NODE_DATA(nid)->node_present_pages;
		for (other = 0; other < NR_NODES; other++)
			real.distance[nid][other] = node_distance(nid, other);
		for (type = 0; type < MAX_NR_ZONES; type++) {
			real.present[nid][type] = NODE_DATA(nid)->node_zones[type].present_pages;
			real.name[nid][type] = NODE_DATA(nid)->node_zones[type].name;
		}
	}
}

static void __init set_distances(const unsigned int distance[NR_NODES][NR_NODES])
{
	int nid, other;

	for (nid = 0; nid < NR_NODES; nid++)
		for (other = 0; other < NR_NODES; other++)
			set_node_distance(nid, other, distance[nid][other]);
}

/* Nothing may be allocated before restore_nodes(). */
static void __init make_up_nodes(unsigned int nr, node_sizes sizes)
{
	static const char *const names[MAX_NR_ZONES] = { "DMA", "Normal", "HighMem" };
	unsigned int nid, type;

	memset(node_online_map, 0, sizeof(node_online_map));
	nr_online_nodes = 0;
	for (nid = 0; nid < nr; nid++) {
		pg_data_t *pgdat = NODE_DATA(nid);

		node_set_online((int)nid);
		pgdat->node_present_pages = 0;
		for (type = 0; type < MAX_NR_ZONES; type++) {
			pgdat->node_zones[type].name = names[type];
			pgdat->node_zones[type].present_pages = sizes[nid][type];
			pgdat->node_present_pages += sizes[nid][type];
		}
	}
}

static void __init restore_nodes(void)
{
	int nid, type;

	for (nid = 0; nid < NR_NODES; nid++) {
		set_node_has_cpu(nid, real.has_cpu[nid]);
		NODE_DATA(nid)->node_present_pages = real.node_present[nid];
		for (type = 0; type < MAX_NR_ZONES; type++) {
			NODE_DATA(nid)->node_zones[type].present_pages = real.present[nid][type];
			NODE_DATA(nid)->node_zones[type].name = real.name[nid][type];
		}
	}
	set_distances(real.distance);
	memcpy(node_online_map, real.online, sizeof(real.online));
	nr_online_nodes = real.nr_online;
	nr_node_ids = real.nr_ids;
	set_zonelist_order(real.order);
	build_all_zonelists();
}

#define EQUAL                                                               \
	{                                                                   \
		{ 10, 20, 20, 20 }, { 20, 10, 20, 20 }, { 20, 20, 10, 20 }, \
		{                                                           \
			20, 20, 20, 10                                      \
		}                                                           \
	}

static const struct distance_case {
	const char *name;
	unsigned int distance[NR_NODES][NR_NODES];
	const char *cpus;  /* of which nodes */
	const char *empty; /* which have no memory */
	const char *order[NR_NODES];
} distance_cases[] __initconst = {
	{ "equal", EQUAL, "", "", { "0123", "1230", "2301", "3012" } },
	{ "equal, all with processors", EQUAL, "0123", "", { "0123", "1230", "2301", "3012" } },
	{ "equal, one with processors", EQUAL, "0", "", { "0123", "1230", "2310", "3120" } },
	{ "a ring",
	  { { 10, 20, 30, 20 }, { 20, 10, 20, 30 }, { 30, 20, 10, 20 }, { 20, 30, 20, 10 } },
	  "0123",
	  "",
	  { "0132", "1203", "2310", "3021" } },
	{ "a line",
	  { { 10, 25, 40, 55 }, { 25, 10, 25, 40 }, { 40, 25, 10, 25 }, { 55, 40, 25, 10 } },
	  "",
	  "",
	  { "0123", "1203", "2310", "3210" } },
	{ "not the same both ways",
	  { { 10, 50, 40, 30 }, { 20, 10, 30, 40 }, { 31, 21, 10, 51 }, { 25, 35, 45, 10 } },
	  "",
	  "",
	  { "0321", "1023", "2103", "3012" } },
	{ "two pairs",
	  { { 10, 12, 20, 20 }, { 12, 10, 20, 20 }, { 20, 20, 10, 12 }, { 20, 20, 12, 10 } },
	  "",
	  "",
	  { "0123", "1032", "2301", "3210" } },
	{ "the load decides",
	  { { 10, 20, 21, 21 }, { 20, 10, 20, 20 }, { 21, 20, 10, 20 }, { 21, 20, 20, 10 } },
	  "",
	  "",
	  { "0123", "1320", "2310", "3120" } },
	{ "a node without memory", EQUAL, "", "1", { "023", "1320", "230", "302" } },
	{ "not the first one", EQUAL, "", "0", { "0123", "123", "231", "312" } },
};

static void __init set_up_distances(const struct distance_case *c)
{
	node_sizes sizes;
	int nid, type;

	set_distances(c->distance);
	for (nid = 0; nid < NR_NODES; nid++) {
		set_node_has_cpu(nid, strchr(c->cpus, '0' + nid));
		for (type = 0; type < MAX_NR_ZONES; type++)
			sizes[nid][type] = type == ZONE_NORMAL && !strchr(c->empty, '0' + nid);
	}
	make_up_nodes(NR_NODES, sizes);
	build_all_zonelists();
}

/* The list has these nodes' zones, without those that have none. */
static void __init expect_nodes(const struct zonelist *list, const char *order, const char *empty)
{
	char want[4 * NR_NODES] = "", *to = want;

	for (; *order; order++)
		if (!strchr(empty, *order))
			to += snprintf(to, 5, "%sN%c", to == want ? "" : " ", *order);
	kt_str_eq(list_text(list), want);
}

KTEST_BOOT(zonelist, nodes_follow_by_distance)
{
	const struct distance_case *c;
	char own[] = "?";
	int nid;

	save_nodes();
	for_each_case (c, distance_cases) {
		kt_case(c->name);
		set_up_distances(c);
		for (nid = 0; nid < NR_NODES; nid++) {
			own[0] = (char)('0' + nid);
			expect_nodes(node_zonelist(nid, GFP_KERNEL), c->order[nid], c->empty);
			expect_nodes(node_zonelist(nid, GFP_KERNEL | __GFP_THISNODE), own,
				     c->empty);
			kt_eq(node_zonelist(nid, GFP_HIGHUSER)->nid, nid);
			kt_eq(node_zonelist(nid, GFP_DMA | __GFP_THISNODE)->nid, nid);
		}
	}
	restore_nodes();
}

static const struct order_case {
	const char *name;
	node_sizes sizes;
	unsigned int nr;
	enum zonelist_order wanted;
	const char *said, *highest_of_1, *normal_of_0, *dma_of_1;
} order_cases[] __initconst = {
	{ "a PC with two equal nodes",
	  { { 4000, 28000, 0 }, { 0, 32000, 0 } },
	  2,
	  ZONELIST_ORDER_DEFAULT,
	  "Built 2 zonelists in Zone order, mobility grouping *.  Total pages: *",
	  "N1 N0 D0",
	  "N0 N1 D0",
	  "D0" },
	{ "with high memory on both",
	  { { 4000, 28000, 9 }, { 0, 32000, 9 } },
	  2,
	  ZONELIST_ORDER_DEFAULT,
	  "Built 2 zonelists in Zone order, *",
	  "H1 H0 N1 N0 D0",
	  "N0 N1 D0",
	  "D0" },
	{ "the same, in node order",
	  { { 4000, 28000, 9 }, { 0, 32000, 9 } },
	  2,
	  ZONELIST_ORDER_NODE,
	  "Built 2 zonelists in Node order, *",
	  "H1 N1 H0 N0 D0",
	  "N0 D0 N1",
	  "D0" },
	{ "no zone below Normal",
	  { { 0, 28000, 0 }, { 0, 32000, 0 } },
	  2,
	  ZONELIST_ORDER_DEFAULT,
	  "Built 2 zonelists in Node order, *",
	  "N1 N0",
	  "N0 N1",
	  "" },
	{ "the same, in zone order",
	  { { 0, 28000, 7 }, { 0, 32000, 8 } },
	  2,
	  ZONELIST_ORDER_ZONE,
	  "Built 2 zonelists in Zone order, *",
	  "H1 H0 N1 N0",
	  "N0 N1",
	  "" },
	{ "half of it below Normal is not more than half",
	  { { 4096, 2096, 0 }, { 0, 2000, 0 } },
	  2,
	  ZONELIST_ORDER_DEFAULT,
	  "Built 2 zonelists in Zone order, *",
	  "N1 N0 D0",
	  "N0 N1 D0",
	  "D0" },
	{ "more than half is",
	  { { 4096, 2095, 0 }, { 0, 2000, 0 } },
	  2,
	  ZONELIST_ORDER_DEFAULT,
	  "Built 2 zonelists in Node order, *",
	  "N1 N0 D0",
	  "N0 D0 N1",
	  "D0" },
	{ "70 % of a node is not more than 70 %",
	  { { 2100, 900, 0 }, { 0, 3000, 0 } },
	  2,
	  ZONELIST_ORDER_DEFAULT,
	  "Built 2 zonelists in Zone order, *",
	  "N1 N0 D0",
	  "N0 N1 D0",
	  "D0" },
	{ "a page more is",
	  { { 2101, 899, 0 }, { 0, 3000, 0 } },
	  2,
	  ZONELIST_ORDER_DEFAULT,
	  "Built 2 zonelists in Node order, *",
	  "N1 N0 D0",
	  "N0 D0 N1",
	  "D0" },
	{ "but not of a node that is small",
	  { { 2000, 0, 0 }, { 0, 4000, 0 } },
	  2,
	  ZONELIST_ORDER_DEFAULT,
	  "Built 2 zonelists in Zone order, *",
	  "N1 D0",
	  "N1 D0",
	  "D0" },
	{ "and a page more is not small",
	  { { 2003, 0, 0 }, { 0, 4003, 0 } },
	  2,
	  ZONELIST_ORDER_DEFAULT,
	  "Built 2 zonelists in Node order, *",
	  "N1 D0",
	  "D0 N1",
	  "D0" },
	{ "DMA on two nodes",
	  { { 1000, 0, 0 }, { 3000, 8000, 0 }, { 0, 8000, 0 } },
	  3,
	  ZONELIST_ORDER_DEFAULT,
	  "Built 3 zonelists in Zone order, *",
	  "N1 N2 D1 D0",
	  "N1 N2 D0 D1",
	  "D1 D0" },
	{ "one node, whatever the order",
	  { { 4000, 8000, 5 } },
	  1,
	  ZONELIST_ORDER_NODE,
	  "Built 1 zonelists, mobility grouping *.  Total pages: *",
	  NULL,
	  "N0 D0",
	  NULL },
};

static void __init check_order(const struct order_case *c)
{
	struct capture log;
	node_sizes sizes;
	char line[96];

	memcpy(sizes, c->sizes, sizeof(sizes));
	make_up_nodes(c->nr, sizes);
	set_zonelist_order(c->wanted);
	log_mark();
	build_all_zonelists();
	log_since_mark(&log);
	snprintf(line, sizeof(line), "*%s", c->said);
	kt_eq(capture_count(&log, line), 1);
	kt_str_eq(list_text(node_zonelist(0, GFP_KERNEL)), c->normal_of_0);
	if (c->nr == 1)
		return;
	kt_str_eq(list_text(node_zonelist(1, GFP_HIGHUSER)), c->highest_of_1);
	kt_str_eq(list_text(node_zonelist(1, GFP_DMA | __GFP_HIGHMEM)), c->dma_of_1);
}

KTEST_BOOT(zonelist, zones_in_node_order_or_in_zone_order)
{
	static const unsigned int equal[NR_NODES][NR_NODES] = EQUAL;
	const struct order_case *c;
	int nid;

	save_nodes();
	set_distances(equal);
	for (nid = 0; nid < NR_NODES; nid++)
		set_node_has_cpu(nid, false);
	for_each_case (c, order_cases) {
		kt_case(c->name);
		check_order(c);
	}
	restore_nodes();
}

#endif

/* --- the machine that runs ------------------------------------------------------------------- */

/* Nothing is given back for it, and nothing said. */
#define GFP_TAKE (__GFP_HIGHMEM | __GFP_NORETRY | __GFP_NOWARN)

/* Pages that were got of each zone. */
static unsigned long got[MAX_ZONES];

static void give_back(struct list_head *taken)
{
	struct page *page, *next;

	list_for_each_entry_safe (page, next, taken, lru)
		__free_pages(page, page_order(page));
	INIT_LIST_HEAD(taken);
}

/* The zone of a block of @order that came is the first one, from @slot on, that had one.
 * Return: its slot; NULL after a failure. */
static struct zone *const *zone_in_turn(struct zone *const *slot, const struct page *page,
					unsigned int order)
{
	for (; *slot != page_zone(page); slot++)
		if (!kt_true(*slot != NULL) || !kt_false(zone_free_orders(*slot) >> order))
			return NULL;
	return slot;
}

/* Take all blocks of @order that a request gets which prefers @nid. Return: false: not in turn. */
static bool take_in_turn(int nid, gfp_t gfp, unsigned int order, struct list_head *taken)
{
	struct zone *const *slot = node_zonelist(nid, gfp)->zones;
	struct page *page;

	while ((page = alloc_pages_node(nid, gfp, order)) != NULL) {
		list_add(&page->lru, taken);
		got[zone_number(page_zone(page))] += 1UL << order;
		slot = zone_in_turn(slot, page, order);
		if (!slot)
			return false;
	}
	return true;
}

/* Take everything, the largest blocks first. */
static void take_all_in_turn(int nid, gfp_t gfp, struct list_head *taken)
{
	unsigned int order = MAX_ORDER;

	memset(got, 0, sizeof(got));
	drain_all_pages();
	marks_off();
	while (order-- > 0 && take_in_turn(nid, gfp, order, taken))
		;
	marks_on();
}

/* What @zone's counts must have become: @best is the zone that the requests wanted most. */
static void check_stat(const struct zone *zone, const struct zone *best,
		       const struct numa_stat *before)
{
	unsigned long pages = got[zone_number(zone)], others = 0;
	bool wanted = zone->zone_pgdat == best->zone_pgdat;
	bool local = zone->zone_pgdat->node_id == numa_node_id();
	const struct zone *other;
	struct numa_stat now;

	for_each_zone (other)
		others += other->zone_pgdat != best->zone_pgdat ? got[zone_number(other)] : 0;
	zone_numa_stat(zone, &now);
	kt_eq(now.hit - before->hit, wanted ? pages : 0);
	kt_eq(now.miss - before->miss, wanted ? 0 : pages);
	kt_eq(now.foreign - before->foreign, zone == best ? others : 0);
	kt_eq(now.local - before->local, local ? pages : 0);
	kt_eq(now.other - before->other, local ? 0 : pages);
}

/* Empty the machine as one who prefers @nid does: zone by zone of its list, and each page is
 * counted once. */
static void empty_by_node(int nid)
{
	static struct numa_stat before[MAX_ZONES];
	const struct zonelist *list = node_zonelist(nid, GFP_TAKE);
	unsigned long free = free_pages_now();
	struct zone *const *slot;
	const struct zone *zone;
	LIST_HEAD(taken);

	for_each_zone (zone)
		zone_numa_stat(zone, &before[zone_number(zone)]);
	take_all_in_turn(nid, GFP_TAKE, &taken);
	for (slot = list->zones; *slot; slot++)
		kt_eq((*slot)->nr_free_pages, 0);
	for_each_zone (zone)
		check_stat(zone, list->zones[0], &before[zone_number(zone)]);
	give_back(&taken);
	kt_eq(free_pages_now(), free);
}

KTEST(zonelist, zones_are_emptied_in_the_order_of_the_list, SHORT)
{
	int nid;

	for_each_online_node (nid)
		empty_by_node(nid);
}

/* Of @nid nothing is left; the others have all of theirs. */
static void want_more_of_node(int nid, unsigned long free_elsewhere)
{
	unsigned int order;

	for (order = 0; order < MAX_ORDER; order++)
		kt_ptr_eq(alloc_pages_node(nid, GFP_TAKE | __GFP_THISNODE, order), NULL);
	if (nr_online_nodes > 1 && free_elsewhere) {
		struct page *page = alloc_pages_node(nid, GFP_TAKE, 0);

		kt_assert(page);
		kt_true((int)page_to_nid(page) != nid);
		__free_page(page);
	}
}

KTEST(zonelist, a_request_for_one_node_gets_nothing_of_another, SHORT)
{
	unsigned long free, of_node;
	unsigned int i;
	int nid;

	for_each_online_node (nid) {
		LIST_HEAD(taken);

		free = free_pages_now();
		take_all_in_turn(nid, GFP_TAKE | __GFP_THISNODE, &taken);
		for (of_node = 0, i = 0; i < MAX_NR_ZONES; i++) {
			kt_eq(NODE_DATA(nid)->node_zones[i].nr_free_pages, 0);
			of_node += got[nid * MAX_NR_ZONES + (int)i];
		}
		kt_eq(free_pages_now() + of_node, free);
		marks_off();
		want_more_of_node(nid, free - of_node);
		marks_on();
		give_back(&taken);
		kt_eq(free_pages_now(), free);
	}
}

#if MAX_NUMNODES >= 4

/* The highest number is the nearest: each list goes down, around the nodes in reverse. */
KTEST_BOOT(zonelist, memory_is_used_up_by_distance)
{
	struct zone *const *slot;
	int nid, other, last;

	if (last_nid() < 2 || last_nid() >= NR_NODES)
		kt_skip("3 or 4 nodes with memory are needed");
	save_nodes();
	for (nid = 0; nid <= last_nid(); nid++)
		for (other = 0; other <= last_nid(); other++)
			if (other != nid)
				set_node_distance(nid, other, (unsigned int)(60 - 10 * other));
	build_all_zonelists();
	for_each_online_node (nid) {
		last = MAX_NUMNODES;
		for (slot = node_zonelist(nid, GFP_KERNEL)->zones; *slot; slot++) {
			other = (*slot)->zone_pgdat->node_id;
			if (zone_idx(*slot) != ZONE_NORMAL || other == nid)
				continue;
			kt_true(other < last);
			last = other;
		}
		empty_by_node(nid);
	}
	restore_nodes();
}

#endif
