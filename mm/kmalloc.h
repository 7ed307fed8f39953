/* SPDX-License-Identifier: 0BSD
 *
 * kmalloc.h - the caches behind kmalloc(): kmalloc.c.
 */
#ifndef MM_KMALLOC_H
#define MM_KMALLOC_H

#include <mm/slab.h>

/* The size caches, kmalloc.c. */
#define KMALLOC_NR_SIZES 35
struct kmalloc_size {
	u32 size;
	const char *name, *dma_name; /* without a name for GFP_DMA the next larger one serves it */
};
extern const struct kmalloc_size kmalloc_sizes[KMALLOC_NR_SIZES];
extern struct kmem_cache *kmalloc_caches[2][KMALLOC_NR_SIZES]; /* (I) [1]: GFP_DMA */

/* kmalloc_caches[0] by (size - 1) / 8, for the fast path. SLOB has no use for a large table: there
 * the time goes into the search. */
#ifdef CONFIG_SLOB
#define KMALLOC_FAST_MAX 1024UL
#else
#define KMALLOC_FAST_MAX 8192UL
#endif
extern struct kmem_cache *small_cache[KMALLOC_FAST_MAX / 8]; /* (I) */

/* Above this sizes are looked up in steps of 64. */
#define KMALLOC_TABLE_MAX 1024UL

/* Above this the sizes are powers of two. */
#define KMALLOC_LARGE_TABLE_MAX 16384UL

/* Requests that kmalloc() and kzalloc() serve at once, by size - 1: KMALLOC_FAST_MAX; 0 while all
 * of them are to go through kmalloc_other(), which knows size and caller. */
extern size_t kmalloc_fast_max;

/* Let all requests go through kmalloc_other() (@all), or no longer for the sake of the caller: each
 * call with true is undone by one with false. Context: any; takes no lock. */
void kmalloc_see_all(bool all);

/* Bytes that can be used at @p, an object of kmalloc() or of a cache; 0 of none. What is neither
 * stops, in the name of @who. */
size_t kmalloc_room(const void *p, const char *who);

void kmalloc_init(void);

/* The cache that serves kmalloc(@size); 1 <= @size <= KMALLOC_MAX_CACHE_SIZE. */
struct kmem_cache *kmalloc_slab(size_t size, gfp_t gfp);

#endif
