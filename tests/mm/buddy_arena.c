/* SPDX-License-Identifier: 0BSD
 *
 * buddy_arena.c - splitting and merging, exactly: a zone of its own over one block of pages.
 *
 * The arena is the lower half of an allocated block. The upper half stays allocated, so nothing
 * in the arena can merge with a page outside. Free lists are compared with a model that knows
 * only which pages are in use: if every pair of free buddies is merged, the free pages can be cut
 * into blocks in one way only, from the bottom up the largest aligned block each time.
 */
#include <lib/align.h>
#include <test/ktest.h>
#include <mm/page_alloc.h>

#include "buddy.h"

#define ARENA_MAX_ORDER 8
#define ARENA_MIN_ORDER 4
#define ARENA_MAX_PAGES (1UL << ARENA_MAX_ORDER)

static struct {
	struct zone zone;
	struct page *base;
	unsigned int order; /* of the whole arena */
	unsigned long pages;
	enum migratetype type; /* of the page block that it lies in */
	bool used[ARENA_MAX_PAGES];
	/* Order of the free block that begins there; -1: none. */
	signed char start[ARENA_MAX_PAGES];
} arena;

static struct page *arena_alloc(unsigned int order)
{
	struct page *page;
	unsigned long flags;

	spin_lock_irqsave(&arena.zone.lock, flags);
	page = __rmqueue_smallest(&arena.zone, order, arena.type);
	spin_unlock_irqrestore(&arena.zone.lock, flags);
	return page;
}

static void arena_free(struct page *page, unsigned int order)
{
	unsigned long flags;

	page->_count = 0;
	spin_lock_irqsave(&arena.zone.lock, flags);
	__free_one_page(&arena.zone, page, order,
			(page->flags & PG_PLACE_MASK) | order_bits(order));
	spin_unlock_irqrestore(&arena.zone.lock, flags);
}

static bool arena_open(void)
{
	unsigned int order = ARENA_MAX_ORDER + 1;

	memset(&arena, 0, sizeof(arena));
	do
		arena.base = alloc_pages(GFP_KERNEL, order--);
	while (!arena.base && order > ARENA_MIN_ORDER);
	if (!arena.base)
		return false;
	arena.order = order;
	arena.pages = 1UL << order;
	arena.type = get_pageblock_migratetype(arena.base);
	arena.zone.name = "arena";
	spin_lock_init(&arena.zone.lock, ZONE_LOCK);
	zone_init_free_lists(&arena.zone);
	arena_free(arena.base, order);
	return true;
}

/* The arena must be one free block again. */
static void arena_close(void)
{
	unsigned long place = arena.base->flags & PG_PLACE_MASK;

	kt_assert(arena_alloc(arena.order) == arena.base);
	arena.base->flags = place | (unsigned long)(arena.order + 1) << PG_ORDER_SHIFT;
	__free_pages(arena.base, arena.order + 1);
}

#define open_arena()                                           \
	do {                                                   \
		if (!arena_open())                             \
			kt_skip("no free block for an arena"); \
	} while (0)

/* --- the model ------------------------------------------------------------------------------- */

static bool all_free(unsigned long first, unsigned int order)
{
	unsigned long i;

	for (i = first; i < first + (1UL << order); i++)
		if (arena.used[i])
			return false;
	return true;
}

/* Cut the free pages into blocks, as they must be listed. */
static void model_cut(void)
{
	unsigned long i = 0;

	memset(arena.start, -1, sizeof(arena.start));
	while (i < arena.pages) {
		unsigned int order = arena.order;

		while (order && (!IS_ALIGNED(i, 1UL << order) || !all_free(i, order)))
			order--;
		if (!arena.used[i])
			arena.start[i] = (signed char)order;
		i += 1UL << order;
	}
}

/* The smallest order of @order or more with a free block; -1 if there is none. */
static int model_smallest_fit(unsigned int order)
{
	int best = -1;
	unsigned long i;

	for (i = 0; i < arena.pages; i++)
		if (arena.start[i] >= (int)order && (best < 0 || arena.start[i] < best))
			best = arena.start[i];
	return best;
}

static void model_mark(const struct page *page, unsigned int order, bool used)
{
	memset(&arena.used[page - arena.base], used, 1UL << order);
	model_cut();
}

static unsigned long model_blocks(unsigned int order)
{
	unsigned long i, blocks = 0;

	for (i = 0; i < arena.pages; i++)
		blocks += arena.start[i] == (int)order;
	return blocks;
}

/* Compare the list of @order with the model, block by block. Return: are they equal? */
static bool list_is_right(unsigned int order)
{
	const struct free_area *area = &arena.zone.free_area[order];
	unsigned long want = model_blocks(order), blocks = 0;
	const struct page *page;

	list_for_each_entry (page, &area->free_list[arena.type], lru) {
		if (!kt_eq(arena.start[page - arena.base], order))
			return false;
		blocks++;
	}
	return kt_eq(blocks, want) && kt_eq(area->nr_free, want) &&
	       kt_eq(arena.zone.free_orders[arena.type] >> order & 1, want != 0);
}

static bool lists_are_right(void)
{
	unsigned long i, pages = 0;
	unsigned int order;

	for (order = 0; order < MAX_ORDER; order++)
		if (!list_is_right(order))
			return false;
	for (i = 0; i < arena.pages; i++)
		pages += !arena.used[i];
	return kt_eq(arena.zone.nr_free_pages, pages);
}

/* --- tests ----------------------------------------------------------------------------------- */

KTEST(buddy, a_split_leaves_one_block_of_each_order_between, SHORT)
{
	unsigned int order, o;

	open_arena();
	for (order = 0; order <= arena.order; order++) {
		struct page *page = arena_alloc(order);

		kt_ptr_eq(page, arena.base);
		for (o = 0; o < MAX_ORDER; o++)
			kt_eq(arena.zone.free_area[o].nr_free, o >= order && o < arena.order);
		kt_eq(arena.zone.free_orders[arena.type], (1UL << arena.order) - (1UL << order));
		kt_eq(arena.zone.nr_free_pages, arena.pages - (1UL << order));
		arena_free(page, order);
		kt_eq(arena.zone.free_area[arena.order].nr_free, 1);
		kt_eq(arena.zone.free_orders[arena.type], 1UL << arena.order);
	}
	arena_close();
}

/* The example in buddy.c: pages 8 and 9 are a block of order 1, its buddy is 10, the parent
 * 8. */
KTEST(buddy, buddy_and_parent_of_block_8, SHORT)
{
	struct page *page = NULL;
	unsigned long i;

	open_arena();
	for (i = 0; i < arena.pages / 2; i++) {
		page = arena_alloc(1);
		kt_ptr_eq(page, arena.base + 2 * i);
	}
	arena_free(arena.base + 8, 1);
	arena_free(arena.base + 6, 1);
	kt_eq(arena.zone.free_area[1].nr_free, 2); /* 6 and 8 are neighbours, but no buddies */
	arena_free(arena.base + 10, 1);
	kt_eq(arena.zone.free_area[1].nr_free, 1);
	kt_eq(arena.zone.free_area[2].nr_free, 1);
	kt_ptr_eq(
		list_first_entry(&arena.zone.free_area[2].free_list[arena.type], struct page, lru),
		arena.base + 8);
	for (i = 0; i < arena.pages; i += 2)
		if (i != 6 && i != 8 && i != 10)
			arena_free(arena.base + i, 1);
	arena_close();
}

KTEST(buddy, the_smallest_block_that_fits_is_taken, SHORT)
{
	struct page *hole, *large;

	open_arena();
	hole = arena_alloc(2);	/* pages 0-3 */
	large = arena_alloc(3); /* pages 8-15; 4-7 are free, and so is all above */
	kt_ptr_eq(large, arena.base + 8);
	large = arena_alloc(0);
	kt_ptr_eq(large, arena.base + 4);
	kt_ptr_eq(arena_alloc(1), arena.base + 6);
	kt_ptr_eq(arena_alloc(0), arena.base + 5);
	arena_free(arena.base + 6, 1);
	arena_free(arena.base + 5, 0);
	arena_free(arena.base + 4, 0);
	arena_free(arena.base + 8, 3);
	arena_free(hole, 2);
	arena_close();
}

KTEST(buddy, page_states_of_a_block, SHORT)
{
	unsigned long place, i;
	struct page *page;

	open_arena();
	place = arena.base->flags & PG_PLACE_MASK;
	kt_eq(arena.base->flags, place | PG_buddy | arena.order * PG_ORDER_ONE);
	page = arena_alloc(3);
	kt_eq(page->flags, place | 3 * PG_ORDER_ONE);
	kt_eq(page->_count, 1);
	for (i = 1; i < 8; i++) {
		kt_eq(page[i].flags, place);
		kt_eq(page[i]._count, 0);
	}
	kt_eq(page[8].flags, place | PG_buddy | 3 * PG_ORDER_ONE);
	arena_free(page, 3);
	for (i = 1; i < arena.pages; i++) {
		kt_eq(arena.base[i].flags, place);
		kt_eq(arena.base[i]._count, 0);
	}
	arena_close();
}

KTEST(buddy, an_empty_zone_gives_nothing, SHORT)
{
	unsigned int order;

	open_arena();
	kt_ptr_eq(arena_alloc(arena.order + 1), NULL);
	kt_ptr_eq(arena_alloc(arena.order), arena.base);
	model_mark(arena.base, arena.order, true);
	for (order = 0; order < MAX_ORDER; order++)
		kt_ptr_eq(arena_alloc(order), NULL);
	lists_are_right();
	arena_free(arena.base, arena.order);
	arena_close();
}

/* Free the pages of @mask among the first eight, in one of three orders. */
static void free_mask(unsigned int mask, unsigned int way)
{
	unsigned int i, salt = kt_random_below(8);

	for (i = 0; i < 8; i++) {
		unsigned int page = way == 0 ? i : way == 1 ? 7 - i : (i * 5 + salt) % 8;

		if (!(mask & 1u << page))
			continue;
		arena_free(arena.base + page, 0);
		model_mark(arena.base + page, 0, false);
	}
}

static void take_mask_back(unsigned int mask)
{
	struct page *page;

	while ((page = arena_alloc(0)) != NULL) {
		kt_true(mask & 1u << (page - arena.base));
		model_mark(page, 0, true);
	}
}

KTEST(buddy, every_pattern_of_eight_pages_merges_right, SHORT)
{
	unsigned int mask, way;
	unsigned long i;

	open_arena();
	for (i = 0; i < arena.pages; i++)
		kt_assert(arena_alloc(0));
	model_mark(arena.base, arena.order, true);
	for (mask = 0; mask < 256; mask++) {
		for (way = 0; way < 3; way++) {
			free_mask(mask, way);
			lists_are_right();
			take_mask_back(mask);
		}
	}
	for (i = 0; i < arena.pages; i++)
		arena_free(arena.base + i, 0);
	arena_close();
}

#define MAX_BLOCKS 64

struct arena_block {
	struct page *page;
	unsigned int order;
};

/* Ask for a random order and compare with what the model allows. */
static void random_alloc(struct arena_block *block)
{
	unsigned int order = kt_random_below(kt_random_below(3) ? 4 : arena.order + 2);
	struct page *page = arena_alloc(order);
	int fit = model_smallest_fit(order);

	if (kt_eq(page != NULL, fit >= 0) && page) {
		kt_eq(arena.start[page - arena.base], fit);
		kt_eq(page_order(page), order);
		model_mark(page, order, true);
		*block = (struct arena_block){ page, order };
	}
}

static void random_free(struct arena_block *block)
{
	arena_free(block->page, block->order);
	model_mark(block->page, block->order, false);
	block->page = NULL;
}

KTEST(buddy, random_splits_and_merges_follow_the_model, SHORT)
{
	struct arena_block blocks[MAX_BLOCKS] = { 0 };
	unsigned int i;

	open_arena();
	model_cut();
	for (i = 0; i < 4000; i++) {
		struct arena_block *block = &blocks[kt_random_below(MAX_BLOCKS)];

		if (block->page)
			random_free(block);
		else
			random_alloc(block);
		if (!lists_are_right())
			break;
	}
	for (i = 0; i < MAX_BLOCKS; i++)
		if (blocks[i].page)
			random_free(&blocks[i]);
	lists_are_right();
	arena_close();
}
