/* SPDX-License-Identifier: 0BSD
 *
 * multiboot.c - the multiboot 1 information, copied out of the loader's memory.
 *
 * 1. Concepts  The loader leaves a structure of fixed layout whose first word says which fields are
 *              valid; these point to further structures anywhere below 4 GiB (specification 3.3).
 *              All of it may lie in memory that the map calls free, so everything is copied.
 * 2. Trust     None of it is trusted: each read goes through the caller's copy function, which
 *              says what is readable; a field is read only if its flag is set, so a loader with an
 *              older, shorter structure is fine; a list is walked by the size that each entry
 *              gives for itself, within the size that the list gives for itself, within a limit.
 *              What is wrong is noted in boot_info.problems and left out.
 * 3. Not done  Symbols, drives, APM and VBE: nothing here needs them. EFI cannot be told from BIOS.
 */
#include <asm/firmware/multiboot.h>
#include <lib/errno.h>
#include <lib/init.h>
#include <lib/string.h>

/* Bits of `flags`: which of the fields below are valid. */
#define MBI_BASIC_MEM	0x0001u
#define MBI_CMDLINE	0x0004u
#define MBI_MODULES	0x0008u
#define MBI_MMAP	0x0040u
#define MBI_LOADER_NAME 0x0200u
#define MBI_FRAMEBUFFER 0x1000u

struct multiboot_info {
	u32 flags;
	u32 mem_lower, mem_upper;
	u32 boot_device;
	u32 cmdline;
	u32 mods_count, mods_addr;
	u32 syms[4];
	u32 mmap_length, mmap_addr;
	u32 drives_length, drives_addr;
	u32 config_table;
	u32 boot_loader_name;
	u32 apm_table;
	u32 vbe_control_info, vbe_mode_info;
	u16 vbe_mode, vbe_interface_seg, vbe_interface_off, vbe_interface_len;
	u64 framebuffer_addr;
	u32 framebuffer_pitch, framebuffer_width, framebuffer_height;
	u8 framebuffer_bpp, framebuffer_type;
	struct boot_colour_field red, green, blue; /* if the type is RGB */
} __packed;

_Static_assert(offsetof(struct multiboot_info, mmap_length) == 44, "specification 3.3");
_Static_assert(offsetof(struct multiboot_info, framebuffer_type) == 109, "specification 3.3");

struct multiboot_mmap_entry {
	u32 size; /* of what follows: at least 20, and more in some loaders */
	u64 addr, len;
	u32 type;
} __packed;

#define MMAP_ENTRY_MIN (sizeof(struct multiboot_mmap_entry) - sizeof(u32))

struct multiboot_module {
	u32 mod_start, mod_end, string, reserved;
} __packed;

/* No real map comes near this. It ends the walk through one whose length is a lie. */
#define MMAP_LENGTH_MAX (4u << 20)

/* Take one map entry at @addr, of which @room bytes belong to the map. Return: the bytes to step on
 * by; 0 if the walk must end here. */
static u32 __init read_mmap_entry(struct boot_reader *r, phys_addr_t addr, u32 room)
{
	struct multiboot_mmap_entry entry;

	if (room < sizeof(entry)) {
		boot_info_note(r->bi, BOOT_TRUNCATED_MAP);
		return 0; /* what is left is no entry */
	}
	if (!boot_read(r, &entry, addr, sizeof(entry)))
		return 0;
	if (entry.size < MMAP_ENTRY_MIN || entry.size > room - sizeof(entry.size)) {
		boot_info_note(r->bi, BOOT_TRUNCATED_MAP);
		return 0;
	}
	boot_info_add_e820(r->bi, entry.addr, entry.len, entry.type);
	return entry.size + (u32)sizeof(entry.size);
}

static void __init read_mmap(struct boot_reader *r, const struct multiboot_info *info)
{
	u32 length = min(info->mmap_length, MMAP_LENGTH_MAX);
	u32 offset = 0, step;

	while (offset < length) {
		step = read_mmap_entry(r, (phys_addr_t)info->mmap_addr + offset, length - offset);
		if (!step)
			break;
		offset += step;
	}
	if (length < info->mmap_length)
		boot_info_note(r->bi, BOOT_TRUNCATED_MAP);
	if (!r->bi->nr_e820)
		boot_info_note(r->bi, BOOT_EMPTY_MAP);
}

static void __init read_modules(struct boot_reader *r, const struct multiboot_info *info)
{
	u32 count = min(info->mods_count, MODULES_WALK_MAX);
	struct multiboot_module raw;
	u32 i;

	for (i = 0; i < count; i++) {
		struct boot_module *module;
		phys_addr_t addr = (phys_addr_t)info->mods_addr + (phys_addr_t)i * sizeof(raw);

		if (!boot_read(r, &raw, addr, sizeof(raw)))
			return;
		module = boot_info_add_module(r->bi, raw.mod_start, raw.mod_end);
		if (module)
			boot_read_string(r, module->string, sizeof(module->string), raw.string);
	}
	if (count < info->mods_count)
		boot_info_note(r->bi, BOOT_MODULES_LOST);
}

static void __init take_framebuffer(struct boot_info *bi, const struct multiboot_info *info)
{
	if (info->framebuffer_type > BOOT_FB_RGB)
		return;
	bi->has_framebuffer = true;
	bi->framebuffer = (struct boot_framebuffer){
		.addr = info->framebuffer_addr,
		.pitch = info->framebuffer_pitch,
		.width = info->framebuffer_width,
		.height = info->framebuffer_height,
		.bpp = info->framebuffer_bpp,
		.type = info->framebuffer_type,
	};
	if (bi->framebuffer.type != BOOT_FB_RGB)
		return;
	bi->framebuffer.red = info->red;
	bi->framebuffer.green = info->green;
	bi->framebuffer.blue = info->blue;
}

/* Read the fields up to and with the last one that @flags calls valid and we use. */
static bool __init read_info(struct boot_reader *r, struct multiboot_info *info, phys_addr_t addr)
{
	size_t len = offsetof(struct multiboot_info, boot_device);

	*info = (struct multiboot_info){ 0 };
	if (!boot_read(r, &info->flags, addr, sizeof(info->flags)))
		return false;
	if (info->flags & MBI_FRAMEBUFFER)
		len = sizeof(*info);
	else if (info->flags & MBI_LOADER_NAME)
		len = offsetof(struct multiboot_info, apm_table);
	else if (info->flags & (MBI_CMDLINE | MBI_MODULES | MBI_MMAP))
		len = offsetof(struct multiboot_info, drives_length);
	return boot_read(r, info, addr, len);
}

int __init multiboot_parse(struct boot_info *bi, u32 addr, phys_copy_t copy, void *ctx)
{
	struct boot_reader r = { .copy = copy, .ctx = ctx, .bi = bi };
	struct multiboot_info info;

	boot_info_init(bi, "multiboot");
	if (!read_info(&r, &info, addr))
		return -EINVAL;
	if (info.flags & MBI_LOADER_NAME)
		boot_read_string(&r, bi->loader, sizeof(bi->loader), info.boot_loader_name);
	if ((info.flags & MBI_CMDLINE) &&
	    !boot_read_string(&r, bi->cmdline, sizeof(bi->cmdline), info.cmdline))
		boot_info_note(bi, BOOT_CMDLINE_CUT);
	if (info.flags & MBI_BASIC_MEM) {
		bi->has_basic_mem = true;
		bi->mem_lower = info.mem_lower;
		bi->mem_upper = info.mem_upper;
	}
	if (info.flags & MBI_MMAP)
		read_mmap(&r, &info);
	else
		boot_info_note(bi, BOOT_NO_MAP);
	if (info.flags & MBI_MODULES)
		read_modules(&r, &info);
	if (info.flags & MBI_FRAMEBUFFER)
		take_framebuffer(bi, &info);
	return 0;
}
