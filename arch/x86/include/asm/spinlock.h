/* SPDX-License-Identifier: 0BSD
 *
 * spinlock.h - a test-and-set lock; xchg with memory is locked by itself (Intel SDM vol. 3,
 * 8.1.2.1).
 *
 * Taken with interrupts off (spin_lock_irqsave() of mm/arch_api.h). Not recursive: on one CPU a
 * second spin_lock() could only wait for ever, so it stops.
 */
#ifndef ASM_SPINLOCK_H
#define ASM_SPINLOCK_H

#include <asm/irqflags.h>
#include <asm/mm_limits.h>
#include <lib/bug.h>

typedef struct {
	volatile unsigned int locked;
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
	unsigned int taken = 1;

	for (;;) {
		__asm__ volatile("xchgl %0, %1" : "+r"(taken), "+m"(lock->locked) : : "memory");
		if (likely(!taken))
			return;
#if NR_CPUS == 1
		panic("BUG: spin_lock: lock %p is held already, on the only CPU", (void *)lock);
#endif
		while (lock->locked)
			cpu_relax();
	}
}

static inline void spin_unlock(spinlock_t *lock)
{
	__asm__ volatile("" : : : "memory");
	lock->locked = 0;
}

#endif
