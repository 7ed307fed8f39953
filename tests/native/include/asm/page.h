/* SPDX-License-Identifier: 0BSD
 *
 * page.h - pages and the direct map of the native port: as the i686 port's, but 1 GiB from where a
 * program has nothing else.
 */
#ifndef ASM_PAGE_H
#define ASM_PAGE_H

#define PAGE_SHIFT	12
#define PAGE_OFFSET	NATIVE_PAGE_OFFSET
#define SMP_CACHE_BYTES 32

#include <asm/clear_words.h>
#include <asm/mm_limits.h>
#include <lib/bug.h>
#include <lib/types.h>

#define PAGE_SIZE (1UL << PAGE_SHIFT)
#define PAGE_MASK (~(PAGE_SIZE - 1))

/* 64 bits, as on the i686 port, whose code this is to be. */
typedef u64 phys_addr_t;

/* The address of the byte behind lowmem can be had too, as the end of a range. */
static inline void *phys_to_virt(phys_addr_t phys)
{
	mm_bug_on(phys > (phys_addr_t)ZONE_NORMAL_END_PFN << PAGE_SHIFT,
		  "0x%llx has no address in the direct map", phys);
	return (void *)((unsigned long)phys + PAGE_OFFSET);
}

static inline phys_addr_t virt_to_phys(const void *virt)
{
	return (unsigned long)virt - PAGE_OFFSET;
}

#endif
