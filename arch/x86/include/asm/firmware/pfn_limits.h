/* SPDX-License-Identifier: 0BSD
 *
 * pfn_limits.h - where memory, lowmem and the zones end.
 */
#ifndef ASM_FIRMWARE_PFN_LIMITS_H
#define ASM_FIRMWARE_PFN_LIMITS_H

#include <asm/firmware/e820.h>
#include <asm/mm_limits.h>

/* Limits of the map: sets max_pfn and max_low_pfn (lowmem 896 MiB, highmem=, vmalloc=). One line
 * for RAM at or above 4 GiB. Panics if there is no RAM. */
void find_pfn_limits(const struct e820_map *map);

/* Register RAM and build zones and mem_map. Context: after setup_bootmem(). */
void zone_sizes_init(const struct e820_map *map);

#endif
