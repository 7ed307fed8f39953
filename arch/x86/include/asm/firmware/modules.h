/* SPDX-License-Identifier: 0BSD
 *
 * modules.h - what the boot loader loaded beside the kernel: names, and what can be used of it.
 */
#ifndef ASM_FIRMWARE_MODULES_H
#define ASM_FIRMWARE_MODULES_H

#include <asm/firmware/boot_info.h>
#include <asm/firmware/e820.h>
#include <asm/firmware/ledger.h>

/* Write "module NAME" to @name, as the ledger has it: the last part of the path that is the first
 * word of the loader's @string; quotes are taken off. Context: boot only. */
void module_name(char name[LEDGER_NAME_SIZE], const char *string);

/* Is each page that @module touches RAM in @map? If not, nobody may read it: the loader put it
 * where no memory is, or `mem=` or `memmap=` took the memory away. */
bool module_in_ram(const struct e820_map *map, const struct boot_module *module);

/* Enter all modules into @ledger. Context: boot only. */
void reserve_modules(const struct boot_info *bi, struct ledger *ledger);

/* One line for each module that cannot be used with this @map, or that shares bytes with the kernel
 * image [@image_start, @image_end) or with a module before it: one of the two has overwritten the
 * other. Context: boot only, when @map does not change any more. */
void check_modules(const struct e820_map *map, const struct boot_info *bi, phys_addr_t image_start,
		   phys_addr_t image_end);

#endif
