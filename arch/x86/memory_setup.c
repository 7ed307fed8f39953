/* SPDX-License-Identifier: 0BSD
 *
 * memory_setup.c - from the sanitised map and the ledger to bootmem and zones (Gorman 2.2.2, 5.2).
 *
 * 1. Data flow   e820 map (+ mem=, memmap=) -> max_pfn, max_low_pfn -> bitmap placed in RAM that
 *                the ledger leaves free -> all bits set, RAM cleared, ledger set again -> active
 *                ranges -> zones and mem_map -> buddy.
 * 2. Check       The same number is reached twice: from the bitmap, and by counting ranges of map
 *                and ledger. They must be equal to the page when bootmem starts. From then on early
 *                code may call all of bootmem's functions, which count the pages that they change;
 *                when bootmem is retired, what the buddy allocator got must be the first number
 *                with these changes, and what map and ledger leave of high memory.
 * 3. Not done    More than one node: SRAT would split the active ranges here.
 *
 * Nothing here touches hardware, so that the same steps run on a map from a file.
 */
#include <asm/memory_setup.h>
#include <boot/monitor/film.h>
#include <lib/align.h>
#include <lib/bitmap.h>
#include <lib/bug.h>
#include <lib/init.h>
#include <lib/printk.h>
#include <lib/string.h>
#include <mm/bootmem.h>
#include <mm/mm_init.h>

#define FILM_STEPS_MAX 8 /* frames of the film for the steps of one kind */
#define TRAMPOLINE_PFN 1 /* an AP starts in real mode, in the lowest free page from here */

/* When setup_bootmem() is through: bootmem's free pages, and entries of the ledger. */
static unsigned long low_free_pages __initdata;
static unsigned int reserved_entries __initdata;

/* For a bootmem bitmap that no run of free RAM holds. */
static unsigned long spare_bitmap[BITS_TO_LONGS(ZONE_NORMAL_END_PFN)] __initdata;

void __init settle_memory_map(struct e820_map *map)
{
	pr_info("BIOS-provided physical RAM map:\n");
	e820_print(map, "BIOS-e820");
	film_frame("firmware", "the firmware's map, sanitised");
	if (!apply_user_map(map))
		return;
	pr_info("user-defined physical RAM map:\n");
	e820_print(map, "user");
	film_frame("user", "the map after mem= and memmap=");
}

void __init check_image_place(const struct e820_map *map, phys_addr_t start, phys_addr_t end)
{
	if (!e820_all_ram(map, start, end - 1))
		pr_warn("the kernel image [mem 0x%08llx-0x%08llx] lies over memory that the map "
			"does not give as usable\n",
			start, end - 1);
}

void __init reserve_trampoline(const struct e820_map *map, struct ledger *ledger)
{
	unsigned long pfn = ledger_find_free(ledger, map, 1, TRAMPOLINE_PFN,
					     LOW_MEMORY_END >> PAGE_SHIFT);

	if (pfn)
		ledger_add(ledger, "AP trampoline", PFN_PHYS(pfn), PAGE_SIZE);
	else
		pr_warn("no free page below 640K for an AP trampoline\n");
}

phys_addr_t __init ebda_start(u16 segment)
{
	phys_addr_t start = (phys_addr_t)segment << 4;

	/* The area is a few KiB, at most 128, at the end of low memory. */
	return start >= LOW_MEMORY_END - 0x20000 && start < LOW_MEMORY_END ? start : 0;
}

/* Where lowmem ends. With high memory the border is a multiple of the largest block, so that no
 * block and no part of mem_map belongs to two zones. */
static unsigned long __init find_max_low_pfn(void)
{
	unsigned long low = min(max_pfn, ZONE_NORMAL_END_PFN);
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

	if (!e820_next_ram(map, &ram) || ram.start_pfn >= ZONE_NORMAL_END_PFN)
		panic("no usable memory: the map has no whole page of RAM below %luM outside page "
		      "0 and 640K-1M",
		      ZONE_NORMAL_END_PFN >> (20 - PAGE_SHIFT));
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

/* Pages of RAM below @end_pfn that the ledger leaves free. */
static unsigned long __init count_free_ram(const struct e820_map *map, const struct ledger *ledger,
					   unsigned long end_pfn)
{
	struct ram_range ram = { 0 };
	unsigned long pages = 0;

	while (e820_next_ram(map, &ram) && ram.start_pfn < end_pfn)
		pages += min(ram.end_pfn, end_pfn) - ram.start_pfn;
	return pages - ledger_ram_pages(ledger, map, end_pfn);
}

/* Start bootmem with its bitmap behind the image if there is room, else below it, else in .init. */
static void __init place_bitmap(const struct e820_map *map, struct ledger *ledger,
				unsigned long image_end_pfn)
{
	unsigned long pages = bootmem_bootmap_pages(max_low_pfn);
	unsigned long bitmap_pfn;

	bitmap_pfn = ledger_find_free(ledger, map, pages, image_end_pfn, max_low_pfn);
	if (!bitmap_pfn)
		bitmap_pfn = ledger_find_free(ledger, map, pages, 0, max_low_pfn);
	if (bitmap_pfn) {
		ledger_add(ledger, "bootmem bitmap", PFN_PHYS(bitmap_pfn),
			   init_bootmem(bitmap_pfn, max_low_pfn));
		return;
	}
	pr_warn("no %lu pages of free RAM in a row for the bootmem bitmap: it stays in .init\n",
		pages);
	init_bootmem_at(spare_bitmap, max_low_pfn);
}

/* The part of a ledger entry that bootmem covers; there may be none (a module in high memory). */
static void __init reserve_low_part(const struct mem_reservation *range)
{
	phys_addr_t last = min(range->last, PFN_PHYS(max_low_pfn) - 1);

	if (range->start <= last)
		reserve_bootmem(range->start, last - range->start + 1);
}

/* Does this step get a frame of the film: one of the first that changed how much is free? */
static bool __init film_step(unsigned int *frames, unsigned long *free)
{
	unsigned long before = *free;

	if (!film_wanted || *frames == FILM_STEPS_MAX)
		return false;
	*free = bootmem_free_pages(NODE_DATA(0));
	*frames += *free != before;
	return *free != before;
}

static void __init free_low_ram(const struct e820_map *map)
{
	struct ram_range ram = { 0 };
	unsigned int frames = 0;
	unsigned long free = 0;

	while (e820_next_ram(map, &ram) && ram.start_pfn < max_low_pfn) {
		unsigned long end_pfn = min(ram.end_pfn, max_low_pfn);

		free_bootmem(PFN_PHYS(ram.start_pfn), PFN_PHYS(end_pfn - ram.start_pfn));
		if (film_step(&frames, &free))
			film_frame("bootmem-ram", "pfn 0x%lx-0x%lx", ram.start_pfn, end_pfn - 1);
	}
}

static void __init reserve_ledger(const struct ledger *ledger)
{
	unsigned long free = film_wanted ? bootmem_free_pages(NODE_DATA(0)) : 0;
	unsigned int i, frames = 0;

	for (i = 0; i < ledger->nr; i++) {
		reserve_low_part(&ledger->range[i]);
		if (film_step(&frames, &free))
			film_frame("bootmem-ledger", "%s", ledger->name[i]);
	}
}

void __init setup_bootmem(const struct e820_map *map, struct ledger *ledger,
			  unsigned long image_end_pfn)
{
	unsigned long found;

	film_frame("ledger", "what must not be handed out is known");
	place_bitmap(map, ledger, image_end_pfn);
	film_frame("bootmem-start", "all of lowmem is reserved in the bitmap");
	free_low_ram(map);
	reserve_ledger(ledger);

	low_free_pages = count_free_ram(map, ledger, max_low_pfn);
	found = bootmem_free_pages(NODE_DATA(0));
	if (found != low_free_pages)
		panic("bootmem has %lu free pages, map and ledger say %lu", found, low_free_pages);
	bootmem_taken_pages = bootmem_given_pages = 0;
	reserved_entries = ledger->nr;
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
		add_active_range(0, ram.start_pfn, ram.end_pfn);
	free_area_init_nodes(max_zone_pfn);
	film_frame("zones", "mem_map and zones are there, every page reserved");
}

/* What entered the ledger after setup_bootmem(), if bootmem was not retired early. */
static void __init reserve_late_entries(const struct ledger *ledger)
{
	for (; NODE_DATA(0)->bdata && reserved_entries < ledger->nr; reserved_entries++)
		reserve_low_part(&ledger->range[reserved_entries]);
}

/* What the buddy allocator must have got if map, ledger and bootmem's calls agree: of lowmem what
 * was free at first and what the calls made of it, of high memory what the ledger leaves. */
static unsigned long __init expected_free_pages(const struct e820_map *map,
						const struct ledger *ledger)
{
	unsigned long low = low_free_pages - bootmem_taken_pages + bootmem_given_pages;
	unsigned long end = min(max_pfn, mem_map_end_pfn);

	if (end <= max_low_pfn)
		return low;
	return low + count_free_ram(map, ledger, end) - count_free_ram(map, ledger, max_low_pfn);
}

void __init retire_bootmem(const struct e820_map *map, const struct ledger *ledger)
{
	unsigned long freed, expected;

	reserve_late_entries(ledger);
	freed = mem_init(ledger->range, ledger->nr);
	expected = expected_free_pages(map, ledger);
	film_frame("buddy", "bootmem's free pages are the buddy allocator's");
	if (freed != expected)
		panic("the buddy allocator got %lu pages, map, ledger and bootmem say %lu", freed,
		      expected);
}
