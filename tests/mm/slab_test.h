/* SPDX-License-Identifier: 0BSD
 *
 * slab_test.h - what the tests of the slab allocator share.
 */
#ifndef TESTS_MM_SLAB_TEST_H
#define TESTS_MM_SLAB_TEST_H

#include <test/ktest.h>
#include <mm/slab.h>

#include "kmalloc.h"
#include "slab_common.h"
#include "slab_debug.h"

#define MAX_OBJS 512
extern void *objs[MAX_OBJS]; /* scratch of the running test */

static inline struct kmem_cache *test_cache(size_t size)
{
	return kmem_cache_create("t-slab", size, 0, 0, NULL);
}

static inline void free_objs(struct kmem_cache *cache, u32 from, u32 to)
{
	for (; from < to; from++)
		kmem_cache_free(cache, objs[from]);
}

/* Objects [from, to) of objs[], all or the test fails. Then none of them is out, and the cache is
 * gone if no other is: the tests that follow find its name free. */
static inline bool alloc_objs(struct kmem_cache *cache, u32 from, u32 to)
{
	u32 i;

	BUG_ON(to > ARRAY_SIZE(objs));
	for (i = from; i < to; i++) {
		objs[i] = kmem_cache_alloc(cache, GFP_KERNEL);
		if (!objs[i]) {
			free_objs(cache, from, i);
			if (kmem_cache_destroy(cache))
				kt_note("the test leaves objects and their cache behind");
			return false;
		}
	}
	return true;
}

static inline unsigned long list_length(const struct list_head *head)
{
	const struct list_head *pos;
	unsigned long n = 0;

	for (pos = head->next; pos != head; pos = pos->next)
		n++;
	return n;
}

/* What ksize() says of a kmalloc(@size) that a cache serves. */
static inline size_t room_for(size_t size)
{
	const struct kmem_cache *cache = kmalloc_slab(size, 0);

	return cache_has_units(cache) ? size : cache_room(cache, size - 1);
}

/* What an object of kmalloc() is aligned to at most: where it is watched, it is not alone in its
 * block. What is too large for a cache always is. */
static inline size_t alignment_of(size_t size)
{
	bool shares = size <= KMALLOC_MAX_CACHE_SIZE && cache_has_units(kmalloc_slab(size, 0));

	return shares ? PAGE_SIZE : ~(~(size_t)0 >> 1);
}

static inline unsigned long nr_caches(void)
{
	return list_length(&cache_chain);
}

static inline unsigned long nr_slabs(const struct kmem_cache *cache)
{
	struct cache_stats stats;

	cache_stats(cache, &stats);
	return stats.num_slabs;
}

static inline unsigned long nr_empty_slabs(const struct kmem_cache *cache)
{
	struct cache_stats stats;

	cache_stats(cache, &stats);
	return stats.empty_slabs;
}

/* A pattern that tells the objects @tag apart. */
static inline void fill(void *obj, size_t size, u32 tag)
{
	memset(obj, (int)(tag * 37 + 1) & 0xFF, size);
}

static inline bool filled(const void *obj, size_t size, u32 tag)
{
	const u8 *p = obj;

	while (size--)
		if (*p++ != ((tag * 37 + 1) & 0xFF))
			return false;
	return true;
}

#endif
