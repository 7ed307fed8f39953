/* SPDX-License-Identifier: 0BSD
 *
 * ram_probe.h - compare the RAM of a memory map with what is there: quickly, or word by word.
 */
#ifndef ASM_FIRMWARE_RAM_PROBE_H
#define ASM_FIRMWARE_RAM_PROBE_H

#include <asm/firmware/e820.h>
#include <asm/firmware/ledger.h>

/* How physical memory is reached before there are page tables for it. */
struct ram_access {
	/* A window on the pages [@pfn, @pfn + @pages), MAX_ORDER_NR_PAGES at most, until the next
	 * call. The first words of it are memory's, whatever a cache may have known. */
	void *(*map)(unsigned long pfn, unsigned long pages);
	/* What was written to @bytes from @start on, in the window, is in memory now, and what is
	 * read next comes from there. */
	void (*sync)(void *start, size_t bytes);
};

/* Try the edges of every block of MAX_ORDER_NR_PAGES page frames of the RAM in @map. Of a range
 * that ends too late, is not there, or shows other RAM again, the rest becomes E820_UNUSABLE after
 * one line. Contents come back, and pages that @ledger names are not written to. Context: boot
 * only. */
void leave_out_missing_ram(struct e820_map *map, const struct ledger *ledger,
			   const struct ram_access *ram);

/* memtest=N: write N patterns, one after the other, to all RAM of @map that @ledger leaves free,
 * and read them back. Bad pages become E820_UNUSABLE after one line for each run of them. Nothing
 * without the option. Contents are lost. Context: boot only. */
void early_memtest(struct e820_map *map, const struct ledger *ledger, const struct ram_access *ram);

#endif
