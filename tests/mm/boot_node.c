/* SPDX-License-Identifier: 0BSD
 *
 * boot_node.c - the node behind boot_node.h.
 */
#include <mm/mm_init.h>

#include "boot_node.h"

struct boot_node boot_node __initdata;

bool __init boot_node_open(void)
{
	struct page *block = alloc_pages(GFP_KERNEL, BOOT_NODE_ORDER);
	struct page *bitmap = alloc_page(GFP_KERNEL);

	if (!block || !bitmap) {
		if (block)
			__free_pages(block, BOOT_NODE_ORDER);
		if (bitmap)
			__free_page(bitmap);
		return false;
	}
	boot_node.base = page_to_pfn(block);
	boot_node.bitmap = bitmap;
	boot_node.taken_pages = bootmem_taken_pages;
	boot_node.given_pages = bootmem_given_pages;
	boot_node.released_pages = bootmem_released_pages;
	bootmem_released_pages = 0;
	boot_node.nr_records = bootmem_nr_records;
	boot_node.records_lost = bootmem_records_lost;
	boot_node_restart(0, 0);
	return true;
}

void __init boot_node_forget(void)
{
	for (; bdata_list; bdata_list = bdata_list->next) {
		bdata_list->node_bootmem_map = NULL;
		bdata_list->pgdat->bdata = NULL;
	}
}

static void __init give_figures_back(void)
{
	boot_node_forget();
	bootmem_taken_pages = boot_node.taken_pages;
	bootmem_given_pages = boot_node.given_pages;
	bootmem_released_pages = boot_node.released_pages;
	bootmem_nr_records = boot_node.nr_records;
	bootmem_records_lost = boot_node.records_lost;
}

void __init boot_node_close(void)
{
	give_figures_back();
	__free_pages(pfn_to_page(boot_node.base), BOOT_NODE_ORDER);
	__free_page(boot_node.bitmap);
}

void __init boot_node_make_reserved(void)
{
	struct page *page = pfn_to_page(boot_node.base);
	unsigned long i;

	page_zone(page)->managed_pages -= BOOT_NODE_PAGES;
	for (i = 0; i < BOOT_NODE_PAGES; i++, page++) {
		page->flags = (page->flags & PG_PLACE_MASK) | PG_reserved;
		page->_count = 0;
	}
}

void __init boot_node_close_retired(void)
{
	unsigned long pfn;

	for (pfn = boot_node.base; pfn < boot_node.base + BOOT_NODE_PAGES; pfn++)
		if (PageReserved(pfn_to_page(pfn)))
			free_reserved_range(pfn, pfn + 1);
	give_figures_back();
	__free_page(boot_node.bitmap);
}

void __init boot_node_restart(unsigned long before, unsigned long after)
{
	boot_node_forget();
	NODE_DATA(0)->bdata = &boot_node.bdata;
	init_bootmem_node(NODE_DATA(0), page_to_pfn(boot_node.bitmap), boot_node.base - before,
			  boot_node.base + BOOT_NODE_PAGES + after);
}

/* Each piece has its own words of the page. */
#define MAP_BYTES (2 * sizeof(u64))

void __init boot_node_add_piece(int nid, unsigned long start, unsigned long end)
{
	char *maps = page_address(boot_node.bitmap);

	NODE_DATA(nid)->node_id = nid;
	init_bootmem_node_at(NODE_DATA(nid), (void *)(maps + start * MAP_BYTES),
			     boot_node.base + start, boot_node.base + end);
}

void __init boot_node_share_out(const char *map)
{
	unsigned long start, end;

	boot_node_forget();
	for (start = 0; map[start]; start = end) {
		for (end = start + 1; map[end] == map[start]; end++)
			;
		if (map[start] >= '0' && map[start] <= '9')
			boot_node_add_piece(map[start] - '0', start, end);
	}
}

bootmem_data_t *__init boot_node_piece(unsigned long pfn)
{
	bootmem_data_t *bdata = bdata_list;

	while (bdata && pfn >= bdata->node_low_pfn)
		bdata = bdata->next;
	return bdata;
}

bool __init boot_node_has_piece(unsigned long pfn)
{
	const bootmem_data_t *bdata = boot_node_piece(pfn);

	return bdata && pfn >= bdata->node_min_pfn;
}

bool __init boot_node_is_free(unsigned long pfn)
{
	const bootmem_data_t *bdata = boot_node_piece(pfn);

	return !test_bit(pfn - bdata->node_min_pfn, bdata->node_bootmem_map);
}

void __init boot_node_free_all(void)
{
	free_bootmem(boot_node_phys(0), PFN_PHYS(BOOT_NODE_PAGES));
}

void __init boot_node_free_dots(const char *map)
{
	unsigned long page;

	for (page = 0; map[page]; page++)
		if (map[page] == '.')
			free_bootmem(boot_node_phys((long long)PFN_PHYS(page)), PAGE_SIZE);
}

phys_addr_t __init boot_node_phys(long long offset)
{
	return PFN_PHYS(boot_node.base) + (phys_addr_t)offset;
}

long long __init boot_node_offset(const void *p)
{
	return p ? (long long)(virt_to_phys(p) - PFN_PHYS(boot_node.base)) : -1;
}
