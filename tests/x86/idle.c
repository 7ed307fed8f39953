/* SPDX-License-Identifier: 0BSD
 *
 * idle.c - while the kernel waits interrupts come, also where they are off otherwise.
 */
#include <asm/cpu.h>
#include <asm/irqchip.h>
#include <asm/irqflags.h>
#include <asm/traps.h>
#include <dev/irq.h>
#include <dev/time.h>
#include <test/ktest.h>

#define TIMER_CLOSED	 0xFF
#define TIMER_OPEN	 0xFE
#define END_OF_INTERRUPT 0x20

static volatile unsigned int handled;

static __attribute__((interrupt)) void handler(void *frame __unused)
{
	handled++;
	outb(PIC_MASTER_COMMAND, END_OF_INTERRUPT);
}

KTEST(idle, handlers_run_and_the_flag_is_as_before, SHORT)
{
	unsigned long flags = local_irq_save(), before = jiffies;
	u8 mask = inb(PIC_MASTER_DATA);

	if (!clock_us() || mask & 1 << IRQ_TIMER) {
		local_irq_restore(flags);
		kt_skip("no timer, or no 8259A");
	}
	while (jiffies - before < 3)
		machine_idle();
	kt_true(irqs_disabled());
	kt_eq(inb(PIC_MASTER_DATA), mask);
	local_irq_restore(flags);
}

/* With interrupts on and no tick that could wake the CPU it must not be halted; nor with them off.
 * */
KTEST(idle, no_line_open_returns, SHORT)
{
	unsigned long flags = local_irq_save();
	u8 mask = inb(PIC_MASTER_DATA);

	outb(PIC_MASTER_DATA, TIMER_CLOSED);
	machine_idle();
	machine_idle();
	local_irq_enable();
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
	local_irq_enable();
	while (handled < 2)
		machine_idle();
	local_irq_save();
	outb(PIC_MASTER_DATA, mask);
	idt[PIC_VECTOR] = gate;
	kt_true(handled >= 2);
	local_irq_restore(flags);
}
