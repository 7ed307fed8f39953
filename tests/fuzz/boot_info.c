/* SPDX-License-Identifier: 0BSD
 *
 * boot_info.c - what a multiboot parser may leave behind, whatever it was given.
 */
#include "fuzz.h"

#include <lib/bug.h>
#include <lib/string.h>

static void check_string(const char *text, size_t size)
{
	mm_bug_on(strnlen(text, size) == size, "no end in %zu bytes", size);
}

void check_boot_info(const struct boot_info *info)
{
	const struct boot_module *module;

	check_string(info->protocol, sizeof("multiboot2"));
	check_string(info->loader, sizeof(info->loader));
	check_string(info->cmdline, sizeof(info->cmdline));
	mm_bug_on(info->problems >> NR_BOOT_PROBLEMS, "problems 0x%x", info->problems);
	mm_bug_on(info->nr_wrapped > info->nr_e820, "%u entries, %u of them wrap", info->nr_e820,
		  info->nr_wrapped);
	mm_bug_on(info->nr_modules > BOOT_MODULES_MAX, "%u modules", info->nr_modules);
	mm_bug_on(info->modules_lost && info->nr_modules < BOOT_MODULES_MAX, "lost modules");
	for (module = info->modules; module < info->modules + info->nr_modules; module++) {
		mm_bug_on(module->start > module->end, "module at 0x%llx", module->start);
		check_string(module->string, sizeof(module->string));
	}
}
