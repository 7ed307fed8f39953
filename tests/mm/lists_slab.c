/* SPDX-License-Identifier: 0BSD
 *
 * lists_slab.c - tests of the lists of mm/slab.c and mm/slab_cpu.c: slabs on the move, empty slabs,
 * their descriptors.
 */
#include <test/capture.h>
#include <test/pages.h>

#include "drain.h"
#include "slab_inside.h"

/* --- slabs on the move ----------------------------------------------------------------------- */

static void expect_lists(struct kmem_cache *cache, unsigned long full, unsigned long partial,
			 unsigned long free)
{
	kt_eq(list_length(&node_of(cache)->slabs_full), full);
	kt_eq(list_length(&node_of(cache)->slabs_partial), partial);
	kt_eq(list_length(&node_of(cache)->slabs_free), free);
}

static void destroy_slabs_only(struct kmem_cache *cache)
{
	open_array(cache);
	kt_eq(kmem_cache_destroy(cache), 0);
}

KTEST(slab, slabs_move_between_the_lists, SHORT)
{
	struct kmem_cache *cache = slabs_only(400);
	u32 n;

	kt_assert(cache);
	n = cache->num;
	kt_assert(alloc_objs(cache, 0, 1));
	expect_lists(cache, 0, 1, 0);
	kt_assert(alloc_objs(cache, 1, n));
	expect_lists(cache, 1, 0, 0);
	kt_assert(alloc_objs(cache, n, n + 1));
	expect_lists(cache, 1, 1, 0);
	free_objs(cache, 0, 1);
	expect_lists(cache, 0, 2, 0);
	free_objs(cache, 1, n);
	expect_lists(cache, 0, 1, 1);
	free_objs(cache, n, n + 1);
	expect_lists(cache, 0, 0, 2);
	kt_eq(node_of(cache)->nr_slabs, 2);
	kt_eq(node_of(cache)->free_objects, 2 * n);
	destroy_slabs_only(cache);
}

KTEST(slab, slab_of_one_object_goes_from_full_to_free, SHORT)
{
	struct kmem_cache *cache = slabs_only(PAGE_SIZE);

	kt_assert(cache);
	kt_eq(cache->num, 1);
	kt_assert(alloc_objs(cache, 0, 2));
	expect_lists(cache, 2, 0, 0);
	free_objs(cache, 0, 1);
	expect_lists(cache, 1, 0, 1);
	free_objs(cache, 1, 2);
	destroy_slabs_only(cache);
}

KTEST(slab, partial_slab_is_filled_before_a_free_one, SHORT)
{
	struct kmem_cache *cache = slabs_only(400);
	const struct slab *partial;
	u32 n;

	kt_assert(cache);
	n = cache->num;
	kt_assert(alloc_objs(cache, 0, 3 * n));
	partial = slab_of(objs[n]);
	free_objs(cache, 0, n + 1);
	expect_lists(cache, 1, 1, 1);
	kt_assert(alloc_objs(cache, 0, 1));
	kt_ptr_eq(slab_of(objs[0]), partial);
	expect_lists(cache, 2, 0, 1);
	free_objs(cache, 0, 1);
	free_objs(cache, n + 1, 3 * n);
	destroy_slabs_only(cache);
}

KTEST(slab, free_slab_is_used_before_the_cache_grows, SHORT)
{
	struct kmem_cache *cache = slabs_only(400);
	u32 n;

	kt_assert(cache);
	n = cache->num;
	kt_assert(alloc_objs(cache, 0, 2 * n));
	free_objs(cache, 0, n);
	expect_lists(cache, 1, 0, 1);
	kt_assert(alloc_objs(cache, 0, n));
	expect_lists(cache, 2, 0, 0);
	free_objs(cache, 0, 2 * n);
	destroy_slabs_only(cache);
}

KTEST(slab, every_page_of_a_slab_leads_back, SHORT)
{
	struct kmem_cache *cache = test_cache(16384);
	const struct page *page;
	u32 i;

	kt_assert(cache);
	kt_eq(cache->order, 2);
	kt_assert(alloc_objs(cache, 0, 1));
	page = virt_to_page(objs[0]);
	for (i = 0; i < 4; i++, page++) {
		kt_true(PageSlab(page));
		kt_ptr_eq(page->slab_cache, cache);
		kt_ptr_eq(page->slab_page, slab_of(objs[0]));
	}
	page = virt_to_page(objs[0]);
	free_objs(cache, 0, 1);
	kmem_cache_shrink(cache);
	for (i = 0; i < 4; i++, page++) {
		kt_false(PageSlab(page));
		kt_true(page->slab_cache != cache); /* kmem_cache_free() relies on that */
	}
	kt_eq(kmem_cache_destroy(cache), 0);
}

/* --- empty slabs and descriptors ------------------------------------------------------------- */

/* What a batch for each CPU and one more take, and a slab: 3 slabs of the first size hold that. */
static void check_limit(size_t size, unsigned long keep)
{
	struct kmem_cache *cache = slabs_only(size);
	unsigned long pages;
	u32 n;

	kt_assert(cache);
	n = min((u32)MAX_OBJS, 4 * (u32)keep * cache->num);
	kt_assert(alloc_objs(cache, 0, n));
	pages = free_pages_now();
	free_objs(cache, 0, n);
	expect_lists(cache, 0, 0, keep);
	kt_eq(node_of(cache)->nr_slabs, keep);
	kt_true(free_pages_now() >= pages + ((n / cache->num - keep) << cache->order));
	destroy_slabs_only(cache);
}

KTEST(slab, empty_slabs_are_kept_up_to_a_limit, SHORT)
{
	struct kmem_cache *cache = test_cache(400);
	unsigned long limit, num;

	kt_assert(cache);
	limit = node_of(cache)->free_limit;
	num = cache->num;
	kt_eq(limit, (1 + NR_CPUS) * 27 + num);
	kt_eq(kmem_cache_destroy(cache), 0);
	check_limit(400, limit / num);
}

/* Of large objects fewer: 16 pages, used or not. */
KTEST(slab, limit_of_empty_slabs_counts_pages, SHORT)
{
	check_limit(PAGE_SIZE, 16);
	check_limit(4 * PAGE_SIZE, 4);
	check_limit(32 * PAGE_SIZE, 1);
}

KTEST(slab, shrink_all_reaches_the_descriptors, SHORT)
{
	struct kmem_cache *cache;
	unsigned long pages;

	kmem_cache_shrink_all();
	pages = free_pages_now();
	cache = test_cache(1024);
	kt_assert(cache);
	kt_assert(alloc_objs(cache, 0, MAX_OBJS));
	free_objs(cache, 0, MAX_OBJS);
	kt_true(kmem_cache_active(cache->slabp_cache) > 0);
	kt_true(kmem_cache_shrink_all() > 0);
	kt_eq(kmem_cache_destroy(cache), 0);
	kmem_cache_shrink_all();
	kt_eq(free_pages_now(), pages);
}

/* The last page goes into the slab, and nothing is left for its descriptor. */
KTEST(slab, page_goes_back_if_its_descriptor_fails, SHORT)
{
	struct kmem_cache *cache = test_cache(PAGE_SIZE);
	struct drained *all;
	unsigned long pages;
	u32 n = 0;

	kt_assert(cache && cache->slabp_cache);
	all = drain_memory(0);
	while (n < MAX_OBJS && (objs[n] = kmem_cache_alloc(cache->slabp_cache, GFP_KERNEL)))
		n++;
	kt_true(n < MAX_OBJS);
	all = drain_order(undrain_one(all), 0);
	all = undrain_one(all); /* one page now */
	pages = free_pages_now();
	kt_ptr_eq(kmem_cache_alloc(cache, GFP_KERNEL), NULL);
	kt_eq(free_pages_now(), pages);
	kt_eq(node_of(cache)->nr_slabs, 0);
	kt_eq(node_of(cache)->colour_next, 0);
	undrain_memory(all);
	free_objs(cache->slabp_cache, 0, n);
	kt_eq(kmem_cache_destroy(cache), 0);
}

/* --- objects and locks ----------------------------------------------------------------------- */

KTEST(slab, free_leaves_the_contents_alone, SHORT)
{
	struct kmem_cache *cache = test_cache(128);

	kt_assert(cache);
	kt_assert(alloc_objs(cache, 0, 2));
	fill(objs[0], 128, 5);
	kmem_cache_free(cache, objs[0]);
	kt_true(filled(objs[0], 128, 5));
	kmem_cache_free(cache, objs[1]);
	kt_eq(kmem_cache_destroy(cache), 0);
}

KTEST(slab, lock_of_the_cache_is_released, SHORT)
{
	struct kmem_cache *cache = test_cache(64);

	kt_assert(cache);
	kt_assert(alloc_objs(cache, 0, 200));
	free_objs(cache, 0, 200);
	kt_eq(kmem_cache_active(cache), 0);
	kt_false(spin_is_locked(&node_of(cache)->lock));
	kt_eq(kmem_cache_destroy(cache), 0);
}

KTEST(slab, reports_come_while_the_cache_is_locked, SHORT)
{
	struct kmem_cache *cache = test_cache(64);
	unsigned long flags, active;

	kt_assert(cache);
	kt_assert(alloc_objs(cache, 0, 3));
	spin_lock_irqsave(&node_of(cache)->lock, flags);
	active = kmem_cache_active(cache);
	spin_unlock_irqrestore(&node_of(cache)->lock, flags);
	kt_eq(active, 3);
	free_objs(cache, 0, 3);
	kt_eq(kmem_cache_destroy(cache), 0);
}

/* The line of a cache with two slabs, one of them begun. */
KTEST(slab, slabinfo_line, SHORT)
{
	struct kmem_cache *cache = test_cache(256);
	struct capture capture;

	kt_assert(cache);
	kt_assert(alloc_objs(cache, 0, 16));
	capture_init(&capture, capture_text, sizeof(capture_text));
	slabinfo_show_cache(&capture.out, cache);
	if (sizeof(void *) == 4)
		kt_eq(capture_count(&capture,
				    "t-slab                16     30    256   15    1 :*"),
		      1);
	kt_eq(capture_count(&capture, "* : tunables  120   60 * : slabdata      2      2      0"),
	      1);
	free_objs(cache, 0, 16);
	kt_eq(kmem_cache_destroy(cache), 0);
}

/* What a report follows may have been overwritten. */
KTEST(slab, report_of_a_page_without_a_descriptor, SHORT)
{
	struct kmem_cache *cache = test_cache(500);
	struct capture capture;
	struct page *page;
	struct slab *slab;

	kt_assert(cache);
	kt_assert(alloc_objs(cache, 0, 1));
	page = virt_to_page(objs[0]);
	slab = page->slab_page;
	page->slab_page = NULL;
	capture_init(&capture, capture_text, sizeof(capture_text));
	slab_page_show(&capture.out, page);
	page->slab_page = slab;
	kt_eq(capture_count(&capture, "  cache: the struct page is damaged"), 1);
	free_objs(cache, 0, 1);
	kt_eq(kmem_cache_destroy(cache), 0);
}
