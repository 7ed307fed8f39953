/* SPDX-License-Identifier: 0BSD
 *
 * memory_setup.h - from a firmware's map to alloc_pages(), on any machine.
 */
#ifndef ASM_FIRMWARE_MEMORY_SETUP_H
#define ASM_FIRMWARE_MEMORY_SETUP_H

#include <asm/firmware/acpi.h>
#include <asm/firmware/boot_info.h>
#include <asm/firmware/e820.h>
#include <asm/firmware/ledger.h>
#include <asm/firmware/ram_probe.h>

/* What memory_setup() has to know of a machine. Addresses are physical, in bytes. */
struct machine_memory {
	struct e820_map *map; /* settled; RAM that does not answer will be taken out */
	struct ledger *ledger;
	const struct boot_info *info;		  /* for the loader's modules, and ACPI's root */
	phys_addr_t image_start, image_end;	  /* the kernel image, [start, end) */
	u16 ebda_segment;			  /* as a BIOS tells it; 0: there is none */
	phys_view_t view;			  /* for ACPI; NULL: it is not looked for */
	u32 apic_id;				  /* of the boot CPU */
	const struct ram_access *ram;		  /* to try it; NULL: believe the map */
	const struct page_debug_port *page_debug; /* what its options need; NULL: nothing */

	/* Hooks, in the order of their calls; NULL where there is nothing to do. */
	void (*reserve_image_parts)(void); /* ledger_add() for what is in the image, by name */
	void (*reserve)(void);		   /* ledger_add() for somebody's own memory */
	void (*ram_probed)(void);	   /* what does not answer is out of the map */
	void (*start_paging)(void);	   /* map lowmem; alloc_bootmem() works */
	void (*early)(void);		   /* the last time that alloc_bootmem() works */
	void (*bootmem_retired)(void);	   /* alloc_pages() works */
};

/* Complete @map, into which @info's entries were laid, apply what the user said, and log both. */
void settle_memory_map(struct e820_map *map, const struct boot_info *info);

/* Take the machine @m from its settled map to a buddy allocator that has all free memory; what
 * comes next is kmem_cache_init(). Panics if there is no RAM. Context: once, one CPU. */
void memory_setup(const struct machine_memory *m);

#endif
