/* SPDX-License-Identifier: 0BSD
 *
 * held_movable.c - pages that `alloc` took as movable ones, and so can be moved: the smallest owner
 * there can be (mm/migrate.h).
 *
 * A page's private is its slot in the table of what is out, and moving it is copying it and writing
 * another page there. Locking: none, against the rule: commands run one at a time, on one CPU, and
 * only there somebody compacts meanwhile: a command.
 */
#include <mm/highmem.h>
#include <mm/migrate.h>
#include "held.h"

static bool held_isolate(struct page *page)
{
	return PageMovable(page);
}

static int held_migrate(struct page *dst, struct page *src)
{
	struct held *slot = src->private;

	copy_highpage(dst, src);
	slot->page = dst;
	if (held_last == src)
		held_last = dst;
	return 0;
}

static void held_putback(struct page *page __unused)
{
}

static const struct movable_operations held_operations = { held_isolate, held_migrate,
							   held_putback };

void held_register(struct held *slot)
{
	slot->page->private = slot;
	__SetPageMovable(slot->page, &held_operations);
}

void held_release(struct held *slot)
{
	if (slot->page && PageMovable(slot->page))
		__ClearPageMovable(slot->page);
}
