/* SPDX-License-Identifier: 0BSD
 *
 * migrate.h - pages that can be moved, and moving them (Linux's names; Mauerer 3.5.2).
 *
 * Whoever takes a page with __GFP_MOVABLE promises that it can be moved. To keep the promise, the
 * owner registers it with his operations, and releases it before he frees it:
 *
 *	page = alloc_page(GFP_HIGHUSER_MOVABLE);
 *	page->private = object;
 *	__SetPageMovable(page, &my_operations);
 *	...
 *	__ClearPageMovable(page);
 *	__free_page(page);
 *
 * The life of a page that is moved:
 *   movable      isolate_movable_page(): a reference more, PG_isolated; isolate_page() agrees
 *   isolated     migrate_pages(): a new page, movable as the old one and with its private, and
 *                migrate_page() copies what is in it and points the owner's object to it
 *   moved        the old page has lost its owner's reference, too, and is free
 *   or put back  putback_movable_page(): putback_page(), the reference and PG_isolated go
 *
 * An owner has a lock of his own. He registers and releases pages with it held, and each of his
 * operations takes it and looks first whether the page is still PageMovable(). So he may release a
 * page at any time, also while it is isolated: nobody moves it any more, and the last reference
 * frees it.
 *
 * Context: any; takes zone->lock, under the owner's. Operations are called without any lock.
 * Failure: see each; a page that is no single page in use, registering twice, and a movable page
 *          that is freed stop with the values.
 */
#ifndef MM_MIGRATE_H
#define MM_MIGRATE_H

#include <lib/compiler.h>
#include <mm/page.h>

/* What the owner of movable pages does. All three may be called on any CPU that allocates, by
 * anybody who may call the shrinkers (__GFP_DIRECT_RECLAIM). */
struct movable_operations {
	/* Leave @page alone from now on, until it is moved or put back. Return: false if it is just
	 * in use, or was released. */
	bool (*isolate_page)(struct page *page);
	/* Copy @src to @dst, which has its private, and use @dst from now on: it has one reference,
	 * the owner's. Return: 0; -EAGAIN: not now, but soon; any other negative: not this time.
	 * @src is the owner's as before then, and still isolated. */
	int (*migrate_page)(struct page *dst, struct page *src);
	/* @page, isolated before, was not moved: it may be used again. */
	void (*putback_page)(struct page *page);
};

static inline bool PageMovable(const struct page *page)
{
	return page->flags & PG_movable;
}

static inline bool PageIsolated(const struct page *page)
{
	return page->flags & PG_isolated;
}

/* Register @page, a single one in use, or release it. Context: the owner's lock is held. */
void __SetPageMovable(struct page *page, const struct movable_operations *ops);
void __ClearPageMovable(struct page *page);

/* Take @page, which has a struct page and may be anything, from its owner in order to move it.
 * Return: 0: it has a reference more; -EBUSY: it is not movable, isolated already, or its owner
 * refuses. */
int isolate_movable_page(struct page *page);

/* Give it back, unless it was moved; a page that its owner released meanwhile is freed. */
void putback_movable_page(struct page *page);

#define COMPACT_CLUSTER_MAX 32 /* pages that are isolated at a time */

struct page_batch {
	unsigned int nr;
	struct page *page[COMPACT_CLUSTER_MAX];
};

void putback_movable_pages(struct page_batch *batch);

/* A single page to move @page to, with one reference; NULL: none is left. */
typedef struct page *new_page_fn(struct page *page, void *private);

/* Take a page back that was not used. */
typedef void free_page_fn(struct page *page, void *private);

/* Move the isolated pages of @batch, each to one from @get_new_page. Those that were moved, or were
 * released by their owners, leave the batch; one that could not be moved just now, or to which
 * somebody else has a reference or an address of kmap(), is tried again a few times. Counts
 * PGMIGRATE_SUCCESS and PGMIGRATE_FAIL (vmstat.h).
 * Return: pages that are left in the batch, to be put back; -ENOMEM: and there was no new page. */
int migrate_pages(struct page_batch *batch, new_page_fn *get_new_page, free_page_fn *put_new_page,
		  void *private);

/* Movable pages of @zone. */
struct zone;
unsigned long zone_nr_movable(const struct zone *zone);

#endif
