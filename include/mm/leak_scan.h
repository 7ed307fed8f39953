/* SPDX-License-Identifier: 0BSD
 *
 * leak_scan.h - which memory in use does no pointer lead to? (the idea of Linux's kmemleak)
 *
 * The port says where pointers of its own lie; everything else that is searched mm/ knows. Nothing
 * has to be switched on before: what is in use is known from the allocators' own books.
 *
 * Context: from kmem_cache_init() on; takes zone->lock, a cache's lock and vmap_area_lock, one
 *          after the other; not in a panic. It takes milliseconds for each MiB that is searched,
 *          with interrupts as the caller has them. What comes and goes meanwhile may be named
 *          although it is known, so what counts is what two scans name.
 */
#ifndef MM_LEAK_SCAN_H
#define MM_LEAK_SCAN_H

#include <mm/arch_api.h>

struct kmem_cache;

/* Addresses [start, end). */
struct leak_range {
	unsigned long start, end;
};

/* What the port has. */
struct leak_roots {
	const struct leak_range
		*range; /* where pointers may lie, all mapped: data, stacks, registers */
	unsigned int nr;
	/* Of the direct map: the kernel's image, which is searched only where a range says so. */
	struct leak_range image;
};

enum leak_kind {
	LEAK_OBJECT, /* of a cache */
	LEAK_LARGE,  /* a large block of kmalloc() */
	LEAK_AREA    /* of vmalloc(), vmap() or ioremap() */
};

/* Memory that nothing points to. */
struct leak {
	enum leak_kind kind;
	unsigned long start, size;	/* bytes, as far as they may be used */
	const struct kmem_cache *cache; /* LEAK_OBJECT: whose */
	const void *caller;		/* LEAK_AREA: who asked for it */
};

struct leak_scan_count {
	unsigned long in_use;	/* objects, large blocks and areas that were looked for */
	unsigned long nr_leaks; /* those of them that nothing points to */
	unsigned long bytes;	/* in these */
	unsigned long searched; /* bytes that were searched for pointers */
	unsigned long missed;	/* came while the scan began: not looked for */
};

/* Name everything that no pointer in @roots, in blocks of alloc_pages(), in memory of bootmem or in
 * something that a pointer leads to points to, or into; in the order of the addresses. Pointers are
 * words at addresses that are multiples of a word.
 * Return: 0, with *@count; -ENOMEM without memory for the scan's own table. */
int leak_scan(const struct leak_roots *roots, void (*visit)(const struct leak *leak, void *data),
	      void *data, struct leak_scan_count *count);

#endif
