/* SPDX-License-Identifier: 0BSD
 *
 * gfp.h - how a page is to be got. Names and bit values are Linux 6.1's, so that a recorded gfp
 * word means the same here; a bit without a meaning here is ignored (there is nothing to wait for:
 * no allocation ever sleeps).
 */
#ifndef MM_GFP_H
#define MM_GFP_H

typedef unsigned int gfp_t;

#define __GFP_DMA	     0x01u  /* only below 16 MiB */
#define __GFP_HIGHMEM	     0x02u  /* a page outside the direct map will do */
#define __GFP_ZERO	     0x100u /* the contents are zero */
/* Accepted, no effect. */
#define __GFP_HIGH	     0x20u
#define __GFP_IO	     0x40u
#define __GFP_FS	     0x80u
#define __GFP_ATOMIC	     0x200u
#define __GFP_DIRECT_RECLAIM 0x400u
#define __GFP_KSWAPD_RECLAIM 0x800u
#define __GFP_RECLAIM	     (__GFP_DIRECT_RECLAIM | __GFP_KSWAPD_RECLAIM)
#define __GFP_HARDWALL	     0x100000u

#define GFP_ATOMIC   (__GFP_HIGH | __GFP_ATOMIC | __GFP_KSWAPD_RECLAIM)
#define GFP_KERNEL   (__GFP_RECLAIM | __GFP_IO | __GFP_FS)
#define GFP_HIGHUSER (GFP_KERNEL | __GFP_HARDWALL | __GFP_HIGHMEM)
#define GFP_DMA	     __GFP_DMA

#define GFP_ZONEMASK (__GFP_DMA | __GFP_HIGHMEM)

#endif
