/* SPDX-License-Identifier: 0BSD
 *
 * modules.c - boot modules: their names, their place in the ledger, and which cannot be used.
 *
 * A loader puts modules where it sees RAM, but the map in force can say less: `mem=` and `memmap=`
 * take RAM away, and loaders lie. Such a module stays in the ledger, so that nothing is put over
 * it, but only memory that the map gives has struct pages and is mapped: what lies elsewhere cannot
 * be read. Nothing here touches hardware.
 */
#include <asm/firmware/modules.h>
#include <lib/align.h>
#include <lib/format.h>
#include <lib/init.h>
#include <lib/param.h>
#include <lib/printk.h>
#include <lib/string.h>

void __init module_name(char name[LEDGER_NAME_SIZE], const char *string)
{
	char word[BOOT_STRING_SIZE] = "";
	const char *slash;

	cmdline_next_word(&string, word);
	slash = strrchr(word, '/');
	snprintf(name, LEDGER_NAME_SIZE, "module %s", slash ? slash + 1 : word);
}

bool module_in_ram(const struct e820_map *map, const struct boot_module *module)
{
	struct ram_range ram = { 0 };

	if (module->start == module->end)
		return true;
	while (e820_next_ram(map, &ram))
		if (PFN_PHYS(ram.start_pfn) <= module->start &&
		    module->end <= PFN_PHYS(ram.end_pfn))
			return true;
	return false;
}

static bool __init shares_bytes(const struct boot_module *module, phys_addr_t start,
				phys_addr_t end)
{
	return max(module->start, start) < min(module->end, end);
}

static void __init complain(const struct boot_module *module, const char *name, const char *what)
{
	pr_warn("%s [mem 0x%08llx-0x%08llx] %s\n", name, module->start, module->end - 1, what);
}

/* A module that overlaps one before it: the line names both. */
static void __init check_other_modules(const struct boot_info *bi, unsigned int i, const char *name)
{
	const struct boot_module *module = &bi->modules[i], *other;
	char what[LEDGER_NAME_SIZE + 40], other_name[LEDGER_NAME_SIZE];

	for (other = bi->modules; other < module; other++) {
		if (!shares_bytes(module, other->start, other->end))
			continue;
		module_name(other_name, other->string);
		snprintf(what, sizeof(what), "lies over %s: one is damaged", other_name);
		complain(module, name, what);
	}
}

void __init reserve_modules(const struct boot_info *bi, struct ledger *ledger)
{
	const struct boot_module *module;
	char name[LEDGER_NAME_SIZE];

	for (module = bi->modules; module < bi->modules + bi->nr_modules; module++) {
		module_name(name, module->string);
		ledger_add(ledger, name, module->start, module->end - module->start);
	}
}

void __init check_modules(const struct e820_map *map, const struct boot_info *bi,
			  phys_addr_t image_start, phys_addr_t image_end)
{
	unsigned int i;

	for (i = 0; i < bi->nr_modules; i++) {
		const struct boot_module *module = &bi->modules[i];
		char name[LEDGER_NAME_SIZE];

		module_name(name, module->string);
		if (!module_in_ram(map, module))
			complain(module, name, "does not lie in usable memory: it cannot be used");
		if (shares_bytes(module, image_start, image_end))
			complain(module, name, "lies over the kernel image: one is damaged");
		check_other_modules(bi, i, name);
	}
}
