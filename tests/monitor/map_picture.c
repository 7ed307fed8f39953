/* SPDX-License-Identifier: 0BSD
 *
 * map_picture.c - the picture of memory: of this machine as it is, compared with its struct pages;
 * and of a small made-up one at each step of a boot.
 */
#include <boot/monitor/map_picture.h>

#include <asm/setup.h>
#include <boot/monitor/monitor.h>
#include <lib/bitmap.h>
#include <lib/errno.h>
#include <lib/format.h>
#include <mm/bootmem.h>
#include <mm/page_alloc.h>
#include <mm/slab.h>
#include <test/capture.h>
#include <test/ktest.h>
#include <test/pages.h>

#include "../firmware/boot_scratch.h"

#define NR_BLOCKS (MAX_PFN_LIMIT / MAX_ORDER_NR_PAGES)

static unsigned long sum_of(const unsigned long count[NR_MAP_STATES])
{
	unsigned long sum = 0;
	unsigned int state;

	for (state = 0; state < NR_MAP_STATES; state++)
		sum += count[state];
	return sum;
}

/* --- this machine ---------------------------------------------------------------------------- */

KTEST(map_picture, every_page_is_counted_once, SHORT)
{
	unsigned long all[NR_MAP_STATES], count[NR_MAP_STATES];
	unsigned long end = map_picture_end(), pfn = 0;

	kt_true(end == max_pfn);
	map_picture_count(0, MAX_PFN_LIMIT, all);
	kt_eq(sum_of(all), MAX_PFN_LIMIT);
	while (pfn < MAX_PFN_LIMIT) {
		unsigned long next = min(pfn + 1 + kt_random_below(40000), MAX_PFN_LIMIT);
		unsigned int state;

		map_picture_count(pfn, next, count);
		kt_eq(sum_of(count), next - pfn);
		for (state = 0; state < NR_MAP_STATES; state++)
			all[state] -= count[state];
		pfn = next;
	}
	kt_eq(sum_of(all), 0);
}

KTEST(map_picture, a_scan_adds_what_it_counts, SHORT)
{
	unsigned long added[NR_MAP_STATES] = { 0 }, count[NR_MAP_STATES];
	unsigned long scale = 1 + map_picture_end() / 64;
	struct map_cell cell[64];
	unsigned int state;

	map_picture_scan(0, scale, cell, 32, added);
	map_picture_scan(32 * scale, scale, cell, 32, added);
	map_picture_count(0, 64 * scale, count);
	for (state = 0; state < NR_MAP_STATES; state++)
		kt_eq(added[state], count[state]);
}

/* What the struct page of @pfn says, found in another way: NR_MAP_STATES if it is reserved. */
static unsigned int state_of_page(unsigned long pfn)
{
	if (!pfn_valid(pfn) || PageReserved(pfn_to_page(pfn)))
		return NR_MAP_STATES;
	if (pfn_is_free(pfn))
		return MAP_FREE;
	return PageSlab(pfn_to_page(pfn)) ? MAP_SLAB : MAP_HELD;
}

static bool cell_is_right(unsigned long pfn, struct map_cell cell)
{
	unsigned int state = state_of_page(pfn);
	const struct page *first;

	if (state == NR_MAP_STATES)
		return cell.state < MAP_SLAB;
	if (state != MAP_FREE)
		return cell.state == state && cell.order == MAP_NO_ORDER;
	first = pfn_to_page(ALIGN_DOWN(pfn, 1UL << cell.order));
	return cell.state == MAP_FREE && PageFree(first) && page_order(first) == cell.order;
}

/* Compare every page of the machine with its cell. */
static void expect_right_cells(void)
{
	unsigned long pfn, end = map_picture_end();
	struct map_cell cell[48];
	unsigned int i;

	for (pfn = 0; pfn < end; pfn += ARRAY_SIZE(cell)) {
		map_picture_scan(pfn, 1, cell, ARRAY_SIZE(cell), NULL);
		for (i = 0; i < ARRAY_SIZE(cell); i++)
			if (!cell_is_right(pfn + i, cell[i])) {
				kt_fail("pfn %lu is %c", pfn + i, map_cell_char(cell[i]));
				return;
			}
	}
}

KTEST(map_picture, cells_of_one_page_are_what_the_page_is, SHORT)
{
	expect_right_cells();
}

/* Single pages of all kinds beside each other. */
KTEST(map_picture, one_kind_ends_where_the_next_begins, SHORT)
{
	struct page *page[40];
	void *object[40];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(page); i++) {
		page[i] = alloc_page(GFP_KERNEL);
		object[i] = i % 5 < 2 ? kmalloc(PAGE_SIZE, GFP_KERNEL) : NULL;
	}
	for (i = 0; i < ARRAY_SIZE(page); i += 4) {
		if (page[i])
			__free_page(page[i]);
		page[i] = NULL;
	}
	expect_right_cells();
	for (i = 0; i < ARRAY_SIZE(page); i++) {
		if (page[i])
			__free_page(page[i]);
		kfree(object[i]);
	}
}

static struct map_cell cells_before[NR_BLOCKS], cells_now[NR_BLOCKS];

static void expect_same_cells_but(unsigned long block)
{
	unsigned long i;

	map_picture_scan(0, MAX_ORDER_NR_PAGES, cells_now, NR_BLOCKS, NULL);
	for (i = 0; i < NR_BLOCKS; i++)
		if (i != block && (cells_now[i].state != cells_before[i].state ||
				   cells_now[i].order != cells_before[i].order))
			kt_fail("cell %lu was %c, is %c", i, map_cell_char(cells_before[i]),
				map_cell_char(cells_now[i]));
}

KTEST(map_picture, a_large_block_changes_its_cell_alone, SHORT)
{
	struct page *page;
	unsigned long block;

	drain_all_pages(); /* a CPU may keep such a block */
	map_picture_scan(0, MAX_ORDER_NR_PAGES, cells_before, NR_BLOCKS, NULL);
	page = alloc_pages(__GFP_HIGHMEM, MAX_ORDER - 1);
	if (!page)
		kt_skip("no free block of the largest order");
	block = page_to_pfn(page) / MAX_ORDER_NR_PAGES;
	expect_same_cells_but(block);
	kt_eq(map_cell_char(cells_before[block]), 'a');
	kt_eq(map_cell_char(cells_now[block]), 'H');
	__free_pages(page, MAX_ORDER - 1);
	drain_all_pages();
	expect_same_cells_but(NR_BLOCKS);
}

/* The characters of the pages [@start_pfn, @start_pfn + strlen(@want)). */
static void expect_picture(unsigned long start_pfn, unsigned long pages_per_cell, const char *want)
{
	struct map_cell cell[64];
	char got[65];
	unsigned int i, nr = (unsigned int)strlen(want);

	map_picture_scan(start_pfn, pages_per_cell, cell, nr, NULL);
	for (i = 0; i < nr; i++)
		got[i] = map_cell_char(cell[i]);
	got[nr] = '\0';
	kt_str_eq(got, want);
}

KTEST(map_picture, a_small_block_is_held_page_by_page, SHORT)
{
	struct page *page = alloc_pages(GFP_KERNEL, 4);
	unsigned long pfn;

	kt_assert(page);
	pfn = page_to_pfn(page);
	expect_picture(pfn, 1, "HHHHHHHHHHHHHHHH");
	expect_picture(pfn + 3, 1, "HHHHHHHHHHHHH");
	__free_pages(page, 4);
	kt_true(state_of_page(pfn) == MAP_FREE);
}

/* A damaged page that no block covers ends no walk. */
KTEST(map_picture, a_page_of_no_block_counts_as_held, SHORT)
{
	struct page *page = alloc_pages(GFP_KERNEL, 1);

	kt_assert(page);
	page->_count = 0;
	expect_picture(page_to_pfn(page), 1, "HH");
	page->_count = 1;
	__free_pages(page, 1);
}

KTEST(map_picture, slab_pages_and_large_blocks, SHORT)
{
	void *object = kmalloc(500, GFP_KERNEL);
	void *large = kmalloc(KMALLOC_MAX_CACHE_SIZE + 1, GFP_KERNEL);

	if (object)
		expect_picture(page_to_pfn(virt_to_page(object)), 1, "S");
	if (large)
		expect_picture(page_to_pfn(virt_to_page(large)), 1, "HHHH");
	kfree(object);
	kfree(large);
}

static bool __init in_ledger(unsigned long pfn)
{
	unsigned int i;

	for (i = 0; i < ledger.nr; i++)
		if (PFN_DOWN(ledger.range[i].start) <= pfn && pfn <= PFN_DOWN(ledger.range[i].last))
			return true;
	return false;
}

/* RAM of the ledger that is free all the same: the bitmap, and what early code gave back. */
static unsigned long __init freed_ledger_pages(void)
{
	struct ram_range ram = { 0 };
	unsigned long pages = 0, pfn;

	while (e820_next_ram(&e820_map, &ram))
		for (pfn = ram.start_pfn; pfn < ram.end_pfn; pfn++)
			pages += !PageReserved(pfn_to_page(pfn)) && in_ledger(pfn);
	return pages;
}

/* What the boot allocator kept is all of the RAM that is neither the ledger's nor the buddy
 * allocator's. */
KTEST_BOOT(map_picture, bootmem_is_what_its_calls_took)
{
	unsigned long count[NR_MAP_STATES];

	if (mem_map_end_pfn < max_pfn)
		kt_skip("not all of the RAM has a struct page");
	map_picture_count(0, map_picture_end(), count);
	kt_eq(count[MAP_BOOTMEM], bootmem_taken_pages - bootmem_given_pages + freed_ledger_pages());
}

KTEST(map_picture, the_kernel_is_where_the_ledger_says, SHORT)
{
	unsigned int i;

	for (i = 0; i < ledger.nr; i++)
		if (!strcmp(ledger.name[i], "kernel image"))
			expect_picture(PFN_DOWN(ledger.range[i].start), 1, "KK");
	expect_picture(0, 1, "K");
}

/* --- a made-up one --------------------------------------------------------------------------- */

#define NODE_PAGES 0x120UL

static struct ledger kept_ledger __initdata;
static unsigned long node_bitmap[BITS_TO_LONGS(NODE_PAGES)] __initdata;
static bootmem_data_t node __initdata;

/* Replace the machine's map and ledger by empty ones. While the node has no pages, nothing is known
 * of any page but what the map says. */
static void __init leave_machine(void)
{
	scratch.map = e820_map;
	kept_ledger = ledger;
	e820_map.nr = 0;
	ledger.nr = 0;
	node = (bootmem_data_t){ .node_bootmem_map = node_bitmap };
	bdata_list = &node;
}

static void __init return_to_machine(void)
{
	e820_map = scratch.map;
	ledger = kept_ledger;
	bdata_list = NULL;
}

static void __init add_region(u64 start, u64 end, u32 type)
{
	kt_eq(e820_add(&e820_map, start, end - start, type), E820_OK);
}

KTEST_BOOT(map_picture, the_map_alone)
{
	leave_machine();
	expect_picture(0, 1, "----");
	kt_eq(map_picture_end(), 0);
	add_region(0x0, 0x9e800, E820_RAM);
	add_region(0x9f000, 0xa0000, E820_RESERVED);
	add_region(0xf0000, 0x100000, E820_RESERVED);
	add_region(0x100000, 0x103000, E820_RAM);
	add_region(0x103000, 0x105000, E820_UNUSABLE);
	add_region(0x105000, 0x106800, E820_RAM); /* the half page goes to who has the other half */
	add_region(0x106800, 0x108000, E820_ACPI);
	add_region(0x108000, 0x108400, E820_UNUSABLE);
	add_region(0x108400, 0x109000, E820_NVS);
	add_region(0x109000, 0x10a000, 20);
	add_region(0x10a000, 0x10a400, E820_NVS);
	add_region(0x10a800, 0x10ac00, E820_UNUSABLE);
	expect_picture(0, 1, "-...");
	expect_picture(0x9c, 1, "..-F--");
	expect_picture(0xee, 1, "--FFFFFFFFFFFFFFFF...XX.FFXFX--");
	kt_eq(map_picture_end(), 0x106);
	return_to_machine();
}

KTEST_BOOT(map_picture, ram_at_640K_is_no_ram)
{
	leave_machine();
	add_region(0x0, 0x200000, E820_RAM);
	expect_picture(0x9e, 1, "..--");
	expect_picture(0xfe, 1, "--..");
	expect_picture(0x1fe, 1, "..--");
	return_to_machine();
}

/* Page numbers that do not fit into 32 bits end no run early. */
KTEST_BOOT(map_picture, the_top_of_addresses)
{
	leave_machine();
	add_region(0xffffe000, 0x180000000ULL, E820_RESERVED);
	expect_picture(MAX_PFN_LIMIT - 4, 1, "--FF");
	e820_map.nr = 0;
	add_region(1ULL << 44, 1ULL << 45, E820_RAM);
	add_region(~0ULL - 0xfff, ~0ULL, E820_RESERVED);
	expect_picture(MAX_PFN_LIMIT - 4, 1, "----");
	kt_eq(map_picture_end(), 0);
	return_to_machine();
}

KTEST_BOOT(map_picture, the_ledger_before_bootmem)
{
	leave_machine();
	add_region(0x0, 0x9fc00, E820_RAM);
	add_region(0x9fc00, 0xa0000, E820_RESERVED);
	add_region(0x100000, 0x108000, E820_RAM);
	ledger_add(&ledger, "page 0", 0, PAGE_SIZE);
	ledger_add(&ledger, "EBDA", 0x9fc00, 0x400);
	ledger_add(&ledger, "image", 0x102000, 0x2800);
	ledger_add(&ledger, "in it", 0x103000, 0x10);
	ledger_add(&ledger, "over the end", 0x107fff, 2);
	expect_picture(0, 1, "K...");
	expect_picture(0x9e, 1, ".K--");
	expect_picture(0x100, 1, "..KKK..KK-");
	return_to_machine();
}

/* Bits are believed; the ledger only names pages that are used. Above the bitmap is HighMem. */
KTEST_BOOT(map_picture, the_bitmap_is_believed)
{
	leave_machine();
	add_region(0x100000, 0x124000, E820_RAM);
	ledger_add(&ledger, "image", 0x102000, 0x4000);
	ledger_add(&ledger, "module", 0x121000, 0x1000);
	node.node_min_pfn = 0x80;
	node.node_low_pfn = NODE_PAGES;
	memset(node_bitmap, 0xff, sizeof(node_bitmap));
	expect_picture(0xfe, 1, "--BBKKKKBBBB");
	__clear_bit(0x101 - 0x80, node_bitmap);
	__clear_bit(0x105 - 0x80, node_bitmap);
	__clear_bit(0x106 - 0x80, node_bitmap);
	__clear_bit(0x108 - 0x80, node_bitmap);
	expect_picture(0xfe, 1, "--B.KKK..B.B");
	expect_picture(0x11e, 1, "BB.K..--");
	add_region(0x7c000, 0x82000, E820_RAM);
	expect_picture(0x7a, 1, "--....BB--");
	return_to_machine();
}

/* RAM without a struct page, once the buddy allocator rules: nobody can have it. */
KTEST_BOOT(map_picture, ram_that_nobody_describes)
{
	unsigned long pfn = MAX_PFN_LIMIT - MAX_ORDER_NR_PAGES;

	while (pfn && pfn_valid(pfn))
		pfn -= MAX_ORDER_NR_PAGES;
	leave_machine();
	bdata_list = NULL;
	add_region(PFN_PHYS(pfn) + 2 * PAGE_SIZE, PFN_PHYS(pfn) + 5 * PAGE_SIZE, E820_RAM);
	if (!pfn_valid(pfn))
		expect_picture(pfn, 1, "--BBB---");
	return_to_machine();
}

/* The state that most pages have; of equals the one that comes first. */
KTEST_BOOT(map_picture, a_cell_is_what_most_of_it_is)
{
	leave_machine();
	add_region(0x101000, 0x110000, E820_RAM);
	ledger_add(&ledger, "image", 0x104000, 0x1000);
	ledger_add(&ledger, "image", 0x108000, 0x2000);
	ledger_add(&ledger, "image", 0x10d000, 0x3000);
	expect_picture(0x100, 4, "..KK-");
	expect_picture(0x100, 8, ".K-");
	expect_picture(0x0fc, 8, "-.---");
	return_to_machine();
}

/* --- the text -------------------------------------------------------------------------------- */

static struct capture captured;

static int run(const char *line)
{
	capture_init(&captured, capture_text, sizeof(capture_text));
	return monitor_run_to(&captured.out, line, true);
}

KTEST_BOOT(map_picture, runs_are_exact_to_the_page)
{
	leave_machine();
	add_region(0x0, 0x9fc00, E820_RAM);
	add_region(0x9fc00, 0xa0000, E820_RESERVED);
	add_region(0x100000, 0x108000, E820_RAM);
	ledger_add(&ledger, "image", 0x102000, 0x2800);
	ledger_add(&ledger, "behind it", 0x105000, 0x10);
	capture_init(&captured, capture_text, sizeof(capture_text));
	map_picture_runs(&captured.out, 0, map_picture_end());
	return_to_machine();
	kt_str_eq(capture_text, "0x00000-0x00000 -\n0x00001-0x0009e .\n0x0009f-0x0009f F\n"
				"0x000a0-0x000ff -\n0x00100-0x00101 .\n0x00102-0x00105 K\n"
				"0x00106-0x00107 .\n");
}

/* SLOB's pages belong to all caches, and name none. */
KTEST(map_picture, runs_name_the_cache_of_a_slab, SHORT)
{
	struct kmem_cache *cache = kmem_cache_create("map-runs", 1000, 0, 0, NULL);
	void *obj = kmem_cache_alloc(cache, GFP_KERNEL);
	unsigned long pfn = page_to_pfn(virt_to_page(obj));
	const struct kmem_cache *owner = pfn_to_page(pfn)->slab_cache;
	char want[64];

	snprintf(want, sizeof(want), "0x%05lx-0x%05lx S%s%s\n", pfn, pfn, owner ? " " : "",
		 owner ? kmem_cache_name(owner) : "");
	capture_init(&captured, capture_text, sizeof(capture_text));
	map_picture_runs(&captured.out, pfn, pfn + 1);
	kt_str_eq(capture_text, want);
	kmem_cache_free(cache, obj);
	kt_eq(kmem_cache_destroy(cache), 0);
}

static void expect_line(const char *pattern)
{
	if (!capture_count(&captured, pattern))
		kt_fail("expected a line \"%s\", got \"%s\"", pattern, capture_text);
}

static void expect_refused(const char *line, const char *first)
{
	kt_case(line);
	kt_eq(run(line), -EINVAL);
	expect_line(first);
	expect_line("usage: map [PFN | ADDR | last | zone NAME | pfn A-B] *| runs | types");
	kt_eq(capture_count(&captured, "*"), 2);
}

KTEST(map_picture, bad_arguments_get_one_line_and_the_usage, SHORT)
{
	static const struct {
		const char *line, *first;
	} cases[] = {
		{ "map 3x", "map: \"3x\" is no PFN, ADDR, last, zone NAME, pfn A-B, runs, types, "
			    "color or plain" },
		{ "map 5 6", "map: unexpected argument \"6\"" },
		{ "map runs plain", "map: unexpected argument \"plain\"" },
		{ "map zone", "map: the name after \"zone\" is missing" },
		{ "map pfn plain", "map: the range A-B after \"pfn\" is missing" },
		{ "map color plain", "map: \"color\" is no *" },
		{ "map zone bogus", "map: no zone \"bogus\" with memory; there are: *" },
		{ "map zone dm", "map: no zone \"dm\" with memory; *" },
		{ "map zone dmaa", "map: no zone \"dmaa\" with memory; *" },
		{ "map pfn 5", "map: \"5\" is no range A-B of page numbers from 0 to 1048575" },
		{ "map pfn 5-4", "map: \"5-4\" is no range *" },
		{ "map pfn -4", "map: \"-4\" is no range *" },
		{ "map pfn 4-", "map: \"4-\" is no range *" },
		{ "map pfn 0-1048576", "map: \"0-1048576\" is no range *" },
		{ "map pfn 1-2-3", "map: \"1-2-3\" is no range *" },
		{ "map pfn 1-2x", "map: \"1-2x\" is no range *" },
	}, *c;

	for_each_case (c, cases)
		expect_refused(c->line, c->first);
}

KTEST(map_picture, a_word_behind_the_zone_is_the_one_refused, SHORT)
{
	const struct zone *zone;
	char line[32];

	for_each_populated_zone (zone) {
		snprintf(line, sizeof(line), "map zone %s more", zone->name);
		expect_refused(line, "map: unexpected argument \"more\"");
	}
}

/* Is a page among the @nr from @pfn on node @nid's? */
static bool has_node(unsigned long pfn, unsigned long nr, int nid)
{
	for (; nr--; pfn++)
		if (pfn_valid(pfn) && page_to_nid(pfn_to_page(pfn)) == (unsigned int)nid)
			return true;
	return false;
}

/* A row of 64 single pages from @pfn on, and behind it the nodes that they are of. */
static void expect_row_of_pages(unsigned long pfn)
{
	char line[128];
	int nid, nr = 0;
	int len = snprintf(line, sizeof(line), "0x%05lx ", pfn);

	memset(line + len, '?', 64);
	len += 64;
	line[len] = '\0';
	for (nid = 0; nid < MAX_NUMNODES; nid++)
		if (nr_online_nodes > 1 && has_node(pfn, 64, nid))
			len += snprintf(line + len, sizeof(line) - (size_t)len, "%s%d",
					nr++ ? "," : " N", nid);
	expect_line(line);
}

KTEST(map_picture, a_closer_look_has_the_pages_asked_for, SHORT)
{
	kt_eq(run("map pfn 0x21-0xA0"), 0);
	expect_line("map: pfn 0x21-0xa0, 1 page a cell");
	expect_row_of_pages(0x21);
	expect_row_of_pages(0x61);
	expect_line("     total         128 pages       512 KiB");
	kt_eq(run("map pfn 3-1600"), 0); /* grows to whole cells */
	expect_line("map: pfn 0x2-0x641, 2 pages a cell");
	expect_line("     total        1600 pages      6400 KiB");
	kt_eq(run("map pfn 1048575-1048575"), 0);
	expect_line("map: pfn 0xfffff-0xfffff, 1 page a cell");
	expect_line("0xfffff ?*");
}

/* At the borders of zones, some of which are those of nodes. */
KTEST(map_picture, a_row_ends_with_the_nodes_of_its_pages, SHORT)
{
	const struct zone *zone;
	char line[64];

	for_each_populated_zone (zone) {
		unsigned long first = max(zone->zone_start_pfn, 32UL) - 32;

		snprintf(line, sizeof(line), "map pfn %lu-%lu", first, first + 63);
		kt_eq(run(line), 0);
		expect_row_of_pages(first);
		first = zone_end_pfn(zone) - 32;
		snprintf(line, sizeof(line), "map pfn %lu-%lu", first, first + 63);
		kt_eq(run(line), 0);
		expect_row_of_pages(first);
	}
}

KTEST(map_picture, a_zone_by_its_name, SHORT)
{
	static const char *const typed[] = { "map zone dma", "map zone normal",
					     "map zone highmem" };
	const struct zone *zone;
	char line[64];

	for_each_populated_zone (zone) {
		unsigned long start = max_pfn, end = 0, pages_per_cell = 1;
		const struct zone *same;

		for_each_populated_zone (same) {
			if (zone_idx(same) != zone_idx(zone))
				continue;
			start = min(start, same->zone_start_pfn);
			end = max(end, zone_end_pfn(same));
		}
		while (DIV_ROUND_UP(end - ALIGN_DOWN(start, pages_per_cell), 64 * pages_per_cell) >
		       24)
			pages_per_cell *= 2;
		snprintf(line, sizeof(line), "map zone %s", zone->name);
		kt_eq(run(line), 0);
		snprintf(line, sizeof(line), "map: pfn 0x%lx-0x%lx, %lu page%s a cell",
			 ALIGN_DOWN(start, pages_per_cell), ALIGN_UP(end, pages_per_cell) - 1,
			 pages_per_cell, PLURAL(pages_per_cell));
		expect_line(line);
		kt_eq(run(typed[zone_idx(zone)]), 0);
		expect_line(line);
	}
}

KTEST(map_picture, all_of_memory_in_24_rows_at_most, SHORT)
{
	unsigned long count[NR_MAP_STATES], pages_per_cell = 1;
	unsigned long rows, end = map_picture_end();
	char line[80];

	while (DIV_ROUND_UP(end, 64 * pages_per_cell) > 24)
		pages_per_cell *= 2;
	rows = DIV_ROUND_UP(end, 64 * pages_per_cell);
	end = ALIGN_UP(end, pages_per_cell);
	kt_eq(run("map"), 0);
	snprintf(line, sizeof(line), "map: pfn 0x0-0x%lx, %lu page%s a cell", end - 1,
		 pages_per_cell, PLURAL(pages_per_cell));
	expect_line(line);
	kt_true(capture_count(&captured, "0x????? *") <= rows);
	map_picture_count(0, end, count);
	snprintf(line, sizeof(line), "0-a  free     %8lu pages *", count[MAP_FREE]);
	expect_line(line);
	snprintf(line, sizeof(line), "     total    %8lu pages *", end);
	expect_line(line);
}

KTEST(map_picture, rows_of_holes_are_folded, SHORT)
{
	unsigned long count[NR_MAP_STATES];

	map_picture_count(0xf0000, 0xf1000, count);
	if (count[MAP_HOLE] != 0x1000)
		kt_skip("the firmware has something there");
	kt_eq(run("map pfn 0xf0000-0xf0fff"), 0);
	expect_line("map: pfn 0xf0000-0xf0fff, 4 pages a cell");
	kt_eq(capture_count(&captured, "0xf0000 ----*"), 1);
	kt_eq(capture_count(&captured, "0xf0100 *"), 0);
	kt_eq(capture_count(&captured, "?"), 1);
	expect_line("-    hole         4096 pages     16384 KiB");
	kt_eq(capture_count(&captured, "*"), 5);
	kt_eq(run("map pfn 0xf0000-0xf007f"), 0);
	kt_eq(capture_count(&captured, "?"), 1);
	kt_eq(run("map pfn 0xf0000-0xf003f"), 0);
	kt_eq(capture_count(&captured, "?"), 0);
}

KTEST(map_picture, colours_are_asked_for, SHORT)
{
	kt_eq(run("map pfn 0-3"), 0);
	kt_false(strchr(capture_text, '\x1b'));
	kt_eq(run("map pfn 0-3 plain"), 0);
	kt_false(strchr(capture_text, '\x1b'));
	kt_eq(run("map pfn 0-0 color"), 0);
	expect_line("0x00000 \x1b[0;94mK\x1b[0m*");
	expect_line("\x1b[0;94mK   \x1b[0m kernel          1 pages         4 KiB");
	expect_line("     total           1 pages         4 KiB");
}
