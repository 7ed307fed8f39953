/* SPDX-License-Identifier: 0BSD
 *
 * multiboot.c - arch/x86/firmware/multiboot.c on loader memory that this file makes up.
 *
 * The loader's memory is an array at physical address BASE; what lies outside of it cannot be read.
 * A test starts from loader_memory(), writes what it is about, and parses.
 */
#include <asm/firmware/e820.h>
#include <asm/firmware/multiboot.h>
#include <lib/errno.h>
#include <test/ktest.h>

#include "boot_scratch.h"

#define BASE 0x9000u
#define SIZE 6144u
#define END  (BASE + SIZE)

/* Where things lie, from BASE on. */
#define INFO	(BASE + 0u)
#define MMAP	(BASE + 0x100u)
#define MODULES (BASE + 0x400u)
#define STRINGS (BASE + 0x700u)

/* Offsets in the information structure, and bits of its first word. */
enum {
	FLAGS = 0,
	MEM_LOWER = 4,
	MEM_UPPER = 8,
	CMDLINE = 16,
	MODS_COUNT = 20,
	MODS_ADDR = 24,
	MMAP_LENGTH = 44,
	MMAP_ADDR = 48,
	LOADER = 64,
	FB_ADDR = 88,
	FB_PITCH = 96,
	FB_WIDTH = 100,
	FB_HEIGHT = 104,
	FB_BPP = 108,
	FB_TYPE = 109,
	FB_COLOURS = 110
};

#define HAS_MEM	    (1u << 0)
#define HAS_CMDLINE (1u << 2)
#define HAS_MODS    (1u << 3)
#define HAS_MMAP    (1u << 6)
#define HAS_LOADER  (1u << 9)
#define HAS_FB	    (1u << 12)

#define PROBLEM(x) (1u << BOOT_##x)

static u8 memory[SIZE] __initdata;
static u64 reads_outside __initdata;
static u32 mmap_end __initdata;

static struct boot_info *bi __initdata = &scratch_info;

static void __init put_bytes(u32 at, const void *data, size_t len)
{
	memcpy(memory + (at - BASE), data, len);
}

static void __init put_u32(u32 at, u32 value)
{
	put_bytes(at, &value, sizeof(value));
}

static void __init put_info(u32 field, u32 value)
{
	put_u32(INFO + field, value);
}

static void __init put_string(u32 at, const char *text)
{
	put_bytes(at, text, strlen(text) + 1);
}

/* Empty memory, and an information structure that says @flags. */
static void __init loader_memory(u32 flags)
{
	memset(memory, 0, sizeof(memory));
	mmap_end = MMAP;
	put_info(FLAGS, flags);
	put_info(MMAP_ADDR, MMAP);
	put_info(MODS_ADDR, MODULES);
}

/* Append a map entry whose size field says @size, and that takes up that much. */
static void __init put_entry(u32 size, u64 addr, u64 len, u32 type)
{
	put_u32(mmap_end, size);
	put_bytes(mmap_end + 4, &addr, 8);
	put_bytes(mmap_end + 12, &len, 8);
	put_bytes(mmap_end + 20, &type, 4);
	mmap_end += 4 + size;
	put_info(MMAP_LENGTH, mmap_end - MMAP);
}

static void __init put_module(u32 i, u32 start, u32 end, u32 string)
{
	put_u32(MODULES + 16 * i, start);
	put_u32(MODULES + 16 * i + 4, end);
	put_u32(MODULES + 16 * i + 8, string);
	put_info(MODS_COUNT, i + 1);
}

static bool __init copy_memory(void *ctx __unused, void *dst, phys_addr_t src, size_t len)
{
	if (src < BASE || src > END || len > END - src) {
		reads_outside++;
		return false;
	}
	memcpy(dst, memory + (src - BASE), len);
	return true;
}

static int __init parse(void)
{
	reads_outside = 0;
	return multiboot_parse(bi, INFO, copy_memory, NULL);
}

KTEST_BOOT(multiboot, no_flag_reads_no_field)
{
	loader_memory(0);
	memset(memory + 4, 0xff, sizeof(memory) - 4);
	kt_eq(parse(), 0);
	kt_eq(reads_outside, 0);
	kt_str_eq(bi->protocol, "multiboot");
	kt_eq(bi->problems, PROBLEM(NO_MAP));
	kt_false(bi->has_basic_mem || bi->has_framebuffer || bi->on_efi);
	kt_eq(bi->nr_e820 + bi->map->nr + bi->nr_modules, 0);
	kt_str_eq(bi->cmdline, "");
	kt_str_eq(bi->loader, "");
}

/* Every field is filled in, and all flags but one are set: that one's field is not looked at. */
KTEST_BOOT(multiboot, a_field_counts_only_with_its_flag)
{
	static const u32 flags[] = {
		0, HAS_MEM, HAS_CMDLINE, HAS_MODS, HAS_MMAP, HAS_LOADER, HAS_FB
	};
	const u32 *off;

	for_each_case (off, flags) {
		loader_memory((HAS_MEM | HAS_CMDLINE | HAS_MODS | HAS_MMAP | HAS_LOADER | HAS_FB) &
			      ~*off);
		put_info(MEM_LOWER, 639);
		put_info(CMDLINE, STRINGS);
		put_info(LOADER, STRINGS + 8);
		put_string(STRINGS, "options");
		put_string(STRINGS + 8, "loader");
		put_module(0, 0x200000, 0x201000, 0);
		put_entry(20, 0, 0x1000, 1);
		memory[FB_TYPE] = 1;
		kt_eq(parse(), 0);
		kt_eq(bi->has_basic_mem, *off != HAS_MEM);
		kt_eq(bi->mem_lower, *off != HAS_MEM ? 639 : 0);
		kt_str_eq(bi->cmdline, *off != HAS_CMDLINE ? "options" : "");
		kt_eq(bi->nr_modules, *off != HAS_MODS);
		kt_eq(bi->nr_e820, *off != HAS_MMAP);
		kt_str_eq(bi->loader, *off != HAS_LOADER ? "loader" : "");
		kt_eq(bi->has_framebuffer, *off != HAS_FB);
		kt_eq(bi->problems, *off == HAS_MMAP ? PROBLEM(NO_MAP) : 0);
	}
}

/* What lies behind the last field that a flag calls valid need not be readable. */
KTEST_BOOT(multiboot, fields_are_read_up_to_the_last_valid_one)
{
	static const struct {
		const char *name;
		u32 flags, size;
	} cases[] = {
		{ "no flag", 0, 12 },
		{ "basic memory", HAS_MEM, 12 },
		{ "command line", HAS_CMDLINE, 52 },
		{ "modules", HAS_MODS, 52 },
		{ "map", HAS_MMAP, 52 },
		{ "loader name", HAS_LOADER, 68 },
		{ "loader name and map", HAS_LOADER | HAS_MMAP, 68 },
		{ "framebuffer", HAS_FB, 116 },
		{ "framebuffer and loader name", HAS_FB | HAS_LOADER, 116 },
	}, *c;

	for_each_case (c, cases) {
		kt_case(c->name);
		loader_memory(0);
		put_u32(END - c->size, c->flags);
		kt_eq(multiboot_parse(bi, END - c->size, copy_memory, NULL), 0);
		put_u32(END - c->size + 1, c->flags);
		kt_eq(multiboot_parse(bi, END - c->size + 1, copy_memory, NULL), -EINVAL);
	}
}

KTEST_BOOT(multiboot, old_results_are_wiped)
{
	memset(bi, 0xff, sizeof(*bi));
	bi->map = &scratch.map;
	loader_memory(HAS_MMAP);
	put_entry(20, 0, 0x9fc00, 1);
	kt_eq(parse(), 0);
	kt_eq(bi->nr_e820, 1);
	kt_eq(bi->nr_modules + bi->modules_lost, 0);
	kt_eq(bi->problems, 0);
	kt_eq(bi->cmdline[0] | bi->loader[0], 0);
}

KTEST_BOOT(multiboot, unreadable_information)
{
	static const u32 places[] = { 0, BASE - 1, END - 3, END, 0xfffffffcu, 0xffffffffu };
	const u32 *at;

	loader_memory(HAS_MEM);
	for_each_case (at, places)
		kt_eq(multiboot_parse(bi, *at, copy_memory, NULL), -EINVAL);
}

/* A structure of the old length at the very end of memory: what has no flag is not touched. */
KTEST_BOOT(multiboot, structure_may_end_early)
{
	const u32 at = END - 12;

	loader_memory(0);
	put_u32(at, HAS_MEM);
	put_u32(at + MEM_LOWER, 639);
	put_u32(at + MEM_UPPER, 0x1fb80);
	kt_eq(multiboot_parse(bi, at, copy_memory, NULL), 0);
	kt_true(bi->has_basic_mem);
	kt_eq(bi->mem_lower, 639);
	kt_eq(bi->mem_upper, 0x1fb80);
	put_u32(at, HAS_MEM | HAS_MMAP);
	kt_eq(multiboot_parse(bi, at, copy_memory, NULL), -EINVAL);
}

/* Entries are stepped by their own size. */
KTEST_BOOT(multiboot, entry_sizes)
{
	static const struct {
		const char *name;
		u32 size[3];
	} cases[] = {
		{ "20", { 20, 20, 20 } },    { "24", { 24, 24, 24 } },	   { "28", { 28, 28, 28 } },
		{ "mixed", { 28, 20, 24 } }, { "large", { 20, 200, 21 } },
	};
	const __typeof__(cases[0]) *c;

	for_each_case (c, cases) {
		kt_case(c->name);
		loader_memory(HAS_MMAP);
		put_entry(c->size[0], 0, 0x9fc00, 1);
		put_entry(c->size[1], 0x9fc00, 0x400, 2);
		put_entry(c->size[2], 0x100000, 0x7ee0000, 1);
		kt_eq(parse(), 0);
		kt_eq(bi->nr_e820, 3);
		check_entry(0, 0, 0x9fc00, 1);
		check_entry(1, 0x9fc00, 0x400, 2);
		check_entry(2, 0x100000, 0x7ee0000, 1);
		kt_eq(bi->problems, 0);
	}
}

/* All 32 bits of the type, all 64 bits of address and length. */
KTEST_BOOT(multiboot, types_and_addresses_are_not_cut)
{
	static const u32 types[] = { 0, 1, 5, 12, 20, 0x101, 0x10001, 0xffffffffu };
	unsigned int i;

	loader_memory(HAS_MMAP);
	for (i = 0; i < ARRAY_SIZE(types); i++)
		put_entry(20, 0xfedcba9876543210ULL + i * 0x123456789aULL, 0x123456789aULL,
			  types[i]);
	kt_eq(parse(), 0);
	kt_eq(bi->nr_e820, ARRAY_SIZE(types));
	for (i = 0; i < ARRAY_SIZE(types); i++)
		check_entry(i, 0xfedcba9876543210ULL + i * 0x123456789aULL, 0x123456789aULL,
			    types[i]);
}

/* A map whose length or whose last entry's size does not hold: what came before is kept. */
KTEST_BOOT(multiboot, truncated_and_lying_maps)
{
	static const struct {
		const char *name;
		int cut;	 /* bytes off the end of the map */
		u32 second_size; /* what the second entry says */
		unsigned int nr;
	} cases[] = {
		{ "honest", 0, 20, 3 },
		{ "last byte missing", 1, 20, 2 },
		{ "last type missing", 4, 20, 2 },
		{ "three bytes of a size", 21, 20, 2 },
		{ "nothing of the last", 24, 20, 2 },
		{ "size 0", 0, 0, 1 },
		{ "size 19", 0, 19, 1 },
		{ "size over the end", 0, 45, 1 },
		{ "size up to the end", 0, 44, 2 },
		{ "size 2^32 - 1", 0, 0xffffffffu, 1 },
		{ "size 2^32 - 4", 0, 0xfffffffcu, 1 },
	};
	const __typeof__(cases[0]) *c;

	for_each_case (c, cases) {
		bool whole = c->nr == 3 || c->second_size == 44 || c->cut == 24;

		kt_case(c->name);
		loader_memory(HAS_MMAP);
		put_entry(20, 0, 0x1000, 1);
		put_entry(20, 0x1000, 0x1000, 2);
		put_entry(20, 0x2000, 0x1000, 3);
		put_info(MMAP_LENGTH, 72 - (u32)c->cut);
		put_u32(MMAP + 24, c->second_size);
		kt_eq(parse(), 0);
		kt_eq(bi->nr_e820, c->nr);
		check_entry(c->nr - 1, (c->nr - 1) * 0x1000, 0x1000, c->nr);
		kt_eq(bi->problems, whole ? 0 : PROBLEM(TRUNCATED_MAP));
	}
}

KTEST_BOOT(multiboot, map_without_entries)
{
	loader_memory(HAS_MMAP);
	kt_eq(parse(), 0);
	kt_eq(bi->nr_e820, 0);
	kt_eq(bi->problems, PROBLEM(EMPTY_MAP));
	put_info(MMAP_LENGTH, 23);
	kt_eq(parse(), 0);
	kt_eq(bi->problems, PROBLEM(EMPTY_MAP) | PROBLEM(TRUNCATED_MAP));
}

KTEST_BOOT(multiboot, unreadable_map)
{
	static const u32 places[] = { 0, BASE - 4, END, END - 23, 0xfffffff0u };
	const u32 *at;

	for_each_case (at, places) {
		loader_memory(HAS_MMAP);
		put_info(MMAP_ADDR, *at);
		put_info(MMAP_LENGTH, 240);
		kt_eq(parse(), 0);
		kt_eq(bi->nr_e820, 0);
		kt_eq(bi->problems, PROBLEM(EMPTY_MAP) | PROBLEM(BAD_POINTER));
	}
}

/* The length says more than there is: the walk ends where memory does. */
KTEST_BOOT(multiboot, map_that_runs_out_of_memory)
{
	loader_memory(HAS_MMAP);
	mmap_end = END - 48;
	put_info(MMAP_ADDR, mmap_end);
	put_entry(20, 0, 0x1000, 1);
	put_entry(20, 0x1000, 0x1000, 1);
	put_info(MMAP_LENGTH, 4800);
	kt_eq(parse(), 0);
	kt_eq(bi->nr_e820, 2);
	kt_eq(bi->problems, PROBLEM(BAD_POINTER));
}

/* A map without end, made on the fly: entry i is the page i, each third one reserved. */
static bool __init copy_endless_map(void *ctx, void *dst, phys_addr_t src, size_t len)
{
	struct {
		u32 size;
		u64 addr, len;
		u32 type;
	} __packed entry;
	u64 index = (src - 0x100000) / sizeof(entry);

	if (src < 0x100000)
		return copy_memory(ctx, dst, src, len);
	reads_outside++;
	entry.size = 20;
	entry.addr = index << 12;
	entry.len = 4096 + index;
	entry.type = index % 3 == 2 ? 2 : 1;
	memcpy(dst, (const u8 *)&entry + (src - 0x100000) % sizeof(entry), len);
	return true;
}

static void __init parse_endless(u32 length)
{
	loader_memory(HAS_MMAP);
	put_info(MMAP_ADDR, 0x100000);
	put_info(MMAP_LENGTH, length);
	reads_outside = 0;
	kt_eq(multiboot_parse(bi, INFO, copy_endless_map, NULL), 0);
}

KTEST_BOOT(multiboot, five_hundred_and_twelve_entries)
{
	unsigned int i;

	parse_endless(512 * 24);
	kt_eq(bi->nr_e820, 512);
	kt_eq(bi->problems, 0);
	kt_eq(bi->map->nr, 341); /* each third page is reserved */
	for (i = 0; i < bi->map->nr; i++)
		kt_eq(bi->map->region[i].type, i % 2 ? 2 : 1);
	kt_eq(bi->map->region[340].last, (512 << 12) + 510);
}

/* The last 48 bytes below 4 GiB are two entries; the address that was asked for last is kept. */
#define TOP_MAP 0xffffffd0u

static phys_addr_t last_src __initdata;

static bool __init copy_top(void *ctx, void *dst, phys_addr_t src, size_t len)
{
	static const u32 entry[] = { 20, 0x1000, 0, 0x1000, 0, 0x02020202 };

	last_src = src;
	if (src < TOP_MAP)
		return copy_memory(ctx, dst, src, len);
	if (src >= 1ULL << 32)
		return false;
	memcpy(dst, (const u8 *)entry + (src - TOP_MAP) % sizeof(entry), len);
	return true;
}

/* What goes on behind 4 GiB does not go on at 0. */
KTEST_BOOT(multiboot, map_that_reaches_4_gigabytes)
{
	loader_memory(HAS_MMAP);
	put_info(MMAP_ADDR, TOP_MAP);
	put_info(MMAP_LENGTH, 72);
	kt_eq(multiboot_parse(bi, INFO, copy_top, NULL), 0);
	kt_eq(bi->nr_e820, 2);
	kt_eq(bi->problems, PROBLEM(BAD_POINTER));
	kt_eq(last_src, 1LL << 32);
}

KTEST_BOOT(multiboot, string_that_reaches_4_gigabytes)
{
	loader_memory(HAS_CMDLINE);
	put_info(CMDLINE, 0xffffffff);
	kt_eq(multiboot_parse(bi, INFO, copy_top, NULL), 0);
	kt_str_eq(bi->cmdline, "");
	kt_eq(bi->problems, PROBLEM(NO_MAP) | PROBLEM(BAD_POINTER));
	kt_eq(last_src, 1LL << 32);
}

/* As many as one likes: here each third page is reserved, and what a map cannot hold is RAM. */
KTEST_BOOT(multiboot, ten_thousand_entries)
{
	struct ram_range ram = { 0 };
	u32 page;

	parse_endless(10000 * 24);
	kt_eq(bi->nr_e820, 10000);
	kt_eq(bi->problems, 0);
	kt_true(bi->map->squeezed);
	kt_true(bi->map->lost > 0);
	while (e820_next_ram(bi->map, &ram))
		for (page = ram.start_pfn; page < ram.end_pfn; page++)
			if (!kt_true(page % 3 != 2))
				return;
}

/* One entry that claims the four megabytes that a map may have at most. */
static bool __init copy_large_entry(void *ctx, void *dst, phys_addr_t src, size_t len)
{
	static const u32 entry[] = { (4 << 20) - 4, 0, 0, 0x1000, 0, 1 };

	if (src < 0x100000)
		return copy_memory(ctx, dst, src, len);
	reads_outside++;
	memcpy(dst, (const u8 *)entry + (src - 0x100000) % (4 << 20), len);
	return true;
}

KTEST_BOOT(multiboot, a_map_has_four_megabytes_at_most)
{
	unsigned int more;

	for (more = 0; more < 2; more++) {
		loader_memory(HAS_MMAP);
		put_info(MMAP_ADDR, 0x100000);
		put_info(MMAP_LENGTH, (4 << 20) + 24 * more);
		reads_outside = 0;
		kt_eq(multiboot_parse(bi, INFO, copy_large_entry, NULL), 0);
		kt_eq(bi->nr_e820, 1);
		kt_eq(reads_outside, 1);
		kt_eq(bi->problems, more ? PROBLEM(TRUNCATED_MAP) : 0);
	}
}

/* The walk ends, whatever the length says. */
KTEST_BOOT(multiboot, length_of_four_gigabytes)
{
	parse_endless(0xffffffffu);
	kt_eq(bi->nr_e820, (4 << 20) / 24);
	kt_eq(bi->problems, PROBLEM(TRUNCATED_MAP));
	kt_true(reads_outside < 200000);
}

KTEST_BOOT(multiboot, strings)
{
	loader_memory(HAS_CMDLINE | HAS_LOADER);
	put_info(CMDLINE, STRINGS);
	put_info(LOADER, STRINGS + 100);
	put_string(STRINGS, "k.elf mem=64M \"run=a;b c\"");
	put_string(STRINGS + 100, "GRUB 2.06");
	kt_eq(parse(), 0);
	kt_str_eq(bi->cmdline, "k.elf mem=64M \"run=a;b c\"");
	kt_str_eq(bi->loader, "GRUB 2.06");
	kt_eq(bi->problems, PROBLEM(NO_MAP));
}

KTEST_BOOT(multiboot, address_zero_is_no_string)
{
	loader_memory(HAS_CMDLINE | HAS_LOADER | HAS_MODS);
	put_module(0, 0x200000, 0x201000, 0);
	kt_eq(parse(), 0);
	kt_eq(reads_outside, 0);
	kt_str_eq(bi->cmdline, "");
	kt_str_eq(bi->loader, "");
	kt_str_eq(bi->modules[0].string, "");
	kt_eq(bi->problems, PROBLEM(NO_MAP));
}

/* A command line of exactly the size that fits, and one byte more. */
KTEST_BOOT(multiboot, long_command_lines)
{
	loader_memory(HAS_CMDLINE);
	put_info(CMDLINE, STRINGS);
	memset(memory + (STRINGS - BASE), 'x', BOOT_CMDLINE_SIZE - 1);
	kt_eq(parse(), 0);
	kt_eq(strlen(bi->cmdline), BOOT_CMDLINE_SIZE - 1);
	kt_eq(bi->problems, PROBLEM(NO_MAP));
	memset(memory + (STRINGS - BASE), 'y', BOOT_CMDLINE_SIZE);
	kt_eq(parse(), 0);
	kt_eq(strlen(bi->cmdline), BOOT_CMDLINE_SIZE - 1);
	kt_eq(bi->problems, PROBLEM(NO_MAP) | PROBLEM(CMDLINE_CUT));
}

KTEST_BOOT(multiboot, long_names_are_cut)
{
	loader_memory(HAS_LOADER | HAS_MODS);
	put_info(LOADER, STRINGS);
	put_module(0, 0x200000, 0x201000, STRINGS + 1);
	memset(memory + (STRINGS - BASE), 'x', 300);
	kt_eq(parse(), 0);
	kt_eq(strlen(bi->loader), BOOT_STRING_SIZE - 1);
	kt_eq(strlen(bi->modules[0].string), BOOT_STRING_SIZE - 1);
}

KTEST_BOOT(multiboot, string_at_the_end_of_memory)
{
	loader_memory(HAS_CMDLINE);
	put_info(CMDLINE, END - 4);
	put_string(END - 4, "mem");
	kt_eq(parse(), 0);
	kt_str_eq(bi->cmdline, "mem");
	kt_eq(bi->problems, PROBLEM(NO_MAP));
}

KTEST_BOOT(multiboot, unreadable_strings_are_ignored)
{
	loader_memory(HAS_CMDLINE | HAS_LOADER | HAS_MODS);
	put_info(CMDLINE, END - 3); /* runs out of memory before its end */
	put_bytes(END - 3, "mem", 3);
	put_info(LOADER, 0xffffffffu);
	put_module(0, 0x200000, 0x201000, BASE - 1);
	kt_eq(parse(), 0);
	kt_str_eq(bi->cmdline, "");
	kt_str_eq(bi->loader, "");
	kt_eq(bi->nr_modules, 1);
	kt_str_eq(bi->modules[0].string, "");
	kt_eq(bi->problems, PROBLEM(NO_MAP) | PROBLEM(BAD_POINTER));
}

KTEST_BOOT(multiboot, modules)
{
	loader_memory(HAS_MODS);
	put_module(0, 0x200000, 0x212345, STRINGS);
	put_module(1, 0xfffff000u, 0xffffffffu, STRINGS + 50);
	put_module(2, 0x300000, 0x300000, 0); /* an empty file */
	put_string(STRINGS, "/path/net.trace arg");
	put_string(STRINGS + 50, "");
	kt_eq(parse(), 0);
	kt_eq(bi->nr_modules, 3);
	kt_eq(bi->modules[0].start, 0x200000);
	kt_eq(bi->modules[0].end, 0x212345);
	kt_str_eq(bi->modules[0].string, "/path/net.trace arg");
	kt_eq(bi->modules[1].start, 0xfffff000u);
	kt_eq(bi->modules[1].end, 0xffffffffu);
	kt_str_eq(bi->modules[1].string, "");
	kt_eq(bi->modules[2].end, 0x300000);
	kt_eq(bi->problems, PROBLEM(NO_MAP));
}

KTEST_BOOT(multiboot, inverted_module_is_ignored)
{
	loader_memory(HAS_MODS);
	put_module(0, 0x201000, 0x200fff, STRINGS);
	put_module(1, 0x300000, 0x301000, STRINGS);
	kt_eq(parse(), 0);
	kt_eq(bi->nr_modules, 1);
	kt_eq(bi->modules[0].start, 0x300000);
	kt_eq(bi->problems, PROBLEM(NO_MAP) | PROBLEM(BAD_MODULE));
}

/* The last entry of a full table covers all that come after it. */
KTEST_BOOT(multiboot, more_modules_than_fit)
{
	u32 i;

	loader_memory(HAS_MODS);
	for (i = 0; i < BOOT_MODULES_MAX + 2; i++)
		put_module(i, 0x1000000 + i * 0x10000, 0x1000100 + i * 0x10000, 0);
	put_module(i, 0x800000, 0x800100, 0);
	kt_eq(parse(), 0);
	kt_eq(bi->nr_modules, BOOT_MODULES_MAX);
	kt_eq(bi->modules_lost, 3);
	kt_eq(bi->problems, PROBLEM(NO_MAP) | PROBLEM(MODULES_LOST));
	kt_eq(bi->modules[BOOT_MODULES_MAX - 2].end, 0x1000100 + (BOOT_MODULES_MAX - 2) * 0x10000);
	kt_eq(bi->modules[BOOT_MODULES_MAX - 1].start, 0x800000);
	kt_eq(bi->modules[BOOT_MODULES_MAX - 1].end, 0x1000100 + (BOOT_MODULES_MAX + 1) * 0x10000);
}

KTEST_BOOT(multiboot, lying_module_list)
{
	loader_memory(HAS_MODS);
	put_info(MODS_ADDR, END - 16);
	put_info(MODS_COUNT, 0xffffffffu);
	put_u32(END - 16, 0x200000);
	put_u32(END - 12, 0x201000);
	kt_eq(parse(), 0);
	kt_eq(bi->nr_modules, 1);
	kt_eq(reads_outside, 1);
	kt_eq(bi->problems, PROBLEM(NO_MAP) | PROBLEM(BAD_POINTER));
}

static bool __init copy_zeros(void *ctx, void *dst, phys_addr_t src, size_t len)
{
	if (src < 0x100000)
		return copy_memory(ctx, dst, src, len);
	reads_outside++;
	memset(dst, 0, len);
	return true;
}

/* Modules that end before they start need no room, so that all of them are looked at. */
static bool __init copy_inverted(void *ctx, void *dst, phys_addr_t src, size_t len)
{
	static const u32 module[] = { 2, 1, 0, 0 };

	if (src < 0x100000)
		return copy_memory(ctx, dst, src, len);
	reads_outside++;
	memcpy(dst, module, len);
	return true;
}

KTEST_BOOT(multiboot, a_module_list_has_1024_entries_at_most)
{
	u32 count;

	for (count = 1023; count <= 1025; count++) {
		loader_memory(HAS_MODS);
		put_info(MODS_ADDR, 0x100000);
		put_info(MODS_COUNT, count);
		reads_outside = 0;
		kt_eq(multiboot_parse(bi, INFO, copy_inverted, NULL), 0);
		kt_eq(reads_outside, min(count, 1024u));
		kt_eq(bi->nr_modules, 0);
		kt_eq(bi->problems, PROBLEM(NO_MAP) | PROBLEM(BAD_MODULE) |
					    (count > 1024 ? PROBLEM(MODULES_LOST) : 0));
	}
}

KTEST_BOOT(multiboot, endless_module_list)
{
	loader_memory(HAS_MODS);
	put_info(MODS_ADDR, 0x100000);
	put_info(MODS_COUNT, 0xffffffffu);
	reads_outside = 0;
	kt_eq(multiboot_parse(bi, INFO, copy_zeros, NULL), 0);
	kt_eq(bi->nr_modules, BOOT_MODULES_MAX);
	kt_true(bi->problems & PROBLEM(MODULES_LOST));
	kt_true(reads_outside < 100000);
}

KTEST_BOOT(multiboot, framebuffer_types)
{
	u8 type;

	for (type = 0; type < 4; type++) {
		loader_memory(HAS_FB);
		put_bytes(INFO + FB_TYPE, &type, 1);
		put_info(FB_WIDTH, 800);
		put_info(FB_COLOURS, 0x01010101);
		kt_eq(parse(), 0);
		kt_eq(bi->has_framebuffer, type < 2); /* 2 is VGA text */
		kt_eq(bi->framebuffer.width, type < 2 ? 800 : 0);
		kt_eq(bi->framebuffer.red.size,
		      type == 1); /* else there is a palette, or nothing */
	}
	loader_memory(0);
	memory[FB_TYPE] = 1;
	kt_eq(parse(), 0);
	kt_false(bi->has_framebuffer);
}

KTEST_BOOT(multiboot, framebuffer_is_copied)
{
	static const u8 colours[] = { 16, 8, 8, 7, 0, 6 };
	const struct boot_framebuffer *fb = &bi->framebuffer;

	loader_memory(HAS_FB);
	put_info(FB_ADDR, 0xfd000000u);
	put_info(FB_ADDR + 4, 0x12u);
	put_info(FB_PITCH, 3200);
	put_info(FB_WIDTH, 800);
	put_info(FB_HEIGHT, 600);
	memory[FB_BPP] = 32;
	memory[FB_TYPE] = 1;
	put_bytes(INFO + FB_COLOURS, colours, sizeof(colours));
	kt_eq(parse(), 0);
	kt_eq(fb->addr, 0x12fd000000ULL);
	kt_eq(fb->pitch, 3200);
	kt_eq(fb->width, 800);
	kt_eq(fb->height, 600);
	kt_eq(fb->bpp, 32);
	kt_eq(fb->type, BOOT_FB_RGB);
	kt_eq(memcmp(&fb->red, colours, sizeof(colours)), 0);
}

KTEST_BOOT(multiboot, every_problem_has_a_text)
{
	enum boot_problem a, b;

	for (a = 0; a < NR_BOOT_PROBLEMS; a++) {
		kt_assert(boot_problem(a));
		for (b = 0; b < a; b++)
			kt_true(strcmp(boot_problem(a), boot_problem(b)) != 0);
	}
	kt_str_eq(boot_problem(NR_BOOT_PROBLEMS), "unknown problem");
}
