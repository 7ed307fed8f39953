/* SPDX-License-Identifier: 0BSD
 *
 * pvh.c - arch/x86/firmware/pvh.c on loader memory that this file makes up, as multiboot.c does.
 */
#include <asm/firmware/e820.h>
#include <asm/firmware/multiboot.h>
#include <lib/errno.h>
#include <test/ktest.h>

#include "boot_scratch.h"

#define BASE 0x9000u
#define SIZE 4096u

/* Where things lie. */
#define INFO	(BASE + 0u)
#define MAP	(BASE + 0x100u)
#define MODULES (BASE + 0x400u)
#define STRINGS (BASE + 0x700u)
#define RSDP	(BASE + 0x800u)

/* Offsets in the start info. */
enum {
	MAGIC = 0,
	VERSION = 4,
	NR_MODULES = 12,
	MODLIST = 16,
	CMDLINE = 24,
	RSDP_ADDR = 32,
	MEMMAP = 40,
	MEMMAP_ENTRIES = 48
};

#define PROBLEM(x) (1u << BOOT_##x)

static u8 memory[SIZE] __initdata;

static struct boot_info *bi __initdata = &scratch_info;

static void __init put_bytes(u32 at, const void *data, size_t len)
{
	memcpy(memory + (at - BASE), data, len);
}

static void __init put_u32(u32 at, u32 value)
{
	put_bytes(at, &value, sizeof(value));
}

static void __init put_u64(u32 at, u64 value)
{
	put_bytes(at, &value, sizeof(value));
}

void __init scratch_rsdp(struct acpi_rsdp *rsdp, u8 revision, u32 rsdt, u64 xsdt)
{
	u8 *bytes = (u8 *)rsdp;
	unsigned int i;

	*rsdp = (struct acpi_rsdp){
		.signature = { 'R', 'S', 'D', ' ', 'P', 'T', 'R', ' ' },
		.oem_id = { 'M', 'M', 'K', 'I', 'T', ' ' },
		.revision = revision,
		.rsdt_address = rsdt,
		.length = sizeof(*rsdp),
		.xsdt_address = xsdt,
	};
	for (i = 0; i < ACPI_RSDP_V1_SIZE; i++)
		if (&bytes[i] != &rsdp->checksum)
			rsdp->checksum = (u8)(rsdp->checksum - bytes[i]);
	for (i = 0; i < sizeof(*rsdp); i++)
		if (&bytes[i] != &rsdp->extended_checksum)
			rsdp->extended_checksum = (u8)(rsdp->extended_checksum - bytes[i]);
}

static void __init loader_memory(u32 version)
{
	memset(memory, 0, sizeof(memory));
	put_u32(INFO + MAGIC, PVH_START_MAGIC);
	put_u32(INFO + VERSION, version);
}

static void __init put_entry(unsigned int i, u64 addr, u64 size, u32 type)
{
	put_u64(INFO + MEMMAP, MAP);
	put_u32(INFO + MEMMAP_ENTRIES, i + 1);
	put_u64(MAP + 24 * i, addr);
	put_u64(MAP + 24 * i + 8, size);
	put_u32(MAP + 24 * i + 16, type);
	put_u32(MAP + 24 * i + 20, 0xeeeeeeee);
}

static void __init put_module(unsigned int i, u64 addr, u64 size, u64 string)
{
	put_u64(INFO + MODLIST, MODULES);
	put_u32(INFO + NR_MODULES, i + 1);
	put_u64(MODULES + 32 * i, addr);
	put_u64(MODULES + 32 * i + 8, size);
	put_u64(MODULES + 32 * i + 16, string);
}

static bool __init copy_memory(void *ctx __unused, void *dst, phys_addr_t src, size_t len)
{
	if (src < BASE || src > BASE + SIZE || len > BASE + SIZE - src)
		return false;
	memcpy(dst, memory + (src - BASE), len);
	return true;
}

static int __init parse(void)
{
	return pvh_parse(bi, INFO, copy_memory, NULL);
}

KTEST_BOOT(pvh, what_it_tells_is_taken)
{
	struct acpi_rsdp rsdp;

	loader_memory(1);
	put_u64(INFO + CMDLINE, STRINGS);
	put_bytes(STRINGS, "ktest=none", 11);
	put_entry(0, 0, 0x9fc00, 1);
	put_entry(1, 0x100000, 0x123456789000, 20);
	put_module(0, 0x7fd7000, 6, STRINGS);
	put_module(1, 0x200000000, 0, 0);
	scratch_rsdp(&rsdp, 2, 0, 0xefe50);
	put_u64(INFO + RSDP_ADDR, RSDP);
	put_bytes(RSDP, &rsdp, sizeof(rsdp));
	memset(bi, 0xff, sizeof(*bi));
	bi->map = &scratch.map;
	kt_eq(parse(), 0);

	kt_str_eq(bi->protocol, "PVH");
	kt_eq(bi->problems, 0);
	kt_str_eq(bi->cmdline, "ktest=none");
	kt_str_eq(bi->loader, "");
	kt_eq(bi->nr_e820, 2);
	kt_eq(bi->map->region[0].last, 0x9fbff);
	kt_eq(bi->map->region[1].start, 0x100000);
	kt_eq(bi->map->region[1].last, 0x100000 + 0x123456789000 - 1);
	kt_eq(bi->map->region[1].type, 20);
	kt_eq(bi->nr_modules, 2);
	kt_eq(bi->modules[0].end, 0x7fd7006);
	kt_str_eq(bi->modules[0].string, "ktest=none");
	kt_eq(bi->modules[1].start, 0x200000000);
	kt_str_eq(bi->modules[1].string, "");
	kt_true(bi->has_rsdp);
	kt_eq(bi->rsdp.xsdt_address, 0xefe50);
	kt_false(bi->has_basic_mem || bi->has_framebuffer || bi->on_efi);
}

KTEST_BOOT(pvh, version_0_has_no_map)
{
	loader_memory(0);
	put_entry(0, 0, 0x9fc00, 1);
	kt_eq(parse(), 0);
	kt_eq(bi->nr_e820, 0);
	kt_eq(bi->problems, PROBLEM(NO_MAP));
}

KTEST_BOOT(pvh, map_without_entries)
{
	loader_memory(1);
	put_u64(INFO + MEMMAP, MAP);
	kt_eq(parse(), 0);
	kt_eq(bi->problems, PROBLEM(EMPTY_MAP));
	put_entry(0, 0, 0x9fc00, 1);
	kt_eq(parse(), 0);
	kt_eq(bi->problems, 0);
}

KTEST_BOOT(pvh, what_is_no_start_info_is_refused)
{
	loader_memory(1);
	put_u32(INFO + MAGIC, PVH_START_MAGIC + 1);
	kt_eq(parse(), -EINVAL);
	loader_memory(1);
	kt_eq(pvh_parse(bi, BASE + SIZE - 55, copy_memory, NULL), -EINVAL);
}

KTEST_BOOT(pvh, a_root_pointer_of_acpi_1_is_taken)
{
	struct acpi_rsdp rsdp;

	loader_memory(1);
	scratch_rsdp(&rsdp, 0, 0x7fe1ad8, 0);
	put_u64(INFO + RSDP_ADDR, BASE + SIZE - ACPI_RSDP_V1_SIZE);
	put_bytes(BASE + SIZE - ACPI_RSDP_V1_SIZE, &rsdp, ACPI_RSDP_V1_SIZE);
	kt_eq(parse(), 0);
	kt_true(bi->has_rsdp);
	kt_eq(bi->rsdp.rsdt_address, 0x7fe1ad8);
	put_bytes(BASE + SIZE - 1, "x", 1);
	kt_eq(parse(), 0);
	kt_false(bi->has_rsdp);
	kt_eq(bi->problems, PROBLEM(NO_MAP) | PROBLEM(BAD_RSDP));
}

/* Its first 20 bytes say that there are more. */
KTEST_BOOT(pvh, a_root_pointer_that_leaves_memory_is_none)
{
	struct acpi_rsdp rsdp;

	loader_memory(1);
	scratch_rsdp(&rsdp, 2, 0, 0xefe50);
	put_u64(INFO + RSDP_ADDR, BASE + SIZE - ACPI_RSDP_V1_SIZE);
	put_bytes(BASE + SIZE - ACPI_RSDP_V1_SIZE, &rsdp, ACPI_RSDP_V1_SIZE);
	kt_eq(parse(), 0);
	kt_false(bi->has_rsdp);
	kt_eq(bi->problems, PROBLEM(NO_MAP) | PROBLEM(BAD_POINTER));
}

KTEST_BOOT(pvh, modules_up_to_the_end_of_memory)
{
	loader_memory(1);
	put_u64(INFO + MODLIST, BASE + SIZE - 32);
	put_u32(INFO + NR_MODULES, 3);
	put_u64(BASE + SIZE - 32, 0x7fd7000);
	put_u64(BASE + SIZE - 24, 6);
	kt_eq(parse(), 0);
	kt_eq(bi->nr_modules, 1);
	kt_eq(bi->modules[0].end, 0x7fd7006);
	kt_eq(bi->problems, PROBLEM(NO_MAP) | PROBLEM(BAD_POINTER));
}

/* Each pointer in turn leads out of memory: what it is for is left out, the rest is taken. */
KTEST_BOOT(pvh, pointers_that_lead_nowhere)
{
	static const u32 pointers[] = { MODLIST, CMDLINE, RSDP_ADDR, MEMMAP };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(pointers); i++) {
		loader_memory(1);
		put_entry(0, 0, 0x9fc00, 1);
		put_module(0, 0x7fd7000, 6, 0);
		put_u64(INFO + pointers[i], 0x100000000 + BASE);
		kt_eq(parse(), 0);
		kt_true(bi->problems & PROBLEM(BAD_POINTER));
		kt_eq(bi->nr_e820, pointers[i] != MEMMAP);
		kt_eq(bi->nr_modules, pointers[i] != MODLIST);
	}
}

/* A count that is a lie ends at the end of what can be read. */
KTEST_BOOT(pvh, counts_without_end)
{
	loader_memory(1);
	put_entry(0, 0, 0x9fc00, 1);
	put_module(0, 0x7fd7000, 6, 0);
	put_u32(INFO + MEMMAP_ENTRIES, ~0u);
	put_u32(INFO + NR_MODULES, ~0u);
	kt_eq(parse(), 0);
	kt_eq(bi->nr_e820, (SIZE - (MAP - BASE)) / 24);
	kt_eq(bi->nr_modules, BOOT_MODULES_MAX);
	kt_true(bi->problems & PROBLEM(TRUNCATED_MAP));
	kt_true(bi->problems & PROBLEM(MODULES_LOST));
}

/* Behind 4 GiB are text, modules or entries of the map, without end; none of them is a good one. */
#define ENDLESS 0x100000000

static u32 reads_behind_4g __initdata;

static bool __init copy_endless(void *ctx, void *dst, phys_addr_t src, size_t len)
{
	if (src < ENDLESS)
		return copy_memory(ctx, dst, src, len);
	reads_behind_4g++;
	memset(dst, 0xff, len);
	return true;
}

static u32 __init problems_of_a_list(u32 pointer, u32 count, u32 nr)
{
	loader_memory(1);
	put_u64(INFO + pointer, ENDLESS);
	put_u32(INFO + count, nr);
	reads_behind_4g = 0;
	kt_eq(pvh_parse(bi, INFO, copy_endless, NULL), 0);
	return bi->problems;
}

KTEST_BOOT(pvh, a_map_has_180000_entries_at_most)
{
	u32 nr, lost;

	for (nr = 179999; nr <= 180001; nr++) {
		lost = problems_of_a_list(MEMMAP, MEMMAP_ENTRIES, nr) & PROBLEM(TRUNCATED_MAP);
		kt_eq(lost != 0, nr > 180000);
		kt_eq(reads_behind_4g, min(nr, 180000u));
	}
}

KTEST_BOOT(pvh, a_module_list_has_1024_entries_at_most)
{
	u32 nr, lost;

	for (nr = 1023; nr <= 1025; nr++) {
		lost = problems_of_a_list(MODLIST, NR_MODULES, nr) & PROBLEM(MODULES_LOST);
		kt_eq(lost != 0, nr > 1024);
		kt_eq(reads_behind_4g, min(nr, 1024u));
		kt_eq(bi->nr_modules, 0);
	}
}

KTEST_BOOT(pvh, a_command_line_without_end_is_cut)
{
	loader_memory(1);
	put_u64(INFO + CMDLINE, ENDLESS);
	kt_eq(pvh_parse(bi, INFO, copy_endless, NULL), 0);
	kt_eq(strlen(bi->cmdline), BOOT_CMDLINE_SIZE - 1);
	kt_eq(bi->problems, PROBLEM(NO_MAP) | PROBLEM(CMDLINE_CUT));
}

KTEST_BOOT(pvh, a_module_that_wraps_is_ignored)
{
	loader_memory(1);
	put_module(0, 0xfffffffffffff000, 0x2000, 0);
	kt_eq(parse(), 0);
	kt_eq(bi->nr_modules, 0);
	kt_eq(bi->problems, PROBLEM(NO_MAP) | PROBLEM(BAD_MODULE));
}
