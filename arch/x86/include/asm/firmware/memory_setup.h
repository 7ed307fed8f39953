/* SPDX-License-Identifier: 0BSD
 *
 * memory_setup.h - from a memory map to memory that can be used.
 */
#ifndef ASM_FIRMWARE_MEMORY_SETUP_H
#define ASM_FIRMWARE_MEMORY_SETUP_H

#include <asm/firmware/e820.h>

/* Log the firmware's @map, apply what the user said, and log what came of it. */
void settle_memory_map(struct e820_map *map);

/* One line if the kernel image [@start, @end) does not lie in RAM as a whole: the loader put it
 * there all the same, so go on. */
void check_image_place(const struct e820_map *map, phys_addr_t start, phys_addr_t end);

#endif
