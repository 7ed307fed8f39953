/* SPDX-License-Identifier: 0BSD
 *
 * boot_info.c - what the two multiboot parsers share: filling struct boot_info within its bounds.
 *
 * 1. Concepts  A table that is full loses something; what it loses must be safe to lose. RAM that
 *              nobody knows of is only unused; a reserved range that nobody knows of gets
 *              overwritten. So a full map gives up RAM for a reservation, and a full module table
 *              makes its last entry cover all further modules.
 * 2. Not done  No judgement about the entries: arch/x86/e820.c does that.
 */
#include <asm/e820.h>
#include <asm/multiboot.h>
#include <lib/init.h>
#include <lib/string.h>

_Static_assert(BOOT_CMDLINE_SIZE == 4096 + 1, "as the text below says");

const char *__init boot_problem(enum boot_problem problem)
{
	static const char *const texts[NR_BOOT_PROBLEMS] = {
		[BOOT_NO_MAP] = "the boot loader gave no memory map",
		[BOOT_EMPTY_MAP] = "the boot loader's memory map holds no entry",
		[BOOT_TRUNCATED_MAP] = "the memory map has an impossible size, the rest is ignored",
		[BOOT_E820_LOST] = "the memory map has too many entries, some are lost",
		[BOOT_CMDLINE_CUT] = "the command line is longer than 4096 bytes, what "
				     "lies behind them is not obeyed",
		[BOOT_BAD_MODULE] = "a module ends before it starts, it is ignored",
		[BOOT_MODULES_LOST] = "too many modules, those beyond the table cannot be used",
		[BOOT_BAD_POINTER] = "the boot information points to unreadable memory",
		[BOOT_BAD_TAG] =
			"a multiboot2 tag has an impossible size or the end tag is missing",
	};

	return problem < NR_BOOT_PROBLEMS ? texts[problem] : "unknown problem";
}

void __init boot_info_note(struct boot_info *bi, enum boot_problem problem)
{
	bi->problems |= 1u << problem;
}

/* The stored RAM entry whose loss costs least; NULL if there is none. */
static struct boot_e820_entry *__init smallest_ram(struct boot_info *bi)
{
	struct boot_e820_entry *entry, *smallest = NULL;

	for (entry = bi->e820; entry < bi->e820 + bi->nr_e820; entry++) {
		if (entry->type == E820_RAM && (!smallest || entry->size < smallest->size))
			smallest = entry;
	}
	return smallest;
}

void __init boot_info_add_e820(struct boot_info *bi, u64 addr, u64 size, u32 type)
{
	struct boot_e820_entry *slot = NULL;

	if (bi->nr_e820 < BOOT_E820_MAX) {
		slot = &bi->e820[bi->nr_e820++];
	} else if (size) {
		bi->e820_lost++;
		boot_info_note(bi, BOOT_E820_LOST);
		if (type != E820_RAM)
			slot = smallest_ram(bi);
	}
	if (slot)
		*slot = (struct boot_e820_entry){ .addr = addr, .size = size, .type = type };
}

struct boot_module *__init boot_info_add_module(struct boot_info *bi, u32 start, u32 end)
{
	struct boot_module *module;

	if (end < start) {
		boot_info_note(bi, BOOT_BAD_MODULE);
		return NULL;
	}
	if (bi->nr_modules < BOOT_MODULES_MAX) {
		module = &bi->modules[bi->nr_modules++];
		module->start = start;
		module->end = end;
		return module;
	}
	bi->modules_lost++;
	boot_info_note(bi, BOOT_MODULES_LOST);
	module = &bi->modules[BOOT_MODULES_MAX - 1];
	module->start = min(module->start, (phys_addr_t)start);
	module->end = max(module->end, (phys_addr_t)end);
	return NULL;
}
