/* SPDX-License-Identifier: 0BSD
 *
 * sizes_slab.c - the sizes that kmalloc() has caches of: what a request costs where there are many.
 */
#include <test/ktest.h>

#include "kmalloc.h"
#include "slab_inside.h"

/* From here on a request costs a third more than it asks for, at most, up to here. */
#define SIZES_FROM 257UL
#define SIZES_TO   10880UL

/* Thirds of a byte that an object of @cache takes of its largest slab. */
static unsigned long thirds_of_object(const struct kmem_cache *cache)
{
	unsigned int order = cache_next_order(cache, ~0UL);

	return (PAGE_SIZE << order) * 3 / slab_shape(cache, order).num;
}

KTEST(kmalloc_sizes, a_request_costs_a_third_more_at_most, SHORT)
{
	const struct kmem_cache *cache;
	size_t size;

	if (cache_is_debugged(kmalloc_slab(SIZES_FROM, 0)))
		kt_skip("objects are larger with slab_debug");
	for (size = SIZES_FROM; size <= SIZES_TO; size++) {
		cache = kmalloc_slab(size, 0);
		if (!kt_true(thirds_of_object(cache) <= 4 * size))
			kt_fail("%zu bytes come from %s", size, cache->name);
	}
}

/* A size that cuts no slab into more objects than the next one would only has slabs to fill. What a
 * slab has room for beside its objects is a descriptor with pointers of 32 bits. */
KTEST(kmalloc_sizes, each_size_saves_memory, SHORT)
{
	u32 i;

	if (sizeof(void *) > sizeof(u32))
		kt_skip("descriptors are larger with pointers of 64 bits");
	if (cache_is_debugged(kmalloc_slab(SIZES_FROM, 0)))
		kt_skip("objects are larger with slab_debug");
	for (i = 0; i < KMALLOC_NR_SIZES - 1; i++) {
		kt_case(kmalloc_sizes[i].name);
		kt_true(thirds_of_object(kmalloc_caches[0][i]) <
			thirds_of_object(kmalloc_caches[0][i + 1]));
	}
	kt_case(NULL);
}
