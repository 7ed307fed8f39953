/* SPDX-License-Identifier: 0BSD
 *
 * check_bootmem.c - compare a bitmap of bootmem with the invariants B1-B5 of bootmem.c.
 */
#include <lib/align.h>
#include <lib/bitmap.h>
#include <mm/bootmem.h>
#include <mm/mm_check.h>
#include <mm/mmzone.h>

void __init bootmem_check(struct mm_check *check, const bootmem_data_t *bdata)
{
	unsigned long end = bdata->node_low_pfn - bdata->node_min_pfn;
	unsigned long map_idx = PFN_DOWN(virt_to_phys(bdata->node_bootmem_map)) -
				bdata->node_min_pfn;
	unsigned long map_end = min(map_idx + bootmem_bootmap_pages(end), end);
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
