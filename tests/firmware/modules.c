/* SPDX-License-Identifier: 0BSD
 *
 * modules.c - the modules' names as loaders give them, and modules outside the RAM in force.
 *
 * What is printed is tested on the host only (tests/host/kernel_log.c).
 */
#include <asm/firmware/modules.h>
#include <test/ktest.h>

#include "boot_scratch.h"

KTEST_BOOT(modules, a_name_is_the_last_part_of_the_first_word)
{
	static const struct {
		const char *string, *want;
	} cases[] = {
		{ "short.txt", "module short.txt" },
		{ "/boot/short.txt", "module short.txt" },
		{ "/boot/short.txt a/b", "module short.txt" },
		{ "\"/boot/my short.txt\" x", "module my short.txt" },
		{ "/boot/\"a b\"/\"c d\"", "module c d" },
		{ "tftp://10.0.2.2/a b", "module a" },
		{ "\t a", "module a" },
		{ "dir/", "module " },
		{ "", "module " },
		{ "\"not closed", "module not closed" },
		{ "a-name-that-is-cut.txt", "module a-name-that-is-c" },
	};
	const __typeof__(cases[0]) *c;
	char name[LEDGER_NAME_SIZE];

	for_each_case (c, cases) {
		kt_case(c->string);
		module_name(name, c->string);
		kt_str_eq(name, c->want);
	}
}

/* RAM is 4K-636K, 1M-16M, and behind a reserved page up to 32M + 1K. */
KTEST_BOOT(modules, each_page_of_a_module_must_be_ram)
{
	static const struct {
		const char *name;
		u32 start, end;
		bool want;
	} cases[] = {
		{ "inside", 0x200000, 0x234567, true },
		{ "all of it", 0x100000, 0x1000000, true },
		{ "one byte too much", 0x100000, 0x1000001, false },
		{ "one byte", 0x1000000, 0x1000001, false },
		{ "below 1 MiB, as kexec does", 0x9000, 0x1a000, true },
		{ "in page 0", 0xfff, 0x2000, false },
		{ "up to 636K", 0x9e000, 0x9f000, true },
		{ "into the EBDA", 0x9e000, 0x9f001, false },
		{ "in video memory", 0xa0000, 0xa1000, false },
		{ "over the reserved page", 0xfff000, 0x1002000, false },
		{ "behind it", 0x1001000, 0x2000000, true },
		{ "in a page that is no whole one", 0x2000000, 0x2000001, false },
		{ "behind all", 0x40000000, 0x40001000, false },
		{ "nothing, nowhere", 0x40000000, 0x40000000, true },
	};
	const __typeof__(cases[0]) *c;

	e820_clear(&scratch.map);
	e820_add(&scratch.map, 0, 0x9f000, E820_RAM);
	e820_add(&scratch.map, 0x100000, 0x1f00400, E820_RAM);
	e820_add(&scratch.map, 0x1000000, 0x1000, E820_RESERVED);
	for_each_case (c, cases) {
		struct boot_module module = { .start = c->start, .end = c->end };

		kt_case(c->name);
		kt_eq(module_in_ram(&scratch.map, &module), c->want);
	}
}
