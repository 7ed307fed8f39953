/* SPDX-License-Identifier: 0BSD
 *
 * memory_setup.c - from the sanitised map to the map that the boot uses.
 */
#include <asm/firmware/memory_setup.h>
#include <asm/firmware/user_map.h>
#include <lib/init.h>
#include <lib/phase.h>
#include <lib/printk.h>

void __init settle_memory_map(struct e820_map *map)
{
	pr_info("BIOS-provided physical RAM map:\n");
	e820_print(map, "BIOS-e820");
	boot_phase(PHASE_FIRMWARE, "the firmware's map, sanitised");
	if (!apply_user_map(map))
		return;
	pr_info("user-defined physical RAM map:\n");
	e820_print(map, "user");
	boot_phase(PHASE_USER, "the map after mem= and memmap=");
}

void __init check_image_place(const struct e820_map *map, phys_addr_t start, phys_addr_t end)
{
	if (!e820_all_ram(map, start, end - 1))
		pr_warn("the kernel image [mem 0x%08llx-0x%08llx] lies over memory that the map "
			"does not give as usable\n",
			start, end - 1);
}
