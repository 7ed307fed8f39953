/* SPDX-License-Identifier: 0BSD
 *
 * kept_back.c - a free block is not yet one to be had (mm/watermark.c).
 */
#include <boot/monitor/kept_back.h>

#include <mm/mmzone.h>
#include <mm/watermark.h>

const char *why_kept_back(gfp_t gfp, unsigned int order)
{
	struct zone *const *slot = node_zonelist(numa_node_id(), gfp)->zones;
	unsigned int best = *slot ? zone_idx(*slot) : 0;
	bool is_free = false, is_to_be_had = false;

	for (; *slot; slot++) {
		if (!(zone_free_orders(*slot) >> order))
			continue;
		is_free = true;
		is_to_be_had |= zone_watermark_ok(*slot, order, (*slot)->pages_min, best, 0);
	}
	if (!is_free)
		return NULL;
	return is_to_be_had ? "but the request was made to fail (fail_page_alloc=?)"
			    : "but the zones are down to pages_min for such a request (see "
			      "zoneinfo)";
}
