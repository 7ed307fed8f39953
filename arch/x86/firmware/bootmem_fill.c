/* SPDX-License-Identifier: 0BSD
 *
 * bootmem_fill.c - bootmem's life on this machine: begun from map and ledger, retired in the end
 * (Gorman 5.2, 5.5).
 *
 * 1. Data     The bitmap is placed in RAM that the ledger leaves free and enters the ledger itself.
 *             All bits are set, RAM is cleared, the ledger is set again. What lies above lowmem
 *             bootmem never hears of.
 * 2. Check    The same number is reached twice: from the bitmap, and by counting ranges of map and
 *             ledger. They must be equal to the page when bootmem starts. From then on early code
 *             may call all of bootmem's functions, which count the pages that they change; when
 *             bootmem is retired, what the buddy allocator got must be the first number with these
 *             changes, and what map and ledger leave of high memory.
 * 3. Not done A bitmap for each node: node 0's covers all of lowmem, whosever it is.
 */
#include <asm/firmware/bootmem_fill.h>
#include <lib/bitmap.h>
#include <lib/bug.h>
#include <lib/init.h>
#include <lib/phase.h>
#include <lib/printk.h>
#include <mm/bootmem.h>
#include <mm/mm_init.h>

/* When setup_bootmem() is through: bootmem's free pages, and entries of the ledger. */
static unsigned long low_free_pages __initdata;
static unsigned int reserved_entries __initdata;

/* For a bootmem bitmap that no run of free RAM holds. */
static unsigned long spare_bitmap[BITS_TO_LONGS(ZONE_NORMAL_END_PFN)] __initdata;

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

static void __init free_low_ram(const struct e820_map *map)
{
	struct ram_range ram = { 0 };

	while (e820_next_ram(map, &ram) && ram.start_pfn < max_low_pfn) {
		unsigned long end_pfn = min(ram.end_pfn, max_low_pfn);

		free_bootmem(PFN_PHYS(ram.start_pfn), PFN_PHYS(end_pfn - ram.start_pfn));
		boot_phase(PHASE_BOOTMEM_RAM, "pfn 0x%lx-0x%lx", ram.start_pfn, end_pfn - 1);
	}
}

static void __init reserve_ledger(const struct ledger *ledger)
{
	unsigned int i;

	for (i = 0; i < ledger->nr; i++) {
		reserve_low_part(&ledger->range[i]);
		boot_phase(PHASE_BOOTMEM_LEDGER, "%s", ledger->name[i]);
	}
}

void __init setup_bootmem(const struct e820_map *map, struct ledger *ledger,
			  unsigned long image_end_pfn)
{
	unsigned long found;

	boot_phase(PHASE_LEDGER, "what must not be handed out is known");
	place_bitmap(map, ledger, image_end_pfn);
	boot_phase(PHASE_BOOTMEM_START, "all of lowmem is reserved in the bitmap");
	free_low_ram(map);
	reserve_ledger(ledger);

	low_free_pages = count_free_ram(map, ledger, max_low_pfn);
	found = bootmem_free_pages();
	if (found != low_free_pages)
		panic("bootmem has %lu free pages, map and ledger say %lu", found, low_free_pages);
	bootmem_taken_pages = bootmem_given_pages = 0;
	reserved_entries = ledger->nr;
}

/* What entered the ledger after setup_bootmem(), if bootmem was not retired early. */
static void __init reserve_late_entries(const struct ledger *ledger)
{
	for (; bootmem_is_live() && reserved_entries < ledger->nr; reserved_entries++)
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
	boot_phase(PHASE_BUDDY, "bootmem's free pages are the buddy allocator's");
	if (freed != expected)
		panic("the buddy allocator got %lu pages, map, ledger and bootmem say %lu", freed,
		      expected);
}
