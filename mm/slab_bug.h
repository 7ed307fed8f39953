/* SPDX-License-Identifier: 0BSD
 *
 * slab_bug.h - is a pointer what it should be, and the end of those that are not: slab_bug.c.
 *
 * @who is the public function that was called.
 */
#ifndef MM_SLAB_BUG_H
#define MM_SLAB_BUG_H

#include <mm/slab.h>

/* Can a structure of the allocator at @p, whatever that is, be read? */
bool slab_is_readable(const void *p);

/* Is there a cache at @cache, whatever that is? */
bool slab_is_cache(const struct kmem_cache *cache);

/* Is the list linked both ways, as far as it can be followed without harm? */
bool slab_list_is_sound(const struct list_head *head);

/* @cache is no cache. */
void fastcall slab_bad_cache(const struct kmem_cache *cache, const char *who) __noreturn __cold;

static inline void slab_check_cache(const struct kmem_cache *cache, const char *who)
{
	if (unlikely(!slab_is_cache(cache)))
		slab_bad_cache(cache, who);
}

/* The descriptor of @slab contradicts itself. */
void fastcall slab_damaged(const struct kmem_cache *cache, const struct slab *slab, const char *who)
	__noreturn __cold;

/* There is no live object where slab_index() gave @index. */
void fastcall slab_bad_object(const struct slab *slab, u32 index, const char *who)
	__noreturn __cold;

/* @obj lies in no slab page of @cache; with NULL, in no slab page at all. */
void fastcall slab_bad_page(const char *who, const struct kmem_cache *cache, const void *obj)
	__noreturn __cold;

/* @obj does not lie in a slab of @cache, which kmem_cache_free() was given. */
void fastcall slab_wrong_cache(const char *who, const struct kmem_cache *cache, const void *obj)
	__noreturn __cold;

#endif
