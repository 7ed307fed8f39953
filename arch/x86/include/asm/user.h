/* SPDX-License-Identifier: 0BSD
 *
 * user.h - a program in ring 3: it runs, calls the kernel by int 0x80, and comes to an end.
 */
#ifndef ASM_USER_H
#define ASM_USER_H

#include <asm/pgd.h>
#include <asm/traps.h>
#include <lib/compiler.h>

/* What int 0x80 calls: the registers are in @frame, and @frame->eax is the result. What a pointer
 * among them leads to must be asked for before it is used: user_access_ok(pgd_current(), ...).
 * Context: interrupts off, the program's directory in use. It may end with user_exit(). */
typedef void (*user_call_t)(struct trap_frame *frame, void *context);

/* Run what is mapped at @eip of @pgd in ring 3, with the stack pointer @esp, all other registers 0
 * and interrupts on, until it comes to an end. Its page faults are those of whoever registered a
 * range there (fault.h).
 * Return:  what user_exit() or user_stop() says; -EFAULT after an exception, of which one line
 *          tells.
 * Context: as kernel_main(); not from an interrupt's handler. Stops if a program runs already. */
int user_run(pte_t *pgd, unsigned long eip, unsigned long esp, user_call_t call, void *context);

/* The program is over: user_run() returns the low 8 bits of @code, which a program may choose.
 * Context: a call's. */
void user_exit(int code) __noreturn;

/* The same for a program that makes no call: it ends when it would go on in ring 3 the next time.
 * If none runs, nothing happens. Context: any, an interrupt's handler first of all. */
void user_stop(int code);

/* An interrupt of ring 3 was handled: does the program go on? Called by traps.c. */
void user_goes_on(void);

/* Ring 3 has called, or made an exception that nobody mends. Return: false if it was something
 * else. Called by traps.c. */
bool user_trap(struct trap_frame *frame);

#endif
