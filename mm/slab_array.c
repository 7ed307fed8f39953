/* SPDX-License-Identifier: 0BSD
 *
 * slab_array.c - the sizes of the arrays of a cache, and their memory (Mauerer 3.6.4, Gorman 8.5).
 *
 * 1. Concepts
 *    Small objects are asked for in bursts, and many of them are a page; of large ones a few are
 *    many pages. So the limit of an array depends on the size of the objects: Linux 2.6.24's steps.
 *    Where several CPUs are, each node has a shared array before its slabs: what one CPU
 *    frees another one takes in batches, without a look at the slabs.
 *    Memory for DMA is asked for so seldom, and is so scarce, that none of it waits in arrays; and
 *    a debugged cache has none, so that each object passes where it is looked at.
 * 2. Data
 *    The arrays of all CPUs lie in one block of kmalloc(), a cache line apart; shared arrays in
 *    one each. Until there are the size caches that they come from, a cache has none.
 * 3. Changing the sizes
 *    Other arrays take the place of the old ones, which are closed first and drained last; between
 *    that, requests pass by the arrays. With several CPUs, one may have the address of an old array
 *    in hand, so those are kept, closed, until their cache is destroyed.
 * 4. Locking
 *    cache_chain_lock while arrays are exchanged; the slabs of a node and its shared array, under
 *    node->lock.
 */
#include <mm/slab.h>
#include <lib/errno.h>

#include "slab_common.h"
#include "slab_cpu.h"
#include "slab_internal.h"

struct array_cache array_none, array_invalid;

/* --- sizes ----------------------------------------------------------------------------------- */

static u32 array_limit(size_t size)
{
	static const struct {
		size_t above;
		u32 limit;
	} steps[] = { { 131072, 1 }, { PAGE_SIZE, 8 }, { 1024, 24 }, { 256, 54 } };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(steps); i++)
		if (size > steps[i].above)
			return steps[i].limit;
	return 120;
}

/* The limit of a shared array, in batches; 0: there is none. */
static u32 shared_factor(size_t size)
{
	return NR_CPUS > 1 && size <= PAGE_SIZE ? 8 : 0;
}

/* More free objects than the CPUs take in a batch each, and a slab's, need no slab that is empty;
 * nor do more pages than SLAB_KEEP_PAGES. */
static unsigned long free_limit(const struct kmem_cache *cache, u32 batch)
{
	unsigned long few = (SLAB_KEEP_PAGES << PAGE_SHIFT) / cache->stride;

	return max((unsigned long)cache->num, min((1UL + NR_CPUS) * batch + cache->num, few));
}

/* --- memory ---------------------------------------------------------------------------------- */

/* What a cache has, or is to have. */
struct arrays {
	struct array_cache *of_cpus; /* CPU 0's; NULL: none */
	struct array_cache *shared[MAX_NUMNODES];
	u32 sharedfactor;
};

static size_t array_bytes(u32 limit)
{
	size_t bytes = sizeof(struct array_cache) + limit * sizeof(struct array_entry);

	return NR_CPUS == 1 ? bytes : ALIGN_UP(bytes, (size_t)SMP_CACHE_BYTES);
}

/* @nr empty arrays in one block; NULL without memory. */
static struct array_cache *alloc_arrays(unsigned int nr, int avail, u32 limit, u32 batchcount)
{
	size_t bytes = array_bytes(limit);
	struct array_cache *first = kmalloc(nr * bytes, GFP_KERNEL | __GFP_NOWARN);
	unsigned int i;

	for (i = 0; first && i < nr; i++)
		*(struct array_cache *)(void *)((char *)first + i * bytes) = (struct array_cache){
			.avail = avail,
			.limit = limit,
			.batchcount = batchcount,
			.bytes = (u32)bytes,
		};
	return first;
}

/* Who gets the memory next shall not find addresses in it (leak_scan.c). */
static void free_block(struct array_cache *first, unsigned int nr)
{
	if (!first)
		return;
	memset(first, 0, nr * first->bytes);
	kfree(first);
}

static void free_all(struct arrays *arrays)
{
	unsigned int nid;

	free_block(arrays->of_cpus, NR_CPUS);
	for (nid = 0; nid < MAX_NUMNODES; nid++)
		free_block(arrays->shared[nid], 1);
}

/* Return: false without memory, and then nothing is left of it. */
static bool alloc_all(struct arrays *arrays, u32 limit, u32 batchcount, u32 sharedfactor)
{
	bool done;
	int nid;

	*arrays = (struct arrays){ .sharedfactor = sharedfactor };
	arrays->of_cpus = alloc_arrays(NR_CPUS, ARRAY_OPEN, limit, batchcount);
	done = arrays->of_cpus != NULL;
	for_each_online_node (nid) {
		if (!done || !sharedfactor)
			break;
		arrays->shared[nid] = alloc_arrays(1, 0, sharedfactor * batchcount, batchcount);
		done = arrays->shared[nid] != NULL;
	}
	if (!done)
		free_all(arrays);
	return done;
}

/* --- exchange -------------------------------------------------------------------------------- */

static void set_array_of_slabs(const struct list_head *slabs, struct array_entry *array)
{
	struct slab *slab;

	list_for_each_entry (slab, slabs, list)
		slab->array = array;
}

static void exchange_of_node(struct kmem_cache *cache, struct kmem_cache_node *node,
			     const struct array_cache *array, struct array_cache **shared)
{
	struct array_cache *old = node->shared_array;
	unsigned long flags;

	spin_lock_irqsave(&node->lock, flags);
	node->free_limit = free_limit(cache, array->batchcount);
	set_array_of_slabs(&node->slabs_full, cache->array);
	set_array_of_slabs(&node->slabs_partial, cache->array);
	set_array_of_slabs(&node->slabs_free, cache->array);
	node->shared_array = *shared;
	*shared = old;
	spin_unlock_irqrestore(&node->lock, flags);
}

/* @cache and @arrays exchange what they have. Slabs that are made meanwhile see one or the other:
 * cache_add_slab() looks again. */
static void exchange(struct kmem_cache *cache, struct arrays *arrays)
{
	struct arrays old = { .sharedfactor = cache->sharedfactor };
	unsigned int nid;

	if (cache->array != no_array)
		old.of_cpus = array_of_cpu(cache->array, 0);
	cache->array = arrays->of_cpus->entry;
	cache->sharedfactor = arrays->sharedfactor;
	for (nid = 0; nid < MAX_NUMNODES; nid++)
		exchange_of_node(cache, &cache->node[nid], arrays->of_cpus, &arrays->shared[nid]);
	arrays->of_cpus = old.of_cpus;
	arrays->sharedfactor = old.sharedfactor;
}

/* Be in all arrays of CPUs, for good, and give back what they have. Return: false if somebody is in
 * one of them; then in none. */
static bool close_arrays(struct kmem_cache *cache, struct list_head *surplus)
{
	struct array_cache *array;
	unsigned int cpu;
	int avail;

	for (cpu = 0; cpu < NR_CPUS; cpu++) {
		array = array_of_cpu(cache->array, cpu);
		if (!array_enter(array, 0, &avail))
			break;
		slabs_give_back(cache, array->entry, (u32)avail, surplus);
		array_leave(array, -avail - ARRAY_OPEN);
	}
	if (cpu == NR_CPUS)
		return true;
	while (cpu--)
		array_leave(array_of_cpu(cache->array, cpu), 0);
	return false;
}

/* Give back what shared arrays have that were a node's. */
static void drain_old(struct kmem_cache *cache, const struct arrays *old, struct list_head *surplus)
{
	const struct array_cache *shared;
	unsigned int nid;

	for (nid = 0; nid < MAX_NUMNODES; nid++) {
		shared = old->shared[nid];
		if (shared)
			slabs_give_back(cache, shared->entry, (u32)shared->avail, surplus);
	}
}

/* With several CPUs the first entry of an old array, which nobody goes into, is the link to an
 * older one. */
static void retire(struct kmem_cache *cache, struct arrays *old)
{
	if (NR_CPUS > 1 && old->of_cpus) {
		old->of_cpus->entry[0].obj = cache->old_arrays;
		cache->old_arrays = old->of_cpus;
		old->of_cpus = NULL;
	}
	free_all(old);
}

/* --- what the others call -------------------------------------------------------------------- */

/* Are there the size caches that arrays are from? */
static bool arrays_can_be_had;

/* A slab that is given back at once takes along what was to be compared at the next allocation. */
static void keep_an_empty_slab(struct kmem_cache *cache)
{
	unsigned int nid;

	for (nid = 0; nid < MAX_NUMNODES; nid++)
		cache->node[nid].free_limit = free_limit(cache, 0);
}

bool cache_enable_arrays(struct kmem_cache *cache)
{
	u32 limit = array_limit(cache->stride);
	struct arrays arrays;

	if (cache->flags & SLAB_DEBUG_FLAGS)
		keep_an_empty_slab(cache);
	if (!arrays_can_be_had || cache->flags & (SLAB_CACHE_DMA | SLAB_DEBUG_FLAGS))
		return true;
	if (!alloc_all(&arrays, limit, (limit + 1) / 2, shared_factor(cache->stride)))
		return false;
	exchange(cache, &arrays);
	return true;
}

/* A cache that gets none works on its slabs, as those of GFP_DMA do. */
void __init kmem_cache_init_late(void)
{
	struct kmem_cache *cache;

	arrays_can_be_had = true;
	list_for_each_entry (cache, &cache_chain, chain)
		if (!cache_enable_arrays(cache)) {
			printk("slab: no memory for the arrays of cache %s and those behind it\n",
			       cache->name);
			return;
		}
}

int __kmem_cache_tune(struct kmem_cache *cache, u32 limit, u32 batchcount, u32 sharedfactor)
{
	struct arrays arrays;
	unsigned long flags;
	LIST_HEAD(surplus);
	bool closed;

	if (cache->flags & SLAB_DEBUG_FLAGS)
		return -EINVAL;
	if (!alloc_all(&arrays, limit, batchcount, sharedfactor))
		return -ENOMEM;
	spin_lock_irqsave(&cache_chain_lock, flags);
	closed = cache->array == no_array || close_arrays(cache, &surplus);
	if (closed) {
		exchange(cache, &arrays);
		drain_old(cache, &arrays, &surplus);
	}
	spin_unlock_irqrestore(&cache_chain_lock, flags);
	slabs_destroy(cache, &surplus);
	if (closed)
		retire(cache, &arrays);
	else
		free_all(&arrays);
	return closed ? 0 : -EBUSY;
}

void cache_free_arrays(struct kmem_cache *cache)
{
	struct arrays arrays = { 0 };
	unsigned int nid;

	if (cache->array != no_array)
		arrays.of_cpus = array_of_cpu(cache->array, 0);
	cache->array = invalid_array;
	for (nid = 0; nid < MAX_NUMNODES; nid++) {
		arrays.shared[nid] = cache->node[nid].shared_array;
		cache->node[nid].shared_array = NULL;
	}
	free_all(&arrays);
	while (cache->old_arrays) {
		struct array_cache *old = cache->old_arrays;

		cache->old_arrays = old->entry[0].obj;
		free_block(old, NR_CPUS);
	}
}

void cache_for_each_array(const struct kmem_cache *cache,
			  void (*visit)(const void *start, size_t size, void *data), void *data)
{
	const struct array_cache *array = array_of_cpu(cache->array, 0);
	unsigned int nid;

	if (cache->array != no_array)
		visit(array, NR_CPUS * array->bytes, data);
	for (nid = 0; nid < MAX_NUMNODES; nid++)
		if (cache->node[nid].shared_array)
			visit(cache->node[nid].shared_array, cache->node[nid].shared_array->bytes,
			      data);
	for (array = cache->old_arrays; array; array = array->entry[0].obj)
		visit(array, NR_CPUS * array->bytes, data);
}
