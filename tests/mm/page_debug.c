/* SPDX-License-Identifier: 0BSD
 *
 * page_debug.c - what page_poison finds, what page_owner knows, and how both are checked (D1, D2).
 *
 * What needs an option says SKIP without it, and what ends in a panic boots with its own options.
 */
#include <asm/pgtable.h>
#include <lib/align.h>
#include <mm/highmem.h>
#include <mm/mm_check.h>
#include <mm/page_alloc.h>
#include <test/capture.h>
#include <test/ktest.h>
#include <test/pages.h>

#include "check_line.h"
#include "page_debug.h"

#define NEEDS(_feature, _option)                    \
	do {                                        \
		if (!page_debug_is_on(_feature))    \
			kt_skip(_option " is off"); \
	} while (0)

/* --- the bytes of a page --------------------------------------------------------------------- */

static void set_byte(struct page *page, unsigned int offset, u8 value)
{
	u8 *byte = kmap_atomic(page);

	byte[offset] = value;
	kunmap_atomic(byte);
}

/* Damage of a page that was just filled: two bytes become @value. */
static void damage(struct page *page, unsigned int first, unsigned int last, u8 value,
		   unsigned int bits)
{
	struct poison_damage found;

	page_poison_fill(page, 0);
	kt_false(page_poison_damage(page, &found));
	set_byte(page, first, value);
	set_byte(page, last, value);
	kt_assert(page_poison_damage(page, &found));
	kt_eq(found.first, first);
	kt_eq(found.last, last);
	kt_eq(found.bits, bits);
}

static void damage_everywhere(struct page *page)
{
	unsigned int i;

	kt_assert(page);
	damage(page, 0, 0, 0xab, 1);
	damage(page, 0, PAGE_SIZE - 1, 0x00, 8);
	for (i = 0; i < 16; i++) {
		damage(page, PAGE_SIZE - 1 - i, PAGE_SIZE - 1 - i, 0x2a, 1);
		damage(page, i, i, 0x55, 8);
	}
	__free_page(page);
}

KTEST(page_poison, every_byte_counts, SHORT)
{
	damage_everywhere(alloc_page(GFP_KERNEL));
}

KTEST(page_poison, of_a_page_without_an_address, SHORT)
{
	if (!zone_of(ZONE_HIGHMEM)->managed_pages)
		kt_skip("no HighMem");
	damage_everywhere(alloc_page(GFP_HIGHUSER));
}

KTEST(page_poison, fills_a_whole_block, SHORT)
{
	struct page *page = alloc_pages(GFP_KERNEL, 2);
	struct poison_damage found;
	unsigned int i;

	kt_assert(page);
	page_poison_fill(page, 2);
	for (i = 0; i < 4; i++)
		kt_false(page_poison_damage(page + i, &found));
	__free_pages(page, 2);
}

/* --- what the options do to a page that is freed --------------------------------------------- */

static bool is_mapped(const struct page *page)
{
	phys_addr_t phys;
	pte_t flags;

	return kernel_page_lookup((unsigned long)lowmem_page_address(page), &phys, &flags);
}

KTEST(page_debug, a_free_page_is_not_mapped, SHORT)
{
	struct page *page;
	unsigned int i;

	NEEDS(PAGE_DEBUG_UNMAP, "debug_pagealloc");
	page = alloc_pages(GFP_KERNEL, 3);
	kt_assert(page);
	for (i = 0; i < 8; i++)
		kt_true(is_mapped(page + i));
	__free_pages(page, 3);
	for (i = 0; i < 8; i++)
		kt_false(is_mapped(page + i));
}

static void expect_free_pages_are_checked(gfp_t gfp)
{
	struct page *page = alloc_page(gfp);

	kt_assert(page);
	__free_page(page);
	expect_first("");
	kernel_map_pages(page, 1, true);
	set_byte(page, 100, 1);
	kernel_map_pages(page, 1, false);
	expect_first("D1");
	kernel_map_pages(page, 1, true);
	set_byte(page, 100, PAGE_POISON);
	kernel_map_pages(page, 1, false);
	expect_first("");
}

KTEST(page_debug, d1_a_free_page_is_written_to, SHORT)
{
	NEEDS(PAGE_DEBUG_POISON, "page_poison");
	expect_free_pages_are_checked(GFP_KERNEL);
	expect_free_pages_are_checked(GFP_HIGHUSER);
}

KTEST(page_debug, d2_a_page_is_counted_by_nobody, SHORT)
{
	struct page *page;

	NEEDS(PAGE_DEBUG_OWNER, "page_owner");
	page = alloc_page(GFP_KERNEL);
	kt_assert(page);
	expect_first("");
	page_owner_free(page, 0);
	expect_first("D2");
	page_owner_alloc(page, 0, GFP_KERNEL);
	expect_first("");
	__free_page(page);
}

/* --- who had a page -------------------------------------------------------------------------- */

static struct capture report;

static void begin_report(void)
{
	capture_init(&report, capture_text, CAPTURE_TEXT_SIZE);
}

static void expect(const char *pattern, unsigned int lines)
{
	if (!kt_eq(capture_count(&report, pattern), lines))
		kt_note("wanted \"%s\" in \"%s\"", pattern, capture_text);
}

static void show_owner(const struct page *page)
{
	begin_report();
	page_owner_show(&report.out, page_to_pfn(page));
}

KTEST(page_owner, of_each_page_of_a_block, SHORT)
{
	struct page *page;
	unsigned int i;

	NEEDS(PAGE_DEBUG_OWNER, "page_owner");
	page = alloc_pages(GFP_KERNEL, 2);
	kt_assert(page);
	for (i = 0; i < 4; i++) {
		show_owner(page + i);
		expect("page last allocated via order 2, gfp_mask 0xcc0(GFP_KERNEL)", 1);
	}
	__free_pages(page, 2);
	for (i = 0; i < 4; i++) {
		show_owner(page + i);
		expect("page last allocated via order 2, gfp_mask 0xcc0(GFP_KERNEL)", 1);
		expect("page last freed via order 2", 1);
	}
}

/* The host has no names of functions. */
KTEST(page_owner, names_the_caller, SHORT)
{
	struct page *page;

	NEEDS(PAGE_DEBUG_OWNER, "page_owner");
	if (!page_debug_port->symbol)
		kt_skip("this port has no symbols");
	page = alloc_page(GFP_ATOMIC);
	kt_assert(page);
	show_owner(page);
	kt_true(capture_count(&report, " * ktest_page_owner_names_the_caller+0x*") > 0);
	__free_page(page);
	show_owner(page);
	expect(" * ktest_page_owner_names_the_caller+0x*", 2);
}

KTEST(page_owner, parts_of_a_split_block_are_counted_one_by_one, SHORT)
{
	unsigned long before = page_owner_pages();
	struct page *page;
	unsigned int i;

	NEEDS(PAGE_DEBUG_OWNER, "page_owner");
	page = alloc_pages(GFP_KERNEL, 2);
	kt_assert(page);
	split_page(page, 2);
	for (i = 4; i-- > 0;) {
		kt_eq(page_owner_pages(), before + i + 1);
		__free_page(page + i);
	}
	kt_eq(page_owner_pages(), before);
}

/* 64 pages one by one, which are more than anybody else holds on that order with these bits. */
KTEST(page_owner, the_largest_come_first, SHORT)
{
	unsigned long last = ~0UL, pages;
	struct page *page[64];
	unsigned int i;
	char line[80];

	NEEDS(PAGE_DEBUG_OWNER, "page_owner");
	for (i = 0; i < ARRAY_SIZE(page); i++)
		page[i] = alloc_page(GFP_NOWAIT);
	begin_report();
	page_owner_largest(&report.out, 1000);
	expect("64 pages allocated via order 0, gfp_mask 0x800(GFP_NOWAIT)", 1);
	for (i = 0; capture_line(&report, i, line, sizeof(line)); i++) {
		if (line[0] == ' ')
			continue;
		for (pages = 0; line[0] >= '0' && line[0] <= '9'; memmove(line, line + 1, 79))
			pages = pages * 10 + (unsigned long)(line[0] - '0');
		kt_true(pages <= last && pages);
		last = pages;
	}
	for (i = 0; i < ARRAY_SIZE(page); i++)
		if (page[i])
			__free_page(page[i]);
	begin_report();
	page_owner_largest(&report.out, 1000);
	expect("64 pages allocated via order 0, gfp_mask 0x800(GFP_NOWAIT)", 0);
}

/* --- what is not put up with ----------------------------------------------------------------- */

/* Write to @offset of a page that was freed, through the address that its owner kept, and take it
 * again. */
static void use_after_free(unsigned int order, unsigned int offset, const void *bytes, size_t nr)
{
	struct page *page = alloc_pages(GFP_KERNEL, order);
	char *address = lowmem_page_address(page);

	__free_pages(page, order);
	memcpy(address + offset, bytes, nr);
	__free_pages(alloc_pages(GFP_KERNEL, order), order);
}

KTEST_STOP_WITH(page_poison, stop_write_after_free, "page_poison=1 page_owner")
{
	NEEDS(PAGE_DEBUG_POISON, "page_poison");
	kt_expect_stop(
		"was written to while it was free, from offset 0x10 to 0x13 (use after free?)");
	kt_expect_report("] pagealloc: memory corruption: pfn ");
	kt_expect_report(", offset 0x10 to 0x13");
	kt_expect_report("00000010: 01 02 03 04");
	kt_expect_report("page last allocated via order 0, gfp_mask 0xcc0(GFP_KERNEL)");
	kt_expect_report("page last freed via order 0");
	use_after_free(0, 16, "\1\2\3\4", 4);
}

KTEST_STOP_WITH(page_poison, stop_write_after_free_of_a_block, "page_poison=1")
{
	NEEDS(PAGE_DEBUG_POISON, "page_poison");
	kt_expect_stop(
		"was written to while it was free, from offset 0xffc to 0xfff (use after free?)");
	kt_expect_report("] pagealloc: memory corruption: pfn ");
	use_after_free(3, 8 * PAGE_SIZE - 4, "abcd", 4);
}

KTEST_STOP_WITH(page_poison, stop_one_bit, "page_poison=1")
{
	NEEDS(PAGE_DEBUG_POISON, "page_poison");
	kt_expect_stop(
		"was written to while it was free, from offset 0x7 to 0x7 (a broken memory chip?)");
	kt_expect_report("] pagealloc: single bit error: pfn ");
	kt_expect_report("00000007: ab");
	use_after_free(0, 7, "\xab", 1);
}

KTEST_STOP_WITH(page_owner, stop_double_free_names_both, "page_owner")
{
	struct page *page = alloc_pages(GFP_KERNEL, 1);

	NEEDS(PAGE_DEBUG_OWNER, "page_owner");
	__free_pages(page, 1);
	kt_expect_stop("BUG: __free_pages: pfn ");
	kt_expect_report("page last allocated via order 1, gfp_mask 0xcc0(GFP_KERNEL)");
	kt_expect_report("page last freed via order 1");
	__free_pages(page, 1);
}

KTEST_STOP_WITH(page_owner, stop_shortage_names_the_largest, "page_owner")
{
	kt_expect_stop("no block of order 10 for a request with __GFP_NOFAIL");
	kt_expect_report(" pages allocated via order 10, gfp_mask 0x8cc0(GFP_KERNEL|__GFP_NOFAIL)");
	while (alloc_pages(GFP_KERNEL | __GFP_NOFAIL, MAX_ORDER - 1))
		;
}
