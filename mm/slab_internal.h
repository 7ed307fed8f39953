/* SPDX-License-Identifier: 0BSD
 *
 * slab_internal.h - a cache and its slabs from inside: slab.c, slab_size.c. For mm/ and its tests.
 *
 * Field letters: (C) cache->lock   (I) written when the cache is created   (N) cache_chain_lock
 */
#ifndef MM_SLAB_INTERNAL_H
#define MM_SLAB_INTERNAL_H

#include "slab_base.h"

/* Entries of the bufctl array: of a free object the index of the next one, or for the last of the
 * chain BUFCTL_END, which is more than any index; of an object that is out its own index, since no
 * object can be the next of itself. */
typedef u16 kmem_bufctl_t;
#define BUFCTL_END ((kmem_bufctl_t)0xFFFF)

/* Empty slabs of a cache together keep at most this many pages. */
#define SLAB_KEEP_PAGES 16

struct slab {
	struct list_head list;	/* (C) one of the cache's three lists; unused in the working slab */
	void *s_mem;		/* (I) the first object */
	u32 inuse;		/* (C) objects handed out */
	u32 free;		/* (C) the first free object, or BUFCTL_END */
	kmem_bufctl_t bufctl[]; /* (C) one for each object */
};

struct kmem_cache {
	spinlock_t lock;
	struct slab *slab; /* (C) the working slab; &slab_none: there is none */
	u32 stride;	   /* (I) bytes from one object to the next */
	u32 inverse;	   /* (I) slab_index() divides by the stride with these two */
	u8 shift;	   /* (I) */
	u8 order;	   /* (I) a slab is 1 << order pages */
	u32 num;	   /* (I) objects of a slab */

	struct list_head slabs_partial; /* (C) 0 < inuse < num */
	struct list_head slabs_full;	/* (C) inuse == num */
	struct list_head slabs_free;	/* (C) inuse == 0 */
	unsigned long nr_slabs;		/* (C) on the three lists, and the working slab */
	unsigned long nr_free_slabs;	/* (C) on slabs_free */

	unsigned int flags;	  /* (I) SLAB_* and CFLGS_* */
	gfp_t gfp;		  /* (I) added to the gfp of every page request */
	unsigned int align;	  /* (I) of every object; a power of two */
	unsigned int mgmt_size;	  /* (I) descriptor with bufctls; on-slab a multiple of align */
	unsigned int colours;	  /* (I) possible positions of the objects in a slab ... */
	unsigned int colour_off;  /* (I) ... so many bytes apart */
	unsigned int colour_next; /* (C) position in the next slab */
	struct kmem_cache *slabp_cache; /* (I) where off-slab descriptors come from, or NULL */

	size_t size;		 /* (I) of an object, as asked for */
	void (*ctor)(void *obj); /* (I) may be NULL */
	const char *name;	 /* (I) name_copy; a constant of the allocator's own caches */
	char *name_copy;	 /* (I) for kfree(), or NULL */
	struct list_head chain;	 /* (N) */
};

extern struct slab slab_none; /* a full slab of no objects: the fast path finds it empty */
/* The working slab of caches before kmem_cache_init() and of destroyed ones. It claims a free
 * object and has none, so that the first request is reported. */
extern struct slab slab_invalid;

/* slab.c, without the lock: a new empty slab, which no list and no number of the cache knows yet;
 * NULL without memory. */
struct slab *fastcall cache_grow(struct kmem_cache *cache, gfp_t gfp);

/* Stop: the descriptor of @slab contradicts itself. */
void fastcall slab_damaged(const struct kmem_cache *cache, const struct slab *slab, const char *who)
	__noreturn __cold;

/* Give a slab back that was taken off @cache. Context: without the lock. */
void fastcall slab_destroy(struct kmem_cache *cache, struct page *first);

/* slab_size.c: the order of a slab, what is where in it, and how to divide by the stride, from the
 * size, align and flags of @cache. */
void cache_choose_geometry(struct kmem_cache *cache);

/* Number of the object at @obj; cache->num or more if none begins there.
 *
 * The stride is odd << shift, and inverse * odd == 1 (mod 2^32). Multiplying by an odd number and
 * rotating are bijections of the 32-bit numbers; together they take q * stride to q, for every q up
 * to (2^32 - 1) / stride. So everything that is no multiple of the stride is taken to something
 * larger, and so is an address in front of the objects: one comparison finds both. */
static __always_inline u32 slab_index(const struct kmem_cache *cache, const struct slab *slab,
				      const void *obj)
{
	u32 product = (u32)((uintptr)obj - (uintptr)slab->s_mem) * cache->inverse;

	return product >> cache->shift | product << (-cache->shift & 31);
}

static __always_inline void *slab_object(const struct kmem_cache *cache, const struct slab *slab,
					 u32 index)
{
	return (char *)slab->s_mem + index * cache->stride;
}

/* Is the object handed out? */
static __always_inline bool slab_is_out(const struct slab *slab, u32 index)
{
	return slab->bufctl[index] == (kmem_bufctl_t)index;
}

/* A block is aligned to its size, in physical memory and so in the direct map. */
static inline struct page *slab_first_page(const struct kmem_cache *cache, const struct slab *slab)
{
	unsigned long addr = (unsigned long)virt_to_phys(slab->s_mem);

	return pfn_to_page(ALIGN_DOWN(addr, PAGE_SIZE << cache->order) >> PAGE_SHIFT);
}

/* Take @slab, which is empty and on no list, off the cache. Context: cache->lock. Return: its first
 * page, for slab_destroy() after the lock. */
static inline struct page *cache_detach(struct kmem_cache *cache, struct slab *slab)
{
	struct page *first = slab_first_page(cache, slab), *page = first;
	const struct page *end = first + (1UL << cache->order);

	do
		page->flags &= ~PG_slab;
	while (++page < end);
	cache->nr_slabs--;
	return first;
}

/* Take the first free object of @slab, which has one. */
static __always_inline void *slab_take(const struct kmem_cache *cache, struct slab *slab)
{
	u32 index = slab->free;

	slab->free = slab->bufctl[index];
	slab->bufctl[index] = (kmem_bufctl_t)index;
	slab->inuse++;
	return slab_object(cache, slab, index);
}

/* The fields of a cache that are read first, and who looks for the page of an object that
 * kmem_cache_free() is given. */
#define CACHE_FIRST_READS                                                                         \
	{ (uintptr)kmem_cache_alloc, offsetof(struct kmem_cache, slab), "kmem_cache_alloc" },     \
	{                                                                                         \
		(uintptr) kmem_cache_alloc, offsetof(struct kmem_cache, lock), "kmem_cache_alloc" \
	}
#define SLAB_FREE_LOOKS kmem_cache_free

#endif
