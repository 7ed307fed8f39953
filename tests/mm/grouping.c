/* SPDX-License-Identifier: 0BSD
 *
 * grouping.c - what it is good for that pages of a kind are kept together: a load of pages that
 * stay and pages that go, all mixed, and how many large blocks are free when the latter have gone.
 */
#include <test/ktest.h>
#include <test/pages.h>
#include <mm/page_alloc.h>

#include "page_stock.h"

#define LARGE_ORDER 9
#define ONE_STAYS   8			     /* of so many */
#define MIN_ZONE    (5 * pageblock_nr_pages) /* in fewer, each kind takes from the others */
#define MAX_PAGES   65536UL /* of a load: more of them take long, and show the same */

/* Free large blocks of lowmem, which is where a load comes from. */
static unsigned long large_blocks(void)
{
	const struct zone *zone;
	unsigned long blocks = 0;
	unsigned int order;

	drain_all_pages();
	for_each_zone (zone)
		for (order = LARGE_ORDER; order < MAX_ORDER && !is_highmem(zone); order++)
			blocks += zone->free_area[order].nr_free << (order - LARGE_ORDER);
	return blocks;
}

/* @pages single pages, of which some stay, asked for with @stay, and most go, asked for with @go.
 * Return: large blocks that are free with those that stay. */
static unsigned long blocks_left_by(unsigned long pages, gfp_t stay, gfp_t go)
{
	struct page_stock staying, going;
	unsigned long blocks;

	drain_all_pages(); /* what the last load left there is spread over all blocks */
	page_stock_init(&staying);
	page_stock_init(&going);
	while (pages--)
		if (kt_random_below(ONE_STAYS))
			page_stock_alloc(&going, go, 0);
		else
			page_stock_alloc(&staying, stay, 0);
	page_stock_free(&going);
	blocks = large_blocks();
	page_stock_free(&staying);
	return blocks;
}

static unsigned long free_lowmem_pages_now(void)
{
	drain_all_pages();
	return nr_free_lowmem_pages();
}

/* Take large blocks until no more than @pages are free there: so a load reaches all of them. */
static void take_all_but(struct page_stock *rest, unsigned long pages)
{
	while (free_lowmem_pages_now() > pages &&
	       page_stock_alloc(rest, GFP_KERNEL, MAX_ORDER - 1) != NULL)
		;
}

/* If all are asked for alike, it is as without grouping. */
KTEST(grouping, a_mixed_load_leaves_large_blocks, SHORT)
{
	gfp_t stay = GFP_KERNEL, go = GFP_KERNEL | __GFP_MOVABLE;
	unsigned long pages, grouped, mixed;
	struct page_stock rest;

	page_stock_init(&rest);
	take_all_but(&rest, MAX_PAGES / 3 * 4);
	pages = free_lowmem_pages_now() / 4 * 3;
	if (page_group_by_mobility_disabled || pages < 8 * pageblock_nr_pages ||
	    freest_zone()->nr_free_pages < MIN_ZONE) {
		page_stock_free(&rest);
		kt_skip("too little memory for grouping to show");
	}
	mixed = blocks_left_by(pages, stay, stay);
	grouped = blocks_left_by(pages, stay, go);
	kt_note("free blocks of order 9 after a mixed load of %lu pages: %lu grouped, %lu not",
		pages, grouped, mixed);
	page_stock_free(&rest);
	kt_true(grouped >= 2 * mixed && grouped > mixed);
}
