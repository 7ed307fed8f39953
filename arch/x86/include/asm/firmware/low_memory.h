/* SPDX-License-Identifier: 0BSD
 *
 * low_memory.h - the memory below 640K: what of it is entered into the ledger.
 */
#ifndef ASM_FIRMWARE_LOW_MEMORY_H
#define ASM_FIRMWARE_LOW_MEMORY_H

#include <asm/firmware/ledger.h>

/* Enter page 0, and what reservelow= keeps for the firmware from address 0 on. */
void reserve_low_memory(struct ledger *ledger);

/* Where the extended BIOS data area begins that @segment (a real mode segment) points to; it
 * reaches up to 640K, whatever length it claims. Return: 0 if that is not plausible. */
phys_addr_t ebda_start(u16 segment);

/* Enter the extended BIOS data area that @segment points to; 0: there is none. One line if it
 * cannot be. */
void reserve_ebda(struct ledger *ledger, u16 segment);

/* Enter a page where application processors can start later: below 640K, free, and kept. */
void reserve_trampoline(const struct e820_map *map, struct ledger *ledger);

#endif
