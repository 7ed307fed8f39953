/* SPDX-License-Identifier: 0BSD
 *
 * slab_backend.h - the back end that was chosen at build time: its struct kmem_cache and its fast
 * paths. What it has to offer stands in slab_common.h.
 */
#ifndef MM_SLAB_BACKEND_H
#define MM_SLAB_BACKEND_H

/* Do objects lie in slabs that are their cache's alone? Else most lie in pages that all share. */
#ifdef CONFIG_SLOB
#define SLAB_HAS_SLABS 0
#else
#define SLAB_HAS_SLABS 1
#endif

#include <lib/string.h>

#ifdef CONFIG_SLUB
#include "slub_cpu.h"
#elif defined(CONFIG_SLOB)
#include "slob_cpu.h"
#else
#include "slab_cpu.h"
#endif

/* Do others need the slabs of @cache, which is being destroyed and has no objects out? Then it goes
 * on for their sake, under another name. Context: cache_chain_lock. */
#if defined(CONFIG_SLUB)
bool __kmem_cache_outlives(struct kmem_cache *cache);
#else
static inline bool __kmem_cache_outlives(struct kmem_cache *cache __unused)
{
	return false;
}
#endif

#if SLAB_HAS_SLABS
/* What kmalloc() asks @cache for, @last bytes and one: any of its objects has room for them. */
static __always_inline void *cache_alloc_size(struct kmem_cache *cache, size_t last __unused,
					      gfp_t gfp)
{
	return cache_alloc(cache, gfp);
}

/* Bytes that can be used of what that returns. */
static __always_inline size_t cache_room(const struct kmem_cache *cache, size_t last __unused)
{
	return cache->size;
}

/* Whose slabs do the objects of @cache lie in? */
static __always_inline const struct kmem_cache *cache_of_slabs(const struct kmem_cache *cache)
{
#ifdef CONFIG_SLUB
	if (cache->root)
		return cache->root;
#endif
	return cache;
}

static __always_inline bool cache_owns(const struct kmem_cache *cache, const struct page *page,
				       const void *obj)
{
	return (!cache || page->slab_cache == cache_of_slabs(cache)) && cache_obj_is_out(page, obj);
}

/* Fill in the pages that are no single cache's. */
static inline void slab_shared_pages(struct shared_pages *shared)
{
	*shared = (struct shared_pages){ 0 };
}
#endif

/* The back end slab has its own ones. */
#if defined(CONFIG_SLUB) || defined(CONFIG_SLOB)
/* kfree() of @obj, whatever that is. */
static __always_inline void cache_kfree(const void *obj, void fastcall (*rest)(const void *obj))
{
	struct page *page = slab_page_of(obj);

	if (likely(page))
		cache_free_page(page, obj, "kfree");
	else
		rest(obj);
}

/* cache_alloc_size(), with all of its room zeroed. */
static __always_inline void *cache_zalloc_size(struct kmem_cache *cache, size_t last, gfp_t gfp,
					       void *fastcall (*rest)(size_t last, gfp_t gfp))
{
	void *obj = cache_alloc_size(cache, last, gfp & ~__GFP_ZERO);

	(void)rest;
	return likely(obj) ? memset(obj, 0, cache_room(cache, last)) : NULL;
}
#endif

#endif
