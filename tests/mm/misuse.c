/* SPDX-License-Identifier: 0BSD
 *
 * misuse.c - what else callers do to pages that a real Linux lets pass, or notices much later: rows
 * of docs/misuse.md that no other suite has.
 */
#include <lib/format.h>
#include <mm/page_alloc.h>
#include <test/ktest.h>

/* The next thing is to free the block of 2^@order pages at @page, which is wrong, for @reason. */
static void expect_bad_free(const struct page *page, unsigned int order, const char *reason)
{
	static char text[200];

	snprintf(text, sizeof(text), "BUG: __free_pages: pfn %lu, order %u (allocated with ",
		 page_to_pfn(page), order);
	kt_expect_stop(text);
	kt_expect_report(reason);
}

/* @page, the first of a block that was freed, is freed again: it begins a free block or lies inside
 * of one. */
static void expect_double_free(const struct page *page, unsigned int order)
{
	expect_bad_free(page, order, "double free");
}

/* Linux: silent, and the count of references goes to -1. */
KTEST(misuse, stop_page_freed_twice_with_another_in_between, STOP)
{
	struct page *page = alloc_page(GFP_KERNEL), *other = alloc_page(GFP_KERNEL);

	__free_page(page);
	__free_page(other);
	expect_double_free(page, 0);
	__free_page(page);
}

/* Linux: silent: it looks at a page only where it leaves such a list. */
KTEST(misuse, stop_page_of_a_per_cpu_list_freed, STOP)
{
	struct page *page = alloc_page(GFP_KERNEL);

	__free_page(page);
	if (!PagePcp(page))
		kt_fail("pfn %lu is in no per-CPU list", page_to_pfn(page));
	expect_bad_free(page, 0, "page is free already: double free?");
	__free_page(page);
}

KTEST(misuse, stop_address_freed_twice, STOP)
{
	unsigned long addr = __get_free_page(GFP_ATOMIC);

	free_page(addr);
	expect_double_free(virt_to_page((void *)addr), 0);
	free_page(addr);
}

/* Linux: silent, until pages that lie in two lists come out of both. */
KTEST(misuse, stop_block_freed_twice, STOP)
{
	struct page *page = alloc_pages(GFP_KERNEL, 3);

	__free_pages(page, 3);
	expect_double_free(page, 3);
	__free_pages(page, 3);
}

KTEST(misuse, stop_large_block_freed_twice, STOP)
{
	struct page *page = alloc_pages(GFP_KERNEL, 5), *other = alloc_pages(GFP_KERNEL, 5);

	__free_pages(page, 5);
	__free_pages(other, 5);
	expect_double_free(page, 5);
	__free_pages(page, 5);
}

/* Linux: silent. All eight pages are free in the end, so nothing would be lost. */
KTEST(misuse, stop_page_freed_as_the_block_around_it, STOP)
{
	struct page *page = alloc_pages(GFP_KERNEL, 3);
	unsigned int i;

	split_page(page, 3);
	for (i = 1; i < 8; i++)
		__free_page(page + i);
	expect_bad_free(page, 3, "not the order that it was allocated with");
	__free_pages(page, 3);
}

/* Linux: silent, and three pages are lost. */
KTEST(misuse, stop_block_freed_as_a_page, STOP)
{
	struct page *page = alloc_pages(GFP_KERNEL, 2);

	expect_bad_free(page, 0, "not the order that it was allocated with");
	__free_page(page);
}

/* Linux: silent, and the block itself, freed afterwards, is lost. */
KTEST(misuse, stop_second_page_of_a_block_freed, STOP)
{
	struct page *page = alloc_pages(GFP_KERNEL, 2);

	kt_expect_stop("(inside the block of order 2 at pfn ");
	kt_expect_report(
		": not the first page of an allocated block: an address inside the block?");
	__free_page(page + 1);
}

/* Linux: WARN once, NULL. */
KTEST(misuse, orders_that_do_not_exist, SHORT)
{
	static const unsigned int orders[] = { MAX_ORDER, MAX_ORDER + 1, ~0u };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(orders); i++) {
		kt_ptr_eq(alloc_pages(GFP_KERNEL | __GFP_NOWARN, orders[i]), NULL);
		kt_eq(__get_free_pages(GFP_ATOMIC | __GFP_NOWARN, orders[i]), 0);
	}
}

/* The second free finds the page where the first one put it, also while every page passes through
 * the debugging. */
KTEST_STOP_WITH(misuse, stop_page_freed_twice_while_pages_are_debugged,
		"debug_pagealloc page_poison=1 page_owner")
{
	struct page *page = alloc_page(GFP_KERNEL);

	__free_page(page);
	expect_double_free(page, 0);
	kt_expect_report("page last freed via order 0");
	__free_page(page);
}
