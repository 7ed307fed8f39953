/* SPDX-License-Identifier: 0BSD
 *
 * page.h - pages and the direct map of the host port: a window of 896 MiB of the simulated physical
 * memory, at an address that is known only when the program runs.
 */
#ifndef ASM_PAGE_H
#define ASM_PAGE_H

#include <lib/types.h>

#define PAGE_SHIFT	12
#define PAGE_SIZE	(1UL << PAGE_SHIFT)
#define PAGE_MASK	(~(PAGE_SIZE - 1))
#define SMP_CACHE_BYTES 32

/* 64 bits, so that a firmware map cannot be cut short on its way in. */
typedef u64 phys_addr_t;

extern unsigned long host_lowmem; /* address of physical 0 */

static inline void *phys_to_virt(phys_addr_t phys)
{
	return (void *)((unsigned long)phys + host_lowmem);
}

static inline phys_addr_t virt_to_phys(const void *virt)
{
	return (unsigned long)virt - host_lowmem;
}

#endif
