/* SPDX-License-Identifier: 0BSD
 *
 * buddy_stop.c - what the page allocator does not put up with: each test ends the kernel.
 */
#include <lib/align.h>
#include <lib/format.h>
#include <mm/slab.h>
#include <test/ktest.h>
#include <test/pages.h>

#include "buddy.h"

/* Two allocated pages that are buddies. Return: the lower one. */
static struct page *buddy_pages(void)
{
	struct page *page, *prev = alloc_page(GFP_KERNEL);

	while ((page = alloc_page(GFP_KERNEL)) != NULL) {
		if (page == prev + 1 && (page_to_pfn(page) & 1))
			return prev;
		prev = page;
	}
	panic("no two free pages in a row");
}

/* The next thing is to free the block of 2^@order pages at @page, and the report has to say of it
 * what is so, and @reason. */
static void expect_bad_free(const struct page *page, unsigned int order, const char *reason)
{
	static char text[200];

	snprintf(text, sizeof(text),
		 "BUG: __free_pages: pfn %lu, order %u (allocated with order %u), flags %lx, count "
		 "%d: %s",
		 page_to_pfn(page), order, page_order(page), page->flags, page->_count, reason);
	kt_expect_stop(text);
}

KTEST(buddy, stop_double_free, STOP)
{
	struct page *page = buddy_pages();

	__free_page(page);
	expect_bad_free(page, 0, "page is free already: double free?");
	__free_page(page);
}

KTEST(buddy, stop_double_free_after_a_merge, STOP)
{
	struct page *page = buddy_pages();

	__free_page(page);
	__free_page(page + 1);
	drain_all_pages();
	expect_bad_free(page + 1, 0, "not the first page of an allocated block: double free");
	__free_page(page + 1);
}

KTEST(buddy, stop_free_of_a_tail_page, STOP)
{
	static char text[200];
	struct page *page = alloc_pages(GFP_KERNEL, 3);

	snprintf(text, sizeof(text),
		 "BUG: __free_pages: pfn %lu, order 0 (inside the block of order 3 at pfn %lu), "
		 "flags %lx, count 0: not the first page of an allocated block: an address inside "
		 "the block?",
		 page_to_pfn(page) + 3, page_to_pfn(page), page[3].flags);
	kt_expect_stop(text);
	__free_page(page + 3);
}

KTEST(buddy, stop_order_too_small, STOP)
{
	struct page *page = alloc_pages(GFP_KERNEL, 3);

	expect_bad_free(page, 2, "not the order that it was allocated with");
	__free_pages(page, 2);
}

KTEST(buddy, stop_order_too_large, STOP)
{
	struct page *page = buddy_pages();

	expect_bad_free(page, 1, "not the order that it was allocated with");
	__free_pages(page, 1);
}

KTEST(buddy, stop_misaligned_block, STOP)
{
	struct page *page = buddy_pages() + 1;

	expect_bad_free(page, 1, "wrong order, and the pfn is not aligned to it");
	__free_pages(page, 1);
}

KTEST(buddy, stop_order_11, STOP)
{
	struct page *page = alloc_page(GFP_KERNEL);

	expect_bad_free(page, MAX_ORDER, "no such order");
	__free_pages(page, MAX_ORDER);
}

/* Shifted to where page->flags keeps the order, nothing is left of this one. */
KTEST(buddy, stop_order_that_looks_like_0, STOP)
{
	struct page *page = alloc_page(GFP_KERNEL);

	expect_bad_free(page, 1u << 31, "no such order");
	__free_pages(page, 1u << 31);
}

KTEST(buddy, stop_free_of_a_reserved_page, STOP)
{
	expect_bad_free(reserved_page(), 0, "page is reserved: it never came from the allocator");
	free_page((unsigned long)page_address(reserved_page()));
}

KTEST(buddy, stop_free_of_a_page_never_allocated, STOP)
{
	struct page *page = alloc_pages(GFP_KERNEL, 4);

	__free_pages(page, 4);
	expect_bad_free(page + 5, 0, "not the first page of an allocated block: double free");
	__free_page(page + 5);
}

KTEST(buddy, stop_free_of_a_slab_page, STOP)
{
	char *object = kmalloc(100, GFP_KERNEL);

	expect_bad_free(virt_to_page(object), 0,
			"page belongs to a slab cache: use kmem_cache_free() or kfree()");
	free_page((unsigned long)object & PAGE_MASK);
}

KTEST(buddy, stop_free_of_a_kmalloc_block, STOP)
{
	void *block = kmalloc(2 * KMALLOC_MAX_CACHE_SIZE, GFP_KERNEL);

	expect_bad_free(virt_to_page(block), get_order(2 * KMALLOC_MAX_CACHE_SIZE),
			"page came from kmalloc(): use kfree()");
	free_pages((unsigned long)block, get_order(2 * KMALLOC_MAX_CACHE_SIZE));
}

KTEST(buddy, stop_free_of_a_damaged_page, STOP)
{
	struct page *page = alloc_page(GFP_KERNEL);

	page->_count = -1;
	expect_bad_free(page, 0, "page state is damaged");
	__free_page(page);
}

KTEST(buddy, stop_free_of_an_odd_address, STOP)
{
	unsigned long addr = __get_free_page(GFP_KERNEL);

	kt_expect_stop("is not the address of a page");
	free_page(addr + 16);
}

KTEST(buddy, stop_free_of_the_second_byte_of_a_page, STOP)
{
	unsigned long addr = __get_free_page(GFP_KERNEL);

	kt_expect_stop("is not the address of a page");
	free_page(addr + 1);
}

/* 0x1000 wraps to the physical address 0x40001000: on a larger machine a page of HighMem. */
KTEST(buddy, stop_free_of_an_address_outside_the_direct_map, STOP)
{
	kt_expect_stop("BUG: free_pages: 1000 is not the address of a page in the direct map");
	free_page(0x1000);
}

KTEST(buddy, stop_free_of_the_first_address_behind_the_direct_map, STOP)
{
	kt_expect_stop("is not the address of a page in the direct map");
	free_page((unsigned long)phys_to_virt(PFN_PHYS(max_low_pfn)));
}

KTEST(buddy, stop_address_of_a_highmem_page, STOP)
{
	kt_expect_stop("a page of HighMem has no address");
	free_page(__get_free_page(GFP_HIGHUSER));
}

KTEST(buddy, stop_get_order_of_nothing, STOP)
{
	kt_expect_stop("BUG: get_order");
	kt_eq(get_order(0), 0);
}

/* The first free block that the next request for one page will be cut from. */
static struct page *next_block(void)
{
	struct zone *zone = NODE_DATA(0)->node_zonelists[ZONE_NORMAL].zones[0];
	unsigned long orders = zone->free_orders[gfp_migratetype(GFP_KERNEL)];

	return first_free_block(zone,
				orders ? lowest_bit(orders) : highest_bit(zone_free_orders(zone)));
}

KTEST(buddy, stop_page_written_while_free, STOP)
{
	next_block()->flags |= PG_slab;
	kt_expect_stop("(page written to while free?)");
	__free_page(alloc_page(GFP_KERNEL));
}

KTEST(buddy, stop_reserved_range_freed_twice, STOP)
{
	struct page *page = alloc_page(GFP_KERNEL);

	kt_expect_stop("is not reserved, flags");
	free_reserved_range(page_to_pfn(page), page_to_pfn(page) + 1);
}

/* Of 16 pages, which are looked at eight at a time, all but one are reserved. */
KTEST(buddy, stop_reserved_range_with_one_page_that_is_not, STOP)
{
	struct page *page = alloc_pages(GFP_KERNEL, 4);
	static char text[80];
	unsigned int i;

	if (!page)
		panic("no block of 16 pages");
	for (i = 0; i < 16; i++)
		page[i].flags |= i == 11 ? 0 : PG_reserved;
	snprintf(text, sizeof(text), "BUG: free_reserved_range: pfn %lu is not reserved",
		 page_to_pfn(page + 11));
	kt_expect_stop(text);
	free_reserved_range(page_to_pfn(page), page_to_pfn(page) + 16);
}

KTEST(buddy, stop_zone_lock_taken_twice, STOP)
{
	struct zone *zone = NODE_DATA(0)->node_zonelists[ZONE_NORMAL].zones[0];

	spin_lock(&zone->lock);
	kt_expect_stop("is held already, ");
	__free_page(alloc_page(GFP_KERNEL));
}

KTEST(buddy, stop_split_without_the_lock, STOP)
{
	static struct zone zone = { .free_orders = { 1UL << 1 } };

	zone_init_free_lists(&zone);
	kt_expect_stop("BUG: split_block: &zone->lock is not held");
	kt_ptr_eq(__rmqueue_smallest(&zone, 0, MIGRATE_UNMOVABLE), NULL);
}

KTEST(buddy, stop_merge_without_the_lock, STOP)
{
	struct page *page = buddy_pages();

	__free_page(page + 1);
	drain_all_pages();
	kt_expect_stop("BUG: merge_buddies: &zone->lock is not held");
	__free_one_page(page_zone(page), page, 0, page->flags);
}
