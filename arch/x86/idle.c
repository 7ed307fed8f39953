/* SPDX-License-Identifier: 0BSD
 *
 * idle.c - waiting with the CPU halted, and with interrupts on.
 *
 * 1. Concepts    HLT ends with an interrupt: of the tick, of the serial line, of the keyboard, of
 *                whatever somebody has requested. Their handlers run, and before that the work that
 *                they have scheduled (dev/work.c).
 * 2. Ticks       A CPU that is halted where no interrupt comes stays so. Therefore it is not before
 *                a tick has been seen, and not while the timer's line is closed; until then
 *                interrupts are let in for a moment each time, and on a machine without timer or
 *                8259A that is all.
 * 3. User's own  Somebody who has interrupts on, and the timer's line open, has a tick, whether it
 *                is the one that jiffies counts or not.
 */
#include <asm/cpu.h>
#include <asm/irqchip.h>
#include <asm/irqflags.h>
#include <dev/irq.h>
#include <dev/time.h>
#include <dev/work.h>
#include <lib/bug.h>

static bool a_tick_will_come(bool irqs_were_on)
{
	return !(inb(PIC_MASTER_DATA) & 1 << IRQ_TIMER) && (jiffies || irqs_were_on);
}

/* The CPU takes no interrupt between STI and the instruction after it, so none is missed. */
void machine_idle(void)
{
	unsigned long flags;

	mm_bug_on(in_interrupt(), "an interrupt's handler cannot wait");
	run_pending_work();
	flags = local_irq_save();
	if (a_tick_will_come(flags & EFLAGS_IF))
		__asm__ volatile("sti; hlt; cli" : : : "memory");
	else
		__asm__ volatile("sti; nop; cli; pause" : : : "memory");
	local_irq_restore(flags);
}
