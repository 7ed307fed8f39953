/* SPDX-License-Identifier: 0BSD
 *
 * check_pcp.c - compare the per-CPU lists with the invariants P12-P14 of pcp.c.
 */
#include <mm/mem_map.h>
#include <mm/mm_check.h>
#include <mm/page_alloc.h>
#include "internal.h"
#include "pcp.h"

static const struct mm_invariant pcp_invariants[] = {
	{ "P12",
	  "the limits of a CPU's lists of a zone, the pages of their blocks and the room for more "
	  "add up to high, and none holds more than its limit or its places" },
	{ "P13",
	  "a page in a list has PG_pcp, its order and no other state, _count 0, and the zone's "
	  "place" },
	{ "P14", "every page with PG_pcp is in one list, once" },
	{ NULL, NULL },
};

/* Return: false after a violation. */
static bool check_listed_page(struct mm_check *check, const struct zone *zone,
			      const struct page *page, unsigned int order)
{
	if (page_valid(page) && is_pcp_page(page, order) && !page->_count &&
	    page_zone(page) == zone)
		return true;
	if (page_valid(page))
		mm_violation(check, "P13", "zone %s: a list holds pfn %lu, flags %lx, count %d",
			     zone->name, page_to_pfn(page), page->flags, page->_count);
	else
		mm_violation(check, "P13", "zone %s: a list holds %p, which is no struct page",
			     zone->name, (const void *)page);
	return false;
}

static void check_blocks(struct mm_check *check, const struct zone *zone,
			 const struct pcp_blocks *blocks, unsigned int order)
{
	unsigned int i;

	if (blocks->nr > blocks->max) {
		mm_violation(check, "P12", "zone %s: a list holds %u blocks of order %u, of %u",
			     zone->name, blocks->nr, order, blocks->max);
		return;
	}
	for (i = 0; i < blocks->nr; i++)
		if (!check_listed_page(check, zone, blocks->block[i], order))
			return;
}

static void check_list(struct mm_check *check, const struct zone *zone, const struct pcp_list *list,
		       unsigned int high)
{
	unsigned int count = (unsigned int)list->avail % PCP_OPEN, i;

	if (count > list->limit || list->limit > high) {
		mm_violation(check, "P12", "zone %s: a list holds %u pages, its limit is %u",
			     zone->name, count, list->limit);
		return;
	}
	for (i = 0; i < count; i++)
		if (!check_listed_page(check, zone, list->pages[i], 0))
			return;
	for (i = 1; i < MAX_ORDER; i++)
		check_blocks(check, zone, &list->blocks[i], i);
}

static void check_pcp(struct mm_check *check, const struct zone *zone, unsigned int cpu)
{
	const struct per_cpu_pages *pcp = zone_pcp_of(zone, cpu);
	unsigned int for_blocks = pcp_high_of_blocks(pcp->high);
	unsigned int type, limits = 0, blocks = (unsigned int)pcp->room;

	for (type = 0; type < MIGRATE_PCPTYPES; type++) {
		check_list(check, zone, pcp->lists[type], pcp->high);
		limits += pcp->lists[type]->limit;
		blocks += pcp_block_pages(pcp->lists[type]);
	}
	if (limits != pcp->high - for_blocks)
		mm_violation(check, "P12", "zone %s, CPU %u: limits add up to %u, of high are %u",
			     zone->name, cpu, limits, pcp->high - for_blocks);
	if (blocks != for_blocks)
		mm_violation(check, "P12",
			     "zone %s, CPU %u: blocks and their room add up to %u, of high are %u",
			     zone->name, cpu, blocks, for_blocks);
}

static void pcp_check(struct mm_check *check)
{
	const struct zone *zone;
	unsigned long pfn;

	for_each_populated_zone (zone) {
		unsigned long listed = 0, marked = 0;
		unsigned int cpu;

		for (cpu = 0; cpu < NR_CPUS; cpu++) {
			check_pcp(check, zone, cpu);
			listed += zone_pcp_count(zone, cpu);
		}
		for_each_zone_block (pfn, zone)
			if (PagePcp(pfn_to_page(pfn)))
				marked += block_pages(pfn_to_page(pfn));
		if (marked != listed)
			mm_violation(check, "P14", "zone %s: %lu pages have PG_pcp, %lu are listed",
				     zone->name, marked, listed);
	}
}

const struct mm_checker pcp_checker = { "pcp", pcp_invariants, pcp_check, zones_absent };
