/* SPDX-License-Identifier: 0BSD
 *
 * arena.c - the lessons' own zone, laid over a block of pages.
 */
#include "arena.h"

#include <lib/string.h>
#include <mm/page_alloc.h>
#include "buddy.h"

struct arena arena;

static unsigned long arena_place(void)
{
	return (unsigned long)ARENA_NID << PG_NODE_SHIFT | (unsigned long)ZONE_NORMAL
								   << PG_ZONE_SHIFT;
}

static struct zone **place_in_table(void)
{
	return &zone_table[arena_place() >> PG_ZONE_SHIFT];
}

static void make_zone(void)
{
	struct zone *zone = &arena.node.node_zones[ZONE_NORMAL];

	*zone = (struct zone){
		.name = "Lesson",
		.zone_start_pfn = arena.base_pfn,
		.spanned_pages = arena.pages,
		.present_pages = arena.pages,
		.zone_pgdat = &arena.node,
	};
	spin_lock_init(&zone->lock, ZONE_LOCK);
	zone_init_free_lists(zone);
	arena.node.node_id = ARENA_NID;
	arena.zone = zone;
	*place_in_table() = zone;
}

bool arena_open_between(struct lesson_run *run, unsigned int most, unsigned int least)
{
	struct page *base = NULL;
	unsigned int order = most + 1;
	unsigned long i;

	while (!base && order-- > least)
		base = alloc_pages(GFP_KERNEL | __GFP_NOWARN, order);
	if (!base) {
		lesson_say(run, "This lesson needs %lu pages in a row, and there are none\n",
			   1UL << least);
		return false;
	}
	arena.base = base;
	arena.order = order;
	arena.pages = 1UL << order;
	arena.base_pfn = page_to_pfn(base);
	arena.place = base->flags & PG_PLACE_MASK;
	arena.type = get_pageblock_migratetype(base);
	make_zone();
	for (i = 0; i < arena.pages; i++) {
		base[i].flags = arena_place() | PG_reserved;
		base[i]._count = 0;
	}
	memset(arena.label, '#', arena.pages);
	return true;
}

bool arena_open(struct lesson_run *run, unsigned int order)
{
	return arena_open_between(run, order, order);
}

void arena_close(void)
{
	unsigned long i;

	if (!arena.base)
		return;
	for (i = 0; i < arena.pages; i++) {
		arena.base[i].flags = arena.place;
		arena.base[i]._count = 0;
	}
	*place_in_table() = NULL;
	arena.base->flags |= order_bits(arena.order);
	arena.base->_count = 1;
	__free_pages(arena.base, arena.order);
	arena.base = NULL;
}

static void release_block(unsigned long nr, unsigned int order)
{
	struct page *page = arena.base + nr, *p;
	unsigned long flags;

	for (p = page; p < page + (1UL << order); p++)
		p->flags &= PG_PLACE_MASK;
	spin_lock_irqsave(&arena.zone->lock, flags);
	arena.zone->managed_pages += 1UL << order;
	__free_one_page(arena.zone, page, order, page->flags | order_bits(order));
	spin_unlock_irqrestore(&arena.zone->lock, flags);
}

void arena_release(unsigned long start, unsigned long end)
{
	while (start < end) {
		unsigned int order = min(highest_bit(end - start),
					 lowest_bit(start | MAX_ORDER_NR_PAGES));

		release_block(start, order);
		start += 1UL << order;
	}
}

long arena_alloc(unsigned int order, char letter)
{
	struct page *page;
	unsigned long flags;

	spin_lock_irqsave(&arena.zone->lock, flags);
	page = __rmqueue_smallest(arena.zone, order, arena.type);
	spin_unlock_irqrestore(&arena.zone->lock, flags);
	if (!page)
		return -1;
	memset(arena.label + (page - arena.base), letter, 1UL << order);
	return page - arena.base;
}

void arena_free(unsigned long nr, unsigned int order)
{
	struct page *page = arena.base + nr;
	unsigned long flags;

	page->_count = 0;
	spin_lock_irqsave(&arena.zone->lock, flags);
	__free_one_page(arena.zone, page, order, (page->flags & PG_PLACE_MASK) | order_bits(order));
	spin_unlock_irqrestore(&arena.zone->lock, flags);
}

bool arena_block_is_free(unsigned long nr, unsigned int order)
{
	return begins_free_block(arena.base + nr, order);
}

void arena_draw(struct lesson_run *run)
{
	char letters[ARENA_MAX_PAGES];
	unsigned long i = 0;

	memcpy(letters, arena.label, arena.pages);
	while (i < arena.pages) {
		const struct page *page = arena.base + i;
		unsigned long size = 1UL << page_order(page);

		if (PageBuddy(page))
			memset(letters + i, "0123456789A"[page_order(page)], size);
		i += PageBuddy(page) ? size : 1;
	}
	lesson_picture(run, "zone", 0, letters, arena.pages);
	arena_draw_lists(run);
}

void arena_draw_lists(struct lesson_run *run)
{
	unsigned int order;

	lesson_say(run, "   order ");
	for (order = 0; order <= arena.order; order++)
		lesson_say(run, " %5u", order);
	lesson_say(run, "\n nr_free ");
	for (order = 0; order <= arena.order; order++)
		lesson_say(run, " %5lu", arena.zone->free_area[order].nr_free);
	lesson_say(run, "\n");
}
