/* SPDX-License-Identifier: 0BSD
 *
 * pgtable.h - what the host port can tell about its mappings.
 */
#ifndef ASM_PGTABLE_H
#define ASM_PGTABLE_H

#include <asm/page.h>

typedef u32 pte_t;

#define _PAGE_RW  0x002u
#define _PAGE_PWT 0x008u
#define _PAGE_PCD 0x010u

/* Physical address and page flags behind @va, an address of mem_map or of a kmap slot. Return:
 * false if it is not mapped. */
bool kernel_page_lookup(unsigned long va, phys_addr_t *phys, pte_t *flags);

/* There are no page tables. */
struct zone;
static inline unsigned long kernel_nr_tables(const struct zone *zone)
{
	(void)zone;
	return 0;
}

static inline unsigned long kernel_table_at(unsigned long pfn)
{
	(void)pfn;
	return 0;
}

#endif
