/* SPDX-License-Identifier: 0BSD
 *
 * buddy.c - the page allocator as its callers see it: orders, zones, exhaustion, contents.
 *
 * What is taken from the real zones must leave their free lists as they were: with all buddies
 * merged there is only one way to list the free pages, so the lengths are compared exactly.
 * Splitting and merging one by one are in buddy_arena.c, misuse in buddy_stop.c.
 */
#include <lib/align.h>
#include <mm/mm_init.h>
#include <mm/slab.h>
#include <test/ktest.h>
#include <test/pages.h>

#include "internal.h"
#include "irqs_on.h"
#include "marks.h"
#include "page_stock.h"

/* --- one block ------------------------------------------------------------------------------- */

static void check_block(const struct page *page, unsigned int order, const struct zone *zone)
{
	unsigned long i;

	kt_true(IS_ALIGNED(page_to_pfn(page), 1UL << order));
	kt_ptr_eq(page_zone(page), zone);
	kt_ptr_eq(page_zone(page + (1UL << order) - 1), zone);
	kt_eq(page_order(page), order);
	kt_eq(page->_count, 1);
	for (i = 0; i < 1UL << order; i++)
		if (!kt_eq(page[i].flags & (PG_reserved | PG_buddy | PG_slab | PG_kmalloc), 0))
			break;
}

KTEST(buddy, every_order, SHORT)
{
	struct free_counts before;
	unsigned int order;

	free_counts_record(&before);
	for (order = 0; order < MAX_ORDER; order++) {
		struct zone *zone = expected_zone(numa_node_id(), ZONE_NORMAL, order);
		unsigned long free = free_pages_now();
		struct page *page = alloc_pages(GFP_KERNEL, order);

		kt_eq(page != NULL, zone != NULL);
		if (!page)
			continue;
		check_block(page, order, zone);
		kt_eq(free_pages_now(), free - (1UL << order));
		__free_pages(page, order);
		kt_eq(free_pages_now(), free);
		free_counts_compare(&before);
	}
}

KTEST(buddy, there_is_no_order_11, SHORT)
{
	struct free_counts before;

	free_counts_record(&before);
	kt_ptr_eq(alloc_pages(GFP_KERNEL, MAX_ORDER), NULL);
	kt_ptr_eq(alloc_pages(GFP_HIGHUSER, 31), NULL);
	kt_ptr_eq(alloc_pages(GFP_DMA, ~0u), NULL);
	kt_eq(__get_free_pages(GFP_KERNEL, MAX_ORDER), 0);
	free_counts_compare(&before);
}

KTEST(buddy, get_order_vectors, SHORT)
{
	static const struct order_case {
		const char *name;
		unsigned long size;
		unsigned int order;
	} cases[] = {
		{ "one byte", 1, 0 },	    { "a page less a byte", 4095, 0 },
		{ "a page", 4096, 0 },	    { "a page and a byte", 4097, 1 },
		{ "two pages", 8192, 1 },   { "two pages and a byte", 8193, 2 },
		{ "4 MiB", 4UL << 20, 10 }, { "4 MiB and a byte", (4UL << 20) + 1, 11 },
		{ "2 GiB", 1UL << 31, 19 }, { "all addresses", ~0UL, 8 * sizeof(long) - 12 },
	};
	const struct order_case *c;

	for_each_case (c, cases) {
		kt_case(c->name);
		kt_eq(get_order(c->size), c->order);
	}
}

KTEST(buddy, addresses_are_in_the_direct_map, SHORT)
{
	unsigned long addr = __get_free_pages(GFP_KERNEL, 2);
	struct page *page;

	kt_assert(addr);
	page = virt_to_page((void *)addr);
	kt_eq(addr, (unsigned long)page_address(page));
	kt_true(page_to_pfn(page) < max_low_pfn);
	check_block(page, 2, page_zone(page));
	free_pages(addr, 2);
}

KTEST(buddy, freeing_address_0_does_nothing, SHORT)
{
	struct free_counts before;

	free_counts_record(&before);
	free_pages(0, 0);
	free_pages(0, 5);
	free_page(0);
	free_counts_compare(&before);
}

static bool page_is_zero(const struct page *page)
{
	const unsigned long *word = page_address(page), *end = word + PAGE_SIZE / sizeof(*word);

	while (word < end)
		if (*word++)
			return false;
	return true;
}

KTEST(buddy, zeroed_blocks_are_zero, SHORT)
{
	unsigned int order;
	unsigned long i;

	for (order = 0; order <= 5; order++) {
		struct page *page = alloc_pages(GFP_KERNEL, order);

		kt_assert(page);
		memset(page_address(page), 0xA5, PAGE_SIZE << order);
		__free_pages(page, order);
		page = alloc_pages(GFP_KERNEL | __GFP_ZERO, order);
		kt_assert(page);
		for (i = 0; i < 1UL << order; i++)
			kt_true(page_is_zero(page + i));
		__free_pages(page, order);
	}
}

KTEST(buddy, get_zeroed_page_is_zero, SHORT)
{
	unsigned long addr = __get_free_page(GFP_KERNEL);

	kt_assert(addr);
	memset((void *)addr, 0xA5, PAGE_SIZE);
	free_page(addr);
	addr = get_zeroed_page(GFP_KERNEL);
	kt_assert(addr);
	kt_true(page_is_zero(virt_to_page((void *)addr)));
	free_page(addr);
}

KTEST(buddy, dma_pages_lie_below_16_mib, SHORT)
{
	unsigned int order;

	for (order = 0; order <= 6; order++) {
		const struct zone *zone = expected_zone(numa_node_id(), ZONE_DMA, order);
		unsigned long addr = __get_dma_pages(GFP_KERNEL, order);

		kt_eq(addr != 0, zone != NULL);
		if (!addr)
			continue;
		kt_true(virt_to_phys((void *)addr) + (PAGE_SIZE << order) <= 16 << 20);
		free_pages(addr, order);
	}
}

KTEST(buddy, the_interrupt_flag_comes_back, SHORT)
{
	unsigned long flags = local_irq_save();
	struct irqs_on irqs;
	struct page *page;
	bool off_after_alloc, off_after_free;

	page = alloc_page(GFP_KERNEL);
	off_after_alloc = irqs_disabled();
	if (page)
		__free_page(page);
	off_after_free = irqs_disabled();
	local_irq_restore(flags);
	kt_assert(page);
	kt_true(off_after_alloc);
	kt_true(off_after_free);

	irqs_on_begin(&irqs);
	page = alloc_page(GFP_KERNEL);
	off_after_alloc = irqs_disabled();
	if (page)
		__free_page(page);
	off_after_free = irqs_disabled();
	irqs_on_end(&irqs);
	kt_false(off_after_alloc);
	kt_false(off_after_free);
}

/* --- contents -------------------------------------------------------------------------------- */

static u32 pattern(const struct page *page, unsigned int word)
{
	return (u32)page_to_pfn(page) * 2654435761u ^ word;
}

static void fill_page(const struct page *page)
{
	u32 *words = page_address(page);
	unsigned int i;

	for (i = 0; i < PAGE_SIZE / 4; i++)
		words[i] = pattern(page, i);
}

static bool page_is_filled(const struct page *page)
{
	const u32 *words = page_address(page);
	unsigned int i;

	for (i = 0; i < PAGE_SIZE / 4; i++)
		if (words[i] != pattern(page, i))
			return false;
	return true;
}

/* Two blocks that shared a page would overwrite each other's pattern. */
KTEST(buddy, blocks_keep_their_contents, SHORT)
{
	struct page *page, *next;
	struct page_stock stock;
	unsigned int order, i;
	unsigned long n;

	page_stock_init(&stock);
	for (i = 0; i < 4; i++)
		for (order = 0; order <= 5; order++)
			if ((page = page_stock_alloc(&stock, GFP_KERNEL, order)) != NULL)
				for (n = 0; n < 1UL << order; n++)
					fill_page(page + n);
	kt_true(stock.pages >= 63);
	for (order = 0; order <= 5; order++)
		list_for_each_entry_safe (page, next, &stock.blocks[order], lru)
			for (n = 0; n < 1UL << order; n++)
				kt_true(page_is_filled(page + n));
	page_stock_free(&stock);
}

/* --- zones ----------------------------------------------------------------------------------- */

/* The node need not have each zone. */
#define ALL_BITS (__GFP_BITS_MASK & ~(__GFP_NOFAIL | __GFP_THISNODE))

KTEST(buddy, gfp_names_the_zone, SHORT)
{
	static const struct gfp_case {
		const char *name;
		gfp_t gfp;
		enum zone_type zone;
	} cases[] = {
		{ "0", 0, ZONE_NORMAL },
		{ "GFP_KERNEL", GFP_KERNEL, ZONE_NORMAL },
		{ "GFP_ATOMIC", GFP_ATOMIC, ZONE_NORMAL },
		{ "GFP_DMA", GFP_DMA, ZONE_DMA },
		{ "GFP_KERNEL | __GFP_DMA", GFP_KERNEL | __GFP_DMA, ZONE_DMA },
		{ "GFP_HIGHUSER", GFP_HIGHUSER, ZONE_HIGHMEM },
		{ "__GFP_HIGHMEM", __GFP_HIGHMEM, ZONE_HIGHMEM },
		{ "DMA wins", __GFP_DMA | __GFP_HIGHMEM, ZONE_DMA },
		/* One that must not fail stops where there is no such zone. */
		{ "all that name no zone", ALL_BITS & ~GFP_ZONEMASK, ZONE_NORMAL },
		{ "all bits", ALL_BITS, ZONE_DMA },
	};
	const struct gfp_case *c;

	for_each_case (c, cases) {
		int own = c->gfp & __GFP_THISNODE ? MAX_ZONELISTS - MAX_NR_ZONES : 0;
		const struct zone *zone = expected_zone(numa_node_id(), own + (int)c->zone, 0);
		struct page *page = alloc_page(c->gfp);

		kt_case(c->name);
		kt_eq(page != NULL, zone != NULL);
		if (!page)
			continue;
		kt_ptr_eq(page_zone(page), zone);
		__free_page(page);
	}
}

static bool has_zone(enum zone_type type)
{
	return zone_of(type)->present_pages != 0;
}

/* Take all of @highest and below, zone by zone: which zone serves @gfp, when it is the next one's
 * turn, and that the end is NULL. */
static void check_fallback(gfp_t gfp, enum zone_type highest)
{
	struct page_stock stock;
	struct zone *zone;
	struct page *page;

	page_stock_init(&stock);
	marks_off();
	while ((zone = expected_zone(numa_node_id(), highest, 0)) != NULL) {
		while (zone->nr_free_pages) {
			unsigned int order = highest_bit(zone_free_orders(zone));

			page = page_stock_alloc(&stock, gfp, order);
			if (!page || page_zone(page) != zone) {
				kt_fail("zone %s has a block of order %u, but it was not given",
					zone->name, order);
				goto out;
			}
		}
	}
	kt_ptr_eq(alloc_page(gfp | __GFP_NOWARN), NULL);
out:
	marks_on();
	page_stock_free(&stock);
}

KTEST(buddy, highmem_falls_back_to_normal_and_dma, SHORT)
{
	struct free_counts before;

	if (!has_zone(ZONE_HIGHMEM))
		kt_skip("no HighMem zone");
	free_counts_record(&before);
	check_fallback(GFP_HIGHUSER, ZONE_HIGHMEM);
	free_counts_compare(&before);
}

KTEST(buddy, normal_falls_back_to_dma, SHORT)
{
	unsigned long highmem = free_pages_of_kind(ZONE_HIGHMEM);
	struct free_counts before;

	free_counts_record(&before);
	check_fallback(GFP_KERNEL, ZONE_NORMAL);
	free_counts_compare(&before);
	kt_eq(free_pages_of_kind(ZONE_HIGHMEM), highmem);
}

/* Give back the largest block of @zone in @stock. Return: its order. */
static unsigned int give_back_largest(struct page_stock *stock, enum zone_type zone)
{
	unsigned int order = MAX_ORDER;
	struct page *page;

	while (order-- > 0)
		list_for_each_entry (page, &stock->blocks[order], lru)
			if (page_zonenum(page) == zone) {
				list_del(&page->lru);
				__free_pages(page, order);
				return order;
			}
	return 0;
}

KTEST(buddy, the_fallback_splits_a_large_block, SHORT)
{
	struct free_counts before;
	struct page_stock stock;
	struct page *page;

	if (!zone_of(ZONE_NORMAL)->present_pages)
		kt_skip("no zone Normal");
	free_counts_record(&before);
	page_stock_init(&stock);
	page_stock_drain(&stock, GFP_KERNEL);
	if (give_back_largest(&stock, ZONE_DMA)) {
		kt_eq(zone_of(ZONE_DMA)->free_area[0].nr_free, 0);
		page = alloc_page(GFP_KERNEL);
		kt_true(page);
		if (page)
			__free_page(page);
	}
	page_stock_free(&stock);
	free_counts_compare(&before);
}

KTEST(buddy, dma_has_no_fallback, SHORT)
{
	unsigned long all = free_pages_now(), dma = free_pages_of_kind(ZONE_DMA);
	struct free_counts before;
	struct page_stock stock;

	free_counts_record(&before);
	page_stock_init(&stock);
	kt_eq(page_stock_drain(&stock, GFP_DMA), dma);
	kt_eq(free_pages_of_kind(ZONE_DMA), 0);
	kt_eq(free_pages_now(), all - dma);
	page_stock_free(&stock);
	free_counts_compare(&before);
}

/* --- exhaustion ------------------------------------------------------------------------------ */

/* As on a machine all of whose RAM lies above 16 MiB. */
KTEST(buddy, a_zonelist_without_zones_gives_nothing, SHORT)
{
	struct zone **first = NODE_DATA(0)->node_zonelists[ZONE_DMA].zones, *good = *first;

	*first = NULL;
	kt_ptr_eq(alloc_pages(GFP_DMA, 0), NULL);
	kt_ptr_eq(alloc_pages(GFP_DMA, 3), NULL);
	kt_eq(__get_free_page(GFP_DMA), 0);
	*first = good;
}

KTEST(buddy, all_memory_can_be_taken_and_comes_back, SHORT)
{
	struct free_counts before, none = { 0 };
	unsigned long free = free_pages_now();
	struct page_stock stock;
	unsigned int order;

	free_counts_record(&before);
	page_stock_init(&stock);
	kt_eq(page_stock_drain(&stock, GFP_HIGHUSER), free);
	kt_eq(free_pages_now(), 0);
	free_counts_compare(&none);
	for (order = 0; order < MAX_ORDER; order++) {
		kt_ptr_eq(alloc_pages(GFP_HIGHUSER, order), NULL);
		kt_ptr_eq(alloc_pages(GFP_KERNEL, order), NULL);
		kt_ptr_eq(alloc_pages(GFP_DMA, order), NULL);
	}
	kt_eq(get_zeroed_page(GFP_KERNEL), 0);
	free_counts_compare(&none);
	page_stock_free(&stock);
	free_counts_compare(&before);
}

KTEST(buddy, each_order_can_be_exhausted, SHORT)
{
	struct free_counts before;
	struct page_stock stock;
	unsigned int order;

	free_counts_record(&before);
	for (order = 0; order < MAX_ORDER; order++) {
		unsigned long blocks = free_blocks_of_kind(ZONE_DMA, order);

		page_stock_init(&stock);
		marks_off(); /* for the first one, too */
		kt_eq(page_stock_drain_order(&stock, GFP_DMA, order), blocks);
		marks_on();
		kt_eq(free_blocks_of_kind(ZONE_DMA, order), 0);
		page_stock_free(&stock);
		free_counts_compare(&before);
	}
}

/* Every other page free: plenty of memory, and none of it in a block of two. */
KTEST(buddy, fragments_do_not_serve_a_larger_order, SHORT)
{
	struct page *page, *next;
	struct free_counts before, fragmented;
	struct page_stock stock;
	unsigned long odd = 0;

	free_counts_record(&before);
	page_stock_init(&stock);
	page_stock_drain_order(&stock, GFP_DMA, 0);
	list_for_each_entry_safe (page, next, &stock.blocks[0], lru) {
		if (page_to_pfn(page) & 1) {
			list_del(&page->lru);
			__free_page(page);
			odd++;
		}
	}
	free_counts_record(&fragmented);
	kt_eq(free_pages_of_kind(ZONE_DMA), odd);
	kt_eq(free_blocks_of_kind(ZONE_DMA, 1), 0);
	kt_ptr_eq(alloc_pages(GFP_DMA, 1), NULL);
	free_counts_compare(&fragmented);
	page_stock_free(&stock);
	free_counts_compare(&before);
}

/* --- random operations on the real zones ----------------------------------------------------- */

#define RANDOM_BLOCKS 96

struct block {
	struct page *page;
	unsigned int order;
};

/* Mark the block's page frames as owned, or not; no frame may have been in that state already. */
static bool mark_owned(unsigned long *owned, const struct block *block, bool value)
{
	unsigned long pfn = page_to_pfn(block->page), end = pfn + (1UL << block->order);

	if (value ? find_next_bit(owned, pfn, end) != end
		  : find_next_zero_bit(owned, pfn, end) != end)
		return false;
	__bitmap_fill(owned, pfn, end, value ? ~0UL : 0);
	return true;
}

static bool random_alloc(unsigned long *owned, struct block *block)
{
	static const gfp_t gfps[] = { GFP_DMA, GFP_KERNEL, GFP_HIGHUSER };
	u32 type = kt_random_below(3);
	unsigned int order = kt_random_below(kt_random_below(8) ? 5 : MAX_ORDER);
	const struct zone *zone = expected_zone(numa_node_id(), (enum zone_type)type, order);
	struct page *page = alloc_pages(gfps[type], order);

	if (!kt_eq(page != NULL, zone != NULL))
		return false;
	if (!page)
		return true;
	*block = (struct block){ page, order };
	return kt_ptr_eq(page_zone(page), zone) && kt_true(mark_owned(owned, block, true));
}

static bool random_free(unsigned long *owned, struct block *block)
{
	bool was_owned = mark_owned(owned, block, false);

	__free_pages(block->page, block->order);
	block->page = NULL;
	return kt_true(was_owned);
}

static void random_operations(unsigned long *owned, struct block *blocks)
{
	struct mm_check check = { 0 };
	unsigned int i;

	for (i = 1; i <= 3000; i++) {
		struct block *block = &blocks[kt_random_below(RANDOM_BLOCKS)];

		if (!(block->page ? random_free(owned, block) : random_alloc(owned, block)))
			return;
		if (i % 500 == 0 && !kt_eq(mm_check(&check), 0))
			return;
	}
}

KTEST(buddy, random_requests_get_pages_of_their_own, SHORT)
{
	unsigned long *owned = kzalloc(BITS_TO_LONGS(max_pfn) * sizeof(long), GFP_KERNEL);
	struct block blocks[RANDOM_BLOCKS] = { 0 };
	struct free_counts before;
	unsigned int i;

	kt_assert(owned);
	free_counts_record(&before);
	random_operations(owned, blocks);
	for (i = 0; i < RANDOM_BLOCKS; i++)
		if (blocks[i].page)
			random_free(owned, &blocks[i]);
	kt_eq(find_next_bit(owned, 0, max_pfn), max_pfn);
	free_counts_compare(&before);
	kfree(owned);
}

/* --- reserved pages become free -------------------------------------------------------------- */

#define WINDOW_ORDER 4
#define WINDOW_PAGES (1UL << WINDOW_ORDER)

/* Pages of a window of 16 that are freed, and the blocks that must come of them, by order. */
static const struct range_case {
	const char *name;
	unsigned long start, end;
	unsigned int blocks[WINDOW_ORDER + 1];
} range_cases[] = {
	{ "all", 0, 16, { 0, 0, 0, 0, 1 } },
	{ "all but the first", 1, 16, { 1, 1, 1, 1, 0 } },
	{ "all but the last", 0, 15, { 1, 1, 1, 1, 0 } },
	{ "3 to 13", 3, 13, { 2, 0, 2, 0, 0 } },
	{ "one odd page", 5, 6, { 1, 0, 0, 0, 0 } },
	{ "one even page", 6, 7, { 1, 0, 0, 0, 0 } },
	{ "two that are no buddies", 7, 9, { 2, 0, 0, 0, 0 } },
	{ "four that are no block", 6, 10, { 0, 2, 0, 0, 0 } },
	{ "the upper half", 8, 16, { 0, 0, 0, 1, 0 } },
	{ "nothing", 4, 4, { 0, 0, 0, 0, 0 } },
};

/* Turn the first half of the block of 32 pages at @page into reserved pages, as at boot. */
static void reserve_window(struct page *page)
{
	unsigned long place = page->flags & PG_PLACE_MASK, i;

	for (i = 0; i < WINDOW_PAGES; i++)
		page[i].flags = place | PG_reserved;
	page->_count = 0;
	page[WINDOW_PAGES].flags = place | WINDOW_ORDER * PG_ORDER_ONE;
	page[WINDOW_PAGES]._count = 1;
	page_zone(page)->managed_pages -= WINDOW_PAGES;
}

static void check_range_case(const struct range_case *c)
{
	struct page *page = alloc_pages(GFP_KERNEL, WINDOW_ORDER + 1);
	struct free_counts counts;
	unsigned long pfn, managed;
	unsigned int order;

	if (!page)
		kt_skip("no free block for the window");
	pfn = page_to_pfn(page);
	reserve_window(page);
	managed = page_zone(page)->managed_pages;
	free_counts_record(&counts);
	free_reserved_range(pfn + c->start, pfn + c->end);
	for (order = 0; order <= WINDOW_ORDER; order++)
		counts.nr[zone_number(page_zone(page))][order] += c->blocks[order];
	free_counts_compare(&counts);
	kt_eq(page_zone(page)->managed_pages, managed + (c->end - c->start));

	free_reserved_range(pfn, pfn + c->start);
	free_reserved_range(pfn + c->end, pfn + WINDOW_PAGES);
	__free_pages(page + WINDOW_PAGES, WINDOW_ORDER);
}

KTEST(buddy, reserved_ranges_become_the_largest_blocks, SHORT)
{
	const struct range_case *c;
	struct free_counts before;

	free_counts_record(&before);
	for_each_case (c, range_cases) {
		kt_case(c->name);
		check_range_case(c);
	}
	free_counts_compare(&before);
}

/* --- the edge at 4 GiB ----------------------------------------------------------------------- */

KTEST(buddy, the_last_page_below_4_gib_has_no_overflow, SHORT)
{
	struct page *last = pfn_to_page(0xFFFFF);

	kt_eq(page_to_pfn(last), 0xFFFFF);
	kt_eq(page_to_phys(last), 0xFFFFF000LL);
	kt_eq(PFN_PHYS(0x100000UL), 0x100000000LL);
	kt_eq(PFN_UP(0xFFFFFFFFu), 0x100000);
	kt_eq(PFN_UP(0xFFFFF001u), 0x100000);
	kt_eq(PFN_DOWN(0xFFFFFFFFu), 0xFFFFF);
	kt_eq(PFN_DOWN(0x100000000ULL), 0x100000);
}

/* Page numbers are longs: what has none gets one that no page has, and not one of its low bits. */
KTEST(buddy, an_address_too_large_for_a_pfn_has_none, SHORT)
{
	const u64 limit = (u64)PFN_MAX < 1ULL << 52 ? (u64)PFN_MAX : (1ULL << 52) - 1;

	kt_eq(PFN_DOWN(PFN_PHYS(limit)), (long long)limit);
	kt_eq(PFN_UP(PFN_PHYS(limit)), (long long)limit);
	kt_eq(PFN_DOWN(PFN_PHYS(limit) - 1), (long long)limit - 1);
	kt_eq(PFN_UP(PFN_PHYS(limit) - 1), (long long)limit);
	kt_eq(PFN_DOWN(~0ULL), (long long)limit);
	kt_true(PFN_UP(~0ULL) >= limit);
	kt_true(PFN_DOWN((1ULL << 44) + 0x5000) > MAX_PFN_LIMIT);
	kt_true(PFN_UP((1ULL << 44) + 0x5000) > MAX_PFN_LIMIT);
	kt_eq(PFN_UP(0), 0);
	kt_eq(PFN_UP(1), 1);
	kt_false(pfn_valid(0x100000));
	kt_false(pfn_valid(~0UL));
}
