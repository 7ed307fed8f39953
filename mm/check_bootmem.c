/* SPDX-License-Identifier: 0BSD
 *
 * check_bootmem.c - compare bootmem's bitmap and hints with the invariants of bootmem.c.
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
	{ "B1", "the bitmap lies in pages that the bitmap itself marks used" },
	{ "B2", "last_pos is a used page if last_offset is not 0" },
	{ "B3", "last_offset is below PAGE_SIZE" },
	{ "B4", "no clear bit in [hint_goal, hint_idx), and both lie in the node" },
	{ "B5", "bits behind the node's end, up to the end of the last word, are set" },
	{ NULL, NULL },
};

void bootmem_check(struct mm_check *check, const bootmem_data_t *bdata)
{
	unsigned long end = bdata->node_low_pfn - bdata->node_min_pfn;
	unsigned long map_idx = PFN_DOWN(virt_to_phys(bdata->node_bootmem_map)) -
				bdata->node_min_pfn;
	unsigned long bytes = BITS_TO_LONGS(end) * sizeof(long);
	unsigned long map_end = min(map_idx + PFN_UP(bytes), end);
	unsigned long *map = bdata->node_bootmem_map;
	unsigned long padded = BITS_TO_LONGS(end) * BITS_PER_LONG;

	if (map_idx < end && find_next_zero_bit(map, map_idx, map_end) < map_end)
		mm_violation(check, "B1", "the bitmap's own page %lu is free", map_idx);
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

static void check_live_bitmap(struct mm_check *check)
{
	int nid;

	for_each_online_node (nid)
		if (NODE_DATA(nid)->bdata)
			bootmem_check(check, NODE_DATA(nid)->bdata);
}

static const char *bootmem_absent(void)
{
	if (bootmem_is_live())
		return NULL;
	return bootmem_released_pages ? "retired" : "not begun";
}

const struct mm_checker bootmem_checker = { "bootmem", bootmem_invariants, check_live_bitmap,
					    bootmem_absent };
