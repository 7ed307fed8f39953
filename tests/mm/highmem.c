/* SPDX-License-Identifier: 0BSD
 *
 * highmem.c - the slots through which pages outside the direct map are reached.
 *
 * The first slot is checked through a second mapping, one page below it in the same page table,
 * which nothing else uses.
 */
#include <asm/pgtable.h>
#include <lib/align.h>
#include <mm/highmem.h>
#include <test/ktest.h>
#include <test/pages.h>

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
	kunmap_atomic(addr); /* as in Linux: there is nothing to undo */
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
	const struct zone *zone = zone_of(ZONE_HIGHMEM);
	struct page_stock stock;
	struct page *page;
	unsigned int order;
	u32 *slot;

	page_stock_init(&stock);
	while (zone->nr_free_pages &&
	       (page = alloc_pages_node(zone->zone_pgdat->node_id, GFP_HIGHUSER, MAX_ORDER - 1)))
		page_stock_add(&stock, page, MAX_ORDER - 1);
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
	unsigned long flags;
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

	flags = local_irq_save();
	kunmap_atomic(kmap_atomic(page));
	kt_true(irqs_disabled());
	local_irq_restore(flags);
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

/* --- several pages at a time ----------------------------------------------------------------- */

/* Pages of lowmem that say they are of HighMem: so the slots are tested on small machines too. */
static struct page *block;
static unsigned long block_flags[16];

static bool take_pretended(void)
{
	unsigned int i;

	block = alloc_pages(GFP_KERNEL, 4);
	for (i = 0; block && i < 16; i++) {
		block_flags[i] = block[i].flags;
		block[i].flags = (unsigned long)ZONE_HIGHMEM << PG_ZONE_SHIFT;
	}
	return block;
}

static void free_pretended(void)
{
	unsigned int i;

	for (i = 0; i < 16; i++)
		block[i].flags = block_flags[i];
	__free_pages(block, 4);
}

KTEST(highmem, one_page_is_copied_to_another, SHORT)
{
	u32 *from, *to;
	unsigned int i;

	if (!take_pretended())
		kt_skip("no free block of 16 pages");
	from = kmap_atomic(block);
	for (i = 0; i < PAGE_SIZE / 4; i++)
		from[i] = i * 2654435761u;
	to = kmap_atomic(block + 1);
	kt_true(to != from);
	memcpy(to, from, PAGE_SIZE);
	kunmap_atomic(to);
	kunmap_atomic(from);
	kt_eq(memcmp(lowmem_page_address(block), lowmem_page_address(block + 1), PAGE_SIZE), 0);
	free_pretended();
}

/* Each slot shows its own page, and nothing is mapped between them. */
KTEST(highmem, all_slots_are_used_at_once, SHORT)
{
	u32 *slot[KMAP_NR_SLOTS];
	phys_addr_t phys = 0;
	unsigned int i;
	pte_t flags;

	_Static_assert(KMAP_NR_SLOTS >= 4 && KMAP_NR_SLOTS <= 16, "the block has 16 pages");
	if (!take_pretended())
		kt_skip("no free block of 16 pages");
	for (i = 0; i < KMAP_NR_SLOTS; i++) {
		slot[i] = kmap_atomic(block + i);
		*slot[i] = i;
	}
	for (i = 0; i < KMAP_NR_SLOTS; i++) {
		kt_true(kernel_page_lookup((unsigned long)slot[i], &phys, &flags));
		kt_eq(phys, page_to_phys(block + i));
		kt_eq(*(u32 *)lowmem_page_address(block + i), i);
		kt_false(kernel_page_lookup((unsigned long)slot[i] + PAGE_SIZE, &phys, &flags));
	}
	for (i = KMAP_NR_SLOTS; i-- > 0;) {
		kunmap_atomic(slot[i]);
		kt_false(kernel_page_lookup((unsigned long)slot[i], &phys, &flags));
	}
	free_pretended();
}

/* As in Linux, any address in the page will do. */
KTEST(highmem, an_address_inside_the_page_ends_its_use, SHORT)
{
	phys_addr_t phys;
	pte_t flags;
	char *slot;

	if (!take_pretended())
		kt_skip("no free block of 16 pages");
	slot = kmap_atomic(block);
	kunmap_atomic(slot + 16);
	kt_false(kernel_page_lookup((unsigned long)slot, &phys, &flags));
	slot = kmap_atomic(block);
	kunmap_atomic(slot + PAGE_SIZE - 1);
	kt_false(kernel_page_lookup((unsigned long)slot, &phys, &flags));
	free_pretended();
}

KTEST(highmem, interrupts_come_back_with_the_last_slot, SHORT)
{
	bool off_inside, off_after;
	void *outer, *inner;
	struct irqs_on irqs;

	if (!take_pretended())
		kt_skip("no free block of 16 pages");
	irqs_on_begin(&irqs);
	outer = kmap_atomic(block);
	inner = kmap_atomic(block + 1);
	kunmap_atomic(inner);
	off_inside = irqs_disabled();
	kunmap_atomic(outer);
	off_after = irqs_disabled();
	irqs_on_end(&irqs);
	kt_true(off_inside);
	kt_false(off_after);
	free_pretended();
}

KTEST(highmem, a_page_is_zeroed_while_another_is_mapped, SHORT)
{
	struct page *page;
	u32 *slot;

	if (!take_pretended())
		kt_skip("no free block of 16 pages");
	memset(lowmem_page_address(block + 1), 0xA5, PAGE_SIZE);
	slot = kmap_atomic(block);
	*slot = 77;
	clear_highpage(block + 1);
	page = alloc_pages(GFP_HIGHUSER | __GFP_ZERO, 2);
	kt_eq(*slot, 77);
	kunmap_atomic(slot);
	kt_eq(*(u32 *)lowmem_page_address(block + 1), 0);
	free_pretended();
	kt_assert(page);
	kt_true(slot_page_is_zero(page + 3));
	__free_pages(page, 2);
}

/* --- parts of pages -------------------------------------------------------------------------- */

/* Each byte tells where it is. */
static void fill_block(unsigned int nr)
{
	unsigned long i;

	for (i = 0; i < nr * PAGE_SIZE; i++)
		((u8 *)lowmem_page_address(block))[i] = (u8)(i % 251 + 1);
}

/* The bytes of the first @nr pages are as fill_block() left them, but zero in [@start, @end). */
static void expect_zeros(unsigned int nr, unsigned long start, unsigned long end)
{
	const u8 *byte = lowmem_page_address(block);
	unsigned long i, wrong = 0;

	for (i = 0; i < nr * PAGE_SIZE; i++)
		wrong += byte[i] != (i >= start && i < end ? 0 : (u8)(i % 251 + 1));
	kt_eq(wrong, 0);
}

KTEST(highmem, a_page_is_copied_whole, SHORT)
{
	u8 *first;

	if (!take_pretended())
		kt_skip("no free block of 16 pages");
	first = lowmem_page_address(block);
	fill_block(3);
	copy_highpage(block + 1, block);
	kt_eq(memcmp(first + PAGE_SIZE, first, PAGE_SIZE), 0);
	kt_eq(first[PAGE_SIZE - 1], (PAGE_SIZE - 1) % 251 + 1);
	kt_eq(first[2 * PAGE_SIZE], 2 * PAGE_SIZE % 251 + 1);
	kt_eq(nr_kmap_users(), 0);
	free_pretended();
}

KTEST(highmem, a_part_of_a_page_is_zeroed, SHORT)
{
	static const unsigned int part[][2] = {
		{ 0, 0 },	  { 0, 1 },
		{ 5, 9 },	  { PAGE_SIZE - 1, PAGE_SIZE },
		{ 0, PAGE_SIZE }, { PAGE_SIZE, PAGE_SIZE },
	};
	unsigned int i;

	if (!take_pretended())
		kt_skip("no free block of 16 pages");
	for (i = 0; i < ARRAY_SIZE(part); i++) {
		fill_block(3);
		zero_user_segment(block + 1, part[i][0], part[i][1]);
		expect_zeros(3, PAGE_SIZE + part[i][0], PAGE_SIZE + part[i][1]);
		fill_block(3);
		zero_user(block + 1, part[i][0], part[i][1] - part[i][0]);
		expect_zeros(3, PAGE_SIZE + part[i][0], PAGE_SIZE + part[i][1]);
	}
	kt_eq(nr_kmap_users(), 0);
	free_pretended();
}

KTEST(highmem, bytes_go_to_a_page_and_come_back, SHORT)
{
	const u8 zeros[100] = { 0 };
	u8 bytes[100];
	unsigned int i;

	if (!take_pretended())
		kt_skip("no free block of 16 pages");
	fill_block(3);
	memcpy_from_page(bytes, block + 1, PAGE_SIZE - sizeof(bytes), sizeof(bytes));
	for (i = 0; i < sizeof(bytes); i++)
		kt_eq(bytes[i], (2 * PAGE_SIZE - sizeof(bytes) + i) % 251 + 1);
	memcpy_to_page(block + 1, 17, zeros, sizeof(zeros));
	expect_zeros(3, PAGE_SIZE + 17, PAGE_SIZE + 17 + sizeof(zeros));
	memcpy_to_page(block + 1, PAGE_SIZE, zeros, 0);
	memcpy_from_page(bytes, block + 1, PAGE_SIZE, 0);
	expect_zeros(3, PAGE_SIZE + 17, PAGE_SIZE + 17 + sizeof(zeros));
	kt_eq(nr_kmap_users(), 0);
	free_pretended();
}

/* --- misuse ---------------------------------------------------------------------------------- */

KTEST(highmem, stop_more_pages_than_slots, STOP)
{
	unsigned int i;

	if (!take_pretended())
		kt_skip("no free block of 16 pages");
	for (i = 0; i < KMAP_NR_SLOTS; i++)
		memset(kmap_atomic(block + i), 0, PAGE_SIZE);
	kt_expect_stop("slots are in use, the last one by pfn");
	kmap_atomic(block + KMAP_NR_SLOTS);
}

KTEST(highmem, stop_unmapped_out_of_order, STOP)
{
	void *first;

	if (!take_pretended())
		kt_skip("no free block of 16 pages");
	first = kmap_atomic(block);
	kmap_atomic(block + 1);
	kt_expect_stop("was mapped after it (unmap in the reverse order)");
	kunmap_atomic(first);
}

KTEST(highmem, stop_unmapped_twice, STOP)
{
	kt_expect_stop("is a slot that is not in use (unmapped twice?)");
	kunmap_atomic((void *)KMAP_SLOT_VA);
}

KTEST(highmem, stop_the_inner_one_unmapped_twice, STOP)
{
	void *inner;

	if (!take_pretended())
		kt_skip("no free block of 16 pages");
	kmap_atomic(block);
	inner = kmap_atomic(block + 1);
	kunmap_atomic(inner);
	kt_expect_stop("is a slot that is not in use (unmapped twice?)");
	kunmap_atomic(inner);
}

KTEST(highmem, stop_unmapped_behind_the_page, STOP)
{
	if (!take_pretended())
		kt_skip("no free block of 16 pages");
	kt_expect_stop("is not what kmap_atomic() returned");
	kunmap_atomic((char *)kmap_atomic(block) + PAGE_SIZE);
}

KTEST(highmem, stop_unmap_of_a_struct_page, STOP)
{
	struct page *page = alloc_page(GFP_KERNEL);

	kmap_atomic(page);
	kt_expect_stop("is not what kmap_atomic() returned (a struct page?)");
	kunmap_atomic(page);
}

KTEST(highmem, stop_unmap_of_null, STOP)
{
	kt_expect_stop("BUG: kunmap_atomic: 0x00000000");
	kunmap_atomic(NULL);
}

KTEST(highmem, stop_unmap_behind_the_slots, STOP)
{
	kt_expect_stop("is not what kmap_atomic() returned");
	kunmap_atomic((char *)KMAP_SLOT_VA + KMAP_BYTES);
}

KTEST(highmem, stop_map_of_null, STOP)
{
	kt_expect_stop("BUG: kmap_atomic: 0x00000000");
	kmap_atomic(NULL);
}

KTEST(highmem, stop_map_of_a_hole, STOP)
{
	kt_expect_stop("is no struct page (there is no RAM at its page frame)");
	kmap_atomic(pfn_to_page(ALIGN_UP(max_pfn, MAX_ORDER_NR_PAGES)));
}

KTEST(highmem, stop_clear_of_an_address, STOP)
{
	kt_expect_stop("is no struct page (an address in memory");
	clear_highpage((struct page *)__get_free_page(GFP_KERNEL));
}

KTEST(highmem, stop_zero_behind_the_page, STOP)
{
	struct page *page = alloc_page(GFP_KERNEL);

	kt_expect_stop("BUG: zero_user_segment: pfn");
	zero_user_segment(page, PAGE_SIZE - 1, PAGE_SIZE + 1);
}

KTEST(highmem, stop_zero_a_run_that_wraps, STOP)
{
	struct page *page = alloc_page(GFP_KERNEL);

	kt_expect_stop("4294967295 bytes from byte 2 on are more than the page has");
	zero_user(page, 2, ~0U);
}

KTEST(highmem, stop_zero_backwards, STOP)
{
	struct page *page = alloc_page(GFP_KERNEL);

	kt_expect_stop("BUG: zero_user_segment: from byte 2 to 1: the end is before the start");
	zero_user_segment(page, 2, 1);
}

KTEST(highmem, stop_copy_to_behind_the_page, STOP)
{
	struct page *page = alloc_page(GFP_KERNEL);

	kt_expect_stop("BUG: memcpy_to_page: pfn");
	memcpy_to_page(page, PAGE_SIZE - 3, "four", 4);
}

KTEST(highmem, stop_copy_from_behind_the_page, STOP)
{
	struct page *page = alloc_page(GFP_KERNEL);
	char bytes[4];

	kt_expect_stop("4 bytes from byte 4097 on are more than the page has");
	memcpy_from_page(bytes, page, PAGE_SIZE + 1, 4);
}

/* Where a page of 1000 MiB would have its address, mem_map is. */
KTEST(highmem, stop_an_address_for_highmem_in_the_direct_map, STOP)
{
	kt_expect_stop("has no address in the direct map (HighMem: kmap(), kmap_atomic())");
	memset(lowmem_page_address(pfn_to_page(0x3e000)), 0, PAGE_SIZE);
}
