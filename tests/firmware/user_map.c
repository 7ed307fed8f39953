/* SPDX-License-Identifier: 0BSD
 *
 * user_map.c - the options that say something about memory: what is refused, and what becomes
 * of a map.
 */
#include <asm/firmware/user_map.h>
#include <lib/errno.h>
#include <mm/bootmem.h>

#include "boot_scratch.h"

static const struct bad_value {
	const char *option, *value;
} bad_values[] __initconst = {
	{ "mem", NULL },
	{ "mem", "" },
	{ "mem", "0" },
	{ "mem", "M" },
	{ "mem", "12Q" },
	{ "mem", "12M," },
	{ "memmap", NULL },
	{ "memmap", "" },
	{ "memmap", "1M@" },
	{ "memmap", "@1M" },
	{ "memmap", "0@1M" },
	{ "memmap", "1M@1M;" },
	{ "memmap", "1M@1M.1M@1M" },
	{ "memmap", "2@0xffffffffffffffff" },
	{ "memmap", "0xffffffffffffffff@2" },
	{ "memmap", "exactma" },
	{ "memmap", "exactmap2" },
	{ "memmap", "exactmap@1M" },
	{ "memmap", "1M&1M" },
	{ "memmap", "1MM" },
	{ "memmap", "-1M" },
	{ "memmap", "1M%" },
	{ "memmap", "1M%1M-" },
	{ "memmap", "1M%1M+" },
	{ "memmap", "1M%1M+2-1" },
	{ "memmap", "1M%1M-x" },
	{ "memmap", "1M%1M+4294967296" },
	{ "memmap", "1M!" },
	{ "memmap", "16E@1M" },
	{ "memmap", "18446744073709551616@1M" },
	{ "mem", "16E" },
	{ "mem", "-1" },
	{ "reservelow", NULL },
	{ "reservelow", "" },
	{ "reservelow", "0" },
	{ "reservelow", "64KB" },
	{ "highmem", NULL },
	{ "highmem", "" },
	{ "highmem", "8Mx" },
	{ "highmem", "0x100001000" },
	{ "vmalloc", NULL },
	{ "vmalloc", "" },
	{ "vmalloc", "128Mx" },
	{ "vmalloc", "0x7FFFFFF" },
	{ "vmalloc", "0x3F000001" },
	{ "bootmem_debug", "2" },
	{ "bootmem_debug", "" },
};

KTEST_BOOT(memory_setup, bad_values_are_refused)
{
	const struct bad_value *c;
	bool debug = bootmem_debug;

	for_each_case (c, bad_values) {
		kt_case(c->value ? c->value : c->option);
		kt_eq(scratch_set_option(c->option, c->value), -EINVAL);
	}
	kt_true(bootmem_debug == debug);
}

static u32 __init type_at(u64 addr)
{
	const struct e820_region *r;

	for (r = scratch.map.region; r < scratch.map.region + scratch.map.nr; r++)
		if (r->start <= addr && addr <= r->last)
			return r->type;
	return 0;
}

/* What the boot's own command line said holds on: mem= and exactmap would spoil the next tests. */
static bool __init user_takes_ram(void)
{
	scratch_begin();
	scratch_add_ram(0xFFF00, 0xFFFFF);
	apply_user_map(&scratch.map);
	return !e820_all_ram(&scratch.map, PFN_PHYS(0xFFF00), PFN_PHYS(0xFFFFF) - 1);
}

KTEST_BOOT(memory_setup, forms_of_memmap)
{
	static const struct {
		const char *value;
		u64 addr;
		u32 type; /* of the page at addr then; 0: a hole */
	} cases[] __initconst = {
		{ "4K@0xF0300000", 0xF0300000, E820_RAM },
		{ "4k#0xf0301000", 0xF0301000, E820_ACPI },
		{ "4096$0XF0302000", 0xF0302000, E820_RESERVED },
		{ "010000!4029689856", 0xF0303000, E820_PRAM },
		{ "4K@0xF0100000", 0xF0100000, E820_RESERVED }, /* the higher type wins */
		{ "4K%0xF0001000+2", 0xF0001000, E820_RESERVED },
		{ "4K%0xF0011000-1+12", 0xF0011000, E820_PRAM },
		{ "4K%0xF0021000-1", 0xF0021000, 0 },
		{ "4K%0xF0031000", 0xF0031000, 0 },
		{ "4K%0xF0101000-1+3", 0xF0101000, E820_RESERVED }, /* not of that type */
		{ "4K%0xF0102000-1", 0xF0102000, E820_RESERVED },
		{ "4K%0xF0103000-2+1", 0xF0103000, E820_RAM },
		{ "4K%0xF0104000+1", 0xF0104000, E820_RAM },
		{ "4K%0xF0304000+0x14", 0xF0304000, 20 },
		{ "4K%0xF0305000-1+2", 0xF0305000, 0 },
		{ "4K$0xF0041000,4K$0xF0043000", 0xF0041000, E820_RESERVED },
		{ "4K$0xF0051000,4K#0xF0053000", 0xF0053000, E820_ACPI },
		{ "4K$0xFFFFFFFFFFFFF000", 0xFFFFFFFFFFFFF000, E820_RESERVED },
		{ "1P$1E", 1ULL << 60, E820_RESERVED },
		{ "1T$1p", 1ULL << 50, E820_RESERVED },
	};
	const __typeof__(cases[0]) *c;

	if (user_takes_ram())
		kt_skip("the command line has mem= or memmap=exactmap");
	scratch_begin();
	apply_user_map(&scratch.map);
	if (type_at(0xF0305000))
		kt_skip("the command line's memmap= says what is at these addresses");
	for_each_case (c, cases) {
		kt_case(c->value);
		kt_eq(scratch_set_option("memmap", c->value), 0);
	}
	scratch_begin();
	scratch_add_ram(0xF0000, 0xF0100);
	e820_add(&scratch.map, 0xF0100000, 0x100000, E820_RESERVED);
	kt_true(apply_user_map(&scratch.map));
	for_each_case (c, cases) {
		kt_case(c->value);
		kt_eq(type_at(c->addr), c->type);
		kt_eq(type_at(c->addr + PAGE_SIZE - 1), c->type);
	}
	for_each_case (c, cases) {
		kt_case(c->value);
		if (c->addr >= 0xF0000000 && c->addr < 0xF0100000) {
			kt_eq(type_at(c->addr - 1), E820_RAM);
			kt_eq(type_at(c->addr + PAGE_SIZE), E820_RAM);
		}
	}
}
