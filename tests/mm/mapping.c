/* SPDX-License-Identifier: 0BSD
 *
 * mapping.c - arch_map_kernel() and arch_unmap_kernel() as mm/ may use them, and as nobody may.
 */
#include <lib/format.h>
#include <mm/highmem.h>
#include <mm/mmzone.h>
#include <test/ktest.h>

/* The page table entry of the kmap slot is there on every port. */
#define VA KMAP_SLOT_VA

/* What any port calls the range that it refuses. */
static void expect_range(const char *func, unsigned long va, unsigned long nr)
{
	static char text[96];

	snprintf(text, sizeof(text), "BUG: %s: va %08lx, %lu pages: ", func, va, nr);
	kt_expect_stop(text);
}

static void expect_pfns(unsigned long pfn, unsigned long nr)
{
	static char text[96];

	snprintf(text, sizeof(text), "BUG: arch_map_kernel: pfn %lu, %lu pages: ", pfn, nr);
	kt_expect_stop(text);
}

static unsigned long some_page_of_mem_map(void)
{
	return (unsigned long)pfn_to_page(min_low_pfn) & PAGE_MASK;
}

KTEST(mapping, stop_map_no_page, STOP)
{
	expect_range("arch_map_kernel", VA, 0);
	arch_map_kernel(VA, 1, 0, PROT_KERNEL_RW);
}

KTEST(mapping, stop_map_at_an_odd_address, STOP)
{
	expect_range("arch_map_kernel", VA + 1, 1);
	arch_map_kernel(VA + 1, 1, 1, PROT_KERNEL_RW);
}

KTEST(mapping, stop_map_a_run_that_wraps, STOP)
{
	expect_range("arch_map_kernel", VA, (~0UL >> PAGE_SHIFT) + 2);
	arch_map_kernel(VA, 1, (~0UL >> PAGE_SHIFT) + 2, PROT_KERNEL_RW);
}

KTEST(mapping, stop_map_over_lowmem, STOP)
{
	unsigned long va = (unsigned long)phys_to_virt(PFN_PHYS(min_low_pfn));

	expect_range("arch_map_kernel", va, 1);
	arch_map_kernel(va, 1, 1, PROT_KERNEL_RW);
}

KTEST(mapping, stop_map_at_null, STOP)
{
	expect_range("arch_map_kernel", 0, 1);
	arch_map_kernel(0, 1, 1, PROT_KERNEL_RW);
}

KTEST(mapping, stop_map_a_pfn_that_does_not_exist, STOP)
{
	expect_pfns(MAX_PFN_LIMIT + 1, 1);
	arch_map_kernel(VA, MAX_PFN_LIMIT + 1, 1, PROT_KERNEL_RW);
}

KTEST(mapping, stop_map_pfns_over_the_last_one, STOP)
{
	unsigned long va = VA - PAGE_SIZE;

	expect_pfns(MAX_PFN_LIMIT - 1, 2);
	arch_map_kernel(va, MAX_PFN_LIMIT - 1, 2, PROT_KERNEL_RW);
}

KTEST(mapping, stop_map_over_mem_map, STOP)
{
	expect_range("arch_map_kernel", some_page_of_mem_map(), 1);
	arch_map_kernel(some_page_of_mem_map(), 1, 1, PROT_KERNEL_RW);
}

KTEST(mapping, stop_unmap_no_page, STOP)
{
	expect_range("arch_unmap_kernel", VA, 0);
	arch_unmap_kernel(VA, 0);
}

KTEST(mapping, stop_unmap_at_an_odd_address, STOP)
{
	expect_range("arch_unmap_kernel", VA + PAGE_SIZE / 2, 1);
	arch_unmap_kernel(VA + PAGE_SIZE / 2, 1);
}

KTEST(mapping, stop_unmap_a_run_that_wraps, STOP)
{
	expect_range("arch_unmap_kernel", VA, ~0UL);
	arch_unmap_kernel(VA, ~0UL);
}

KTEST(mapping, stop_unmap_lowmem, STOP)
{
	unsigned long va = (unsigned long)phys_to_virt(PFN_PHYS(max_low_pfn / 2));

	expect_range("arch_unmap_kernel", va, 1);
	arch_unmap_kernel(va, 1);
}

KTEST(mapping, stop_unmap_mem_map, STOP)
{
	expect_range("arch_unmap_kernel", some_page_of_mem_map(), 1);
	arch_unmap_kernel(some_page_of_mem_map(), 1);
}
