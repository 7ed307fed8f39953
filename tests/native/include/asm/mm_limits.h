/* SPDX-License-Identifier: 0BSD
 *
 * mm_limits.h - the zones of the native port and its address ranges.
 *
 *   8000_0000  direct map of lowmem, 1 GiB; a program of 32 bits lies below it
 *   C100_0000  VMEMMAP_START: struct page of pfn 0..2^20-1, backed where RAM is
 *   C210_0000  kmap()'s addresses, which nothing is ever mapped at: there is no HighMem
 *
 * Behind that are the program's libraries, from the top downwards, and its stack. With 64 bits the
 * direct map is at 4000_0000 and mem_map at 3000_0000: as constants they have 32.
 */
#ifndef ASM_MM_LIMITS_H
#define ASM_MM_LIMITS_H

#ifndef NR_CPUS /* make NR_CPUS= MAX_NUMNODES= */
#define NR_CPUS 1
#endif
#ifndef MAX_NUMNODES
#define MAX_NUMNODES 1
#endif

#define ZONE_DMA_END_PFN    4096UL
#define ZONE_NORMAL_END_PFN 262144UL
#define MAX_PFN_LIMIT	    1048576UL

#define MAX_ACTIVE_RANGES 4

#ifdef __x86_64__
#define NATIVE_PAGE_OFFSET 0x40000000UL
#define VMEMMAP_START	   0x30000000UL
#else
#define NATIVE_PAGE_OFFSET 0x80000000UL
#define VMEMMAP_START	   0xC1000000UL
#endif
#define MM_MEMMAP_APART
#define VMEMMAP_END    (VMEMMAP_START + MAX_PFN_LIMIT * 4 * sizeof(void *))
#define KMAP_SLOT_VA   (VMEMMAP_END + 0x100000UL)
#define PKMAP_BASE     (VMEMMAP_END + 0x200000UL)
#define LAST_PKMAP     1024UL
#define VMALLOC_OFFSET (8UL << 20)

#endif
