/* SPDX-License-Identifier: 0BSD
 *
 * mover.c - the owner of movable pages behind mover.h, as migrate.h asks for one.
 */
#include "mover.h"

#include <lib/errno.h>
#include <mm/highmem.h>
#include <test/ktest.h>

#define STAMP_WORDS (PAGE_SIZE / sizeof(u32))

struct mover mover;

static DEFINE_SPINLOCK(mover_lock);

static void stamp(struct page *page, u32 value)
{
	u32 *words = kmap_atomic(page);

	words[0] = value;
	words[STAMP_WORDS - 1] = ~value;
	kunmap_atomic(words);
}

static bool has_stamp(struct page *page, u32 value)
{
	const u32 *words = kmap_atomic(page);
	bool same = words[0] == value && words[STAMP_WORDS - 1] == ~value;

	kunmap_atomic(words);
	return same;
}

/* --- operations ------------------------------------------------------------------------------ */

static bool mover_isolate(struct page *page)
{
	struct mover_slot *slot;
	unsigned long flags;
	bool agrees;

	spin_lock_irqsave(&mover_lock, flags);
	agrees = PageMovable(page) && !mover.refuse;
	if (agrees) {
		slot = page->private;
		slot->isolated = true;
		mover.isolated++;
	}
	spin_unlock_irqrestore(&mover_lock, flags);
	return agrees;
}

static int move_slot(struct page *dst, struct page *src)
{
	struct mover_slot *slot = src->private;
	void *to, *from;

	if (!PageMovable(src) || !slot->isolated || slot->page != src)
		return -EINVAL;
	if (mover.nr_err) {
		mover.nr_err--;
		return mover.err;
	}
	to = kmap_atomic(dst);
	from = kmap_atomic(src);
	memcpy(to, from, PAGE_SIZE);
	kunmap_atomic(from);
	kunmap_atomic(to);
	slot->page = dst;
	slot->isolated = false;
	mover.moved++;
	mover.moved_down += dst < src;
	return 0;
}

static int mover_migrate(struct page *dst, struct page *src)
{
	unsigned long flags;
	int err;

	if (mover.meanwhile) {
		mover.meanwhile();
		mover.meanwhile = NULL;
	}
	spin_lock_irqsave(&mover_lock, flags);
	err = move_slot(dst, src);
	spin_unlock_irqrestore(&mover_lock, flags);
	return err;
}

static void mover_putback(struct page *page)
{
	struct mover_slot *slot;
	unsigned long flags;

	spin_lock_irqsave(&mover_lock, flags);
	mover.put_back++;
	if (PageMovable(page)) {
		slot = page->private;
		slot->isolated = false;
	}
	spin_unlock_irqrestore(&mover_lock, flags);
}

const struct movable_operations mover_operations = { mover_isolate, mover_migrate, mover_putback };

/* --- pages ----------------------------------------------------------------------------------- */

bool mover_open(unsigned long nr)
{
	struct page *table;

	memset(&mover, 0, sizeof(mover));
	mover.order = get_order(nr * sizeof(*mover.slot));
	table = alloc_pages(GFP_KERNEL | __GFP_ZERO, mover.order);
	if (!table)
		return false;
	mover.slot = page_address(table);
	mover.nr = nr;
	return true;
}

/* The first one from the last on that was given. Context: the lock. */
static struct mover_slot *free_slot(void)
{
	unsigned long i;

	for (i = 0; i < mover.nr; i++, mover.next = (mover.next + 1) % mover.nr)
		if (!mover.slot[mover.next].page)
			return &mover.slot[mover.next];
	return NULL;
}

struct mover_slot *mover_adopt(struct page *page)
{
	u32 value = (u32)page_to_pfn(page) * 2654435761u;
	struct mover_slot *slot;
	unsigned long flags;

	stamp(page, value);
	spin_lock_irqsave(&mover_lock, flags);
	slot = free_slot();
	if (slot) {
		*slot = (struct mover_slot){ page, value, false };
		page->private = slot;
		__SetPageMovable(page, &mover_operations);
	}
	spin_unlock_irqrestore(&mover_lock, flags);
	return slot;
}

struct mover_slot *mover_take(gfp_t gfp)
{
	struct page *page = alloc_page(gfp);
	struct mover_slot *slot = page ? mover_adopt(page) : NULL;

	if (page && !slot)
		__free_page(page);
	return slot;
}

void mover_release(struct mover_slot *slot)
{
	unsigned long flags;
	struct page *page;

	spin_lock_irqsave(&mover_lock, flags);
	page = slot->page;
	mover.spoilt += !has_stamp(page, slot->stamp);
	__ClearPageMovable(page);
	*slot = (struct mover_slot){ 0 };
	spin_unlock_irqrestore(&mover_lock, flags);
	__free_page(page);
}

void mover_close(void)
{
	struct mover_slot *slot;

	for (slot = mover.slot; slot < mover.slot + mover.nr; slot++)
		if (slot->page)
			mover_release(slot);
	__free_pages(virt_to_page(mover.slot), mover.order);
	mover.slot = NULL;
}

bool mover_is_intact(void)
{
	struct mover_slot *slot;

	for (slot = mover.slot; slot < mover.slot + mover.nr; slot++) {
		struct page *page = slot->page;

		if (!page)
			continue;
		if (!PageMovable(page) || PageIsolated(page) || page->private != slot ||
		    page_count(page) != 1 || slot->isolated || !has_stamp(page, slot->stamp))
			return false;
	}
	return true;
}
