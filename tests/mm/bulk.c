/* SPDX-License-Identifier: 0BSD
 *
 * bulk.c - many objects in one call: all or none, and which element is bad.
 */
#include <test/pages.h>

#include "slab_test.h"
#include "drain.h"

#define NR 300u

KTEST(bulk, all_are_there_and_differ, SHORT)
{
	struct kmem_cache *cache = test_cache(200);
	u32 i;

	kt_assert(cache);
	kt_eq(kmem_cache_alloc_bulk(cache, GFP_KERNEL, NR, objs), NR);
	kt_eq(kmem_cache_active(cache), NR);
	for (i = 0; i < NR; i++)
		fill(objs[i], 200, i);
	for (i = 0; i < NR; i++)
		if (!filled(objs[i], 200, i))
			kt_fail("object %u has the bytes of another one", i);
	kmem_cache_free_bulk(cache, NR - 7, objs);
	kt_eq(kmem_cache_active(cache), 7);
	kmem_cache_free_bulk(cache, 7, objs + NR - 7);
	kt_eq(kmem_cache_active(cache), 0);
	kt_eq(kmem_cache_destroy(cache), 0);
}

KTEST(bulk, nothing_is_nothing, SHORT)
{
	struct kmem_cache *cache = test_cache(40);

	kt_assert(cache);
	kt_eq(kmem_cache_alloc_bulk(cache, GFP_KERNEL, 0, NULL), 0);
	kmem_cache_free_bulk(cache, 0, NULL);
	kfree_bulk(0, NULL);
	kt_eq(kmem_cache_active(cache), 0);
	kt_eq(kmem_cache_destroy(cache), 0);
}

static void construct(void *obj)
{
	memset(obj, 0xC7, 40);
}

KTEST(bulk, constructed_and_zeroed_objects, SHORT)
{
	struct kmem_cache *cache = kmem_cache_create("t-ctor", 40, 0, 0, construct);
	struct kmem_cache *plain = test_cache(40);
	static const u8 zero[40];

	kt_assert(cache && plain);
	kt_eq(kmem_cache_alloc_bulk(cache, GFP_KERNEL, 3, objs), 3);
	kt_eq(((u8 *)objs[2])[39], 0xC7);
	kmem_cache_free_bulk(cache, 3, objs);
	kt_eq(kmem_cache_alloc_bulk(plain, GFP_KERNEL, 3, objs), 3);
	memset(objs[2], 0xEE, 40);
	kmem_cache_free_bulk(plain, 3, objs);
	kt_eq(kmem_cache_alloc_bulk(plain, GFP_KERNEL | __GFP_ZERO, 3, objs), 3);
	kt_eq(memcmp(objs[0], zero, 40) | memcmp(objs[1], zero, 40) | memcmp(objs[2], zero, 40), 0);
	kmem_cache_free_bulk(plain, 3, objs);
	kt_eq(kmem_cache_destroy(cache), 0);
	kt_eq(kmem_cache_destroy(plain), 0);
}

/* Some objects can be had, but not all: none is kept. */
KTEST(bulk, all_or_none, SHORT)
{
	struct kmem_cache *cache = test_cache(2000);
	struct drained *all;
	void *one;

	kt_assert(cache);
	one = kmem_cache_alloc(cache, GFP_KERNEL);
	kt_assert(one);
	fill(one, 2000, 5);
	all = drain_memory(0);
	kt_eq(kmem_cache_alloc_bulk(cache, GFP_KERNEL | __GFP_NOWARN, MAX_OBJS, objs), 0);
	kt_eq(kmem_cache_active(cache), 1);
	undrain_memory(all);
	kt_true(filled(one, 2000, 5));
	kmem_cache_free(cache, one);
	kt_eq(kmem_cache_destroy(cache), 0);
}

KTEST(bulk, memory_of_kmalloc_of_any_size, SHORT)
{
	static const size_t sizes[] = { 8, 100, 5000, 200000, 0, 64 };
	unsigned long pages = free_pages_now() + slab_nr_pages();
	u32 i;

	for (i = 0; i < ARRAY_SIZE(sizes); i++)
		objs[i] = kmalloc(sizes[i], GFP_KERNEL);
	objs[i] = NULL;
	kfree_bulk(ARRAY_SIZE(sizes) + 1, objs);
	kt_eq(free_pages_now() + slab_nr_pages(), pages);
	objs[0] = kmalloc(8, GFP_KERNEL);
	objs[1] = kmalloc(3000, GFP_KERNEL);
	kmem_cache_free_bulk(NULL, 2, objs);
	kt_eq(free_pages_now() + slab_nr_pages(), pages);
}

/* --- misuse stops ---------------------------------------------------------------------------- */

/* Eight objects of a cache of 40 bytes, in objs[]. */
static struct kmem_cache *eight_objects(void)
{
	struct kmem_cache *cache = kmem_cache_create("t-bulk", 40, 0, 0, NULL);

	kt_eq(kmem_cache_alloc_bulk(cache, GFP_KERNEL, 8, objs), 8);
	return cache;
}

KTEST(bulk, stop_element_of_another_cache, STOP)
{
	struct kmem_cache *cache = eight_objects();

	objs[3] = kmalloc(64, GFP_KERNEL);
	kt_expect_stop("BUG: kmem_cache_free_bulk: object 0x");
	kt_expect_report("slab: kmem_cache_free_bulk: element 3 of 8 is bad");
	kt_expect_report("is of cache size-64, not of t-bulk (wrong cache?)");
	kmem_cache_free_bulk(cache, 8, objs);
}

KTEST(bulk, stop_element_that_stands_there_twice, STOP)
{
	struct kmem_cache *cache = eight_objects();

	objs[6] = objs[2];
	kt_expect_stop("of cache t-bulk is free already (double free?)");
	kt_expect_report("slab: kmem_cache_free_bulk: element 6 of 8 is bad");
	kmem_cache_free_bulk(cache, 8, objs);
}

KTEST(bulk, stop_element_that_is_null, STOP)
{
	struct kmem_cache *cache = eight_objects();

	objs[7] = NULL;
	kt_expect_stop("BUG: kmem_cache_free_bulk: 0x");
	kt_expect_report("slab: kmem_cache_free_bulk: element 7 of 8 is bad");
	kmem_cache_free_bulk(cache, 8, objs);
}

KTEST(bulk, stop_element_inside_an_object, STOP)
{
	eight_objects();
	objs[0] = (char *)objs[0] + 8;
	kt_expect_stop("is 8 bytes inside an object of cache t-bulk");
	kt_expect_report("slab: kfree_bulk: element 0 of 8 is bad");
	kfree_bulk(8, objs);
}

KTEST(bulk, stop_alloc_from_a_destroyed_cache, STOP)
{
	struct kmem_cache *cache = test_cache(40);

	kt_eq(kmem_cache_destroy(cache), 0);
	kt_expect_stop("BUG: kmem_cache_alloc_bulk: 0x");
	kt_expect_report("is cache t-slab, which was destroyed");
	kt_eq(kmem_cache_alloc_bulk(cache, GFP_KERNEL, 1, objs), 0);
}

KTEST(bulk, stop_free_to_a_destroyed_cache, STOP)
{
	struct kmem_cache *cache = test_cache(40);

	kt_eq(kmem_cache_destroy(cache), 0);
	kt_expect_stop("BUG: kmem_cache_free_bulk: 0x");
	kt_expect_report("is cache t-slab, which was destroyed");
	kmem_cache_free_bulk(cache, 1, objs);
}
