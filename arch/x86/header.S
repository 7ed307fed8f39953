/* SPDX-License-Identifier: 0BSD
 *
 * header.S - what boot loaders look for in the first 8 KiB (multiboot 1) and 32 KiB (multiboot 2).
 *
 * Both headers ask for as little as possible: the ELF program headers say where to load. No EFI
 * boot services tag: with it GRUB would leave the memory map out. The multiboot 2 header would like
 * pixels of this size, or others, or none; the multiboot 1 header, by which the ISO boots on a
 * BIOS, says nothing, which keeps the text screen.
 *
 * And the ELF note by which a PVH loader finds its entry point: owner "Xen", type 18, an address
 * (Xen's public/elfnote.h). QEMU prefers the multiboot 1 header.
 */
#include <asm/firmware/multiboot.h>

#define XEN_ELFNOTE_PHYS32_ENTRY 18

#define MB1_PAGE_ALIGN	0x1 /* modules on page boundaries */
#define MB1_MEMORY_INFO 0x2
#define MB1_FLAGS	(MB1_PAGE_ALIGN | MB1_MEMORY_INFO)

#define MB2_ARCH_I386	     0
#define MB2_TAG_END	     0
#define MB2_TAG_FRAMEBUFFER  5
#define MB2_TAG_MODULE_ALIGN 6
#define MB2_OPTIONAL	     1

	.section .head.multiboot, "a"

	.balign 4
	.long	MULTIBOOT_HEADER_MAGIC
	.long	MB1_FLAGS
	.long	-(MULTIBOOT_HEADER_MAGIC + MB1_FLAGS)

	.balign 8
mb2_header:
	.long	MULTIBOOT2_HEADER_MAGIC
	.long	MB2_ARCH_I386
	.long	mb2_header_end - mb2_header
	.long	-(MULTIBOOT2_HEADER_MAGIC + MB2_ARCH_I386 + (mb2_header_end - mb2_header))

	.short	MB2_TAG_MODULE_ALIGN, 0
	.long	8
	.short	MB2_TAG_FRAMEBUFFER, MB2_OPTIONAL
	.long	20
	.long	1280, 800, 32		/* width, height, bits of a pixel */
	.balign 8
	.short	MB2_TAG_END, 0
	.long	8
mb2_header_end:

	.section .note.pvh, "a", @note

	.balign 4
	.long	pvh_owner_end - pvh_owner
	.long	4
	.long	XEN_ELFNOTE_PHYS32_ENTRY
pvh_owner:
	.asciz	"Xen"
pvh_owner_end:
	.balign 4
	.long	pvh_entry

	.section .note.GNU-stack, "", @progbits
