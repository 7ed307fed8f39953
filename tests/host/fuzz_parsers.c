/* SPDX-License-Identifier: 0BSD
 *
 * fuzz_parsers.c - the multiboot parsers on broken data in heap blocks of the exact size, so that
 * the sanitizer sees one byte too much.
 *
 * The data begin as a valid list and then get a few random bytes: mostly the sizes and counts
 * change, which is where a parser goes wrong.
 */
#include <asm/firmware/e820.h>
#include <asm/firmware/multiboot.h>
#include <test/ktest.h>

#include "host.h"

#define ROUNDS 20000

static struct e820_map map;
static struct boot_info info = { .map = &map };

static void check_info(void)
{
	unsigned int i;

	kt_true(strnlen(info.cmdline, sizeof(info.cmdline)) < sizeof(info.cmdline));
	kt_true(strnlen(info.loader, sizeof(info.loader)) < sizeof(info.loader));
	kt_assert(map.nr <= 2 * info.nr_e820 && info.nr_modules <= BOOT_MODULES_MAX);
	kt_true(info.problems < 1u << NR_BOOT_PROBLEMS);
	for (i = 0; i < info.nr_modules; i++) {
		const struct boot_module *module = &info.modules[i];

		kt_true(module->start <= module->end);
		kt_true(strnlen(module->string, BOOT_STRING_SIZE) < BOOT_STRING_SIZE);
	}
}

/* Some random bytes, of the kinds that matter: tiny, huge, any. */
static void damage(u8 *block, u32 size)
{
	static const u8 values[] = { 0, 1, 7, 8, 19, 20, 0x7f, 0x80, 0xff };
	u32 n;

	for (n = kt_random_below(6); n && size; n--) {
		u8 value = values[kt_random_below(sizeof(values))];

		block[kt_random_below(size)] = kt_random_below(3) ? value : (u8)kt_random();
	}
}

static void put_u32(u8 *at, u32 value)
{
	memcpy(at, &value, sizeof(value));
}

/* Tags of all kinds with plausible contents, then the end tag. Return: the size of the block. */
static u32 make_block(u8 *block, u32 room)
{
	static const u8 types[] = { 1, 2, 3, 4, 6, 8, 11, 12, 14, 15, 17, 21, 99 };
	u32 used = 8, i;

	for (i = 0; i < room; i++)
		block[i] = (u8)kt_random_below(3);
	while (used + 72 < room && kt_random_below(8)) {
		u32 size = 8 + kt_random_below(64);
		u32 type = types[kt_random_below(sizeof(types))];

		put_u32(block + used, type);
		put_u32(block + used + 4, size);
		if (type == 6)
			put_u32(block + used + 8, 20 + kt_random_below(3) * 4);
		used += (size + 7) & ~7u;
	}
	put_u32(block + used, 0);
	put_u32(block + used + 4, 8);
	put_u32(block, used + 8);
	return used + 8;
}

KTEST(fuzz, multiboot2, SHORT)
{
	u8 draft[512];
	int round;

	for (round = 0; round < ROUNDS; round++) {
		u32 size = make_block(draft, sizeof(draft));
		u8 *block;

		if (!kt_random_below(4))
			size -= kt_random_below(size);
		damage(draft, size);
		block = host_alloc(size);
		memcpy(block, draft, size);
		if (multiboot2_parse(&info, block, size) == 0)
			check_info();
		host_free(block);
	}
}

/* Loader memory for multiboot 1: the block, at physical address 0x1000. */
#define MEMORY 0x1000u

struct loader_memory {
	u8 *bytes;
	u32 size;
};

static bool copy(void *ctx, void *dst, phys_addr_t src, size_t len)
{
	const struct loader_memory *memory = ctx;

	if (src < MEMORY || src - MEMORY > memory->size || len > memory->size - (src - MEMORY))
		return false;
	memcpy(dst, memory->bytes + (src - MEMORY), len);
	return true;
}

/* An information structure whose pointers lead into the block, most of the time. */
static void make_memory(u8 *block, u32 size)
{
	static const u8 pointers[] = { 16, 24, 48, 64 };
	u32 i;

	for (i = 0; i < size; i++)
		block[i] = (u8)(kt_random_below(4) ? 0 : 20);
	put_u32(block, kt_random() & 0x1fff);
	for (i = 0; i < ARRAY_SIZE(pointers); i++)
		put_u32(block + pointers[i], MEMORY + kt_random_below(size + 8));
	put_u32(block + 20, kt_random_below(50));
	put_u32(block + 44, kt_random_below(size));
}

KTEST(fuzz, multiboot, SHORT)
{
	int round;

	for (round = 0; round < ROUNDS; round++) {
		struct loader_memory memory = { .size = 120 + kt_random_below(400) };

		memory.bytes = host_alloc(memory.size);
		make_memory(memory.bytes, memory.size);
		damage(memory.bytes, memory.size);
		if (multiboot_parse(&info, MEMORY, copy, &memory) == 0)
			check_info();
		host_free(memory.bytes);
	}
}
