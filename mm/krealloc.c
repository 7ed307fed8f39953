/* SPDX-License-Identifier: 0BSD
 *
 * krealloc.c - objects of kmalloc() that change their size, or go without leaving a trace (Linux's
 * mm/slab_common.c).
 *
 * 1. Concepts    An object has room for more bytes than were asked for, and how many were is kept
 *                nowhere. So it stays where it is while the new size fits its room, and otherwise
 *                all of the room is copied.
 * 2. Old bytes   Whoever lets an object shrink and grow again shall not meet what was there before,
 *                nor, with __GFP_ZERO, anything but zeroes. As the size before is not known, what
 *                counts is kept true the other way round, by
 *                    behind the size that krealloc() was given last, an object is zero.
 *                That costs a memset() of the rest of the room. kzalloc() and kcalloc() clear all
 *                of it, so the sentence is true for their objects as well. Behind the size of an
 *                object of kmalloc() is what its room had before.
 * 3. Locking     None of its own. The object is its owner's.
 */
#include <mm/slab.h>

#include "kmalloc.h"
#include "slab_bug.h"
#include "slab_common.h"
#include "slab_debug.h"

static void *clear_behind(void *p, size_t size, size_t room)
{
	memset((char *)p + size, 0, room - size);
	return p;
}

/* A debugged object keeps its size, and its room is that. */
static void *shrunk(void *p, size_t size, size_t room)
{
	clear_behind(p, size, room);
	slab_debug_resized(p, size);
	return p;
}

/* The contents, @room bytes at @p, in a larger object. Return: NULL without memory. */
static void *moved(const void *p, size_t room, size_t size, gfp_t gfp)
{
	void *larger = kmalloc(size, gfp);

	if (!larger)
		return NULL;
	if (room)
		memcpy(larger, p, room);
	return clear_behind(larger, size, ksize(larger));
}

void *krealloc(const void *p, size_t size, gfp_t gfp)
{
	size_t room = kmalloc_room(p, __func__);
	void *larger;

	gfp_check(gfp, __func__);
	mm_bug_on(gfp & __GFP_HIGHMEM, "gfp 0x%x asks for %zu bytes in high memory", gfp, size);
	if (!size) {
		kfree(p);
		return ZERO_SIZE_PTR;
	}
	if (size <= room)
		return shrunk((void *)(uintptr)p, size, room);
	larger = moved(p, room, size, gfp);
	if (larger)
		kfree(p);
	return larger;
}

void *krealloc_array(const void *p, size_t n, size_t size, gfp_t gfp)
{
	size_t bytes;

	return __builtin_mul_overflow(n, size, &bytes) ? NULL : krealloc(p, bytes, gfp);
}

/* The compiler must not find out that nobody reads the zeroes. */
static void clear_for_good(void *p, size_t size)
{
	memset(p, 0, size);
	__asm__ volatile("" : : "r"(p) : "memory");
}

void kfree_sensitive(const void *p)
{
	size_t room = kmalloc_room(p, __func__);
	const struct kmem_cache *cache = slab_cache_of(p);

	mm_bug_on(cache && cache->ctor, "zeroing would undo the constructor of cache %s",
		  cache->name);
	if (room)
		clear_for_good((void *)(uintptr)p, room);
	kfree(p);
}
