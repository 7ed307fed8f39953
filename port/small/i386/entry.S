/* SPDX-License-Identifier: 0BSD
 *
 * entry.S - where the loader jumps to (Multiboot 0.6.96, 3.2): flat segments, no paging, no
 * interrupts.
 */
	.section .multiboot, "a"
	.balign 4
	.long	0x1BADB002, 3, -(0x1BADB002 + 3)

	.text
	.globl	entry
entry:
	lgdt	gdt_pointer
	ljmp	$8, $1f
1:	movl	$16, %ecx
	movl	%ecx, %ds
	movl	%ecx, %es
	movl	%ecx, %ss
	movl	$stack_top, %esp
	xorl	%ebp, %ebp
	pushl	%ebx
	call	kernel_main
2:	hlt
	jmp	2b

	.section .rodata
	.balign 8
gdt:	.quad	0, 0x00CF9B000000FFFF, 0x00CF93000000FFFF
gdt_pointer:
	.short	. - gdt - 1
	.long	gdt

	.bss
	.balign 16
	.skip	16384
stack_top:

	.section .note.GNU-stack, "", @progbits
