/* SPDX-License-Identifier: 0BSD
 *
 * ticks.h - tests of interrupts let the timer's line ask as often as they need it.
 */
#ifndef TESTS_DEV_TICKS_H
#define TESTS_DEV_TICKS_H

#include <asm/cpu.h>
#include <asm/irqchip.h>
#include <asm/irqflags.h>
#include <asm/pit.h>
#include <dev/irq.h>
#include <dev/time.h>
#include <lib/compiler.h>

#define LONG_ENOUGH_MS 20000

/* Is there a timer, and an 8259A that keeps what is written to it? The tick's line is open. */
static inline bool have_ticks(void)
{
	return clock_us() && !(inb(PIC_MASTER_DATA) & 1 << IRQ_TIMER);
}

/* From here to ticks_end() the timer asks so many times a second, and is heard. */
static inline unsigned long ticks_begin(unsigned int hz)
{
	unsigned long flags = local_irq_save();

	pit_start(PIT_HZ / hz);
	local_irq_enable();
	return flags;
}

static inline void ticks_end(unsigned long flags)
{
	local_irq_save();
	pit_start(PIT_HZ / HZ);
	local_irq_restore(flags);
}

/* With interrupts on, wait until *@count is @n. Return: false if it does not get there. */
static inline bool wait_for(const volatile unsigned int *count, unsigned int n)
{
	unsigned int ms;

	for (ms = 0; *count < n && ms < LONG_ENOUGH_MS; ms++)
		mdelay(1);
	return *count >= n;
}

#endif
