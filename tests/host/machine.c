/* SPDX-License-Identifier: 0BSD
 *
 * machine.c - the hardware of the host port: physical memory and the kernel's page table.
 *
 * 1. Concepts  Physical memory is a sparse file without a name, 4 GiB long; offset is physical
 *              address. To map a page is to mmap() its part of the file, shared: so a page that is
 *              mapped at two addresses (direct map and mem_map, or a kmap slot) is one page, as
 *              on the machine.
 * 2. Data      Two reservations of address space without access: lowmem, of which the RAM is opened
 *              when the map is known, with the range of vmalloc() behind it; and mem_map with the
 *              pages for kmap. An access to anything else ends in a signal.
 * 3. Not done  Page tables: the host's kernel has them. So arch_map_kernel() takes no memory of the
 *              machine.
 */

/* Ours first: the host's headers know how to live with an __always_inline that is there already. */
#include "host.h"
#include "machine.h"

#include <asm/machine.h>
#include <dev/time.h>
#include <asm/pgtable.h>
#include <lib/align.h>
#include <lib/errno.h>
#include <lib/printk.h>
#include <lib/progress.h>
#include <mm/arch_api.h>
#include <mm/page.h>
#include <mm/page_debug.h>

#include <execinfo.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define PHYS_BYTES    ((off_t)MAX_PFN_LIMIT << PAGE_SHIFT)
#define LOWMEM_BYTES  ((size_t)ZONE_NORMAL_END_PFN << PAGE_SHIFT)
#define VMEMMAP_BYTES (MAX_PFN_LIMIT * sizeof(struct page))
#define GUARD_BYTES   (16 * PAGE_SIZE)

#define MAX_TRACE 24 /* addresses that a call trace is taken from */
/* From the start of lowmem to the end of the range of vmalloc(): as on the i686 port. */
#define LOW_BYTES 0x3D800000UL

/* Where lowmem is put if nothing else is there: addresses of 32 bits also in a 64-bit program, free
 * beside the sanitizers' shadow memory. */
#define LOWMEM_HINT ((void *)0x40000000)

/* Blocks of pages are aligned in addresses, too, wherever the host has room. */
#define BLOCK_BYTES (MAX_ORDER_NR_PAGES << PAGE_SHIFT)

/* Where the ranges lie that pages can be mapped in, from the start of mem_map on. */
#define KMAP_OFFSET  (VMEMMAP_BYTES + GUARD_BYTES)
#define PKMAP_OFFSET (KMAP_OFFSET + KMAP_BYTES + GUARD_BYTES)
#define NR_MAPPABLE  (PKMAP_OFFSET / PAGE_SIZE + LAST_PKMAP)

unsigned long host_lowmem, host_vmemmap, host_kmap_slot, host_pkmap;
__thread unsigned long host_eflags;
__thread unsigned int host_cpu;
bool host_no_page_tables;
unsigned long host_tlb_flushes;

static int phys_fd;

/* What is mapped: physical address with the flags in its low bits, and PRESENT. */
#define PRESENT 1u
static u64 mapped[NR_MAPPABLE];

/* The same for the range of vmalloc(), by the distance from the start of lowmem. */
static u64 low_mapped[LOW_BYTES >> PAGE_SHIFT];
static unsigned long vmalloc_offset; /* no address: see leak_scan.h */

/* The pages of the direct map that can be accessed. */
static bool lowmem_open[ZONE_NORMAL_END_PFN];

static void __noreturn die(const char *what)
{
	perror(what);
	exit(EXIT_FAILURE);
}

static unsigned long reserve(void *hint, size_t bytes)
{
	void *at = mmap(hint, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (at == MAP_FAILED)
		die("address space for the simulated machine");
	return (unsigned long)at;
}

u64 clock_us(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (u64)time.tv_sec * 1000000 + (u64)time.tv_nsec / 1000;
}

void machine_init(void)
{
	progress_set_clock(clock_us);
	phys_fd = memfd_create("physical memory", MFD_CLOEXEC);
	if (phys_fd < 0 || ftruncate(phys_fd, PHYS_BYTES))
		die("simulated physical memory");
	host_lowmem = ALIGN_UP(reserve(LOWMEM_HINT, LOW_BYTES + BLOCK_BYTES), BLOCK_BYTES);
	host_vmemmap = reserve(NULL, NR_MAPPABLE * PAGE_SIZE);
	host_kmap_slot = host_vmemmap + KMAP_OFFSET;
	host_pkmap = host_vmemmap + PKMAP_OFFSET;
}

/* Map @nr pages of physical memory from @pfn on at @va. */
static bool map_phys(unsigned long va, unsigned long pfn, unsigned long nr, int prot)
{
	return mmap((void *)va, nr << PAGE_SHIFT, prot, MAP_SHARED | MAP_FIXED | MAP_NORESERVE,
		    phys_fd, (off_t)pfn << PAGE_SHIFT) != MAP_FAILED;
}

void machine_add_lowmem(unsigned long start_pfn, unsigned long end_pfn)
{
	memset(lowmem_open + start_pfn, true, end_pfn - start_pfn);
	if (!map_phys(host_lowmem + (start_pfn << PAGE_SHIFT), start_pfn, end_pfn - start_pfn,
		      PROT_READ | PROT_WRITE))
		die("simulated lowmem");
}

void *machine_window(unsigned long pfn, unsigned long pages)
{
	static unsigned long window;

	if (!window)
		window = reserve(NULL, MAX_ORDER_NR_PAGES << PAGE_SHIFT);
	if (!map_phys(window, pfn, pages, PROT_READ | PROT_WRITE))
		die("a window on simulated memory");
	return (void *)window;
}

unsigned long machine_vmalloc_start(unsigned long low_pfn)
{
	vmalloc_offset = (low_pfn << PAGE_SHIFT) + VMALLOC_OFFSET;
	return host_lowmem + vmalloc_offset;
}

unsigned long machine_vmalloc_end(void)
{
	return host_lowmem + LOW_BYTES;
}

/* The entry for @va; NULL if nothing can be mapped there. */
static u64 *entry_of(unsigned long va)
{
	unsigned long i = (va - host_vmemmap) >> PAGE_SHIFT, offset = va - host_lowmem;

	if (vmalloc_offset && offset >= vmalloc_offset && offset < LOW_BYTES)
		return &low_mapped[offset >> PAGE_SHIFT];
	return i < NR_MAPPABLE ? &mapped[i] : NULL;
}

/* The entry for @va; the @nr pages must lie where pages can be mapped, and not be in use for
 * mem_map. */
static u64 *mapped_at(const char *func, unsigned long va, unsigned long nr)
{
	u64 *entry = entry_of(va);
	unsigned long n;

	if (va % PAGE_SIZE || !nr || !entry || nr > MAX_PFN_LIMIT ||
	    entry_of(va + ((nr - 1) << PAGE_SHIFT)) != entry + nr - 1)
		panic("BUG: %s: va %08lx, %lu pages: not mapped that way", func, va, nr);
	for (n = 0; n < nr; n++)
		if (va - host_vmemmap + (n << PAGE_SHIFT) < VMEMMAP_BYTES && entry[n])
			panic("BUG: %s: va %08lx, %lu pages: mem_map is there", func, va, nr);
	return entry;
}

static const u64 prot_bits[] = {
	[PROT_KERNEL_RO] = PRESENT,
	[PROT_KERNEL_RW] = PRESENT | _PAGE_RW,
	[PROT_KERNEL_IO] = PRESENT | _PAGE_RW | _PAGE_PCD | _PAGE_PWT,
	[PROT_KERNEL_WC] = PRESENT | _PAGE_RW | _PAGE_PWT,
};

int arch_map_kernel(unsigned long va, unsigned long pfn, unsigned long nr, pgprot_t prot)
{
	u64 *slot = mapped_at(__func__, va, nr), phys = PFN_PHYS(pfn);
	bool writable = prot != PROT_KERNEL_RO;

	mm_bug_on(pfn >= MAX_PFN_LIMIT || nr > MAX_PFN_LIMIT - pfn,
		  "pfn %lu, %lu pages: there are none", pfn, nr);
	if (host_no_page_tables ||
	    !map_phys(va, pfn, nr, writable ? PROT_READ | PROT_WRITE : PROT_READ))
		return -ENOMEM;
	for (; nr; nr--, phys += PAGE_SIZE)
		*slot++ = phys | prot_bits[prot];
	return 0;
}

void arch_unmap_kernel(unsigned long va, unsigned long nr)
{
	u64 *slot = mapped_at(__func__, va, nr);

	if (mmap((void *)va, nr << PAGE_SHIFT, PROT_NONE,
		 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_NORESERVE, -1, 0) == MAP_FAILED)
		die("unmapping simulated memory");
	for (; nr; nr--)
		*slot++ = 0;
}

arch_slot_t *arch_slot(unsigned long va)
{
	return mapped_at(__func__, va, 1);
}

static void check_slot(const char *func, const arch_slot_t *slot, unsigned long va)
{
	mm_bug_on(slot != arch_slot(va), "%s: %08lx has another entry", func, va);
}

void arch_map_slot(arch_slot_t *slot, unsigned long va, unsigned long pfn)
{
	check_slot(__func__, slot, va);
	mm_bug_on(arch_map_kernel(va, pfn, 1, PROT_KERNEL_RW),
		  "%08lx: there is no page table for kmap() or kmap_atomic()", va);
}

void arch_unmap_slot(arch_slot_t *slot, unsigned long va)
{
	check_slot(__func__, slot, va);
	arch_unmap_kernel(va, 1);
}

/* There is no TLB. */
void arch_clear_slot(arch_slot_t *slot, unsigned long va)
{
	arch_unmap_slot(slot, va);
}

bool arch_lookup_kernel(unsigned long va, unsigned long *pfn)
{
	phys_addr_t phys;
	pte_t flags;

	if (!kernel_page_lookup(va, &phys, &flags))
		return false;
	*pfn = PFN_DOWN(phys);
	return true;
}

bool arch_next_mapped(unsigned long *va, unsigned long end, unsigned long *pfn)
{
	const u64 *slot;
	unsigned long at;

	for (at = *va; at < end; at += PAGE_SIZE) {
		slot = entry_of(at);
		if (!slot || !*slot)
			continue;
		*va = at;
		*pfn = (unsigned long)(*slot >> PAGE_SHIFT);
		return true;
	}
	return false;
}

void arch_flush_tlb_all(void)
{
	host_tlb_flushes++;
}

bool kernel_page_lookup(unsigned long va, phys_addr_t *phys, pte_t *flags)
{
	unsigned long low_pfn = (va - host_lowmem) >> PAGE_SHIFT;
	const u64 *slot = entry_of(va);
	u64 entry = slot ? *slot : 0;

	if (!slot && low_pfn < ZONE_NORMAL_END_PFN && lowmem_open[low_pfn])
		entry = PFN_PHYS(low_pfn) | PRESENT | _PAGE_RW;
	if (!(entry & PRESENT))
		return false;
	*phys = (entry & ~(u64)(PAGE_SIZE - 1)) | (va & (PAGE_SIZE - 1));
	*flags = (pte_t)(entry & (PAGE_SIZE - 1));
	return true;
}

/* As on the machine, what is free of lowmem cannot be accessed. */
static bool map_lowmem_pages(unsigned long pfn, unsigned long nr, bool enable)
{
	bool was_open = lowmem_open[pfn];

	memset(lowmem_open + pfn, enable, nr);
	if (mprotect((void *)(host_lowmem + (pfn << PAGE_SHIFT)), nr << PAGE_SHIFT,
		     enable ? PROT_READ | PROT_WRITE : PROT_NONE))
		die("protecting simulated lowmem");
	return was_open;
}

/* The host maps single pages anyway. */
static bool split_lowmem_pages(unsigned long pfn __unused, unsigned long nr __unused)
{
	return true;
}

/* The host's library counts this function, too. */
unsigned int stack_trace(unsigned long *entry, unsigned int nr, unsigned int skip)
{
	void *all[MAX_TRACE];
	unsigned int i, n = (unsigned int)backtrace(all, MAX_TRACE);

	skip++;
	for (i = 0; i < nr && i + skip < n; i++)
		entry[i] = (unsigned long)all[i + skip];
	return i;
}

const struct page_debug_port host_page_debug = { .log = &log_out,
						 .map_pages = map_lowmem_pages,
						 .split_pages = split_lowmem_pages,
						 .stack_trace = stack_trace };

/* Not sched_yield(): on a busy machine that gives away milliseconds at a time, and on an idle one
 * none. */
void host_yield(void)
{
	nanosleep(&(struct timespec){ .tv_nsec = 250000 }, NULL);
}

/* There is no keyboard: commands come from the command line. */
int console_getc(void)
{
	return -1;
}

void machine_idle(void)
{
}
