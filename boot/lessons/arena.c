/* SPDX-License-Identifier: 0BSD
 *
 * arena.c - the lessons' own zone, laid over a block of pages.
 */
#include "arena.h"

#include <boot/monitor/kept_back.h>
#include <lib/format.h>
#include <lib/string.h>
#include <mm/page_alloc.h>
#include "buddy.h"
#include "page_debug.h"
#include "page_slow.h"
#include "pcp.h"

struct arena arena;

/* No page of the arena is in a list of a CPU. */
static DEFINE_PER_CPU(struct per_cpu_pages, arena_lists) = {
	.lists = { [0 ... MIGRATE_PCPTYPES - 1] = &pcp_none },
};

static unsigned long arena_place(unsigned int type)
{
	return (unsigned long)ARENA_NID << PG_NODE_SHIFT | (unsigned long)type << PG_ZONE_SHIFT;
}

static struct zone **place_in_table(unsigned int type)
{
	return &zone_table[arena_place(type) >> PG_ZONE_SHIFT];
}

/* Make the pages [@start, @end) of the arena, reserved, a zone. What counts by the number of a zone
 * takes it for one of node 0, which every machine has. */
static struct zone *make_zone(unsigned int type, const char *name, unsigned long start,
			      unsigned long end)
{
	struct zone *zone = &arena.node.node_zones[type];
	struct page *page;

	*zone = (struct zone){
		.name = name,
		.zone_start_pfn = arena.base_pfn + start,
		.spanned_pages = end - start,
		.present_pages = end - start,
		.zone_pgdat = &arena.node,
		.pageset = &per_cpu(arena_lists, 0),
	};
	spin_lock_init(&zone->lock, ZONE_LOCK);
	zone_init_free_lists(zone);
	*place_in_table(type) = zone;
	for (page = arena.base + start; page < arena.base + end; page++) {
		page->flags = arena_place(type) | PG_reserved;
		page->_count = 0;
	}
	return zone;
}

static void say_no_pages(struct lesson_run *run, unsigned int order)
{
	const char *reason = why_kept_back(GFP_KERNEL, order);
	char head[64];

	snprintf(head, sizeof(head), "This lesson needs %lu pages in a row%s", 1UL << order,
		 reason ? ": blocks are free," : ", and there are none");
	lesson_say_wrapped(run, head, reason ? reason : "");
}

bool arena_open_between(struct lesson_run *run, unsigned int most, unsigned int least)
{
	struct page *base = NULL;
	unsigned int order = most + 1;

	while (!base && order-- > least)
		base = alloc_pages(GFP_KERNEL | __GFP_NOWARN, order);
	if (!base) {
		say_no_pages(run, least);
		return false;
	}
	arena.base = base;
	arena.order = order;
	arena.pages = 1UL << order;
	arena.base_pfn = page_to_pfn(base);
	arena.place = base->flags & PG_PLACE_MASK;
	arena.type = get_pageblock_migratetype(base);
	memset(arena.node.node_zones, 0, sizeof(arena.node.node_zones));
	arena.zone = make_zone(ZONE_NORMAL, "Lesson", 0, arena.pages);
	memset(arena.label, '#', arena.pages);
	return true;
}

bool arena_open(struct lesson_run *run, unsigned int order)
{
	return arena_open_between(run, order, order);
}

struct zone *arena_divide(unsigned long pages)
{
	arena.zone = make_zone(ZONE_NORMAL, "Normal", pages, arena.pages);
	return make_zone(ZONE_DMA, "DMA", 0, pages);
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
	*place_in_table(ZONE_DMA) = *place_in_table(ZONE_NORMAL) = NULL;
	arena.base->flags |= order_bits(arena.order);
	arena.base->_count = 1;
	__free_pages(arena.base, arena.order);
	arena.base = NULL;
}

static void release_block(unsigned long nr, unsigned int order)
{
	struct page *page = arena.base + nr, *p;
	struct zone *zone = page_zone(page);
	unsigned long flags;

	for (p = page; p < page + (1UL << order); p++)
		p->flags &= PG_PLACE_MASK;
	spin_lock_irqsave(&zone->lock, flags);
	zone->managed_pages += 1UL << order;
	__free_one_page(zone, page, order, page->flags | order_bits(order));
	spin_unlock_irqrestore(&zone->lock, flags);
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
	struct zone *zone = page_zone(page);
	unsigned long flags;

	page->_count = 0;
	spin_lock_irqsave(&zone->lock, flags);
	__free_one_page(zone, page, order, (page->flags & PG_PLACE_MASK) | order_bits(order));
	spin_unlock_irqrestore(&zone->lock, flags);
}

/* --- requests -------------------------------------------------------------------------------- */

bool arena_can_request(struct lesson_run *run)
{
	if (page_debugging)
		lesson_say(run, "This lesson needs pages that are not debugged\n");
	else if (arena.type >= MIGRATE_PCPTYPES)
		lesson_say(run, "This lesson needs pages that are no reserve\n");
	else
		return true;
	return false;
}

/* The bits that make a request one for the arena's page block. */
static gfp_t gfp_of_type(void)
{
	if (arena.type == MIGRATE_MOVABLE)
		return __GFP_MOVABLE;
	return arena.type == MIGRATE_RECLAIMABLE ? __GFP_RECLAIMABLE : 0;
}

/* As build_all_zonelists() would have it. */
static void build_zonelist(struct zonelist *list, gfp_t gfp)
{
	struct zone **slot = list->zones, *dma = &arena.node.node_zones[ZONE_DMA];

	list->nid = arena.node.node_id;
	if (!(gfp & __GFP_DMA))
		*slot++ = arena.zone;
	if (dma->present_pages)
		*slot++ = dma;
	*slot = NULL;
}

struct page *arena_request_page(gfp_t gfp, unsigned int order)
{
	struct zonelist list;

	build_zonelist(&list, gfp);
	return alloc_slow(&list, gfp | gfp_of_type() | __GFP_NORETRY | __GFP_NOWARN, order);
}

long arena_request(gfp_t gfp, unsigned int order, char letter)
{
	struct page *page = arena_request_page(gfp, order);

	if (!page)
		return -1;
	memset(arena.label + (page - arena.base), letter, 1UL << order);
	return page - arena.base;
}

/* --- pictures -------------------------------------------------------------------------------- */

void arena_draw_pages(struct lesson_run *run)
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
}

static void draw_lists(struct lesson_run *run)
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

void arena_draw(struct lesson_run *run)
{
	arena_draw_pages(run);
	draw_lists(run);
}
