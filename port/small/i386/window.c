/* SPDX-License-Identifier: 0BSD
 *
 * window.c - page tables for the window of mem_map.
 */
#include "paging.h"

#define ENTRIES 1024

static u32 tables[ENTRIES][ENTRIES] __aligned(4096); /* of all 4 GiB, so none need be found */

void map_page(unsigned long va, unsigned long pfn, bool writable)
{
	u32 *table = tables[va >> 22];

	table[va >> 12 & (ENTRIES - 1)] = (u32)pfn << 12 | PRESENT | (writable ? WRITE : 0);
	page_directory[va >> 22] = (u32)(uintptr)table | PRESENT | WRITE;
	__asm__ volatile("invlpg (%0)" : : "r"(va) : "memory");
}
