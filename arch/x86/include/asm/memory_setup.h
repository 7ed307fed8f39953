/* SPDX-License-Identifier: 0BSD
 *
 * memory_setup.h - the steps between a memory map and bootmem that touch no hardware.
 */
#ifndef ASM_MEMORY_SETUP_H
#define ASM_MEMORY_SETUP_H

#include <asm/firmware/e820.h>
#include <asm/firmware/ledger.h>

/* Apply what mem=, memmap= and highmem= said to @map. Return: false if they said nothing. */
bool apply_user_map(struct e820_map *map);

/* Pages of high memory that highmem= asked for; 0: none, or as it comes. */
unsigned long user_highmem_pages(void);

/* Enter page 0, and what reservelow= keeps for the firmware from address 0 on. */
void reserve_low_memory(struct ledger *ledger);

/* Log the firmware's @map, apply what the user said, and log what came of it. */
void settle_memory_map(struct e820_map *map);

/* One line if the kernel image [@start, @end) does not lie in RAM as a whole: the loader put it
 * there all the same, so go on. */
void check_image_place(const struct e820_map *map, phys_addr_t start, phys_addr_t end);

/* Enter a page where application processors can start later: below 640K, free, and kept. */
void reserve_trampoline(const struct e820_map *map, struct ledger *ledger);

#define LOW_MEMORY_END 0xA0000 /* 640 KiB: device memory from here on */

/* Where the extended BIOS data area begins that @segment (a real mode segment) points to; it
 * reaches up to 640K, whatever length it claims. Return: 0 if that is not plausible. */
phys_addr_t ebda_start(u16 segment);

/* Limits of the map: sets max_pfn and max_low_pfn (lowmem 896 MiB, highmem=). One line for RAM at
 * or above 4 GiB. Panics if there is no RAM. */
void find_pfn_limits(const struct e820_map *map);

/* Place and fill the bootmem bitmap: everything reserved, RAM freed, @ledger reserved again; the
 * bitmap enters the ledger. Without a run of free RAM for it the bitmap stays in .init, after one
 * line. Panics if the free pages are not what map and ledger say. @image_end_pfn: first page behind
 * the kernel image. */
void setup_bootmem(const struct e820_map *map, struct ledger *ledger, unsigned long image_end_pfn);

/* Register RAM and build zones and mem_map. */
void zone_sizes_init(const struct e820_map *map);

/* Retire bootmem; the result is compared with @map and @ledger to the page. */
void retire_bootmem(const struct e820_map *map, const struct ledger *ledger);

#endif
