/* SPDX-License-Identifier: 0BSD
 *
 * gfp.h - how a page is to be got. Names and bit values are Linux 6.1's, so that a recorded gfp
 * word means the same here.
 *
 * A bit that is not listed is a caller's bug and stops, whoever is asked; any combination of those
 * that are is served. No allocation ever sleeps, and nothing is written to a disk to get memory:
 * what a bit of Linux says about that is accepted and has no effect.
 */
#ifndef MM_GFP_H
#define MM_GFP_H

#include <lib/compiler.h>

typedef unsigned int gfp_t;

/* Which zone, and what kind of pageblock. */
#define __GFP_DMA	  0x01u /* only below 16 MiB */
#define __GFP_HIGHMEM	  0x02u /* a page outside the direct map will do; __GFP_DMA wins */
#define __GFP_MOVABLE	  0x08u /* its owner can move it */
#define __GFP_RECLAIMABLE 0x10u /* a shrinker can free it; wins over __GFP_MOVABLE */

/* How hard to try, and how much of the reserve may be used. */
#define __GFP_HIGH	     0x20u     /* urgent: half of the reserve */
#define __GFP_ATOMIC	     0x200u    /* cannot wait: a quarter of the reserve, too */
#define __GFP_DIRECT_RECLAIM 0x400u    /* call the shrinkers if need be */
#define __GFP_KSWAPD_RECLAIM 0x800u    /* no effect: there is no kswapd to wake */
#define __GFP_NOWARN	     0x2000u   /* no report of a failure */
#define __GFP_RETRY_MAYFAIL  0x4000u   /* call them again while they free something */
#define __GFP_NOFAIL	     0x8000u   /* a failure stops the kernel */
#define __GFP_NORETRY	     0x10000u  /* call them once, and drain nothing */
#define __GFP_MEMALLOC	     0x20000u  /* all of the reserve: it frees more than it takes */
#define __GFP_THISNODE	     0x200000u /* of the preferred node only */

/* What becomes of the pages. */
#define __GFP_ZERO 0x100u   /* the contents are zero */
#define __GFP_COMP 0x40000u /* a compound page */

/* Accepted, no effect. */
#define __GFP_IO       0x40u
#define __GFP_FS       0x80u
#define __GFP_HARDWALL 0x100000u

#define __GFP_RECLAIM (__GFP_DIRECT_RECLAIM | __GFP_KSWAPD_RECLAIM)

#define GFP_ATOMIC	     (__GFP_HIGH | __GFP_ATOMIC | __GFP_KSWAPD_RECLAIM)
#define GFP_NOWAIT	     __GFP_KSWAPD_RECLAIM
#define GFP_NOIO	     __GFP_RECLAIM
#define GFP_NOFS	     (__GFP_RECLAIM | __GFP_IO)
#define GFP_KERNEL	     (__GFP_RECLAIM | __GFP_IO | __GFP_FS)
#define GFP_USER	     (GFP_KERNEL | __GFP_HARDWALL)
#define GFP_HIGHUSER	     (GFP_USER | __GFP_HIGHMEM)
#define GFP_HIGHUSER_MOVABLE (GFP_HIGHUSER | __GFP_MOVABLE)
#define GFP_DMA		     __GFP_DMA

#define GFP_ZONEMASK (__GFP_DMA | __GFP_HIGHMEM)

/* How hard to try, and where: what a request passes on to one that is made on its behalf. */
#define GFP_RECLAIM_MASK                                                                        \
	(__GFP_HIGH | __GFP_ATOMIC | __GFP_RECLAIM | __GFP_IO | __GFP_FS | __GFP_NOWARN |       \
	 __GFP_RETRY_MAYFAIL | __GFP_NOFAIL | __GFP_NORETRY | __GFP_MEMALLOC | __GFP_HARDWALL | \
	 __GFP_THISNODE)

/* All bits that there are. */
#define __GFP_BITS_MASK                                                                     \
	(GFP_ZONEMASK | __GFP_MOVABLE | __GFP_RECLAIMABLE | GFP_RECLAIM_MASK | __GFP_ZERO | \
	 __GFP_COMP)

/* Names and their bits, so ordered that the first one whose bits are all there is Linux's; ended by
 * a name of NULL. */
struct gfp_name {
	const char *name;
	gfp_t gfp;
};
extern const struct gfp_name gfp_names[];

/* Enough for any word, unknown bits included. */
#define GFP_TEXT_SIZE 384

/* Write @gfp by name to @text as Linux's reports do: `GFP_KERNEL|__GFP_ZERO`; bits without a name
 * in hex, and nothing for 0. Return: @text. */
const char *gfp_text(char text[GFP_TEXT_SIZE], gfp_t gfp);

/* Stop: @gfp, which a caller gave to @func, has a bit that does not exist. */
void fastcall gfp_unknown(gfp_t gfp, const char *func) __noreturn __cold;

/* An allocator asks this of each request; the fast path does so with the bits that take it off the
 * fast path anyway. */
static __always_inline void gfp_check(gfp_t gfp, const char *func)
{
	if (unlikely(gfp & ~__GFP_BITS_MASK))
		gfp_unknown(gfp, func);
}

#endif
