/* SPDX-License-Identifier: 0BSD
 *
 * fill_kernel.c - nothing that the kernel needs lies in memory that the allocator believes to be
 * free: when all of that has been overwritten, the modules, boot info and the kernel's code and
 * constants have their checksums still.
 */
#include <asm/firmware/modules.h>
#include <asm/sections.h>
#include <asm/setup.h>
#include <lib/crc32.h>
#include <mm/highmem.h>
#include <mm/mmzone.h>
#include <test/ktest.h>

#include "../mm/fill.h"

#define NR_FIXED_CHECKSUMS 3

struct checksums {
	u32 fixed[NR_FIXED_CHECKSUMS];
	u32 module[BOOT_MODULES_MAX];
};

static u32 crc_of_module(const struct boot_module *module)
{
	phys_addr_t at = module->start;
	u32 crc = 0;

	while (at < module->end) {
		phys_addr_t page_end = PFN_PHYS(PFN_DOWN(at) + 1);
		phys_addr_t end = min(module->end, page_end);
		char *page = kmap_atomic(pfn_to_page(PFN_DOWN(at)));

		crc = crc32(crc, page + (at & (PAGE_SIZE - 1)), (size_t)(end - at));
		kunmap_atomic(page);
		at = end;
	}
	return crc;
}

static void take_checksums(struct checksums *sums)
{
	unsigned int i;

	sums->fixed[0] = crc32(0, _start, (size_t)(_etext - _start));
	sums->fixed[1] = crc32(0, _srodata, (size_t)(_erodata - _srodata));
	sums->fixed[2] = crc32(0, &boot_info, sizeof(boot_info));
	/* What cannot be read lies where the allocator has nothing. */
	for (i = 0; i < boot_info.nr_modules; i++)
		if (module_can_be_read(&boot_info.modules[i]))
			sums->module[i] = crc_of_module(&boot_info.modules[i]);
}

KTEST(fill, all_free_memory_can_be_overwritten, LONG)
{
	static struct checksums before, after;
	static const char *const fixed_names[NR_FIXED_CHECKSUMS] = { "code", "constants",
								     "boot info" };
	unsigned int i;

	take_checksums(&before);
	fill_free_memory();
	take_checksums(&after);

	kt_note("%u modules", boot_info.nr_modules);
	for (i = 0; i < NR_FIXED_CHECKSUMS; i++) {
		kt_case(fixed_names[i]);
		kt_eq(after.fixed[i], before.fixed[i]);
	}
	for (i = 0; i < boot_info.nr_modules; i++) {
		kt_case(boot_info.modules[i].string);
		kt_eq(after.module[i], before.module[i]);
	}
}
