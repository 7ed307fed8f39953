/* SPDX-License-Identifier: 0BSD
 *
 * buddy.c - the free blocks of one zone: a binary buddy allocator (Gorman 6.1-6.3).
 *
 * 1. Concepts    A block of order o is 2^o page frames, aligned to its size. Its buddy is the block
 *                of the same order that differs in bit o of the pfn; the two together are their
 *                parent:
 *                    buddy(pfn, o) = pfn ^ (1 << o)      parent(pfn, o) = pfn & ~(1 << o)
 *                pfn 8, order 1 (pages 8-9): buddy 10, parent 8 of order 2 (pages 8-11).
 *                Allocation takes the smallest free block that is large enough and gives the upper
 *                halves back; freeing merges with the buddy as long as that one is free too.
 *                A pair of buddies lies in one page block, so all free blocks of a page block are
 *                on the lists of one migrate type, its own; which type a request gets is decided in
 *                pageblock.c.
 *                Most often there is a block of the very order, and a buddy in use: that case is
 *                inline (buddy.h), and the loops are here.
 * 2. Data        free_area[o].free_list[type] links the first pages of free blocks,
 *                free_orders[type] has a bit for each list that is not empty, so the search is one
 *                instruction; a list is found empty by its head, for nr_free counts all types.
 *                State, order, zone and node of a page are one word, page->flags: a buddy that can
 *                be merged with is found by one comparison.
 * 3. Invariants  (check_buddy.c)
 *                P1 list links are consistent; P2 nr_free is the length of the lists of its order;
 *                P3 bit o of a type's free_orders is set if and only if its list o is not empty; P4
 *                a listed page has
 *                PG_buddy, the order of its list, and the zone's place; P5 a free block is aligned
 *                to its order and all of it is the zone's; P6 the other pages of a free block have
 *                no state and _count 0; P7 no two free buddies of one order below MAX_ORDER - 1;
 *                P8 nr_free_pages is the sum over the lists; P9 every page with PG_buddy is on a
 *                list; P10 free pages, those in per-CPU lists and the pages of allocated blocks
 *                together are managed_pages;
 *                P11 a free block is on a list of its page block's type;
 *                P15 every other page of a zone is reserved.
 * 4. Hence       present_pages = free + in per-CPU lists + allocated + reserved, at any moment.
 * 5. Locking     Whoever calls holds zone->lock: lists, counts and the state of free pages are its.
 *                split_block() and merge_buddies() check that; what is inline does not, for speed.
 * 6. No bounds   A buddy below MAX_ORDER - 1 lies in the same block of MAX_ORDER_NR_PAGES, and
 *    checks      mem_map is backed in such blocks; holes in it stay PG_reserved and so never match.
 *                Zones may meet anywhere, and no block is of two: what free_reserved_range() gives
 *                is of one, halves of a block are of that block's, and a buddy of another zone has
 *                other place bits in the word that is compared, so it is not merged with.
 * 7. Not done    Which zone is asked, and what a caller may free, is page_alloc.c's business.
 */
#include "buddy.h"

void zone_init_free_lists(struct zone *zone)
{
	unsigned int order, type;

	for (order = 0; order < MAX_ORDER; order++)
		for (type = 0; type < MIGRATE_TYPES; type++)
			INIT_LIST_HEAD(&zone->free_area[order].free_list[type]);
}

void fastcall bad_free_block(const struct zone *zone, const struct page *page, unsigned int order)
{
	panic("BUG: alloc_pages: zone %s: free list of order %u holds pfn %lu with flags %lx "
	      "(page written to while free?)",
	      zone->name, order, page_to_pfn(page), page->flags);
}

struct page *fastcall split_block(struct zone *zone, unsigned int order, unsigned int from,
				  enum migratetype type)
{
	unsigned long wanted = 1UL << order, size = 1UL << from, flags;
	struct free_area *area = &zone->free_area[from];
	struct page *page;

	assert_held(&zone->lock);
	page = take_from_free_list(zone, from, type);
	zone->free_orders[type] |= size - wanted; /* 8 pages for 1: 1000 - 1 = 0111 */
	zone->nr_free_pages -= wanted;

	flags = page->flags;
	while (size > wanted) {
		size /= 2;
		flags -= PG_ORDER_ONE;
		area--;
		page[size].flags = flags;
		list_add(&page[size].lru, &area->free_list[type]);
		area->nr_free++;
	}
	page->flags = flags - PG_buddy;
	return page;
}

struct page *fastcall split_larger(struct zone *zone, unsigned int order, enum migratetype type)
{
	unsigned long larger = zone->free_orders[type] & -(1UL << order);

	return larger ? split_block(zone, order, lowest_bit(larger), type) : NULL;
}

void fastcall merge_buddies(struct zone *zone, struct page *page, unsigned long flags)
{
	unsigned int order = flags_order(flags);
	unsigned long offset = page_offset(page), size = sizeof(struct page) << order;
	enum migratetype type = get_pageblock_migratetype(page);
	struct page *buddy;

	assert_held(&zone->lock);
	for (; order < MAX_ORDER - 1; order++, size *= 2, flags += PG_ORDER_ONE) {
		buddy = page_at(offset ^ size);
		if (buddy->flags != flags)
			break;
		del_from_free_list(zone, buddy, order, type);
		/* The upper half is no first page any more. */
		page_at(offset | size)->flags = flags & PG_PLACE_MASK;
		offset &= ~size;
	}
	add_to_free_list(zone, page_at(offset), order, type, flags);
}
