/* SPDX-License-Identifier: 0BSD
 *
 * slab.c - the slabs of a cache, and its lists of them (Bonwick 1994; Gorman 8.2; Mauerer 3.6).
 *
 * 1. Concepts
 *    A cache hands out objects of one size. It gets its memory in slabs, blocks of 2^order pages
 *    from the buddy allocator, each cut into num objects of stride bytes. An on-slab block:
 *
 *      | colour | struct slab, bufctl[num] | object 0 | object 1 | ... | object num-1 | rest |
 *      ^ page                              ^ s_mem
 *
 *    The free objects of a slab form a chain of indices: slab->free, bufctl[], BUFCTL_END. The
 *    bufctl of an object that is out names the object itself, so a second free is seen at once.
 *    Nothing is kept inside a free object: what the constructor made of it stays.
 * 2. Data
 *    Each node of the machine has its lists of slabs: slabs_full, slabs_partial, slabs_free. Before
 *    them each CPU has an array of free objects (slab_cpu.c); an object in one is in use for its
 *    slab. A cache has no more nodes than the machine (nr_node_ids). page->slab_cache and
 *    page->slab_page lead from an object to its cache and slab, and slab_map.c at once to the slab,
 *    which also names its cache.
 * 3. Invariants (check_slab.c; the others: slab_common.c, slab_size.c, slab_cpu.c, kmalloc.c)
 *    S3  A slab is on the list of its node that its inuse names.
 *    S4  inuse is the number of entries that are of no free object in the chain.
 *    S5  The free chain visits every other entry once and ends.
 *    S6  Every page of a slab has PG_slab and points to cache and slab, and in the map to the slab;
 *        that has copies of what its cache says, and names the node of its pages.
 *    S8  nr_slabs, nr_pages and free_objects are what the lists hold.
 *    S10 No page has PG_slab but those of the slabs.
 * 4. Locking
 *    node->lock, interrupts off, for what is marked (C). No other lock is taken while it is held:
 *    pages and descriptors come and go, and constructors run, without it and with interrupts as
 *    the caller has them. A new slab is known to its maker only until it is added to the cache, and
 *    a slab is taken off the cache before it is destroyed. So a constructor may use any cache,
 *    also its own, which then grows once more (without a bound, until the stack ends).
 *    cache_chain_lock comes before node->lock, and before zone->lock: shrinking frees pages.
 * 5. Empty slabs
 *    Making a slab costs more than all its objects, so empty ones are kept, as long as the free
 *    objects of the node are no more than its free_limit. kmem_cache_shrink() gives them back, with
 *    what is in the arrays; the slab's shrinker does so with all caches when memory is short.
 * 6. Not done
 *    No destructors. No slab is moved to another node.
 */
#include <mm/mem_map.h>
#include <mm/page_alloc.h>
#include <mm/slab.h>

#include "slab_bug.h"
#include "slab_common.h"
#include "slab_cpu.h"
#include "slab_debug.h"
#include "slab_internal.h"

#define NODES(first)                                           \
	{                                                      \
		[0 ... MAX_NUMNODES - 1] = {.array = (first) } \
	}
struct kmem_cache cache_cache = { .array = no_array, .node = NODES(no_array) };
struct kmem_cache cache_none = { .array = invalid_array,
				 .name = "(none)",
				 .flags = SLAB_CACHE_DMA,
				 .node = NODES(invalid_array) };

/* --- making and destroying slabs ------------------------------------------------------------- */

/* The colour is read without the lock: two slabs that are made at once may have the same one. */
static struct slab *slab_alloc_descriptor(struct kmem_cache *cache, const struct slab_shape *shape,
					  struct page *page, gfp_t gfp)
{
	unsigned int colour = READ_ONCE(cache->node[page_to_nid(page)].colour_next) %
			      shape->colours;
	char *start = (char *)lowmem_page_address(page) + colour * cache->colour_off;
	struct slab *slab;

	if (!cache->slabp_cache) {
		slab = (struct slab *)(void *)start;
		slab->s_mem = start + shape->mgmt_size + cache->red_left;
		return slab;
	}
	slab = cache_alloc(cache->slabp_cache, gfp & ~SLAB_GFP_SPECIAL);
	if (slab)
		slab->s_mem = start + cache->red_left;
	return slab;
}

static void slab_claim_pages(struct kmem_cache *cache, struct slab *slab, struct page *page)
{
	struct page *end = page + (1UL << slab->order);

	slab_map_set(page, slab->order, slab);
	for (; page < end; page++) {
		page->flags |= PG_slab;
		page->slab_cache = cache;
		page->slab_page = slab;
	}
}

static void slab_chain_objects(struct slab *slab)
{
	u32 i;

	for (i = 0; i < slab->num - 1; i++)
		slab->bufctl[i] = bufctl_to(i + 1);
	slab->bufctl[i] = BUFCTL_END;
	slab->free = bufctl_to(0);
	slab->inuse = 0;
}

static void slab_copy_fields(struct slab *slab, struct kmem_cache *cache, const struct page *page)
{
	slab->cache = cache;
	slab->inverse = cache->inverse;
	slab->nid = (u8)page_to_nid(page);
	slab->array = cache->node[slab->nid].array;
}

static void slab_construct_objects(const struct kmem_cache *cache, const struct slab *slab)
{
	u32 i, num = slab->num;

	for (i = 0; i < num; i++)
		cache->ctor(slab_object(cache, slab, i));
}

static void slab_paint_objects(const struct kmem_cache *cache, const struct slab *slab)
{
	u32 i, num = slab->num;

	for (i = 0; i < num; i++)
		slab_debug_new_object(cache, slab_object(cache, slab, i));
}

/* A block of *@order, without effort if that is more than it needs to be; then of the smallest
 * order, which goes to *@order. */
static struct page *alloc_slab_pages(const struct kmem_cache *cache, gfp_t gfp, int nid,
				     unsigned int *order)
{
	struct page *page;

	gfp = (gfp & GFP_RECLAIM_MASK) | cache->gfp;
	if (*order > cache->order) {
		page = slab_alloc_pages(
			nid, (gfp & ~SLAB_GFP_EFFORT) | __GFP_NORETRY | __GFP_NOWARN, *order);
		if (page)
			return page;
		*order = cache->order;
	}
	return slab_alloc_pages(nid, gfp, *order);
}

/* In @page, a block of @order. */
static struct slab *make_slab(struct kmem_cache *cache, struct page *page, unsigned int order,
			      gfp_t gfp)
{
	struct slab_shape shape = slab_shape(cache, order);
	struct slab *slab = slab_alloc_descriptor(cache, &shape, page, gfp);

	if (!slab)
		return NULL;
	slab->order = (u8)order;
	slab->num = shape.num;
	slab_copy_fields(slab, cache, page);
	slab_chain_objects(slab);
	slab_claim_pages(cache, slab, page);
	if (cache_is_debugged(cache))
		slab_paint_objects(cache, slab);
	if (cache->ctor)
		slab_construct_objects(cache, slab);
	return slab;
}

struct slab *cache_grow(struct kmem_cache *cache, gfp_t gfp, int nid)
{
	unsigned int order = cache_next_order(cache, READ_ONCE(cache->node[nid].nr_pages));
	struct page *page = alloc_slab_pages(cache, gfp, nid, &order);
	struct slab *slab;

	if (!page) {
		slab_out_of_memory(cache, gfp);
		return NULL;
	}
	slab = make_slab(cache, page, order, gfp);
	if (!slab)
		__free_pages(page, order);
	return slab;
}

void cache_add_slab(struct kmem_cache *cache, struct slab *slab)
{
	struct kmem_cache_node *node = &cache->node[slab->nid];
	unsigned long flags;

	spin_lock_irqsave(&node->lock, flags);
	slab->array = node->array;
	list_add(&slab->list, &node->slabs_free);
	node->nr_slabs++;
	node->nr_pages += 1UL << slab->order;
	node->free_objects += slab->num;
	if (++node->colour_next == cache->colours)
		node->colour_next = 0;
	spin_unlock_irqrestore(&node->lock, flags);
}

/* Nothing leads from its pages to cache and slab any more: kmem_cache_free() relies on that, and
 * what searches for pointers (leak_scan.c). */
void node_detach(struct kmem_cache_node *node, struct slab *slab, struct list_head *surplus)
{
	struct page *page = slab_first_page(slab);
	const struct page *end = page + (1UL << slab->order);

	assert_held(&node->lock);
	slab_map_set(page, slab->order, &slab_none);
	for (; page < end; page++) {
		page->flags &= ~PG_slab;
		page->slab_cache = NULL;
		page->slab_page = NULL;
	}
	node->nr_slabs--;
	node->nr_pages -= 1UL << slab->order;
	node->free_objects -= slab->num;
	list_move(&slab->list, surplus);
}

static void slab_look_at_objects(const struct kmem_cache *cache, const struct slab *slab)
{
	u32 i;

	for (i = 0; i < slab->num; i++)
		slab_debug_last_look(cache, slab_object(cache, slab, i));
}

static void slab_destroy(struct kmem_cache *cache, struct slab *slab)
{
	struct page *first = slab_first_page(slab);
	unsigned int order = slab->order;

	if (cache_is_debugged(cache))
		slab_look_at_objects(cache, slab);
	if (cache->slabp_cache)
		kmem_cache_free(cache->slabp_cache, slab);
	__free_pages(first, order);
}

unsigned long slabs_destroy(struct kmem_cache *cache, struct list_head *slabs)
{
	unsigned long nr = 0;

	for (; !list_empty(slabs); nr++) {
		struct slab *slab = list_first_entry(slabs, struct slab, list);

		list_del(&slab->list);
		slab_destroy(cache, slab);
	}
	return nr;
}

/* --- what slab_common.c calls ---------------------------------------------------------------- */

static void init_node(struct kmem_cache_node *node)
{
	spin_lock_init(&node->lock, CACHE_LOCK);
	INIT_LIST_HEAD(&node->slabs_partial);
	INIT_LIST_HEAD(&node->slabs_full);
	INIT_LIST_HEAD(&node->slabs_free);
	node->array = no_array;
}

bool __kmem_cache_create(struct kmem_cache *cache)
{
	unsigned int nid;

	cache_choose_geometry(cache);
	for (nid = 0; nid < nr_node_ids; nid++)
		init_node(&cache->node[nid]);
	cache->array = no_array;
	return cache_enable_arrays(cache);
}

static void node_take_empty(struct kmem_cache_node *node, struct list_head *surplus)
{
	unsigned long flags;

	spin_lock_irqsave(&node->lock, flags);
	while (!list_empty(&node->slabs_free))
		node_detach(node, list_first_entry(&node->slabs_free, struct slab, list), surplus);
	spin_unlock_irqrestore(&node->lock, flags);
}

unsigned long __kmem_cache_shrink(struct kmem_cache *cache)
{
	unsigned long freed = cache_drain(cache);
	LIST_HEAD(surplus);
	int nid;

	for_each_online_node (nid)
		node_take_empty(&cache->node[nid], &surplus);
	return freed + slabs_destroy(cache, &surplus);
}

bool cache_was_idle(struct kmem_cache *cache)
{
	bool idle = !cache->touched;

	cache->touched = false;
	return idle;
}

unsigned long cache_nr_slabs(const struct kmem_cache *cache)
{
	unsigned long nr = 0;
	int nid;

	for_each_online_node (nid)
		nr += cache->node[nid].nr_slabs;
	return nr;
}

unsigned long cache_nr_pages(const struct kmem_cache *cache)
{
	unsigned long nr = 0;
	int nid;

	for_each_online_node (nid)
		nr += READ_ONCE(cache->node[nid].nr_pages);
	return nr;
}

bool __kmem_cache_shutdown(struct kmem_cache *cache)
{
	__kmem_cache_shrink(cache);
	return !cache_nr_slabs(cache);
}

void __kmem_cache_release(struct kmem_cache *cache)
{
	cache->num = 0;
	cache_free_arrays(cache);
}

/* --- numbers --------------------------------------------------------------------------------- */

static u32 count_active(const struct slab *slab)
{
	u32 i, active = 0;

	for (i = 0; i < slab->num; i++)
		active += slab_is_out(slab, i);
	return active;
}

/* The slabs of a list; of a damaged one, which mm_check() reports, none. */
static void count_slabs(const struct kmem_cache *cache, const struct list_head *list,
			struct cache_stats *stats)
{
	const struct slab *slab;
	u32 active;

	if (!slab_list_is_sound(list))
		return;
	list_for_each_entry (slab, list, list) {
		active = slab_has_its_shape(cache, slab) ? count_active(slab) : 0;
		stats->num_objs += slab->num;
		stats->active_objs += active;
		stats->active_slabs += active != 0;
		stats->empty_slabs += !active;
		stats->empty_pages += active ? 0 : 1UL << slab->order;
	}
}

static void count_node(const struct kmem_cache *cache, const struct kmem_cache_node *node,
		       struct cache_stats *stats)
{
	unsigned long flags;
	bool taken = report_lock(&node->lock, &flags);

	stats->sharedavail += node->shared_array ? (unsigned int)node->shared_array->avail : 0;
	stats->num_slabs += node->nr_slabs;
	stats->pages += node->nr_pages;
	count_slabs(cache, &node->slabs_full, stats);
	count_slabs(cache, &node->slabs_partial, stats);
	count_slabs(cache, &node->slabs_free, stats);
	report_unlock(&node->lock, flags, taken);
}

void cache_stats(const struct kmem_cache *cache, struct cache_stats *stats)
{
	const struct array_cache *array = array_of(own_first(cache));
	int nid;

	*stats = (struct cache_stats){ 0 };
	for_each_online_node (nid)
		count_node(cache, &cache->node[nid], stats);
	stats->limit = slab_is_readable(array) ? array->limit : 0;
	stats->batchcount = slab_is_readable(array) ? array->batchcount : 0;
	stats->sharedfactor = cache->sharedfactor;
}

unsigned long kmem_cache_descriptors(const struct kmem_cache *cache)
{
	const struct kmem_cache *other;
	unsigned long flags, nr = 0;
	bool taken = report_lock(&cache_chain_lock, &flags);

	list_for_each_entry (other, &cache_chain, chain)
		if (other->slabp_cache == cache)
			nr += cache_nr_slabs(other);
	report_unlock(&cache_chain_lock, flags, taken);
	return nr;
}

/* --- reports and damage ---------------------------------------------------------------------- */

bool cache_is_invalid(const struct kmem_cache *cache)
{
	return cache->array == invalid_array;
}

/* An exact inverse (S2) is nothing that other memory is likely to hold. */
bool cache_is_sound(const struct kmem_cache *cache)
{
	return cache->stride * cache->inverse == slab_unit(cache->stride);
}

/* Is @slab the one that the page of its first object names, and of so many objects, which are
 * numbered as those of @cache? */
static bool slab_is_sound(const struct kmem_cache *cache, const struct slab *slab)
{
	const struct page *page;

	if (!slab_is_readable(slab) || !virt_addr_valid(slab->s_mem))
		return false;
	page = lowmem_virt_to_page(slab->s_mem);
	return PageSlab(page) && page->slab_page == slab && page->slab_cache == cache &&
	       slab->cache == cache && slab->inverse == cache->inverse &&
	       slab_has_its_shape(cache, slab);
}

/* Does the chain of free objects lead to object @index? */
static bool is_on_free_chain(const struct slab *slab, u32 index)
{
	u32 i = bufctl_index(slab->free), met = 0;

	while (i != index && i < slab->num && met++ < slab->num)
		i = bufctl_index(slab->bufctl[i]);
	return i == index;
}

/* Fill in @o for object @index of a sound slab. Return: false if that is neither out nor free. */
static bool slab_describe(const struct slab *slab, u32 index, struct slab_object *o)
{
	o->index = index;
	o->start = slab_object(o->cache, slab, index);
	o->size = (u32)o->cache->size;
	o->state = OBJECT_FREE;
	if (slab->bufctl[index] == BUFCTL_ACTIVE)
		o->state = OBJECT_USED;
	if (slab->bufctl[index] == BUFCTL_CACHED)
		o->state = OBJECT_CACHED;
	return o->state != OBJECT_FREE || is_on_free_chain(slab, index);
}

bool slab_locate(const void *addr, struct slab_object *o)
{
	const struct page *page = slab_page_of_any(addr);
	const struct slab *slab;
	unsigned long offset;

	if (!page || !slab_is_cache(page->slab_cache) ||
	    !slab_is_sound(page->slab_cache, page->slab_page))
		return false;
	slab = page->slab_page;
	*o = (struct slab_object){
		.cache = page->slab_cache,
		.first = slab_first_page(slab),
		.begin = slab->s_mem,
		.num = slab->num,
	};
	offset = (unsigned long)addr - (unsigned long)slab->s_mem; /* large in front of them */
	if (offset / o->cache->stride >= o->num)
		return true;
	return slab_describe(slab, (u32)(offset / o->cache->stride), o);
}

void slab_for_each_object(struct page *first, void (*visit)(struct slab_object *o, void *data),
			  void *data)
{
	struct kmem_cache *cache = first->slab_cache;
	const struct slab *slab = first->slab_page;
	struct slab_object o = { .cache = cache, .first = first, .num = slab->num };
	u32 i;

	o.begin = slab->s_mem;
	for (i = 0; i < slab->num; i++) {
		slab_describe(slab, i, &o);
		visit(&o, data);
	}
}

/* The descriptors that lie in objects of other caches, and the arrays: entries that are not in use
 * any more name objects that may be out. */
void slab_own_memory(void (*visit)(const void *start, size_t size, void *data), void *data)
{
	struct kmem_cache *cache = NULL;
	const struct page *page;
	unsigned long pfn;

	for_each_mem_map_block (pfn, 0, max_low_pfn) {
		page = pfn_to_page(pfn);
		if (PageSlab(page) && page->slab_cache->slabp_cache)
			visit(page->slab_page,
			      slab_shape(page->slab_cache, page->slab_page->order).mgmt_size, data);
	}
	while ((cache = kmem_cache_next(cache)))
		cache_for_each_array(cache, visit, data);
}

void fastcall slab_damaged(const struct kmem_cache *cache, const struct slab *slab, const char *who)
{
	slab_check_cache(cache, who);
	panic("BUG: %s: cache %s: the descriptor of a slab at %p is damaged: first object %p, %u "
	      "objects in use, next free %u (overrun of the object before it?)",
	      who, cache->name, (const void *)slab, slab->s_mem, slab->inuse, slab->free);
}

void fastcall slab_bad_slab(const struct page *page, const char *who)
{
	slab_check_cache(page->slab_cache, who);
	if (!slab_is_readable(page->slab_page))
		panic("BUG: %s: cache %s: page %p of a slab has no descriptor, but %p", who,
		      page->slab_cache->name, lowmem_page_address(page),
		      (const void *)page->slab_page);
	slab_damaged(page->slab_cache, page->slab_page, who);
}
