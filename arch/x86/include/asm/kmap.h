/* SPDX-License-Identifier: 0BSD
 *
 * kmap.h - the entries that map the slots of HighMem; their tables are there from paging_init() on.
 */
#ifndef ASM_KMAP_H
#define ASM_KMAP_H

#include <asm/cpu.h>
#include <asm/page.h>

typedef u32 arch_slot_t; /* a pte_t */

extern u32 slot_bits; /* of an entry in use: present, writable, and global if the CPU has that */

static inline void arch_map_slot(arch_slot_t *slot, unsigned long va __unused, unsigned long pfn)
{
	*(volatile arch_slot_t *)slot = (u32)pfn << PAGE_SHIFT | slot_bits;
	__asm__ volatile("" : : : "memory");
}

static inline void arch_clear_slot(arch_slot_t *slot, unsigned long va __unused)
{
	*(volatile arch_slot_t *)slot = 0;
}

static inline void arch_unmap_slot(arch_slot_t *slot, unsigned long va)
{
	arch_clear_slot(slot, va);
	invlpg(va);
}

#endif
