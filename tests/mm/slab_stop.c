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
	kt_expect_stop("&cache->lock is not held");
	kt_ptr_eq(slab_changed(0, cache, cache->slab).surplus, NULL);
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

/* 300 bytes over the end of each object run over the descriptors behind. */
KTEST(slab, stop_descriptor_overwritten_by_an_overrun, STOP)
{
	struct kmem_cache *cache = test_cache(2000);
	u32 i;

	if (!alloc_objs(cache, 0, 8))
		return;
	for (i = 0; i < 8; i++)
		memset(objs[i], 0x33, 2300);
	kt_expect_stop("is damaged: first object 0x33333333");
	free_objs(cache, 0, 8);
}

KTEST(slab, stop_kfree_with_a_damaged_descriptor, STOP)
{
	void *p = kmalloc(64, GFP_KERNEL);

	slab_of(p)->s_mem = NULL;
	kt_expect_stop("BUG: kfree: cache size-64: the descriptor of a slab");
	kfree(p);
}

KTEST(slab, stop_ksize_with_a_damaged_descriptor, STOP)
{
	void *p = kmalloc(64, GFP_KERNEL);

	slab_of(p)->s_mem = (void *)(uintptr)0x41414141;
	kt_expect_stop("BUG: ksize: cache size-64: the descriptor of a slab");
	kt_eq(ksize(p), 64);
}

/* An entry that names no object is no free one. */
KTEST(slab, stop_damaged_entry_of_an_object, STOP)
{
	struct kmem_cache *cache = test_cache(64);

	if (!alloc_objs(cache, 0, 3))
		return;
	cache->slab->bufctl[1] = 0x3333;
	kt_expect_stop("is damaged: first object");
	kmem_cache_free(cache, objs[1]);
}

KTEST(slab, stop_alloc_with_a_damaged_chain, STOP)
{
	struct kmem_cache *cache = test_cache(64);

	if (!alloc_objs(cache, 0, 3))
		return;
	cache->slab->free = 0x33333333;
	kt_expect_stop("BUG: kmem_cache_alloc: cache t-slab: the descriptor of a slab");
	kt_ptr_eq(kmem_cache_alloc(cache, GFP_KERNEL), NULL);
}

/* The slab that comes after the working slab. */
KTEST(slab, stop_alloc_with_a_damaged_chain_of_another_slab, STOP)
{
	struct kmem_cache *cache = test_cache(64);

	if (!alloc_objs(cache, 0, 2 * cache->num))
		return;
	free_objs(cache, 0, 1); /* a partial slab, which is not the working one */
	slab_of(objs[0])->free = cache->num;
	kt_expect_stop("BUG: kmem_cache_alloc: cache t-slab: the descriptor of a slab");
	kt_ptr_eq(kmem_cache_alloc(cache, GFP_KERNEL), NULL);
}

KTEST(slab, stop_object_whose_page_names_no_cache, STOP)
{
	struct kmem_cache *cache = test_cache(64);
	void *obj = kmem_cache_alloc(cache, GFP_KERNEL);

	virt_to_page(obj)->slab_cache = (struct kmem_cache *)(uintptr)0x33333333;
	kt_expect_stop("is no cache (uninitialised, or overwritten?)");
	kmem_cache_free(cache, obj);
}

/* A descriptor that names the objects of another slab: that one's cache is not to blame. */
KTEST(slab, stop_descriptor_with_the_objects_of_another_cache, STOP)
{
	struct kmem_cache *cache = test_cache(64);
	void *obj = kmem_cache_alloc(cache, GFP_KERNEL);
	void *other = kmalloc(32, GFP_KERNEL);

	slab_of(obj)->s_mem = slab_of(other)->s_mem;
	kt_expect_stop("BUG: kmem_cache_free: cache t-slab: the descriptor of a slab");
	kmem_cache_free(cache, obj);
}

/* The page of the first object names no cache, that of the freed one does. */
KTEST(slab, stop_first_page_of_a_slab_names_no_cache, STOP)
{
	struct kmem_cache *cache = test_cache(2600);
	void *last;

	if (!kt_true(cache->num > 2) || !alloc_objs(cache, 0, cache->num))
		return;
	last = objs[cache->num - 1];
	kmem_cache_free(cache, last);
	virt_to_page(slab_of(last)->s_mem)->slab_cache = (struct kmem_cache *)(uintptr)0x33333333;
	kt_expect_stop("BUG: kmem_cache_free: cache (unknown): the descriptor of a slab");
	kmem_cache_free(cache, last);
}

/* Somebody wrote over the chain, and the kernel stops for another reason: the panic monitor's
 * reports must not fall over it (the rows of scripts/test/boot-matrix type at it). */
KTEST(slab, stop_with_a_broken_chain, STOP)
{
	kt_expect_stop("the chain of caches is broken, on purpose");
	cache_chain.next = (struct list_head *)16;
	panic("the chain of caches is broken, on purpose");
}

/* --- faults, which a port reports ------------------------------------------------------------ */

KTEST(slab, stop_a_fault_on_a_null_cache, STOP)
{
	kt_expect_stop("BUG: kmem_cache_alloc: 0x");
	slab_judge_fault((uintptr)kmem_cache_alloc, offsetof(struct kmem_cache, slab));
}

KTEST(slab, a_fault_that_is_no_callers_bug, SHORT)
{
	const struct page *ram = pfn_to_page(NODE_DATA(0)->node_start_pfn);

	slab_judge_fault((uintptr)kmem_cache_alloc, offsetof(struct kmem_cache, stride));
	slab_judge_fault((uintptr)kmem_cache_free, offsetof(struct kmem_cache, slab));
	slab_judge_fault((uintptr)kfree, (uintptr)ram); /* damaged, but there */
	slab_judge_fault((uintptr)kfree, (uintptr)pfn_to_page(MAX_PFN_LIMIT - 1)); /* HighMem's */
	slab_judge_fault((uintptr)kfree, VMEMMAP_START - 1);
}
