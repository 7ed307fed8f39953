/* SPDX-License-Identifier: 0BSD
 *
 * boot_info.h - what the boot loader handed over, copied out of its memory.
 *
 * Filled once by multiboot_parse(), multiboot2_parse() or pvh_parse() before anything is allocated;
 * nothing here points into loader memory except the modules' physical ranges, which the ledger
 * reserves.
 */
#ifndef ASM_FIRMWARE_BOOT_INFO_H
#define ASM_FIRMWARE_BOOT_INFO_H

#include <asm/page.h>
#include <lib/compiler.h>
#include <lib/types.h>

#define BOOT_CMDLINE_SIZE 4097 /* 4096 bytes and a zero */
#define BOOT_STRING_SIZE  128
#define BOOT_MODULES_MAX  32

struct e820_map;

/* One entry of the firmware's map, as it came: bytes, not yet checked. */
struct boot_e820_entry {
	u64 addr, size;
	u32 type;
};

struct boot_module {
	phys_addr_t start, end; /* [start, end) */
	char string[BOOT_STRING_SIZE];
};

/* Which bits of a pixel are one of its colours. */
struct boot_colour_field {
	u8 position, size;
};

enum boot_framebuffer_type { BOOT_FB_INDEXED, BOOT_FB_RGB };

/* The pixels on the screen, as the loader told of them: not yet checked. */
struct boot_framebuffer {
	u64 addr;
	u32 pitch, width, height; /* bytes of a line, pixels, lines */
	u8 bpp;			  /* bits of a pixel */
	u8 type;		  /* enum boot_framebuffer_type */
	struct boot_colour_field red, green, blue;
};

/* The root pointer of ACPI (ACPI specification 6.4, 5.2.5.3). What comes after rsdt_address is
 * there from revision 2 on; either of the two addresses may be 0. */
struct acpi_rsdp {
	char signature[8];
	u8 checksum;
	char oem_id[6];
	u8 revision;
	u32 rsdt_address;
	u32 length;
	u64 xsdt_address;
	u8 extended_checksum;
	u8 reserved[3];
} __packed;

#define ACPI_RSDP_V1_SIZE 20

/* What was wrong with the loader's data; bits of boot_info.problems, texts from boot_problem(). */
enum boot_problem {
	BOOT_NO_MAP,	    /* no memory map at all */
	BOOT_EMPTY_MAP,	    /* a map without entries */
	BOOT_TRUNCATED_MAP, /* an entry reaches over the end of the map: the rest is ignored */
	BOOT_CMDLINE_CUT,   /* longer than BOOT_CMDLINE_SIZE - 1: ends where that is */
	BOOT_BAD_MODULE,    /* a module that ends before it starts: ignored */
	BOOT_MODULES_LOST,  /* more than BOOT_MODULES_MAX: the last entry covers the rest */
	BOOT_BAD_POINTER,   /* a pointer to memory that cannot be read: ignored */
	BOOT_BAD_TAG,	    /* multiboot 2: a tag's size is impossible: the rest is ignored */
	BOOT_BAD_RSDP,	    /* signature or sum of the RSDP is wrong: ignored */
	NR_BOOT_PROBLEMS
};

struct boot_info {
	const char *protocol;  /* "multiboot", "multiboot2" or "PVH" */
	unsigned int problems; /* bit mask of 1 << enum boot_problem */
	char loader[BOOT_STRING_SIZE];
	char cmdline[BOOT_CMDLINE_SIZE];

	bool has_basic_mem;	  /* mem_lower and mem_upper are valid */
	u32 mem_lower, mem_upper; /* KiB below 640 KiB, KiB from 1 MiB to the first hole */

	struct e820_map *map; /* the firmware's map, sanitised; set before the parser is called */
	unsigned int nr_e820; /* entries that came */
	unsigned int nr_wrapped; /* those that reach over the end of the address space */
	struct boot_e820_entry first_wrapped;

	unsigned int nr_modules, modules_lost;
	struct boot_module modules[BOOT_MODULES_MAX];

	bool has_framebuffer; /* the screen shows pixels; false: VGA text, or no screen */
	struct boot_framebuffer framebuffer; /* its colours are 0 unless it is of type RGB */
	bool on_efi; /* multiboot 2 brought an EFI tag: there is no VGA text and no EBDA */

	/* What else the loader told, for a kernel that starts here; mmkit uses none of it. */
	bool has_rsdp;
	struct acpi_rsdp rsdp; /* a copy */
	bool efi_is_64_bit;
	u64 efi_system_table; /* physical address; 0: none */
	u32 load_base;	      /* physical address at which the image was put; 0: not told */
};

/* One line's worth of text for a problem. */
const char *boot_problem(enum boot_problem problem);

#endif
