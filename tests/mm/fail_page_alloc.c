/* SPDX-License-Identifier: 0BSD
 *
 * fail_page_alloc.c - requests that fail on purpose: which ones.
 */
#include <mm/page_alloc.h>
#include <test/ktest.h>

#include "page_debug.h"

/* Of ten requests for a page each, those that fail: x. */
static void expect_pattern(struct fault_attr fault, const char *want)
{
	char got[11];
	unsigned int i;

	for (i = 0; i < 10; i++)
		got[i] = should_fail(&fault, PAGE_SIZE) ? 'x' : '.';
	got[i] = '\0';
	kt_str_eq(got, want);
}

KTEST(fail_page_alloc, the_numbers_work_together, SHORT)
{
	expect_pattern((struct fault_attr){ 1, 100, 0, -1, 0, 0 }, "xxxxxxxxxx");
	expect_pattern((struct fault_attr){ 0, 100, 0, -1, 0, 0 }, "xxxxxxxxxx");
	expect_pattern((struct fault_attr){ 1, 0, 0, -1, 0, 0 }, "..........");
	expect_pattern((struct fault_attr){ 1, 100, 0, 0, 0, 0 }, "..........");
	expect_pattern((struct fault_attr){ 1, 100, 0, 3, 0, 0 }, "xxx.......");
	expect_pattern((struct fault_attr){ 3, 100, 0, -1, 0, 0 }, "..x..x..x.");
	expect_pattern((struct fault_attr){ 3, 100, 0, 2, 0, 0 }, "..x..x....");
	expect_pattern((struct fault_attr){ 1, 100, 4 * PAGE_SIZE, -1, 0, 0 }, "...xxxxxxx");
	expect_pattern((struct fault_attr){ 2, 100, 4 * PAGE_SIZE + 1, 1, 0, 0 }, ".....x....");
}

KTEST(fail_page_alloc, so_many_per_cent, SHORT)
{
	struct fault_attr fault = { 1, 30, 0, -1, 0, 0 };
	unsigned int i, failed = 0;

	for (i = 0; i < 10000; i++)
		failed += should_fail(&fault, PAGE_SIZE);
	kt_true(failed > 2700 && failed < 3300);
}

static bool fails(gfp_t gfp, unsigned int order)
{
	struct page *page = alloc_pages(gfp | __GFP_NOWARN, order);

	if (page)
		__free_pages(page, order);
	return !page;
}

/* As in Linux, those that the caller has to expect to fail. */
KTEST_BOOT(fail_page_alloc, only_what_may_fail_fails)
{
	unsigned int features = page_debug_features;
	bool debugging = page_debugging;

	fail_page_alloc_want(&(struct fault_attr){ .probability = 100, .times = 3 });
	page_debug_features = features | PAGE_DEBUG_FAIL;
	page_debugging = true;
	kt_true(fails(GFP_ATOMIC, 1));
	kt_false(fails(GFP_ATOMIC, 0));
	kt_false(fails(GFP_KERNEL, 1));
	kt_false(fails(GFP_ATOMIC | __GFP_HIGHMEM, 1));
	kt_false(fails(GFP_ATOMIC | __GFP_NOFAIL, 1));
	kt_true(fails(GFP_NOWAIT | __GFP_ZERO, 3));
	kt_true(fails(0, 2));
	kt_false(fails(GFP_ATOMIC, 1));
	page_debugging = debugging;
	page_debug_features = features;
}
