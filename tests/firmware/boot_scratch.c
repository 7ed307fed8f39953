/* SPDX-License-Identifier: 0BSD
 *
 * boot_scratch.c - what boot_scratch.h offers.
 */
#include <boot/cmdline.h>
#include <lib/errno.h>
#include <lib/string.h>
#include <mm/mm_init.h>

#include "boot_scratch.h"

struct scratch scratch __initdata;
struct boot_info scratch_info __initdata = { .map = &scratch.map };
struct ledger scratch_ledger __initdata;
struct numa_layout scratch_layout __initdata;

void __init scratch_begin(void)
{
	e820_clear(&scratch.map);
	scratch_ledger.nr = 0;
	scratch_layout.nr_memory = 0;
	scratch_next_node(0, 0);
}

void __init scratch_next_node(int nid, unsigned long start_pfn)
{
	struct numa_memory *next = &scratch_layout.memory[scratch_layout.nr_memory];

	if (scratch_layout.nr_memory)
		next[-1].end_pfn = start_pfn;
	*next = (struct numa_memory){ start_pfn, MAX_PFN_LIMIT, nid };
	scratch_layout.nr_memory++;
}

void __init scratch_add_ram(unsigned long start_pfn, unsigned long end_pfn)
{
	kt_eq(e820_add(&scratch.map, PFN_PHYS(start_pfn), PFN_PHYS(end_pfn - start_pfn), E820_RAM),
	      E820_OK);
}

void __init scratch_reserve(unsigned long start_pfn, unsigned long end_pfn)
{
	ledger_add(&scratch_ledger, "test", PFN_PHYS(start_pfn), PFN_PHYS(end_pfn - start_pfn));
}

extern const struct kernel_param __start_params[], __stop_params[];

/* Not through parse_cmdline(): the boot's own options live in the buffer that it would fill
 * anew. */
int __init scratch_set_option(const char *name, const char *value)
{
	const struct kernel_param *param;

	for (param = __start_params; param < __stop_params; param++)
		if (!strcmp(param->name, name))
			return param->set(value);
	return -ENOENT;
}

static struct {
	unsigned long min_low, max_low, max;
} limits __initdata;

void __init scratch_keep_limits(void)
{
	limits.min_low = min_low_pfn;
	limits.max_low = max_low_pfn;
	limits.max = max_pfn;
}

void __init scratch_give_limits_back(void)
{
	min_low_pfn = limits.min_low;
	max_low_pfn = limits.max_low;
	max_pfn = limits.max;
}

void __init check_entry(unsigned int i, u64 addr, u64 size, u32 type)
{
	const struct e820_region *r = &scratch_info.map->region[i];

	kt_eq(r->start, addr);
	kt_eq(r->last, addr + size - 1);
	kt_eq(r->type, type);
}
