/* SPDX-License-Identifier: 0BSD
 *
 * mapping.c - what the kernel can rely on, but a port could get wrong: a page table where mm/ maps.
 */
#include <mm/highmem.h>
#include <mm/mm_init.h>

#include "../mm/boot_node.h"
#include "host.h"

KTEST(highmem, stop_slot_without_a_page_table, STOP)
{
	struct page *page = alloc_page(GFP_KERNEL);

	page->flags = (unsigned long)ZONE_HIGHMEM << PG_ZONE_SHIFT;
	host_no_page_tables = true;
	kt_expect_stop("there is no page table for kmap() or kmap_atomic()");
	kunmap_atomic(kmap_atomic(page));
}

/* A block of RAM more, behind all memory, for which bootmem has the pages. */
KTEST_STOP_BOOT(zones, stop_mem_map_without_a_page_table)
{
	unsigned long pfn = max_pfn + MAX_ORDER_NR_PAGES;
	const unsigned long limits[MAX_NR_ZONES] = { 0, max_low_pfn, pfn + 1 };

	kt_expect_stop("mem_map: no memory for the page table of");
	if (!boot_node_open())
		return;
	boot_node_free_all();
	host_no_page_tables = true;
	forget_nodes();
	add_active_range(last_nid(), pfn, pfn + 1);
	free_area_init_nodes(limits);
}
