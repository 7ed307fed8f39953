/* SPDX-License-Identifier: 0BSD
 *
 * srat.c - the bytes of ACPI's SRAT to lists of processors and of memory (ACPI specification 6.4,
 * 5.2.16; Mauerer 3.2.1).
 *
 * 1. Concepts  Behind the head come entries, each with its type and its length in the first two
 *              bytes. Processors and memory that have the same proximity domain are near each
 *              other: the domain is a name, and only what has it in common counts. An entry counts
 *              if its flag says that it is enabled; firmware leaves the others empty for what may
 *              be plugged in.
 * 2. Revision  In revision 1 a domain has 8 bits, and what is behind them is reserved: some
 *              firmware leaves dirt there. From 2 on it has 32.
 * 3. Trust     None. A length is compared with what is left of the table, and with what the type
 *              needs, before the entry is read; each step goes on by at least one head. Types that
 *              are of no use here, and unknown ones, are passed by. Longer entries than those of
 *              today are read as far as they are known.
 * 4. Not done  Generic initiators and ports (types 5 and 6), since there is no device here.
 */
#include <asm/firmware/acpi.h>
#include <asm/firmware/srat.h>
#include <lib/compiler.h>
#include <lib/init.h>
#include <lib/string.h>

enum entry_type { ENTRY_CPU = 0, ENTRY_MEMORY = 1, ENTRY_X2APIC = 2 };

#define FLAG_ENABLED	  (1u << 0) /* in all three types */
#define FLAG_HOTPLUG	  (1u << 1)
#define FLAG_NON_VOLATILE (1u << 2)

struct srat_head {
	struct acpi_header acpi;
	u8 reserved[12];
} __packed;

struct cpu_entry { /* 5.2.16.1 */
	struct acpi_subtable head;
	u8 domain_low, apic_id;
	u32 flags;
	u8 sapic_eid, domain_high[3];
	u32 clock_domain;
} __packed;

struct memory_entry { /* 5.2.16.2 */
	struct acpi_subtable head;
	u32 domain;
	u16 reserved;
	u64 start, size;
	u32 reserved2, flags;
	u64 reserved3;
} __packed;

struct x2apic_entry { /* 5.2.16.3 */
	struct acpi_subtable head;
	u16 reserved;
	u32 domain, apic_id, flags, clock_domain, reserved2;
} __packed;

_Static_assert(sizeof(struct srat_head) == 48, "5.2.16");
_Static_assert(sizeof(struct cpu_entry) == 16, "5.2.16.1");
_Static_assert(sizeof(struct memory_entry) == 40, "5.2.16.2");
_Static_assert(sizeof(struct x2apic_entry) == 24, "5.2.16.3");
_Static_assert(SRAT_CPUS_MAX == 256 && SRAT_MEMORY_MAX == 128, "as the texts below say");

const char *__init srat_problem(enum srat_problem problem)
{
	static const char *const texts[NR_SRAT_PROBLEMS] = {
		[SRAT_SHORT] = "the table is shorter than its head",
		[SRAT_BAD_ENTRY] = "an entry has an impossible length, it and the rest are ignored",
		[SRAT_BAD_RANGE] = "a range of memory ends behind the last address, it is ignored",
		[SRAT_CPUS_LOST] = "more than 256 processors, the rest is ignored",
		[SRAT_MEMORY_LOST] = "more than 128 ranges of memory, the rest is ignored",
	};

	return problem < NR_SRAT_PROBLEMS ? texts[problem] : "unknown problem";
}

static void __init note(struct srat *srat, enum srat_problem problem)
{
	srat->problems |= 1u << problem;
}

static void __init add_cpu(struct srat *srat, u32 apic_id, u32 domain, u32 flags)
{
	if (!(flags & FLAG_ENABLED))
		return;
	if (srat->nr_cpus == SRAT_CPUS_MAX)
		note(srat, SRAT_CPUS_LOST);
	else
		srat->cpu[srat->nr_cpus++] = (struct srat_cpu){ .apic_id = apic_id,
								.domain = domain };
}

static void __init take_cpu(struct srat *srat, const struct cpu_entry *e)
{
	u32 domain = e->domain_low;

	if (srat->revision > 1)
		domain |= (u32)e->domain_high[0] << 8 | (u32)e->domain_high[1] << 16 |
			  (u32)e->domain_high[2] << 24;
	add_cpu(srat, e->apic_id, domain, e->flags);
}

static void __init take_memory(struct srat *srat, const struct memory_entry *e)
{
	if (!(e->flags & FLAG_ENABLED))
		return;
	if (e->size && e->start + (e->size - 1) < e->start)
		note(srat, SRAT_BAD_RANGE);
	else if (srat->nr_memory == SRAT_MEMORY_MAX)
		note(srat, SRAT_MEMORY_LOST);
	else
		srat->memory[srat->nr_memory++] = (struct srat_memory){
			.start = e->start,
			.size = e->size,
			.domain = srat->revision > 1 ? e->domain : e->domain & 0xff,
			.hotplug = e->flags & FLAG_HOTPLUG,
			.non_volatile = e->flags & FLAG_NON_VOLATILE,
		};
}

/* Bytes that an entry of this type has at least. */
static size_t __init entry_size(u8 type)
{
	switch (type) {
	case ENTRY_CPU:
		return sizeof(struct cpu_entry);
	case ENTRY_MEMORY:
		return sizeof(struct memory_entry);
	case ENTRY_X2APIC:
		return sizeof(struct x2apic_entry);
	default:
		return sizeof(struct acpi_subtable);
	}
}

static void __init take_entry(struct srat *srat, const struct acpi_subtable *head)
{
	const struct x2apic_entry *x2apic = (const void *)head;

	if (head->type == ENTRY_CPU)
		take_cpu(srat, (const void *)head);
	else if (head->type == ENTRY_MEMORY)
		take_memory(srat, (const void *)head);
	else if (head->type == ENTRY_X2APIC)
		add_cpu(srat, x2apic->apic_id, x2apic->domain, x2apic->flags);
}

void __init srat_parse(struct srat *srat, const void *table, size_t len)
{
	const struct srat_head *srat_head = table;
	const struct acpi_subtable *entry;
	size_t offset = sizeof(*srat_head), done = offset;

	memset(srat, 0, sizeof(*srat));
	if (len < sizeof(*srat_head)) {
		note(srat, SRAT_SHORT);
		return;
	}
	srat->revision = srat_head->acpi.revision;
	while ((entry = acpi_next_entry(table, len, &offset)) &&
	       entry->length >= entry_size(entry->type)) {
		take_entry(srat, entry);
		done = offset;
	}
	if (done < len)
		note(srat, SRAT_BAD_ENTRY);
}
