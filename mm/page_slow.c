/* SPDX-License-Identifier: 0BSD
 *
 * page_slow.c - requests for pages that the first zone did not serve at once (Gorman 6.2,
 * Mauerer 3.5.5).
 *
 * 1. Concepts    The fast path (page_alloc.c) takes from the best zone while that stays above
 *                pages_low. Whatever else is needed comes here, in this order, until there is a
 *                block:
 *                  all zones, to pages_low       so that the scarce low zones are spared
 *                  to pages_min, or below it     as urgent as the request is (__GFP_HIGH,
 *                                                __GFP_ATOMIC; with __GFP_MEMALLOC to the end)
 *                  what per-CPU lists hold       not with __GFP_NORETRY
 *                  compaction                    __GFP_DIRECT_RECLAIM, order 1 and up
 *                  shrinkers, and these lists    __GFP_DIRECT_RECLAIM; again while they find
 *                                                something, and the request is small or
 *                                                __GFP_RETRY_MAYFAIL
 *                  a report, and NULL            page_fail.c
 *                Nobody sleeps. Linux wakes kswapd after the first step, to refill the zones in
 *                the background; here a request that may reclaim does that itself, only later.
 * 2. Data        A request is a struct alloc_request from here on, and each step gets a pointer to
 *                it. What a later step has to know becomes a field there.
 * 3. Locking     None is held: shrinkers take any lock of mm/, rmqueue() that of the zone. A mark
 *                is compared without the lock, so CPUs that come at once can each go below it by
 *                their one block.
 * 4. Not done    Waiting; an OOM killer.
 */
#include <mm/compaction.h>
#include <mm/page_alloc.h>
#include <mm/shrinker.h>
#include <mm/vmstat.h>
#include <mm/watermark.h>
#include "internal.h"
#include "page_debug.h"
#include "page_slow.h"

/* Up to this order, a request is worth repeating. */
#define PAGE_ALLOC_COSTLY_ORDER 3
/* Shrinkers that always find something must not keep a request for ever. */
#define MAX_RECLAIM_RETRIES	16
/* A shrinker is asked for so many pages at least: it costs more than the page. */
#define SWAP_CLUSTER_MAX	32UL

/* May a block be taken from @zone, as far down as @alloc_flags say? One that has no block is passed
 * by without its lock; a block that is freed at this moment could as well have come too late. */
static bool zone_has_block(const struct alloc_request *request, const struct zone *zone,
			   unsigned int alloc_flags)
{
	unsigned long mark = alloc_flags & ALLOC_WMARK_LOW ? zone->pages_low : zone->pages_min;

	if (!(zone_free_orders(zone) >> request->order))
		return false;
	return (alloc_flags & ALLOC_NO_WATERMARKS) ||
	       zone_watermark_ok(zone, request->order, mark, zone_idx(request->zones[0]),
				 alloc_flags);
}

/* @request is served by @zone: is that the node that it prefers, as far as that has memory? */
static void count_node(const struct alloc_request *request, struct zone *zone)
{
	struct zone *best;

	if (MAX_NUMNODES == 1)
		return;
	best = request->zones[0];
	if (zone->zone_pgdat == best->zone_pgdat)
		return;
	__atomic_fetch_add(&zone->numa_miss, 1UL << request->order, __ATOMIC_RELAXED);
	__atomic_fetch_add(&best->numa_foreign, 1UL << request->order, __ATOMIC_RELAXED);
}

/* Try all zones, once each. */
static struct page *get_page_from_freelist(const struct alloc_request *request,
					   unsigned int alloc_flags)
{
	struct zone *const *slot;
	struct page *page;

	for (slot = request->zones; *slot; slot++) {
		if (!zone_has_block(request, *slot, alloc_flags))
			continue;
		page = rmqueue(*slot, request->order, request->type);
		if (likely(page)) {
			count_node(request, *slot);
			return page;
		}
	}
	return NULL;
}

/* As far down as the request may go. */
static struct page *alloc_from_reserve(const struct alloc_request *request)
{
	unsigned int alloc_flags = ALLOC_WMARK_MIN;

	if (request->gfp & __GFP_HIGH)
		alloc_flags |= ALLOC_HIGH;
	if (request->gfp & __GFP_ATOMIC)
		alloc_flags |= ALLOC_HARDER;
	if (request->gfp & __GFP_MEMALLOC)
		alloc_flags |= ALLOC_NO_WATERMARKS;
	return get_page_from_freelist(request, alloc_flags);
}

/* Push pages together, if that may make a block, and ask again. */
static struct page *alloc_by_compaction(const struct alloc_request *request)
{
	struct page *page;

	if (!request->order || try_to_compact_pages(request) == COMPACT_SKIPPED)
		return NULL;
	page = alloc_from_reserve(request);
	count_vm_event(COMPACTSTALL);
	count_vm_event(page ? COMPACTSUCCESS : COMPACTFAIL);
	return page;
}

/* Pages of all per-CPU lists back to the zones. Return: was there any? */
static bool drain(const struct alloc_request *request)
{
	return !(request->gfp & __GFP_NORETRY) && drain_all_pages();
}

/* Have pages given back by those who can do without. Return: was there any? */
static bool reclaim(const struct alloc_request *request)
{
	bool shrunk;

	if (request->zones[0])
		count_vm_event(ALLOCSTALL + zone_idx(request->zones[0]));
	shrunk = shrink_all(max(1UL << request->order, SWAP_CLUSTER_MAX), request->gfp) != 0;
	return drain(request) || shrunk;
}

static bool is_worth_repeating(const struct alloc_request *request)
{
	if (request->gfp & __GFP_NORETRY)
		return false;
	return request->order <= PAGE_ALLOC_COSTLY_ORDER ||
	       (request->gfp & (__GFP_RETRY_MAYFAIL | __GFP_NOFAIL));
}

static struct page *alloc_by_reclaim(const struct alloc_request *request)
{
	unsigned int tries = 0;
	struct page *page;
	bool progress;

	do {
		progress = reclaim(request);
		page = alloc_from_reserve(request);
		if (!page && progress)
			page = alloc_by_compaction(request);
	} while (!page && progress && is_worth_repeating(request) && ++tries < MAX_RECLAIM_RETRIES);
	return page;
}

/* The request would fail. */
static struct page *alloc_failed(const struct alloc_request *request)
{
	struct page *page = NULL;

	if (!pages_are_given)
		panic("BUG: alloc_pages: mem_init() was not called before, and gives the pages");
	if (request->gfp & __GFP_NOFAIL)
		page = get_page_from_freelist(request, ALLOC_NO_WATERMARKS);
	if (!page)
		warn_alloc(request);
	return page;
}

struct page *fastcall alloc_slow(const struct zonelist *zonelist, gfp_t gfp, unsigned int order)
{
	const struct alloc_request request = { gfp, order, gfp_migratetype(gfp), zonelist->zones,
					       zonelist->nid };
	struct page *page;

	if (order >= MAX_ORDER) {
		warn_alloc(&request);
		return NULL;
	}
	if (unlikely(should_fail_alloc_page(gfp, order))) {
		warn_injected(&request);
		return NULL;
	}
	page = get_page_from_freelist(&request, ALLOC_WMARK_LOW);
	if (!page)
		page = alloc_from_reserve(&request);
	if (!page && drain(&request))
		page = alloc_from_reserve(&request);
	if (!page && (gfp & __GFP_DIRECT_RECLAIM))
		page = alloc_by_compaction(&request);
	if (!page && (gfp & __GFP_DIRECT_RECLAIM))
		page = alloc_by_reclaim(&request);
	if (!page)
		page = alloc_failed(&request);
	if (page)
		page_debug_alloc(page, order, gfp);
	return page;
}
