/* SPDX-License-Identifier: 0BSD
 *
 * slab_backend.h - the back end that was chosen at build time: its struct kmem_cache and its fast
 * paths. What it has to offer stands in slab_common.h.
 */
#ifndef MM_SLAB_BACKEND_H
#define MM_SLAB_BACKEND_H

#if defined(CONFIG_SLUB)
#include "slub_cpu.h"
#else
#include "slab_cpu.h"
#endif

/* Do others need the slabs of @cache, which is being destroyed and has no objects out? Then it goes
 * on for their sake, under another name. Context: cache_chain_lock. */
#if defined(CONFIG_SLUB)
bool __kmem_cache_outlives(struct kmem_cache *cache);
#else
static inline bool __kmem_cache_outlives(struct kmem_cache *cache __unused)
{
	return false;
}
#endif

#endif
