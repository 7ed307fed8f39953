/* SPDX-License-Identifier: 0BSD
 *
 * page_info.c - what the monitor's `page` says of a page, and which pages are of one kind.
 */
#include <lib/format.h>
#include <mm/page_alloc.h>
#include <mm/page_info.h>
#include <mm/slab.h>
#include <test/capture.h>
#include <test/ktest.h>
#include <test/pages.h>

#include "slab_backend.h"

static char text[2048];
static struct capture report;

static void begin_report(void)
{
	capture_init(&report, text, sizeof(text));
}

/* The report must contain @line, once. */
static void expect_line(const char *line)
{
	if (!kt_eq(capture_count(&report, line), 1))
		kt_note("wanted \"%s\" in \"%s\"", line, text);
}

/* First line: the page and @state. Second line, unless @block is NULL: the block. */
static void expect_page(const struct page *page, const char *state, const struct page *block,
			const char *block_state)
{
	char line[160], want[160];

	begin_report();
	page_show(&report.out, page_to_pfn(page));
	snprintf(want, sizeof(want),
		 "pfn %lu: phys 0x%08llx, node %u, zone %s, flags 0x%08lx, count %d: %s",
		 page_to_pfn(page), page_to_phys(page), page_to_nid(page), page_zone(page)->name,
		 page->flags, page->_count, state);
	capture_line(&report, 0, line, sizeof(line));
	kt_str_eq(line, want);
	want[0] = '\0';
	if (block)
		snprintf(want, sizeof(want), "  block: pfn %lu, order %u, %s", page_to_pfn(block),
			 page_order(block), block_state);
	capture_line(&report, 1, line, sizeof(line));
	kt_str_eq(line, want);
}

KTEST(page_info, page_of_an_allocated_block, SHORT)
{
	struct page *page = alloc_pages(GFP_KERNEL, 3);
	unsigned int i;

	kt_assert(page);
	expect_page(page, "allocated, first page of a block", page, "in use");
	for (i = 1; i < 8; i++)
		expect_page(page + i, "inside a block", page, "in use");
	__free_pages(page, 3);
}

KTEST(page_info, page_of_a_free_block, SHORT)
{
	struct zone *zone = next_zone(NULL);
	unsigned int order, i;
	struct page *page;

	if (!free_pages_now())
		kt_skip("no free block");
	while (!zone_free_orders(zone))
		zone = next_zone(zone);
	order = highest_bit(zone_free_orders(zone));
	page = first_free_block(zone, order);
	expect_page(page, "free, first page of a block", page, "free");
	for (i = 1; i < 1u << order; i = 2 * i + 1)
		expect_page(page + i, "inside a block", page, "free");
}

/* A damaged page that no block covers is shown as what it says of itself. */
KTEST(page_info, page_of_no_block, SHORT)
{
	struct page *page = alloc_page(GFP_KERNEL);

	kt_assert(page);
	page->_count = 0;
	expect_page(page, "inside a block", page, "in use");
	page->_count = 1;
	__free_page(page);
}

KTEST(page_info, page_that_is_reserved, SHORT)
{
	expect_page(reserved_page(), "reserved", NULL, NULL);
}

KTEST(page_info, page_of_a_slab, SHORT)
{
	void *object = kmalloc(500, GFP_KERNEL);
	char line[96];

	kt_assert(object);
	begin_report();
	page_show(&report.out, page_to_pfn(virt_to_page(object)));
	kt_eq(capture_count(&report, "pfn *: slab"), 1);
	capture_line(&report, 2, line, sizeof(line));
	kt_true(glob_match(SLAB_HAS_SLABS ? "  cache: size-512, objects of 512 bytes, * of * in "
					    "this slab in use"
					  : "  cache: all, * small objects in this page in use",
			   line));
	kfree(object);
}

/* What a report follows may have been overwritten. */
KTEST(page_info, page_of_a_slab_that_is_damaged, SHORT)
{
	void *object = kmalloc(500, GFP_KERNEL);
	struct page saved, *page;

	kt_assert(object);
	page = virt_to_page(object);
	saved = *page;
	page->slab_cache = (struct kmem_cache *)(uintptr)0x33333333;
	page->slab_page = NULL;
	begin_report();
	page_show(&report.out, page_to_pfn(page));
	kt_eq(capture_count(&report, "  cache: the struct page is damaged"), 1);
	*page = saved;
	page->flags |= PG_PLACE_MASK;
	begin_report();
	page_show(&report.out, page_to_pfn(page));
	kt_eq(capture_count(&report, "pfn *, node 63, zone (none), *: slab"), 1);
	*page = saved;
	kfree(object);
}

/* Whatever a page is, its run goes on by a page at least and not over the limit. */
KTEST(page_info, page_runs_end_in_time, SHORT)
{
	unsigned int i;

	for (i = 0; i < 2000; i++) {
		unsigned long pfn = kt_random_below(MAX_PFN_LIMIT);
		unsigned long end = pfn + 1 + kt_random_below(3000);
		struct page_run run = page_run_at(pfn, end);

		kt_true(run.end_pfn > pfn && run.end_pfn <= end);
		kt_eq(run.kind == PAGE_UNKNOWN, !pfn_valid(pfn));
	}
}

/* Blocks side by side that are handed out are one run, whoever has them. */
/* An order that the place of a page does not allow: the page is one by itself. */
KTEST(page_info, a_damaged_order_hides_no_page, SHORT)
{
	struct page *page = alloc_pages(GFP_KERNEL, 3);
	unsigned long pfn;
	struct page_run run;

	kt_assert(page);
	pfn = page_to_pfn(page);
	page->flags -= 3 * PG_ORDER_ONE;
	page[1].flags |= PG_buddy | 15 * PG_ORDER_ONE;
	run = page_run_at(pfn + 1, pfn + 8);
	kt_eq(run.kind, PAGE_FREE);
	kt_eq(run.order, 0);
	kt_eq(run.end_pfn, pfn + 2);
	page[1].flags &= PG_PLACE_MASK;
	page->flags += 3 * PG_ORDER_ONE;
	__free_pages(page, 3);
}

KTEST(page_info, a_run_of_held_pages_spans_blocks, SHORT)
{
	struct page *page[64];
	bool found = false;
	unsigned int i, j;

	for (i = 0; i < ARRAY_SIZE(page); i++)
		page[i] = alloc_pages(GFP_KERNEL, 0);
	for (i = 0; i < ARRAY_SIZE(page); i++) {
		for (j = 0; j < ARRAY_SIZE(page) && page[i]; j++) {
			unsigned long pfn = page_to_pfn(page[i]);
			struct page_run run;

			if (page[j] != page[i] + 1)
				continue;
			found = true;
			run = page_run_at(pfn, pfn + 2);
			kt_eq(run.kind, PAGE_HELD);
			kt_eq(run.end_pfn, pfn + 2);
		}
	}
	for (i = 0; i < ARRAY_SIZE(page); i++)
		if (page[i])
			__free_pages(page[i], 0);
	if (!found)
		kt_skip("no two pages side by side are free");
}

KTEST(page_info, page_without_struct_page, SHORT)
{
	char want[96];

	begin_report();
	page_show(&report.out, MAX_PFN_LIMIT);
	expect_line("pfn 1048576: no struct page: no RAM within 4 MiB of it");
	begin_report();
	page_show(&report.out, ~0UL);
	snprintf(want, sizeof(want), "pfn %lu: no struct page: no RAM within 4 MiB of it", ~0UL);
	expect_line(want);
}

/* Where lowmem is too small for all of mem_map, RAM is there that nobody describes. */
KTEST(page_info, page_behind_the_end_of_mem_map, SHORT)
{
	unsigned long end = mem_map_end_pfn, last = max_pfn;

	begin_report();
	mem_map_end_pfn = MAX_PFN_LIMIT;
	max_pfn = MAX_PFN_LIMIT + 1;
	page_show(&report.out, MAX_PFN_LIMIT);
	mem_map_end_pfn = end;
	max_pfn = last;
	expect_line("pfn 1048576: no struct page: mem_map has no room for it, nobody can use it");
}
