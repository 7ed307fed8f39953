/* SPDX-License-Identifier: 0BSD
 *
 * compound_stop.c - what blocks and their parts do not put up with: each test ends the kernel.
 */
#include <lib/align.h>
#include <lib/format.h>
#include <mm/page_alloc.h>
#include <mm/slab.h>
#include <test/ktest.h>
#include <test/pages.h>

/* The next thing is a call of @who with @page: the report has to say what is so, and @reason. */
static void expect_bad(const char *who, const struct page *page, const char *reason)
{
	static char text[200];

	snprintf(text, sizeof(text), "BUG: %s: pfn %lu, flags %lx, count %d: %s", who,
		 page_to_pfn(page), page->flags, page->_count, reason);
	kt_expect_stop(text);
}

/* The same with @order, which the caller gives. */
static void expect_bad_order(const char *who, const struct page *page, unsigned int order,
			     const char *reason)
{
	static char text[200];

	snprintf(text, sizeof(text),
		 "BUG: %s: pfn %lu, order %u (allocated with order %u), flags %lx, count %d: %s",
		 who, page_to_pfn(page), order, page_order(page), page->flags, page->_count,
		 reason);
	kt_expect_stop(text);
}

static struct page *compound(unsigned int order)
{
	return alloc_pages(GFP_KERNEL | __GFP_COMP, order);
}

/* The first page of a free block, which is not the smallest. */
static struct page *free_page_of_a_block(void)
{
	struct page *page = alloc_pages(GFP_KERNEL, 4);

	split_page(page, 4);
	__free_page(page + 3);
	return page + 3;
}

/* --- freed wrongly --------------------------------------------------------------------------- */

KTEST(compound, stop_free_of_a_tail_page, STOP)
{
	struct page *page = compound(2);

	expect_bad_order("__free_pages", page + 1, 0,
			 "page lies inside a compound block: free its first page, or put_page()");
	__free_page(page + 1);
}

KTEST(compound, stop_compound_block_freed_as_a_page, STOP)
{
	struct page *page = compound(2);

	expect_bad_order("__free_pages", page, 0, "not the order that it was allocated with");
	__free_page(page);
}

KTEST(compound, stop_compound_block_freed_as_a_larger_one, STOP)
{
	struct page *page = compound(2);

	expect_bad_order("__free_pages", page, 3,
			 page_to_pfn(page) & 7 ? "wrong order, and the pfn"
					       : "not the order that it");
	__free_pages(page, 3);
}

KTEST(compound, stop_compound_block_freed_twice, STOP)
{
	struct page *page = compound(2), *neighbour = alloc_pages(GFP_KERNEL, 2);

	__free_pages(page, 2);
	expect_bad_order("__free_pages", page, 2,
			 PageFree(page) ? "page is free already: double free?"
					: "not the first page of an allocated block");
	__free_pages(page, 2);
	__free_pages(neighbour, 2);
}

KTEST(compound, stop_referenced_block_freed_with_another_order, STOP)
{
	struct page *page = alloc_pages(GFP_KERNEL, 2);

	get_page(page);
	expect_bad_order("__free_pages", page, 1, "not the order that it was allocated with");
	__free_pages(page, 1);
}

KTEST(compound, stop_tail_page_written_to, STOP)
{
	struct page *page = compound(2);

	page[3].first_page = page + 1;
	kt_expect_stop("(struct page written to?)");
	__free_pages(page, 2);
}

/* --- references ------------------------------------------------------------------------------ */

KTEST(compound, stop_get_of_a_free_page, STOP)
{
	struct page *page = free_page_of_a_block();

	expect_bad("get_page", page, "page is free: freed while it was needed, or put more often");
	get_page(page);
}

KTEST(compound, stop_put_of_a_free_page, STOP)
{
	struct page *page = free_page_of_a_block();

	expect_bad("put_page", page, "page is free: freed while it was needed, or put more often");
	put_page(page);
}

KTEST(compound, stop_put_more_often_than_got, STOP)
{
	struct page *page = alloc_pages(GFP_KERNEL, 4) + 4;

	split_page(page - 4, 4);
	get_page(page);
	put_page(page);
	put_page(page);
	expect_bad("put_page", page, "page is free: ");
	put_page(page);
}

KTEST(compound, stop_get_of_an_inner_page, STOP)
{
	struct page *page = alloc_pages(GFP_KERNEL, 2) + 2;

	expect_bad("get_page", page, "not the first page of a block: free, or inside one without");
	get_page(page);
}

KTEST(compound, stop_put_of_an_inner_page, STOP)
{
	struct page *page = alloc_pages(GFP_KERNEL, 2) + 2;

	expect_bad("put_page", page, "not the first page of a block: free, or inside one without");
	put_page(page);
}

KTEST(compound, stop_get_of_a_reserved_page, STOP)
{
	expect_bad("get_page", reserved_page(), "page is reserved: it never came");
	get_page(reserved_page());
}

KTEST(compound, stop_get_of_a_slab_page, STOP)
{
	struct page *page = virt_to_page(kmalloc(100, GFP_KERNEL));

	expect_bad("get_page", page, "page belongs to a slab cache");
	get_page(page);
}

KTEST(compound, stop_put_of_a_kmalloc_block, STOP)
{
	struct page *page = virt_to_page(kmalloc(2 * KMALLOC_MAX_CACHE_SIZE, GFP_KERNEL));

	expect_bad("put_page", page, "page came from kmalloc(): use kfree()");
	put_page(page);
}

KTEST(compound, stop_get_of_no_page, STOP)
{
	kt_expect_stop("BUG: get_page: ");
	get_page(NULL);
}

KTEST(compound, stop_put_of_a_damaged_page, STOP)
{
	struct page *page = alloc_page(GFP_KERNEL);

	page->_count = -1;
	expect_bad("put_page", page, "page state is damaged");
	put_page(page);
}

KTEST(compound, stop_put_of_a_tail_page_with_a_damaged_head, STOP)
{
	struct page *page = compound(1);

	page[1].first_page = NULL;
	kt_expect_stop("BUG: put_page: ");
	put_page(page + 1);
}

/* --- split ----------------------------------------------------------------------------------- */

KTEST(compound, stop_split_of_a_compound_block, STOP)
{
	struct page *page = compound(2);

	expect_bad_order("split_page", page, 2, "a compound block stays whole: allocate without");
	split_page(page, 2);
}

KTEST(compound, stop_split_of_a_free_page, STOP)
{
	struct page *page = free_page_of_a_block();

	expect_bad_order("split_page", page, 0, "page is free: split before it was allocated");
	split_page(page, 0);
}

KTEST(compound, stop_split_with_a_smaller_order, STOP)
{
	struct page *page = alloc_pages(GFP_KERNEL, 3);

	expect_bad_order("split_page", page, 2, "not the order that it was allocated with");
	split_page(page, 2);
}

KTEST(compound, stop_split_with_a_larger_order, STOP)
{
	struct page *page = alloc_pages(GFP_KERNEL, 3);

	split_page(page, 3);
	expect_bad_order("split_page", page, 2, "not the order that it was allocated with");
	split_page(page, 2);
}

KTEST(compound, stop_split_of_an_inner_page, STOP)
{
	static char text[200];
	struct page *page = alloc_pages(GFP_KERNEL, 3);

	snprintf(text, sizeof(text),
		 "BUG: split_page: pfn %lu, order 2 (inside the block of order 3 at pfn %lu), "
		 "flags %lx, count 0: not the first page of an allocated block",
		 page_to_pfn(page) + 4, page_to_pfn(page), page[4].flags);
	kt_expect_stop(text);
	split_page(page + 4, 2);
}

KTEST(compound, stop_split_with_order_11, STOP)
{
	struct page *page = alloc_page(GFP_KERNEL);

	expect_bad_order("split_page", page, MAX_ORDER, "no such order");
	split_page(page, MAX_ORDER);
}

KTEST(compound, stop_split_of_a_referenced_block, STOP)
{
	struct page *page = alloc_pages(GFP_KERNEL, 3);

	get_page(page);
	expect_bad_order("split_page", page, 3, "somebody else has a reference to the whole block");
	split_page(page, 3);
}

KTEST(compound, stop_split_of_a_slab_page, STOP)
{
	struct page *page = virt_to_page(kmalloc(100, GFP_KERNEL));

	expect_bad_order("split_page", page, 0, "page belongs to a slab cache");
	split_page(page, 0);
}

KTEST(compound, stop_split_of_a_damaged_page, STOP)
{
	struct page *page = alloc_page(GFP_KERNEL);

	page->_count = -1;
	expect_bad_order("split_page", page, 0, "page state is damaged");
	split_page(page, 0);
}

KTEST(compound, stop_split_of_no_page, STOP)
{
	kt_expect_stop("BUG: split_page: ");
	split_page(NULL, 0);
}

/* --- exact sizes ----------------------------------------------------------------------------- */

KTEST(compound, stop_exact_size_of_0, STOP)
{
	kt_expect_stop("BUG: alloc_pages_exact_nid: 0 bytes");
	kt_ptr_eq(alloc_pages_exact(0, GFP_KERNEL), NULL);
}

KTEST(compound, stop_exact_pages_of_highmem, STOP)
{
	kt_expect_stop("a page of HighMem has no address");
	kt_ptr_eq(alloc_pages_exact(1, GFP_HIGHUSER), NULL);
}

/* 5 pages of 8: the other three went back at once. */
KTEST(compound, stop_exact_pages_freed_with_a_larger_size, STOP)
{
	char *addr = alloc_pages_exact(5 * PAGE_SIZE, GFP_KERNEL);

	kt_expect_stop("(not the size asked for, or freed already?)");
	free_pages_exact(addr, 6 * PAGE_SIZE);
}

KTEST(compound, stop_exact_pages_freed_twice, STOP)
{
	char *addr = alloc_pages_exact(5 * PAGE_SIZE, GFP_KERNEL);

	free_pages_exact(addr, 5 * PAGE_SIZE);
	kt_expect_stop("BUG: free_pages_exact: 20480 bytes at ");
	free_pages_exact(addr, 5 * PAGE_SIZE);
}

KTEST(compound, stop_exact_pages_freed_at_an_odd_address, STOP)
{
	char *addr = alloc_pages_exact(PAGE_SIZE, GFP_KERNEL);

	kt_expect_stop("is not the address of a page");
	free_pages_exact(addr + 1, PAGE_SIZE);
}
