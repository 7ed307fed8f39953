/* SPDX-License-Identifier: 0BSD
 *
 * srat.h - ACPI's System Resource Affinity Table: which processors and which memory are near each
 * other (ACPI specification 6.4, 5.2.16).
 */
#ifndef ASM_FIRMWARE_SRAT_H
#define ASM_FIRMWARE_SRAT_H

#include <lib/types.h>

#define SRAT_CPUS_MAX	256
#define SRAT_MEMORY_MAX 128

/* A processor, by the number of its local APIC, and the proximity domain that it is in. */
struct srat_cpu {
	u32 apic_id, domain;
};

/* @size bytes of memory from @start on; none, or at most up to 2^64. */
struct srat_memory {
	u64 start, size;
	u32 domain;
	bool hotplug;	   /* it may come and go: there need not be memory now */
	bool non_volatile; /* it keeps what is in it */
};

/* What was wrong with the table; bits of srat.problems, texts from srat_problem(). */
enum srat_problem {
	SRAT_SHORT,	  /* there is no whole head: nothing is read */
	SRAT_BAD_ENTRY,	  /* an entry has a length that cannot be: the rest is not read */
	SRAT_BAD_RANGE,	  /* a range reaches over 2^64: ignored */
	SRAT_CPUS_LOST,	  /* more than SRAT_CPUS_MAX: the rest is ignored */
	SRAT_MEMORY_LOST, /* more than SRAT_MEMORY_MAX: the rest is ignored */
	NR_SRAT_PROBLEMS
};

/* What the table says, in its order; entries that are not enabled are left out. */
struct srat {
	unsigned int revision, problems;
	unsigned int nr_cpus, nr_memory;
	struct srat_cpu cpu[SRAT_CPUS_MAX];
	struct srat_memory memory[SRAT_MEMORY_MAX];
};

/* Read the @len bytes at @table into @srat. Pure; nothing outside of them is read, whatever they
 * hold. Context: the boot. */
void srat_parse(struct srat *srat, const void *table, size_t len);

/* One line's worth of text for a problem. */
const char *srat_problem(enum srat_problem problem);

#endif
