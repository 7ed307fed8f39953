/* SPDX-License-Identifier: 0BSD
 *
 * boot_memory.c - what the boot's decisions about memory left behind on this machine.
 */
#include <asm/pgtable.h>
#include <asm/sections.h>
#include <asm/setup.h>
#include <lib/ksyms.h>
#include <mm/page_alloc.h>
#include <mm/page_debug.h>
#include <test/ktest.h>

#define PG(n) ((phys_addr_t)(n) << 12)

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
		bool found = boot_info.modules[i].start == boot_info.modules[i].end;

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
		if (pfn_valid(PFN_DOWN(virt_to_phys(byte)))) /* the map may not call it RAM */
			kt_true(PageReserved(pfn_to_page(PFN_DOWN(virt_to_phys(byte)))));
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
	if (page_debug_is_on(PAGE_DEBUG_UNMAP) || page_debug_is_on(PAGE_DEBUG_POISON))
		kt_skip("a free page cannot be read, or holds what page_poison wrote");
	if (!e820_all_ram(&e820_map, first, last))
		kt_skip("the image does not lie in RAM");
	for (page = __init_text_begin; page < __init_text_end; page += PAGE_SIZE) {
		kt_false(PageReserved(virt_to_page(page)));
		if ((u8)page[0] == INIT_POISON && !memcmp(page, page + 1, PAGE_SIZE - 1))
			untouched++;
	}
	kt_true(untouched > 0);
}

/* --- the ledger of this boot ----------------------------------------------------------------- */

/* Is there an entry @name for exactly [@start, @end)? */
static bool has_entry(const char *name, const void *start, const void *end)
{
	unsigned int i;

	for (i = 0; i < ledger.nr; i++)
		if (!strcmp(ledger.name[i], name) && ledger.range[i].start == virt_to_phys(start) &&
		    ledger.range[i].last + 1 == virt_to_phys(end))
			return true;
	return false;
}

KTEST(ledger, the_boot_entered_the_image_and_its_parts, SHORT)
{
	kt_true(has_entry("page 0", phys_to_virt(0), phys_to_virt(4096)));
	kt_true(has_entry("kernel image", _start, _end));
	kt_true(has_entry("page tables", swapper_pg_dir, swapper_pg_dir + PTRS_PER_TABLE));
	kt_true(has_entry("boot stack", boot_stack_guard, boot_stack_top));
	kt_true(has_entry("boot info", &boot_info, &boot_info + 1));
	kt_true(has_entry("command line", boot_info.cmdline,
			  boot_info.cmdline + BOOT_CMDLINE_SIZE));
	kt_true(has_entry("symbol table", ksyms_start, ksyms_end));
}

static unsigned int entry_index(const char *name)
{
	unsigned int i;

	for (i = 0; i < ledger.nr && strcmp(ledger.name[i], name) != 0; i++)
		;
	return i;
}

/* One page in low RAM, if there was a free one. */
KTEST(ledger, the_boot_kept_a_page_for_a_trampoline, SHORT)
{
	unsigned int i = entry_index("AP trampoline");

	if (i == ledger.nr)
		kt_skip("no free page below 640K");
	kt_true(ledger.range[i].start >= PG(1) && ledger.range[i].last < PG(0xA0));
	kt_eq(ledger.range[i].start & 4095, 0);
	kt_eq(ledger.range[i].last + 1 - ledger.range[i].start, 4096);
	kt_true(e820_all_ram(&e820_map, ledger.range[i].start, ledger.range[i].last));
}

/* No other entry, whatever it is, has a byte of it. */
static bool lies_alone(unsigned int entry)
{
	const struct mem_reservation *own = &ledger.range[entry];
	unsigned int i;

	for (i = 0; i < ledger.nr; i++)
		if (i != entry && ledger.range[i].start <= own->last &&
		    ledger.range[i].last >= own->start)
			return false;
	return true;
}

/* Of one node, or of several: a bit for each page of lowmem, and less than a word each for
 * nothing. */
KTEST(ledger, the_bitmaps_lie_in_free_ram_of_their_own, SHORT)
{
	unsigned int i, found = 0;
	phys_addr_t bytes = 0;

	for (i = 0; i < ledger.nr; i++) {
		if (strcmp(ledger.name[i], "bootmem bitmap") != 0)
			continue;
		kt_true(e820_all_ram(&e820_map, ledger.range[i].start, ledger.range[i].last));
		kt_true(lies_alone(i));
		bytes += ledger.range[i].last + 1 - ledger.range[i].start;
		found++;
	}
	kt_assert(found);
	kt_true(bytes >= (max_low_pfn + 31) / 32 * 4);
	kt_true(bytes < (max_low_pfn + 31) / 32 * 4 + found * 4);
}
