/* SPDX-License-Identifier: 0BSD
 *
 * lesson_14_nodes.c - which node serves a request: distances, the order of a zonelist, a node that
 * has nothing to give.
 *
 * It is played on the machine's own nodes. That one of them is full is pretended: for one request
 * its marks are as high as its memory, so to who looks there is no page to be had. With one node
 * every answer is that node's; `numa=fake=2` makes two.
 */
#include <boot/lessons/lesson.h>
#include <mm/page_alloc.h>
#include <mm/topology.h>

static int last_node; /* the one with lowmem and the highest number */
static int served_by; /* the node of the page that came; NUMA_NO_NODE: there was none */

static bool has_lowmem(int nid)
{
	const struct zone *zones = NODE_DATA(nid)->node_zones;

	return zones[ZONE_DMA].present_pages + zones[ZONE_NORMAL].present_pages;
}

static bool open(struct lesson_run *run)
{
	int nid;

	for_each_online_node (nid)
		if (has_lowmem(nid))
			last_node = nid;
	if (!several_nodes())
		lesson_say(run,
			   "This machine has one node. Booted with numa=fake=2 it has two,\n"
			   "of about %lu pages each\n",
			   nr_present_pages() / 2);
	return true;
}

static void close(void)
{
}

static void show_distances(struct lesson_run *run)
{
	int from, to;

	lesson_say(run, "distance to");
	for_each_online_node (to)
		lesson_say(run, " %4d", to);
	for_each_online_node (from) {
		lesson_say(run, "\n  from %4d", from);
		for_each_online_node (to)
			if (from == 0 && to == last_node)
				lesson_say(run, "    ?");
			else
				lesson_say(run, " %4u", node_distance(from, to));
	}
	lesson_say(run, "\n");
	for_each_online_node (from)
		lesson_say(run, "node %d has %lu pages of RAM%s\n", from,
			   NODE_DATA(from)->node_present_pages,
			   node_has_cpu(from) ? ", and a processor" : "");
}

static u64 distance_to_last(void)
{
	return node_distance(0, last_node);
}

static void show_list(struct lesson_run *run)
{
	struct zone *const *slot;

	lesson_say(run, "GFP_KERNEL of node %d looks for a page in\n", last_node);
	for (slot = node_zonelist(last_node, GFP_KERNEL)->zones; *slot; slot++)
		lesson_say(run, "  zone %s of node %d\n", (*slot)->name,
			   (*slot)->zone_pgdat->node_id);
}

static u64 nodes_in_list(void)
{
	bool seen[MAX_NUMNODES] = { false };
	struct zone *const *slot;
	u64 nr = 0;

	for (slot = node_zonelist(last_node, GFP_KERNEL)->zones; *slot; slot++) {
		int nid = (*slot)->zone_pgdat->node_id;

		nr += !seen[nid];
		seen[nid] = true;
	}
	return nr;
}

static void ask(struct lesson_run *run, gfp_t gfp)
{
	struct page *page = alloc_pages_node(last_node, gfp | __GFP_NOWARN, 0);

	served_by = NUMA_NO_NODE;
	if (!page)
		return;
	served_by = (int)page_to_nid(page);
	lesson_say(run, "It got pfn %lu\n", page_to_pfn(page));
	__free_page(page);
}

static void ask_node(struct lesson_run *run)
{
	int nid;

	lesson_say(run, "A page is asked for with GFP_KERNEL of node %d\n", last_node);
	for_each_online_node (nid)
		lesson_say(run, "node %d has the pfns from %lu on\n", nid,
			   NODE_DATA(nid)->node_start_pfn);
	ask(run, GFP_KERNEL);
}

static u64 node_of_page(void)
{
	return (u64)served_by;
}

/* Ask for a page of the last node, while none of its zones is above its marks. No CPU may have one
 * at hand. */
static void ask_full_node(struct lesson_run *run, gfp_t gfp)
{
	struct zone *zones = NODE_DATA(last_node)->node_zones;
	unsigned long min[MAX_NR_ZONES], low[MAX_NR_ZONES];
	unsigned int i;

	drain_all_pages();
	for (i = 0; i < MAX_NR_ZONES; i++) {
		min[i] = zones[i].pages_min;
		low[i] = zones[i].pages_low;
		zones[i].pages_min = zones[i].pages_low = zones[i].present_pages;
	}
	ask(run, gfp);
	for (i = 0; i < MAX_NR_ZONES; i++) {
		zones[i].pages_min = min[i];
		zones[i].pages_low = low[i];
	}
}

static void ask_when_full(struct lesson_run *run)
{
	ask_full_node(run, GFP_NOWAIT);
}

static u64 distance_of_page(void)
{
	return served_by == NUMA_NO_NODE ? 0 : node_distance(last_node, served_by);
}

static void ask_this_node_only(struct lesson_run *run)
{
	ask_full_node(run, GFP_NOWAIT | __GFP_THISNODE);
}

static u64 was_served(void)
{
	return served_by != NUMA_NO_NODE;
}

static const struct lesson_step steps[] = {
	{
		.text = "A node is the memory near some processors. The firmware says how far "
			"each is from each; 10 is a node's own memory. Where it says "
			"nothing, all others are at 20.",
		.act = show_distances,
		.question = "Which distance stands in the place of the question mark?",
		.answer = distance_to_last,
		.why = "10 from a node to itself, what the firmware said to another one, 20 "
		       "if it was silent.",
	},
	{
		.text = "A node's zonelist has its own zones and those of the other nodes, "
			"the nearest first.",
		.act = show_list,
		.question = "How many nodes are in this list?",
		.answer = nodes_in_list,
		.why = "each node that has memory GFP_KERNEL may use. In node order all zones "
		       "of one come before the next one's; in zone order the low "
		       "zones of all nodes come last.",
	},
	{
		.text = "alloc_pages_node() names a node.",
		.act = ask_node,
		.question = "Of which node is that page?",
		.answer = node_of_page,
		.why = "the node that was asked for, as long as its zones are above their marks.",
	},
	{
		.text = "Now that node is as good as full: its marks are lifted to its size "
			"for the time of one request, GFP_NOWAIT.",
		.act = ask_when_full,
		.question = "Which distance has the page that it got (0: there was none)?",
		.answer = distance_of_page,
		.why = "the next node of the list serves it, if there is one. numastat counts "
		       "that as numa_miss there, and as numa_foreign here.",
	},
	{
		.text = "The same with __GFP_THISNODE.",
		.act = ask_this_node_only,
		.question = "Was there a page (yes or no)?",
		.answer = was_served,
		.kind = LESSON_YES_NO,
		.why = "its zonelist has the zones of the node itself and no others: who uses "
		       "it has something better to do than to wait for far memory.",
	},
};
LESSON(14, 14, "nodes: near and far memory", "2.1", "3.2.1, 3.4.1", open, close, NULL, steps,
       ARRAY_SIZE(steps));
