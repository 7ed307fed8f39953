/* SPDX-License-Identifier: 0BSD
 *
 * slab_common.h - what all back ends share, and what slab_common.c asks of one.
 *
 * A back end has its own struct kmem_cache, with the fields size, align, flags, gfp, ctor, name,
 * name_copy and chain, which slab_common.c sets, and stride, num and order, which it sets itself
 * and which reports read; slab_checker, for its own invariants; and what is declared here below
 * its title. What it may rely on is here above it, and in slab_base.h and slab_bug.h.
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

/* Requests that kmem_cache_alloc() does not serve itself: SLAB_GFP_SPECIAL, or all of them. */
extern gfp_t slab_special_gfp;

/* A request with SLAB_GFP_SPECIAL bits, or for kmem_cache_zalloc(); on a node of choice. */
void *fastcall cache_alloc_special(struct kmem_cache *cache, gfp_t gfp);
void *cache_alloc_on(struct kmem_cache *cache, gfp_t gfp, int nid);

/* kmem_cache_alloc() of those, and kmem_cache_free() of what lies in no slab of @cache. Called as
 * the last thing, so that the return address is that of the caller. */
void *fastcall kmem_cache_alloc_other(struct kmem_cache *cache, gfp_t gfp);
void fastcall kmem_cache_free_other(struct kmem_cache *cache, const void *obj);

/* The name of @cache for a report: it may have been written to, or may not be there. */
const char *cache_name(const struct kmem_cache *cache);

/* Where a back end has objects, and gets new ones. @data is its own. */
struct slab_source {
	/* One of those that @cache has on @nid, or NULL. */
	void *fastcall (*take)(struct kmem_cache *cache, int nid, void *data);
	/* Let it have more there, or elsewhere if @gfp allows that. Return: where; NUMA_NO_NODE
	 * without memory. */
	int fastcall (*grow)(struct kmem_cache *cache, gfp_t gfp, int nid, void *data);
};

/* What @source can make on @nid, where it has none, or what has come back meanwhile: others may
 * take what was made, any number of times. */
static __always_inline void *slab_grow_and_take(struct kmem_cache *cache, gfp_t gfp, int nid,
						const struct slab_source *source, void *data)
{
	void *obj;

	do {
		if (source->grow(cache, gfp, nid, data) == NUMA_NO_NODE)
			return source->take(cache, nid, data);
		obj = source->take(cache, nid, data);
	} while (!obj);
	return obj;
}

/* slab_near.c: an object best of @nid, of which @source has none on @first, the node to begin with.
 * Context: several_nodes(). */
void *slab_alloc_far(struct kmem_cache *cache, gfp_t gfp, int nid, int first,
		     const struct slab_source *source, void *data);

/* An object of @source, best of @nid (NUMA_NO_NODE: near this CPU); then of the nearest node that
 * has any, unless @gfp has __GFP_THISNODE. Inline, so that the functions of @source are called
 * directly as long as one node will do. */
static __always_inline void *slab_alloc_near(struct kmem_cache *cache, gfp_t gfp, int nid,
					     const struct slab_source *source, void *data)
{
	void *obj;
	int first;

	first = nid = nid == NUMA_NO_NODE ? numa_node_id() : nid;
	if (several_nodes())
		first = slab_first_node(gfp | cache->gfp, nid);
	obj = source->take(cache, first, data);
	if (likely(obj))
		return obj;
	return several_nodes() ? slab_alloc_far(cache, gfp, nid, first, source, data)
			       : slab_grow_and_take(cache, gfp, nid, source, data);
}

/* --- the back end ---------------------------------------------------------------------------- */

/* Inline, by slab_backend.h:
 *   cache_alloc(cache, gfp)            an object of a cache for a plain request, or NULL
 *   cache_kfree(obj, rest)             kfree() of @obj, whatever that is; @rest is jumped to if it
 *                                      lies in no slab page, or needs cache_free_page()
 *   cache_free_page(page, obj, who)    the free of @obj, in slab page @page
 *   cache_owns(cache, page, obj)       does an object of @cache (NULL: any) that is out begin at
 *                                      @obj, in slab page @page? With slabs by cache_obj_is_out()
 *   cache_alloc_size(cache, last, gfp) one for a kmalloc() of @last bytes and one; a back end that
 *   cache_room(cache, last)            has no slabs may give less than an object: so many bytes
 *   cache_zalloc_size(cache, last, gfp, rest)
 *                                      the same, with all of the room zeroed; @rest is jumped to if
 *                                      that takes more
 *   CACHE_FIRST_READS                  rows for slab_bug.c: the field of a cache read first by whom
 *   SLAB_FREE_LOOKS                    who looks for the page of an object for kmem_cache_free()
 * Besides the calls of mm/slab.h that are about the objects of a cache, that is kmem_cache_alloc(),
 * _zalloc(), _free() and _descriptors(). */

/* An object in memory of node @nid, as long as that has any, for a plain request; then of the
 * nearest one that has, unless @gfp has __GFP_THISNODE. */
void *cache_alloc_node(struct kmem_cache *cache, gfp_t gfp, int nid);

extern struct kmem_cache cache_cache; /* the first cache: its objects are the other caches */
extern struct kmem_cache cache_none;  /* one without objects, before kmem_cache_init() */

/* Prepare @cache, whose common fields are set and the others zero, to serve objects. Return: false
 * without memory, or where no more caches can be; __kmem_cache_release() comes then. */
bool __kmem_cache_create(struct kmem_cache *cache) __must_check;

/* There are pages, and not yet any cache. Context: the boot. */
#if !defined(CONFIG_SLUB) && !defined(CONFIG_SLOB) && defined(SLAB_MAP_START)
void kmem_cache_init_first(void);
#else
static inline void kmem_cache_init_first(void)
{
}
#endif

/* kmalloc() works now: what the first caches wait for can be done. Context: the boot. */
void kmem_cache_init_late(void);

/* Give back what holds no object. Return: slabs freed. */
unsigned long __kmem_cache_shrink(struct kmem_cache *cache);

/* Give everything back. Return: false if objects are out; then the cache still works. */
bool __kmem_cache_shutdown(struct kmem_cache *cache);

/* kmem_cache_tune() with values that fit together. -EINVAL: it has no arrays. */
int __kmem_cache_tune(struct kmem_cache *cache, u32 limit, u32 batchcount, u32 sharedfactor);

/* Has @cache had enough at hand since this was asked last? */
bool cache_was_idle(struct kmem_cache *cache);

/* @cache is none any more: whoever goes on using it is to be stopped. */
void __kmem_cache_release(struct kmem_cache *cache);

/* What reports count, under the locks of the cache. */
struct cache_stats {
	unsigned long active_objs, num_objs, active_slabs, num_slabs;
	unsigned long empty_slabs;	  /* without an object in use */
	unsigned long pages, empty_pages; /* of all slabs, of the empty ones */
	unsigned long shared_bytes;	  /* that it takes of pages that are no single cache's */
	/* Of lists of free objects for each CPU: how many one may hold, how many move at once, how
	 * many such moves the list of all CPUs may hold, how many it does; 0: no such lists. */
	unsigned int limit, batchcount, sharedfactor;
	unsigned long sharedavail;
};
void cache_stats(const struct kmem_cache *cache, struct cache_stats *stats);

/* The pages of that, without a lock and without a look at any slab. */
unsigned long cache_nr_pages(const struct kmem_cache *cache);

/* For reports: @cache can be read, whatever it is. Is it a cache that was destroyed, or one before
 * kmem_cache_init()? And if not, do the fields fit together that do so in nothing but a cache? */
bool cache_is_invalid(const struct kmem_cache *cache);
bool cache_is_sound(const struct kmem_cache *cache);

/* Which object does @addr lie in? Only reads, takes no lock, and survives damage: nothing is
 * followed before it is known to be what it should be. Context: any.
 * Return: false if @addr is in no slab, or the slab contradicts itself; else @o is filled in. */
bool slab_locate(const void *addr, struct slab_object *o);

/* Visit all objects of the slab whose first page is @first. Context: as slab_locate(), which found
 * that slab. */
void slab_for_each_object(struct page *first, void (*visit)(struct slab_object *o, void *data),
			  void *data);

/* Visit the memory that the back end uses for itself where an object or a variable lies: what is
 * kept there leads to objects that nobody else may know (leak_scan.c). Descriptors inside of slabs
 * and the caches themselves are none of that. Context: any; takes no lock. */
void slab_own_memory(void (*visit)(const void *start, size_t size, void *data), void *data);

/* Stop: what is kept about the slab of @page contradicts itself. */
void fastcall slab_bad_slab(const struct page *page, const char *who) __noreturn __cold;

#endif
