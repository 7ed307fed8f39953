/* SPDX-License-Identifier: 0BSD
 *
 * spinlock.h - that of x86, and ways to get it wrong.
 */
#ifndef SMALL_SPINLOCK_H
#define SMALL_SPINLOCK_H

#include_next <asm/spinlock.h>

extern bool lock_does_nothing, unlock_does_nothing;

static inline void small_spin_lock(arch_spinlock_t *lock)
{
	if (!lock_does_nothing)
		arch_spin_lock(lock);
}

static inline void small_spin_unlock(arch_spinlock_t *lock)
{
	if (!unlock_does_nothing)
		arch_spin_unlock(lock);
}

#define arch_spin_lock	 small_spin_lock
#define arch_spin_unlock small_spin_unlock

#endif
