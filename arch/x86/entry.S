/* SPDX-License-Identifier: 0BSD
 *
 * entry.S - one entry point for each exception, 16 bytes apart, all leading to trap_handler().
 *
 * The CPU pushes an error code for vectors 8, 10-14, 17, 21, 29 and 30 (Intel SDM vol. 3, table
 * 6-1); for the others a 0 takes its place, so that every frame looks like struct trap_frame.
 * Nothing here returns: an exception in this kernel is always a report and the end.
 */
	.text

	.globl	trap_entries
	.balign 16
trap_entries:
	.set	vector, 0
	.rept	32
	.balign 16
	.if	((1 << vector) & 0x60227d00) == 0
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
1:	hlt
	jmp	1b
	.size	trap_common, . - trap_common

	.section .note.GNU-stack, "", @progbits
