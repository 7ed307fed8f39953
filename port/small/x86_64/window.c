/* SPDX-License-Identifier: 0BSD
 *
 * window.c - page tables for the window of mem_map, which begins a piece of 512 GiB.
 */
#include "paging.h"

#define ENTRIES	  512
#define NR_TABLES 32 /* of 2 MiB: a mem_map of all 8 GiB */

static u64 pointers[ENTRIES] __aligned(4096), directory[ENTRIES] __aligned(4096);
static u64 tables[NR_TABLES][ENTRIES] __aligned(4096);

static u64 entry_of(const void *table)
{
	return virt_to_phys(table) | PRESENT | WRITE;
}

void map_page(unsigned long va, unsigned long pfn, bool writable)
{
	unsigned long number = va >> 21 & (ENTRIES - 1);

	tables[number][va >> 12 & (ENTRIES - 1)] = (u64)pfn << 12 | PRESENT |
						   (writable ? WRITE : 0);
	directory[number] = entry_of(tables[number]);
	pointers[0] = entry_of(directory);
	page_map[va >> 39 & (ENTRIES - 1)] = entry_of(pointers);
	__asm__ volatile("invlpg (%0)" : : "r"(va) : "memory");
}
