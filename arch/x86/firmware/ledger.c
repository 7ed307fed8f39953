/* SPDX-License-Identifier: 0BSD
 *
 * ledger.c - the reservation ledger.
 *
 * A plain list in the order of entry: a boot makes some ten entries and one for each module and
 * each table of ACPI, and every question is asked once or twice, so it is answered by walking the
 * list. A page is reserved as soon as one byte of it is (reserved grows to whole pages, RAM shrinks
 * to whole pages).
 */
#include <asm/firmware/ledger.h>
#include <lib/bug.h>
#include <lib/init.h>
#include <lib/out.h>
#include <lib/string.h>

void __init ledger_add(struct ledger *ledger, const char *name, phys_addr_t start, phys_addr_t size)
{
	if (!size)
		return;
	mm_bug_on(start + size - 1 < start, "\"%s\": 0x%llx bytes at 0x%llx wrap", name, size,
		  start);
	mm_bug_on(ledger->nr == LEDGER_MAX, "no room for \"%s\": raise LEDGER_MAX", name);
	ledger->range[ledger->nr].start = start;
	ledger->range[ledger->nr].last = start + size - 1;
	strlcpy(ledger->name[ledger->nr], name, LEDGER_NAME_SIZE);
	ledger->nr++;
}

unsigned long __init ledger_page_below(const struct ledger *ledger, unsigned long pfn)
{
	unsigned int i = 0;

	while (i < ledger->nr) {
		unsigned long first = PFN_DOWN(ledger->range[i].start);

		if (first > pfn || pfn > PFN_DOWN(ledger->range[i].last)) {
			i++;
			continue;
		}
		if (!first)
			return 0;
		pfn = first - 1;
		i = 0;
	}
	return pfn;
}

unsigned long __init ledger_next_free(const struct ledger *ledger, unsigned long pfn,
				      unsigned long end_pfn)
{
	unsigned int i = 0;

	while (i < ledger->nr && pfn < end_pfn) {
		const struct mem_reservation *r = &ledger->range[i];

		if (PFN_DOWN(r->start) <= pfn && pfn <= PFN_DOWN(r->last)) {
			pfn = PFN_DOWN(r->last) + 1;
			i = 0; /* an entry seen before may touch the new page */
		} else {
			i++;
		}
	}
	return min(pfn, end_pfn);
}

unsigned long __init ledger_next_reserved(const struct ledger *ledger, unsigned long pfn,
					  unsigned long end_pfn)
{
	unsigned long first = end_pfn;
	unsigned int i;

	for (i = 0; i < ledger->nr; i++) {
		const struct mem_reservation *r = &ledger->range[i];

		if (PFN_DOWN(r->last) >= pfn)
			first = min(first, max(PFN_DOWN(r->start), pfn));
	}
	return first;
}

unsigned long __init ledger_find_free(const struct ledger *ledger, const struct e820_map *map,
				      unsigned long pages, unsigned long start_pfn,
				      unsigned long end_pfn)
{
	struct ram_range ram = { 0 };

	while (e820_next_ram(map, &ram)) {
		unsigned long pfn = max(ram.start_pfn, start_pfn);
		unsigned long end = min(ram.end_pfn, end_pfn);

		while ((pfn = ledger_next_free(ledger, pfn, end)) < end) {
			unsigned long next = ledger_next_reserved(ledger, pfn, end);

			if (next - pfn >= pages)
				return pfn;
			pfn = next;
		}
	}
	return 0;
}

unsigned long __init ledger_ram_pages(const struct ledger *ledger, const struct e820_map *map,
				      unsigned long end_pfn)
{
	struct ram_range ram = { 0 };
	unsigned long pages = 0;

	while (e820_next_ram(map, &ram)) {
		unsigned long end = min(ram.end_pfn, end_pfn);
		unsigned long pfn = ram.start_pfn;

		while ((pfn = ledger_next_reserved(ledger, pfn, end)) < end) {
			unsigned long next = ledger_next_free(ledger, pfn, end);

			pages += next - pfn;
			pfn = next;
		}
	}
	return pages;
}

void ledger_show(const struct ledger *ledger, struct out *out)
{
	unsigned int i;

	for (i = 0; i < ledger->nr; i++)
		out_printf(out, "reserved: [mem 0x%016llx-0x%016llx] %s\n", ledger->range[i].start,
			   ledger->range[i].last, ledger->name[i]);
}
