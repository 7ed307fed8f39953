/* SPDX-License-Identifier: 0BSD
 *
 * boot.h - the boot as a whole: its start, what the command line selected, how it ends.
 */
#ifndef BOOT_BOOT_H
#define BOOT_BOOT_H

#include <lib/compiler.h>
#include <lib/init.h>
#include <lib/types.h>

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

/* What the boot asks of tests/; a kernel without tests has boot/ktest_none.c. */

/* ktest_start() prints the plan for what `ktest=` selected and runs the BOOT tests of it;
 * ktest_finish() runs the others, prints the totals and calls boot_fail() if a test failed.
 * Return: number of failures. */
void ktest_start(void) __init;
unsigned int ktest_finish(void);

/* Measure what needs .init code, for bench_finish() to print. Context: after kmem_cache_init(). */
void bench_start(void) __init;

/* Measure and print what `bench=` selected; nothing without it. A glob that selects nothing is a
 * boot_fail(). Context: after the self-tests. */
void bench_finish(void);

/* Replay the recorded load that `trace=NAME` named, a boot module; nothing without it. A missing
 * module or a failed replay is a line and a boot_fail(). Context: after the self-tests. */
void trace_run(void);

/* One clear line, and the boot counts as failed (exit 0x11). No newline at the end of @fmt. */
void boot_fail(const char *fmt, ...) __printf(1, 2);

/* When the big steps of this boot began and ended, in TSC ticks since start_kernel(). */
struct boot_ticks {
	u64 probe_start, probe_end;	  /* is the RAM of the map there? */
	u64 zones_start, zones_end;	  /* registering RAM, mem_map, zones */
	u64 mem_init_start, mem_init_end; /* free pages to the buddy allocator */
};
extern struct boot_ticks boot_ticks;

/* The end of the boot: the commands of `run=`, then what `then=` says. */
void boot_finish(void) __noreturn;

#endif
