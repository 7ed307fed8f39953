/* SPDX-License-Identifier: 0BSD
 *
 * slab_base.h - what the back ends of mm/slab.h build on: private flags, and where an object lies.
 */
#ifndef MM_SLAB_BASE_H
#define MM_SLAB_BASE_H

#include <lib/align.h>
#include <mm/slab.h>
#include <mm/topology.h>
#include "internal.h"

/* Private bits of cache->flags. */
#define CFLGS_OFF_SLAB	0x80000000u /* descriptors lie in slabp_cache, not in the slab */
#define CFLGS_PERMANENT 0x40000000u /* the allocator's own: never destroyed */
#define CFLGS_ALL	(CFLGS_OFF_SLAB | CFLGS_PERMANENT)

#define CACHE_NAME_SIZE 32

/* Bytes at the beginning of an object that a back end writes to when it is freed. */
#if defined(CONFIG_SLUB) || defined(CONFIG_SLOB)
#define SLAB_FREE_WRITES sizeof(void *)
#else
#define SLAB_FREE_WRITES 0UL
#endif

/* What makes a request succeed at the cost of others. */
#define SLAB_GFP_EFFORT                                                                          \
	(__GFP_DIRECT_RECLAIM | __GFP_RETRY_MAYFAIL | __GFP_NOFAIL | __GFP_HIGH | __GFP_ATOMIC | \
	 __GFP_MEMALLOC)

/* The page of @obj if it is a slab page, else NULL. An address outside the direct map, NULL among
 * them, wraps to a pfn above all of lowmem. */
static __always_inline struct page *slab_page_of(const void *obj)
{
	unsigned long pfn = (unsigned long)virt_to_phys(obj) >> PAGE_SHIFT;

	if (likely(pfn < max_low_pfn) && likely(PageSlab(pfn_to_page(pfn))))
		return pfn_to_page(pfn);
	return NULL;
}

/* The same for an address that may be anything, as that of a page which mem_map does not have. */
static inline struct page *slab_page_of_any(const void *p)
{
	return virt_addr_valid(p) ? slab_page_of(p) : NULL;
}

/* A block for a slab, best of node @nid; NUMA_NO_NODE: of this CPU's. */
static inline struct page *slab_alloc_pages(int nid, gfp_t gfp, unsigned int order)
{
	return several_nodes() && nid != NUMA_NO_NODE ? alloc_pages_node(nid, gfp, order)
						      : alloc_pages(gfp, order);
}

/* For each node: the one whose memory its CPUs are served from, as long as that has any. */
extern u8 slab_home[MAX_NUMNODES]; /* (I) */

/* That of this CPU. */
static inline int slab_home_node(void)
{
	return MAX_NUMNODES == 1 ? 0 : slab_home[numa_node_id()];
}

/* The node that a request with @gfp for an object near @nid goes to first. */
static inline int slab_first_node(gfp_t gfp, int nid)
{
	const struct zone *best = node_zonelist(nid, gfp)->zones[0];

	return best ? best->zone_pgdat->node_id : nid;
}

/* Pages that are no single cache's; those of them that have no object in use, and those that are
 * only of caches with SLAB_RECLAIM_ACCOUNT. */
struct shared_pages {
	unsigned long all, empty, reclaimable;
};

/* An object, as slab_locate() and slab_for_each_object() find it. */
enum slab_object_state {
	OBJECT_NONE,   /* no object is there: in front of them, behind the last, a descriptor */
	OBJECT_FREE,   /* in its slab */
	OBJECT_CACHED, /* free, in a list of a CPU or of all */
	OBJECT_USED,   /* handed out */
};

struct slab_object {
	struct kmem_cache *cache;
	struct page *first; /* of the slab */
	const char *begin;  /* the first object of the slab; with OBJECT_NONE, too */
	u32 num;	    /* objects of the slab; with OBJECT_NONE, too */
	char *start;	    /* of the object: the address that its user gets */
	u32 size;	    /* bytes of it that the user can use */
	u32 index;	    /* its number in the slab */
	enum slab_object_state state;
};

#endif
