/* SPDX-License-Identifier: 0BSD
 *
 * kmap.h - the slots of HighMem on the host port: mappings as any other (machine.c).
 */
#ifndef ASM_KMAP_H
#define ASM_KMAP_H

#include <lib/types.h>

typedef u64 arch_slot_t;

void arch_map_slot(arch_slot_t *slot, unsigned long va, unsigned long pfn);
void arch_unmap_slot(arch_slot_t *slot, unsigned long va);
void arch_clear_slot(arch_slot_t *slot, unsigned long va);

#endif
