/* SPDX-License-Identifier: 0BSD
 *
 * check_slub.c - compare the caches with the invariants U1-U7 (slub_size.c, slub.c,
 * slub_merge.c).
 *
 * From the outside inwards: a cache whose geometry is wrong is not searched for slabs, a slab whose
 * pages are wrong has no chain to follow. A list is followed only from one slab of the cache to the
 * next, and as many steps as it has slabs. Slabs that are full are in no list: mem_map has them.
 *
 * No locks: the caller sees to it that nothing is allocated meanwhile.
 */
#include <mm/mem_map.h>
#include <mm/mm_check.h>

#include "slab_bug.h"
#include "slab_common.h"
#include "slub_internal.h"

static const struct mm_invariant slub_invariants[] = {
	{ "U1",
	  "a cache's geometry fits: aligned stride with room for the link, objects within the "
	  "block, exact inverse, two orders and the numbers of objects that they hold" },
	{ "U2", "the partial list is linked both ways, and has the slabs with free objects that no "
		"CPU has" },
	{ "U3", "a slab's chain leads to each free object once, and ends" },
	{ "U4", "every page of a slab has PG_slab and leads to the cache and to the first page" },
	{ "U5", "a node counts its slabs, their objects and pages, and how many are in the list" },
	{ "U6", "a CPU that is open has a frozen slab, and each frozen slab is one CPU's" },
	{ "U7", "a merged cache has no slabs, and a live root that counts it and its objects" },
	{ NULL, NULL },
};

/* --- U1: a cache ----------------------------------------------------------------------------- */

static const char *order_error(const struct kmem_cache *cache)
{
	if (cache->order >= MAX_ORDER || cache->min_order > cache->order)
		return "order";
	if (!cache->min_num || cache->num < cache->min_num || cache->num > SLUB_MAX_OBJECTS)
		return "number of objects";
	if (cache->num * (unsigned long)cache->stride > PAGE_SIZE << cache->order ||
	    cache->min_num * (unsigned long)cache->stride > PAGE_SIZE << cache->min_order ||
	    cache->block != PAGE_SIZE << cache->order)
		return "slab size";
	return NULL;
}

static const char *geometry_error(const struct kmem_cache *cache)
{
	if (!is_power_of_2(cache->align) || !IS_ALIGNED(cache->stride, cache->align) ||
	    cache->stride < cache->size)
		return "stride";
	if ((cache->stride >> cache->shift) * cache->inverse != 1 ||
	    cache->low != (1u << cache->shift) - 1)
		return "inverse";
	if (cache->offset + sizeof(u32) > cache->stride || !IS_ALIGNED(cache->offset, sizeof(u32)))
		return "place of the link";
	return order_error(cache);
}

/* --- U3, U4: a slab -------------------------------------------------------------------------- */

static bool check_pages(struct mm_check *c, const struct kmem_cache *cache,
			const struct page *first)
{
	const struct page *page = first;
	bool sound = true;
	unsigned long i;

	for (i = 1; i < 1UL << page_order(first); i++) {
		page = first + i;
		if (PageSlab(page) && page->slab_cache == cache && !page->_count &&
		    page->slab_first == first)
			continue;
		mm_violation(c, "U4",
			     "%s: pfn %lu of the slab at pfn %lu has flags 0x%lx, cache %p, "
			     "first page %p",
			     cache->name, page_to_pfn(page), page_to_pfn(first), page->flags,
			     (void *)page->slab_cache, (void *)page->slab_first);
		sound = false;
	}
	return sound;
}

/* Follow a chain from @link on. Return: objects in it; U3 if it leads astray. */
static u32 check_chain(struct mm_check *c, const struct kmem_cache *cache, const struct page *first,
		       uintptr link)
{
	u32 met = 0, num = slub_num(cache, first);

	for (; !slub_is_end(link) && met < num; met++) {
		uintptr offset = link - cache->offset - cache->red_left - slub_base(first);

		if (offset / cache->stride >= num || offset % cache->stride) {
			mm_violation(c, "U3", "%s: slab at pfn %lu: the chain leads to %p after %u",
				     cache->name, page_to_pfn(first), (void *)link, met);
			return met;
		}
		link ^= slub_step(link);
	}
	if (!slub_is_end(link))
		mm_violation(c, "U3", "%s: slab at pfn %lu: the chain does not end after %u",
			     cache->name, page_to_pfn(first), met);
	return met;
}

/* The chain of the slab: one that ends has met no object twice. */
static void check_slab_chain(struct mm_check *c, const struct kmem_cache *cache,
			     const struct page *first)
{
	u32 free = first->slab_free, num = slub_num(cache, first), met = 0;

	if (free < num)
		met = check_chain(c, cache, first, slub_link(cache, first, free));
	else if (free != SLUB_NO_FREE)
		mm_violation(c, "U3", "%s: slab at pfn %lu: first free object %u of %u",
			     cache->name, page_to_pfn(first), free, num);
	if (met + slub_inuse(first) != num)
		mm_violation(c, "U3", "%s: slab at pfn %lu: %u objects in use and %u free of %u",
			     cache->name, page_to_pfn(first), slub_inuse(first), met, num);
}

/* --- U2, U6: where a slab is ----------------------------------------------------------------- */

/* The CPUs that say that the slab at @first is theirs. */
static unsigned int owners(const struct kmem_cache *cache, const struct page *first)
{
	unsigned int cpu, nr = 0;

	for (cpu = 0; cpu < NR_CPUS; cpu++)
		nr += cache->cpu[cpu].page == first;
	return nr;
}

/* The slab that a link names; NULL if that is none. */
static const struct page *linked(const struct kmem_cache *cache, u32 pfn)
{
	const struct page *first;

	if (!pfn || pfn >= max_low_pfn || !pfn_valid(pfn))
		return NULL;
	first = pfn_to_page(pfn);
	return PageSlab(first) && first->slab_cache == cache ? first : NULL;
}

/* Does the list have the slab at @first where that says it is? */
static bool is_listed(const struct kmem_cache *cache, const struct page *first)
{
	const struct kmem_cache_node *node = &cache->node[page_to_nid(first)];
	const struct page *prev = linked(cache, first->slab_prev);
	const struct page *next = linked(cache, first->slab_next);
	u32 pfn = (u32)page_to_pfn(first);

	if ((first->slab_prev && !prev) || (first->slab_next && !next))
		return false;
	return (prev ? prev->slab_next : node->first) == pfn &&
	       (next ? next->slab_prev : node->last) == pfn;
}

static void check_place(struct mm_check *c, const struct kmem_cache *cache,
			const struct page *first)
{
	if (owners(cache, first) != first->slab_frozen)
		mm_violation(c, "U6", "%s: slab at pfn %lu is %sfrozen, and that of %u CPUs",
			     cache->name, page_to_pfn(first), first->slab_frozen ? "" : "not ",
			     owners(cache, first));
	else if (is_listed(cache, first) !=
		 (!first->slab_frozen && first->slab_free != SLUB_NO_FREE))
		mm_violation(c, "U2", "%s: slab at pfn %lu is %sin the list: %u objects in use%s",
			     cache->name, page_to_pfn(first), is_listed(cache, first) ? "" : "not ",
			     slub_inuse(first), first->slab_frozen ? ", frozen" : "");
}

static void check_cpu(struct mm_check *c, const struct kmem_cache *cache, unsigned int nr)
{
	const struct kmem_cache_cpu *cpu = &cache->cpu[nr];
	const struct page *first = cpu->page;

	if (!first) {
		if (cpu->limit || !slub_is_end(cpu->freelist))
			mm_violation(c, "U6", "%s: CPU %u has no slab, but a list", cache->name,
				     nr);
		return;
	}
	if (cpu->base != slub_base(first) || cpu->limit != slub_num(cache, first) << cache->shift)
		mm_violation(c, "U6", "%s: CPU %u: slab at pfn %lu, but base %p, limit %u",
			     cache->name, nr, page_to_pfn(first), (void *)cpu->base, cpu->limit);
	else
		check_chain(c, cache, first, cpu->freelist);
}

/* --- U7: merged caches ----------------------------------------------------------------------- */

/* The caches whose root @root is, and what they have out. */
static void count_users(const struct kmem_cache *root, unsigned int *users, unsigned long *lent)
{
	const struct kmem_cache *cache;

	*users = 0;
	*lent = 0;
	list_for_each_entry (cache, &cache_chain, chain)
		if (cache->root == root) {
			++*users;
			*lent += cache->lent;
		}
}

static void check_root(struct mm_check *c, const struct kmem_cache *cache)
{
	unsigned long lent;
	unsigned int users;

	count_users(cache, &users, &lent);
	if (users != cache->users || lent != cache->lent)
		mm_violation(c, "U7",
			     "%s: %u caches share its slabs, with %lu objects, counted as %u "
			     "and %lu",
			     cache->name, users, lent, cache->users, cache->lent);
}

static void check_merged(struct mm_check *c, const struct kmem_cache *cache)
{
	unsigned int i;
	bool open = false;

	for (i = 0; i < NR_CPUS; i++)
		open |= cache->cpu[i].open == 1;
	if (open || !slab_is_cache(cache->root) || cache->root->root)
		mm_violation(c, "U7", "%s: root %p is none, or the cache is open", cache->name,
			     (void *)cache->root);
}

/* --- U5: all slabs --------------------------------------------------------------------------- */

/* Is the geometry of the cache right, and are those of its nodes counted from 0? */
static bool begin_cache(struct mm_check *c, struct kmem_cache *cache)
{
	const char *error = geometry_error(cache);
	unsigned int i;
	int nid;

	for_each_online_node (nid)
		cache->node[nid].seen = (struct slub_seen){ 0 };
	if (error)
		mm_violation(c, "U1", "%s: wrong %s", cache->name, error);
	for (i = 0; i < NR_CPUS && !error; i++)
		check_cpu(c, cache, i);
	if (cache->root)
		check_merged(c, cache);
	else
		check_root(c, cache);
	return !error;
}

static void check_slab(struct mm_check *c, struct kmem_cache *cache, struct page *first)
{
	struct slub_seen *seen = &slub_node(cache, first)->seen;

	seen->slabs++;
	seen->objs += slub_num(cache, first);
	seen->pages += 1UL << page_order(first);
	seen->partial += !first->slab_frozen && first->slab_free != SLUB_NO_FREE;
	if (!check_pages(c, cache, first))
		return;
	check_place(c, cache, first);
	check_slab_chain(c, cache, first);
}

static void end_node(struct mm_check *c, const struct kmem_cache *cache,
		     const struct kmem_cache_node *node)
{
	const struct slub_seen *seen = &node->seen;

	if (seen->slabs != node->nr_slabs || seen->objs != node->nr_objs ||
	    seen->pages != node->nr_pages || seen->partial != node->nr_partial)
		mm_violation(c, "U5",
			     "%s: %lu slabs, %lu objects, %lu pages, %lu partial, counted as %lu, "
			     "%lu, %lu, %lu",
			     cache->name, seen->slabs, seen->objs, seen->pages, seen->partial,
			     node->nr_slabs, node->nr_objs, node->nr_pages, node->nr_partial);
}

/* A page that names no cache has no slab to be looked at: U5 misses it. */
static void check_all_slabs(struct mm_check *c)
{
	unsigned long pfn;

	for_each_valid_pfn (pfn, 0, max_low_pfn) {
		struct page *page = pfn_to_page(pfn);

		if (PageSlab(page) && page->_count && slab_is_cache(page->slab_cache))
			check_slab(c, page->slab_cache, page);
	}
}

static void check_caches(struct mm_check *c)
{
	struct kmem_cache *cache;
	bool sound = true;
	int nid;

	if (!slab_list_is_sound(&cache_chain))
		return; /* check_caches.c says so */
	list_for_each_entry (cache, &cache_chain, chain)
		sound &= begin_cache(c, cache);
	if (!sound)
		return;
	check_all_slabs(c);
	list_for_each_entry (cache, &cache_chain, chain)
		for_each_online_node (nid)
			end_node(c, cache, &cache->node[nid]);
}

const struct mm_checker slab_checker = { "slub", slub_invariants, check_caches, caches_absent };
