/* SPDX-License-Identifier: 0BSD
 *
 * acpi.c - fuzz target: ACPI. The first byte says whose machine it is, the rest is memory from
 * BIOS_START on, and behind that there are zeros as far as a BIOS reaches; no other memory can be
 * read. What was found must keep what acpi.c promises, whatever the bytes are.
 *
 * A sum is a wall that no fuzzer climbs three times in a row, so it is asked to be right.
 */
#include "fuzz.h"

#include <asm/firmware/acpi.h>
#include <asm/firmware/madt.h>
#include <lib/bug.h>
#include <lib/string.h>

#define BIOS_START 0xE0000u
#define BIOS_SIZE  0x20000u

/* The first byte. To look through a BIOS takes most of the time, so few inputs do. */
#define RIGHT_SUMS    1u
#define IS_BIOS(byte) ((byte) < 16) /* else a loader has copied the root pointer in front */

/* Each table is looked at twice, each entry of a list once, and a few times more. */
#define VIEWS_MAX 400u

static u8 memory[BIOS_SIZE];
static u8 *window;
static unsigned int views;

static bool is_readable(phys_addr_t phys, size_t len)
{
	return phys >= BIOS_START && phys - BIOS_START <= BIOS_SIZE &&
	       len <= BIOS_SIZE - (phys - BIOS_START);
}

/* Exactly these bytes, and gone with the next call. */
static const void *view(phys_addr_t phys, size_t len)
{
	mm_bug_on(!len || len > ACPI_TABLE_SIZE_MAX || phys + len > 1ULL << 32, "0x%llx, %zu bytes",
		  phys, len);
	mm_bug_on(views++ > VIEWS_MAX, "still reading, at 0x%llx", phys);
	fuzz_free(window);
	window = is_readable(phys, len) ? fuzz_copy(memory + (phys - BIOS_START), len) : NULL;
	return window;
}

/* ---- sums */

static void mend_byte(u8 *sum, const u8 *data, size_t len)
{
	*sum = 0;
	while (len--)
		*sum = (u8)(*sum - (data + len == sum ? 0 : data[len]));
}

/* What stands at @at may be a root pointer or a table. */
static void mend(u8 *at, size_t left)
{
	static const char *const names[] = { "RSDT", "XSDT", "FACP", "APIC", "DSDT" };
	struct acpi_header *header = (struct acpi_header *)at;
	struct acpi_rsdp *rsdp = (struct acpi_rsdp *)at;
	unsigned int i;

	if (!memcmp(at, "RSD PTR ", 8)) {
		mend_byte(&rsdp->checksum, at, ACPI_RSDP_V1_SIZE);
		mend_byte(&rsdp->extended_checksum, at, sizeof(*rsdp));
	}
	for (i = 0; i < ARRAY_SIZE(names); i++)
		if (!memcmp(at, names[i], 4) && header->length <= left)
			mend_byte(&header->checksum, at, header->length);
}

static void mend_all(size_t size)
{
	size_t at;

	for (at = 0; at < size && at + sizeof(struct acpi_rsdp) < BIOS_SIZE; at += 4)
		mend(memory + at, BIOS_SIZE - at);
}

/* ---- promises */

static void check_text(const char *text, size_t len)
{
	for (; len; len--, text++)
		mm_bug_on((*text < ' ' || *text > '~') && *text, "byte 0x%02x", *text);
}

static void check_entry(const struct acpi *a, const struct acpi_entry *entry)
{
	const struct acpi_header *h = &entry->header;
	const struct acpi_entry *other;

	check_text(h->signature, 4);
	check_text(h->oem_id, sizeof(h->oem_id) + sizeof(h->oem_table_id));
	check_text(h->creator_id, sizeof(h->creator_id));
	for (other = a->entry; other < entry; other++)
		mm_bug_on(other->phys == entry->phys, "twice 0x%llx", entry->phys);
	if (!entry->is_good)
		return;
	mm_bug_on(!is_readable(entry->phys, h->length), "0x%llx, %u bytes", entry->phys, h->length);
	mm_bug_on(memcmp(h->signature, "FACS", 4) &&
			  !acpi_sum_is_zero(memory + (entry->phys - BIOS_START), h->length),
		  "0x%llx: a wrong sum", entry->phys);
}

static void check_found(const struct acpi *a)
{
	const struct acpi_entry *entry;

	mm_bug_on(a->nr > ACPI_TABLES_MAX || (a->nr && !a->has_rsdp), "%u tables", a->nr);
	for (entry = a->entry; entry < a->entry + a->nr; entry++)
		check_entry(a, entry);
}

static void check_madt(const struct madt *m)
{
	const struct madt_cpu *cpu;
	unsigned int nr_enabled = 0;

	mm_bug_on(m->nr_cpus > MADT_CPUS_MAX || m->nr_ioapics > MADT_IOAPICS_MAX ||
			  m->nr_overrides > MADT_OVERRIDES_MAX,
		  "%u %u %u", m->nr_cpus, m->nr_ioapics, m->nr_overrides);
	for (cpu = m->cpu; cpu < m->cpu + m->nr_cpus; cpu++)
		nr_enabled += cpu->is_enabled;
	mm_bug_on(nr_enabled != m->nr_enabled, "%u, counted %u", nr_enabled, m->nr_enabled);
}

static void parse_madt(const struct acpi *a)
{
	static struct madt found;
	size_t len;
	const void *table = acpi_find(a, "APIC", &len);

	if (!table)
		return;
	memset(&found, 0, sizeof(found));
	madt_parse(&found, table, len);
	check_madt(&found);
}

static void take_loaders(struct boot_info *info)
{
	info->on_efi = true;
	info->has_rsdp = acpi_rsdp_is_sound(memory, sizeof(info->rsdp));
	memcpy(&info->rsdp, memory, sizeof(info->rsdp));
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	static struct boot_info info;
	static struct acpi found;

	if (!size || size >= BIOS_SIZE)
		return 0;
	memcpy(memory, data + 1, size - 1);
	memset(&info, 0, sizeof(info));
	memset(&found, 0, sizeof(found));
	views = 0;
	if (data[0] & RIGHT_SUMS)
		mend_all(size - 1);
	if (!IS_BIOS(data[0]))
		take_loaders(&info);
	acpi_discover(&found, &info, 0, view);
	check_found(&found);
	parse_madt(&found);
	fuzz_free(window);
	window = NULL;
	memset(memory, 0, size);
	return 0;
}
