/* SPDX-License-Identifier: 0BSD
 *
 * mem.S - memset, memcpy, memmove and memcmp on the string instructions.
 *
 * C cannot say `rep stosl`, and a C loop here would be recognised and turned into a call of itself.
 * Words first, then the remaining 0 to 3 bytes, which come first on the way downwards; EAX, ECX,
 * EDX are the caller's to lose (i386 ABI).
 */
	.text

/* void *memset(void *dst, int c, size_t n) */
	.globl	memset
	.type	memset, @function
memset:
	pushl	%edi
	movl	8(%esp), %edi
	movzbl	12(%esp), %eax
	movl	16(%esp), %ecx
	imull	$0x01010101, %eax
	movl	%ecx, %edx
	shrl	$2, %ecx
	rep stosl
	movl	%edx, %ecx
	andl	$3, %ecx
	rep stosb
	movl	8(%esp), %eax
	popl	%edi
	ret
	.size	memset, . - memset

/* void *memcpy(void *dst, const void *src, size_t n) */
	.globl	memcpy
	.type	memcpy, @function
memcpy:
	pushl	%edi
	pushl	%esi
	movl	12(%esp), %edi
	movl	16(%esp), %esi
	movl	20(%esp), %ecx
	movl	%edi, %eax
	movl	%ecx, %edx
	shrl	$2, %ecx
	rep movsl
	movl	%edx, %ecx
	andl	$3, %ecx
	rep movsb
	popl	%esi
	popl	%edi
	ret
	.size	memcpy, . - memcpy

/* void *memmove(void *dst, const void *src, size_t n): downwards only if dst lies inside src */
	.globl	memmove
	.type	memmove, @function
memmove:
	movl	4(%esp), %eax
	subl	8(%esp), %eax
	cmpl	12(%esp), %eax
	jae	memcpy			/* dst < src wraps to a large difference */
	pushl	%edi
	pushl	%esi
	movl	20(%esp), %ecx
	movl	12(%esp), %edi
	movl	16(%esp), %esi
	leal	-1(%edi, %ecx), %edi
	leal	-1(%esi, %ecx), %esi
	movl	%ecx, %edx
	andl	$3, %ecx
	std
	rep movsb
	movl	%edx, %ecx
	shrl	$2, %ecx
	subl	$3, %edi		/* from the last byte of a word to its first */
	subl	$3, %esi
	rep movsl
	cld
	movl	12(%esp), %eax
	popl	%esi
	popl	%edi
	ret
	.size	memmove, . - memmove

/* int memcmp(const void *a, const void *b, size_t n) */
	.globl	memcmp
	.type	memcmp, @function
memcmp:
	pushl	%edi
	pushl	%esi
	movl	12(%esp), %esi
	movl	16(%esp), %edi
	movl	20(%esp), %ecx
	xorl	%eax, %eax		/* also sets ZF, for n == 0 */
	repe cmpsb
	je	1f
	movzbl	-1(%esi), %eax
	movzbl	-1(%edi), %edx
	subl	%edx, %eax
1:	popl	%esi
	popl	%edi
	ret
	.size	memcmp, . - memcmp

	.section .note.GNU-stack, "", @progbits
