/* SPDX-License-Identifier: 0BSD
 *
 * leaks.h - the monitor's `leaks`: what is out now that was not out at some moment before.
 */
#ifndef BOOT_MONITOR_LEAKS_H
#define BOOT_MONITOR_LEAKS_H

#include <mm/mmzone.h>

#define LEAKS_MAX_CACHES 96
#define LEAKS_NAME_SIZE	 24

/* What was out at a moment. */
struct leaks_count {
	const char *when; /* "kernel_main() began"; NULL: nothing was counted yet */
	u64 us;		  /* the same, for leaks_show_sites() */
	unsigned long free[MAX_ZONES];
	unsigned long slab_pages;  /* pages of slab caches */
	unsigned long other_pages; /* pages that are neither free nor of slabs ... */
	unsigned long held_pages;  /* ... those of them that the monitor holds ... */
	unsigned long table_pages; /* ... and those that arch_map_kernel() has for page tables */
	unsigned int nr_caches, caches_left_out;
	struct leaks_cache {
		const struct kmem_cache *cache;
		char name[LEAKS_NAME_SIZE];
		unsigned long active; /* objects out, without slab descriptors */
		unsigned long held;   /* those that the monitor holds */
	} cache[LEAKS_MAX_CACHES];
};

/* What `leaks` compares with. A test that counts anew puts it back. */
extern struct leaks_count leaks_base;

/* Compare with this moment from now on. Context: after kmem_cache_init(). */
void leaks_mark(const char *when);

#endif
