/* SPDX-License-Identifier: 0BSD
 *
 * machine.c - the machine of the native port: a program's address space.
 *
 * 1. Concepts  RAM is a private mapping without a name at PAGE_OFFSET. The host gives it a page
 *              when it is written to for the first time, so the program's resident memory is what
 *              was touched; and after fork() each process has its own.
 * 2. mem_map   has a mapping of its own, because a private page cannot be seen at two addresses.
 *              The RAM that bootmem gave for it is never touched again.
 * 3. Time      What mm/ frees stays with the process: no call of the host is part of a free.
 * 4. Not done  vmalloc(), kmap(), page tables.
 */
#include "machine.h"

#include <lib/errno.h>
#include <lib/format.h>
#include <mm/arch_api.h>
#include <mm/page.h>

#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

static void say(const char *text, size_t len)
{
	ssize_t written = write(STDERR_FILENO, text, len);

	(void)written;
}

static void say_line(const char *fmt, va_list ap)
{
	char line[256];
	size_t len = (size_t)vsnprintf(line, sizeof(line), fmt, ap);

	say(line, min(len, sizeof(line) - 1));
}

void panic(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say("mmkit: panic: ", 14);
	say_line(fmt, ap);
	say("\n", 1);
	va_end(ap);
	abort();
}

/* Warnings and worse: a program's output is its own. */
int printk(const char *fmt, ...)
{
	va_list ap;

	if (fmt[0] != KERN_SOH[0] || fmt[1] > KERN_WARNING[1])
		return 0;
	va_start(ap, fmt);
	say_line(fmt + 2, ap);
	va_end(ap);
	return 0;
}

static void reserve(unsigned long at, size_t bytes)
{
	void *got = mmap((void *)at, bytes, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);

	if (got != (void *)at)
		panic("%zu bytes at %08lx are not free in this program", bytes, at);
	/* Pages of 2 MiB would count as touched as a whole. */
	madvise(got, bytes, MADV_NOHUGEPAGE);
}

void machine_init(void)
{
	reserve(PAGE_OFFSET, RAM_BYTES);
	reserve(VMEMMAP_START, VMEMMAP_END - VMEMMAP_START);
}

int arch_map_kernel(unsigned long va, unsigned long pfn, unsigned long nr, pgprot_t prot __unused)
{
	if (va < VMEMMAP_START || va >= VMEMMAP_END)
		return -ENOMEM;
	return madvise(phys_to_virt((phys_addr_t)pfn << PAGE_SHIFT), nr << PAGE_SHIFT,
		       MADV_DONTNEED);
}

void arch_unmap_kernel(unsigned long va, unsigned long nr)
{
	panic("%s: %08lx, %lu pages", __func__, va, nr);
}

u32 slot_bits;

arch_slot_t *arch_slot(unsigned long va)
{
	panic("%s: %08lx", __func__, va);
}

bool arch_lookup_kernel(unsigned long va __unused, unsigned long *pfn __unused)
{
	return false;
}

bool arch_next_mapped(unsigned long *va __unused, unsigned long end __unused,
		      unsigned long *pfn __unused)
{
	return false;
}

void arch_flush_tlb_all(void)
{
}

unsigned int arch_cache_line(void)
{
	return 64;
}

bool arch_has_ram(unsigned long start_pfn, unsigned long end_pfn)
{
	return start_pfn < end_pfn && start_pfn < RAM_BYTES >> PAGE_SHIFT;
}

/* --- memory of the host ---------------------------------------------------------------------- */

void *host_map(size_t bytes)
{
	void *at = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return at == MAP_FAILED ? NULL : at;
}

void *host_remap(void *at, size_t old_bytes, size_t bytes)
{
	void *moved = mremap(at, old_bytes, bytes, MREMAP_MAYMOVE);

	return moved == MAP_FAILED ? NULL : moved;
}

void host_unmap(void *at, size_t bytes)
{
	munmap(at, bytes);
}

/* <errno.h> of 32 bits is not everywhere where 32-bit programs can be built. */
int *__errno_location(void);

void *host_no_memory(void)
{
	*__errno_location() = ENOMEM;
	return NULL;
}

/* --- threads ---------------------------------------------------------------------------------- */

static bool locked;

void host_lock(void)
{
	while (__atomic_exchange_n(&locked, true, __ATOMIC_ACQUIRE))
		sched_yield();
}

void host_unlock(void)
{
	__atomic_store_n(&locked, false, __ATOMIC_RELEASE);
}

/* No other thread is in the middle of something when fork() copies the memory. */
static __attribute__((constructor)) void hold_over_fork(void)
{
	pthread_atfork(host_lock, host_unlock, host_unlock);
}
