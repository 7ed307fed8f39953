/* SPDX-License-Identifier: 0BSD
 *
 * pcp.c - pages that each CPU keeps at hand (Mauerer 3.2.2 "Hot-n-Cold Pages", Gorman 6.6).
 *
 * 1. Concepts    Most requests are for one page, and most pages come back soon. So each CPU has,
 *                for each zone and migrate type, a stack of free pages: the last one in is the
 *                first one out, and most likely still in the cache. A list that is empty takes a
 *                batch from the zone under one lock; one that is full gives a batch back, from
 *                beneath the hottest one: what is colder could only go if all of it were moved. A
 *                page in a list is free, but not the zone's: nr_free_pages does not count it, and
 *                no buddy merges with it. What must see all free memory in blocks drains the lists
 *                first, and so does a request that finds none. Beside its pages a list has a stack
 *                of blocks of each order, for who takes and frees such blocks again and again.
 * 2. Data        A list is an array: a stack takes fewer instructions than a list of links, the
 *                free page itself is not touched, and there are no links that a write to a free
 *                page could break. How many pages it has and whether one may go in are one word:
 *                so a request goes in, finds the list empty and takes a page off by one addition.
 *                high is what a CPU may hold of a zone, by the zone's size. A third of it is for
 *                blocks; the rest is for the single pages of the three lists: each has a part of
 *                it as its limit, and a full one is given what another does not use. The arrays
 *                are bootmem's, as long as high says: a small machine pays little.
 *                gfp_list[] has a CPU's list for each kind of request, pageblock_list[] CPU 0's
 *                for each page that comes back, and the others' follow it.
 * 3. Invariants  (check_pcp.c)
 *                P12 the limits of a CPU's lists of a zone, the pages of their blocks and the room
 *                for more add up to high, and none holds more than its limit or its places; P13 a
 *                page in a list has PG_pcp, its order and no other state, _count 0, and the zone's
 *                place; P14 every page with PG_pcp is in one list, once.
 * 4. Locking     A list is entered by one at a time, and nobody waits for it: who finds it busy
 *                puts back what he took from the word, and goes to the zone instead. So interrupts
 *                stay as they are: a handler that comes in the middle finds its CPU's list busy.
 *                And any CPU can drain another one's lists; one that is busy just then is passed
 *                by, as if it had been filled a moment later. Inside a list zone->lock may be
 *                taken, never another list, but for one that is not busy. Drains do it with
 *                interrupts off, so that a CPU whose list is being drained is not kept out of it
 *                for long.
 * 5. Small zones Below 32 MiB there are no lists: a free page goes back at once.
 * 6. Not done    Limits that follow the load (Linux 6.7's).
 */
#include <lib/align.h>
#include <mm/bootmem.h>
#include <mm/page_alloc.h>
#include "page_debug.h"
#include "page_slow.h"
#include "pageblock.h"
#include "pcp.h"

struct pcp_list pcp_none = { .avail = 0 };

DEFINE_PER_CPU(struct per_cpu_pages, zone_pcp[MAX_ZONES]) = {
	[0 ... MAX_ZONES - 1] = { .lists = { [0 ... MIGRATE_PCPTYPES - 1] = &pcp_none } },
};

DEFINE_PER_CPU(struct pcp_list *, gfp_list[GFP_LIST_MASK + 1]) = {
	[0 ... GFP_LIST_MASK] = &pcp_none,
};

struct pcp_list *pageblock_list[MEM_MAP_BLOCKS] = {
	[0 ... MEM_MAP_BLOCKS - 1] = &pcp_none,
};

/* The lists of @pcp, by migrate type. */
#define for_each_pcp_list(list, pcp)                     \
	for (struct pcp_list *const *_at = (pcp)->lists; \
	     _at < (pcp)->lists + MIGRATE_PCPTYPES && ((list) = *_at, true); _at++)

struct page *fastcall pcp_bad_page(struct page *page)
{
	panic("BUG: a per-CPU list held pfn %lu with flags %lx (struct page written to while "
	      "free?)",
	      page_to_pfn(page), page->flags ^ PG_pcp);
}

/* --- to and from the zone -------------------------------------------------------------------- */

/* Of these @nr pages, no more than a batch, of which the first two are buddies: the order of the
 * block that the first ones are, one after the other, up or down. Mostly pages come back as they
 * were taken. */
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

/* @page leaves its list, where it had these flags. */
static __always_inline void unmark(struct page *page, unsigned long listed)
{
	if (unlikely(page->flags != listed))
		pcp_bad_page(page);
	page->flags = listed ^ PG_pcp;
}

/* Free the first of these pages, of which all before @end leave their list: with those behind it
 * that are a block together with it. Return: how many. */
static unsigned int free_run(struct zone *zone, struct page *const *pages, unsigned int nr,
			     unsigned long listed)
{
	unsigned int order = 0, i;
	struct page *first = pages[0];

	if (nr > 1 && (page_offset(pages[0]) ^ sizeof(*first)) == page_offset(pages[1])) {
		order = run_order(pages, nr);
		first = min(first, pages[(1U << order) - 1]);
	}
	for (i = 0; i < 1U << order; i++)
		unmark(pages[i], listed);
	__free_one_page(zone, first, order, (listed ^ PG_pcp) | order_bits(order));
	return 1U << order;
}

/* Give the @nr pages from place @at of @list on, which the caller is in, back to @zone. */
static void give_back(struct zone *zone, struct pcp_list *list, unsigned int at, unsigned int nr)
{
	struct page **page = list->pages + at, **end = page + nr;
	unsigned long flags, listed;

	if (!nr)
		return;
	listed = ((*page)->flags & PG_PLACE_MASK) | PG_pcp;
	spin_lock_irqsave(&zone->lock, flags);
	while (page < end)
		page += free_run(zone, page, (unsigned int)(end - page), listed);
	spin_unlock_irqrestore(&zone->lock, flags);
	pcp_add(list, -(int)nr);
	memmove(end - nr, end, (pcp_count(list) - at) * sizeof(void *));
}

/* The same for the blocks that it keeps. */
static void give_back_blocks(struct zone *zone, struct pcp_list *list)
{
	unsigned long flags;
	unsigned int order;
	struct page *page;

	for (order = 1; order < MAX_ORDER; order++)
		while ((page = pcp_pop_block(list, order)) != NULL) {
			page->_count = 0;
			list->taken -= 1UL << order; /* not by a caller */
			spin_lock_irqsave(&zone->lock, flags);
			__free_one_page(zone, pcp_checked(page, order), order, page->flags);
			spin_unlock_irqrestore(&zone->lock, flags);
		}
}

/* The hottest batch, or at last the blocks; as many pages as are returned. */
static unsigned long give_back_some(struct zone *zone, struct pcp_list *list)
{
	unsigned int count = pcp_count(list), nr = min(count, list->pcp->batch);
	unsigned long pages = nr;

	give_back(zone, list, count - nr, nr);
	if (nr == count) {
		pages += pcp_block_pages(list);
		give_back_blocks(zone, list);
	}
	return pages;
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

/* Put the @nr pages from @page on, which are one block, in front of @hottest in a list: the first
 * one becomes the hottest. Return: where the last one is. */
static struct page **list_block(struct page **hottest, struct page *page, unsigned int nr)
{
	unsigned long listed = (page->flags & PG_PLACE_MASK) | PG_pcp;
	struct page *const end = page + nr;

	page->_count = 0; /* as that of the others is */
	for (; page < end; page++) {
		page->flags = listed;
		*--hottest = page;
	}
	return hottest;
}

/* Fill @list, which the caller is in and which is empty, with up to @nr pages: the first one from
 * the zone becomes the hottest, so that they are handed out in the order in which they lie. */
static void take_batch(struct zone *zone, struct pcp_list *list, enum migratetype type,
		       unsigned int nr)
{
	struct page **end = list->pages + nr, **at = end, *page;
	unsigned long flags;
	unsigned int order;

	spin_lock_irqsave(&zone->lock, flags);
	while (at > list->pages &&
	       (page = take_block(zone, type, (unsigned int)(at - list->pages), &order)) != NULL)
		at = list_block(at, page, 1U << order);
	spin_unlock_irqrestore(&zone->lock, flags);
	if (at > list->pages)
		memmove(list->pages, at, (size_t)(end - at) * sizeof(void *));
	pcp_add(list, (int)(end - at));
}

/* --- room in a list -------------------------------------------------------------------------- */

/* What @list does not use of its limit: a guess, unless the caller is in it. */
static int unused_limit(const struct pcp_list *list)
{
	return (int)READ_ONCE(list->limit) - (int)pcp_count(list);
}

/* Let @list have half of what another one of @pcp's does not use of its limit: the one that uses
 * least. Return: false if there is nothing to be had. */
static bool borrow_limit(struct per_cpu_pages *pcp, struct pcp_list *list)
{
	struct pcp_list *lender = pcp->lists[list == pcp->lists[0]], *other;
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

/* The place of the @nr pages of @list, which has so many, under as many that are hotter, as far as
 * there are. Those that are colder stay: all of them would have to be moved. */
static unsigned int beneath_hottest(const struct pcp_list *list, unsigned int nr)
{
	unsigned int count = pcp_count(list);

	return count > 2 * nr ? count - 2 * nr : 0;
}

/* All lists are full: give a batch back, and let @list have the room. Return: how many pages. */
static unsigned int make_room(struct zone *zone, struct per_cpu_pages *pcp, struct pcp_list *list)
{
	struct pcp_list *fullest = enter_fullest(pcp, list);
	unsigned int nr = min(pcp_count(fullest), pcp->batch);

	give_back(zone, fullest, beneath_hottest(fullest, nr), nr);
	if (fullest == list)
		return nr;
	fullest->limit -= nr;
	list->limit += nr;
	pcp_leave(fullest);
	return nr;
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
	struct pcp_list *list = pcp->lists[type];
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
	struct per_cpu_pages *pcp = list->pcp;
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
	unsigned int last, at;

	__free_page(page);
	list = pcp_of_this_cpu(pageblock_list[pageblock_number(page)]);
	if (!pcp_enter(list))
		return;
	last = pcp_count(list) - 1;
	if (pcp_count(list) && list->pages[last] == page) {
		at = beneath_hottest(list, list->pcp->batch);
		memmove(list->pages + at + 1, list->pages + at, (last - at) * sizeof(void *));
		list->pages[at] = page;
	}
	pcp_leave(list);
}

/* --- draining -------------------------------------------------------------------------------- */

/* A batch at a time: not for long, nobody else can come in. Return: pages given back. */
static unsigned long drain_list(struct zone *zone, struct pcp_list *list)
{
	unsigned long held = pcp_count(list) + pcp_block_pages(list), nr = 0, flags;
	bool entered = true;

	while (nr < held && entered) {
		flags = local_irq_save();
		entered = pcp_enter(list);
		if (entered) {
			nr += give_back_some(zone, list);
			pcp_leave(list);
		}
		local_irq_restore(flags);
	}
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

/* A quarter of a MiB at most, and of a thousandth of the zone; a power of two, so that it comes as
 * one block. */
unsigned int zone_batchsize(unsigned long present_pages)
{
	unsigned long batch = min(present_pages / 1024, (1UL << 20) / PAGE_SIZE) / 4;

	batch = max(batch, 1UL);
	return (1U << highest_bit(batch + batch / 2)) & ~1U;
}

/* A sixteenth of the zone for all CPUs together: half of what Linux 6.7 lets them grow to. */
unsigned int zone_highsize(unsigned long present_pages)
{
	unsigned int batch = zone_batchsize(present_pages);

	if (!batch)
		return 0;
	return max((unsigned int)min(present_pages / 16, (unsigned long)PCP_HIGH_MAX) / NR_CPUS,
		   6 * batch);
}

/* So many blocks of @order a list has place for. */
static unsigned int max_blocks(unsigned int high, unsigned int order)
{
	return min(pcp_high_of_blocks(high) >> order, PCP_BLOCKS_MAX);
}

static unsigned int __init list_bytes(unsigned int high)
{
	unsigned int places = high - pcp_high_of_blocks(high), order;

	for (order = 1; order < MAX_ORDER; order++)
		places += max_blocks(high, order);
	return ALIGN_UP((unsigned int)sizeof(struct pcp_list) +
				places * (unsigned int)sizeof(void *),
			SMP_CACHE_BYTES);
}

static void __init init_list(struct pcp_list *list, struct per_cpu_pages *pcp, unsigned int bytes)
{
	struct page **place = list->pages + pcp->high - pcp_high_of_blocks(pcp->high);
	unsigned int order;

	list->bytes = bytes;
	list->pcp = pcp;
	for (order = 1; order < MAX_ORDER; order++) {
		list->blocks[order] = (struct pcp_blocks){ .max = max_blocks(pcp->high, order),
							   .block = place,
							   .pages = 1 << order,
							   .state = order_bits(order) };
		place += list->blocks[order].max;
	}
	list->avail = page_debugging ? 0 : PCP_OPEN;
}

/* At @memory are the lists of this CPU, at each @bytes that of the next one, then the same for the
 * next type. */
static void __init init_lists(struct per_cpu_pages *pcp, unsigned int high, char *memory,
			      unsigned int bytes)
{
	unsigned int type;

	pcp->high = high;
	pcp->room = (int)pcp_high_of_blocks(high);
	for (type = 0; type < MIGRATE_PCPTYPES; type++) {
		pcp->lists[type] = (struct pcp_list *)(void *)memory;
		init_list(pcp->lists[type], pcp, bytes);
		memory += NR_CPUS * bytes;
	}
	pcp->lists[MIGRATE_UNMOVABLE]->limit = high - pcp_high_of_blocks(high);
}

/* Without memory for them, which only a machine too small for anything has, there are no lists. */
void __init zone_pcp_init(struct zone *zone)
{
	unsigned int high = zone_highsize(zone->present_pages), bytes = list_bytes(high), cpu;
	char *memory = NULL;

	if (high)
		memory = alloc_bootmem_nopanic((unsigned long)bytes * MIGRATE_PCPTYPES * NR_CPUS);
	for (cpu = 0; cpu < NR_CPUS; cpu++) {
		struct per_cpu_pages *pcp = zone_pcp_of(zone, cpu);

		pcp->batch = max(zone_batchsize(zone->present_pages), 1U);
		if (memory)
			init_lists(pcp, high, memory + cpu * bytes, bytes);
	}
}

struct pcp_list *pcp_list_of(const struct zone *zone, enum migratetype type, unsigned int cpu)
{
	return type < MIGRATE_PCPTYPES ? zone_pcp_of(zone, cpu)->lists[type] : &pcp_none;
}

static void for_each_list_of_all(void (*visit)(struct zone *zone, struct pcp_list *list))
{
	struct pcp_list *list;
	struct zone *zone;
	unsigned int cpu;

	for_each_populated_zone (zone)
		for (cpu = 0; cpu < NR_CPUS; cpu++)
			for_each_pcp_list (list, zone_pcp_of(zone, cpu))
				if (list != &pcp_none)
					visit(zone, list);
}

static void close_list(struct zone *zone, struct pcp_list *list)
{
	while (!pcp_enter(list))
		cpu_relax();
	while (give_back_some(zone, list))
		;
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
