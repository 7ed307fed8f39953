/* SPDX-License-Identifier: 0BSD
 *
 * slab_flags.c - what the flags of a cache say about the pages that it asks for.
 */
#include "slab_test.h"

static const struct flags_case {
	const char *what;
	unsigned int flags;
	gfp_t gfp;
} flags_cases[] = {
	{ "none", 0, 0 },
	{ "alignment only", SLAB_HWCACHE_ALIGN, 0 },
	{ "DMA", SLAB_CACHE_DMA, __GFP_DMA },
	{ "reclaimable", SLAB_RECLAIM_ACCOUNT, __GFP_RECLAIMABLE },
	{ "both", SLAB_RECLAIM_ACCOUNT | SLAB_CACHE_DMA, __GFP_RECLAIMABLE | __GFP_DMA },
};

KTEST(slab_flags, pages_of_a_cache, SHORT)
{
	const struct flags_case *c;
	struct kmem_cache *cache;

	for_each_case (c, flags_cases) {
		kt_case(c->what);
		cache = kmem_cache_create("t-flags", 40, 0, c->flags, NULL);
		kt_assert(cache);
		kt_eq(cache->gfp, c->gfp);
		kt_eq(kmem_cache_destroy(cache), 0);
	}
	kt_case(NULL);
}
