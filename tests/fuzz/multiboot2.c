/* SPDX-License-Identifier: 0BSD
 *
 * multiboot2.c - fuzz target: multiboot 2, the information block as it is.
 */
#include "fuzz.h"

#include <asm/firmware/multiboot.h>

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	static struct e820_map map;
	static struct boot_info info = { .map = &map };
	u8 *block = fuzz_copy(data, size);

	if (multiboot2_parse(&info, block, size) == 0) {
		check_boot_info(&info);
		e820_from_firmware(&map, &info);
		check_map(&map);
	}
	fuzz_free(block);
	return 0;
}
