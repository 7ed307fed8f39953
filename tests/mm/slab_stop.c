/* SPDX-License-Identifier: 0BSD
 *
 * slab_stop.c - what the slab allocator does not put up with: each test ends the kernel.
 */
#include <lib/align.h>
#include <lib/errno.h>
#include <lib/format.h>
#include <test/pages.h>

#include "slab_test.h"

/* --- misuse stops ---------------------------------------------------------------------------- */

/* What kmalloc()'s tables hold before kmem_cache_init(). */
KTEST(slab, stop_before_kmem_cache_init, STOP)
{
	kt_expect_stop("kmalloc() or a cache is used before kmem_cache_init()");
	kt_ptr_eq(kmem_cache_alloc(&cache_none, GFP_KERNEL), NULL);
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

KTEST(slab, stop_pointer_inside_an_object, STOP)
{
	struct kmem_cache *cache = test_cache(104);
	char *obj = kmem_cache_alloc(cache, GFP_KERNEL);

	kt_expect_stop("is 4 bytes inside an object of cache t-slab, stride 104");
	kmem_cache_free(cache, obj + 4);
}

#if SLAB_HAS_SLABS

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

KTEST(slab, stop_double_free_of_a_slab_given_back, STOP)
{
	struct kmem_cache *cache = test_cache(64);
	void *obj = kmem_cache_alloc(cache, GFP_KERNEL);

	kmem_cache_free(cache, obj);
	kmem_cache_shrink(cache);
	kt_expect_stop("for cache t-slab is in a free page");
	kmem_cache_free(cache, obj);
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

#endif

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

	kt_expect_stop("for cache t-slab is outside the memory of the allocators (NULL: an alloc");
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

/* --- what is no cache ------------------------------------------------------------------------ */

KTEST(slab, stop_create_with_all_flags, STOP)
{
	kt_expect_stop("kmem_cache_create: no cache t-slab: the allocator's own flags 0x");
	kt_ptr_eq(kmem_cache_create("t-slab", 16, 0, ~0u, NULL), NULL);
}

KTEST(slab, stop_create_with_unknown_flags_and_slab_panic, STOP)
{
	kt_expect_stop("kmem_cache_create: no cache t-slab: unknown flags 0x1000");
	kt_ptr_eq(kmem_cache_create("t-slab", 16, 0, SLAB_PANIC | 0x1000, NULL), NULL);
}

static struct kmem_cache *destroyed_cache(void)
{
	struct kmem_cache *cache = test_cache(64);
	void *obj = kmem_cache_alloc(cache, GFP_KERNEL);

	kmem_cache_free(cache, obj);
	kt_eq(kmem_cache_destroy(cache), 0);
	return cache;
}

KTEST(slab, stop_alloc_from_a_destroyed_cache, STOP)
{
	struct kmem_cache *cache = destroyed_cache();

	kt_expect_stop("is cache t-slab, which was destroyed");
	kt_ptr_eq(kmem_cache_alloc(cache, GFP_KERNEL), NULL);
}

KTEST(slab, stop_zalloc_from_a_destroyed_cache, STOP)
{
	struct kmem_cache *cache = destroyed_cache();

	kt_expect_stop("is cache t-slab, which was destroyed");
	kt_ptr_eq(kmem_cache_zalloc(cache, GFP_KERNEL), NULL);
}

KTEST(slab, stop_free_to_a_destroyed_cache, STOP)
{
	struct kmem_cache *cache = destroyed_cache();

	kt_expect_stop("is cache t-slab, which was destroyed");
	kmem_cache_free(cache, kmalloc(64, GFP_KERNEL));
}

KTEST(slab, stop_destroyed_twice, STOP)
{
	struct kmem_cache *cache = destroyed_cache();

	kt_expect_stop("is cache t-slab, which was destroyed");
	kt_eq(kmem_cache_destroy(cache), 0);
}

KTEST(slab, stop_shrink_of_a_destroyed_cache, STOP)
{
	struct kmem_cache *cache = destroyed_cache();

	kt_expect_stop("is cache t-slab, which was destroyed");
	kmem_cache_shrink(cache);
}

KTEST(slab, stop_name_of_a_destroyed_cache, STOP)
{
	struct kmem_cache *cache = destroyed_cache();

	kt_expect_stop("is cache t-slab, which was destroyed");
	kt_ptr_eq(kmem_cache_name(cache), NULL);
}

KTEST(slab, stop_size_of_a_destroyed_cache, STOP)
{
	struct kmem_cache *cache = destroyed_cache();

	kt_expect_stop("BUG: kmem_cache_size: 0x");
	kt_expect_report("is cache t-slab, which was destroyed");
	kt_eq(kmem_cache_size(cache), 64);
}

KTEST(slab, stop_count_of_a_destroyed_cache, STOP)
{
	struct kmem_cache *cache = destroyed_cache();

	kt_expect_stop("BUG: kmem_cache_active: 0x");
	kt_expect_report("is cache t-slab, which was destroyed");
	kt_eq(kmem_cache_active(cache), 0);
}

KTEST(slab, stop_next_of_a_destroyed_cache, STOP)
{
	struct kmem_cache *cache = destroyed_cache();

	kt_expect_stop("is cache t-slab, which was destroyed");
	kt_ptr_eq(kmem_cache_next(cache), NULL);
}

KTEST(slab, stop_zalloc_from_null, STOP)
{
	kt_expect_stop("is no cache (NULL: a kmem_cache_create() that failed?)");
	kt_ptr_eq(kmem_cache_zalloc(NULL, GFP_KERNEL), NULL);
}

KTEST(slab, stop_free_to_null, STOP)
{
	void *obj = kmalloc(64, GFP_KERNEL);

	kt_expect_stop("is no cache (NULL: a kmem_cache_create() that failed?)");
	kmem_cache_free(NULL, obj);
}

KTEST(slab, stop_size_of_null, STOP)
{
	kt_expect_stop("BUG: kmem_cache_size: 0x00000000");
	kt_eq(kmem_cache_size(NULL), 0);
}

KTEST(slab, stop_shrink_of_null, STOP)
{
	kt_expect_stop("BUG: kmem_cache_shrink: 0x00000000");
	kmem_cache_shrink(NULL);
}

KTEST(slab, stop_active_objects_of_null, STOP)
{
	kt_expect_stop("BUG: kmem_cache_active: 0x00000000");
	kt_eq(kmem_cache_active(NULL), 0);
}

KTEST(slab, stop_free_to_an_object, STOP)
{
	struct kmem_cache *no_cache = kzalloc(sizeof(*no_cache), GFP_KERNEL);

	kt_expect_stop("is no cache (uninitialised, or overwritten?)");
	kmem_cache_free(no_cache, kmalloc(64, GFP_KERNEL));
}

KTEST(slab, stop_destroy_of_an_address_outside_memory, STOP)
{
	kt_expect_stop("is no cache (uninitialised, or overwritten?)");
	kt_eq(kmem_cache_destroy((struct kmem_cache *)(uintptr)0x33333333), 0);
}

/* --- damage is reported, and does not fault in the report ------------------------------------ */

/* Somebody wrote over the chain, and the kernel stops for another reason: the panic monitor's
 * reports must not fall over it (the rows of scripts/test/boot-matrix type at it). */
KTEST(slab, stop_with_a_broken_chain, STOP)
{
	kt_expect_stop("the chain of caches is broken, on purpose");
	cache_chain.next = (struct list_head *)16;
	panic("the chain of caches is broken, on purpose");
}
