/* SPDX-License-Identifier: 0BSD
 *
 * gdt.c - flat segments, and two tasks: the kernel, and the one that reports double faults.
 *
 * A double fault comes mostly from a stack that is gone (overrun into the guard page): nothing can
 * be pushed on it, so an ordinary gate would end in a triple fault and a silent reset. Through a
 * task gate the CPU loads a new stack from the second task state segment and saves the registers of
 * the failed code in the first one (Intel SDM vol. 3, 6.14.2 and 7.2). Hardware tasks are used for
 * nothing else.
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
#define DESC_TSS  0x00008900u /* present, available 32-bit TSS */

struct descriptor {
	u32 low, high;
};

struct tss main_tss;
static struct tss double_fault_tss;
static u8 double_fault_stack[8192] __aligned(16);

static struct descriptor gdt[] = {
	[KERNEL_CS >> 3] = { 0x0000FFFF, DESC_CODE | 0xF0000 }, /* until set_code_end() */
	[KERNEL_DS >> 3] = { 0x0000FFFF, DESC_DATA },
	[TSS_DF >> 3] = { 0, 0 },
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

static void __init set_tss_descriptor(u16 selector, struct tss *tss)
{
	u32 base = (u32)(unsigned long)tss;

	gdt[selector >> 3].low = base << 16 | (sizeof(*tss) - 1);
	gdt[selector >> 3].high = (base & 0xFF000000) | DESC_TSS | (base >> 16 & 0xFF);
}

static void __init init_double_fault_tss(void)
{
	double_fault_tss = (struct tss){
		.cr3 = (u32)virt_to_phys(swapper_pg_dir),
		.eip = (u32)(unsigned long)double_fault_entry,
		.eflags = 2, /* the bit that is always set; interrupts off */
		.esp = (u32)(unsigned long)(double_fault_stack + sizeof(double_fault_stack)),
		.cs = KERNEL_CS,
		.ds = KERNEL_DS,
		.es = KERNEL_DS,
		.ss = KERNEL_DS,
		.fs = KERNEL_DS,
		.gs = KERNEL_DS,
		.iomap_base = sizeof(struct tss),
	};
}

void __init gdt_init(void)
{
	const struct table_pointer pointer = { sizeof(gdt) - 1, (u32)(unsigned long)gdt };

	main_tss.iomap_base = sizeof(struct tss);
	init_double_fault_tss();
	set_tss_descriptor(TSS_MAIN, &main_tss);
	set_tss_descriptor(TSS_DF, &double_fault_tss);

	__asm__ volatile("lgdt %0\n\t"
			 "ljmp %1, $1f\n"
			 "1:\n\t"
			 "movl %2, %%ds\n\t"
			 "movl %2, %%es\n\t"
			 "movl %2, %%ss\n\t"
			 "movl %2, %%fs\n\t"
			 "movl %2, %%gs\n\t"
			 "ltr %w3"
			 :
			 : "m"(pointer), "i"(KERNEL_CS), "r"(KERNEL_DS), "r"(TSS_MAIN)
			 : "memory");
	set_code_end(__init_text_end);
}
