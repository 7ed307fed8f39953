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

#include <asm/clear_words.h>
#include <asm/mm_limits.h>
#include <lib/bug.h>
#include <lib/types.h>

#define PAGE_SIZE (1UL << PAGE_SHIFT)
#define PAGE_MASK (~(PAGE_SIZE - 1))

/* 64 bits, so that a firmware map cannot be cut short on its way in. */
typedef u64 phys_addr_t;

/* The address of the byte behind lowmem can be had too, as the end of a range. */
static inline void *phys_to_virt(phys_addr_t phys)
{
	mm_bug_on(phys > (phys_addr_t)ZONE_NORMAL_END_PFN << PAGE_SHIFT,
		  "0x%llx has no address in the direct map (HighMem: kmap_atomic())", phys);
	return (void *)((unsigned long)phys + PAGE_OFFSET);
}

static inline phys_addr_t virt_to_phys(const void *virt)
{
	return (unsigned long)virt - PAGE_OFFSET;
}

#endif
#endif
