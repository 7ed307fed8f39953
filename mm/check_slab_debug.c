/* SPDX-License-Identifier: 0BSD
 *
 * check_slab_debug.c - compare all debugged objects with the invariants D3 and D4 of slab_debug.c:
 * damage is found without waiting for the object to be freed or handed out.
 */
#include <mm/mem_map.h>
#include <mm/mm_check.h>

#include "internal.h"
#include "slab_bug.h"
#include "slab_debug.h"

static const struct mm_invariant slab_debug_invariants[] = {
	{ "D3", "the zones, the padding and the info of a debugged object are whole" },
	{ "D4", "a free object of a cache with P holds the poison" },
	{ NULL, NULL },
};

static void check_object(struct slab_object *o, void *data)
{
	struct mm_check *check = data;
	enum unit_state state = o->state == OBJECT_USED ? UNIT_USED : UNIT_FREE;
	struct unit_damage damage;

	if (!cache_has_units(o->cache) || !cache_units_fit(o->cache))
		return;
	if (state == UNIT_USED && unit_is(o->cache, o->start, UNIT_KEPT))
		return; /* reported once */
	if (!unit_is_damaged(o->cache, o->start, state, &damage))
		return;
	if (damage.part == PART_POISON)
		mm_violation(check, "D4",
			     "%s: free object %p was written to from 0x%08lx to 0x%08lx",
			     cache_name(o->cache), (void *)o->start, (unsigned long)damage.begin,
			     (unsigned long)damage.end - 1);
	else
		mm_violation(check, "D3", "%s: object %p, %s: %s, from 0x%08lx to 0x%08lx",
			     cache_name(o->cache), (void *)o->start,
			     state == UNIT_USED ? "in use" : "free", unit_damage_name(&damage),
			     (unsigned long)damage.begin, (unsigned long)damage.end - 1);
}

/* What contradicts itself the back end's own checker has reported. */
static void check_page(struct mm_check *check, struct page *page)
{
	struct slab_object o;

	if (PageSlab(page) && slab_locate(lowmem_page_address(page), &o) && o.first == page)
		slab_for_each_object(page, check_object, check);
}

/* A walk over all pages is worth it only then. */
static bool any_cache_has_units(void)
{
	const struct kmem_cache *cache;

	if (!slab_list_is_sound(&cache_chain))
		return false;
	list_for_each_entry (cache, &cache_chain, chain)
		if (cache_has_units(cache))
			return true;
	return false;
}

static void slab_debug_check(struct mm_check *check)
{
	unsigned long pfn;

	if (!any_cache_has_units())
		return;
	for_each_valid_pfn (pfn, 0, max_low_pfn)
		check_page(check, pfn_to_page(pfn));
}

const struct mm_checker slab_debug_checker = { "slab_debug", slab_debug_invariants,
					       slab_debug_check, caches_absent };
