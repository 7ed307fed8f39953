/* SPDX-License-Identifier: 0BSD
 *
 * slob_internal.h - a cache and the shared pages from inside: slob.c, slob_page.c. For mm/ and its
 * tests.
 *
 * Field letters: (C) slob_lock   (I) written when the cache is created   (N) cache_chain_lock
 */
#ifndef MM_SLOB_INTERNAL_H
#define MM_SLOB_INTERNAL_H

#include "slab_base.h"

/* Room is given out in units of this many bytes; a multiple of every small alignment. */
#define SLOB_UNIT  8U
#define SLOB_UNITS ((u32)(PAGE_SIZE / SLOB_UNIT))

/* Blocks name their cache by its number; 0 is no cache's. */
#define SLOB_MAX_CACHES 512U
#define SLOB_DESTROYED	0x10000U
extern struct kmem_cache *slob_caches[SLOB_MAX_CACHES]; /* (C) */

/* A piece of a shared page that has, or had, an owner. */
enum slob_state {
	SLOB_USED,   /* an object that is out */
	SLOB_PARKED, /* free, and kept for its cache: constructed, or watched by debugging */
	SLOB_GHOST,  /* free for all; remembered until something else lies there */
};
struct slob_block {
	u32 first : 9; /* its units, from the start of the page */
	u32 last : 9;
	u32 state : 2;
	u32 cache : 12;
};
_Static_assert(sizeof(struct slob_block) == 4, "a table has one word for each object");

/* The end of a shared page. In front of it lies its table, blocks in the order of their addresses:
 * block 0 right in front, the others downwards. */
struct slab {
	struct list_head list; /* (C) of its pool, or of the full ones */
	u16 nr;		       /* (C) blocks in the table ... */
	u16 used;	       /* (C) ... that are out ... */
	u16 ghosts;	       /* (C) ... and that are ghosts */
	u16 room : 10;	       /* (C) no gap has more units; 0: it is with the full ones */
	u16 pool : 6;	       /* (C) where it is, or would be if it was not full */
};
_Static_assert(SLOB_UNITS < 1U << 10, "slab->room can be all units of a page");

/* Shared pages by what they were asked for as, and by the size of the objects that they were begun
 * for. A pool is kind * SLOB_CLASSES + class. */
enum slob_kind { SLOB_PLAIN, SLOB_DMA, SLOB_RECLAIMABLE, SLOB_KINDS };
#define SLOB_CLASSES 3U
#define SLOB_POOLS   (SLOB_KINDS * SLOB_CLASSES)
#define SLOB_FULL    SLOB_POOLS			 /* the list of those without a gap */
extern unsigned long slob_nr_shared[SLOB_KINDS]; /* (C) pages */
extern unsigned long slob_nr_blocks;		 /* (C) pages of what is too large for them */

/* The shared pages of a node. */
struct slob_node {
	struct list_head pools[SLOB_POOLS + 1]; /* (C) */
	struct slab *spare[SLOB_KINDS];		/* (C) one without objects, or NULL */
};
extern struct slob_node slob_nodes[MAX_NUMNODES];
extern spinlock_t slob_lock;

struct kmem_cache {
	u32 number;	      /* (I) slob_caches[number] is this cache, until it is destroyed */
	u32 stride;	      /* (I) bytes of an object with what surrounds it */
	u32 red_left;	      /* (I) the first bytes of them that are not the object's */
	u32 num;	      /* (I) objects that a page has room for; 1: a block for each */
	u8 order;	      /* (I) of that block */
	u8 pool;	      /* (I) where its objects are; SLOB_POOLS: blocks of their own */
	unsigned long active; /* (C) objects that are out ... */
	unsigned long parked; /* (C) ... and that are kept for the next request */
	unsigned long units;  /* (C) of both, in shared pages */

	unsigned int flags;	 /* (I) SLAB_* and CFLGS_* */
	gfp_t gfp;		 /* (I) added to the gfp of every page request */
	unsigned int align;	 /* (I) of every object; a power of two */
	size_t size;		 /* (I) of an object, as asked for */
	void (*ctor)(void *obj); /* (I) may be NULL */
	const char *name;	 /* (I) name_copy; a constant of the allocator's own caches */
	char *name_copy;	 /* (I) for kfree(), or NULL */
	struct list_head chain;	 /* (N) */
};

/* Bytes of a cache that is not static. */
static inline size_t cache_bytes(void)
{
	return sizeof(struct kmem_cache);
}

/* That of the shared page of @slab. */
static inline struct slob_node *slob_node(const struct slab *slab)
{
	return &slob_nodes[page_to_nid(lowmem_virt_to_page(slab))];
}

static inline enum slob_kind slob_kind(u32 pool)
{
	return (enum slob_kind)(pool / SLOB_CLASSES);
}

/* Are its free objects kept as they are? */
static inline bool cache_parks(const struct kmem_cache *cache)
{
	return cache->ctor || cache->flags & SLAB_DEBUG_FLAGS;
}

static inline struct slob_block *slob_block(const struct slab *slab, u32 i)
{
	return (struct slob_block *)(uintptr)slab - 1 - i;
}

/* The units of a page in front of a table of @nr blocks. */
static inline u32 slob_limit(u32 nr)
{
	return (u32)((PAGE_SIZE - sizeof(struct slab)) / sizeof(struct slob_block) - nr) *
	       sizeof(struct slob_block) / SLOB_UNIT;
}

static inline struct slab *slob_table(const struct page *page)
{
	return (struct slab *)(void *)((char *)lowmem_page_address(page) + PAGE_SIZE) - 1;
}

static inline char *slob_page(const struct slab *slab)
{
	return (char *)ALIGN_DOWN((uintptr)slab, PAGE_SIZE);
}

/* slob.c: make @page, which was allocated, a shared one of @pool. Context: slob_lock. */
struct slab *slob_attach(struct page *page, u32 pool);

/* --- slob_page.c: the table of a page. Context: slob_lock ------------------------------------- */

/* Make @page a shared one without blocks. */
struct slab *slob_page_init(struct page *page);

/* Where in the page do @units, aligned to @align of them, fit first? Return: the first unit;
 * SLOB_UNITS if they do not, and slab->room is exact then. */
u32 slob_first_fit(struct slab *slab, u32 units, u32 align);

/* Enter @block, an object that is handed out. Ghosts in its place, or in the way, go. */
void slob_insert(struct slab *slab, struct slob_block block);

/* Drop the ghosts in [@first, @last]. */
void slob_forget(struct slab *slab, u32 first, u32 last);

/* The block that the unit lies in; NULL if there is none. */
struct slob_block *slob_find(const struct slab *slab, u32 unit);

/* Can the table be believed? For reports and checks, which may see one that was written over. */
bool slob_is_sound(const struct slab *slab);

#endif
