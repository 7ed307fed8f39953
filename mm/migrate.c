/* SPDX-License-Identifier: 0BSD
 *
 * migrate.c - movable pages: whose they are, and how they get to another place (migrate.h has the
 * contract, and the life of a page that is moved).
 *
 * 1. Concepts    Nothing here knows who points to a page: only its owner can change that. So each
 *                move is the owner's, under his lock, and this file keeps the page in being
 *                meanwhile, finds the new one, and settles the references.
 *                A new page is made movable before its owner learns of it. From the moment at
 *                which migrate_page() returned 0 he may do all with it, also release and free it.
 * 2. References  An owner has one to each of his pages. Isolating adds one; the new page has one of
 *                this file's, too, as long as it is not done with it. A page with yet another one,
 *                or with an address of kmap(), is in somebody's use, and stays.
 *                             before   isolated   moved     put back
 *                old page     1        2          0, free   1
 *                new page     1                   1         0, free
 * 3. Invariants  (check_compound.c)
 *                M4 a page with PG_movable is a single page in use, and has operations; M5 the
 *                pages with PG_movable of a zone are as many as were counted.
 * 4. Locking     zone->lock for PG_movable, PG_isolated, movable_ops and the count of movable
 *                pages, never two zones at a time; it is not held while an operation runs. While
 *                PG_movable is set, the owner has his reference: so a page that is found movable
 *                under the lock is in use, and a reference can be had.
 * 5. Not done    Blocks of more than one page; waiting for a page that is busy.
 */
#include <lib/errno.h>
#include <mm/compound.h>
#include <mm/highmem.h>
#include <mm/migrate.h>
#include <mm/page_alloc.h>
#include <mm/vmstat.h>
#include "internal.h"

#define MIGRATE_PASSES 10 /* over the pages whose owners say -EAGAIN */

static unsigned long nr_movable[MAX_ZONES]; /* (Z) */

unsigned long zone_nr_movable(const struct zone *zone)
{
	return READ_ONCE(nr_movable[zone_number(zone)]);
}

/* --- owners ---------------------------------------------------------------------------------- */

static void check_operations(const struct page *page, const struct movable_operations *ops)
{
	if (!page_valid(page))
		bad_page_pointer(page, "__SetPageMovable");
	mm_bug_on(!ops || !ops->isolate_page || !ops->migrate_page || !ops->putback_page,
		  "pfn %lu: the operations at %p are not complete", page_to_pfn(page),
		  (const void *)ops);
}

/* Make @page, a plain single one in use, movable by @ops, with the state bits @bits. */
static void make_movable(struct page *page, const struct movable_operations *ops, void *private,
			 unsigned long bits)
{
	struct zone *zone = page_zone(page);
	unsigned long flags;

	spin_lock_irqsave(&zone->lock, flags);
	mm_bug_on((page->flags & PG_STATE_MASK & ~PG_kmapped) || page->_count < 1,
		  "pfn %lu, flags %lx, count %d: only a single page in use can become movable%s",
		  page_to_pfn(page), page->flags, page->_count,
		  PageMovable(page) ? ", and this one is" : "");
	page->movable_ops = ops;
	page->private = private;
	set_page_flags(page, PG_movable | bits);
	nr_movable[zone_number(zone)]++;
	spin_unlock_irqrestore(&zone->lock, flags);
}

/* Take the state bits @bits, PG_movable and PG_isolated or one of them, off @page. */
static void clear_bits(struct page *page, unsigned long bits)
{
	struct zone *zone = page_zone(page);
	unsigned long flags;

	spin_lock_irqsave(&zone->lock, flags);
	if (page->flags & bits & PG_movable)
		nr_movable[zone_number(zone)]--;
	clear_page_flags(page, bits);
	spin_unlock_irqrestore(&zone->lock, flags);
}

void __SetPageMovable(struct page *page, const struct movable_operations *ops)
{
	check_operations(page, ops);
	make_movable(page, ops, page->private, 0);
}

void __ClearPageMovable(struct page *page)
{
	if (!page_valid(page))
		bad_page_pointer(page, __func__);
	mm_bug_on(!PageMovable(page),
		  "pfn %lu, flags %lx, count %d is not movable (released twice, or moved?)",
		  page_to_pfn(page), page->flags, page->_count);
	clear_bits(page, PG_movable);
}

/* --- isolation ------------------------------------------------------------------------------- */

/* Get a reference to @page and claim it, if it is movable and nobody else has. */
static const struct movable_operations *claim_page(struct page *page)
{
	const struct movable_operations *ops = NULL;
	struct zone *zone = page_zone(page);
	unsigned long flags;

	spin_lock_irqsave(&zone->lock, flags);
	if (PageMovable(page) && !PageIsolated(page)) {
		ops = page->movable_ops;
		page->_count++;
		set_page_flags(page, PG_isolated);
	}
	spin_unlock_irqrestore(&zone->lock, flags);
	return ops;
}

/* The reference that claim_page() got. */
static void unclaim_page(struct page *page)
{
	clear_bits(page, PG_isolated);
	put_page(page);
}

int isolate_movable_page(struct page *page)
{
	const struct movable_operations *ops = claim_page(page);

	if (!ops)
		return -EBUSY;
	if (ops->isolate_page(page))
		return 0;
	unclaim_page(page);
	return -EBUSY;
}

void putback_movable_page(struct page *page)
{
	mm_bug_on(!PageIsolated(page),
		  "pfn %lu, flags %lx, count %d is not isolated (put back twice?)",
		  page_to_pfn(page), page->flags, page->_count);
	if (PageMovable(page))
		page->movable_ops->putback_page(page);
	unclaim_page(page);
}

void putback_movable_pages(struct page_batch *batch)
{
	while (batch->nr)
		putback_movable_page(batch->page[--batch->nr]);
}

/* --- moving ---------------------------------------------------------------------------------- */

struct migration {
	new_page_fn *get_new_page;
	free_page_fn *put_new_page;
	void *private;
};

/* The owner has @new in the place of @page: his reference to this one goes. */
static void finish_move(struct page *new, struct page *page)
{
	clear_bits(page, PG_movable);
	put_page(page);
	unclaim_page(page);
	unclaim_page(new);
	count_vm_event(PGMIGRATE_SUCCESS);
}

/* @new is a plain page again. */
static void cancel_move(struct page *new)
{
	clear_bits(new, PG_movable | PG_isolated);
	put_page(new);
}

/* Have the contents of @page moved to @new. Return: 0, or what the owner says. */
static int move_to_new_page(struct page *new, struct page *page)
{
	const struct movable_operations *ops = page->movable_ops;
	int err;

	make_movable(new, ops, page->private, PG_isolated);
	get_page(new);
	err = ops->migrate_page(new, page);
	mm_bug_on(err > 0, "pfn %lu to %lu: migrate_page() returned %d", page_to_pfn(page),
		  page_to_pfn(new), err);
	if (err)
		cancel_move(new);
	else
		finish_move(new, page);
	return err;
}

/* Return: 0: @page is out of our hands; -ENOMEM: there is no new page; another negative: it is not
 * moved, -EAGAIN: but may be soon. */
static int migrate_page(const struct migration *migration, struct page *page)
{
	struct page *new;
	int err;

	if (!PageMovable(page)) { /* released meanwhile */
		unclaim_page(page);
		return 0;
	}
	if (READ_ONCE(page->_count) > 2 || kmap_page_address(page))
		return -EAGAIN;
	new = migration->get_new_page(page, migration->private);
	if (!new)
		return -ENOMEM;
	err = move_to_new_page(new, page);
	if (err)
		migration->put_new_page(new, migration->private);
	return err == -ENOMEM ? -EBUSY : err;
}

/* One pass over the first *@todo pages of @batch, which are still to be tried; behind them are
 * those that cannot be moved. Return: 0, -EAGAIN, -ENOMEM, as migrate_page(). */
static int migrate_pass(const struct migration *migration, struct page_batch *batch,
			unsigned int *todo)
{
	unsigned int i = 0;
	int again = 0;

	while (i < *todo) {
		struct page *page = batch->page[i];
		int err = migrate_page(migration, page);

		if (err == -ENOMEM)
			return err;
		if (err == -EAGAIN) {
			again = err;
			i++;
			continue;
		}
		batch->page[i] = batch->page[--*todo];
		batch->page[*todo] = err ? page : batch->page[--batch->nr];
	}
	return again;
}

int migrate_pages(struct page_batch *batch, new_page_fn *get_new_page, free_page_fn *put_new_page,
		  void *private)
{
	const struct migration migration = { get_new_page, put_new_page, private };
	unsigned int todo = batch->nr, pass;
	int err = -EAGAIN;

	for (pass = 0; pass < MIGRATE_PASSES && err == -EAGAIN; pass++)
		err = migrate_pass(&migration, batch, &todo);
	count_vm_events(PGMIGRATE_FAIL, batch->nr);
	return err == -ENOMEM ? err : (int)batch->nr;
}
