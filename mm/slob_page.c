/* SPDX-License-Identifier: 0BSD
 *
 * slob_page.c - one shared page: its objects, its gaps, and the table that knows them.
 *
 * 1. Concepts
 *    A page holds objects of any caches side by side, in units of SLOB_UNIT bytes:
 *
 *      | object | object | gap | object |      gap      | ... | block 1 | block 0 | struct slab |
 *      ^ page                                                   ^ the table: downwards
 *
 *    The table has a word for each object, in the order of their addresses. What lies between two
 *    is free: a gap is nowhere written down, so gaps need not be joined when an object goes, and
 *    nothing is kept inside of them. An object needs no header either: those of a power of two lie
 *    side by side, each aligned to its size.
 *    A free that does not name the start of an object is seen at once, for there is no such block.
 *    So that it can be said what was there, the block of an object that is freed stays as a ghost,
 *    which holds no room, until another object is put over it or the table needs its word.
 * 2. Invariants (check_slob.c)
 *    O3  The blocks of a page ascend, do not overlap, and end in front of the table.
 *    O4  nr, used and ghosts are what the table holds, and no gap is larger than room.
 * 3. Locking
 *    slob_lock, which the callers hold. slob_find() only reads: a report comes without, and asks
 *    slob_is_sound() first.
 */
#include <mm/slab.h>

#include "slob_internal.h"

struct slab *slob_page_init(struct page *page)
{
	struct slab *slab = slob_table(page);

	*slab = (struct slab){ .room = SLOB_UNITS };
	return slab;
}

/* The first unit behind all that holds room. */
static u32 slob_end(const struct slab *slab)
{
	u32 i = slab->nr;

	while (i && slob_block(slab, i - 1)->state == SLOB_GHOST)
		i--;
	return i ? slob_block(slab, i - 1)->last + 1U : 0;
}

u32 slob_first_fit(struct slab *slab, u32 units, u32 align)
{
	u32 i, at = 0, end, start, largest = 0, limit = slob_limit(slab->nr - slab->ghosts + 1U);

	if (slob_end(slab) > limit) {
		slab->room = 0;
		return SLOB_UNITS;
	}
	for (i = 0; i <= slab->nr; i++) {
		if (i < slab->nr && slob_block(slab, i)->state == SLOB_GHOST)
			continue;
		end = i < slab->nr ? slob_block(slab, i)->first : limit;
		start = (u32)ALIGN_UP(at, align);
		if (start + units <= end)
			return start;
		largest = max(largest, end - at);
		at = slob_block(slab, i)->last + 1U;
	}
	slab->room = largest & (2 * SLOB_UNITS - 1);
	return SLOB_UNITS;
}

/* The first block that does not end in front of the unit. */
static u32 slob_lower(const struct slab *slab, u32 unit)
{
	u32 low = 0, high = slab->nr, middle;

	while (low < high) {
		middle = (low + high) / 2;
		if (slob_block(slab, middle)->last < unit)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

void slob_forget(struct slab *slab, u32 first, u32 last)
{
	u32 i = slob_lower(slab, first), kept = i;
	const struct slob_block *block;

	for (; i < slab->nr; i++) {
		block = slob_block(slab, i);
		if (block->state == SLOB_GHOST && block->first <= last)
			slab->ghosts--;
		else if (kept++ != i)
			*slob_block(slab, kept - 1) = *block;
	}
	slab->nr = (u16)kept;
}

/* A table that grows by a word may reach what lies at the end: all ghosts make room then. */
void slob_insert(struct slab *slab, struct slob_block block)
{
	u32 i, end = block.last;

	if (slab->nr)
		end = max(end, (u32)slob_block(slab, slab->nr - 1U)->last);
	if (end >= slob_limit(slab->nr + 1U))
		slob_forget(slab, 0, SLOB_UNITS);
	else if (slab->ghosts)
		slob_forget(slab, block.first, block.last);
	for (i = slab->nr; i && slob_block(slab, i - 1)->first > block.first; i--)
		*slob_block(slab, i) = *slob_block(slab, i - 1);
	*slob_block(slab, i) = block;
	slab->nr++;
	slab->used++;
}

struct slob_block *slob_find(const struct slab *slab, u32 unit)
{
	u32 i = slob_lower(slab, unit);

	return i < slab->nr && slob_block(slab, i)->first <= unit ? slob_block(slab, i) : NULL;
}

bool slob_is_sound(const struct slab *slab)
{
	u32 i, at = 0;

	if (slab->nr >= SLOB_UNITS)
		return false;
	for (i = 0; i < slab->nr; i++) {
		const struct slob_block *block = slob_block(slab, i);

		if (block->first < at || block->last < block->first || !block->cache ||
		    block->cache >= SLOB_MAX_CACHES || !slob_caches[block->cache])
			return false;
		at = block->last + 1U;
	}
	return at <= slob_limit(slab->nr);
}
