/* SPDX-License-Identifier: 0BSD
 *
 * direct.h - mm/'s own functions, for a program that the malloc is loaded into: dlsym() of
 * "mmkit_direct".
 */
#ifndef NATIVE_DIRECT_H
#define NATIVE_DIRECT_H

#include <stddef.h>

#ifdef __i386__
#define NATIVE_CALL __attribute__((regparm(3)))
#else
#define NATIVE_CALL
#endif

struct mmkit_direct {
	void *(*kmalloc)(size_t size)NATIVE_CALL;
	void (*kfree)(const void *p) NATIVE_CALL;
	void *(*pages)(unsigned int order)NATIVE_CALL; /* a block's struct page */
	void (*pages_free)(void *page, unsigned int order) NATIVE_CALL;
	void *(*cache)(const char *name, size_t size)NATIVE_CALL;
	void *(*cache_alloc)(void *cache)NATIVE_CALL;
	void (*cache_free)(void *cache, void *object) NATIVE_CALL;
	unsigned long (*free_pages)(void) NATIVE_CALL; /* how many, those of empty slabs not */
	unsigned long (*slab_pages)(void) NATIVE_CALL;
};

extern const struct mmkit_direct mmkit_direct;

#endif
