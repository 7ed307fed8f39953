/* SPDX-License-Identifier: 0BSD
 *
 * idt.c - the interrupt descriptor table: all 32 exceptions, the double fault as a task.
 *
 * No device interrupt is ever enabled here (IF stays 0), so vectors from 32 on have no gate: a
 * stray INT n ends as a general protection fault whose error code names the vector.
 */
#include <asm/cpu.h>
#include <asm/traps.h>
#include <lib/init.h>

#define GATE_INTERRUPT 0x8E00u /* present, ring 0, 32-bit interrupt gate */
#define GATE_TASK      0x8500u /* present, ring 0, task gate */

#define VECTOR_DOUBLE_FAULT 8

struct gate {
	u32 low, high;
};

static struct gate idt[NR_EXCEPTIONS] __aligned(8);

void __init idt_set_gate(unsigned int vector, void (*entry)(void))
{
	u32 offset = (u32)(unsigned long)entry;

	idt[vector].low = (u32)KERNEL_CS << 16 | (offset & 0xFFFF);
	idt[vector].high = (offset & 0xFFFF0000) | GATE_INTERRUPT;
}

void __init idt_set_task_gate(unsigned int vector, u16 tss_selector)
{
	idt[vector].low = (u32)tss_selector << 16;
	idt[vector].high = GATE_TASK;
}

void __init idt_init(void)
{
	const struct {
		u16 limit;
		u32 base;
	} __packed pointer = { sizeof(idt) - 1, (u32)(unsigned long)idt };
	unsigned int vector;

	for (vector = 0; vector < NR_EXCEPTIONS; vector++)
		idt_set_gate(vector, (void (*)(void))(trap_entries + vector * 16));
	idt_set_task_gate(VECTOR_DOUBLE_FAULT, TSS_DF);
	__asm__ volatile("lidt %0" : : "m"(pointer));
}
