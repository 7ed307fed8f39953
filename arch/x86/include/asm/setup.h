/* SPDX-License-Identifier: 0BSD
 *
 * setup.h - the machine-dependent part of the boot: the boot loader's data, the memory map, .init.
 */
#ifndef ASM_SETUP_H
#define ASM_SETUP_H

#include <asm/firmware/e820.h>
#include <asm/firmware/ledger.h>

struct machine_memory;

/* Console, segments, exception handlers: after this a failure is reported. */
void early_setup(void);

/* Fill boot_info from the loader's data. Panics if it is from no known loader. */
void read_boot_info(u32 magic, u32 info);

/* Settle the memory map, and describe this machine in @m for memory_setup(); the hooks that are for
 * somebody's own kernel are left NULL. Context: once, after parse_cmdline(). */
void setup_arch(struct machine_memory *m);

/* Request the tick, the serial line and the keyboard: they ask from now on, and wait until somebody
 * lets interrupts in. Context: the end of the boot, interrupts off. */
void start_interrupts(void) __init;

/* Give .init to the buddy allocator, poisoned. Return: pages. Context: after the last __init
 * call. */
unsigned long free_initmem(void);
extern bool initmem_is_free;

/* What free_initmem() fills the pages with: `int3` for code, and an odd address for a pointer. */
#define INIT_POISON 0xCC

/* A named range inside a region of the map. Bytes, inclusive. */
struct iomem_part {
	const char *name;
	u64 start, last;
};

/* The kernel image by what is in it, under Linux's names. Return: number of parts. */
#define IMAGE_PARTS_MAX 4
unsigned int image_parts(struct iomem_part part[IMAGE_PARTS_MAX]);

/* Can the bytes of @module be read: each page is RAM, has a struct page, and is none of the kernel
 * image's? If not, it must not be touched. Context: after memory_setup(). */
bool module_can_be_read(const struct boot_module *module);

extern struct boot_info boot_info;
extern struct ledger ledger;

#endif
