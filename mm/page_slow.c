/* SPDX-License-Identifier: 0BSD
 *
 * page_slow.c - requests for pages that the first zone did not serve at once.
 *
 * 1. Concepts    The fast path (page_alloc.c) tries the best zone. When that one has no block, or
 *                pages are debugged, a request comes here: all zones of its list are asked, one
 *                after the other.
 * 2. Data        A request is a struct alloc_request from here on, and each step gets a pointer to
 *                it. What a later step has to know becomes a field there.
 * 3. Locking     None is held; rmqueue() takes the lock of the zone that it asks.
 * 4. Not done    Watermarks, waiting for memory.
 */
#include "page_debug.h"
#include "page_slow.h"

/* Try all zones, once each. One that has no block is passed by without its lock; a block that is
 * freed at this moment could as well have come too late. */
static struct page *alloc_from_zones(const struct alloc_request *request)
{
	struct zone *const *slot;
	struct page *page;

	for (slot = request->zones; *slot; slot++) {
		if (likely(!(zone_free_orders(*slot) >> request->order)))
			continue;
		page = rmqueue(*slot, request->order, request->type);
		if (likely(page))
			return page;
	}
	return NULL;
}

struct page *fastcall alloc_slow(int nid, gfp_t gfp, unsigned int order)
{
	const struct alloc_request request = { gfp, order, gfp_migratetype(gfp),
					       node_zonelist(nid, gfp)->zones };
	struct page *page = alloc_from_zones(&request);

	if (page)
		page_debug_alloc(page, order, gfp);
	return page;
}
