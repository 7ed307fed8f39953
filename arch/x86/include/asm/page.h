/* SPDX-License-Identifier: 0BSD
 *
 * page.h - pages and the direct map of the i686 port.
 *
 * Lowmem (at most 896 MiB) is mapped once, linearly, at PAGE_OFFSET; phys_to_virt() is good for
 * lowmem only. Usable from assembly.
 */
#ifndef ASM_PAGE_H
#define ASM_PAGE_H

#define PAGE_SHIFT	12
#define PAGE_OFFSET	0xC0000000
#define SMP_CACHE_BYTES 32

#ifndef __ASSEMBLER__

#include <lib/types.h>

#define PAGE_SIZE (1UL << PAGE_SHIFT)
#define PAGE_MASK (~(PAGE_SIZE - 1))

/* 64 bits, so that a firmware map cannot be cut short on its way in. */
typedef u64 phys_addr_t;

static inline void *phys_to_virt(phys_addr_t phys)
{
	return (void *)((unsigned long)phys + PAGE_OFFSET);
}

static inline phys_addr_t virt_to_phys(const void *virt)
{
	return (unsigned long)virt - PAGE_OFFSET;
}

#endif
#endif
