/* SPDX-License-Identifier: 0BSD
 *
 * work.c - a chain of calls to be made later.
 *
 * A round takes the whole chain and runs it from its beginning: so work that schedules itself does
 * not keep machine_idle() from halting. Work that waits lets another round run above itself on the
 * stack; the rest of its own round stays in `round`, whose first one any round takes.
 * Locking: interrupts are off while a chain changes. One CPU.
 */
#include <dev/work.h>

#include <asm/irqflags.h>
#include <lib/bug.h>
#include <lib/panic.h>

static struct work *pending, **pending_end = &pending;
static struct work *round; /* what is left of it */

bool schedule_work(struct work *work)
{
	unsigned long flags = local_irq_save();
	bool scheduled = !work->pending;

	mm_bug_on(!work->run, "work %p: nothing to run", (void *)work);
	if (scheduled) {
		work->pending = true;
		work->next = NULL;
		*pending_end = work;
		pending_end = &work->next;
	}
	local_irq_restore(flags);
	return scheduled;
}

/* The chain becomes the round, unless one is not done. */
static void begin_round(void)
{
	unsigned long flags = local_irq_save();

	if (!round) {
		round = pending;
		pending = NULL;
		pending_end = &pending;
	}
	local_irq_restore(flags);
}

static struct work *take_first(void)
{
	unsigned long flags = local_irq_save();
	struct work *work = round;

	if (work) {
		round = work->next;
		work->pending = false;
	}
	local_irq_restore(flags);
	return work;
}

void run_pending_work(void)
{
	struct work *work;

	if (panic_in_progress())
		return;
	begin_round();
	while ((work = take_first()))
		work->run(work->context);
}
