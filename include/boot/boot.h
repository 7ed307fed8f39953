/* SPDX-License-Identifier: 0BSD
 *
 * boot.h - the boot as a whole: its start, what the command line selected, how it ends.
 */
#ifndef BOOT_BOOT_H
#define BOOT_BOOT_H

#include <asm/firmware/boot_info.h>
#include <lib/compiler.h>
#include <lib/init.h>

/* First C function: @magic and @info as the boot loader left them in EAX and EBX. */
void start_kernel(u32 magic, u32 info) __noreturn;

/* The places for somebody's own kernel; boot/main.c has empty ones. */

/* Reserve memory with ledger_add(). Context: before bootmem starts; nothing can be allocated. */
void kernel_reserve(void) __init;

/* alloc_bootmem() and its family work. Context: paging is up, the buddy allocator is not. */
void kernel_early(void) __init;

/* Memory is up, .init is freed, the tests have run. Context: interrupts off, one CPU. When it
 * returns, the boot ends as the command line says. */
void kernel_main(void);

/* One clear line, and the boot counts as failed (exit 0x11). No newline at the end of @fmt. */
void boot_fail(const char *fmt, ...) __printf(1, 2);

/* What the boot as a whole came to: EXIT_PASSED, or EXIT_FAILED after a boot_fail(). */
u8 boot_exit_value(void);

/* The end of the boot: the commands of `run=`, then what `then=` says. */
void boot_finish(void) __noreturn;

/* When the big steps of this boot began and ended, in TSC ticks since start_kernel(). */
struct boot_ticks {
	u64 zones_start, zones_end;	  /* registering RAM, mem_map, zones */
	u64 mem_init_start, mem_init_end; /* free pages to the buddy allocator */
};
extern struct boot_ticks boot_ticks;

extern struct boot_info boot_info;

#endif
