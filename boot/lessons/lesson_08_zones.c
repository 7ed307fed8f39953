/* SPDX-License-Identifier: 0BSD
 *
 * lesson_08_zones.c - which zone serves a request: of this machine, and of an arena of two zones
 * that can be used up.
 */
#include "arena.h"

#include <mm/page_alloc.h>
#include <mm/watermark.h>

#define ORDER	  7
#define DMA_PAGES 32UL
#define KEPT	  8UL /* what the arena's DMA keeps from requests for Normal */

static struct zone *dma;
static unsigned long from_reserve;
static bool is_in_highmem;

/* As the boot sets them, but that an eighth of the memory is to be kept. */
static void set_marks(struct zone *zone)
{
	struct watermarks marks = zone_watermarks(arena.pages / 8, zone->present_pages, arena.pages,
						  false);

	zone->pages_min = marks.min;
	zone->pages_low = marks.low;
	zone->pages_high = marks.high;
}

static bool open(struct lesson_run *run)
{
	if (!arena_open(run, ORDER))
		return false;
	if (!arena_can_request(run)) {
		arena_close();
		return false;
	}
	dma = arena_divide(DMA_PAGES);
	arena_release(0, DMA_PAGES);
	arena_release(DMA_PAGES, arena.pages);
	set_marks(arena.zone);
	set_marks(dma);
	dma->lowmem_reserve[ZONE_NORMAL] = KEPT;
	return true;
}

/* --- this machine ---------------------------------------------------------------------------- */

static const struct zonelist *list_for(gfp_t gfp)
{
	return node_zonelist(numa_node_id(), gfp);
}

static unsigned int length(const struct zonelist *list)
{
	unsigned int nr = 0;

	while (list->zones[nr])
		nr++;
	return nr;
}

static void show_list(struct lesson_run *run, const char *name, gfp_t gfp)
{
	struct zone *const *slot;

	lesson_say(run, "%-13s", name);
	for (slot = list_for(gfp)->zones; *slot; slot++)
		lesson_say(run, " %s", (*slot)->name);
	lesson_say(run, "\n");
}

static void show_lists(struct lesson_run *run)
{
	show_list(run, "GFP_DMA", GFP_DMA);
	show_list(run, "GFP_KERNEL", GFP_KERNEL);
	show_list(run, "GFP_HIGHUSER", GFP_HIGHUSER);
}

static u64 zones_for_highuser(void)
{
	return length(list_for(GFP_HIGHUSER));
}

static void take_one(struct lesson_run *run, const char *name, gfp_t gfp)
{
	struct page *page = alloc_page(gfp | __GFP_NOWARN);

	if (!page) {
		lesson_say(run, "%-13s no page\n", name);
		return;
	}
	is_in_highmem = PageHighMem(page);
	lesson_say(run, "%-13s pfn %lu, below %lu: %s\n", name, page_to_pfn(page), max_low_pfn,
		   page_to_pfn(page) < max_low_pfn ? "yes" : "no");
	__free_page(page);
}

static void take_each(struct lesson_run *run)
{
	take_one(run, "GFP_DMA", GFP_DMA);
	take_one(run, "GFP_KERNEL", GFP_KERNEL);
	take_one(run, "GFP_HIGHUSER", GFP_HIGHUSER);
}

static u64 got_highmem(void)
{
	return is_in_highmem;
}

static void show_present(struct lesson_run *run)
{
	const struct zone *zone;

	for_each_populated_zone (zone)
		lesson_say(run, "Node %d, zone %8s: %lu pages present\n", zone->zone_pgdat->node_id,
			   zone->name, zone->present_pages);
}

static u64 kept_from_kernel(void)
{
	return NODE_DATA(0)->node_zones[ZONE_DMA].lowmem_reserve[ZONE_NORMAL];
}

/* --- the arena ------------------------------------------------------------------------------- */

static void draw_zone(struct lesson_run *run, const struct zone *zone)
{
	lesson_say(run, "%8s %5lu to %lu: pages_min %lu, pages_low %lu, protection %lu\n",
		   zone->name, zone->zone_start_pfn - arena.base_pfn,
		   zone_end_pfn(zone) - arena.base_pfn - 1, zone->pages_min, zone->pages_low,
		   zone->lowmem_reserve[ZONE_NORMAL]);
}

static void draw(struct lesson_run *run)
{
	arena_draw_pages(run);
	draw_zone(run, dma);
	draw_zone(run, arena.zone);
}

static void take_until_dma(struct lesson_run *run)
{
	const unsigned long free = dma->nr_free_pages;

	while (dma->nr_free_pages == free && arena_request(GFP_NOWAIT, 0, 'n') >= 0)
		;
	lesson_say(run, "The first page of DMA is handed out\n");
}

static u64 pages_of_normal(void)
{
	return arena.zone->present_pages - arena.zone->nr_free_pages;
}

static void take_all(struct lesson_run *run)
{
	while (arena_request(GFP_NOWAIT, 0, 'n') >= 0)
		;
	lesson_say(run, "The next request for Normal is refused\n");
}

static u64 left_in_dma(void)
{
	return dma->nr_free_pages;
}

static void take_for_dma(struct lesson_run *run)
{
	for (from_reserve = 0; arena_request(GFP_NOWAIT | __GFP_DMA, 0, 'd') >= 0; from_reserve++)
		;
	lesson_say(run, "Then requests for DMA are refused, too\n");
}

static u64 pages_of_reserve(void)
{
	return from_reserve;
}

static const struct lesson_step steps[] = {
	{
		.text = "The flags of a request name the highest zone that will do. All zones "
			"from that one down may serve it, in the order of a zonelist. "
			"These are the machine's own ones, as this CPU uses them.",
		.act = show_lists,
		.question = "How many zones may serve GFP_HIGHUSER on this machine?",
		.answer = zones_for_highuser,
		.why = "its zonelist has that many. A zone without RAM is in none, so on a "
		       "machine without HighMem the list is that of GFP_KERNEL.",
		.no_picture = true,
	},
	{
		.text = "One page is taken from the machine with each of them, and given "
			"back. Pages below max_low_pfn have an address in the direct "
			"map.",
		.act = take_each,
		.question = "Did GFP_HIGHUSER get a page of HighMem (yes or no)?",
		.answer = got_highmem,
		.kind = LESSON_YES_NO,
		.why = "HighMem begins at max_low_pfn, where there is any, and comes first in "
		       "its list: a page that needs no address should not take one "
		       "from one that does.",
		.no_picture = true,
	},
	{
		.text = "A low zone keeps pages back from requests that could use a higher "
			"one: DMA keeps one page for each 256 of the same node's zone "
			"Normal from GFP_KERNEL. A zone without RAM has none to keep.",
		.act = show_present,
		.question = "How many pages does zone DMA of node 0 keep from GFP_KERNEL?",
		.answer = kept_from_kernel,
		.why = "pages present in node 0's Normal, divided by 256, if its DMA has any "
		       "pages. zoneinfo shows it as protection.",
		.no_picture = true,
	},
	{
		.text = "The arena has two zones: its first pages are DMA, the others Normal. "
			"Single pages are asked for with GFP_NOWAIT, whose best zone "
			"is Normal (n), until one comes from DMA.",
		.act = take_until_dma,
		.question = "How many pages of Normal are in use?",
		.answer = pages_of_normal,
		.why = "all but pages_low of them. The first round asks each zone of the list "
		       "down to pages_low only, so DMA's turn comes before Normal is "
		       "empty.",
	},
	{
		.text = "It goes on until a request is refused. When no zone is above "
			"pages_low any more, a second round goes down to pages_min.",
		.act = take_all,
		.question = "How many pages are free in DMA?",
		.answer = left_in_dma,
		.why = "pages_min and, for requests whose best zone is Normal, the protection "
		       "of DMA.",
	},
	{
		.text = "Requests with __GFP_DMA (d) come last. From them the protection is "
			"not kept.",
		.act = take_for_dma,
		.question = "How many of them were served?",
		.answer = pages_of_reserve,
		.why = "that is what the protection was for: who needs DMA finds some.",
	},
};
LESSON(08, 8, "zones: which one serves a request", "2.2, 6.4", "3.2.2, 3.5.5", open, arena_close,
       draw, steps, ARRAY_SIZE(steps));
