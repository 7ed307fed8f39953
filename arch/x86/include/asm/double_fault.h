/* SPDX-License-Identifier: 0BSD
 *
 * double_fault.h - the tasks that report double faults, on stacks of their own.
 */
#ifndef ASM_DOUBLE_FAULT_H
#define ASM_DOUBLE_FAULT_H

#include <lib/compiler.h>
#include <lib/types.h>

/* Task state segment (Intel SDM vol. 3, figure 7-2). */
struct tss {
	u32 link, esp0, ss0, esp1, ss1, esp2, ss2;
	u32 cr3, eip, eflags, eax, ecx, edx, ebx, esp, ebp, esi, edi;
	u32 es, cs, ss, ds, fs, gs, ldt;
	u16 trap, iomap_base;
};

_Static_assert(sizeof(struct tss) == 104, "layout fixed by the CPU");

/* Copy to *@failed the registers of the code that failed, as the CPU saved them, and make ready for
 * another double fault. Context: once in double_fault_entry(). */
void double_fault_entered(struct tss *failed);

/* First instruction of both tasks. */
void double_fault_entry(void) __noreturn;

#endif
