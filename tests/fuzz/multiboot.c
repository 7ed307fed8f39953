/* SPDX-License-Identifier: 0BSD
 *
 * multiboot.c - fuzz target: multiboot 1 and PVH. Two bytes say where in the loader's memory the
 * information structure is; the rest is that memory, from MEMORY on. Nothing else can be read.
 */
#include "fuzz.h"

#include <asm/firmware/multiboot.h>
#include <lib/bug.h>
#include <lib/string.h>

#define MEMORY 0x1000u

/* A walk that ignored its limits would read far more often than this. */
#define READS_MAX 100000u

struct memory {
	const u8 *bytes;
	size_t size;
	unsigned int reads;
};

static bool copy(void *ctx, void *dst, phys_addr_t src, size_t len)
{
	struct memory *memory = ctx;

	mm_bug_on(memory->reads++ > READS_MAX, "still reading, at 0x%llx", src);
	if (src < MEMORY || src - MEMORY > memory->size || len > memory->size - (src - MEMORY))
		return false;
	memcpy(dst, memory->bytes + (src - MEMORY), len);
	return true;
}

static void parse(int (*parser)(struct boot_info *, u32, phys_copy_t, void *), u32 addr,
		  struct memory *memory)
{
	static struct e820_map map;
	static struct boot_info info = { .map = &map };

	memory->reads = 0;
	if (parser(&info, addr, copy, memory) != 0)
		return;
	check_boot_info(&info);
	e820_from_firmware(&map, &info);
	check_map(&map);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct memory memory = { .size = size - 2 };
	u8 *block;

	if (size < 2)
		return 0;
	block = fuzz_copy(data + 2, size - 2);
	memory.bytes = block;
	parse(multiboot_parse, MEMORY + data[0] + data[1] * 256u, &memory);
	parse(pvh_parse, MEMORY + data[0] + data[1] * 256u, &memory);
	fuzz_free(block);
	return 0;
}
