/* SPDX-License-Identifier: 0BSD
 *
 * buddy.h - take a block from a zone's free lists, or put one there (buddy.c has the theory).
 *
 * Free blocks of one order are kept apart by migrate type: a block lies on the list of its page
 * block's type (mm/pageblock.h). Context: zone->lock held, interrupts off. Nobody includes it but
 * mm/ and tests.
 */
#ifndef MM_BUDDY_H
#define MM_BUDDY_H

#include <mm/mmzone.h>

/* Empty free lists for a new zone. */
void zone_init_free_lists(struct zone *zone);

/* Stop: @page, the first on a list of @zone's and of @order, is in no state to be there. */
void fastcall bad_free_block(const struct zone *zone, const struct page *page, unsigned int order)
	__noreturn __cold;

/* Take the first block off the list of order @from and @type, which is not empty, keep its first
 * 2^@order pages, and put the rest on the lists as one block of each order in between. */
struct page *fastcall split_block(struct zone *zone, unsigned int order, unsigned int from,
				  enum migratetype type);

/* There is no block of @order and @type: split_block() of the smallest larger one of that type.
 * Return: NULL if there is none. */
struct page *fastcall split_larger(struct zone *zone, unsigned int order, enum migratetype type);

/* Put the block at @page, with its new @flags, on a list, merged with its buddy if that is free,
 * and so on upwards. */
void fastcall merge_buddies(struct zone *zone, struct page *page, unsigned long flags);

/* Make the block of 2^@order pages at @page, in a page block of @type, with its new @flags, the
 * first of its list. */
static __always_inline void add_to_free_list(struct zone *zone, struct page *page,
					     unsigned int order, enum migratetype type,
					     unsigned long flags)
{
	struct free_area *area = &zone->free_area[order];

	page->flags = flags;
	list_add(&page->lru, &area->free_list[type]);
	area->nr_free++;
	zone->free_orders[type] |= 1UL << order;
}

/* Has @page the state of the first page of a free block of @order, and no other bit? */
static inline bool begins_free_block(const struct page *page, unsigned int order)
{
	return (page->flags & PG_STATE_MASK) == (PG_buddy | order_bits(order));
}

/* Take the block at @page off its list, which is that of @order and @type. */
static __always_inline void del_from_free_list(struct zone *zone, struct page *page,
					       unsigned int order, enum migratetype type)
{
	__list_unlink(&page->lru);
	zone->free_area[order].nr_free--;
	/* The head on both sides: it was the only one. */
	if (page->lru.next == page->lru.prev)
		zone->free_orders[type] &= ~(1UL << order);
}

/* Take the first block off the list of @order and @type, which is not empty. */
static __always_inline struct page *take_from_free_list(struct zone *zone, unsigned int order,
							enum migratetype type)
{
	struct free_area *area = &zone->free_area[order];
	struct page *page = list_first_entry(&area->free_list[type], struct page, lru);

	if (unlikely(!begins_free_block(page, order)))
		bad_free_block(zone, page, order);
	list_del_first(&area->free_list[type]);
	area->nr_free--;
	if (list_empty(&area->free_list[type]))
		zone->free_orders[type] &= ~(1UL << order);
	page->_count = 1;
	return page;
}

/* Take a block of 2^@order pages off @zone's lists of @type: the smallest that is large enough, and
 * the rest stays. Return: its first page; NULL if there is none. */
static __always_inline struct page *__rmqueue_smallest(struct zone *zone, unsigned int order,
						       enum migratetype type)
{
	struct page *page;

	if (unlikely(list_empty(&zone->free_area[order].free_list[type])))
		return split_larger(zone, order, type);
	page = take_from_free_list(zone, order, type);
	page->flags -= PG_buddy;
	zone->nr_free_pages -= 1UL << order;
	return page;
}

/* Put the block of 2^@order pages at @page, with its place and order in @flags, on @zone's lists of
 * its page block's type, merged with the buddies that are free. */
static __always_inline void __free_one_page(struct zone *zone, struct page *page,
					    unsigned int order, unsigned long flags)
{
	const struct page *buddy = page_at(page_offset(page) ^ sizeof(struct page) << order);

	zone->nr_free_pages += 1UL << order;
	flags |= PG_buddy;
	if (order < MAX_ORDER - 1 && buddy->flags == flags)
		merge_buddies(zone, page, flags);
	else
		add_to_free_list(zone, page, order, get_pageblock_migratetype(page), flags);
}

#endif
