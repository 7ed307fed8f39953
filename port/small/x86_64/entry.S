/* SPDX-License-Identifier: 0BSD
 *
 * entry.S - where the loader jumps to (Multiboot 0.6.96, 3.2), in 32 bits and without paging, and
 * the way to 64 bits (Intel SDM vol. 3, 9.8.5). The first 8 GiB are mapped twice, in pages of
 * 2 MiB: all of it at PAGE_OFFSET, its first GiB at IMAGE_OFFSET, for which the kernel is linked.
 * Where they are, they are mapped only until nothing runs there any more.
 */
#define GIBS	   8
#define TABLE	   3	/* present, writable */
#define LARGE_PAGE 0x83 /* and of 2 MiB */

#define PHYS(symbol) ((symbol) - IMAGE_OFFSET)

	.section .multiboot, "a"
	.balign 4
	.long	0x1BADB002, 3, -(0x1BADB002 + 3)

	.text
	.code32
	.globl	entry
entry:
	movl	$LARGE_PAGE, %eax
	xorl	%edx, %edx
	movl	$PHYS(page_directories), %ecx
1:	movl	%eax, (%ecx)
	movl	%edx, 4(%ecx)
	addl	$0x200000, %eax
	adcl	$0, %edx
	addl	$8, %ecx
	cmpl	$PHYS(page_directories_end), %ecx
	jb	1b

	movl	%cr4, %eax
	orl	$0x20, %eax		/* PAE */
	movl	%eax, %cr4
	movl	$PHYS(page_map), %eax
	movl	%eax, %cr3
	movl	$0xC0000080, %ecx	/* EFER */
	rdmsr
	orl	$0x100, %eax		/* LME */
	wrmsr
	movl	%cr0, %eax
	orl	$0x80010000, %eax	/* PG, WP */
	movl	%eax, %cr0
	lgdt	PHYS(gdt_pointer_phys)
	ljmp	$8, $PHYS(1f)

	.code64
1:	movq	$2f, %rax
	jmp	*%rax
2:	lgdt	gdt_pointer
	movl	$16, %ecx
	movl	%ecx, %ds
	movl	%ecx, %es
	movl	%ecx, %ss
	movq	$0, page_map
	movq	%cr3, %rax
	movq	%rax, %cr3
	movq	$stack_top, %rsp
	xorl	%ebp, %ebp
	movl	%ebx, %edi		/* physical, and 32 bits of it */
	movabsq	$PAGE_OFFSET, %rax
	addq	%rax, %rdi
	call	kernel_main
3:	hlt
	jmp	3b

	.section .rodata
	.balign 8
gdt:	.quad	0, 0x00AF9B000000FFFF, 0x00CF93000000FFFF
gdt_pointer:
	.short	. - gdt - 1
	.quad	gdt
gdt_pointer_phys:
	.short	gdt_pointer - gdt - 1
	.long	PHYS(gdt)

/* 512 GiB an entry: the first one, that of PAGE_OFFSET, and the last one. */
	.data
	.balign 4096
	.globl	page_map
page_map:
	.quad	PHYS(pointers) + TABLE
	.fill	(PAGE_OFFSET >> 39 & 511) - 1, 8, 0
	.quad	PHYS(pointers) + TABLE
	.fill	510 - (PAGE_OFFSET >> 39 & 511), 8, 0
	.quad	PHYS(pointers) + TABLE

/* 1 GiB an entry: those of PAGE_OFFSET, and that of IMAGE_OFFSET. */
pointers:
	.set	i, 0
	.rept	GIBS
	.quad	PHYS(page_directories) + i * 4096 + TABLE
	.set	i, i + 1
	.endr
	.fill	(IMAGE_OFFSET >> 30 & 511) - GIBS, 8, 0
	.quad	PHYS(page_directories) + TABLE
	.fill	511 - (IMAGE_OFFSET >> 30 & 511), 8, 0

	.bss
	.balign 4096
	.globl	page_directories, page_directories_end
page_directories:
	.skip	GIBS * 4096
page_directories_end:
	.skip	16384
stack_top:

	.section .note.GNU-stack, "", @progbits
