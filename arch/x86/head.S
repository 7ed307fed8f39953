/* SPDX-License-Identifier: 0BSD
 *
 * head.S - from the boot loader's flat protected mode to C at 0xC0100000.
 *
 * On entry (both multiboot specifications, "Machine state"): paging off, interrupts off, flat
 * 32-bit segments, EAX = loader magic, EBX = physical address of the boot information, no stack.
 *
 *   1. check that the CPU has what an i686 build needs; else one line on serial and screen, and
 *      exit
 *   2. swapper_pg_dir: the first 4 MiB where they are, and 896 MiB at 0xC0000000, all in 4 MiB
 *      pages
 *   3. paging on, jump to the high half, boot stack, start_kernel(magic, info)
 *
 * No C runs before step 1 is over: the compiler is free to use cmov anywhere. Until step 3 every
 * address is taken relative to PAGE_OFFSET by hand.
 */
#include <asm/cpu.h>
#include <asm/page.h>

#define PHYS(symbol) ((symbol) - PAGE_OFFSET)

#define PDE_4M_RW	0x83 /* present, writable, 4 MiB (Intel SDM vol. 3, table 4-4) */
#define LOWMEM_PDES	224  /* 896 MiB */
#define PAGE_OFFSET_PDE (PAGE_OFFSET >> 22)

#define EFLAGS_ID 0x200000

#define COM1	  0x3f8
#define COM1_LSR  (COM1 + 5)
#define LSR_EMPTY 0x20
#define VGA_TEXT  0xb8000
#define VGA_RED	  0x4f
#define EXIT_PORT 0xf4
#define EXIT_CODE 0x12 /* EXIT_PANIC of boot/machine.h */

	.section .text.head, "ax"

	.globl	start_entry
	.type	start_entry, @function
start_entry:
	cli
	cld
	movl	$PHYS(boot_stack_top), %esp
	movl	%eax, %ebp
	movl	%ebx, %esi

	/* CPUID exists if EFLAGS.ID can be toggled (Intel SDM vol. 1, 3.4.3.3). */
	xorl	%edx, %edx
	pushfl
	popl	%eax
	movl	%eax, %ecx
	xorl	$EFLAGS_ID, %eax
	pushl	%eax
	popfl
	pushfl
	popl	%eax
	xorl	%ecx, %eax
	testl	$EFLAGS_ID, %eax
	jz	check_features
	movl	$1, %eax
	cpuid
check_features:
	notl	%edx
	andl	$(CPUID_CMOV | CPUID_PSE | CPUID_TSC), %edx
	jnz	cpu_too_old

	/* The directory is in .bss, zeroed by the loader. */
	movl	$PHYS(swapper_pg_dir), %edi
	movl	$PDE_4M_RW, %eax
	movl	%eax, (%edi)
	xorl	%ecx, %ecx
1:	movl	%eax, PAGE_OFFSET_PDE * 4(%edi, %ecx, 4)
	addl	$0x400000, %eax
	incl	%ecx
	cmpl	$LOWMEM_PDES, %ecx
	jb	1b

	movl	%cr4, %eax
	orl	$CR4_PSE, %eax
	movl	%eax, %cr4
	movl	%edi, %cr3
	movl	%cr0, %eax
	orl	$(CR0_PG | CR0_WP), %eax
	movl	%eax, %cr0
	movl	$high_half, %eax
	jmp	*%eax

high_half:
	movl	$boot_stack_top, %esp
	movl	%ebp, %eax
	xorl	%ebp, %ebp		/* the end of every backtrace */
	pushl	%ebp
	pushl	%esi			/* info */
	pushl	%eax			/* magic */
	call	start_kernel
2:	hlt
	jmp	2b
	.size	start_entry, . - start_entry

/* EDX: CPUID bits that are missing. Prints the names to serial and screen, then the panic exit. */
	.type	cpu_too_old, @function
cpu_too_old:
	movl	%edx, %ebp
	movl	$PHYS(com1_setup), %esi
1:	movzwl	(%esi), %edx		/* port, value pairs, ended by port 0 */
	testl	%edx, %edx
	jz	2f
	movb	2(%esi), %al
	outb	%al, %dx
	addl	$3, %esi
	jmp	1b
2:	movl	$VGA_TEXT, %edi
	movl	$PHYS(text_lacks), %esi
	call	early_puts
	movl	$PHYS(text_cmov), %esi
	testl	$CPUID_CMOV, %ebp
	jz	3f
	call	early_puts
3:	movl	$PHYS(text_pse), %esi
	testl	$CPUID_PSE, %ebp
	jz	4f
	call	early_puts
4:	movl	$PHYS(text_tsc), %esi
	testl	$CPUID_TSC, %ebp
	jz	5f
	call	early_puts
5:	movl	$PHYS(text_needs), %esi
	call	early_puts
	movl	$EXIT_CODE, %eax
	movl	$EXIT_PORT, %edx
	outl	%eax, %dx
6:	hlt
	jmp	6b
	.size	cpu_too_old, . - cpu_too_old

/* Print the string at ESI; EDI walks on through screen memory. Changes EAX, ECX, EDX. */
	.type	early_puts, @function
early_puts:
	lodsb
	testb	%al, %al
	jz	3f
	movb	%al, %cl
	movl	$COM1_LSR, %edx
	movl	$100000, %eax		/* a port that is not there must not hang us */
1:	pushl	%eax
	inb	%dx, %al
	testb	$LSR_EMPTY, %al
	popl	%eax
	jnz	2f
	decl	%eax
	jnz	1b
2:	movb	%cl, %al
	movl	$COM1, %edx
	outb	%al, %dx
	movb	$VGA_RED, %ah
	cmpb	$' ', %al
	jb	early_puts		/* CR and LF are for the serial line */
	stosw
	jmp	early_puts
3:	ret
	.size	early_puts, . - early_puts

	.macro	port_value port, value
	.short	\port
	.byte	\value
	.endm

com1_setup:	/* 115200 8N1, FIFO on, no interrupts (NS16550 data sheet) */
	port_value COM1 + 1, 0x00
	port_value COM1 + 3, 0x80
	port_value COM1 + 0, 0x01
	port_value COM1 + 1, 0x00
	port_value COM1 + 3, 0x03
	port_value COM1 + 2, 0x07
	port_value COM1 + 4, 0x03
	.short	0

text_lacks:	.asciz "\r\nmmkit: this CPU lacks"
text_cmov:	.asciz " cmov"
text_pse:	.asciz " pse"
text_tsc:	.asciz " tsc"
text_needs:	.asciz "; an i686 (Pentium Pro) or later is needed\r\n"

	.section .bss.page_aligned, "aw", @nobits

	.balign 4096
	.globl	swapper_pg_dir
	.type	swapper_pg_dir, @object
swapper_pg_dir:
	.skip	4096
	.size	swapper_pg_dir, 4096

/* The page below the stack is taken out of the page table: overrunning the stack faults. */
	.globl	boot_stack_guard, boot_stack, boot_stack_top
	.type	boot_stack_guard, @object
boot_stack_guard:
	.skip	4096
	.size	boot_stack_guard, 4096
	.type	boot_stack, @object
boot_stack:
	.skip	4 * 4096
boot_stack_top:
	.size	boot_stack, . - boot_stack

	.section .note.GNU-stack, "", @progbits
