/* SPDX-License-Identifier: 0BSD
 *
 * ram_probe.c - made-up machines: what the map promises, and what is there.
 */
#include <asm/firmware/ram_probe.h>
#include <test/ktest.h>

#include "boot_scratch.h"

/* --- the machine ----------------------------------------------------------------------------- */

/* What is read where nothing is. */
enum nothing { ALL_ONES, ALL_ZERO, LAST_ON_BUS };

/* RAM from page 0 to an end; from there on nothing, or RAM again at the address without some of its
 * bits. Of each page there are two words: those that are not as they were are remembered. */
static struct machine {
	unsigned long end;
	unsigned long decoded; /* bits of a pfn that it knows; 0: all */
	enum nothing nothing;

	unsigned long pfn; /* in the window */
	u32 word[2];
	unsigned int nr_changed;
	struct {
		unsigned long pfn;
		u32 word[2];
	} changed[8];

	unsigned int tries;
	unsigned long highest;
} machine __initdata;

static unsigned long __init real_page(unsigned long pfn)
{
	return pfn >= machine.end && machine.decoded ? pfn & machine.decoded : pfn;
}

static u32 __init at_first(unsigned long pfn, unsigned int i)
{
	return (u32)pfn * 16 + i;
}

/* The changed page @pfn; nr_changed if it is as at first. */
static unsigned int __init find_changed(unsigned long pfn)
{
	unsigned int i;

	for (i = 0; i < machine.nr_changed && machine.changed[i].pfn != pfn; i++)
		;
	return i;
}

static void __init write_back(void)
{
	unsigned long pfn = real_page(machine.pfn);
	unsigned int i = find_changed(pfn);

	if (pfn >= machine.end)
		return;
	if (machine.word[0] == at_first(pfn, 0) && machine.word[1] == at_first(pfn, 1)) {
		if (i < machine.nr_changed)
			machine.changed[i] = machine.changed[--machine.nr_changed];
		return;
	}
	kt_true(i < ARRAY_SIZE(machine.changed));
	machine.nr_changed = max(machine.nr_changed, i + 1);
	machine.changed[i].pfn = pfn;
	machine.changed[i].word[0] = machine.word[0];
	machine.changed[i].word[1] = machine.word[1];
}

static void __init read_in(void)
{
	unsigned long pfn = real_page(machine.pfn);
	unsigned int i = find_changed(pfn);
	u32 bus = machine.nothing == LAST_ON_BUS ? machine.word[1] : 0;
	unsigned int w;

	for (w = 0; w < 2; w++)
		if (pfn >= machine.end)
			machine.word[w] = machine.nothing == ALL_ONES ? ~0U : bus;
		else if (i < machine.nr_changed)
			machine.word[w] = machine.changed[i].word[w];
		else
			machine.word[w] = at_first(pfn, w);
}

static void *__init machine_map(unsigned long pfn, unsigned long pages)
{
	kt_eq(pages, 1);
	kt_true(pfn < 0xFEC00);
	machine.tries++;
	machine.highest = max(machine.highest, pfn);
	machine.pfn = pfn;
	read_in();
	return machine.word;
}

/* What is written: never where something is in use, by its own address. */
static void __init machine_sync(void *start, size_t bytes)
{
	kt_ptr_eq(start, machine.word);
	kt_eq(bytes, sizeof(machine.word));
	kt_eq(ledger_page_below(&scratch_ledger, machine.pfn), machine.pfn);
	write_back();
	read_in();
}

static const struct ram_access machine_ram __initconst = { machine_map, machine_sync };

static void __init begin(unsigned long end_pfn)
{
	scratch_begin();
	machine = (struct machine){ .end = end_pfn };
}

/* The RAM that is left must be exactly [@start, @end), ..., up to a 0. */
static void __init expect_ram(const unsigned long *left)
{
	struct ram_range ram = { 0 };

	leave_out_missing_ram(&scratch.map, &scratch_ledger, &machine_ram);
	kt_eq(machine.nr_changed, 0);
	for (; *left; left += 2) {
		kt_true(e820_next_ram(&scratch.map, &ram));
		kt_eq(ram.start_pfn, left[0]);
		kt_eq(ram.end_pfn, left[1]);
	}
	kt_false(e820_next_ram(&scratch.map, &ram));
}

static const struct probe_case {
	const char *name;
	unsigned long ram[4]; /* two ranges of the map at most */
	unsigned long reserved[2];
	unsigned long machine_end;
	unsigned long left[5];
} probe_cases[] __initconst = {
	{ "all is there", { 1, 0xA0, 0x100, 0x8000 }, { 0 }, 0x8000, { 1, 0xA0, 0x100, 0x8000 } },
	{ "the last page is not", { 0x100, 0x8000 }, { 0 }, 0x7FFF, { 0x100, 0x7FFF } },
	{ "only the first page is", { 0x100, 0x8000 }, { 0 }, 0x101, { 0x100, 0x101 } },
	{ "none of a range", { 0x100, 0x200, 0x300, 0x400 }, { 0 }, 0x300, { 0x100, 0x200 } },
	{ "a range of a page", { 0x100, 0x101, 0x300, 0x301 }, { 0 }, 0x200, { 0x100, 0x101 } },
	{ "a range of two pages", { 0x100, 0x102 }, { 0 }, 0x101, { 0x100, 0x101 } },
	{ "nothing at all", { 0x100, 0x200, 0x300, 0x400 }, { 0 }, 0, { 0 } },
	{ "an eighth of it",
	  { 1, 0xA0, 0x100, 0x40000 },
	  { 0 },
	  0x8000,
	  { 1, 0xA0, 0x100, 0x8000 } },
	{ "4 GiB promised",
	  { 1, 0xA0, 0x100, 0x100000 },
	  { 0 },
	  0x8123,
	  { 1, 0xA0, 0x100, 0x8123 } },
	{ "up to 4 GiB, but for the chipset",
	  { 0x100, 0x100000 },
	  { 0 },
	  0x100000,
	  { 0x100, 0xFEC00 } },
	{ "the chipset's only",
	  { 0x100, 0x200, 0xFF000, 0xFF100 },
	  { 0 },
	  0x100000,
	  { 0x100, 0x200 } },
	{ "what is reserved is there", { 0x100, 0x200 }, { 0x100, 0x200 }, 0, { 0x100, 0x200 } },
	{ "the end is reserved", { 0x100, 0x8000 }, { 0x7F00, 0x8000 }, 0x7F00, { 0x100, 0x8000 } },
	{ "the beginning is", { 0x100, 0x8000 }, { 0x100, 0x180 }, 0x180, { 0x100, 0x180 } },
	{ "reserved up to the end of RAM",
	  { 0x100, 0x8000 },
	  { 0x6000, 0x7000 },
	  0x7000,
	  { 0x100, 0x7000 } },
	{ "reserved where nothing is",
	  { 0x100, 0x8000 },
	  { 0x1080, 0x7000 },
	  0x1000,
	  { 0x100, 0x1000 } },
};

KTEST_BOOT(ram_probe, what_is_not_there_is_left_out)
{
	const struct probe_case *c;

	for_each_case (c, probe_cases) {
		kt_case(c->name);
		begin(c->machine_end);
		scratch_add_ram(c->ram[0], c->ram[1]);
		if (c->ram[3])
			scratch_add_ram(c->ram[2], c->ram[3]);
		scratch_reserve(c->reserved[0], c->reserved[1]);
		expect_ram(c->left);
		kt_true(machine.tries < 1100 * (2 + 2 * 10));
	}
}

/* Wherever RAM ends, and whatever is in use below. */
KTEST_BOOT(ram_probe, the_end_is_found_to_the_page)
{
	unsigned int round;

	for (round = 0; round < 100; round++) {
		unsigned long end = 0x102 + kt_random_below(round % 2 ? 0x100 : 0xF0000);
		unsigned long real = 0x101 + kt_random_below((u32)end - 0x101);
		unsigned long used = 0x100 + kt_random_below((u32)real - 0x100);
		const unsigned long left[] = { 0x100, real, 0 };

		begin(real);
		scratch_add_ram(0x100, end);
		scratch_reserve(used, used + 1);
		expect_ram(left);
	}
}

/* Behind the end of RAM there may be devices: touch nothing far from it. */
KTEST_BOOT(ram_probe, little_is_touched_behind_the_end)
{
	begin(0xC0000);
	scratch_add_ram(0x100, 0xF0000);
	leave_out_missing_ram(&scratch.map, &scratch_ledger, &machine_ram);
	kt_true(machine.highest >= 0xC0000);
	kt_true(machine.highest < 0xC0000 + MAX_ORDER_NR_PAGES);
}

/* Whatever is read where nothing is. */
KTEST_BOOT(ram_probe, nothing_is_taken_for_ram)
{
	static const unsigned long left[] __initconst = { 0x100, 0x4567, 0 };
	enum nothing nothing;

	for (nothing = ALL_ONES; nothing <= LAST_ON_BUS; nothing++) {
		kt_case(nothing == ALL_ONES ? "all ones" : nothing == ALL_ZERO ? "zero" : "bus");
		begin(0x4567);
		machine.nothing = nothing;
		scratch_add_ram(0x100, 0x40000);
		expect_ram(left);
	}
}

/* Every block is tried: one that is missing is found wherever it is. */
KTEST_BOOT(ram_probe, a_missing_block_ends_the_range)
{
	unsigned long block;

	for (block = 1; block < 70; block += 3) {
		const unsigned long left[] = { 0x100, block * MAX_ORDER_NR_PAGES, 0 };

		begin(block * MAX_ORDER_NR_PAGES);
		scratch_add_ram(0x100, (block + 1) * MAX_ORDER_NR_PAGES);
		expect_ram(left);
	}
}

/* RAM up to .end, and what is read above it. */
static const struct alias_case {
	const char *name;
	unsigned long end, decoded, claimed;
	unsigned long reserved[2];
} alias_cases[] __initconst = {
	{ "128M as 512M", 0x8000, 0x7FFF, 0x20000, { 0 } },
	{ "8M as 64M", 0x800, 0x7FF, 0x4000, { 0 } },
	{ "4M as 8M", 0x400, 0x3FF, 0x800, { 0 } },
	{ "1G as 3G", 0x40000, 0x3FFFF, 0xC0000, { 0 } },
	{ "192M, an address bit does not count", 0xC000, ~0x4000UL, 0x10000, { 0 } },
	{ "192M as 1G", 0xC000, 0x7FFF, 0x40000, { 0 } },
	{ "the end in a block", 0x7FE0, 0x7FFF, 0x20000, { 0 } },
	{ "the end at an odd page", 0x7123, 0x3FFF, 0x20000, { 0 } },
	{ "over the kernel", 0x8000, 0x7FFF, 0x20000, { 0x100, 0x400 } },
	{ "over memory in use", 0x8000, 0x7FFF, 0x20000, { 0x100, 0x4800 } },
};

KTEST_BOOT(ram_probe, ram_that_shows_again_is_left_out)
{
	const struct alias_case *c;

	for_each_case (c, alias_cases) {
		const unsigned long left[] = { 0x100, c->end, 0 };

		kt_case(c->name);
		begin(c->end);
		machine.decoded = c->decoded;
		scratch_add_ram(0x100, c->claimed);
		scratch_reserve(c->reserved[0], c->reserved[1]);
		expect_ram(left);
	}
}

/* A range of its own that shows another one. */
KTEST_BOOT(ram_probe, a_range_that_shows_another_is_left_out)
{
	static const unsigned long left[] __initconst = { 0x100, 0x8000, 0 };

	begin(0x8000);
	machine.decoded = 0x7FFF;
	scratch_add_ram(0x100, 0x8000);
	scratch_add_ram(0x58000, 0x59000);
	expect_ram(left);
}
