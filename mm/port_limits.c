/* SPDX-License-Identifier: 0BSD
 *
 * port_limits.c - the numbers of a port's <asm/page.h> and <asm/mm_limits.h> are such as mm/ can
 * use.
 *
 * There is no code: a number that will not do stops the compiler, and says which one to change.
 * Addresses that a port finds out when it runs, as the host's does, cannot be looked at here.
 */
#include <mm/mmzone.h>

/* @x if it is a constant, else 0. */
#define CONSTANT(x) __builtin_choose_expr(__builtin_constant_p(x), x, 0UL)

#define IS_POWER_OF_2(n) ((n) > 0 && ((n) & ((n)-1)) == 0)
#define MEM_MAP_BYTES	 (MAX_PFN_LIMIT * sizeof(struct page))
#define PKMAP_BYTES	 (LAST_PKMAP << PAGE_SHIFT)

/* Does a range of addresses that are constants go on behind the last one; do two have any in
 * common? */
#define WRAPS(start, bytes) (CONSTANT(start) + (bytes)-1 < (bytes)-1)
#define OVERLAP(a, a_bytes, b, b_bytes) \
	(CONSTANT(a) && CONSTANT(b) &&  \
	 (CONSTANT(a) - CONSTANT(b) < (b_bytes) || CONSTANT(b) - CONSTANT(a) < (a_bytes)))

_Static_assert(PAGE_SHIFT == 12, "<asm/page.h>: PAGE_SHIFT must be 12, mm/ is made for 4 KiB");
_Static_assert(PAGE_SIZE == 4096, "<asm/page.h>: PAGE_SIZE must be 1UL << PAGE_SHIFT");
_Static_assert(sizeof(phys_addr_t) == 8 && (phys_addr_t)-1 > 0,
	       "<asm/page.h>: phys_addr_t must be u64, also where addresses have 32 bits");
_Static_assert(IS_POWER_OF_2(SMP_CACHE_BYTES) && SMP_CACHE_BYTES >= 32 && SMP_CACHE_BYTES <= 1024,
	       "<asm/page.h>: SMP_CACHE_BYTES must be a power of two, 32 to 1024");

_Static_assert(ZONE_DMA_END_PFN <= ZONE_NORMAL_END_PFN,
	       "<asm/mm_limits.h>: ZONE_DMA_END_PFN must not be above ZONE_NORMAL_END_PFN");
_Static_assert(ZONE_NORMAL_END_PFN > 0 && ZONE_NORMAL_END_PFN <= MAX_PFN_LIMIT,
	       "<asm/mm_limits.h>: ZONE_NORMAL_END_PFN, where the direct map ends, must be above 0 "
	       "and not above MAX_PFN_LIMIT");
_Static_assert(
	ZONE_NORMAL_END_PFN <= ~0UL >> PAGE_SHIFT,
	"<asm/mm_limits.h>: ZONE_NORMAL_END_PFN: the direct map is larger than all addresses");
_Static_assert(
	MAX_PFN_LIMIT >= MAX_ORDER_NR_PAGES && MAX_PFN_LIMIT % MAX_ORDER_NR_PAGES == 0,
	"<asm/mm_limits.h>: MAX_PFN_LIMIT must be a multiple of 1024, as blocks of mem_map are");
_Static_assert(
	MAX_PFN_LIMIT <= ~0UL / 2 / sizeof(struct page),
	"<asm/mm_limits.h>: MAX_PFN_LIMIT: its mem_map is larger than half of all addresses");

_Static_assert(MAX_NUMNODES >= 1 && MAX_NUMNODES <= 64 && MAX_NUMNODES < BITS_PER_LONG,
	       "<asm/mm_limits.h>: MAX_NUMNODES must be 1 to 31, with 64-bit words 1 to 63");
_Static_assert(MAX_ACTIVE_RANGES >= 1,
	       "<asm/mm_limits.h>: MAX_ACTIVE_RANGES must be 1 or more: the ranges of RAM");
_Static_assert(NR_CPUS >= 1 && NR_CPUS <= 256, "<asm/mm_limits.h>: NR_CPUS must be 1 to 256");

#ifndef MM_NO_HIGHMEM
_Static_assert(LAST_PKMAP >= 2 && LAST_PKMAP % 2 == 0 && LAST_PKMAP <= 65536,
	       "<asm/mm_limits.h>: LAST_PKMAP must be an even number of pages, 2 to 65536");
_Static_assert(CONSTANT(PKMAP_BASE) % PAGE_SIZE == 0 && CONSTANT(KMAP_SLOT_VA) % PAGE_SIZE == 0,
	       "<asm/mm_limits.h>: PKMAP_BASE and KMAP_SLOT_VA must be addresses of pages");
_Static_assert(!WRAPS(KMAP_SLOT_VA, KMAP_BYTES),
	       "<asm/mm_limits.h>: KMAP_SLOT_VA: KMAP_BYTES, for NR_CPUS CPUs, reach over the end");
_Static_assert(
	!OVERLAP(KMAP_SLOT_VA, KMAP_BYTES, PKMAP_BASE, PKMAP_BYTES),
	"<asm/mm_limits.h>: KMAP_SLOT_VA: the slots of kmap_atomic() lie over kmap()'s pages");
#endif

#ifndef MM_MEMMAP_LINEAR
_Static_assert(CONSTANT(VMEMMAP_START) % PAGE_SIZE == 0,
	       "<asm/mm_limits.h>: VMEMMAP_START must be the address of a page");
_Static_assert(
	!WRAPS(VMEMMAP_START, MEM_MAP_BYTES),
	"<asm/mm_limits.h>: VMEMMAP_START: mem_map for MAX_PFN_LIMIT pages reaches over the end");
#ifndef MM_NO_HIGHMEM
_Static_assert(!OVERLAP(VMEMMAP_START, MEM_MAP_BYTES, KMAP_SLOT_VA, KMAP_BYTES),
	       "<asm/mm_limits.h>: VMEMMAP_START: mem_map lies over the slots of kmap_atomic()");
_Static_assert(!OVERLAP(VMEMMAP_START, MEM_MAP_BYTES, PKMAP_BASE, PKMAP_BYTES),
	       "<asm/mm_limits.h>: VMEMMAP_START: mem_map lies over the pages of kmap()");
#endif
#endif
