/* SPDX-License-Identifier: 0BSD
 *
 * page.h - pages and the direct map of the host port: a window of 896 MiB of the simulated physical
 * memory, at an address that is known only when the program runs.
 */
#ifndef ASM_PAGE_H
#define ASM_PAGE_H

#include <asm/mm_limits.h>
#include <lib/bug.h>
#include <lib/types.h>

#define PAGE_SHIFT	12
#define PAGE_SIZE	(1UL << PAGE_SHIFT)
#define PAGE_MASK	(~(PAGE_SIZE - 1))
#define SMP_CACHE_BYTES 32

/* 64 bits, so that a firmware map cannot be cut short on its way in. */
typedef u64 phys_addr_t;

extern unsigned long host_lowmem; /* address of physical 0 */

/* The address of the byte behind lowmem can be had too, as the end of a range. */
static inline void *phys_to_virt(phys_addr_t phys)
{
	mm_bug_on(phys > (phys_addr_t)ZONE_NORMAL_END_PFN << PAGE_SHIFT,
		  "0x%llx has no address in the direct map (HighMem: kmap_atomic())", phys);
	return (void *)((unsigned long)phys + host_lowmem);
}

static inline phys_addr_t virt_to_phys(const void *virt)
{
	return (unsigned long)virt - host_lowmem;
}

#endif
