/* SPDX-License-Identifier: 0BSD
 *
 * acpi.c - the tables of ACPI on made-up machines, good ones and such as a fuzzer would find, with
 * the lines that are said about them. In the kernel these lines would look like trouble.
 */
#include <asm/firmware/acpi.h>
#include <asm/firmware/madt.h>
#include <boot/monitor/completion.h>
#include <boot/monitor/monitor.h>
#include <lib/errno.h>
#include <lib/string.h>
#include <test/capture.h>

#include "../firmware/boot_scratch.h"
#include "host.h"

/* --- memory: the EBDA, the BIOS's area, and where tables are; there is nothing else */

#define EBDA	     0x9FC00u
#define EBDA_SEGMENT 0x9FC0
#define BIOS	     0xE0000u
#define BIOS_SIZE    0x20000u
#define TABLES	     0x7FE0000u
#define TABLES_SIZE  0x10000u

static u8 ebda[1024], bios[BIOS_SIZE], tables[TABLES_SIZE];
static unsigned int views;

static const struct area {
	phys_addr_t start;
	size_t size;
	u8 *bytes;
} areas[] = {
	{ EBDA, sizeof(ebda), ebda },
	{ BIOS, sizeof(bios), bios },
	{ TABLES, sizeof(tables), tables },
};

static void *at(phys_addr_t phys)
{
	const struct area *area = areas;

	while (phys - area->start >= area->size)
		area++;
	return area->bytes + (phys - area->start);
}

static const void *memory_view(phys_addr_t phys, size_t len)
{
	const struct area *area;

	views++;
	for (area = areas; area < areas + ARRAY_SIZE(areas); area++)
		if (phys >= area->start && phys - area->start < area->size &&
		    len <= area->size - (phys - area->start))
			return at(phys);
	return NULL;
}

static struct acpi found;
static struct boot_info boot;

static void clear_memory(void)
{
	memset(ebda, 0, sizeof(ebda));
	memset(bios, 0, sizeof(bios));
	memset(tables, 0, sizeof(tables));
	memset(&boot, 0, sizeof(boot));
}

static void make_sum_zero(struct acpi_header *table)
{
	const u8 *bytes = (const u8 *)table;
	u32 i;

	table->checksum = 0;
	for (i = 0; i < table->length; i++)
		if (&bytes[i] != &table->checksum)
			table->checksum = (u8)(table->checksum - bytes[i]);
}

static struct acpi_header *put_table(phys_addr_t phys, const char *signature, const void *body,
				     size_t len)
{
	struct acpi_header *table = at(phys);

	*table = (struct acpi_header){ .length = (u32)(sizeof(*table) + len),
				       .revision = 1,
				       .oem_revision = 0x1a,
				       .creator_revision = 3 };
	memcpy(table->signature, signature, 4);
	memcpy(table->oem_id, "MMKIT ", 6);
	memcpy(table->oem_table_id, "BYHAND\0", 8);
	memcpy(table->creator_id, "HAND", 4);
	memcpy(table + 1, body, len);
	make_sum_zero(table);
	return table;
}

static void put_rsdp(phys_addr_t phys, u8 revision, u32 rsdt, u64 xsdt)
{
	struct acpi_rsdp rsdp;

	scratch_rsdp(&rsdp, revision, rsdt, xsdt);
	memcpy(at(phys), &rsdp, revision < 2 ? ACPI_RSDP_V1_SIZE : sizeof(rsdp));
}

#define RSDT_AT (TABLES + 0x100u)
#define XSDT_AT (TABLES + 0x400u)
#define SRAT_AT (TABLES + 0x800u)
#define SLIT_AT (TABLES + 0x900u)
#define FADT_AT (TABLES + 0xA00u)
#define DSDT_AT (TABLES + 0xC00u)
#define FACS_AT (TABLES + 0xD00u)
#define RSDP_AT (BIOS + 0x159D0u)

/* Two tables of 40 bytes, in the list of either kind. */
static void put_machine(void)
{
	static const u32 narrow[] = { SRAT_AT, SLIT_AT };
	static const u64 wide[] = { SRAT_AT, SLIT_AT };

	clear_memory();
	put_table(SRAT_AT, "SRAT", "abcd", 4);
	put_table(SLIT_AT, "SLIT", "efgh", 4);
	put_table(RSDT_AT, "RSDT", narrow, sizeof(narrow));
	put_table(XSDT_AT, "XSDT", wide, sizeof(wide));
	put_rsdp(RSDP_AT, 2, RSDT_AT, XSDT_AT);
}

static void discover(void)
{
	memset(&found, 0, sizeof(found));
	views = 0;
	acpi_discover(&found, &boot, EBDA_SEGMENT, memory_view);
}

#define HEAD(signature, address, size) \
	STAMP "ACPI: " signature " 0x00000000" address " 0000" size " "
#define TABLE(signature, address, size) \
	HEAD(signature, address, size) "(v01 MMKIT  BYHAND   0000001A HAND 00000003)" NL
#define RSDP_LINE STAMP "ACPI: RSDP 0x00000000000F59D0 000024 (v02 MMKIT )" NL
#define XSDT_LINE TABLE("XSDT", "07FE0400", "34")
#define RSDT_LINE TABLE("RSDT", "07FE0100", "2C")
#define SRAT_LINE TABLE("SRAT", "07FE0800", "28")
#define SLIT_LINE TABLE("SLIT", "07FE0900", "28")
#define NO_LIST	  STAMP "ACPI: there is no good list of tables, so there are none" NL

KTEST(acpi, each_table_is_a_line, SHORT)
{
	size_t len = 0;

	put_machine();
	check_console(discover(), RSDP_LINE XSDT_LINE SRAT_LINE SLIT_LINE);
	kt_eq(found.nr, 3);
	kt_ptr_eq(acpi_find(&found, "SLIT", &len), at(SLIT_AT));
	kt_eq(len, 40);
	kt_ptr_eq(acpi_find(&found, "APIC", &len), NULL);
}

static void use_loaders_copy(void)
{
	boot.has_rsdp = true;
	memcpy(&boot.rsdp, at(RSDP_AT), sizeof(boot.rsdp));
	memset(bios, 0, sizeof(bios));
}

#define LOADERS_LINE STAMP "ACPI: RSDP from the boot loader 000024 (v02 MMKIT )" NL

KTEST(acpi, the_loaders_root_pointer_goes_first, SHORT)
{
	put_machine();
	use_loaders_copy();
	put_rsdp(RSDP_AT, 0, RSDT_AT, 0);
	check_console(discover(), LOADERS_LINE XSDT_LINE SRAT_LINE SLIT_LINE);
	kt_eq(found.rsdp_phys, 0);
}

KTEST(acpi, on_efi_no_bios_is_looked_for, SHORT)
{
	put_machine();
	boot.on_efi = true;
	check_console(discover(), "");
	kt_eq(views, 0);
	kt_false(found.has_rsdp);
	use_loaders_copy();
	check_console(discover(), LOADERS_LINE XSDT_LINE SRAT_LINE SLIT_LINE);
}

static const struct place_case {
	const char *name;
	phys_addr_t phys;
	bool is_found;
} place_cases[] = {
	{ "the EBDA's first bytes", EBDA, true },
	{ "the last of its first KiB", EBDA + 1024 - 48, true },
	{ "the BIOS's first bytes", BIOS, true },
	{ "its last", BIOS + BIOS_SIZE - 48, true },
	{ "not at a multiple of 16", BIOS + 0x108, false },
};

KTEST(acpi, a_bios_puts_the_root_pointer_in_two_places, SHORT)
{
	const struct place_case *c;

	for_each_case (c, place_cases) {
		kt_case(c->name);
		put_machine();
		memset(bios, 0, sizeof(bios));
		put_rsdp(c->phys, 2, RSDT_AT, XSDT_AT);
		host_console_keep();
		discover();
		host_console_kept();
		kt_eq(found.has_rsdp, c->is_found);
		kt_eq(found.rsdp_phys, c->is_found ? c->phys : 0);
		kt_eq(found.nr, c->is_found ? 3 : 0);
	}
}

KTEST(acpi, one_of_revision_0_may_lie_in_the_last_16_bytes_but_4, SHORT)
{
	put_machine();
	memset(bios, 0, sizeof(bios));
	put_rsdp(BIOS + BIOS_SIZE - 32, 0, RSDT_AT, 0);
	host_console_keep();
	discover();
	host_console_kept();
	kt_eq(found.rsdp_phys, BIOS + BIOS_SIZE - 32);
	kt_eq(found.rsdp.xsdt_address, 0);
}

KTEST(acpi, that_in_the_ebda_goes_before_that_of_the_bios, SHORT)
{
	put_machine();
	put_rsdp(EBDA + 0x20, 0, RSDT_AT, 0);
	check_console(discover(),
		      STAMP "ACPI: RSDP 0x000000000009FC20 000014 (v00 MMKIT )" NL RSDT_LINE
			      SRAT_LINE SLIT_LINE);
}

KTEST(acpi, without_a_root_pointer_the_machine_is_quiet, SHORT)
{
	put_machine();
	memset(bios, 0, sizeof(bios));
	check_console(discover(), "");
	kt_eq(found.nr, 0);
	memset(&found, 0, sizeof(found));
	check_console(acpi_discover(&found, &boot, EBDA_SEGMENT, NULL), "");
}

#define DAMAGED_RSDP STAMP "ACPI: RSDP 0x00000000000F59D0: its checksum is wrong, ignored" NL

KTEST(acpi, a_root_pointer_with_a_wrong_sum_is_passed_by, SHORT)
{
	struct acpi_rsdp *rsdp = at(RSDP_AT);

	put_machine();
	rsdp->checksum++;
	rsdp->extended_checksum--;
	check_console(discover(), DAMAGED_RSDP);
	put_machine();
	rsdp->extended_checksum++; /* the second sum alone */
	check_console(discover(), DAMAGED_RSDP);
	kt_eq(found.nr, 0);
	put_rsdp(RSDP_AT + 0x1000, 0, RSDT_AT, 0);
	check_console(discover(),
		      STAMP "ACPI: RSDP 0x00000000000F69D0 000014 (v00 MMKIT )" NL RSDT_LINE
			      SRAT_LINE SLIT_LINE);
}

/* --- the lists */

static void damage(phys_addr_t phys)
{
	((u8 *)at(phys))[37] ^= 0x40;
}

KTEST(acpi, the_rsdt_serves_where_the_xsdt_is_no_good, SHORT)
{
	put_machine();
	damage(XSDT_AT);
	check_console(discover(),
		      RSDP_LINE HEAD("XSDT", "07FE0400",
				     "34:") "its checksum is wrong, ignored" NL RSDT_LINE SRAT_LINE
			      SLIT_LINE);
	put_rsdp(RSDP_AT, 2, RSDT_AT, 0x100000000);
	check_console(discover(), RSDP_LINE STAMP
		      "ACPI: table 0x0000000100000000 000000: it lies above 4 GiB, and cannot be "
		      "read without PAE, ignored" NL RSDT_LINE SRAT_LINE SLIT_LINE);
	put_rsdp(RSDP_AT, 2, RSDT_AT, 0);
	check_console(discover(), RSDP_LINE RSDT_LINE SRAT_LINE SLIT_LINE);
	put_rsdp(RSDP_AT, 2, RSDT_AT, SRAT_AT);
	check_console(
		discover(),
		RSDP_LINE HEAD("SRAT", "07FE0800",
			       "28:") "it has another signature than it should have, ignored" NL
			RSDT_LINE SRAT_LINE SLIT_LINE);
}

KTEST(acpi, without_a_good_list_there_are_no_tables, SHORT)
{
	put_machine();
	damage(RSDT_AT);
	put_rsdp(RSDP_AT, 2, RSDT_AT, 0);
	check_console(discover(),
		      RSDP_LINE HEAD("RSDT", "07FE0100",
				     "2C:") "its checksum is wrong, ignored" NL NO_LIST);
	kt_eq(found.nr, 0);
	put_rsdp(RSDP_AT, 2, 0, 0);
	check_console(discover(), RSDP_LINE NO_LIST);
}

/* The XSDT of these @nr addresses alone. */
static void discover_listed(const u64 *phys, size_t nr)
{
	put_table(XSDT_AT, "XSDT", phys, nr * sizeof(*phys));
	discover();
}

KTEST(acpi, a_bad_entry_is_a_line_and_left_out, SHORT)
{
	static const struct bad_entry {
		const char *name;
		u64 phys;
		const char *line;
	} cases[] = {
		{ "zero", 0, "0000000000000000 000000: there is none at address 0, ignored" },
		{ "above 4 GiB", 1ULL << 32,
		  "0000000100000000 000000: it lies above 4 GiB, and cannot be read without PAE, "
		  "ignored" },
		{ "the last byte below", 0xFFFFFFFF,
		  "00000000FFFFFFFF 000000: it cannot be read, ignored" },
		{ "no memory", 0x12345678, "0000000012345678 000000: it cannot be read, ignored" },
		{ "a head that reaches over the end", TABLES + TABLES_SIZE - 20,
		  "0000000007FEFFEC 000000: it cannot be read, ignored" },
		{ "zeros", TABLES + 0x4000,
		  "0000000007FE4000 000000: its length is impossible, ignored" },
		{ "the list itself", XSDT_AT, "0000000007FE0400: it is named twice, ignored" },
		{ "named before", SRAT_AT, "0000000007FE0800: it is named twice, ignored" },
	}, *c;

	for_each_case (c, cases) {
		u64 list[] = { SRAT_AT, c->phys, SLIT_AT };
		const char *log;

		kt_case(c->name);
		put_machine();
		host_console_keep();
		discover_listed(list, 3);
		log = host_console_kept() +
		      strlen(RSDP_LINE XSDT_LINE SRAT_LINE STAMP "ACPI: table 0x");
		kt_eq(strncmp(log, c->line, strlen(c->line)), 0);
		kt_str_eq(log + strlen(c->line), NL SLIT_LINE);
		kt_eq(found.nr, 3);
	}
}

static const struct length_case {
	u32 length;
	const char *problem;
	unsigned int nr; /* tables that are listed, the two lists' two and this one */
} length_cases[] = {
	{ 0, "000000: its length is impossible, ignored", 2 },
	{ 35, "000023: its length is impossible, ignored", 2 },
	{ 36, "000024: its checksum is wrong, ignored", 3 },
	{ TABLES_SIZE - 0x900 + 1, "00F701: it cannot be read as far as its length says, ignored",
	  3 },
	{ ACPI_TABLE_SIZE_MAX + 1, "400001: its length is impossible, ignored", 2 },
	{ ~0u, "FFFFFFFF: its length is impossible, ignored", 2 },
};

KTEST(acpi, a_length_that_lies_is_a_line, SHORT)
{
	const struct length_case *c;
	size_t len;

	for (c = length_cases; c < length_cases + ARRAY_SIZE(length_cases); c++) {
		const char *log;

		put_machine();
		((struct acpi_header *)at(SLIT_AT))->length = c->length;
		host_console_keep();
		discover();
		log = host_console_kept() +
		      strlen(RSDP_LINE XSDT_LINE SRAT_LINE STAMP "ACPI: SLIT 0x0000000007FE0900 ");
		kt_eq(strncmp(log, c->problem, strlen(c->problem)), 0);
		kt_str_eq(log + strlen(c->problem), NL);
		kt_eq(found.nr, c->nr);
		kt_ptr_eq(acpi_find(&found, "SLIT", &len), NULL);
	}
}

KTEST(acpi, of_two_tables_of_a_name_the_good_one_is_used, SHORT)
{
	static const u64 list[] = { SRAT_AT, SLIT_AT };
	size_t len;

	put_machine();
	put_table(SLIT_AT, "SRAT", "0123", 4);
	damage(SRAT_AT);
	host_console_keep();
	discover_listed(list, 2);
	host_console_kept();
	kt_eq(found.nr, 3);
	kt_false(found.entry[1].is_good);
	kt_ptr_eq(acpi_find(&found, "SRAT", &len), at(SLIT_AT));
}

#define TOO_MANY STAMP "ACPI: XSDT has 65 entries, those behind the first 64 are ignored" NL

KTEST(acpi, a_list_has_64_entries_at_most, SHORT)
{
	static u64 list[ACPI_ENTRIES_MAX + 1];
	const char *log;
	unsigned int i;

	put_machine();
	for (i = 0; i < ARRAY_SIZE(list); i++) {
		list[i] = TABLES + 0x1000 + i * 0x40;
		put_table(list[i], "SSDT", "", 0);
	}
	host_console_keep();
	discover_listed(list, ARRAY_SIZE(list));
	log = strchr(strchr(host_console_kept(), '\n') + 1, '\n') + 1;
	kt_eq(strncmp(log, TOO_MANY, strlen(TOO_MANY)), 0);
	kt_eq(found.nr, 1 + ACPI_ENTRIES_MAX);
	kt_eq(found.entry[ACPI_ENTRIES_MAX].phys, list[ACPI_ENTRIES_MAX - 1]);
}

KTEST(acpi, what_is_no_text_is_not_printed, SHORT)
{
	struct acpi_header *table = at(SLIT_AT);

	put_machine();
	memcpy(table->oem_id, "\x1b[2J\n\x80", 6);
	table->signature[3] = '\a';
	make_sum_zero(table);
	check_console(discover(), RSDP_LINE XSDT_LINE SRAT_LINE HEAD(
					  "SLI?", "07FE0900",
					  "28") "(v01 ?[2J?? BYHAND   0000001A HAND 00000003)" NL);
}

/* --- the tables that the FADT names */

#define FADT_X_END 148

static void put_fadt(u32 facs, u32 dsdt, u64 wide_facs, u64 wide_dsdt, size_t size)
{
	static const u64 list[] = { FADT_AT };
	u8 body[FADT_X_END - sizeof(struct acpi_header)] = { 0 };

	put_machine();
	memcpy(body, &facs, 4);
	memcpy(body + 4, &dsdt, 4);
	memcpy(body + (132 - 36), &wide_facs, 8);
	memcpy(body + (140 - 36), &wide_dsdt, 8);
	put_table(FADT_AT, "FACP", body, size - sizeof(struct acpi_header));
	put_table(DSDT_AT, "DSDT", "", 0);
	memcpy(at(FACS_AT), "FACS\x40\0\0\0garbage", 15);
	put_table(XSDT_AT, "XSDT", list, sizeof(list));
}

#define FADT_LINES(size) RSDP_LINE TABLE("XSDT", "07FE0400", "2C") TABLE("FACP", "07FE0A00", size)
#define DSDT_LINE	 TABLE("DSDT", "07FE0C00", "24")
#define FACS_LINE	 STAMP "ACPI: FACS 0x0000000007FE0D00 000040" NL

KTEST(acpi, the_fadt_names_two_more, SHORT)
{
	put_fadt(FACS_AT, DSDT_AT, 0, 0, 116);
	check_console(discover(), FADT_LINES("74") DSDT_LINE FACS_LINE);
	kt_eq(found.nr, 4);
	kt_eq(found.entry[3].header.oem_id[0], 0);
	put_fadt(0, 0, FACS_AT, DSDT_AT, FADT_X_END);
	check_console(discover(), FADT_LINES("94") DSDT_LINE FACS_LINE);
	put_fadt(0x1000, 0x1000, FACS_AT, DSDT_AT, FADT_X_END); /* the wide ones go before */
	check_console(discover(), FADT_LINES("94") DSDT_LINE FACS_LINE);
	put_fadt(0x1000, 0x1000, FACS_AT, DSDT_AT, FADT_X_END - 1);
	kt_eq(found.nr, 4);
	put_fadt(0, 0, 0, 0, FADT_X_END);
	check_console(discover(), FADT_LINES("94"));
	put_fadt(FACS_AT, DSDT_AT, 0, 0, 44);
	check_console(discover(), FADT_LINES("2C") DSDT_LINE FACS_LINE);
	put_fadt(FACS_AT, DSDT_AT, 0, 0, 43); /* cuts the address of the DSDT */
	check_console(discover(), FADT_LINES("2B") FACS_LINE);
}

KTEST(acpi, what_the_fadt_names_may_be_no_good, SHORT)
{
	put_fadt(SRAT_AT, FADT_AT, 0, 0, 116);
	check_console(discover(), FADT_LINES("74") STAMP
		      "ACPI: table 0x0000000007FE0A00: it is named twice, ignored" NL HEAD(
			      "SRAT", "07FE0800", "28:") "it is no FACS, ignored" NL);
	put_fadt(FACS_AT, 0, 0, 0, 116);
	((u8 *)at(FACS_AT))[4] = 63;
	check_console(discover(),
		      FADT_LINES("74") HEAD("FACS", "07FE0D00", "3F:") "it is no FACS, ignored" NL);
	put_fadt(FACS_AT, FACS_AT, 0, 0, 116);
	check_console(discover(), FADT_LINES("74") HEAD("FACS", "07FE0D00",
							"40:") "its checksum is wrong, ignored" NL);
}

/* --- their memory */

KTEST(acpi, the_memory_of_good_tables_is_kept, SHORT)
{
	put_machine();
	damage(SRAT_AT);
	host_console_keep();
	discover();
	host_console_kept();
	scratch_begin();
	reserve_acpi_tables(&scratch_ledger, &found);
	kt_eq(scratch_ledger.nr, 2);
	kt_str_eq(scratch_ledger.name[0], "ACPI XSDT");
	kt_str_eq(scratch_ledger.name[1], "ACPI SLIT");
	kt_eq(scratch_ledger.range[1].start, SLIT_AT);
	kt_eq(scratch_ledger.range[1].last, SLIT_AT + 39);
}

/* --- MADT */

#define MADT_BODY 8 /* address and flags */

static struct madt cpus;

/* A table of @len bytes of entries. Return: its length. */
static size_t put_madt(const void *entries, size_t len)
{
	static u8 body[MADT_CPUS_MAX * 16 + 64];
	u32 lapic = 0xFEE00000;

	memcpy(body, &lapic, 4);
	memcpy(body + MADT_BODY, entries, len);
	put_table(TABLES, "APIC", body, MADT_BODY + len);
	memset(&cpus, 0, sizeof(cpus));
	return sizeof(struct acpi_header) + MADT_BODY + len;
}

static void parse_madt(const void *entries, size_t len)
{
	size_t size = put_madt(entries, len);
	void *copy = host_alloc(size); /* with nothing behind it */

	memcpy(copy, at(TABLES), size);
	madt_parse(&cpus, copy, size);
	host_free(copy);
}

KTEST(madt, each_kind_of_entry_is_taken, SHORT)
{
	static const u8 entries[] = {
		0, 8,  1,    0,	   1,  0, 0,	0, /* processor 0 */
		0, 8,  2,    6,	   1,  0, 0,	0, /* and 6 */
		0, 8,  3,    7,	   0,  0, 0,	0, /* a place */
		0, 8,  3,    7,	   0,  0, 0,	0, /* and once more */
		0, 8,  4,    7,	   1,  0, 0,	0, /* and it is taken */
		0, 8,  4,    0xFF, 0,  0, 0,	0, /* none at all */
		9, 16, 0,    0,	   0,  1, 0,	0,    1,    0, 0, 0, 5, 0, 0, 0, /* 256 */
		1, 12, 4,    0,	   0,  0, 0xC0, 0xFE, 24,   0, 0, 0,		 /* an I/O APIC */
		2, 10, 0,    9,	   20, 0, 0,	0,    0x0D, 0,			 /* an override */
		4, 6,  0xFF, 0,	   0,  1,			     /* of no use here */
		5, 12, 0,    0,	   0,  0, 0xE1, 0xFE, 0,    0, 0, 0, /* another address */
	};

	check_console(parse_madt(entries, sizeof(entries)), "");
	kt_eq(cpus.nr_cpus, 6);
	kt_eq(cpus.nr_enabled, 4);
	kt_eq(cpus.cpu[1].apic_id, 6);
	kt_eq(cpus.cpu[1].uid, 2);
	kt_true(cpus.cpu[1].is_enabled);
	kt_false(cpus.cpu[2].is_enabled);
	kt_eq(cpus.cpu[5].apic_id, 256);
	kt_eq(cpus.cpu[5].uid, 5);
	kt_eq(cpus.nr_ioapics, 1);
	kt_eq(cpus.ioapic[0].id, 4);
	kt_eq(cpus.ioapic[0].address, 0xFEC00000);
	kt_eq(cpus.ioapic[0].first_gsi, 24);
	kt_eq(cpus.nr_overrides, 1);
	kt_eq(cpus.override[0].irq, 9);
	kt_eq(cpus.override[0].gsi, 20);
	kt_eq(cpus.override[0].flags, 13);
	kt_eq(cpus.lapic_phys, 0xFEE10000);
}

#define IMPOSSIBLE(offset, len)                                  \
	STAMP "ACPI: APIC: the entry at byte " offset " of " len \
	      " has an impossible length, the rest is ignored" NL

KTEST(madt, an_entry_that_cannot_be_ends_it, SHORT)
{
	static const struct bad_end {
		const char *name;
		u8 entries[16];
		size_t len;
		const char *line;
	} cases[] = {
		{ "zero", { 0, 8, 1, 0, 1, 0, 0, 0, 0, 0, 1, 1 }, 12, IMPOSSIBLE("52", "56") },
		{ "one", { 0, 8, 1, 0, 1, 0, 0, 0, 0, 1, 1, 1 }, 12, IMPOSSIBLE("52", "56") },
		{ "over the end", { 0, 8, 1, 0, 1, 0, 0, 0, 0, 5, 1, 1 }, 12,
		  IMPOSSIBLE("52", "56") },
		{ "half a head", { 0, 8, 1, 0, 1, 0, 0, 0, 0 }, 9, IMPOSSIBLE("52", "53") },
		{ "too short for its type", { 0, 8, 1, 0, 1, 0, 0, 0, 0, 7, 1, 1, 1, 0, 0 }, 15,
		  STAMP "ACPI: MADT: 1 entries are too short for their type, ignored" NL },
		{ "an x2APIC of 15 bytes", { 0, 8, 1, 0, 1, 0, 0, 0, 9, 8 }, 16,
		  STAMP "ACPI: MADT: 1 entries are too short for their type, ignored" NL },
		{ "the same again", { 0, 8, 1, 0, 1, 0, 0, 0, 0, 8, 2, 0, 1, 0, 0, 0 }, 16,
		  STAMP "ACPI: MADT: 1 processors are named a second time, ignored" NL },
	}, *c;

	for_each_case (c, cases) {
		kt_case(c->name);
		check_console(parse_madt(c->entries, c->len), c->line);
		kt_eq(cpus.nr_cpus, 1);
	}
}

KTEST(madt, a_table_without_entries, SHORT)
{
	size_t size = put_madt("", 0);

	check_console(madt_parse(&cpus, at(TABLES), size), "");
	kt_eq(cpus.lapic_phys, 0xFEE00000);
	memset(&cpus, 0, sizeof(cpus));
	check_console(madt_parse(&cpus, at(TABLES), size - 1),
		      STAMP "ACPI: MADT: 43 bytes are too few, ignored" NL);
	kt_eq(cpus.lapic_phys, 0);
}

KTEST(madt, what_there_is_no_room_for_is_one_line, SHORT)
{
	static u8 entries[(MADT_CPUS_MAX + 2) * 16];
	unsigned int i;

	for (i = 0; i < MADT_CPUS_MAX + 2; i++) {
		u8 *entry = entries + i * 16;

		entry[0] = 9;
		entry[1] = 16;
		entry[4] = (u8)i;
		entry[5] = (u8)(i >> 8);
		entry[8] = 1;
	}
	check_console(parse_madt(entries, sizeof(entries)),
		      STAMP "ACPI: MADT: 2 entries are more than there is room for, ignored" NL);
	kt_eq(cpus.nr_cpus, MADT_CPUS_MAX);
	kt_eq(cpus.nr_enabled, MADT_CPUS_MAX);
}

KTEST(madt, interrupts_have_their_limits, SHORT)
{
	static u8 entries[(MADT_IOAPICS_MAX + 1) * 12 + (MADT_OVERRIDES_MAX + 1) * 10];
	u8 *entry = entries;
	unsigned int i;

	for (i = 0; i <= MADT_IOAPICS_MAX; i++, entry += 12) {
		entry[0] = 1;
		entry[1] = 12;
	}
	for (i = 0; i <= MADT_OVERRIDES_MAX; i++, entry += 10) {
		entry[0] = 2;
		entry[1] = 10;
	}
	check_console(parse_madt(entries, sizeof(entries)),
		      STAMP "ACPI: MADT: 2 entries are more than there is room for, ignored" NL);
	kt_eq(cpus.nr_ioapics, MADT_IOAPICS_MAX);
	kt_eq(cpus.nr_overrides, MADT_OVERRIDES_MAX);
}

/* --- the command */

static struct capture captured;

static int run(const char *line)
{
	capture_init(&captured, capture_text, sizeof(capture_text));
	return monitor_run_to(&captured.out, line, false);
}

/* The running machine has what was found and read above. */
static void lend_machine(void)
{
	static const u8 entries[] = { 0, 8, 1, 0,  1,  0, 0, 0, 0, 8,	 3,    7, 0,
				      0, 0, 0, 1,  12, 0, 0, 0, 0, 0xC0, 0xFE, 0, 0,
				      0, 0, 2, 10, 0,  0, 2, 0, 0, 0,	 0,    0 };

	parse_madt(entries, sizeof(entries));
	put_machine();
	damage(SRAT_AT);
	host_console_keep();
	discover();
	host_console_kept();
	acpi = found;
	madt = cpus;
}

static void take_machine_back(void)
{
	memset(&acpi, 0, sizeof(acpi));
	memset(&madt, 0, sizeof(madt));
}

/* What comes behind are the nodes. */
KTEST(acpi, the_command_lists_tables_and_processors, SHORT)
{
	static const char want[] =
		"RSDP 0x000f59d0, revision 2\n"
		"        address   bytes rev OEM    table     OEM rev by    its rev sum\n"
		"XSDT 0x07fe0400      52   1 MMKIT  BYHAND         1a HAND        3 good\n"
		"SRAT 0x07fe0800      40   1 MMKIT  BYHAND         1a HAND        3 bad\n"
		"SLIT 0x07fe0900      40   1 MMKIT  BYHAND         1a HAND        3 good\n"
		"APIC: 1 processors, 1 places for more, local APICs at 0xfee00000\n"
		"  APIC ids: 0\n"
		"  of places: 7\n"
		"  I/O APIC 0 at 0xfec00000, interrupts from 0 on\n"
		"  IRQ 0 is interrupt 2, flags 0x0\n";

	lend_machine();
	kt_eq(run("acpi"), 0);
	take_machine_back();
	kt_eq(strncmp(capture_text, want, sizeof(want) - 1), 0);
	kt_true(capture_count(&captured, "node 0: *") == 1);
}

KTEST(acpi, the_command_shows_the_bytes_of_a_good_table, SHORT)
{
	struct completion completion = { 0 };

	lend_machine();
	kt_eq(run("acpi SLIT"), 0);
	kt_eq(capture_count(&captured, "00000000  53 4c 49 54 28 00 00 00 * |SLIT(*|"), 1);
	kt_eq(capture_count(&captured, "00000020  03 00 00 00 65 66 67 68 * |....efgh|"), 1);
	kt_eq(capture_count(&captured, "*"), 3);
	kt_eq(run("acpi SRAT"), -ENOENT);
	kt_str_eq(capture_text, "acpi: there is no good table \"SRAT\"\n");
	kt_eq(run("acpi SLI"), -ENOENT);
	monitor_complete(&completion, "acpi SL", 7, false);
	kt_str_eq(completion_rest(&completion), "IT");
	take_machine_back();
}

KTEST(acpi, the_command_without_tables, SHORT)
{
	kt_eq(run("acpi"), 0);
	kt_str_eq(capture_text, "acpi: no root pointer was found\n");
	kt_eq(run("acpi SRAT"), -ENOENT);
	kt_eq(run("acpi a b"), -EINVAL);
	kt_eq(capture_count(&captured, "acpi: expected at most 1 argument, got 2"), 1);
	kt_eq(capture_count(&captured, "usage: acpi *"), 1);
}
