/* SPDX-License-Identifier: 0BSD
 *
 * direct.c - the table of direct.h.
 */
#include <mm/mmzone.h>
#include <mm/slab.h>
#include <mm/vmstat.h>

#pragma GCC visibility push(default)
#include "direct.h"
#pragma GCC visibility pop

static NATIVE_CALL void *direct_kmalloc(size_t size)
{
	return kmalloc(size, GFP_KERNEL);
}

static NATIVE_CALL void *direct_pages(unsigned int order)
{
	return alloc_pages(GFP_KERNEL, order);
}

static NATIVE_CALL void direct_pages_free(void *page, unsigned int order)
{
	__free_pages(page, order);
}

static NATIVE_CALL void *direct_cache(const char *name, size_t size)
{
	return kmem_cache_create(name, size, 0, 0, NULL);
}

static NATIVE_CALL void *direct_cache_alloc(void *cache)
{
	return kmem_cache_alloc(cache, GFP_KERNEL);
}

static NATIVE_CALL void direct_cache_free(void *cache, void *object)
{
	kmem_cache_free(cache, object);
}

static NATIVE_CALL unsigned long direct_free_pages(void)
{
	return nr_free_pages();
}

static NATIVE_CALL unsigned long direct_slab_pages(void)
{
	return slab_nr_pages();
}

const struct mmkit_direct mmkit_direct = {
	.kmalloc = direct_kmalloc,
	.kfree = kfree,
	.pages = direct_pages,
	.pages_free = direct_pages_free,
	.cache = direct_cache,
	.cache_alloc = direct_cache_alloc,
	.cache_free = direct_cache_free,
	.free_pages = direct_free_pages,
	.slab_pages = direct_slab_pages,
};
