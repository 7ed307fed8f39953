/* SPDX-License-Identifier: 0BSD
 *
 * gdt.c - flat segments of both rings, and the tasks: the kernel, and two for double faults.
 *
 * A double fault comes mostly from a stack that is gone (overrun into the guard page): nothing can
 * be pushed on it, so an ordinary gate would end in a triple fault and a silent reset. Through a
 * task gate the CPU loads a new stack from the second task state segment and saves the registers of
 * the failed code in the first one (Intel SDM vol. 3, 6.14.2 and 7.2). Hardware tasks are used for
 * nothing else. A task that is running cannot be entered, so while one reports, the gate leads to
 * the other one: a report that overruns its stack is reported, too.
 *
 * Ring 3 has flat segments, too: pages say what it may see. The CPU finds the stack for its traps
 * in the kernel's task state segment (esp0), whose I/O bitmap is empty: no port is open to it.
 *
 * The code segment ends where the code does, in whole pages: what lies behind it cannot be
 * executed. Without PAE nothing else forbids that. QEMU's TCG does not look at the limit.
 */
#include <asm/cpu.h>
#include <asm/double_fault.h>
#include <asm/pgtable.h>
#include <asm/sections.h>
#include <asm/traps.h>
#include <lib/bug.h>
#include <lib/init.h>

#define DESC_CODE 0x00C09B00u /* base 0, limit in pages, execute/read, accessed, ring 0 */
#define DESC_DATA 0x00CF9300u /* base 0, 4 GiB, read/write, accessed, ring 0 */
#define DESC_USER 0x00006000u /* ring 3 */
#define DESC_TSS  0x00008900u /* present, available 32-bit TSS */

struct descriptor {
	u32 low, high;
};

#define TSS_NR(selector) (((selector)-TSS_MAIN) >> 3)

static struct tss tasks[TSS_NR(TSS_DF2) + 1]; /* by selector, from TSS_MAIN on */

static struct descriptor gdt[] = {
	[KERNEL_CS >> 3] = { 0x0000FFFF, DESC_CODE | 0xF0000 }, /* until set_code_end() */
	[KERNEL_DS >> 3] = { 0x0000FFFF, DESC_DATA },
	[USER_CS >> 3] = { 0x0000FFFF, DESC_CODE | DESC_USER | 0xF0000 },
	[USER_DS >> 3] = { 0x0000FFFF, DESC_DATA | DESC_USER },
};

const char *kernel_code_end = __init_text_end;

void set_code_end(const char *end)
{
	u32 limit = (u32)(((unsigned long)end - 1) >> PAGE_SHIFT);

	mm_bug_on(end < _etext, "%p: the kernel's own code ends at %p", (const void *)end,
		  (const void *)_etext);
	kernel_code_end = end;
	gdt[KERNEL_CS >> 3].low = limit & 0xFFFF;
	gdt[KERNEL_CS >> 3].high = DESC_CODE | (limit & 0xF0000);
	__asm__ volatile("ljmp %0, $1f\n1:" : : "i"(KERNEL_CS) : "memory");
}

/* Not busy. */
static void set_tss_descriptor(u16 selector)
{
	const struct tss *tss = &tasks[TSS_NR(selector)];
	u32 base = (u32)(unsigned long)tss;

	gdt[selector >> 3].low = base << 16 | (sizeof(*tss) - 1);
	gdt[selector >> 3].high = (base & 0xFF000000) | DESC_TSS | (base >> 16 & 0xFF);
}

/* Let the next double fault enter the task of @selector, which is not running, at its beginning. */
static void arm_double_fault_task(u16 selector)
{
	char *top = selector == TSS_DF ? double_fault_stack_top : second_fault_stack_top;

	tasks[TSS_NR(selector)] = (struct tss){
		.cr3 = (u32)virt_to_phys(swapper_pg_dir),
		.eip = (u32)(unsigned long)double_fault_entry,
		.eflags = 2, /* the bit that is always set; interrupts off */
		.esp = (u32)(unsigned long)top,
		.cs = KERNEL_CS,
		.ds = KERNEL_DS,
		.es = KERNEL_DS,
		.ss = KERNEL_DS,
		.fs = KERNEL_DS,
		.gs = KERNEL_DS,
		.iomap_base = sizeof(struct tss),
	};
	set_tss_descriptor(selector);
	idt[VECTOR_DOUBLE_FAULT].low = (u32)selector << 16;
}

u32 *kernel_stack_for_traps(void)
{
	return &tasks[TSS_NR(TSS_MAIN)].esp0;
}

void double_fault_entered(struct tss *failed)
{
	u16 this;

	__asm__("str %0" : "=rm"(this));
	*failed = tasks[TSS_NR(tasks[TSS_NR(this)].link)];
	arm_double_fault_task(this == TSS_DF ? TSS_DF2 : TSS_DF);
}

void __init gdt_init(void)
{
	const struct table_pointer pointer = { sizeof(gdt) - 1, (u32)(unsigned long)gdt };

	tasks[TSS_NR(TSS_MAIN)].iomap_base = sizeof(struct tss);
	tasks[TSS_NR(TSS_MAIN)].ss0 = KERNEL_DS;
	set_tss_descriptor(TSS_MAIN);
	arm_double_fault_task(TSS_DF);

	__asm__ volatile("lgdt %0\n\t"
			 "ljmp %1, $1f\n"
			 "1:\n\t"
			 "movl %2, %%ds\n\t"
			 "movl %2, %%es\n\t"
			 "movl %2, %%ss\n\t"
			 "movl %2, %%fs\n\t"
			 "movl %2, %%gs\n\t"
			 "ltr %w3\n\t"
			 "lldt %w4" /* none, whatever a loader or a reset left */
			 :
			 : "m"(pointer), "i"(KERNEL_CS), "r"(KERNEL_DS), "r"(TSS_MAIN), "r"(0)
			 : "memory");
	set_code_end(__init_text_end);
}
