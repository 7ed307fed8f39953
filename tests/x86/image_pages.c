/* SPDX-License-Identifier: 0BSD
 *
 * image_pages.c - pages that must never be handed out: the kernel image and what belongs to it,
 * page tables, modules; and those of .init, which are given back.
 */
#include <asm/pgtable.h>
#include <asm/sections.h>
#include <asm/setup.h>
#include <mm/bootmem.h>
#include <mm/mmzone.h>
#include <test/ktest.h>
#include <test/pages.h>

static bool lies_in(unsigned long pfn, const char *start, const char *end)
{
	return pfn >= PFN_DOWN(virt_to_phys(start)) && pfn < PFN_DOWN(virt_to_phys(end));
}

/* By page frames: a table of ACPI may lie in HighMem. */
static bool in_init_part(unsigned long pfn)
{
	return lies_in(pfn, __init_text_begin, __init_text_end) ||
	       lies_in(pfn, __init_data_begin, __init_data_end);
}

/* Pages of ledger entry @i that are not reserved; free_initmem()'s do not count. */
static unsigned long given_pages(unsigned int i)
{
	unsigned long pfn = PFN_DOWN(ledger.range[i].start), last = PFN_DOWN(ledger.range[i].last);
	unsigned long pages = 0;

	for (; pfn <= last; pfn++) {
		if (!pfn_valid(pfn) || in_init_part(pfn))
			continue;
		pages += !PageReserved(pfn_to_page(pfn));
		kt_false(PageReserved(pfn_to_page(pfn)) && pfn_is_free(pfn));
	}
	return pages;
}

/* What the ledger names stays reserved, but for what bootmem gave back: its bitmap, and what early
 * code freed. */
KTEST(zones, the_ledger_is_respected, SHORT)
{
	unsigned long given = 0;
	unsigned int i;

	kt_true(ledger.nr >= 8);
	for (i = 0; i < ledger.nr; i++)
		given += given_pages(i);
	kt_true(given <= bootmem_given_pages);
}

static bool any_free(const void *start, const void *end)
{
	unsigned long pfn = PFN_DOWN(virt_to_phys(start));

	for (; pfn < PFN_UP(virt_to_phys(end)); pfn++)
		if (!in_init_part(pfn) && pfn_is_free(pfn))
			return true;
	return false;
}

/* By the linker's symbols, not by the ledger. */
KTEST(zones, no_page_of_the_image_is_free, SHORT)
{
	kt_false(any_free(_start, _end));
	kt_false(any_free(boot_stack_guard, boot_stack_top));
	kt_false(any_free(swapper_pg_dir, swapper_pg_dir + PTRS_PER_TABLE));
	kt_false(any_free(&boot_info, &boot_info + 1));
	kt_false(pfn_is_free(0));
}

KTEST(zones, no_page_table_is_free, SHORT)
{
	unsigned int i, tables = 0;

	for (i = 0; i < PTRS_PER_TABLE; i++) {
		pte_t entry = swapper_pg_dir[i];

		if ((entry & (_PAGE_PRESENT | _PAGE_PSE)) != _PAGE_PRESENT)
			continue;
		tables++;
		kt_true(pfn_valid(entry >> PAGE_SHIFT));
		kt_false(pfn_is_free(entry >> PAGE_SHIFT));
	}
	kt_true(tables >= 3); /* the first 4 MiB, mem_map, the fixmap */
}

KTEST(zones, no_module_is_free, SHORT)
{
	unsigned long free = 0;
	unsigned int i;

	if (!boot_info.nr_modules)
		kt_skip("the loader brought no module");
	for (i = 0; i < boot_info.nr_modules; i++) {
		unsigned long pfn = PFN_DOWN(boot_info.modules[i].start);

		for (; pfn < PFN_UP(boot_info.modules[i].end); pfn++)
			free += !in_init_part(pfn) && pfn_is_free(pfn);
	}
	kt_true(!free || free < bootmem_given_pages); /* early code freed it */
}

/* Pages of .init are ordinary pages now: free, or allocated by somebody. Where the image lies over
 * memory that the map does not give, they stay what the map says. */
KTEST(zones, init_pages_were_given_back, SHORT)
{
	unsigned long pfn, pages = 0;

	for (pfn = PFN_DOWN(virt_to_phys(_start)); pfn < PFN_UP(virt_to_phys(_end)); pfn++) {
		if (!in_init_part(pfn))
			continue;
		pages++;
		if (pfn_valid(pfn))
			kt_eq(PageReserved(pfn_to_page(pfn)),
			      !e820_all_ram(&e820_map, PFN_PHYS(pfn), PFN_PHYS(pfn + 1) - 1));
	}
	kt_true(pages > 0);
}
