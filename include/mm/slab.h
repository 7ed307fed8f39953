/* SPDX-License-Identifier: 0BSD
 *
 * slab.h - caches of equal objects, and kmalloc() on top (Gorman chapter 8, Mauerer 3.6).
 *
 * Context: any, from kmem_cache_init() on; takes cache->lock and zone->lock with interrupts off,
 *          one after the other; never sleeps. kmem_cache_shrink_all() and kmem_cache_destroy()
 *          hold cache_chain_lock around these. A request with __GFP_DIRECT_RECLAIM may call
 *          shrinkers, as in page_alloc.h.
 * Failure: no memory returns NULL, and what was handed out stays as it is. A caller's bug (double
 *          free, a pointer that is no object of the cache, freeing into the wrong cache, NULL or
 *          anything else that is no cache) stops with the values; so does the descriptor of a slab
 *          that somebody wrote to.
 */
#ifndef MM_SLAB_H
#define MM_SLAB_H

#include <mm/gfp.h>
#include <mm/page_alloc.h>

struct kmem_cache;
struct out;

/* Flags of a cache, with Linux's values. The first four find damage, see slab_debug=. */
#define SLAB_CONSISTENCY_CHECKS 0x100u	 /* F: look at each object that is freed */
#define SLAB_RED_ZONE		0x400u	 /* Z: bytes on both sides that nobody may write to */
#define SLAB_POISON		0x800u	 /* P: a pattern in what is free, and in what is new */
#define SLAB_STORE_USER		0x10000u /* U: who allocated and who freed an object last */
#define SLAB_HWCACHE_ALIGN	0x2000u	 /* align to cache lines, halved while two fit in half */
#define SLAB_CACHE_DMA		0x4000u	 /* slabs from below 16 MiB */
#define SLAB_RECLAIM_ACCOUNT	0x20000u /* a shrinker can free its objects: counted apart */
#define SLAB_PANIC		0x40000u /* kmem_cache_create() panics where it would return NULL */

#define SLAB_DEBUG_FLAGS (SLAB_CONSISTENCY_CHECKS | SLAB_RED_ZONE | SLAB_POISON | SLAB_STORE_USER)
#define SLAB_FLAGS_ALL \
	(SLAB_DEBUG_FLAGS | SLAB_HWCACHE_ALIGN | SLAB_CACHE_DMA | SLAB_RECLAIM_ACCOUNT | SLAB_PANIC)

#define KMALLOC_MAX_CACHE_SIZE 131072UL			      /* larger: straight from the buddy */
#define KMALLOC_MAX_SIZE       (PAGE_SIZE << (MAX_ORDER - 1)) /* larger: NULL */
#define ARCH_KMALLOC_MINALIGN  8UL

/* What kmalloc(0) returns: not NULL, faults when used, kfree() ignores it. */
#define ZERO_SIZE_PTR	    ((void *)16)
#define ZERO_OR_NULL_PTR(p) ((unsigned long)(p) <= (unsigned long)ZERO_SIZE_PTR)

/* Has each cache its own slabs, also where the back end could let it share those of a like one?
 * The option slab_nomerge, for the caches that are created from then on. */
extern bool slab_nomerge;

/* Set up the cache of caches and the kmalloc sizes. Context: once, after mem_init(). */
void kmem_cache_init(void);

/* Has that been done, and can kmalloc() be called? */
bool slab_is_available(void);

/* A new cache of objects of @size bytes, aligned to @align (0 or a power of two up to PAGE_SIZE);
 * @ctor, if any, runs once on every object when memory becomes that, mostly with all objects of a
 * new slab, and objects keep that state between uses. No lock is held while it runs, so it may
 * allocate, also from @cache if it does not always do so: each new slab calls it again. @name is
 * one word of at most 31 bytes of
 * ASCII, copied; it must be new.
 * Return: the cache; NULL without memory. A bad or known name, size 0 or over KMALLOC_MAX_SIZE, a
 *         bad @align, and @flags that do not exist or are the allocator's own, are one line and
 *         NULL. */
struct kmem_cache *kmem_cache_create(const char *name, size_t size, size_t align,
				     unsigned int flags, void (*ctor)(void *)) __must_check;

/* One object; zeroed by kmem_cache_zalloc() (not for a cache with a constructor). GFP_DMA is for
 * caches with SLAB_CACHE_DMA, which do not need it; __GFP_HIGHMEM is a caller's bug. */
void *fastcall kmem_cache_alloc(struct kmem_cache *cache, gfp_t gfp) __must_check;
void *kmem_cache_zalloc(struct kmem_cache *cache, gfp_t gfp) __must_check;
void fastcall kmem_cache_free(struct kmem_cache *cache, void *obj);

/* The same, best in memory of node @nid: NUMA_NO_NODE is any, and another node's if that has none.
 * With __GFP_THISNODE there is no other: NULL. A node that is not online stops. */
void *kmem_cache_alloc_node(struct kmem_cache *cache, gfp_t gfp, int nid) __must_check;

/* @n objects of @cache into @p[], or none. Return: @n; 0 without memory, and @p[] has anything. */
int kmem_cache_alloc_bulk(struct kmem_cache *cache, gfp_t gfp, size_t n, void **p) __must_check;

/* Free the @n objects of @p[], of @cache or, with NULL and kfree_bulk(), of kmalloc() or any cache,
 * when NULL and ZERO_SIZE_PTR are ignored. One that is no object, or stands there twice, stops, and
 * a line before that has its index; those in front of it are free then. */
void kmem_cache_free_bulk(struct kmem_cache *cache, size_t n, void **p);
void kfree_bulk(size_t n, void **p);

/* Bytes of an object as asked for, and the cache's name. */
size_t kmem_cache_size(const struct kmem_cache *cache);
const char *kmem_cache_name(const struct kmem_cache *cache);

/* Give the empty slabs, of which each cache keeps a few, back to the buddy allocator. That happens
 * by itself when memory is short. Return: slabs freed; of all caches, the pages. */
unsigned long kmem_cache_shrink(struct kmem_cache *cache);
unsigned long kmem_cache_shrink_all(void);

/* The same for the caches of which nobody has wanted much since the last time, the newest first,
 * until @pages have gone; and if these do not suffice, for the others. Return: the pages. */
unsigned long kmem_cache_reap(unsigned long pages);

/* Let each CPU keep up to @limit objects of @cache at hand, of which @batchcount at a time come or
 * go, and all together @shared batches more. Context: not from an interrupt handler.
 * Return: 0; -EINVAL with one line for values that do not fit (1 <= @batchcount <= @limit <=
 *         SLAB_LIMIT_MAX, @shared <= SLAB_SHARED_MAX), and for a cache that keeps none; -ENOMEM;
 *         -EBUSY if somebody is just taking one. Then all is as before. */
#define SLAB_LIMIT_MAX	4096U
#define SLAB_SHARED_MAX 64U
int kmem_cache_tune(struct kmem_cache *cache, unsigned int limit, unsigned int batchcount,
		    unsigned int shared) __must_check;

/* Log the caches that have most pages, a line each. Context: as slabinfo_show(). */
void slab_log_largest(void);

/* Remove a cache; NULL is ignored, as in Linux. Who uses it afterwards is stopped, as long as its
 * memory is not used again.
 * Return: 0; -EBUSY with one line if objects are still out: then only its empty slabs are gone. One
 *         that shares the slabs of another cache (SLAB=slub) goes all the same, as in Linux. */
int kmem_cache_destroy(struct kmem_cache *cache) __must_check;

/* --- memory of any size (Gorman 8.4; Mauerer 3.6.5; Linux: core-api/memory-allocation) ---------
 *
 * Context and failure as above. @gfp may have GFP_DMA; __GFP_HIGHMEM is a caller's bug. An object
 * has room for @size bytes, often for more (ksize()). */

/* Requests that need more than an object: checked and served off the fast path. */
#define SLAB_GFP_SPECIAL \
	(__GFP_DMA | __GFP_HIGHMEM | __GFP_ZERO | __GFP_THISNODE | ~__GFP_BITS_MASK)

/* kmalloc() for a @gfp without and with such bits. */
void *fastcall kmalloc_plain(size_t size, gfp_t gfp) __must_check;
void *fastcall kmalloc_any(size_t size, gfp_t gfp) __must_check;

/* @size bytes in one piece, aligned to ARCH_KMALLOC_MINALIGN, and to @size if that is a power of
 * two; all of the room zeroed by kzalloc(). Of 0 bytes it is ZERO_SIZE_PTR, of more than
 * KMALLOC_MAX_SIZE NULL. */
static __always_inline __must_check void *kmalloc(size_t size, gfp_t gfp)
{
	if (__builtin_constant_p(gfp) && !(gfp & SLAB_GFP_SPECIAL))
		return kmalloc_plain(size, gfp);
	return kmalloc_any(size, gfp);
}
void *fastcall kzalloc(size_t size, gfp_t gfp) __must_check;

/* The same, best in memory of node @nid, as kmem_cache_alloc_node(). */
void *kmalloc_node(size_t size, gfp_t gfp, int nid) __must_check;
void *kzalloc_node(size_t size, gfp_t gfp, int nid) __must_check;

/* @n times @size bytes, zeroed by kcalloc(). NULL if the product overflows, without a report. */
void *kmalloc_array(size_t n, size_t size, gfp_t gfp) __must_check;
void *kcalloc(size_t n, size_t size, gfp_t gfp) __must_check;

/* Change the size of @p, which kmalloc() or another of these returned; what fits of the contents is
 * kept. @p may be NULL or ZERO_SIZE_PTR, and @size 0 frees and returns ZERO_SIZE_PTR. It stays at
 * its address if @size fits its room, however much smaller it becomes and whatever zone @gfp says.
 *
 * What an object loses is cleared. With __GFP_ZERO all that it gains is zero, if it came from
 * kzalloc(), kcalloc() or krealloc(); of an object of plain kmalloc() only what is behind its room,
 * for how many bytes of it were asked for is not known. In Linux the room has what it had.
 * Return: NULL without memory, or if @n times @size overflows; then @p is as it was. */
void *krealloc(const void *p, size_t size, gfp_t gfp) __must_check;
void *krealloc_array(const void *p, size_t n, size_t size, gfp_t gfp) __must_check;

/* Give back what one of these, or kmem_cache_alloc(), returned. NULL and ZERO_SIZE_PTR are ignored.
 * kfree_sensitive() clears all of the room before, for keys and the like; not for objects of a
 * cache with a constructor. */
void fastcall kfree(const void *p);
void kfree_sensitive(const void *p);

/* Bytes that can be used at @p: the size of the cache, of a large block all of its pages; 0 for
 * NULL and ZERO_SIZE_PTR. An object that is not in use stops, as kfree() of it would. */
size_t ksize(const void *p);

/* Memory for what may be large and need not be in one piece: kmalloc(), and where that finds no
 * block, pages of an area of vmalloc(), HighMem among them. What is not larger than a page always
 * comes from kmalloc().
 * Context: as vmalloc(): not under a lock of mm/. The block is tried without shrinkers being asked
 *          twice, and in silence; @gfp holds in full for the area.
 * Failure: NULL if there is neither, and one line, as vmalloc(); an overflow has none. */
void *kvmalloc(size_t size, gfp_t gfp) __must_check;
void *kvzalloc(size_t size, gfp_t gfp) __must_check;
void *kvmalloc_array(size_t n, size_t size, gfp_t gfp) __must_check;
void *kvcalloc(size_t n, size_t size, gfp_t gfp) __must_check;

/* @p, which is of @old_size bytes, with @size of them, as krealloc(); with __GFP_ZERO all that it
 * gains is zero. Return: NULL without memory, and @p is as it was. */
void *kvrealloc(const void *p, size_t old_size, size_t size, gfp_t gfp) __must_check;

/* Give back what kvmalloc(), kmalloc() or vmalloc() returned; as kfree() of it, or vfree(). */
void kvfree(const void *p);

/* Objects handed out and not yet freed. */
unsigned long kmem_cache_active(const struct kmem_cache *cache);

/* The part of them that @cache itself needs, to describe the slabs of other caches. */
unsigned long kmem_cache_descriptors(const struct kmem_cache *cache);

/* Pages of all caches together; the part of them that lies in empty slabs, which
 * kmem_cache_shrink_all() would give back. Context: as slabinfo_show(). */
unsigned long slab_nr_pages(void);
unsigned long slab_nr_empty_pages(void);

/* The part of them that belongs to caches with SLAB_RECLAIM_ACCOUNT. Context: as before. */
unsigned long slab_nr_reclaimable_pages(void);

/* Stop as a caller's bug if the fault at @addr in the function that begins at @function is one: a
 * cache that is NULL, the free of an object where no RAM is. Context: any; for a port's report. */
void slab_judge_fault(uintptr function, uintptr addr);

/* The cache of the object in use that begins at @obj; NULL: there is none, and @obj is something
 * else, but no address in a hole of lowmem. Context: any; takes no lock. */
struct kmem_cache *slab_cache_of(const void *obj);

/* `slab of cache NAME`, or what else is at @addr, in a slab page. Context: as slab_page_show(). */
void slab_place_show(struct out *out, const void *addr);

/* One line about the slab that @page, a slab page, belongs to. Context: any; takes no lock. */
void slab_page_show(struct out *out, const struct page *page);

/* One line about what is at @addr, in a slab page: which object, in use or free. Context: any;
 * takes no lock. */
void slab_object_show(struct out *out, const void *addr);

/* Visit every cache in the order of creation. */
struct kmem_cache *kmem_cache_next(struct kmem_cache *cache); /* NULL: the first one */

/* /proc/slabinfo, version 2.1. Context: any; takes the locks of the chain and of the caches, one
 * after the other, but not those that somebody holds and does not release, as in a panic. No cache
 * may be destroyed meanwhile. */
void slabinfo_show(struct out *out);

/* The parts of it: the two lines at the head, and the line of a cache. */
void slabinfo_show_head(struct out *out);
void slabinfo_show_cache(struct out *out, const struct kmem_cache *cache);

#endif
