/* SPDX-License-Identifier: 0BSD
 *
 * slab_bulk.c - many objects in one call (Linux's kmem_cache_alloc_bulk()).
 *
 * 1. Concepts    What a bulk call is for is that the caller has all objects or none, and one place
 *                where that fails. An object costs what it costs alone: the fast path is a dozen
 *                loads and stores, and no lock is there to be shared (the back end's theory).
 * 2. Bad ones    Of an array of pointers it is of no use to hear which object is bad, but which
 *                element. So each is judged before it is freed, which is also how one that stands
 *                in the array twice is found.
 * 3. Locking     None of its own, and none is held between two elements.
 */
#include <mm/slab.h>

#include "kfence.h"
#include "slab_bug.h"
#include "slab_common.h"

int kmem_cache_alloc_bulk(struct kmem_cache *cache, gfp_t gfp, size_t n, void **p)
{
	size_t i;

	slab_check_cache(cache, __func__);
	for (i = 0; i < n; i++) {
		p[i] = kmem_cache_alloc(cache, gfp);
		if (likely(p[i]))
			continue;
		kmem_cache_free_bulk(cache, i, p);
		return 0;
	}
	return (int)n;
}

/* Is @obj one that is out, of @cache or with NULL of any? What lies in no slab is kfree()'s to
 * judge, and a guarded one the guard's. */
static __always_inline bool is_live(const struct kmem_cache *cache, const void *obj)
{
	const struct page *page = slab_page_of(obj);

	if (likely(page))
		return cache_owns(cache, page, obj);
	return !cache || is_kfence_address(obj);
}

static __noinline void bad_element(const struct kmem_cache *cache, size_t n, void *const *p,
				   size_t i, const char *who)
{
	printk(KERN_ERR "slab: %s: element %zu of %zu is bad\n", who, i, n);
	slab_bad_free(p[i], cache, who);
}

void kmem_cache_free_bulk(struct kmem_cache *cache, size_t n, void **p)
{
	size_t i;

	if (!cache) {
		kfree_bulk(n, p);
		return;
	}
	slab_check_cache(cache, __func__);
	for (i = 0; i < n; i++) {
		if (unlikely(!is_live(cache, p[i])))
			bad_element(cache, n, p, i, __func__);
		else
			kmem_cache_free(cache, p[i]);
	}
}

void kfree_bulk(size_t n, void **p)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (unlikely(!is_live(NULL, p[i])))
			bad_element(NULL, n, p, i, __func__);
		else
			kfree(p[i]);
	}
}
