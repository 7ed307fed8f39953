/* SPDX-License-Identifier: 0BSD
 *
 * multiboot.h - the loader's magic numbers and the parsers of its data (Multiboot specification
 * 0.6.96 section 3, Multiboot2 specification 2.0 section 3). Usable from assembly.
 */
#ifndef ASM_MULTIBOOT_H
#define ASM_MULTIBOOT_H

#define MULTIBOOT_HEADER_MAGIC	0x1BADB002
#define MULTIBOOT_LOADER_MAGIC	0x2BADB002
#define MULTIBOOT2_HEADER_MAGIC 0xE85250D6
#define MULTIBOOT2_LOADER_MAGIC 0x36D76289

#ifndef __ASSEMBLER__

#include <boot/boot_info.h>

/* Copy @len bytes of physical memory at @src to @dst. False if that memory cannot be read (beyond
 * 4 GiB, for instance); then @dst is undefined. */
typedef bool (*phys_copy_t)(void *ctx, void *dst, phys_addr_t src, size_t len);

/* Read the multiboot 1 information structure at physical address @addr into @bi (zeroed here).
 * Pure but for @copy. Every length is checked; what is wrong is left out and noted in
 * bi->problems. Return: 0; -EINVAL if the structure itself cannot be read. */
int multiboot_parse(struct boot_info *bi, u32 addr, phys_copy_t copy, void *ctx);

/* The same for the multiboot 2 information of @len bytes at @info (total_size first). Return: 0;
 * -EINVAL if total_size does not fit into @len or is too small. */
int multiboot2_parse(struct boot_info *bi, const void *info, size_t len);

/* For the two parsers: note a problem; store a map entry (in a full map, one that is not RAM takes
 * the place of the smallest RAM entry); store a module (NULL: not stored, so has no string). */
void boot_info_note(struct boot_info *bi, enum boot_problem problem);
void boot_info_add_e820(struct boot_info *bi, u64 addr, u64 size, u32 type);
struct boot_module *boot_info_add_module(struct boot_info *bi, u32 start, u32 end);

#endif
#endif
