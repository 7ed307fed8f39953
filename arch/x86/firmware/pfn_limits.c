/* SPDX-License-Identifier: 0BSD
 *
 * pfn_limits.c - where memory, lowmem and the zones end (Gorman 2.2.2, 2.3).
 *
 * max_pfn is the end of the RAM that a 32-bit kernel without PAE can use, max_low_pfn the end of
 * what the direct map holds: 896 MiB, or less if highmem= asks for more high memory or vmalloc= for
 * more addresses. Both come from the map in force alone; min_low_pfn is where bootmem's bitmap will
 * lie.
 */
#include <asm/firmware/numa.h>
#include <asm/firmware/pfn_limits.h>
#include <asm/firmware/user_map.h>
#include <lib/align.h>
#include <lib/bug.h>
#include <lib/init.h>
#include <lib/phase.h>
#include <lib/printk.h>
#include <mm/mm_init.h>

/* Where lowmem ends. With high memory the border is a multiple of the largest block, so that no
 * block and no part of mem_map belongs to two zones. */
static unsigned long __init find_max_low_pfn(void)
{
	unsigned long low = min(max_pfn, user_lowmem_limit());
	unsigned long wanted = user_highmem_pages();

	if (!wanted)
		return low;
	if (max_pfn < wanted + ZONE_DMA_END_PFN) {
		pr_warn("highmem=%luK leaves less than 16M of lowmem, ignored\n",
			wanted << (PAGE_SHIFT - 10));
		return low;
	}
	return min(low, ALIGN_DOWN(max_pfn - wanted, MAX_ORDER_NR_PAGES));
}

void __init find_pfn_limits(const struct e820_map *map)
{
	u64 ignored = e820_ram_above_4g(map);
	struct ram_range ram = { 0 };

	if (!e820_next_ram(map, &ram))
		panic("no usable memory: the map has no whole page of RAM outside page 0 and "
		      "640K-1M");
	if (ram.start_pfn >= user_lowmem_limit())
		panic("no usable memory: there is no lowmem, the map's RAM begins at 0x%llx, above "
		      "the first %luM, where all that the kernel itself needs must lie",
		      PFN_PHYS(ram.start_pfn), user_lowmem_limit() >> (20 - PAGE_SHIFT));
	do
		max_pfn = ram.end_pfn;
	while (e820_next_ram(map, &ram));
	max_low_pfn = find_max_low_pfn();
	if (ignored)
		pr_warn("RAM at or above 4 GiB is left out: %lluK (this kernel has no PAE)\n",
			ignored >> 10);
	pr_info("max_pfn = 0x%lx, %luMB LOWMEM available, %luMB HIGHMEM available\n", max_pfn,
		max_low_pfn >> (20 - PAGE_SHIFT), (max_pfn - max_low_pfn) >> (20 - PAGE_SHIFT));
}

/* Register RAM, each part as the memory of its node. */
static void __init add_ram(unsigned long start_pfn, unsigned long end_pfn)
{
	while (start_pfn < end_pfn) {
		unsigned long stop_pfn;
		int nid = numa_node_at(start_pfn, &stop_pfn);

		stop_pfn = min(stop_pfn, end_pfn);
		add_active_range(nid, start_pfn, stop_pfn);
		start_pfn = stop_pfn;
	}
}

void __init zone_sizes_init(const struct e820_map *map)
{
	unsigned long max_zone_pfn[MAX_NR_ZONES] = {
		[ZONE_DMA] = min(ZONE_DMA_END_PFN, max_low_pfn),
		[ZONE_NORMAL] = max_low_pfn,
		[ZONE_HIGHMEM] = max_pfn,
	};
	struct ram_range ram = { 0 };

	while (e820_next_ram(map, &ram))
		add_ram(ram.start_pfn, ram.end_pfn);
	free_area_init_nodes(max_zone_pfn);
	boot_phase(PHASE_ZONES, "mem_map and zones are there, every page reserved");
}
