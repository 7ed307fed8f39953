/* SPDX-License-Identifier: 0BSD
 *
 * e820_map.c - fuzz target: firmware entries as bytes. 8 bytes of limit for RAM (0: none), then the
 * entries, 20 bytes each as firmware gives them: address, size, type.
 */
#include "fuzz.h"

#include <asm/multiboot.h>
#include <lib/string.h>

#define ENTRY_SIZE 20

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	static struct boot_info info;
	struct boot_e820_entry e;
	u64 limit;

	if (size < sizeof(limit))
		return 0;
	memset(&info, 0, sizeof(info));
	memcpy(&limit, data, sizeof(limit));
	for (data += 8, size -= 8; size >= ENTRY_SIZE; data += ENTRY_SIZE, size -= ENTRY_SIZE) {
		memcpy(&e.addr, data, sizeof(e.addr));
		memcpy(&e.size, data + 8, sizeof(e.size));
		memcpy(&e.type, data + 16, sizeof(e.type));
		boot_info_add_e820(&info, e.addr, e.size, e.type);
	}
	check_map_of(&info, limit);
	return 0;
}
