/* SPDX-License-Identifier: 0BSD
 *
 * slab_cpu.c - objects from the working slab, and to wherever they came from.
 *
 * 1. Concepts
 *    A cache takes all objects from one working slab, which lies outside its lists. So allocating
 *    and freeing move no slab while it stays the same one; a pair costs no list operation. The fast
 *    paths are inline (slab_cpu.h): here is what they are wrapped in, and what they fall back to.
 * 2. Locking
 *    cache->lock, interrupts off. cache_alloc_slow() and slab_changed(), the ways from the fast
 *    paths to the lists, are called with it.
 */
#include <mm/slab.h>

#include "slab_bug.h"
#include "slab_cpu.h"
#include "slab_internal.h"

void *fastcall cache_alloc_slow(struct kmem_cache *cache, gfp_t gfp, unsigned long flags)
{
	struct slab *slab;
	void *obj;

	if (unlikely(cache->slab->free != BUFCTL_END))
		slab_damaged(cache, cache->slab, "kmem_cache_alloc");
	slab = cache_refill(cache, gfp);
	if (slab && unlikely(slab->free >= cache->num))
		slab_damaged(cache, slab, "kmem_cache_alloc");
	obj = slab ? slab_take(cache, slab) : NULL;
	spin_unlock_irqrestore(&cache->lock, flags);
	return obj;
}

void *fastcall cache_alloc_special(struct kmem_cache *cache, gfp_t gfp)
{
	void *obj;

	mm_bug_on(gfp & __GFP_HIGHMEM, "gfp 0x%x asks cache %s for an object in high memory", gfp,
		  cache->name);
	mm_bug_on(gfp & __GFP_DMA && !(cache->flags & SLAB_CACHE_DMA),
		  "gfp 0x%x asks cache %s for DMA memory (created without SLAB_CACHE_DMA?)", gfp,
		  cache->name);
	mm_bug_on(gfp & __GFP_ZERO && cache->ctor, "zeroing would undo the constructor of cache %s",
		  cache->name);
	obj = cache_alloc(cache, gfp);
	if (obj && gfp & __GFP_ZERO)
		memset(obj, 0, cache->size);
	return obj;
}

void *fastcall kmem_cache_alloc(struct kmem_cache *cache, gfp_t gfp)
{
	if (unlikely(gfp & SLAB_GFP_SPECIAL))
		return cache_alloc_special(cache, gfp);
	return cache_alloc(cache, gfp);
}

void *kmem_cache_zalloc(struct kmem_cache *cache, gfp_t gfp)
{
	slab_check_cache(cache, __func__);
	return cache_alloc_special(cache, gfp | __GFP_ZERO);
}

void fastcall kmem_cache_free(struct kmem_cache *cache, void *obj)
{
	struct page *page = slab_page_of(obj);

	if (unlikely(!page || page->slab_cache != cache))
		slab_wrong_cache(__func__, cache, obj);
	cache_free(cache, page->slab_page, obj, __func__);
}
