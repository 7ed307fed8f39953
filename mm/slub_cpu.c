/* SPDX-License-Identifier: 0BSD
 *
 * slub_cpu.c - objects from the CPU's slab, and to wherever they came from: SLUB.
 *
 * 1. Concepts
 *    A CPU's slab is frozen: nobody else takes objects from it. Its free objects are in the CPU's
 *    list, and the fast paths (slub_cpu.h) move only the beginning of that. What others free into
 *    it goes to the chain in struct page, which the CPU takes over when its own list ends. Then
 *    the slab is full and belongs to nobody, and the next one comes from the partial list.
 * 2. Inside
 *    The fast paths mask no interrupts. Whoever works on the list is inside: open is 0 meanwhile,
 *    and who finds that, an interrupt handler as a rule, works on the slabs of the partial lists
 *    under node->lock instead. A cache that is debugged, destroyed or not yet there is never open.
 * 3. Nodes
 *    A CPU's slab is of its own node. A request for another one, or that gets memory of another one
 *    since the own has none, takes one object of a slab there; and a free goes to the slab, which
 *    is in a list of its own node. So nothing of another node is near because it was freed here.
 * 4. What is wrong
 *    Is looked for where the paths meet it. An address that is no object of the CPU's slab is told
 *    from another slab's object by its struct page. A free object is known by its link, and so is
 *    one that is handed out twice; one whose link was written to is found when the chain comes to
 *    it, before it is handed out.
 * 5. Locking
 *    As in slub.c. Who is inside stays so while the cache grows: a constructor that uses the cache
 *    again finds it closed.
 */
#include <mm/slab.h>

#include "slab_common.h"
#include "slab_debug.h"
#include "slub_cpu.h"
#include "slub_internal.h"

/* --- the slab of a CPU ----------------------------------------------------------------------- */

/* Take over the chain of the slab at @first, for @cpu. Context: inside; node->lock. */
static void take_chain(struct kmem_cache *cache, struct kmem_cache_cpu *cpu, struct page *first)
{
	u32 num = slub_num(cache, first);

	cpu->freelist = slub_link(cache, first, first->slab_free);
	first->slab_free = SLUB_NO_FREE;
	first->slab_refs = (num + 1) & SLUB_NO_FREE;
	first->slab_frozen = 1;
	cpu->page = first;
	cpu->base = slub_base(first);
	cpu->limit = num << cache->shift;
}

static void forget_slab(struct kmem_cache_cpu *cpu)
{
	cpu->page = NULL;
	cpu->freelist = SLUB_END;
	cpu->base = cpu->limit = 0;
}

/* Did others free objects of the CPU's slab? Take them over. If not, the slab is full, and the
 * CPU's no longer. Context: inside. */
static bool take_what_came_back(struct kmem_cache *cache, struct kmem_cache_cpu *cpu)
{
	struct page *first = cpu->page;
	unsigned long flags;
	bool came;

	if (!first)
		return false;
	spin_lock_irqsave(&slub_node(cache, first)->lock, flags);
	came = first->slab_free != SLUB_NO_FREE;
	if (came)
		take_chain(cache, cpu, first);
	else
		first->slab_frozen = 0;
	spin_unlock_irqrestore(&slub_node(cache, first)->lock, flags);
	if (!came)
		forget_slab(cpu);
	return came;
}

/* The first slab of the list of @node becomes @cpu's. Context: inside. */
static bool take_partial(struct kmem_cache *cache, struct kmem_cache_cpu *cpu,
			 struct kmem_cache_node *node)
{
	struct page *first;
	unsigned long flags;

	if (!node->first)
		return false;
	spin_lock_irqsave(&node->lock, flags);
	first = slub_page_at(node->first);
	if (first) {
		slub_list_del(node, first);
		take_chain(cache, cpu, first);
	}
	spin_unlock_irqrestore(&node->lock, flags);
	return first;
}

/* The first object of the list of @cpu, which has one. Context: inside. */
static void *take_first(struct kmem_cache *cache, struct kmem_cache_cpu *cpu)
{
	uintptr link = cpu->freelist;
	u32 step = slub_step(link);

	if (unlikely(step >= cache->block))
		slub_bad_link(cache, cpu->page, link, "kmem_cache_alloc");
	slub_clear_link(link);
	cpu->freelist = link ^ step;
	return (void *)(link - cache->offset);
}

/* It has a type as if it could return, so that a caller needs no frame for the call. */
void *fastcall slub_bad_first(struct kmem_cache *cache)
{
	struct kmem_cache_cpu *cpu = slub_cpu(cache);

	slub_bad_link(cache, cpu->page, cpu->freelist, "kmem_cache_alloc");
	return NULL;
}

/* Link @link and those behind it, of the slab at @first, to its chain again. Context: inside;
 * node->lock. */
static void give_chain_back(struct kmem_cache *cache, struct page *first, uintptr link)
{
	while (!slub_is_end(link)) {
		uintptr next = link ^ slub_step(link);

		if (unlikely(slub_step(link) >= cache->block))
			slub_bad_link(cache, first, link, "kmem_cache_shrink");
		slub_push(cache, first, link);
		link = next;
	}
}

/* The slab of @cpu is nobody's any more. Return: its first page if it is to go. Context: inside. */
static struct page *unfreeze(struct kmem_cache *cache, struct kmem_cache_cpu *cpu)
{
	struct page *first = cpu->page;
	unsigned long flags;
	bool surplus = false;

	spin_lock_irqsave(&slub_node(cache, first)->lock, flags);
	give_chain_back(cache, first, cpu->freelist);
	first->slab_frozen = 0;
	if (first->slab_free != SLUB_NO_FREE)
		surplus = slub_place(cache, first, true);
	spin_unlock_irqrestore(&slub_node(cache, first)->lock, flags);
	forget_slab(cpu);
	return surplus ? first : NULL;
}

unsigned long slub_flush(struct kmem_cache *cache, unsigned int nr)
{
	struct kmem_cache_cpu *cpu = &cache->cpu[nr];
	struct page *surplus = NULL;

	if (!slub_enter(cpu)) {
		slub_not_inside(cpu);
		return 0;
	}
	if (cpu->page)
		surplus = unfreeze(cache, cpu);
	slub_leave(cpu);
	if (!surplus)
		return 0;
	slub_discard(cache, surplus);
	return 1;
}

/* --- where objects are looked for ------------------------------------------------------------ */

/* An object of the first slab of the list of @node, or NULL. */
static void *alloc_from_node(struct kmem_cache *cache, struct kmem_cache_node *node)
{
	struct page *first;
	unsigned long flags;
	void *obj = NULL;

	spin_lock_irqsave(&node->lock, flags);
	first = slub_page_at(node->first);
	if (first) {
		obj = slub_pop(cache, first);
		if (first->slab_free == SLUB_NO_FREE)
			slub_list_del(node, first);
	}
	spin_unlock_irqrestore(&node->lock, flags);
	return obj;
}

/* Is @nid the node that the slabs of this CPU are of? */
static bool is_home(const struct kmem_cache *cache, int nid)
{
	return !several_nodes() || nid == slab_first_node(cache->gfp, numa_node_id());
}

/* If the caller is inside of the CPU @data, which has no slab now, it gets one; else (NULL), and
 * from another node, only an object comes. */
static void *fastcall take(struct kmem_cache *cache, int nid, void *data)
{
	struct kmem_cache_node *node = &cache->node[nid];

	if (!data || !is_home(cache, nid))
		return alloc_from_node(cache, node);
	return take_partial(cache, data, node) ? take_first(cache, data) : NULL;
}

static int fastcall grow(struct kmem_cache *cache, gfp_t gfp, int nid, void *data __unused)
{
	return slub_grow(cache, gfp, nid);
}

static const struct slab_source partial_slabs = { take, grow };

void *fastcall slub_refill(struct kmem_cache *cache, gfp_t gfp)
{
	struct kmem_cache_cpu *cpu = slub_cpu(cache);
	void *obj;

	if (take_what_came_back(cache, cpu))
		obj = take_first(cache, cpu);
	else
		obj = slab_alloc_near(cache, gfp, NUMA_NO_NODE, &partial_slabs, cpu);
	slub_leave(cpu);
	return obj;
}

/* An object that nobody wrote to while it was free: one that somebody did stays out. */
static void *alloc_debugged(struct kmem_cache *cache, gfp_t gfp, int nid, uintptr caller)
{
	void *obj;

	slab_debug_check_cache(cache, "kmem_cache_alloc");
	do
		obj = slab_alloc_near(cache, gfp, nid, &partial_slabs, NULL);
	while (obj && !slab_debug_alloc(cache, obj, caller));
	return obj;
}

/* Past the CPU's slab. */
void *cache_alloc_node(struct kmem_cache *cache, gfp_t gfp, int nid)
{
	if (cache->root)
		return slub_alloc_merged(cache, gfp, nid);
	if (cache_is_debugged(cache))
		return alloc_debugged(cache, gfp, nid, (uintptr)__builtin_return_address(0));
	return slab_alloc_near(cache, gfp, nid, &partial_slabs, NULL);
}

void *fastcall slub_alloc_closed(struct kmem_cache *cache, gfp_t gfp)
{
	slub_not_inside(slub_cpu(cache));
	slab_check_cache(cache, "kmem_cache_alloc");
	if (cache->root)
		return slub_alloc_merged(cache, gfp, NUMA_NO_NODE);
	if (cache_is_debugged(cache))
		return alloc_debugged(cache, gfp, NUMA_NO_NODE,
				      (uintptr)__builtin_return_address(0));
	return slab_alloc_near(cache, gfp, NUMA_NO_NODE, &partial_slabs, NULL);
}

/* --- freeing --------------------------------------------------------------------------------- */

/* Put the object with its link at @link, which looks free and is in no chain yet, into the chain of
 * its slab, as the one with number @index. */
static __always_inline void give_to_slab(struct kmem_cache *cache, struct page *first, uintptr link,
					 u32 index)
{
	struct kmem_cache_node *node = slub_node(cache, first);
	bool was_full, surplus = false;
	unsigned long flags;

	spin_lock_irqsave(&node->lock, flags);
	was_full = first->slab_free == SLUB_NO_FREE;
	__slub_push(cache, first, link, index);
	if ((was_full || !slub_inuse(first)) && !first->slab_frozen)
		surplus = slub_place(cache, first, was_full);
	spin_unlock_irqrestore(&node->lock, flags);
	if (unlikely(surplus))
		slub_discard(cache, first);
}

/* A free that is not one of an object of the CPU's slab: if its struct page says that it is one of
 * @cache at all. */
void fastcall slub_free_to_slab(struct kmem_cache *cache, const void *obj, const char *who)
{
	uintptr link = (uintptr)obj + cache->offset;
	struct page *page = slab_page_of(obj);
	u32 product;

	if (unlikely(!page || page->slab_cache != cache)) {
		kmem_cache_free_other(cache, obj);
		return;
	}
	page = slub_first_page(page);
	product = ((u32)(uintptr)obj - (u32)slub_begin(cache, page)) * cache->inverse;
	if (unlikely(!slub_is_object(cache, product, slub_num(cache, page) << cache->shift)))
		slab_bad_free(obj, cache, who);
	else if (unlikely(!slub_claim(cache, link)) && !slub_is_out(page, obj))
		slab_bad_free(obj, cache, who);
	else
		give_to_slab(cache, page, link, product >> cache->shift);
}

void fastcall slub_free_other(struct kmem_cache *cache, const void *obj, const char *who)
{
	slub_leave(slub_cpu(cache));
	slub_free_to_slab(cache, obj, who);
}

/* A program may have written what looks like a link. */
void fastcall slub_free_twice(struct kmem_cache *cache, uintptr link, const char *who)
{
	slub_leave(slub_cpu(cache));
	slub_free_to_slab(cache, (const void *)(link - cache->offset), who);
}

/* The link of a debugged object may have been written to: what the chain says counts. */
static void free_debugged(struct kmem_cache *cache, struct page *first, const void *obj,
			  const char *who, uintptr caller)
{
	u32 product = ((u32)(uintptr)obj - (u32)slub_begin(cache, first)) * cache->inverse;

	if (!slub_is_object(cache, product, slub_num(cache, first) << cache->shift) ||
	    !slub_is_out(first, obj)) {
		slab_bad_free(obj, cache, who);
	} else if (slab_debug_free(cache, (void *)(uintptr)obj, caller)) {
		slub_claim(cache, (uintptr)obj + cache->offset);
		give_to_slab(cache, first, (uintptr)obj + cache->offset, product >> cache->shift);
	}
}

void fastcall slub_free_closed(struct kmem_cache *cache, const void *obj, const char *who)
{
	struct page *page = slab_page_of(obj);

	slub_not_inside(slub_cpu(cache));
	if (cache->life == SLUB_LIVE && cache->root)
		slub_free_merged(cache, obj, who);
	else if (cache_is_debugged(cache) && page && page->slab_cache == cache)
		free_debugged(cache, slub_first_page(page), obj, who,
			      (uintptr)__builtin_return_address(0));
	else
		slub_free_to_slab(cache, obj, who);
}

/* --- the calls ------------------------------------------------------------------------------- */

void *fastcall kmem_cache_alloc(struct kmem_cache *cache, gfp_t gfp)
{
	if (unlikely(gfp & slab_special_gfp))
		return kmem_cache_alloc_other(cache, gfp);
	return cache_alloc(cache, gfp);
}

void fastcall kmem_cache_free(struct kmem_cache *cache, void *obj)
{
	if (unlikely(!cache))
		slab_bad_cache(cache, __func__);
	cache_free(cache, obj, __func__);
}
