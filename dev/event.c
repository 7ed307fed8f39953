/* SPDX-License-Identifier: 0BSD
 *
 * event.c - waiting for an event: look, and be idle until the next interrupt.
 *
 * A signal between the look and the halt is seen at the next tick. Locking: interrupts are off
 * while the count is changed. One CPU.
 */
#include <dev/event.h>

#include <asm/irqflags.h>
#include <dev/irq.h>
#include <dev/time.h>
#include <lib/bug.h>

#define US_PER_MS 1000u

void event_signal(struct event *event)
{
	unsigned long flags = local_irq_save();

	event->signals++;
	local_irq_restore(flags);
}

void event_reset(struct event *event)
{
	event->signals = 0;
}

static bool take_signal(struct event *event)
{
	unsigned long flags = local_irq_save();
	bool taken = event->signals;

	event->signals -= taken;
	local_irq_restore(flags);
	return taken;
}

static bool is_over(u64 start, unsigned int ms)
{
	return ms != EVENT_FOREVER && (!start || clock_us() - start >= (u64)ms * US_PER_MS);
}

bool event_wait(struct event *event, unsigned int ms)
{
	u64 start = clock_us();

	mm_bug_on(in_interrupt(), "event %p: in an interrupt's handler", (void *)event);
	while (!take_signal(event)) {
		if (is_over(start, ms))
			return false;
		machine_idle();
	}
	return true;
}
