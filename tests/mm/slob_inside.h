/* SPDX-License-Identifier: 0BSD
 *
 * slob_inside.h - for the tests that look into the back end of mm/slob.c, *_slob.c.
 */
#ifndef TESTS_MM_SLOB_INSIDE_H
#define TESTS_MM_SLOB_INSIDE_H

#include "slab_test.h"
#include "slob_cpu.h"
#include "slob_internal.h"

static inline struct slab *table_of(const void *obj)
{
	return virt_to_page(obj)->slab_page;
}

static inline struct slob_block *block_of(const void *obj)
{
	return slob_find(table_of(obj), (u32)((uintptr)obj % PAGE_SIZE) / SLOB_UNIT);
}

/* A page that nothing else lies in: its first object. What comes later of that class and kind lies
 * behind it, as long as the page has room. */
static inline char *begin_page(struct kmem_cache *cache)
{
	struct list_head *pool = &slob_nodes[slab_home_node()].pools[cache->pool];
	struct page *page = alloc_page(GFP_KERNEL);
	unsigned long flags;

	if (!page)
		return NULL;
	spin_lock_irqsave(&slob_lock, flags);
	slob_attach(page, cache->pool);
	spin_unlock_irqrestore(&slob_lock, flags);
	kt_ptr_eq(pool->next, &page->slab_page->list);
	return kmem_cache_alloc(cache, GFP_KERNEL);
}

#endif
