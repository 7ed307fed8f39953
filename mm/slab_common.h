/* SPDX-License-Identifier: 0BSD
 *
 * slab_common.h - what all back ends share, and what slab_common.c asks of one.
 *
 * A back end has its own struct kmem_cache, with the fields size, align, flags, ctor, name,
 * name_copy and chain for slab_common.c, and stride, num and order for its slabinfo; the calls of
 * mm/slab.h that are about objects; what is declared here below its title; slab_bug.h's
 * slab_check_cache() and slab_list_is_sound(); and what kmalloc.c calls inline (slab_cpu.h).
 */
#ifndef MM_SLAB_COMMON_H
#define MM_SLAB_COMMON_H

#include "slab_backend.h"

extern struct list_head cache_chain; /* (N) every cache, in the order of creation */
extern spinlock_t cache_chain_lock;

/* Take @lock for a report, with interrupts off. A report only reads, and has to come in a panic
 * too: if somebody holds the lock all the while, a panic may have stopped him, and the report comes
 * without it. What is followed is checked first. Return: was the lock taken? */
bool report_lock(const spinlock_t *lock, unsigned long *flags);
void report_unlock(const spinlock_t *lock, unsigned long flags, bool taken);

/* @cache gets no pages for a request with @gfp: log which cache that is, unless it is not to be
 * said or was said a moment ago. The page allocator has said the rest. */
void slab_out_of_memory(const struct kmem_cache *cache, gfp_t gfp);

/* Is kmem_cache_create() of @name not to be done, with @flags? Then there is a line in the log, and
 * with SLAB_PANIC a panic. slab_flags.c. */
bool slab_refuse_flags(const char *name, unsigned int flags);

/* kmem_cache_create() that takes CFLGS_PERMANENT too. */
struct kmem_cache *cache_create(const char *name, size_t size, size_t align, unsigned int flags,
				void (*ctor)(void *));

/* --- the back end ---------------------------------------------------------------------------- */

extern struct kmem_cache cache_cache; /* the first cache: its objects are the other caches */
extern struct kmem_cache cache_none;  /* one without objects, before kmem_cache_init() */

/* Prepare @cache, whose common fields are set and the others zero, to serve objects. */
void __kmem_cache_create(struct kmem_cache *cache);

/* Give back what holds no object. Return: slabs freed. */
unsigned long __kmem_cache_shrink(struct kmem_cache *cache);

/* Give everything back. Return: false if objects are out; then the cache still works. */
bool __kmem_cache_shutdown(struct kmem_cache *cache);

/* @cache is none any more: whoever goes on using it is to be stopped. */
void __kmem_cache_release(struct kmem_cache *cache);

/* What reports count, under the lock of the cache. */
struct cache_stats {
	unsigned long active_objs, num_objs, active_slabs, num_slabs;
	unsigned long empty_slabs; /* without an object in use */
};
void cache_stats(const struct kmem_cache *cache, struct cache_stats *stats);

#endif
