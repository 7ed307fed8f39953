/* SPDX-License-Identifier: 0BSD
 *
 * mem_map.c - the memory that holds the struct pages (Gorman 2.3.1).
 *
 * 1. Window      With VMEMMAP_START each block's piece of the array is one run of pages, or, where
 *                none is free, page by page. So a hole of 2 GiB costs nothing, and no large free
 *                block is needed. The memory is that of the block's own node, of a mixed one's
 *                first; if that has none left (it is all HighMem, or most of it is), that of the
 *                nearest node that has. mem_map may take three quarters of each node's free lowmem.
 * 2. Linear      With MM_MEMMAP_LINEAR the array is one run of bootmem, from the first block to the
 *                last one, holes included; if there is no such run, or it would be more than three
 *                quarters of what is free, up to a block below.
 * 3. Proof       A port that maps the window wrongly would have all struct pages overwrite each
 *                other, which shows much later. So each page of it is written to through the
 *                window and read through the direct map before it is used.
 * 4. Locking     None: one CPU during the boot.
 */
#include <mm/bootmem.h>
#include "internal.h"

#define STRUCT_PAGES_PER_BLOCK (MAX_ORDER_NR_PAGES * sizeof(struct page) >> PAGE_SHIFT)

#ifdef MM_MEMMAP_LINEAR

unsigned long mem_map_linear;

/* The first block behind the run. */
static unsigned long end_block __initdata;

void __init mem_map_begin(unsigned long start, unsigned long end)
{
	unsigned long budget = bootmem_free_pages() / 4 * 3 / STRUCT_PAGES_PER_BLOCK;
	void *run = NULL;

	for (end = min(end, start + budget); end > start && !run; end--)
		run = bootmem_alloc_node_raw("mem_map", NULL,
					     (end - start) * STRUCT_PAGES_PER_BLOCK << PAGE_SHIFT,
					     PAGE_SIZE, BOOTMEM_GOAL);
	end_block = run ? end + 1 : start;
	mem_map_linear = (unsigned long)run - start * (STRUCT_PAGES_PER_BLOCK << PAGE_SHIFT);
}

bool __init mem_map_back(unsigned long block, int nid __unused)
{
	return block < end_block;
}

#else

/* What mem_map may still take of each node's lowmem: the rest must be worth having, and hold the
 * page tables of mem_map. */
static unsigned long mem_map_budget[MAX_NUMNODES] __initdata;

void __init mem_map_begin(unsigned long start __unused, unsigned long end __unused)
{
	int nid;

	for_each_online_node (nid)
		mem_map_budget[nid] = bootmem_free_pages_node(NODE_DATA(nid)) / 4 * 3;
}

/* What is written at @va, of the window, must be found at @p, unless the window has pages already.
 * */
#ifdef MM_MEMMAP_APART
#define check_mapped(va, p) ((void)(p))
#else
static void __init check_mapped(unsigned long va, const void *p)
{
	*(volatile unsigned long *)va = va;
	mm_bug_on(
		*(const volatile unsigned long *)p != va,
		"arch_map_kernel() did not map %lx, a page of mem_map, to physical 0x%llx: what is "
		"written there is not found at %p",
		va, virt_to_phys(p), p);
}
#endif

/* Map the @nr pages of bootmem's @piece as struct pages at @va. */
static void __init map_struct_pages(unsigned long va, const char *piece, unsigned long nr)
{
	if (arch_map_kernel(va, PFN_DOWN(virt_to_phys(piece)), nr, PROT_KERNEL_RW))
		panic("mem_map: no memory for the page table of %lx, %lu pages are free", va,
		      bootmem_free_pages());
	for (; nr; nr--, va += PAGE_SIZE, piece += PAGE_SIZE)
		check_mapped(va, piece);
}

/* Back the struct pages of @block, with memory of node @nid: one run of pages, or single ones. */
static void __init back_block(unsigned long block, int nid)
{
	unsigned long va = (unsigned long)pfn_to_page(block * MAX_ORDER_NR_PAGES);
	pg_data_t *pgdat = NODE_DATA(nid);
	void *run = bootmem_alloc_node_raw("mem_map", pgdat, STRUCT_PAGES_PER_BLOCK << PAGE_SHIFT,
					   PAGE_SIZE, BOOTMEM_GOAL);
	unsigned long i;

	if (run)
		map_struct_pages(va, run, STRUCT_PAGES_PER_BLOCK);
	for (i = 0; !run && i < STRUCT_PAGES_PER_BLOCK; i++)
		map_struct_pages(
			va + (i << PAGE_SHIFT),
			bootmem_alloc_node("mem_map", pgdat, PAGE_SIZE, PAGE_SIZE, BOOTMEM_GOAL),
			1);
}

/* The node that gives the struct pages of a block of node @nid: this one if it can, else the
 * nearest. Return: NUMA_NO_NODE: none has so much left. */
static int __init mem_map_giver(int nid)
{
	int other, best = NUMA_NO_NODE;

	for_each_online_node (other)
		if (mem_map_budget[other] >= STRUCT_PAGES_PER_BLOCK &&
		    (best == NUMA_NO_NODE || node_distance(nid, other) < node_distance(nid, best)))
			best = other;
	return best;
}

bool __init mem_map_back(unsigned long block, int nid)
{
	int giver = mem_map_giver(nid);

	if (giver == NUMA_NO_NODE)
		return false;
	back_block(block, giver);
	mem_map_budget[giver] -= STRUCT_PAGES_PER_BLOCK;
	return true;
}

#endif
