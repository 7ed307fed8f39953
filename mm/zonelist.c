/* SPDX-License-Identifier: 0BSD
 *
 * zonelist.c - the order in which zones are tried for a page (Gorman 2.2; Mauerer 3.2.2, 3.4.1).
 *
 * 1. Concepts    A request names the highest zone that will do (HighMem, Normal or DMA), and
 *                prefers a node. Its zonelist holds that zone and all below it, of all nodes,
 *                populated ones only. With __GFP_THISNODE there is another one: only the zones of
 *                the node itself.
 * 2. Which node  From a node, the others follow by their distance, the nearest first. Ties:
 *                a node with processors counts as 1 farther, they want their memory themselves; so
 *                does a node whose number is lower than one's own, so that the lists begin at
 *                different nodes; then the one is first that stands first of its distance in fewer
 *                of the lists built so far; then the one with the lowest number. This is Linux's
 *                find_next_best_node(). A node without memory takes no part; its own requests begin
 *                at its nearest neighbour.
 * 3. Which zone  In node order a node's zones come one after the other, the highest first, then
 *                those of the next node: what is near comes first, and the node's DMA zone may be
 *                used up before another node is asked. In zone order the highest zones of all nodes
 *                come first, each time the nearest first, then the next lower ones: the scarce low
 *                zones are used last. Without `numa_zonelist_order=` it is 2.6.24's rule: node
 *                order if there is no memory below zone Normal, or more than half of all is; or if
 *                that is true of more than 70 % of a node that is not small, larger than all
 *                memory divided by the number of nodes and one. Else zone order.
 * 4. Invariants  (check_zones.c)
 *                Z3 a zonelist holds every populated zone up to its class once, or, for
 *                __GFP_THISNODE, those of its node; of one node the higher zone first, of one type
 *                that of the nearer node.
 * 5. Locking     None: written during the boot only.
 * 6. Not done    Changing the order later; lists for CPUs that come later.
 */
#include <mm/bootmem.h>
#include <mm/mm_init.h>
#include <mm/mmzone.h>
#include "pcp.h"

DEFINE_PER_CPU(const struct zonelist *, local_zonelist[GFP_ZONEMASK + 1]) = {
	[0 ... GFP_ZONEMASK] = &no_zones,
};

/* Nodes, the one to be tried first in front. */
struct node_order {
	int nid[MAX_NUMNODES];
	unsigned int nr;
};

static enum zonelist_order wanted_order __initdata, zonelist_order __initdata;

/* In how many lists it is the first one of its distance. */
static u8 node_load[MAX_NUMNODES] __initdata;

enum zonelist_order __init set_zonelist_order(enum zonelist_order order)
{
	enum zonelist_order was = wanted_order;

	wanted_order = order;
	return was;
}

/* --- which node is the next ------------------------------------------------------------------ */

/* What speaks against @nid behind @from; the load decides only between those that are equal. */
static unsigned int __init node_penalty(int from, int nid)
{
	unsigned int farther = (nid < from ? 1u : 0u) + (node_has_cpu(nid) ? 1u : 0u);

	return (node_distance(from, nid) + farther) * MAX_NUMNODES + node_load[nid];
}

static bool __init is_in_order(const struct node_order *order, int nid)
{
	unsigned int i;

	for (i = 0; i < order->nr; i++)
		if (order->nid[i] == nid)
			return true;
	return false;
}

/* The node with memory that is best of those that are not in @order yet; MAX_NUMNODES: there is
 * none. */
static int __init find_next_best_node(int from, const struct node_order *order)
{
	int nid, best = MAX_NUMNODES;

	for_each_online_node (nid)
		if (NODE_DATA(nid)->node_present_pages && !is_in_order(order, nid) &&
		    (best == MAX_NUMNODES || node_penalty(from, nid) < node_penalty(from, best)))
			best = nid;
	return best;
}

static void __init order_nodes(int from, struct node_order *order)
{
	int nid, last = from;

	*order = (struct node_order){ { from }, 1 };
	while ((nid = find_next_best_node(from, order)) < MAX_NUMNODES) {
		if (node_distance(from, nid) != node_distance(from, last))
			node_load[nid]++;
		order->nid[order->nr++] = nid;
		last = nid;
	}
}

/* --- which order ----------------------------------------------------------------------------- */

struct size {
	unsigned long low, all; /* present pages below zone Normal, and of all zones */
};

static struct size __init size_of_node(const pg_data_t *pgdat)
{
	return (struct size){ pgdat->node_zones[ZONE_DMA].present_pages,
			      pgdat->node_present_pages };
}

/* Would zone order keep a node from its own memory, because most of that is below zone Normal? */
static bool __init is_low_node(struct size node, unsigned long average)
{
	return node.low && node.all > average && (u64)node.low * 100 > (u64)node.all * 70;
}

static enum zonelist_order __init default_zonelist_order(void)
{
	struct size sum = { 0, nr_present_pages() };
	int nid;

	for_each_online_node (nid)
		sum.low += size_of_node(NODE_DATA(nid)).low;
	if (!sum.low || sum.low > sum.all / 2)
		return ZONELIST_ORDER_NODE;
	for_each_online_node (nid)
		if (is_low_node(size_of_node(NODE_DATA(nid)), sum.all / (nr_online_nodes + 1)))
			return ZONELIST_ORDER_NODE;
	return ZONELIST_ORDER_ZONE;
}

/* --- the lists ------------------------------------------------------------------------------- */

/* Add the populated zones from @highest down to @lowest of each node of @order. Return: the slot
 * after them. */
static struct zone **__init add_zones(struct zone **slot, const struct node_order *order,
				      unsigned int highest, unsigned int lowest)
{
	unsigned int i, type;

	for (i = 0; i < order->nr; i++) {
		struct zone *zones = NODE_DATA(order->nid[i])->node_zones;

		for (type = highest + 1; type-- > lowest;)
			if (zones[type].present_pages)
				*slot++ = &zones[type];
	}
	return slot;
}

static void __init build_zonelist(struct zonelist *list, const struct node_order *order,
				  unsigned int highest)
{
	struct zone **slot = list->zones;
	unsigned int type;

	if (zonelist_order == ZONELIST_ORDER_NODE)
		slot = add_zones(slot, order, highest, 0);
	else
		for (type = highest + 1; type-- > 0;)
			slot = add_zones(slot, order, type, type);
	*slot = NULL;
	list->nid = order->nid[0];
}

/* The highest zone that a request with these zone bits may use: DMA wins over HIGHMEM. */
static unsigned int __init highest_zone(gfp_t gfp)
{
	if (gfp & __GFP_DMA)
		return ZONE_DMA;
	return gfp & __GFP_HIGHMEM ? ZONE_HIGHMEM : ZONE_NORMAL;
}

/* Of the zones of @order, one list for each highest zone, and which of them a request uses by its
 * zone bits. */
static void __init build_zonelists_of(const struct node_order *order, struct zonelist *lists,
				      const struct zonelist **gfp_zonelist)
{
	unsigned int highest;
	gfp_t gfp;

	for (highest = 0; highest < MAX_NR_ZONES; highest++)
		build_zonelist(&lists[highest], order, highest);
	for (gfp = 0; gfp <= GFP_ZONEMASK; gfp++)
		gfp_zonelist[gfp] = &lists[highest_zone(gfp)];
}

static void __init build_zonelists(pg_data_t *pgdat)
{
	const struct node_order own = { { pgdat->node_id }, 1 };
	struct node_order all;

	order_nodes(pgdat->node_id, &all);
	build_zonelists_of(&all, pgdat->node_zonelists, pgdat->gfp_zonelist);
	if (MAX_NUMNODES > 1)
		build_zonelists_of(&own, &pgdat->node_zonelists[MAX_NR_ZONES],
				   &pgdat->gfp_zonelist[GFP_ZONEMASK + 1]);
}

/* Where each CPU's requests go: the zonelists of its node, and the lists of single pages of the
 * best zones in them. */
static void __init choose_local_lists(unsigned int cpu)
{
	gfp_t gfp;

	for (gfp = 0; gfp <= GFP_ZONEMASK; gfp++)
		per_cpu(local_zonelist, cpu)[gfp] = node_zonelist(cpu_to_node(cpu), gfp);
	for (gfp = 0; gfp <= GFP_LIST_MASK; gfp++) {
		const struct zone *first = node_zonelist(cpu_to_node(cpu), gfp)->zones[0];

		if (first)
			per_cpu(gfp_list, cpu)[gfp] = pcp_list_of(first, gfp_migratetype(gfp), cpu);
	}
}

void __init build_all_zonelists(void)
{
	const char *order;
	unsigned int cpu;
	int nid;

	mm_bug_on(!nr_present_pages(), "free_area_init_nodes() was not called before");
	mm_bug_on(bootmem_is_live() && node_zonelist(numa_node_id(), 0)->zones[0], "called twice");
	zonelist_order = wanted_order ? wanted_order : default_zonelist_order();
	memset(node_load, 0, sizeof(node_load));
	for_each_online_node (nid)
		build_zonelists(NODE_DATA(nid));
	for (cpu = 0; cpu < NR_CPUS; cpu++)
		choose_local_lists(cpu);
	order = zonelist_order == ZONELIST_ORDER_NODE ? " in Node order" : " in Zone order";
	printk("Built %u zonelists%s, mobility grouping %s.  Total pages: %lu\n", nr_online_nodes,
	       several_nodes() ? order : "", page_group_by_mobility_disabled ? "off" : "on",
	       nr_all_pages);
}
