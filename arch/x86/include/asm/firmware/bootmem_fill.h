/* SPDX-License-Identifier: 0BSD
 *
 * bootmem_fill.h - bootmem, begun from map and ledger, and retired.
 */
#ifndef ASM_FIRMWARE_BOOTMEM_FILL_H
#define ASM_FIRMWARE_BOOTMEM_FILL_H

#include <asm/firmware/ledger.h>
#include <asm/firmware/numa.h>

/* Place and fill the bootmem bitmaps, one for each piece of a node's lowmem by @layout: everything
 * reserved, RAM freed, @ledger reserved again; the bitmaps enter the ledger. One for which there is
 * no run of free RAM stays in .init, after one line. Panics if the free pages are not what map and
 * ledger say. @image_end_pfn: first page behind the kernel image. Context: after find_pfn_limits()
 * and numa_init(). */
void setup_bootmem(const struct e820_map *map, const struct numa_layout *layout,
		   struct ledger *ledger, unsigned long image_end_pfn);

/* Retire bootmem; the result is compared with @map and @ledger to the page. Context: after
 * zone_sizes_init(). */
void retire_bootmem(const struct e820_map *map, const struct ledger *ledger);

#endif
