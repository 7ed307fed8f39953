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
 * 2. Data        free_area[o].free_list links the first pages of free blocks, free_orders has a bit
 *                for each list that is not empty, so the search is one instruction. State, order,
 *                zone and node of a page are one word, page->flags: a buddy that can be merged with
 *                is found by one comparison.
 * 3. Invariants  (checked by mm_check.c)
 *                P1 list links are consistent; P2 nr_free is the length of the list; P3 bit o of
 *                free_orders is set if and only if list o is not empty; P4 a listed page has
 *                PG_buddy, the order of its list, and the zone's place; P5 a free block is aligned
 *                to its order and lies in the zone; P6 the other pages of a free block have no
 *                state and _count 0;
 *                P7 no two free buddies of one order below MAX_ORDER - 1; P8 nr_free_pages is the
 *                sum over the lists; P9 every page with PG_buddy is on a list; P10 free pages and
 *                the pages of allocated blocks together are managed_pages.
 * 4. Locking     The lists and the state of free pages: zone->lock, interrupts off. A function
 *                whose name begins with __ expects the lock. An allocated block belongs to its
 *                owner.
 * 5. Why no      A buddy below MAX_ORDER - 1 lies in the same block of MAX_ORDER_NR_PAGES, and
 *    mem_map bounds      is backed in such blocks; holes in it stay PG_reserved and so never match.
 *    Zones meet checks      at such borders too, and the place bits would not match either.
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

/* Make the block at @page, whose flags become @flags, the first of its list. */
static inline void add_to_free_list(struct zone *zone, struct page *page, unsigned int order,
				    unsigned long flags)
{
	struct free_area *area = &zone->free_area[order];

	page->flags = flags;
	list_add(&page->lru, &area->free_list);
	area->nr_free++;
	zone->free_orders |= 1UL << order;
}

static inline void del_from_free_list(struct zone *zone, struct page *page, unsigned int order)
{
	struct free_area *area = &zone->free_area[order];

	__list_unlink(&page->lru);
	if (!--area->nr_free)
		zone->free_orders &= ~(1UL << order);
}

/* The block of order @high at @page is taken for a request of order @low: the upper half of what is
 * left goes back, again and again, until @low remains at @page. */
static inline void expand(struct zone *zone, struct page *page, unsigned int low, unsigned int high,
			  unsigned long place)
{
	while (high > low) {
		high--;
		add_to_free_list(zone, page + (1UL << high), high,
				 place | PG_buddy | order_bits(high));
	}
}

struct page *__rmqueue_smallest(struct zone *zone, unsigned int order)
{
	unsigned long fitting = zone->free_orders >> order << order;
	unsigned long place;
	unsigned int current;
	struct page *page;

	assert_held(&zone->lock);
	if (!fitting)
		return NULL;
	current = lowest_bit(fitting);
	page = list_first_entry(&zone->free_area[current].free_list, struct page, lru);
	place = page->flags & PG_PLACE_MASK;
	mm_bug_on(page->flags != (place | PG_buddy | order_bits(current)),
		  "zone %s: free list of order %u holds pfn %lu with flags %lx (page written to "
		  "while free?)",
		  zone->name, current, page_to_pfn(page), page->flags);

	del_from_free_list(zone, page, current);
	expand(zone, page, order, current, place);
	zone->nr_free_pages -= 1UL << order;
	page->flags = place | order_bits(order);
	page->_count = 1;
	return page;
}

void __free_one_page(struct page *page, struct zone *zone, unsigned int order)
{
	unsigned long place = page->flags & PG_PLACE_MASK;
	unsigned long pfn = page_to_pfn(page);
	unsigned long free_flags = place | PG_buddy | order_bits(order);

	assert_held(&zone->lock);
	zone->nr_free_pages += 1UL << order;
	for (; order < MAX_ORDER - 1; order++, free_flags += PG_ORDER_ONE) {
		unsigned long buddy_pfn = pfn ^ (1UL << order);
		struct page *buddy = pfn_to_page(buddy_pfn);

		if (buddy->flags != free_flags)
			break;
		del_from_free_list(zone, buddy, order);
		/* The upper half is no first page any more. */
		pfn_to_page(pfn | (1UL << order))->flags = place;
		pfn &= buddy_pfn;
	}
	add_to_free_list(zone, pfn_to_page(pfn), order, free_flags);
}

/* Which zone a request may use at best; DMA wins over HIGHMEM, other bits do not matter. */
static inline enum zone_type gfp_zone(gfp_t gfp)
{
	if (gfp & __GFP_DMA)
		return ZONE_DMA;
	return gfp & __GFP_HIGHMEM ? ZONE_HIGHMEM : ZONE_NORMAL;
}

static struct page *get_page_from_zonelist(const struct zonelist *zonelist, unsigned int order)
{
	struct zone *const *slot;
	struct zone *zone;

	for (slot = zonelist->zones; (zone = *slot) != NULL; slot++) {
		struct page *page;
		unsigned long flags;

		spin_lock_irqsave(&zone->lock, flags);
		page = __rmqueue_smallest(zone, order);
		spin_unlock_irqrestore(&zone->lock, flags);
		if (page)
			return page;
	}
	return NULL;
}

static void prep_zero_pages(struct page *page, unsigned int order)
{
	unsigned long i;

	for (i = 0; i < 1UL << order; i++)
		clear_highpage(page + i);
}

struct page *alloc_pages(gfp_t gfp, unsigned int order)
{
	struct page *page;

	if (unlikely(order >= MAX_ORDER))
		return NULL;
	page = get_page_from_zonelist(&NODE_DATA(0)->node_zonelists[gfp_zone(gfp)], order);
	if (page && (gfp & __GFP_ZERO))
		prep_zero_pages(page, order);
	return page;
}

unsigned long __get_free_pages(gfp_t gfp, unsigned int order)
{
	struct page *page;

	mm_bug_on(gfp & __GFP_HIGHMEM,
		  "a page of HighMem has no address: use alloc_pages(), gfp %x", gfp);
	page = alloc_pages(gfp, order);
	return page ? (unsigned long)page_address(page) : 0;
}

unsigned long get_zeroed_page(gfp_t gfp)
{
	return __get_free_pages(gfp | __GFP_ZERO, 0);
}

/* Why a block must not be freed. */
static const char *bad_free_reason(const struct page *page, unsigned int order)
{
	unsigned long pfn = page_to_pfn(page);

	if (order >= MAX_ORDER)
		return "no such order";
	if (!pfn_valid(pfn))
		return "no such page";
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
						  : "wrong order";
	return "page state is damaged";
}

static void __noreturn __cold bad_free(const struct page *page, unsigned int order)
{
	unsigned long pfn = page_to_pfn(page);
	bool valid = pfn_valid(pfn);

	panic("BUG: __free_pages: pfn %lu, order %u (allocated with order %u), flags %lx, count "
	      "%d: %s",
	      pfn, order, valid ? page_order(page) : 0, valid ? page->flags : 0,
	      valid ? page->_count : 0, bad_free_reason(page, order));
}

static inline bool free_is_sound(const struct page *page, unsigned int order)
{
	return order < MAX_ORDER && pfn_valid(page_to_pfn(page)) && page->_count == 1 &&
	       (page->flags & PG_STATE_MASK) == order_bits(order);
}

void __free_pages(struct page *page, unsigned int order)
{
	struct zone *zone;
	unsigned long flags;

	if (unlikely(!free_is_sound(page, order)))
		bad_free(page, order);
	zone = page_zone(page);
	page->_count = 0;
	spin_lock_irqsave(&zone->lock, flags);
	__free_one_page(page, zone, order);
	spin_unlock_irqrestore(&zone->lock, flags);
}

void free_pages(unsigned long addr, unsigned int order)
{
	if (!addr)
		return;
	mm_bug_on((addr & (PAGE_SIZE - 1)) || PFN_DOWN(virt_to_phys((void *)addr)) >= max_low_pfn,
		  "%lx is not the address of a page in the direct map", addr);
	__free_pages(virt_to_page((void *)addr), order);
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
	unsigned int order = highest_bit(end_pfn - pfn);

	if (pfn)
		order = min(order, lowest_bit(pfn));
	return min(order, MAX_ORDER - 1u);
}

static void free_reserved_block(unsigned long pfn, unsigned int order)
{
	struct page *page = pfn_to_page(pfn), *end = page + (1UL << order), *p;
	struct zone *zone = page_zone(page);
	unsigned long flags;

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
	while (start_pfn < end_pfn) {
		unsigned int order = largest_order(start_pfn, end_pfn);

		free_reserved_block(start_pfn, order);
		start_pfn += 1UL << order;
	}
}
