/* SPDX-License-Identifier: 0BSD
 *
 * check_slab.c - compare the slabs of the caches with the invariants S2-S8 and S11 (slab.c,
 * slab_size.c, slab_cpu.c).
 *
 * The checks go from the outside inwards, and a level is entered only if the one around it holds: a
 * cache whose geometry is wrong is not searched for slabs, a slab that is not where it says has no
 * pages to look at. So the first violation reported is the cause and not its consequence, and the
 * walk survives what it finds. A list is walked only if it is linked both ways; such a walk ends,
 * because no element can be entered twice before the head is.
 *
 * No locks: the caller sees to it that nothing is allocated meanwhile.
 */
#include <mm/mm_check.h>

#include "internal.h"
#include "slab_bug.h"
#include "slab_common.h"
#include "slab_cpu.h"
#include "slab_internal.h"

static const struct mm_invariant slab_invariants[] = {
	{ "S2", "a cache's geometry fits: aligned stride, objects and descriptor within the block, "
		"exact inverse, colours within the rest, descriptor cache on-slab itself" },
	{ "S3", "a slab is on the list of its node that its inuse names" },
	{ "S4", "inuse is the number of entries that are of no free object in the chain" },
	{ "S5", "the free chain visits every other entry once and ends" },
	{ "S6",
	  "every page of a slab has PG_slab and points to cache and slab, and in the map to the "
	  "slab; that has copies of what its cache says, and names the node of its pages" },
	{ "S7", "the objects begin at one of the cache's colours, and an on-slab descriptor right "
		"before" },
	{ "S8", "nr_slabs, nr_pages and free_objects are what the lists hold" },
	{ "S11",
	  "what is in an array is an object of the cache and of the array's node, marked as "
	  "cached, once; every object that is so marked is in an array, which holds no more than "
	  "its limit" },
	{ NULL, NULL },
};

/* --- S3 to S7: one slab ---------------------------------------------------------------------- */

/* S7. Return: may the pages of the slab be looked at? */
static bool check_place(struct mm_check *c, const struct kmem_cache *cache, const struct slab *slab)
{
	const char *first = slab->s_mem;
	unsigned long pfn = (unsigned long)(virt_to_phys(first) >> PAGE_SHIFT), colour;
	struct slab_shape shape = slab_shape(cache, slab->order);

	if (pfn >= max_low_pfn || !pfn_valid(pfn)) {
		mm_violation(c, "S7", "%s: slab %p: objects at %p, in no page", cache->name,
			     (const void *)slab, slab->s_mem);
		return false;
	}
	colour = (unsigned long)(first - (char *)lowmem_page_address(slab_first_page(slab)));
	if (!cache->slabp_cache)
		colour -= shape.mgmt_size;
	colour -= cache->red_left;
	if (colour % cache->colour_off || colour / cache->colour_off >= shape.colours) {
		mm_violation(c, "S7", "%s: slab %p: objects at %p, colour offset %ld of %u * %u",
			     cache->name, (const void *)slab, slab->s_mem, (long)colour,
			     shape.colours, cache->colour_off);
		return false;
	}
	if (!cache->slabp_cache && (const char *)slab + shape.mgmt_size + cache->red_left != first)
		mm_violation(c, "S7", "%s: slab %p is not right before its objects at %p",
			     cache->name, (const void *)slab, slab->s_mem);
	return true;
}

static void check_page(struct mm_check *c, const struct kmem_cache *cache, const struct slab *slab,
		       const struct page *page)
{
	const struct slab *in_map;

	if (!PageSlab(page) || page->slab_cache != cache || page->slab_page != slab) {
		mm_violation(c, "S6", "%s: slab %p: pfn %lu has flags 0x%lx, cache %p, slab %p",
			     cache->name, (const void *)slab, page_to_pfn(page), page->flags,
			     (void *)page->slab_cache, (void *)page->slab_page);
		return;
	}
	in_map = slab_of_address(lowmem_page_address(page));
	if (page_to_pfn(page) < slab_map_limit && in_map != slab)
		mm_violation(c, "S6", "%s: slab %p: pfn %lu is of slab %p in the map", cache->name,
			     (const void *)slab, page_to_pfn(page), (const void *)in_map);
}

static void check_pages(struct mm_check *c, const struct kmem_cache *cache, const struct slab *slab)
{
	const struct page *page = slab_first_page(slab), *end = page + (1UL << slab->order);

	for (; page < end; page++)
		check_page(c, cache, slab, page);
}

/* Of its pages; the slab may say something else. */
static int slab_node_of(const struct slab *slab)
{
	return (int)page_to_nid(slab_first_page(slab));
}

static void check_copies(struct mm_check *c, const struct kmem_cache *cache,
			 const struct slab *slab)
{
	if (slab->cache != cache || slab->inverse != cache->inverse ||
	    slab->array != cache->node[slab_node_of(slab)].array)
		mm_violation(c, "S6", "%s: slab %p: cache %p, inverse %u, array %p", cache->name,
			     (const void *)slab, (void *)slab->cache, slab->inverse,
			     (void *)slab->array);
	if (slab->nid != page_to_nid(slab_first_page(slab)))
		mm_violation(c, "S6", "%s: slab %p: node %u, but its pages are of node %u",
			     cache->name, (const void *)slab, slab->nid,
			     page_to_nid(slab_first_page(slab)));
}

/* What the walk over the slabs of a node has counted; @cached, of all nodes. */
struct counted {
	unsigned long slabs, pages, free, cached;
	bool cut_short; /* not all could be looked into */
};

/* S4, and S5: a chain that ends met no entry twice, and none of an object that is not free, because
 * such an entry leads nowhere; if it met as many as are free, it met all of them. */
static void check_objects(struct mm_check *c, const struct kmem_cache *cache,
			  const struct slab *slab, struct counted *counted)
{
	u32 i, active = 0, cached = 0, met = 0, free;

	for (i = 0; i < slab->num; i++) {
		active += slab->bufctl[i] == BUFCTL_ACTIVE;
		cached += slab->bufctl[i] == BUFCTL_CACHED;
	}
	counted->cached += cached;
	free = slab->num - active - cached;
	if (active + cached != slab->inuse)
		mm_violation(c, "S4", "%s: slab %p: inuse %u, but %u objects are active, %u cached",
			     cache->name, (const void *)slab, slab->inuse, active, cached);

	for (i = bufctl_index(slab->free); i < slab->num && met < slab->num;
	     i = bufctl_index(slab->bufctl[i]))
		met++;
	if (i != bufctl_index(BUFCTL_END) || met != free)
		mm_violation(c, "S5",
			     "%s: slab %p: free chain of %u objects stops at 0x%x after %u",
			     cache->name, (const void *)slab, free, i, met);
}

static void check_slab(struct mm_check *c, const struct kmem_cache *cache, const struct slab *slab,
		       struct counted *counted)
{
	if (!check_place(c, cache, slab)) {
		counted->cut_short = true;
		return;
	}
	check_pages(c, cache, slab);
	check_copies(c, cache, slab);
	check_objects(c, cache, slab, counted);
}

/* --- S3 and S8: the lists of a node ---------------------------------------------------------- */

/* @head is one of the three lists of @node: is @slab in the right one? */
static void check_inuse(struct mm_check *c, const struct kmem_cache *cache,
			const struct kmem_cache_node *node, const struct list_head *head,
			const struct slab *slab)
{
	u32 min = head == &node->slabs_full ? slab->num : head == &node->slabs_partial;
	u32 max = head == &node->slabs_free ? 0 : slab->num - (head == &node->slabs_partial);

	if (slab->inuse < min || slab->inuse > max)
		mm_violation(c, "S3", "%s: slab %p: inuse %u, in the list of %u to %u", cache->name,
			     (const void *)slab, slab->inuse, min, max);
}

/* Walk one list of node @nid. */
static void check_list(struct mm_check *c, const struct kmem_cache *cache, int nid,
		       const struct list_head *head, struct counted *counted)
{
	const struct slab *slab;

	if (!slab_list_is_sound(head)) {
		mm_violation(c, "S3", "%s: a list of slabs is broken", cache->name);
		counted->cut_short = true;
		return;
	}
	list_for_each_entry (slab, head, list) {
		counted->slabs++;
		if (!slab_has_its_shape(cache, slab)) {
			mm_violation(c, "S6", "%s: slab %p: %u objects, order %u", cache->name,
				     (const void *)slab, slab->num, slab->order);
			counted->cut_short = true;
			continue;
		}
		counted->pages += 1UL << slab->order;
		counted->free += slab->num - slab->inuse;
		check_inuse(c, cache, &cache->node[nid], head, slab);
		if ((int)slab->nid != nid)
			mm_violation(c, "S3", "%s: slab %p of node %u is in a list of node %d",
				     cache->name, (const void *)slab, slab->nid, nid);
		check_slab(c, cache, slab, counted);
	}
}

static void check_node(struct mm_check *c, const struct kmem_cache *cache, int nid,
		       struct counted *counted)
{
	const struct kmem_cache_node *node = &cache->node[nid];

	counted->slabs = counted->pages = counted->free = 0;
	check_list(c, cache, nid, &node->slabs_free, counted);
	check_list(c, cache, nid, &node->slabs_partial, counted);
	check_list(c, cache, nid, &node->slabs_full, counted);
	if (counted->slabs != node->nr_slabs || counted->free != node->free_objects)
		mm_violation(c, "S8",
			     "%s: node %d: %lu slabs, %lu free objects, counted as %lu and %lu",
			     cache->name, nid, counted->slabs, counted->free, node->nr_slabs,
			     node->free_objects);
	if (counted->pages != node->nr_pages)
		mm_violation(c, "S8", "%s: node %d: slabs of %lu pages, counted as %lu",
			     cache->name, nid, counted->pages, node->nr_pages);
}

/* --- S11: arrays ----------------------------------------------------------------------------- */

static u32 array_entries(const struct array_cache *array)
{
	return (u32)array->avail & (ARRAY_OPEN - 1);
}

static const char *entry_error(const struct kmem_cache *cache, int nid,
			       const struct array_entry *entry)
{
	const struct page *page = slab_page_of(entry->obj);
	const struct slab *slab;
	u32 index;

	if (!page || page->slab_cache != cache)
		return "is in no slab of the cache";
	slab = page->slab_page;
	if (!slab_is_readable(slab))
		return "is in a slab without a descriptor";
	index = slab_index(slab, entry->obj);
	if (index >= slab->num)
		return "is no object";
	if (slab_node_of(slab) != nid)
		return "is of another node";
	if (entry->state != &slab->bufctl[index])
		return "has the state of another one";
	return *entry->state == BUFCTL_CACHED ? NULL : "is not marked as cached";
}

static bool is_met_before(const struct array_cache *array, u32 i)
{
	u32 before;

	for (before = 0; before < i; before++)
		if (array->entry[before].obj == array->entry[i].obj)
			return true;
	return false;
}

/* An array of node @nid. Return: its entries. */
static u32 check_array(struct mm_check *c, const struct kmem_cache *cache, int nid,
		       const struct array_cache *array)
{
	u32 i, nr = array_entries(array);
	const char *error;

	if (nr > array->limit || (array->avail & ~(ARRAY_OPEN - 1)) > ARRAY_OPEN) {
		mm_violation(c, "S11", "%s: array %p: 0x%x entries, limit %u", cache->name,
			     (const void *)array, (u32)array->avail, array->limit);
		return 0;
	}
	for (i = 0; i < nr; i++) {
		error = entry_error(cache, nid, &array->entry[i]);
		if (!error && is_met_before(array, i))
			error = "is there twice";
		if (error)
			mm_violation(c, "S11", "%s: array %p: object %p %s", cache->name,
				     (const void *)array, array->entry[i].obj, error);
	}
	return nr;
}

/* Two arrays are static, which need not be in the direct map. */
static bool may_be_array(const struct array_cache *array)
{
	return array == &array_none || array == &array_invalid || slab_is_readable(array);
}

/* Return: the entries of all of them. */
static unsigned long check_arrays_of_node(struct mm_check *c, const struct kmem_cache *cache,
					  int nid)
{
	const struct kmem_cache_node *node = &cache->node[nid];
	unsigned long entries = 0;
	unsigned int cpu;

	if (!may_be_array(array_of(node->array))) {
		mm_violation(c, "S11", "%s: node %d: no array is at %p", cache->name, nid,
			     (void *)node->array);
		return 0;
	}
	for (cpu = 0; cpu < NR_CPUS; cpu++)
		entries += check_array(c, cache, nid, array_of_cpu(node->array, cpu));
	if (node->shared_array)
		entries += check_array(c, cache, nid, node->shared_array);
	return entries;
}

static void check_arrays(struct mm_check *c, const struct kmem_cache *cache, unsigned long cached)
{
	unsigned long entries = 0;
	int nid;

	if (cache->array != cache->node[NR_CPUS == 1 ? slab_home_node() : 0].array) {
		mm_violation(c, "S11", "%s: no array is at %p", cache->name, (void *)cache->array);
		return;
	}
	for_each_online_node (nid)
		entries += check_arrays_of_node(c, cache, nid);
	if (entries != cached)
		mm_violation(c, "S11", "%s: %lu objects are in arrays, %lu marked as cached",
			     cache->name, entries, cached);
}

static void check_slabs(struct mm_check *c, const struct kmem_cache *cache)
{
	struct counted counted = { 0 };
	int nid;

	for_each_online_node (nid)
		check_node(c, cache, nid, &counted);
	if (!counted.cut_short)
		check_arrays(c, cache, counted.cached);
}

/* --- S2: the caches -------------------------------------------------------------------------- */

static const char *geometry_error(const struct kmem_cache *cache)
{
	unsigned long need = cache->num * (unsigned long)cache->stride;

	if (!is_power_of_2(cache->align) || !IS_ALIGNED(cache->stride, cache->align) ||
	    cache->stride < cache->size)
		return "stride";
	if (cache->stride * cache->inverse != slab_unit(cache->stride))
		return "inverse";
	if (!cache->num || cache->num > SLAB_MAX_OBJECTS)
		return "number of objects";
	if (!cache->slabp_cache != !(cache->flags & CFLGS_OFF_SLAB))
		return "place of the descriptor";
	if (cache->slabp_cache
		    ? cache->slabp_cache->slabp_cache || cache->slabp_cache->size < cache->mgmt_size
		    : !IS_ALIGNED(cache->mgmt_size, cache->align))
		return "room for the descriptor";
	need += cache->slabp_cache ? 0 : cache->mgmt_size;
	if (!cache->colours || !IS_ALIGNED(cache->colour_off, cache->align))
		return "colours";
	need += (cache->colours - 1) * (unsigned long)cache->colour_off;
	return need > PAGE_SIZE << cache->order ? "slab size" : NULL;
}

static bool colours_are_known(const struct kmem_cache *cache)
{
	int nid;

	for_each_online_node (nid)
		if (cache->node[nid].colour_next >= cache->colours)
			return false;
	return true;
}

static void check_cache(struct mm_check *c, const struct kmem_cache *cache)
{
	const char *error = geometry_error(cache);

	if (!error && !colours_are_known(cache))
		error = "colour of the next slab";
	if (error)
		mm_violation(c, "S2", "%s: wrong %s", cache->name, error);
	else
		check_slabs(c, cache);
}

static void check_caches(struct mm_check *c)
{
	const struct kmem_cache *cache;

	if (!slab_list_is_sound(&cache_chain))
		return; /* check_caches.c says so */
	list_for_each_entry (cache, &cache_chain, chain)
		check_cache(c, cache);
}

const struct mm_checker slab_checker = { "slab", slab_invariants, check_caches, caches_absent };
