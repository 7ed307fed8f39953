/* SPDX-License-Identifier: 0BSD
 *
 * pfn_limits.c - where lowmem ends, on made-up maps.
 */
#include <asm/firmware/pfn_limits.h>
#include <mm/mm_init.h>

#include "boot_scratch.h"

static const struct limits_case {
	const char *name, *highmem;
	unsigned long ram_end, max_low;
} limits_cases[] __initconst = {
	{ "less than 896M", "0", 0x2001, 0x2001 },
	{ "896M", "0", 0x38000, 0x38000 },
	{ "a page more", "0", 0x38001, 0x38000 },
	{ "4G", "0", 0x100000, 0x38000 },
	{ "highmem=8M", "8M", 0x2000, 0x1800 },
	{ "rounded down to 4M", "8M", 0x23FF, 0x1800 },
	{ "16M of lowmem and a block", "12M", 0x2000, 0x1400 },
	{ "rounded up to a block", "0xC01000", 0x2000, 0x1000 },
	{ "all but 16M", "16M", 0x2000, 0x1000 },
	{ "a page too much", "0x1001000", 0x2000, 0x2000 },
	{ "all", "32M", 0x2000, 0x2000 },
	{ "more than all", "33M", 0x2000, 0x2000 },
	{ "the most that can be said", "4G", 0x2000, 0x2000 },
	{ "less than there is anyway", "100M", 0x80000, 0x38000 },
	{ "one page, with 896M", "4K", 0x38000, 0x37C00 },
};

KTEST_BOOT(memory_setup, lowmem_ends_at_896M_or_before_highmem)
{
	const struct limits_case *c;

	scratch_keep_limits();
	for_each_case (c, limits_cases) {
		kt_case(c->name);
		scratch_begin();
		scratch_add_ram(0x100, 0x140);
		scratch_add_ram(0x180, c->ram_end);
		kt_eq(scratch_set_option("highmem", c->highmem), 0);
		find_pfn_limits(&scratch.map);
		kt_eq(max_pfn, c->ram_end);
		kt_eq(max_low_pfn, c->max_low);
	}
	kt_eq(scratch_set_option("highmem", "3200M"), 0); /* takes nothing from any map */
	scratch_give_limits_back();
}

static const struct vmalloc_case {
	const char *vmalloc;
	unsigned long ram_end, max_low;
} vmalloc_cases[] __initconst = {
	{ "128M", 0x100000, 0x38000 },	   { "512M", 0x100000, 0x20000 },
	{ "512M", 0x20000, 0x20000 },	   { "512M", 0x1FFFF, 0x1FFFF },
	{ "0x8000001", 0x38000, 0x37C00 }, /* whole blocks */
	{ "1008M", 0x8000, 0x1000 },
};

KTEST_BOOT(memory_setup, lowmem_leaves_room_for_vmalloc)
{
	const struct vmalloc_case *c;

	scratch_keep_limits();
	kt_eq(scratch_set_option("highmem", "0"), 0);
	for_each_case (c, vmalloc_cases) {
		kt_case(c->vmalloc);
		scratch_begin();
		scratch_add_ram(0x100, c->ram_end);
		kt_eq(scratch_set_option("vmalloc", c->vmalloc), 0);
		find_pfn_limits(&scratch.map);
		kt_eq(max_pfn, c->ram_end);
		kt_eq(max_low_pfn, c->max_low);
	}
	kt_eq(scratch_set_option("vmalloc", "128M"), 0);
	kt_eq(scratch_set_option("highmem", "3200M"), 0); /* takes nothing from any map */
	scratch_give_limits_back();
}

KTEST_STOP_BOOT(memory_setup, stop_no_ram)
{
	kt_expect_stop("no usable memory: the map has no whole page of RAM outside page 0 and");
	scratch_begin();
	scratch_add_ram(0, 1);
	scratch_add_ram(0xA0, 0x100);
	scratch_add_ram(0x100000, 0x200000);
	find_pfn_limits(&scratch.map);
}

KTEST_STOP_BOOT(memory_setup, stop_no_lowmem)
{
	kt_expect_stop("no usable memory: there is no lowmem, the map's RAM begins at 0x38000000");
	scratch_begin();
	scratch_add_ram(0, 1);
	scratch_add_ram(0x38000, 0x40000);
	scratch_add_ram(0x100000, 0x200000);
	find_pfn_limits(&scratch.map);
}
