/* SPDX-License-Identifier: 0BSD
 *
 * pages.c - the page allocator: pairs, batches in three orders of freeing, fallback, failure.
 *
 * What forms of the code cost, in instructions of gcc 12, for whoever thinks of changing them:
 *   mm/page_alloc.c  Per-CPU lists: a pair of order 0 is 45 instead of 109 (with the zone's lock,
 *                    and a walk through its lists).
 *   mm/pcp.h         One word for "may one go in" and how many there are, so that one addition goes
 *                    in, finds the list empty and takes the page off: 11 less a pair. An array
 *                    instead of links: 7 less. Bad cases as tail calls, so that no frame is needed:
 *                    6 less.
 *   mm/pcp.c         Lists that hold a sixteenth of the zone, not 186 pages: one of 1000 pages is
 *                    27 to take and 27 to free, in any order, instead of 71 to 82 and 77 to 115. A
 *                    stack of blocks of each order instead of one block of orders 1 to 3: a pair of
 *                    order 4 to 9 is 102 instead of 222; orders that a list has no room for pay 10.
 *   pageblock_list[] The list by page block instead of by zone and type: 4 less a free.
 *   merge_buddies()  Offsets instead of pfns: 5 less a step.
 *   struct zone      free_area[] at the start: 4 less a pair.
 */
#include "../mm/marks.h"
#include "bench.h"

#include <lib/format.h>
#include <mm/highmem.h>

#include "pcp.h"

struct pages_arg {
	unsigned int order;
	gfp_t gfp;
	enum bench_way way;
};

void bench_free_list(struct list_head *list)
{
	struct page *page, *next;

	list_for_each_entry_safe (page, next, list, lru)
		__free_pages(page, page_order(page));
	INIT_LIST_HEAD(list);
}

/* Take the free blocks of @zone that have this order and type; @gfp is a request that gets them. */
static void hold_blocks(const struct zone *zone, unsigned int order, unsigned int type, gfp_t gfp,
			struct list_head *held)
{
	struct page *page;

	while (!list_empty(&zone->free_area[order].free_list[type])) {
		page = alloc_pages(gfp, order);
		list_add(&page->lru, held);
	}
}

/* Take all blocks of @zone below 4 MiB; @gfp is a request that tries it first. Each is asked for by
 * its own type: another one would get the largest block there is. */
static void hold_fragments(const struct zone *zone, gfp_t gfp, struct list_head *held)
{
	unsigned int order;

	gfp &= ~(__GFP_MOVABLE | __GFP_RECLAIMABLE);
	marks_off();
	for (order = 0; order < MAX_ORDER - 1; order++) {
		hold_blocks(zone, order, MIGRATE_UNMOVABLE, gfp, held);
		hold_blocks(zone, order, MIGRATE_RECLAIMABLE, gfp | __GFP_RECLAIMABLE, held);
		hold_blocks(zone, order, MIGRATE_MOVABLE, gfp | __GFP_MOVABLE, held);
	}
	marks_on();
}

/* Go into this CPU's lists of @zone. Return: a bit for each one that could be entered. */
static unsigned int enter_lists(const struct zone *zone)
{
	unsigned int type, entered = 0;

	for (type = 0; type < MIGRATE_PCPTYPES; type++)
		if (pcp_enter(pcp_list_of(zone, type, smp_processor_id())))
			entered |= 1U << type;
	return entered;
}

static void leave_lists(const struct zone *zone, unsigned int entered)
{
	unsigned int type;

	for (type = 0; type < MIGRATE_PCPTYPES; type++)
		if (entered & 1U << type)
			pcp_leave(pcp_list_of(zone, type, smp_processor_id()));
}

/* With a batch in the per-CPU list, which stays as it is meanwhile: whoever finds it busy gets
 * single pages from the zone, and no batch, which would leave new fragments. @gfp: a request that
 * gets the fragments; @measured: one of the rows', in whose page block one of 4 MiB is split. */
static void settle_zone(const struct zone *zone, gfp_t gfp, gfp_t measured, struct list_head *held)
{
	struct page *page;
	unsigned int entered;

	if (!zone->free_area[MAX_ORDER - 1].nr_free)
		return;
	__free_page(alloc_page(gfp));
	entered = enter_lists(zone);
	hold_fragments(zone, gfp, held);
	page = alloc_page(measured);
	list_add(&page->lru, held);
	leave_lists(zone, entered);
}

/* The zone that GFP_KERNEL prefers: the smallest machines have no zone Normal. */
static enum zone_type lowmem_zone(void)
{
	return NODE_DATA(0)->node_zones[ZONE_NORMAL].present_pages ? ZONE_NORMAL : ZONE_DMA;
}

void bench_settle_zones(struct list_head *held)
{
	const struct zone *zones = NODE_DATA(0)->node_zones;

	settle_zone(&zones[lowmem_zone()], GFP_KERNEL, GFP_KERNEL, held);
	settle_zone(&zones[ZONE_HIGHMEM], GFP_HIGHUSER_MOVABLE, GFP_HIGHUSER, held);
}

/* Does @gfp give a page of @zone at @order now? */
static bool served_from(enum zone_type zone, gfp_t gfp, unsigned int order)
{
	struct page *page = alloc_pages(gfp | __GFP_NOWARN, order);
	bool served = page && page_zonenum(page) == zone;

	if (page)
		__free_pages(page, order);
	return served;
}

static bool pair_round(const struct bench *bench, struct bench_round *result)
{
	const struct pages_arg *arg = bench->data;
	gfp_t gfp = arg->gfp;
	unsigned int order = arg->order, i;
	u64 before;

	if (!served_from(gfp & __GFP_HIGHMEM ? ZONE_HIGHMEM : lowmem_zone(), gfp, order))
		return false;
	before = rdtsc();
	for (i = bench->ops; i; i--)
		__free_pages(alloc_pages(gfp, order), order);
	result->ticks[0] = rdtsc() - before;
	return true;
}

static void page_pairs(struct bench_run *run, const char *group, gfp_t gfp,
		       const unsigned int *order, unsigned int n)
{
	struct pages_arg arg = { .gfp = gfp };
	char name[16];
	const struct bench bench = {
		.group = group, .name = name, .ops = 1000, .round = pair_round, .data = &arg
	};

	for (; n; n--, order++) {
		snprintf(name, sizeof(name), "order%u", *order);
		arg.order = *order;
		/* What other rows left in the lists is missing in the blocks that are settled. */
		drain_all_pages();
		bench_measure(run, &bench);
	}
}

static void free_first(unsigned int n, unsigned int order)
{
	while (n--)
		__free_pages(bench_batch[n], order);
}

static bool batch_round(const struct bench *bench, struct bench_round *result)
{
	const struct pages_arg *arg = bench->data;
	const u16 *free_order = bench_free_order(bench->ops, arg->way);
	unsigned int order = arg->order, i;
	u64 before = rdtsc();

	for (i = 0; i < bench->ops; i++) {
		bench_batch[i] = alloc_pages(GFP_KERNEL, order);
		if (!bench_batch[i]) {
			free_first(i, order);
			return false;
		}
	}
	result->ticks[0] = rdtsc() - before;
	before = rdtsc();
	for (i = 0; i < bench->ops; i++)
		__free_pages(bench_batch[free_order[i]], order);
	result->ticks[1] = rdtsc() - before;
	return true;
}

static void page_batch(struct bench_run *run, unsigned int order, unsigned int n,
		       enum bench_way way)
{
	const struct pages_arg arg = { .order = order, .way = way };
	char name[24];
	const struct bench bench = {
		.group = "page-batch",
		.name = name,
		.phase = { "-alloc", "-free" },
		.ops = n,
		.round = batch_round,
		.data = &arg,
	};

	snprintf(name, sizeof(name), "o%u-n%u-%s", order, n, bench_ways[way]);
	bench_measure(run, &bench);
}

static void page_batches(struct bench_run *run)
{
	static const unsigned int orders[] = { 0, 1, 3, 4, 6, 8, 9, 10 };
	enum bench_way way;
	unsigned int i;

	for (way = BENCH_FIFO; way <= BENCH_RANDOM; way++) {
		page_batch(run, 0, 1000, way);
		page_batch(run, 0, 4000, way);
	}
	for (i = 0; i < ARRAY_SIZE(orders); i++) {
		page_batch(run, orders[i], 64, BENCH_FIFO);
		page_batch(run, orders[i], 64, BENCH_RANDOM);
	}
}

/* Take blocks, the largest first, until @gfp gives pages only from zones below @lowest. */
static void take_all(gfp_t gfp, enum zone_type lowest, struct list_head *taken)
{
	unsigned int order = MAX_ORDER;
	struct page *page;

	marks_off();
	while (order-- > 0)
		while ((page = alloc_pages(gfp | __GFP_NOWARN, order)) != NULL) {
			if (page_zonenum(page) < lowest) {
				__free_pages(page, order);
				break;
			}
			list_add(&page->lru, taken);
		}
	marks_on();
}

/* The best zone is exhausted and the next one serves: HighMem and Normal, or without HighMem Normal
 * and DMA. */
static bool fallback_round(const struct bench *bench, struct bench_round *result)
{
	bool high = NODE_DATA(0)->node_zones[ZONE_HIGHMEM].present_pages != 0;
	enum zone_type best = high ? ZONE_HIGHMEM : ZONE_NORMAL;
	gfp_t gfp = high ? GFP_HIGHUSER : GFP_KERNEL;
	LIST_HEAD(taken);
	bool served;
	u64 before;
	unsigned int i;

	if (!served_from(best, gfp, 0))
		return false;
	take_all(gfp, best, &taken);
	served = served_from(best - 1, gfp, 0);
	before = rdtsc();
	for (i = 0; served && i < bench->ops; i++)
		__free_page(alloc_page(gfp));
	result->ticks[0] = rdtsc() - before;
	bench_free_list(&taken);
	return served;
}

/* Nothing is free but whole blocks of 4 MiB. @closed: nor does a CPU keep a page, so that every
 * pair splits one and merges it again; else the first page splits one, for a batch. */
static bool whole_blocks_round(const struct bench *bench, struct bench_round *result, bool closed)
{
	struct pages_arg arg = { .gfp = GFP_KERNEL };
	struct bench pair = *bench;
	LIST_HEAD(taken);
	bool done;

	pair.data = &arg;
	pcp_close_all();
	hold_fragments(&NODE_DATA(0)->node_zones[lowmem_zone()], GFP_KERNEL, &taken);
	if (!closed)
		pcp_open_all();
	done = pair_round(&pair, result);
	if (closed)
		pcp_open_all();
	bench_free_list(&taken);
	return done;
}

static bool split_round(const struct bench *bench, struct bench_round *result)
{
	return whole_blocks_round(bench, result, false);
}

static bool closed_round(const struct bench *bench, struct bench_round *result)
{
	return whole_blocks_round(bench, result, true);
}

/* No zone has a page left. */
static bool exhausted_round(const struct bench *bench, struct bench_round *result)
{
	struct page *page = NULL;
	LIST_HEAD(taken);
	unsigned int i;
	u64 before;

	take_all(GFP_HIGHUSER, ZONE_DMA, &taken);
	before = rdtsc();
	for (i = 0; i < bench->ops && !page; i++)
		page = alloc_page(GFP_HIGHUSER | __GFP_NOWARN);
	result->ticks[0] = rdtsc() - before;
	bench_free_list(&taken);
	return true;
}

BENCH_PAIR_ROUND(free_page, __get_free_page(GFP_KERNEL), free_page)
BENCH_PAIR_ROUND(zeroed_page, get_zeroed_page(GFP_KERNEL), free_page)

/* @pair maps the page and unmaps it. */
static __always_inline bool map_round(const struct bench *bench, struct bench_round *result,
				      void (*pair)(struct page *page))
{
	struct page *page;
	unsigned int i;
	u64 before;

	if (!served_from(ZONE_HIGHMEM, GFP_HIGHUSER, 0))
		return false;
	page = alloc_page(GFP_HIGHUSER);
	before = rdtsc();
	for (i = bench->ops; i; i--)
		pair(page);
	result->ticks[0] = rdtsc() - before;
	__free_page(page);
	return true;
}

static __always_inline void kmap_atomic_pair(struct page *page)
{
	kunmap_atomic(kmap_atomic(page));
}

static bool kmap_atomic_round(const struct bench *bench, struct bench_round *result)
{
	return map_round(bench, result, kmap_atomic_pair);
}

static __always_inline void kmap_pair(struct page *page)
{
	kmap(page);
	kunmap(page);
}

static bool kmap_round(const struct bench *bench, struct bench_round *result)
{
	return map_round(bench, result, kmap_pair);
}

static void page_singles(struct bench_run *run)
{
	static const struct {
		const char *group, *name;
		bool (*round)(const struct bench *bench, struct bench_round *result);
		unsigned int ops;
	} rows[] = {
		{ "page-pair", "order0-split", split_round, 1000 },
		{ "page-pair", "order0-closed", closed_round, 1000 },
		{ "page-fallback", "order0", fallback_round, 1000 },
		{ "page-fail", "exhausted", exhausted_round, 100 }, /* each asks every cache */
		{ "misc", "__get_free_page+free", free_page_round, 1000 },
		{ "misc", "get_zeroed_page+free", zeroed_page_round, 1000 },
		{ "misc", "kmap_atomic-pair-high", kmap_atomic_round, 1000 },
		{ "misc", "kmap-pair-high", kmap_round, 1000 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct bench bench = { .group = rows[i].group,
					     .name = rows[i].name,
					     .ops = rows[i].ops,
					     .round = rows[i].round };

		bench_measure(run, &bench);
	}
}

static void pages(struct bench_run *run)
{
	static const unsigned int normal[] = { 0, 1, 3, 4, 6, 8, 9, 10 };
	static const unsigned int high[] = { 0, 1, 3, 5, 6, 8, 9, 10 };

	page_pairs(run, "page-pair", GFP_KERNEL, normal, ARRAY_SIZE(normal));
	page_pairs(run, "page-pair-hi", GFP_HIGHUSER, high, ARRAY_SIZE(high));
	page_batches(run);
	page_singles(run);
}
BENCH_GROUPS(pages);
