/* SPDX-License-Identifier: 0BSD
 *
 * boot_info.c - what the three parsers share: reading, and filling struct boot_info within its
 * bounds.
 *
 * 1. Concepts  A table that is full loses something; what it loses must be safe to lose: memory
 *              that nobody knows to be reserved gets overwritten. So a full module table makes its
 *              last entry cover all further modules.
 * 2. Map       The entries of the firmware's map are laid over the map as they come, without a
 *              table of their own: so it does not matter how many there are.
 */
#include <asm/firmware/acpi.h>
#include <asm/firmware/e820.h>
#include <asm/firmware/multiboot.h>
#include <lib/init.h>
#include <lib/string.h>

_Static_assert(BOOT_CMDLINE_SIZE == 4096 + 1, "as the text below says");

const char *__init boot_problem(enum boot_problem problem)
{
	static const char *const texts[NR_BOOT_PROBLEMS] = {
		[BOOT_NO_MAP] = "the boot loader gave no memory map",
		[BOOT_EMPTY_MAP] = "the boot loader's memory map holds no entry",
		[BOOT_TRUNCATED_MAP] = "the memory map has an impossible size, the rest is ignored",
		[BOOT_CMDLINE_CUT] =
			"the command line is longer than 4096 bytes, the rest is not obeyed",
		[BOOT_BAD_MODULE] = "a module ends before it starts, it is ignored",
		[BOOT_MODULES_LOST] = "too many modules, those beyond the table cannot be used",
		[BOOT_BAD_POINTER] = "the boot information points to unreadable memory",
		[BOOT_BAD_TAG] =
			"a multiboot2 tag has an impossible size or the end tag is missing",
		[BOOT_BAD_RSDP] = "the root pointer of ACPI is damaged, it is ignored",
	};

	return problem < NR_BOOT_PROBLEMS ? texts[problem] : "unknown problem";
}

void __init boot_info_note(struct boot_info *bi, enum boot_problem problem)
{
	bi->problems |= 1u << problem;
}

bool __init boot_read(struct boot_reader *r, void *dst, phys_addr_t src, size_t len)
{
	if (r->copy(r->ctx, dst, src, len))
		return true;
	boot_info_note(r->bi, BOOT_BAD_POINTER);
	return false;
}

bool __init boot_read_string(struct boot_reader *r, char *dst, size_t size, phys_addr_t src)
{
	size_t i;

	if (!src)
		return true;
	for (i = 0; i < size; i++) {
		if (!boot_read(r, &dst[i], src + i, 1)) {
			dst[0] = '\0';
			return true;
		}
		if (!dst[i])
			return true;
	}
	dst[size - 1] = '\0';
	return false;
}

void __init boot_info_take_rsdp(struct boot_info *bi, const void *data, size_t len)
{
	const struct acpi_rsdp *rsdp = data;

	if (!acpi_rsdp_is_sound(data, len)) {
		boot_info_note(bi, BOOT_BAD_RSDP);
		return;
	}
	if (bi->has_rsdp && bi->rsdp.revision >= rsdp->revision)
		return;
	bi->has_rsdp = true;
	bi->rsdp = (struct acpi_rsdp){ 0 };
	memcpy(&bi->rsdp, data, rsdp->revision < 2 ? ACPI_RSDP_V1_SIZE : sizeof(*rsdp));
}

void __init boot_info_init(struct boot_info *bi, const char *protocol)
{
	struct e820_map *map = bi->map;

	memset(bi, 0, sizeof(*bi));
	e820_clear(map);
	bi->protocol = protocol;
	bi->map = map;
}

void __init boot_info_add_e820(struct boot_info *bi, u64 addr, u64 size, u32 type)
{
	enum e820_verdict verdict = e820_add(bi->map, addr, size, type);

	bi->nr_e820++;
	if ((verdict == E820_DROPPED || verdict == E820_CLAMPED) && !bi->nr_wrapped++)
		bi->first_wrapped =
			(struct boot_e820_entry){ .addr = addr, .size = size, .type = type };
}

struct boot_module *__init boot_info_add_module(struct boot_info *bi, phys_addr_t start,
						phys_addr_t end)
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
	module->start = min(module->start, start);
	module->end = max(module->end, end);
	return NULL;
}
