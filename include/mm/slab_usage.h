/* SPDX-License-Identifier: 0BSD
 *
 * slab_usage.h - the caches on one screen, and what of their memory is of use.
 *
 * Context: as slabinfo_show() in slab.h.
 */
#ifndef MM_SLAB_USAGE_H
#define MM_SLAB_USAGE_H

#include <lib/types.h>

struct out;

/* By what the caches are sorted: the letters of procps' slabtop.
 *   a  objects in use    b  objects of a slab   c  memory      l  slabs      n  name
 *   o  objects           p  pages of a slab     s  size        u  share in use
 *   v  slabs in use */
#define SLABTOP_KEYS "abclnopsuv"

/* A report as slabtop has it, with the first @rows caches in the order of @key. */
void slabtop_show(struct out *out, char key, unsigned int rows);

/* What users have of the memory. Bytes: @requested by them; @usable in what they got; and @taken in
 * pages. */
struct slab_overhead {
	unsigned long requested, usable, taken;
	bool unknown; /* of some it is not known what was requested: @requested is the rest's */
};

/* Of @cache; of large blocks of kmalloc(), with NULL. */
struct kmem_cache;
void slab_overhead(const struct kmem_cache *cache, struct slab_overhead *overhead);

/* A line for each cache with objects in use, one for large blocks, and one for all. */
void slab_overhead_show(struct out *out);

#endif
