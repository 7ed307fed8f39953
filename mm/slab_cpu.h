/* SPDX-License-Identifier: 0BSD
 *
 * slab_cpu.h - the two fast paths, inline: one object from the working slab, and one back.
 */
#ifndef MM_SLAB_CPU_H
#define MM_SLAB_CPU_H

#include "slab_bug.h"
#include "slab_internal.h"

/* cache_alloc() when the working slab is used up. Takes the lock itself. */
void *fastcall cache_alloc_slow(struct kmem_cache *cache, gfp_t gfp);

/* One object of the working slab; another slab becomes that when it has none left. */
static __always_inline void *cache_alloc(struct kmem_cache *cache, gfp_t gfp)
{
	unsigned long flags;
	void *obj;

	spin_lock_irqsave(&cache->lock, flags);
	if (unlikely(cache->slab->free >= cache->num)) {
		spin_unlock_irqrestore(&cache->lock, flags);
		return cache_alloc_slow(cache, gfp);
	}
	obj = slab_take(cache, cache->slab);
	spin_unlock_irqrestore(&cache->lock, flags);
	return obj;
}

/* slab->bufctl[@index], counted in bytes (tests/bench/objects.c). */
static __always_inline kmem_bufctl_t *slab_bufctl(struct slab *slab, u32 index)
{
	return (kmem_bufctl_t *)(void *)((char *)slab->bufctl + index * sizeof(kmem_bufctl_t));
}

/* The first object of a full slab, or the last one of any slab, has come back. Context:
 * cache->lock. Return: the first page of @slab, if that was taken off the cache, for
 * slab_destroy(), or NULL; and @flags as they came, which the caller so need not keep. */
struct slab_change {
	unsigned long flags;
	struct page *surplus;
};
struct slab_change fastcall slab_changed(unsigned long flags, struct kmem_cache *cache,
					 struct slab *slab);

/* Give @obj back to @slab. The working slab stays where it is, whatever becomes of its objects.
 * Whether the object is out is judged under the lock: of two callers who free it at once, the
 * second one stops. It does, too, if the slab has gone in between, as long as nobody writes over
 * its descriptor. */
static __always_inline void cache_free(struct kmem_cache *cache, struct slab *slab, const void *obj,
				       const char *who)
{
	u32 next, index = slab_index(cache, slab, obj);
	struct slab_change change;
	unsigned long flags;

	if (unlikely(index >= cache->num)) {
		slab_bad_free(obj, NULL, who);
		return;
	}
	spin_lock_irqsave(&cache->lock, flags);
	if (unlikely(!slab_is_out(slab, index))) {
		spin_unlock_irqrestore(&cache->lock, flags);
		slab_bad_free(obj, NULL, who);
		return;
	}
	next = slab->free;
	*slab_bufctl(slab, index) = (kmem_bufctl_t)next;
	slab->free = index;
	if ((!--slab->inuse || next == BUFCTL_END) && slab != cache->slab) {
		change = slab_changed(flags, cache, slab);
		spin_unlock_irqrestore(&cache->lock, change.flags);
		if (change.surplus)
			slab_destroy(cache, change.surplus);
		return;
	}
	spin_unlock_irqrestore(&cache->lock, flags);
}

static __always_inline void cache_free_page(struct page *page, const void *obj, const char *who)
{
	cache_free(page->slab_cache, page->slab_page, obj, who);
}

static inline bool cache_obj_is_out(const struct page *page, const void *obj)
{
	u32 index = slab_index(page->slab_cache, page->slab_page, obj);

	return index < page->slab_cache->num && slab_is_out(page->slab_page, index);
}

#endif
