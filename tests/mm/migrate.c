/* SPDX-License-Identifier: 0BSD
 *
 * migrate.c - pages that move: isolated, moved, put back, and what goes wrong on the way.
 */
#include <lib/errno.h>
#include <mm/highmem.h>
#include <mm/page_info.h>
#include <mm/vmstat.h>
#include <test/capture.h>
#include <test/pages.h>

#include "check_line.h"
#include "mover.h"
#include "page_stock.h"

#define NR_PAGES 8

static struct page_batch batch;
static unsigned int new_pages; /* that new_page() still gives */
static unsigned int unused_pages;

static struct page *new_page(struct page *page, void *private)
{
	kt_ptr_eq(private, &batch);
	kt_true(PageIsolated(page));
	if (!new_pages)
		return NULL;
	new_pages--;
	return alloc_page(GFP_KERNEL);
}

static void unused_page(struct page *page, void *private)
{
	kt_ptr_eq(private, &batch);
	kt_eq(page->flags & PG_STATE_MASK, 0);
	unused_pages++;
	__free_page(page);
}

static int migrate(void)
{
	return migrate_pages(&batch, new_page, unused_page, &batch);
}

/* NR_PAGES movable pages. */
static bool begin(void)
{
	unsigned int i;

	batch.nr = 0;
	unused_pages = 0;
	new_pages = 1000;
	if (!mover_open(NR_PAGES))
		return false;
	for (i = 0; i < NR_PAGES; i++)
		if (!mover_take(GFP_KERNEL | __GFP_MOVABLE))
			return false;
	return true;
}

static void isolate_all(void)
{
	unsigned int i;

	for (i = 0; i < NR_PAGES; i++)
		if (kt_eq(isolate_movable_page(mover.slot[i].page), 0))
			batch.page[batch.nr++] = mover.slot[i].page;
}

/* --- one page -------------------------------------------------------------------------------- */

KTEST(migrate, a_movable_page_says_so, SHORT)
{
	struct mm_check check = { 0 };
	unsigned long before;
	struct zone *zone;
	struct page *page;

	kt_assert(begin());
	page = mover.slot[0].page;
	zone = page_zone(page);
	before = zone_nr_movable(zone);
	kt_true(PageMovable(page));
	kt_false(PageIsolated(page));
	kt_eq(page_count(page), 1);
	kt_eq(mm_check(&check), 0);
	__ClearPageMovable(page);
	kt_false(PageMovable(page));
	kt_eq(zone_nr_movable(zone), before - 1);
	__SetPageMovable(page, &mover_operations);
	kt_eq(zone_nr_movable(zone), before);
	kt_true(mover_is_intact());
	mover_close();
}

KTEST(migrate, isolating_takes_a_reference, SHORT)
{
	struct page *page;

	kt_assert(begin());
	page = mover.slot[3].page;
	kt_eq(isolate_movable_page(page), 0);
	kt_true(PageIsolated(page));
	kt_eq(page_count(page), 2);
	kt_eq(isolate_movable_page(page), -EBUSY);
	kt_eq(page_count(page), 2);
	putback_movable_page(page);
	kt_eq(mover.isolated, 1);
	kt_eq(mover.put_back, 1);
	kt_true(mover_is_intact());
	mover_close();
}

KTEST(migrate, an_owner_may_refuse, SHORT)
{
	kt_assert(begin());
	mover.refuse = true;
	kt_eq(isolate_movable_page(mover.slot[0].page), -EBUSY);
	kt_eq(mover.put_back, 0);
	kt_true(mover_is_intact());
	mover_close();
}

KTEST(migrate, what_is_not_movable_is_not_isolated, SHORT)
{
	struct page *page = alloc_pages(GFP_KERNEL, 1);

	kt_assert(page);
	kt_eq(isolate_movable_page(page), -EBUSY);
	kt_eq(isolate_movable_page(page + 1), -EBUSY);
	__free_pages(page, 1);
	kt_eq(isolate_movable_page(page), -EBUSY);
	kt_eq(isolate_movable_page(reserved_page()), -EBUSY);
}

KTEST(migrate, page_shows_what_is_movable, SHORT)
{
	char text[256];
	struct capture report;

	kt_assert(begin());
	capture_init(&report, text, sizeof(text));
	page_show(&report.out, page_to_pfn(mover.slot[0].page));
	kt_eq(capture_count(&report, "*: allocated, movable"), 1);
	kt_eq(isolate_movable_page(mover.slot[0].page), 0);
	capture_init(&report, text, sizeof(text));
	page_show(&report.out, page_to_pfn(mover.slot[0].page));
	kt_eq(capture_count(&report, "*: allocated, movable, just being moved"), 1);
	putback_movable_page(mover.slot[0].page);
	mover_close();
}

/* --- moving ---------------------------------------------------------------------------------- */

KTEST(migrate, pages_move_with_their_contents, SHORT)
{
	struct page *old[NR_PAGES];
	struct free_counts before;
	struct mm_check check = { 0 };
	unsigned long success = vm_events(PGMIGRATE_SUCCESS);
	unsigned int i;

	free_counts_record(&before);
	kt_assert(begin());
	for (i = 0; i < NR_PAGES; i++)
		old[i] = mover.slot[i].page;
	isolate_all();
	kt_eq(mm_check(&check), 0);
	kt_eq(migrate(), 0);
	kt_eq(batch.nr, 0);
	kt_eq(mover.moved, NR_PAGES);
	kt_eq(vm_events(PGMIGRATE_SUCCESS) - success, NR_PAGES);
	kt_true(mover_is_intact());
	for (i = 0; i < NR_PAGES; i++)
		kt_true(mover.slot[i].page != old[i]);
	kt_eq(mm_check(&check), 0);
	mover_close();
	free_counts_compare(&before);
}

KTEST(migrate, what_is_put_back_stays_where_it_was, SHORT)
{
	struct page *old = NULL;

	kt_assert(begin());
	old = mover.slot[5].page;
	isolate_all();
	putback_movable_pages(&batch);
	kt_eq(batch.nr, 0);
	kt_eq(mover.put_back, NR_PAGES);
	kt_ptr_eq(mover.slot[5].page, old);
	kt_true(mover_is_intact());
	mover_close();
}

/* --- what goes wrong ------------------------------------------------------------------------- */

KTEST(migrate, not_now_is_tried_again, SHORT)
{
	kt_assert(begin());
	mover.err = -EAGAIN;
	mover.nr_err = 12;
	isolate_all();
	kt_eq(migrate(), 0);
	kt_eq(unused_pages, 12);
	kt_eq(mover.moved, NR_PAGES);
	kt_true(mover_is_intact());
	mover_close();
}

KTEST(migrate, not_now_has_an_end, SHORT)
{
	unsigned long fail = vm_events(PGMIGRATE_FAIL);

	kt_assert(begin());
	mover.err = -EAGAIN;
	mover.nr_err = 1000;
	isolate_all();
	kt_eq(migrate(), NR_PAGES);
	kt_eq(batch.nr, NR_PAGES);
	kt_eq(mover.moved, 0);
	kt_eq(vm_events(PGMIGRATE_FAIL) - fail, NR_PAGES);
	putback_movable_pages(&batch);
	kt_true(mover_is_intact());
	mover_close();
}

KTEST(migrate, no_is_not_tried_again, SHORT)
{
	kt_assert(begin());
	mover.err = -EBUSY;
	mover.nr_err = 3;
	isolate_all();
	kt_eq(migrate(), 3);
	kt_eq(batch.nr, 3);
	kt_eq(mover.moved, NR_PAGES - 3);
	kt_eq(unused_pages, 3);
	putback_movable_pages(&batch);
	kt_eq(mover.put_back, 3);
	kt_true(mover_is_intact());
	mover_close();
}

/* Whatever an owner calls it: it is not that there is no new page. */
KTEST(migrate, an_owner_without_memory_is_no_end, SHORT)
{
	kt_assert(begin());
	mover.err = -ENOMEM;
	mover.nr_err = 1;
	isolate_all();
	kt_eq(migrate(), 1);
	kt_eq(mover.moved, NR_PAGES - 1);
	putback_movable_pages(&batch);
	kt_true(mover_is_intact());
	mover_close();
}

KTEST(migrate, without_new_pages_the_rest_stays, SHORT)
{
	kt_assert(begin());
	new_pages = 5;
	isolate_all();
	kt_eq(migrate(), -ENOMEM);
	kt_eq(batch.nr, NR_PAGES - 5);
	kt_eq(mover.moved, 5);
	putback_movable_pages(&batch);
	kt_eq(mover.put_back, NR_PAGES - 5);
	kt_true(mover_is_intact());
	mover_close();
}

KTEST(migrate, a_page_in_somebodys_use_stays, SHORT)
{
	struct page *page;

	kt_assert(begin());
	page = mover.slot[2].page;
	get_page(page);
	isolate_all();
	kt_eq(migrate(), 1);
	kt_ptr_eq(batch.page[0], page);
	putback_movable_pages(&batch);
	kt_ptr_eq(mover.slot[2].page, page);
	kt_eq(page_count(page), 2);
	put_page(page);
	kt_true(mover_is_intact());
	mover_close();
}

/* Mapped or not: its place in kmap()'s range stays until somebody else needs it. */
KTEST(migrate, a_page_with_an_address_stays, SHORT)
{
	struct page *page;

	kt_assert(begin());
	mover_release(&mover.slot[0]);
	kt_assert(mover_take(GFP_HIGHUSER_MOVABLE));
	page = mover.slot[0].page;
	if (!PageHighMem(page)) {
		mover_close();
		kt_skip("no HighMem zone");
	}
	kt_assert(kmap(page));
	isolate_all();
	kt_eq(migrate(), 1);
	kt_ptr_eq(batch.page[0], page);
	putback_movable_pages(&batch);
	kunmap(page);
	kt_eq(isolate_movable_page(page), 0);
	batch = (struct page_batch){ 1, { page } };
	kt_eq(migrate(), 0);
	kt_true(mover_is_intact());
	mover_close();
}

/* --- owners that let go ---------------------------------------------------------------------- */

KTEST(migrate, a_page_released_while_isolated_is_freed, SHORT)
{
	struct free_counts before;
	struct mm_check check = { 0 };

	free_counts_record(&before);
	kt_assert(begin());
	isolate_all();
	mover_release(&mover.slot[1]);
	mover_release(&mover.slot[4]);
	kt_eq(mm_check(&check), 0);
	kt_eq(migrate(), 0);
	kt_eq(mover.moved, NR_PAGES - 2);
	kt_true(mover_is_intact());
	mover_close();
	free_counts_compare(&before);
}

KTEST(migrate, a_page_released_while_isolated_is_not_put_back, SHORT)
{
	struct free_counts before;

	free_counts_record(&before);
	kt_assert(begin());
	isolate_all();
	mover_release(&mover.slot[1]);
	putback_movable_pages(&batch);
	kt_eq(mover.put_back, NR_PAGES - 1);
	kt_true(mover_is_intact());
	mover_close();
	free_counts_compare(&before);
}

static void release_the_first(void)
{
	mover_release(&mover.slot[0]);
}

/* As another CPU could, at the last moment. */
KTEST(migrate, a_page_released_while_it_is_moved_is_freed, SHORT)
{
	struct free_counts before;

	free_counts_record(&before);
	kt_assert(begin());
	isolate_all();
	mover.meanwhile = release_the_first;
	kt_eq(migrate(), 1);
	kt_false(PageMovable(batch.page[0]));
	kt_eq(page_count(batch.page[0]), 1);
	putback_movable_pages(&batch);
	kt_eq(mover.moved, NR_PAGES - 1);
	kt_eq(mover.put_back, 0);
	kt_true(mover_is_intact());
	mover_close();
	free_counts_compare(&before);
}

/* --- the checker ----------------------------------------------------------------------------- */

KTEST(migrate, m4_a_movable_page_in_no_state_to_be_one, SHORT)
{
	struct page *page = alloc_pages(GFP_KERNEL, 1);

	kt_assert(page && begin());
	expect_first("");
	page->flags |= PG_movable;
	expect_line("M4: pfn %lu is movable, but has flags %lx, count 1", page_to_pfn(page),
		    page->flags);
	expect_first("M4");
	page->flags &= ~PG_movable;
	__free_pages(page, 1);
	page = mover.slot[0].page;
	page->movable_ops = NULL;
	expect_first("M4");
	page->movable_ops = &mover_operations;
	expect_first("");
	mover_close();
}

KTEST(migrate, m5_a_movable_page_that_was_not_counted, SHORT)
{
	struct page *page;

	kt_assert(begin());
	page = mover.slot[0].page;
	page->flags &= ~PG_movable;
	expect_line("M5: zone %s: %lu pages are movable, %lu were counted", page_zone(page)->name,
		    zone_nr_movable(page_zone(page)) - 1, zone_nr_movable(page_zone(page)));
	expect_first("M5");
	page->flags |= PG_movable;
	expect_first("");
	mover_close();
}

/* --- misuse ---------------------------------------------------------------------------------- */

KTEST(migrate, stop_free_of_a_movable_page, STOP)
{
	kt_assert(begin());
	kt_expect_stop("page is registered as movable: __ClearPageMovable() first");
	__free_page(mover.slot[0].page);
}

KTEST(migrate, stop_owner_drops_the_reference_twice, STOP)
{
	struct page *page;

	kt_assert(begin());
	page = mover.slot[0].page;
	kt_eq(isolate_movable_page(page), 0);
	__ClearPageMovable(page);
	__free_page(page);
	kt_expect_stop("page is being moved: the last reference is not its owner's");
	__free_page(page);
}

KTEST(migrate, stop_registered_twice, STOP)
{
	kt_assert(begin());
	kt_expect_stop("only a single page in use can become movable, and this one is");
	__SetPageMovable(mover.slot[0].page, &mover_operations);
}

KTEST(migrate, stop_released_twice, STOP)
{
	kt_assert(begin());
	__ClearPageMovable(mover.slot[0].page);
	kt_expect_stop("is not movable (released twice, or moved?)");
	__ClearPageMovable(mover.slot[0].page);
}

KTEST(migrate, stop_release_of_no_page, STOP)
{
	kt_expect_stop("BUG: __ClearPageMovable: ");
	__ClearPageMovable(NULL);
}

KTEST(migrate, stop_a_block_becomes_movable, STOP)
{
	struct page *page = alloc_pages(GFP_KERNEL, 2);

	kt_expect_stop("only a single page in use can become movable");
	__SetPageMovable(page, &mover_operations);
}

KTEST(migrate, stop_a_free_page_becomes_movable, STOP)
{
	struct page *page = alloc_pages(GFP_KERNEL, 1);

	__free_pages(page, 1);
	kt_expect_stop("only a single page in use can become movable");
	__SetPageMovable(page, &mover_operations);
}

KTEST(migrate, stop_no_page_becomes_movable, STOP)
{
	kt_expect_stop("BUG: __SetPageMovable: ");
	__SetPageMovable(NULL, &mover_operations);
}

KTEST(migrate, stop_operations_that_are_not_complete, STOP)
{
	static const struct movable_operations half;

	kt_expect_stop("are not complete");
	__SetPageMovable(alloc_page(GFP_KERNEL), &half);
}

KTEST(migrate, stop_put_back_twice, STOP)
{
	kt_assert(begin());
	kt_eq(isolate_movable_page(mover.slot[0].page), 0);
	putback_movable_page(mover.slot[0].page);
	kt_expect_stop("is not isolated (put back twice?)");
	putback_movable_page(mover.slot[0].page);
}

KTEST(migrate, stop_an_owner_who_returns_a_positive_number, STOP)
{
	kt_assert(begin());
	mover.err = 1;
	mover.nr_err = 1;
	isolate_all();
	kt_expect_stop("migrate_page() returned 1");
	kt_eq(migrate(), 0);
}
