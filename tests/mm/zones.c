/* SPDX-License-Identifier: 0BSD
 *
 * zones.c - nodes, zones and mem_map of the machine that runs, against the firmware's map.
 *
 * The map is asked page by page here, with rules of its own: a page is RAM if all its bytes are
 * usable, but page 0 and 640K-1M never are. RAM from mem_map_end_pfn on has no struct page, because
 * lowmem had no room for it: it is present, but nobody manages it.
 */
#include <asm/pgtable.h>
#include <asm/setup.h>
#include <lib/align.h>
#include <lib/format.h>
#include <mm/bootmem.h>
#include <mm/mem_map.h>
#include <mm/mm_init.h>
#include <mm/page_alloc.h>
#include <mm/slab.h>
#include <mm/util.h>
#include <test/ktest.h>
#include <test/pages.h>

#include "internal.h"

/* Is @pfn RAM? *@region is where the search goes on: 0 at first, for ascending pfns. */
static bool is_ram(unsigned long pfn, unsigned int *region)
{
	u64 first = (u64)pfn << 12, last = first + 4095;
	const struct e820_region *r;

	if (pfn == 0 || (pfn >= 0xA0 && pfn < 0x100) || pfn >= MAX_PFN_LIMIT)
		return false;
	while (*region < e820_map.nr && e820_map.region[*region].last < last)
		++*region;
	r = &e820_map.region[*region];
	return *region < e820_map.nr && r->type == E820_RAM && r->start <= first;
}

/* Has @pfn a struct page because it is RAM? */
static bool is_described_ram(unsigned long pfn, unsigned int *region)
{
	return pfn < mem_map_end_pfn && is_ram(pfn, region);
}

static unsigned long count_ram(unsigned long start_pfn, unsigned long end_pfn)
{
	unsigned long pages = 0;
	unsigned int region = 0;

	for (; start_pfn < end_pfn; start_pfn++)
		pages += is_ram(start_pfn, &region);
	return pages;
}

/* Those of them that are @zone's; what has no struct page is in the zone that spans it, unless
 * several do. */
static unsigned long count_ram_of(const struct zone *zone)
{
	unsigned long pfn, pages = 0;
	unsigned int region = 0;

	for (pfn = zone->zone_start_pfn; pfn < zone_end_pfn(zone); pfn++)
		pages += is_ram(pfn, &region) && (!pfn_valid(pfn) || pfn_in_zone(zone, pfn));
	return pages;
}

/* --- the three zones ------------------------------------------------------------------------- */

KTEST(zones, limits, SHORT)
{
	const unsigned long limit[] = { 0, min(4096UL, max_low_pfn), max_low_pfn, max_pfn };
	const struct zone *zone;

	kt_true(max_low_pfn <= 229376);
	for_each_zone (zone) {
		const pg_data_t *pgdat = zone->zone_pgdat;
		unsigned long node_end = pgdat->node_start_pfn + pgdat->node_spanned_pages;
		unsigned long start = max(pgdat->node_start_pfn, limit[zone_idx(zone)]);
		unsigned long end = min(node_end, limit[zone_idx(zone) + 1]);

		kt_case(zone->name);
		if (start >= end) {
			kt_eq(zone->spanned_pages, 0);
			kt_eq(zone->zone_start_pfn, 0);
			kt_eq(zone->present_pages, 0);
			continue;
		}
		kt_eq(zone_end_pfn(zone), end);
		kt_eq(zone->zone_start_pfn, start);
	}
}

/* A node begins and ends with a page of RAM. */
KTEST(zones, nodes_are_where_ram_is, SHORT)
{
	unsigned int region;
	int nid;

	for_each_online_node (nid) {
		unsigned long start = NODE_DATA(nid)->node_start_pfn;
		unsigned long end = start + NODE_DATA(nid)->node_spanned_pages;

		if (start == end)
			continue;
		region = 0;
		kt_true(is_ram(start, &region));
		kt_true(is_ram(end - 1, &region));
		kt_true(end <= max_pfn);
	}
	kt_eq(NODE_DATA(last_nid())->node_start_pfn + NODE_DATA(last_nid())->node_spanned_pages,
	      max_pfn);
}

KTEST(zones, max_pfn_is_behind_the_last_page_of_ram, SHORT)
{
	unsigned int region = 0;

	kt_true(is_ram(max_pfn - 1, &region));
}

KTEST(zones, present_pages_are_what_the_map_gives, SHORT)
{
	unsigned long sum = 0, of_nodes = 0;
	const struct zone *zone;
	int nid;

	for_each_zone (zone) {
		kt_case(zone->name);
		if (mem_map_end_pfn >= max_pfn)
			kt_eq(zone->present_pages, count_ram_of(zone));
		sum += zone->present_pages;
	}
	kt_case(NULL);
	kt_eq(sum, count_ram(0, MAX_PFN_LIMIT));
	for_each_online_node (nid)
		of_nodes += NODE_DATA(nid)->node_present_pages;
	kt_eq(of_nodes, sum);
	kt_eq(nr_present_pages(), sum);
}

KTEST(zones, managed_pages_are_those_that_are_not_reserved, SHORT)
{
	const struct zone *zone;
	unsigned long pfn, pages;

	for_each_zone (zone) {
		kt_case(zone->name);
		pages = 0;
		for_each_zone_pfn (pfn, zone)
			pages += !PageReserved(pfn_to_page(pfn));
		kt_eq(zone->managed_pages, pages);
		kt_true(zone->managed_pages <= zone->present_pages);
		kt_true(zone->present_pages <= zone->spanned_pages);
	}
}

/* Free blocks and allocated blocks, found by walking the pages. */
KTEST(zones, managed_pages_are_free_or_allocated, SHORT)
{
	const struct zone *zone;

	for_each_zone (zone) {
		unsigned long pfn, free = 0, used = 0;

		kt_case(zone->name);
		for_each_zone_pfn (pfn, zone) {
			const struct page *page = pfn_to_page(pfn);

			if (PageReserved(page))
				continue;
			if (PageBuddy(page))
				free += 1UL << page_order(page);
			else if (page->_count)
				used += 1UL << page_order(page);
		}
		kt_eq(free, zone->nr_free_pages);
		kt_eq(free + used, zone->managed_pages);
	}
}

KTEST(zones, names, SHORT)
{
	kt_str_eq(zone_of(ZONE_DMA)->name, "DMA");
	kt_str_eq(zone_of(ZONE_NORMAL)->name, "Normal");
	kt_str_eq(zone_of(ZONE_HIGHMEM)->name, "HighMem");
}

KTEST(zones, totals_without_mem_map, SHORT)
{
	unsigned long kernel = 0, all = 0;
	const struct zone *zone;

	for_each_zone (zone) {
		unsigned long pages = zone->present_pages;

		pages -= (pages * sizeof(struct page) + 4095) / 4096;
		all += pages;
		if (zone_idx(zone) != ZONE_HIGHMEM)
			kernel += pages;
	}
	kt_eq(nr_all_pages, all);
	kt_eq(nr_kernel_pages, kernel);
}

/* --- struct page ----------------------------------------------------------------------------- */

KTEST(zones, size_of_struct_page, SHORT)
{
	if (sizeof(void *) != 4)
		kt_skip("the size is that of 32-bit words");
	kt_eq(sizeof(struct page), 16);
	kt_eq((unsigned long)pfn_to_page(1) - (unsigned long)pfn_to_page(0), 16);
}

/* Of the right kind, and of a node that is near. Which node that is, on a machine that somebody
 * thought out, says tests/host/layout.c. */
KTEST(zones, every_page_names_its_zone, SHORT)
{
	unsigned long pfn;

	for_each_valid_pfn (pfn, 0, max_pfn) {
		const struct page *page = pfn_to_page(pfn);
		unsigned int want = pfn < 4096		? ZONE_DMA
				    : pfn < max_low_pfn ? ZONE_NORMAL
							: ZONE_HIGHMEM;
		const struct zone *zone = page_zone(page);

		if (!kt_true(zone) || !kt_eq(page_zonenum(page), want) ||
		    !kt_eq(page_to_nid(page), (unsigned int)zone->zone_pgdat->node_id) ||
		    !kt_true(pfn >= ALIGN_DOWN(zone->zone_start_pfn, MAX_ORDER_NR_PAGES)) ||
		    !kt_true(pfn < ALIGN_UP(zone_end_pfn(zone), MAX_ORDER_NR_PAGES)))
			break;
	}
}

/* A walk over all zones meets each struct page once, but for those in holes at a zone's ends. */
KTEST(zones, walks_over_zones_meet_each_page_once, SHORT)
{
	unsigned long *seen = kvzalloc(BITS_TO_LONGS(max_pfn) * sizeof(long), GFP_KERNEL);
	unsigned long pfn, missed = 0, twice = 0;
	const struct zone *zone;

	kt_assert(seen);
	for_each_zone (zone)
		for_each_zone_pfn (pfn, zone) {
			twice += test_bit(pfn, seen);
			__set_bit(pfn, seen);
		}
	for_each_valid_pfn (pfn, 0, max_pfn)
		missed += !test_bit(pfn, seen) && !PageReserved(pfn_to_page(pfn));
	kt_eq(twice, 0);
	kt_eq(missed, 0);
	kvfree(seen);
}

KTEST(zones, a_page_block_is_of_one_zone_or_mixed, SHORT)
{
	unsigned long block, pfn;

	for (block = 0; block < MEM_MAP_BLOCKS; block++) {
		unsigned long start = block * pageblock_nr_pages, others = 0;

		if (!pfn_valid(start)) {
			kt_ptr_eq(pageblock_zones[block], NULL);
			continue;
		}
		for (pfn = start; pfn < start + pageblock_nr_pages; pfn++)
			others += page_zone(pfn_to_page(pfn)) != page_zone(pfn_to_page(start));
		kt_ptr_eq(pageblock_zones[block], others ? NULL : page_zone(pfn_to_page(start)));
		if (others)
			kt_eq(get_pageblock_migratetype(pfn_to_page(start)), MIGRATE_UNMOVABLE);
	}
}

KTEST(zones, what_is_not_ram_is_reserved, SHORT)
{
	unsigned int region = 0;
	unsigned long pfn;

	for (pfn = 0; pfn < ALIGN_UP(max_pfn, MAX_ORDER_NR_PAGES); pfn++) {
		if (!pfn_valid(pfn) || is_described_ram(pfn, &region))
			continue;
		if (!kt_true(PageReserved(pfn_to_page(pfn))) || !kt_false(pfn_is_free(pfn))) {
			kt_note("pfn %lu", pfn);
			break;
		}
	}
}

KTEST(zones, page_valid_is_pfn_valid, SHORT)
{
	const unsigned long size = sizeof(struct page);
	unsigned long pfn;

	for (pfn = 0; pfn < MAX_PFN_LIMIT; pfn += MAX_ORDER_NR_PAGES)
		if (!kt_eq(page_valid(pfn_to_page(pfn)), pfn_valid(pfn)) ||
		    !kt_eq(page_valid(pfn_to_page(pfn) + MAX_ORDER_NR_PAGES - 1), pfn_valid(pfn)))
			break;
	kt_false(page_valid(NULL));
	kt_false(page_valid(page_at(MAX_PFN_LIMIT * size)));
	kt_false(page_valid(page_at(0 - size)));
	kt_ptr_eq(page_at(5 * size), pfn_to_page(5));
	kt_eq(page_offset(pfn_to_page(5)), 5 * size);
}

KTEST(zones, a_place_that_does_not_exist_has_no_zone, SHORT)
{
	struct page page = { .flags = 0 };
	unsigned long place;

	for (place = 0; place < ARRAY_SIZE(zone_table); place++) {
		page.flags = place << PG_ZONE_SHIFT | ~PG_PLACE_MASK;
		kt_ptr_eq(page_zone(&page), place % 4 < MAX_NR_ZONES && node_online((int)place / 4)
						    ? &NODE_DATA(place / 4)->node_zones[place % 4]
						    : NULL);
	}
}

KTEST(zones, pfn_valid_at_the_edges, SHORT)
{
	unsigned long end = ALIGN_UP(min(max_pfn, mem_map_end_pfn), MAX_ORDER_NR_PAGES), block;

	if (mem_map_end_pfn >= max_pfn) {
		kt_true(pfn_valid(max_pfn - 1));
		kt_true(pfn_valid(end - 1));
	}
	kt_false(pfn_valid(end));
	for (block = 1024; block < 64 * 1024; block++) /* from 4 GiB on */
		kt_false(pfn_valid(block * MAX_ORDER_NR_PAGES));
	kt_false(pfn_valid(~0UL));
}

static bool block_has_ram(unsigned long block, unsigned int *region)
{
	unsigned long pfn;

	for (pfn = block * 1024; pfn < (block + 1) * 1024; pfn++)
		if (is_described_ram(pfn, region))
			return true;
	return false;
}

/* Is the whole part of mem_map for @block mapped, or none of it? */
static bool block_is_backed(unsigned long block, bool backed)
{
	unsigned long va = (unsigned long)pfn_to_page(block * 1024), i;
	phys_addr_t phys;
	pte_t flags;

	for (i = 0; i < 1024 * sizeof(struct page) / PAGE_SIZE; i++)
		if (kernel_page_lookup(va + i * PAGE_SIZE, &phys, &flags) != backed)
			return false;
	return true;
}

KTEST(zones, mem_map_is_backed_where_ram_is_and_nowhere_else, SHORT)
{
	unsigned int region = 0;
	unsigned long block;

	for (block = 0; block < 1024; block++) {
		bool ram = block_has_ram(block, &region);

		if (!kt_eq(pfn_valid(block * 1024), ram) ||
		    !kt_eq(pfn_valid(block * 1024 + 1023), ram) ||
		    !kt_true(block_is_backed(block, ram))) {
			kt_note("block %lu", block);
			break;
		}
	}
}

/* No page holds two parts of mem_map, and none of them can be allocated. */
KTEST(zones, mem_map_lies_in_reserved_pages_of_its_own, SHORT)
{
	unsigned long *seen = kvzalloc(BITS_TO_LONGS(max_low_pfn) * sizeof(long), GFP_KERNEL);
	unsigned long va, parts = 0;
	phys_addr_t phys;
	pte_t flags;

	kt_assert(seen);
	for (va = VMEMMAP_START; va < VMEMMAP_END; va += PAGE_SIZE) {
		unsigned long pfn;

		if (!kernel_page_lookup(va, &phys, &flags))
			continue;
		pfn = PFN_DOWN(phys);
		parts++;
		if (!kt_true(pfn < max_low_pfn) || !kt_false(test_bit(pfn, seen)) ||
		    !kt_true(!pfn_valid(pfn) || PageReserved(pfn_to_page(pfn))))
			break;
		__set_bit(pfn, seen);
	}
	kt_true(parts >=
		DIV_ROUND_UP(count_ram(0, min(max_pfn, mem_map_end_pfn)) * sizeof(struct page),
			     PAGE_SIZE));
	kvfree(seen);
}

/* Struct pages of lowmem that are @nid's and lie in memory of another node, in pages of them; with
 * @all, wherever they lie. */
static unsigned long mem_map_of(int nid, bool all)
{
	unsigned long pfn, pages = 0;
	phys_addr_t phys;
	pte_t flags;

	for (pfn = 0; pfn < max_low_pfn; pfn += PAGE_SIZE / sizeof(struct page)) {
		unsigned long va = (unsigned long)pfn_to_page(pfn);

		if (!pfn_valid(pfn) || pageblock_is_mixed(pfn) ||
		    page_to_nid(pfn_to_page(pfn)) != (unsigned int)nid ||
		    !kernel_page_lookup(va, &phys, &flags))
			continue;
		pages += all || page_to_nid(pfn_to_page(PFN_DOWN(phys))) != (unsigned int)nid;
	}
	return pages;
}

/* On a node with twice as much lowmem as its struct pages take there was room for all of them. */
KTEST(zones, mem_map_lies_in_its_own_node, SHORT)
{
	const struct zone *zone;
	int nid;

	for_each_online_node (nid) {
		unsigned long managed = 0;

		for_each_zone (zone)
			if (zone->zone_pgdat->node_id == nid && !is_highmem(zone))
				managed += zone->managed_pages;
		if (managed >= 2 * mem_map_of(nid, true))
			kt_eq(mem_map_of(nid, false), 0);
	}
}

KTEST(zones, pages_numbers_and_addresses_convert_both_ways, SHORT)
{
	const unsigned long pfns[] = { 1, 0x9E, 0x100, max_low_pfn - 1 };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(pfns); i++) {
		struct page *page = pfn_to_page(pfns[i]);
		char *addr = phys_to_virt((phys_addr_t)pfns[i] * 4096);

		if (!pfn_valid(pfns[i])) /* lowmem may end in a hole */
			continue;
		kt_eq(page_to_pfn(page), pfns[i]);
		kt_eq(page_to_phys(page), (phys_addr_t)pfns[i] * 4096);
		if (!pfn_valid(pfns[i])) /* the end of lowmem may lie in a hole */
			continue;
		kt_ptr_eq(page_address(page), addr);
		kt_ptr_eq(virt_to_page(addr), page);
		kt_ptr_eq(virt_to_page(addr + 4095), page);
		kt_eq(virt_to_phys(addr), page_to_phys(page));
	}
	kt_eq(page_to_pfn(pfn_to_page(max_pfn - 1)), max_pfn - 1);
	kt_eq(page_to_phys(pfn_to_page(max_pfn - 1)), (u64)(max_pfn - 1) * 4096);
}

/* --- what may be handed out ------------------------------------------------------------------ */

/* Everything that can be allocated is RAM, and was not reserved by anybody. */
KTEST(zones, free_blocks_are_ram, SHORT)
{
	unsigned int region = 0;
	unsigned long pfn;

	for (pfn = 0; pfn < max_pfn; pfn++) {
		if (!pfn_valid(pfn) || PageReserved(pfn_to_page(pfn)))
			continue;
		if (!kt_true(is_described_ram(pfn, &region))) {
			kt_note("pfn %lu", pfn);
			break;
		}
	}
}

/* --- reservations in HighMem ----------------------------------------------------------------- */

#define BLOCK_ORDER 4
#define BLOCK_PAGES (1UL << BLOCK_ORDER)

/* Pages of HighMem as they are before mem_init(): reserved, nobody's. NULL: there are none. */
static struct page *__init unmanaged_highmem(void)
{
	struct page *block = alloc_pages(GFP_HIGHUSER, BLOCK_ORDER);
	unsigned long i;

	if (!block || !PageHighMem(block)) {
		if (block)
			__free_pages(block, BLOCK_ORDER);
		return NULL;
	}
	page_zone(block)->managed_pages -= BLOCK_PAGES;
	for (i = 0; i < BLOCK_PAGES; i++) {
		block[i].flags = (block[i].flags & PG_PLACE_MASK) | PG_reserved;
		block[i]._count = 0;
	}
	return block;
}

/* Free what mem_init() kept of it. Return: a bit for each page that it kept. */
static u32 __init free_kept_pages(struct page *block)
{
	unsigned long i, pfn = page_to_pfn(block);
	u32 kept = 0;

	for (i = 0; i < BLOCK_PAGES; i++)
		if (PageReserved(block + i))
			kept |= 1u << i;
	for (i = 0; i < BLOCK_PAGES; i++)
		if (kept & 1u << i)
			free_reserved_range(pfn + i, pfn + i + 1);
	return kept;
}

/* All but a block, from its second page to its last but one, and in that a byte and a bit more
 * than a page; in descending order, in ascending order, and in each order that begins elsewhere. */
KTEST_BOOT(zones, highmem_is_freed_around_reservations_in_any_order)
{
	enum { NR = 4 };
	struct mem_reservation sorted[NR], reserved[NR];
	unsigned int turn, i;
	struct page *block;
	phys_addr_t start;

	for (turn = 0; turn < 2 * NR; turn++) {
		block = unmanaged_highmem();
		if (!block)
			kt_skip("no free pages of HighMem");
		start = page_to_phys(block);
		sorted[0] = (struct mem_reservation){ 0, start };
		sorted[1] = (struct mem_reservation){ start + 3 * PAGE_SIZE + 5,
						      start + 3 * PAGE_SIZE + 5 };
		sorted[2] = (struct mem_reservation){ start + 10 * PAGE_SIZE - 1,
						      start + 11 * PAGE_SIZE - 1 };
		sorted[3] = (struct mem_reservation){ start + 15 * PAGE_SIZE,
						      PFN_PHYS(MAX_PFN_LIMIT) - 1 };
		for (i = 0; i < NR; i++)
			reserved[turn < NR ? i : NR - 1 - i] = sorted[(turn + i) % NR];
		mem_init_done = false;
		kt_eq(mem_init(reserved, NR) - bootmem_released_pages, BLOCK_PAGES - 5);
		kt_eq(free_kept_pages(block), 0x8609);
	}
}

/* --- ranges of RAM that cannot be ------------------------------------------------------------- */

KTEST_STOP_BOOT(zones, stop_empty_range)
{
	kt_expect_stop("BUG: add_active_range: bad range pfn");
	add_active_range(last_nid(), max_pfn, max_pfn);
}

KTEST_STOP_BOOT(zones, stop_range_above_4_gib)
{
	kt_expect_stop("BUG: add_active_range: bad range pfn");
	add_active_range(last_nid(), max_pfn, MAX_PFN_LIMIT + 1);
}

KTEST_STOP_BOOT(zones, stop_ranges_out_of_order)
{
	kt_expect_stop("does not ascend: the range before ends at");
	add_active_range(last_nid(), max_pfn - 1, max_pfn + 1);
}

/* The range that finds no room is forgotten: the next one is compared with the last that did. */
KTEST_STOP_BOOT(zones, stop_after_more_ranges_than_fit)
{
	static char text[64];
	struct ram_range ram = { 0 };
	unsigned long end = max_pfn;
	unsigned int n = 0;
	int nid;

	while (e820_next_ram(&e820_map, &ram)) {
		n++;
		for_each_online_node (nid) /* a border in the range makes two of it */
			n += NODE_DATA(nid)->node_start_pfn > ram.start_pfn &&
			     NODE_DATA(nid)->node_start_pfn < ram.end_pfn;
	}
	forget_nodes(); /* as before free_area_init_nodes() */
	for (; n < MAX_ACTIVE_RANGES; n++, end += 2)
		add_active_range(last_nid(), end + 1, end + 2);
	add_active_range(last_nid(), end + 10, end + 11);
	add_active_range(last_nid(), end, end + 1); /* no room either, but in order */
	snprintf(text, sizeof(text), "does not ascend: the range before ends at %lu", end);
	kt_expect_stop(text);
	add_active_range(last_nid(), end - 1, end);
}

/* A range may begin where the last one ends, and end where all memory does. */
static void __init stop_after(unsigned long start_pfn, unsigned long end_pfn)
{
	static char text[64];

	forget_nodes();
	add_active_range(last_nid(), start_pfn, end_pfn);
	snprintf(text, sizeof(text), "does not ascend: the range before ends at %lu", end_pfn);
	kt_expect_stop(text);
	add_active_range(last_nid(), start_pfn, end_pfn);
}

KTEST_STOP_BOOT(zones, stop_after_a_range_that_begins_where_the_last_one_ends)
{
	stop_after(max_pfn, max_pfn + 1);
}

KTEST_STOP_BOOT(zones, stop_after_a_range_up_to_the_limit)
{
	stop_after(MAX_PFN_LIMIT - 1, MAX_PFN_LIMIT);
}

KTEST_BOOT(zones, present_pages_of_any_range)
{
	unsigned int i;

	for (i = 0; i < 50; i++) {
		unsigned long start = kt_random_below((u32)max_pfn);
		unsigned long end = start + kt_random_below(i % 2 ? 3000 : (u32)max_pfn);

		if (!kt_eq(present_pages_in(start, end), count_ram(start, end)))
			kt_note("pfn %lu to %lu", start, end);
	}
	kt_eq(present_pages_in(max_pfn - 1, max_pfn), 1);
	kt_eq(present_pages_in(max_pfn, MAX_PFN_LIMIT), 0);
	kt_eq(present_pages_in(0, 0), 0);
}

KTEST_STOP_BOOT(zones, stop_range_after_the_zones)
{
	kt_expect_stop("comes after free_area_init_nodes()");
	add_active_range(last_nid(), max_pfn, max_pfn + 1);
}

/* --- zones that cannot be, and steps that were left out -------------------------------------- */

/* Begin again with the steps from free_area_init_nodes() on, as a port with these zones would. */
static void __init build_zones(unsigned long dma_end, unsigned long normal_end,
			       unsigned long highmem_end)
{
	const unsigned long limits[MAX_NR_ZONES] = { dma_end, normal_end, highmem_end };

	forget_nodes();
	free_area_init_nodes(limits);
}

KTEST_STOP_BOOT(zones, stop_zones_that_do_not_ascend)
{
	kt_expect_stop("zone Normal ends at pfn 1024, the zone below it at 2048");
	build_zones(2048, 1024, max_pfn);
}

KTEST_STOP_BOOT(zones, stop_ram_without_a_zone)
{
	max_low_pfn = 2048;
	kt_expect_stop(", the last zone at 2048");
	build_zones(1024, 2048, 0);
}

KTEST_STOP_BOOT(zones, stop_normal_above_lowmem)
{
	max_low_pfn = 2048;
	kt_expect_stop("zone Normal has pfn 1024 to 3072, but lowmem ends at 2048 (max_low_pfn)");
	build_zones(1024, 3072, max_pfn);
}

KTEST_STOP_BOOT(zones, stop_highmem_inside_lowmem)
{
	kt_expect_stop("zone HighMem has pfn 1024 to ");
	build_zones(1024, 0, max_pfn);
}

KTEST_STOP_BOOT(zones, stop_zones_twice)
{
	const unsigned long limits[MAX_NR_ZONES] = { 0, max_low_pfn, max_pfn };

	kt_expect_stop("free_area_init_nodes() is called twice");
	free_area_init_nodes(limits);
}

KTEST_STOP_BOOT(zones, stop_zonelists_before_zones)
{
	forget_nodes();
	kt_expect_stop("BUG: build_all_zonelists: free_area_init_nodes() was not called before");
	build_all_zonelists();
}

KTEST_STOP_BOOT(zones, stop_mem_init_before_zonelists)
{
	NODE_DATA(0)->node_zonelists[MAX_NR_ZONES - 1].zones[0] = NULL;
	kt_expect_stop("BUG: mem_init: build_all_zonelists() was not called before");
	mem_init(NULL, 0);
}

KTEST_STOP_BOOT(zones, stop_kmem_cache_init_twice)
{
	kt_expect_stop("BUG: kmem_cache_init: called twice");
	kmem_cache_init();
}

KTEST_STOP_BOOT(zones, stop_kmem_cache_init_before_mem_init)
{
	mem_init_done = false;
	kt_expect_stop("BUG: kmem_cache_init: mem_init() was not called before");
	kmem_cache_init();
}
