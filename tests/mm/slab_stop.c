/* SPDX-License-Identifier: 0BSD
 *
 * slab_stop.c - what the slab allocator does not put up with: each test ends the kernel.
 */
#include <lib/errno.h>
#include <lib/format.h>

#include "slab_test.h"

/* --- misuse stops ---------------------------------------------------------------------------- */

/* @obj, which lies in the slab whose first object is @first, is about to be freed to @cache. */
static void expect_not_among(const struct kmem_cache *cache, const char *first, const void *obj)
{
	static char text[160];

	snprintf(text, sizeof(text),
		 "BUG: kmem_cache_free: %p is in a slab of cache t-slab but not among its objects "
		 "%p-%p (",
		 obj, (const void *)first, (const void *)(first + cache->num * cache->stride));
	kt_expect_stop(text);
}

/* What kmalloc()'s tables hold before kmem_cache_init(). */
KTEST(slab, stop_before_kmem_cache_init, STOP)
{
	kt_expect_stop("kmalloc() or a cache is used before kmem_cache_init()");
	kt_ptr_eq(kmem_cache_alloc(&cache_none, GFP_KERNEL), NULL);
}

KTEST(slab, stop_a_slab_changes_without_the_lock, STOP)
{
	struct kmem_cache *cache = test_cache(64);

	kt_assert(alloc_objs(cache, 0, 1));
	kt_expect_stop("spin_is_locked(&cache->lock)");
	slab_changed(0, cache, cache->slab);
}

KTEST(slab, stop_double_free, STOP)
{
	struct kmem_cache *cache = test_cache(64);
	void *obj = kmem_cache_alloc(cache, GFP_KERNEL);

	kmem_cache_free(cache, obj);
	kt_expect_stop("BUG: kmem_cache_free: object");
	kmem_cache_free(cache, obj);
}

KTEST(slab, stop_double_free_says_so, STOP)
{
	struct kmem_cache *cache = test_cache(64);

	if (!alloc_objs(cache, 0, 3 * cache->num))
		return;
	free_objs(cache, 0, 2);
	kt_expect_stop("of cache t-slab is free already (double free?)");
	kmem_cache_free(cache, objs[0]);
}

KTEST(slab, stop_double_free_of_a_slab_given_back, STOP)
{
	struct kmem_cache *cache = test_cache(64);
	void *obj = kmem_cache_alloc(cache, GFP_KERNEL);

	kmem_cache_free(cache, obj);
	kmem_cache_shrink(cache);
	kt_expect_stop("for cache t-slab is in a free page");
	kmem_cache_free(cache, obj);
}

KTEST(slab, stop_pointer_inside_an_object, STOP)
{
	struct kmem_cache *cache = test_cache(104);
	char *obj = kmem_cache_alloc(cache, GFP_KERNEL);

	kt_expect_stop("is 4 bytes inside an object of cache t-slab, stride 104");
	kmem_cache_free(cache, obj + 4);
}

KTEST(slab, stop_pointer_before_the_objects, STOP)
{
	struct kmem_cache *cache = test_cache(16);
	char *obj = kmem_cache_alloc(cache, GFP_KERNEL); /* the first one */

	expect_not_among(cache, obj, obj - 16);
	kmem_cache_free(cache, obj - 16); /* a whole stride: the descriptor of the slab */
}

KTEST(slab, stop_pointer_after_the_objects, STOP)
{
	struct kmem_cache *cache = test_cache(600);
	char *obj = kmem_cache_alloc(cache, GFP_KERNEL);

	expect_not_among(cache, obj, obj + cache->num * cache->stride);
	kmem_cache_free(cache, obj + cache->num * cache->stride);
}

KTEST(slab, stop_pointer_to_the_last_byte, STOP)
{
	struct kmem_cache *cache = test_cache(600);
	char *obj = kmem_cache_alloc(cache, GFP_KERNEL);

	kt_expect_stop("is 599 bytes inside an object of cache t-slab, stride 600");
	kmem_cache_free(cache, obj + cache->num * cache->stride - 1);
}

KTEST(slab, stop_object_of_another_cache, STOP)
{
	struct kmem_cache *cache = test_cache(64);
	void *obj = kmalloc(64, GFP_KERNEL);

	kt_expect_stop("is of cache size-64, not of t-slab (wrong cache?)");
	kmem_cache_free(cache, obj);
}

KTEST(slab, stop_page_of_alloc_pages, STOP)
{
	struct kmem_cache *cache = test_cache(64);

	kt_expect_stop("for cache t-slab is in pages of alloc_pages()");
	kmem_cache_free(cache, (void *)__get_free_pages(GFP_KERNEL, 0));
}

KTEST(slab, stop_free_of_null, STOP)
{
	struct kmem_cache *cache = test_cache(64);

	kt_expect_stop("for cache t-slab is outside the memory of the allocators");
	kmem_cache_free(cache, NULL);
}

KTEST(slab, stop_high_memory, STOP)
{
	struct kmem_cache *cache = test_cache(64);

	kt_expect_stop("asks cache t-slab for an object in high memory");
	kt_ptr_eq(kmem_cache_alloc(cache, GFP_HIGHUSER), NULL);
}

KTEST(slab, stop_dma_from_a_plain_cache, STOP)
{
	struct kmem_cache *cache = test_cache(64);

	kt_expect_stop("asks cache t-slab for DMA memory");
	kt_ptr_eq(kmem_cache_alloc(cache, GFP_KERNEL | GFP_DMA), NULL);
}

static void quiet_ctor(void *obj)
{
	*(u8 *)obj = 0;
}

KTEST(slab, stop_zalloc_with_a_constructor, STOP)
{
	struct kmem_cache *cache = kmem_cache_create("t-slab", 64, 0, 0, quiet_ctor);

	kt_expect_stop("zeroing would undo the constructor of cache t-slab");
	kt_ptr_eq(kmem_cache_zalloc(cache, GFP_KERNEL), NULL);
}

KTEST(slab, stop_destroy_of_a_size_cache, STOP)
{
	kt_expect_stop("cache size-8 belongs to the allocator");
	kt_eq(kmem_cache_destroy(kmalloc_caches[0][0]), -EBUSY);
}

KTEST(slab, stop_create_with_slab_panic, STOP)
{
	kt_expect_stop("kmem_cache_create: no cache t-slab: bad object size");
	kt_ptr_eq(kmem_cache_create("t-slab", 0, 0, SLAB_PANIC, NULL), NULL);
}

KTEST(slab, stop_create_twice_with_slab_panic, STOP)
{
	kt_expect_stop("kmem_cache_create: no cache size-64: the name is taken");
	kt_ptr_eq(kmem_cache_create("size-64", 8, 0, SLAB_PANIC, NULL), NULL);
}

/* A slab of one page-sized object has a descriptor of 22 bytes, from size-32. */
KTEST(slab, stop_create_before_the_size_caches, STOP)
{
	kmalloc_caches[0][2] = kmalloc_caches[0][3] = NULL;
	kt_expect_stop("BUG: cache_place_descriptor at");
	kt_ptr_eq(kmem_cache_create("t-slab", PAGE_SIZE, 0, 0, NULL), NULL);
}

KTEST(slab, stop_descriptors_from_an_off_slab_cache, STOP)
{
	kmalloc_caches[0][2] = kmalloc_caches[0][3] = kmalloc_caches[0][11];
	kt_expect_stop("BUG: cache_place_descriptor at");
	kt_ptr_eq(kmem_cache_create("t-slab", PAGE_SIZE, 0, 0, NULL), NULL);
}

static struct kmem_cache *watched;

static void greedy_ctor(void *obj)
{
	*(void **)obj = kmem_cache_alloc(watched, GFP_KERNEL);
}

KTEST(slab, stop_constructor_that_uses_its_cache, STOP)
{
	watched = kmem_cache_create("t-slab", 64, 0, 0, greedy_ctor);
	kt_expect_stop("BUG: spin_lock: lock");
	kt_ptr_eq(kmem_cache_alloc(watched, GFP_KERNEL), NULL);
}

KTEST(slab, stop_helper_without_the_lock, STOP)
{
	struct kmem_cache *cache = test_cache(64);

	kt_expect_stop("spin_is_locked");
	kt_ptr_eq(cache_alloc_slow(cache, GFP_KERNEL, 0), NULL);
}
