/* SPDX-License-Identifier: 0BSD
 *
 * mmport.h - what mm/ has to know of your kernel. CHANGE marks what may differ (docs/port.md).
 */
#ifndef MMPORT_H
#define MMPORT_H

#include <lib/types.h>
#ifndef PAGE_OFFSET /* CHANGE: the address of physical 0 in your page tables; 0 if unpaged */
#define PAGE_OFFSET 0UL
#endif
#ifndef IMAGE_OFFSET /* CHANGE: the same for the kernel's image, if that lies higher up */
#define IMAGE_OFFSET PAGE_OFFSET
#endif
#ifndef ZONE_NORMAL_END_PFN /* CHANGE: pages from physical 0 on that are mapped there, at most */
#define ZONE_NORMAL_END_PFN (896UL << 8)
#endif
#define ZONE_DMA_END_PFN  (16UL << 8)	      /* what old devices reach */
#define MAX_PFN_LIMIT	  ZONE_NORMAL_END_PFN /* RAM above is left out: no HighMem */
#define MAX_ACTIVE_RANGES 64		      /* CHANGE: ranges of RAM */
#define MAX_NUMNODES	  1
#define MM_MEMMAP_LINEAR  /* mem_map is used where the direct map has it */

#define PAGE_SHIFT	12
#define PAGE_SIZE	(1UL << PAGE_SHIFT)
#define SMP_CACHE_BYTES 64 /* CHANGE: bytes of a cache line */
typedef u64 phys_addr_t;
static inline void *phys_to_virt(phys_addr_t phys)
{
	return (void *)((unsigned long)phys + PAGE_OFFSET);
}
static inline phys_addr_t virt_to_phys(const void *virt)
{
	uintptr va = (uintptr)virt, image = IMAGE_OFFSET;
	return va - (va >= image ? image : PAGE_OFFSET);
}
struct mem_reservation; /* <mm/mm_init.h>: the first and the last byte */
void mmport_start(const struct mem_reservation *ram, unsigned int nr_ram,
		  const struct mem_reservation *reserved, unsigned int nr_reserved);
#endif
