/* SPDX-License-Identifier: 0BSD
 *
 * check_slab.c - compare the slabs of the caches with the invariants S2-S8 (slab.c, slab_size.c).
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
#include "slab_internal.h"

static const struct mm_invariant slab_invariants[] = {
	{ "S2", "a cache's geometry fits: aligned stride, objects and descriptor within the block, "
		"exact inverse, colours within the rest, descriptor cache on-slab itself" },
	{ "S3", "a slab is on the list that its inuse names; the working slab is on none" },
	{ "S4", "inuse is the number of entries that name their own object" },
	{ "S5", "the free chain visits every other entry once and ends" },
	{ "S6", "every page of a slab has PG_slab and points to cache and slab" },
	{ "S7", "the objects begin at one of the cache's colours, and an on-slab descriptor right "
		"before" },
	{ "S8", "nr_slabs and nr_free_slabs are what the lists hold" },
	{ NULL, NULL },
};

/* --- S3 to S7: one slab ---------------------------------------------------------------------- */

/* S7. Return: may the pages of the slab be looked at? */
static bool check_place(struct mm_check *c, const struct kmem_cache *cache, const struct slab *slab)
{
	const char *first = slab->s_mem;
	unsigned long pfn = (unsigned long)(virt_to_phys(first) >> PAGE_SHIFT), colour;

	if (pfn >= max_low_pfn || !pfn_valid(pfn)) {
		mm_violation(c, "S7", "%s: slab %p: objects at %p, in no page", cache->name,
			     (const void *)slab, slab->s_mem);
		return false;
	}
	colour = (unsigned long)(first - (char *)lowmem_page_address(slab_first_page(cache, slab)));
	if (!cache->slabp_cache)
		colour -= cache->mgmt_size;
	if (colour % cache->colour_off || colour / cache->colour_off >= cache->colours) {
		mm_violation(c, "S7", "%s: slab %p: objects at %p, colour offset %ld of %u * %u",
			     cache->name, (const void *)slab, slab->s_mem, (long)colour,
			     cache->colours, cache->colour_off);
		return false;
	}
	if (!cache->slabp_cache && (const char *)slab + cache->mgmt_size != first)
		mm_violation(c, "S7", "%s: slab %p is not right before its objects at %p",
			     cache->name, (const void *)slab, slab->s_mem);
	return true;
}

static void check_pages(struct mm_check *c, const struct kmem_cache *cache, const struct slab *slab)
{
	const struct page *page = slab_first_page(cache, slab);
	unsigned long i;

	for (i = 0; i < 1UL << cache->order; i++, page++) {
		if (PageSlab(page) && page->slab_cache == cache && page->slab_page == slab)
			continue;
		mm_violation(c, "S6", "%s: slab %p: pfn %lu has flags 0x%lx, cache %p, slab %p",
			     cache->name, (const void *)slab, page_to_pfn(page), page->flags,
			     (void *)page->slab_cache, (void *)page->slab_page);
	}
}

/* S4, and S5: a chain that ends met no entry twice, and no active one, because such an entry names
 * itself; if it met as many as are free, it met all of them. */
static void check_objects(struct mm_check *c, const struct kmem_cache *cache,
			  const struct slab *slab)
{
	u32 i, active = 0, met = 0;

	for (i = 0; i < cache->num; i++)
		active += slab_is_out(slab, i);
	if (active != slab->inuse)
		mm_violation(c, "S4", "%s: slab %p: inuse %u, but %u objects are active",
			     cache->name, (const void *)slab, slab->inuse, active);

	for (i = slab->free; i < cache->num && met < cache->num; i = slab->bufctl[i])
		met++;
	if (i != BUFCTL_END || met != cache->num - active)
		mm_violation(c, "S5",
			     "%s: slab %p: free chain of %u objects stops at 0x%x after %u",
			     cache->name, (const void *)slab, cache->num - active, i, met);
}

static void check_slab(struct mm_check *c, const struct kmem_cache *cache, const struct slab *slab)
{
	if (!check_place(c, cache, slab))
		return;
	check_pages(c, cache, slab);
	check_objects(c, cache, slab);
}

/* --- S3 and S8: the lists of a cache --------------------------------------------------------- */

/* Walk one list, whose slabs have @min to @max objects in use. Return: its length. */
static unsigned long check_list(struct mm_check *c, const struct kmem_cache *cache,
				const struct list_head *head, u32 min, u32 max)
{
	const struct slab *slab;
	unsigned long len = 0;

	if (!slab_list_is_sound(head)) {
		mm_violation(c, "S3", "%s: a list of slabs is broken", cache->name);
		return 0;
	}
	list_for_each_entry (slab, head, list) {
		len++;
		if (slab->inuse < min || slab->inuse > max || slab == cache->slab)
			mm_violation(c, "S3", "%s: slab %p: inuse %u, in the list of %u to %u%s",
				     cache->name, (const void *)slab, slab->inuse, min, max,
				     slab == cache->slab ? ", is the working slab" : "");
		check_slab(c, cache, slab);
	}
	return len;
}

static void check_lists(struct mm_check *c, const struct kmem_cache *cache)
{
	unsigned long free = check_list(c, cache, &cache->slabs_free, 0, 0);
	unsigned long slabs = free;

	slabs += check_list(c, cache, &cache->slabs_partial, 1, cache->num - 1);
	slabs += check_list(c, cache, &cache->slabs_full, cache->num, cache->num);
	if (cache->slab != &slab_none) {
		check_slab(c, cache, cache->slab);
		slabs++;
	}
	if (free != cache->nr_free_slabs || slabs != cache->nr_slabs)
		mm_violation(c, "S8", "%s: %lu slabs, %lu free ones, counted as %lu and %lu",
			     cache->name, slabs, free, cache->nr_slabs, cache->nr_free_slabs);
	if (free << cache->order > SLAB_KEEP_PAGES)
		mm_violation(c, "S8", "%s: %lu free slabs of order %u are too many to keep",
			     cache->name, free, cache->order);
}

/* --- S2: the caches ------------------------------------------------------------------- */

static const char *geometry_error(const struct kmem_cache *cache)
{
	unsigned long need = cache->num * (unsigned long)cache->stride;

	if (!is_power_of_2(cache->align) || !IS_ALIGNED(cache->stride, cache->align) ||
	    cache->stride < cache->size)
		return "stride";
	if ((cache->stride >> cache->shift) * cache->inverse != 1)
		return "inverse";
	if (!cache->num || cache->num >= BUFCTL_END)
		return "number of objects";
	if (!cache->slabp_cache != !(cache->flags & CFLGS_OFF_SLAB))
		return "place of the descriptor";
	if (cache->slabp_cache
		    ? cache->slabp_cache->slabp_cache || cache->slabp_cache->size < cache->mgmt_size
		    : !IS_ALIGNED(cache->mgmt_size, cache->align))
		return "room for the descriptor";
	need += cache->slabp_cache ? 0 : cache->mgmt_size;
	if (!cache->colours || cache->colour_next >= cache->colours ||
	    !IS_ALIGNED(cache->colour_off, cache->align))
		return "colours";
	need += (cache->colours - 1) * (unsigned long)cache->colour_off;
	return need > PAGE_SIZE << cache->order ? "slab size" : NULL;
}

static void check_cache(struct mm_check *c, const struct kmem_cache *cache)
{
	const char *error = geometry_error(cache);

	if (error)
		mm_violation(c, "S2", "%s: wrong %s", cache->name, error);
	else
		check_lists(c, cache);
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
