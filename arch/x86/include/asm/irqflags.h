/* SPDX-License-Identifier: 0BSD
 *
 * irqflags.h - the interrupt flag of the running CPU (Intel SDM vol. 3, 6.8.1).
 */
#ifndef ASM_IRQFLAGS_H
#define ASM_IRQFLAGS_H

#include <lib/types.h>

#define EFLAGS_IF 0x200UL

/* Interrupts off. Return: EFLAGS before, for local_irq_restore(). */
static inline unsigned long local_irq_save(void)
{
	unsigned long flags;

	__asm__ volatile("pushfl; popl %0; cli" : "=r"(flags) : : "memory");
	return flags;
}

static inline void local_irq_restore(unsigned long flags)
{
	__asm__ volatile("pushl %0; popfl" : : "r"(flags) : "memory", "cc");
}

static inline bool irqs_disabled(void)
{
	unsigned long flags;

	__asm__ volatile("pushfl; popl %0" : "=r"(flags));
	return !(flags & EFLAGS_IF);
}

/* In every waiting loop: under round-robin emulation only this lets another CPU run. */
static inline void cpu_relax(void)
{
	__asm__ volatile("pause" : : : "memory");
}

#endif
