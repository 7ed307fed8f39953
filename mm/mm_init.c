/* SPDX-License-Identifier: 0BSD
 *
 * mm_init.c - from ranges of RAM to zones and mem_map, and bootmem's retirement (Gorman 2.2-2.4,
 * 5.5).
 *
 * 1. Concepts    The boot registers its RAM as active ranges, each of a node. A zone spans the part
 *                of [node start, node end) between its limits; present pages are the node's active
 *                ones in it. Nodes may lie between each other's ranges, and a node or a zone may
 *                begin at any page: what a zone spans is not all its own.
 * 2. mem_map     Page frames come in blocks of MAX_ORDER_NR_PAGES, and a block that holds any RAM
 *                gets its whole piece of the array (mem_map.c). Where there is no room for more,
 *                the blocks above are left out: their pages are present, but nobody manages them.
 * 3. Whose       Each struct page names the zone of its page of RAM. One in a hole is like the RAM
 *                before it in its block, else like the RAM behind it. A block in which all are of
 *                one zone has it in pageblock_zones[]; any other is mixed (pageblock.c).
 * 4. Phases      free_area_init_nodes(): mem_map, then zones, every page reserved. mem_init():
 *                bootmem's free pages, its bitmap, then HighMem's ranges become free. Later
 *                free_initmem().
 * 5. Invariants  (check_zones.c)
 *                Z1 a zone lies in its node, and above all zones of the lower kinds; Z2 managed <=
 *                present <= spanned; Z4 the place bits of every struct page name the zone of its
 *                page block, and in a mixed one several that reach into it; Z5 a node's present
 *                pages are the sum of its zones'.
 * 6. Locking     None: one CPU during the boot; free_reserved_range() takes zone->lock itself.
 * 7. Not done    Memory hot-plug, ZONE_MOVABLE.
 */
#include <lib/align.h>
#include <lib/bitmap.h>
#include <lib/string.h>
#include <mm/bootmem.h>
#include <mm/mm_init.h>
#include <mm/page_alloc.h>
#include <mm/percpu.h>
#include <mm/report.h>
#include "internal.h"
#include "page_debug.h"
#include "pageblock.h"
#include "pcp.h"

struct active_range {
	unsigned long start_pfn, end_pfn; /* [start_pfn, end_pfn) */
	int nid;
};

static struct active_range active_range[MAX_ACTIVE_RANGES] __initdata;
static unsigned int nr_active_ranges __initdata;

static const char *const zone_names[MAX_NR_ZONES] = { "DMA", "Normal", "HighMem" };

void __init add_active_range(int nid, unsigned long start_pfn, unsigned long end_pfn)
{
	struct active_range *next = &active_range[nr_active_ranges];

	node_set_online(nid);
	mm_bug_on(start_pfn >= end_pfn || end_pfn > MAX_PFN_LIMIT, "bad range pfn %lu to %lu",
		  start_pfn, end_pfn);
	mm_bug_on(nr_active_ranges && start_pfn < next[-1].end_pfn,
		  "pfn %lu to %lu does not ascend: the range before ends at %lu", start_pfn,
		  end_pfn, next[-1].end_pfn);
	mm_bug_on(nr_present_pages(), "pfn %lu to %lu comes after free_area_init_nodes()",
		  start_pfn, end_pfn);
	if (nr_active_ranges == MAX_ACTIVE_RANGES) {
		printk(KERN_WARNING "more than %u ranges of RAM: pfn %lu to %lu is left out\n",
		       MAX_ACTIVE_RANGES, start_pfn, end_pfn);
		return;
	}
	*next = (struct active_range){ start_pfn, end_pfn, nid };
	nr_active_ranges++;
}

/* Pages of RAM in [@start_pfn, @end_pfn) of node @nid; NUMA_NO_NODE: of all nodes. */
static unsigned long __init node_pages_in(int nid, unsigned long start_pfn, unsigned long end_pfn)
{
	unsigned long pages = 0;
	unsigned int i;

	for (i = 0; i < nr_active_ranges; i++) {
		unsigned long start = max(active_range[i].start_pfn, start_pfn);
		unsigned long end = min(active_range[i].end_pfn, end_pfn);

		if (start < end && (nid == NUMA_NO_NODE || nid == active_range[i].nid))
			pages += end - start;
	}
	return pages;
}

unsigned long __init present_pages_in(unsigned long start_pfn, unsigned long end_pfn)
{
	return node_pages_in(NUMA_NO_NODE, start_pfn, end_pfn);
}

static unsigned long __init last_block(const struct active_range *range)
{
	return (range->end_pfn - 1) / MAX_ORDER_NR_PAGES;
}

/* Back mem_map for all ranges from the bottom up, but for what is backed already: a range may begin
 * in the block where the one below it ends. Return: first pfn that could not be described,
 * MAX_PFN_LIMIT if all could. */
static unsigned long __init alloc_mem_map(void)
{
	const struct active_range *range;

	mem_map_begin(active_range[0].start_pfn / MAX_ORDER_NR_PAGES,
		      last_block(&active_range[nr_active_ranges - 1]) + 1);
	for (range = active_range; range < active_range + nr_active_ranges; range++) {
		unsigned long block = range->start_pfn / MAX_ORDER_NR_PAGES;

		for (; block <= last_block(range); block++) {
			if (mem_map_blocks[block])
				continue;
			if (!mem_map_back(block, range->nid))
				return block * MAX_ORDER_NR_PAGES;
			mem_map_blocks[block] = 1 + MIGRATE_UNMOVABLE; /* until init_pageblocks() */
		}
	}
	return MAX_PFN_LIMIT;
}

/* The RAM from mem_map_end_pfn on has no struct page: it is present, but never freed. */
static void __init leave_out_undescribed(void)
{
	unsigned long lost = present_pages_in(mem_map_end_pfn, MAX_PFN_LIMIT);

	if (!lost)
		return;
	printk(KERN_WARNING "mem_map: lowmem has no room to describe %lu pages from pfn 0x%lx up, "
			    "they are left out\n",
	       lost, mem_map_end_pfn);
	reserve_bootmem_known(PFN_PHYS(mem_map_end_pfn), PFN_PHYS(MAX_PFN_LIMIT) - 1);
}

/* Give the struct pages [@page, @end) their first state: all of each, since their memory is as
 * bootmem found it. What is done is copied behind itself, so that every page of the machine costs
 * four words. */
static void __init init_struct_pages(struct page *page, const struct page *end, unsigned long flags)
{
	unsigned long nr = (unsigned long)(end - page), done;

	memset(page, 0, sizeof(*page));
	page->flags = flags;
	for (done = 1; done < nr; done *= 2)
		memcpy(page + done, page, min(done, nr - done) * sizeof(*page));
}

/* Blocks below it have been begun by memmap_init_block(). */
static unsigned long next_block __initdata;

/* @pfn is @zone's RAM: so are the struct pages from there to the end of the block, until somebody
 * says otherwise, and those below it, if nobody has. Reserved until somebody frees them. */
static void __init memmap_init_block(struct zone *zone, unsigned long pfn)
{
	unsigned long block = pfn / MAX_ORDER_NR_PAGES;
	struct page *first = pfn_to_page(block * MAX_ORDER_NR_PAGES), *page = pfn_to_page(pfn);

	if (block >= next_block) {
		next_block = block + 1;
		page = first;
		pageblock_zones[block] = zone;
	}
	if (pageblock_zones[block] != zone)
		pageblock_zones[block] = NULL;
	init_struct_pages(page, first + MAX_ORDER_NR_PAGES, zone_place(zone) | PG_reserved);
}

static void __init memmap_init_zone(struct zone *zone, unsigned long start_pfn,
				    unsigned long end_pfn)
{
	while (start_pfn < end_pfn) {
		memmap_init_block(zone, start_pfn);
		start_pfn = ALIGN_DOWN(start_pfn, MAX_ORDER_NR_PAGES) + MAX_ORDER_NR_PAGES;
	}
}

/* From the bottom up, so that each block is begun by the lowest RAM in it. */
static void __init memmap_init(const unsigned long *max_zone_pfn)
{
	const struct active_range *range;
	unsigned int i;

	for (range = active_range; range < active_range + nr_active_ranges; range++) {
		unsigned long start = range->start_pfn,
			      range_end = min(range->end_pfn, mem_map_end_pfn);

		for (i = 0; i < MAX_NR_ZONES; i++) {
			unsigned long end = min(range_end, max_zone_pfn[i]);

			memmap_init_zone(&NODE_DATA(range->nid)->node_zones[i], start, end);
			start = max(start, end);
		}
	}
}

/* Where the node's RAM begins and ends; nowhere if it has none. */
static void __init calculate_node_span(pg_data_t *pgdat)
{
	const struct active_range *range;

	for (range = active_range; range < active_range + nr_active_ranges; range++) {
		if (range->nid != pgdat->node_id)
			continue;
		if (!pgdat->node_spanned_pages)
			pgdat->node_start_pfn = range->start_pfn;
		pgdat->node_spanned_pages = range->end_pfn - pgdat->node_start_pfn;
	}
}

/* Spanned and present pages of every zone, and of the node. */
static void __init calculate_node_totalpages(pg_data_t *pgdat, const unsigned long *max_zone_pfn)
{
	unsigned long node_end, limit = 0;
	unsigned int i;

	calculate_node_span(pgdat);
	node_end = pgdat->node_start_pfn + pgdat->node_spanned_pages;
	for (i = 0; i < MAX_NR_ZONES; i++) {
		struct zone *zone = &pgdat->node_zones[i];
		unsigned long start = max(limit, pgdat->node_start_pfn);
		unsigned long end = min(max_zone_pfn[i], node_end);

		limit = max(limit, max_zone_pfn[i]);
		zone->name = zone_names[i];
		if (start >= end)
			continue;
		zone->zone_start_pfn = start;
		zone->spanned_pages = end - start;
		zone->present_pages = node_pages_in(pgdat->node_id, start, end);
		pgdat->node_present_pages += zone->present_pages;
	}
	printk("On node %d totalpages: %lu\n", pgdat->node_id, pgdat->node_present_pages);
}

static void __init free_area_init_core(pg_data_t *pgdat)
{
	unsigned int i;

	for (i = 0; i < MAX_NR_ZONES; i++) {
		struct zone *zone = &pgdat->node_zones[i];
		unsigned long memmap =
			PFN_UP((phys_addr_t)zone->present_pages * sizeof(struct page));

		zone_table[zone_place(zone) >> PG_ZONE_SHIFT] = zone;
		spin_lock_init(&zone->lock, ZONE_LOCK);
		zone_init_free_lists(zone);
		zone_pcp_init(zone);
		nr_all_pages += zone->present_pages - memmap;
		if (i != ZONE_HIGHMEM)
			nr_kernel_pages += zone->present_pages - memmap;
	}
}

static void __init show_zone_ranges(const unsigned long *max_zone_pfn)
{
	unsigned long start = active_range[0].start_pfn;
	unsigned int i;

	printk("Zone ranges:\n");
	for (i = 0; i < MAX_NR_ZONES; i++) {
		if (max_zone_pfn[i] > start)
			printk("  %-8s [mem 0x%016llx-0x%016llx]\n", zone_names[i], PFN_PHYS(start),
			       PFN_PHYS(max_zone_pfn[i]) - 1);
		else
			printk("  %-8s empty\n", zone_names[i]);
		start = max(start, max_zone_pfn[i]);
	}
	printk("Early memory node ranges\n");
	for (i = 0; i < nr_active_ranges; i++)
		printk("  node %3d: [mem 0x%016llx-0x%016llx]\n", active_range[i].nid,
		       PFN_PHYS(active_range[i].start_pfn), PFN_PHYS(active_range[i].end_pfn) - 1);
}

/* Where the image is in the direct map at all. */
static void __init check_image_is_reserved(const char *part, const void *p)
{
	unsigned long pfn = PFN_DOWN(virt_to_phys(p));

	mm_bug_on(
		bootmem_page_is_free(pfn),
		"the kernel's own %s at %p, pfn %lu, is free in bootmem: reserve_bootmem() was not "
		"called for all of its image, or PAGE_OFFSET is wrong",
		part, p, pfn);
}

/* What bootmem has is not somebody's, and is not nothing by mistake. */
static void __init check_bootmem(void)
{
	const char *mistake = bootmem_empty_by_mistake();

	check_image_is_reserved("data", node_data);
	check_image_is_reserved("code", (const void *)(uintptr)next_zone);
	check_image_is_reserved("code in .init", (const void *)(uintptr)check_bootmem);
	check_image_is_reserved("stack", __builtin_frame_address(0));
	mm_bug_on(mistake, "bootmem has no free page: %s", mistake);
}

/* Lowmem is what has addresses. @start, @end: pfns of zone @i, not empty; RAM ends at @ram_end. */
static void __init check_zone_limits(unsigned int i, unsigned long start, unsigned long end,
				     unsigned long ram_end)
{
	unsigned long low_end = min(max_low_pfn, ram_end);

	mm_bug_on(i == ZONE_HIGHMEM ? start < low_end : end > low_end,
		  "zone %s has pfn %lu to %lu, but lowmem ends at %lu (max_low_pfn)", zone_names[i],
		  start, end, low_end);
}

/* A port that gets its calls or its zones wrong hears so here: later on, pages would be in the
 * wrong zone, or in none. */
static void __init check_limits(const unsigned long *max_zone_pfn)
{
	unsigned long limit = 0, ram_end;
	unsigned int i;

	mm_bug_on(nr_present_pages(), "free_area_init_nodes() is called twice");
	mm_bug_on(!max_low_pfn, "init_bootmem() was not called before: max_low_pfn is 0");
	mm_bug_on(!nr_active_ranges, "no RAM: add_active_range() was not called before");
	ram_end = active_range[nr_active_ranges - 1].end_pfn;
	for (i = 0; i < MAX_NR_ZONES; i++) {
		unsigned long end = min(max_zone_pfn[i], ram_end);

		mm_bug_on(max_zone_pfn[i] && max_zone_pfn[i] < limit,
			  "zone %s ends at pfn %lu, the zone below it at %lu", zone_names[i],
			  max_zone_pfn[i], limit);
		if (end > limit)
			check_zone_limits(i, limit, end, ram_end);
		limit = max(limit, max_zone_pfn[i]);
	}
	mm_bug_on(limit < ram_end, "RAM ends at pfn %lu, the last zone at %lu", ram_end, limit);
#ifdef MM_NO_HIGHMEM
	mm_bug_on(
		ram_end > max_low_pfn,
		"RAM ends at pfn %lu, lowmem at %lu, and the port has no HighMem (KMAP_SLOT_VA in "
		"<asm/mm_limits.h>): give no RAM above",
		ram_end, max_low_pfn);
#endif
}

void __init free_area_init_nodes(const unsigned long max_zone_pfn[MAX_NR_ZONES])
{
	int nid;

	check_limits(max_zone_pfn);
	check_bootmem();
	mem_map_end_pfn = alloc_mem_map();
	leave_out_undescribed();
	show_zone_ranges(max_zone_pfn);
	setup_per_cpu_areas();
	for_each_online_node (nid) {
		calculate_node_totalpages(NODE_DATA(nid), max_zone_pfn);
		free_area_init_core(NODE_DATA(nid));
	}
	memmap_init(max_zone_pfn);
	init_pageblocks(nr_all_pages);
	page_owner_init();
}

/* Free [@start_pfn, @end_pfn) of HighMem but for what a reservation touches. */
static unsigned long __init free_highmem_range(unsigned long start_pfn, unsigned long end_pfn,
					       const struct mem_reservation *reserved,
					       unsigned int nr_reserved)
{
	unsigned long pages;
	unsigned int i;

	if (start_pfn >= end_pfn)
		return 0;
	for (i = 0; i < nr_reserved; i++) {
		unsigned long first = PFN_DOWN(reserved[i].start),
			      last = PFN_DOWN(reserved[i].last);

		if (last < start_pfn || first >= end_pfn)
			continue;
		/* What is left of it, then what is right of it, against the remaining entries. */
		pages = free_highmem_range(start_pfn, first, reserved + i + 1, nr_reserved - i - 1);
		return pages +
		       free_highmem_range(last + 1, end_pfn, reserved + i + 1, nr_reserved - i - 1);
	}
	free_reserved_range(start_pfn, end_pfn);
	return end_pfn - start_pfn;
}

static unsigned long __init set_highmem_pages_init(const struct mem_reservation *reserved,
						   unsigned int nr_reserved)
{
	unsigned long pages = 0;
	unsigned int i;

	for (i = 0; i < nr_active_ranges; i++)
		pages += free_highmem_range(max(active_range[i].start_pfn, max_low_pfn),
					    min(active_range[i].end_pfn, mem_map_end_pfn), reserved,
					    nr_reserved);
	return pages;
}

bool mem_init_done __initdata;
bool pages_are_given;

unsigned long __init mem_init(const struct mem_reservation *reserved, unsigned int nr_reserved)
{
	const char *mistake = bootmem_is_live() ? bootmem_empty_by_mistake() : NULL;
	unsigned long present = nr_present_pages(), freed;

	mm_bug_on(!node_zonelist(numa_node_id(), __GFP_HIGHMEM)->zones[0],
		  "build_all_zonelists() was not called before");
	mm_bug_on(mem_init_done, "called twice");
	mm_bug_on(mistake, "bootmem has no free page: %s", mistake);
	mem_init_done = pages_are_given = true;
	if (bootmem_is_live() || !bootmem_released_pages) /* or the boot's own code called it */
		free_all_bootmem();
	freed = bootmem_released_pages + set_highmem_pages_init(reserved, nr_reserved);
	printk("Memory: %luK/%luK available (%luK reserved, %luK highmem)\n", K(nr_free_pages()),
	       K(present), K(present - nr_free_pages()), K(present - nr_present_lowmem_pages()));
	return freed;
}
