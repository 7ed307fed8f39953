/* SPDX-License-Identifier: 0BSD
 *
 * slab_cpu.c - objects from the working slab, and to wherever they came from.
 *
 * 1. Concepts
 *    A cache takes all objects from one working slab, which lies outside its lists. So allocating
 *    and freeing move no slab while it stays the same one; a pair costs no list operation. The fast
 *    paths are inline (slab_cpu.h): here is what they are wrapped in, and what they fall back to.
 * 2. Locking
 *    cache->lock, interrupts off, taken and released in the same function. It is not held while the
 *    cache grows: cache_alloc_slow() takes it again and looks at what is there then.
 */
#include <mm/slab.h>

#include "slab_bug.h"
#include "slab_common.h"
#include "slab_cpu.h"
#include "slab_internal.h"

/* --- the slow paths -------------------------------------------------------------------------- */

/* A slab with free objects, off its list: a partial one first, to fill what is begun. */
static struct slab *cache_next_slab(struct kmem_cache *cache)
{
	struct list_head *from = &cache->slabs_partial;
	struct slab *slab;

	if (list_empty(from)) {
		from = &cache->slabs_free;
		if (list_empty(from))
			return NULL;
		cache->nr_free_slabs--;
	}
	slab = list_first_entry(from, struct slab, list);
	list_del(&slab->list);
	return slab;
}

/* The working slab is used up: put it away and take another one, @grown if the lists have none.
 * Return: NULL if there is none. */
static struct slab *cache_refill(struct kmem_cache *cache, struct slab *grown)
{
	struct slab *slab = cache_next_slab(cache);

	if (!slab)
		slab = grown;
	if (!slab)
		return NULL;
	if (cache->slab != &slab_none)
		list_add(&cache->slab->list, &cache->slabs_full);
	cache->slab = slab;
	return slab;
}

/* An object of the working slab, or of the one that becomes it; NULL if there is none. */
static void *cache_take(struct kmem_cache *cache, struct slab *grown)
{
	struct slab *slab = cache->slab;

	if (slab->free == BUFCTL_END)
		slab = cache_refill(cache, grown);
	if (!slab)
		return NULL;
	if (unlikely(slab->free >= cache->num))
		slab_damaged(cache, slab, "kmem_cache_alloc");
	return slab_take(cache, slab);
}

/* Keep an empty slab that is on no list where it can be found again. Return: NULL; if enough are
 * kept, as cache_detach(). */
static struct page *cache_keep_empty(struct kmem_cache *cache, struct slab *slab)
{
	if ((cache->nr_free_slabs + 1) << cache->order > SLAB_KEEP_PAGES)
		return cache_detach(cache, slab);
	list_add(&slab->list, &cache->slabs_free);
	cache->nr_free_slabs++;
	return NULL;
}

static void cache_count_grown(struct kmem_cache *cache)
{
	cache->nr_slabs++;
	if (++cache->colour_next == cache->colours)
		cache->colour_next = 0;
}

/* An object of the slabs that there are now. */
static void *alloc_from_slabs(struct kmem_cache *cache)
{
	unsigned long flags;
	void *obj;

	spin_lock_irqsave(&cache->lock, flags);
	obj = cache_take(cache, NULL);
	spin_unlock_irqrestore(&cache->lock, flags);
	return obj;
}

/* An object when there is @grown too, a new slab. Others may have freed objects, or made a slab,
 * while it was made: theirs are used first, and @grown waits with the empty slabs. */
static void *alloc_from_grown(struct kmem_cache *cache, struct slab *grown)
{
	struct page *surplus = NULL;
	unsigned long flags;
	void *obj;

	spin_lock_irqsave(&cache->lock, flags);
	cache_count_grown(cache);
	obj = cache_take(cache, grown);
	if (unlikely(cache->slab != grown))
		surplus = cache_keep_empty(cache, grown);
	spin_unlock_irqrestore(&cache->lock, flags);
	if (unlikely(surplus))
		slab_destroy(cache, surplus);
	return obj;
}

void *fastcall cache_alloc_slow(struct kmem_cache *cache, gfp_t gfp)
{
	void *obj = alloc_from_slabs(cache);
	struct slab *grown;

	if (obj)
		return obj;
	grown = cache_grow(cache, gfp);
	return grown ? alloc_from_grown(cache, grown) : alloc_from_slabs(cache);
}

/* A slab of a single object passes from full to empty. */
struct slab_change fastcall slab_changed(unsigned long flags, struct kmem_cache *cache,
					 struct slab *slab)
{
	struct slab_change change = { .flags = flags };

	assert_held(&cache->lock);
	__list_unlink(&slab->list);
	if (slab->inuse)
		list_add(&slab->list, &cache->slabs_partial);
	else
		change.surplus = cache_keep_empty(cache, slab);
	return change;
}

/* --- the calls ------------------------------------------------------------------------------- */

void *fastcall cache_alloc_special(struct kmem_cache *cache, gfp_t gfp)
{
	void *obj;

	gfp_check(gfp, "kmem_cache_alloc");
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
	if (unlikely(gfp & slab_special_gfp))
		return kmem_cache_alloc_other(cache, gfp);
	return cache_alloc(cache, gfp);
}

void *kmem_cache_zalloc(struct kmem_cache *cache, gfp_t gfp)
{
	slab_check_cache(cache, __func__);
	return kmem_cache_alloc_other(cache, gfp | __GFP_ZERO);
}

void fastcall kmem_cache_free(struct kmem_cache *cache, void *obj)
{
	struct page *page = slab_page_of(obj);

	if (unlikely(!page || page->slab_cache != cache))
		kmem_cache_free_other(cache, obj);
	else
		cache_free(cache, page->slab_page, obj, __func__);
}
