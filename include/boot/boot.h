/* SPDX-License-Identifier: 0BSD
 *
 * boot.h - the boot as a whole: its start, what the command line selected, how it ends.
 */
#ifndef BOOT_BOOT_H
#define BOOT_BOOT_H

#include <boot/boot_info.h>
#include <lib/compiler.h>

/* First C function: @magic and @info as the boot loader left them in EAX and EBX. */
void start_kernel(u32 magic, u32 info) __noreturn;

/* Where somebody's own kernel starts: memory is up, .init is freed, the tests have run. */
void kernel_main(void);

/* One clear line, and the boot counts as failed (exit 0x11). No newline at the end of @fmt. */
void boot_fail(const char *fmt, ...) __printf(1, 2);

/* What the boot as a whole came to: EXIT_PASSED, or EXIT_FAILED after a boot_fail(). */
u8 boot_exit_value(void);

/* The end of the boot: the commands of `run=`, then what `then=` says. */
void boot_finish(void) __noreturn;

extern struct boot_info boot_info;

#endif
