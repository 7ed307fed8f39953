/* SPDX-License-Identifier: 0BSD
 *
 * panic.h - what a port and the kernel around mm/ give to panic(): the stack, and the end.
 *
 * panic() prints the message, calls panic_backtrace(), then panic_end(). A panic inside a panic
 * does the same, the third one prints its message and goes to panic_stop().
 */
#ifndef LIB_PANIC_H
#define LIB_PANIC_H

#include <lib/bug.h>
#include <lib/types.h>

/* Print the call chain that led to panic(). What of it may fault is not begun again when a second
 * panic calls this: the report goes on behind it. Context: any. */
void panic_backtrace(void);

/* Exit, reboot, or the panic monitor: what the command line asked for. */
void panic_end(void) __noreturn;

/* Leave QEMU or halt, whatever the command line asked for: nothing else works any more. */
void panic_stop(void) __noreturn;

/* Is a panic under way? Locks and invariants cannot be relied on then. */
bool panic_in_progress(void);

#endif
