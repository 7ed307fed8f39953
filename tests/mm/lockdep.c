/* SPDX-License-Identifier: 0BSD
 *
 * lockdep.c - what the checked build finds about locks. Each order that is new stays known until
 * the end of the boot, so what is noted here bears names of its own.
 */
#include <lib/format.h>
#include <lib/printk.h>
#include <mm/page_alloc.h>
#include <mm/slab.h>
#include <mm/spinlock.h>
#include <test/capture.h>
#include <test/ktest.h>

#include "irqs_on.h"

#ifdef DEBUG_LOCKS

static DEFINE_SPINLOCK(t_a);
static DEFINE_SPINLOCK(t_b);
static DEFINE_SPINLOCK(t_c);

/* @inner under @outer. */
static void take_both(spinlock_t *outer, spinlock_t *inner)
{
	spin_lock(outer);
	spin_lock(inner);
	spin_unlock(inner);
	spin_unlock(outer);
}

static void take_named(const char *outer_name, const char *inner_name)
{
	spinlock_t outer, inner;

	spin_lock_init(&outer, outer_name);
	spin_lock_init(&inner, inner_name);
	take_both(&outer, &inner);
}

KTEST(lockdep, one_order_may_be_taken_again_and_again, SHORT)
{
	unsigned long flags = local_irq_save();

	take_both(&t_a, &t_b);
	take_both(&t_b, &t_c);
	take_both(&t_a, &t_c);
	take_both(&t_a, &t_b);
	local_irq_restore(flags);
	kt_false(spin_is_locked(&t_a));
}

/* They need not be given back in the reverse order. */
KTEST(lockdep, the_outer_lock_may_be_given_back_first, SHORT)
{
	unsigned long flags = local_irq_save();
	const char *outer, *inner;

	spin_lock(&t_a);
	spin_lock(&t_b);
	spin_unlock(&t_a);
	outer = spin_not_held(&t_a);
	inner = spin_not_held(&t_b);
	spin_lock(&t_c);
	spin_unlock(&t_b);
	spin_unlock(&t_c);
	local_irq_restore(flags);
	kt_str_eq(outer, "nobody holds it");
	kt_ptr_eq(inner, NULL);
}

/* One after the other is no order. */
KTEST(lockdep, locks_in_turn_are_no_order, SHORT)
{
	unsigned long flags = local_irq_save();

	spin_lock(&t_c);
	spin_unlock(&t_c);
	spin_lock(&t_a);
	spin_unlock(&t_a);
	take_both(&t_a, &t_c);
	local_irq_restore(flags);
}

/* Whoever does not wait for a holder waits for nobody in a circle. */
KTEST(lockdep, trying_knows_no_order, SHORT)
{
	unsigned long flags = local_irq_save();
	const char *held;
	bool taken, again;

	take_both(&t_a, &t_b);
	spin_lock(&t_b);
	taken = spin_trylock(&t_a);
	again = spin_trylock(&t_a);
	held = spin_not_held(&t_a);
	spin_unlock(&t_a);
	spin_unlock(&t_b);
	local_irq_restore(flags);
	kt_true(taken);
	kt_false(again);
	kt_true(!held);
	kt_false(spin_is_locked(&t_a));
}

KTEST(lockdep, a_lock_is_held_with_interrupts_off_only, SHORT)
{
	const char *off, *on;
	struct irqs_on irqs;

	irqs_on_begin(&irqs);
	local_irq_save();
	spin_lock(&t_a);
	off = spin_not_held(&t_a);
	local_irq_restore(EFLAGS_IF);
	on = spin_not_held(&t_a);
	local_irq_save();
	spin_unlock(&t_a);
	irqs_on_end(&irqs);
	kt_ptr_eq(off, NULL);
	kt_str_eq(on, "interrupts are on");
}

KTEST(lockdep, stop_two_locks_in_both_orders, STOP)
{
	take_both(&t_a, &t_b);
	kt_expect_stop(
		"out of order: here t_b, then t_a; but before, or in spinlock.h, t_a, then t_b (");
	take_both(&t_b, &t_a);
}

/* Nobody ever took the first one and the last one together. */
KTEST(lockdep, stop_a_circle_of_three, STOP)
{
	take_both(&t_a, &t_b);
	take_both(&t_b, &t_c);
	kt_expect_stop(
		"here t_c, then t_a; but before, or in spinlock.h, t_a, then t_b, then t_c (");
	take_both(&t_c, &t_a);
}

/* What is held further out is part of the order, and of the report. */
KTEST(lockdep, stop_an_order_across_a_lock_between, STOP)
{
	take_both(&t_c, &t_a);
	kt_expect_stop(
		"here t_a, then t_b, then t_c; but before, or in spinlock.h, t_c, then t_a (");
	spin_lock(&t_a);
	spin_lock(&t_b);
	spin_lock(&t_c);
}

/* What was given back is no part of it any more. */
KTEST(lockdep, stop_an_order_without_the_outer_lock, STOP)
{
	take_both(&t_c, &t_b);
	spin_lock(&t_a);
	spin_lock(&t_b);
	spin_unlock(&t_a);
	kt_expect_stop("here t_b, then t_c; but before, or in spinlock.h, t_c, then t_b (");
	spin_lock(&t_c);
}

/* The order of mm/ is known before the first lock is taken. */
KTEST(lockdep, stop_against_the_order_of_mm, STOP)
{
	kt_expect_stop(
		"here zone->lock, then cache->lock; but before, or in spinlock.h, cache->lock, "
		"then zone->lock (");
	take_named(ZONE_LOCK, CACHE_LOCK);
}

KTEST(lockdep, stop_the_chain_comes_first, STOP)
{
	kt_expect_stop("here zone->lock, then cache_chain_lock; but before");
	take_named(ZONE_LOCK, CACHE_CHAIN_LOCK);
}

KTEST(lockdep, stop_kmalloc_under_a_zone_lock, STOP)
{
	spin_lock(&NODE_DATA(0)->node_zones[ZONE_NORMAL].lock);
	kt_expect_stop("here zone->lock, then cache->lock; but before");
	kfree(kmalloc(8, GFP_KERNEL));
}

KTEST(lockdep, stop_two_locks_of_a_class, STOP)
{
	kt_expect_stop("two locks of the class zone->lock at a time");
	take_named(ZONE_LOCK, ZONE_LOCK);
}

KTEST(lockdep, stop_taken_twice, STOP)
{
	spin_lock(&t_a);
	kt_expect_stop(", t_a, is held already, by this CPU (taken twice?)");
	spin_lock(&t_a);
}

KTEST(lockdep, stop_never_initialised, STOP)
{
	static spinlock_t lock;

	kt_expect_stop("was never initialised (spin_lock_init() forgotten, or overwritten?)");
	spin_lock(&lock);
}

KTEST(lockdep, stop_unlocked_twice, STOP)
{
	spin_lock(&t_a);
	spin_lock(&t_b);
	spin_unlock(&t_a);
	kt_expect_stop(", t_a, is not held by this CPU (unlocked twice, or on another one?)");
	spin_unlock(&t_a);
}

KTEST(lockdep, stop_taken_with_interrupts_on, STOP)
{
	struct irqs_on irqs;

	irqs_on_begin(&irqs);
	kt_expect_stop(", t_a: interrupts are on");
	spin_lock(&t_a);
}

KTEST(lockdep, stop_interrupts_came_on_under_a_lock, STOP)
{
	struct irqs_on irqs;

	irqs_on_begin(&irqs);
	local_irq_save();
	spin_lock(&t_a);
	local_irq_restore(EFLAGS_IF);
	kt_expect_stop("BUG: spin_unlock: lock");
	spin_unlock(&t_a);
}

/* Its memory says that it is taken, and nobody did so. */
KTEST(lockdep, stop_nobody_gives_it_back, STOP)
{
	arch_spin_lock(&t_a.raw);
	kt_expect_stop(", t_a: CPU -1 does not give it back (unlock forgotten, or overwritten?)");
	spin_lock(&t_a);
}

static const char *const many_names[] = { "t-0",  "t-1",  "t-2",  "t-3",  "t-4",
					  "t-5",  "t-6",  "t-7",  "t-8",  "t-9",
					  "t-10", "t-11", "t-12", "t-13", "t-14" };

KTEST(lockdep, stop_nine_locks_at_a_time, STOP)
{
	spinlock_t locks[9];
	unsigned int i;

	for (i = 0; i < 9; i++) {
		spin_lock_init(&locks[i], many_names[i]);
		if (i == 8)
			kt_expect_stop("this CPU holds 8 locks, t-0 among them");
		spin_lock(&locks[i]);
	}
}

#define NR_DECLARED ARRAY_SIZE(((const char *[]){ MM_LOCK_ORDER }))
#define NR_OTHERS   (16 - NR_DECLARED) /* classes that there is room for */

/* Of classes without room no order is known: one line, and the others are looked at as before. */
KTEST(lockdep, stop_more_classes_than_there_is_room_for, STOP)
{
	const char *last = many_names[NR_OTHERS - 1], *none = many_names[NR_OTHERS];
	char line[96], stop[96];
	struct capture text;
	unsigned int i;

	for (i = 0; i < NR_OTHERS; i++)
		take_named(CACHE_CHAIN_LOCK, many_names[i]);
	take_named(none, many_names[NR_OTHERS + 1]);
	take_named(many_names[NR_OTHERS + 1], none);
	capture_init(&text, capture_text, sizeof(capture_text));
	printk_log_show(&text.out);
	snprintf(line, sizeof(line), "*lockdep: more than 16 classes of locks: the order of %s is*",
		 none);
	snprintf(stop, sizeof(stop), "here %s, then cache_chain_lock; but before", last);
	if (capture_count(&text, line) == 1)
		kt_expect_stop(stop);
	take_named(last, CACHE_CHAIN_LOCK);
}

#endif
