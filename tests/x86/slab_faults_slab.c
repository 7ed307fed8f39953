/* SPDX-License-Identifier: 0BSD
 *
 * slab_faults_slab.c - the fast paths of the back end slab believe a cache and the descriptor of a
 * slab, and fault where these were written to: the report names what is damaged.
 */
#include <lib/format.h>

#include "../mm/slab_inside.h"

static void *const overwritten = (void *)(uintptr)0x5a5a5a5a;

/* What the first line says of object @obj's slab. */
static void expect_damage(const char *who, const void *obj)
{
	static char text[80];

	snprintf(text, sizeof(text),
		 "BUG: %s: the slab allocator's own data is damaged: S6: %s:", who,
		 virt_to_page(obj)->slab_cache->name);
	kt_expect_stop(text);
}

KTEST(slab_faults, stop_kfree_with_a_damaged_array, STOP)
{
	void *p = kmalloc(64, GFP_KERNEL);

	slab_of(p)->array = overwritten;
	expect_damage("kfree", p);
	kfree(p);
}

KTEST(slab_faults, stop_kfree_with_no_descriptor, STOP)
{
	void *p = kmalloc(64, GFP_KERNEL);

	virt_to_page(p)->slab_page = overwritten;
	expect_damage("kfree", p);
	kfree(p);
}

KTEST(slab_faults, stop_alloc_with_a_damaged_array, STOP)
{
	struct kmem_cache *cache = test_cache(64);
	void *obj = kmem_cache_alloc(cache, GFP_KERNEL);

	cache->array = overwritten;
	expect_damage("kmem_cache_alloc", obj);
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
