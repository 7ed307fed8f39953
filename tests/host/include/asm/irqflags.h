/* SPDX-License-Identifier: 0BSD
 *
 * irqflags.h - the interrupt flags of the host port: variables. Nothing ever interrupts.
 */
#ifndef ASM_IRQFLAGS_H
#define ASM_IRQFLAGS_H

#include <lib/types.h>

#define EFLAGS_IF 0x200UL

extern __thread unsigned long host_eflags; /* off at first, as a boot loader hands over */
void host_yield(void);

static inline unsigned long local_irq_save(void)
{
	unsigned long flags = host_eflags;

	host_eflags &= ~EFLAGS_IF;
	return flags;
}

static inline void local_irq_restore(unsigned long flags)
{
	host_eflags |= flags & EFLAGS_IF;
}

static inline bool irqs_disabled(void)
{
	return !(host_eflags & EFLAGS_IF);
}

static inline bool local_add_negative(int n, int *v)
{
	return (*v += n) < 0;
}

static inline void local_add(int n, int *v)
{
	*v += n;
}

static inline bool local_dec_and_test(u16 *v)
{
	return !--*v;
}

static inline void local_inc(u16 *v)
{
	++*v;
}

#define CPU_RELAX_TURNS 4096UL /* a second and more */

static inline void cpu_relax(void)
{
	host_yield();
}

#endif
