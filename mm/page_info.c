/* SPDX-License-Identifier: 0BSD
 *
 * page_info.c - what a page is, and the block or the slab that it belongs to.
 *
 * Others ask here, so that they need not know bitmap and flags. No locks are taken, so that the
 * answers can be had in a panic; while another CPU changes a block they may be of either state.
 */
#include <lib/bitmap.h>
#include <lib/out.h>
#include <mm/bootmem.h>
#include <mm/compound.h>
#include <mm/mem_map.h>
#include <mm/migrate.h>
#include <mm/page_debug.h>
#include <mm/page_info.h>
#include <mm/slab.h>

static const char *page_state(const struct page *page)
{
	if (PageReserved(page))
		return "reserved";
	if (PageBuddy(page))
		return "free, first page of a block";
	if (PagePcp(page))
		return "free, in a per-CPU list";
	if (PageSlab(page))
		return "slab";
	if (PageTail(page))
		return "inside a compound block";
	if (PageMovable(page))
		return PageIsolated(page) ? "allocated, movable, just being moved"
					  : "allocated, movable";
	if (page->_count)
		return PageHead(page) ? "allocated, first page of a compound block"
				      : "allocated, first page of a block";
	return "inside a block";
}

/* The first page of the block that @pfn lies in; @pfn itself if it is in none. */
static unsigned long block_start(unsigned long pfn)
{
	unsigned int order;

	for (order = 0; order < MAX_ORDER; order++) {
		unsigned long first = pfn & ~((1UL << order) - 1);
		const struct page *page = pfn_to_page(first);

		if (page_begins_block(page) && first + block_pages(page) > pfn)
			return first;
	}
	return pfn;
}

bool page_is_free(unsigned long pfn)
{
	return pfn_valid(pfn) && PageBuddy(pfn_to_page(block_start(pfn)));
}

/* Of the bitmaps that end behind @pfn, the first one; NULL if there is none. */
static const bootmem_data_t *bitmap_from(unsigned long pfn)
{
	const bootmem_data_t *bdata = bdata_list;

	while (bdata && pfn >= bdata->node_low_pfn)
		bdata = bdata->next;
	return bdata;
}

static struct page_run bitmap_run(unsigned long pfn, unsigned long end_pfn)
{
	const bootmem_data_t *bdata = bitmap_from(pfn);
	struct page_run run = { .kind = PAGE_UNKNOWN, .end_pfn = end_pfn };
	unsigned long min_pfn, *map;
	bool used;

	if (!bdata)
		return run;
	min_pfn = bdata->node_min_pfn;
	map = bdata->node_bootmem_map;
	if (pfn < min_pfn) {
		run.end_pfn = min(end_pfn, min_pfn);
		return run;
	}
	used = test_bit(pfn - min_pfn, map);
	end_pfn = min(end_pfn, bdata->node_low_pfn);
	run.kind = used ? PAGE_RESERVED : PAGE_BOOTMEM_FREE;
	run.end_pfn = min_pfn + __find_bit(map, pfn - min_pfn, end_pfn - min_pfn, used ? ~0UL : 0);
	return run;
}

static unsigned long reserved_end(unsigned long pfn, unsigned long end_pfn)
{
	while (pfn < end_pfn && pfn_valid(pfn) && PageReserved(pfn_to_page(pfn)))
		pfn++;
	return pfn;
}

/* The end of the blocks that begin at @pfn and are handed out, all to slab caches or none. */
static unsigned long taken_end(unsigned long pfn, unsigned long end_pfn, bool slab)
{
	while (pfn < end_pfn && pfn_valid(pfn)) {
		const struct page *page = pfn_to_page(pfn);

		if (!page->_count || PageSlab(page) != slab)
			break;
		pfn += block_pages(page);
	}
	return min(pfn, end_pfn);
}

static struct page_run block_run(unsigned long pfn, unsigned long end_pfn)
{
	unsigned long first = block_start(pfn);
	const struct page *page = pfn_to_page(first);
	unsigned long pages = block_pages(page), end = min(end_pfn, first + pages);

	if (PageBuddy(page))
		return (struct page_run){ PAGE_FREE, lowest_bit(pages), end };
	if (PagePcp(page))
		return (struct page_run){ PAGE_FREE, 0, end };
	if (PageSlab(page))
		return (struct page_run){ PAGE_SLAB, 0, taken_end(end, end_pfn, true) };
	return (struct page_run){ PAGE_HELD, 0, taken_end(end, end_pfn, false) };
}

struct page_run page_run_at(unsigned long pfn, unsigned long end_pfn)
{
	if (bootmem_is_live())
		return bitmap_run(pfn, end_pfn);
	if (!pfn_valid(pfn))
		return (struct page_run){ PAGE_UNKNOWN, 0, next_valid_pfn(pfn, end_pfn) };
	if (PageReserved(pfn_to_page(pfn)))
		return (struct page_run){ PAGE_RESERVED, 0, reserved_end(pfn, end_pfn) };
	return block_run(pfn, end_pfn);
}

void page_show(struct out *out, unsigned long pfn)
{
	const struct zone *zone;
	const struct page *page;
	unsigned long first;

	if (!pfn_valid(pfn)) {
		out_printf(out, "pfn %lu: no struct page: %s\n", pfn,
			   pfn >= mem_map_end_pfn && pfn < max_pfn
				   ? "mem_map has no room for it, nobody can use it"
				   : "no RAM within 4 MiB of it");
		return;
	}
	page = pfn_to_page(pfn);
	zone = page_zone(page);
	out_printf(out, "pfn %lu: phys 0x%08llx, node %u, zone %s, flags 0x%08lx, count %d: %s\n",
		   pfn, PFN_PHYS(pfn), page_to_nid(page), zone ? zone->name : "(none)", page->flags,
		   page->_count, page_state(page));
	if (PageReserved(page))
		return;
	first = block_start(pfn);
	out_printf(out, "  block: pfn %lu, order %u, %s\n", first, page_order(pfn_to_page(first)),
		   PageFree(pfn_to_page(first)) ? "free" : "in use");
	if (PageSlab(page))
		slab_page_show(out, page);
	page_owner_show(out, pfn);
}
