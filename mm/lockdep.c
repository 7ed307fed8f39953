/* SPDX-License-Identifier: 0BSD
 *
 * lockdep.c - locks that say who holds them, and a validator of their order; the checked build's.
 *
 * 1. Concepts    Two CPUs that take two locks in opposite orders wait for each other for ever, but
 *                only if they do so at the same moment. The validator needs no such luck: it knows
 *                in which order locks were ever taken, and stops at the first one that contradicts.
 *                It thinks in classes, the names of locks, not in locks.
 * 2. Data        seen[outer] has a bit for each class that was taken while one of `outer` was held.
 *                That and the order in spinlock.h, which is known before anything is seen, are a
 *                graph, from the outside to the inside. Each CPU has the stack of the locks that it
 *                holds. A lock of a class for which there is no room has an owner, but no order.
 * 3. Invariants  The graph has no circle: what would close one stops. A lock has an owner exactly
 *                while it is on that CPU's stack.
 * 4. Locking     graph_lock for names and `seen`, innermost and without a check; the stacks belong
 *                to their CPUs, with interrupts off.
 * 5. Not done    Locks that are taken with interrupts on, readers and writers, waiting by sleeping:
 *                mm/ has none.
 */
#include <mm/percpu.h>
#include <mm/spinlock.h>

#include "internal.h"

#ifdef DEBUG_LOCKS

#define MAX_CLASSES 16
#define MAX_HELD    8

static const char *class_name[MAX_CLASSES] = { MM_LOCK_ORDER };
#define NR_DECLARED ARRAY_SIZE(((const char *[]){ MM_LOCK_ORDER }))

static unsigned int nr_classes = NR_DECLARED;
static u32 seen[MAX_CLASSES];
static bool table_was_full;
static arch_spinlock_t graph_lock = __ARCH_SPIN_LOCK_UNLOCKED;

struct held_locks {
	unsigned int nr;
	spinlock_t *lock[MAX_HELD]; /* the innermost last */
};

static DEFINE_PER_CPU(struct held_locks, held_locks);

/* --- the graph of classes: under graph_lock -------------------------------------------------- */

/* The class of @name, a new one if need be. Return: MAX_CLASSES if there is no room for it. */
static unsigned int class_of(const char *name)
{
	unsigned int i;

	for (i = 0; i < nr_classes; i++)
		if (same_name(class_name[i], name))
			return i;
	if (nr_classes < MAX_CLASSES) {
		class_name[nr_classes] = name;
		return nr_classes++;
	}
	if (!table_was_full)
		printk(KERN_WARNING "lockdep: more than %u classes of locks: the order of %s is "
				    "not looked at, nor that of others to come\n",
		       MAX_CLASSES, name);
	table_was_full = true;
	return MAX_CLASSES;
}

static bool comes_right_before(unsigned int outer, unsigned int inner)
{
	return seen[outer] & 1U << inner || (outer < inner && inner < NR_DECLARED);
}

/* Does @outer come before @inner, right before or by way of others? */
static bool comes_before(unsigned int outer, unsigned int inner)
{
	unsigned int next;

	if (comes_right_before(outer, inner))
		return true;
	for (next = 0; next < nr_classes; next++)
		if (comes_right_before(outer, next) && comes_before(next, inner))
			return true;
	return false;
}

/* Note that @lock is taken while @held is. Return: may it be? */
static bool note_order(const spinlock_t *held, const spinlock_t *lock)
{
	unsigned int outer = class_of(held->name), inner = class_of(lock->name);

	if (outer == MAX_CLASSES || inner == MAX_CLASSES)
		return true;
	if (outer == inner || comes_before(inner, outer))
		return false;
	seen[outer] |= 1U << inner;
	return true;
}

/* --- reports --------------------------------------------------------------------------------- */

struct chain {
	char text[160];
	size_t len;
};

static void append(struct chain *chain, const char *text)
{
	while (*text && chain->len < sizeof(chain->text) - 1)
		chain->text[chain->len++] = *text++;
	chain->text[chain->len] = '\0';
}

static void append_lock(struct chain *chain, const char *name)
{
	if (chain->len)
		append(chain, ", then ");
	append(chain, name);
}

/* The classes on the way from @outer to @inner, both included. */
static void append_path(struct chain *chain, unsigned int outer, unsigned int inner)
{
	append_lock(chain, class_name[outer]);
	while (outer != inner) {
		unsigned int next = inner;

		if (!comes_right_before(outer, inner))
			for (next = 0;
			     !comes_right_before(outer, next) || !comes_before(next, inner); next++)
				;
		append_lock(chain, class_name[next]);
		outer = next;
	}
}

static void __noreturn __cold bad_order(const struct held_locks *held, const spinlock_t *outer,
					const spinlock_t *lock)
{
	struct chain here = { .len = 0 }, before = { .len = 0 };
	unsigned int i;

	if (same_name(outer->name, lock->name))
		panic("BUG: spin_lock: two locks of the class %s at a time, %p under %p (which "
		      "one comes first is not settled)",
		      lock->name, (void *)lock, (const void *)outer);
	for (i = 0; i < held->nr; i++)
		append_lock(&here, held->lock[i]->name);
	append_lock(&here, lock->name);
	append_path(&before, class_of(lock->name), class_of(outer->name));
	panic("BUG: spin_lock: out of order: here %s; but before, or in spinlock.h, %s (two CPUs "
	      "that do both wait for each other for ever)",
	      here.text, before.text);
}

/* --- locks ----------------------------------------------------------------------------------- */

/* What @who may expect of any lock, and of its caller. */
static void check_lock(const spinlock_t *lock, const char *who)
{
	if (!lock->name)
		panic("BUG: %s: lock %p was never initialised (spin_lock_init() forgotten, or "
		      "overwritten?)",
		      who, (const void *)lock);
	if (!irqs_disabled())
		panic("BUG: %s: lock %p, %s: interrupts are on (an interrupt that takes it would "
		      "wait for ever: spin_lock_irqsave())",
		      who, (const void *)lock, lock->name);
}

static void check_order(const struct held_locks *held, const spinlock_t *lock)
{
	const spinlock_t *bad = NULL;
	unsigned int i;

	arch_spin_lock(&graph_lock);
	for (i = 0; i < held->nr && !bad; i++)
		if (!note_order(held->lock[i], lock))
			bad = held->lock[i];
	arch_spin_unlock(&graph_lock);
	if (bad)
		bad_order(held, bad, lock);
}

static void wait_for(const spinlock_t *lock)
{
	unsigned long turns;

	for (turns = 0; arch_spin_is_locked(&lock->raw); turns++) {
		if (turns == CPU_RELAX_TURNS)
			panic("BUG: spin_lock: lock %p, %s: CPU %d does not give it back (unlock "
			      "forgotten, or overwritten?)",
			      (const void *)lock, lock->name, (int)READ_ONCE(lock->owner) - 1);
		cpu_relax();
	}
}

static void take(struct held_locks *held, spinlock_t *lock)
{
	mm_bug_on(held->nr == MAX_HELD, "lock %p, %s: this CPU holds %u locks, %s among them",
		  (void *)lock, lock->name, MAX_HELD, held->lock[0]->name);
	arch_spin_lock(&lock->raw);
	lock->owner = smp_processor_id() + 1;
	held->lock[held->nr++] = lock;
}

void spin_lock(spinlock_t *lock)
{
	struct held_locks *held = &this_cpu(held_locks);

	check_lock(lock, __func__);
	mm_bug_on(READ_ONCE(lock->owner) == smp_processor_id() + 1,
		  "lock %p, %s, is held already, by this CPU (taken twice?)", (void *)lock,
		  lock->name);
	check_order(held, lock);
	wait_for(lock);
	take(held, lock);
}

bool spin_trylock(spinlock_t *lock)
{
	check_lock(lock, __func__);
	if (arch_spin_is_locked(&lock->raw))
		return false;
	take(&this_cpu(held_locks), lock);
	return true;
}

void spin_unlock(spinlock_t *lock)
{
	struct held_locks *held = &this_cpu(held_locks);
	unsigned int i = 0;

	check_lock(lock, __func__);
	while (i < held->nr && held->lock[i] != lock)
		i++;
	mm_bug_on(i == held->nr,
		  "lock %p, %s, is not held by this CPU (unlocked twice, or on another one?)",
		  (void *)lock, lock->name);
	for (held->nr--; i < held->nr; i++)
		held->lock[i] = held->lock[i + 1];
	lock->owner = 0;
	arch_spin_unlock(&lock->raw);
}

const char *spin_not_held(const spinlock_t *lock)
{
	unsigned int owner = READ_ONCE(lock->owner);

	if (!owner)
		return "nobody holds it";
	if (owner != smp_processor_id() + 1)
		return "another CPU holds it";
	return irqs_disabled() ? NULL : "interrupts are on";
}

#endif
