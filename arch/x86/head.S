/* SPDX-License-Identifier: 0BSD
 *
 * head.S - from the boot loader's protected mode to C at 0xC0100000.
 *
 * On entry (both multiboot specifications, "Machine state", and the PVH boot ABI): protected mode,
 * a CS of base 0, EAX = loader magic, EBX = physical address of the boot information. Nothing else
 * is taken for granted: not every loader keeps to its specification, and a kernel that is started
 * by another one, or a second time, finds what the first one left.
 *
 *   1. segments, stack, flags of our own; paging and caching as the CPU has them after a reset
 *   2. check that the CPU has what an i686 build needs, and that the image lies in memory; else one
 *      line on serial and screen, and exit; .bss cleared
 *   3. swapper_pg_dir: the first 4 MiB where they are, and 896 MiB at 0xC0000000, all in 4 MiB
 *      pages
 *   4. paging on, jump to the high half, boot stack, start_kernel(magic, info)
 *
 * No C runs before step 2 is over: the compiler is free to use cmov anywhere. Section .head is
 * linked at its physical address, because some loaders jump to the entry point as it stands in the
 * file; until step 4 the address of anything else is made physical by hand.
 */
#include <asm/cpu.h>
#include <asm/firmware/multiboot.h>
#include <asm/page.h>

#define PHYS(symbol) ((symbol) - PAGE_OFFSET)

#define PDE_4M_RW	0x83 /* present, writable, 4 MiB (Intel SDM vol. 3, table 4-4) */
#define LOWMEM_PDES	224  /* 896 MiB */
#define PAGE_OFFSET_PDE (PAGE_OFFSET >> 22)

#define FLAT_CODE 0x00CF9B000000FFFF /* base 0, 4 GiB, execute/read, accessed, ring 0 */
#define FLAT_DATA 0x00CF93000000FFFF /* base 0, 4 GiB, read/write, accessed, ring 0 */

#define EFLAGS_ID    0x200000
#define EFLAGS_CLEAR 0x2 /* the bit that is always set */

#define CPUID_EXTENDED_MAX 0x80000000
#define CPUID_EXTENDED	   0x80000001
#define CPUID_EXT_HAS_EFER ((1 << 29) | (1 << 20) | (1 << 11)) /* LM, NX, SYSCALL; EDX */
#define MSR_EFER	   0xc0000080

#define COM1	  0x3f8
#define COM1_LSR  (COM1 + 5)
#define LSR_EMPTY 0x20
#define VGA_TEXT  0xb8000
#define VGA_RED	  0x4f
#define EXIT_PORT 0xf4
#define EXIT_CODE 0x12 /* EXIT_PANIC of asm/machine.h */

#define NEEDED_BEHIND 0x40000 /* by the firmware at the end of memory, and for the first pages */

	.section .head.text, "ax"

	/* PVH: the magic number is in the start info and not in EAX. */
	.globl	pvh_entry
	.type	pvh_entry, @function
pvh_entry:
	movl	$PVH_START_MAGIC, %eax
	.size	pvh_entry, . - pvh_entry

	.globl	start_entry
	.type	start_entry, @function
start_entry:
	cli
	cld
	lgdt	%cs:flat_gdt_pointer	/* DS may be null, and the loader's GDT gone */
	lidt	%cs:no_idt_pointer	/* and its handlers: an exception resets the machine */
	ljmp	$KERNEL_CS, $1f
1:	movl	$KERNEL_DS, %ecx
	movl	%ecx, %ds
	movl	%ecx, %es
	movl	%ecx, %ss
	movl	%ecx, %fs
	movl	%ecx, %gs
	movl	$CR0_PE, %ecx		/* no paging, no trap on x87; caches on */
	movl	%ecx, %cr0
	movl	%eax, %ebp
	movl	%ebx, %esi

	xorl	%eax, %eax
	movl	%eax, %dr7		/* no breakpoints */
	movl	$head_stack_top, %esp	/* .bss need not be there */
	pushl	$EFLAGS_CLEAR
	popfl

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

	/* Is there memory at the end of .bss? Two words, because a bus may hold the last one; past
	 * the caches, which would answer for any address. */
	movl	$PHYS(_end) - 8, %edi
	movl	%edi, (%edi)
	movl	%esp, 4(%edi)
	wbinvd
	cmpl	%edi, (%edi)
	jne	image_outside_memory
	xorl	%eax, %eax
	movl	$PHYS(__bss_start), %edi
	movl	$PHYS(_end), %ecx
	subl	%edi, %ecx
	shrl	$2, %ecx		/* both are page aligned */
	rep stosl

	/* With CR4.PAE or EFER.LME left set, the directory would be read as something else. */
	movl	$CR4_PSE, %eax
	movl	%eax, %cr4
	movl	$CPUID_EXTENDED_MAX, %eax
	cpuid
	cmpl	$CPUID_EXTENDED, %eax
	jb	make_directory
	movl	$CPUID_EXTENDED, %eax
	cpuid
	testl	$CPUID_EXT_HAS_EFER, %edx
	jz	make_directory
	movl	$MSR_EFER, %ecx
	xorl	%eax, %eax
	xorl	%edx, %edx
	wrmsr

make_directory:
	movl	$PHYS(swapper_pg_dir), %edi
	movl	$PDE_4M_RW, %eax
	movl	%eax, (%edi)
	xorl	%ecx, %ecx
1:	movl	%eax, PAGE_OFFSET_PDE * 4(%edi, %ecx, 4)
	addl	$0x400000, %eax
	incl	%ecx
	cmpl	$LOWMEM_PDES, %ecx
	jb	1b

	movl	%edi, %cr3
	movl	$(CR0_PG | CR0_WP | CR0_PE), %eax
	movl	%eax, %cr0
	movl	$high_half, %eax
	jmp	*%eax
	.size	start_entry, . - start_entry

	.section .text.head, "ax"

	.type	high_half, @function
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
	.size	high_half, . - high_half

	.section .head.text, "ax"

/* EDX: CPUID bits that are missing. Prints the names to serial and screen, then the panic exit. */
	.type	cpu_too_old, @function
cpu_too_old:
	movl	%edx, %ebp
	call	early_console
	movl	$text_lacks, %esi
	call	early_puts
	movl	$text_cmov, %esi
	testl	$CPUID_CMOV, %ebp
	jz	1f
	call	early_puts
1:	movl	$text_pse, %esi
	testl	$CPUID_PSE, %ebp
	jz	2f
	call	early_puts
2:	movl	$text_tsc, %esi
	testl	$CPUID_TSC, %ebp
	jz	3f
	call	early_puts
3:	movl	$text_needs, %esi
	jmp	last_words
	.size	cpu_too_old, . - cpu_too_old

/* Writes the figures into the text: nothing is read-only yet. */
	.type	image_outside_memory, @function
image_outside_memory:
	movl	$PHYS(_end), %eax
	movl	$8, %ecx
1:	movl	%eax, %edx
	andl	$15, %edx
	movb	text_digits(%edx), %dl
	movb	%dl, text_end - 1(%ecx)
	shrl	$4, %eax
	decl	%ecx
	jnz	1b
	movl	$PHYS(_end) + NEEDED_BEHIND + 0xfffff, %eax
	shrl	$20, %eax		/* in MiB, rounded up; one digit: see linker.ld */
	addb	%al, text_mib
	call	early_console
	movl	$text_outside, %esi
	.size	image_outside_memory, . - image_outside_memory

/* Print the string at ESI, then the panic exit. */
	.type	last_words, @function
last_words:
	call	early_puts
	movl	$EXIT_CODE, %eax
	movl	$EXIT_PORT, %edx
	outl	%eax, %dx
1:	hlt
	jmp	1b
	.size	last_words, . - last_words

/* Set up the serial line; EDI is the start of screen memory. Changes EAX, EDX, ESI. */
	.type	early_console, @function
early_console:
	movl	$com1_setup, %esi
1:	movzwl	(%esi), %edx		/* port, value pairs, ended by port 0 */
	testl	%edx, %edx
	jz	2f
	movb	2(%esi), %al
	outb	%al, %dx
	addl	$3, %esi
	jmp	1b
2:	movl	$VGA_TEXT, %edi
	ret
	.size	early_console, . - early_console

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
text_outside:	.ascii "\r\nmmkit: the kernel image ends at 0x"
text_end:	.ascii "........, above the memory that is there: "
text_mib:	.asciz "0 MiB are needed\r\n"
text_digits:	.ascii "0123456789abcdef"

	.balign 8
flat_gdt:
	.quad	0
	.quad	FLAT_CODE
	.quad	FLAT_DATA
flat_gdt_pointer:
	.short	. - flat_gdt - 1
	.long	flat_gdt
no_idt_pointer:
	.short	0
	.long	0

	.balign 4
	.skip	64
head_stack_top:

	.section .bss.page_aligned, "aw", @nobits

/* The page below a stack is taken out of the page table: overrunning the stack faults. A frame that
 * is larger than that page, of the boot stack, does not reach anything that is in use. */
	.macro stack name, pages
	.balign 4096
	.globl	\name\()_guard, \name, \name\()_top
	.type	\name\()_guard, @object
\name\()_guard:
	.skip	4096
	.size	\name\()_guard, 4096
	.type	\name, @object
\name:
	.skip	\pages * 4096
\name\()_top:
	.size	\name, . - \name
	.endm

	stack	second_fault_stack, 2
	stack	double_fault_stack, 2
	stack	boot_stack, 4

	.globl	swapper_pg_dir
	.type	swapper_pg_dir, @object
swapper_pg_dir:
	.skip	4096
	.size	swapper_pg_dir, 4096

	.section .note.GNU-stack, "", @progbits
