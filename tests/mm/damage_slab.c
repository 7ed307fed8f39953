/* SPDX-License-Identifier: 0BSD
 *
 * damage_slab.c - the descriptors of the back end slab are damaged while a report needs them: it
 * comes all the same. The caches are debugged, so that a report would look at what lies around.
 */
#include "slab_debug.h"
#include "slab_inside.h"
#include "slab_test.h"

/* An object of a debugged cache; NULL without memory. */
static void *debugged_object(struct kmem_cache **cache)
{
	*cache = kmem_cache_create("t-debug", 60, 0, SLAB_DEBUG_FLAGS, NULL);
	return *cache ? kmem_cache_alloc(*cache, GFP_KERNEL) : NULL;
}

KTEST(slab_damage, stop_first_object_of_a_slab, STOP)
{
	struct kmem_cache *cache;
	void *obj = debugged_object(&cache);

	kt_assert(obj);
	slab_of(obj)->s_mem = (void *)(uintptr)0x33333333;
	kt_expect_stop("BUG: kmem_cache_free: cache t-debug: the descriptor of a slab");
	kmem_cache_free(cache, obj);
}

KTEST(slab_damage, stop_bufctl_of_an_object, STOP)
{
	struct kmem_cache *cache;
	void *obj = debugged_object(&cache);

	kt_assert(obj);
	slab_of(obj)->bufctl[0] = slab_of(obj)->bufctl[1] = 0x3333;
	kt_expect_stop("BUG: kmem_cache_free: cache t-debug: the descriptor of a slab");
	kmem_cache_free(cache, obj);
}

KTEST(slab_damage, stop_number_of_objects, STOP)
{
	struct kmem_cache *cache;
	void *obj = debugged_object(&cache);

	kt_assert(obj);
	slab_of(obj)->num = 0;
	kt_expect_stop("BUG: kmem_cache_free: cache t-debug: the descriptor of a slab");
	kmem_cache_free(cache, obj);
}

KTEST(slab_damage, stop_chain_of_free_objects, STOP)
{
	struct kmem_cache *cache;
	void *obj = debugged_object(&cache);

	kt_assert(obj);
	slab_of(obj)->free = 0x3333;
	kt_expect_stop("BUG: kmem_cache_alloc: cache t-debug: the descriptor of a slab");
	kt_ptr_eq(kmem_cache_alloc(cache, GFP_KERNEL), NULL);
}

/* The page is no slab's any more, as its flags have it. */
KTEST(slab_damage, stop_flags_of_a_page, STOP)
{
	struct kmem_cache *cache;
	void *obj = debugged_object(&cache);

	kt_assert(obj);
	virt_to_page(obj)->flags &= ~PG_slab;
	kt_expect_stop("is in pages of alloc_pages()");
	kfree(obj);
}
