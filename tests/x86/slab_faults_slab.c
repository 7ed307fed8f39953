/* SPDX-License-Identifier: 0BSD
 *
 * slab_faults_slab.c - the fast paths of the back end slab believe a cache and the descriptor of a
 * slab, and fault where these were written to: the report names what is damaged.
 */
#include <lib/format.h>

#include "../mm/slab_inside.h"

static void *const overwritten = (void *)(uintptr)0x5a5a5a5a;

/* What the first line says of a kfree() of @obj. */
static void expect_damage(const void *obj)
{
	static char text[80];

	snprintf(text, sizeof(text),
		 "BUG: kfree: the slab allocator's own data is damaged: S6: %s:",
		 virt_to_page(obj)->slab_cache->name);
	kt_expect_stop(text);
}

KTEST(slab_faults, stop_kfree_with_a_damaged_array, STOP)
{
	void *p = kmalloc(64, GFP_KERNEL);

	slab_of(p)->array = overwritten;
	expect_damage(p);
	kfree(p);
}

KTEST(slab_faults, stop_kfree_with_no_descriptor, STOP)
{
	void *p = kmalloc(64, GFP_KERNEL);

	slab_map[page_to_pfn(virt_to_page(p))] = overwritten;
	expect_damage(p);
	kfree(p);
}

KTEST(slab_faults, stop_alloc_with_a_damaged_array, STOP)
{
	struct kmem_cache *cache = test_cache(64);

	cache->array = overwritten;
	kt_expect_stop("BUG: kmem_cache_alloc: the slab allocator's own data is damaged: S11: "
		       "t-slab: no array is at 0x5a5a5a5a");
	kt_ptr_eq(kmem_cache_alloc(cache, GFP_KERNEL), NULL);
}

/* Not only a page fault. */
KTEST(slab_faults, stop_division_by_no_colours, STOP)
{
	struct kmem_cache *cache = test_cache(64);

	cache->colours = cache->colour_off = 0;
	kt_expect_stop("the slab allocator's own data is damaged: S2: t-slab: wrong colours");
	while (kmem_cache_alloc(cache, GFP_KERNEL))
		;
}
