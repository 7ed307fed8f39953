/* SPDX-License-Identifier: 0BSD
 *
 * pcp.c - single pages that each CPU keeps at hand (Mauerer 3.2.2 "Hot-n-Cold Pages", Gorman 6.7).
 *
 * 1. Concepts    Most requests are for one page, and most pages come back soon. So each CPU has,
 *                for each zone and migrate type, a stack of free pages: the last one in is the
 *                first one out, and most likely still in the cache. A list that is empty takes a
 *                batch from the zone under one lock; one that is full gives a batch back, from the
 *                cold end. A page in a list is free, but not the zone's: nr_free_pages does not
 *                count it, and no buddy merges with it. What must see all free memory in blocks
 *                drains the lists first. Beside its pages a list keeps one block of each order from
 *                1 to 3, for who takes and frees such a block again and again.
 * 2. Data        A list is an array: a stack takes fewer instructions than a list of links, the
 *                free page itself is not touched, and there are no links that a write to a free
 *                page could break. How many pages it has and whether one may go in are one word:
 *                so a request goes in, finds the list empty and takes a page off by one addition.
 *                high is for the three lists of a zone and CPU together: each has a part of it as
 *                its limit, and a full one is given what another does not use.
 *                gfp_list[] has a CPU's list for each kind of request, pageblock_list[] CPU 0's
 *                for each page that comes back, and the others' are an offset away.
 * 3. Invariants  (check_pcp.c)
 *                P12 the limits of a CPU's lists of a zone and the pages of their blocks add up to
 *                high, and none holds more pages than its limit; P13 a page in a list has PG_pcp,
 *                its order and no other state, _count 0, and the zone's place; P14 every page with
 *                PG_pcp is in one list, once.
 * 4. Locking     A list is entered by one at a time, and nobody waits for it: who finds it busy
 *                puts back what he took from the word, and goes to the zone instead. So interrupts
 *                stay as they are: a handler that comes in the middle finds its CPU's list busy.
 *                And any CPU can drain another one's lists; one that is busy just then is passed
 *                by, as if it had been filled a moment later. Inside a list zone->lock may be
 *                taken, never another list, but for one that is not busy. Drains do it with
 *                interrupts off, so that a CPU whose list is being drained is not kept out of it
 *                for long.
 * 5. Small zones Below 32 MiB the batch is 0 and high is 0: a free page goes back at once.
 * 6. Not done    Limits that follow the load, more than one block of an order (both Linux 6.1's).
 */
#include <lib/align.h>
#include <mm/page_alloc.h>
#include "page_debug.h"
#include "page_slow.h"
#include "pageblock.h"
#include "pcp.h"

DEFINE_PER_CPU(struct per_cpu_pages, zone_pcp[MAX_ZONES]);
DEFINE_PER_CPU(struct pcp_list, pcp_none) = { .avail = 0 };
DEFINE_PER_CPU(struct pcp_list *, gfp_list[GFP_LIST_MASK + 1]) = {
	[0 ... GFP_LIST_MASK] = &per_cpu__pcp_none,
};

struct pcp_list *pageblock_list[MEM_MAP_BLOCKS] = {
	[0 ... MEM_MAP_BLOCKS - 1] = &per_cpu__pcp_none,
};

#define for_each_pcp_list(list, pcp) \
	for ((list) = (pcp)->lists; (list) < (pcp)->lists + MIGRATE_PCPTYPES; (list)++)

struct page *fastcall pcp_bad_page(struct page *page)
{
	panic("BUG: a per-CPU list held pfn %lu with flags %lx (struct page written to while "
	      "free?)",
	      page_to_pfn(page), page->flags ^ PG_pcp);
}

/* --- to and from the zone -------------------------------------------------------------------- */

/* Of these @nr pages, of which the first two are buddies: the order of the block that the first
 * ones are, one after the other, up or down. Mostly pages come back as they were taken. */
static unsigned int run_order(struct page *const *pages, unsigned int nr)
{
	long step = pages[1] < pages[0] ? -1 : 1;
	unsigned int order = 1, size = 2, i = 2;

	for (; 2 * size <= nr; order++, size *= 2) {
		const struct page *last = pages[0] + step * (long)(2 * size - 1);

		if (page_offset(step > 0 ? pages[0] : last) & (2 * size * sizeof(struct page) - 1))
			break;
		while (i < 2 * size && pages[i] == pages[0] + step * (long)i)
			i++;
		if (i < 2 * size)
			break;
	}
	return order;
}

/* @page leaves its list. Return: its flags. */
static __always_inline unsigned long unmark(struct page *page)
{
	page->flags ^= PG_pcp;
	if (unlikely(READ_ONCE(page->flags) & PG_STATE_MASK))
		pcp_bad_page(page);
	return page->flags;
}

/* Free these 2^@order pages as the block that they are. */
static void free_run(struct zone *zone, struct page *const *pages, unsigned int order)
{
	unsigned int last = (1U << order) - 1, i;
	struct page *first = min(pages[0], pages[last]);

	for (i = 0; i <= last; i++)
		unmark(pages[i]);
	__free_one_page(zone, first, order, first->flags | order_bits(order));
}

/* Give the coldest @nr pages of @list, which the caller is in, back to @zone. */
static void give_back(struct zone *zone, struct pcp_list *list, unsigned int nr)
{
	struct page **page = list->pages, **end = list->pages + nr;
	unsigned long flags;
	unsigned int order;

	if (!nr)
		return;
	spin_lock_irqsave(&zone->lock, flags);
	while (page < end) {
		if (end - page > 1 &&
		    (page_offset(page[0]) ^ sizeof(**page)) == page_offset(page[1])) {
			order = run_order(page, (unsigned int)(end - page));
			free_run(zone, page, order);
			page += 1U << order;
		} else {
			__free_one_page(zone, *page, 0, unmark(*page));
			page++;
		}
	}
	spin_unlock_irqrestore(&zone->lock, flags);
	pcp_add(list, -(int)nr);
	memmove(list->pages, end, pcp_count(list) * sizeof(void *));
}

/* The same for the blocks that it keeps. */
static void give_back_blocks(struct zone *zone, struct pcp_list *list)
{
	unsigned int order;
	unsigned long flags;

	for (order = 1; order <= PCP_MAX_ORDER; order++) {
		struct page *page = pcp_pop_block(list, order);

		if (!page)
			continue;
		page->_count = 0;
		list->taken -= 1U << order; /* not by a caller */
		spin_lock_irqsave(&zone->lock, flags);
		__free_one_page(zone, pcp_checked(page, order), order, page->flags);
		spin_unlock_irqrestore(&zone->lock, flags);
	}
}

/* Everything; as many pages as are returned. */
static unsigned long give_back_all(struct zone *zone, struct pcp_list *list)
{
	unsigned int count = pcp_count(list);
	unsigned long nr = count + pcp_block_pages(list);

	give_back(zone, list, count);
	give_back_blocks(zone, list);
	return nr;
}

/* Take up to @nr pages from @zone: the very pages that as many requests for one page would get, but
 * a block that would be used up whole is taken as one. Return: the first one of them, and their
 * order; NULL if there is none. */
static struct page *take_block(struct zone *zone, enum migratetype type, unsigned int nr,
			       unsigned int *order)
{
	unsigned long orders = zone->free_orders[type];

	*order = orders ? min(lowest_bit(orders), highest_bit(nr)) : 0;
	return __rmqueue(zone, *order, type);
}

/* Fill @list, which the caller is in and which is empty, with up to @nr pages: the first one from
 * the zone becomes the hottest, so that they are handed out in the order in which they lie. */
static void take_batch(struct zone *zone, struct pcp_list *list, enum migratetype type,
		       unsigned int nr)
{
	struct page *taken[PCP_BATCH_MAX], *page, *end, **page_at;
	unsigned int i = 0, order;
	unsigned long flags;

	spin_lock_irqsave(&zone->lock, flags);
	while (i < nr && (page = take_block(zone, type, nr - i, &order)) != NULL) {
		unsigned long state = (page->flags & PG_PLACE_MASK) | PG_pcp;

		page->_count = 0; /* as that of the others is */
		for (end = page + (1UL << order); page < end; page++) {
			page->flags = state;
			taken[i++] = page;
		}
	}
	spin_unlock_irqrestore(&zone->lock, flags);
	pcp_add(list, (int)i);
	for (page_at = list->pages; i > 0; page_at++)
		*page_at = taken[--i];
}

/* --- room in a list -------------------------------------------------------------------------- */

static struct per_cpu_pages *pcp_of(struct pcp_list *list)
{
	return container_of(list - list->type, struct per_cpu_pages, lists[0]);
}

/* What @list does not use of its limit: a guess, unless the caller is in it. */
static int unused_limit(const struct pcp_list *list)
{
	return (int)READ_ONCE(list->limit) - (int)pcp_count(list);
}

/* Let @list have half of what another one of @pcp's does not use of its limit: the one that uses
 * least. Return: false if there is nothing to be had. */
static bool borrow_limit(struct per_cpu_pages *pcp, struct pcp_list *list)
{
	struct pcp_list *lender = &pcp->lists[list == &pcp->lists[0]], *other;
	unsigned int part;

	for_each_pcp_list (other, pcp)
		if (other != list && unused_limit(other) > unused_limit(lender))
			lender = other;
	if (!pcp_enter(lender))
		return false;
	part = ((unsigned int)unused_limit(lender) + 1) / 2;
	lender->limit -= part;
	list->limit += part;
	pcp_leave(lender);
	return part;
}

/* The fullest of @pcp's lists: @list, or another one, which is entered. */
static struct pcp_list *enter_fullest(struct per_cpu_pages *pcp, struct pcp_list *list)
{
	struct pcp_list *fullest = list, *other;

	for_each_pcp_list (other, pcp)
		if (pcp_count(other) > pcp_count(fullest))
			fullest = other;
	return fullest == list || pcp_enter(fullest) ? fullest : list;
}

/* All lists are full: give a batch back, and let @list have the room. Return: how many pages. */
static unsigned int make_room(struct zone *zone, struct per_cpu_pages *pcp, struct pcp_list *list)
{
	struct pcp_list *fullest = enter_fullest(pcp, list);
	unsigned int nr = min(pcp_count(fullest), pcp->batch);

	give_back(zone, fullest, nr);
	if (fullest == list)
		return nr;
	fullest->limit -= nr;
	list->limit += nr;
	pcp_leave(fullest);
	return nr;
}

/* A list as small as that needs its room for single pages. */
#define MIN_HIGH_FOR_BLOCKS (2U << PCP_MAX_ORDER)

bool fastcall pcp_make_room_for_block(struct pcp_list *list, struct page *page, unsigned int order)
{
	struct per_cpu_pages *pcp = pcp_of(list);

	if (list->block[order] || pcp->high < MIN_HIGH_FOR_BLOCKS)
		return false;
	while (list->limit < pcp_count(list) + (1U << order))
		if (!borrow_limit(pcp, list) && !make_room(page_zone(page), pcp, list))
			return false;
	return pcp_push_block(list, page, order);
}

/* --- one page -------------------------------------------------------------------------------- */

/* May a batch be taken? Then no request that is served from the list later needs a look at the
 * marks (watermark.h): even for the one that may take least of this zone there was enough. */
static bool zone_can_spare(const struct zone *zone, unsigned int batch)
{
	unsigned long kept = zone->pages_low + zone->lowmem_reserve[MAX_NR_ZONES - 1];

	return READ_ONCE(zone->nr_free_pages) > kept + batch;
}

/* How many pages @list, which the caller is in and which is empty, may take at once. */
static unsigned int room_for_batch(struct zone *zone, struct per_cpu_pages *pcp,
				   struct pcp_list *list)
{
	if (list->limit < pcp->batch)
		borrow_limit(pcp, list);
	if (!list->limit)
		make_room(zone, pcp, list);
	return min(list->limit, pcp->batch);
}

struct page *fastcall pcp_alloc(struct zone *zone, enum migratetype type)
{
	struct per_cpu_pages *pcp = zone_pcp_of(zone, smp_processor_id());
	struct pcp_list *list = &pcp->lists[type];
	struct page *page;

	if (!pcp_enter(list))
		return NULL;
	if (!pcp_count(list) && pcp->high && zone_can_spare(zone, pcp->batch))
		take_batch(zone, list, type, room_for_batch(zone, pcp, list));
	pcp_leave(list);
	page = pcp_pop(list);
	return page ? pcp_checked(page, 0) : NULL;
}

static void free_to_zone(struct zone *zone, struct page *page)
{
	unsigned long flags;

	spin_lock_irqsave(&zone->lock, flags);
	__free_one_page(zone, page, 0, page->flags);
	spin_unlock_irqrestore(&zone->lock, flags);
}

void fastcall pcp_overflow(struct pcp_list *list, struct page *page)
{
	struct per_cpu_pages *pcp = pcp_of(list);
	struct zone *zone = page_zone(page);

	if (!borrow_limit(pcp, list))
		make_room(zone, pcp, list);
	if (pcp_push(list, page))
		return;
	free_to_zone(zone, page);
	pcp_leave(list);
}

void fastcall free_cold_page(struct page *page)
{
	struct pcp_list *list;
	unsigned int last;

	__free_page(page);
	list = pcp_of_this_cpu(pageblock_list[pageblock_number(page)]);
	if (!pcp_enter(list))
		return;
	last = pcp_count(list) - 1;
	if (pcp_count(list) && list->pages[last] == page) {
		memmove(list->pages + 1, list->pages, last * sizeof(void *));
		list->pages[0] = page;
	}
	pcp_leave(list);
}

/* --- draining -------------------------------------------------------------------------------- */

/* Return: pages given back. */
static unsigned long drain_list(struct zone *zone, struct pcp_list *list)
{
	unsigned long flags, nr = 0;

	if (!pcp_count(list) && !pcp_block_pages(list))
		return 0;
	flags = local_irq_save();
	if (pcp_enter(list)) {
		nr = give_back_all(zone, list);
		pcp_leave(list);
	}
	local_irq_restore(flags);
	return nr;
}

static unsigned long drain_pages(unsigned int cpu)
{
	struct pcp_list *list;
	unsigned long pages = 0;
	struct zone *zone;

	for_each_populated_zone (zone)
		for_each_pcp_list (list, zone_pcp_of(zone, cpu))
			pages += drain_list(zone, list);
	return pages;
}

unsigned long drain_local_pages(void)
{
	return drain_pages(smp_processor_id());
}

unsigned long drain_all_pages(void)
{
	unsigned long pages = 0;
	unsigned int cpu;

	for (cpu = 0; cpu < NR_CPUS; cpu++)
		pages += drain_pages(cpu);
	return pages;
}

unsigned long zone_pcp_count(const struct zone *zone, unsigned int cpu)
{
	const struct pcp_list *list;
	unsigned long pages = 0;

	for_each_pcp_list (list, zone_pcp_of(zone, cpu))
		pages += pcp_count(list) + pcp_block_pages(list);
	return pages;
}

unsigned long zone_nr_pcp_pages(const struct zone *zone)
{
	unsigned long pages = 0;
	unsigned int cpu;

	for (cpu = 0; cpu < NR_CPUS; cpu++)
		pages += zone_pcp_count(zone, cpu);
	return pages;
}

unsigned long nr_pcp_pages(void)
{
	const struct zone *zone;
	unsigned long pages = 0;

	for_each_zone (zone)
		pages += zone_nr_pcp_pages(zone);
	return pages;
}

/* --- setting up ------------------------------------------------------------------------------ */

/* One less than a power of two: batches of a round number would let the pages that go through two
 * CPUs meet in the same sets of the cache. Half a MiB at most, and a quarter of a thousandth. */
unsigned int zone_batchsize(unsigned long present_pages)
{
	unsigned long batch = min(present_pages / 1024, (512UL << 10) / PAGE_SIZE) / 4;

	batch = max(batch, 1UL);
	return (1U << highest_bit(batch + batch / 2)) - 1;
}

void __init zone_pcp_init(struct zone *zone)
{
	unsigned int batch = zone_batchsize(zone->present_pages), cpu, type;

	for (cpu = 0; cpu < NR_CPUS; cpu++) {
		struct per_cpu_pages *pcp = zone_pcp_of(zone, cpu);

		pcp->high = 6 * batch;
		pcp->batch = max(batch, 1U);
		for (type = 0; type < MIGRATE_PCPTYPES; type++) {
			pcp->lists[type].type = type;
			pcp->lists[type].avail = page_debugging ? 0 : PCP_OPEN;
		}
		pcp->lists[MIGRATE_UNMOVABLE].limit = pcp->high;
	}
}

struct pcp_list *pcp_list_of(const struct zone *zone, enum migratetype type, unsigned int cpu)
{
	return type < MIGRATE_PCPTYPES ? &zone_pcp_of(zone, cpu)->lists[type]
				       : &per_cpu(pcp_none, cpu);
}

static void for_each_list_of_all(void (*visit)(struct zone *zone, struct pcp_list *list))
{
	struct pcp_list *list;
	struct zone *zone;
	unsigned int cpu;

	for_each_zone (zone)
		for (cpu = 0; cpu < NR_CPUS; cpu++)
			for_each_pcp_list (list, zone_pcp_of(zone, cpu))
				visit(zone, list);
}

static void close_list(struct zone *zone, struct pcp_list *list)
{
	while (!pcp_enter(list))
		cpu_relax();
	give_back_all(zone, list);
}

static void open_list(struct zone *zone, struct pcp_list *list)
{
	(void)zone;
	pcp_leave(list);
}

void pcp_close_all(void)
{
	if (!page_debugging)
		for_each_list_of_all(close_list);
}

void pcp_open_all(void)
{
	if (!page_debugging)
		for_each_list_of_all(open_list);
}
