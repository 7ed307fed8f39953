/* SPDX-License-Identifier: 0BSD
 *
 * multiboot2.c - the multiboot 2 information: a list of tags in one block.
 *
 * 1. Concepts  The block begins with its total size; then come tags, each with a type and a size
 *              that includes its own eight-byte head but not the padding to the next multiple of
 *              eight (specification 3.6). A tag of type 0 ends the list.
 * 2. Trust     Sizes are checked against what encloses them before anything behind them is read:
 *              the total against the buffer, a tag against the total, an entry or a string against
 *              its tag. A tag that is too small for its type is left out; one that reaches over the
 *              end takes the rest of the list with it.
 * 3. Reading   Fields are copied out by memcpy(): nothing says that the block is aligned.
 * 4. Not done  ACPI and EFI tables are not looked into; where they begin is kept.
 */
#include <asm/firmware/multiboot.h>
#include <lib/align.h>
#include <lib/errno.h>
#include <lib/init.h>
#include <lib/string.h>

#define HEAD_SIZE 8u /* of the block, and of each tag */

enum tag_type {
	TAG_END = 0,
	TAG_CMDLINE = 1,
	TAG_LOADER_NAME = 2,
	TAG_MODULE = 3,
	TAG_BASIC_MEM = 4,
	TAG_MMAP = 6,
	TAG_FRAMEBUFFER = 8,
	TAG_EFI32 = 11,
	TAG_EFI64 = 12,
	TAG_ACPI_OLD = 14, /* a copy of the RSDP of revision 0, */
	TAG_ACPI_NEW = 15, /* of revision 2 */
	TAG_EFI_MMAP = 17,
	TAG_LOAD_BASE = 21,
};

/* Offsets inside a tag. */
#define MODULE_START	   8u
#define MODULE_END	   12u
#define MODULE_STRING	   16u
#define BASIC_MEM_LOWER	   8u
#define BASIC_MEM_UPPER	   12u
#define BASIC_MEM_SIZE	   16u
#define MMAP_ENTRY_SIZE	   8u
#define MMAP_ENTRIES	   16u
#define MMAP_ENTRY_MIN	   20u /* address, length, type; the word after that is reserved */
#define FRAMEBUFFER_ADDR   8u
#define FRAMEBUFFER_PITCH  16u
#define FRAMEBUFFER_WIDTH  20u
#define FRAMEBUFFER_HEIGHT 24u
#define FRAMEBUFFER_BPP	   28u
#define FRAMEBUFFER_TYPE   29u
#define FRAMEBUFFER_RED	   32u /* position and size; of type RGB only */
#define FRAMEBUFFER_GREEN  34u
#define FRAMEBUFFER_BLUE   36u
#define FRAMEBUFFER_SIZE   38u

/* A tag whose @size bytes are known to lie in the block. */
struct tag {
	const u8 *data;
	u32 size;
};

static u32 __init get_u32(const u8 *p)
{
	u32 value;

	memcpy(&value, p, sizeof(value));
	return value;
}

static u64 __init get_u64(const u8 *p)
{
	u64 value;

	memcpy(&value, p, sizeof(value));
	return value;
}

/* Is the tag as large as its type demands? */
static bool __init tag_holds(struct boot_info *bi, const struct tag *tag, u32 size)
{
	if (tag->size >= size)
		return true;
	boot_info_note(bi, BOOT_BAD_TAG);
	return false;
}

/* Copy the string that begins at @offset of @tag and ends with a zero or with the tag. Return:
 * false if it did not fit. */
static bool __init copy_string(char *dst, size_t size, const struct tag *tag, u32 offset)
{
	const char *text = (const char *)tag->data + offset;
	size_t len = strnlen(text, tag->size - offset);
	size_t copied = min(len, size - 1);

	memcpy(dst, text, copied);
	dst[copied] = '\0';
	return copied == len;
}

static void __init take_module(struct boot_info *bi, const struct tag *tag)
{
	struct boot_module *module;

	if (!tag_holds(bi, tag, MODULE_STRING))
		return;
	module = boot_info_add_module(bi, get_u32(tag->data + MODULE_START),
				      get_u32(tag->data + MODULE_END));
	if (module)
		copy_string(module->string, sizeof(module->string), tag, MODULE_STRING);
}

static void __init take_basic_mem(struct boot_info *bi, const struct tag *tag)
{
	if (!tag_holds(bi, tag, BASIC_MEM_SIZE))
		return;
	bi->has_basic_mem = true;
	bi->mem_lower = get_u32(tag->data + BASIC_MEM_LOWER);
	bi->mem_upper = get_u32(tag->data + BASIC_MEM_UPPER);
}

static void __init take_mmap(struct boot_info *bi, const struct tag *tag)
{
	u32 offset = MMAP_ENTRIES, entry_size;

	if (!tag_holds(bi, tag, MMAP_ENTRIES))
		return;
	entry_size = get_u32(tag->data + MMAP_ENTRY_SIZE);
	if (entry_size < MMAP_ENTRY_MIN) {
		boot_info_note(bi, BOOT_TRUNCATED_MAP);
		return;
	}
	for (; tag->size - offset >= entry_size; offset += entry_size) {
		const u8 *entry = tag->data + offset;

		boot_info_add_e820(bi, get_u64(entry), get_u64(entry + 8), get_u32(entry + 16));
	}
	if (offset != tag->size)
		boot_info_note(bi, BOOT_TRUNCATED_MAP);
}

static struct boot_colour_field __init get_field(const u8 *p)
{
	return (struct boot_colour_field){ .position = p[0], .size = p[1] };
}

static void __init take_framebuffer(struct boot_info *bi, const struct tag *tag)
{
	const u8 *data = tag->data;

	if (!tag_holds(bi, tag, FRAMEBUFFER_TYPE + 1) || data[FRAMEBUFFER_TYPE] > BOOT_FB_RGB)
		return;
	bi->has_framebuffer = true;
	bi->framebuffer = (struct boot_framebuffer){
		.addr = get_u64(data + FRAMEBUFFER_ADDR),
		.pitch = get_u32(data + FRAMEBUFFER_PITCH),
		.width = get_u32(data + FRAMEBUFFER_WIDTH),
		.height = get_u32(data + FRAMEBUFFER_HEIGHT),
		.bpp = data[FRAMEBUFFER_BPP],
		.type = data[FRAMEBUFFER_TYPE],
	};
	if (bi->framebuffer.type != BOOT_FB_RGB || !tag_holds(bi, tag, FRAMEBUFFER_SIZE))
		return;
	bi->framebuffer.red = get_field(data + FRAMEBUFFER_RED);
	bi->framebuffer.green = get_field(data + FRAMEBUFFER_GREEN);
	bi->framebuffer.blue = get_field(data + FRAMEBUFFER_BLUE);
}

static void __init take_efi(struct boot_info *bi, const struct tag *tag, bool is_64_bit)
{
	bi->on_efi = true;
	if (!tag_holds(bi, tag, HEAD_SIZE + (is_64_bit ? 8 : 4)))
		return;
	bi->efi_is_64_bit = is_64_bit;
	bi->efi_system_table = is_64_bit ? get_u64(tag->data + HEAD_SIZE)
					 : get_u32(tag->data + HEAD_SIZE);
}

static void __init take_tag(struct boot_info *bi, const struct tag *tag, u32 type)
{
	switch (type) {
	case TAG_CMDLINE:
		if (!copy_string(bi->cmdline, sizeof(bi->cmdline), tag, HEAD_SIZE))
			boot_info_note(bi, BOOT_CMDLINE_CUT);
		break;
	case TAG_LOADER_NAME:
		copy_string(bi->loader, sizeof(bi->loader), tag, HEAD_SIZE);
		break;
	case TAG_MODULE:
		take_module(bi, tag);
		break;
	case TAG_BASIC_MEM:
		take_basic_mem(bi, tag);
		break;
	case TAG_MMAP:
		bi->problems &= ~(1u << BOOT_NO_MAP);
		take_mmap(bi, tag);
		break;
	case TAG_FRAMEBUFFER:
		take_framebuffer(bi, tag);
		break;
	case TAG_EFI32:
	case TAG_EFI64:
		take_efi(bi, tag, type == TAG_EFI64);
		break;
	case TAG_EFI_MMAP:
		bi->on_efi = true;
		break; /* that it exists is all that is used */
	case TAG_ACPI_OLD:
	case TAG_ACPI_NEW:
		boot_info_take_rsdp(bi, tag->data + HEAD_SIZE, tag->size - HEAD_SIZE);
		break;
	case TAG_LOAD_BASE:
		if (tag_holds(bi, tag, HEAD_SIZE + 4))
			bi->load_base = get_u32(tag->data + HEAD_SIZE);
		break;
	default:
		break; /* of no use here */
	}
}

/* Take the tags of a block of @total bytes. Return: false if the list has no proper end. */
static bool __init take_tags(struct boot_info *bi, const u8 *block, u32 total)
{
	u32 offset = HEAD_SIZE;

	while (offset <= total && total - offset >= HEAD_SIZE) {
		struct tag tag = { .data = block + offset, .size = get_u32(block + offset + 4) };
		u32 type = get_u32(block + offset);

		if (tag.size < HEAD_SIZE || tag.size > total - offset)
			return false;
		if (type == TAG_END)
			return true;
		take_tag(bi, &tag, type);
		offset += ALIGN_UP(tag.size, 8);
	}
	return false;
}

int __init multiboot2_parse(struct boot_info *bi, const void *info, size_t len)
{
	u32 total;

	boot_info_init(bi, "multiboot2");
	if (len < HEAD_SIZE)
		return -EINVAL;
	total = get_u32(info);
	if (total < HEAD_SIZE || total > len)
		return -EINVAL;
	boot_info_note(bi, BOOT_NO_MAP); /* until there is a map tag */
	if (!take_tags(bi, info, total))
		boot_info_note(bi, BOOT_BAD_TAG);
	if (!(bi->problems & (1u << BOOT_NO_MAP)) && !bi->nr_e820)
		boot_info_note(bi, BOOT_EMPTY_MAP);
	return 0;
}
