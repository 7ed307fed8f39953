/* SPDX-License-Identifier: 0BSD
 *
 * page_alloc.c - requests for pages: which zone serves them, and what may be freed (Gorman ch. 6).
 *
 * 1. Concepts    A request's gfp names a zonelist, best zone first. A single page mostly comes from
 *                the CPU's list for that zone and goes back there (pcp.h): that case is inline in
 *                alloc_pages() and __free_pages(), and calls nothing. A block of several pages
 *                comes from the list, too, if it keeps one, else from the first zone. All else is
 *                in functions of its own (tests/bench/pages.c). The blocks themselves are
 *                buddy.c's.
 * 2. Data        None of its own. What the first zone does not serve is page_slow.c's, and a block
 *                that comes back with any unusual state is free_slow.c's.
 * 3. Locking     The list's, which nobody waits for (pcp.c); or zone->lock with interrupts off,
 *                around one call of buddy.h; never two zones at a time. A page that is to be freed
 *                is claimed in one step, or judged and changed under the lock: when two free it at
 *                once, the second one finds that out. An allocated block is its owner's.
 *                (__free_pages() and __get_free_pages() are Linux's names for callers, who hold
 *                nothing.)
 */
#include <lib/align.h>
#include <mm/highmem.h>
#include <mm/mem_map.h>
#include <mm/page_alloc.h>
#include <mm/watermark.h>
#include "internal.h"
#include "page_debug.h"
#include "page_slow.h"
#include "pageblock.h"
#include "pcp.h"

/* What takes a request off the fast path before it begins. */
#define GFP_SPECIAL    (__GFP_ZERO | __GFP_COMP | GFP_OTHER_LIST | ~__GFP_BITS_MASK)
/* It has a zonelist of its own, whose best zone may be another one. */
#define GFP_OTHER_LIST (MAX_NUMNODES > 1 ? __GFP_THISNODE : 0)

/* What this CPU gets of @zone past the lists, whose lock is held. */
static __always_inline void count_taken(struct zone *zone, unsigned int order)
{
	zone_pcp_of(zone, smp_processor_id())->taken += 1UL << order;
}

struct page *fastcall rmqueue(struct zone *zone, unsigned int order, enum migratetype type)
{
	struct page *page = order ? NULL : pcp_alloc(zone, type);
	unsigned long flags;

	if (page)
		return page;
	spin_lock_irqsave(&zone->lock, flags);
	page = __rmqueue(zone, order, type);
	if (page)
		count_taken(zone, order);
	spin_unlock_irqrestore(&zone->lock, flags);
	return page;
}

/* Where this CPU's requests look for pages, but for those with __GFP_THISNODE. */
static __always_inline const struct zonelist *this_zonelist(gfp_t gfp)
{
	return this_cpu(local_zonelist)[gfp & GFP_ZONEMASK];
}

/* On this node, when the list has no page. One argument, which is where it was. */
static fastcall __noinline struct page *alloc_one_slow(gfp_t gfp)
{
	return alloc_slow(this_zonelist(gfp), gfp, 0);
}

/* One page, most likely from this CPU's list. */
static __always_inline struct page *alloc_one(gfp_t gfp)
{
	struct pcp_list *list = this_cpu(gfp_list)[gfp & GFP_LIST_MASK];
	struct page *page = pcp_pop(list);

	return likely(page) ? pcp_checked(page, 0) : alloc_one_slow(gfp);
}

/* A block of several pages, most likely from the first zone. */
static fastcall __noinline struct page *alloc_block(gfp_t gfp, unsigned int order,
						    const struct zonelist *zonelist)
{
	struct zone *first = zonelist->zones[0];
	enum migratetype type = gfp_migratetype(gfp);
	struct page *page = NULL;
	unsigned long flags;

	if (unlikely(order >= MAX_ORDER))
		return alloc_slow(zonelist, gfp, order);
	if (likely(first && !page_debugging && zone_above_low(first, order))) {
		spin_lock_irqsave(&first->lock, flags);
		page = __rmqueue_smallest(first, order, type);
		if (likely(page))
			count_taken(first, order);
		spin_unlock_irqrestore(&first->lock, flags);
	}
	return likely(page) ? page : alloc_slow(zonelist, gfp, order);
}

/* The same on this node, if need be: the CPU may have such a block at hand. */
static fastcall __noinline struct page *alloc_order(gfp_t gfp, unsigned int order)
{
	struct pcp_list *list = this_cpu(gfp_list)[gfp & GFP_LIST_MASK];
	struct page *page;

	if (likely(order < MAX_ORDER) && likely(pcp_enter(list))) {
		page = pcp_pop_block(list, order);
		pcp_leave(list);
		if (likely(page))
			return pcp_checked(page, order);
	}
	return alloc_block(gfp, order, this_zonelist(gfp));
}

/* From the node of this CPU first. */
static __always_inline struct page *alloc_local(gfp_t gfp, unsigned int order)
{
	return likely(!order) ? alloc_one(gfp) : alloc_order(gfp, order);
}

static void zero_block(struct page *page, unsigned int order)
{
	struct page *p;

	if (page && !PageHighMem(page))
		memset(lowmem_page_address(page), 0, PAGE_SIZE << order);
	else if (page)
		for (p = page; p < page + (1UL << order); p++)
			clear_highpage(p);
}

/* What is done to a block afterwards. Return: @page, which may be NULL. */
static fastcall __noinline struct page *prepare_block(struct page *page, gfp_t gfp,
						      unsigned int order)
{
	if (gfp & __GFP_ZERO)
		zero_block(page, order);
	if (page && (gfp & __GFP_COMP))
		prep_compound_page(page, order);
	return page;
}

/* From @zonelist, which may be another one than that of this CPU. */
static fastcall __noinline struct page *alloc_from(const struct zonelist *zonelist, gfp_t gfp,
						   unsigned int order)
{
	return order ? alloc_block(gfp, order, zonelist) : alloc_slow(zonelist, gfp, 0);
}

/* alloc_pages() with a bit of GFP_SPECIAL, known or not. */
static fastcall __noinline struct page *alloc_checked(gfp_t gfp, unsigned int order)
{
	struct page *page;

	gfp_check(gfp, "alloc_pages");
	if (unlikely(gfp & GFP_OTHER_LIST))
		page = alloc_from(node_zonelist(numa_node_id(), gfp), gfp, order);
	else
		page = alloc_local(gfp, order);
	return prepare_block(page, gfp, order);
}

struct page *fastcall alloc_pages(gfp_t gfp, unsigned int order)
{
	if (unlikely(gfp & GFP_SPECIAL))
		return alloc_checked(gfp, order);
	return alloc_local(gfp, order);
}

struct page *fastcall alloc_pages_node(int nid, gfp_t gfp, unsigned int order)
{
	mm_bug_on(!node_online(nid) && nid != NUMA_NO_NODE, "node %d is not online", nid);
	gfp_check(gfp, __func__);
	if (nid == NUMA_NO_NODE || nid == numa_node_id())
		return alloc_checked(gfp, order);
	return prepare_block(alloc_from(node_zonelist(nid, gfp), gfp, order), gfp, order);
}

unsigned long fastcall __get_free_pages(gfp_t gfp, unsigned int order)
{
	struct page *page;

	mm_bug_on(gfp & __GFP_HIGHMEM,
		  "a page of HighMem has no address: use alloc_pages(), gfp %x", gfp);
	page = alloc_pages(gfp, order);
	return page ? (unsigned long)lowmem_page_address(page) : 0;
}

unsigned long fastcall get_zeroed_page(gfp_t gfp)
{
	struct page *page;

	gfp |= __GFP_ZERO;
	if (unlikely(gfp & ((GFP_SPECIAL & ~__GFP_ZERO) | __GFP_HIGHMEM)))
		return __get_free_pages(gfp, 0);
	page = alloc_local(gfp, 0);
	if (unlikely(!page))
		return 0;
	clear_words(lowmem_page_address(page), PAGE_SIZE / sizeof(u32));
	return (unsigned long)lowmem_page_address(page);
}

static __always_inline bool __free_block(struct page *page, unsigned int order)
{
	struct zone *zone = page_zone(page);
	unsigned long irq_flags;
	bool plain;

	spin_lock_irqsave(&zone->lock, irq_flags);
	plain = likely(is_plain_block(page, order));
	if (plain) {
		page->_count = 0;
		__free_one_page(zone, page, order, page->flags);
	}
	spin_unlock_irqrestore(&zone->lock, irq_flags);
	return plain;
}

bool fastcall free_block(struct page *page, unsigned int order)
{
	return __free_block(page, order);
}

static fastcall __noinline void free_to_zone(struct page *page, unsigned int order)
{
	if (unlikely(order >= MAX_ORDER || !mem_map_backed(page) || page_debugging || nr_kmapped) ||
	    unlikely(!__free_block(page, order)))
		free_slow(page, order);
}

/* A block of several pages. Which of them have an address of kmap() is not looked at here. */
static fastcall __noinline void free_order(struct page *page, unsigned int order)
{
	unsigned long block = pageblock_number(page);
	struct pcp_list *list;
	bool kept;

	if (likely(order < MAX_ORDER) && likely(block < MEM_MAP_BLOCKS) && likely(!nr_kmapped)) {
		list = pcp_of_this_cpu(pageblock_list[block]);
		if (likely(pcp_enter(list))) {
			kept = pcp_push_block(list, page, order);
			pcp_leave(list);
			if (likely(kept))
				return;
		}
	}
	free_to_zone(page, order);
}

/* A single page, most likely into this CPU's list. A pointer between two struct pages finds no
 * state of a page there, and one to where there is no RAM finds the list that is closed. */
static __always_inline void free_one(struct page *page)
{
	unsigned long block = pageblock_number(page);
	struct pcp_list *list;

	IN_REGISTER_OF(2, block);
	if (unlikely(block >= MEM_MAP_BLOCKS))
		goto slow;
	list = pcp_of_this_cpu(pageblock_list[block]);
	if (unlikely(!pcp_enter(list)))
		goto slow;
	if (unlikely(page->flags & PG_STATE_MASK)) {
		pcp_leave(list);
		goto slow;
	}
	barrier(); /* the flags are compared and changed where they are, in no register */
	if (unlikely(!pcp_claim(page))) {
		pcp_leave(list);
		free_unclaimed(page);
		return;
	}
	if (unlikely(!pcp_push(list, page)))
		pcp_overflow(list, page);
	return;
slow:
	free_slow(page, 0);
}

void fastcall __free_pages(struct page *page, unsigned int order)
{
	if (likely(!order))
		free_one(page);
	else
		free_order(page, order);
}

void fastcall free_pages(unsigned long addr, unsigned int order)
{
	unsigned long phys = (unsigned long)virt_to_phys((void *)addr), pfn = phys >> PAGE_SHIFT;

	if (!addr)
		return;
	mm_bug_on((addr & (PAGE_SIZE - 1)) || pfn >= max_low_pfn,
		  "%lx is not the address of a page in the direct map", addr);
	__free_pages(pfn_to_page(pfn), order);
}

unsigned int get_order(unsigned long size)
{
	BUG_ON(!size);
	return size <= PAGE_SIZE ? 0 : highest_bit((size - 1) >> PAGE_SHIFT) + 1;
}

unsigned long nr_free_pages(void)
{
	const struct zone *zone;
	unsigned long pages = 0;

	for_each_zone (zone)
		pages += zone->nr_free_pages;
	return pages;
}

unsigned long nr_free_lowmem_pages(void)
{
	const struct zone *zone;
	unsigned long pages = 0;

	for_each_zone (zone)
		pages += is_highmem(zone) ? 0 : zone->nr_free_pages;
	return pages;
}

/* Largest order of a block that starts at @pfn, is aligned, and ends by @end_pfn. */
static unsigned int largest_order(unsigned long pfn, unsigned long end_pfn)
{
	/* No block is larger than MAX_ORDER_NR_PAGES; page 0 is aligned to all of them. */
	return min(highest_bit(end_pfn - pfn), lowest_bit(pfn | MAX_ORDER_NR_PAGES));
}

/* Stop at the first of the reserved pages from @page on that is not reserved. */
static void __noreturn __cold bad_reserved(const struct page *page)
{
	while (PageReserved(page))
		page++;
	panic("BUG: free_reserved_range: pfn %lu is not reserved, flags %lx (freed twice?)",
	      page_to_pfn(page), page->flags);
}

/* Eight reserved pages from @page on get the state that is inside of a free block. */
static __always_inline void clear_reserved_8(struct page *page, unsigned long place)
{
	if (unlikely(!(page[0].flags & page[1].flags & page[2].flags & page[3].flags &
		       page[4].flags & page[5].flags & page[6].flags & page[7].flags &
		       PG_reserved)))
		bad_reserved(page);
	page[0].flags = page[1].flags = page[2].flags = page[3].flags = place;
	page[4].flags = page[5].flags = page[6].flags = page[7].flags = place;
}

/* The same for all of a block, whose pages are of one zone: the whole machine's pages come here, so
 * they are looked at eight at a time. */
static void clear_reserved(struct page *page, unsigned int order)
{
	unsigned long place = page->flags & PG_PLACE_MASK;
	const struct page *end = page + (1UL << order);

	for (; page + 8 <= end; page += 8)
		clear_reserved_8(page, place);
	for (; page < end; page++) {
		if (unlikely(!PageReserved(page)))
			bad_reserved(page);
		page->flags = place;
	}
}

static void free_reserved_block(unsigned long pfn, unsigned int order)
{
	struct page *page = pfn_to_page(pfn);
	unsigned long flags;
	struct zone *zone;

	zone = page_zone(page);
	if (nr_kmapped)
		kmap_forget_block(page, order, "free_reserved_range");
	spin_lock_irqsave(&zone->lock, flags);
	clear_reserved(page, order);
	page_debug_free(page, order);
	zone->managed_pages += 1UL << order;
	__free_one_page(zone, page, order, page->flags | order_bits(order));
	spin_unlock_irqrestore(&zone->lock, flags);
}

/* Are the 2^@order pages from @pfn on all of one zone? In a mixed page block they may not be. */
static bool is_of_one_zone(unsigned long pfn, unsigned int order)
{
	const struct zone *zone = page_zone(pfn_to_page(pfn));
	unsigned long end = pfn + (1UL << order);

	if (!pageblock_is_mixed(pfn))
		return true;
	while (pfn < end && pfn_in_zone(zone, pfn))
		pfn++;
	return pfn == end;
}

void free_reserved_range(unsigned long start_pfn, unsigned long end_pfn)
{
	mm_bug_on(start_pfn > end_pfn, "pfn %lu to %lu: the end is before the start", start_pfn,
		  end_pfn);
	while (start_pfn < end_pfn) {
		unsigned int order = largest_order(start_pfn, end_pfn);

		mm_bug_on(!pfn_valid(start_pfn), "pfn %lu has no struct page: it is no RAM",
			  start_pfn);
		while (!is_of_one_zone(start_pfn, order))
			order--;
		free_reserved_block(start_pfn, order);
		start_pfn += 1UL << order;
	}
}
