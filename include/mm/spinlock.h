/* SPDX-License-Identifier: 0BSD
 *
 * spinlock.h - locks, of which each has a name: that of all locks of its kind, its class.
 *
 * Every lock is taken with interrupts off: an interrupt handler may allocate, too, and would wait
 * for ever for a lock that the code under it holds.
 *
 * In the checked build (make DEBUG_LOCKS=y) a lock knows the CPU that holds it, and mm/lockdep.c
 * stops at each lock that is taken out of order, twice, or with interrupts on, and at one that was
 * never initialised. In any other build a lock is the port's, and its name is not kept.
 *
 * spin_trylock() takes a lock that nobody holds and gives up on another one: it is for reports,
 * which have to come in a panic too. It does not wait for a holder, so the order does not bind it.
 */
#ifndef MM_SPINLOCK_H
#define MM_SPINLOCK_H

#include <mm/arch_api.h>

/* The order of mm/'s locks: whoever holds one takes only such as stand behind it, and no two of one
 * class. */
#define SHRINKER_LOCK	 "shrinker_lock"
#define MEMPOOL_LOCK	 "mempool->lock"
#define CACHE_CHAIN_LOCK "cache_chain_lock"
#define CACHE_LOCK	 "cache->lock"
#define ZONE_LOCK	 "zone->lock"
#define KMAP_LOCK	 "kmap_lock"
#define STACK_DEPOT_LOCK "depot->lock"
#define VMAP_AREA_LOCK	 "vmap_area_lock"
#define KFENCE_LOCK	 "kfence_lock"
#define MM_LOCK_ORDER                                                                    \
	SHRINKER_LOCK, MEMPOOL_LOCK, CACHE_CHAIN_LOCK, CACHE_LOCK, ZONE_LOCK, KMAP_LOCK, \
		STACK_DEPOT_LOCK, VMAP_AREA_LOCK, KFENCE_LOCK

#ifdef DEBUG_LOCKS

typedef struct {
	arch_spinlock_t raw;
	unsigned int owner; /* the number of the CPU that holds it, plus one; 0: none does */
	const char *name;   /* of the class; NULL: never initialised */
} spinlock_t;

#define __SPIN_LOCK_UNLOCKED(_name)                               \
	{                                                         \
		.raw = __ARCH_SPIN_LOCK_UNLOCKED, .name = (_name) \
	}

void spin_lock(spinlock_t *lock);
bool spin_trylock(spinlock_t *lock);
void spin_unlock(spinlock_t *lock);

static inline bool spin_is_locked(const spinlock_t *lock)
{
	return arch_spin_is_locked(&lock->raw);
}

/* Why this CPU cannot be said to hold @lock, in words; NULL if it does. */
const char *spin_not_held(const spinlock_t *lock);

#define assert_held(lock) \
	mm_bug_on(spin_not_held(lock), #lock " is not held: %s", spin_not_held(lock))

#else

typedef arch_spinlock_t spinlock_t;

#define __SPIN_LOCK_UNLOCKED(_name) __ARCH_SPIN_LOCK_UNLOCKED

static inline void spin_lock(spinlock_t *lock)
{
	arch_spin_lock(lock);
}

static inline bool spin_trylock(spinlock_t *lock)
{
	if (arch_spin_is_locked(lock))
		return false;
	arch_spin_lock(lock);
	return true;
}

static inline void spin_unlock(spinlock_t *lock)
{
	arch_spin_unlock(lock);
}

static inline bool spin_is_locked(const spinlock_t *lock)
{
	return arch_spin_is_locked(lock);
}

/* This CPU must hold @lock: the first line of every helper that needs it. Only the checked build
 * can tell that it is not another CPU that does, and that interrupts are off. */
#define assert_held(lock)	    mm_bug_on(!spin_is_locked(lock), #lock " is not held")

#endif

/* A lock that nobody holds; @name is a constant. DEFINE_SPINLOCK() is one with the name of the
 * variable. */
#define spin_lock_init(lock, name) (*(lock) = (spinlock_t)__SPIN_LOCK_UNLOCKED(name))
#define DEFINE_SPINLOCK(name)	   spinlock_t name = __SPIN_LOCK_UNLOCKED(#name)

#define spin_lock_irqsave(lock, flags)      \
	do {                                \
		(flags) = local_irq_save(); \
		spin_lock(lock);            \
	} while (0)

#define spin_unlock_irqrestore(lock, flags) \
	do {                                \
		spin_unlock(lock);          \
		local_irq_restore(flags);   \
	} while (0)

#endif
