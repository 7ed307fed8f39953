/* SPDX-License-Identifier: 0BSD
 *
 * mmport.c - from your ranges of memory to kmalloc(). CHANGE marks what may differ (docs/port.md).
 */
#include <mm/mm_init.h>
#include <mm/port_check.h>
#include <mm/slab.h>
#include <mm/watermark.h>
#include "mmport_x86.h"

/* CHANGE: with functions of yours that write page tables vmalloc(), vmap() and ioremap() work, from
 * vmalloc_init(start, end) on, which comes before kmem_cache_init(). */
int arch_map_kernel(unsigned long va __unused, unsigned long pfn __unused,
		    unsigned long nr __unused, pgprot_t prot __unused)
{
	return -1;
}
void arch_unmap_kernel(unsigned long va __unused, unsigned long nr __unused)
{
}
/* CHANGE: only ioremap() asks, and refuses RAM. */
bool arch_has_ram(unsigned long start_pfn __unused, unsigned long end_pfn __unused)
{
	return false;
}

void mmport_start(const struct mem_reservation *ram, unsigned int nr_ram,
		  const struct mem_reservation *reserved, unsigned int nr_reserved)
{
	const struct mmport_memory memory = { ram, nr_ram, reserved, nr_reserved };
	unsigned long low_end, zone_ends[MAX_NR_ZONES] = { 0 };

	mmport_start_once();
	mmport_watch_faults(true); /* CHANGE: no x86? leave out the lines with mmport_watch */
	low_end = mmport_check_memory(&memory);
	zone_ends[ZONE_DMA] = min(ZONE_DMA_END_PFN, low_end);
	zone_ends[ZONE_NORMAL] = low_end;
	mmport_fill_bootmem(&memory, low_end);
	mmport_watch_interrupts();
	mm_port_check(); /* CHANGE: leave it out when your port is right */
	mmport_add_ranges(&memory, low_end);
	free_area_init_nodes(zone_ends);
	build_all_zonelists();
	mem_init(reserved, nr_reserved);
	kmem_cache_init();
	init_per_zone_pages_min();
	mm_port_check();
	mmport_watch_faults(false);
}
