/* SPDX-License-Identifier: 0BSD
 *
 * low_memory.c - what must be kept of the memory below 640K.
 *
 * Real mode sees only this memory, so firmware and boot share it: page 0 has the interrupt vectors
 * and the BIOS's data, the EBDA lies at the end, and an application processor starts somewhere in
 * between. What a BIOS uses beside these it does not tell; who knows says reservelow=.
 */
#include <asm/firmware/low_memory.h>
#include <asm/firmware/user_map.h>
#include <lib/init.h>
#include <lib/printk.h>

#define LOW_MEMORY_END 0xA0000 /* 640 KiB: device memory from here on */
#define EBDA_MAX       0x20000 /* it is a few KiB, and never more than 128 */
#define TRAMPOLINE_PFN 1       /* an AP starts in real mode, in the lowest free page from here */

void __init reserve_low_memory(struct ledger *ledger)
{
	u64 size = min(user_reserved_low(), (u64)LOW_MEMORY_END);

	ledger_add(ledger, "page 0", 0, PAGE_SIZE);
	ledger_add(ledger, "reservelow=", 0, size);
}

phys_addr_t __init ebda_start(u16 segment)
{
	phys_addr_t start = (phys_addr_t)segment << 4;

	return start >= LOW_MEMORY_END - EBDA_MAX && start < LOW_MEMORY_END ? start : 0;
}

void __init reserve_ebda(struct ledger *ledger, u16 segment)
{
	phys_addr_t start = ebda_start(segment);

	if (start)
		ledger_add(ledger, "EBDA", start, LOW_MEMORY_END - start);
	else if (segment)
		pr_warn("EBDA segment %04x is not below 640K, ignored\n", segment);
}

void __init reserve_trampoline(const struct e820_map *map, struct ledger *ledger)
{
	unsigned long pfn = ledger_find_free(ledger, map, 1, TRAMPOLINE_PFN,
					     LOW_MEMORY_END >> PAGE_SHIFT);

	if (pfn)
		ledger_add(ledger, "AP trampoline", PFN_PHYS(pfn), PAGE_SIZE);
	else
		pr_warn("no free page below 640K for an AP trampoline\n");
}
