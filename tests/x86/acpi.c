/* SPDX-License-Identifier: 0BSD
 *
 * acpi.c - what the boot found of ACPI on the machine that the tests run on, which may be nothing.
 */
#include <asm/firmware/acpi.h>
#include <asm/firmware/madt.h>
#include <asm/phys_view.h>
#include <asm/setup.h>
#include <lib/string.h>
#include <mm/highmem.h>
#include <mm/mmzone.h>
#include <mm/page_alloc.h>
#include <mm/vmalloc.h>
#include <test/ktest.h>

#define LOCAL_APIC 0xFEE00000

/* The last view may be an area, which would count as leaked. */
static void close_window(void)
{
	phys_view(PAGE_SIZE, 1);
}

KTEST(acpi, good_tables_can_be_read_where_they_lie, SHORT)
{
	const struct acpi_entry *entry;
	const struct acpi_header *header;

	if (!acpi.nr)
		kt_skip("no tables");
	for (entry = acpi.entry; entry < acpi.entry + acpi.nr; entry++) {
		if (!entry->is_good)
			continue;
		header = phys_view(entry->phys, entry->header.length);
		kt_assert(header);
		kt_eq(memcmp(header->signature, entry->header.signature, 4), 0);
		kt_eq(header->length, entry->header.length);
		if (memcmp(header->signature, "FACS", 4))
			kt_true(acpi_sum_is_zero(header, header->length));
	}
	close_window();
}

KTEST(acpi, a_table_is_found_by_its_signature, SHORT)
{
	const struct acpi_entry *list = &acpi.entry[0];
	const struct acpi_header *table;
	size_t len = 0;

	if (!acpi.nr)
		kt_skip("no tables");
	table = acpi_table(list->header.signature, &len);
	kt_assert(table);
	kt_eq(len, list->header.length);
	kt_eq(memcmp(table->signature, list->header.signature, 4), 0);
	kt_ptr_eq(acpi_table("????", &len), NULL);
	close_window();
}

/* Of all good tables' pages that mem_map knows. */
KTEST(acpi, their_memory_is_never_handed_out, SHORT)
{
	const struct acpi_entry *entry;

	if (!acpi.nr)
		kt_skip("no tables");
	for (entry = acpi.entry; entry < acpi.entry + acpi.nr; entry++) {
		unsigned long pfn = PFN_DOWN(entry->phys);

		for (; entry->is_good && pfn < PFN_UP(entry->phys + entry->header.length); pfn++)
			kt_true(!pfn_valid(pfn) || PageReserved(pfn_to_page(pfn)));
	}
}

KTEST(acpi, a_machine_with_a_madt_has_a_processor, SHORT)
{
	size_t len;

	if (!acpi_table("APIC", &len))
		kt_skip("no such table");
	kt_true(madt.nr_enabled >= 1);
	kt_true(madt.nr_cpus >= madt.nr_enabled);
	kt_true(madt.lapic_phys);
	close_window();
}

/* HighMem, where there is any, and a device. */
KTEST(acpi, a_view_has_the_bytes_of_any_page, SHORT)
{
	struct page *page = alloc_page(GFP_HIGHUSER);
	const u8 *view;
	u8 *bytes;

	kt_assert(page);
	bytes = kmap(page);
	bytes[1] = 0x5A;
	kunmap(page);
	view = phys_view(PFN_PHYS(page_to_pfn(page)) + 1, 2);
	kt_assert(view);
	kt_eq(*view, 0x5A);
	kt_true(is_vmalloc_addr(view) == PageHighMem(page));
	kt_true(is_vmalloc_addr(phys_view(LOCAL_APIC, 16)));
	close_window();
	__free_page(page);
}
