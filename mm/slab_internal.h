/* SPDX-License-Identifier: 0BSD
 *
 * slab_internal.h - a cache, its slabs and its arrays from inside: slab.c has the theory. For mm/
 * and its tests.
 *
 * Field letters: (C) node->lock   (L) whoever is in the array   (I) written when the structure is
 * made   (N) cache_chain_lock
 */
#ifndef MM_SLAB_INTERNAL_H
#define MM_SLAB_INTERNAL_H

#include <mm/mmzone.h>
#include "slab_base.h"

/* Entries of the bufctl array. Of a free object in the chain: the entry of the next one is number
 * entry - BUFCTL_FIRST, or BUFCTL_END. The other two are one apart, so that one instruction takes
 * an object that is out, and no other, to one that is not. */
typedef u16 kmem_bufctl_t;
#define BUFCTL_CACHED ((kmem_bufctl_t)0) /* free, in an array */
#define BUFCTL_ACTIVE ((kmem_bufctl_t)1) /* out */
#define BUFCTL_FIRST  2U
#define BUFCTL_END    ((kmem_bufctl_t)0xFFFF)

/* So many objects can be numbered. */
#define SLAB_MAX_OBJECTS (BUFCTL_END - BUFCTL_FIRST)

/* An object that is at hand, and its bufctl. */
struct array_entry {
	void *obj;
	kmem_bufctl_t *state;
};

/* The free objects of a node that a CPU has at hand, from the coldest to the hottest. Who holds the
 * address of one holds that of its first entry: what is in front of that has a constant offset
 * then, and an entry none. */
struct array_cache {
	int avail; /* entries in use; plus ARRAY_OPEN, unless somebody is in it or nobody may be */
	u32 limit; /* (L) so many may be in use */
	u32 batchcount; /* (L) so many come from the slabs at once, or go back */
	u32 bytes;	/* (I) to the array of the next CPU */
	struct array_entry entry[];
};

/* More than an array can hold by far. */
#define ARRAY_OPEN (1 << 24)

/* Slabs are not made larger than that for the sake of memory or time: it is hard to get. */
#define SLAB_MAX_ORDER 3

struct slab {
	struct list_head list;	  /* (C) one of the node's three lists */
	void *s_mem;		  /* (I) the first object */
	struct kmem_cache *cache; /* (I) */
	/* Copies of what the cache has, for who frees an object and knows no more than its slab. */
	u32 inverse;		   /* (I) */
	u32 num;		   /* (I) */
	struct array_entry *array; /* (C) that of its node */
	u16 inuse;		   /* (C) objects that are out or in arrays */
	kmem_bufctl_t free;	   /* (C) as an entry: the first free object, or BUFCTL_END */
	u8 nid;			   /* (I) the node of its pages */
	u8 order;		   /* (I) a block of 1 << order pages */
	kmem_bufctl_t bufctl[];	   /* one for each object; (C) of those in the chain */
};

/* The slabs of a cache in the memory of one node. */
struct kmem_cache_node {
	spinlock_t lock;
	struct list_head slabs_partial;	  /* (C) 0 < inuse < num */
	struct list_head slabs_full;	  /* (C) inuse == num */
	struct list_head slabs_free;	  /* (C) inuse == 0 */
	unsigned long nr_slabs;		  /* (C) on the three lists */
	unsigned long nr_pages;		  /* (C) of these slabs */
	unsigned long free_objects;	  /* (C) in the chains of these slabs */
	unsigned long free_limit;	  /* (I) with more of them an empty slab is given back */
	unsigned int colour_next;	  /* (C) position in the next slab */
	struct array_cache *shared_array; /* (C) of all CPUs, or NULL; avail is a mere number */
	/* (C) Of its objects: CPU 0's, the other CPUs' are behind it; no_array, invalid_array. */
	struct array_entry *array;
};

struct kmem_cache {
	/* With one CPU that of its home; else node 0's, and those of the other nodes are behind it.
	 * no_array, invalid_array: there is none. */
	struct array_entry *array;
	u32 stride;			/* (I) bytes from one object to the next */
	u32 inverse;			/* (I) slab_index() divides by the stride with it */
	u8 grow_at[SLAB_MAX_ORDER + 1]; /* (I) by order: with 1 << so many pages, or 0: never */
	/* The shape of the smallest slabs. */
	u8 order;		 /* (I) 1 << order pages */
	u32 num;		 /* (I) objects */
	unsigned int mgmt_size;	 /* (I) descriptor with bufctls; on-slab a multiple of align */
	unsigned int colours;	 /* (I) possible positions of the objects ... */
	unsigned int colour_off; /* (I) ... so many bytes apart, as in every slab */

	unsigned int flags;		/* (I) SLAB_* and CFLGS_* */
	gfp_t gfp;			/* (I) added to the gfp of every page request */
	unsigned int align;		/* (I) of every object; a power of two */
	struct kmem_cache *slabp_cache; /* (I) where off-slab descriptors come from, or NULL */

	size_t size;		 /* (I) of an object, as asked for */
	u32 red_left;		 /* (I) bytes of a unit before its object (slab_debug.h) */
	void (*ctor)(void *obj); /* (I) may be NULL */
	const char *name;	 /* (I) name_copy; a constant of the allocator's own caches */
	char *name_copy;	 /* (I) for kfree(), or NULL */
	struct list_head chain;	 /* (N) */

	u32 sharedfactor; /* (N) a shared array has so many batches; 0: there is none */
	bool touched;	  /* a batch was taken since cache_was_idle() was asked */
	struct array_cache *old_arrays;		   /* (N) closed ones, slab_array.c */
	struct kmem_cache_node node[MAX_NUMNODES]; /* memory only for nr_node_ids of them */
};

/* Bytes of a cache that is not static. */
static inline size_t cache_bytes(void)
{
	return offsetof(struct kmem_cache, node) + nr_node_ids * sizeof(struct kmem_cache_node);
}

/* Arrays that are closed for good. The second one is that of caches before kmem_cache_init() and of
 * destroyed ones: who asks them for an object is reported. */
extern struct array_cache array_none, array_invalid;
#define no_array      (array_none.entry)
#define invalid_array (array_invalid.entry)

/* Empty slabs of a node keep no more pages than this, or one slab. */
#define SLAB_KEEP_PAGES 16UL

/* slab.c, without a lock: a new empty slab on @nid, or, unless @gfp forbids it, on another one if
 * that has no pages; no list and no number of the cache knows it yet. Return: NULL without
 * memory. */
struct slab *cache_grow(struct kmem_cache *cache, gfp_t gfp, int nid);

/* Let the cache know it. */
void cache_add_slab(struct kmem_cache *cache, struct slab *slab);

/* Take @slab, which is empty, off @cache and its @node, and add it to @surplus, for slabs_destroy()
 * after the lock. Context: node->lock. */
void node_detach(struct kmem_cache_node *node, struct slab *slab, struct list_head *surplus);

/* Slabs of all nodes. */
unsigned long cache_nr_slabs(const struct kmem_cache *cache);

/* slab_cpu.c: what is in arrays that nobody is in, back to the slabs. Return: slabs destroyed. */
unsigned long cache_drain(struct kmem_cache *cache);

/* @nr objects back to their slabs, all of them @node's; what becomes too many empty ones goes to
 * @surplus. */
void slabs_give_back(struct kmem_cache_node *node, const struct array_entry *entry, unsigned int nr,
		     struct list_head *surplus);

/* slab_array.c: let a new cache have its arrays, if it is to have some and they can be had; give
 * them back; and visit their memory. Return: false without memory. */
bool cache_enable_arrays(struct kmem_cache *cache);
void cache_free_arrays(struct kmem_cache *cache);
void cache_for_each_array(const struct kmem_cache *cache,
			  void (*visit)(const void *start, size_t size, void *data), void *data);

/* Stop: the descriptor of @slab contradicts itself. */
void fastcall slab_damaged(const struct kmem_cache *cache, const struct slab *slab, const char *who)
	__noreturn __cold;

/* Give slabs back that were taken off @cache, a list. Context: no lock. Return: how many. */
unsigned long slabs_destroy(struct kmem_cache *cache, struct list_head *slabs);

/* slab_size.c: the orders of slabs, what is where in them, and how to divide by the stride, from
 * the size, align and flags of @cache. */
void cache_choose_geometry(struct kmem_cache *cache);

/* The number that divides by @stride, see slab_index(). */
u32 slab_inverse(u32 stride);

/* What a slab of @order is like. */
struct slab_shape {
	u32 num;
	unsigned int mgmt_size, colours;
};
struct slab_shape slab_shape(const struct kmem_cache *cache, unsigned int order);

/* Has @slab an order that those of @cache may have, and as many objects as it holds? */
bool slab_has_its_shape(const struct kmem_cache *cache, const struct slab *slab);

/* The order of the next slab of a cache that has @pages on a node. */
unsigned int cache_next_order(const struct kmem_cache *cache, unsigned long pages);

/* No slab is larger than that, unless it is a single object. */
#define SLAB_MAX_BYTES (PAGE_SIZE << SLAB_MAX_ORDER)

/* What the inverse of @stride times @stride is, modulo 2^32: 2^16, or for a larger slab the largest
 * power of two that divides the stride, so that the inverse is odd. */
static inline u32 slab_unit(u32 stride)
{
	return stride <= SLAB_MAX_BYTES ? 1U << 16 : stride & -stride;
}

/* Number of the object at @obj, which lies in the block of @slab; slab->num or more if none begins
 * there.
 *
 * Let the stride be odd << shift, and d the distance from the first object, less than 2^15 either
 * way. Times the inverse, which is 2^(16 - shift) / odd, that is d / stride in the upper 16 bits if
 * d is a multiple of the stride. If it is not even one of 2^shift, there are bits below, which the
 * rotation makes the highest ones. And if it is, the upper bits are (d >> shift) / odd, modulo
 * 2^16, which no two of these distances have in common. So whatever is no object has a number that
 * none can have, one in front of the first object too: slabs hold less than 2^15. A single object
 * may be larger; its inverse is odd, and nothing but 0 is taken to 0. */
static __always_inline u32 slab_index(const struct slab *slab, const void *obj)
{
	u32 product = (u32)((uintptr)obj - (uintptr)slab->s_mem) * slab->inverse;

	return product >> 16 | product << 16;
}

/* Where no slab is: it has no objects. */
extern struct slab slab_none;

/* slab_map.c: pages from that pfn on have no word of their own in the map. */
extern unsigned long slab_map_limit;

/* The pages of a block of @order, of which @page is the first, are @slab's. */
#ifdef SLAB_MAP_START
#define slab_map ((struct slab **)SLAB_MAP_START)
void slab_map_set(const struct page *page, unsigned int order, struct slab *slab);
#else
static inline void slab_map_set(const struct page *page __unused, unsigned int order __unused,
				struct slab *slab __unused)
{
}
#endif

/* The slab in whose pages @obj, which may be any value, lies; slab_none, if the map does not know
 * it. */
static __always_inline struct slab *slab_of_address(const void *obj)
{
#ifdef SLAB_MAP_START
	return slab_map[(unsigned long)virt_to_phys(obj) >> PAGE_SHIFT];
#else
	const struct page *page = slab_page_of(obj);

	return likely(page) ? page->slab_page : &slab_none;
#endif
}

static __always_inline void *slab_object(const struct kmem_cache *cache, const struct slab *slab,
					 u32 index)
{
	return (char *)slab->s_mem + index * cache->stride;
}

/* The bufctl entry that leads to object @index, and back: a large number, if to none. */
static inline kmem_bufctl_t bufctl_to(u32 index)
{
	return (kmem_bufctl_t)(index + BUFCTL_FIRST);
}

static inline u32 bufctl_index(kmem_bufctl_t entry)
{
	return (u32)entry - BUFCTL_FIRST;
}

/* Is the object handed out? */
static inline bool slab_is_out(const struct slab *slab, u32 index)
{
	return slab->bufctl[index] == BUFCTL_ACTIVE;
}

/* A block is aligned to its size, in physical memory and so in the direct map. */
static inline struct page *slab_first_page(const struct slab *slab)
{
	unsigned long addr = (unsigned long)virt_to_phys(slab->s_mem);

	return pfn_to_page(ALIGN_DOWN(addr, PAGE_SIZE << slab->order) >> PAGE_SHIFT);
}

/* The field of a cache that is read first, and who looks for the page of an object that
 * kmem_cache_free() is given. */
#define CACHE_FIRST_READS                                                                          \
	{                                                                                          \
		(uintptr) kmem_cache_alloc, offsetof(struct kmem_cache, array), "kmem_cache_alloc" \
	}
#define SLAB_FREE_LOOKS kmem_cache_free

#endif
