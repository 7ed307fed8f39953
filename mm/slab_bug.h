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

/* @obj, which a caller frees or asks about, is no object that is out; with @cache, of that cache.
 * Say what it is. The one function for that, whatever the back end: it looks by slab_locate(). */
void fastcall slab_bad_free(const void *obj, const struct kmem_cache *cache,
			    const char *who) __cold;

/* The line that this would stop with if @obj, an object that is free, were freed again by @who, to
 * @out; nothing stops. Context: as slab_locate(). */
void slab_double_free_show(struct out *out, const void *obj, const char *who);

#endif
