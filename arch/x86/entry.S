/* SPDX-License-Identifier: 0BSD
 *
 * entry.S - an entry point for each vector, TRAP_ENTRY_SIZE bytes apart, all to trap_handler().
 *
 * The CPU pushes an error code for vectors 8, 10-14, 17, 21, 29 and 30 (Intel SDM vol. 3, table
 * 6-1); for the others a 0 takes its place, so that every frame looks like struct trap_frame.
 * Where trap_handler() returns, the code that was interrupted goes on with the registers of the
 * frame.
 */
#include <asm/cpu.h>
#include <asm/traps.h>

#define USER_EFLAGS 0x202 /* interrupts on, and the bit that is always set */
#define HAVE_ERROR_CODE 0x60227d00 /* a bit for each of the exceptions */

	.text

	.globl	trap_entries
	.balign TRAP_ENTRY_SIZE
trap_entries:
	.set	vector, 0
	.rept	NR_VECTORS
	.balign TRAP_ENTRY_SIZE
	.set	pushed, 0
	.if	vector < NR_EXCEPTIONS
	.set	pushed, HAVE_ERROR_CODE >> vector & 1
	.endif
	.if	pushed == 0
	pushl	$0
	.endif
	pushl	$vector
	jmp	trap_common
	.set	vector, vector + 1
	.endr

	.balign 16
	.type	trap_common, @function
trap_common:
	cld
	pusha
	pushl	%ds
	pushl	%es
	movl	$KERNEL_DS, %eax	/* ring 3 may have loaded none */
	movl	%eax, %ds
	movl	%eax, %es
	pushl	%esp
	call	trap_handler
	addl	$4, %esp
	popl	%es
	popl	%ds
	popa
	addl	$8, %esp		/* vector and error code */
	iret
	.size	trap_common, . - trap_common

/*
 * int user_enter(unsigned long eip, unsigned long esp, u32 *esp0): to ring 3. What is below here on
 * the stack is for its traps; user_leave() comes back, as if this returned @result.
 */
	.globl	user_enter
	.type	user_enter, @function
user_enter:
	pushl	%ebp
	pushl	%ebx
	pushl	%esi
	pushl	%edi
	movl	20(%esp), %ecx
	movl	24(%esp), %edx
	movl	28(%esp), %eax
	movl	%esp, (%eax)
	movl	$USER_DS, %eax
	movl	%eax, %ds
	movl	%eax, %es
	movl	%eax, %fs
	movl	%eax, %gs
	pushl	%eax
	pushl	%edx
	pushl	$USER_EFLAGS
	pushl	$USER_CS
	pushl	%ecx
	xorl	%eax, %eax		/* nothing of the kernel's is seen there */
	xorl	%ebx, %ebx
	xorl	%ecx, %ecx
	xorl	%edx, %edx
	xorl	%esi, %esi
	xorl	%edi, %edi
	xorl	%ebp, %ebp
	iret
	.size	user_enter, . - user_enter

/* void user_leave(unsigned long esp0, int result): from a trap, whose frame is given up. */
	.globl	user_leave
	.type	user_leave, @function
user_leave:
	movl	$KERNEL_DS, %eax
	movl	%eax, %fs
	movl	%eax, %gs
	movl	8(%esp), %eax
	movl	4(%esp), %esp
	popl	%edi
	popl	%esi
	popl	%ebx
	popl	%ebp
	ret
	.size	user_leave, . - user_leave

	.section .note.GNU-stack, "", @progbits
