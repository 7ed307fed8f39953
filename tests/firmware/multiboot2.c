/* SPDX-License-Identifier: 0BSD
 *
 * multiboot2.c - arch/x86/firmware/multiboot2.c on blocks that this file puts together tag by tag.
 */
#include <asm/firmware/e820.h>
#include <asm/firmware/multiboot.h>
#include <lib/align.h>
#include <lib/errno.h>
#include <test/ktest.h>

#include "boot_scratch.h"

#define PROBLEM(x) (1u << BOOT_##x)

/* Holds a map of 512 entries. */
#define BLOCK_SIZE (24u * 512 + 256)

static u8 block[BLOCK_SIZE] __initdata __aligned(8);
static u32 used __initdata;
static u32 last_tag __initdata; /* offset of the tag that was put last */

static struct boot_info *bi __initdata = &scratch_info;

static void __init put_u32_at(u32 at, u32 value)
{
	memcpy(block + at, &value, sizeof(value));
}

static void __init put_u32(u32 value)
{
	put_u32_at(used, value);
	used += 4;
}

static void __init put_u64(u64 value)
{
	memcpy(block + used, &value, sizeof(value));
	used += 8;
}

static void __init put_bytes(const void *data, size_t len)
{
	memcpy(block + used, data, len);
	used += (u32)len;
}

static void __init begin_block(void)
{
	memset(block, 0, sizeof(block));
	used = 8;
}

/* A tag starts at a multiple of eight. Its size is set by end_tag(). */
static void __init begin_tag(u32 type)
{
	used = ALIGN_UP(used, 8);
	last_tag = used;
	put_u32(type);
	put_u32(0);
}

static void __init end_tag(void)
{
	put_u32_at(last_tag + 4, used - last_tag);
}

static void __init put_text_tag(u32 type, const char *text)
{
	begin_tag(type);
	put_bytes(text, strlen(text) + 1);
	end_tag();
}

static void __init put_module_tag(u32 start, u32 end, const char *text)
{
	begin_tag(3);
	put_u32(start);
	put_u32(end);
	put_bytes(text, strlen(text) + 1);
	end_tag();
}

static void __init begin_map(u32 entry_size)
{
	begin_tag(6);
	put_u32(entry_size);
	put_u32(0);
}

/* One entry, filled up with junk to @entry_size. */
static void __init put_entry(u32 entry_size, u64 addr, u64 len, u32 type)
{
	u32 end = used + entry_size;

	put_u64(addr);
	put_u64(len);
	put_u32(type);
	while (used < end)
		block[used++] = 0xee;
}

static u32 __init end_block(void)
{
	begin_tag(0);
	end_tag();
	put_u32_at(0, used);
	return used;
}

/* Finish the block and parse it. */
static int __init parse(void)
{
	u32 total = end_block();

	return multiboot2_parse(bi, block, total);
}

KTEST_BOOT(multiboot2, empty_list)
{
	memset(bi, 0xff, sizeof(*bi));
	bi->map = &scratch.map;
	begin_block();
	kt_eq(parse(), 0);
	kt_str_eq(bi->protocol, "multiboot2");
	kt_eq(bi->problems, PROBLEM(NO_MAP));
	kt_eq(bi->nr_e820 + bi->map->nr + bi->nr_modules + bi->modules_lost, 0);
	kt_false(bi->has_basic_mem || bi->has_framebuffer || bi->on_efi);
	kt_eq(bi->cmdline[0] | bi->loader[0], 0);
}

KTEST_BOOT(multiboot2, impossible_totals)
{
	static const struct {
		const char *name;
		u32 total;
		size_t len;
		int want;
	} cases[] = {
		{ "honest", 16, 16, 0 },
		{ "buffer is larger", 16, 64, 0 },
		{ "one byte too many", 17, 16, -EINVAL },
		{ "2^32 - 1", 0xffffffffu, 64, -EINVAL },
		{ "no room for a head", 7, 16, -EINVAL },
		{ "zero", 0, 16, -EINVAL },
		{ "tiny buffer", 16, 7, -EINVAL },
		{ "no buffer", 16, 0, -EINVAL },
	};
	const __typeof__(cases[0]) *c;

	for_each_case (c, cases) {
		kt_case(c->name);
		begin_block();
		end_block();
		put_u32_at(0, c->total);
		kt_eq(multiboot2_parse(bi, block, c->len), c->want);
	}
}

KTEST_BOOT(multiboot2, everything_at_once)
{
	begin_block();
	put_text_tag(1, "mem=64M \"run=a;b c\"");
	put_text_tag(2, "GRUB 2.06-13+deb12u2");
	put_module_tag(0x200000, 0x212345, "net.trace");
	begin_tag(4);
	put_u32(639);
	put_u32(0x1fb80);
	end_tag();
	begin_map(24);
	put_entry(24, 0, 0x9fc00, 1);
	put_entry(24, 0xfd00000000ULL, 0x300000000ULL, 2);
	end_tag();
	begin_tag(13); /* SMBIOS: not looked into */
	put_u64(~0ULL);
	end_tag();
	put_module_tag(0x300000, 0x300000, "");
	kt_eq(parse(), 0);
	kt_eq(bi->problems, 0);
	kt_str_eq(bi->cmdline, "mem=64M \"run=a;b c\"");
	kt_str_eq(bi->loader, "GRUB 2.06-13+deb12u2");
	kt_eq(bi->nr_modules, 2);
	kt_eq(bi->modules[0].start, 0x200000);
	kt_eq(bi->modules[0].end, 0x212345);
	kt_str_eq(bi->modules[0].string, "net.trace");
	kt_str_eq(bi->modules[1].string, "");
	kt_true(bi->has_basic_mem);
	kt_eq(bi->mem_lower, 639);
	kt_eq(bi->mem_upper, 0x1fb80);
	kt_eq(bi->nr_e820, 2);
	check_entry(0, 0, 0x9fc00, 1);
	check_entry(1, 0xfd00000000ULL, 0x300000000ULL, 2);
}

KTEST_BOOT(multiboot2, entry_sizes)
{
	static const u32 sizes[] = { 20, 24, 28, 48 };
	const u32 *size;

	for_each_case (size, sizes) {
		begin_block();
		begin_map(*size);
		put_entry(*size, 0, 0x9fc00, 1);
		put_entry(*size, 0x9fc00, 0x400, 0x101);
		put_entry(*size, 0x100000, 0x7ee0000, 0xffffffffu);
		end_tag();
		kt_eq(parse(), 0);
		kt_eq(bi->problems, 0);
		kt_eq(bi->nr_e820, 3);
		check_entry(0, 0, 0x9fc00, 1);
		check_entry(1, 0x9fc00, 0x400, 0x101);
		check_entry(2, 0x100000, 0x7ee0000, 0xffffffffu);
	}
}

KTEST_BOOT(multiboot2, lying_entry_sizes)
{
	static const u32 sizes[] = { 0, 1, 19, 0xffffffffu };
	const u32 *size;

	for_each_case (size, sizes) {
		unsigned int problems = PROBLEM(TRUNCATED_MAP) | PROBLEM(EMPTY_MAP);

		begin_block();
		begin_map(*size);
		put_entry(24, 0, 0x9fc00, 1);
		end_tag();
		kt_eq(parse(), 0);
		kt_eq(bi->nr_e820, 0);
		kt_eq(bi->problems, problems);
	}
}

KTEST_BOOT(multiboot2, map_without_entries)
{
	begin_block();
	begin_map(24);
	end_tag();
	kt_eq(parse(), 0);
	kt_eq(bi->problems, PROBLEM(EMPTY_MAP));
}

KTEST_BOOT(multiboot2, map_cut_in_an_entry)
{
	begin_block();
	begin_map(24);
	put_entry(24, 0, 0x1000, 1);
	put_entry(24, 0x1000, 0x1000, 2);
	used -= 1;
	end_tag();
	kt_eq(parse(), 0);
	kt_eq(bi->nr_e820, 1);
	kt_eq(bi->problems, PROBLEM(TRUNCATED_MAP));
}

KTEST_BOOT(multiboot2, two_maps_add_up)
{
	begin_block();
	begin_map(24);
	put_entry(24, 0, 0x1000, 1);
	end_tag();
	begin_map(20);
	put_entry(20, 0x1000, 0x1000, 2);
	end_tag();
	kt_eq(parse(), 0);
	kt_eq(bi->nr_e820, 2);
	check_entry(1, 0x1000, 0x1000, 2);
}

static void __init put_pages(u32 nr)
{
	u32 i;

	begin_block();
	begin_map(24);
	for (i = 0; i < nr; i++)
		put_entry(24, (u64)i << 12, 4096, 1 + i % 2);
	end_tag();
}

KTEST_BOOT(multiboot2, five_hundred_and_twelve_entries)
{
	unsigned int i;

	put_pages(512);
	kt_eq(parse(), 0);
	kt_eq(bi->nr_e820, 512);
	kt_eq(bi->problems, 0);
	for (i = 0; i < 512; i++)
		check_entry(i, (u64)i << 12, 4096, 1 + i % 2);
}

KTEST_BOOT(multiboot2, impossible_tag_sizes)
{
	static const u32 sizes[] = { 0, 7, 1000, 0xfffffff9u, 0xffffffffu };
	const u32 *size;

	for_each_case (size, sizes) {
		begin_block();
		put_text_tag(1, "kept");
		begin_tag(99);
		end_tag();
		put_u32_at(last_tag + 4, *size);
		put_text_tag(2, "lost");
		kt_eq(parse(), 0);
		kt_str_eq(bi->cmdline, "kept");
		kt_str_eq(bi->loader, "");
		kt_eq(bi->problems, PROBLEM(NO_MAP) | PROBLEM(BAD_TAG));
	}
}

/* A tag that is a byte too small for its type is left out; the list goes on. */
KTEST_BOOT(multiboot2, tags_too_small_for_their_type)
{
	static const struct {
		const char *name;
		u32 type, size;
		u8 fill;
	} cases[] = {
		{ "module", 3, 15, 0 }, /* a valid one, if the next byte were its last */
		{ "basic memory", 4, 15, 1 },
		{ "map", 6, 15, 1 },
		{ "map of large entries", 6, 15, 40 },
		{ "framebuffer", 8, 29, 1 },
		{ "framebuffer of RGB", 8, 37, 1 },
	};
	const __typeof__(cases[0]) *c;

	for_each_case (c, cases) {
		kt_case(c->name);
		begin_block();
		begin_tag(c->type);
		memset(block + used, c->fill, c->size - 8);
		used += c->size - 8;
		end_tag();
		put_text_tag(2, "next");
		kt_eq(parse(), 0);
		kt_str_eq(bi->loader, "next");
		kt_eq(bi->problems & ~PROBLEM(EMPTY_MAP),
		      PROBLEM(BAD_TAG) | (c->type == 6 ? 0 : PROBLEM(NO_MAP)));
		kt_eq(bi->nr_modules + bi->nr_e820, 0);
		kt_false(bi->has_basic_mem || bi->framebuffer.green.size);
	}
}

KTEST_BOOT(multiboot2, no_end_tag)
{
	begin_block();
	put_text_tag(2, "loader!"); /* ends at a multiple of eight */
	put_u32_at(0, used);
	kt_eq(multiboot2_parse(bi, block, used), 0);
	kt_str_eq(bi->loader, "loader!");
	kt_eq(bi->problems, PROBLEM(NO_MAP) | PROBLEM(BAD_TAG));
	put_u32_at(0, 8); /* not even one tag */
	kt_eq(multiboot2_parse(bi, block, used), 0);
	kt_eq(bi->problems, PROBLEM(NO_MAP) | PROBLEM(BAD_TAG));
}

/* The total ends inside of the padding behind the last tag. */
KTEST_BOOT(multiboot2, total_ends_in_the_padding)
{
	begin_block();
	put_text_tag(2, "x");
	put_u32_at(0, used);
	kt_eq(multiboot2_parse(bi, block, used), 0);
	kt_str_eq(bi->loader, "x");
	kt_eq(bi->problems, PROBLEM(NO_MAP) | PROBLEM(BAD_TAG));
}

KTEST_BOOT(multiboot2, nothing_behind_the_end_tag)
{
	begin_block();
	begin_tag(0);
	end_tag();
	put_text_tag(2, "behind");
	kt_eq(parse(), 0);
	kt_str_eq(bi->loader, "");
	kt_eq(bi->problems, PROBLEM(NO_MAP));
}

/* The text ends with its tag, whether there is a zero or not. */
KTEST_BOOT(multiboot2, strings_without_end)
{
	begin_block();
	begin_tag(1);
	put_bytes("abcdefgh", 8);
	end_tag();
	put_text_tag(2, "next");
	begin_tag(3);
	put_u32(0x1000);
	put_u32(0x2000);
	put_bytes("module", 6);
	end_tag();
	kt_eq(parse(), 0);
	kt_str_eq(bi->cmdline, "abcdefgh");
	kt_str_eq(bi->loader, "next");
	kt_str_eq(bi->modules[0].string, "module");
}

KTEST_BOOT(multiboot2, strings_without_text)
{
	begin_block();
	begin_tag(1);
	end_tag();
	begin_tag(2);
	end_tag();
	begin_tag(3);
	put_u32(0x1000);
	put_u32(0x2000);
	end_tag();
	kt_eq(parse(), 0);
	kt_str_eq(bi->cmdline, "");
	kt_str_eq(bi->loader, "");
	kt_str_eq(bi->modules[0].string, "");
	kt_eq(bi->problems, PROBLEM(NO_MAP));
}

/* Of two, the last one counts, and nothing is left of the first. */
KTEST_BOOT(multiboot2, a_string_that_comes_twice)
{
	begin_block();
	put_text_tag(1, "a long one");
	put_text_tag(1, "short");
	put_text_tag(2, "long too");
	put_text_tag(2, "");
	kt_eq(parse(), 0);
	kt_str_eq(bi->cmdline, "short");
	kt_str_eq(bi->loader, "");
}

static void __init put_long_tag(u32 type, u32 len)
{
	begin_tag(type);
	memset(block + used, 'x', len);
	used += len;
	block[used++] = 0;
	end_tag();
}

KTEST_BOOT(multiboot2, long_strings_are_cut)
{
	begin_block();
	put_long_tag(1, BOOT_CMDLINE_SIZE - 1);
	put_long_tag(2, BOOT_STRING_SIZE + 5);
	kt_eq(parse(), 0);
	kt_eq(strlen(bi->cmdline), BOOT_CMDLINE_SIZE - 1);
	kt_eq(strlen(bi->loader), BOOT_STRING_SIZE - 1);
	kt_eq(bi->problems, PROBLEM(NO_MAP));
	begin_block();
	put_long_tag(1, BOOT_CMDLINE_SIZE);
	kt_eq(parse(), 0);
	kt_eq(strlen(bi->cmdline), BOOT_CMDLINE_SIZE - 1);
	kt_eq(bi->problems, PROBLEM(NO_MAP) | PROBLEM(CMDLINE_CUT));
}

KTEST_BOOT(multiboot2, modules_inverted_and_too_many)
{
	u32 i;

	begin_block();
	put_module_tag(0x2000, 0x1fff, "inverted");
	for (i = 0; i < BOOT_MODULES_MAX + 1; i++)
		put_module_tag(0x100000 + i * 0x1000, 0x100800 + i * 0x1000, "m");
	kt_eq(parse(), 0);
	kt_eq(bi->nr_modules, BOOT_MODULES_MAX);
	kt_eq(bi->modules_lost, 1);
	kt_eq(bi->problems, PROBLEM(NO_MAP) | PROBLEM(BAD_MODULE) | PROBLEM(MODULES_LOST));
	kt_eq(bi->modules[BOOT_MODULES_MAX - 1].start, 0x100000 + (BOOT_MODULES_MAX - 1) * 0x1000);
	kt_eq(bi->modules[BOOT_MODULES_MAX - 1].end, 0x100800 + BOOT_MODULES_MAX * 0x1000);
}

KTEST_BOOT(multiboot2, efi_tags)
{
	u32 type;

	for (type = 9; type < 22; type++) {
		begin_block();
		begin_tag(type);
		put_u64(0);
		end_tag();
		kt_eq(parse(), 0);
		kt_eq(bi->on_efi, type == 11 || type == 12 || type == 17);
		if (type != 14 && type != 15)
			kt_eq(bi->problems, PROBLEM(NO_MAP));
	}
}

static void __init put_framebuffer_tag(u8 type)
{
	static const u8 rest[] = { 0, 0, 16, 8, 8, 7, 0, 6 };

	begin_tag(8);
	put_u64(0x12fd000000ULL);
	put_u32(3200);
	put_u32(800);
	put_u32(600);
	block[used++] = 32;
	block[used++] = type;
	memcpy(block + used, rest, sizeof(rest));
	used += sizeof(rest);
	end_tag();
}

KTEST_BOOT(multiboot2, framebuffer_types)
{
	u8 type;

	for (type = 0; type < 4; type++) {
		begin_block();
		put_framebuffer_tag(type);
		kt_eq(parse(), 0);
		kt_eq(bi->has_framebuffer, type < 2); /* 2 is VGA text */
		kt_eq(bi->framebuffer.width, type < 2 ? 800 : 0);
		kt_eq(bi->framebuffer.red.size, type == 1 ? 8 : 0);
	}
}

KTEST_BOOT(multiboot2, framebuffer_is_copied)
{
	const struct boot_framebuffer *fb = &bi->framebuffer;

	begin_block();
	put_framebuffer_tag(1);
	kt_eq(parse(), 0);
	kt_eq(fb->addr, 0x12fd000000ULL);
	kt_eq(fb->pitch, 3200);
	kt_eq(fb->width, 800);
	kt_eq(fb->height, 600);
	kt_eq(fb->bpp, 32);
	kt_eq(fb->type, BOOT_FB_RGB);
	kt_eq(fb->red.position, 16);
	kt_eq(fb->red.size, 8);
	kt_eq(fb->green.position, 8);
	kt_eq(fb->green.size, 7);
	kt_eq(fb->blue.position, 0);
	kt_eq(fb->blue.size, 6);
}

static void __init put_rsdp_tag(u32 type, const struct acpi_rsdp *rsdp, u32 size)
{
	begin_tag(type);
	put_bytes(rsdp, size);
	end_tag();
}

KTEST_BOOT(multiboot2, the_newer_root_pointer_of_acpi_is_kept)
{
	struct acpi_rsdp old, new;
	unsigned int order;

	scratch_rsdp(&old, 0, 0x7fe1234, 0);
	scratch_rsdp(&new, 2, 0, 0x17fe15678);
	for (order = 0; order < 2; order++) {
		begin_block();
		if (order)
			put_rsdp_tag(15, &new, 36);
		put_rsdp_tag(14, &old, 20);
		if (!order)
			put_rsdp_tag(15, &new, 36);
		kt_eq(parse(), 0);
		kt_true(bi->has_rsdp);
		kt_eq(bi->rsdp.revision, 2);
		kt_eq(bi->rsdp.rsdt_address, 0);
		kt_eq(bi->rsdp.xsdt_address, 0x17fe15678);
		kt_eq(bi->problems, PROBLEM(NO_MAP));
	}
	begin_block();
	put_rsdp_tag(14, &old, 20);
	kt_eq(parse(), 0);
	kt_true(bi->has_rsdp);
	kt_eq(bi->rsdp.rsdt_address, 0x7fe1234);
	kt_eq(bi->rsdp.length, 0);
	kt_eq(bi->rsdp.xsdt_address, 0);
}

KTEST_BOOT(multiboot2, of_two_root_pointers_of_a_revision_the_first_is_kept)
{
	struct acpi_rsdp first, second;
	u8 revision;

	for (revision = 0; revision <= 2; revision += 2) {
		scratch_rsdp(&first, revision, 0x7fe1234, 0x17fe15678);
		scratch_rsdp(&second, revision, 0x7fe4321, 0x17fe18765);
		begin_block();
		put_rsdp_tag(15, &first, 36);
		put_rsdp_tag(15, &second, 36);
		kt_eq(parse(), 0);
		kt_eq(bi->rsdp.rsdt_address, 0x7fe1234);
		kt_eq(bi->problems, PROBLEM(NO_MAP));
	}
}

/* Any byte that changes spoils a sum; a tag that ends too early has none. */
KTEST_BOOT(multiboot2, a_damaged_root_pointer_is_not_kept)
{
	struct acpi_rsdp rsdp;
	u32 i;

	for (i = 0; i < 2 * 36; i++) {
		scratch_rsdp(&rsdp, 2, 0x1000, 0x2000);
		begin_block();
		if (i < 36) {
			((u8 *)&rsdp)[i] ^= 0x40;
			put_rsdp_tag(15, &rsdp, 36);
		} else {
			put_rsdp_tag(15, &rsdp, i - 36);
		}
		kt_eq(parse(), 0);
		kt_false(bi->has_rsdp);
		kt_eq(bi->problems, PROBLEM(NO_MAP) | PROBLEM(BAD_RSDP));
	}
}

KTEST_BOOT(multiboot2, the_efi_system_table_and_the_load_base_are_kept)
{
	begin_block();
	begin_tag(21);
	put_u32(0x200000);
	end_tag();
	begin_tag(12);
	put_u64(0x17ff12018);
	end_tag();
	kt_eq(parse(), 0);
	kt_eq(bi->load_base, 0x200000);
	kt_eq(bi->efi_system_table, 0x17ff12018);
	kt_true(bi->efi_is_64_bit && bi->on_efi);

	begin_block();
	begin_tag(11);
	put_u32(0xff12018);
	end_tag();
	kt_eq(parse(), 0);
	kt_eq(bi->load_base, 0);
	kt_eq(bi->efi_system_table, 0xff12018);
	kt_true(!bi->efi_is_64_bit && bi->on_efi);
	kt_eq(bi->problems, PROBLEM(NO_MAP));
}

KTEST_BOOT(multiboot2, tags_without_room_for_an_address)
{
	static const u32 types[] = { 11, 12, 21 };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(types); i++) {
		begin_block();
		begin_tag(types[i]);
		put_bytes("abc", 3);
		end_tag();
		kt_eq(parse(), 0);
		kt_eq(bi->problems, PROBLEM(NO_MAP) | PROBLEM(BAD_TAG));
		kt_eq(bi->efi_system_table | bi->load_base, 0);
		kt_eq(bi->on_efi, types[i] != 21);
	}
}

/* Nothing says that the block is aligned. */
KTEST_BOOT(multiboot2, block_at_an_odd_address)
{
	u32 total;

	begin_block();
	begin_map(24);
	put_entry(24, 0x123456789aULL, 0x1000, 1);
	end_tag();
	total = end_block();
	memmove(block + 1, block, total);
	kt_eq(multiboot2_parse(bi, block + 1, total), 0);
	kt_eq(bi->nr_e820, 1);
	check_entry(0, 0x123456789aULL, 0x1000, 1);
}

/* Cut a good block at every length: whatever is found lies before the cut. */
KTEST_BOOT(multiboot2, cut_at_every_length)
{
	u32 total, len;

	begin_block();
	put_text_tag(1, "command line");
	begin_map(24);
	put_entry(24, 0, 0x1000, 1);
	put_entry(24, 0x1000, 0x1000, 2);
	end_tag();
	put_module_tag(0x200000, 0x201000, "module");
	total = end_block();
	for (len = 8; len < total; len++) {
		put_u32_at(0, len);
		kt_eq(multiboot2_parse(bi, block, len), 0);
		kt_true(bi->problems & PROBLEM(BAD_TAG));
		kt_eq(bi->cmdline[0] != 0, len >= 8 + 8 + 13);
		kt_eq(bi->nr_e820, len >= 96 ? 2 : 0);
		kt_eq(bi->nr_modules, len >= 96 + 23);
	}
}
