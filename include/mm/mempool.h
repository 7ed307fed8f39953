/* SPDX-License-Identifier: 0BSD
 *
 * mempool.h - elements that can be had when there is no memory: a reserve of some in front of an
 * allocator (Gorman 9.5 and 9.6, Linux: core-api/mm-api).
 *
 * For work that frees memory and needs some for it, as writing to a disk does: it must get on with
 * what it has set aside, an element at a time. A pool gets its elements from two functions, and
 * keeps @min_nr of them at least. The reserve is touched only when the allocator has nothing, and
 * is filled up by the next elements that come back.
 *
 * Context: mempool_alloc() and mempool_free() as the functions of the pool; besides they take
 *          pool->lock for a moment, with interrupts off, and call nothing under it. The others as
 *          kmalloc() with GFP_KERNEL. Nobody may use a pool while it is destroyed, nor resize it
 *          twice at a time.
 * Failure: no memory is NULL or -ENOMEM, with nothing changed. A caller's bug stops: an element
 *          that is freed twice or that is not the pool's, a pool that was not initialised or is
 *          gone, one that is destroyed with elements out.
 */
#ifndef MM_MEMPOOL_H
#define MM_MEMPOOL_H

#include <mm/slab.h>
#include <mm/spinlock.h>

/* An element, or NULL; and its end. @pool_data is what the pool was created with. */
typedef void *mempool_alloc_t(gfp_t gfp, void *pool_data);
typedef void mempool_free_t(void *element, void *pool_data);

typedef struct mempool {
	spinlock_t lock;
	int min_nr;	 /* (L) elements of a full reserve */
	int curr_nr;	 /* (L) elements that it has now: elements[0] up to elements[curr_nr - 1] */
	void **elements; /* (L) room for min_nr; NULL: this is no pool */
	long nr_out;	 /* (L) elements handed out */
	void *pool_data; /* constant, and so are these */
	mempool_alloc_t *alloc;
	mempool_free_t *free;
} mempool_t;

/* A pool with a full reserve of @min_nr elements, one or more; _init() makes one of the caller's
 * memory. Return: NULL or -ENOMEM without memory. */
mempool_t *mempool_create(int min_nr, mempool_alloc_t *alloc, mempool_free_t *free, void *pool_data)
	__must_check;
int mempool_init(mempool_t *pool, int min_nr, mempool_alloc_t *alloc, mempool_free_t *free,
		 void *pool_data) __must_check;

/* Give back the reserve, and with mempool_destroy() the pool; all elements must be back. NULL is
 * ignored, and by mempool_exit() a pool that is all zeroes. */
void mempool_destroy(mempool_t *pool);
void mempool_exit(mempool_t *pool);

static inline bool mempool_initialized(const mempool_t *pool)
{
	return pool->elements != NULL;
}

/* Let the reserve be of @new_min_nr elements from now on, one or more.
 * Return: 0; -ENOMEM if there is no memory for them, with the reserve as it was. */
int mempool_resize(mempool_t *pool, int new_min_nr) __must_check;

/* An element: of the allocator, without shrinkers being called and in silence, else of the reserve,
 * else of the allocator with all that @gfp allows. __GFP_ZERO is a caller's bug: an element of the
 * reserve has what its last user left.
 * Return: NULL if there is none. Linux would wait with __GFP_DIRECT_RECLAIM until one comes back;
 *         nobody can wait here, so the caller gives one back, or asks again later. */
void *mempool_alloc(mempool_t *pool, gfp_t gfp) __must_check;

/* @element to the reserve while that is not full, else to the allocator; NULL is ignored. It is
 * compared with all that are in the reserve, to find one that is freed twice. */
void mempool_free(void *element, mempool_t *pool);

/* Pools of objects of a cache; of kmalloc(@size); of blocks of 1 << @order pages, whose elements
 * are pointers to struct page. */
mempool_alloc_t mempool_alloc_slab, mempool_kmalloc, mempool_alloc_pages;
mempool_free_t mempool_free_slab, mempool_kfree, mempool_free_pages;

static inline mempool_t *mempool_create_slab_pool(int min_nr, struct kmem_cache *cache)
{
	return mempool_create(min_nr, mempool_alloc_slab, mempool_free_slab, cache);
}

static inline int mempool_init_slab_pool(mempool_t *pool, int min_nr, struct kmem_cache *cache)
{
	return mempool_init(pool, min_nr, mempool_alloc_slab, mempool_free_slab, cache);
}

static inline mempool_t *mempool_create_kmalloc_pool(int min_nr, size_t size)
{
	return mempool_create(min_nr, mempool_kmalloc, mempool_kfree, (void *)size);
}

static inline int mempool_init_kmalloc_pool(mempool_t *pool, int min_nr, size_t size)
{
	return mempool_init(pool, min_nr, mempool_kmalloc, mempool_kfree, (void *)size);
}

static inline mempool_t *mempool_create_page_pool(int min_nr, unsigned int order)
{
	return mempool_create(min_nr, mempool_alloc_pages, mempool_free_pages,
			      (void *)(uintptr)order);
}

static inline int mempool_init_page_pool(mempool_t *pool, int min_nr, unsigned int order)
{
	return mempool_init(pool, min_nr, mempool_alloc_pages, mempool_free_pages,
			    (void *)(uintptr)order);
}

#endif
