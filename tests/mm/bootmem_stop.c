/* SPDX-License-Identifier: 0BSD
 *
 * bootmem_stop.c - what bootmem does not put up with: each test ends the kernel.
 */
#include <lib/align.h>
#include <mm/mm_init.h>

#include "boot_node.h"

static void __init open_free_node(const char *expect)
{
	if (!boot_node_open())
		return;
	boot_node_free_all();
	kt_expect_stop(expect);
}

static void __init open_reserved_node(const char *expect)
{
	if (boot_node_open())
		kt_expect_stop(expect);
}

KTEST_STOP_BOOT(bootmem, stop_size_0)
{
	open_free_node("__alloc asks for 0 bytes");
	bootmem_alloc("__alloc", 0, 32, 0);
}

KTEST_STOP_BOOT(bootmem, stop_alignment_3)
{
	open_free_node("asks for alignment 3, no power of two");
	if (bootmem_alloc_nopanic("test", 8, 3, 0))
		kt_fail("alignment 3 was served");
}

KTEST_STOP_BOOT(bootmem, stop_alignment_0)
{
	open_free_node("asks for alignment 0, no power of two");
	bootmem_alloc("test", 8, 0, 0);
}

KTEST_STOP_BOOT(bootmem, stop_out_of_memory)
{
	open_free_node(
		"Out of memory: bootmem alloc of 266240 bytes for test failed, 64 pages are free, "
		"of which 64 in a row");
	bootmem_alloc("test", 65 * PAGE_SIZE, 32, 0);
}

/* Enough pages, but not in one piece. */
KTEST_STOP_BOOT(bootmem, stop_out_of_memory_in_a_row)
{
	open_free_node("bootmem alloc of 204800 bytes for test failed, 63 pages are free, of which "
		       "43 in a row");
	reserve_bootmem(PFN_PHYS(boot_node.base + 20), PAGE_SIZE);
	bootmem_alloc("test", 50 * PAGE_SIZE, 32, 0);
}

/* The node's block loses its struct pages, and one free page is no room for new ones: nor may
 * anybody have it. */
KTEST_STOP_BOOT(bootmem, stop_memory_without_struct_pages)
{
	unsigned long low_end, limits[MAX_NR_ZONES] = { 0 };

	kt_expect_stop("bootmem alloc of 4096 bytes for test failed, 0 pages are free");
	if (!boot_node_open())
		return;
	low_end = ALIGN_UP(boot_node.base + 1, MAX_ORDER_NR_PAGES);
	boot_node_restart(boot_node.base % MAX_ORDER_NR_PAGES,
			  low_end - boot_node.base - BOOT_NODE_PAGES);
	free_bootmem(boot_node_phys(0), PAGE_SIZE);
	mem_map_blocks[boot_node.base / MAX_ORDER_NR_PAGES] = 0;
	max_low_pfn = limits[ZONE_NORMAL] = low_end;
	limits[ZONE_HIGHMEM] = max(max_pfn, low_end);
	forget_nodes();
	free_area_init_nodes(limits);
	bootmem_alloc("test", PAGE_SIZE, PAGE_SIZE, 0);
}

KTEST_STOP_BOOT(bootmem, stop_reserve_nothing)
{
	open_free_node("reserve_bootmem() of nothing at");
	reserve_bootmem(boot_node_phys(PAGE_SIZE), 0);
}

KTEST_STOP_BOOT(bootmem, stop_reserve_below_the_node)
{
	open_free_node("reserve_bootmem(): pfn ");
	reserve_bootmem(boot_node_phys(-1), 2);
}

KTEST_STOP_BOOT(bootmem, stop_reserve_above_the_node)
{
	open_free_node("reserve_bootmem(): pfn ");
	reserve_bootmem(boot_node_phys(63 * PAGE_SIZE), PAGE_SIZE + 1);
}

KTEST_STOP_BOOT(bootmem, stop_free_nothing)
{
	open_free_node("free_bootmem() of nothing at");
	free_bootmem(boot_node_phys(PAGE_SIZE), 0);
}

KTEST_STOP_BOOT(bootmem, stop_free_outside_the_node)
{
	open_free_node("free_bootmem(): pfn ");
	free_bootmem(boot_node_phys(64 * PAGE_SIZE), PAGE_SIZE);
}

KTEST_STOP_BOOT(bootmem, stop_double_free)
{
	open_free_node("is free already (freed twice?)");
	free_bootmem(boot_node_phys(5 * PAGE_SIZE), PAGE_SIZE);
}

/* Page numbers have 32 bits, addresses 64: none is taken for the one that its low bits name. */
#define FAR_AWAY (1ULL << 44)

KTEST_STOP_BOOT(bootmem, stop_free_far_above_the_node)
{
	open_reserved_node("free_bootmem(): pfn 429");
	free_bootmem(boot_node_phys(FAR_AWAY), PAGE_SIZE);
}

KTEST_STOP_BOOT(bootmem, stop_free_up_to_far_above_the_node)
{
	open_reserved_node("is outside all nodes' lowmem");
	free_bootmem(boot_node_phys(0), FAR_AWAY);
}

KTEST_STOP_BOOT(bootmem, stop_free_less_than_a_page_far_above_the_node)
{
	open_reserved_node("free_bootmem(): pfn 429");
	free_bootmem(boot_node_phys(FAR_AWAY) + 1, 100);
}

KTEST_STOP_BOOT(bootmem, stop_free_over_the_end_of_addresses)
{
	open_reserved_node("free_bootmem(): 0xffffffffffffffff bytes at 0x");
	free_bootmem(boot_node_phys(PAGE_SIZE), ~0ULL);
}

KTEST_STOP_BOOT(bootmem, stop_reserve_far_above_the_node)
{
	open_free_node("reserve_bootmem(): pfn 429");
	reserve_bootmem(boot_node_phys(FAR_AWAY), PAGE_SIZE);
}

KTEST_STOP_BOOT(bootmem, stop_reserve_up_to_far_above_the_node)
{
	open_free_node("is outside all nodes' lowmem");
	reserve_bootmem(boot_node_phys(0), FAR_AWAY);
}

KTEST_STOP_BOOT(bootmem, stop_reserve_over_the_end_of_addresses)
{
	open_free_node("reserve_bootmem(): 0xfffffffffffff001 bytes at 0x");
	reserve_bootmem(boot_node_phys(PAGE_SIZE), ~0ULL - PAGE_SIZE + 2);
}

KTEST_STOP_BOOT(bootmem, stop_empty_node)
{
	open_free_node("empty node: pfn 7 to 7");
	init_bootmem_node(NODE_DATA(0), 7, 7, 7);
}

#define RETIRED "called before init_bootmem() or after free_all_bootmem()"

KTEST_STOP_BOOT(bootmem, stop_alloc_after_retirement)
{
	kt_expect_stop("ktest_bootmem_stop_alloc_after_retirement() " RETIRED);
	alloc_bootmem(16);
}

KTEST_STOP_BOOT(bootmem, stop_free_after_retirement)
{
	kt_expect_stop("free_bootmem() " RETIRED);
	free_bootmem(0x200000, PAGE_SIZE);
}

KTEST_STOP_BOOT(bootmem, stop_retired_twice)
{
	kt_expect_stop("free_all_bootmem() " RETIRED);
	free_all_bootmem();
}

KTEST_STOP_BOOT(bootmem, stop_retired_before_there_are_zones)
{
	open_free_node("free_area_init_nodes() was not called before");
	forget_nodes();
	free_all_bootmem();
}

KTEST_STOP_BOOT(bootmem, stop_lowmem_above_the_direct_map)
{
	kt_expect_stop("but the direct map at 229376 (ZONE_NORMAL_END_PFN)");
	init_bootmem(0, 229377);
}
