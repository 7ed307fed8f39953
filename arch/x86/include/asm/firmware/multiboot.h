/* SPDX-License-Identifier: 0BSD
 *
 * multiboot.h - the loader's magic numbers and the parsers of its data (Multiboot specification
 * 0.6.96 section 3, Multiboot2 specification 2.0 section 3, Xen's PVH boot ABI). Usable from
 * assembly.
 */
#ifndef ASM_FIRMWARE_MULTIBOOT_H
#define ASM_FIRMWARE_MULTIBOOT_H

#define MULTIBOOT_HEADER_MAGIC	0x1BADB002
#define MULTIBOOT_LOADER_MAGIC	0x2BADB002
#define MULTIBOOT2_HEADER_MAGIC 0xE85250D6
#define MULTIBOOT2_LOADER_MAGIC 0x36D76289
#define PVH_START_MAGIC		0x336EC578 /* in the start info; head.S puts it into EAX */

#ifndef __ASSEMBLER__

#include <asm/firmware/boot_info.h>

/* Copy @len bytes of physical memory at @src to @dst. False if that memory cannot be read (beyond
 * 4 GiB, for instance); then @dst is undefined. */
typedef bool (*phys_copy_t)(void *ctx, void *dst, phys_addr_t src, size_t len);

/* Read the multiboot 1 information structure at physical address @addr into @bi and bi->map, both
 * emptied here. Pure but for @copy. Every length is checked; what is wrong is left out and noted in
 * bi->problems. Return: 0; -EINVAL if the structure itself cannot be read. */
int multiboot_parse(struct boot_info *bi, u32 addr, phys_copy_t copy, void *ctx);

/* The same for the multiboot 2 information of @len bytes at @info (total_size first). Return: 0;
 * -EINVAL if total_size does not fit into @len or is too small. */
int multiboot2_parse(struct boot_info *bi, const void *info, size_t len);

/* The same for the start info of PVH, version 0 (without a memory map) or later. Return: 0; -EINVAL
 * if it cannot be read or is none. */
int pvh_parse(struct boot_info *bi, u32 addr, phys_copy_t copy, void *ctx);

/* For the parsers that follow pointers: the caller's copy function and where problems are noted. */
struct boot_reader {
	phys_copy_t copy;
	void *ctx;
	struct boot_info *bi;
};

/* Return: false, with BOOT_BAD_POINTER noted, if not all can be read. */
bool boot_read(struct boot_reader *r, void *dst, phys_addr_t src, size_t len);

/* Copy the string at @src to @dst, which is empty, byte by byte, since the memory behind it may not
 * be readable. Address 0 means that there is none. Return: false if it did not fit. */
bool boot_read_string(struct boot_reader *r, char *dst, size_t size, phys_addr_t src);

/* No real list of modules is as long. It ends the walk through one whose length is a lie. */
#define MODULES_WALK_MAX 1024u

/* For all parsers: begin with nothing (bi->map stays, emptied); note a problem; lay an entry over
 * bi->map; store a module (NULL: not stored, so has no string); keep a root pointer of ACPI if its
 * sums are right and none of a later revision is there. */
void boot_info_init(struct boot_info *bi, const char *protocol);
void boot_info_note(struct boot_info *bi, enum boot_problem problem);
void boot_info_add_e820(struct boot_info *bi, u64 addr, u64 size, u32 type);
struct boot_module *boot_info_add_module(struct boot_info *bi, phys_addr_t start, phys_addr_t end);
void boot_info_take_rsdp(struct boot_info *bi, const void *data, size_t len);

#endif
#endif
