/* SPDX-License-Identifier: 0BSD
 *
 * acpi.h - the tables of ACPI: which there are, and the bytes of one of them (ACPI specification
 * 6.4, 5.2).
 */
#ifndef ASM_FIRMWARE_ACPI_H
#define ASM_FIRMWARE_ACPI_H

#include <asm/firmware/boot_info.h>
#include <asm/firmware/ledger.h>

/* The head of each table (5.2.6). */
struct acpi_header {
	char signature[4];
	u32 length; /* bytes of the table, this head included */
	u8 revision, checksum;
	char oem_id[6], oem_table_id[8];
	u32 oem_revision;
	char creator_id[4];
	u32 creator_revision;
} __packed;

/* What MADT and SRAT are made of, behind a head of their own. */
struct acpi_subtable {
	u8 type;
	u8 length; /* bytes, this head included */
} __packed;

#define ACPI_ENTRIES_MAX    64			   /* of RSDT or XSDT */
#define ACPI_TABLES_MAX	    (ACPI_ENTRIES_MAX + 3) /* and that one itself, DSDT and FACS */
#define ACPI_TABLE_SIZE_MAX (4u << 20)

/* A view of the @len bytes of physical memory at @phys, valid until the next call. 0 < @len <=
 * ACPI_TABLE_SIZE_MAX, and all bytes are below 4 GiB. Return: NULL if they cannot be read. */
typedef const void *(*phys_view_t)(phys_addr_t phys, size_t len);

struct acpi_entry {
	phys_addr_t phys;
	struct acpi_header
		header; /* text in it is printable; a FACS has signature and length only */
	bool is_good;	/* its sum is right: it is used */
};

struct acpi {
	phys_view_t view;
	bool has_rsdp;
	struct acpi_rsdp rsdp;
	phys_addr_t rsdp_phys; /* 0: the loader handed over a copy */
	unsigned int nr;
	struct acpi_entry entry[ACPI_TABLES_MAX]; /* the root table first, each address once */
};

/* The running machine's. */
extern struct acpi acpi;

/* Is the sum of these bytes 0, modulo 256? */
bool acpi_sum_is_zero(const void *data, size_t len);

/* Is there a root pointer in these @len bytes, complete, and with its one or two sums right
 * (5.2.5.3)? */
bool acpi_rsdp_is_sound(const void *data, size_t len);

/* The addresses that the @len bytes of a FADT name (5.2.9); 0: none. */
phys_addr_t acpi_fadt_dsdt(const void *fadt, size_t len);
phys_addr_t acpi_fadt_facs(const void *fadt, size_t len);

/* Fill @acpi, which is zeroed: the root pointer is @info's, or else, if this is no EFI machine, it
 * is where a BIOS puts it (5.2.5.1; @ebda_segment: that of the EBDA, 0: none). All memory is read
 * through @view. What is wrong is one line and left out; a machine without a root pointer is no
 * line. Context: the boot, before bootmem. */
void acpi_discover(struct acpi *acpi, const struct boot_info *info, u16 ebda_segment,
		   phys_view_t view);

/* Enter the good tables' memory, as "ACPI SRAT" and so on: it may lie in what the map calls RAM. */
void reserve_acpi_tables(struct ledger *ledger, const struct acpi *acpi);

/* The first good table of @acpi that is called @signature, whole. Return: valid until the next call
 * or use of the same view, its length in *@len; NULL if there is none. */
const void *acpi_find(const struct acpi *acpi, const char *signature, size_t *len);

/* The same of the running machine. Context: any from memory_setup()'s ledger on; not between
 * vmalloc_init() and kmem_cache_init() for a table that lies in HighMem. */
const void *acpi_table(const char *signature, size_t *len);

/* Walk the entries of the @len bytes at @table: the one at *@offset, which is at most @len, and
 * *@offset is moved behind it. Pure. Return: NULL at the end, which is @len, or at an entry whose
 * length is impossible: what comes behind it has no known place. */
const struct acpi_subtable *acpi_next_entry(const void *table, size_t len, size_t *offset);

#endif
