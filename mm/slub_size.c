/* SPDX-License-Identifier: 0BSD
 *
 * slub_size.c - the geometry of a SLUB cache: strides, and the order of a slab.
 *
 * 1. Concepts
 *    A slab is a block of 2^order pages and nothing but objects, from its first byte on: what is
 *    known of it stands in struct page. The link of a free object lies in its first word, which
 *    is nobody's then; behind the object, where it would spoil what a constructor made, what
 *    tells of the last use, or who a destroyed cache was.
 *    A larger slab is cheaper: it is made more rarely, and each CPU changes its slab less often. So
 *    the order grows until SLUB_MIN_OBJECTS fit or SLUB_MAX_ORDER is reached, and on while an
 *    eighth of the slab would be wasted. Where memory is short or split up, the order that one
 *    object needs will do: slabs of a cache may have either of two orders.
 * 2. Invariants (check_slub.c)
 *    U1  A cache's geometry fits: aligned stride with room for the link, objects within the block,
 *        exact inverse, two orders and the numbers of objects that they hold.
 * 3. Locking
 *    None: a cache is known to its creator only, and never changes its geometry.
 */
#include <mm/slab.h>

#include "slab_common.h"
#include "slab_debug.h"
#include "slub_internal.h"

static u32 objects_of(const struct kmem_cache *cache, unsigned int order)
{
	return (u32)(((PAGE_SIZE << order) - cache->red_left) / cache->stride);
}

/* Must what a free object holds stay as it is? */
static bool keeps_contents(const struct kmem_cache *cache)
{
	return cache->ctor || cache == &cache_cache || cache->flags & SLAB_DEBUG_FLAGS;
}

static void choose_stride(struct kmem_cache *cache)
{
	u32 bytes = (u32)slab_debug_unit(cache);

	if (cache_has_units(cache)) {
		cache->offset = slab_debug_word(cache);
	} else if (keeps_contents(cache)) {
		cache->offset = ALIGN_UP(bytes, sizeof(u32));
		bytes = cache->offset + sizeof(u32);
	}
	cache->stride = ALIGN_UP(max(bytes, (u32)sizeof(u32)), cache->align);
}

/* Is less than an eighth of a slab of @order wasted? */
static bool wastes_little(const struct kmem_cache *cache, unsigned int order)
{
	unsigned long bytes = PAGE_SIZE << order;

	return (bytes - objects_of(cache, order) * (unsigned long)cache->stride) * 8 <= bytes;
}

static u8 smallest_order(const struct kmem_cache *cache)
{
	u8 order = 0;

	while (!objects_of(cache, order))
		order++;
	return order;
}

static u8 usual_order(const struct kmem_cache *cache)
{
	u8 order = cache->min_order;

	while (order < SLUB_MAX_ORDER &&
	       (objects_of(cache, order) < SLUB_MIN_OBJECTS || !wastes_little(cache, order)))
		order++;
	return order;
}

/* Split the stride into odd << shift, and invert the odd part modulo 2^32. An odd number is its own
 * inverse modulo 8, and each step doubles the bits that are right. */
static void invert_stride(struct kmem_cache *cache)
{
	u32 odd, inverse;

	cache->shift = (u8)lowest_bit(cache->stride);
	cache->low = (1U << cache->shift) - 1;
	inverse = odd = cache->stride >> cache->shift;
	while (inverse * odd != 1)
		inverse *= 2 - inverse * odd;
	cache->inverse = inverse;
}

void slub_choose_geometry(struct kmem_cache *cache)
{
	choose_stride(cache);
	cache->min_order = smallest_order(cache);
	cache->order = usual_order(cache);
	cache->num = objects_of(cache, cache->order);
	cache->min_num = objects_of(cache, cache->min_order);
	cache->block = (u32)PAGE_SIZE << cache->order;
	invert_stride(cache);
}
