/* SPDX-License-Identifier: 0BSD
 *
 * spinlock.h - locks of the host port: threads are its CPUs, and with one CPU a lock that is held
 * already stops.
 */
#ifndef ASM_SPINLOCK_H
#define ASM_SPINLOCK_H

#include <asm/irqflags.h>
#include <asm/mm_limits.h>
#include <lib/bug.h>

typedef struct {
	unsigned int locked;
} arch_spinlock_t;

#define __ARCH_SPIN_LOCK_UNLOCKED \
	{                         \
		0                 \
	}

static inline bool arch_spin_is_locked(const arch_spinlock_t *lock)
{
	return __atomic_load_n(&lock->locked, __ATOMIC_RELAXED) != 0;
}

static inline void arch_spin_lock(arch_spinlock_t *lock)
{
	while (__atomic_exchange_n(&lock->locked, 1, __ATOMIC_ACQUIRE)) {
		if (NR_CPUS == 1)
			panic("BUG: spin_lock: lock %p is held already, on the only CPU (taken "
			      "twice, or overwritten?)",
			      (void *)lock);
		cpu_relax();
	}
}

static inline void arch_spin_unlock(arch_spinlock_t *lock)
{
	if (!arch_spin_is_locked(lock))
		panic("BUG: spin_unlock: lock %p is not held", (void *)lock);
	__atomic_store_n(&lock->locked, 0, __ATOMIC_RELEASE);
}

#endif
