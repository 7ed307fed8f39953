/* SPDX-License-Identifier: 0BSD
 *
 * machine_boot.c - the kernel's boot on the simulated machine, from the map to kmalloc().
 *
 * The order is the kernel's: settle_memory_map(), memory_setup(). What the kernel also reserves,
 * because a boot loader or a BIOS put it there (modules, the EBDA), a map does not tell.
 */
#include <asm/firmware/memory_setup.h>
#include <asm/firmware/multiboot.h>
#include <asm/firmware/numa.h>
#include <boot/cmdline.h>
#include <lib/bug.h>
#include <lib/phase.h>
#include <lib/printk.h>
#include <lib/string.h>
#include <mm/mmzone.h>
#include <mm/slab.h>
#include <mm/vmalloc.h>
#include <mm/watermark.h>

#include "machine.h"

struct e820_map e820_map;
struct ledger ledger;

unsigned long machine_available_pages, machine_total_pages;

struct machine_memory machine = { .map = &e820_map,
				  .ledger = &ledger,
				  .page_debug = &host_page_debug };

/* What is inside an image that only has a place is not known. */
unsigned int image_parts(struct iomem_part part[IMAGE_PARTS_MAX])
{
	part[0] = (struct iomem_part){ .name = "Kernel image",
				       .start = machine.image_start,
				       .last = machine.image_end - 1 };
	return 1;
}

unsigned long machine_ram_pages(unsigned long end_pfn)
{
	return e820_ram_pages(&e820_map, 0, end_pfn);
}

static void add_lowmem(void)
{
	struct ram_range ram = { 0 };

	while (e820_next_ram(&e820_map, &ram) && ram.start_pfn < ZONE_NORMAL_END_PFN)
		machine_add_lowmem(ram.start_pfn, min(ram.end_pfn, ZONE_NORMAL_END_PFN));
}

void machine_split_nodes(unsigned long start_pfn)
{
	if (MAX_NUMNODES > 1) {
		numa_add_memory(0, 0, start_pfn);
		numa_add_memory(1, start_pfn, MAX_PFN_LIMIT);
	}
}

void machine_settle_map(const struct boot_info *info, const char *cmdline)
{
	static char line[BOOT_CMDLINE_SIZE];
	bool cut = strlcpy(line, cmdline, sizeof(line)) >= sizeof(line);

	if (cut)
		cmdline_cut(line);
	pr_info("Command line: %s\n", line);
	if (cut)
		pr_warn("boot loader: %s\n", boot_problem(BOOT_CMDLINE_CUT));
	parse_cmdline(line, "");
	machine.info = info;
	settle_memory_map(&e820_map, info);
}

/* That of a Pentium III: the kernel under QEMU has 64. */
unsigned int arch_cache_line(void)
{
	return 32;
}

bool arch_has_ram(unsigned long start_pfn, unsigned long end_pfn)
{
	return e820_any_ram(&e820_map, PFN_PHYS(start_pfn), PFN_PHYS(end_pfn) - 1);
}

void machine_boot(phys_addr_t image_start, phys_addr_t image_end)
{
	machine.image_start = image_start;
	machine.image_end = image_end;
	add_lowmem();
	memory_setup(&machine);
	vmalloc_init(machine_vmalloc_start(max_low_pfn), machine_vmalloc_end());
	machine_available_pages = nr_free_pages();
	machine_total_pages = nr_present_pages();
}

/* More than the caches of kmalloc() take, the only objects of the start. */
#define SLAB_START_PAGES 4

bool machine_start_slab(void)
{
	bool can_start = nr_free_lowmem_pages() >= SLAB_START_PAGES;

	if (can_start)
		kmem_cache_init();
	init_per_zone_pages_min();
	if (can_start)
		boot_phase(PHASE_SLAB, "the slab allocator has its caches");
	else
		pr_warn("the kernel would stop here: no lowmem is left for its slab allocator\n");
	return can_start;
}

#define KIB (1ULL << 10)
#define MIB (1ULL << 20)

void machine_start_small(void)
{
	static struct boot_info info = { .map = &e820_map };

	machine_init();
	boot_info_add_e820(&info, 0, 640 * KIB, E820_RAM);
	boot_info_add_e820(&info, MIB, 31 * MIB, E820_RAM);
	machine_settle_map(&info, "highmem=8M");
	machine_split_nodes((20 * MIB >> PAGE_SHIFT) + 123); /* a page block of two zones */
	machine_boot(MIB, 2 * MIB);
	mm_bug_on(!machine_start_slab(), "%lu pages are free", nr_free_pages());
}
