/* SPDX-License-Identifier: 0BSD
 *
 * slub.c - SLUB, the slabs of a cache (Mauerer 3.6.1; Lameter 2007): SLAB=slub.
 *
 * 1. Concepts
 *    A cache hands out objects of one size, cut from slabs, blocks of 2^order pages. A slab is
 *    objects and nothing else: the free ones are chained through a word of their own (slub_size.c),
 *    and where the chain begins stands in struct page. So there is no descriptor, no colour, and
 *    a slab of a power of two has no rest.
 *    Each CPU has one slab of its own, frozen: it takes the whole chain out of struct page and
 *    works on that without a lock (slub_cpu.c). All others are full, and then in no list, since
 *    the next free finds the slab by the object's page; or they have free objects, and are in the
 *    partial list of their node.
 * 2. Data
 *    struct page of a slab's first page: slab_free, the number of the first free object; slab_refs,
 *    one more than the objects that are not in the chain, so that _count, of which it is a part, is
 *    never 0; slab_frozen; slab_next and slab_prev (slub_list.c). Its other pages have slab_first.
 *    page->slab_cache leads from an object to its cache.
 * 3. Invariants (check_slub.c)
 *    U2  The partial list is linked both ways, and has the slabs with free objects that no CPU has.
 *    U3  A slab's chain leads to each free object once, and ends.
 *    U4  Every page of a slab has PG_slab and leads to the cache and to the first page.
 *    U5  A node counts its slabs, their objects and pages, and how many are in the list.
 *    U6  A CPU that is open has a frozen slab, and each frozen slab is one CPU's.
 * 4. Locking
 *    node->lock, interrupts off, for what is marked (N); what is marked (C) belongs to whoever is
 *    inside (slub_cpu.h), who may take node->lock. Pages come and go, and constructors run, without
 *    the lock: a new slab is its maker's only. So a constructor may use any cache, also its own.
 *    cache_chain_lock comes before node->lock, and before zone->lock: shrinking frees pages.
 * 5. Empty slabs
 *    A slab that becomes empty goes back at once if its node has min_partial slabs in the list.
 *    kmem_cache_shrink() gives back the others, and the CPUs' slabs if they are empty, and brings
 *    the fullest to the front, so that those which might become empty are left alone.
 * 6. Not done
 *    No bound on a list's length: freeing never looks through it. No destructors.
 */
#include <mm/page_alloc.h>
#include <mm/slab.h>
#include <lib/errno.h>

#include "slab_common.h"
#include "slab_debug.h"
#include "slub_internal.h"

#define NODES                                                                          \
	{                                                                              \
		[0 ... MAX_NUMNODES - 1] = {.lock = __SPIN_LOCK_UNLOCKED(CACHE_LOCK) } \
	}
struct kmem_cache cache_cache = { .life = SLUB_GONE, .node = NODES };
struct kmem_cache cache_none = {
	.life = SLUB_GONE, .name = "(none)", .flags = SLAB_CACHE_DMA, .node = NODES
};

/* --- making and destroying slabs ------------------------------------------------------------- */

/* A block for a slab. One of the usual order is not worth any effort when a smaller one will do. */
static struct page *alloc_slab_pages(struct kmem_cache *cache, gfp_t gfp, int nid)
{
	const gfp_t no_effort = __GFP_DIRECT_RECLAIM | __GFP_NOFAIL | __GFP_RETRY_MAYFAIL;
	struct page *page;

	gfp = (gfp & GFP_RECLAIM_MASK) | cache->gfp;
	if (cache->order > cache->min_order) {
		page = slab_alloc_pages(nid, (gfp & ~no_effort) | __GFP_NOWARN | __GFP_NORETRY,
					cache->order);
		if (page)
			return page;
	}
	return slab_alloc_pages(nid, gfp, cache->min_order);
}

/* Mark the pages; the first one has _count 1, which is a slab_refs of 1. */
static void claim_pages(struct kmem_cache *cache, struct page *first)
{
	struct page *page = first, *end = first + (1UL << page_order(first));

	for (; page < end; page++) {
		page->flags |= PG_slab;
		page->slab_cache = cache;
		page->slab_first = first;
	}
	first->slab_first = NULL;
	first->slab_free = 0;
}

static void chain_objects(const struct kmem_cache *cache, const struct page *first)
{
	uintptr link = slub_link(cache, first, 0);
	u32 i, num = slub_num(cache, first);

	for (i = 1; i < num; i++, link += cache->stride)
		slub_set_link(link, link + cache->stride);
	slub_set_link(link, slub_base(first) | SLUB_END);
}

static void paint_objects(const struct kmem_cache *cache, const struct page *first)
{
	u32 i, num = slub_num(cache, first);

	for (i = 0; i < num; i++)
		slab_debug_new_object(cache, (void *)(slub_link(cache, first, i) - cache->offset));
}

static void construct_objects(const struct kmem_cache *cache, const struct page *first)
{
	u32 i, num = slub_num(cache, first);

	for (i = 0; i < num; i++)
		cache->ctor((void *)(slub_link(cache, first, i) - cache->offset));
}

/* Count the slab at @first in (@sign 1) or out (-1). Context: node->lock. */
static void count_slab(struct kmem_cache *cache, const struct page *first, long sign)
{
	struct kmem_cache_node *node = slub_node(cache, first);

	assert_held(&node->lock);
	node->nr_slabs += (unsigned long)sign;
	node->nr_objs += (unsigned long)(sign * (long)slub_num(cache, first));
	node->nr_pages += (unsigned long)(sign * (1L << page_order(first)));
}

int slub_grow(struct kmem_cache *cache, gfp_t gfp, int nid)
{
	struct page *first = alloc_slab_pages(cache, gfp, nid);
	struct kmem_cache_node *node;
	unsigned long flags;

	if (!first) {
		slab_out_of_memory(cache, gfp);
		return NUMA_NO_NODE;
	}
	claim_pages(cache, first);
	if (cache_is_debugged(cache))
		paint_objects(cache, first);
	chain_objects(cache, first);
	if (cache->ctor)
		construct_objects(cache, first);
	node = slub_node(cache, first);
	spin_lock_irqsave(&node->lock, flags);
	count_slab(cache, first, 1);
	slub_list_add(node, first);
	spin_unlock_irqrestore(&node->lock, flags);
	return (int)(node - cache->node);
}

static void unclaim_pages(struct page *first)
{
	struct page *page = first, *end = first + (1UL << page_order(first));

	for (; page < end; page++)
		page->flags &= ~PG_slab;
	first->_count = 1;
}

static void look_at_objects(const struct kmem_cache *cache, const struct page *first)
{
	u32 i, num = slub_num(cache, first);

	for (i = 0; i < num; i++)
		slab_debug_last_look(cache, (void *)(slub_link(cache, first, i) - cache->offset));
}

void slub_discard(struct kmem_cache *cache, struct page *first)
{
	struct kmem_cache_node *node = slub_node(cache, first);
	unsigned long flags;

	if (cache_is_debugged(cache))
		look_at_objects(cache, first);
	spin_lock_irqsave(&node->lock, flags);
	count_slab(cache, first, -1);
	unclaim_pages(first);
	spin_unlock_irqrestore(&node->lock, flags);
	__free_pages(first, page_order(first));
}

/* --- the chain of a slab, and its place ------------------------------------------------------ */

void *slub_pop(struct kmem_cache *cache, struct page *first)
{
	uintptr link = slub_link(cache, first, first->slab_free), next;

	assert_held(&slub_node(cache, first)->lock);
	next = link ^ slub_step(link);
	if (unlikely(slub_step(link) >= cache->block))
		slub_bad_link(cache, first, link, "kmem_cache_alloc");
	slub_clear_link(link);
	first->slab_free = (slub_is_end(next) ? SLUB_NO_FREE : slub_index(cache, first, next)) &
			   SLUB_NO_FREE;
	first->slab_refs++;
	return (void *)(link - cache->offset);
}

void slub_push(struct kmem_cache *cache, struct page *first, uintptr link)
{
	assert_held(&slub_node(cache, first)->lock);
	__slub_push(cache, first, link, slub_index(cache, first, link));
}

/* A slab whose objects come back one by one is put behind the others: when its turn comes there are
 * more of them. */
bool slub_place(struct kmem_cache *cache, struct page *first, bool was_in_no_list)
{
	struct kmem_cache_node *node = slub_node(cache, first);

	assert_held(&node->lock);
	if (!slub_inuse(first) && node->nr_partial - !was_in_no_list >= cache->min_partial) {
		if (!was_in_no_list)
			slub_list_del(node, first);
		return true;
	}
	if (was_in_no_list)
		slub_list_add_tail(node, first);
	return false;
}

/* --- what slab_common.c calls ---------------------------------------------------------------- */

/* Empty slabs are kept to save work, but no more than 64 KiB of them, or two. */
static unsigned long min_partial(const struct kmem_cache *cache)
{
	unsigned long kept = highest_bit(cache->stride) / 2;

	kept = min(kept, 16UL >> cache->order);
	return min(max(kept, (unsigned long)SLUB_MIN_PARTIAL), (unsigned long)SLUB_MAX_PARTIAL);
}

bool __kmem_cache_create(struct kmem_cache *cache)
{
	unsigned int cpu;
	int nid;

	slub_choose_geometry(cache);
	cache->min_partial = min_partial(cache);
	cache->life = SLUB_LIVE;
	for_each_online_node (nid)
		spin_lock_init(&cache->node[nid].lock, CACHE_LOCK);
	for (cpu = 0; cpu < NR_CPUS; cpu++) {
		cache->cpu[cpu].freelist = SLUB_END;
		cache->cpu[cpu].open = !(cache->flags & SLAB_DEBUG_FLAGS);
	}
	slub_merge(cache);
	return true;
}

void slub_close(struct kmem_cache *cache)
{
	unsigned int cpu;

	for (cpu = 0; cpu < NR_CPUS; cpu++)
		cache->cpu[cpu].open = 0;
}

int __kmem_cache_tune(struct kmem_cache *cache __unused, u32 limit __unused,
		      u32 batchcount __unused, u32 sharedfactor __unused)
{
	return -EINVAL;
}

/* What a CPU has at hand is one slab. */
bool cache_was_idle(struct kmem_cache *cache __unused)
{
	return true;
}

/* Nothing waits for kmalloc(). */
void __init kmem_cache_init_late(void)
{
}

/* Take the empty slabs of @node off its list, chained by slab_next. Return: the first one. */
static struct page *take_empty(struct kmem_cache_node *node)
{
	struct page *first, *next, *empty = NULL;
	unsigned long flags;

	spin_lock_irqsave(&node->lock, flags);
	for (first = slub_page_at(node->first); first; first = next) {
		next = slub_page_at(first->slab_next);
		if (slub_inuse(first))
			continue;
		slub_list_del(node, first);
		first->slab_next = empty ? page_to_pfn(empty) & 0x3FFFF : 0;
		empty = first;
	}
	spin_unlock_irqrestore(&node->lock, flags);
	return empty;
}

/* The slabs that are at least @quarter quarters full, in front of those that are not. */
static void bring_forward(struct kmem_cache *cache, struct kmem_cache_node *node, u32 quarter)
{
	struct page *first, *next;
	unsigned long flags, n;

	spin_lock_irqsave(&node->lock, flags);
	first = slub_page_at(node->first);
	for (n = node->nr_partial; n; n--, first = next) {
		next = slub_page_at(first->slab_next);
		if (slub_inuse(first) * 4 >= quarter * slub_num(cache, first))
			continue;
		slub_list_del(node, first);
		slub_list_add_tail(node, first);
	}
	spin_unlock_irqrestore(&node->lock, flags);
}

/* Each pass keeps the order that the one before has made. */
static void sort_by_use(struct kmem_cache *cache, struct kmem_cache_node *node)
{
	u32 quarter;

	if (node->nr_partial <= SLUB_MAX_PARTIAL)
		return;
	for (quarter = 3; quarter; quarter--)
		bring_forward(cache, node, quarter);
}

static unsigned long shrink_node(struct kmem_cache *cache, struct kmem_cache_node *node)
{
	struct page *first = take_empty(node), *next;
	unsigned long freed = 0;

	for (; first; first = next, freed++) {
		next = slub_page_at(first->slab_next);
		slub_discard(cache, first);
	}
	sort_by_use(cache, node);
	return freed;
}

unsigned long __kmem_cache_shrink(struct kmem_cache *cache)
{
	unsigned long freed = 0;
	unsigned int cpu;
	int nid;

	for (cpu = 0; cpu < NR_CPUS; cpu++)
		freed += slub_flush(cache, cpu);
	for_each_online_node (nid)
		freed += shrink_node(cache, &cache->node[nid]);
	return freed;
}

bool __kmem_cache_shutdown(struct kmem_cache *cache)
{
	unsigned long slabs = 0;
	int nid;

	if (cache->root)
		return true; /* what it has out is its root's */
	__kmem_cache_shrink(cache);
	for_each_online_node (nid)
		slabs += cache->node[nid].nr_slabs;
	return !slabs;
}

/* Its memory says that until it is used again: the link of a free cache lies behind it. */
void __kmem_cache_release(struct kmem_cache *cache)
{
	cache->life = SLUB_GONE;
	slub_close(cache);
	if (cache->root)
		slub_leave_root(cache);
}

/* There are no descriptors. */
unsigned long kmem_cache_descriptors(const struct kmem_cache *cache)
{
	slab_check_cache(cache, __func__);
	return 0;
}
