/* SPDX-License-Identifier: 0BSD
 *
 * low_memory.c - what is kept of the memory below 640K, on made-up maps.
 */
#include <asm/firmware/low_memory.h>

#include "boot_scratch.h"

#define PG(n) ((phys_addr_t)(n) << 12)

KTEST_BOOT(memory_setup, an_ebda_lies_in_the_last_128K_below_640K)
{
	static const struct {
		const char *name;
		u16 segment;
		u32 start;
	} cases[] = {
		{ "as SeaBIOS sets it",	 0x9FC0, 0x9FC00 },
		{ "the lowest",		 0x8000, 0x80000 },
		{ "the highest",	 0x9FFF, 0x9FFF0 },
		{ "none",		 0x0000, 0	 },
		{ "in the middle of RAM", 0x7FFF, 0	 },
		{ "in device memory",	 0xA000, 0	 },
		{ "all ones",		 0xFFFF, 0	 },
	}, *c;

	for_each_case (c, cases) {
		kt_case(c->name);
		kt_eq(ebda_start(c->segment), c->start);
	}
}

static const struct trampoline_case {
	const char *name;
	unsigned long ram, ram_end, reserved, reserved_end;
	unsigned long want; /* 0: none */
} trampoline_cases[] __initconst = {
	{ "the first page but one", 0, 0xA0, 0, 1, 1 },
	{ "behind what is reserved", 0, 0xA0, 0, 5, 5 },
	{ "before what is reserved", 0, 0xA0, 2, 0xA0, 1 },
	{ "the last page", 0, 0xA0, 0, 0x9F, 0x9F },
	{ "no page is free", 0, 0xA0, 0, 0xA0, 0 },
	{ "no RAM below 640K", 0x100, 0x200, 0, 1, 0 },
};

KTEST_BOOT(memory_setup, the_trampoline_is_the_lowest_free_page)
{
	const struct trampoline_case *c;

	for_each_case (c, trampoline_cases) {
		kt_case(c->name);
		scratch_begin();
		scratch_add_ram(c->ram, c->ram_end);
		scratch_reserve(c->reserved, c->reserved_end);
		reserve_trampoline(&scratch.map, &scratch_ledger);
		kt_eq(scratch_ledger.nr, c->want ? 2 : 1);
		if (!c->want)
			continue;
		kt_eq(scratch_ledger.range[1].start, PG(c->want));
		kt_eq(scratch_ledger.range[1].last, PG(c->want + 1) - 1);
		kt_str_eq(scratch_ledger.name[1], "AP trampoline");
	}
}
