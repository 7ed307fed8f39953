/* SPDX-License-Identifier: 0BSD
 *
 * slub_internal.h - a cache and its slabs from inside, SLUB: slub.c has the theory. For mm/ and its
 * tests.
 *
 * Field letters: (C) whoever is inside, see slub_enter()   (N) node->lock
 *                (I) written when the cache is created   (L) cache_chain_lock
 */
#ifndef MM_SLUB_INTERNAL_H
#define MM_SLUB_INTERNAL_H

#include "slab_base.h"

/* Slabs that a node keeps in its partial list although they are empty, and how many there may be
 * before kmem_cache_shrink() sorts them. */
#define SLUB_MIN_PARTIAL 2
#define SLUB_MAX_PARTIAL 10

/* A slab is made larger, up to this order, until it holds so many objects. */
#define SLUB_MAX_ORDER	 3
#define SLUB_MIN_OBJECTS 4

/* More objects a slab never has: small ones stay in a page or two. */
#define SLUB_MAX_OBJECTS 2048
#define SLUB_NO_FREE	 8191u /* page->slab_free: no object is free */

/* What a CPU takes objects from. */
struct kmem_cache_cpu {
	int open;	   /* 1: somebody may go inside */
	uintptr freelist;  /* (C) link of the first free object; SLUB_END set: there is none */
	uintptr base;	   /* (C) the slab's first byte */
	u32 limit;	   /* (C) objects << shift: products below are objects; 0 without a slab */
	struct page *page; /* (C) the slab, frozen, or NULL */
};

/* What check_slub.c has counted, of a node. */
struct slub_seen {
	unsigned long slabs, objs, pages, partial;
};

struct kmem_cache_node {
	spinlock_t lock;
	u32 first, last;	  /* (N) partial list, by pfn: slabs with free objects; 0: empty */
	unsigned long nr_partial; /* (N) */
	unsigned long nr_slabs;	  /* (N) frozen ones, full ones and partial ones */
	unsigned long nr_objs;	  /* (N) objects that they have, free or not */
	unsigned long nr_pages;	  /* (N) */
	struct slub_seen seen;
};

struct kmem_cache {
	struct kmem_cache_cpu cpu[NR_CPUS];
	u32 inverse;		   /* (I) slub_product() multiplies with this */
	u32 low;		   /* (I) (1 << shift) - 1 */
	u32 offset;		   /* (I) of the link within an object */
	u32 block;		   /* (I) bytes of a slab of the usual order */
	u32 stride;		   /* (I) bytes from one object to the next */
	u32 num;		   /* (I) objects of a slab of the usual order ... */
	u32 min_num;		   /* (I) ... and of one of min_order */
	u8 shift;		   /* (I) stride is odd << shift */
	u8 order;		   /* (I) the usual order of a slab */
	u8 min_order;		   /* (I) what is made do with: the order that one object needs */
	u32 red_left;		   /* (I) bytes in front of the first object */
	u32 life;		   /* SLUB_LIVE, SLUB_GONE; anything else: no cache */
	unsigned long min_partial; /* (I) */

	struct kmem_cache *root; /* (L) slub_merge.c: whose slabs it shares, or NULL */
	unsigned int users;	 /* (L) caches that have this one as their root */
	bool orphan;		 /* (L) destroyed, but for them */
	unsigned long lent;	 /* objects out by way of this cache, or of its users */

	unsigned int flags;	 /* (I) SLAB_* and CFLGS_* */
	gfp_t gfp;		 /* (I) added to the gfp of every page request */
	unsigned int align;	 /* (I) of every object; a power of two */
	size_t size;		 /* (I) of an object, as asked for */
	void (*ctor)(void *obj); /* (I) may be NULL */
	const char *name;	 /* (I) name_copy; a constant of the allocator's own caches */
	char *name_copy;	 /* (I) for kfree(), or NULL */
	struct list_head chain;	 /* (L) */
	struct kmem_cache_node node[MAX_NUMNODES]; /* memory only for nr_node_ids of them */
};

/* Bytes of a cache that is not static. */
static inline size_t cache_bytes(void)
{
	return offsetof(struct kmem_cache, node) + nr_node_ids * sizeof(struct kmem_cache_node);
}

#define SLUB_LIVE 0x51ABC0DEu
#define SLUB_GONE 0xDEADC0DEu

/* Links. A free object has in it, at cache->offset, where the next one is: the address of that
 * one's link, less what all addresses in the slab have in common, and unlike any value that a
 * program keeps there. So a free object can be told from one that is out by one comparison, with
 * what somebody wrote there by chance as the only exception; and a link that somebody wrote to
 * leads nowhere. */
#define SLUB_LINK 0x9E3779B1u	   /* neither a small number nor an address of the kernel */
#define UNIT_WORD (u32)sizeof(u32) /* a link: see slab_debug.h */
#define SLUB_END  1ul		   /* the address in the last link is odd */

static __always_inline u32 *slub_link_at(uintptr link)
{
	return (u32 *)link;
}

/* What the link at @link has in it, decoded: less than the size of a slab, if it is one. */
static __always_inline u32 slub_step(uintptr link)
{
	return *slub_link_at(link) ^ SLUB_LINK;
}

/* Let the link at @link lead to the one at @next, of the same slab. */
static __always_inline void slub_set_link(uintptr link, uintptr next)
{
	*slub_link_at(link) = (u32)(link ^ next) ^ SLUB_LINK;
}

/* Of the object whose link is at @link: it is not free. */
static __always_inline void slub_clear_link(uintptr link)
{
	*slub_link_at(link) = 0;
}

static inline bool slub_is_end(uintptr link)
{
	return link & SLUB_END;
}

/* The number of the object at @obj, of a slab that begins at @base, times 1 << shift; if none
 * begins there the product has low bits, or is too large. The stride is odd << shift, and inverse *
 * odd == 1 (mod 2^32): multiplying by an odd number is a bijection of the 32-bit numbers, so no
 * other distance than q * stride leads to q << shift. That holds for any @obj: whether it lies in
 * the slab at all need not be asked. */
static __always_inline u32 slub_product(const struct kmem_cache *cache, uintptr base,
					const void *obj)
{
	return (u32)((uintptr)obj ^ base) * cache->inverse;
}

static __always_inline bool slub_is_object(const struct kmem_cache *cache, u32 product, u32 limit)
{
	return product < limit && !(product & cache->low);
}

/* The first byte of the slab, and of its first object. */
static __always_inline uintptr slub_base(const struct page *first)
{
	return (uintptr)phys_to_virt(0) + page_offset(first) * (PAGE_SIZE / sizeof(struct page));
}

static __always_inline uintptr slub_begin(const struct kmem_cache *cache, const struct page *first)
{
	return slub_base(first) + cache->red_left;
}

/* Objects of a slab of the cache, which may be of either order. */
static inline u32 slub_num(const struct kmem_cache *cache, const struct page *first)
{
	return page_order(first) == cache->order ? cache->num : cache->min_num;
}

/* The first page of the slab that slab page @page belongs to. */
static inline struct page *slub_first_page(struct page *page)
{
	return page->_count ? page : page->slab_first;
}

/* Objects that are not in the slab's own chain: out, or in the list of the CPU that it is frozen
 * for. */
static inline u32 slub_inuse(const struct page *first)
{
	return first->slab_refs - 1;
}

static inline uintptr slub_link(const struct kmem_cache *cache, const struct page *first, u32 index)
{
	return slub_begin(cache, first) + index * cache->stride + cache->offset;
}

/* The number of the object whose link is at @link, in the slab at @first. */
static inline u32 slub_index(const struct kmem_cache *cache, const struct page *first, uintptr link)
{
	return (u32)(link - cache->offset - slub_begin(cache, first)) / cache->stride;
}

/* --- slub_list.c: the partial list of a node. Context: node->lock ----------------------------- */

void slub_list_add(struct kmem_cache_node *node, struct page *first);
void slub_list_add_tail(struct kmem_cache_node *node, struct page *first);
void slub_list_del(struct kmem_cache_node *node, struct page *first);

static inline struct page *slub_page_at(u32 pfn)
{
	return pfn ? pfn_to_page(pfn) : NULL;
}

#define slub_for_each_partial(first, node)                           \
	for ((first) = slub_page_at((node)->first); (first) != NULL; \
	     (first) = slub_page_at((first)->slab_next))

/* --- slub.c ----------------------------------------------------------------------------------- */

/* A new empty slab in the partial list of its node, as the next one. Return: the node;
 * NUMA_NO_NODE without memory. Context: no lock. */
int slub_grow(struct kmem_cache *cache, gfp_t gfp, int nid);

/* Give the empty slab at @first, which is in no list, back. Context: no lock. */
void slub_discard(struct kmem_cache *cache, struct page *first);

/* Objects have come back to the chain of the slab at @first, which is not frozen, and in the
 * partial list unless @was_in_no_list: put it where it belongs. Context: node->lock. Return: true
 * if it is empty and in no list now, for slub_discard(). */
bool slub_place(struct kmem_cache *cache, struct page *first, bool was_in_no_list);

static __always_inline struct kmem_cache_node *slub_node(struct kmem_cache *cache,
							 const struct page *first)
{
	return &cache->node[several_nodes() ? page_to_nid(first) : 0];
}

/* Put object @index, with its link at @link, in front of the chain of the slab at @first. Context:
 * node->lock. */
static __always_inline void __slub_push(struct kmem_cache *cache, struct page *first, uintptr link,
					u32 index)
{
	u32 free = first->slab_free;

	slub_set_link(link, free == SLUB_NO_FREE ? slub_base(first) | SLUB_END
						 : slub_link(cache, first, free));
	first->slab_free = index & SLUB_NO_FREE;
	first->_count--; /* slab_refs, which is not 0 */
}

/* Take an object off the chain of the slab at @first, which has one; put the one with its link at
 * @link in front of it. Context: node->lock. */
void *slub_pop(struct kmem_cache *cache, struct page *first);
void slub_push(struct kmem_cache *cache, struct page *first, uintptr link);

/* Let nobody go inside. Context: nobody has been there yet, or nobody may use the cache. */
void slub_close(struct kmem_cache *cache);

/* slub_merge.c: Let @cache, a new one, share the slabs of a like one, if there is one. */
void slub_merge(struct kmem_cache *cache);

/* The calls for a merged cache, and its end. */
void *slub_alloc_merged(struct kmem_cache *cache, gfp_t gfp, int nid);
void slub_free_merged(struct kmem_cache *cache, const void *obj, const char *who);
void slub_leave_root(struct kmem_cache *cache);

/* slub_cpu.c: Take CPU @nr's slab from it, unless somebody is inside. Return: slabs freed. */
unsigned long slub_flush(struct kmem_cache *cache, unsigned int nr);

/* --- slub_size.c, slub_report.c --------------------------------------------------------------- */

/* Strides, orders and numbers from size, align, flags and constructor. */
void slub_choose_geometry(struct kmem_cache *cache);

/* Stop: the chain of free objects of the slab at @first leads from the link at @link to nowhere. */
void fastcall slub_bad_link(const struct kmem_cache *cache, const struct page *first, uintptr link,
			    const char *who) __noreturn __cold;

/* The fields of a cache that are read first, and who looks for the page of an object that
 * kmem_cache_free() is given. */
#define CACHE_FIRST_READS                                                            \
	{ (uintptr)kmem_cache_alloc, offsetof(struct kmem_cache, cpu[0].open),       \
	  "kmem_cache_alloc" },                                                      \
	{                                                                            \
		(uintptr) kmem_cache_free, offsetof(struct kmem_cache, cpu[0].open), \
			"kmem_cache_free"                                            \
	}
#define SLAB_FREE_LOOKS slub_free_to_slab
void fastcall slub_free_to_slab(struct kmem_cache *cache, const void *obj, const char *who);

#endif
