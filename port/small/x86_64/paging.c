/* SPDX-License-Identifier: 0BSD
 *
 * paging.c - what may go wrong with the pages of 2 MiB that entry.S made (Intel SDM vol. 3, 4.5).
 */
#include "paging.h"

#define FIRST 4 /* the entry of 8 MiB, behind the image */

/* What maps the 2 MiB number @i. */
static u64 entry_for(u64 i, enum paging_mistake mistake)
{
	u64 frame = i;

	if (i >= FIRST && mistake == PAGING_8_MIB)
		return 0;
	if (i >= FIRST && mistake == PAGING_ALIAS)
		frame = FIRST;
	if (i >= FIRST && mistake == PAGING_SHIFTED)
		frame = i + 1;
	return frame << 21 | LARGE | PRESENT |
	       (i >= FIRST && mistake == PAGING_READ_ONLY ? 0 : WRITE);
}

void start_paging(enum paging_mistake mistake)
{
	u64 *entry;

	for (entry = page_directories; entry < page_directories_end; entry++)
		*entry = entry_for((u64)(entry - page_directories), mistake);
	arch_flush_tlb_all();
}
