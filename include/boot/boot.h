/* SPDX-License-Identifier: 0BSD
 *
 * boot.h - the boot as a whole: what arch/x86 brings up, what the command line selected, how it ends.
 */
#ifndef BOOT_BOOT_H
#define BOOT_BOOT_H

#include <boot/boot_info.h>
#include <lib/compiler.h>

/* First C function: @magic and @info as the boot loader left them in EAX and EBX. */
void start_kernel(u32 magic, u32 info) __noreturn;

/* Where somebody's own kernel starts: memory is up, .init is freed, the tests have run. */
void kernel_main(void);

/* What the command line asked for after the tests: `run=`, then `then=` (default: leave through
 * isa-debug-exit if it is there, else the monitor). */
void boot_finish(void) __noreturn;

/* One clear line, and the boot counts as failed (exit 0x11). */
void boot_fail(const char *fmt, ...) __printf(1, 2);

extern struct boot_info boot_info;

#endif
