/* SPDX-License-Identifier: 0BSD
 *
 * ram_probe.c - is the RAM there that the memory map promises?
 *
 * Maps lie: a loader that knows no firmware writes one by hand, basic sizes are not those of the
 * machine, a user types memmap=. What is not there would be found much later, by whoever gets NULL
 * or garbage. So some pages of each range are written to and read back, at most PROBE_STEP apart;
 * where the first one does not keep what is written, the range ends. Steps go upwards from small
 * ones, so that behind the end of RAM as little as possible is touched: devices may answer there.
 * What the ledger names is in use and never written to: it is there if the page below it is, since
 * a module may have been put where nothing is.
 *
 * Nothing here touches hardware: the caller says how a page is tried.
 */
#include <asm/firmware/ram_probe.h>
#include <lib/init.h>
#include <lib/printk.h>

#define PROBE_STEP ((64UL << 20) >> PAGE_SHIFT)

/* I/O APIC, local APIC and firmware on every PC, whatever the map says: not to be written to. */
#define CHIPSET_PFN 0xFEC00UL

struct probe {
	const struct ledger *ledger;
	bool (*keeps)(unsigned long pfn);
};

static bool __init is_there(const struct probe *probe, unsigned long start, unsigned long pfn)
{
	pfn = ledger_page_below(probe->ledger, pfn);
	return pfn < start || (pfn < CHIPSET_PFN && probe->keeps(pfn));
}

/* The first page of [@start, @end) that is not there, provided that none behind it is; @end if all
 * are. */
static unsigned long __init find_missing(const struct probe *probe, unsigned long start,
					 unsigned long end)
{
	unsigned long there = start, missing, step = 1;

	if (!is_there(probe, start, start))
		return start;
	for (; (missing = min(there + step, end - 1)) != there; step = min(2 * step, PROBE_STEP)) {
		if (!is_there(probe, start, missing))
			break;
		there = missing;
	}
	if (there == end - 1)
		return end;
	while (missing - there > 1) {
		unsigned long middle = there + (missing - there) / 2;

		if (is_there(probe, start, middle))
			there = middle;
		else
			missing = middle;
	}
	return missing;
}

void __init leave_out_missing_ram(struct e820_map *map, const struct ledger *ledger,
				  bool (*keeps)(unsigned long pfn))
{
	const struct probe probe = { ledger, keeps };
	struct ram_range ram = { 0 };

	while (e820_next_ram(map, &ram)) {
		unsigned long missing = find_missing(&probe, ram.start_pfn, ram.end_pfn);

		if (missing == ram.end_pfn)
			continue;
		pr_warn("no RAM answers at [mem 0x%08llx-0x%08llx], though the map calls it "
			"usable: left out\n",
			PFN_PHYS(missing), PFN_PHYS(ram.end_pfn) - 1);
		e820_add(map, PFN_PHYS(missing), PFN_PHYS(ram.end_pfn - missing), E820_UNUSABLE);
	}
}
