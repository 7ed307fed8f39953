/* SPDX-License-Identifier: 0BSD
 *
 * slab_near.c - on which node an object is looked for (Mauerer 3.6.4; Linux's fallback_alloc()).
 *
 * 1. Concepts
 *    What an object is used for is near its memory most likely, so a request goes to one node
 *    first: to the one that was asked for, or to that of this CPU. Objects that lie free there come
 *    before a new slab of the node's pages. Only where both are at an end others are asked, the
 *    nearest first, as the zonelist has them: all slabs that have free objects come before a new
 *    one, since memory is short. With __GFP_THISNODE none are.
 *    A node without lowmem is passed by: the first zone of its list is of another one.
 * 2. Effort
 *    A node that has no page at hand may be the only one. So the first attempt to make a slab does
 *    not reclaim, nor go below a mark; the last one does all that the request allows, and is the
 *    only one that reports.
 * 3. Locking
 *    None here.
 */
#include "slab_common.h"

/* What is on any node, the nearest to @nid first. */
static void *take_anywhere(struct kmem_cache *cache, gfp_t gfp, int nid,
			   const struct slab_source *source, void *data)
{
	struct zone *const *zone = node_zonelist(nid, gfp | cache->gfp)->zones;
	void *obj = NULL;

	for (; *zone && !obj; zone++)
		obj = source->take(cache, (*zone)->zone_pgdat->node_id, data);
	return obj;
}

static void *fallback_alloc(struct kmem_cache *cache, gfp_t gfp, int nid,
			    const struct slab_source *source, void *data)
{
	void *obj = take_anywhere(cache, gfp, nid, source, data);
	int grown;

	while (!obj) {
		grown = source->grow(cache, gfp, nid, data);
		if (grown == NUMA_NO_NODE)
			return take_anywhere(cache, gfp, nid, source, data);
		obj = source->take(cache, grown, data);
	}
	return obj;
}

/* What costs others something is not done for the sake of one node. */
static gfp_t of_one_node(gfp_t gfp)
{
	return (gfp & ~SLAB_GFP_EFFORT) | __GFP_THISNODE | __GFP_NOWARN;
}

void *slab_alloc_far(struct kmem_cache *cache, gfp_t gfp, int nid, int first,
		     const struct slab_source *source, void *data)
{
	void *obj;

	if (gfp & __GFP_THISNODE)
		return slab_grow_and_take(cache, gfp, nid, source, data);
	obj = slab_grow_and_take(cache, of_one_node(gfp), first, source, data);
	return obj ? obj : fallback_alloc(cache, gfp, nid, source, data);
}
