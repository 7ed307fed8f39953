/* SPDX-License-Identifier: 0BSD
 *
 * paging.c - the first 3 GiB where they are, in pages of 4 MiB (Intel SDM vol. 3, 4.3), and what
 * may go wrong with that.
 */
#include "paging.h"

#define CR0_PG_AND_WP 0x80010000UL
#define CR4_PSE	      0x10UL

u32 page_directory[1024] __aligned(4096);

/* What maps the 4 MiB number @i. */
static u32 entry_for(u32 i, enum paging_mistake mistake)
{
	u32 frame = i;

	if (i >= 2 && mistake == PAGING_8_MIB)
		return 0;
	if (i >= 2 && mistake == PAGING_ALIAS)
		frame = 2;
	if (i >= 2 && mistake == PAGING_SHIFTED)
		frame = i + 1;
	return frame << 22 | LARGE | PRESENT | (i >= 2 && mistake == PAGING_READ_ONLY ? 0 : WRITE);
}

void start_paging(enum paging_mistake mistake)
{
	unsigned long control;
	u32 i;

	for (i = 0; i < 768; i++)
		page_directory[i] = entry_for(i, mistake);
	__asm__ volatile("mov %%cr4, %0" : "=r"(control));
	__asm__ volatile("mov %0, %%cr4" : : "r"(control | CR4_PSE));
	__asm__ volatile("mov %0, %%cr3" : : "r"(page_directory) : "memory");
	__asm__ volatile("mov %%cr0, %0" : "=r"(control));
	__asm__ volatile("mov %0, %%cr0" : : "r"(control | CR0_PG_AND_WP) : "memory");
}
