/* SPDX-License-Identifier: 0BSD
 *
 * slab_debug.h - debugging of caches: what a port sets, and what a report can ask.
 *
 * slab_debug=FZPU[,cache[,cache]][;...], as Linux has it, or SLAB_DEBUG_FLAGS of
 * kmem_cache_create():
 *
 *   F  look at each object that is freed; a caller's bug is reported, and the kernel goes on
 *   Z  red zones on both sides of an object, and behind the bytes that kmalloc() was asked for
 *   P  a pattern in free objects, and in new ones
 *   U  who allocated and who freed an object last
 *
 * What is not debugged costs nothing. mm/slab_debug.c has the theory.
 */
#ifndef MM_SLAB_DEBUG_H
#define MM_SLAB_DEBUG_H

#include <mm/arch_api.h>

struct out;

/* `slab_debug=` @value, "" is FZPU for all caches. Context: before kmem_cache_init().
 * Return: false if it is malformed, or longer than 127 bytes; then nothing is changed. */
bool slab_debug_want(const char *value);

/* One end of an object's life. */
struct slab_track {
	u16 trace; /* for slab_track_show(): equal for equal call traces; 0: it did not happen */
	u16 cpu;
	u32 requested; /* bytes that were asked for */
	u64 us;	       /* when, by page_alloc_clock */
};

/* Who allocated, and who freed last, the object that begins at @obj, in use or free. Either may be
 * NULL. Context: any; takes no lock.
 * Return: false if no object with a valid track begins there (U is off, or it was written over). */
bool slab_track(const void *obj, struct slab_track *allocated, struct slab_track *freed);

/* Of the calls of @track number @nr, 0 the one that called the allocator; 0: not known. */
unsigned long slab_track_caller(const struct slab_track *track, unsigned int nr);

/* The calls of @track, a line each. */
void slab_track_show(struct out *out, const struct slab_track *track);

/* "Allocated by ..." and "Freed by ...", each with its calls, of the object that begins at @obj;
 * nothing without a track. Context: as slab_track(). */
void slab_owner_show(struct out *out, const void *obj);

#endif
