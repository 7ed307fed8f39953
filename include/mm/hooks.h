/* SPDX-License-Identifier: 0BSD
 *
 * hooks.h - what a kernel has already, under a name of its own, and gives to mm/ by a define.
 *
 * Each is defined on the compiler's command line or in the port's header, which may declare what it
 * names; without it there is the default. Only printk(), panic() and the functions of arch_api.h
 * are called of a kernel, but for memset(), memcpy(), memmove() and memcmp(): compilers call these
 * too, by their names, so no define can rename them. What mm/ itself defines is renamed by
 * MM_PREFIX, which renames nothing that is called here.
 *
 *   MM_PRINTK(fmt, ...)    log a message; what it returns is not used. Default: int printk()
 *   MM_PANIC(fmt, ...)     report a caller's bug and stop; mm/ does not go on should it return.
 *                          Default: panic(), which must not return.
 *   MM_CPU_ID()            with NR_CPUS above 1: the number of this CPU. Default: <asm/smp.h>
 *   MM_SPINLOCK_T          the type of a lock, with all of the next four. Default: <asm/spinlock.h>
 *   MM_SPINLOCK_INIT       a lock that nobody holds
 *   MM_SPIN_LOCK(lock)     take @lock, a pointer; interrupts are off
 *   MM_SPIN_UNLOCK(lock)   give it back
 *   MM_SPIN_IS_LOCKED(lock)
 *                          does anybody hold it?
 *
 * Formats are those of lib/format.h, which is there for whoever has no formatting: flags, width and
 * precision, lengths ll l h hh z t, conversions d i u x X o c s p %.
 */
#ifndef MM_HOOKS_H
#define MM_HOOKS_H

#include <lib/bug.h>

/* Write to the kernel log. A text may begin with KERN_SOH and a level digit (lib/kern_levels.h). */
#ifdef MM_PRINTK
#define printk(...) ((void)MM_PRINTK(__VA_ARGS__))
#else
int printk(const char *fmt, ...) __printf(1, 2);
#endif

#ifdef MM_SPINLOCK_T
typedef MM_SPINLOCK_T arch_spinlock_t;
#define __ARCH_SPIN_LOCK_UNLOCKED MM_SPINLOCK_INIT

static inline void arch_spin_lock(arch_spinlock_t *lock)
{
	MM_SPIN_LOCK(lock);
}

static inline void arch_spin_unlock(arch_spinlock_t *lock)
{
	MM_SPIN_UNLOCK(lock);
}

static inline bool arch_spin_is_locked(const arch_spinlock_t *lock)
{
	return MM_SPIN_IS_LOCKED(lock);
}
#endif

/* The number of this CPU below NR_CPUS, where it cannot change meanwhile (interrupts off). */
#if NR_CPUS == 1
#define smp_processor_id() 0U
#elif defined(MM_CPU_ID)
#define smp_processor_id() ((unsigned int)MM_CPU_ID())
#endif

#endif
