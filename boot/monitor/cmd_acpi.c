/* SPDX-License-Identifier: 0BSD
 *
 * cmd_acpi.c - the monitor's command `acpi`: the firmware's tables, and what was read from them.
 *
 * The list is what the boot found, kept since then. The bytes of one table are read again where
 * they lie, which may be anywhere: for that the table is mapped.
 */
#include <asm/firmware/acpi.h>
#include <asm/firmware/madt.h>
#include <asm/firmware/numa.h>
#include <boot/monitor/completion.h>
#include <boot/monitor/monitor.h>
#include <lib/errno.h>
#include <lib/format.h>
#include <lib/string.h>

#define IDS_IN_ROW 16

static const char *sum_of(const struct acpi_entry *entry)
{
	if (!entry->is_good)
		return "bad";
	return memcmp(entry->header.signature, "FACS", 4) ? "good" : "none";
}

static void show_entry(struct out *out, const struct acpi_entry *entry)
{
	const struct acpi_header *h = &entry->header;

	out_printf(out, "%.4s 0x%08llx %7u %3u %-6.6s %-8.8s %8x %-4.4s %8x %s\n", h->signature,
		   entry->phys, h->length, h->revision, h->oem_id, h->oem_table_id, h->oem_revision,
		   h->creator_id, h->creator_revision, sum_of(entry));
}

static void show_tables(struct out *out)
{
	const struct acpi_entry *entry;

	if (acpi.rsdp_phys)
		out_printf(out, "RSDP 0x%08llx, revision %u\n", acpi.rsdp_phys, acpi.rsdp.revision);
	else
		out_printf(out, "RSDP from the boot loader, revision %u\n", acpi.rsdp.revision);
	out_printf(out, "%-4s %10s %7s %3s %-6s %-8s %8s %-4s %8s %s\n", "", "address", "bytes",
		   "rev", "OEM", "table", "OEM rev", "by", "its rev", "sum");
	for (entry = acpi.entry; entry < acpi.entry + acpi.nr; entry++)
		show_entry(out, entry);
}

/* The APIC ids of the processors that are enabled, or of the places for more. */
static void show_ids(struct out *out, const char *what, bool enabled)
{
	const struct madt_cpu *cpu;
	unsigned int nr = 0;

	for (cpu = madt.cpu; cpu < madt.cpu + madt.nr_cpus; cpu++) {
		if (cpu->is_enabled != enabled)
			continue;
		if (nr++ % IDS_IN_ROW == 0)
			out_printf(out, "%s  %s:", nr > 1 ? "\n" : "", what);
		out_printf(out, " %u", cpu->apic_id);
	}
	if (nr)
		out_printf(out, "\n");
}

static void show_interrupts(struct out *out)
{
	const struct madt_ioapic *ioapic;
	const struct madt_override *override;

	for (ioapic = madt.ioapic; ioapic < madt.ioapic + madt.nr_ioapics; ioapic++)
		out_printf(out, "  I/O APIC %u at 0x%08x, interrupts from %u on\n", ioapic->id,
			   ioapic->address, ioapic->first_gsi);
	for (override = madt.override; override < madt.override + madt.nr_overrides; override++)
		out_printf(out, "  IRQ %u is interrupt %u, flags 0x%x\n", override->irq,
			   override->gsi, override->flags);
}

static void show_processors(struct out *out)
{
	if (!madt.lapic_phys)
		return;
	out_printf(out, "APIC: %u processors, %u places for more, local APICs at 0x%08llx\n",
		   madt.nr_enabled, madt.nr_cpus - madt.nr_enabled, madt.lapic_phys);
	show_ids(out, "APIC ids", true);
	show_ids(out, "of places", false);
	show_interrupts(out);
}

static int show_bytes(struct out *out, const char *signature)
{
	size_t len, at;
	const u8 *table = strlen(signature) == 4 ? acpi_table(signature, &len) : NULL;

	if (!table) {
		out_printf(out, "acpi: there is no good table \"%s\"\n", signature);
		return -ENOENT;
	}
	for (at = 0; at < len; at += MONITOR_ROW)
		monitor_show_bytes(out, at, table + at,
				   (unsigned int)min(len - at, (size_t)MONITOR_ROW));
	return 0;
}

static int cmd_acpi(struct out *out, int argc, char **argv)
{
	if (argc > 2) {
		out_printf(out, "acpi: expected at most 1 argument, got %d\n", argc - 1);
		return -EINVAL;
	}
	if (argc == 2)
		return show_bytes(out, argv[1]);
	if (!acpi.has_rsdp) {
		out_printf(out, "acpi: no root pointer was found\n");
		return 0;
	}
	show_tables(out);
	show_processors(out);
	numa_show(out);
	return 0;
}

static void complete_acpi(struct completion *completion, int word)
{
	const struct acpi_entry *entry;
	char name[sizeof(entry->header.signature) + 1];

	for (entry = acpi.entry; word == 1 && entry < acpi.entry + acpi.nr; entry++) {
		snprintf(name, sizeof(name), "%.4s", entry->header.signature);
		completion_offer(completion, name);
	}
}

MONITOR_CMD(
	acpi, "[TABLE]", 0, "the firmware's tables, and what was read from them", cmd_acpi,
	.group = MON_LOOK, .complete = complete_acpi,
	.more = "Where each table lies, whose it is, and whether its bytes add up to 0, as they\n"
		"must; what does not is not used. Below, what was read: the processors by their\n"
		"APIC ids, and how interrupts reach them; which processors and which memory have\n"
		"a proximity domain (PXM) in common, the nodes, and how far they are apart.\n"
		"With TABLE, four letters as in the list, the bytes of that one.\n"
		"Example: acpi FACP\n");
