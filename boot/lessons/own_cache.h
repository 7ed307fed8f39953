/* SPDX-License-Identifier: 0BSD
 *
 * own_cache.h - a cache of a lesson's own, with the objects that the lesson has of it.
 *
 * It shares no slab with another cache, and none of its objects is guarded by kfence: each lies
 * where the back end puts it. There is one.
 */
#ifndef BOOT_LESSONS_OWN_CACHE_H
#define BOOT_LESSONS_OWN_CACHE_H

#include <boot/lessons/lesson.h>

#include "slab_common.h"

#define OWN_MAX_OBJECTS 256u
#define OWN_MAX_SLABS	4u

struct own_cache {
	struct kmem_cache *cache;	  /* NULL: there is none */
	void *obj[OWN_MAX_OBJECTS];	  /* NULL: none, or freed */
	unsigned int nr;		  /* places used */
	struct page *slab[OWN_MAX_SLABS]; /* where they lie, by their first pages */
	unsigned int nr_slabs;
	unsigned int kfence; /* the interval to go back to */
};

extern struct own_cache own_cache;

/* A cache of objects of @size bytes with @flags. Return: false after one line without memory. */
bool own_cache_open(struct lesson_run *run, size_t size, unsigned int flags);

/* Free all objects, and the cache. */
void own_cache_close(void);

/* Destroy @cache, none of whose objects is out; NULL is ignored. */
void own_cache_destroy(struct kmem_cache *cache);

/* Take an object more. Return: NULL if there is no place or no memory for it. */
void *own_cache_take(void);

/* Free the object in place @i. */
void own_cache_free(unsigned int i);

/* A row for each slab: `a` an object in use, `c` one that a CPU has at hand, `.` a free one, `#`
 * an object of another cache, where they lie side by side. */
void own_cache_draw(struct lesson_run *run);

#endif
