/* SPDX-License-Identifier: 0BSD
 *
 * madt.c - which processors there are (ACPI specification 6.4, 5.2.12).
 *
 * 1. Concepts  A head, the address of the local APICs, and entries of different types. A processor
 *              is an entry of type 0, or of type 9 where its APIC id has more than eight bits. An
 *              entry that is not enabled is a place where a processor could be.
 * 2. Trust     acpi_next_entry() bounds each entry; one that is too short for its type, or names a
 *              processor again, is left out, and so is what comes when an array is full. How many
 *              these were is one line each.
 * 3. Not done  Entries of other types: non-maskable interrupts, and what no PC has.
 */
#include <asm/firmware/acpi.h>
#include <asm/firmware/madt.h>
#include <lib/init.h>
#include <lib/printk.h>
#include <lib/string.h>

struct madt_table {
	struct acpi_header header;
	u32 lapic_address;
	u32 flags;
} __packed;

enum entry_type {
	LOCAL_APIC = 0,
	IO_APIC = 1,
	INTERRUPT_OVERRIDE = 2,
	LOCAL_APIC_ADDRESS = 5,
	LOCAL_X2APIC = 9,
};

struct local_apic {
	struct acpi_subtable head;
	u8 uid, apic_id;
	u32 flags;
} __packed;

struct io_apic {
	struct acpi_subtable head;
	u8 id, reserved;
	u32 address, first_gsi;
} __packed;

struct interrupt_override {
	struct acpi_subtable head;
	u8 bus, irq;
	u32 gsi;
	u16 flags;
} __packed;

struct local_apic_address {
	struct acpi_subtable head;
	u16 reserved;
	u64 address;
} __packed;

struct local_x2apic {
	struct acpi_subtable head;
	u16 reserved;
	u32 apic_id, flags, uid;
} __packed;

#define CPU_ENABLED 1u

#define NO_APIC_ID 0xFFu /* of type 0: all processors, so it is nobody's */

struct madt madt;

static bool __init has_cpu(const struct madt *m, u32 apic_id)
{
	const struct madt_cpu *cpu;

	for (cpu = m->cpu; cpu < m->cpu + m->nr_cpus; cpu++)
		if (cpu->is_enabled && cpu->apic_id == apic_id)
			return true;
	return false;
}

/* Places for a processor may have any number, also that of one that is there. */
static void __init take_cpu(struct madt *m, u32 apic_id, u32 uid, u32 flags)
{
	bool is_enabled = flags & CPU_ENABLED;

	if (is_enabled && has_cpu(m, apic_id)) {
		m->nr_twice++;
		return;
	}
	if (m->nr_cpus == MADT_CPUS_MAX) {
		m->nr_lost++;
		return;
	}
	m->cpu[m->nr_cpus++] = (struct madt_cpu){ apic_id, uid, is_enabled };
	m->nr_enabled += is_enabled;
}

static void __init take_local_apic(struct madt *m, const void *data)
{
	const struct local_apic *entry = data;

	if (entry->apic_id != NO_APIC_ID)
		take_cpu(m, entry->apic_id, entry->uid, entry->flags);
}

static void __init take_local_x2apic(struct madt *m, const void *data)
{
	const struct local_x2apic *entry = data;

	take_cpu(m, entry->apic_id, entry->uid, entry->flags);
}

static void __init take_io_apic(struct madt *m, const void *data)
{
	const struct io_apic *entry = data;

	if (m->nr_ioapics == MADT_IOAPICS_MAX)
		m->nr_lost++;
	else
		m->ioapic[m->nr_ioapics++] = (struct madt_ioapic){ entry->id, entry->address,
								   entry->first_gsi };
}

static void __init take_override(struct madt *m, const void *data)
{
	const struct interrupt_override *entry = data;

	if (m->nr_overrides == MADT_OVERRIDES_MAX)
		m->nr_lost++;
	else
		m->override[m->nr_overrides++] = (struct madt_override){ entry->irq, entry->gsi,
									 entry->flags };
}

static void __init take_lapic_address(struct madt *m, const void *data)
{
	m->lapic_phys = ((const struct local_apic_address *)data)->address;
}

/* Types of entries that are of use here. */
static const struct {
	u8 type, size;
	void (*take)(struct madt *m, const void *entry);
} kinds[] __initconst = {
	{ LOCAL_APIC, sizeof(struct local_apic), take_local_apic },
	{ IO_APIC, sizeof(struct io_apic), take_io_apic },
	{ INTERRUPT_OVERRIDE, sizeof(struct interrupt_override), take_override },
	{ LOCAL_APIC_ADDRESS, sizeof(struct local_apic_address), take_lapic_address },
	{ LOCAL_X2APIC, sizeof(struct local_x2apic), take_local_x2apic },
};

static void __init take_entry(struct madt *m, const struct acpi_subtable *entry)
{
	unsigned int i = 0;

	while (i < ARRAY_SIZE(kinds) && kinds[i].type != entry->type)
		i++;
	if (i == ARRAY_SIZE(kinds))
		return;
	if (entry->length >= kinds[i].size)
		kinds[i].take(m, entry);
	else
		m->nr_short++;
}

static void __init log_loss(unsigned int nr, const char *what)
{
	if (nr)
		pr_warn("ACPI: MADT: %u %s\n", nr, what);
}

void __init madt_parse(struct madt *m, const void *table, size_t len)
{
	const struct madt_table *head = table;
	const struct acpi_subtable *entry;
	size_t offset = sizeof(*head);

	if (len < sizeof(*head)) {
		pr_warn("ACPI: MADT: %zu bytes are too few, ignored\n", len);
		return;
	}
	m->lapic_phys = head->lapic_address;
	while ((entry = acpi_next_entry(table, len, &offset)))
		take_entry(m, entry);
	if (offset < len)
		pr_warn("ACPI: APIC: the entry at byte %zu of %zu has an impossible length, "
			"the rest is ignored\n",
			offset, len);
	log_loss(m->nr_short, "entries are too short for their type, ignored");
	log_loss(m->nr_twice, "processors are named a second time, ignored");
	log_loss(m->nr_lost, "entries are more than there is room for, ignored");
}

void __init madt_init(void)
{
	size_t len;
	const void *table = acpi_table("APIC", &len);

	if (!table)
		return;
	madt_parse(&madt, table, len);
	pr_info("ACPI: MADT: %u processors, %u places for more\n", madt.nr_enabled,
		madt.nr_cpus - madt.nr_enabled);
}
