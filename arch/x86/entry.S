/* SPDX-License-Identifier: 0BSD
 *
 * entry.S - an entry point for each vector, TRAP_ENTRY_SIZE bytes apart, all to trap_handler().
 *
 * The CPU pushes an error code for vectors 8, 10-14, 17, 21, 29 and 30 (Intel SDM vol. 3, table
 * 6-1); for the others a 0 takes its place, so that every frame looks like struct trap_frame.
 * Where trap_handler() returns, the code that was interrupted goes on with the registers of the
 * frame.
 */
#include <asm/traps.h>

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
	pushl	%esp
	call	trap_handler
	addl	$4, %esp
	popa
	addl	$8, %esp		/* vector and error code */
	iret
	.size	trap_common, . - trap_common

	.section .note.GNU-stack, "", @progbits
