/* SPDX-License-Identifier: 0BSD
 *
 * machine.c - the host's side of port.h: memory is a file, so that a page can have two addresses.
 */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#define MEMORY_BYTES (64UL << 20)
#define PAGE	     4096UL
#define SPACE_BYTES  (64UL << 20)
#define BLOCK_BYTES  (4UL << 20) /* the largest block of pages */

char *machine_memory;
unsigned long machine_flags, machine_slots;
static unsigned long mapped[SPACE_BYTES / PAGE]; /* page frames and one; 0: nothing */
static int memory = -1;

static void *reserve(unsigned long bytes)
{
	return mmap(NULL, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
}

/* Blocks of pages are aligned in addresses, too. */
static char *place_for_memory(void)
{
	unsigned long at = (unsigned long)reserve(MEMORY_BYTES + BLOCK_BYTES);

	return (char *)((at + BLOCK_BYTES - 1) / BLOCK_BYTES * BLOCK_BYTES);
}

/* Before anything else. Return: SPACE_BYTES of address space for all that is mapped. */
unsigned long machine_start(void)
{
	memory = memfd_create("memory", 0);
	if (memory < 0 || ftruncate(memory, MEMORY_BYTES))
		exit(2);
	machine_memory = mmap(place_for_memory(), MEMORY_BYTES, PROT_READ | PROT_WRITE,
			      MAP_SHARED | MAP_FIXED, memory, 0);
	machine_slots = (unsigned long)reserve(SPACE_BYTES);
	return machine_slots;
}

static void vsay(const char *fmt, va_list ap)
{
	vprintf(fmt[0] == 1 ? fmt + 2 : fmt, ap);
}

void machine_log(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsay(fmt, ap);
	va_end(ap);
}

/* What a report of mm/ prints to: it counts. */
unsigned long machine_said;

void machine_vprintf(void *out, const char *fmt, va_list ap)
{
	(void)out;
	machine_said += (unsigned long)vsnprintf(NULL, 0, fmt, ap);
}

void machine_stop(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsay(fmt, ap);
	va_end(ap);
	printf("\n");
	exit(1);
}

unsigned int machine_cpu(void)
{
	return 0;
}

static unsigned long *mapping_of(unsigned long va)
{
	return &mapped[(va - machine_slots) / PAGE];
}

int arch_map_kernel(unsigned long va, unsigned long pfn, unsigned long nr, int prot)
{
	(void)prot;
	for (; nr; nr--, va += PAGE, pfn++) {
		mmap((void *)va, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, memory,
		     (off_t)(pfn * PAGE));
		*mapping_of(va) = pfn + 1;
	}
	return 0;
}

void arch_unmap_kernel(unsigned long va, unsigned long nr)
{
	for (; nr; nr--, va += PAGE) {
		mprotect((void *)va, PAGE, PROT_NONE);
		*mapping_of(va) = 0;
	}
}

bool arch_lookup_kernel(unsigned long va, unsigned long *pfn)
{
	bool known = va - machine_slots < SPACE_BYTES && *mapping_of(va);

	*pfn = known ? *mapping_of(va) - 1 : (va - (unsigned long)machine_memory) / PAGE;
	return known || va - (unsigned long)machine_memory < MEMORY_BYTES;
}

bool arch_next_mapped(unsigned long *va, unsigned long end, unsigned long *pfn)
{
	while (*va < end && !*mapping_of(*va))
		*va += PAGE;
	return *va < end && arch_lookup_kernel(*va, pfn);
}

unsigned long *arch_slot(unsigned long va)
{
	return mapping_of(va);
}

void arch_map_slot(unsigned long *slot, unsigned long va, unsigned long pfn)
{
	(void)slot;
	arch_map_kernel(va, pfn, 1, 0);
}

void arch_unmap_slot(unsigned long *slot, unsigned long va)
{
	(void)slot;
	arch_unmap_kernel(va, 1);
}

void arch_clear_slot(unsigned long *slot, unsigned long va)
{
	arch_unmap_slot(slot, va);
}

void arch_flush_tlb_all(void)
{
}

unsigned int arch_cache_line(void)
{
	return 32;
}

bool arch_has_ram(unsigned long start_pfn, unsigned long end_pfn)
{
	return start_pfn < MEMORY_BYTES / PAGE && end_pfn > start_pfn;
}
