/* SPDX-License-Identifier: 0BSD
 *
 * page.c - what has a struct page, what has an address, and what is told of a pointer without.
 */
#include <lib/align.h>
#include <mm/mm_init.h>
#include <mm/page_alloc.h>
#include <test/ktest.h>
#include <test/pages.h>

/* The struct page of a frame that has none; there is always one behind all RAM below 4 GiB. */
static struct page *page_of_a_hole(void)
{
	return pfn_to_page(ALIGN_UP(max_pfn, MAX_ORDER_NR_PAGES));
}

/* A pointer into mem_map that is @bytes from the beginning of @page. */
static struct page *into(struct page *page, unsigned long bytes)
{
	return (struct page *)((uintptr)page + bytes);
}

KTEST(page, every_pointer_between_two_struct_pages_is_none, SHORT)
{
	struct page *page = reserved_page();
	unsigned long bytes;

	kt_true(page_valid(page));
	kt_true(page_valid(into(page, sizeof(*page))));
	for (bytes = 1; bytes < sizeof(*page); bytes++)
		kt_false(page_valid(into(page, bytes)));
}

KTEST(page, what_is_no_struct_page_at_all, SHORT)
{
	kt_false(page_valid(NULL));
	kt_false(page_valid(mem_map - 1));
	kt_false(page_valid(page_of_a_hole()));
	kt_false(page_valid(phys_to_virt(0)));
}

KTEST(page, number_and_pointer_belong_together, SHORT)
{
	unsigned long pfn = page_to_pfn(reserved_page());

	kt_eq(page_to_pfn(mem_map), 0);
	kt_eq(page_to_pfn(pfn_to_page(pfn)), pfn);
	kt_eq(page_to_pfn(pfn_to_page(MAX_PFN_LIMIT - 1)), MAX_PFN_LIMIT - 1);
	kt_eq(page_to_phys(pfn_to_page(MAX_PFN_LIMIT - 1)), PFN_PHYS(MAX_PFN_LIMIT - 1));
}

KTEST(page, a_lowmem_page_and_its_address, SHORT)
{
	struct page *page = alloc_page(GFP_KERNEL);
	char *addr;

	kt_assert(page);
	addr = page_address(page);
	kt_eq(virt_to_phys(addr), page_to_phys(page));
	kt_ptr_eq(virt_to_page(addr), page);
	kt_ptr_eq(virt_to_page(addr + PAGE_SIZE - 1), page);
	__free_page(page);
}

/* As in Linux. A page that says it is of HighMem will do, so this needs no large machine. */
KTEST(page, a_page_of_highmem_has_no_address, SHORT)
{
	struct page *page = alloc_page(GFP_KERNEL);
	unsigned long flags;
	const void *addr;

	kt_assert(page);
	flags = page->flags;
	page->flags = (unsigned long)ZONE_HIGHMEM << PG_ZONE_SHIFT;
	addr = page_address(page);
	page->flags = flags;
	kt_ptr_eq(addr, NULL);
	__free_page(page);
}

KTEST(page, what_is_an_address_in_the_direct_map, SHORT)
{
	kt_false(virt_addr_valid(NULL));
	kt_false(virt_addr_valid(phys_to_virt(PFN_PHYS(max_low_pfn))));
	kt_false(virt_addr_valid(mem_map));
	kt_false(virt_addr_valid((char *)phys_to_virt(0) - 1));
	kt_true(virt_addr_valid(page_address(reserved_page())));
	if (hole_pfn() < max_low_pfn)
		kt_false(virt_addr_valid(phys_to_virt(PFN_PHYS(hole_pfn()))));
}

KTEST(page, free_pages_of_address_0_is_ignored, SHORT)
{
	unsigned long before = free_pages_now();

	free_page(0);
	free_pages(0, 3);
	kt_eq(free_pages_now(), before);
}

/* --- misuse ---------------------------------------------------------------------------------- */

KTEST(page, stop_free_of_null, STOP)
{
	kt_expect_stop("00000000 is no struct page (NULL: an allocation that failed?)");
	__free_pages(NULL, 3);
}

KTEST(page, stop_free_of_an_address, STOP)
{
	kt_expect_stop("is no struct page (an address in memory: free_pages() or kfree()?)");
	__free_page((struct page *)__get_free_page(GFP_KERNEL));
}

KTEST(page, stop_free_of_a_hole, STOP)
{
	kt_expect_stop("is no struct page (there is no RAM at its page frame)");
	__free_page(page_of_a_hole());
}

KTEST(page, stop_free_between_two_struct_pages, STOP)
{
	kt_expect_stop("is no struct page (it points between two of them)");
	__free_page(into(alloc_page(GFP_KERNEL), sizeof(long)));
}

KTEST(page, stop_free_of_a_pointer_to_nowhere, STOP)
{
	kt_expect_stop("is no struct page (it lies outside mem_map)");
	__free_page(mem_map - 1);
}

KTEST(page, stop_free_of_the_first_place_behind_mem_map, STOP)
{
	kt_expect_stop("is no struct page (it lies outside mem_map)");
	__free_page(mem_map + MAX_PFN_LIMIT);
}

KTEST(page, stop_address_of_null, STOP)
{
	kt_expect_stop("BUG: page_address: 0x00000000");
	kt_ptr_eq(page_address(NULL), NULL);
}

KTEST(page, stop_address_of_a_hole, STOP)
{
	kt_expect_stop("is no struct page (there is no RAM at its page frame)");
	kt_ptr_eq(page_address(page_of_a_hole()), NULL);
}

KTEST(page, stop_number_of_null, STOP)
{
	kt_expect_stop("BUG: page_to_pfn: 0x00000000");
	kt_eq(page_to_pfn(NULL), 0);
}

KTEST(page, stop_page_of_an_address_above_lowmem, STOP)
{
	kt_expect_stop("BUG: virt_to_page:");
	kt_ptr_eq(virt_to_page(mem_map), NULL);
}

KTEST(page, stop_page_of_null, STOP)
{
	kt_expect_stop("00000000 is not in the direct map");
	kt_ptr_eq(virt_to_page(NULL), NULL);
}

KTEST(page, stop_address_of_what_no_lowmem_reaches, STOP)
{
	kt_expect_stop("BUG: phys_to_virt: 0x38000001 has no address in the direct map");
	kt_ptr_eq(phys_to_virt(PFN_PHYS(ZONE_NORMAL_END_PFN) + 1), NULL);
}

/* Cut to 32 bits it would be physical 0x1000. */
KTEST(page, stop_address_of_physical_memory_above_4g, STOP)
{
	kt_expect_stop("BUG: phys_to_virt: 0x100001000 has no address in the direct map");
	kt_ptr_eq(phys_to_virt(0x100001000), NULL);
}

KTEST(page, stop_a_hole_given_to_the_allocator, STOP)
{
	unsigned long pfn = page_to_pfn(page_of_a_hole());

	kt_expect_stop("BUG: free_reserved_range: pfn");
	free_reserved_range(pfn, pfn + 1);
}

KTEST(page, stop_a_range_that_ends_before_it_begins, STOP)
{
	kt_expect_stop("BUG: free_reserved_range: pfn 17 to 16");
	free_reserved_range(17, 16);
}
