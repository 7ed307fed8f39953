/* SPDX-License-Identifier: 0BSD
 *
 * irqs_on.h - run a piece of a test with interrupts on. Nobody has set up the interrupt
 * controllers (Intel 8259A: command word 1 at port 0x21 and 0xA1 is the mask), so they are told
 * to stay silent; where somebody's kernel has, they are as before in the end.
 */
#ifndef TESTS_MM_IRQS_ON_H
#define TESTS_MM_IRQS_ON_H

#include <asm/cpu.h>
#include <asm/irqflags.h>

struct irqs_on {
	unsigned long flags;
	u8 mask[2];
};

static inline void irqs_on_begin(struct irqs_on *irqs)
{
	irqs->flags = local_irq_save();
	irqs->mask[0] = inb(0x21);
	irqs->mask[1] = inb(0xA1);
	outb(0x21, 0xFF);
	outb(0xA1, 0xFF);
	local_irq_restore(EFLAGS_IF);
}

static inline void irqs_on_end(const struct irqs_on *irqs)
{
	local_irq_save();
	outb(0x21, irqs->mask[0]);
	outb(0xA1, irqs->mask[1]);
	local_irq_restore(irqs->flags);
}

#endif
