/* SPDX-License-Identifier: 0BSD
 *
 * check_bootmem.c - compare bootmem's pieces with the invariants of bootmem.c.
 *
 * Not in .init, unlike bootmem itself: `check` is a command of the panic monitor, and a boot that
 * stops early has nothing else to look at.
 */
#include <lib/align.h>
#include <lib/bitmap.h>
#include <mm/bootmem.h>
#include <mm/mmzone.h>
#include "internal.h"

static const struct mm_invariant bootmem_invariants[] = {
	{ "B1", "a bitmap lies in pages that are marked used" },
	{ "B2", "last_pos is a used page if last_offset is not 0" },
	{ "B3", "last_offset is below PAGE_SIZE" },
	{ "B4", "no clear bit in [hint_goal, hint_idx), and both lie in the piece" },
	{ "B5", "bits behind the piece's end, up to the end of the last word, are set" },
	{ "B6", "the pieces ascend, none is empty, and none reaches into the next" },
	{ "B7", "pgdat->bdata is the first piece of its node" },
	{ NULL, NULL },
};

/* What of any bitmap lies in the pages of @bdata. */
static void check_bitmaps_in(struct mm_check *check, const bootmem_data_t *bdata)
{
	const bootmem_data_t *owner;

	for_each_bootmem (owner) {
		unsigned long pages = owner->node_low_pfn - owner->node_min_pfn;
		unsigned long first = PFN_DOWN(virt_to_phys(owner->node_bootmem_map));
		unsigned long last = first + (pages - 1) / BITS_PER_LONG * sizeof(long) / PAGE_SIZE;
		unsigned long pfn = max(first, bdata->node_min_pfn);
		unsigned long end_pfn = min(last + 1, bdata->node_low_pfn), free;

		if (pfn >= end_pfn)
			continue;
		free = find_next_zero_bit(bdata->node_bootmem_map, pfn - bdata->node_min_pfn,
					  end_pfn - bdata->node_min_pfn);
		if (free < end_pfn - bdata->node_min_pfn)
			mm_violation(check, "B1", "a bitmap's own page, pfn %lu, is free",
				     bdata->node_min_pfn + free);
	}
}

void bootmem_check(struct mm_check *check, const bootmem_data_t *bdata)
{
	unsigned long end = bdata->node_low_pfn - bdata->node_min_pfn;
	unsigned long *map = bdata->node_bootmem_map;
	unsigned long padded = BITS_TO_LONGS(end) * BITS_PER_LONG;

	check_bitmaps_in(check, bdata);
	if (bdata->last_offset && (bdata->last_pos >= end || !test_bit(bdata->last_pos, map)))
		mm_violation(check, "B2", "last page %lu is not in use", bdata->last_pos);
	if (bdata->last_offset >= PAGE_SIZE)
		mm_violation(check, "B3", "last offset %lu", bdata->last_offset);
	if (bdata->hint_idx > end || bdata->hint_goal > end ||
	    find_next_zero_bit(map, bdata->hint_goal, bdata->hint_idx) < bdata->hint_idx)
		mm_violation(check, "B4", "free page in [%lu, %lu)", bdata->hint_goal,
			     bdata->hint_idx);
	if (find_next_zero_bit(map, end, padded) < padded)
		mm_violation(check, "B5", "clear bit behind the last page %lu", end);
}

/* Return: false if the list must not be followed, nor its bitmaps read. */
static bool check_order(struct mm_check *check)
{
	const bootmem_data_t *bdata;
	unsigned long end_pfn = 0;

	for_each_bootmem (bdata) {
		if (bdata->node_min_pfn < end_pfn || bdata->node_min_pfn >= bdata->node_low_pfn) {
			mm_violation(check, "B6",
				     "a piece has pfn %lu to %lu, the one before it ends at %lu",
				     bdata->node_min_pfn, bdata->node_low_pfn, end_pfn);
			return false;
		}
		end_pfn = bdata->node_low_pfn;
	}
	return true;
}

static void check_first_piece(struct mm_check *check, const struct pglist_data *pgdat)
{
	const bootmem_data_t *bdata = bdata_list;

	while (bdata && bdata->pgdat != pgdat)
		bdata = bdata->next;
	if (pgdat->bdata != bdata)
		mm_violation(check, "B7", "node %d: its first piece begins at pfn %lu, not at %lu",
			     pgdat->node_id, bdata ? bdata->node_min_pfn : 0,
			     pgdat->bdata ? pgdat->bdata->node_min_pfn : 0);
}

static void check_pieces(struct mm_check *check)
{
	const bootmem_data_t *bdata;
	int nid;

	if (!check_order(check))
		return;
	for_each_online_node (nid)
		check_first_piece(check, NODE_DATA(nid));
	for_each_bootmem (bdata)
		bootmem_check(check, bdata);
}

static const char *bootmem_absent(void)
{
	if (bootmem_is_live())
		return NULL;
	return bootmem_released_pages ? "retired" : "not begun";
}

const struct mm_checker bootmem_checker = { "bootmem", bootmem_invariants, check_pieces,
					    bootmem_absent };
