/* SPDX-License-Identifier: 0BSD
 *
 * mm_check.c - the checker is checked: each invariant of zones (Z) and free lists (P) is broken
 * alone, must be the first one reported, and nothing is reported before the damage and after its
 * repair.
 */
#include <lib/align.h>
#include <lib/string.h>
#include <mm/page_alloc.h>
#include <test/capture.h>
#include <test/ktest.h>
#include <test/pages.h>

#include "pageblock.h"
#include "pcp.h"
#include "check_line.h"
#include "internal.h"
#include "page_debug.h"
#include "page_stock.h"

/* There is one violation, @id, and its line is like @pattern. What pages are debugged with sees
 * from its own side that such a page is neither free nor in use. */
static void expect_only(const char *id, const char *pattern)
{
	char text[256];
	struct capture capture;
	struct mm_check check = { .out = &capture.out };

	capture_init(&capture, text, sizeof(text));
	mm_check(&check);
	kt_true(page_debugging ? check.nr >= 1 : check.nr == 1);
	kt_str_eq(check.first, id);
	if (!kt_eq(capture_count(&capture, pattern), 1))
		kt_note("wanted \"%s\" in \"%s\"", pattern, text);
}

/* Set *@word to @value: nothing wrong before, @id with it, nothing wrong after. */
static void break_word(unsigned long *word, unsigned long value, const char *id)
{
	unsigned long good = *word;

	expect_first("");
	*word = value;
	expect_first(id);
	*word = good;
	expect_first("");
}

/* The populated zone that ends highest, on whatever node: on a small machine that is DMA. */
static struct zone *last_zone(void)
{
	struct zone *zone, *last = first_zone();

	for_each_populated_zone (zone)
		if (zone_end_pfn(zone) > zone_end_pfn(last))
			last = zone;
	return last;
}

/* Of the zones of the last one's kind the one that begins lowest. */
static struct zone *lowest_of_last_kind(void)
{
	struct zone *zone, *lowest = last_zone();

	for_each_populated_zone (zone)
		if (zone_idx(zone) == zone_idx(lowest) &&
		    zone->zone_start_pfn < lowest->zone_start_pfn)
			lowest = zone;
	return lowest;
}

/* Of the populated zones of lower kinds than @zone's the one that ends highest; NULL: none. */
static struct zone *zone_below(const struct zone *zone)
{
	struct zone *other, *below = NULL;

	for_each_populated_zone (other)
		if (zone_idx(other) < zone_idx(zone) &&
		    (!below || zone_end_pfn(other) > zone_end_pfn(below)))
			below = other;
	return below;
}

/* The last zone with a free block of four pages or more. */
static struct zone *free_zone(void)
{
	struct zone *zone, *last = first_zone();

	for_each_populated_zone (zone)
		if (zone_free_orders(zone) >> 2)
			last = zone;
	return last;
}

/* The first page of a free block of at least @order. */
static struct page *free_block(unsigned int order)
{
	struct zone *zone = free_zone();

	if (!(zone_free_orders(zone) >> order))
		return NULL;
	order += lowest_bit(zone_free_orders(zone) >> order);
	return first_free_block(zone, order);
}

/* Take two blocks of the largest order, the first one aligned to both. Return: its first page. */
static struct page *two_largest_blocks(void)
{
	struct page_stock stock;
	struct page *page, *next, *found = NULL;
	struct list_head *blocks = &stock.blocks[MAX_ORDER - 1];

	page_stock_init(&stock);
	page_stock_drain_order(&stock, GFP_KERNEL, MAX_ORDER - 1);
	list_for_each_entry (page, blocks, lru)
		list_for_each_entry (next, blocks, lru)
			if (next == page + MAX_ORDER_NR_PAGES &&
			    IS_ALIGNED(page_to_pfn(page), 2 * MAX_ORDER_NR_PAGES))
				found = page;
	if (found) {
		list_del(&found->lru);
		list_del(&found[MAX_ORDER_NR_PAGES].lru);
	}
	page_stock_free(&stock);
	return found;
}

/* --- zones ----------------------------------------------------------------------------------- */

KTEST(mm_check, a_sound_system_gives_no_report, SHORT)
{
	char text[64];
	struct capture capture;
	struct mm_check check = { .out = &capture.out };

	capture_init(&capture, text, sizeof(text));
	kt_eq(mm_check(&check), 0);
	kt_str_eq(check.first, "");
	kt_str_eq(text, "");
}

KTEST(mm_check, the_first_violation_is_kept, SHORT)
{
	struct mm_check check = { 0 };

	mm_violation(&check, "Z1", "%s", "one");
	mm_violation(&check, "P1", "%s", "two");
	kt_eq(check.nr, 2);
	kt_str_eq(check.first, "Z1");
}

KTEST(mm_check, stop_a_number_that_its_checker_does_not_list, STOP)
{
	struct mm_check check = { .checker = &zones_checker };

	mm_violation(&check, "Z5", "%s", "one");
	kt_expect_stop("BUG: mm_violation: P5 is no invariant of checker zones");
	mm_violation(&check, "P5", "%s", "one");
}

/* How many invariants have this number. */
static unsigned int listed(const char *id)
{
	const struct mm_invariant *invariant;
	const struct mm_checker *checker;
	unsigned int i, nr = 0;

	for (i = 0; (checker = mm_checker_at(i)) != NULL; i++)
		for (invariant = checker->invariants; invariant->id; invariant++)
			nr += !strcmp(invariant->id, id);
	return nr;
}

KTEST(mm_check, each_number_is_listed_once, SHORT)
{
	const struct mm_invariant *invariant;
	const struct mm_checker *checker;
	unsigned int i;

	for (i = 0; (checker = mm_checker_at(i)) != NULL; i++)
		for (invariant = checker->invariants; invariant->id; invariant++)
			if (!kt_eq(listed(invariant->id), 1) ||
			    !kt_true(strlen(invariant->id) < sizeof(((struct mm_check *)0)->first)))
				kt_note("%s of %s", invariant->id, checker->name);
}

KTEST(mm_check, z1_a_zone_starts_before_the_node, SHORT)
{
	pg_data_t *pgdat = last_zone()->zone_pgdat;

	break_word(&pgdat->node_start_pfn, pgdat->node_start_pfn + 1, "Z1");
}

KTEST(mm_check, z1_a_zone_ends_behind_the_node, SHORT)
{
	pg_data_t *pgdat = last_zone()->zone_pgdat;

	break_word(&pgdat->node_spanned_pages, pgdat->node_spanned_pages - 1, "Z1");
}

KTEST(mm_check, z1_zones_overlap, SHORT)
{
	struct zone *zone = lowest_of_last_kind(), *below = zone_below(zone);

	if (!below)
		kt_skip("there are zones of one kind only");
	break_word(&zone->zone_start_pfn, zone_end_pfn(below) - 1, "Z1");
}

KTEST(mm_check, z2_more_managed_than_present, SHORT)
{
	struct zone *zone = last_zone();

	break_word(&zone->managed_pages, zone->present_pages + 1, "Z2");
}

KTEST(mm_check, z2_more_present_than_spanned, SHORT)
{
	struct zone *zone = last_zone();

	break_word(&zone->present_pages, zone->spanned_pages + 1, "Z2");
}

KTEST(mm_check, z3_a_zonelist_lacks_a_zone, SHORT)
{
	struct zone **slot = NODE_DATA(0)->node_zonelists[ZONE_NORMAL].zones;
	struct zone *good = *slot;

	expect_first("");
	*slot = NULL;
	expect_first("Z3");
	*slot = good;
	expect_first("");
}

KTEST(mm_check, z3_a_zonelist_is_too_long, SHORT)
{
	struct zone **slot = NODE_DATA(0)->node_zonelists[ZONE_DMA].zones;

	while (*slot)
		slot++;
	expect_first("");
	*slot = last_zone();
	expect_first("Z3");
	*slot = NULL;
	expect_first("");
}

/* The first two zones of @list change places. */
static void swap_first_zones(struct zonelist *list)
{
	struct zone *first = list->zones[0];

	list->zones[0] = list->zones[1];
	list->zones[1] = first;
}

KTEST(mm_check, z3_zones_of_a_zonelist_in_disorder, SHORT)
{
	struct zonelist *list = &NODE_DATA(0)->node_zonelists[ZONE_HIGHMEM];
	const struct zone *first = list->zones[0], *second = list->zones[1];

	if (!second || (first->zone_pgdat != second->zone_pgdat &&
			(zone_idx(first) != zone_idx(second) ||
			 node_distance(0, first->zone_pgdat->node_id) ==
				 node_distance(0, second->zone_pgdat->node_id))))
		kt_skip("the first two zones may stand in any order");
	expect_first("");
	swap_first_zones(list);
	expect_first("Z3");
	swap_first_zones(list);
	expect_first("");
}

KTEST(mm_check, z7_a_miss_that_is_nobodys, SHORT)
{
	struct zone *zone = last_zone();

	break_word(&zone->numa_miss, zone->numa_miss + 1, "Z7");
	break_word(&zone->numa_foreign, zone->numa_foreign - 1, "Z7");
}

/* A reserved page is in no list, so nothing else is wrong with it. */
KTEST(mm_check, z4_a_page_names_another_zone, SHORT)
{
	struct page *page = reserved_page();

	break_word(&page->flags, page->flags ^ 1UL << PG_ZONE_SHIFT, "Z4");
}

KTEST(mm_check, z4_a_page_names_another_node, SHORT)
{
	struct page *page = reserved_page();

	break_word(&page->flags, page->flags ^ 1UL << PG_NODE_SHIFT, "Z4");
}

/* A reserved page again: whose the others of its block are decides nothing but this. */
KTEST(mm_check, z4_a_block_is_called_mixed, SHORT)
{
	struct zone **zone = &pageblock_zones[pageblock_number(reserved_page())], *good = *zone;

	if (!good)
		kt_skip("it is mixed");
	expect_first("");
	*zone = NULL;
	expect_first("Z4");
	*zone = good;
	expect_first("");
}

KTEST(mm_check, z5_the_node_has_other_pages_than_its_zones, SHORT)
{
	pg_data_t *pgdat = NODE_DATA(0);

	break_word(&pgdat->node_present_pages, pgdat->node_present_pages + 1, "Z5");
}

KTEST(mm_check, z6_a_mark_is_above_the_next_one, SHORT)
{
	struct zone *zone = last_zone();

	break_word(&zone->pages_min, zone->pages_low + 1, "Z6");
	break_word(&zone->pages_low, zone->pages_high + 1, "Z6");
}

KTEST(mm_check, z6_a_zone_keeps_pages_from_its_own_requests, SHORT)
{
	struct zone *zone = last_zone();

	break_word(&zone->lowmem_reserve[zone_idx(zone)], 1, "Z6");
}

/* --- free lists ------------------------------------------------------------------------------ */

KTEST(mm_check, p1_a_link_forward_is_broken, SHORT)
{
	static const unsigned long values[] = { 0, 0x101, 0xC0100000, 0xFFFFFFFF };
	struct page *page = free_block(0);
	unsigned int i;

	kt_assert(page);
	for (i = 0; i < ARRAY_SIZE(values); i++)
		break_word((unsigned long *)&page->lru.next, values[i], "P1");
	break_word((unsigned long *)&page->lru.next, (unsigned long)&page->lru, "P1");
}

/* The last word of mem_map: behind it nothing can be read. */
KTEST(mm_check, p1_a_link_points_between_struct_pages, SHORT)
{
	unsigned long last = (unsigned long)pfn_to_page(ALIGN_UP(max_pfn, MAX_ORDER_NR_PAGES)) - 4;
	struct page *page = free_block(0);

	kt_assert(page);
	break_word((unsigned long *)&page->lru.next, last, "P1");
	break_word((unsigned long *)&page->lru.next, (unsigned long)&page->lru + 2, "P1");
}

/* An address where a struct page would lie, but memory ends before. */
KTEST(mm_check, p1_a_link_points_behind_mem_map, SHORT)
{
	struct page *page = free_block(0);

	kt_assert(page);
	break_word((unsigned long *)&page->lru.next, (unsigned long)&mem_map[MAX_PFN_LIMIT].lru,
		   "P1");
}

KTEST(mm_check, p1_a_link_backward_is_broken, SHORT)
{
	struct page *page = free_block(0);

	kt_assert(page);
	break_word((unsigned long *)&page->lru.prev, 0x203, "P1");
}

KTEST(mm_check, p1_a_list_head_is_broken, SHORT)
{
	struct free_area *area = &last_zone()->free_area[MAX_ORDER - 1];
	unsigned int type;

	for (type = 0; type < MIGRATE_TYPES; type++)
		break_word((unsigned long *)&area->free_list[type].next, 0, "P1");
}

KTEST(mm_check, p2_nr_free_is_wrong, SHORT)
{
	struct free_area *area = &last_zone()->free_area[3];

	break_word(&area->nr_free, area->nr_free + 1, "P2");
}

KTEST(mm_check, p3_the_bit_of_a_list_is_wrong, SHORT)
{
	unsigned long *orders = last_zone()->free_orders;
	unsigned int order;

	for (; orders < last_zone()->free_orders + MIGRATE_TYPES; orders++)
		for (order = 0; order < MAX_ORDER; order++)
			break_word(orders, *orders ^ 1UL << order, "P3");
}

KTEST(mm_check, p4_a_listed_page_is_not_free, SHORT)
{
	struct page *page = free_block(0);

	kt_assert(page);
	break_word(&page->flags, page->flags & ~PG_buddy, "P4");
	break_word(&page->flags, page->flags | PG_reserved, "P4");
	break_word(&page->flags, page->flags | PG_slab, "P4");
	break_word(&page->flags, page->flags | PG_kmalloc, "P4");
}

KTEST(mm_check, p4_a_listed_page_has_another_order, SHORT)
{
	struct page *page = free_block(0);

	kt_assert(page);
	break_word(&page->flags, page->flags ^ PG_ORDER_ONE, "P4");
}

KTEST(mm_check, p4_a_listed_page_is_counted, SHORT)
{
	struct page *page = free_block(0);

	kt_assert(page);
	expect_first("");
	page->_count = 1;
	expect_first("P4");
	page->_count = 0;
	expect_first("");
}

/* Put @page on a list of @zone by hand, without looking for its buddy, or take it off. */
static void list_block_in(struct zone *zone, struct page *page, unsigned int order)
{
	page->flags = (page->flags & PG_PLACE_MASK) | PG_buddy | order * PG_ORDER_ONE;
	page->_count = 0;
	add_to_free_list(zone, page, order, get_pageblock_migratetype(page), page->flags);
	zone->nr_free_pages += 1UL << order;
}

static void unlist_block_from(struct zone *zone, struct page *page, unsigned int order)
{
	del_from_free_list(zone, page, order, get_pageblock_migratetype(page));
	zone->nr_free_pages -= 1UL << order;
	page->flags &= PG_PLACE_MASK;
}

/* Move the block at @page from the list of one migrate type to that of another. */
static void relist_block(struct page *page, enum migratetype from, enum migratetype to)
{
	unsigned int order = page_order(page);

	del_from_free_list(page_zone(page), page, order, from);
	add_to_free_list(page_zone(page), page, order, to, page->flags);
}

static void list_block(struct page *page, unsigned int order)
{
	list_block_in(page_zone(page), page, order);
}

static void unlist_block(struct page *page, unsigned int order)
{
	unlist_block_from(page_zone(page), page, order);
}

static void check_listed_in(struct zone *zone, struct page *page)
{
	expect_first("");
	list_block_in(zone, page, 0);
	expect_first("P4");
	unlist_block_from(zone, page, 0);
	expect_first("");
}

/* The second page of a block in use has no state of its own. */
KTEST(mm_check, p4_a_listed_page_is_of_another_zone, SHORT)
{
	struct page *low = alloc_pages(has_dma() ? GFP_DMA : GFP_KERNEL, 1);
	struct page *high = alloc_pages(GFP_HIGHUSER, 1);

	kt_assert(low && high);
	if (page_zone(low) != page_zone(high)) {
		check_listed_in(page_zone(high), low + 1);
		check_listed_in(page_zone(low), high + 1);
	}
	__free_pages(low, 1);
	__free_pages(high, 1);
}

KTEST(mm_check, p11_a_free_block_is_on_the_list_of_another_type, SHORT)
{
	struct page *page = free_block(0);
	enum migratetype type, other;

	kt_assert(page);
	type = get_pageblock_migratetype(page);
	for (other = 0; other < MIGRATE_TYPES; other++) {
		if (other == type)
			continue;
		expect_first("");
		relist_block(page, type, other);
		expect_first("P11");
		relist_block(page, other, type);
		expect_first("");
	}
}

/* The type of a page block changes, and its free blocks stay where they are. */
KTEST(mm_check, p11_a_page_block_changes_its_type, SHORT)
{
	struct page *page = free_block(0);
	enum migratetype type;

	kt_assert(page);
	if (pageblock_is_mixed(page_to_pfn(page)))
		kt_skip("the free block is in a mixed page block");
	type = get_pageblock_migratetype(page);
	expect_first("");
	set_pageblock_migratetype(page,
				  type == MIGRATE_RESERVE ? MIGRATE_MOVABLE : MIGRATE_RESERVE);
	expect_first("P11");
	set_pageblock_migratetype(page, type);
	expect_first("");
}

/* --- per-CPU lists --------------------------------------------------------------------------- */

/* This CPU's list for GFP_KERNEL, with at least two pages in it; NULL: the zone has none. */
static struct pcp_list *list_with_pages(void)
{
	struct pcp_list *list = this_cpu(gfp_list)[GFP_KERNEL & GFP_LIST_MASK];
	struct page *page[2] = { alloc_page(GFP_KERNEL), alloc_page(GFP_KERNEL) };

	if (page[0])
		__free_page(page[0]);
	if (page[1])
		__free_page(page[1]);
	return pcp_count(list) >= 2 ? list : NULL;
}

#define need_list(list)                                                     \
	do {                                                                \
		if (!(list))                                                \
			kt_skip("the zone is too small for per-CPU lists"); \
	} while (0)

static void break_number(unsigned int *number, unsigned int value, const char *id)
{
	unsigned int good = *number;

	expect_first("");
	*number = value;
	expect_first(id);
	*number = good;
	expect_first("");
}

KTEST(mm_check, p12_the_limits_do_not_add_up, SHORT)
{
	struct pcp_list *list = list_with_pages();

	need_list(list);
	break_number(&list->limit, list->limit + 1, "P12");
	break_number(&list->limit, pcp_count(list) - 1, "P12");
}

KTEST(mm_check, p13_a_page_in_a_list_has_another_state, SHORT)
{
	struct pcp_list *list = list_with_pages();
	struct page *page;

	need_list(list);
	page = list->pages[0];
	break_word(&page->flags, page->flags | PG_slab, "P13");
	break_word(&page->flags, page->flags | PG_kmalloc, "P13");
	expect_first("");
	page->_count = 1;
	expect_first("P13");
	page->_count = 0;
}

KTEST(mm_check, p13_a_list_holds_what_is_no_page, SHORT)
{
	struct pcp_list *list = list_with_pages();

	need_list(list);
	break_word((unsigned long *)&list->pages[1], 0, "P13");
	break_word((unsigned long *)&list->pages[1], (unsigned long)list->pages[1] + 4, "P13");
}

KTEST(mm_check, p13_a_block_in_a_list_has_another_order, SHORT)
{
	struct pcp_list *list = list_with_pages();
	struct page *page = alloc_pages(GFP_KERNEL, 2);

	kt_assert(page);
	__free_pages(page, 2);
	need_list(list);
	if (!list->blocks[2].nr || list->blocks[2].block[list->blocks[2].nr - 1] != page)
		kt_skip("the list has no room for a block");
	expect_first("");
	list->blocks[2].nr--;
	list->blocks[1].block[list->blocks[1].nr++] = page;
	list->pcp->room += 2;
	expect_first("P13");
	list->pcp->room -= 2;
	list->blocks[1].nr--;
	list->blocks[2].nr++;
	break_number(&list->blocks[2].nr, list->blocks[2].max + 1, "P12");
	break_number(&list->blocks[2].nr, list->blocks[2].nr - 1, "P12");
}

KTEST(mm_check, p14_a_page_is_in_a_list_twice, SHORT)
{
	struct pcp_list *list = list_with_pages();

	need_list(list);
	if (pcp_count(list) == list->limit)
		kt_skip("the list is full");
	list->pages[pcp_count(list)] = list->pages[0];
	break_number((unsigned int *)&list->avail, list->avail + 1U, "P14");
}

KTEST(mm_check, p14_a_page_with_pg_pcp_is_in_no_list, SHORT)
{
	struct pcp_list *list = list_with_pages();

	need_list(list);
	break_number((unsigned int *)&list->avail, list->avail - 1U, "P14");
}

/* Pages 1 and 2 of a block of four are no block of two. */
KTEST(mm_check, p5_a_free_block_is_not_aligned, SHORT)
{
	struct page *page = alloc_pages(GFP_KERNEL, 2);

	kt_assert(page);
	expect_first("");
	list_block(page + 1, 1);
	expect_first("P5");
	unlist_block(page + 1, 1);
	expect_first("");
	__free_pages(page, 2);
}

/* The struct page behind the last one of the zone: it is reserved, and no RAM. */
KTEST(mm_check, p5_a_free_block_is_outside_the_zone, SHORT)
{
	unsigned long end = zone_end_pfn(last_zone());
	struct page *page = pfn_to_page(end);

	if (!pfn_valid(end))
		kt_skip("mem_map ends where the zone ends");
	expect_first("");
	list_block(page, 0);
	expect_first("P5");
	unlist_block(page, 0);
	page->flags |= PG_reserved;
	expect_first("");
}

/* Page 0 has a struct page, but the zone begins behind it. */
KTEST(mm_check, p5_a_free_block_is_below_the_zone, SHORT)
{
	struct page *page = pfn_to_page(0);

	if (!pfn_valid(0))
		kt_skip("page 0 has no struct page");
	expect_first("");
	list_block(page, 0);
	expect_first("P5");
	unlist_block(page, 0);
	page->flags |= PG_reserved;
	expect_first("");
}

KTEST(mm_check, p6_a_page_inside_a_free_block_has_a_state, SHORT)
{
	struct page *page = free_block(2);

	kt_assert(page);
	break_word(&page[3].flags, page[3].flags | PG_kmalloc, "P6");
	break_word(&page[1].flags, page[1].flags | PG_ORDER_ONE, "P6");
	break_word(&page[2].flags, page[2].flags | PG_buddy, "P6");
}

KTEST(mm_check, p6_a_page_inside_a_free_block_is_counted, SHORT)
{
	struct page *page = free_block(2);

	kt_assert(page);
	expect_first("");
	page[3]._count = 1;
	expect_first("P6");
	page[3]._count = 0;
	expect_first("");
}

KTEST(mm_check, p7_two_free_buddies_are_not_merged, SHORT)
{
	struct page *page = alloc_pages(GFP_KERNEL, 2);

	kt_assert(page);
	expect_first("");
	list_block(page, 1);
	list_block(page + 2, 1);
	expect_first("P7");
	unlist_block(page, 1);
	unlist_block(page + 2, 1);
	page->flags |= 2 * PG_ORDER_ONE;
	page->_count = 1;
	expect_first("");
	__free_pages(page, 2);
}

KTEST(mm_check, p8_the_number_of_free_pages_is_wrong, SHORT)
{
	struct zone *zone = free_zone();

	break_word(&zone->nr_free_pages, zone->nr_free_pages + 1, "P8");
	break_word(&zone->nr_free_pages, zone->nr_free_pages - 1, "P8");
}

/* Four pages in use, of which the second says that it is a free block of an order that it cannot
 * have: it is in nobody's sums, and what follows it is looked at. */
KTEST(mm_check, p10_a_free_block_that_cannot_be, SHORT)
{
	static const unsigned long orders[] = { 1, MAX_ORDER, 15 };
	struct page *page = alloc_pages(GFP_KERNEL, 2);
	unsigned int i;

	kt_assert(page);
	page->flags &= ~PG_ORDER_MASK;
	for (i = 1; i < 4; i++)
		page[i]._count = 1;
	expect_first("");
	page[1]._count = 0;
	for (i = 0; i < ARRAY_SIZE(orders); i++) {
		page[1].flags |= PG_buddy | orders[i] * PG_ORDER_ONE;
		expect_only("P10", "*: * free pages, * in per-CPU lists, * used, managed *");
		page[1].flags &= PG_PLACE_MASK;
	}
	page[1]._count = 1;
	expect_first("");
	for (i = 0; i < 4; i++)
		__free_page(page + i);
}

/* Two blocks of the largest order, of which the lower one claims to be both. */
KTEST(mm_check, p10_a_free_block_that_is_too_large, SHORT)
{
	struct page *page = two_largest_blocks();

	if (!page)
		kt_skip("no two free blocks of order 10 side by side");
	page->_count = 0;
	page->flags += PG_buddy | PG_ORDER_ONE;
	expect_only("P10", "*: * free pages, * in per-CPU lists, * used, managed *");
	page->_count = 1;
	page->flags -= PG_buddy | PG_ORDER_ONE;
	expect_first("");
	__free_pages(page, MAX_ORDER - 1);
	__free_pages(page + MAX_ORDER_NR_PAGES, MAX_ORDER - 1);
}

/* The first page of an allocated pair claims to be a free block of one. */
KTEST(mm_check, p9_a_page_says_that_it_is_free, SHORT)
{
	struct page *page = alloc_pages(GFP_KERNEL, 1);

	kt_assert(page);
	break_word(&page->flags, (page->flags & PG_PLACE_MASK) | PG_buddy, "P9");
	__free_pages(page, 1);
}

KTEST(mm_check, p10_a_page_belongs_to_nobody, SHORT)
{
	struct page *page = alloc_page(GFP_KERNEL);

	kt_assert(page);
	expect_first("");
	page->_count = 0;
	expect_first("P10");
	page->_count = 1;
	expect_first("");
	__free_page(page);
}

KTEST(mm_check, p15_a_page_is_nobodys, SHORT)
{
	struct page *page = reserved_page();

	break_word(&page->flags, page->flags & ~PG_reserved, "P15");
}

KTEST(mm_check, p10_managed_pages_are_wrong, SHORT)
{
	struct zone *zone = free_zone();

	break_word(&zone->managed_pages, zone->managed_pages - 1, "P10");
}

/* --- the report ------------------------------------------------------------------------------ */

KTEST(mm_check, each_violation_is_a_line_with_its_number, SHORT)
{
	pg_data_t *pgdat = NODE_DATA(0);
	struct zone *zone = last_zone();
	char text[512];
	struct capture capture;
	struct mm_check check = { .out = &capture.out };

	capture_init(&capture, text, sizeof(text));
	pgdat->node_present_pages++;
	zone->nr_free_pages++;
	kt_eq(mm_check(&check), 2);
	pgdat->node_present_pages--;
	zone->nr_free_pages--;
	kt_str_eq(check.first, "Z5");
	kt_eq(capture_count(&capture, "Z5: zones have * present pages, the node *"), 1);
	kt_eq(capture_count(&capture, "P8: zone * lists hold * pages, nr_free_pages *"), 1);
	kt_eq(capture_count(&capture, "*"), 2);
}

KTEST(mm_check, lines_of_the_zones, SHORT)
{
	struct zone *zone = last_zone(), *first = first_zone(), *last, **slot;
	pg_data_t *pgdat = first->zone_pgdat;
	unsigned int i;

	pgdat->node_start_pfn++;
	expect_line("Z1: zone %s: pfn %lu to %lu is not inside the node", first->name,
		    first->zone_start_pfn, zone_end_pfn(first));
	pgdat->node_start_pfn--;
	zone->managed_pages += zone->spanned_pages + 1;
	expect_line("Z2: zone %s: managed %lu, present %lu, spanned %lu", zone->name,
		    zone->managed_pages, zone->present_pages, zone->spanned_pages);
	zone->managed_pages -= zone->spanned_pages + 1;
	for (i = zone_idx(first); i < MAX_NR_ZONES; i++) {
		for (slot = pgdat->node_zonelists[i].zones; *slot; slot++)
			;
		*slot = first;
		expect_line("Z3: node %d: zonelist %u is longer than the zones it may use",
			    pgdat->node_id, i);
		*slot-- = NULL;
		last = *slot;
		*slot = NULL;
		expect_line("Z3: node %d: zonelist %u lacks zone %s of node %d", pgdat->node_id, i,
			    last->name, last->zone_pgdat->node_id);
		*slot = last;
	}
}

KTEST(mm_check, line_of_zones_that_overlap, SHORT)
{
	struct zone *zone = lowest_of_last_kind(), *below = zone_below(zone);
	unsigned long good = zone->zone_start_pfn;

	if (!below)
		kt_skip("there are zones of one kind only");
	zone->zone_start_pfn = zone_end_pfn(below) - 1;
	expect_line("Z1: zone %s starts inside zone %s", zone->name, below->name);
	zone->zone_start_pfn = good;
}

/* The page of another zone is the first, the last, or one inside its block of struct pages. */
KTEST(mm_check, line_of_a_page_that_names_another_zone, SHORT)
{
	struct zone *zone = last_zone();
	unsigned long start = ALIGN_DOWN(zone_end_pfn(zone) - 1, MAX_ORDER_NR_PAGES);
	const unsigned long pfns[] = { start, start + 7, zone_end_pfn(zone) - 1,
				       first_zone()->zone_start_pfn };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(pfns); i++) {
		struct page *page = pfn_to_page(pfns[i]);
		unsigned long good;

		if (!pfn_valid(pfns[i]) || pageblock_is_mixed(pfns[i]) ||
		    pfns[i] >= zone_end_pfn(zone) || (i < 3 && pfns[i] < zone->zone_start_pfn))
			continue;
		good = page->flags;
		page->flags ^= 3UL << PG_ZONE_SHIFT;
		expect_line("Z4: pfn %lu: flags %lx do not name zone %s", pfns[i], page->flags,
			    i < 3 ? zone->name : first_zone()->name);
		page->flags = good;
	}
}

/* In a mixed block a page may name any zone, but not one that ends below it. */
KTEST(mm_check, lines_of_a_mixed_block, SHORT)
{
	unsigned long pfn = ALIGN_DOWN(zone_end_pfn(last_zone()) - 1, MAX_ORDER_NR_PAGES);
	struct zone **zone = &pageblock_zones[pfn / MAX_ORDER_NR_PAGES], *owner = *zone;
	unsigned long good;

	if (!pfn_valid(pfn) || !owner || zone_end_pfn(first_zone()) > pfn)
		kt_skip("the last block is no block of the last zone, or of the only one");
	good = pfn_to_page(pfn)->flags;
	*zone = NULL;
	expect_line("Z4: the block at pfn %lu is all of zone %s, but called mixed", pfn,
		    owner->name);
	pfn_to_page(pfn)->flags = (good & ~PG_PLACE_MASK) | zone_place(first_zone());
	expect_line("Z4: pfn %lu: flags %lx name no zone that is near", pfn,
		    pfn_to_page(pfn)->flags);
	pfn_to_page(pfn)->flags = good;
	*zone = owner;
}

/* In a mixed block, where the second page may name another zone. */
KTEST(mm_check, line_of_a_free_block_of_two_zones, SHORT)
{
	struct page *page = alloc_pages(GFP_KERNEL, 1);
	struct zone **entry, *owner;

	kt_assert(page);
	entry = &pageblock_zones[pageblock_number(page)];
	owner = *entry;
	*entry = NULL;
	list_block(page, 1);
	page[1].flags ^= 1UL << PG_ZONE_SHIFT;
	expect_line("P5: zone %s: free block of order 1 at pfn %lu", page_zone(page)->name,
		    page_to_pfn(page));
	page[1].flags ^= 1UL << PG_ZONE_SHIFT;
	unlist_block(page, 1);
	page->flags |= order_bits(1);
	page->_count = 1;
	*entry = owner;
	__free_pages(page, 1);
}

KTEST(mm_check, lines_of_a_free_list, SHORT)
{
	struct page *page = free_block(0);
	struct free_area *area;
	struct list_head *next;
	const char *name;
	unsigned int order, type;
	struct zone *zone;

	kt_assert(page);
	zone = page_zone(page);
	order = page_order(page);
	area = &zone->free_area[order];
	type = get_pageblock_migratetype(page);
	name = migratetype_names[type];
	next = page->lru.next;
	page->lru.next = NULL;
	expect_line("P1: zone %s: links of the %s list of order %u are broken", zone->name, name,
		    order);
	page->lru.next = next;
	area->nr_free++;
	expect_line("P2: zone %s: order %u has %lu blocks, nr_free %lu", zone->name, order,
		    area->nr_free - 1, area->nr_free);
	area->nr_free--;
	relist_block(page, type, MIGRATE_ISOLATE);
	expect_line("P11: zone %s, Isolate list of order %u: pfn %lu is in a page block of type %u",
		    zone->name, order, page_to_pfn(page), type);
	relist_block(page, MIGRATE_ISOLATE, type);
	zone->free_orders[MIGRATE_ISOLATE] ^= 1UL << order;
	expect_line("P3: zone %s: Isolate list of order %u has 0 blocks, free_orders %lx",
		    zone->name, order, zone->free_orders[MIGRATE_ISOLATE]);
	zone->free_orders[MIGRATE_ISOLATE] ^= 1UL << order;
	page->_count = 3;
	expect_line("P4: zone %s, list of order %u: pfn %lu has flags %lx, count 3", zone->name,
		    order, page_to_pfn(page), page->flags);
	page->_count = 0;
	zone->nr_free_pages--;
	expect_line("P8: zone %s: lists hold %lu pages, nr_free_pages %lu", zone->name,
		    zone->nr_free_pages + 1, zone->nr_free_pages);
	zone->nr_free_pages++;
}

static unsigned long listed_blocks(const struct zone *zone)
{
	unsigned long blocks = 0;
	unsigned int order;

	for (order = 0; order < MAX_ORDER; order++)
		blocks += zone->free_area[order].nr_free;
	return blocks;
}

KTEST(mm_check, lines_of_a_block_in_use, SHORT)
{
	struct page *page = alloc_pages(GFP_KERNEL, 2);
	const struct zone *zone;
	unsigned long pfn;

	kt_assert(page);
	zone = page_zone(page);
	pfn = page_to_pfn(page);
	list_block(page + 1, 1);
	expect_line("P5: zone %s: free block of order 1 at pfn %lu", zone->name, pfn + 1);
	unlist_block(page + 1, 1);
	list_block(page, 1);
	list_block(page + 2, 1);
	expect_line("P7: pfn %lu and %lu of order 1 are free and not merged", pfn, pfn + 2);
	unlist_block(page, 1);
	unlist_block(page + 2, 1);
	page->flags |= PG_buddy | 2 * PG_ORDER_ONE;
	expect_line("P9: zone %s: %lu blocks say that they are free, %lu are listed", zone->name,
		    listed_blocks(zone) + 1, listed_blocks(zone));
	page->flags &= ~PG_buddy;
	page->_count = 0;
	expect_line("P10: zone %s: %lu free pages, 0 in per-CPU lists, %lu used, managed %lu",
		    zone->name, zone->nr_free_pages, zone->managed_pages - zone->nr_free_pages - 4,
		    zone->managed_pages);
	page->_count = 1;
	__free_pages(page, 2);
}

/* The second page of the block, one inside it, and the last one. */
KTEST(mm_check, line_of_a_page_inside_a_free_block, SHORT)
{
	struct page *page = free_block(2);
	unsigned long size, i;

	kt_assert(page);
	size = 1UL << page_order(page);
	for (i = 1; i < size; i = i < size / 2 ? 2 * i : i < size - 1 ? size - 1 : size) {
		page[i].flags |= PG_kmalloc;
		expect_line("P6: pfn %lu inside the free block at pfn %lu has flags %lx, count 0",
			    page_to_pfn(page + i), page_to_pfn(page), page[i].flags);
		page[i].flags &= PG_PLACE_MASK;
		page[i]._count = -1;
		expect_line("P6: pfn %lu inside the free block at pfn %lu has flags %lx, count -1",
			    page_to_pfn(page + i), page_to_pfn(page), page[i].flags);
		page[i]._count = 0;
	}
}
