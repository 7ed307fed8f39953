/* SPDX-License-Identifier: 0BSD
 *
 * user_map.h - what the command line says about memory.
 */
#ifndef ASM_FIRMWARE_USER_MAP_H
#define ASM_FIRMWARE_USER_MAP_H

#include <asm/firmware/e820.h>

/* Apply what mem=, memmap= and highmem= said to @map. Return: false if they said nothing. */
bool apply_user_map(struct e820_map *map);

/* The first pfn that cannot be lowmem: that of 896 MiB, or a lower one to leave vmalloc= room. */
unsigned long user_lowmem_limit(void);

/* Pages of high memory that highmem= asked for; 0: none, or as it comes. */
unsigned long user_highmem_pages(void);

/* Bytes from address 0 on that reservelow= keeps for the firmware; 0: it was not given. */
u64 user_reserved_low(void);

#endif
