/* SPDX-License-Identifier: 0BSD
 *
 * pcp.c - the pages that a CPU keeps at hand: where they come from, where they go, and how many.
 */
#include <lib/align.h>
#include <test/ktest.h>
#include <test/pages.h>
#include <mm/page_alloc.h>

#include "page_debug.h"
#include "page_stock.h"
#include "pageblock.h"
#include "pcp.h"

/* This CPU's list that a GFP_KERNEL page goes to and comes from. */
static struct pcp_list *kernel_list(void)
{
	return this_cpu(gfp_list)[GFP_KERNEL & GFP_LIST_MASK];
}

static struct zone *kernel_zone(void)
{
	return node_zonelist(0, GFP_KERNEL)->zones[0];
}

/* Single pages that the lists of a CPU may hold of it. */
static unsigned int high_of_pages(void)
{
	unsigned int high = zone_pcp_of(kernel_zone(), 0)->high;

	return high - pcp_high_of_blocks(high);
}

#define need_lists()                                                            \
	do {                                                                    \
		if (page_debugging || zone_pcp_of(kernel_zone(), 0)->high < 6)  \
			kt_skip("the zone is too small for per-CPU lists");     \
		if (has_unlisted_pages(kernel_zone()))                          \
			kt_skip("free pages of mixed page blocks are at hand"); \
	} while (0)

/* --- sizes ----------------------------------------------------------------------------------- */

KTEST(pcp, batch_by_the_size_of_the_zone, SHORT)
{
	static const struct {
		unsigned long present;
		unsigned int batch;
	} vector[] = { { 0, 0 },      { 4096, 0 },    { 8191, 0 },    { 8192, 2 },   { 16384, 4 },
		       { 20479, 4 },  { 24576, 8 },   { 32768, 8 },   { 65536, 16 }, { 86016, 16 },
		       { 98304, 32 }, { 131072, 32 }, { 225280, 64 }, { ~0UL, 64 } };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(vector); i++)
		kt_eq(zone_batchsize(vector[i].present), vector[i].batch);
}

KTEST(pcp, high_by_the_size_of_the_zone, SHORT)
{
	static const struct {
		unsigned long present;
		unsigned int high; /* of one CPU alone */
	} vector[] = { { 0, 0 },	{ 8191, 0 },	  { 8192, 512 },
		       { 32768, 2048 }, { 131072, 8192 }, { ~0UL, PCP_HIGH_MAX } };
	const struct zone *zone;
	unsigned int cpu, i;

	for (i = 0; i < ARRAY_SIZE(vector); i++)
		kt_eq(zone_highsize(vector[i].present), vector[i].high / NR_CPUS);
	for_each_populated_zone (zone)
		for (cpu = 0; cpu < NR_CPUS; cpu++) {
			unsigned int batch = zone_batchsize(zone->present_pages);

			kt_eq(zone_pcp_of(zone, cpu)->high, zone_highsize(zone->present_pages));
			kt_eq(zone_pcp_of(zone, cpu)->batch, batch ? batch : 1);
		}
}

/* --- the order of a stack -------------------------------------------------------------------- */

KTEST(pcp, the_last_page_in_is_the_first_one_out, SHORT)
{
	struct page *first, *second;

	need_lists();
	first = alloc_page(GFP_KERNEL);
	second = alloc_page(GFP_KERNEL);
	kt_assert(first && second);
	__free_page(first);
	__free_page(second);
	kt_true(PagePcp(first) && PagePcp(second));
	kt_eq(first->_count, 0);
	kt_ptr_eq(alloc_page(GFP_KERNEL), second);
	kt_ptr_eq(alloc_page(GFP_KERNEL), first);
	kt_eq(second->_count, 1);
	kt_eq(second->flags & PG_STATE_MASK, 0);
	__free_page(first);
	__free_page(second);
}

/* Where a page of @list is that is not to be handed out soon. */
static unsigned int cold_place(const struct pcp_list *list)
{
	unsigned int hot = 2 * list->pcp->batch;

	return pcp_count(list) > hot ? pcp_count(list) - hot : 0;
}

KTEST(pcp, a_cold_page_goes_beneath_the_hot_ones, SHORT)
{
	const struct pcp_list *list = kernel_list();
	struct page *hot, *cold;

	need_lists();
	hot = alloc_page(GFP_KERNEL);
	cold = alloc_page(GFP_KERNEL);
	kt_assert(hot && cold);
	__free_page(hot);
	free_cold_page(cold);
	kt_true(cold_place(list) < pcp_count(list) - 1);
	kt_ptr_eq(list->pages[cold_place(list)], cold);
	kt_ptr_eq(list->pages[pcp_count(list) - 1], hot);
	kt_ptr_eq(alloc_page(GFP_KERNEL), hot);
	__free_page(hot);
}

/* What was one block comes in the order of its pages. */
KTEST(pcp, a_batch_comes_in_order, SHORT)
{
	struct page_stock stock;
	struct page *page[2];
	bool neighbours;

	need_lists();
	drain_all_pages();
	page_stock_init(&stock);
	while (kernel_zone()->free_area[0].nr_free && page_stock_alloc(&stock, GFP_KERNEL, 0))
		;
	page_stock_free(&stock);
	drain_all_pages();
	pcp_close_all();
	while (kernel_zone()->free_area[0].nr_free && page_stock_alloc(&stock, GFP_KERNEL, 0))
		;
	pcp_open_all();
	page[0] = alloc_page(GFP_KERNEL);
	page[1] = alloc_page(GFP_KERNEL);
	neighbours = page[0] && page[1] == page[0] + 1;
	if (page[0])
		__free_page(page[0]);
	if (page[1])
		__free_page(page[1]);
	page_stock_free(&stock);
	kt_true(neighbours);
}

/* --- how many -------------------------------------------------------------------------------- */

KTEST(pcp, an_empty_list_takes_a_batch, SHORT)
{
	unsigned long free = free_pages_now();
	unsigned int batch = zone_pcp_of(kernel_zone(), 0)->batch;
	struct page *page;

	need_lists();
	page = alloc_page(GFP_KERNEL);
	kt_assert(page);
	kt_eq(nr_pcp_pages(), batch - 1);
	kt_eq(nr_free_pages(), free - batch);
	__free_page(page);
	kt_eq(nr_pcp_pages(), batch);
	kt_eq(drain_local_pages(), batch);
	kt_eq(drain_all_pages(), 0);
	kt_eq(nr_free_pages(), free);
}

/* A batch must not take what the marks keep back, nor what is kept from the zone's best clients. */
KTEST(pcp, a_zone_near_its_marks_gives_single_pages, SHORT)
{
	struct zone *zone = kernel_zone();
	unsigned long low = zone->pages_low, free;
	struct page *page;

	need_lists();
	free = zone_free_now(zone);
	zone->pages_low = free - zone->lowmem_reserve[MAX_NR_ZONES - 1] -
			  zone_pcp_of(zone, 0)->batch;
	page = pcp_alloc(zone, gfp_migratetype(GFP_KERNEL));
	zone->pages_low--;
	kt_ptr_eq(page, NULL);
	page = pcp_alloc(zone, gfp_migratetype(GFP_KERNEL));
	zone->pages_low = low;
	kt_true(page);
	if (page)
		__free_page(page);
}

/* Of one type after the other: together the lists never hold more than high, and one of them may
 * hold all of it. */
KTEST(pcp, lists_share_what_a_cpu_may_hold, SHORT)
{
	static const gfp_t gfps[] = { GFP_KERNEL, GFP_KERNEL | __GFP_MOVABLE,
				      GFP_KERNEL | __GFP_RECLAIMABLE, GFP_KERNEL };
	unsigned int high = high_of_pages(), i;
	static struct page *page[PCP_HIGH_MAX + 1];

	need_lists();
	for (i = 0; i < ARRAY_SIZE(gfps); i++) {
		unsigned int n = 0, most = 0;

		while (n < high + 1 && (page[n] = alloc_page(gfps[i])) != NULL)
			n++;
		kt_eq(n, high + 1);
		while (n > 0) {
			__free_page(page[--n]);
			most = max(most, (unsigned int)zone_pcp_count(kernel_zone(), 0));
		}
		kt_true(most <= high);
		kt_true(most + zone_pcp_of(kernel_zone(), 0)->batch > high);
	}
}

/* The hottest batch stays, and so does what is colder than the one that goes. */
KTEST(pcp, a_full_list_gives_back_what_is_beneath_its_hottest_batch, SHORT)
{
	unsigned int high = high_of_pages(), batch = zone_pcp_of(kernel_zone(), 0)->batch, i, first;
	static struct page *page[PCP_HIGH_MAX + 1];
	bool listed = true;

	need_lists();
	drain_all_pages();
	for (i = 0; i <= high; i++)
		page[i] = alloc_page(GFP_KERNEL | __GFP_NOWARN);
	for (i = 0; i <= high; i++)
		listed &= page[i] && pcp_of_this_cpu(pageblock_list[pageblock_number(page[i])]) ==
					     kernel_list();
	first = high - 2 * batch - pcp_count(kernel_list());
	for (i = 0; i <= high; i++)
		if (page[i])
			__free_page(page[i]);
	if (!listed)
		kt_skip("some pages are not of that list");
	kt_true(PagePcp(page[first - 1]));
	kt_false(PagePcp(page[first]));
	kt_false(PagePcp(page[first + batch - 1]));
	kt_true(PagePcp(page[first + batch]));
	kt_true(PagePcp(page[high]));
}

KTEST(pcp, the_zones_take_back_what_the_lists_do_not_hold, SHORT)
{
	unsigned long all = nr_free_pages() + nr_pcp_pages();
	struct page *page[1000];
	unsigned int round, i;

	for (i = 0; i < ARRAY_SIZE(page); i++)
		page[i] = NULL;
	for (round = 0; round < 20000; round++) {
		i = kt_random_below(ARRAY_SIZE(page));
		if (page[i]) {
			__free_page(page[i]);
			page[i] = NULL;
			all++;
		} else {
			page[i] = alloc_page(kt_random_below(2) ? GFP_HIGHUSER_MOVABLE
								: GFP_KERNEL);
			all -= page[i] != NULL;
		}
		if (!kt_eq(nr_free_pages() + nr_pcp_pages(), all))
			break;
	}
	for (i = 0; i < ARRAY_SIZE(page); i++)
		if (page[i])
			__free_page(page[i]);
}

/* --- blocks ---------------------------------------------------------------------------------- */

/* As many blocks of @order as the list keeps, if it had no other. */
static unsigned int places(unsigned int order)
{
	return min(kernel_list()->blocks[order].max, PCP_BLOCKS_MAX);
}

KTEST(pcp, blocks_of_each_order_are_kept, SHORT)
{
	static struct page *block[PCP_BLOCKS_MAX + 1];
	unsigned int order, i, n;
	unsigned long free;

	need_lists();
	for (order = 1; order < MAX_ORDER; order++) {
		free = free_pages_now();
		n = places(order);
		for (i = 0; i <= n; i++)
			block[i] = alloc_pages(GFP_KERNEL | __GFP_NOWARN, order);
		for (i = 0; i <= n; i++)
			if (block[i])
				__free_pages(block[i], order);
		if (!block[n])
			continue; /* the zone is too small */
		for (i = 0; i < n; i++)
			kt_true(PagePcp(block[i]) && page_order(block[i]) == order);
		kt_false(PagePcp(block[n]));
		kt_eq(nr_pcp_pages(), n << order);
		kt_eq(nr_free_pages(), free - (n << order));
		for (i = n; i > 0; i--)
			if (!kt_ptr_eq(alloc_pages(GFP_KERNEL, order), block[i - 1]))
				return;
		for (i = 0; i < n; i++) {
			kt_eq(block[i]->flags & PG_STATE_MASK, order_bits(order));
			kt_eq(block[i]->_count, 1);
			__free_pages(block[i], order);
		}
		kt_eq(drain_all_pages(), n << order);
		kt_eq(nr_free_pages(), free);
	}
}

/* Those of one order take the room of those of another one, but not that of single pages. */
KTEST(pcp, blocks_share_what_is_theirs_of_high, SHORT)
{
	const struct per_cpu_pages *pcp = zone_pcp_of(kernel_zone(), 0);
	unsigned int room = pcp_high_of_blocks(pcp->high), order;
	static struct page *block[MAX_ORDER][PCP_BLOCKS_MAX];

	need_lists();
	drain_all_pages();
	for (order = 1; order < MAX_ORDER; order++)
		for (unsigned int i = 0; i < places(order); i++)
			block[order][i] = alloc_pages(GFP_KERNEL | __GFP_NOWARN, order);
	for (order = 1; order < MAX_ORDER; order++)
		for (unsigned int i = 0; i < places(order); i++)
			if (block[order][i])
				__free_pages(block[order][i], order);
	kt_true(zone_pcp_count(kernel_zone(), 0) - pcp_count(kernel_list()) <= room);
	kt_eq(pcp->room + zone_pcp_count(kernel_zone(), 0) - pcp_count(kernel_list()), room);
	drain_all_pages();
	kt_eq(pcp->room, room);
}

/* --- lists that are busy or closed ----------------------------------------------------------- */

/* As an interrupt handler that comes while its CPU is in the list. */
KTEST(pcp, a_busy_list_is_left_alone, SHORT)
{
	struct pcp_list *list = kernel_list();
	unsigned int count;
	struct page *page;
	int avail;

	need_lists();
	page = alloc_page(GFP_KERNEL);
	kt_assert(page);
	__free_page(page);
	kt_assert(pcp_enter(list));
	kt_false(pcp_enter(list));
	avail = list->avail;
	count = pcp_count(list);
	kt_true(count);
	page = alloc_page(GFP_KERNEL);
	kt_true(page);
	kt_eq(pcp_count(list), count);
	kt_eq(drain_all_pages(), 0);
	kt_eq(pcp_count(list), count);
	if (page)
		__free_page(page);
	kt_true(!page || !PagePcp(page));
	kt_eq(pcp_count(list), count);
	kt_eq(list->avail, avail);
	pcp_leave(list);
}

/* Who finds nothing in a list, open or closed, leaves it as it was. */
KTEST(pcp, an_empty_list_is_left_as_it_was, SHORT)
{
	struct pcp_list *list = kernel_list();

	need_lists();
	drain_all_pages();
	kt_eq(list->avail, PCP_OPEN);
	kt_ptr_eq(pcp_pop(list), NULL);
	kt_eq(list->avail, PCP_OPEN);
	list->avail = -1; /* as a handler sees it while that goes on */
	kt_eq(pcp_count(list), 0);
	list->avail = PCP_OPEN;
	kt_assert(pcp_enter(list));
	kt_ptr_eq(pcp_pop(list), NULL);
	kt_eq(list->avail, 0);
	pcp_leave(list);
	kt_eq(list->avail, PCP_OPEN);
}

/* A page is off the list when it is taken, not later. */
KTEST(pcp, a_page_that_is_taken_is_counted_once, SHORT)
{
	struct pcp_list *list = kernel_list();
	struct page *page;
	int avail;

	need_lists();
	page = alloc_page(GFP_KERNEL);
	kt_assert(page);
	__free_page(page);
	avail = list->avail;
	kt_ptr_eq(pcp_pop(list), page);
	kt_eq(list->avail, avail - 1);
	__free_page(page);
	kt_eq(list->avail, avail);
}

KTEST(pcp, closed_lists_hold_nothing, SHORT)
{
	struct page *page = alloc_page(GFP_KERNEL);
	unsigned long free;

	kt_assert(page);
	__free_page(page);
	pcp_close_all();
	kt_eq(nr_pcp_pages(), 0);
	free = nr_free_pages();
	page = alloc_page(GFP_KERNEL);
	kt_true(page);
	kt_eq(nr_free_pages(), free - 1);
	if (page)
		__free_page(page);
	kt_eq(nr_free_pages(), free);
	kt_eq(nr_pcp_pages(), 0);
	pcp_open_all();
}

/* Pages of isolated and reserve blocks belong to the zone only. */
KTEST(pcp, pages_of_an_isolated_block_pass_no_list, SHORT)
{
	struct page *page = alloc_pages(GFP_KERNEL, pageblock_order), *last;
	enum migratetype type;
	unsigned long flags;
	struct zone *zone;

	if (!page)
		kt_skip("no page block is free");
	split_page(page, pageblock_order);
	last = page + pageblock_nr_pages - 1;
	zone = page_zone(page);
	spin_lock_irqsave(&zone->lock, flags);
	type = get_pageblock_migratetype(page);
	set_pageblock_migratetype(page, MIGRATE_ISOLATE);
	spin_unlock_irqrestore(&zone->lock, flags);
	__free_page(last);
	kt_true(PageBuddy(last));
	spin_lock_irqsave(&zone->lock, flags);
	move_freepages_block(zone, page_to_pfn(page), type);
	spin_unlock_irqrestore(&zone->lock, flags);
	for (; page < last; page++)
		__free_page(page);
}

/* --- shortage -------------------------------------------------------------------------------- */

/* Two buddies in a list are all that there is, and a block of two is wanted. */
static void check_shortage(gfp_t gfp)
{
	struct page *pair = alloc_pages(GFP_KERNEL, 1), *page;
	struct page_stock stock;

	page_stock_init(&stock);
	kt_assert(pair);
	split_page(pair, 1);
	page_stock_drain(&stock, GFP_HIGHUSER);
	__free_page(pair);
	__free_page(pair + 1);
	kt_true(PagePcp(pair) && PagePcp(pair + 1));
	page = alloc_pages(gfp | __GFP_MEMALLOC, 1);
	kt_ptr_eq(page, pair);
	if (page)
		__free_pages(page, 1);
	page_stock_free(&stock);
}

/* Whether it may call shrinkers or not. */
KTEST(pcp, a_shortage_drains_the_lists, SHORT)
{
	need_lists();
	check_shortage(GFP_KERNEL);
	check_shortage(GFP_ATOMIC);
}

/* After a storm of requests of all kinds, all blocks are as before. */
KTEST(pcp, all_memory_coalesces_after_a_storm, SHORT)
{
	static const gfp_t gfps[] = { GFP_KERNEL, GFP_HIGHUSER_MOVABLE,
				      GFP_KERNEL | __GFP_RECLAIMABLE, GFP_DMA };
	static struct {
		struct page *page;
		unsigned int order;
	} block[2000];
	struct free_counts before;
	unsigned int round, i;

	free_counts_record(&before);
	for (round = 0; round < 30000; round++) {
		i = kt_random_below(ARRAY_SIZE(block));
		if (block[i].page) {
			__free_pages(block[i].page, block[i].order);
			block[i].page = NULL;
			continue;
		}
		block[i].order = kt_random_below(4) ? 0 : kt_random_below(MAX_ORDER);
		block[i].page = alloc_pages(gfps[kt_random_below(ARRAY_SIZE(gfps))] | __GFP_NOWARN,
					    block[i].order);
	}
	for (i = 0; i < ARRAY_SIZE(block); i++)
		if (block[i].page) {
			__free_pages(block[i].page, block[i].order);
			block[i].page = NULL;
		}
	free_counts_compare(&before);
}

/* --- pages in numbers ------------------------------------------------------------------------ */

KTEST(pcp, pages_in_bulk, SHORT)
{
	unsigned long free = free_pages_now();
	struct page *page[100], *one;
	unsigned long nr, i, distinct = 0;
	LIST_HEAD(list);

	nr = alloc_pages_bulk(GFP_KERNEL, ARRAY_SIZE(page), page);
	kt_eq(nr, ARRAY_SIZE(page));
	kt_eq(free_pages_now(), free - nr);
	for (i = 0; i < nr; i++)
		page[i]->lru.next = NULL;
	for (i = 0; i < nr; i++) {
		distinct += !page[i]->lru.next;
		page[i]->lru.next = &list;
	}
	kt_eq(distinct, nr);
	free_pages_bulk(page, nr);
	kt_eq(free_pages_now(), free);
	kt_eq(alloc_pages_bulk(GFP_KERNEL, 0, page), 0);

	kt_eq(alloc_pages_list(GFP_KERNEL, 50, &list), 50);
	nr = 0;
	list_for_each_entry (one, &list, lru)
		nr++;
	kt_eq(nr, 50);
	kt_eq(free_pages_now(), free - 50);
	free_pages_list(&list);
	kt_true(list_empty(&list));
	kt_eq(free_pages_now(), free);
}

/* --- mistakes -------------------------------------------------------------------------------- */

static struct page *page_in_a_list(void)
{
	struct page *page = alloc_page(GFP_KERNEL);

	__free_page(page);
	if (!PagePcp(page))
		kt_fail("the zone is too small for per-CPU lists");
	return page;
}

KTEST(pcp, stop_a_page_in_a_list_is_freed_again, STOP)
{
	struct page *page = page_in_a_list();

	kt_expect_stop("page is free already: double free?");
	__free_page(page);
}

KTEST(pcp, stop_a_page_in_a_list_is_freed_as_a_block, STOP)
{
	struct page *page = page_in_a_list();

	kt_expect_stop("page is free already: double free?");
	__free_pages(page, 2);
}

KTEST(pcp, stop_a_block_in_a_list_is_freed_again, STOP)
{
	struct page *page = alloc_pages(GFP_KERNEL, 2);

	__free_pages(page, 2);
	if (!PagePcp(page))
		kt_fail("the list has no room for a block");
	kt_expect_stop("page is free already: double free?");
	__free_pages(page, 2);
}

KTEST(pcp, stop_a_block_in_a_list_is_written_to, STOP)
{
	struct page *page = alloc_pages(GFP_KERNEL, 2);

	__free_pages(page, 2);
	page->flags |= PG_kmalloc;
	kt_expect_stop("(struct page written to while free?)");
	__free_pages(alloc_pages(GFP_KERNEL, 2), 2);
}

KTEST(pcp, stop_a_reference_to_a_page_in_a_list, STOP)
{
	struct page *page = page_in_a_list();

	kt_expect_stop("page is free: freed while it was needed");
	get_page(page);
}

KTEST(pcp, stop_the_struct_page_of_one_in_a_list_is_written_to, STOP)
{
	page_in_a_list()->flags |= PG_slab;
	kt_expect_stop("(struct page written to while free?)");
	__free_page(alloc_page(GFP_KERNEL));
}

KTEST(pcp, stop_a_page_that_was_written_to_is_drained, STOP)
{
	page_in_a_list()->flags |= PG_kmalloc;
	kt_expect_stop("(struct page written to while free?)");
	drain_all_pages();
}

/* For the panic's monitor: reports look at such a page, and do not stop at it. */
KTEST(pcp, stop_with_a_page_that_was_written_to, STOP)
{
	kt_expect_stop("a page in a list was written to, on purpose");
	page_in_a_list()->flags |= PG_kmalloc;
	panic("a page in a list was written to, on purpose");
}

KTEST(pcp, stop_a_block_is_freed_as_a_page, STOP)
{
	kt_expect_stop("not the order that it was allocated with");
	__free_page(alloc_pages(GFP_KERNEL, 2));
}

KTEST(pcp, stop_an_inner_page_is_freed, STOP)
{
	kt_expect_stop("not the first page of an allocated block");
	__free_page(alloc_pages(GFP_KERNEL, 2) + 1);
}
