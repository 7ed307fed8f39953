/* SPDX-License-Identifier: 0BSD
 *
 * memory_setup.c - the boot's decisions about memory, on made-up maps: where they need bootmem, on
 * the node of tests/mm/boot_node.h. What they left behind is looked at in boot_memory.c.
 */
#include <asm/memory_setup.h>
#include <asm/setup.h>
#include <boot/cmdline.h>
#include <lib/errno.h>
#include <mm/bootmem.h>
#include <mm/mm_init.h>

#include "../mm/boot_node.h"
#include "boot_scratch.h"

#define PG(n) ((phys_addr_t)(n) << 12)

static struct ledger scratch_ledger __initdata;

static void __init begin(void)
{
	e820_clear(&scratch.map);
	scratch_ledger.nr = 0;
}

static void __init add_ram(unsigned long start_pfn, unsigned long end_pfn)
{
	kt_eq(e820_add(&scratch.map, PG(start_pfn), PG(end_pfn - start_pfn), E820_RAM), E820_OK);
}

static void __init reserve(unsigned long start_pfn, unsigned long end_pfn)
{
	ledger_add(&scratch_ledger, "test", PG(start_pfn), PG(end_pfn - start_pfn));
}

KTEST_BOOT(memory_setup, an_ebda_lies_in_the_last_128K_below_640K)
{
	static const struct {
		const char *name;
		u16 segment;
		u32 start;
	} cases[] = {
		{ "as SeaBIOS sets it",	 0x9FC0, 0x9FC00 },
		{ "the lowest",		 0x8000, 0x80000 },
		{ "the highest",	 0x9FFF, 0x9FFF0 },
		{ "none",		 0x0000, 0	 },
		{ "in the middle of RAM", 0x7FFF, 0	 },
		{ "in device memory",	 0xA000, 0	 },
		{ "all ones",		 0xFFFF, 0	 },
	}, *c;

	for_each_case (c, cases) {
		kt_case(c->name);
		kt_eq(ebda_start(c->segment), c->start);
	}
}

/* --- options --------------------------------------------------------------------------------- */

extern const struct kernel_param __start_params[], __stop_params[];

/* Give the option @name a value. Not through parse_cmdline(): the boot's own options live in the
 * buffer that it would fill anew. */
static int __init set_option(const char *name, const char *value)
{
	const struct kernel_param *param;

	for (param = __start_params; param < __stop_params; param++)
		if (!strcmp(param->name, name))
			return param->set(value);
	return -ENOENT;
}

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
	{ "bootmem_debug", "2" },
	{ "bootmem_debug", "" },
};

KTEST_BOOT(memory_setup, bad_values_are_refused)
{
	const struct bad_value *c;
	bool debug = bootmem_debug;

	for_each_case (c, bad_values) {
		kt_case(c->value ? c->value : c->option);
		kt_eq(set_option(c->option, c->value), -EINVAL);
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
	begin();
	add_ram(0xFFF00, 0xFFFFF);
	apply_user_map(&scratch.map);
	return !e820_all_ram(&scratch.map, PG(0xFFF00), PG(0xFFFFF) - 1);
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
	begin();
	apply_user_map(&scratch.map);
	if (type_at(0xF0305000))
		kt_skip("the command line's memmap= says what is at these addresses");
	for_each_case (c, cases) {
		kt_case(c->value);
		kt_eq(set_option("memmap", c->value), 0);
	}
	begin();
	add_ram(0xF0000, 0xF0100);
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

/* --- limits ---------------------------------------------------------------------------------- */

/* The boot's limits, to be given back. */
static struct {
	unsigned long min_low, max_low, max;
} limits __initdata;

static void __init save_limits(void)
{
	limits.min_low = min_low_pfn;
	limits.max_low = max_low_pfn;
	limits.max = max_pfn;
}

static void __init restore_limits(void)
{
	min_low_pfn = limits.min_low;
	max_low_pfn = limits.max_low;
	max_pfn = limits.max;
}

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

	save_limits();
	for_each_case (c, limits_cases) {
		kt_case(c->name);
		begin();
		add_ram(0x100, 0x140);
		add_ram(0x180, c->ram_end);
		kt_eq(set_option("highmem", c->highmem), 0);
		find_pfn_limits(&scratch.map);
		kt_eq(max_pfn, c->ram_end);
		kt_eq(max_low_pfn, c->max_low);
	}
	kt_eq(set_option("highmem", "3200M"), 0); /* takes nothing from any map */
	restore_limits();
}

KTEST_STOP_BOOT(memory_setup, stop_no_ram)
{
	kt_expect_stop("no usable memory: the map has no whole page of RAM below 896M");
	begin();
	add_ram(0, 1);
	add_ram(0xA0, 0x100);
	add_ram(0x38000, 0x40000); /* memory for HighMem alone */
	add_ram(0x100000, 0x200000);
	find_pfn_limits(&scratch.map);
}

/* --- the trampoline -------------------------------------------------------------------------- */

static const struct trampoline_case {
	const char *name;
	unsigned long ram, ram_end, reserved, reserved_end;
	unsigned long want; /* 0: none */
} trampoline_cases[] __initconst = {
	{ "the first page but one", 0, 0xA0, 0, 1, 1 },
	{ "behind what is reserved", 0, 0xA0, 0, 5, 5 },
	{ "before what is reserved", 0, 0xA0, 2, 0xA0, 1 },
	{ "the last page", 0, 0xA0, 0, 0x9F, 0x9F },
	{ "no page is free", 0, 0xA0, 0, 0xA0, 0 },
	{ "no RAM below 640K", 0x100, 0x200, 0, 1, 0 },
};

KTEST_BOOT(memory_setup, the_trampoline_is_the_lowest_free_page)
{
	const struct trampoline_case *c;

	for_each_case (c, trampoline_cases) {
		kt_case(c->name);
		begin();
		add_ram(c->ram, c->ram_end);
		reserve(c->reserved, c->reserved_end);
		reserve_trampoline(&scratch.map, &scratch_ledger);
		kt_eq(scratch_ledger.nr, c->want ? 2 : 1);
		if (!c->want)
			continue;
		kt_eq(scratch_ledger.range[1].start, PG(c->want));
		kt_eq(scratch_ledger.range[1].last, PG(c->want + 1) - 1);
		kt_str_eq(scratch_ledger.name[1], "AP trampoline");
	}
}

/* --- bootmem --------------------------------------------------------------------------------- */

#define HIGH_PAGES 16UL /* RAM behind lowmem, which is the boot node's block */

/* RAM and limits for setup_bootmem(). Return: pages of the bitmap. */
static unsigned long __init begin_bootmem(void)
{
	begin();
	save_limits();
	max_low_pfn = boot_node.base + BOOT_NODE_PAGES;
	max_pfn = max_low_pfn + HIGH_PAGES;
	add_ram(boot_node.base, max_pfn);
	return (max_low_pfn + 32767) / 32768;
}

static void __init reserve_in_node(unsigned long start, unsigned long end)
{
	reserve(boot_node.base + start, boot_node.base + end);
}

/* The pages of the node that bootmem has for free are all but the scratch ledger's; the others of
 * lowmem are taken. */
static void __init expect_ledger_in_bitmap(void)
{
	const unsigned long *map = NODE_DATA(0)->bdata->node_bootmem_map;
	unsigned long pfn;

	for (pfn = 0; pfn < max_low_pfn; pfn++) {
		bool used = pfn < boot_node.base;
		unsigned int i;

		for (i = 0; i < scratch_ledger.nr; i++)
			used |= pfn >= PFN_DOWN(scratch_ledger.range[i].start) &&
				pfn <= PFN_DOWN(scratch_ledger.range[i].last);
		if (!kt_eq(test_bit(pfn, map), used)) {
			kt_note("page %ld of the node", (long)(pfn - boot_node.base));
			break;
		}
	}
}

static void __init expect_bitmap_at(unsigned long page, unsigned long pages)
{
	unsigned int i = scratch_ledger.nr - 1;
	phys_addr_t bytes = (max_low_pfn + BITS_PER_LONG - 1) / BITS_PER_LONG * sizeof(long);

	kt_str_eq(scratch_ledger.name[i], "bootmem bitmap");
	kt_eq(scratch_ledger.range[i].start, PG(boot_node.base + page));
	kt_eq(scratch_ledger.range[i].last, PG(boot_node.base + page) + bytes - 1);
	kt_eq(min_low_pfn, boot_node.base + page);
	kt_eq(NODE_DATA(0)->bdata->map_pages, pages);
	kt_ptr_eq(NODE_DATA(0)->bdata->node_bootmem_map, phys_to_virt(PG(boot_node.base + page)));
}

KTEST_BOOT(memory_setup, the_bitmap_lies_behind_the_image)
{
	unsigned long pages;

	open_node();
	pages = begin_bootmem();
	reserve_in_node(3, 5);
	reserve_in_node(10, 12);
	setup_bootmem(&scratch.map, &scratch_ledger, boot_node.base + 12);
	expect_bitmap_at(12, pages);
	expect_ledger_in_bitmap();
	restore_limits();
	boot_node_close();
}

KTEST_BOOT(memory_setup, the_bitmap_lies_below_the_image_if_there_is_no_room_behind)
{
	unsigned long pages;

	open_node();
	pages = begin_bootmem();
	reserve_in_node(0, 2);
	reserve_in_node(BOOT_NODE_PAGES - 4, BOOT_NODE_PAGES);
	setup_bootmem(&scratch.map, &scratch_ledger, boot_node.base + BOOT_NODE_PAGES - 4);
	expect_bitmap_at(2, pages);
	expect_ledger_in_bitmap();
	restore_limits();
	boot_node_close();
}

/* No two free pages of lowmem in a row, or none at all: the RAM behind lowmem does not count. */
KTEST_BOOT(memory_setup, the_bitmap_stays_in_init_without_room)
{
	open_node();
	begin_bootmem();
	reserve_in_node(0, BOOT_NODE_PAGES);
	setup_bootmem(&scratch.map, &scratch_ledger, boot_node.base);
	kt_eq(scratch_ledger.nr, 1);
	kt_eq(NODE_DATA(0)->bdata->map_pages, 0);
	kt_eq(bootmem_free_pages(NODE_DATA(0)), 0);
	expect_ledger_in_bitmap();
	restore_limits();
	boot_node_close();
}

/* Of an entry that begins in lowmem or lies behind it, bootmem hears the low part. */
KTEST_BOOT(memory_setup, bootmem_knows_the_low_part_of_the_ledger)
{
	unsigned long pages;

	open_node();
	pages = begin_bootmem();
	reserve_in_node(BOOT_NODE_PAGES, BOOT_NODE_PAGES + 2);
	reserve_in_node(BOOT_NODE_PAGES + 4, BOOT_NODE_PAGES + 5);
	reserve_in_node(BOOT_NODE_PAGES - 1, BOOT_NODE_PAGES + 1);
	ledger_add(&scratch_ledger, "last byte", PG(boot_node.base + 20) - 1, 1);
	ledger_add(&scratch_ledger, "first byte", PG(boot_node.base + 21), 1);
	ledger_add(&scratch_ledger, "two bytes", PG(boot_node.base + 24) - 1, 2);
	setup_bootmem(&scratch.map, &scratch_ledger, boot_node.base);
	expect_bitmap_at(0, pages);
	expect_ledger_in_bitmap();
	kt_eq(bootmem_free_pages(NODE_DATA(0)), BOOT_NODE_PAGES - 5 - pages);
	restore_limits();
	boot_node_close();
}

/* --- this machine ---------------------------------------------------------------------------- */

static bool in_ledger(unsigned long pfn)
{
	unsigned int i;

	for (i = 0; i < ledger.nr; i++)
		if (pfn >= PFN_DOWN(ledger.range[i].start) && pfn <= PFN_DOWN(ledger.range[i].last))
			return true;
	return false;
}

/* Nothing of high memory is kept back but what the ledger names. */
KTEST(memory_setup, highmem_is_reserved_where_the_ledger_says, SHORT)
{
	const struct zone *high = &NODE_DATA(0)->node_zones[ZONE_HIGHMEM];
	unsigned long pfn, end = min(zone_end_pfn(high), mem_map_end_pfn);

	for (pfn = high->zone_start_pfn; pfn < end; pfn++) {
		if (!e820_all_ram(&e820_map, PFN_PHYS(pfn), PFN_PHYS(pfn + 1) - 1))
			continue;
		if (!kt_eq(PageReserved(pfn_to_page(pfn)), in_ledger(pfn))) {
			kt_note("pfn %lu", pfn);
			break;
		}
	}
}
