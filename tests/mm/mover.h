/* SPDX-License-Identifier: 0BSD
 *
 * mover.h - an owner of movable pages for tests: a table of pages, each with a stamp in it that
 * says whether its contents came along. How willing the owner is can be set.
 */
#ifndef TESTS_MM_MOVER_H
#define TESTS_MM_MOVER_H

#include <mm/migrate.h>
#include <mm/page_alloc.h>

struct mover_slot {
	struct page *page; /* NULL: none */
	u32 stamp;	   /* in its first and last word */
	bool isolated;
};

struct mover {
	struct mover_slot *slot; /* filled by mover_take() */
	unsigned long nr;	 /* slots that there are */

	/* How it behaves, from mover_open() on not at all like this. */
	bool refuse;		 /* isolate_page() says no */
	int err;		 /* migrate_page() returns this ... */
	unsigned int nr_err;	 /* ... so many times more */
	void (*meanwhile)(void); /* is called by migrate_page() in its place, and it fails */

	/* What was asked of it. */
	unsigned long isolated, moved, put_back;
	unsigned long moved_down; /* to a lower address */
	unsigned long spoilt;	  /* contents that were others when a page was released */

	unsigned int order; /* of the table */
	unsigned long next; /* where to look for a free slot */
};
extern struct mover mover;
extern const struct movable_operations mover_operations;

/* A table for up to @nr pages. Return: false, if there is no memory for it. */
bool mover_open(unsigned long nr);

/* Free all pages and the table. */
void mover_close(void);

/* Take one more movable page. Return: its slot; NULL: no memory, or no slot. */
struct mover_slot *mover_take(gfp_t gfp);

/* Register @page in a slot of its own. Return: the slot; NULL: there is none. */
struct mover_slot *mover_adopt(struct page *page);

/* Release the page of @slot, which has one, and free it. */
void mover_release(struct mover_slot *slot);

/* Are the contents of each page its slot's, and the page registered for that slot? */
bool mover_is_intact(void);

#endif
