/* SPDX-License-Identifier: 0BSD
 *
 * bootmem_fill.h - bootmem, begun from map and ledger, and retired.
 */
#ifndef ASM_FIRMWARE_BOOTMEM_FILL_H
#define ASM_FIRMWARE_BOOTMEM_FILL_H

#include <asm/firmware/ledger.h>

/* Place and fill the bootmem bitmap: everything reserved, RAM freed, @ledger reserved again; the
 * bitmap enters the ledger. Without a run of free RAM for it the bitmap stays in .init, after one
 * line. Panics if the free pages are not what map and ledger say. @image_end_pfn: first page behind
 * the kernel image. Context: after find_pfn_limits(). */
void setup_bootmem(const struct e820_map *map, struct ledger *ledger, unsigned long image_end_pfn);

/* Retire bootmem; the result is compared with @map and @ledger to the page. Context: after
 * zone_sizes_init(). */
void retire_bootmem(const struct e820_map *map, const struct ledger *ledger);

#endif
