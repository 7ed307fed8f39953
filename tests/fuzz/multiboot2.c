/* SPDX-License-Identifier: 0BSD
 *
 * multiboot2.c - fuzz target: multiboot 2, the information block as it is.
 */
#include "fuzz.h"

#include <asm/multiboot.h>

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	static struct boot_info info;
	u8 *block = fuzz_copy(data, size);

	if (multiboot2_parse(&info, block, size) == 0) {
		check_boot_info(&info);
		check_map_of(&info, 0);
	}
	fuzz_free(block);
	return 0;
}
