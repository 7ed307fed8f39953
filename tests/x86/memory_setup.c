/* SPDX-License-Identifier: 0BSD
 *
 * memory_setup.c - the boot's decisions about memory, and what they left behind on this machine.
 */
#include <asm/memory_setup.h>
#include <asm/sections.h>
#include <asm/setup.h>
#include <boot/boot.h>
#include <boot/cmdline.h>
#include <mm/page_alloc.h>
#include <test/ktest.h>

#include "boot_scratch.h"

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

extern const struct kernel_param __start_params[], __stop_params[];

/* Give the option `memmap` a value. Not through parse_cmdline(): the boot's own options live in the
 * buffer that it would fill anew. */
static int __init set_memmap_option(const char *value)
{
	const struct kernel_param *param;

	for (param = __start_params; param < __stop_params; param++)
		if (!strcmp(param->name, "memmap"))
			return param->set(value);
	return -ENOENT;
}

/* A map that is full stays as it is but for the RAM under the range that finds no room. */
KTEST_BOOT(memory_setup, a_range_of_memmap_without_room)
{
	struct e820_map *map = &scratch_map;
	unsigned int n = 0;

	if (glob_match("*exactmap*", boot_info.cmdline))
		kt_skip("memmap=exactmap empties the map first");
	map->nr = 0;
	map->lost = 0;
	while (e820_add(map, 2 * n * PAGE_SIZE, PAGE_SIZE, E820_RAM) == E820_OK)
		n++;
	kt_eq(set_memmap_option("4K@4K,16K$8K"), 0);
	kt_true(apply_user_map(map));
	kt_true(map->lost >= 3);
	kt_true(e820_all_ram(map, 0, PAGE_SIZE - 1));
	kt_false(e820_all_ram(map, PAGE_SIZE, PAGE_SIZE));
	kt_false(e820_all_ram(map, 2 * PAGE_SIZE, 2 * PAGE_SIZE));
	kt_false(e820_all_ram(map, 4 * PAGE_SIZE, 4 * PAGE_SIZE));
}

/* The page of every byte that the ledger names is reserved, or is no RAM to us. */
KTEST(memory_setup, ledger_pages_are_reserved, SHORT)
{
	unsigned int i;
	u64 pfn;

	for (i = 0; i < ledger.nr; i++) {
		kt_case(ledger.name[i]);
		for (pfn = ledger.range[i].start >> PAGE_SHIFT;
		     pfn <= ledger.range[i].last >> PAGE_SHIFT; pfn++) {
			if (!pfn_valid((unsigned long)pfn) ||
			    PageReserved(pfn_to_page((unsigned long)pfn)))
				continue;
			/* What was needed during the boot only has been given back. */
			kt_true(!strcmp(ledger.name[i], "bootmem bitmap") ||
				(PFN_PHYS(pfn) >= virt_to_phys(__init_text_begin) &&
				 PFN_PHYS(pfn) < virt_to_phys(__init_data_end)));
		}
	}
}

KTEST(memory_setup, the_ledger_names_what_the_boot_needs, SHORT)
{
	static const char *const names[] = { "page 0",	     "kernel image",  "page tables",
					     "boot stack",   "boot info",     "command line",
					     "symbol table", "bootmem bitmap" };
	const char *const *name;
	unsigned int i;

	for_each_case (name, names) {
		bool found = false;

		for (i = 0; i < ledger.nr; i++)
			found |= !strcmp(ledger.name[i], *name);
		kt_case(*name);
		kt_true(found);
	}
}

KTEST(memory_setup, the_ledger_has_every_module, SHORT)
{
	unsigned int i, j;

	if (!boot_info.nr_modules)
		kt_skip("no modules");
	for (i = 0; i < boot_info.nr_modules; i++) {
		bool found = false;

		for (j = 0; j < ledger.nr; j++)
			found |= ledger.range[j].start == boot_info.modules[i].start &&
				 ledger.range[j].last == boot_info.modules[i].end - 1;
		kt_case(boot_info.modules[i].string);
		kt_true(found);
	}
}

KTEST(memory_setup, no_free_page_lies_in_the_image, SHORT)
{
	const char *byte;

	for (byte = _start; byte < _end; byte += PAGE_SIZE) {
		if (byte >= __init_text_begin && byte < __init_text_end)
			continue;
		if (byte >= __init_data_begin && byte < __init_data_end)
			continue;
		if (pfn_valid(page_to_pfn(virt_to_page(byte))))
			kt_true(PageReserved(virt_to_page(byte)));
	}
}

KTEST(memory_setup, limits_fit_together, SHORT)
{
	struct ram_range ram = { 0 };
	unsigned long last = 0;

	while (e820_next_ram(&e820_map, &ram))
		last = ram.end_pfn;
	kt_eq(max_pfn, last);
	kt_true(max_low_pfn <= ZONE_NORMAL_END_PFN);
	kt_true(max_pfn <= MAX_PFN_LIMIT);
	kt_true(min_low_pfn >= PFN_UP(virt_to_phys(_end)) ||
		min_low_pfn < PFN_DOWN(virt_to_phys(_start)));
}

/* Freed init memory was poisoned before: as long as nobody took the pages, it is still there. Later
 * runs cannot tell, because tests fill free memory. */
KTEST(boot, freed_init_memory_is_poisoned, SHORT)
{
	static bool ran;
	phys_addr_t first = virt_to_phys(__init_text_begin),
		    last = virt_to_phys(__init_text_end) - 1;
	unsigned long untouched = 0;
	const char *page;

	if (ran)
		kt_skip("only the first run can tell");
	ran = true;
	if (!e820_all_ram(&e820_map, first, last))
		kt_skip("the image does not lie in RAM");
	for (page = __init_text_begin; page < __init_text_end; page += PAGE_SIZE) {
		kt_false(PageReserved(virt_to_page(page)));
		if ((u8)page[0] == INIT_POISON && !memcmp(page, page + 1, PAGE_SIZE - 1))
			untouched++;
	}
	kt_true(untouched > 0);
}
