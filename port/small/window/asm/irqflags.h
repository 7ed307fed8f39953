/* SPDX-License-Identifier: 0BSD
 *
 * irqflags.h - those of x86, and ways to get them wrong.
 */
#ifndef SMALL_IRQFLAGS_H
#define SMALL_IRQFLAGS_H

#include_next <asm/irqflags.h>

extern bool irq_save_keeps_them_on, irq_restore_does_nothing, irq_restore_switches_on;

static inline unsigned long small_irq_save(void)
{
	unsigned long flags = local_irq_save();

	if (irq_save_keeps_them_on)
		local_irq_restore(flags);
	return flags;
}

static inline void small_irq_restore(unsigned long flags)
{
	if (!irq_restore_does_nothing)
		local_irq_restore(irq_restore_switches_on ? EFLAGS_IF : flags);
}

#define local_irq_save	  small_irq_save
#define local_irq_restore small_irq_restore

#endif
