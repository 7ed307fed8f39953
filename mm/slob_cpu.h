/* SPDX-License-Identifier: 0BSD
 *
 * slob_cpu.h - what kmalloc.c and slab_common.c call: nothing of it is inline, for little code.
 */
#ifndef MM_SLOB_CPU_H
#define MM_SLOB_CPU_H

#include <lib/string.h>

#include "slab_bug.h"
#include "slob_internal.h"

/* An object of @cache with room for @size bytes, which are at most the cache's; 0: for these.
 * @caller is a return address of who asks. */
void *fastcall slob_alloc(struct kmem_cache *cache, size_t size, gfp_t gfp, uintptr caller);

static __always_inline void *cache_alloc(struct kmem_cache *cache, gfp_t gfp)
{
	return slob_alloc(cache, 0, gfp, (uintptr)__builtin_return_address(0));
}

/* Free @obj, which lies in a slab page; NULL: whatever its cache is. */
void fastcall slob_free(const struct kmem_cache *cache, const void *obj, const char *who,
			uintptr caller);

static __always_inline void cache_free_page(struct page *page __unused, const void *obj,
					    const char *who)
{
	slob_free(NULL, obj, who, (uintptr)__builtin_return_address(0));
}

/* What kmalloc() asks @cache for: @last bytes and one. */
static __always_inline void *cache_alloc_size(struct kmem_cache *cache, size_t last, gfp_t gfp)
{
	return slob_alloc(cache, last + 1, gfp, (uintptr)__builtin_return_address(0));
}

/* Bytes that can be used of what that returns. */
static inline size_t cache_room(const struct kmem_cache *cache, size_t last)
{
	if (cache->pool == SLOB_POOLS || cache_parks(cache))
		return cache->size;
	return ALIGN_UP(last + 1, SLOB_UNIT);
}

static inline bool cache_owns(const struct kmem_cache *cache, const struct page *page __unused,
			      const void *obj)
{
	const struct kmem_cache *owner = slab_cache_of(obj);

	return owner && (!cache || owner == cache);
}

/* Fill in the pages that are no single cache's. Context: as cache_stats(). */
void slab_shared_pages(struct shared_pages *shared);

/* For slab_bug.c: NULL is checked, and is no fault. */
#define CACHE_FIRST_READS                                                  \
	{                                                                  \
		(uintptr) kmem_cache_alloc, ~(size_t)0, "kmem_cache_alloc" \
	}
#define SLAB_FREE_LOOKS kmem_cache_free

#endif
