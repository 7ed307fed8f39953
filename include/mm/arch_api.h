/* SPDX-License-Identifier: 0BSD
 *
 * arch_api.h - everything that mm/ asks of the machine below it. Port this, and mm/ runs.
 *
 * A port puts four headers named <asm/...> on the include path, five if it has HighMem, or one in
 * their place, and implements the functions at the end, but for those that hooks.h lets it name.
 * Nothing else outside mm/, include/mm and the header-only parts of include/lib is used: `make
 * check` compares the undefined symbols of the linked mm/ objects with this list.
 */
#ifndef MM_ARCH_API_H
#define MM_ARCH_API_H

#include <lib/compiler.h>
#include <lib/init.h>
#include <lib/kern_levels.h>
#include <lib/types.h>
#include <mm/parts.h>

/* One header of the port instead of all these, and of <asm/smp.h>:
 * -DMM_PORT_HEADER='"mmport.h"' */
#ifdef MM_PORT_HEADER
#include MM_PORT_HEADER
#else
/* phys_addr_t (64 bits), PAGE_SHIFT, PAGE_SIZE, SMP_CACHE_BYTES, phys_to_virt(), virt_to_phys();
 * arch_clear_words(p, n), a macro or more, if n words of 32 bits are cleared faster than by
 * memset() */
#include <asm/page.h>
/* MAX_NUMNODES, ZONE_DMA_END_PFN, ZONE_NORMAL_END_PFN, MAX_PFN_LIMIT, MAX_ACTIVE_RANGES; NR_CPUS,
 * unless there is one. mem_map: VMEMMAP_START, or MM_MEMMAP_LINEAR (page.h says which to take). For
 * HighMem: KMAP_SLOT_VA, PKMAP_BASE, LAST_PKMAP. And in 32 bits SLAB_MAP_START, if 4 MiB of the
 * space of arch_map_kernel() are to make frees faster; ARCH_PFN_LIMIT, if that maps devices above
 * 4 GiB. mm/port_limits.c says what they may be. */
#include <asm/mm_limits.h>
/* local_irq_save(), local_irq_restore(), irqs_disabled(), cpu_relax(); only for one CPU:
 * local_add_negative(), local_add(), local_dec_and_test(), local_inc(), which an interrupt finds
 * done or not begun: on i386 an instruction each. CPU_RELAX_TURNS, if cpu_relax() is longer than
 * that (see below) */
#include <asm/irqflags.h>
/* For HighMem only: arch_slot_t, arch_map_slot(), arch_unmap_slot(), arch_clear_slot(): see
 * arch_slot() below */
#if defined(KMAP_SLOT_VA) && !defined(MM_NO_HIGHMEM)
#include <asm/kmap.h>
#endif
/* arch_spinlock_t, __ARCH_SPIN_LOCK_UNLOCKED, arch_spin_lock(), arch_spin_unlock(),
 * arch_spin_is_locked() */
#ifndef MM_SPINLOCK_T
#include <asm/spinlock.h>
#endif
#endif
#ifndef KMAP_SLOT_VA /* nothing can give a page of HighMem an address: there is none */
#undef MM_NO_HIGHMEM
#define MM_NO_HIGHMEM
#endif
#ifndef NR_CPUS
#define NR_CPUS 1
#endif
/* Who has called cpu_relax() that often has waited for seconds: whoever holds the lock will never
 * give it back. */
#ifndef CPU_RELAX_TURNS
#define CPU_RELAX_TURNS (1UL << 22)
#endif
/* Only for more than one CPU: smp_processor_id(), the number of this one below NR_CPUS, where it
 * cannot change meanwhile (interrupts off) */
#if NR_CPUS > 1 && !defined(MM_CPU_ID) && !defined(MM_PORT_HEADER)
#include <asm/smp.h>
#endif
#include <mm/hooks.h>

#if !defined(PAGE_SHIFT) || !defined(SMP_CACHE_BYTES)
#error "<asm/page.h> must define PAGE_SHIFT and SMP_CACHE_BYTES"
#endif
#if !defined(MAX_NUMNODES) || !defined(ZONE_DMA_END_PFN) || !defined(ZONE_NORMAL_END_PFN) || \
	!defined(MAX_PFN_LIMIT) || !defined(MAX_ACTIVE_RANGES)
#error "<asm/mm_limits.h> must define MAX_NUMNODES, MAX_ACTIVE_RANGES and the zone limits"
#endif
/* Pages of physical addresses that arch_map_kernel() can map: what page tables of 32 bits name. */
#ifndef ARCH_PFN_LIMIT
#define ARCH_PFN_LIMIT (1UL << (32 - PAGE_SHIFT))
#endif

#ifdef MM_MEMMAP_LINEAR
#undef VMEMMAP_START
extern unsigned long mem_map_linear; /* where pfn 0 has its struct page, or would have it */
#define VMEMMAP_START mem_map_linear
#endif
#if !defined(VMEMMAP_START)
#error "<asm/mm_limits.h> must define VMEMMAP_START, or MM_MEMMAP_LINEAR without a value"
#endif

#ifndef MM_NO_HIGHMEM
#if !defined(PKMAP_BASE) || !defined(LAST_PKMAP)
#error "<asm/mm_limits.h> has KMAP_SLOT_VA: HighMem needs PKMAP_BASE and LAST_PKMAP, too"
#endif

/* From KMAP_SLOT_VA on the port keeps KMAP_BYTES of address space for kmap_atomic(), with page
 * tables: so many slots for each CPU, a page each, and behind each a page that is never mapped. */
#define KMAP_NR_SLOTS	8
#define KMAP_SLOT_BYTES (2 * PAGE_SIZE)
#define KMAP_CPU_BYTES	(KMAP_NR_SLOTS * KMAP_SLOT_BYTES)
#define KMAP_BYTES	(NR_CPUS * KMAP_CPU_BYTES)
#endif

/* How a kernel page may be used; the port translates it to its own bits. */
typedef enum {
	PROT_KERNEL_RO,
	PROT_KERNEL_RW,
	PROT_KERNEL_IO, /* device registers: not cached */
	PROT_KERNEL_WC	/* device memory: writes are gathered, where the CPU can do that */
} pgprot_t;

/* Map @nr pages from @pfn on at virtual address @va, replacing what was there; the TLB entries of
 * the range are flushed. Stops unless these are one or more pages below ARCH_PFN_LIMIT, and whole
 * pages of the address space that the port has for this (on i686 all from 8 MiB behind lowmem to
 * FFFFEFFF), where neither mem_map nor a slot of kmap_atomic() is in use.
 * Context: from paging_init() on. Page tables come from bootmem until mem_init(), then from the
 *          buddy allocator, so a caller that holds a zone lock may only map where a table exists
 *          already (the kmap slots).
 * Return:  0; -ENOMEM if there is no page for a page table, with nothing mapped. */
int arch_map_kernel(unsigned long va, unsigned long pfn, unsigned long nr, pgprot_t prot);

/* Remove the mapping of @nr pages at @va and flush their TLB entries; a page that is not mapped is
 * passed over. Page tables stay. Stops at addresses that arch_map_kernel() refuses.
 * Context: as arch_map_kernel(). */
void arch_unmap_kernel(unsigned long va, unsigned long nr);

#ifndef MM_NO_HIGHMEM
/* What maps one page of the kmap slots, or of the LAST_PKMAP pages from PKMAP_BASE on: the port has
 * page tables for both. It stays the same for good. Stops before there are such tables.
 * <asm/kmap.h> has arch_slot_t and what is done with one, inline where that is one store: these are
 * for mm/, which knows what it does, and check nothing.
 * arch_map_slot(slot, va, pfn): page @pfn, below MAX_PFN_LIMIT, writable at @va, where nothing is
 * arch_unmap_slot(slot, va):    nothing is mapped at @va any more, for the TLB neither
 * arch_clear_slot(slot, va):    the same, but the TLB is told by arch_flush_tlb_all()
 * Context: from paging_init() on. */
arch_slot_t *arch_slot(unsigned long va);
#endif

/* What is @va mapped to? Return: false if to nothing, else true with the page frame in *@pfn.
 * Context: any, for reports and checks. */
bool arch_lookup_kernel(unsigned long va, unsigned long *pfn);

/* The first page that is mapped at or behind *@va, a whole page, and before @end, all in the space
 * of arch_map_kernel(). Return: false if there is none; else its address in *@va, with *@pfn. */
bool arch_next_mapped(unsigned long *va, unsigned long end, unsigned long *pfn);

/* Flush the kernel's addresses out of the TLBs of all CPUs. Context: as arch_map_kernel(). */
void arch_flush_tlb_all(void);

/* Bytes of a line of this machine's caches, a power of two from 32 on; SMP_CACHE_BYTES is what the
 * kernel was built for. Context: any. */
unsigned int arch_cache_line(void);

/* Does any of the page frames [@start_pfn, @end_pfn) hold RAM, whether mm/ was given it or not? */
bool arch_has_ram(unsigned long start_pfn, unsigned long end_pfn);

/* The C library's. printk() is declared in hooks.h, panic() in lib/bug.h. */
void *memset(void *dst, int c, size_t n);
void *memcpy(void *dst, const void *src, size_t n);
void *memmove(void *dst, const void *src, size_t n);

#endif
