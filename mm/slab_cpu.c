/* SPDX-License-Identifier: 0BSD
 *
 * slab_cpu.c - objects that each CPU has at hand, in batches from the slabs and back (Mauerer 3.6.4
 * "kmem_cache_alloc", Gorman 8.5).
 *
 * 1. Concepts
 *    Most objects come back soon. So each cache has an array of free objects for each CPU: the last
 *    one in is the first one out, and most likely still in the processor's cache. The fast paths
 *    are inline (slab_cpu.h). An array that is empty takes a batch from the slabs, under one lock;
 *    one that is full gives a batch back, from the cold end.
 *    On a machine of several nodes each CPU has one array more for each other node, a small one
 *    (Linux's alien caches; Mauerer 3.6.4): an object goes to the array of the node that it is of,
 *    since its slab says to which, and back in batches under that node's lock. So what another
 *    node lent is never handed out as if it were near, and a request for a node takes from the
 *    array of just that one.
 * 2. Data
 *    An entry has the object, and the address of its bufctl in the descriptor of its slab, which
 *    says BUFCTL_CACHED meanwhile and BUFCTL_ACTIVE when it is out. So nothing is looked up when
 *    it is handed out; and when it comes back, one comparison says whether it was out: a second
 *    free is found whether the object is in an array or in its slab.
 * 3. Invariants (check_slab.c)
 *    S11 What is in an array is an object of the cache and of the array's node, marked as cached,
 *        once; every object that is so marked is in an array, which holds no more than its limit.
 * 4. Locking
 *    An array is entered by one at a time, and nobody waits for it: who finds it busy goes to the
 *    slabs instead. So interrupts stay as they are, and a handler that comes in the middle finds
 *    its CPU's array busy. One word is both the number of entries and the way in: going in, taking
 *    an entry out, and finding out that there is none, is a single subtraction. Any CPU can drain
 *    another one's array; one that is busy just then is passed by, as if it had been filled a
 *    moment later. Inside an array node->lock may be taken, which the shared array is under; pages
 *    come and go after it was left.
 */
#include <mm/slab.h>
#include <lib/string.h>

#include "slab_bug.h"
#include "slab_common.h"
#include "slab_cpu.h"
#include "slab_debug.h"
#include "slab_internal.h"

/* --- to and from the slabs of a node --------------------------------------------------------- */

/* A list was cleared: a new slab, which goes to another one, would not help. */
static void __noreturn __cold stop_at_broken_list(const struct kmem_cache *cache)
{
	slab_check_cache(cache, "kmem_cache_alloc");
	panic("BUG: kmem_cache_alloc: cache %s: a list of slabs is broken (a write to the cache?)",
	      cache_name(cache));
}

/* A slab with free objects: a partial one first, to fill what is begun; NULL if there is none. */
static struct slab *node_next_slab(const struct kmem_cache *cache,
				   const struct kmem_cache_node *node)
{
	const struct list_head *from = &node->slabs_partial;

	if (list_empty(from))
		from = &node->slabs_free;
	if (list_empty(from))
		return NULL;
	if (unlikely(!from->next))
		stop_at_broken_list(cache);
	return list_first_entry(from, struct slab, list);
}

/* Take up to @nr objects of @slab, the first one to the entry before @end. What is no number of an
 * object ends the chain, or is damage. Not inline: the loop needs all registers. Return: how
 * many. */
static __noinline fastcall unsigned int slab_take(const struct kmem_cache *cache, struct slab *slab,
						  struct array_entry *end, unsigned int nr)
{
	struct array_entry *to = end, *last = end - nr;
	u32 index = bufctl_index(slab->free);
	kmem_bufctl_t *state;

	while (likely(index < slab->num)) {
		state = &slab->bufctl[index];
		OPTIMIZER_HIDE_VAR(state);
		to--;
		to->obj = slab_object(cache, slab, index);
		to->state = state;
		index = bufctl_index(*state);
		*state = BUFCTL_CACHED;
		if (to == last)
			break;
	}
	if (unlikely(index >= slab->num) && unlikely(index != bufctl_index(BUFCTL_END)))
		slab_damaged(cache, slab, "kmem_cache_alloc");
	slab->free = bufctl_to(index);
	slab->inuse = (u16)(slab->inuse + (end - to));
	return (unsigned int)(end - to);
}

/* Take up to @nr objects of @cache from its slabs in @node, as slab_take(). */
static unsigned int node_take(const struct kmem_cache *cache, struct kmem_cache_node *node,
			      struct array_entry *end, unsigned int nr)
{
	unsigned int taken = 0;
	unsigned long flags;
	struct slab *slab;

	spin_lock_irqsave(&node->lock, flags);
	while (taken < nr && (slab = node_next_slab(cache, node)) != NULL) {
		taken += slab_take(cache, slab, end - taken, nr - taken);
		list_move(&slab->list,
			  slab->free == BUFCTL_END ? &node->slabs_full : &node->slabs_partial);
	}
	node->free_objects -= taken;
	spin_unlock_irqrestore(&node->lock, flags);
	return taken;
}

/* @slab, which is empty, is kept, or it goes to @surplus and its pages say so. */
static void node_keep_empty(struct kmem_cache_node *node, struct slab *slab,
			    struct list_head *surplus)
{
	if (node->free_objects <= node->free_limit)
		list_move(&slab->list, &node->slabs_free);
	else
		node_detach(node, slab, surplus);
}

/* Objects of a full slab, or the last ones of any, have come back. A slab may pass from full to
 * empty. */
static __noinline void node_slab_changed(struct kmem_cache_node *node, struct slab *slab,
					 struct list_head *surplus)
{
	if (!slab->inuse)
		node_keep_empty(node, slab, surplus);
	else
		list_move(&slab->list, &node->slabs_partial);
}

/* @nr objects have been linked in front of the chain of @slab, the last one is @free. */
static __always_inline void node_put(struct kmem_cache_node *node, struct slab *slab,
				     kmem_bufctl_t free, u32 nr, struct list_head *surplus)
{
	u32 inuse = slab->inuse;

	slab->free = free;
	slab->inuse = (u16)(inuse - nr);
	node->free_objects += nr;
	if (unlikely(inuse == nr) || unlikely(inuse == slab->num))
		node_slab_changed(node, slab, surplus);
}

/* What is of one slab, one object behind the other, goes back at once. */
void slabs_give_back(struct kmem_cache_node *node, const struct array_entry *entry, unsigned int nr,
		     struct list_head *surplus)
{
	const struct array_entry *first = entry, *end = entry + nr;
	struct slab *slab, *next;
	kmem_bufctl_t free;
	unsigned long flags;

	if (!nr)
		return;
	spin_lock_irqsave(&node->lock, flags);
	slab = lowmem_virt_to_page(entry->obj)->slab_page;
	free = slab->free;
	for (;;) {
		*entry->state = free;
		free = bufctl_to((u32)(entry->state - slab->bufctl));
		if (++entry == end)
			break;
		next = lowmem_virt_to_page(entry->obj)->slab_page;
		if (next == slab)
			continue;
		node_put(node, slab, free, (u32)(entry - first), surplus);
		slab = next;
		free = slab->free;
		first = entry;
	}
	node_put(node, slab, free, (u32)(entry - first), surplus);
	spin_unlock_irqrestore(&node->lock, flags);
}

/* --- allocation ------------------------------------------------------------------------------ */

/* Up to @nr objects from the shared array of @node. Return: how many. */
static unsigned int take_shared(struct kmem_cache_node *node, struct array_entry *to,
				unsigned int nr)
{
	struct array_cache *shared;
	unsigned long flags;

	if (!READ_ONCE(node->shared_array))
		return 0;
	spin_lock_irqsave(&node->lock, flags);
	shared = node->shared_array;
	nr = shared ? min(nr, (unsigned int)shared->avail) : 0;
	if (nr) {
		shared->avail -= (int)nr;
		memcpy(to, shared->entry + shared->avail, nr * sizeof(*to));
	}
	spin_unlock_irqrestore(&node->lock, flags);
	return nr;
}

/* Fill @array, which the caller is in and is empty, with a batch of @node's. Return: how many
 * entries. */
static unsigned int refill(struct kmem_cache *cache, struct array_cache *array,
			   struct kmem_cache_node *node)
{
	unsigned int want = array->batchcount, taken;

	cache->touched = true;
	taken = take_shared(node, array->entry, want);
	if (taken)
		return taken;
	taken = node_take(cache, node, array->entry + want, want);
	if (taken < want)
		memmove(array->entry, array->entry + want - taken, taken * sizeof(array->entry[0]));
	return taken;
}

/* One object of node @nid past the arrays. */
static void *fastcall take_past_arrays(struct kmem_cache *cache, int nid, void *data __unused)
{
	struct array_entry entry;

	if (unlikely(cache->array == invalid_array))
		slab_bad_cache(cache, "kmem_cache_alloc");
	if (!node_take(cache, &cache->node[nid], &entry + 1, 1))
		return NULL;
	*entry.state = BUFCTL_ACTIVE;
	return entry.obj;
}

/* An object of those that node @nid has, of this CPU's array or of the slabs. */
static void *fastcall take_from_array(struct kmem_cache *cache, int nid, void *data)
{
	struct kmem_cache_node *node = &cache->node[nid];
	struct array_cache *array = array_of_cpu(node->array, smp_processor_id());
	struct array_entry entry;
	int avail, had;

	if (!array_enter(array, 0, &had))
		return take_past_arrays(cache, nid, data);
	avail = had ? had : (int)refill(cache, array, node);
	if (!avail) {
		array_leave(array, 0);
		return NULL;
	}
	entry = array->entry[avail - 1];
	*entry.state = BUFCTL_ACTIVE;
	array_leave(array, avail - 1 - had);
	return entry.obj;
}

static int fastcall grow(struct kmem_cache *cache, gfp_t gfp, int nid, void *data __unused)
{
	struct slab *slab = cache_grow(cache, gfp, nid);

	if (!slab)
		return NUMA_NO_NODE;
	nid = slab->nid;
	cache_add_slab(cache, slab);
	return nid;
}

static const struct slab_source arrays = { take_from_array, grow };
static const struct slab_source past_arrays = { take_past_arrays, grow };

/* An object that nobody wrote to while it was free: one that somebody did stays out. */
static void *alloc_debugged(struct kmem_cache *cache, gfp_t gfp, int nid, uintptr caller)
{
	void *obj;

	slab_debug_check_cache(cache, "kmem_cache_alloc");
	do
		obj = slab_alloc_near(cache, gfp, nid, &past_arrays, NULL);
	while (obj && !slab_debug_alloc(cache, obj, caller));
	return obj;
}

void *fastcall cache_alloc_slow(struct kmem_cache *cache, gfp_t gfp)
{
	if (unlikely(cache_is_debugged(cache)))
		return alloc_debugged(cache, gfp, NUMA_NO_NODE,
				      (uintptr)__builtin_return_address(0));
	return slab_alloc_near(cache, gfp, NUMA_NO_NODE, &arrays, NULL);
}

void *cache_alloc_node(struct kmem_cache *cache, gfp_t gfp, int nid)
{
	if (unlikely(cache_is_debugged(cache)))
		return alloc_debugged(cache, gfp, nid, (uintptr)__builtin_return_address(0));
	return slab_alloc_near(cache, gfp, nid, &arrays, NULL);
}

/* --- freeing --------------------------------------------------------------------------------- */

/* As many of @nr objects as it has room for to the shared array of @node. Return: how many. */
static unsigned int give_shared(struct kmem_cache_node *node, const struct array_entry *from,
				unsigned int nr)
{
	struct array_cache *shared;
	unsigned long flags;

	if (!READ_ONCE(node->shared_array))
		return 0;
	spin_lock_irqsave(&node->lock, flags);
	shared = node->shared_array;
	nr = shared ? min(nr, shared->limit - (unsigned int)shared->avail) : 0;
	if (nr) {
		memcpy(shared->entry + shared->avail, from, nr * sizeof(*from));
		shared->avail += (int)nr;
	}
	spin_unlock_irqrestore(&node->lock, flags);
	return nr;
}

/* @nr objects of an array to the shared one, and what that has no room for to the slabs. */
static void flush(struct kmem_cache_node *node, const struct array_entry *entry, unsigned int nr,
		  struct list_head *surplus)
{
	unsigned int given = give_shared(node, entry, nr);

	if (given < nr)
		slabs_give_back(node, entry + given, nr - given, surplus);
}

/* Put @entry in @array, which the caller is in and has @avail entries, after making room.
 * Return: the entries that it has now. */
static int push_with_room(struct kmem_cache_node *node, struct array_cache *array, int avail,
			  const struct array_entry *entry, struct list_head *surplus)
{
	unsigned int batch = min(array->batchcount, (u32)avail);

	if ((u32)avail >= array->limit) {
		flush(node, array->entry, batch, surplus);
		avail -= (int)batch;
		memmove(array->entry, array->entry + batch,
			(unsigned int)avail * sizeof(array->entry[0]));
	}
	array->entry[avail] = *entry;
	return avail + 1;
}

/* @entry, which was claimed, to this CPU's array of its node, or past it to its slab. */
static void free_claimed(struct kmem_cache *cache, struct kmem_cache_node *node,
			 const struct array_entry *entry)
{
	struct array_cache *array = array_of_cpu(node->array, smp_processor_id());
	LIST_HEAD(surplus);
	int had;

	if (array_enter(array, 0, &had))
		array_leave(array, push_with_room(node, array, had, entry, &surplus) - had);
	else
		slabs_give_back(node, entry, 1, &surplus);
	slabs_destroy(cache, &surplus);
}

void fastcall cache_free_slow(const void *obj, const char *who)
{
	struct page *page = slab_page_of(obj);
	struct array_entry entry = { .obj = (void *)(uintptr)obj };
	struct slab *slab;
	u32 index;

	slab = page ? page->slab_page : NULL;
	index = slab ? slab_index(slab, obj) : 0;
	if (!slab || index >= slab->num || !slab_is_out(slab, index) ||
	    page->slab_cache != slab->cache) {
		slab_bad_free(obj, NULL, who);
		return;
	}
	if (cache_is_debugged(page->slab_cache) &&
	    !slab_debug_free(page->slab_cache, entry.obj, (uintptr)__builtin_return_address(0)))
		return;
	if (!bufctl_claim(&slab->bufctl[index])) {
		slab_bad_free(obj, NULL, who);
		return;
	}
	entry.state = &slab->bufctl[index];
	free_claimed(page->slab_cache, &page->slab_cache->node[slab->nid], &entry);
}

/* --- draining -------------------------------------------------------------------------------- */

/* Everything in @array back to the slabs, unless somebody is in it. */
static void drain_array(struct kmem_cache_node *node, struct array_cache *array,
			struct list_head *surplus)
{
	unsigned long flags = local_irq_save();
	int avail;

	if (array_enter(array, 0, &avail)) {
		slabs_give_back(node, array->entry, (unsigned int)avail, surplus);
		array_leave(array, -avail);
	}
	local_irq_restore(flags);
}

static void drain_shared(struct kmem_cache_node *node, struct list_head *surplus)
{
	struct array_entry some[8];
	unsigned int nr;

	while ((nr = take_shared(node, some, ARRAY_SIZE(some))))
		slabs_give_back(node, some, nr, surplus);
}

unsigned long cache_drain(struct kmem_cache *cache)
{
	struct kmem_cache_node *node;
	LIST_HEAD(surplus);
	unsigned int cpu;
	int nid;

	for_each_online_node (nid) {
		node = &cache->node[nid];
		for (cpu = 0; cpu < NR_CPUS; cpu++)
			drain_array(node, array_of_cpu(node->array, cpu), &surplus);
		drain_shared(node, &surplus);
	}
	return slabs_destroy(cache, &surplus);
}

/* --- the calls ------------------------------------------------------------------------------- */

void *fastcall kmem_cache_alloc(struct kmem_cache *cache, gfp_t gfp)
{
	if (unlikely(gfp & slab_special_gfp))
		return kmem_cache_alloc_other(cache, gfp);
	return cache_alloc(cache, gfp);
}

/* kmem_cache_free() jumps here, so that the return address is its caller's. */
static __noinline void fastcall free_slow(const void *obj)
{
	cache_free_slow(obj, "kmem_cache_free");
}

/* The map of slabs knows of no slab of @cache there; the struct page may. */
static __noinline void fastcall free_not_in_map(struct kmem_cache *cache, const void *obj)
{
	const struct page *page = slab_page_of_any(obj);

	if (page && page->slab_cache == cache)
		cache_free_slow(obj, "kmem_cache_free");
	else
		kmem_cache_free_other(cache, obj);
}

void fastcall kmem_cache_free(struct kmem_cache *cache, void *obj)
{
	struct slab *slab = slab_of_address(obj);

	if (likely(slab->cache == cache))
		cache_free(slab, obj, free_slow, 1);
	else
		free_not_in_map(cache, obj);
}
