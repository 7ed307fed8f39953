/* SPDX-License-Identifier: 0BSD
 *
 * ledger.h - the reservation ledger: what must never be handed out, by name.
 *
 * Entries may overlap (the boot stack lies in the kernel image) and need not be RAM. Pure; filled
 * during the boot, printed and compared later.
 */
#ifndef ASM_FIRMWARE_LEDGER_H
#define ASM_FIRMWARE_LEDGER_H

#include <asm/firmware/e820.h>
#include <mm/mm_init.h>

#define LEDGER_MAX	 192 /* of them bootmem's bitmaps: at most one for each range of a node */
#define LEDGER_NAME_SIZE 24

struct ledger {
	unsigned int nr;
	struct mem_reservation range[LEDGER_MAX]; /* in the form that mem_init() takes */
	char name[LEDGER_MAX][LEDGER_NAME_SIZE];
};

/* Enter [@start, @start + @size) as @name; a @size of 0 is nothing. Bytes. */
void ledger_add(struct ledger *ledger, const char *name, phys_addr_t start, phys_addr_t size);

/* The highest page up to @pfn that no entry touches; 0 if there is none. */
unsigned long ledger_page_below(const struct ledger *ledger, unsigned long pfn);

/* First page of [@pfn, @end_pfn) that no entry touches, or that one does; @end_pfn if there is
 * none. */
unsigned long ledger_next_free(const struct ledger *ledger, unsigned long pfn,
			       unsigned long end_pfn);
unsigned long ledger_next_reserved(const struct ledger *ledger, unsigned long pfn,
				   unsigned long end_pfn);

/* Lowest page-aligned @pages of RAM in [@start_pfn, @end_pfn) that no entry touches.
 * Return: its first pfn, 0 if there is none (page 0 is never RAM). */
unsigned long ledger_find_free(const struct ledger *ledger, const struct e820_map *map,
			       unsigned long pages, unsigned long start_pfn, unsigned long end_pfn);

/* RAM pages of [0, @end_pfn) that at least one entry touches. */
unsigned long ledger_ram_pages(const struct ledger *ledger, const struct e820_map *map,
			       unsigned long end_pfn);

struct out;
void ledger_show(const struct ledger *ledger, struct out *out);

#endif
