/* SPDX-License-Identifier: 0BSD
 *
 * machine.h - the few things that the kernel around mm/ asks of arch/x86 beyond memory.
 */
#ifndef ASM_MACHINE_H
#define ASM_MACHINE_H

#include <lib/compiler.h>
#include <lib/types.h>

/* Values for machine_exit(); QEMU's exit code is (value << 1) | 1. */
#define EXIT_PASSED 0x10
#define EXIT_FAILED 0x11
#define EXIT_PANIC  0x12

/* Is QEMU's isa-debug-exit at port 0xf4? */
bool machine_has_exit_device(void);

/* Write @value to isa-debug-exit; without the device print it and switch the machine off. */
void machine_exit(u8 value) __noreturn;
void machine_reboot(void) __noreturn;
/* By the sleep registers of the known emulators; elsewhere say so in a line and halt. */
void machine_poweroff(void) __noreturn;
void machine_halt(void) __noreturn;

/* Print the call chain of the caller, @skip frames left out. */
struct out;
void backtrace_show(struct out *out, unsigned int skip);

/* The call chain of the caller, as return addresses: the first @nr of them in @entry, @skip frames
 * left out. Return: how many. */
unsigned int stack_trace(unsigned long *entry, unsigned int nr, unsigned int skip);

/* Print the call chain of the code that the reported exception has stopped; without one, that of
 * the caller. */
void backtrace_of_panic(struct out *out);

#endif
