/* SPDX-License-Identifier: 0BSD
 *
 * setup.h - the machine-dependent part of the boot: from the boot loader's data to zones.
 */
#ifndef ASM_SETUP_H
#define ASM_SETUP_H

#include <asm/firmware/e820.h>
#include <asm/firmware/ledger.h>
#include <boot/monitor/iomem.h>

/* Console, segments, exception handlers: after this a failure is reported. */
void early_setup(void);

/* Fill boot_info from the loader's data. Panics if it is from no known loader. */
void read_boot_info(u32 magic, u32 info);

/* Memory map, ledger, bootmem, paging, zones. Context: once, after parse_cmdline(). */
void setup_arch(void);

/* Give .init to the buddy allocator, poisoned. Return: pages. Context: after the last __init
 * call. */
unsigned long free_initmem(void);

/* What free_initmem() fills the pages with: `int3` for code, and an odd address for a pointer. */
#define INIT_POISON 0xCC

/* The kernel image by what is in it, under Linux's names. Return: number of parts. */
#define IMAGE_PARTS_MAX 4
unsigned int image_parts(struct iomem_part part[IMAGE_PARTS_MAX]);

extern struct ledger ledger;

#endif
