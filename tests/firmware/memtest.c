/* SPDX-License-Identifier: 0BSD
 *
 * memtest.c - made-up RAM with cells that are stuck: which pages does memtest= find?
 */
#include <asm/firmware/ram_probe.h>
#include <lib/errno.h>
#include <mm/page_alloc.h>
#include <test/ktest.h>

#include "boot_scratch.h"

/* The RAM lies over the border of two blocks. */
#define RAM_ORDER 6
#define RAM_PAGES (1UL << RAM_ORDER)
#define RAM_START (MAX_ORDER_NR_PAGES - 20)
#define RAM_END	  (RAM_START + RAM_PAGES)

static struct page *block __initdata;
static u8 *ram __initdata;

/* Bits that have a value of their own, whatever is written. */
static struct stuck {
	unsigned long pfn, byte;
	u8 ones, zeros;
} stuck[40] __initdata;
static unsigned int nr_stuck __initdata;
static unsigned long pages_mapped __initdata;

static void *__init ram_map(unsigned long pfn, unsigned long pages)
{
	kt_true(pfn >= RAM_START && pfn + pages <= RAM_END);
	kt_eq(pfn / MAX_ORDER_NR_PAGES, (pfn + pages - 1) / MAX_ORDER_NR_PAGES);
	kt_eq(ledger_next_reserved(&scratch_ledger, pfn, pfn + pages), pfn + pages);
	pages_mapped += pages;
	return ram + ((pfn - RAM_START) << PAGE_SHIFT);
}

static void __init ram_sync(void *start __unused, size_t bytes __unused)
{
	unsigned int i;

	for (i = 0; i < nr_stuck; i++) {
		u8 *byte = &ram[((stuck[i].pfn - RAM_START) << PAGE_SHIFT) + stuck[i].byte];

		*byte = (*byte | stuck[i].ones) & (u8)~stuck[i].zeros;
	}
}

static const struct ram_access ram_with_faults __initconst = { ram_map, ram_sync };

static bool __init begin(void)
{
	scratch_begin();
	scratch_add_ram(RAM_START, RAM_END);
	nr_stuck = 0;
	pages_mapped = 0;
	block = alloc_pages(GFP_KERNEL, RAM_ORDER);
	ram = block ? page_address(block) : NULL;
	return block;
}

static void __init end(void)
{
	scratch_set_option("memtest", "0");
	__free_pages(block, RAM_ORDER);
}

#define begin_or_skip()                               \
	do {                                          \
		if (!begin())                         \
			kt_skip("too little memory"); \
	} while (0)

static void __init stick(unsigned long pfn, unsigned long byte, u8 ones, u8 zeros)
{
	stuck[nr_stuck++] = (struct stuck){ pfn, byte, ones, zeros };
}

static void __init test_ram(const char *option)
{
	kt_eq(scratch_set_option("memtest", option), 0);
	early_memtest(&scratch.map, &scratch_ledger, &ram_with_faults);
}

static bool __init is_reserved(unsigned long pfn)
{
	return ledger_next_free(&scratch_ledger, pfn, pfn + 1) != pfn;
}

/* Entry @i of the ledger is bad RAM from @pfn up to @end_pfn. */
static void __init expect_bad(unsigned int i, unsigned long pfn, unsigned long end_pfn)
{
	if (!kt_true(i < scratch_ledger.nr))
		return;
	kt_str_eq(scratch_ledger.name[i], "bad RAM (memtest)");
	kt_eq(scratch_ledger.range[i].start, PFN_PHYS(pfn));
	kt_eq(scratch_ledger.range[i].last, PFN_PHYS(end_pfn) - 1);
}

KTEST_BOOT(memtest, nothing_is_touched_without_the_option)
{
	begin_or_skip();
	test_ram("0");
	kt_eq(pages_mapped, 0);
	end();
}

KTEST_BOOT(memtest, good_ram_is_tried_and_stays)
{
	begin_or_skip();
	test_ram("3");
	kt_eq(pages_mapped, 3 * RAM_PAGES);
	kt_eq(scratch_ledger.nr, 0);
	kt_eq(ram[0], 0x55); /* the third pattern, to the last byte */
	kt_eq(ram[(RAM_PAGES << PAGE_SHIFT) - 1], 0x55);
	test_ram("1");
	kt_eq(ram[0], 0);
	end();
}

/* As in Linux: a number, or all. */
KTEST_BOOT(memtest, the_option_says_how_many_patterns)
{
	begin_or_skip();
	test_ram(NULL);
	kt_eq(pages_mapped, 17 * RAM_PAGES);
	pages_mapped = 0;
	test_ram("18");
	kt_eq(pages_mapped, 18 * RAM_PAGES);
	kt_eq(scratch_set_option("memtest", "many"), -EINVAL);
	kt_eq(scratch_set_option("memtest", "-1"), -EINVAL);
	end();
}

/* A bit that is always 1 fails with zeros, one that is always 0 with the second pattern. */
KTEST_BOOT(memtest, a_bit_that_is_stuck_is_found)
{
	static const unsigned long bytes[] __initconst = { 0, 1, 7, 8, 31, 2048, 4095 };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(bytes); i++) {
		begin_or_skip();
		stick(RAM_START + 5, bytes[i], 0x10, 0);
		test_ram("1");
		kt_eq(scratch_ledger.nr, 1);
		expect_bad(0, RAM_START + 5, RAM_START + 6);
		end();
		begin_or_skip();
		stick(RAM_START + 5, bytes[i], 0, 0x80);
		test_ram("1");
		kt_eq(scratch_ledger.nr, 0);
		test_ram("2");
		kt_eq(scratch_ledger.nr, 1);
		expect_bad(0, RAM_START + 5, RAM_START + 6);
		end();
	}
}

/* Pages in a row are one range, over the border of a window too. */
KTEST_BOOT(memtest, a_run_of_bad_pages_is_one_range)
{
	unsigned long pfn;

	begin_or_skip();
	stick(RAM_START, 0, 1, 0);
	for (pfn = MAX_ORDER_NR_PAGES - 2; pfn < MAX_ORDER_NR_PAGES + 3; pfn++)
		stick(pfn, pfn % PAGE_SIZE, 1, 0);
	stick(RAM_END - 1, PAGE_SIZE - 1, 0, 1);
	test_ram("2");
	kt_eq(scratch_ledger.nr, 3);
	expect_bad(0, RAM_START, RAM_START + 1);
	expect_bad(1, MAX_ORDER_NR_PAGES - 2, MAX_ORDER_NR_PAGES + 3);
	expect_bad(2, RAM_END - 1, RAM_END);
	end();
}

/* Nor is a page that was bad once tried again. */
KTEST_BOOT(memtest, what_is_in_use_is_not_touched)
{
	begin_or_skip();
	scratch_reserve(RAM_START, RAM_START + 3);
	scratch_reserve(RAM_START + 10, RAM_START + 11);
	memset(ram, 0xA7, RAM_PAGES << PAGE_SHIFT);
	stick(RAM_START + 1, 9, 0x08, 0);
	stick(RAM_START + 20, 9, 0x08, 0);
	test_ram("2");
	kt_eq(scratch_ledger.nr, 3);
	expect_bad(2, RAM_START + 20, RAM_START + 21);
	kt_eq(ram[0], 0xA7);
	kt_eq(ram[10 * PAGE_SIZE + 77], 0xA7);
	kt_eq(ram[20 * PAGE_SIZE + 77], 0); /* of the first pattern */
	kt_eq(pages_mapped, 2 * (RAM_PAGES - 4) - 1);
	end();
}

/* Every second page of some is bad, and the ledger nearly full. */
KTEST_BOOT(memtest, a_full_ledger_takes_more_than_is_bad)
{
	unsigned long pfn;

	begin_or_skip();
	while (scratch_ledger.nr < LEDGER_MAX - 12)
		scratch_reserve(1, 2);
	for (pfn = RAM_START; pfn < RAM_START + 40; pfn += 2)
		stick(pfn, 0, 1, 0);
	test_ram("4");
	kt_eq(scratch_ledger.nr, LEDGER_MAX - 8);
	for (pfn = RAM_START; pfn < RAM_END; pfn++)
		kt_eq(is_reserved(pfn), pfn % 2 == RAM_START % 2
						? pfn < RAM_START + 40
						: pfn > RAM_START + 6 && pfn < RAM_START + 39);
	end();
}

/* The last range grows to both sides: a later pattern finds lower pages. */
KTEST_BOOT(memtest, a_full_ledger_takes_what_lies_below_too)
{
	unsigned long pfn;

	begin_or_skip();
	while (scratch_ledger.nr < LEDGER_MAX - 9)
		scratch_reserve(1, 2);
	stick(RAM_START + 30, 0, 1, 0);
	stick(RAM_START + 5, 0, 0, 1);
	test_ram("2");
	kt_eq(scratch_ledger.nr, LEDGER_MAX - 8);
	for (pfn = RAM_START; pfn < RAM_END; pfn++)
		kt_eq(is_reserved(pfn), pfn >= RAM_START + 5 && pfn <= RAM_START + 30);
	end();
}

KTEST_BOOT(memtest, bad_pages_are_found_and_no_others)
{
	bool bad[RAM_PAGES];
	unsigned int round, i;

	for (round = 0; round < 20; round++) {
		begin_or_skip();
		memset(bad, 0, sizeof(bad));
		for (i = kt_random_below(12); i; i--) {
			unsigned long page = kt_random_below(RAM_PAGES);
			u8 bit = (u8)(1U << kt_random_below(8));

			bad[page] = true;
			stick(RAM_START + page, kt_random_below(PAGE_SIZE), i % 2 ? bit : 0,
			      i % 2 ? 0 : bit);
		}
		test_ram("2");
		for (i = 0; i < RAM_PAGES; i++)
			kt_eq(is_reserved(RAM_START + i), bad[i]);
		end();
	}
}
