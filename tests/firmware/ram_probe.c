/* SPDX-License-Identifier: 0BSD
 *
 * ram_probe.c - made-up machines: what the map promises, and what is there.
 */
#include <asm/firmware/ram_probe.h>
#include <test/ktest.h>

#include "boot_scratch.h"

#define PG(n) ((phys_addr_t)(n) << 12)

/* The machine: RAM from page 0 up to its end. */
static unsigned long machine_end __initdata;
static unsigned int tries __initdata;

static bool __init machine_keeps(unsigned long pfn)
{
	tries++;
	kt_eq(ledger_page_below(&scratch_ledger, pfn), pfn);
	kt_true(pfn < 0xFEC00);
	return pfn < machine_end;
}

static void __init begin(unsigned long end_pfn)
{
	scratch_begin();
	machine_end = end_pfn;
	tries = 0;
}

/* The RAM that is left must be exactly [@start, @end), ..., up to a 0. */
static void __init expect_ram(const unsigned long *left)
{
	struct ram_range ram = { 0 };

	leave_out_missing_ram(&scratch.map, &scratch_ledger, machine_keeps);
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
		kt_true(tries < 200);
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
static unsigned long highest_asked __initdata;

static bool __init remember_highest(unsigned long pfn)
{
	highest_asked = max(highest_asked, pfn);
	return machine_keeps(pfn);
}

KTEST_BOOT(ram_probe, little_is_touched_behind_the_end)
{
	begin(0xC0000);
	scratch_add_ram(0x100, 0xF0000);
	highest_asked = 0;
	leave_out_missing_ram(&scratch.map, &scratch_ledger, remember_highest);
	kt_true(highest_asked >= 0xC0000);
	kt_true(highest_asked < 0xC0000 + 0x4000);
}
