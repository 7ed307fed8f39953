/* SPDX-License-Identifier: 0BSD
 *
 * boot.c - README's "Lift mm/ into your kernel", step 5, for a program.
 */
#include <mm/bootmem.h>
#include <mm/mm_init.h>
#include <mm/slab.h>
#include <mm/watermark.h>

#include "machine.h"

#define RAM_PAGES (RAM_BYTES >> PAGE_SHIFT)

/* What a PC has there is not for programs, and address 0 shall be no page. */
#define LOW_BYTES (1UL << 20)

void machine_boot(void)
{
	static const struct mem_reservation low = { 0, LOW_BYTES - 1 };
	const unsigned long zone_ends[MAX_NR_ZONES] = {
		[ZONE_DMA] = ZONE_DMA_END_PFN, [ZONE_NORMAL] = RAM_PAGES, [ZONE_HIGHMEM] = RAM_PAGES
	};
	unsigned long start_pfn = LOW_BYTES >> PAGE_SHIFT, bitmap_bytes;

	bitmap_bytes = init_bootmem(start_pfn, RAM_PAGES);
	free_bootmem(0, RAM_BYTES);
	reserve_bootmem(0, LOW_BYTES + ALIGN_UP(bitmap_bytes, PAGE_SIZE));
	max_pfn = RAM_PAGES;
	add_active_range(0, 0, RAM_PAGES);
	free_area_init_nodes(zone_ends);
	build_all_zonelists();
	mem_init(&low, 1);
	kmem_cache_init();
	init_per_zone_pages_min();
}
