/* SPDX-License-Identifier: 0BSD
 *
 * ram_probe.h - compare the RAM of a memory map with what is there.
 */
#ifndef ASM_FIRMWARE_RAM_PROBE_H
#define ASM_FIRMWARE_RAM_PROBE_H

#include <asm/firmware/e820.h>
#include <asm/firmware/ledger.h>

/* Try some pages of every range of RAM in @map. Of a range that ends too late, or is not there, the
 * rest becomes E820_UNUSABLE after one line. @keeps: does page @pfn keep what is written to it? It
 * is never asked for a page that @ledger names. Context: boot only. */
void leave_out_missing_ram(struct e820_map *map, const struct ledger *ledger,
			   bool (*keeps)(unsigned long pfn));

#endif
