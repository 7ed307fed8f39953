/* SPDX-License-Identifier: 0BSD
 *
 * slab_size.c - the geometry of a cache: how its slabs are cut (Gorman 8.1.5, 8.2).
 *
 * 1. Concepts
 *    A slab is a block of 2^order pages with num objects of stride bytes; slab.c has a drawing.
 *    The descriptor of large objects (an eighth of a page and more) is kept off the slab in a
 *    general cache, if it would cost a whole object there.
 *    Each new slab shifts its objects by another colour, a multiple of a cache line within the
 *    rest, so that object 0 of all slabs does not compete for the same lines.
 *    The number of an object is found without a division: slab_index().
 *
 *    The slabs of a cache grow with it. The first ones are as small as an object allows: of most
 *    caches there are a few objects, and half of a slab on average is empty. Up to
 *    2^SLAB_MAX_ORDER pages are taken at once by a cache that has a multiple of that already, if
 *    it gains something:
 *      memory   a sixteenth, at least, of what an object costs. 2944 bytes are alone in a page,
 *               but eleven of them fill eight pages.
 *      time     a slab of one or two objects hardly pays for its making. It is raised until there
 *               are SLAB_MANY_OBJECTS.
 *    Nobody insists on a large slab: where free memory is in pieces, the smallest one will do.
 *    So the slabs of one cache have several orders, and each knows its own.
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

/* Objects from this size on may have their descriptors off-slab. */
#define SLAB_OFF_SLAB_SIZE (PAGE_SIZE / 8)

/* Slabs of so few objects are raised, until there are so many. */
#define SLAB_FEW_OBJECTS  4
#define SLAB_MANY_OBJECTS 16

/* A cache takes a slab of a larger order when it has so many times its pages, as a power of two:
 * what saves memory may cost half of that in the last slab, what saves time a little only. */
#define GROW_TO_SAVE_MEMORY 1
#define GROW_TO_SAVE_TIME   3

/* Bytes of a descriptor for @num objects. */
static size_t mgmt_bytes(unsigned long num)
{
	return offsetof(struct slab, bufctl) + num * sizeof(kmem_bufctl_t);
}

static unsigned long block_bytes(unsigned int order)
{
	return PAGE_SIZE << order;
}

/* As many objects as fit into a block beside their descriptor. Each costs its stride and one
 * bufctl. Block and stride are multiples of the alignment, so what is left for the descriptor is
 * one too, and it still fits when rounded up. */
static unsigned long num_on_slab(const struct kmem_cache *cache, unsigned int order)
{
	return (block_bytes(order) - mgmt_bytes(0)) / (cache->stride + sizeof(kmem_bufctl_t));
}

static unsigned long num_off_slab(const struct kmem_cache *cache, unsigned int order)
{
	return block_bytes(order) / cache->stride;
}

/* 16 bits are enough to count objects: small ones stay in 2^SLAB_MAX_ORDER pages, and of large
 * ones few fit into the largest block. */
static struct slab_shape shape_of(const struct kmem_cache *cache, unsigned int order)
{
	struct slab_shape shape;
	unsigned long left = block_bytes(order);

	if (cache->flags & CFLGS_OFF_SLAB) {
		shape.num = (u32)num_off_slab(cache, order);
		shape.mgmt_size = (unsigned int)mgmt_bytes(shape.num);
	} else {
		shape.num = (u32)num_on_slab(cache, order);
		shape.mgmt_size = (unsigned int)ALIGN_UP(mgmt_bytes(shape.num), cache->align);
		left -= shape.mgmt_size;
	}
	left -= shape.num * (unsigned long)cache->stride;
	shape.colours = (unsigned int)(left / cache->colour_off) + 1;
	return shape;
}

struct slab_shape slab_shape(const struct kmem_cache *cache, unsigned int order)
{
	if (order != cache->order)
		return shape_of(cache, order);
	return (struct slab_shape){ cache->num, cache->mgmt_size, cache->colours };
}

bool slab_has_its_shape(const struct kmem_cache *cache, const struct slab *slab)
{
	return slab->order >= cache->order && slab->order < MAX_ORDER &&
	       slab->num == slab_shape(cache, slab->order).num;
}

/* The smallest order that holds an object, and its descriptor off-slab if that wins an object
 * there; KMALLOC_MAX_SIZE is a block of the largest order. The general caches are objects of
 * cache_cache, which so cannot ask them for a descriptor, however large many nodes make it. */
static void cache_choose_smallest(struct kmem_cache *cache)
{
	struct slab_shape shape;

	while (!num_off_slab(cache, cache->order))
		cache->order++;
	if (cache != &cache_cache && cache->stride >= SLAB_OFF_SLAB_SIZE &&
	    num_on_slab(cache, cache->order) < num_off_slab(cache, cache->order))
		cache->flags |= CFLGS_OFF_SLAB;
	shape = shape_of(cache, cache->order);
	cache->num = shape.num;
	cache->mgmt_size = shape.mgmt_size;
	cache->colours = shape.colours;
}

/* @num objects a slab of @order, as objects in the pages of the largest one. */
static u32 objects_of_largest(u32 num, unsigned int order)
{
	return num << (SLAB_MAX_ORDER - order);
}

/* When to take which larger order: @used is the last one that was worth it. Return: the largest. */
static unsigned int cache_choose_growth(struct kmem_cache *cache)
{
	unsigned int order, used = cache->order;
	u32 num = cache->num, more, now;

	for (order = used + 1; order <= SLAB_MAX_ORDER; order++) {
		more = objects_of_largest(shape_of(cache, order).num, order);
		now = objects_of_largest(num, used);
		if (now * 16 <= more * 15)
			cache->grow_at[order] = (u8)(order + GROW_TO_SAVE_MEMORY);
		else if (cache->num <= SLAB_FEW_OBJECTS && num < SLAB_MANY_OBJECTS && now <= more)
			cache->grow_at[order] = (u8)(order + GROW_TO_SAVE_TIME);
		else
			continue;
		used = order;
		num = more >> (SLAB_MAX_ORDER - order);
	}
	return used;
}

unsigned int cache_next_order(const struct kmem_cache *cache, unsigned long pages)
{
	unsigned int order;

	for (order = SLAB_MAX_ORDER; order > cache->order; order--)
		if (cache->grow_at[order] && pages >> cache->grow_at[order])
			return order;
	return cache->order;
}

/* Invert the odd part of the stride modulo 2^32, and multiply by what its even part is short of
 * slab_unit(). An odd number is its own inverse modulo 8; each step of Newton's iteration doubles
 * the number of right bits: 3, 6, 12, 24, 48. */
u32 slab_inverse(u32 stride)
{
	u32 even = stride & -stride, odd = stride / even, x = odd, step;

	for (step = 0; step < 4; step++)
		x *= 2 - odd * x;
	return x * (slab_unit(stride) / even);
}

/* Of any slab of the cache; the largest one's is the longest. */
static void cache_place_descriptor(struct kmem_cache *cache, unsigned int largest_order)
{
	if (!(cache->flags & CFLGS_OFF_SLAB))
		return;
	cache->slabp_cache = kmalloc_slab(slab_shape(cache, largest_order).mgmt_size, 0);
	BUG_ON(!cache->slabp_cache || cache->slabp_cache->flags & CFLGS_OFF_SLAB);
}

void cache_choose_geometry(struct kmem_cache *cache)
{
	cache->stride = (u32)ALIGN_UP(slab_debug_unit(cache), cache->align);
	cache->colour_off = max(cache->align, arch_cache_line());
	cache->inverse = slab_inverse(cache->stride);
	cache_choose_smallest(cache);
	cache_place_descriptor(cache, cache_choose_growth(cache));
}
