/* SPDX-License-Identifier: 0BSD
 *
 * page_alloc.c - binary buddy allocator over the struct pages of each zone (Gorman chapter 6).
 *
 * 1. Concepts    A block of order o is 2^o page frames, aligned to its size. Its buddy is the block
 *                of the same order that differs in bit o of the pfn; the two together are their
 *                parent:
 *                    buddy(pfn, o) = pfn ^ (1 << o)      parent(pfn, o) = pfn & ~(1 << o)
 *                pfn 8, order 1 (pages 8-9): buddy 10, parent 8 of order 2 (pages 8-11).
 *                Allocation takes the smallest free block that is large enough and gives the upper
 *                halves back; freeing merges with the buddy as long as that one is free too.
 *                Most often there is a block of the very order, and a buddy in use: that case is
 *                inline in alloc_pages() and __free_pages(), once for order 0 and once for the
 *                others, and the loops are functions of their own (tests/bench/pages.c).
 * 2. Data        free_area[o].free_list links the first pages of free blocks, free_orders has a bit
 *                for each list that is not empty, so the search is one instruction. State, order,
 *                zone and node of a page are one word, page->flags: a buddy that can be merged with
 *                is found by one comparison.
 * 3. Invariants  (check_buddy.c)
 *                P1 list links are consistent; P2 nr_free is the length of the list; P3 bit o of
 *                free_orders is set if and only if list o is not empty; P4 a listed page has
 *                PG_buddy, the order of its list, and the zone's place; P5 a free block is aligned
 *                to its order and lies in the zone; P6 the other pages of a free block have no
 *                state and _count 0; P7 no two free buddies of one order below MAX_ORDER - 1;
 *                P8 nr_free_pages is the sum over the lists; P9 every page with PG_buddy is on a
 *                list; P10 free pages and the pages of allocated blocks together are managed_pages.
 * 4. Locking     The lists and the state of free pages: zone->lock, interrupts off. What expects
 *                the lock checks that: __rmqueue_smallest(), __free_one_page(). (__free_pages() and
 *                __get_free_pages() are Linux's names for callers, who hold nothing.) An allocated
 *                block belongs to its owner.
 * 5. No bounds   A buddy below MAX_ORDER - 1 lies in the same block of MAX_ORDER_NR_PAGES, and
 *    checks      mem_map is backed in such blocks; holes in it stay PG_reserved and so never match.
 *                Zones meet at such borders too, and the place bits would not match either.
 * 6. Not done    Watermarks, migrate types, per-CPU lists, waiting for memory.
 */
#include <lib/align.h>
#include <mm/highmem.h>
#include <mm/mm_init.h>
#include <mm/page_alloc.h>
#include "internal.h"

/* All of page->flags but the place. */
#define PG_STATE_MASK (~PG_PLACE_MASK)

static unsigned long order_bits(unsigned int order)
{
	return (unsigned long)order << PG_ORDER_SHIFT;
}

void zone_init_free_lists(struct zone *zone)
{
	unsigned int order;

	for (order = 0; order < MAX_ORDER; order++)
		INIT_LIST_HEAD(&zone->free_area[order].free_list);
}

static void fastcall __noreturn __cold bad_free_block(const struct zone *zone,
						      const struct page *page, unsigned int order)
{
	panic("BUG: alloc_pages: zone %s: free list of order %u holds pfn %lu with flags %lx "
	      "(page written to while free?)",
	      zone->name, order, page_to_pfn(page), page->flags);
}

/* Make the block of 2^@order pages at @page, with its new @flags, the first of its list. */
static __always_inline void add_to_free_list(struct zone *zone, struct page *page,
					     unsigned int order, unsigned long flags)
{
	struct free_area *area = &zone->free_area[order];

	page->flags = flags;
	list_add(&page->lru, &area->free_list);
	area->nr_free++;
	zone->free_orders |= 1UL << order;
}

/* Take the first block off the list of @order, which is not empty. */
static __always_inline struct page *take_from_free_list(struct zone *zone, unsigned int order)
{
	struct free_area *area = &zone->free_area[order];
	struct page *page = list_first_entry(&area->free_list, struct page, lru);

	if (unlikely((page->flags & PG_STATE_MASK) != (PG_buddy | order_bits(order))))
		bad_free_block(zone, page, order);
	list_del_first(&area->free_list);
	if (!--area->nr_free)
		zone->free_orders &= ~(1UL << order);
	page->_count = 1;
	return page;
}

/* There is no block of @order: take the smallest larger one, keep its beginning, and put the rest
 * on the lists as one block of each order in between. These lists are empty. */
static fastcall __noinline struct page *split_larger(struct zone *zone, unsigned int order)
{
	unsigned long wanted = 1UL << order, larger = zone->free_orders & -wanted;
	unsigned long size = larger & -larger, flags;
	struct free_area *area;
	struct page *page;

	if (!larger)
		return NULL;
	area = &zone->free_area[lowest_bit(larger)];
	page = take_from_free_list(zone, lowest_bit(larger));
	zone->free_orders |= size - wanted; /* 8 pages for 1: 1000 - 1 = 0111 */
	zone->nr_free_pages -= wanted;

	flags = page->flags;
	while (size > wanted) {
		size /= 2;
		flags -= PG_ORDER_ONE;
		area--;
		page[size].flags = flags;
		list_add_only(&page[size].lru, &area->free_list);
		area->nr_free = 1;
	}
	page->flags = flags - PG_buddy;
	return page;
}

/* A block of 2^@order pages off @zone's lists, NULL if there is none. */
static __always_inline struct page *rmqueue(struct zone *zone, unsigned int order)
{
	struct page *page;

	if (unlikely(!zone->free_area[order].nr_free))
		return split_larger(zone, order);
	page = take_from_free_list(zone, order);
	page->flags -= PG_buddy;
	zone->nr_free_pages -= 1UL << order;
	return page;
}

struct page *__rmqueue_smallest(struct zone *zone, unsigned int order)
{
	assert_held(&zone->lock);
	return rmqueue(zone, order);
}

/* Put the block at @page, with its new @flags, on a list, merged with its buddy if that is free,
 * and so on upwards. Offsets instead of pfns: no multiplying and dividing by the size of a struct
 * page. */
static fastcall __noinline void merge(struct zone *zone, struct page *page, unsigned long flags)
{
	unsigned int order = (flags & PG_ORDER_MASK) >> PG_ORDER_SHIFT;
	unsigned long offset = page_offset(page), size = sizeof(struct page) << order;
	struct page *buddy;

	for (; order < MAX_ORDER - 1; order++, size *= 2, flags += PG_ORDER_ONE) {
		buddy = page_at(offset ^ size);
		if (buddy->flags != flags)
			break;
		__list_unlink(&buddy->lru);
		if (!--zone->free_area[order].nr_free)
			zone->free_orders &= ~(1UL << order);
		/* The upper half is no first page any more. */
		page_at(offset | size)->flags = flags & PG_PLACE_MASK;
		offset &= ~size;
	}
	add_to_free_list(zone, page_at(offset), order, flags);
}

/* Put the block of 2^@order pages at @page on a list; @flags are its place and order. */
static __always_inline void free_one_page(struct zone *zone, struct page *page, unsigned int order,
					  unsigned long flags)
{
	const struct page *buddy = page_at(page_offset(page) ^ sizeof(struct page) << order);

	zone->nr_free_pages += 1UL << order;
	flags |= PG_buddy;
	if (order < MAX_ORDER - 1 && buddy->flags == flags)
		merge(zone, page, flags);
	else
		add_to_free_list(zone, page, order, flags);
}

void __free_one_page(struct page *page, struct zone *zone, unsigned int order)
{
	assert_held(&zone->lock);
	free_one_page(zone, page, order, (page->flags & PG_PLACE_MASK) | order_bits(order));
}

/* The zones that a request may use; DMA wins over HIGHMEM, other bits do not matter. */
static inline struct zone *const *gfp_zones(gfp_t gfp)
{
	static const struct zonelist *const zonelist[GFP_ZONEMASK + 1] = {
		[0] = &contig_page_data.node_zonelists[ZONE_NORMAL],
		[__GFP_DMA] = &contig_page_data.node_zonelists[ZONE_DMA],
		[__GFP_HIGHMEM] = &contig_page_data.node_zonelists[ZONE_HIGHMEM],
		[__GFP_DMA | __GFP_HIGHMEM] = &contig_page_data.node_zonelists[ZONE_DMA],
	};

	return zonelist[gfp & GFP_ZONEMASK]->zones;
}

static __always_inline struct page *alloc_from_zone(struct zone *zone, unsigned int order)
{
	unsigned long flags;
	struct page *page;

	spin_lock_irqsave(&zone->lock, flags);
	page = rmqueue(zone, order);
	spin_unlock_irqrestore(&zone->lock, flags);
	return page;
}

/* The first zone of a zonelist had no block: try the others. One that has none is passed by without
 * its lock; a block that is freed at this moment could as well have come too late. */
static fastcall __noinline struct page *alloc_from_others(struct zone *const *slot,
							  unsigned int order)
{
	struct page *page = NULL;

	for (; !page && *slot; slot++)
		if (READ_ONCE((*slot)->free_orders) >> order)
			page = alloc_from_zone(*slot, order);
	return page;
}

static __always_inline struct page *alloc_block(gfp_t gfp, unsigned int order)
{
	struct zone *const *zones = gfp_zones(gfp);
	struct page *page;

	if (unlikely(!*zones))
		return NULL;
	page = alloc_from_zone(*zones, order);
	return likely(page) ? page : alloc_from_others(zones + 1, order);
}

static fastcall __noinline struct page *alloc_zeroed_pages(gfp_t gfp, unsigned int order)
{
	struct page *page = alloc_pages(gfp & ~__GFP_ZERO, order), *p;

	if (page && !PageHighMem(page))
		memset(lowmem_page_address(page), 0, PAGE_SIZE << order);
	else if (page)
		for (p = page; p < page + (1UL << order); p++)
			clear_highpage(p);
	return page;
}

struct page *fastcall alloc_pages(gfp_t gfp, unsigned int order)
{
	if (unlikely(gfp & __GFP_ZERO))
		return alloc_zeroed_pages(gfp, order);
	if (likely(order == 0))
		return alloc_block(gfp, 0);
	return order < MAX_ORDER ? alloc_block(gfp, order) : NULL;
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
	return __get_free_pages(gfp | __GFP_ZERO, 0);
}

/* Why a block must not be freed. */
static const char *bad_free_reason(const struct page *page, unsigned int order)
{
	unsigned long pfn = page_to_pfn(page);

	if (order >= MAX_ORDER)
		return "no such order";
	if (PageReserved(page))
		return "page is reserved: it never came from the allocator";
	if (PageBuddy(page))
		return "page is free already: double free?";
	if (PageSlab(page))
		return "page belongs to a slab cache: use kmem_cache_free() or kfree()";
	if (page->flags & PG_kmalloc)
		return "page came from kmalloc(): use kfree()";
	if (page->_count == 0)
		return "not the first page of an allocated block: double free, or an address "
		       "inside the block?";
	if (page_order(page) != order)
		return pfn & ((1UL << order) - 1) ? "wrong order, and the pfn is not aligned to it"
						  : "not the order that it was allocated with";
	return "page state is damaged";
}

static void fastcall __noreturn __cold bad_free(const struct page *page, unsigned int order)
{
	if (!page_valid(page))
		bad_page_pointer(page, "__free_pages");
	panic("BUG: __free_pages: pfn %lu, order %u (allocated with order %u), flags %lx, count "
	      "%d: %s",
	      page_to_pfn(page), order, page_order(page), page->flags, page->_count,
	      bad_free_reason(page, order));
}

/* __free_pages() of a block in use; a bad one stops. */
static __always_inline void free_block(struct page *page, unsigned int order)
{
	unsigned long irq_flags, flags;
	struct zone *zone;

	/* A pointer between two struct pages finds no such state there. */
	if (unlikely(order >= MAX_ORDER || !mem_map_backed(page)))
		bad_free(page, order);
	flags = page->flags;
	if (unlikely(page->_count != 1 || (flags & PG_STATE_MASK) != order_bits(order)))
		bad_free(page, order);
	zone = page_zone(page);
	page->_count = 0;
	spin_lock_irqsave(&zone->lock, irq_flags);
	free_one_page(zone, page, order, flags);
	spin_unlock_irqrestore(&zone->lock, irq_flags);
}

void fastcall __free_pages(struct page *page, unsigned int order)
{
	if (likely(order == 0))
		free_block(page, 0);
	else
		free_block(page, order);
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

/* Largest order of a block that starts at @pfn, is aligned, and ends by @end_pfn. */
static unsigned int largest_order(unsigned long pfn, unsigned long end_pfn)
{
	/* No block is larger than MAX_ORDER_NR_PAGES; page 0 is aligned to all of them. */
	return min(highest_bit(end_pfn - pfn), lowest_bit(pfn | MAX_ORDER_NR_PAGES));
}

static void free_reserved_block(unsigned long pfn, unsigned int order)
{
	struct page *page = pfn_to_page(pfn), *end = page + (1UL << order), *p;
	unsigned long flags;
	struct zone *zone;

	mm_bug_on(!pfn_valid(pfn), "pfn %lu has no struct page: it is no RAM", pfn);
	zone = page_zone(page);
	for (p = page; p < end; p++) {
		mm_bug_on(!PageReserved(p), "pfn %lu is not reserved, flags %lx (freed twice?)",
			  page_to_pfn(p), p->flags);
		p->flags &= PG_PLACE_MASK;
	}
	spin_lock_irqsave(&zone->lock, flags);
	zone->managed_pages += 1UL << order;
	__free_one_page(page, zone, order);
	spin_unlock_irqrestore(&zone->lock, flags);
}

void free_reserved_range(unsigned long start_pfn, unsigned long end_pfn)
{
	mm_bug_on(start_pfn > end_pfn, "pfn %lu to %lu: the end is before the start", start_pfn,
		  end_pfn);
	while (start_pfn < end_pfn) {
		unsigned int order = largest_order(start_pfn, end_pfn);

		free_reserved_block(start_pfn, order);
		start_pfn += 1UL << order;
	}
}
