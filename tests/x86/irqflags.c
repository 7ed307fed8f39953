/* SPDX-License-Identifier: 0BSD
 *
 * irqflags.c - interrupts are given back as they were, and no other flag is touched.
 */
#include <test/ktest.h>

#include "../mm/irqs_on.h"

#define EFLAGS_AC     0x40000UL /* of no effect in the kernel (Intel SDM vol. 3, 2.3) */
#define EFLAGS_STATUS 0x8D5UL	/* carry, zero, and so on: a result's */

static unsigned long eflags(void)
{
	unsigned long flags;

	__asm__ volatile("pushfl; popl %0" : "=r"(flags));
	return flags;
}

static void change_ac(void)
{
	__asm__ volatile("pushl %0; popfl" : : "r"(eflags() ^ EFLAGS_AC) : "memory", "cc");
}

KTEST(irqflags, interrupts_come_on_with_the_outermost_restore, SHORT)
{
	bool off_inside, off_between, off_after;
	unsigned long outer, inner;
	struct irqs_on irqs;

	irqs_on_begin(&irqs);
	outer = local_irq_save();
	inner = local_irq_save();
	off_inside = irqs_disabled();
	local_irq_restore(inner);
	off_between = irqs_disabled();
	local_irq_restore(outer);
	off_after = irqs_disabled();
	irqs_on_end(&irqs);
	kt_true(off_inside);
	kt_true(off_between);
	kt_false(off_after);
}

/* The flags of the moment of local_irq_save() have other bits, too. */
KTEST(irqflags, nothing_but_the_interrupt_flag_is_given_back, SHORT)
{
	unsigned long flags = local_irq_save(), changed;

	change_ac();
	local_irq_restore(flags);
	changed = eflags() ^ flags;
	if (changed & EFLAGS_AC)
		change_ac();
	kt_eq(changed & EFLAGS_AC, EFLAGS_AC);
}

/* Whoever had them off does not get them by another bit that is set. */
KTEST(irqflags, only_one_bit_says_that_interrupts_were_on, SHORT)
{
	unsigned long flags = local_irq_save();
	bool off;

	local_irq_restore((flags & ~EFLAGS_IF) | EFLAGS_STATUS);
	off = irqs_disabled();
	local_irq_save();
	local_irq_restore(flags);
	kt_true(off);
}
