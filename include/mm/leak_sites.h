/* SPDX-License-Identifier: 0BSD
 *
 * leak_sites.h - objects in use by the calls that allocated them, where caches keep these
 * (slab_debug=U).
 */
#ifndef MM_LEAK_SITES_H
#define MM_LEAK_SITES_H

#include <mm/slab_debug.h>

#define LEAK_SITES_MAX 64

/* Objects that the same calls allocated. */
struct leak_site {
	struct slab_track oldest;
	unsigned long nr, bytes; /* as they were asked for */
};

struct leak_sites {
	struct leak_site site[LEAK_SITES_MAX]; /* those with most bytes first */
	unsigned int nr;
	unsigned long others;  /* objects of more sites than there is room for */
	unsigned long unknown; /* objects in use of which nobody kept who allocated them */
};

/* Fill in @sites with the objects in use that were allocated at @since or later: microseconds of
 * page_alloc_clock, 0 for all. Context: any, in a panic too; no lock is taken, and slabs that
 * contradict themselves are left out. */
void leak_sites(struct leak_sites *sites, u64 since);

#endif
