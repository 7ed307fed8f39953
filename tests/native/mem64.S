/* SPDX-License-Identifier: 0BSD
 *
 * mem64.S - arch/x86/mem.S for a program of 64 bits.
 */
	.text

	.macro function name
	.globl	\name
	.hidden	\name
	.type	\name, @function
\name:
	.endm

/* void *memset(void *dst, int c, size_t n) */
function memset
	movq	%rdi, %r8
	movl	%esi, %eax
	movq	%rdx, %rcx
	rep stosb
	movq	%r8, %rax
	ret
	.size	memset, . - memset

/* void *memmove(void *dst, const void *src, size_t n): downwards only if dst lies inside src */
function memmove
	movq	%rdi, %rax
	subq	%rsi, %rax
	cmpq	%rdx, %rax
	jae	memcpy			/* dst < src wraps to a large difference */
	movq	%rdi, %rax
	movq	%rdx, %rcx
	leaq	-1(%rdi,%rdx), %rdi
	leaq	-1(%rsi,%rdx), %rsi
	std
	rep movsb
	cld
	ret
	.size	memmove, . - memmove

/* void *memcpy(void *dst, const void *src, size_t n) */
function memcpy
	movq	%rdi, %rax
	movq	%rdx, %rcx
	rep movsb
	ret
	.size	memcpy, . - memcpy

/* int memcmp(const void *a, const void *b, size_t n) */
function memcmp
	movq	%rdx, %rcx
	xorl	%eax, %eax		/* equal, also where there is nothing */
	repe cmpsb
	je	1f
	movzbl	-1(%rdi), %eax
	movzbl	-1(%rsi), %edx
	subl	%edx, %eax
1:	ret
	.size	memcmp, . - memcmp

	.section .note.GNU-stack, "", @progbits
