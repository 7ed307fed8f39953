/* SPDX-License-Identifier: 0BSD
 *
 * slab_inside.h - for the tests that look into the back end of mm/slab.c, *_slab.c.
 */
#ifndef TESTS_MM_SLAB_INSIDE_H
#define TESTS_MM_SLAB_INSIDE_H

#include "slab_cpu.h"
#include "slab_internal.h"
#include "slab_test.h"

/* Where the slabs of a test's cache are, as long as there is memory. */
static inline struct kmem_cache_node *node_of(struct kmem_cache *cache)
{
	return &cache->node[slab_home_node()];
}

static inline struct array_cache *this_array(const struct kmem_cache *cache)
{
	return array_of_cpu(cache->array, smp_processor_id());
}

/* Objects in this CPU's array, which nobody is in. */
static inline int nr_cached(const struct kmem_cache *cache)
{
	return this_array(cache)->avail - ARRAY_OPEN;
}

/* Be in this CPU's array, which is empty then: all objects come from the slabs and go back there,
 * until open_array(). */
static inline void close_array(struct kmem_cache *cache)
{
	int none = 0;

	cache_drain(cache);
	kt_true(array_enter(this_array(cache), 0, &none));
	kt_eq(none, 0);
}

static inline void open_array(struct kmem_cache *cache)
{
	array_leave(this_array(cache), 0);
}

/* A cache as that of test_cache(), with the array closed. */
static inline struct kmem_cache *slabs_only(size_t size)
{
	struct kmem_cache *cache = test_cache(size);

	if (cache)
		close_array(cache);
	return cache;
}

static inline struct slab *slab_of(const void *obj)
{
	return virt_to_page(obj)->slab_page;
}

#endif
