/* SPDX-License-Identifier: 0BSD
 *
 * madt.h - the processors and interrupt controllers of the machine, from the table "APIC" (ACPI
 * specification 6.4, 5.2.12). Pure.
 */
#ifndef ASM_FIRMWARE_MADT_H
#define ASM_FIRMWARE_MADT_H

#include <asm/page.h>
#include <lib/types.h>

#define MADT_CPUS_MAX	   256
#define MADT_IOAPICS_MAX   16
#define MADT_OVERRIDES_MAX 24

struct madt_cpu {
	u32 apic_id; /* what SRAT names it by */
	u32 uid;     /* what AML names it by */
	bool is_enabled;
};

struct madt_ioapic {
	u32 id, address; /* physical */
	u32 first_gsi;	 /* the interrupts from this number on are its */
};

/* The interrupt of the ISA bus that is called @irq there arrives as @gsi. */
struct madt_override {
	u32 irq, gsi;
	u16 flags; /* polarity in bits 0-1, trigger mode in bits 2-3 */
};

struct madt {
	phys_addr_t lapic_phys; /* where each CPU finds its local APIC */
	unsigned int nr_cpus, nr_enabled;
	unsigned int nr_ioapics, nr_overrides;
	unsigned int nr_short, nr_twice, nr_lost; /* entries that are none of these, and why */
	struct madt_cpu cpu[MADT_CPUS_MAX]; /* in the order of the table, which is the boot's */
	struct madt_ioapic ioapic[MADT_IOAPICS_MAX];
	struct madt_override override[MADT_OVERRIDES_MAX];
};

/* The running machine's; without a table there is nothing in it. */
extern struct madt madt;

/* Fill @madt, which is zeroed, from the @len bytes at @table. What is wrong is left out, and so is
 * what comes behind an entry of an impossible length and what there is no room for: one line for
 * each of these that happened. */
void madt_parse(struct madt *madt, const void *table, size_t len);

/* Fill the running machine's, and log how many processors it has. Context: the boot, after
 * acpi_discover(). */
void madt_init(void);

#endif
