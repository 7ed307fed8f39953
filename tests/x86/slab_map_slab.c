/* SPDX-License-Identifier: 0BSD
 *
 * slab_map_slab.c - a slab behind the end of the map of slabs is found by its struct page.
 */
#include <mm/mm_check.h>

#include "../mm/slab_inside.h"

#define NR_OBJS 200 /* of several slabs, and more than an array holds */

static unsigned int violations(void)
{
	static struct mm_check check;

	check = (struct mm_check){ .out = NULL };
	return mm_check(&check);
}

static void free_by_turns(struct kmem_cache *cache)
{
	u32 i;

	for (i = 0; i < NR_OBJS; i += 2) {
		kmem_cache_free(cache, objs[i]);
		kfree(objs[i + 1]);
	}
}

KTEST(slab_place, objects_behind_its_end_are_freed, SHORT)
{
	struct kmem_cache *cache = test_cache(128);
	unsigned long limit = slab_map_limit;
	bool all;

	kt_assert(cache);
	slab_map_limit = 0;
	all = alloc_objs(cache, 0, NR_OBJS);
	if (all) {
		kt_ptr_eq(slab_of_address(objs[0]), &slab_none);
		free_by_turns(cache);
		cache_drain(cache);
		kt_eq(violations(), 0);
	}
	slab_map_limit = limit;
	kt_true(all);
	kt_eq(kmem_cache_destroy(cache), 0);
	kt_eq(violations(), 0);
}

/* Where little of lowmem is RAM the part for lowmem would take too much of that. */
KTEST(slab_place, covers_lowmem_or_takes_an_eighth_at_most, SHORT)
{
	unsigned long tables = slab_map_limit / (PAGE_SIZE / sizeof(struct slab *));

	kt_true(slab_map_limit >= max_low_pfn || tables <= nr_present_lowmem_pages() / 8);
}
