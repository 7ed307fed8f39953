/* SPDX-License-Identifier: 0BSD
 *
 * kmap.c - addresses that last: given, shared, used up, given back, and what is said of misuse.
 *
 * Pages of lowmem say that they are of HighMem, so this is tested on small machines too; what is
 * written to them is looked for in the direct map.
 */
#include <lib/align.h>
#include <lib/random.h>
#include <mm/compound.h>
#include <mm/highmem.h>
#include <mm/mm_check.h>
#include <mm/page_alloc.h>
#include <test/capture.h>
#include <test/ktest.h>

#include "check_line.h"
#include "internal.h"
#include "irqs_on.h"
#include "kmap.h"
#include "page_stock.h"

/* One page more than there are places, and some for the random test. */
#define MAX_PAGES (LAST_PKMAP + 100)

static struct page *pages[MAX_PAGES];
static unsigned long place_bits[MAX_PAGES]; /* of the zone that the page is of */
static unsigned long nr_pages;

/* Lowmem that calls itself HighMem. In a mixed page block that would make a page one of another
 * zone, or of none: such a page is not used. */
static bool take(unsigned long wanted)
{
	struct page_stock mixed;
	struct page *page;

	kmap_flush_unused();
	page_stock_init(&mixed);
	nr_pages = 0;
	while (nr_pages < wanted && (page = alloc_page(GFP_KERNEL)) != NULL) {
		if (pageblock_is_mixed(page_to_pfn(page))) {
			page_stock_add(&mixed, page, 0);
			continue;
		}
		place_bits[nr_pages] = page->flags & PG_PLACE_MASK;
		page->flags = (page->flags & ~PG_PLACE_MASK) | (unsigned long)ZONE_HIGHMEM
								       << PG_ZONE_SHIFT;
		pages[nr_pages++] = page;
	}
	page_stock_free(&mixed);
	return nr_pages == wanted;
}

static void give_back(void)
{
	kmap_flush_unused();
	while (nr_pages--) {
		struct page *page = pages[nr_pages];

		page->flags = (page->flags & ~PG_PLACE_MASK) | place_bits[nr_pages];
		__free_page(page);
	}
}

#define need_pages(n)                                 \
	do {                                          \
		if (!take(n)) {                       \
			give_back();                  \
			kt_skip("too little memory"); \
		}                                     \
	} while (0)

static bool is_mapped(const void *addr)
{
	unsigned long pfn;

	return arch_lookup_kernel((unsigned long)addr, &pfn);
}

/* The first invariant that is violated; "" if none is. */
static const char *violated(void)
{
	static struct mm_check check;

	check = (struct mm_check){ .checker = &kmap_checker };
	kmap_checker.walk(&check);
	return check.first;
}

KTEST(kmap, a_lowmem_page_has_its_own_address, SHORT)
{
	struct page *page = alloc_page(GFP_KERNEL);

	kt_assert(page);
	kt_ptr_eq(kmap(page), page_address(page));
	kunmap(page);
	kunmap(page); /* as in Linux: there is nothing to undo */
	kt_false(PageKmapped(page));
	__free_page(page);
}

KTEST(kmap, a_page_keeps_its_address, SHORT)
{
	u32 *first, *second;

	need_pages(2);
	first = kmap(pages[0]);
	second = kmap(pages[1]);
	kt_true((unsigned long)first - PKMAP_BASE < LAST_PKMAP << PAGE_SHIFT);
	kt_true(second != first);
	kt_ptr_eq(kmap(pages[0]), first);
	kt_ptr_eq(page_address(pages[0]), first);
	kt_eq(nr_kmap_users(), 3);
	first[0] = 1;
	first[PAGE_SIZE / 4 - 1] = 2;
	*second = 3;
	kt_eq(*(u32 *)lowmem_page_address(pages[0]), 1);
	kt_eq(((u32 *)lowmem_page_address(pages[0]))[PAGE_SIZE / 4 - 1], 2);
	kt_eq(*(u32 *)lowmem_page_address(pages[1]), 3);
	kunmap(pages[0]);
	kunmap(pages[1]);
	kt_ptr_eq(page_address(pages[0]), first);
	kt_str_eq(violated(), "");
	kunmap(pages[0]);
	give_back();
}

KTEST(kmap, a_page_without_users_has_no_address, SHORT)
{
	void *addr;

	need_pages(1);
	kt_ptr_eq(page_address(pages[0]), NULL);
	addr = kmap(pages[0]);
	kunmap(pages[0]);
	kt_ptr_eq(page_address(pages[0]), NULL);
	kt_true(is_mapped(addr)); /* until somebody needs the place */
	kt_ptr_eq(kmap(pages[0]), addr);
	kunmap(pages[0]);
	kmap_flush_unused();
	kt_false(is_mapped(addr));
	kt_false(PageKmapped(pages[0]));
	give_back();
}

/* A flush takes no page from its user. */
KTEST(kmap, a_page_in_use_survives_a_flush, SHORT)
{
	u32 *addr, *other;

	need_pages(2);
	addr = kmap(pages[0]);
	other = kmap(pages[1]);
	kunmap(pages[1]);
	*addr = 7;
	kmap_flush_unused();
	kt_true(is_mapped(addr));
	kt_false(is_mapped(other));
	kt_eq(*addr, 7);
	kt_ptr_eq(page_address(pages[0]), addr);
	kt_str_eq(violated(), "");
	kunmap(pages[0]);
	give_back();
}

/* A stale entry of the TLB would show the page before. */
KTEST(kmap, a_place_changes_between_pages, SHORT)
{
	unsigned long i, round;
	u32 *addr;

	need_pages(40);
	for (round = 0; round < 2; round++)
		for (i = 0; i < nr_pages; i++) {
			addr = kmap(pages[i]);
			if (round)
				kt_eq(*addr, i);
			*addr = (u32)i;
			kunmap(pages[i]);
			pkmap_half[0].last = 0;
			kmap_flush_unused();
		}
	give_back();
}

KTEST(kmap, nothing_is_mapped_behind_a_page, SHORT)
{
	unsigned long i;
	char *addr;

	need_pages(100);
	for (i = 0; i < nr_pages; i++) {
		addr = kmap(pages[i]);
		kt_false(is_mapped(addr + PAGE_SIZE));
		kt_false(is_mapped(addr - PAGE_SIZE));
	}
	for (i = 0; i < nr_pages; i++)
		kunmap(pages[i]);
	give_back();
}

/* Every page has an address of its own, then there are no more; one that is given back is the next
 * page's. */
KTEST(kmap, all_places_are_used_at_once, SHORT)
{
	unsigned long i;
	u32 *addr;

	need_pages(LAST_PKMAP + 1);
	for (i = 0; i < LAST_PKMAP; i++) {
		addr = kmap(pages[i]);
		if (!kt_true(addr))
			break;
		*addr = (u32)i;
	}
	for (i = 0; i < LAST_PKMAP; i++) {
		kt_eq(*(u32 *)lowmem_page_address(pages[i]), i);
		kt_eq(*(u32 *)page_address(pages[i]), i);
	}
	kt_ptr_eq(kmap(pages[LAST_PKMAP]), NULL);
	kt_false(PageKmapped(pages[LAST_PKMAP]));
	kt_eq(nr_kmapped, LAST_PKMAP);
	kt_str_eq(violated(), "");
	for (i = 500; i < 502; i++) {
		addr = page_address(pages[i]);
		kunmap(pages[i]);
		kt_ptr_eq(kmap(pages[LAST_PKMAP]), addr);
		kunmap(pages[LAST_PKMAP]);
		kt_true(kmap(pages[i]));
	}
	for (i = 0; i < LAST_PKMAP; i++)
		kunmap(pages[i]);
	kt_str_eq(violated(), "");
	give_back();
}

/* --- with kmap_atomic() ---------------------------------------------------------------------- */

KTEST(kmap, kmap_atomic_uses_the_address, SHORT)
{
	void *addr, *atomic, *slot;
	struct irqs_on irqs;
	bool off_inside;

	need_pages(2);
	addr = kmap(pages[0]);
	irqs_on_begin(&irqs);
	atomic = kmap_atomic(pages[0]);
	off_inside = irqs_disabled();
	irqs_on_end(&irqs);
	kt_ptr_eq(atomic, addr);
	kt_false(off_inside);
	kunmap(pages[0]);
	kmap_flush_unused();
	kt_true(is_mapped(addr)); /* the atomic one counts */
	slot = kmap_atomic(pages[1]);
	kunmap_atomic((char *)addr + 5);
	kunmap_atomic(slot);
	kmap_flush_unused();
	kt_false(is_mapped(addr));
	kt_str_eq(violated(), "");
	give_back();
}

/* One page at two addresses, since the slot was there first. */
KTEST(kmap, a_page_in_a_slot_can_have_an_address_too, SHORT)
{
	u32 *slot, *addr;

	need_pages(1);
	slot = kmap_atomic(pages[0]);
	addr = kmap(pages[0]);
	kt_true(slot != addr);
	*slot = 9;
	kt_eq(*addr, 9);
	kt_str_eq(violated(), "");
	kunmap(pages[0]);
	kunmap_atomic(slot);
	give_back();
}

/* As when another CPU drops it right after the look at the flags. */
KTEST(kmap, an_address_that_is_dropped_meanwhile_leaves_the_slot, SHORT)
{
	void *slot;

	need_pages(1);
	pages[0]->flags |= PG_kmapped;
	slot = kmap_atomic(pages[0]);
	pages[0]->flags &= ~PG_kmapped;
	kt_eq((unsigned long)slot, KMAP_SLOT_VA);
	kunmap_atomic(slot);
	give_back();
}

/* --- pages that are freed -------------------------------------------------------------------- */

/* The last one of pages[] is of its own zone again. */
static struct page *last_page(void)
{
	struct page *page = pages[--nr_pages];

	page->flags = (page->flags & ~PG_PLACE_MASK) | place_bits[nr_pages];
	return page;
}

KTEST(kmap, an_unused_address_goes_with_its_page, SHORT)
{
	void *addr;

	need_pages(1);
	addr = kmap(pages[0]);
	kunmap(pages[0]);
	kt_true(is_mapped(addr));
	__free_page(last_page());
	kt_false(is_mapped(addr));
	kt_eq(nr_kmapped, 0);
	kt_str_eq(violated(), "");
	give_back();
}

/* Not only with its first page. */
KTEST(kmap, an_unused_address_goes_with_its_block, SHORT)
{
	struct page *block = alloc_pages(GFP_HIGHUSER, 2);
	void *first, *last;

	kt_assert(block);
	if (!PageHighMem(block)) {
		__free_pages(block, 2);
		kt_skip("no free block of HighMem");
	}
	first = kmap(block + 1);
	last = kmap(block + 3);
	kunmap(block + 1);
	kunmap(block + 3);
	__free_pages(block, 2);
	kt_false(is_mapped(first));
	kt_false(is_mapped(last));
	kt_str_eq(violated(), "");
}

/* A module's memory, say, that somebody looked at. */
KTEST(kmap, an_unused_address_goes_with_a_reserved_page, SHORT)
{
	struct page *page;
	void *addr;

	need_pages(1);
	addr = kmap(pages[0]);
	kunmap(pages[0]);
	page = last_page();
	page->flags |= PG_reserved;
	page->_count = 0;
	page_zone(page)->managed_pages--;
	free_reserved_range(page_to_pfn(page), page_to_pfn(page) + 1);
	kt_false(is_mapped(addr));
	kt_str_eq(violated(), "");
	give_back();
}

KTEST(kmap, pages_of_a_block_keep_their_address_when_it_is_split, SHORT)
{
	struct page *block = alloc_pages(GFP_KERNEL, 1), *page;
	unsigned long place;
	void *addr;

	kt_assert(block);
	if (pageblock_is_mixed(page_to_pfn(block))) {
		__free_pages(block, 1);
		kt_skip("the block is in a mixed page block");
	}
	place = block->flags & PG_PLACE_MASK;
	for (page = block; page < block + 2; page++)
		page->flags = (page->flags & ~PG_PLACE_MASK) | (unsigned long)ZONE_HIGHMEM
								       << PG_ZONE_SHIFT;
	kmap(block);
	addr = kmap(block + 1);
	split_page(block, 1);
	kt_ptr_eq(page_address(block + 1), addr);
	kt_str_eq(violated(), "");
	kunmap(block + 1);
	kunmap(block);
	for (page = block; page < block + 2; page++) {
		page->flags = (page->flags & ~PG_PLACE_MASK) | place;
		__free_page(page);
	}
	kt_false(is_mapped(addr));
}

/* --- many random steps ----------------------------------------------------------------------- */

static unsigned int model_users[MAX_PAGES];
static u32 *model_addr[MAX_PAGES];

static void random_step(unsigned long i, bool map)
{
	if (!map && !model_users[i])
		return;
	if (!map) {
		kt_eq(*model_addr[i], i);
		kunmap(pages[i]);
		model_users[i]--;
		return;
	}
	if (!model_users[i]) {
		model_addr[i] = kmap(pages[i]);
		if (!model_addr[i])
			return;
		*model_addr[i] = (u32)i;
	} else {
		kt_ptr_eq(kmap(pages[i]), model_addr[i]);
	}
	model_users[i]++;
	kt_eq(*(u32 *)lowmem_page_address(pages[i]), i);
	kt_ptr_eq(page_address(pages[i]), model_addr[i]);
}

/* The share of steps that map changes, so that places run out and become free again. */
KTEST(kmap, random_steps_are_those_of_a_model, SHORT)
{
	unsigned long i, round, used;

	need_pages(MAX_PAGES);
	memset(model_users, 0, sizeof(model_users));
	for (round = 0; round < 12; round++) {
		for (i = 0; i < 2000; i++)
			random_step(kt_random_below(MAX_PAGES),
				    kt_random_below(8) < (round % 4 < 2 ? 6 : 2));
		for (used = 0, i = 0; i < MAX_PAGES; i++)
			used += model_users[i] != 0;
		kt_eq(LAST_PKMAP - pkmap_half[0].nr_free - pkmap_half[0].nr_unused -
			      pkmap_half[1].nr_free - pkmap_half[1].nr_unused,
		      used);
		kt_str_eq(violated(), "");
	}
	for (i = 0; i < MAX_PAGES; i++)
		while (model_users[i])
			random_step(i, false);
	give_back();
}

/* --- HighMem itself: its pages are found without a look at them ------------------------------ */

#define CHAIN_ORDER 9 /* of a block that has two pages of each hash chain */
_Static_assert(2 * PKMAP_HASH_SIZE == 1 << CHAIN_ORDER, "");

/* Return: NULL if there is none. */
static struct page *highmem_block(unsigned int order)
{
	struct page *block = alloc_pages(GFP_HIGHUSER | __GFP_NOWARN, order);

	if (!block || PageHighMem(block))
		return block;
	__free_pages(block, order);
	return NULL;
}

KTEST(kmap, two_pages_of_one_chain_keep_their_places, SHORT)
{
	struct page *first = highmem_block(CHAIN_ORDER), *second = first + PKMAP_HASH_SIZE;
	void *addr[2];

	if (!first)
		kt_skip("no free block of HighMem");
	addr[0] = kmap(first);
	addr[1] = kmap(second);
	kt_true(addr[0] && addr[1] && addr[0] != addr[1]);
	kt_ptr_eq(kmap(first), addr[0]);
	kt_ptr_eq(kmap(second), addr[1]);
	kt_eq(nr_kmap_users(), 4);
	kunmap(first);
	kunmap(first);
	kt_ptr_eq(page_address(first), NULL);
	kt_ptr_eq(page_address(second), addr[1]);
	kunmap(second);
	kt_ptr_eq(page_address(second), addr[1]);
	kunmap(second);
	kt_eq(nr_kmap_users(), 0);
	kt_ptr_eq(kmap(second), addr[1]);
	kunmap(second);
	kt_str_eq(violated(), "");
	__free_pages(first, CHAIN_ORDER);
	kt_str_eq(violated(), "");
}

KTEST_STOP_WITH(kmap, stop_a_page_of_highmem_unmapped_twice, "highmem=16M")
{
	struct page *page = highmem_block(0);

	if (!page)
		panic("no free page of HighMem");
	kmap(page);
	kunmap(page);
	kt_expect_stop("has no user left (unmapped twice?)");
	kunmap(page);
}

/* --- the checker ----------------------------------------------------------------------------- */

/* Set *@word to @value: nothing wrong before, @id with it, nothing wrong after. */
#define break_it(word, value, id)                   \
	do {                                        \
		__typeof__(word) good = (word);     \
                                                    \
		kt_str_eq(violated(), "");          \
		(word) = (__typeof__(word))(value); \
		kt_str_eq(violated(), id);          \
		(word) = good;                      \
		kt_str_eq(violated(), "");          \
	} while (0)

KTEST(kmap, each_damage_is_reported, SHORT)
{
	struct pkmap *place;
	struct page *page;
	void *slot;

	need_pages(4);
	kmap(pages[0]);
	kmap(pages[1]);
	kunmap(pages[1]);
	page = pages[0];
	place = pkmap_find(page_to_pfn(page));
	break_it(place->count, 0, "K1");
	break_it(place->pfn, page_to_pfn(pages[2]), "K1");
	break_it(page->flags, page->flags & ~PG_kmapped, "K2");
	break_it(pages[2]->flags, pages[2]->flags | PG_kmapped, "K2");
	break_it(pkmap_hash[place->pfn % PKMAP_HASH_SIZE], &pkmap_none, "K2");
	break_it(page->flags, page->flags - (1UL << PG_ZONE_SHIFT), "K3");
	break_it(place->count, 1, "K4");
	break_it(pkmap_half[1].nr_free, 7, "K4");
	slot = kmap_atomic(pages[3]);
	break_it(this_cpu(kmap_stack).next, this_cpu(kmap_stack).slot + 1, "K5");
	break_it(this_cpu(kmap_stack).slot[1].pfn, page_to_pfn(page), "K5");
	kunmap_atomic(slot);
	kunmap(page);
	give_back();
}

KTEST(kmap, a_place_that_is_mapped_too_much_is_reported, SHORT)
{
	unsigned long va = PKMAP_BASE + ((LAST_PKMAP - 1) << PAGE_SHIFT);

	need_pages(1);
	arch_map_slot(arch_slot(va), va, page_to_pfn(pages[0]));
	kt_str_eq(violated(), "K1");
	arch_unmap_slot(arch_slot(va), va);
	va = KMAP_SLOT_VA + PAGE_SIZE;
	arch_map_slot(arch_slot(va), va, page_to_pfn(pages[0]));
	kt_str_eq(violated(), "K5");
	arch_unmap_slot(arch_slot(va), va);
	kt_str_eq(violated(), "");
	give_back();
}

/* --- what is said of an address -------------------------------------------------------------- */

static const char *described(const void *addr)
{
	static char text[160];
	struct capture capture;

	capture_init(&capture, text, sizeof(text));
	kt_eq(kmap_describe(&capture.out, (unsigned long)addr), is_kmap_address(addr));
	return text;
}

#define expect_text(addr, pattern)                                          \
	do {                                                                \
		const char *_text = described(addr);                        \
                                                                            \
		if (!kt_true(glob_match(pattern, _text)))                   \
			kt_note("wanted \"%s\" in \"%s\"", pattern, _text); \
	} while (0)

KTEST(kmap, addresses_are_described, SHORT)
{
	char *addr, *slot;

	need_pages(2);
	addr = kmap(pages[0]);
	slot = kmap_atomic(pages[1]);
	expect_text(addr + 100, "pfn *, mapped by kmap() at *, users: 1");
	expect_text(addr + PAGE_SIZE, "behind pfn *, which kmap() maps at *: a run over its end?");
	expect_text(slot + 100, "slot 0 of kmap_atomic(), CPU 0, which shows pfn *");
	expect_text(slot + PAGE_SIZE, "the guard page behind slot 0 of kmap_atomic(), CPU 0, "
				      "which shows pfn *: a run over its end?");
	kunmap_atomic(slot);
	kunmap(pages[0]);
	kmap_flush_unused();
	expect_text(addr, "an address of kmap() that is not mapped, pfn * was: used after "
			  "kunmap()?");
	expect_text(slot, "slot 0 of kmap_atomic(), CPU 0, which showed pfn *: used after "
			  "kunmap_atomic()?");
	expect_text((char *)PKMAP_BASE - 1, "");
	expect_text((char *)PKMAP_BASE + (LAST_PKMAP << PAGE_SHIFT), "");
	expect_text(lowmem_page_address(pages[0]), "");
	give_back();
}

/* --- misuse ---------------------------------------------------------------------------------- */

KTEST(kmap, stop_unmap_of_what_was_never_mapped, STOP)
{
	if (!kt_true(take(1)))
		return;
	kt_expect_stop("is not mapped by kmap() (unmapped twice, or never mapped?)");
	kunmap(pages[0]);
}

KTEST(kmap, stop_unmapped_twice, STOP)
{
	if (!kt_true(take(1)))
		return;
	kmap(pages[0]);
	kunmap(pages[0]);
	kt_expect_stop("has no user left (unmapped twice?)");
	kunmap(pages[0]);
}

KTEST(kmap, stop_unmap_of_the_address, STOP)
{
	if (!kt_true(take(1)))
		return;
	kt_expect_stop("is no struct page (an address of kmap() or kmap_atomic())");
	kunmap(kmap(pages[0]));
}

KTEST(kmap, stop_unmap_atomic_of_a_place_without_users, STOP)
{
	void *addr;

	if (!kt_true(take(1)))
		return;
	addr = kmap(pages[0]);
	kunmap(pages[0]);
	kt_expect_stop("is a place of kmap() that nobody uses (unmapped twice?)");
	kunmap_atomic(addr);
}

KTEST(kmap, stop_map_of_null, STOP)
{
	kt_expect_stop("BUG: kmap: 0x00000000");
	kmap(NULL);
}

KTEST(kmap, stop_unmap_of_null, STOP)
{
	kt_expect_stop("BUG: kunmap: 0x00000000");
	kunmap(NULL);
}

KTEST(kmap, stop_map_of_a_free_page, STOP)
{
	if (!kt_true(take(1)))
		return;
	pages[0]->flags |= PG_buddy;
	kt_expect_stop("is free: whose page is it?");
	kmap(pages[0]);
}

KTEST(kmap, stop_freed_while_mapped, STOP)
{
	if (!kt_true(take(1)))
		return;
	kmap(pages[0]);
	kmap(pages[0]);
	kt_expect_stop(", 2 times (kunmap() forgotten?)");
	__free_page(pages[0]);
}

KTEST(kmap, stop_freed_while_a_page_of_the_block_is_mapped, STOP)
{
	struct page *block = alloc_pages(GFP_KERNEL, 2), *page;

	kt_assert(block);
	for (page = block; page < block + 4; page++)
		page->flags ^= (unsigned long)(page_zonenum(page) ^ ZONE_HIGHMEM) << PG_ZONE_SHIFT;
	kmap(block + 3);
	kt_expect_stop(", 1 times (kunmap() forgotten?)");
	__free_pages(block, 2);
}
