/* SPDX-License-Identifier: 0BSD
 *
 * malloc.c - malloc() and its like on kmalloc(), for LD_PRELOAD.
 *
 * 1. Concepts  Up to KMALLOC_MAX_SIZE a block is kmalloc()'s: an object of a cache, or a block of
 *              pages. What is larger is the host's: a mapping with a struct huge in front of it.
 *              Which of the two a block is, its address tells.
 * 2. realloc() is not krealloc(), which clears what an object loses: C asks for no such thing, and
 *              clearing touches memory that the program never asked for.
 * 3. Start     The dynamic linker allocates before any constructor runs: the first call boots mm/.
 * 4. Locking   None while the program has one thread, as mm/ has none for one CPU. Then one lock.
 */
#include <lib/errno.h>
#include <lib/string.h>
#include <mm/slab.h>

#include "machine.h"

/* Of the C library, from glibc 2.32 on. */
extern char __libc_single_threaded __attribute__((visibility("default")));

static bool booted;

static __noinline __cold void start(void)
{
	machine_init();
	machine_boot();
	booted = true;
}

/* --- blocks of the host ----------------------------------------------------------------------- */

struct huge {
	void *map;
	size_t bytes; /* of the mapping */
};

#define HUGE_ALIGN 16UL

static struct huge *huge_of(void *p)
{
	return (struct huge *)p - 1;
}

static void *huge_alloc(size_t size, size_t align)
{
	size_t bytes = ALIGN_UP(size + align + sizeof(struct huge), PAGE_SIZE);
	void *map = bytes > size ? host_map(bytes) : NULL, *p;

	if (!map)
		return host_no_memory();
	p = (void *)ALIGN_UP((uintptr)map + sizeof(struct huge), align);
	*huge_of(p) = (struct huge){ map, bytes };
	return p;
}

static size_t huge_room(void *p)
{
	return huge_of(p)->bytes - (size_t)((char *)p - (char *)huge_of(p)->map);
}

static void *huge_resize(void *p, size_t size)
{
	struct huge old = *huge_of(p);
	size_t offset = (size_t)((char *)p - (char *)old.map);
	size_t bytes = ALIGN_UP(size + offset, PAGE_SIZE);
	void *map = bytes > size ? host_remap(old.map, old.bytes, bytes) : NULL;

	if (!map)
		return host_no_memory();
	p = (char *)map + offset;
	*huge_of(p) = (struct huge){ map, bytes };
	return p;
}

/* --- any block -------------------------------------------------------------------------------- */

static bool is_kmalloced(const void *p)
{
	return (uintptr)p - PAGE_OFFSET < RAM_BYTES;
}

static __noinline void *alloc_other(size_t size)
{
	if (!size)
		return kmalloc(1, GFP_KERNEL); /* each of them is another block */
	return huge_alloc(size, HUGE_ALIGN);
}

static __always_inline void *alloc(size_t size)
{
	void *p;

	if (unlikely(size - 1 >= KMALLOC_MAX_SIZE))
		return alloc_other(size);
	p = kmalloc(size, GFP_KERNEL);
	return likely(p) ? p : host_no_memory();
}

/* Of more than the caches have, only what was asked for is cleared: the rest is not touched. */
static void *alloc_zeroed(size_t size)
{
	void *p;

	if (size - 1 < KMALLOC_MAX_CACHE_SIZE) {
		p = kzalloc(size, GFP_KERNEL);
		return p ? p : host_no_memory();
	}
	p = alloc(size);
	return p && is_kmalloced(p) ? memset(p, 0, size) : p;
}

/* A power of two is aligned to itself. */
static void *alloc_aligned(size_t align, size_t size)
{
	size_t whole = max(size, align);

	if (align <= ARCH_KMALLOC_MINALIGN)
		return alloc(size);
	if (whole > KMALLOC_MAX_SIZE)
		return huge_alloc(size, max(align, HUGE_ALIGN));
	return alloc(1UL << (highest_bit(2 * whole - 1)));
}

static __noinline void release_other(void *p)
{
	if (p)
		host_unmap(huge_of(p)->map, huge_of(p)->bytes);
}

static __always_inline void release(void *p)
{
	if (likely(is_kmalloced(p)))
		kfree(p);
	else
		release_other(p);
}

static size_t room(void *p)
{
	return is_kmalloced(p) ? ksize(p) : huge_room(p);
}

static void *resize(void *p, size_t size)
{
	size_t old = room(p);
	void *moved;

	if (!is_kmalloced(p) && size > KMALLOC_MAX_SIZE)
		return huge_resize(p, size);
	if (size <= old && is_kmalloced(p))
		return p;
	moved = alloc(size);
	if (moved) {
		memcpy(moved, p, min(old, size));
		release(p);
	}
	return moved;
}

/* --- what a program calls --------------------------------------------------------------------- */

#pragma GCC visibility push(default)

#define is_plain() likely(booted &&__libc_single_threaded)

/* The same for the first call, and where there are threads. */
#define with_lock(result, call)  \
	do {                     \
		host_lock();     \
		if (!booted)     \
			start(); \
		result = (call); \
		host_unlock();   \
	} while (0)

static __noinline void *malloc_slow(size_t size)
{
	void *p;

	with_lock(p, alloc(size));
	return p;
}

void *malloc(size_t size)
{
	return is_plain() ? alloc(size) : malloc_slow(size);
}

static __noinline void free_slow(void *p)
{
	host_lock();
	release(p);
	host_unlock();
}

void free(void *p)
{
	if (is_plain())
		release(p);
	else
		free_slow(p);
}

void *calloc(size_t n, size_t size)
{
	size_t bytes;
	void *p;

	if (__builtin_mul_overflow(n, size, &bytes))
		return host_no_memory();
	if (is_plain())
		return alloc_zeroed(bytes);
	with_lock(p, alloc_zeroed(bytes));
	return p;
}

void *realloc(void *p, size_t size)
{
	void *moved;

	if (!p)
		return malloc(size);
	if (!size) {
		free(p);
		return NULL;
	}
	if (is_plain())
		return resize(p, size);
	with_lock(moved, resize(p, size));
	return moved;
}

void *memalign(size_t align, size_t size)
{
	void *p;

	with_lock(p, alloc_aligned(align, size));
	return p;
}

void *aligned_alloc(size_t align, size_t size)
{
	return memalign(align, size);
}

int posix_memalign(void **p, size_t align, size_t size)
{
	void *got;

	if (align < sizeof(void *) || align & (align - 1))
		return EINVAL;
	got = memalign(align, size);
	if (!got)
		return ENOMEM;
	*p = got;
	return 0;
}

void *valloc(size_t size)
{
	return memalign(PAGE_SIZE, size);
}

void *pvalloc(size_t size)
{
	return memalign(PAGE_SIZE, ALIGN_UP(size, PAGE_SIZE));
}

size_t malloc_usable_size(void *p)
{
	return p ? room(p) : 0;
}
