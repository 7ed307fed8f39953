/* SPDX-License-Identifier: 0BSD
 *
 * e820_map.c - fuzz target: firmware entries as bytes. 8 bytes of limit for RAM (0: none), then the
 * entries, 20 bytes each as firmware gives them: address, size, type.
 */
#include "fuzz.h"

#include <lib/string.h>

#define ENTRY_SIZE 20

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	static struct e820_map map;
	struct boot_e820_entry *first, *e;
	u64 limit;

	if (size < sizeof(limit))
		return 0;
	memcpy(&limit, data, sizeof(limit));
	e820_clear(&map);
	e = first = fuzz_alloc((size / ENTRY_SIZE + 1) * sizeof(*e));
	for (data += 8, size -= 8; size >= ENTRY_SIZE; data += ENTRY_SIZE, size -= ENTRY_SIZE) {
		memcpy(&e->addr, data, sizeof(e->addr));
		memcpy(&e->size, data + 8, sizeof(e->size));
		memcpy(&e->type, data + 16, sizeof(e->type));
		e820_add(&map, e->addr, e->size, e->type);
		e++;
	}
	check_map_of(&map, first, e, limit);
	fuzz_free(first);
	return 0;
}
