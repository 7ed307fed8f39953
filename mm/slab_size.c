/* SPDX-License-Identifier: 0BSD
 *
 * slab_size.c - the geometry of a cache: how its slabs are cut (Gorman 8.1.5, 8.2).
 *
 * 1. Concepts
 *    A slab is a block of 2^order pages with num objects of stride bytes; slab.c has a drawing.
 *    The descriptor of large objects (an eighth of a page and more) would cost a whole object; it
 *    is kept off the slab in a general cache, unless the rest of the block has room for it.
 *    Each new slab shifts its objects by another colour, a multiple of a cache line within the
 *    rest, so that object 0 of all slabs does not compete for the same lines.
 *    The number of an object is found without a division: slab_index().
 * 2. Invariants (check_slab.c)
 *    S2  A cache's geometry fits: aligned stride, objects and descriptor within the block, exact
 *        inverse, colours within the rest, descriptor cache on-slab itself.
 *    S7  The objects begin at one of the cache's colours, and an on-slab descriptor right before.
 * 3. Locking
 *    None: a cache is known to its creator only, and never changes its geometry.
 */
#include <mm/slab.h>
#include <lib/align.h>

#include "kmalloc.h"
#include "slab_debug.h"
#include "slab_internal.h"

/* From this order on a slab is not made larger to waste less: high orders are hard to get. */
#define SLAB_BREAK_ORDER 1

/* Objects from this size on have their descriptors off-slab. */
#define SLAB_OFF_SLAB_SIZE (PAGE_SIZE / 8)

/* Bytes of a descriptor for @num objects. */
static size_t mgmt_bytes(unsigned long num)
{
	return offsetof(struct slab, bufctl) + num * sizeof(kmem_bufctl_t);
}

static unsigned long slab_bytes(const struct kmem_cache *cache)
{
	return PAGE_SIZE << cache->order;
}

/* As many objects as fit into a block of the cache's order; leaves num 0 if none does.
 * Each object on-slab costs its stride and one bufctl. Block and stride are multiples of the
 * alignment, so what is left for the descriptor is one too, and it still fits when rounded up.
 * 16 bits are enough to count objects: small ones stay in 2^SLAB_BREAK_ORDER pages, and of large
 * ones few fit into the largest block. */
static void cache_fit_objects(struct kmem_cache *cache)
{
	unsigned long bytes = slab_bytes(cache), num;

	if (cache->flags & CFLGS_OFF_SLAB) {
		num = bytes / cache->stride;
		cache->mgmt_size = (unsigned int)mgmt_bytes(num);
	} else {
		num = (bytes - offsetof(struct slab, bufctl)) /
		      (cache->stride + sizeof(kmem_bufctl_t));
		cache->mgmt_size = (unsigned int)ALIGN_UP(mgmt_bytes(num), cache->align);
	}
	cache->num = (u32)num;
}

/* Bytes of a block that neither objects nor an on-slab descriptor take. */
static unsigned long cache_left_over(const struct kmem_cache *cache)
{
	unsigned long used = cache->num * (unsigned long)cache->stride;

	if (!(cache->flags & CFLGS_OFF_SLAB))
		used += cache->mgmt_size;
	return slab_bytes(cache) - used;
}

/* The smallest order that wastes at most an eighth of the block, or SLAB_BREAK_ORDER, or what one
 * object needs; KMALLOC_MAX_SIZE is a block of the largest order. */
static void cache_choose_order(struct kmem_cache *cache)
{
	for (cache->order = 0;; cache->order++) {
		cache_fit_objects(cache);
		if (!cache->num)
			continue;
		if (cache->order >= SLAB_BREAK_ORDER ||
		    cache_left_over(cache) * 8 <= slab_bytes(cache))
			return;
	}
}

/* Off-slab descriptors move into the rest of the block if it has room for them. */
static void cache_place_descriptor(struct kmem_cache *cache)
{
	unsigned int on_slab = ALIGN_UP(cache->mgmt_size, cache->align);

	if (!(cache->flags & CFLGS_OFF_SLAB))
		return;
	if (cache_left_over(cache) >= on_slab) {
		cache->flags &= ~CFLGS_OFF_SLAB;
		cache->mgmt_size = on_slab;
		return;
	}
	cache->slabp_cache = kmalloc_slab(cache->mgmt_size, 0);
	BUG_ON(!cache->slabp_cache || cache->slabp_cache->flags & CFLGS_OFF_SLAB);
}

/* Split the stride into odd << shift, and invert the odd part modulo 2^32. An odd number is its own
 * inverse modulo 8; each step of Newton's iteration doubles the number of right bits: 3, 6, 12, 24,
 * 48. */
static void cache_invert_stride(struct kmem_cache *cache)
{
	u32 odd, x, step;

	cache->shift = (u8)lowest_bit(cache->stride);
	odd = cache->stride >> cache->shift;
	x = odd;
	for (step = 0; step < 4; step++)
		x *= 2 - odd * x;
	cache->inverse = x;
}

void cache_choose_geometry(struct kmem_cache *cache)
{
	cache->stride = (u32)ALIGN_UP(slab_debug_unit(cache), cache->align);
	if (cache->stride >= SLAB_OFF_SLAB_SIZE)
		cache->flags |= CFLGS_OFF_SLAB;
	cache_invert_stride(cache);
	cache_choose_order(cache);
	cache_place_descriptor(cache);
	cache->colour_off = max(cache->align, (unsigned int)SMP_CACHE_BYTES);
	cache->colours = (unsigned int)(cache_left_over(cache) / cache->colour_off) + 1;
}
