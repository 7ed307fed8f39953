/* SPDX-License-Identifier: 0BSD
 *
 * memory_setup.c - the one sequence from a firmware's map to alloc_pages() (Gorman 2.2, 2.3, 5;
 * Mauerer 3.4.2). The kernel and the host twin both call it.
 *
 * 1. Data flow  the firmware's map, sanitised
 *               -> the map in force: mem= and memmap= applied
 *               -> the tables of ACPI, if there are any
 *               -> the ledger: what must not be handed out
 *               -> the map again: RAM that does not answer is left out
 *               -> and once more: RAM that is bad, if memtest= looks for it
 *               -> max_pfn and max_low_pfn
 *               -> the nodes, and which memory is whose
 *               -> bootmem's bitmap: all reserved, RAM freed, the ledger reserved again
 *               -> page tables
 *               -> mem_map and zones, every page reserved; zonelists
 *               -> somebody's own early code
 *               -> bootmem's free pages, and those of high memory, to the buddy allocator.
 * 2. Machine    Nothing here touches hardware. What only the machine can tell or do is in struct
 *               machine_memory; its hooks are called between the steps.
 * 3. Failure    Bad input is one line each, and the safest way on. Without RAM the boot stops, and
 *               when two counts of the same pages differ (bootmem_fill.c).
 */
#include <asm/firmware/acpi.h>
#include <asm/firmware/bootmem_fill.h>
#include <asm/firmware/low_memory.h>
#include <asm/firmware/madt.h>
#include <asm/firmware/memory_setup.h>
#include <asm/firmware/modules.h>
#include <asm/firmware/numa.h>
#include <asm/firmware/pfn_limits.h>
#include <asm/firmware/ram_probe.h>
#include <asm/firmware/user_map.h>
#include <lib/init.h>
#include <lib/out.h>
#include <lib/phase.h>
#include <lib/printk.h>
#include <mm/mm_check.h>
#include <mm/mm_init.h>
#include <mm/page_debug.h>

void __init settle_memory_map(struct e820_map *map, const struct boot_info *info)
{
	e820_from_firmware(map, info);
	pr_info("BIOS-provided physical RAM map:\n");
	e820_print(map, "BIOS-e820");
	boot_phase(PHASE_FIRMWARE, "the firmware's map, sanitised");
	if (!apply_user_map(map))
		return;
	pr_info("user-defined physical RAM map:\n");
	e820_print(map, "user");
	boot_phase(PHASE_USER, "the map after mem= and memmap=");
}

/* The loader put the image there all the same, so go on. */
static void __init check_image_place(const struct machine_memory *m)
{
	if (!e820_all_ram(m->map, m->image_start, m->image_end - 1))
		pr_warn("the kernel image [mem 0x%08llx-0x%08llx] lies over memory that the map "
			"does not give as usable\n",
			m->image_start, m->image_end - 1);
}

static void __init call(void (*hook)(void))
{
	if (hook)
		hook();
}

/* What has its place comes first; the trampoline looks for one. */
static void __init fill_ledger(const struct machine_memory *m)
{
	reserve_low_memory(m->ledger);
	reserve_ebda(m->ledger, m->ebda_segment);
	ledger_add(m->ledger, "kernel image", m->image_start, m->image_end - m->image_start);
	call(m->reserve_image_parts);
	reserve_modules(m->info, m->ledger);
	reserve_acpi_tables(m->ledger, &acpi);
	reserve_trampoline(m->map, m->ledger);
	call(m->reserve);
}

void __init memory_setup(const struct machine_memory *m)
{
	mm_check_register(&e820_checker);
	check_image_place(m);
	acpi_discover(&acpi, m->info, m->ebda_segment, m->view);
	madt_init();
	fill_ledger(m);
	if (m->ram)
		leave_out_missing_ram(m->map, m->ledger, m->ram);
	call(m->ram_probed);
	if (m->ram)
		early_memtest(m->map, m->ledger, m->ram);
	check_modules(m->map, m->info, m->image_start, m->image_end);
	find_pfn_limits(m->map);
	numa_init(m->map, m->apic_id);
	setup_bootmem(m->map, numa_layout(), m->ledger, PFN_UP(m->image_end));
	ledger_show(m->ledger, &log_out);
	page_debug_init(m->page_debug);
	call(m->start_paging);
	zone_sizes_init(m->map);
	build_all_zonelists();
	call(m->early);
	retire_bootmem(m->map, m->ledger);
	call(m->bootmem_retired);
}
