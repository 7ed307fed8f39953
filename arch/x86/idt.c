/* SPDX-License-Identifier: 0BSD
 *
 * idt.c - the interrupt descriptor table: all 256 vectors, the double fault as a task.
 *
 * 1. Concepts    Vectors below 32 are exceptions, the others belong to devices and INT n. A vector
 *                that nobody has asked for leads to a report that names it (entry.S, traps.c).
 *                The one of system calls is the only one that ring 3 may call by INT n.
 * 2. Invariants  From idt_init() on each of the 256 gates is present and leads to code that stays.
 * 3. Locking     A gate is two words: interrupts are off while it changes.
 */
#include <asm/cpu.h>
#include <asm/irqflags.h>
#include <asm/sections.h>
#include <asm/traps.h>
#include <lib/bug.h>
#include <lib/init.h>

#define GATE_INTERRUPT 0x8E00u /* present, ring 0, 32-bit interrupt gate */
#define GATE_USER      0x6000u /* ring 3 may call it by INT n */
#define GATE_TASK      0x8500u /* present, ring 0, task gate */

struct gate idt[NR_VECTORS] __aligned(8);

struct gate interrupt_gate(unsigned long entry)
{
	return (struct gate){ .low = (u32)KERNEL_CS << 16 | (entry & 0xFFFF),
			      .high = (entry & 0xFFFF0000) | GATE_INTERRUPT };
}

void idt_load(const struct gate *table)
{
	const struct table_pointer pointer = { NR_VECTORS * sizeof(*table) - 1,
					       (u32)(unsigned long)table };

	__asm__ volatile("lidt %0" : : "m"(pointer));
}

static void write_gate(unsigned int vector, unsigned long entry)
{
	unsigned long flags = local_irq_save();

	idt[vector] = interrupt_gate(entry);
	if (vector == VECTOR_SYSCALL)
		idt[vector].high |= GATE_USER;
	local_irq_restore(flags);
}

static unsigned long report_entry(unsigned int vector)
{
	return (unsigned long)trap_entries + (size_t)vector * TRAP_ENTRY_SIZE;
}

/* What goes for both ways of changing a gate. */
static void check_vector(const char *func, unsigned int vector)
{
	if (vector >= NR_VECTORS)
		panic("BUG: %s: vector %u, the last one is %u", func, vector, NR_VECTORS - 1);
	if (vector == VECTOR_DOUBLE_FAULT)
		panic("BUG: %s: vector %u: only a task of its own can report a double fault", func,
		      vector);
	if (!idt[vector].high)
		panic("BUG: %s: vector %u: there is no IDT before idt_init()", func, vector);
}

void idt_set_gate(unsigned int vector, void (*entry)(void))
{
	unsigned long address = (unsigned long)entry;

	check_vector(__func__, vector);
	mm_bug_on(address < (unsigned long)_start || address >= (unsigned long)_etext,
		  "vector %u: %08lx is no code that stays (__init, or a pointer to data?)", vector,
		  address);
	write_gate(vector, address);
}

void idt_reset_gate(unsigned int vector)
{
	check_vector(__func__, vector);
	write_gate(vector, report_entry(vector));
}

void __init idt_init(void)
{
	unsigned int vector;

	for (vector = 0; vector < NR_VECTORS; vector++)
		write_gate(vector, report_entry(vector));
	idt[VECTOR_DOUBLE_FAULT] = (struct gate){ .low = TSS_DF << 16, .high = GATE_TASK };
	idt_load(idt);
}
