/* SPDX-License-Identifier: 0BSD
 *
 * slab_special.c - requests for an object that ask for more than an object (Linux's
 * kmem_cache_zalloc() and kmem_cache_alloc_node()).
 *
 * 1. Concepts    Zeroes, DMA memory and bits that are no good are looked at here, for every back
 *                end alike. Where all memory is one node's, none need be asked for.
 * 2. Locking     None of its own.
 */
#include <mm/slab.h>

#include "slab_bug.h"
#include "slab_common.h"

/* Stop at what @cache cannot give. */
static __always_inline void check_gfp(const struct kmem_cache *cache, gfp_t gfp)
{
	gfp_check(gfp, "kmem_cache_alloc");
	mm_bug_on(gfp & __GFP_HIGHMEM, "gfp 0x%x asks cache %s for an object in high memory", gfp,
		  cache->name);
	mm_bug_on(gfp & __GFP_DMA && !(cache->flags & SLAB_CACHE_DMA),
		  "gfp 0x%x asks cache %s for DMA memory (created without SLAB_CACHE_DMA?)", gfp,
		  cache->name);
	mm_bug_on(gfp & __GFP_ZERO && cache->ctor, "zeroing would undo the constructor of cache %s",
		  cache->name);
}

static __always_inline void *prepare(const struct kmem_cache *cache, void *obj, gfp_t gfp)
{
	return obj && gfp & __GFP_ZERO ? memset(obj, 0, cache->size) : obj;
}

/* What a CPU has at hand may be of another node when its own has no memory. */
void *fastcall cache_alloc_special(struct kmem_cache *cache, gfp_t gfp)
{
	if (gfp & __GFP_THISNODE)
		return cache_alloc_on(cache, gfp, slab_home_node());
	check_gfp(cache, gfp);
	return prepare(cache, cache_alloc(cache, gfp), gfp);
}

void *kmem_cache_zalloc(struct kmem_cache *cache, gfp_t gfp)
{
	slab_check_cache(cache, __func__);
	return kmem_cache_alloc_other(cache, gfp | __GFP_ZERO);
}

void *cache_alloc_on(struct kmem_cache *cache, gfp_t gfp, int nid)
{
	void *obj;

	check_gfp(cache, gfp);
	obj = several_nodes() ? cache_alloc_node(cache, gfp, nid) : cache_alloc(cache, gfp);
	return prepare(cache, obj, gfp);
}

void *kmem_cache_alloc_node(struct kmem_cache *cache, gfp_t gfp, int nid)
{
	if (nid == NUMA_NO_NODE)
		return kmem_cache_alloc(cache, gfp);
	slab_check_cache(cache, __func__);
	mm_bug_on(!node_online(nid), "node %d is not online", nid);
	return cache_alloc_on(cache, gfp, nid);
}
