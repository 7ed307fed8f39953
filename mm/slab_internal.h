/* SPDX-License-Identifier: 0BSD
 *
 * slab_internal.h - how a cache looks inside, and the two fast paths, for mm/ and its tests only.
 *
 * Field letters: (C) cache->lock   (I) written when the cache is created   (N) cache_chain_lock
 */
#ifndef MM_SLAB_INTERNAL_H
#define MM_SLAB_INTERNAL_H

#include <mm/slab.h>
#include <lib/align.h>
#include "internal.h"

/* Entries of the bufctl array: of a free object the index of the next one, or for the last of the
 * chain BUFCTL_END, which is more than any index; of an object that is out its own index, since no
 * object can be the next of itself. */
typedef u16 kmem_bufctl_t;
#define BUFCTL_END ((kmem_bufctl_t)0xFFFF)

/* Private bits of cache->flags. */
#define CFLGS_OFF_SLAB	0x80000000u /* descriptors lie in slabp_cache, not in the slab */
#define CFLGS_PERMANENT 0x40000000u /* the allocator's own: never destroyed */
#define CFLGS_ALL	(CFLGS_OFF_SLAB | CFLGS_PERMANENT)

#define CACHE_NAME_SIZE 32

/* Requests that need more than an object: checked and served off the fast path. */
#define SLAB_GFP_SPECIAL (__GFP_DMA | __GFP_HIGHMEM | __GFP_ZERO)

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

extern struct kmem_cache cache_cache; /* the first cache: its objects are the other caches */
extern struct kmem_cache cache_none;  /* one without objects, before kmem_cache_init() */
extern struct list_head cache_chain;  /* (N) every cache, in the order of creation */
extern spinlock_t cache_chain_lock;
extern struct slab slab_none; /* a full slab of no objects: the fast path finds it empty */
/* The working slab of caches before kmem_cache_init() and of destroyed ones. It claims a free
 * object and has none, so that the first request is reported. */
extern struct slab slab_invalid;

/* The slow halves of the fast paths below. Context: cache->lock held; they release it and restore
 * the interrupt state @flags, so that the fast paths end with the call and keep nothing over it. */
void *fastcall cache_alloc_slow(struct kmem_cache *cache, gfp_t gfp, unsigned long flags);
void fastcall slab_changed(unsigned long flags, struct kmem_cache *cache, struct slab *slab);

/* A request with SLAB_GFP_SPECIAL bits. Takes the lock itself. */
void *fastcall cache_alloc_special(struct kmem_cache *cache, gfp_t gfp);

/* slab_report.c: @who is the public function that was called. */

/* Can a structure of the allocator at @p, whatever that is, be read? */
bool slab_is_readable(const void *p);

/* Is there a cache at @cache, whatever that is? */
bool slab_is_cache(const struct kmem_cache *cache);

/* Is the list linked both ways, as far as it can be followed without harm? */
bool slab_list_is_sound(const struct list_head *head);

/* @cache is no cache. */
void fastcall slab_bad_cache(const struct kmem_cache *cache, const char *who) __noreturn __cold;

static inline void slab_check_cache(const struct kmem_cache *cache, const char *who)
{
	if (unlikely(!slab_is_cache(cache)))
		slab_bad_cache(cache, who);
}

/* The descriptor of @slab contradicts itself. */
void fastcall slab_damaged(const struct kmem_cache *cache, const struct slab *slab, const char *who)
	__noreturn __cold;

/* There is no live object where slab_index() gave @index. */
void fastcall slab_bad_object(const struct slab *slab, u32 index, const char *who)
	__noreturn __cold;

/* @obj lies in no slab page of @cache; with NULL, in no slab page at all. */
void fastcall slab_bad_page(const char *who, const struct kmem_cache *cache, const void *obj)
	__noreturn __cold;

/* @obj does not lie in a slab of @cache, which kmem_cache_free() was given. */
void fastcall slab_wrong_cache(const char *who, const struct kmem_cache *cache, const void *obj)
	__noreturn __cold;

/* The size caches, kmalloc.c. */
#define KMALLOC_NR_SIZES 17
struct kmalloc_size {
	u32 size;
	const char *name, *dma_name;
};
extern const struct kmalloc_size kmalloc_sizes[KMALLOC_NR_SIZES];
extern struct kmem_cache *kmalloc_caches[2][KMALLOC_NR_SIZES]; /* (I) [1]: GFP_DMA */

/* kmalloc_caches[0] by (size - 1) / 8, for the fast path. */
#define KMALLOC_TABLE_MAX 1024UL
extern struct kmem_cache *small_cache[KMALLOC_TABLE_MAX / 8]; /* (I) */

void kmalloc_init(void);

/* kmem_cache_create() that takes CFLGS_PERMANENT too. */
struct kmem_cache *cache_create(const char *name, size_t size, size_t align, unsigned int flags,
				void (*ctor)(void *));

/* The cache that serves kmalloc(@size); 1 <= @size <= KMALLOC_MAX_CACHE_SIZE. */
struct kmem_cache *kmalloc_slab(size_t size, gfp_t gfp);

/* What slabinfo and the checks count. */
struct cache_stats {
	unsigned long active_objs, num_objs, active_slabs, num_slabs;
};
void cache_stats(const struct kmem_cache *cache, struct cache_stats *stats);

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

/* The way back from an index to its address, also where no object is: nobody has to keep the
 * address of an object for a report that is hardly ever made. */
static inline const char *slab_address(const struct kmem_cache *cache, const struct slab *slab,
				       u32 index)
{
	u32 product = index << cache->shift | index >> (-cache->shift & 31);

	return (const char *)slab->s_mem + (s32)(product * (cache->stride >> cache->shift));
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

/* The page of @obj if it is a slab page, else NULL. An address outside the direct map, NULL among
 * them, wraps to a pfn above all of lowmem. */
static __always_inline struct page *slab_page_of(const void *obj)
{
	unsigned long pfn = (unsigned long)virt_to_phys(obj) >> PAGE_SHIFT;

	if (likely(pfn < max_low_pfn) && likely(PageSlab(pfn_to_page(pfn))))
		return pfn_to_page(pfn);
	return NULL;
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

/* One object of the working slab; another slab becomes that when it has none left. */
static __always_inline void *cache_alloc(struct kmem_cache *cache, gfp_t gfp)
{
	unsigned long flags;
	void *obj;

	spin_lock_irqsave(&cache->lock, flags);
	if (unlikely(cache->slab->free >= cache->num))
		return cache_alloc_slow(cache, gfp, flags);
	obj = slab_take(cache, cache->slab);
	spin_unlock_irqrestore(&cache->lock, flags);
	return obj;
}

/* slab->bufctl[@index], counted in bytes (tests/bench/objects.c). */
static __always_inline kmem_bufctl_t *slab_bufctl(struct slab *slab, u32 index)
{
	return (kmem_bufctl_t *)(void *)((char *)slab->bufctl + index * sizeof(kmem_bufctl_t));
}

/* Give @obj back to @slab. The working slab stays where it is, whatever becomes of its objects. */
static __always_inline void cache_free(struct kmem_cache *cache, struct slab *slab, const void *obj,
				       const char *who)
{
	u32 next, index = slab_index(cache, slab, obj);
	unsigned long flags;

	if (unlikely(index >= cache->num))
		slab_bad_object(slab, index, who);
	spin_lock_irqsave(&cache->lock, flags);
	if (unlikely(!slab_is_out(slab, index)))
		slab_bad_object(slab, index, who);
	next = slab->free;
	*slab_bufctl(slab, index) = (kmem_bufctl_t)next;
	slab->free = index;
	if ((!--slab->inuse || next == BUFCTL_END) && slab != cache->slab)
		slab_changed(flags, cache, slab);
	else
		spin_unlock_irqrestore(&cache->lock, flags);
}

#endif
