/* SPDX-License-Identifier: 0BSD
 *
 * mutex.h - a lock that may be held while its owner waits; the small form for one CPU (header
 * only).
 *
 * There are no threads: whoever finds it held is above its owner on the same stack, and could wait
 * for ever. So mutex_lock() stops there, and mutex_trylock() says no. Interrupts stay on; a handler
 * must not take one. Zeroed to start.
 */
#ifndef DEV_MUTEX_H
#define DEV_MUTEX_H

#include <dev/irq.h>
#include <lib/bug.h>

struct mutex {
	bool held;
};

/* Return: is it ours now? */
static inline bool mutex_trylock(struct mutex *mutex)
{
	bool was_held = mutex->held;

	mm_bug_on(in_interrupt(), "mutex %p: in an interrupt's handler", (void *)mutex);
	mutex->held = true;
	return !was_held;
}

static inline void mutex_lock(struct mutex *mutex)
{
	mm_bug_on(!mutex_trylock(mutex),
		  "mutex %p is held, and nobody else could give it back (taken twice?)",
		  (void *)mutex);
}

static inline void mutex_unlock(struct mutex *mutex)
{
	mm_bug_on(!mutex->held, "mutex %p is not held (unlocked twice?)", (void *)mutex);
	mutex->held = false;
}

#endif
