/* SPDX-License-Identifier: 0BSD
 *
 * start.S - the shim's first and last instructions.
 */
#include <asm/firmware/multiboot.h>

#define PAGE_ALIGN_AND_MEMORY 3
#define ODD_FLAGS	      0x44402 /* AC, NT, DF, and the bit that is always set */

	.section .multiboot, "a"
	.balign 4
	.long	MULTIBOOT_HEADER_MAGIC
	.long	PAGE_ALIGN_AND_MEMORY
	.long	-(MULTIBOOT_HEADER_MAGIC + PAGE_ALIGN_AND_MEMORY)

	.text
	.globl	shim_entry
shim_entry:
	cli
	movl	$stack_top, %esp
	pushl	%ebx
	call	shim
1:	hlt
	jmp	1b

/* start_kernel_at(entry, eax, ebx, no_segments): no register but these two says anything true. */
	.globl	start_kernel_at
start_kernel_at:
	movl	4(%esp), %edi
	movl	8(%esp), %eax
	movl	12(%esp), %ebx
	cmpl	$0, 16(%esp)
	je	2f
	lgdt	empty_gdt
	xorl	%ecx, %ecx
	movl	%ecx, %es
	movl	%ecx, %fs
	movl	%ecx, %gs
	movl	%ecx, %ds
2:	pushl	%cs:odd_flags
	popfl
	movl	$0xdeadbeef, %ecx
	movl	%ecx, %edx
	movl	%ecx, %esi
	movl	%ecx, %ebp
	xorl	%esp, %esp
	jmp	*%edi

	.globl	return_from_interrupt
return_from_interrupt:
	iret

odd_flags:
	.long	ODD_FLAGS
empty_gdt:
	.short	0
	.long	0

	.bss
	.balign 16
	.skip	8192
stack_top:

	.section .note.GNU-stack, "", @progbits
