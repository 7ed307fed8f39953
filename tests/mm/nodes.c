/* SPDX-License-Identifier: 0BSD
 *
 * nodes.c - the nodes of the machine that runs, one or several: who is online, whose pages a
 * request gets, and what a node without memory is.
 */
#include <lib/align.h>
#include <lib/format.h>
#include <mm/mm_check.h>
#include <mm/mm_init.h>
#include <mm/page_alloc.h>
#include <test/ktest.h>
#include <test/pages.h>

KTEST(nodes, numbers_that_no_node_has_are_not_online, SHORT)
{
	kt_true(node_online(numa_node_id()));
	kt_false(node_online(-1));
	kt_false(node_online(MAX_NUMNODES));
	kt_false(node_online(1 << 20));
}

/* All zones of all nodes, once each, node by node and from the lowest one up. */
KTEST(nodes, for_each_zone_knows_all_zones, SHORT)
{
	const struct zone *zone = next_zone(NULL);
	int nid;
	unsigned int i;

	for (nid = 0; nid < MAX_NUMNODES; nid++) {
		for (i = 0; node_online(nid) && i < MAX_NR_ZONES; i++) {
			kt_ptr_eq(zone, &NODE_DATA(nid)->node_zones[i]);
			kt_ptr_eq(zone->zone_pgdat, NODE_DATA(nid));
			kt_eq(zone_idx(zone), i);
			zone = next_zone(zone);
		}
		if (node_online(nid))
			kt_eq(NODE_DATA(nid)->node_id, nid);
	}
	kt_ptr_eq(zone, NULL);
}

static void check_request(int nid, gfp_t gfp, int highest, unsigned int order)
{
	const struct zone *zone = expected_zone(nid, highest, order);
	struct page *page = alloc_pages_node(nid, gfp, order);
	unsigned long free = free_pages_now(), zone_free = zone ? zone->nr_free_pages : 0;

	if (!kt_eq(page != NULL, zone != NULL) || !page)
		return;
	kt_ptr_eq(page_zone(page), zone);
	kt_eq(page_to_nid(page), (unsigned int)zone->zone_pgdat->node_id);
	kt_eq(page_order(page), order);
	__free_pages(page, order);
	kt_eq(free_pages_now(), free + (1UL << order));
	kt_eq(zone->nr_free_pages, zone_free + (1UL << order));
}

KTEST(nodes, a_request_prefers_the_node_that_it_names, SHORT)
{
	unsigned int order;
	int nid;

	for_each_online_node (nid) {
		for (order = 0; order < MAX_ORDER; order++) {
			check_request(nid, GFP_KERNEL, ZONE_NORMAL, order);
			check_request(nid, GFP_HIGHUSER, ZONE_HIGHMEM, order);
			check_request(nid, GFP_DMA, ZONE_DMA, order);
			check_request(nid, GFP_DMA | __GFP_HIGHMEM, ZONE_DMA, order);
		}
		kt_ptr_eq(alloc_pages_node(nid, GFP_KERNEL, MAX_ORDER), NULL);
		kt_ptr_eq(alloc_pages_node(nid, GFP_KERNEL | __GFP_ZERO, ~0u), NULL);
	}
}

KTEST(nodes, a_request_without_a_node_prefers_the_local_one, SHORT)
{
	struct page *page = alloc_pages(GFP_KERNEL, 0);
	struct page *same = alloc_pages_node(numa_node_id(), GFP_KERNEL, 0);
	struct page *any = alloc_pages_node(NUMA_NO_NODE, GFP_KERNEL, 0);

	kt_assert(page && same && any);
	kt_ptr_eq(page_zone(page), page_zone(same));
	kt_ptr_eq(page_zone(page), page_zone(any));
	__free_page(page);
	__free_page(same);
	__free_page(any);
}

static bool is_zero(const char *bytes, unsigned long size)
{
	while (size && !bytes[size - 1])
		size--;
	return !size;
}

KTEST(nodes, pages_of_a_node_are_zero_if_the_request_says_so, SHORT)
{
	int nid;

	for_each_online_node (nid) {
		struct page *page = alloc_pages_node(nid, GFP_KERNEL, 1);

		kt_assert(page);
		memset(page_address(page), 0xA5, 2 * PAGE_SIZE);
		__free_pages(page, 1);
		page = alloc_pages_node(nid, GFP_KERNEL | __GFP_ZERO, 1);
		kt_assert(page);
		kt_true(is_zero(page_address(page), 2 * PAGE_SIZE));
		__free_pages(page, 1);
	}
}

KTEST(nodes, stop_request_for_a_node_that_is_not_online, STOP)
{
	static char text[64];

	snprintf(text, sizeof(text), "BUG: alloc_pages_node: node %d is not online", MAX_NUMNODES);
	kt_expect_stop(text);
	kt_ptr_eq(alloc_pages_node(MAX_NUMNODES, GFP_KERNEL, 0), NULL);
}

KTEST_STOP_BOOT(nodes, stop_a_node_too_many)
{
	static char text[64];

	snprintf(text, sizeof(text), "BUG: node_set_online: node %d: this build has %d",
		 MAX_NUMNODES, MAX_NUMNODES);
	kt_expect_stop(text);
	node_set_online(MAX_NUMNODES);
}
