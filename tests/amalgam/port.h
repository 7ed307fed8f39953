/* SPDX-License-Identifier: 0BSD
 *
 * port.h - one header for a port (MM_PORT_HEADER), and every hook of mm/hooks.h: a program's memory
 * as a machine, 48 MiB of lowmem and 16 MiB of HighMem, and mem_map in lowmem.
 */
#ifndef AMALGAM_PORT_H
#define AMALGAM_PORT_H

#define PAGE_SHIFT	    12
#define PAGE_SIZE	    (1UL << PAGE_SHIFT)
#define PAGE_MASK	    (~(PAGE_SIZE - 1))
#define SMP_CACHE_BYTES	    32
#define MAX_NUMNODES	    1
#define MAX_ACTIVE_RANGES   4
#define ZONE_DMA_END_PFN    4096UL
#define ZONE_NORMAL_END_PFN 12288UL
#define MAX_PFN_LIMIT	    16384UL
#define MM_MEMMAP_LINEAR

typedef unsigned long long phys_addr_t;

extern char *machine_memory;
extern unsigned long machine_flags; /* interrupts: 0 is off */

static inline void *phys_to_virt(phys_addr_t phys)
{
	return machine_memory + phys;
}

static inline phys_addr_t virt_to_phys(const void *virt)
{
	return (unsigned long)virt - (unsigned long)machine_memory;
}

static inline unsigned long local_irq_save(void)
{
	unsigned long flags = machine_flags;

	machine_flags = 0;
	return flags;
}

static inline void local_irq_restore(unsigned long flags)
{
	machine_flags = flags;
}

static inline int irqs_disabled(void)
{
	return !machine_flags;
}

static inline void cpu_relax(void)
{
}

static inline bool local_add_negative(int n, int *v)
{
	return (*v += n) < 0;
}

static inline void local_add(int n, int *v)
{
	*v += n;
}

static inline bool local_dec_and_test(u16 *v)
{
	return !--*v;
}

static inline void local_inc(u16 *v)
{
	++*v;
}

#ifndef MM_NO_HIGHMEM
extern unsigned long machine_slots; /* address space for kmap_atomic(), then kmap() */
#define KMAP_SLOT_VA machine_slots
#define PKMAP_BASE   (machine_slots + (1UL << 20))
#define LAST_PKMAP   16UL

typedef unsigned long arch_slot_t;
void arch_map_slot(arch_slot_t *slot, unsigned long va, unsigned long pfn);
void arch_unmap_slot(arch_slot_t *slot, unsigned long va);
void arch_clear_slot(arch_slot_t *slot, unsigned long va);
#endif

/* As a kernel's own might be: of other names, and of other types. */
void machine_log(const char *fmt, ...) __printf(1, 2);
void machine_stop(const char *fmt, ...) __printf(1, 2);
unsigned int machine_cpu(void);

struct machine_lock {
	int taken;
};

static inline void machine_take(struct machine_lock *lock)
{
	if (lock->taken++)
		machine_stop("a lock is taken twice");
}

#define MM_PRINTK     machine_log
#define MM_PANIC      machine_stop
#define MM_CPU_ID     machine_cpu
#define MM_SPINLOCK_T struct machine_lock
#define MM_SPINLOCK_INIT \
	{                \
		0        \
	}
#define MM_SPIN_LOCK(lock)	machine_take(lock)
#define MM_SPIN_UNLOCK(lock)	((lock)->taken = 0)
#define MM_SPIN_IS_LOCKED(lock) ((lock)->taken != 0)

#endif
