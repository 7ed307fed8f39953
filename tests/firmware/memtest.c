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

static bool __init is_bad(unsigned long pfn)
{
	phys_addr_t first = PFN_PHYS(pfn);

	return !e820_all_ram(&scratch.map, first, first + PAGE_SIZE - 1);
}

/* The RAM that is left must be exactly [@left[0], @left[1]), ..., up to a 0; the rest is bad. */
static void __init expect_left(const unsigned long *left)
{
	struct ram_range range = { 0 };

	for (; *left; left += 2) {
		kt_true(e820_next_ram(&scratch.map, &range));
		kt_eq(range.start_pfn, left[0]);
		kt_eq(range.end_pfn, left[1]);
	}
	kt_false(e820_next_ram(&scratch.map, &range));
	kt_eq(scratch.map.region[0].start, PFN_PHYS(RAM_START));
	kt_eq(scratch.map.region[scratch.map.nr - 1].last, PFN_PHYS(RAM_END) - 1);
}

static const unsigned long all_left[] __initconst = { RAM_START, RAM_END, 0 };

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
	expect_left(all_left);
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
	static const unsigned long left[] __initconst = { RAM_START, RAM_START + 5, RAM_START + 6,
							  RAM_END, 0 };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(bytes); i++) {
		begin_or_skip();
		stick(RAM_START + 5, bytes[i], 0x10, 0);
		test_ram("1");
		expect_left(left);
		end();
		begin_or_skip();
		stick(RAM_START + 5, bytes[i], 0, 0x80);
		test_ram("1");
		expect_left(all_left);
		test_ram("2");
		expect_left(left);
		end();
	}
}

/* The first and the last page, and some over the border of a window. */
KTEST_BOOT(memtest, runs_of_bad_pages_are_left_out)
{
	static const unsigned long left[] __initconst = {
		RAM_START + 1, MAX_ORDER_NR_PAGES - 2, MAX_ORDER_NR_PAGES + 3, RAM_END - 1, 0,
	};
	unsigned long pfn;

	begin_or_skip();
	stick(RAM_START, 0, 1, 0);
	for (pfn = MAX_ORDER_NR_PAGES - 2; pfn < MAX_ORDER_NR_PAGES + 3; pfn++)
		stick(pfn, pfn % PAGE_SIZE, 1, 0);
	stick(RAM_END - 1, PAGE_SIZE - 1, 0, 1);
	test_ram("2");
	expect_left(left);
	kt_eq(pages_mapped, 2 * RAM_PAGES - 6); /* what is bad is not tried again */
	end();
}

KTEST_BOOT(memtest, what_is_in_use_is_not_touched)
{
	static const unsigned long left[] __initconst = { RAM_START, RAM_START + 20, RAM_START + 21,
							  RAM_END, 0 };

	begin_or_skip();
	scratch_reserve(RAM_START, RAM_START + 3);
	scratch_reserve(RAM_START + 10, RAM_START + 11);
	memset(ram, 0xA7, RAM_PAGES << PAGE_SHIFT);
	stick(RAM_START + 1, 9, 0x08, 0);
	stick(RAM_START + 20, 9, 0x08, 0);
	test_ram("2");
	expect_left(left);
	kt_eq(scratch_ledger.nr, 2);
	kt_eq(ram[0], 0xA7);
	kt_eq(ram[10 * PAGE_SIZE + 77], 0xA7);
	kt_eq(ram[20 * PAGE_SIZE + 77], 0); /* of the first pattern */
	kt_eq(pages_mapped, 2 * (RAM_PAGES - 4) - 1);
	end();
}

/* Each range of the map is tried once by a pattern, whatever becomes of those before it. */
KTEST_BOOT(memtest, ranges_behind_a_bad_one_are_tried)
{
	static const unsigned long left[] __initconst = { RAM_START + 10, RAM_START + 12,
							  RAM_START + 13, RAM_START + 20, 0 };

	begin_or_skip();
	e820_convert(&scratch.map, PFN_PHYS(RAM_START), PFN_PHYS(RAM_PAGES), 0, 0);
	scratch_add_ram(RAM_START, RAM_START + 5);
	scratch_add_ram(RAM_START + 10, RAM_START + 20);
	scratch_add_ram(RAM_END - 1, RAM_END);
	for (pages_mapped = 0; pages_mapped < 5; pages_mapped++)
		stick(RAM_START + pages_mapped, 0, 1, 0);
	stick(RAM_START + 12, 0, 1, 0);
	stick(RAM_END - 1, 0, 0, 1);
	pages_mapped = 0;
	test_ram("2");
	expect_left(left);
	kt_eq(pages_mapped, 16 + 10);
	end();
}

KTEST_BOOT(memtest, bad_pages_are_found_and_no_others)
{
	bool bad[RAM_PAGES];
	unsigned int round, i;

	for (round = 0; round < 20; round++) {
		begin_or_skip();
		memset(bad, 0, sizeof(bad));
		for (i = kt_random_below(ARRAY_SIZE(stuck) + 1); i; i--) {
			unsigned long page = kt_random_below(RAM_PAGES);
			u8 bit = (u8)(1U << kt_random_below(8));

			bad[page] = true;
			stick(RAM_START + page, kt_random_below(PAGE_SIZE), i % 2 ? bit : 0,
			      i % 2 ? 0 : bit);
		}
		test_ram("2");
		for (i = 0; i < RAM_PAGES; i++)
			kt_eq(is_bad(RAM_START + i), bad[i]);
		end();
	}
}
