/* SPDX-License-Identifier: 0BSD
 *
 * work.c - mutexes, events and deferred work, as handlers and those who wait use them.
 */
#include <dev/event.h>
#include <dev/mutex.h>
#include <dev/work.h>
#include <lib/string.h>
#include <test/ktest.h>

#include "ticks.h"

static struct event event;
static struct mutex mutex;
static unsigned int runs;
static char order[8];

static void append(void *context)
{
	order[runs++ % (sizeof(order) - 1)] = *(const char *)context;
}

KTEST(work, runs_once_in_its_order_when_the_kernel_is_idle, SHORT)
{
	static char names[] = "ab";
	static struct work a = { .run = append, .context = &names[0] };
	static struct work b = { .run = append, .context = &names[1] };

	memset(order, 0, sizeof(order));
	runs = 0;
	kt_true(schedule_work(&a));
	kt_true(schedule_work(&b));
	kt_false(schedule_work(&a));
	kt_eq(runs, 0);
	machine_idle();
	kt_str_eq(order, "ab");
	machine_idle();
	kt_eq(runs, 2);
	kt_true(schedule_work(&a));
	machine_idle();
	kt_str_eq(order, "aba");
}

static void again(void *context)
{
	runs++;
	if (runs < 3)
		kt_true(schedule_work(context));
}

KTEST(work, may_schedule_itself_for_the_next_time, SHORT)
{
	static struct work work = { .run = again, .context = &work };
	unsigned int i;

	runs = 0;
	schedule_work(&work);
	for (i = 1; i <= 3; i++) {
		run_pending_work();
		kt_eq(runs, i);
	}
	run_pending_work();
	kt_eq(runs, 3);
}

/* The other one runs, and then this one goes on. */
static void wait_for_the_other(void *context)
{
	append(context);
	kt_true(event_wait(&event, EVENT_FOREVER));
	append(context);
}

static void signal_it(void *context)
{
	append(context);
	event_signal(&event);
}

KTEST(work, that_waits_lets_others_run, SHORT)
{
	static char names[] = "ws";
	static struct work waiting = { .run = wait_for_the_other, .context = &names[0] };
	static struct work signalling = { .run = signal_it, .context = &names[1] };

	memset(order, 0, sizeof(order));
	runs = 0;
	event_reset(&event);
	schedule_work(&waiting);
	schedule_work(&signalling);
	machine_idle();
	kt_str_eq(order, "wsw");
}

/* --- events ----------------------------------------------------------------------------------- */

static irqreturn_t signal_from_handler(unsigned int irq __unused, void *context)
{
	event_signal(context);
	return IRQ_HANDLED;
}

KTEST(event, a_handler_ends_a_wait, SHORT)
{
	if (!have_ticks())
		kt_skip("no timer");
	event_reset(&event);
	kt_eq(request_irq(IRQ_TIMER, signal_from_handler, "t-event", &event), 0);
	kt_true(event_wait(&event, EVENT_FOREVER));
	kt_true(event_wait(&event, 60000));
	free_irq(IRQ_TIMER, &event);
}

KTEST(event, each_signal_is_good_for_one_wait, SHORT)
{
	event_reset(&event);
	kt_false(event_wait(&event, 0));
	event_signal(&event);
	event_signal(&event);
	kt_true(event_wait(&event, 0));
	kt_true(event_wait(&event, EVENT_FOREVER));
	kt_false(event_wait(&event, 0));
	event_signal(&event);
	event_reset(&event);
	kt_false(event_wait(&event, 0));
}

KTEST(event, a_wait_ends_with_its_time, SHORT)
{
	u64 start = clock_us();

	event_reset(&event);
	kt_false(event_wait(&event, 20));
	kt_true(!start || clock_us() - start >= 20000);
}

static irqreturn_t wait_in_handler(unsigned int irq __unused, void *context)
{
	event_wait(context, 0);
	return IRQ_HANDLED;
}

KTEST(event, stop_a_wait_in_a_handler, STOP)
{
	kt_eq(request_irq(IRQ_TIMER, wait_in_handler, "t-event", &event), 0);
	kt_expect_stop("BUG: event_wait: event ");
	for (;;)
		machine_idle();
}

/* --- mutexes ---------------------------------------------------------------------------------- */

KTEST(mutex, one_at_a_time, SHORT)
{
	mutex_lock(&mutex);
	kt_false(mutex_trylock(&mutex));
	mutex_unlock(&mutex);
	kt_true(mutex_trylock(&mutex));
	mutex_unlock(&mutex);
}

KTEST(mutex, stop_taken_twice, STOP)
{
	mutex_lock(&mutex);
	kt_expect_stop("is held, and nobody else could give it back (taken twice?)");
	mutex_lock(&mutex);
}

KTEST(mutex, stop_unlocked_twice, STOP)
{
	mutex_lock(&mutex);
	mutex_unlock(&mutex);
	kt_expect_stop("is not held (unlocked twice?)");
	mutex_unlock(&mutex);
}

KTEST(work, stop_nothing_to_run, STOP)
{
	static struct work nothing;

	kt_expect_stop("BUG: schedule_work: work ");
	schedule_work(&nothing);
}
