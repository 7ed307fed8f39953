/* SPDX-License-Identifier: 0BSD
 *
 * ram_probe.c - is the RAM there that the memory map promises?
 *
 * 1. Concepts  Maps lie: a loader that knows no firmware writes one by hand, basic sizes are not
 *              those of the machine, a user types memmap=. What is not there would be found much
 *              later, by whoever gets NULL or garbage. So each block of mem_map is tried before it
 *              is trusted: the first and the last page of it that may be written to. A mark, of
 *              which no two pages have the same, goes there and must come back.
 * 2. Lies      Nothing answers, or all ones, or what was last on the bus: then the mark does not
 *              come back, of two words the second being the opposite of the first. Or nobody
 *              decodes an address line, and RAM appears again above its end: then the mark comes
 *              back, but stands at the address without that line, too.
 * 3. Upwards   A range is tried from its start, and where a page fails it ends: behind the end of
 *              RAM as little as possible is touched, since devices may answer there. The end is
 *              then found to the page, by halves.
 * 4. Ledger    What it names is in use and never written to: it is there if the page below it is,
 *              since a module may have been put where nothing is.
 * 5. Not done  Holes inside a block, and cells that forget: that is memtest=. Nothing here touches
 *              hardware: the caller says how a page is reached.
 */
#include <asm/firmware/ram_probe.h>
#include <lib/align.h>
#include <lib/init.h>
#include <lib/printk.h>
#include <mm/page.h>

/* I/O APIC, local APIC and firmware on every PC, whatever the map says: not to be written to. */
#define CHIPSET_PFN 0xFEC00UL

#define NO_ALIAS (~0UL)

struct probe {
	const struct ledger *ledger;
	const struct ram_access *ram;
	unsigned long there;	/* of the range that is tried: all below is taken for RAM */
	unsigned long unnamed;	/* from there up to here no page is in the ledger */
	unsigned long end;	/* of that range */
	unsigned long alias_of; /* what the page that failed last shows; NO_ALIAS: nothing */
};

#define MARK_WORDS 2

static void __init make_mark(unsigned long pfn, u32 mark[MARK_WORDS])
{
	mark[0] = (u32)pfn * 2654435761u ^ 0x52414D3Fu;
	mark[1] = ~mark[0];
}

static void __init put_words(const struct probe *probe, volatile u32 *at,
			     const u32 word[MARK_WORDS])
{
	at[0] = word[0];
	at[1] = word[1];
	probe->ram->sync((void *)(uintptr)at, MARK_WORDS * sizeof(*at));
}

static __always_inline bool has_words(const volatile u32 *at, const u32 word[MARK_WORDS])
{
	return at[0] == word[0] && at[1] == word[1];
}

static __always_inline bool page_has(const struct probe *probe, unsigned long pfn,
				     const u32 mark[MARK_WORDS])
{
	return has_words(probe->ram->map(pfn, 1), mark);
}

/* The lower page that has the mark of @pfn, too. */
static unsigned long __init find_alias(const struct probe *probe, unsigned long pfn,
				       const u32 mark[MARK_WORDS])
{
	unsigned long bits = ALIGN_DOWN(pfn, MAX_ORDER_NR_PAGES);

	for (; bits; bits &= bits - 1)
		if (page_has(probe, pfn ^ (bits & -bits), mark))
			return pfn ^ (bits & -bits);
	return NO_ALIAS;
}

/* Does page @pfn keep what is written to it, and no lower page with it? */
static bool __init page_keeps(struct probe *probe, unsigned long pfn, bool look_below)
{
	volatile u32 *word = probe->ram->map(pfn, 1);
	const u32 before[MARK_WORDS] = { word[0], word[1] };
	u32 mark[MARK_WORDS];
	bool keeps;

	make_mark(pfn, mark);
	put_words(probe, word, mark);
	keeps = has_words(word, mark);
	if (keeps && look_below) {
		probe->alias_of = find_alias(probe, pfn, mark);
		word = probe->ram->map(pfn, 1);
	}
	put_words(probe, word, before);
	return keeps && probe->alias_of == NO_ALIAS;
}

static bool __init is_there(struct probe *probe, unsigned long pfn, bool look_below)
{
	probe->alias_of = NO_ALIAS;
	if (pfn >= probe->unnamed)
		pfn = ledger_page_below(probe->ledger, pfn);
	return pfn < probe->there || (pfn < CHIPSET_PFN && page_keeps(probe, pfn, look_below));
}

/* Between the pages that are there and @missing, which is not, is the end: the first missing page.
 * The last page to fail says what is shown instead. */
static unsigned long __init find_end(struct probe *probe, unsigned long missing)
{
	unsigned long shown = probe->alias_of;

	while (missing > probe->there) {
		unsigned long middle = probe->there + (missing - probe->there) / 2;

		if (is_there(probe, middle, true)) {
			probe->there = middle + 1;
		} else {
			missing = middle;
			shown = probe->alias_of;
		}
	}
	probe->alias_of = shown;
	return missing;
}

/* The first page of the range that is not there; its end if all are. A block's first page is tried
 * without a look below: if it shows other RAM, so does the last one. */
static unsigned long __init find_missing(struct probe *probe)
{
	while (probe->there < probe->end) {
		unsigned long next = ALIGN_DOWN(probe->there, MAX_ORDER_NR_PAGES) +
				     MAX_ORDER_NR_PAGES;
		unsigned long last = min(next, probe->end) - 1;

		if (probe->there >= probe->unnamed)
			probe->unnamed = ledger_next_reserved(probe->ledger, probe->there,
							      probe->end);
		if (!is_there(probe, probe->there, false))
			return find_end(probe, probe->there);
		if (!is_there(probe, last, true))
			return find_end(probe, last);
		probe->there = last + 1;
	}
	return probe->end;
}

static void __init warn_of(const struct probe *probe, unsigned long missing)
{
	u64 first = PFN_PHYS(missing), last = PFN_PHYS(probe->end) - 1;

	if (probe->alias_of == NO_ALIAS)
		pr_warn("no RAM answers at [mem 0x%08llx-0x%08llx], though the map calls it "
			"usable: left out\n",
			first, last);
	else
		pr_warn("[mem 0x%08llx-0x%08llx] is the RAM at 0x%08llx a second time, though the "
			"map calls it usable: left out\n",
			first, last, PFN_PHYS(probe->alias_of));
}

void __init leave_out_missing_ram(struct e820_map *map, const struct ledger *ledger,
				  const struct ram_access *ram)
{
	struct ram_range range = { 0 };

	while (e820_next_ram(map, &range)) {
		struct probe probe = {
			.ledger = ledger, .ram = ram, .there = range.start_pfn, .end = range.end_pfn
		};
		unsigned long missing = find_missing(&probe);

		if (missing == range.end_pfn)
			continue;
		warn_of(&probe, missing);
		e820_add(map, PFN_PHYS(missing), PFN_PHYS(range.end_pfn - missing), E820_UNUSABLE);
	}
}
