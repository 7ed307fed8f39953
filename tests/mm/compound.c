/* SPDX-License-Identifier: 0BSD
 *
 * compound.c - references to blocks, compound blocks, and blocks that are given back in parts.
 * What stops is in compound_stop.c.
 */
#include <lib/align.h>
#include <mm/highmem.h>
#include <mm/page_info.h>
#include <mm/slab.h>
#include <test/capture.h>
#include <test/pages.h>

#include "check_line.h"
#include "page_stock.h"

/* --- compound blocks ------------------------------------------------------------------------- */

static void check_compound(struct page *page, unsigned int order)
{
	unsigned long i;

	kt_true(PageHead(page));
	kt_false(PageTail(page));
	kt_eq(compound_order(page), order);
	kt_eq(page_count(page), 1);
	for (i = 0; i < 1UL << order; i++) {
		if (!kt_ptr_eq(compound_head(page + i), page))
			return;
		kt_true(PageCompound(page + i));
		kt_eq(PageTail(page + i), i != 0);
		kt_eq(page_count(page + i), 1);
		kt_ptr_eq(page_zone(page + i), page_zone(page));
	}
}

KTEST(compound, every_page_leads_to_the_first, SHORT)
{
	struct free_counts before;
	struct mm_check check = { 0 };
	unsigned int order;

	free_counts_record(&before);
	for (order = 1; order < MAX_ORDER; order++) {
		struct page *page = alloc_pages(GFP_KERNEL | __GFP_COMP, order);

		if (!page)
			continue;
		check_compound(page, order);
		kt_eq(mm_check(&check), 0);
		__free_pages(page, order);
	}
	free_counts_compare(&before);
}

KTEST(compound, a_single_page_is_not_compound, SHORT)
{
	struct page *page = alloc_pages(GFP_KERNEL | __GFP_COMP, 0);

	kt_assert(page);
	kt_false(PageCompound(page));
	kt_ptr_eq(compound_head(page), page);
	kt_eq(compound_order(page), 0);
	__free_page(page);
}

KTEST(compound, an_ordinary_block_has_one_page_that_counts, SHORT)
{
	struct page *page = alloc_pages(GFP_KERNEL, 2);

	kt_assert(page);
	kt_false(PageCompound(page));
	kt_eq(compound_order(page), 0);
	kt_eq(page_count(page), 1);
	kt_ptr_eq(compound_head(page + 3), page + 3);
	kt_eq(page_count(page + 3), 0);
	__free_pages(page, 2);
}

KTEST(compound, zero_and_node_go_with_it, SHORT)
{
	struct page *page = alloc_pages(GFP_KERNEL, 1);

	kt_assert(page);
	memset(page_address(page), 0xA5, 2 * PAGE_SIZE);
	__free_pages(page, 1);
	page = alloc_pages_node(0, GFP_KERNEL | __GFP_COMP | __GFP_ZERO, 1);
	kt_assert(page);
	check_compound(page, 1);
	kt_eq(*(char *)page_address(page), 0);
	kt_eq(*((char *)page_address(page) + 2 * PAGE_SIZE - 1), 0);
	free_pages((unsigned long)page_address(page), 1);
}

/* The next owner finds nothing of it. */
KTEST(compound, nothing_of_it_is_left_when_it_is_freed, SHORT)
{
	struct page *page = alloc_pages(GFP_KERNEL | __GFP_COMP, 3), *copy = page;
	unsigned int i;

	kt_assert(page);
	__free_pages(page, 3);
	for (i = 1; i < 8; i++)
		kt_false(PageCompound(copy + i));
	page = alloc_pages(GFP_KERNEL, 3);
	kt_assert(page);
	for (i = 0; i < 8; i++)
		kt_false(PageCompound(page + i));
	__free_pages(page, 3);
}

KTEST(compound, pages_of_it_can_be_mapped, SHORT)
{
	struct page *page = alloc_pages(GFP_HIGHUSER | __GFP_COMP, 2);
	struct mm_check check = { 0 };

	kt_assert(page);
	kt_assert(kmap(page) && kmap(page + 2));
	get_page(page + 2);
	kt_eq(mm_check(&check), 0);
	kunmap(page);
	kunmap(page + 2);
	put_page(page + 1);
	__free_pages(page, 2);
	kt_eq(mm_check(&check), 0);
}

static void expect_state(const struct page *page, const char *state)
{
	char text[256], pattern[64];
	struct capture report;

	capture_init(&report, text, sizeof(text));
	page_show(&report.out, page_to_pfn(page));
	snprintf(pattern, sizeof(pattern), "*: %s", state);
	if (!kt_eq(capture_count(&report, pattern), 1))
		kt_note("wanted \"%s\" in \"%s\"", pattern, text);
}

KTEST(compound, page_shows_what_it_is, SHORT)
{
	struct page *page = alloc_pages(GFP_KERNEL | __GFP_COMP, 2);

	kt_assert(page);
	expect_state(page, "allocated, first page of a compound block");
	expect_state(page + 3, "inside a compound block");
	__free_pages(page, 2);
}

/* --- references ------------------------------------------------------------------------------ */

/* Three references, two of them by the pages @a and @b of the block; freed by whoever is last. */
static void get_and_put(struct page *page, unsigned int order, struct page *a, struct page *b)
{
	get_page(a);
	get_page(b);
	kt_eq(page_count(page), 3);
	__free_pages(page, order);
	kt_eq(page_count(page), 2);
	put_page(b);
	kt_eq(page_count(page), 1);
	put_page(a);
	kt_eq(page->_count, 0);
}

KTEST(compound, the_last_reference_frees_the_block, SHORT)
{
	struct free_counts before;
	unsigned int order;

	free_counts_record(&before);
	for (order = 0; order <= 4; order++) {
		struct page *page = alloc_pages(GFP_KERNEL, order);
		struct page *compound = alloc_pages(GFP_KERNEL | __GFP_COMP, order);

		kt_assert(page && compound);
		get_and_put(page, order, page, page);
		get_and_put(compound, order, compound + (1UL << order) - 1, compound);
	}
	free_counts_compare(&before);
}

KTEST(compound, a_block_with_references_is_sound, SHORT)
{
	struct page *page = alloc_pages(GFP_KERNEL | __GFP_COMP, 3);
	struct mm_check check = { 0 };

	kt_assert(page);
	get_page(page + 5);
	kt_eq(mm_check(&check), 0);
	__free_pages(page, 3);
	kt_eq(mm_check(&check), 0);
	check_compound(page, 3);
	put_page(page + 7);
}

KTEST(compound, free_pages_takes_a_reference, SHORT)
{
	struct page *page = alloc_page(GFP_KERNEL);

	kt_assert(page);
	get_page(page);
	free_page((unsigned long)page_address(page));
	kt_eq(page_count(page), 1);
	put_page(page);
}

/* --- parts of blocks ------------------------------------------------------------------------- */

KTEST(compound, a_split_block_is_freed_page_by_page, SHORT)
{
	struct free_counts before;
	struct mm_check check = { 0 };
	unsigned int order;
	unsigned long i;

	free_counts_record(&before);
	for (order = 0; order < MAX_ORDER; order++) {
		struct page *page = alloc_pages(GFP_KERNEL, order);
		unsigned long size = 1UL << order, step = 2 * kt_random_below((u32)size) + 1;

		if (!page)
			continue;
		split_page(page, order);
		for (i = 0; i < size; i++) {
			kt_eq(page_order(page + i), 0);
			if (!kt_eq(page_count(page + i), 1))
				break;
		}
		kt_eq(mm_check(&check), 0);
		for (i = 0; i < size; i++)
			__free_page(page + (i * step & (size - 1)));
	}
	free_counts_compare(&before);
}

/* The pages of a block that are too many go back, the others are used on. */
KTEST(compound, a_part_of_a_block_is_given_back, SHORT)
{
	struct free_counts before;
	struct page *page;
	unsigned int i;

	free_counts_record(&before);
	page = alloc_pages(GFP_KERNEL, 3);
	kt_assert(page);
	split_page(page, 3);
	for (i = 5; i < 8; i++)
		__free_page(page + i);
	memset(page_address(page), 0xA5, 5 * PAGE_SIZE);
	for (i = 0; i < 5; i++)
		kt_eq(page_count(page + i), 1);
	for (i = 0; i < 5; i++)
		__free_page(page + i);
	free_counts_compare(&before);
}

static const struct exact_case {
	const char *name;
	size_t size;
	unsigned long pages;
} exact_cases[] = {
	{ "a byte", 1, 1 },
	{ "a page", 4096, 1 },
	{ "a page and a byte", 4097, 2 },
	{ "three pages", 3 * 4096, 3 },
	{ "17 pages less a byte", 17 * 4096 - 1, 17 },
	{ "64 pages", 64 * 4096, 64 },
	{ "257 pages", 257 * 4096, 257 },
};

static void check_exact(const struct exact_case *c, gfp_t gfp)
{
	unsigned long free = free_pages_now(), i;
	char *addr = alloc_pages_exact(c->size, gfp);
	struct mm_check check = { 0 };
	struct page *page;

	kt_assert(addr);
	kt_eq(free - free_pages_now(), c->pages);
	kt_true(IS_ALIGNED((unsigned long)addr, PAGE_SIZE));
	page = virt_to_page(addr);
	for (i = 0; i < c->pages; i++) {
		kt_eq(page[i].flags & PG_STATE_MASK, 0);
		kt_eq(page[i]._count, 1);
	}
	memset(addr, 0xA5, c->size);
	kt_eq(mm_check(&check), 0);
	free_pages_exact(addr, c->size);
}

KTEST(compound, exact_sizes_take_no_page_too_many, SHORT)
{
	struct free_counts before;
	const struct exact_case *c;

	free_counts_record(&before);
	for_each_case (c, exact_cases) {
		kt_case(c->name);
		if (!expected_zone(numa_node_id(), ZONE_NORMAL, get_order(c->size)))
			continue;
		check_exact(c, GFP_KERNEL);
		check_exact(c, GFP_KERNEL | __GFP_COMP);
		free_counts_compare(&before);
	}
}

KTEST(compound, exact_sizes_of_a_node, SHORT)
{
	struct free_counts before;
	int nid;

	free_counts_record(&before);
	for_each_online_node (nid) {
		const struct zone *zone = expected_zone(nid, ZONE_NORMAL, 3);
		char *addr = alloc_pages_exact_nid(nid, 5 * PAGE_SIZE, GFP_KERNEL);

		if (!kt_eq(addr != NULL, zone != NULL) || !addr)
			continue;
		kt_ptr_eq(page_zone(virt_to_page(addr)), zone);
		free_pages_exact(addr, 5 * PAGE_SIZE);
	}
	free_counts_compare(&before);
}

/* Any size that takes as many pages gives them back, and so does freeing them one by one. */
KTEST(compound, exact_pages_are_ordinary_ones, SHORT)
{
	struct free_counts before;
	char *addr;
	int i;

	free_counts_record(&before);
	addr = alloc_pages_exact(3 * PAGE_SIZE, GFP_KERNEL);
	kt_assert(addr);
	free_pages_exact(addr, 2 * PAGE_SIZE + 1);
	addr = alloc_pages_exact(3 * PAGE_SIZE, GFP_KERNEL | __GFP_ZERO);
	kt_assert(addr);
	kt_eq(addr[3 * PAGE_SIZE - 1], 0);
	for (i = 0; i < 3; i++)
		free_page((unsigned long)addr + (unsigned long)i * PAGE_SIZE);
	free_pages_exact(NULL, 5);
	free_counts_compare(&before);
}

KTEST(compound, what_no_block_holds_is_null, SHORT)
{
	const gfp_t quiet = GFP_KERNEL | __GFP_NOWARN;
	struct free_counts before;

	free_counts_record(&before);
	kt_ptr_eq(alloc_pages_exact((PAGE_SIZE << (MAX_ORDER - 1)) + 1, quiet), NULL);
	kt_ptr_eq(alloc_pages_exact(~(size_t)0, quiet), NULL);
	free_counts_compare(&before);
}

/* --- the checker ----------------------------------------------------------------------------- */

/* @page as @damaged breaks @id, and nothing does before and after. */
static void break_page(struct page *page, struct page damaged, const char *id)
{
	struct page good = *page;

	expect_first("");
	*page = damaged;
	expect_first(id);
	*page = good;
	expect_first("");
}

KTEST(compound, m1_a_tail_page_that_does_not_say_so, SHORT)
{
	struct page *page = alloc_pages(GFP_KERNEL | __GFP_COMP, 2), damaged;

	kt_assert(page);
	damaged = page[2];
	damaged.first_page = page + 1;
	break_page(page + 2, damaged, "M1");
	damaged = page[2];
	damaged.flags &= ~PG_tail;
	break_page(page + 2, damaged, "M1");
	damaged = page[3];
	damaged._count = 1;
	break_page(page + 3, damaged, "M1");
	__free_pages(page, 2);
}

KTEST(compound, m1_says_which_page_it_is, SHORT)
{
	struct page *page = alloc_pages(GFP_KERNEL | __GFP_COMP, 1);

	kt_assert(page);
	page[1]._count = 3;
	expect_line("M1: pfn %lu in the compound block at pfn %lu has flags %lx, count 3, first "
		    "page %p",
		    page_to_pfn(page) + 1, page_to_pfn(page), page[1].flags, (void *)page);
	page[1]._count = 0;
	__free_pages(page, 1);
}

KTEST(compound, m2_a_tail_page_without_a_block, SHORT)
{
	struct page *page = reserved_page(), damaged = *page;

	damaged.flags |= PG_tail;
	damaged.first_page = page - 1;
	break_page(page, damaged, "M2");
}

KTEST(compound, m3_an_inner_page_with_a_state, SHORT)
{
	struct page *page = alloc_pages(GFP_KERNEL, 2), damaged;

	kt_assert(page);
	damaged = page[3];
	damaged.flags |= PG_tail;
	break_page(page + 3, damaged, "M3");
	damaged = page[1];
	damaged._count = 1;
	break_page(page + 1, damaged, "M3");
	__free_pages(page, 2);
}
