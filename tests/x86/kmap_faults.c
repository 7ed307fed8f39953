/* SPDX-License-Identifier: 0BSD
 *
 * kmap_faults.c - what is said of pages of HighMem that are used behind their end, or too late.
 *
 * A page of lowmem says that it is of HighMem, so this needs no large machine.
 */
#include <lib/format.h>
#include <mm/highmem.h>
#include <mm/page_alloc.h>
#include <test/ktest.h>

static struct page *pretended_page(void)
{
	struct page *page = alloc_page(GFP_KERNEL);

	if (page)
		page->flags ^= (unsigned long)(page_zonenum(page) ^ ZONE_HIGHMEM) << PG_ZONE_SHIFT;
	return page;
}

/* The panic must have @what about @page. */
static void expect_of_page(const char *what, const struct page *page)
{
	static char text[128];

	snprintf(text, sizeof(text), what, page_to_pfn(page));
	kt_expect_stop(text);
}

static __noinline void write_to(char *address)
{
	*(volatile char *)address = 1;
}

KTEST(kmap_faults, a_write_after_kunmap_atomic, STOP)
{
	struct page *page = pretended_page();
	char *addr;

	kt_assert(page);
	addr = kmap_atomic(page);
	kunmap_atomic(addr);
	expect_of_page("slot 0 of kmap_atomic(), CPU 0, which showed pfn %lu: used after "
		       "kunmap_atomic()?",
		       page);
	write_to(addr);
}

KTEST(kmap_faults, a_run_over_the_end_of_a_slot, STOP)
{
	struct page *page = pretended_page();
	char *addr;

	kt_assert(page);
	addr = kmap_atomic(page);
	write_to(addr + PAGE_SIZE - 1);
	expect_of_page("the guard page behind slot 0 of kmap_atomic(), CPU 0, which shows pfn %lu: "
		       "a run over its end?",
		       page);
	write_to(addr + PAGE_SIZE);
}

KTEST(kmap_faults, a_run_over_the_end_of_a_page_of_kmap, STOP)
{
	struct page *page = pretended_page(), *next = pretended_page();
	char *addr;

	kt_assert(page && next);
	addr = kmap(page);
	kmap(next);
	write_to(addr + PAGE_SIZE - 1);
	expect_of_page("behind pfn %lu, which kmap() maps at", page);
	write_to(addr + PAGE_SIZE);
}

/* Until its place is needed a page stays mapped after kunmap(), as in Linux; not if it is freed. */
KTEST(kmap_faults, a_write_after_the_page_was_freed, STOP)
{
	struct page *page = pretended_page();
	char *addr;

	kt_assert(page);
	addr = kmap(page);
	kunmap(page);
	page->flags ^= (unsigned long)(ZONE_HIGHMEM ^ ZONE_NORMAL) << PG_ZONE_SHIFT;
	__free_page(page);
	expect_of_page("an address of kmap() that is not mapped, pfn %lu was: used after kunmap()?",
		       page);
	write_to(addr);
}
