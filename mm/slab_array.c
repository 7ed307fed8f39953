/* SPDX-License-Identifier: 0BSD
 *
 * slab_array.c - the sizes of the arrays of a cache, and their memory (Mauerer 3.6.4, Gorman 8.5).
 *
 * 1. Concepts
 *    Small objects are asked for in bursts, and many of them are a page; of large ones a few are
 *    many pages. So the limit of an array depends on the size of the objects: Linux 2.6.24's steps.
 *    Where several CPUs are, each node has a shared array before its slabs: what one CPU
 *    frees another one takes in batches, without a look at the slabs.
 *    Objects of other nodes than the CPU's home are freed here, or asked for, more rarely: few of
 *    them wait, and they go back all at once.
 *    Memory for DMA is asked for so seldom, and is so scarce, that none of it waits in arrays; and
 *    a debugged cache has none, so that each object passes where it is looked at.
 * 2. Data
 *    The arrays of all CPUs lie in one block of kmalloc(), those of a node behind those of the one
 *    before; shared arrays in one each. With several CPUs they are all of one size, a cache line
 *    apart: then a CPU finds its own by its number and its home's. Until there are the size caches
 *    that they come from, a cache has none.
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

/* Of objects of another node. */
#define ALIEN_LIMIT 12U

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
	struct array_cache *of_cpus; /* CPU 0's of node 0; NULL: none */
	struct array_cache *shared[MAX_NUMNODES];
	u32 sharedfactor;
};

/* The arrays of CPUs, of all nodes. */
static unsigned int nr_arrays(void)
{
	return MAX_NUMNODES == 1 ? NR_CPUS : nr_node_ids * NR_CPUS;
}

static struct kmem_cache_node *node_of_array(struct kmem_cache *cache, unsigned int i)
{
	return &cache->node[i / NR_CPUS];
}

static struct array_cache *array_number(struct kmem_cache *cache, unsigned int i)
{
	return array_of_cpu(node_of_array(cache, i)->array, i % NR_CPUS);
}

/* Is number @i that of a CPU for its home? */
static bool is_at_home(unsigned int i)
{
	return slab_home[cpu_to_node(i % NR_CPUS)] == i / NR_CPUS;
}

static size_t array_bytes(u32 limit)
{
	size_t bytes = sizeof(struct array_cache) + limit * sizeof(struct array_entry);

	return NR_CPUS == 1 ? bytes : ALIGN_UP(bytes, (size_t)SMP_CACHE_BYTES);
}

static struct array_cache *next_array(const struct array_cache *array)
{
	return (struct array_cache *)((uintptr)array + array->bytes);
}

/* One for each CPU and node in one block, which are open; NULL without memory. */
static struct array_cache *alloc_arrays(u32 limit, u32 batchcount)
{
	u32 few = min(limit, ALIEN_LIMIT);
	u32 bytes = (u32)array_bytes(limit), less = NR_CPUS == 1 ? (u32)array_bytes(few) : bytes;
	size_t size = NR_CPUS * bytes + (nr_arrays() - NR_CPUS) * (size_t)less;
	struct array_cache *first = kmalloc(size, GFP_KERNEL | __GFP_NOWARN), *array = first;
	unsigned int i;

	for (i = 0; first && i < nr_arrays(); i++, array = next_array(array))
		*array = is_at_home(i)
				 ? (struct array_cache){ ARRAY_OPEN, limit, batchcount, bytes }
				 : (struct array_cache){ ARRAY_OPEN, few, few, less };
	return first;
}

static struct array_cache *alloc_shared(u32 limit, u32 batchcount)
{
	struct array_cache *shared = kmalloc(array_bytes(limit), GFP_KERNEL | __GFP_NOWARN);

	if (shared)
		*shared = (struct array_cache){ 0, limit, batchcount, (u32)array_bytes(limit) };
	return shared;
}

/* Who gets the memory next shall not find addresses in it (leak_scan.c). */
static void free_all(struct arrays *arrays)
{
	int nid;

	kfree_sensitive(arrays->of_cpus);
	for_each_online_node (nid)
		kfree_sensitive(arrays->shared[nid]);
}

/* Return: false without memory, and then nothing is left of it. */
static bool alloc_all(struct arrays *arrays, u32 limit, u32 batchcount, u32 sharedfactor)
{
	bool done;
	int nid;

	*arrays = (struct arrays){ .sharedfactor = sharedfactor };
	arrays->of_cpus = alloc_arrays(limit, batchcount);
	done = arrays->of_cpus != NULL;
	for_each_online_node (nid) {
		if (!done || !sharedfactor)
			break;
		arrays->shared[nid] = alloc_shared(sharedfactor * batchcount, batchcount);
		/* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): it forgets what is in an element */
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

static void exchange_of_node(struct kmem_cache_node *node, struct array_cache *array,
			     struct array_cache **shared)
{
	struct array_cache *old = node->shared_array;
	unsigned long flags;

	spin_lock_irqsave(&node->lock, flags);
	node->array = array->entry;
	set_array_of_slabs(&node->slabs_full, node->array);
	set_array_of_slabs(&node->slabs_partial, node->array);
	set_array_of_slabs(&node->slabs_free, node->array);
	node->shared_array = *shared;
	*shared = old;
	/* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): as in alloc_all() */
	spin_unlock_irqrestore(&node->lock, flags);
}

/* The block that the arrays of @cache lie in; NULL: it has none. */
static struct array_cache *block_of(const struct kmem_cache *cache)
{
	return cache->array == no_array ? NULL : array_of(cache->node[0].array);
}

static void set_free_limits(struct kmem_cache *cache, u32 batch)
{
	int nid;

	for_each_online_node (nid)
		cache->node[nid].free_limit = free_limit(cache, batch);
}

/* @cache and @arrays exchange what they have. Slabs that are made meanwhile see one or the other:
 * cache_add_slab() looks again. */
static void exchange(struct kmem_cache *cache, struct arrays *arrays)
{
	struct array_cache *old = block_of(cache), *array = arrays->of_cpus;
	u32 sharedfactor = cache->sharedfactor;
	unsigned int i;

	for (i = 0; i < nr_arrays(); i++, array = next_array(array))
		if (i % NR_CPUS == 0)
			exchange_of_node(node_of_array(cache, i), array,
					 &arrays->shared[i / NR_CPUS]);
	cache->array = cache->node[NR_CPUS == 1 ? slab_home_node() : 0].array;
	cache->sharedfactor = arrays->sharedfactor;
	set_free_limits(cache, array_of(own_first(cache))->batchcount);
	arrays->of_cpus = old;
	arrays->sharedfactor = sharedfactor;
}

/* Be in all arrays of CPUs, for good, and give back what they have. Return: false if somebody is in
 * one of them; then in none. */
static bool close_arrays(struct kmem_cache *cache, struct list_head *surplus)
{
	struct array_cache *array;
	unsigned int i;
	int avail;

	for (i = 0; i < nr_arrays(); i++) {
		array = array_number(cache, i);
		if (!array_enter(array, 0, &avail))
			break;
		slabs_give_back(node_of_array(cache, i), array->entry, (u32)avail, surplus);
		array_leave(array, -avail - ARRAY_OPEN);
	}
	if (i == nr_arrays())
		return true;
	while (i--)
		array_leave(array_number(cache, i), 0);
	return false;
}

/* Give back what shared arrays have that were a node's. */
static void drain_old(struct kmem_cache *cache, const struct arrays *old, struct list_head *surplus)
{
	const struct array_cache *shared;
	int nid;

	for_each_online_node (nid) {
		shared = old->shared[nid];
		if (shared)
			slabs_give_back(&cache->node[nid], shared->entry, (u32)shared->avail,
					surplus);
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

bool cache_enable_arrays(struct kmem_cache *cache)
{
	u32 limit = array_limit(cache->stride);
	struct arrays arrays;

	/* A slab that is given back at once takes along what was to be compared at the next
	 * allocation. */
	if (cache->flags & SLAB_DEBUG_FLAGS)
		set_free_limits(cache, 0);
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
	struct arrays arrays = { .of_cpus = block_of(cache) };
	struct array_cache *old;
	int nid;

	cache->array = invalid_array;
	for_each_online_node (nid) {
		arrays.shared[nid] = cache->node[nid].shared_array;
		cache->node[nid].shared_array = NULL;
		cache->node[nid].array = invalid_array;
	}
	free_all(&arrays);
	while ((old = cache->old_arrays)) {
		cache->old_arrays = old->entry[0].obj;
		kfree_sensitive(old);
	}
}

static size_t block_bytes(const struct array_cache *first)
{
	const struct array_cache *array = first;
	unsigned int i;

	for (i = 0; i < nr_arrays(); i++)
		array = next_array(array);
	return (uintptr)array - (uintptr)first;
}

void cache_for_each_array(const struct kmem_cache *cache,
			  void (*visit)(const void *start, size_t size, void *data), void *data)
{
	const struct array_cache *array = block_of(cache), *shared;
	int nid;

	if (array)
		visit(array, block_bytes(array), data);
	for_each_online_node (nid) {
		shared = cache->node[nid].shared_array;
		if (shared)
			visit(shared, shared->bytes, data);
	}
	for (array = cache->old_arrays; array; array = array->entry[0].obj)
		visit(array, block_bytes(array), data);
}
