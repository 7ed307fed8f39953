/* SPDX-License-Identifier: 0BSD
 *
 * srat.c - arch/x86/firmware/srat.c on tables that this file makes, honest and damaged ones. They
 * end where their memory ends, so that a sanitizer sees each byte too much that is read.
 */
#include <asm/firmware/srat.h>
#include <test/ktest.h>

#define HEAD	     48u
#define CPU_SIZE     16u
#define MEMORY_SIZE  40u
#define X2APIC_SIZE  24u
#define TABLE_SIZE   5632u
#define ENABLED	     1u
#define HOTPLUG	     2u
#define NON_VOLATILE 4u
#define PROBLEM(x)   (1u << SRAT_##x)

static u8 table[TABLE_SIZE] __initdata;
static size_t table_len __initdata;
static struct srat srat __initdata;

static u8 *__init put(size_t at, u64 value, size_t bytes)
{
	return memcpy(&table[at], &value, bytes);
}

static void __init begin(u8 revision)
{
	memset(table, 0, sizeof(table));
	put(8, revision, 1);
	table_len = HEAD;
}

/* An entry of @bytes bytes that says it has @length. Return: where it begins. */
static size_t __init add_entry(u8 type, u8 length, size_t bytes)
{
	size_t at = table_len;

	put(at, type, 1);
	put(at + 1, length, 1);
	table_len += bytes;
	return at;
}

static void __init add_cpu(u32 domain, u8 apic_id, u32 flags)
{
	size_t at = add_entry(0, CPU_SIZE, CPU_SIZE);

	put(at + 2, domain, 1);
	put(at + 3, apic_id, 1);
	put(at + 4, flags, 4);
	put(at + 9, domain >> 8, 3);
}

static void __init add_x2apic(u32 domain, u32 apic_id, u32 flags)
{
	size_t at = add_entry(2, X2APIC_SIZE, X2APIC_SIZE);

	put(at + 4, domain, 4);
	put(at + 8, apic_id, 4);
	put(at + 12, flags, 4);
}

static void __init add_memory(u32 domain, u64 start, u64 size, u32 flags)
{
	size_t at = add_entry(1, MEMORY_SIZE, MEMORY_SIZE);

	put(at + 2, domain, 4);
	put(at + 8, start, 8);
	put(at + 16, size, 8);
	put(at + 28, flags, 4);
}

/* Parse the first @len bytes, at the end of the array. */
static void __init parse_part(size_t len)
{
	static u8 copy[TABLE_SIZE] __initdata;

	memcpy(copy + TABLE_SIZE - len, table, len);
	memset(&srat, 0xA5, sizeof(srat));
	srat_parse(&srat, copy + TABLE_SIZE - len, len);
}

static void __init parse(void)
{
	parse_part(table_len);
}

static void __init check_counts(unsigned int cpus, unsigned int memory, unsigned int problems)
{
	kt_eq(srat.nr_cpus, cpus);
	kt_eq(srat.nr_memory, memory);
	kt_eq(srat.problems, problems);
}

static void __init check_cpu(unsigned int i, u32 domain, u32 apic_id)
{
	kt_eq(srat.cpu[i].domain, domain);
	kt_eq(srat.cpu[i].apic_id, apic_id);
}

static void __init check_memory(unsigned int i, u32 domain, u64 start, u64 size)
{
	kt_eq(srat.memory[i].domain, domain);
	kt_eq(srat.memory[i].start, start);
	kt_eq(srat.memory[i].size, size);
}

KTEST_BOOT(srat, all_kinds_of_entries_are_read)
{
	begin(3);
	add_memory(7, 0x100000, 0x7FF00000, ENABLED);
	add_cpu(0x12345678, 0xFE, ENABLED);
	add_x2apic(0x87654321, 0x1000, ENABLED);
	add_memory(0xFFFFFFFF, 0x100000000, 0x1000, ENABLED | HOTPLUG);
	add_memory(0, 0x200000000, 0x1000, ENABLED | NON_VOLATILE);
	parse();
	check_counts(2, 3, 0);
	kt_eq(srat.revision, 3);
	check_cpu(0, 0x12345678, 0xFE);
	check_cpu(1, 0x87654321, 0x1000);
	check_memory(0, 7, 0x100000, 0x7FF00000);
	check_memory(1, 0xFFFFFFFF, 0x100000000, 0x1000);
	check_memory(2, 0, 0x200000000, 0x1000);
	kt_false(srat.memory[0].hotplug || srat.memory[0].non_volatile);
	kt_true(srat.memory[1].hotplug && !srat.memory[1].non_volatile);
	kt_true(!srat.memory[2].hotplug && srat.memory[2].non_volatile);
}

/* What is behind the 8 bits of revision 1 is whatever the firmware left there. */
KTEST_BOOT(srat, domains_have_8_bits_in_revision_1_and_32_later)
{
	u8 revision;

	for (revision = 0; revision <= 4; revision++) {
		u32 domain = revision > 1 ? 0xABCDEF12 : 0x12;

		begin(revision);
		add_cpu(0xABCDEF12, 1, ENABLED);
		add_memory(0xABCDEF12, 0, 0x1000, ENABLED);
		add_x2apic(0xABCDEF12, 2, ENABLED);
		parse();
		check_counts(2, 1, 0);
		check_cpu(0, domain, 1);
		check_cpu(1, 0xABCDEF12, 2);
		check_memory(0, domain, 0, 0x1000);
	}
}

KTEST_BOOT(srat, entries_that_are_not_enabled_do_not_count)
{
	begin(1);
	add_cpu(1, 1, 0);
	add_memory(0, 0, 0, 0);
	add_memory(1, 0x1000, 0x1000, HOTPLUG | NON_VOLATILE);
	add_x2apic(1, 1, ~ENABLED);
	add_cpu(2, 2, ~0u);
	parse();
	check_counts(1, 0, 0);
	check_cpu(0, 2, 2);
}

KTEST_BOOT(srat, unknown_entries_are_passed_by)
{
	begin(2);
	add_entry(3, 18, 18);
	add_entry(4, 2, 2);
	add_memory(1, 0, 0x1000, ENABLED);
	add_entry(5, 32, 32);
	add_entry(6, 3, 3);
	add_entry(255, 255, 255);
	add_cpu(1, 1, ENABLED);
	parse();
	check_counts(1, 1, 0);
}

/* A later edition of the specification may add to an entry what is of no use here. */
KTEST_BOOT(srat, entries_may_be_longer_than_known)
{
	size_t at;

	begin(3);
	at = add_entry(0, CPU_SIZE + 5, CPU_SIZE + 5);
	put(at + 3, 9, 1);
	put(at + 4, ENABLED, 4);
	at = add_entry(1, 255, 255);
	put(at + 16, 0x2000, 8);
	put(at + 28, ENABLED, 4);
	add_x2apic(3, 4, ENABLED);
	parse();
	check_counts(2, 1, 0);
	check_cpu(0, 0, 9);
	check_cpu(1, 3, 4);
	check_memory(0, 0, 0, 0x2000);
}

static const struct length_case {
	const char *name;
	u8 type, length;
	u8 bytes; /* that are there */
} length_cases[] __initconst = {
	{ "0", 0, 0, CPU_SIZE },
	{ "0, unknown", 77, 0, 40 },
	{ "1", 77, 1, 40 },
	{ "a processor's, a byte short", 0, CPU_SIZE - 1, CPU_SIZE - 1 },
	{ "memory's, a byte short", 1, MEMORY_SIZE - 1, MEMORY_SIZE - 1 },
	{ "an x2APIC's, a byte short", 2, X2APIC_SIZE - 1, X2APIC_SIZE - 1 },
	{ "a byte over the end", 0, CPU_SIZE + 1, CPU_SIZE },
	{ "far over the end", 1, 255, MEMORY_SIZE },
	{ "unknown, over the end", 9, 255, 254 },
	{ "half a head", 0, 0, 1 },
};

KTEST_BOOT(srat, an_impossible_length_ends_the_list)
{
	const struct length_case *c;

	for_each_case (c, length_cases) {
		size_t at;

		kt_case(c->name);
		begin(1);
		add_memory(1, 0x1000, 0x1000, ENABLED);
		add_cpu(1, 1, ENABLED);
		at = add_entry(c->type, c->length, c->bytes);
		if (c->type == 0 && c->bytes >= 8)
			put(at + 4, ENABLED, 4);
		parse();
		check_counts(1, 1, PROBLEM(BAD_ENTRY));
	}
	kt_case("0, more behind it");
	begin(1);
	add_entry(0, 0, CPU_SIZE);
	add_cpu(1, 1, ENABLED);
	parse();
	check_counts(0, 0, PROBLEM(BAD_ENTRY));
}

/* A table that is cut anywhere has the entries that are whole. */
KTEST_BOOT(srat, every_part_of_a_table_can_be_read)
{
	const size_t ends[] = { HEAD + CPU_SIZE, HEAD + CPU_SIZE + MEMORY_SIZE,
				HEAD + CPU_SIZE + MEMORY_SIZE + X2APIC_SIZE };
	size_t len;

	begin(2);
	add_cpu(1, 1, ENABLED);
	add_memory(1, 0, 0x1000, ENABLED);
	add_x2apic(1, 2, ENABLED);
	for (len = 0; len <= table_len; len++) {
		bool whole = len == HEAD || len == ends[0] || len == ends[1] || len == ends[2];

		parse_part(len);
		check_counts((len >= ends[0]) + (len >= ends[2]), len >= ends[1],
			     len < HEAD ? PROBLEM(SHORT)
			     : whole	? 0
					: PROBLEM(BAD_ENTRY));
	}
}

KTEST_BOOT(srat, ranges_end_at_the_last_address_at_most)
{
	begin(3);
	add_memory(0, 0, ~0ULL, ENABLED);
	add_memory(1, 1, ~0ULL, ENABLED);
	add_memory(2, 0xFFFFFFFFFFFFF000, 0x1000, ENABLED);
	add_memory(3, 0xFFFFFFFFFFFFF000, 0, ENABLED);
	parse();
	check_counts(0, 4, 0);
	check_memory(1, 1, 1, ~0ULL);
	check_memory(3, 3, 0xFFFFFFFFFFFFF000, 0);

	begin(3);
	add_memory(0, 2, ~0ULL, ENABLED);
	add_memory(1, 0xFFFFFFFFFFFFF000, 0x1001, ENABLED);
	add_memory(2, 0x1000, 0x1000, ENABLED);
	parse();
	check_counts(0, 1, PROBLEM(BAD_RANGE));
	check_memory(0, 2, 0x1000, 0x1000);
}

KTEST_BOOT(srat, what_has_no_room_is_lost)
{
	unsigned int i;

	begin(3);
	for (i = 0; i < SRAT_CPUS_MAX; i++)
		add_cpu(i, (u8)i, ENABLED);
	parse();
	check_counts(SRAT_CPUS_MAX, 0, 0);
	add_cpu(i, 0, ENABLED);
	add_memory(5, 0, 0x1000, ENABLED);
	parse();
	check_counts(SRAT_CPUS_MAX, 1, PROBLEM(CPUS_LOST));
	check_cpu(SRAT_CPUS_MAX - 1, SRAT_CPUS_MAX - 1, SRAT_CPUS_MAX - 1);

	begin(3);
	for (i = 0; i <= SRAT_MEMORY_MAX; i++)
		add_memory(i, i, 1, ENABLED);
	add_cpu(5, 6, ENABLED);
	parse();
	check_counts(1, SRAT_MEMORY_MAX, PROBLEM(MEMORY_LOST));
	check_memory(SRAT_MEMORY_MAX - 1, SRAT_MEMORY_MAX - 1, SRAT_MEMORY_MAX - 1, 1);
}

KTEST_BOOT(srat, every_problem_has_a_text)
{
	unsigned int i;

	for (i = 0; i < NR_SRAT_PROBLEMS; i++)
		kt_true(strlen(srat_problem((enum srat_problem)i)) > strlen("unknown problem"));
	kt_str_eq(srat_problem(NR_SRAT_PROBLEMS), "unknown problem");
}
