/* SPDX-License-Identifier: 0BSD
 *
 * spinlock.h - a test-and-set lock (Intel SDM vol. 3, 8.1.2).
 *
 * What is made of it is in mm/spinlock.h. Not recursive: on one CPU a second spin_lock() could only
 * wait for ever, so it stops.
 */
#ifndef ASM_SPINLOCK_H
#define ASM_SPINLOCK_H

#include <asm/irqflags.h>
#include <asm/mm_limits.h>
#include <lib/bug.h>

typedef struct {
	volatile unsigned int locked;
} arch_spinlock_t;

#define __ARCH_SPIN_LOCK_UNLOCKED \
	{                         \
		0                 \
	}

static inline bool arch_spin_is_locked(const arch_spinlock_t *lock)
{
	return lock->locked != 0;
}

/* On one CPU an instruction is whole without it, and many times as fast. */
#if NR_CPUS == 1
#define SPIN_BUS_LOCK ""
#else
#define SPIN_BUS_LOCK "lock "
#endif

/* Set the lock's bit. Return: was it set before? */
static inline bool spin_test_and_set(arch_spinlock_t *lock)
{
	bool held;

	__asm__ volatile(SPIN_BUS_LOCK "btsl $0, %1"
			 : "=@ccc"(held), "+m"(lock->locked)
			 :
			 : "memory");
	return held;
}

/* Wait for a lock that somebody holds. Not a part of arch_spin_lock(), whose callers would prepare
 * what the report needs on their fast path. */
static fastcall __noinline __cold __unused void spin_wait(const arch_spinlock_t *lock)
{
#if NR_CPUS == 1
	panic("BUG: spin_lock: lock %p is held already, on the only CPU (taken twice, or "
	      "overwritten?)",
	      (void *)(uintptr)lock);
#endif
	while (lock->locked)
		cpu_relax();
}

static inline void arch_spin_lock(arch_spinlock_t *lock)
{
	while (unlikely(spin_test_and_set(lock)))
		spin_wait(lock);
}

static inline void arch_spin_unlock(arch_spinlock_t *lock)
{
	__asm__ volatile("" : : : "memory");
	lock->locked = 0;
}

#endif
