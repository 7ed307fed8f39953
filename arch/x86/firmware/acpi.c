/* SPDX-License-Identifier: 0BSD
 *
 * acpi.c - from the root pointer of ACPI to a list of its tables (ACPI specification 6.4, 5.2).
 *
 * 1. Concepts    The root pointer (RSDP) has the addresses of two lists: the RSDT, of 32-bit
 *                addresses, and from revision 2 on the XSDT, of 64-bit ones. What is in them are
 *                addresses of tables, each with a head that has its signature and its length, and
 *                with a sum over all of its bytes that is 0. The FADT (signature FACP) names two
 *                more: the DSDT, and the FACS, which has no sum.
 * 2. Root        The loader's copy if it gave one. Else on a BIOS machine the first KiB of the
 *                EBDA, then 0xE0000-0xFFFFF, at multiples of 16. Where EFI is, nothing else is
 *                looked at: there memory below 1 MiB means nothing.
 * 3. Which list  The XSDT if it is good, else the RSDT.
 * 4. Trust       None. Nothing is read but through the caller's view of memory; a length is
 *                compared with what can be before it is used; the lists are one level deep and
 *                their entries counted, so that no loop is possible. What is wrong costs one line,
 *                and is left out. A table with a wrong sum is in the list, to be seen, and not
 *                used; its memory is not kept, since its length may be as wrong.
 * 5. The list    No address is in it twice, a good table was read whole, and text is printable.
 * 6. Not done    AML; EFI's configuration table, which is the only way where a loader of multiboot
 *                1 started from EFI; what lies above 4 GiB, since there is no PAE.
 */
#include <asm/firmware/acpi.h>
#include <asm/firmware/low_memory.h>
#include <lib/format.h>
#include <lib/init.h>
#include <lib/printk.h>
#include <lib/string.h>

#define ADDRESS_END   (1ULL << 32)
#define LEGACY_END    0xA0000
#define EBDA_SEARCHED 1024
#define BIOS_START    0xE0000
#define BIOS_SIZE     0x20000
#define RSDP_ALIGN    16

/* In the FADT (5.2.9); the 64-bit ones, if there and not 0, go before. */
#define FADT_FACS   36
#define FADT_DSDT   40
#define FADT_X_FACS 132
#define FADT_X_DSDT 140

#define FACS_SIZE_MIN 64

_Static_assert(sizeof(struct acpi_header) == 36, "5.2.6");
_Static_assert(LEDGER_MAX >= ACPI_TABLES_MAX + BOOT_MODULES_MAX + 16, "all have room");

struct acpi acpi;

/* Eight bytes at a time: a DSDT has many. */
bool acpi_sum_is_zero(const void *data, size_t len)
{
	const u8 *b = data;
	u8 sum = 0;

	for (; len >= 8; len -= 8, b += 8)
		sum = (u8)(sum + b[0] + b[1] + b[2] + b[3] + b[4] + b[5] + b[6] + b[7]);
	while (len--)
		sum = (u8)(sum + *b++);
	return !sum;
}

static bool __init has_rsdp_signature(const void *data)
{
	return memcmp(data, "RSD PTR ", 8) == 0;
}

/* May a root pointer begin at @at? One word of its signature is compared. */
static __always_inline bool is_candidate(const u8 *at)
{
	return *(const u32 *)at == ('R' | 'S' << 8 | 'D' << 16 | ' ' << 24);
}

/* The next place from @at on, in steps of 16 bytes, where a root pointer may begin; @end or more if
 * there is none. Some thousand are looked at, so it is done four at a time. */
static const u8 *__init next_candidate(const u8 *at, const u8 *end)
{
	while (end - at > 3 * RSDP_ALIGN && !is_candidate(at) && !is_candidate(at + RSDP_ALIGN) &&
	       !is_candidate(at + 2 * RSDP_ALIGN) && !is_candidate(at + 3 * RSDP_ALIGN))
		at += 4 * RSDP_ALIGN;
	while (at < end && !is_candidate(at))
		at += RSDP_ALIGN;
	return at;
}

bool __init acpi_rsdp_is_sound(const void *data, size_t len)
{
	const struct acpi_rsdp *rsdp = data;

	if (len < ACPI_RSDP_V1_SIZE || !has_rsdp_signature(data) ||
	    !acpi_sum_is_zero(data, ACPI_RSDP_V1_SIZE))
		return false;
	return rsdp->revision < 2 || (len >= sizeof(*rsdp) && rsdp->length >= sizeof(*rsdp) &&
				      rsdp->length <= len && acpi_sum_is_zero(data, rsdp->length));
}

/* ---- reading */

static const void *view(const struct acpi *a, phys_addr_t phys, size_t len)
{
	return phys < ADDRESS_END && len <= ADDRESS_END - phys ? a->view(phys, len) : NULL;
}

static bool __init read_phys(const struct acpi *a, void *dst, phys_addr_t phys, size_t len)
{
	const void *src = view(a, phys, len);

	if (src)
		memcpy(dst, src, len);
	return src;
}

static void __init make_printable(char *text, size_t len)
{
	for (; len; len--, text++)
		if (*text < ' ' || *text > '~')
			*text = *text ? '?' : ' ';
}

static bool __init has_possible_length(const struct acpi_header *header)
{
	return header->length >= sizeof(*header) && header->length <= ACPI_TABLE_SIZE_MAX;
}

/* Read the head of the table at @phys into @entry. Return: NULL, or what is wrong. */
static const char *__init read_head(const struct acpi *a, phys_addr_t phys,
				    struct acpi_entry *entry)
{
	struct acpi_header *header = &entry->header;

	*entry = (struct acpi_entry){ .phys = phys };
	if (!phys)
		return "there is none at address 0";
	if (phys >= ADDRESS_END)
		return "it lies above 4 GiB, and cannot be read without PAE";
	if (!read_phys(a, header, phys, sizeof(*header)))
		return "it cannot be read";
	make_printable(header->signature, sizeof(header->signature));
	make_printable(header->oem_id, sizeof(header->oem_id) + sizeof(header->oem_table_id));
	make_printable(header->creator_id, sizeof(header->creator_id));
	return has_possible_length(header) ? NULL : "its length is impossible";
}

/* The same, and the sum over all of it. */
static const char *__init read_whole(const struct acpi *a, phys_addr_t phys,
				     struct acpi_entry *entry)
{
	const char *problem = read_head(a, phys, entry);
	const void *table;

	if (problem)
		return problem;
	table = view(a, phys, entry->header.length);
	if (!table)
		return "it cannot be read as far as its length says";
	entry->is_good = acpi_sum_is_zero(table, entry->header.length);
	return entry->is_good ? NULL : "its checksum is wrong";
}

/* ---- the tables */

static void __init log_entry(const struct acpi_entry *entry)
{
	const struct acpi_header *h = &entry->header;

	pr_info("ACPI: %.4s 0x%016llX %06X (v%02u %.6s %.8s %08X %.4s %08X)\n", h->signature,
		entry->phys, h->length, h->revision, h->oem_id, h->oem_table_id, h->oem_revision,
		h->creator_id, h->creator_revision);
}

static void __init log_problem(const struct acpi_entry *entry, const char *problem)
{
	const struct acpi_header *h = &entry->header;
	bool has_name = h->signature[0] > ' ';

	pr_warn("ACPI: %.*s 0x%016llX %06X: %s, ignored\n", has_name ? 4 : 5,
		has_name ? h->signature : "table", entry->phys, h->length, problem);
}

static bool __init is_known(const struct acpi *a, phys_addr_t phys)
{
	const struct acpi_entry *entry;

	for (entry = a->entry; entry < a->entry + a->nr; entry++)
		if (entry->phys == phys)
			return true;
	return false;
}

static void __init take_table(struct acpi *a, phys_addr_t phys)
{
	struct acpi_entry *entry = &a->entry[a->nr];
	const char *problem;

	if (is_known(a, phys)) {
		pr_warn("ACPI: table 0x%016llX: it is named twice, ignored\n", phys);
		return;
	}
	problem = read_whole(a, phys, entry);
	if (problem)
		log_problem(entry, problem);
	else
		log_entry(entry);
	a->nr += has_possible_length(&entry->header);
}

/* A FACS is known by its signature alone. */
static void __init take_facs(struct acpi *a, phys_addr_t phys)
{
	struct acpi_entry *entry = &a->entry[a->nr];
	const char *problem = read_head(a, phys, entry);

	if (!problem && (memcmp(entry->header.signature, "FACS", 4) != 0 ||
			 entry->header.length < FACS_SIZE_MIN))
		problem = "it is no FACS";
	if (problem) {
		log_problem(entry, problem);
		return;
	}
	memset(&entry->header.revision, 0,
	       sizeof(entry->header) - offsetof(struct acpi_header, revision));
	entry->is_good = true;
	a->nr++;
	pr_info("ACPI: FACS 0x%016llX %06X\n", phys, entry->header.length);
}

/* The address that the FADT has at @wide, or else at @narrow; 0: none. */
static phys_addr_t __init fadt_address(const u8 *fadt, size_t len, size_t narrow, size_t wide)
{
	u64 addr = 0;

	if (len >= wide + sizeof(addr))
		memcpy(&addr, fadt + wide, sizeof(addr));
	if (!addr && len >= narrow + 4)
		memcpy(&addr, fadt + narrow, 4);
	return addr;
}

phys_addr_t __init acpi_fadt_dsdt(const void *fadt, size_t len)
{
	return fadt_address(fadt, len, FADT_DSDT, FADT_X_DSDT);
}

phys_addr_t __init acpi_fadt_facs(const void *fadt, size_t len)
{
	return fadt_address(fadt, len, FADT_FACS, FADT_X_FACS);
}

static void __init take_tables_of_fadt(struct acpi *a)
{
	phys_addr_t facs, dsdt;
	size_t len;
	const u8 *fadt = acpi_find(a, "FACP", &len);

	if (!fadt)
		return;
	facs = acpi_fadt_facs(fadt, len);
	dsdt = acpi_fadt_dsdt(fadt, len);
	if (dsdt)
		take_table(a, dsdt);
	if (facs && !is_known(a, facs))
		take_facs(a, facs);
}

/* ---- the lists */

/* Take the list at @phys, which must be a good one. */
static bool __init take_list(struct acpi *a, phys_addr_t phys, const char *signature)
{
	const char *problem = read_whole(a, phys, &a->entry[0]);

	if (!problem && memcmp(a->entry[0].header.signature, signature, 4) != 0)
		problem = "it has another signature than it should have";
	if (problem) {
		log_problem(&a->entry[0], problem);
		return false;
	}
	a->nr = 1;
	log_entry(&a->entry[0]);
	return true;
}

/* Take the tables of the list, whose entries have @size bytes. */
static void __init take_entries(struct acpi *a, size_t size)
{
	const struct acpi_entry *list = &a->entry[0];
	size_t i, nr = (list->header.length - sizeof(list->header)) / size;
	u64 phys = 0;

	if (nr > ACPI_ENTRIES_MAX)
		pr_warn("ACPI: %.4s has %zu entries, those behind the first %d are ignored\n",
			list->header.signature, nr, ACPI_ENTRIES_MAX);
	for (i = 0; i < min(nr, (size_t)ACPI_ENTRIES_MAX); i++)
		if (read_phys(a, &phys, list->phys + sizeof(list->header) + (u64)i * size, size))
			take_table(a, phys);
	take_tables_of_fadt(a);
}

static void __init take_root(struct acpi *a)
{
	const struct acpi_rsdp *rsdp = &a->rsdp;
	bool has_xsdt = rsdp->revision >= 2 && rsdp->xsdt_address;

	if (has_xsdt && take_list(a, rsdp->xsdt_address, "XSDT"))
		take_entries(a, sizeof(u64));
	else if (rsdp->rsdt_address && take_list(a, rsdp->rsdt_address, "RSDT"))
		take_entries(a, sizeof(u32));
	else
		pr_warn("ACPI: there is no good list of tables, so there are none\n");
}

/* ---- the root pointer */

static void __init take_rsdp(struct acpi *a, const struct acpi_rsdp *rsdp, phys_addr_t phys)
{
	size_t len = rsdp->revision < 2 ? ACPI_RSDP_V1_SIZE : sizeof(*rsdp);
	char oem_id[sizeof(rsdp->oem_id)];

	a->has_rsdp = true;
	a->rsdp_phys = phys;
	memcpy(&a->rsdp, rsdp, len);
	memcpy(oem_id, rsdp->oem_id, sizeof(oem_id));
	make_printable(oem_id, sizeof(oem_id));
	if (phys)
		pr_info("ACPI: RSDP 0x%016llX %06zX (v%02u %.6s)\n", phys, len, rsdp->revision,
			oem_id);
	else
		pr_info("ACPI: RSDP from the boot loader %06zX (v%02u %.6s)\n", len, rsdp->revision,
			oem_id);
}

/* Look for a root pointer in [@start, @start + @len). */
static void __init search(struct acpi *a, phys_addr_t start, size_t len)
{
	const u8 *area = view(a, start, len), *at, *end;
	phys_addr_t damaged = 0;

	if (!area || len < ACPI_RSDP_V1_SIZE)
		return;
	end = area + len - ACPI_RSDP_V1_SIZE + 1;
	for (at = next_candidate(area, end); at < end; at = next_candidate(at + RSDP_ALIGN, end)) {
		if (!has_rsdp_signature(at))
			continue;
		if (acpi_rsdp_is_sound(at, len - (size_t)(at - area))) {
			take_rsdp(a, (const struct acpi_rsdp *)at, start + (size_t)(at - area));
			return;
		}
		damaged = start + (size_t)(at - area);
	}
	if (damaged)
		pr_warn("ACPI: RSDP 0x%016llX: its checksum is wrong, ignored\n", damaged);
}

static void __init search_bios(struct acpi *a, u16 ebda_segment)
{
	phys_addr_t ebda = ebda_start(ebda_segment);

	if (ebda)
		search(a, ebda, min((size_t)(LEGACY_END - ebda), (size_t)EBDA_SEARCHED));
	if (!a->has_rsdp)
		search(a, BIOS_START, BIOS_SIZE);
}

void __init acpi_discover(struct acpi *a, const struct boot_info *info, u16 ebda_segment,
			  phys_view_t phys_view)
{
	if (!phys_view)
		return;
	a->view = phys_view;
	if (info->has_rsdp)
		take_rsdp(a, &info->rsdp, 0);
	else if (!info->on_efi)
		search_bios(a, ebda_segment);
	if (a->has_rsdp)
		take_root(a);
}

/* ---- for others */

void __init reserve_acpi_tables(struct ledger *ledger, const struct acpi *a)
{
	const struct acpi_entry *entry;
	char name[LEDGER_NAME_SIZE];

	for (entry = a->entry; entry < a->entry + a->nr; entry++) {
		if (!entry->is_good)
			continue;
		snprintf(name, sizeof(name), "ACPI %.4s", entry->header.signature);
		ledger_add(ledger, name, entry->phys, entry->header.length);
	}
}

const void *acpi_find(const struct acpi *a, const char *signature, size_t *len)
{
	const struct acpi_entry *entry;

	for (entry = a->entry; entry < a->entry + a->nr; entry++)
		if (entry->is_good && memcmp(entry->header.signature, signature, 4) == 0) {
			*len = entry->header.length;
			return view(a, entry->phys, *len);
		}
	return NULL;
}

const void *acpi_table(const char *signature, size_t *len)
{
	return acpi_find(&acpi, signature, len);
}

const struct acpi_subtable *__init acpi_next_entry(const void *table, size_t len, size_t *offset)
{
	size_t at = *offset, left = len - at;
	const struct acpi_subtable *entry = (const void *)((const u8 *)table + at);

	if (left < sizeof(*entry) || entry->length < sizeof(*entry) || entry->length > left)
		return NULL;
	*offset += entry->length;
	return entry;
}
