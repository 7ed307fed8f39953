/* SPDX-License-Identifier: 0BSD
 *
 * memtest.c - memtest=N: does all free RAM keep N patterns? (Linux's option, and its lines)
 *
 * 1. Concepts  A pattern is written to every word that is free, a window at a time, and read back.
 *              A page with a wrong word is bad: the map calls it unusable from there on, so nobody
 *              gets it, and the next pattern passes it by. What the ledger names is in use and left
 *              alone.
 * 2. Patterns  Each half of them is the opposite of the other, so that every cell has been 0 and 1
 *              after two, and its neighbours in each state after some more.
 * 3. Not done  Memory of the kernel, of modules, and of what else is in use. Nothing here touches
 *              hardware: the caller says how memory is reached.
 */
#include <asm/firmware/ram_probe.h>
#include <lib/align.h>
#include <lib/init.h>
#include <lib/param.h>
#include <lib/printk.h>
#include <mm/page.h>

/* memtest=1 is the first one alone. */
static const u64 patterns[] __initconst = {
	0,
	~0ULL,
	0x5555555555555555ULL,
	0xAAAAAAAAAAAAAAAAULL,
	0x1111111111111111ULL,
	0xEEEEEEEEEEEEEEEEULL,
	0x2222222222222222ULL,
	0xDDDDDDDDDDDDDDDDULL,
	0x4444444444444444ULL,
	0xBBBBBBBBBBBBBBBBULL,
	0x8888888888888888ULL,
	0x7777777777777777ULL,
	0x3333333333333333ULL,
	0xCCCCCCCCCCCCCCCCULL,
	0x6666666666666666ULL,
	0x9999999999999999ULL,
	0x7A6C7258554E494CULL,
};

static u32 nr_tests __initdata;

static int __init set_memtest(const char *value)
{
	if (value)
		return parse_u32(value, ~0U, &nr_tests) ? 0 : -EINVAL;
	nr_tests = ARRAY_SIZE(patterns);
	return 0;
}
KERNEL_PARAM(memtest, "memtest", set_memtest);

struct memtest {
	struct e820_map *map;
	const struct ledger *ledger;
	const struct ram_access *ram;
	u64 pattern;
	unsigned long bad_start, bad_end; /* the run of bad pages under way; equal: none */
	unsigned long tried, bad;	  /* pages, by all patterns together */
};

/* The run of bad pages is over. "reserved" is Linux's word. */
static void __init leave_out_bad(struct memtest *test)
{
	phys_addr_t first = PFN_PHYS(test->bad_start), end = PFN_PHYS(test->bad_end);

	if (first == end)
		return;
	pr_warn("  %016llx bad mem addr 0x%08llx - 0x%08llx reserved\n", test->pattern, first, end);
	e820_add(test->map, first, end - first, E820_UNUSABLE);
	test->bad += test->bad_end - test->bad_start;
	test->bad_start = test->bad_end;
}

static void __init note_bad(struct memtest *test, unsigned long pfn)
{
	if (pfn != test->bad_end) {
		leave_out_bad(test);
		test->bad_start = pfn;
	}
	test->bad_end = pfn + 1;
}

/* Words are 64 bits wide, so that both halves of a pattern are used. */
static bool __init page_is(const u64 *word, u64 pattern)
{
	const u64 *end = word + PAGE_SIZE / sizeof(*word);
	u64 wrong = 0;

	for (; word < end; word += 4)
		wrong |= (word[0] ^ pattern) | (word[1] ^ pattern) | (word[2] ^ pattern) |
			 (word[3] ^ pattern);
	return !wrong;
}

static void __init try_window(struct memtest *test, unsigned long pfn, unsigned long end_pfn)
{
	u64 *window = test->ram->map(pfn, end_pfn - pfn), *word = window;
	u64 *end = window + (end_pfn - pfn) * (PAGE_SIZE / sizeof(*word));

	while (word < end)
		*word++ = test->pattern;
	test->ram->sync(window, (size_t)((char *)end - (char *)window));
	for (word = window; word < end; word += PAGE_SIZE / sizeof(*word), pfn++)
		if (!page_is(word, test->pattern))
			note_bad(test, pfn);
}

/* The pages [@pfn, @end_pfn) of a range, but for those of the ledger. */
static void __init try_range(struct memtest *test, unsigned long pfn, unsigned long end_pfn)
{
	pr_info("  0x%08llx - 0x%08llx pattern %016llx\n", PFN_PHYS(pfn), PFN_PHYS(end_pfn),
		test->pattern);
	while ((pfn = ledger_next_free(test->ledger, pfn, end_pfn)) < end_pfn) {
		unsigned long stop = ledger_next_reserved(test->ledger, pfn, end_pfn);

		stop = min(stop, ALIGN_DOWN(pfn, MAX_ORDER_NR_PAGES) + MAX_ORDER_NR_PAGES);
		try_window(test, pfn, stop);
		test->tried += stop - pfn;
		pfn = stop;
	}
	leave_out_bad(test);
}

/* The first range of RAM that ends behind @pfn. Return: false if there is none. */
static bool __init range_behind(const struct e820_map *map, unsigned long pfn,
				struct ram_range *range)
{
	*range = (struct ram_range){ 0 };
	while (e820_next_ram(map, range))
		if (range->end_pfn > pfn)
			return true;
	return false;
}

void __init early_memtest(struct e820_map *map, const struct ledger *ledger,
			  const struct ram_access *ram)
{
	struct memtest test = { .map = map, .ledger = ledger, .ram = ram };
	struct ram_range range;
	u32 i;

	if (!nr_tests)
		return;
	pr_info("early_memtest: # of tests: %u\n", nr_tests);
	for (i = 0; i < nr_tests; i++) {
		unsigned long pfn = 0;

		test.pattern = patterns[i % ARRAY_SIZE(patterns)];
		/* The map changes in a range that is tried, not behind it. */
		for (; range_behind(map, pfn, &range); pfn = range.end_pfn)
			try_range(&test, range.start_pfn, range.end_pfn);
	}
	pr_info("early_memtest: %lluK written and read back, %lluK bad\n",
		PFN_PHYS(test.tried) >> 10, PFN_PHYS(test.bad) >> 10);
}
