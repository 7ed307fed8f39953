/* SPDX-License-Identifier: 0BSD
 *
 * check_caches.c - compare with the invariants that hold whatever the back end: S1 (slab_common.c),
 * S9 (kmalloc.c), S10. What a back end keeps about its slabs its own checker has looked at before.
 *
 * No locks: the caller sees to it that nothing is allocated meanwhile.
 */
#include <mm/mm_check.h>
#include <mm/mem_map.h>

#include "internal.h"
#include "kmalloc.h"
#include "slab_bug.h"
#include "slab_common.h"

static const struct mm_invariant caches_invariants[] = {
	{ "S1", "the chain is linked both ways, begins with cache_cache, and all names differ" },
	{ "S9", "each size of kmalloc() has its two caches, aligned and in the zone as promised" },
	{ "S10", "no page has PG_slab but those of the slabs" },
	{ NULL, NULL },
};

/* --- S1 -------------------------------------------------------------------------------------- */

static void check_name(struct mm_check *c, const struct kmem_cache *cache)
{
	const struct kmem_cache *other;

	list_for_each_entry (other, &cache_chain, chain)
		if (other < cache && same_name(cache->name, other->name))
			mm_violation(c, "S1", "two caches have the name %s", cache->name);
}

static bool check_chain(struct mm_check *c)
{
	struct kmem_cache *cache;

	if (!slab_list_is_sound(&cache_chain) || cache_chain.next != &cache_cache.chain) {
		mm_violation(c, "S1", "the cache chain is broken");
		return false;
	}
	list_for_each_entry (cache, &cache_chain, chain)
		check_name(c, cache);
	return true;
}

/* --- S9 and S10 ------------------------------------------------------------------------------ */

static void check_size(struct mm_check *c, u32 i, gfp_t gfp)
{
	u32 size = kmalloc_sizes[i].size;
	const struct kmem_cache *cache = kmalloc_caches[gfp & GFP_DMA ? 1 : 0][i];
	size_t align = min(1UL << lowest_bit(size), PAGE_SIZE);

	while (gfp & GFP_DMA && !kmalloc_sizes[i].dma_name)
		i++;
	if (!cache || cache->size != kmalloc_sizes[i].size || cache->gfp != gfp ||
	    !IS_ALIGNED(cache->align, align))
		mm_violation(c, "S9", "the cache for kmalloc(%u), gfp 0x%x is %s", size, gfp,
			     cache ? cache->name : "missing");
}

static void check_sizes(struct mm_check *c)
{
	u32 i;

	for (i = 0; i < KMALLOC_NR_SIZES; i++) {
		check_size(c, i, 0);
		check_size(c, i, GFP_DMA);
	}
}

static unsigned long count_slab_pages(void)
{
	unsigned long pfn, count = 0;

	for_each_valid_pfn (pfn, 0, max_low_pfn)
		count += PageSlab(pfn_to_page(pfn));
	return count;
}

static void check_slab_pages(struct mm_check *c)
{
	unsigned long marked = count_slab_pages(), owned = slab_nr_pages();

	if (marked != owned)
		mm_violation(c, "S10", "%lu pages have PG_slab, %lu belong to slabs", marked,
			     owned);
}

static void caches_check(struct mm_check *c)
{
	if (!check_chain(c))
		return;
	check_sizes(c);
	check_slab_pages(c);
}

const char *caches_absent(void)
{
	return kmem_cache_next(NULL) ? NULL : "not yet up";
}

const struct mm_checker caches_checker = { "caches", caches_invariants, caches_check,
					   caches_absent };

void slab_check(struct mm_check *c)
{
	slab_checker.walk(c);
	caches_checker.walk(c);
}
