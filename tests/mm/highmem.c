/* SPDX-License-Identifier: 0BSD
 *
 * highmem.c - the slot through which a page outside the direct map is reached.
 *
 * The slot is checked through a second mapping, one page below it in the same page table, which
 * nothing else uses.
 */
#include <asm/pgtable.h>
#include <mm/highmem.h>
#include <test/ktest.h>

#include "irqs_on.h"
#include "page_stock.h"

#define SECOND_VA (KMAP_SLOT_VA - PAGE_SIZE)

static struct page *highmem_page(void)
{
	struct page *page = alloc_page(GFP_HIGHUSER);

	if (page && page_zonenum(page) == ZONE_HIGHMEM)
		return page;
	if (page)
		__free_page(page);
	return NULL;
}

#define need_highmem_page(page)                             \
	do {                                                \
		(page) = highmem_page();                    \
		if (!(page))                                \
			kt_skip("no free page of HighMem"); \
	} while (0)

/* @page at SECOND_VA. */
static u32 *map_second(const struct page *page)
{
	kt_eq(arch_map_kernel(SECOND_VA, page_to_pfn(page), 1, PROT_KERNEL_RW), 0);
	return (u32 *)SECOND_VA;
}

static void unmap_second(void)
{
	arch_unmap_kernel(SECOND_VA, 1);
}

KTEST(highmem, a_lowmem_page_has_its_own_address, SHORT)
{
	struct page *page = alloc_page(GFP_KERNEL);
	phys_addr_t phys;
	pte_t flags;
	void *addr;

	kt_assert(page);
	addr = kmap_atomic(page);
	kt_ptr_eq(addr, page_address(page));
	kt_false(kernel_page_lookup(KMAP_SLOT_VA, &phys, &flags));
	kunmap_atomic(addr);
	__free_page(page);
}

KTEST(highmem, lowmem_pages_nest, SHORT)
{
	struct page *page = alloc_pages(GFP_KERNEL, 1);
	void *first, *second;

	kt_assert(page);
	first = kmap_atomic(page);
	second = kmap_atomic(page + 1);
	kt_ptr_eq(second, (char *)first + PAGE_SIZE);
	kunmap_atomic(second);
	kunmap_atomic(first);
	__free_pages(page, 1);
}

KTEST(highmem, the_slot_shows_the_page, SHORT)
{
	struct page *page;
	phys_addr_t phys = 0;
	pte_t flags = 0;
	u32 *slot, *second;
	unsigned int i;

	need_highmem_page(page);
	slot = kmap_atomic(page);
	kt_eq((unsigned long)slot, KMAP_SLOT_VA);
	kt_true(kernel_page_lookup(KMAP_SLOT_VA, &phys, &flags));
	kt_eq(phys, page_to_phys(page));
	kt_true(flags & _PAGE_RW);
	for (i = 0; i < PAGE_SIZE / 4; i++)
		slot[i] = i * 2654435761u;
	second = map_second(page);
	for (i = 0; i < PAGE_SIZE / 4; i++)
		if (!kt_eq(second[i], i * 2654435761u))
			break;
	second[7] = 77;
	kt_eq(slot[7], 77);
	unmap_second();
	kunmap_atomic(slot);
	__free_page(page);
}

KTEST(highmem, the_slot_is_empty_after_use, SHORT)
{
	struct page *page;
	phys_addr_t phys;
	pte_t flags;

	need_highmem_page(page);
	kunmap_atomic(kmap_atomic(page));
	kt_false(kernel_page_lookup(KMAP_SLOT_VA, &phys, &flags));
	__free_page(page);
}

/* A stale TLB entry would show the page before. */
KTEST(highmem, the_slot_changes_between_pages, SHORT)
{
	struct page_stock stock;
	struct page *page;
	u32 *slot;

	page_stock_init(&stock);
	while (stock.pages < 100 && (page = highmem_page()) != NULL)
		page_stock_add(&stock, page, 0);
	if (!stock.pages)
		kt_skip("no free page of HighMem");
	list_for_each_entry (page, &stock.blocks[0], lru) {
		slot = kmap_atomic(page);
		slot[0] = slot[1023] = (u32)page_to_pfn(page);
		kunmap_atomic(slot);
	}
	list_for_each_entry (page, &stock.blocks[0], lru) {
		slot = kmap_atomic(page);
		kt_eq(slot[0], page_to_pfn(page));
		kt_eq(slot[1023], page_to_pfn(page));
		kunmap_atomic(slot);
	}
	page_stock_free(&stock);
}

/* Pages from the whole zone, its ends among them. */
KTEST(highmem, any_page_of_the_zone_can_be_reached, SHORT)
{
	const struct zone *zone = &NODE_DATA(0)->node_zones[ZONE_HIGHMEM];
	struct page_stock stock;
	struct page *page;
	unsigned int order;
	u32 *slot;

	page_stock_init(&stock);
	while (zone->nr_free_pages && page_stock_alloc(&stock, GFP_HIGHUSER, MAX_ORDER - 1))
		;
	if (!stock.pages)
		kt_skip("no free block of HighMem");
	order = MAX_ORDER - 1;
	list_for_each_entry (page, &stock.blocks[order], lru) {
		slot = kmap_atomic(page + MAX_ORDER_NR_PAGES - 1);
		if (slot == (u32 *)KMAP_SLOT_VA)
			*slot = (u32)page_to_pfn(page);
		kunmap_atomic(slot);
	}
	list_for_each_entry (page, &stock.blocks[order], lru) {
		slot = kmap_atomic(page + MAX_ORDER_NR_PAGES - 1);
		if (slot == (u32 *)KMAP_SLOT_VA)
			kt_eq(*slot, page_to_pfn(page));
		kunmap_atomic(slot);
	}
	page_stock_free(&stock);
}

KTEST(highmem, interrupts_are_off_while_the_slot_is_used, SHORT)
{
	bool off_inside, off_after;
	struct irqs_on irqs;
	struct page *page;
	void *addr;

	need_highmem_page(page);
	irqs_on_begin(&irqs);
	addr = kmap_atomic(page);
	off_inside = irqs_disabled();
	kunmap_atomic(addr);
	off_after = irqs_disabled();
	irqs_on_end(&irqs);
	kt_true(off_inside);
	kt_false(off_after);

	kunmap_atomic(kmap_atomic(page));
	kt_true(irqs_disabled());
	__free_page(page);
}

/* Three pages in a row, the middle one is cleared. */
KTEST(highmem, clearing_a_page_clears_no_other, SHORT)
{
	struct page *page = alloc_pages(GFP_HIGHUSER, 2);
	unsigned int i;
	u8 *addr;

	kt_assert(page);
	for (i = 0; i < 3; i++) {
		addr = kmap_atomic(page + i);
		memset(addr, 0xA5, PAGE_SIZE);
		kunmap_atomic(addr);
	}
	clear_highpage(page + 1);
	for (i = 0; i < 3; i++) {
		addr = kmap_atomic(page + i);
		kt_eq(addr[0], i == 1 ? 0 : 0xA5);
		kt_eq(addr[PAGE_SIZE - 1], i == 1 ? 0 : 0xA5);
		kunmap_atomic(addr);
	}
	__free_pages(page, 2);
}

static bool slot_page_is_zero(struct page *page)
{
	const u32 *word = kmap_atomic(page);
	bool zero = true;
	unsigned int i;

	for (i = 0; i < PAGE_SIZE / 4; i++)
		zero &= word[i] == 0;
	kunmap_atomic((void *)word);
	return zero;
}

KTEST(highmem, zeroed_pages_of_highmem_are_zero, SHORT)
{
	struct page *page;
	unsigned int i;
	void *addr;

	need_highmem_page(page);
	__free_page(page);
	page = alloc_pages(GFP_HIGHUSER, 3);
	kt_assert(page);
	for (i = 0; i < 8; i++) {
		addr = kmap_atomic(page + i);
		memset(addr, 0xA5, PAGE_SIZE);
		kunmap_atomic(addr);
	}
	__free_pages(page, 3);
	page = alloc_pages(GFP_HIGHUSER | __GFP_ZERO, 3);
	kt_assert(page);
	for (i = 0; i < 8; i++)
		kt_true(slot_page_is_zero(page + i));
	__free_pages(page, 3);
}

/* --- misuse ---------------------------------------------------------------------------------- */

/* A page that says it is of HighMem will do, so this needs no large machine. */
KTEST(highmem, stop_nested_use_of_the_slot, STOP)
{
	struct page *page = alloc_page(GFP_KERNEL);
	void *addr;

	page->flags = (unsigned long)ZONE_HIGHMEM << PG_ZONE_SHIFT;
	addr = kmap_atomic(page);
	kt_expect_stop("(kunmap_atomic() forgotten, or nested?)");
	kunmap_atomic(kmap_atomic(page));
	kunmap_atomic(addr);
}

KTEST(highmem, stop_unmapped_twice, STOP)
{
	kt_expect_stop("the slot is not in use (unmapped twice?)");
	kunmap_atomic((void *)KMAP_SLOT_VA);
}
