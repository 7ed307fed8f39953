/* SPDX-License-Identifier: 0BSD
 *
 * spinlock.h - locks of the host port: one CPU, so a lock that is held already stops.
 */
#ifndef ASM_SPINLOCK_H
#define ASM_SPINLOCK_H

#include <asm/irqflags.h>
#include <lib/bug.h>

typedef struct {
	unsigned int locked;
} spinlock_t;

#define SPIN_LOCK_UNLOCKED \
	{                  \
		0          \
	}

static inline bool spin_is_locked(const spinlock_t *lock)
{
	return lock->locked != 0;
}

static inline void spin_lock(spinlock_t *lock)
{
	mm_bug_on(lock->locked,
		  "lock %p is held already, on the only CPU (taken twice, or overwritten?)",
		  (void *)lock);
	lock->locked = 1;
}

static inline void spin_unlock(spinlock_t *lock)
{
	mm_bug_on(!lock->locked, "lock %p is not held", (void *)lock);
	lock->locked = 0;
}

#endif
