/* SPDX-License-Identifier: 0BSD
 *
 * indirect.S - calls through pointers: what is called must be code of the kernel.
 *
 * Without PAE no page can be made not executable. A call into memory that is free, mostly zeros,
 * would run through all that follows, add to whatever EAX points to at every second byte, and under
 * an emulator take minutes until it hits something that faults. So the compiler is told to call
 * __x86_indirect_thunk_REG (-mindirect-branch=thunk-extern, or clang's name for it) where it would
 * call *REG, and here the target is compared with the ends of the code. Returns are not checked,
 * but by the code segment's limit (gdt.c) where there is one. Whoever loads code at run time has
 * it refused, until set_code_end() says where that code ends.
 */
#include <asm/page.h>

	.text

	.macro indirect_thunk reg
	.globl	__x86_indirect_thunk_\reg
	.type	__x86_indirect_thunk_\reg, @function
	.balign 16
__x86_indirect_thunk_\reg:
	cmpl	$_start, %\reg
	jb	1f
	cmpl	kernel_code_end, %\reg
	jae	1f
	jmp	*%\reg
1:	pushl	%ebp			/* a frame, so that the call trace holds the caller */
	movl	%esp, %ebp
	pushl	4(%ebp)
	pushl	%\reg
	call	wild_call
	.size	__x86_indirect_thunk_\reg, . - __x86_indirect_thunk_\reg
	.endm

	.irp	reg, eax, ebx, ecx, edx, esi, edi
	indirect_thunk \reg
	.endr

	.section .note.GNU-stack, "", @progbits
