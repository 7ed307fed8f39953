/* SPDX-License-Identifier: 0BSD
 *
 * mm_limits.h - the zones of the i686 port and the layout of its upper virtual gigabyte.
 *
 *   C000_0000  direct map of lowmem, at most 896 MiB (MAXMEM)
 *              VMALLOC_OFFSET unmapped: an overrun of lowmem faults
 *              VMALLOC_START: areas of vmalloc(), vmap(), ioremap(); with 896 MiB at F880_0000
 *   FD80_0000  VMALLOC_END, SLAB_MAP_START: with SLAB=slab a word for each page of the address
 *              space (slab_map.c), else unmapped
 *   FDC0_0000  unmapped
 *   FE00_0000  VMEMMAP_START: struct page of pfn 0..2^20-1, 16 bytes each, backed where RAM is
 *   FF00_0000  EARLY_MAP: two 4 MiB pages, a window for the boot info before paging_init();
 *              unmapped afterwards: an overrun of mem_map faults
 *   FF80_0000  PKMAP_BASE: LAST_PKMAP pages for kmap(), one page table's worth
 *   FFC0_0000  fixmap: one page table; slots are counted down from FFFF_F000, which stays unmapped
 */
#ifndef ASM_MM_LIMITS_H
#define ASM_MM_LIMITS_H

#ifndef NR_CPUS /* make NR_CPUS= MAX_NUMNODES= */
#define NR_CPUS 1
#endif
#ifndef MAX_NUMNODES
#define MAX_NUMNODES 1
#endif

/* First pfn after the zone. ISA DMA reaches 16 MiB; the direct map ends at 896 MiB; without PAE
 * physical memory ends at 4 GiB (Gorman 2.2, 2.5). */
#define ZONE_DMA_END_PFN    4096UL
#define ZONE_NORMAL_END_PFN 229376UL
#define MAX_PFN_LIMIT	    1048576UL

/* Ranges of RAM that can be registered. */
#define MAX_ACTIVE_RANGES 2051

#define VMALLOC_OFFSET (8UL << 20)
#define VMALLOC_END    0xFD800000UL
#define SLAB_MAP_START 0xFD800000UL
#define VMEMMAP_START  0xFE000000UL
#define VMEMMAP_END    0xFF000000UL
#define EARLY_MAP_VA   0xFF000000UL
#define EARLY_MAP_END  0xFF800000UL
#define PKMAP_BASE     0xFF800000UL
#define LAST_PKMAP     1024UL
#define FIXMAP_START   0xFFC00000UL
#define FIXMAP_END     0xFFFFF000UL
#define KMAP_SLOT_VA   (FIXMAP_END - KMAP_BYTES) /* <mm/arch_api.h> */

#endif
