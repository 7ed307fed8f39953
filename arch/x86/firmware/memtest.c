/* SPDX-License-Identifier: 0BSD
 *
 * memtest.c - memtest=N: does all free RAM keep N patterns? (Linux's option, and its lines)
 *
 * 1. Concepts  A pattern is written to every word that is free, a window at a time, and read back.
 *              A page with a wrong word is bad: it enters the ledger, which nobody hands out, and
 *              is not tried again. What the ledger names already is in use and left alone.
 * 2. Patterns  Each half of them is the opposite of the other, so that every cell has been 0 and 1
 *              after two, and its neighbours in each state after some more.
 * 3. Full      The ledger holds some dozens of entries, and a module with a dead row has thousands
 *              of bad pages. When only LEDGER_SPARE are left, the last bad range grows instead,
 *              over what is good in between.
 * 4. Not done  Memory of the kernel, of modules, and below the image of what the loader left: it is
 *              in use. Nothing here touches hardware.
 */
#include <asm/firmware/ram_probe.h>
#include <lib/align.h>
#include <lib/init.h>
#include <lib/param.h>
#include <lib/printk.h>
#include <mm/page.h>

#define BAD_RAM "bad RAM (memtest)"

/* Entries that the boot still makes after this: bootmem's bitmap, and room for one's own. */
#define LEDGER_SPARE 8

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
	struct ledger *ledger;
	const struct ram_access *ram;
	u64 pattern;
	unsigned long bad_start, bad_end; /* the run of bad pages under way; equal: none */
	struct mem_reservation *grown;	  /* the entry that grows once the ledger is full */
	unsigned long bad_pages;
};

/* The run of bad pages is over. */
static void __init reserve_bad(struct memtest *test)
{
	phys_addr_t first = PFN_PHYS(test->bad_start), end = PFN_PHYS(test->bad_end);

	if (first == end)
		return;
	pr_warn("  %016llx bad mem addr 0x%08llx - 0x%08llx reserved\n", test->pattern, first, end);
	test->bad_pages += test->bad_end - test->bad_start;
	test->bad_start = test->bad_end;
	if (test->ledger->nr < LEDGER_MAX - LEDGER_SPARE || !test->grown) {
		ledger_add(test->ledger, BAD_RAM, first, end - first);
		test->grown = &test->ledger->range[test->ledger->nr - 1];
		return;
	}
	test->grown->start = min(test->grown->start, first);
	test->grown->last = max(test->grown->last, end - 1);
	pr_warn("  too many of them: all of [mem 0x%08llx-0x%08llx] is reserved\n",
		test->grown->start, test->grown->last);
}

static void __init note_bad(struct memtest *test, unsigned long pfn)
{
	if (pfn != test->bad_end) {
		reserve_bad(test);
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

/* The pages [@pfn, @end_pfn) of a range, but for those of the ledger. Entries that are made on the
 * way lie behind @pfn. Return: pages tried. */
static unsigned long __init try_range(struct memtest *test, unsigned long pfn,
				      unsigned long end_pfn)
{
	unsigned long pages = 0;

	while ((pfn = ledger_next_free(test->ledger, pfn, end_pfn)) < end_pfn) {
		unsigned long stop = ledger_next_reserved(test->ledger, pfn, end_pfn);

		stop = min(stop, ALIGN_DOWN(pfn, MAX_ORDER_NR_PAGES) + MAX_ORDER_NR_PAGES);
		try_window(test, pfn, stop);
		pages += stop - pfn;
		pfn = stop;
	}
	reserve_bad(test);
	return pages;
}

void __init early_memtest(const struct e820_map *map, struct ledger *ledger,
			  const struct ram_access *ram)
{
	struct memtest test = { .ledger = ledger, .ram = ram };
	unsigned long pages = 0;
	u32 i;

	if (!nr_tests)
		return;
	pr_info("early_memtest: # of tests: %u\n", nr_tests);
	for (i = 0; i < nr_tests; i++) {
		struct ram_range range = { 0 };

		test.pattern = patterns[i % ARRAY_SIZE(patterns)];
		while (e820_next_ram(map, &range)) {
			pr_info("  0x%08llx - 0x%08llx pattern %016llx\n",
				PFN_PHYS(range.start_pfn), PFN_PHYS(range.end_pfn), test.pattern);
			pages += try_range(&test, range.start_pfn, range.end_pfn);
		}
	}
	pr_info("early_memtest: %lluK written and read back, %lluK bad\n", PFN_PHYS(pages) >> 10,
		PFN_PHYS(test.bad_pages) >> 10);
}
