/* SPDX-License-Identifier: 0BSD
 *
 * pageblock.c - page blocks and their types: which one a request is served from, and what becomes
 * of it.
 *
 * A zone of the test's own stands over page blocks that it has allocated, so that each free block
 * in it, and each type, is one that the test has put there.
 */
#include <lib/align.h>
#include <test/ktest.h>
#include <test/pages.h>
#include <mm/page_alloc.h>

#include "internal.h"
#include "page_debug.h"
#include "pageblock.h"

#define BLOCKS 4

static struct {
	struct zone zone, other;
	struct page *block[BLOCKS];
	enum migratetype type[BLOCKS]; /* to give back */
	unsigned long flags;	       /* of the interrupts */
} field;

static void field_close(void)
{
	unsigned int i;

	if (field.zone.name)
		spin_unlock_irqrestore(&field.zone.lock, field.flags);
	for (i = 0; i < BLOCKS && field.block[i]; i++) {
		struct page *page = field.block[i], *end = page + pageblock_nr_pages;

		pageblock_zones[pageblock_number(page)] = page_zone(page);
		set_pageblock_migratetype(page, field.type[i]);
		for (; page < end; page++) {
			page->flags &= PG_PLACE_MASK;
			page->_count = 0;
		}
		field.block[i]->flags |= order_bits(pageblock_order);
		field.block[i]->_count = 1;
		__free_pages(field.block[i], pageblock_order);
	}
}

/* Four page blocks of unmovable pages, all in use, and an empty zone, whose lock is held. */
static bool field_open(void)
{
	unsigned int i;

	memset(&field, 0, sizeof(field));
	for (i = 0; i < BLOCKS; i++) {
		field.block[i] = alloc_pages(GFP_KERNEL, pageblock_order);
		if (!field.block[i]) {
			field_close();
			return false;
		}
		field.type[i] = get_pageblock_migratetype(field.block[i]);
		set_pageblock_migratetype(field.block[i], MIGRATE_UNMOVABLE);
		field.block[i]->flags &= PG_PLACE_MASK;
	}
	field.zone.name = "field";
	spin_lock_init(&field.zone.lock, ZONE_LOCK);
	zone_init_free_lists(&field.zone);
	spin_lock_irqsave(&field.zone.lock, field.flags);
	return true;
}

#define open_field()                                                    \
	do {                                                            \
		if (page_group_by_mobility_disabled || !field_open())   \
			kt_skip("no grouping, or no four page blocks"); \
	} while (0)

static void set_type(unsigned int block, enum migratetype type)
{
	set_pageblock_migratetype(field.block[block], type);
}

/* Let 2^@order pages of block @block be free, from page @first on. */
static void give(unsigned int block, unsigned long first, unsigned int order)
{
	struct page *page = field.block[block] + first;

	page->_count = 0;
	__free_one_page(&field.zone, page, order,
			(page->flags & PG_PLACE_MASK) | order_bits(order));
}

/* The first @pages pages of it, the largest blocks first. */
static void give_pages(unsigned int block, unsigned long pages)
{
	unsigned long first = 0;

	while (first < pages) {
		unsigned int order = highest_bit(pages - first);

		give(block, first, order);
		first += 1UL << order;
	}
}

static unsigned long pages_of_type(enum migratetype type)
{
	const struct page *page;
	unsigned long pages = 0;
	unsigned int order;

	for (order = 0; order < MAX_ORDER; order++)
		list_for_each_entry (page, &field.zone.free_area[order].free_list[type], lru)
			pages += 1UL << order;
	return pages;
}

/* Every free block must be on its page block's list. */
static void expect_strict(void)
{
	const struct page *page;
	unsigned int order, type;

	for (order = 0; order < MAX_ORDER; order++)
		for (type = 0; type < MIGRATE_TYPES; type++) {
			const struct list_head *list = &field.zone.free_area[order].free_list[type];

			kt_eq(!list_empty(list), field.zone.free_orders[type] >> order & 1);
			list_for_each_entry (page, list, lru)
				kt_eq(get_pageblock_migratetype(page), type);
		}
}

/* Which of the blocks serves a request? BLOCKS: none does. */
static unsigned int serves(enum migratetype type, unsigned int order)
{
	struct page *page = __rmqueue(&field.zone, order, type);
	unsigned int i = 0;

	expect_strict();
	if (!page)
		return BLOCKS;
	while (i < BLOCKS - 1 && pageblock_number(page) != pageblock_number(field.block[i]))
		i++;
	kt_eq(page_order(page), order);
	kt_eq(page->_count, 1);
	return i;
}

KTEST(pageblock, types_of_requests, SHORT)
{
	bool on = !page_group_by_mobility_disabled;

	kt_eq(gfp_migratetype(GFP_KERNEL), MIGRATE_UNMOVABLE);
	kt_eq(gfp_migratetype(GFP_ATOMIC | GFP_DMA), MIGRATE_UNMOVABLE);
	kt_eq(gfp_migratetype(GFP_HIGHUSER | __GFP_MOVABLE),
	      on ? MIGRATE_MOVABLE : MIGRATE_UNMOVABLE);
	kt_eq(gfp_migratetype(GFP_KERNEL | __GFP_RECLAIMABLE),
	      on ? MIGRATE_RECLAIMABLE : MIGRATE_UNMOVABLE);
	kt_eq(gfp_migratetype(__GFP_RECLAIMABLE | __GFP_MOVABLE),
	      on ? MIGRATE_RECLAIMABLE : MIGRATE_UNMOVABLE);
}

KTEST(pageblock, small_machines_are_not_grouped, SHORT)
{
	kt_eq(page_group_by_mobility_disabled, nr_all_pages < 5 * pageblock_nr_pages);
}

/* Each type has one page block with 8 free pages: its own first, then as fallbacks[] says. */
KTEST(pageblock, order_of_the_fallbacks, SHORT)
{
	static const enum migratetype order[MIGRATE_PCPTYPES][BLOCKS] = {
		{ MIGRATE_UNMOVABLE, MIGRATE_RECLAIMABLE, MIGRATE_MOVABLE, MIGRATE_RESERVE },
		{ MIGRATE_RECLAIMABLE, MIGRATE_UNMOVABLE, MIGRATE_MOVABLE, MIGRATE_RESERVE },
		{ MIGRATE_MOVABLE, MIGRATE_RECLAIMABLE, MIGRATE_UNMOVABLE, MIGRATE_RESERVE },
	};
	enum migratetype type;
	unsigned int i;

	for (type = 0; type < MIGRATE_PCPTYPES; type++) {
		open_field();
		for (i = 0; i < BLOCKS; i++) {
			set_type(i, i);
			give(i, 8, 3);
		}
		for (i = 0; i < BLOCKS; i++)
			kt_eq(serves(type, 3), order[type][i]);
		kt_eq(serves(type, 0), BLOCKS);
		field_close();
	}
}

/* The second type in the order of fallbacks has the larger block, then both have the same. */
KTEST(pageblock, the_largest_block_comes_first, SHORT)
{
	open_field();
	set_type(0, MIGRATE_RECLAIMABLE);
	set_type(1, MIGRATE_MOVABLE);
	give(0, 8, 3);
	give(0, 2, 1);
	give(1, 16, 4);
	give(1, 1, 0);
	kt_eq(serves(MIGRATE_UNMOVABLE, 0), 1); /* of the order 4; 3, 2, 1 and 0 are left */
	kt_eq(serves(MIGRATE_UNMOVABLE, 0), 0); /* 3 and 3 */
	kt_eq(serves(MIGRATE_UNMOVABLE, 0), 1); /* 2 and 3 */
	kt_eq(field.zone.nr_free_pages, 27 - 3);
	field_close();
}

/* Order 5 is half of a page block's order, 512 pages are half of its pages. */
static void check_conversion(enum migratetype type, unsigned int order, unsigned long pages,
			     bool converts)
{
	enum migratetype victim = type == MIGRATE_MOVABLE ? MIGRATE_UNMOVABLE : MIGRATE_MOVABLE;

	open_field();
	set_type(2, victim);
	give_pages(2, pages);
	kt_eq(serves(type, order), 2);
	kt_eq(get_pageblock_migratetype(field.block[2]), converts ? type : victim);
	kt_eq(pages_of_type(type), converts ? pages - (1UL << order) : 0);
	kt_eq(pages_of_type(victim), converts ? 0 : pages - (1UL << order));
	field_close();
}

KTEST(pageblock, most_of_a_page_block_is_free, SHORT)
{
	check_conversion(MIGRATE_UNMOVABLE, 0, 512, true);
	check_conversion(MIGRATE_MOVABLE, 3, 1023, true);
	check_conversion(MIGRATE_UNMOVABLE, 0, 1024, true);
	check_conversion(MIGRATE_UNMOVABLE, 10, 1024, true);
	check_conversion(MIGRATE_RECLAIMABLE, 0, 512, true);
}

KTEST(pageblock, most_of_a_page_block_is_in_use, SHORT)
{
	check_conversion(MIGRATE_UNMOVABLE, 0, 511, false);
	check_conversion(MIGRATE_MOVABLE, 8, 256, false);
	check_conversion(MIGRATE_RECLAIMABLE, 0, 511, false);
}

/* 17 of every 32 pages: most is free, and no block is larger than 16 pages. */
KTEST(pageblock, small_blocks_convert_for_reclaimable_requests_only, SHORT)
{
	enum migratetype type;
	unsigned long first;

	for (type = 0; type < MIGRATE_PCPTYPES; type++) {
		if (type == MIGRATE_MOVABLE)
			continue;
		open_field();
		set_type(0, MIGRATE_MOVABLE);
		for (first = 0; first < pageblock_nr_pages; first += 32) {
			give(0, first, 4);
			give(0, first + 16, 0);
		}
		kt_eq(serves(type, 0), 0);
		kt_eq(get_pageblock_migratetype(field.block[0]),
		      type == MIGRATE_RECLAIMABLE ? MIGRATE_RECLAIMABLE : MIGRATE_MOVABLE);
		field_close();
	}
}

KTEST(pageblock, a_reserve_stays_one, SHORT)
{
	open_field();
	set_type(1, MIGRATE_RESERVE);
	give_pages(1, 1024);
	set_type(3, MIGRATE_MOVABLE);
	give(3, 0, 0);
	kt_eq(serves(MIGRATE_UNMOVABLE, 0), 3);
	kt_eq(serves(MIGRATE_UNMOVABLE, 0), 1);
	kt_eq(serves(MIGRATE_MOVABLE, 9), 1);
	kt_eq(get_pageblock_migratetype(field.block[1]), MIGRATE_RESERVE);
	kt_eq(pages_of_type(MIGRATE_RESERVE), 1024 - 1 - 512);
	field_close();
}

KTEST(pageblock, an_isolated_block_gives_nothing, SHORT)
{
	enum migratetype type;

	open_field();
	set_type(0, MIGRATE_ISOLATE);
	give_pages(0, 1024);
	for (type = 0; type < MIGRATE_PCPTYPES; type++)
		kt_eq(serves(type, 0), BLOCKS);
	field_close();
}

KTEST(pageblock, nothing_falls_back_without_grouping, SHORT)
{
	open_field();
	set_type(0, MIGRATE_MOVABLE);
	give_pages(0, 1024);
	page_group_by_mobility_disabled = true;
	kt_eq(serves(MIGRATE_UNMOVABLE, 0), BLOCKS);
	page_group_by_mobility_disabled = false;
	kt_eq(serves(MIGRATE_UNMOVABLE, 0), 0);
	field_close();
}

KTEST(pageblock, a_block_is_moved_from_type_to_type, SHORT)
{
	enum migratetype type;

	open_field();
	set_type(0, MIGRATE_MOVABLE);
	give_pages(0, 700);
	set_type(1, MIGRATE_MOVABLE);
	give_pages(1, 3);
	for (type = 0; type < MIGRATE_TYPES; type++) {
		unsigned long pfn = page_to_pfn(field.block[0]) + kt_random_below(1024);

		kt_eq(free_pages_in_block(&field.zone, pfn), 700);
		kt_eq(move_freepages_block(&field.zone, pfn, type), 700);
		kt_eq(get_pageblock_migratetype(field.block[0]), type);
		kt_eq(pages_of_type(type), type == MIGRATE_MOVABLE ? 703 : 700);
		expect_strict();
	}
	kt_eq(field.zone.nr_free_pages, 703);
	field_close();
}

static unsigned int nr_reserves(void)
{
	unsigned int i, nr = 0;

	for (i = 0; i < BLOCKS; i++)
		nr += get_pageblock_migratetype(field.block[i]) == MIGRATE_RESERVE;
	return nr;
}

/* Let the zone be no more than the first of the four. */
static void own_first_block(void)
{
	field.zone.zone_start_pfn = page_to_pfn(field.block[0]);
	field.zone.spanned_pages = pageblock_nr_pages;
	pageblock_zones[pageblock_number(field.block[0])] = &field.zone;
}

KTEST(pageblock, reserve_blocks_of_a_zone, SHORT)
{
	static const struct {
		unsigned long pages;
		unsigned int reserves;
	} step[] = { { 1, 1 }, { 1024, 1 }, { 0, 0 }, { 1025, 1 }, { 0, 0 } };
	unsigned int i;

	open_field();
	own_first_block();
	set_type(0, MIGRATE_MOVABLE);
	give_pages(0, 512);
	for (i = 0; i < ARRAY_SIZE(step); i++) {
		spin_unlock(&field.zone.lock);
		setup_zone_migrate_reserve(&field.zone, step[i].pages);
		spin_lock(&field.zone.lock);
		kt_eq(nr_reserves(), step[i].reserves);
		kt_eq(pages_of_type(MIGRATE_RESERVE), 512 * step[i].reserves);
		expect_strict();
	}
	set_type(0, MIGRATE_UNMOVABLE);
	spin_unlock(&field.zone.lock);
	setup_zone_migrate_reserve(&field.zone, 1);
	spin_lock(&field.zone.lock);
	kt_eq(nr_reserves(), 0);
	field_close();
}

/* A page that the allocator never gets spoils a block as a reserve. */
KTEST(pageblock, a_block_with_reserved_pages_is_no_reserve, SHORT)
{
	open_field();
	own_first_block();
	set_type(0, MIGRATE_MOVABLE);
	field.block[0][1023].flags |= PG_reserved;
	spin_unlock(&field.zone.lock);
	setup_zone_migrate_reserve(&field.zone, 1);
	spin_lock(&field.zone.lock);
	kt_eq(nr_reserves(), 0);
	field_close();
}

/* --- mixed page blocks ------------------------------------------------------------------------ */

static void mix(unsigned int block)
{
	pageblock_zones[pageblock_number(field.block[block])] = NULL;
}

/* Nearly all of it is free, and the request takes a large block: any other would be converted. */
KTEST(pageblock, a_mixed_block_is_not_converted, SHORT)
{
	open_field();
	give_pages(0, 512 + 256);
	mix(0);
	kt_eq(serves(MIGRATE_MOVABLE, 8), 0);
	kt_eq(serves(MIGRATE_RECLAIMABLE, 0), 0);
	kt_eq(get_pageblock_migratetype(field.block[0]), MIGRATE_UNMOVABLE);
	kt_eq(pages_of_type(MIGRATE_UNMOVABLE), 512 + 256 - 256 - 1);
	field_close();
}

KTEST(pageblock, a_mixed_block_is_no_reserve, SHORT)
{
	open_field();
	own_first_block();
	set_type(0, MIGRATE_MOVABLE);
	mix(0);
	spin_unlock(&field.zone.lock);
	setup_zone_migrate_reserve(&field.zone, 1);
	spin_lock(&field.zone.lock);
	kt_eq(nr_reserves(), 0);
	field_close();
}

/* The upper half is another zone's: each half is as large a block as there can be. */
KTEST(pageblock, two_zones_in_a_block_do_not_merge, SHORT)
{
	struct page *page, *end;
	unsigned long flags;

	open_field();
	spin_lock_init(&field.other.lock, ZONE_LOCK);
	zone_init_free_lists(&field.other);
	mix(0);
	page = field.block[0] + 512;
	for (end = page + 512; page < end; page++)
		page->flags ^= PG_PLACE_MASK;
	give(0, 0, 8);
	give(0, 256, 8);
	spin_unlock(&field.zone.lock);
	spin_lock(&field.other.lock);
	for (page = end - 512; page < end; page += 256) {
		flags = (page->flags & PG_PLACE_MASK) | order_bits(8);
		__free_one_page(&field.other, page, 8, flags);
	}
	spin_unlock(&field.other.lock);
	spin_lock(&field.zone.lock);
	kt_eq(field.zone.free_orders[MIGRATE_UNMOVABLE], 1UL << 9);
	kt_eq(field.other.free_orders[MIGRATE_UNMOVABLE], 1UL << 9);
	for (page = end - 512; page < end; page++)
		page->flags ^= PG_PLACE_MASK;
	field_close();
}

static struct zone *zone_beside(const struct zone *zone)
{
	struct zone *other;

	for_each_populated_zone (other)
		if (other != zone)
			return other;
	return NULL;
}

/* @page as before mem_init(), but a page of @zone. */
static void reserve_page(struct page *page, const struct zone *zone)
{
	page->flags = zone_place(zone) | PG_reserved;
	page->_count = 0;
}

/* Take @page, which is free by itself, out of @zone. */
static void take_out(struct zone *zone, struct page *page)
{
	unsigned long flags;

	kt_eq(page->flags & PG_STATE_MASK, PG_buddy);
	kt_ptr_eq(page_zone(page), zone);
	spin_lock_irqsave(&zone->lock, flags);
	del_from_free_list(zone, page, 0, MIGRATE_UNMOVABLE);
	zone->nr_free_pages--;
	zone->managed_pages--;
	spin_unlock_irqrestore(&zone->lock, flags);
}

/* Two pages that would be one block, but for the border between them. */
KTEST(pageblock, a_reserved_range_is_cut_where_zones_meet, SHORT)
{
	struct zone *zone, *other;
	enum migratetype type;
	struct page *block;

	if (page_debugging)
		kt_skip("what is free may not be mapped");
	block = alloc_pages(GFP_KERNEL, pageblock_order);
	if (!block || !zone_beside(page_zone(block))) {
		if (block)
			__free_pages(block, pageblock_order);
		kt_skip("no page block is free, or there is one zone only");
	}
	zone = page_zone(block);
	other = zone_beside(zone);
	type = get_pageblock_migratetype(block);
	set_pageblock_migratetype(block, MIGRATE_UNMOVABLE);
	pageblock_zones[pageblock_number(block)] = NULL;
	reserve_page(block, zone);
	reserve_page(block + 1, other);
	free_reserved_range(page_to_pfn(block), page_to_pfn(block) + 2);
	take_out(zone, block);
	take_out(other, block + 1);
	pageblock_zones[pageblock_number(block)] = zone;
	set_pageblock_migratetype(block, type);
	block->flags = zone_place(zone) | order_bits(pageblock_order);
	block->_count = 1;
	block[1].flags = zone_place(zone);
	__free_pages(block, pageblock_order);
}

KTEST(pageblock, stop_a_type_for_a_mixed_block, STOP)
{
	open_field();
	mix(0);
	kt_expect_stop("is mixed, it has no type to be set");
	set_type(0, MIGRATE_MOVABLE);
}

/* Requests of two types through the allocator: as long as there are whole page blocks, none takes
 * from the other's. */
KTEST(pageblock, types_do_not_mix_while_there_is_room, SHORT)
{
	struct page *page[64];
	unsigned int i, mixed = 0;

	if (page_group_by_mobility_disabled ||
	    node_zonelist(0, GFP_KERNEL)->zones[0]->free_area[pageblock_order].nr_free < 4)
		kt_skip("no grouping, or no four page blocks");
	for (i = 0; i < ARRAY_SIZE(page); i++)
		page[i] = alloc_pages(i % 2 ? GFP_KERNEL : GFP_KERNEL | __GFP_MOVABLE, 3);
	for (i = 0; i < ARRAY_SIZE(page); i++) {
		if (!page[i])
			continue;
		mixed += get_pageblock_migratetype(page[i]) !=
			 (i % 2 ? MIGRATE_UNMOVABLE : MIGRATE_MOVABLE);
		__free_pages(page[i], 3);
	}
	kt_eq(mixed, 0);
}
