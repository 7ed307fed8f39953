/* SPDX-License-Identifier: 0BSD
 *
 * boot_scratch.h - one struct boot_info and one map for all boot tests of this folder: they are
 * large, and the machine may have two megabytes. Given back with .init.
 */
#ifndef TESTS_FIRMWARE_BOOT_SCRATCH_H
#define TESTS_FIRMWARE_BOOT_SCRATCH_H

#include <asm/firmware/boot_info.h>
#include <asm/firmware/e820.h>

extern struct boot_info scratch_info; /* its map is scratch.map */
extern struct scratch {
	struct e820_map map;
	u32 fence[2 * sizeof(struct e820_region)]; /* to see what moves behind the map */
} scratch;

/* A root pointer of ACPI whose sums are right. */
void scratch_rsdp(struct acpi_rsdp *rsdp, u8 revision, u32 rsdt, u64 xsdt);

#endif
