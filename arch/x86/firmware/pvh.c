/* SPDX-License-Identifier: 0BSD
 *
 * pvh.c - the start info of a PVH loader, copied out of its memory.
 *
 * 1. Concepts  A structure that begins with a magic number and a version; it points to the command
 *              line, the modules, the root pointer of ACPI and, from version 1 on, a memory map of
 *              e820's types (Xen's public/arch-x86/hvm/start_info.h). Zero means "not there".
 * 2. Trust     None: as in multiboot.c, each read goes through the caller's copy function.
 * 3. Not done  No loader's name, no framebuffer and no basic sizes: PVH does not tell them.
 */
#include <asm/firmware/multiboot.h>
#include <lib/errno.h>
#include <lib/init.h>
#include <lib/string.h>

struct hvm_start_info {
	u32 magic, version, flags;
	u32 nr_modules;
	u64 modlist_paddr, cmdline_paddr, rsdp_paddr;
	u64 memmap_paddr; /* from version 1 on */
	u32 memmap_entries, reserved;
} __packed;

struct hvm_module {
	u64 paddr, size, cmdline_paddr, reserved;
} __packed;

struct hvm_memmap_entry {
	u64 addr, size;
	u32 type, reserved;
} __packed;

_Static_assert(sizeof(struct hvm_start_info) == 56, "start_info.h");

#define VERSION_0_SIZE offsetof(struct hvm_start_info, memmap_paddr)

/* No real map comes near this. It ends the walk through one whose length is a lie. */
#define MAP_WALK_MAX 180000u

static void __init read_map(struct boot_reader *r, const struct hvm_start_info *info)
{
	u32 count = min(info->memmap_entries, MAP_WALK_MAX);
	struct hvm_memmap_entry entry;
	u32 i;

	if (!info->memmap_paddr) {
		boot_info_note(r->bi, BOOT_NO_MAP);
		return;
	}
	for (i = 0; i < count; i++) {
		if (!boot_read(r, &entry, info->memmap_paddr + (u64)i * sizeof(entry),
			       sizeof(entry)))
			break;
		boot_info_add_e820(r->bi, entry.addr, entry.size, entry.type);
	}
	if (count < info->memmap_entries)
		boot_info_note(r->bi, BOOT_TRUNCATED_MAP);
	if (!r->bi->nr_e820)
		boot_info_note(r->bi, BOOT_EMPTY_MAP);
}

static void __init read_modules(struct boot_reader *r, const struct hvm_start_info *info)
{
	u32 count = min(info->nr_modules, MODULES_WALK_MAX);
	struct boot_module *module;
	struct hvm_module raw;
	u32 i;

	for (i = 0; i < count; i++) {
		if (!boot_read(r, &raw, info->modlist_paddr + (u64)i * sizeof(raw), sizeof(raw)))
			return;
		module = boot_info_add_module(r->bi, raw.paddr, raw.paddr + raw.size);
		if (module)
			boot_read_string(r, module->string, sizeof(module->string),
					 raw.cmdline_paddr);
	}
	if (count < info->nr_modules)
		boot_info_note(r->bi, BOOT_MODULES_LOST);
}

static void __init read_rsdp(struct boot_reader *r, phys_addr_t addr)
{
	struct acpi_rsdp rsdp = { .revision = 0 };
	size_t len = ACPI_RSDP_V1_SIZE;

	if (!addr || !boot_read(r, &rsdp, addr, len))
		return;
	if (rsdp.revision >= 2)
		len = sizeof(rsdp);
	if (boot_read(r, &rsdp, addr, len))
		boot_info_take_rsdp(r->bi, &rsdp, len);
}

static bool __init read_info(struct boot_reader *r, struct hvm_start_info *info, phys_addr_t addr)
{
	*info = (struct hvm_start_info){ 0 };
	if (!boot_read(r, info, addr, VERSION_0_SIZE) || info->magic != PVH_START_MAGIC)
		return false;
	return !info->version || boot_read(r, info, addr, sizeof(*info));
}

int __init pvh_parse(struct boot_info *bi, u32 addr, phys_copy_t copy, void *ctx)
{
	struct boot_reader r = { .copy = copy, .ctx = ctx, .bi = bi };
	struct hvm_start_info info;

	boot_info_init(bi, "PVH");
	if (!read_info(&r, &info, addr))
		return -EINVAL;
	if (!boot_read_string(&r, bi->cmdline, sizeof(bi->cmdline), info.cmdline_paddr))
		boot_info_note(bi, BOOT_CMDLINE_CUT);
	read_map(&r, &info);
	read_modules(&r, &info);
	read_rsdp(&r, info.rsdp_paddr);
	return 0;
}
