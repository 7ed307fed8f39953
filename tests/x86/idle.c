/* SPDX-License-Identifier: 0BSD
 *
 * idle.c - waiting at the prompt changes nothing and disturbs nobody.
 */
#include <asm/cpu.h>
#include <asm/irqchip.h>
#include <asm/irqflags.h>
#include <asm/machine.h>
#include <asm/traps.h>
#include <test/ktest.h>

#define COM1_IER     0x3F9
#define COM1_MCR     0x3FC
#define TIMER_CLOSED 0xFF
#define TIMER_OPEN   0xFE

static volatile unsigned int handled;

static __attribute__((interrupt)) void handler(void *frame __unused)
{
	handled++;
	outb(PIC_MASTER_COMMAND, PIC_END_OF_INTERRUPT);
}

/* Long enough for several ticks, also where each wait returns at once. */
static void idle_for_some_ticks(void)
{
	u64 start = clock_us();
	unsigned int i;

	for (i = 0; i < 4 || (start && clock_us() - start < 200000); i++)
		machine_idle();
}

static u32 idt_base(void)
{
	struct table_pointer table;

	__asm__ volatile("sidt %0" : "=m"(table));
	return table.base;
}

KTEST(idle, all_is_as_it_was_before, SHORT)
{
	unsigned long flags = local_irq_save();
	u8 mask = inb(PIC_MASTER_DATA), ier = inb(COM1_IER), mcr = inb(COM1_MCR);
	u32 base = idt_base();

	idle_for_some_ticks();
	kt_true(irqs_disabled());
	kt_eq(inb(PIC_MASTER_DATA), mask);
	kt_eq(inb(COM1_IER), ier);
	kt_eq(inb(COM1_MCR), mcr);
	kt_eq(idt_base(), base);
	local_irq_restore(flags);
}

/* Who has interrupts off is not called, even if the timer's line is open. */
KTEST(idle, nobodys_handler_runs_with_interrupts_off, SHORT)
{
	unsigned long flags = local_irq_save();
	u8 mask = inb(PIC_MASTER_DATA);
	struct gate gate = idt[PIC_VECTOR];

	handled = 0;
	idt_set_gate(PIC_VECTOR, (void (*)(void))handler);
	outb(PIC_MASTER_DATA, TIMER_OPEN);
	idle_for_some_ticks();
	outb(PIC_MASTER_DATA, mask);
	idt[PIC_VECTOR] = gate;
	kt_eq(handled, 0);
	local_irq_restore(flags);
}

/* With interrupts on and no tick that could wake the CPU it must not be halted. */
KTEST(idle, interrupts_on_and_no_line_open_returns, SHORT)
{
	unsigned long flags = local_irq_save();
	u8 mask = inb(PIC_MASTER_DATA);

	outb(PIC_MASTER_DATA, TIMER_CLOSED);
	__asm__ volatile("sti" : : : "memory");
	machine_idle();
	machine_idle();
	kt_false(irqs_disabled());
	local_irq_save();
	outb(PIC_MASTER_DATA, mask);
	local_irq_restore(flags);
}

KTEST(idle, with_interrupts_on_the_users_tick_ends_it, SHORT)
{
	unsigned long flags = local_irq_save();
	u8 mask = inb(PIC_MASTER_DATA);
	struct gate gate = idt[PIC_VECTOR];

	outb(PIC_MASTER_DATA, TIMER_OPEN);
	if (!clock_us() || inb(PIC_MASTER_DATA) != TIMER_OPEN) {
		outb(PIC_MASTER_DATA, mask);
		local_irq_restore(flags);
		kt_skip("no timer, or no 8259A");
	}
	handled = 0;
	idt_set_gate(PIC_VECTOR, (void (*)(void))handler);
	__asm__ volatile("sti" : : : "memory");
	while (handled < 2)
		machine_idle();
	local_irq_save();
	outb(PIC_MASTER_DATA, mask);
	idt[PIC_VECTOR] = gate;
	kt_true(handled >= 2);
	local_irq_restore(flags);
}
