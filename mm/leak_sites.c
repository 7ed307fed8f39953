/* SPDX-License-Identifier: 0BSD
 *
 * leak_sites.c - which calls allocated the objects that are in use (leak_sites.h).
 *
 * 1. Concepts  A site is a chain of calls that led to an allocation: so two users of a function
 *              that allocates for others are two sites. Equal chains have one number. Each object
 *              has the time of its allocation, so what is out since some moment needs no list of
 *              what was out then.
 * 2. Data      The caller's table of sites, filled in one walk over all slabs. When it is full, the
 *              objects of further sites are only counted.
 * 3. Locking   None. An object that comes or goes meanwhile is counted or not.
 * 4. Not done  Pages (page_owner.c), large blocks, and what kfence guards.
 */
#include <mm/leak_sites.h>
#include <mm/mem_map.h>

#include "slab_common.h"

struct walk {
	struct leak_sites *sites;
	u64 since;
};

/* The site of @track; a new one if there is none and there is room. NULL without room. */
static struct leak_site *site_of(struct leak_sites *sites, const struct slab_track *track)
{
	struct leak_site *site = sites->site, *end = site + sites->nr;

	while (site < end && site->oldest.trace != track->trace)
		site++;
	if (site < end)
		return site;
	if (sites->nr == LEAK_SITES_MAX)
		return NULL;
	sites->nr++;
	*site = (struct leak_site){ .oldest = *track };
	return site;
}

static void add_object(struct slab_object *o, void *data)
{
	struct walk *walk = data;
	struct slab_track track;
	struct leak_site *site;

	if (o->state != OBJECT_USED)
		return;
	if (!slab_track(o->start, &track, NULL)) {
		walk->sites->unknown++;
		return;
	}
	if (track.us < walk->since)
		return;
	site = site_of(walk->sites, &track);
	if (!site) {
		walk->sites->others++;
		return;
	}
	site->nr++;
	site->bytes += track.requested;
	if (track.us < site->oldest.us)
		site->oldest = track;
}

static void sort_by_bytes(struct leak_sites *sites)
{
	unsigned int i, to;

	for (i = 1; i < sites->nr; i++) {
		struct leak_site site = sites->site[i];

		for (to = i; to && sites->site[to - 1].bytes < site.bytes; to--)
			sites->site[to] = sites->site[to - 1];
		sites->site[to] = site;
	}
}

void leak_sites(struct leak_sites *sites, u64 since)
{
	struct walk walk = { .sites = sites, .since = since };
	struct slab_object o;
	unsigned long pfn;

	*sites = (struct leak_sites){ .nr = 0 };
	for_each_mem_map_block (pfn, 0, max_low_pfn) {
		struct page *page = pfn_to_page(pfn);

		if (PageSlab(page) && slab_locate(lowmem_page_address(page), &o))
			slab_for_each_object(page, add_object, &walk);
	}
	sort_by_bytes(sites);
}
