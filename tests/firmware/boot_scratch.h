/* SPDX-License-Identifier: 0BSD
 *
 * boot_scratch.h - one struct boot_info, one map and one ledger for boot tests: they are large,
 * and the machine may have two megabytes. Given back with .init.
 */
#ifndef TESTS_FIRMWARE_BOOT_SCRATCH_H
#define TESTS_FIRMWARE_BOOT_SCRATCH_H

#include <asm/firmware/boot_info.h>
#include <asm/firmware/e820.h>
#include <asm/firmware/ledger.h>
#include <asm/firmware/numa.h>
#include <test/ktest.h>

extern struct boot_info scratch_info; /* its map is scratch.map */
extern struct scratch {
	struct e820_map map;
	u32 fence[2 * sizeof(struct e820_region)]; /* to see what moves behind the map */
} scratch;
extern struct ledger scratch_ledger;
extern struct numa_layout scratch_layout;

/* Map and ledger are empty, and all memory is node 0's. */
void scratch_begin(void);

/* Let the page frames from @start_pfn on be node @nid's, behind what has one. */
void scratch_next_node(int nid, unsigned long start_pfn);

/* RAM for the map; an entry for the ledger, "test". */
void scratch_add_ram(unsigned long start_pfn, unsigned long end_pfn);
void scratch_reserve(unsigned long start_pfn, unsigned long end_pfn);

/* Give the option @name a value. Return: what its function says. */
int scratch_set_option(const char *name, const char *value);

/* The boot's min_low_pfn, max_low_pfn and max_pfn, to be given back. */
void scratch_keep_limits(void);
void scratch_give_limits_back(void);

/* A root pointer of ACPI whose sums are right. */
void scratch_rsdp(struct acpi_rsdp *rsdp, u8 revision, u32 rsdt, u64 xsdt);

/* Entry @i of the map in scratch_info must be this one. */
void check_entry(unsigned int i, u64 addr, u64 size, u32 type);

#endif
