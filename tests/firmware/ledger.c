/* SPDX-License-Identifier: 0BSD
 *
 * ledger.c - the ledger on small made-up maps: a table, then random ledgers against an
 * oracle that has two flags a page.
 */
#include <asm/firmware/ledger.h>
#include <test/capture.h>
#include <test/ktest.h>

#include "boot_scratch.h"

#define PG(n) ((phys_addr_t)(n) << 12)

static void __init add_ram(u64 start, u64 end)
{
	kt_eq(e820_add(&scratch.map, start, end - start, E820_RAM), E820_OK);
}

static void __init reserve(phys_addr_t start, phys_addr_t end)
{
	ledger_add(&scratch_ledger, "test", start, end - start);
}

/* RAM in pages 0x100-0x110 and 0x120-0x130. */
static void __init begin_with_two_ranges(void)
{
	scratch_begin();
	add_ram(PG(0x100), PG(0x110));
	add_ram(PG(0x120), PG(0x130));
}

static unsigned long __init find_free(unsigned long pages, unsigned long start, unsigned long end)
{
	return ledger_find_free(&scratch_ledger, &scratch.map, pages, start, end);
}

static unsigned long __init ram_pages(unsigned long end_pfn)
{
	return ledger_ram_pages(&scratch_ledger, &scratch.map, end_pfn);
}

KTEST_BOOT(ledger, an_entry_has_its_last_byte)
{
	scratch_begin();
	ledger_add(&scratch_ledger, "a", 0x1234, 1);
	ledger_add(&scratch_ledger, "b", 0xFFFFF000, 0x1000);
	kt_eq(scratch_ledger.nr, 2);
	kt_eq(scratch_ledger.range[0].start, 0x1234);
	kt_eq(scratch_ledger.range[0].last, 0x1234);
	kt_eq(scratch_ledger.range[1].last, 0xFFFFFFFFLL);
	kt_str_eq(scratch_ledger.name[1], "b");
}

KTEST_BOOT(ledger, an_empty_entry_is_nothing)
{
	scratch_begin();
	ledger_add(&scratch_ledger, "nothing", 0x1000, 0);
	kt_eq(scratch_ledger.nr, 0);
}

KTEST_BOOT(ledger, a_long_name_is_cut)
{
	scratch_begin();
	ledger_add(&scratch_ledger, "module /boot/a/rather/long/name", 0x1000, 1);
	kt_str_eq(scratch_ledger.name[0], "module /boot/a/rather/l");
}

KTEST_BOOT(ledger, it_is_printed_by_name)
{
	char text[128];
	struct capture capture;

	scratch_begin();
	ledger_add(&scratch_ledger, "page 0", 0, 4096);
	capture_init(&capture, text, sizeof(text));
	ledger_show(&scratch_ledger, &capture.out);
	kt_str_eq(text, "reserved: [mem 0x0000000000000000-0x0000000000000fff] page 0\n");
}

/* Reserved bytes, and where the first so many free pages are then. */
static const struct find_case {
	const char *name;
	phys_addr_t start, end; /* reserved */
	unsigned long pages, from, to, want;
} find_cases[] __initconst = {
	{ "nothing reserved", 0, 0, 1, 0, 0x1000, 0x100 },
	{ "the whole range", 0, 0, 16, 0, 0x1000, 0x100 },
	{ "too much", 0, 0, 17, 0, 0x1000, 0 },
	{ "from inside a range", 0, 0, 4, 0x105, 0x1000, 0x105 },
	{ "from the hole", 0, 0, 4, 0x115, 0x1000, 0x120 },
	{ "not over the end of a range", 0, 0, 8, 0x10A, 0x1000, 0x120 },
	{ "not over the limit", 0, 0, 8, 0x10A, 0x127, 0 },
	{ "up to the limit", 0, 0, 8, 0x10A, 0x128, 0x120 },
	{ "limit below all RAM", 0, 0, 1, 0, 0x100, 0 },
	{ "one byte takes a page", PG(0x100) + 5, PG(0x100) + 6, 1, 0, 0x1000, 0x101 },
	{ "last byte of a page", PG(0x102) - 1, PG(0x102), 2, 0, 0x1000, 0x102 },
	{ "a gap that fits", PG(0x103), PG(0x104), 3, 0, 0x1000, 0x100 },
	{ "a gap that does not", PG(0x103), PG(0x104), 4, 0, 0x1000, 0x104 },
	{ "a whole range", PG(0x100), PG(0x110), 1, 0, 0x1000, 0x120 },
	{ "over the hole", PG(0x10F), PG(0x121), 15, 0, 0x1000, 0x100 },
	{ "over the hole, too much", PG(0x10F), PG(0x121), 16, 0, 0x1000, 0 },
	{ "everything", 0, PG(0x1000), 1, 0, 0x1000, 0 },
	{ "up to the last byte of 4 GiB", PG(0x130) - 1, PG(0x100000), 15, 0x11F, 0x1000, 0x120 },
};

KTEST_BOOT(ledger, free_pages_are_found)
{
	const struct find_case *c;

	for_each_case (c, find_cases) {
		kt_case(c->name);
		begin_with_two_ranges();
		reserve(c->start, c->end);
		kt_eq(find_free(c->pages, c->from, c->to), c->want);
	}
}

/* Overlapping entries in an order in which each one uncovers the next. */
KTEST_BOOT(ledger, overlapping_entries)
{
	begin_with_two_ranges();
	reserve(PG(0x108), PG(0x10C));
	reserve(PG(0x104), PG(0x109));
	reserve(PG(0x105), PG(0x106));
	reserve(PG(0x100), PG(0x105));
	kt_eq(find_free(1, 0, 0x1000), 0x10C);
	kt_eq(find_free(4, 0, 0x1000), 0x10C);
	kt_eq(find_free(5, 0, 0x1000), 0x120);
	kt_eq(ram_pages(0x1000), 12);
}

KTEST_BOOT(ledger, ram_under_the_ledger_is_counted_once)
{
	begin_with_two_ranges();
	kt_eq(ram_pages(0x1000), 0);
	reserve(PG(0), PG(1));		       /* no RAM at all */
	reserve(PG(0x10E) + 1, PG(0x10E) + 2); /* one page */
	reserve(PG(0x10E), PG(0x122));	       /* it again, 10F, then over the hole 120 and 121 */
	kt_eq(ram_pages(0x1000), 4);
	kt_eq(ram_pages(0x121), 3);
	kt_eq(ram_pages(0x10F), 1);
	kt_eq(ram_pages(0x10E), 0);
}

/* --- random ledgers -------------------------------------------------------------------------- */

#define FIRST 0x100UL /* the oracle's pages: above the places that are never RAM */
#define PAGES 96UL

static struct {
	bool ram, reserved;
} oracle[PAGES] __initdata;

static void __init random_map(void)
{
	unsigned long i, start;

	scratch_begin();
	memset(oracle, 0, sizeof(oracle));
	for (start = 0; start < PAGES; start += 1 + kt_random_below(8)) {
		unsigned long end = min(start + 1 + kt_random_below(20), PAGES);

		add_ram(PG(FIRST + start), PG(FIRST + end));
		for (i = start; i < end; i++)
			oracle[i].ram = true;
		start = end;
	}
}

static void __init random_entries(void)
{
	unsigned int n = kt_random_below(8);

	while (n--) {
		u32 start = kt_random_below(PAGES * 4096);
		u32 end = min(start + 1 + kt_random_below(30000), (u32)(PAGES * 4096));
		unsigned long i;

		reserve(PG(FIRST) + start, PG(FIRST) + end);
		for (i = start / 4096; i <= (end - 1) / 4096; i++)
			oracle[i].reserved = true;
	}
}

static unsigned long __init oracle_find(unsigned long pages, unsigned long from, unsigned long to)
{
	unsigned long i, run = 0;

	for (i = from; i < to; i++) {
		run = oracle[i].ram && !oracle[i].reserved ? run + 1 : 0;
		if (run == pages)
			return FIRST + i + 1 - pages;
	}
	return 0;
}

static unsigned long __init oracle_ram_pages(unsigned long to)
{
	unsigned long i, pages = 0;

	for (i = 0; i < to; i++)
		pages += oracle[i].ram && oracle[i].reserved;
	return pages;
}

KTEST_BOOT(ledger, random_ledgers_follow_the_oracle)
{
	unsigned int i;

	for (i = 0; i < 2000; i++) {
		unsigned long pages = 1 + kt_random_below(kt_random_below(2) ? 3 : 20);
		unsigned long from = kt_random_below(PAGES), to = kt_random_below(PAGES + 1);

		random_map();
		random_entries();
		if (!kt_eq(find_free(pages, FIRST + from, FIRST + to),
			   oracle_find(pages, from, to)) ||
		    !kt_eq(ram_pages(FIRST + to), oracle_ram_pages(to)))
			break;
	}
}

KTEST_BOOT(ledger, a_page_is_named_by_its_first_byte_and_its_last)
{
	static const unsigned long below[] = { 0, 0, 2, 3, 3, 5, 6, 6, 6, 9, 10 };
	unsigned long pfn;

	scratch_begin();
	reserve(PG(5) - 1, PG(5));
	reserve(PG(7), PG(8) + 1);
	reserve(PG(3) + (1ULL << 44), PG(4) + (1ULL << 44)); /* not page 3 */
	reserve(PG(0), PG(1) + 1);
	for (pfn = 0; pfn < ARRAY_SIZE(below); pfn++)
		kt_eq(ledger_page_below(&scratch_ledger, pfn), below[pfn]);
}

/* The last byte that there is can be entered, and nothing behind it. */
KTEST_STOP_BOOT(ledger, stop_over_the_end_of_addresses)
{
	scratch_begin();
	ledger_add(&scratch_ledger, "test", 0 - PG(1), PG(1));
	kt_eq(scratch_ledger.range[0].last, (long long)~0ULL);
	kt_expect_stop("\"test\": 0x1001 bytes at 0xfffffffffffff000 wrap");
	ledger_add(&scratch_ledger, "test", 0 - PG(1), PG(1) + 1);
}

KTEST_STOP_BOOT(ledger, stop_no_room)
{
	unsigned int i;

	scratch_begin();
	kt_expect_stop("no room for \"test\": raise LEDGER_MAX");
	for (i = 0; i <= LEDGER_MAX; i++)
		reserve(PG(i), PG(i + 1));
}
