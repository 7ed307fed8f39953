/* SPDX-License-Identifier: 0BSD
 *
 * held.h - what the monitor's `alloc` and `kmalloc` handed out, for the commands that ask.
 */
#ifndef BOOT_MONITOR_HELD_H
#define BOOT_MONITOR_HELD_H

#include <mm/page.h>

#define HELD_MAX 64

/* Pages, or a kmalloc() object; a free slot has neither. */
struct held {
	struct page *page;
	unsigned int order;
	void *obj;
	size_t size; /* of obj, as asked for */
};

extern struct held held[HELD_MAX];

/* The page that `alloc` or `kmalloc` handed out last, or one in which its object lies; NULL: none
 * yet. */
extern struct page *held_last;

#define for_each_held(slot)                                     \
	for ((slot) = held; (slot) < held + HELD_MAX; (slot)++) \
		if (!(slot)->page && !(slot)->obj)              \
			;                                       \
		else

/* First page of the block that @slot lies in: its own, or that of a kmalloc() too large for a
 * cache; NULL if it is an object of a slab, or of no size. */
struct page *held_block(const struct held *slot);

/* Does a block of the monitor's touch the pages [@start_pfn, @end_pfn)? */
bool held_touches(unsigned long start_pfn, unsigned long end_pfn);

/* The single page of @slot can be moved from now on, and @slot follows it; it cannot any more. */
void held_register(struct held *slot);
void held_release(struct held *slot);

/* One line: what @slot holds, and the command that gives it back. */
struct out;
void held_show(struct out *out, const struct held *slot);

/* The cache that the object of @slot comes from; NULL if it is none. */
struct kmem_cache *held_cache(const struct held *slot);

#endif
