/* SPDX-License-Identifier: 0BSD
 *
 * irqflags.h - the interrupt flag of the running CPU (Intel SDM vol. 3, 6.8.1).
 */
#ifndef ASM_IRQFLAGS_H
#define ASM_IRQFLAGS_H

#include <lib/types.h>

#define EFLAGS_IF 0x200UL

/* Interrupts off. Return: EFLAGS before, for local_irq_restore(). What is saved may be saved and
 * restored again meanwhile: then interrupts stay off. */
static inline unsigned long local_irq_save(void)
{
	unsigned long flags;

	__asm__ volatile("pushf; pop %0; cli" : "=r"(flags) : : "memory");
	return flags;
}

/* Interrupts on again if they were on when @flags was saved; every other flag stays as it is now.
 * A test and STI: POPF would take most of the time of a locked path. Context: interrupts off. */
static inline void local_irq_restore(unsigned long flags)
{
	if (flags & EFLAGS_IF)
		__asm__ volatile("sti" : : : "memory");
}

/* For who begins to let interrupts in; everybody else saves and restores. */
static inline void local_irq_enable(void)
{
	__asm__ volatile("sti" : : : "memory");
}

static inline bool irqs_disabled(void)
{
	unsigned long flags;

	__asm__ volatile("pushf; pop %0" : "=r"(flags));
	return !(flags & EFLAGS_IF);
}

/* One instruction each, which no interrupt divides: for what only this CPU writes to. */

/* *@v += @n. Return: is it negative then? */
static inline bool local_add_negative(int n, int *v)
{
	bool negative;

	__asm__ volatile("addl %2, %1" : "=@ccs"(negative), "+m"(*v) : "ir"(n) : "memory");
	return negative;
}

static inline void local_add(int n, int *v)
{
	__asm__ volatile("addl %1, %0" : "+m"(*v) : "ir"(n) : "memory", "cc");
}

/* --*@v. Return: is it 0 then? */
static inline bool local_dec_and_test(u16 *v)
{
	bool zero;

	__asm__ volatile("decw %1" : "=@ccz"(zero), "+m"(*v) : : "memory");
	return zero;
}

static inline void local_inc(u16 *v)
{
	__asm__ volatile("incw %0" : "+m"(*v) : : "memory", "cc");
}

/* In every waiting loop: under round-robin emulation only this lets another CPU run. */
static inline void cpu_relax(void)
{
	__asm__ volatile("pause" : : : "memory");
}

#endif
