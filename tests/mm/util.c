/* SPDX-License-Identifier: 0BSD
 *
 * util.c - tests of mm/util.c: copies, and memory of kvmalloc(), from a block or in an area.
 */
#include <lib/align.h>
#include <mm/highmem.h>
#include <mm/util.h>
#include <mm/vmalloc.h>
#include <test/pages.h>

#include "slab_test.h"
#include "drain.h"
#include "page_debug.h"

/* --- copies ---------------------------------------------------------------------------------- */

static const struct copy_case {
	const char *what, *from;
	size_t max;
	const char *want;
} copy_cases[] = {
	{ "shorter than asked for", "abc", 5, "abc" },
	{ "as long", "abcde", 5, "abcde" },
	{ "longer", "abcdefg", 5, "abcde" },
	{ "nothing of it", "abc", 0, "" },
	{ "empty", "", 5, "" },
	{ "without an end", "abc", ~(size_t)0, "abc" },
};

KTEST(util, kstrndup_copies_a_part, SHORT)
{
	const struct copy_case *c;
	char *copy;

	for_each_case (c, copy_cases) {
		kt_case(c->what);
		copy = kstrndup(c->from, c->max, GFP_KERNEL);
		kt_assert(copy);
		kt_true(copy != c->from);
		kt_str_eq(copy, c->want);
		kfree(copy);
	}
	kt_case(NULL);
}

/* The byte behind them is where no RAM is mapped, or another's: it must not be read. */
KTEST(util, kstrndup_needs_no_end, SHORT)
{
	static const char bytes[3] = { 'x', 'y', 'z' };
	char *copy = kstrndup(bytes, 3, GFP_KERNEL);

	kt_assert(copy);
	kt_str_eq(copy, "xyz");
	kfree(copy);
}

KTEST(util, kstrdup_copies_all, SHORT)
{
	char *copy = kstrdup("a string of 20 bytes", GFP_KERNEL), *second;

	kt_assert(copy);
	kt_str_eq(copy, "a string of 20 bytes");
	kt_true(ksize(copy) >= 21);
	second = kstrdup(copy, GFP_KERNEL);
	kt_assert(second);
	copy[0] = 'A';
	kt_str_eq(second, "a string of 20 bytes");
	kfree(copy);
	kfree(second);
}

KTEST(util, kmemdup_copies_bytes, SHORT)
{
	u8 bytes[100], *copy;

	fill(bytes, sizeof(bytes), 7);
	bytes[50] = 0;
	copy = kmemdup(bytes, sizeof(bytes), GFP_KERNEL);
	kt_assert(copy);
	kt_eq(memcmp(copy, bytes, sizeof(bytes)), 0);
	kfree(copy);
	kt_ptr_eq(kmemdup(bytes, 0, GFP_KERNEL), ZERO_SIZE_PTR);
}

KTEST(util, kmemdup_nul_ends_what_it_copies, SHORT)
{
	char *p = kmalloc(8, GFP_KERNEL), *copy;

	kt_assert(p);
	memset(p, 0xEE, 8);
	kfree(p);
	copy = kmemdup_nul("ab\0cdefgh", 7, GFP_KERNEL);
	kt_assert(copy);
	kt_eq(memcmp(copy, "ab\0cdef", 8), 0);
	kfree(copy);
	copy = kmemdup_nul("ab", 0, GFP_KERNEL);
	kt_assert(copy);
	kt_str_eq(copy, "");
	kfree(copy);
}

KTEST(util, a_copy_of_nothing_is_nothing, SHORT)
{
	kt_ptr_eq(kstrdup(NULL, GFP_KERNEL), NULL);
	kt_ptr_eq(kstrndup(NULL, 5, GFP_KERNEL), NULL);
	kt_ptr_eq(kmemdup(NULL, 5, GFP_KERNEL), NULL);
	kt_ptr_eq(kmemdup_nul(NULL, 5, GFP_KERNEL), NULL);
}

KTEST(util, a_copy_that_is_too_large, SHORT)
{
	kt_ptr_eq(kmemdup("x", KMALLOC_MAX_SIZE + 1, GFP_KERNEL | __GFP_NOWARN), NULL);
	kt_ptr_eq(kmemdup_nul("x", ~(size_t)0, GFP_KERNEL), NULL);
}

/* --- kvmalloc -------------------------------------------------------------------------------- */

KTEST(util, kvmalloc_is_a_block_where_there_is_one, SHORT)
{
	void *p = kvmalloc(3 * PAGE_SIZE, GFP_KERNEL);

	kt_assert(p);
	kt_false(is_vmalloc_addr(p));
	kt_true(ksize(p) >= 3 * PAGE_SIZE);
	kvfree(p);
	kt_ptr_eq(kvmalloc(0, GFP_KERNEL), ZERO_SIZE_PTR);
	kvfree(ZERO_SIZE_PTR);
	kvfree(NULL);
}

/* Let each request for several pages fail that may fail, or none. */
static void __init fail_blocks(bool fail)
{
	static unsigned int features;
	static bool debugging;

	if (fail) {
		features = page_debug_features;
		debugging = page_debugging;
		fail_page_alloc_want(&(struct fault_attr){ .probability = 100, .times = -1 });
	}
	page_debug_features = fail ? features | PAGE_DEBUG_FAIL : features;
	page_debugging = fail || debugging;
}

#define LARGE (KMALLOC_MAX_CACHE_SIZE + 3 * PAGE_SIZE + 5)

/* As fail_blocks() makes it. */
static u8 *area(gfp_t gfp)
{
	u8 *p = kvmalloc(LARGE, GFP_NOWAIT | gfp);

	kt_true(is_vmalloc_addr(p));
	return p;
}

KTEST_BOOT(util, kvmalloc_is_an_area_where_there_is_no_block)
{
	u8 *p, *zeroed;

	fail_blocks(true);
	p = area(0);
	fill(p, LARGE, 3);
	zeroed = area(__GFP_ZERO);
	kt_eq(zeroed[0] | zeroed[LARGE - 1], 0);
	fail_blocks(false);
	kvfree(zeroed);
	kt_true(filled(p, LARGE, 3));
	kvfree(p);
	vm_unmap_aliases();
}

/* HighMem will do for an area, but not for a device's. */
KTEST_BOOT(util, pages_of_an_area)
{
	const struct zone *best = node_zonelist(numa_node_id(), __GFP_HIGHMEM)->zones[0];
	u8 *p;

	fail_blocks(true);
	p = area(0);
	kt_eq(PageHighMem(vmalloc_to_page(p)), best->managed_pages && is_highmem(best));
	kvfree(p);
	if (has_dma()) {
		p = area(GFP_DMA);
		kt_eq(page_zonenum(vmalloc_to_page(p)), ZONE_DMA);
		kvfree(p);
	}
	fail_blocks(false);
	vm_unmap_aliases();
}

static u32 zeroes_behind(const u8 *p, size_t from, size_t to)
{
	u32 n = 0;

	for (; from < to; from++)
		n += !p[from];
	return n;
}

/* From a block to an area, where it shrinks, and back into a block. */
KTEST_BOOT(util, kvrealloc_moves_between_both)
{
	u8 *p = kvmalloc(100, GFP_KERNEL), *q;

	kt_assert(p);
	fill(p, 100, 4);
	fail_blocks(true);
	q = kvrealloc(p, 100, LARGE, GFP_NOWAIT | __GFP_ZERO);
	fail_blocks(false);
	kt_assert(q);
	kt_true(is_vmalloc_addr(q));
	kt_true(filled(q, 100, 4));
	kt_eq(zeroes_behind(q, 100, LARGE), LARGE - 100);
	fill(q, LARGE, 5);
	kt_ptr_eq(kvrealloc(q, LARGE, 5000, GFP_KERNEL), q);
	kt_eq(zeroes_behind(q, 0, LARGE), LARGE - 5000);
	p = kvrealloc(q, 5000, 6000, GFP_KERNEL | __GFP_ZERO);
	kt_assert(p);
	kt_false(is_vmalloc_addr(p));
	kt_true(filled(p, 5000, 5));
	kt_eq(zeroes_behind(p, 5000, 6000), 1000);
	kt_ptr_eq(kvrealloc(p, 6000, 0, GFP_KERNEL), ZERO_SIZE_PTR);
	vm_unmap_aliases();
}

KTEST(util, kvmalloc_arrays_multiply_safely, SHORT)
{
	u8 *p = kvcalloc(100, 7, GFP_KERNEL);

	kt_assert(p);
	kt_true(ksize(p) >= 700);
	kt_eq(zeroes_behind(p, 0, ksize(p)), ksize(p));
	kvfree(p);
	kt_ptr_eq(kvmalloc_array(~(size_t)0 / 8 + 2, 8, GFP_KERNEL), NULL);
	kt_ptr_eq(kvcalloc(~(size_t)0, 2, GFP_KERNEL), NULL);
	p = kvmalloc_array(10, 10, GFP_KERNEL);
	kt_true(ksize(p) >= 100);
	kvfree(p);
}

/* Take what is kept for requests with GFP_DMA, too. */
static struct drained *drain_dma(struct drained *list)
{
	struct drained *block;
	unsigned int order;

	for (order = MAX_ORDER; order-- > 0;) {
		while ((block = (void *)__get_free_pages(GFP_DMA | __GFP_NOWARN, order))) {
			*block = (struct drained){ .next = list, .order = order };
			list = block;
		}
	}
	return list;
}

/* More than there is; and in a machine without memory, where what was there stays. */
KTEST(util, kvmalloc_without_memory, SHORT)
{
	u8 *p = kvmalloc(60, GFP_KERNEL);
	struct drained *all;

	kt_assert(p);
	fill(p, 60, 6);
	kt_ptr_eq(kvmalloc(~0UL - PAGE_SIZE, GFP_KERNEL | __GFP_NOWARN), NULL);
	all = drain_dma(drain_memory(0));
	kt_ptr_eq(kvmalloc(LARGE, GFP_DMA | __GFP_NOWARN), NULL);
	kt_ptr_eq(kvrealloc(p, 60, LARGE, GFP_DMA | __GFP_NOWARN), NULL);
	undrain_memory(all);
	kt_true(filled(p, 60, 6));
	kvfree(p);
}

KTEST(util, stop_kvmalloc_of_high_memory, STOP)
{
	kt_expect_stop("asks for 200000 bytes in high memory");
	kt_ptr_eq(kvmalloc(200000, GFP_HIGHUSER), NULL);
}

KTEST(util, stop_kvfree_twice, STOP)
{
	void *p = kvmalloc(60, GFP_KERNEL);

	kvfree(p);
	kt_expect_stop("of cache size-64 is free already (double free?)");
	kvfree(p);
}
