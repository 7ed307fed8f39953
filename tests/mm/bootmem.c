/* SPDX-License-Identifier: 0BSD
 *
 * bootmem.c - mm/bootmem.c: bits, first fit, merging, the whole interface of Gorman's table 5.1.
 *
 * Expected places are byte offsets into the node's memory. Random sequences are in
 * bootmem_model.c, misuse in bootmem_stop.c.
 */
#include <asm/setup.h>
#include <lib/align.h>
#include <lib/bug.h>
#include <lib/format.h>
#include <mm/page_info.h>
#include <mm/slab.h>
#include <test/capture.h>

#include "boot_node.h"
#include "log_mark.h"

/* --- bits ------------------------------------------------------------------------------------ */

KTEST_BOOT(bootmem, bitmap_sizes)
{
	static const struct bitmap_case {
		const char *name;
		unsigned long pages, bitmap_pages;
	} cases[] = {
		{ "one page", 1, 1 },
		{ "16 MB", 4096, 1 },
		{ "128 MB: one page exactly", 32768, 1 },
		{ "128 MB and a page", 32769, 2 },
		{ "896 MB", 229376, 7 },
		{ "896 MB and a page", 229377, 8 },
		{ "4 GB", 1048576, 32 },
	};
	const struct bitmap_case *c;

	for_each_case (c, cases) {
		kt_case(c->name);
		kt_eq(bootmem_bootmap_pages(c->pages), c->bitmap_pages);
	}
}

KTEST_BOOT(bootmem, a_new_node_is_all_reserved)
{
	const u8 *map;
	unsigned int i;

	open_node();
	map = page_address(boot_node.bitmap);
	memset(page_address(boot_node.bitmap), 0, PAGE_SIZE);
	kt_eq(init_bootmem_node(NODE_DATA(0), page_to_pfn(boot_node.bitmap), boot_node.base,
				boot_node.base + 37),
	      8);
	for (i = 0; i < 16; i++)
		kt_eq(map[i], i < 8 ? 0xFF : 0);
	kt_eq(bootmem_free_pages(), 0);
	kt_ptr_eq(bootmem_alloc_nopanic("test", 1, 1, 0), NULL);
	boot_node_close();
}

/* A byte range, and the pages [first, end) that it must mark. */
struct rounding_case {
	const char *name;
	u32 offset, size;
	unsigned long first, end;
};

static bool __init is_free(unsigned long page)
{
	return !test_bit(page, boot_node.bdata.node_bootmem_map);
}

static void __init expect_free_pages(unsigned long first, unsigned long end, bool inside)
{
	unsigned long page;

	for (page = 0; page < BOOT_NODE_PAGES; page++)
		kt_eq(is_free(page), (page >= first && page < end) == inside);
}

KTEST_BOOT(bootmem, reserving_rounds_outwards)
{
	static const struct rounding_case cases[] = {
		{ "one byte", 5 * PAGE_SIZE + 7, 1, 5, 6 },
		{ "last byte of a page", 6 * PAGE_SIZE - 1, 1, 5, 6 },
		{ "two bytes over a border", 6 * PAGE_SIZE - 1, 2, 5, 7 },
		{ "a whole page", 5 * PAGE_SIZE, PAGE_SIZE, 5, 6 },
		{ "a page and a byte", 5 * PAGE_SIZE, PAGE_SIZE + 1, 5, 7 },
		{ "over a word of the bitmap", 31 * PAGE_SIZE, 2 * PAGE_SIZE, 31, 33 },
		{ "the last page", 63 * PAGE_SIZE + 4095, 1, 63, 64 },
		{ "everything", 0, BOOT_NODE_PAGES * PAGE_SIZE, 0, 64 },
	};
	const struct rounding_case *c;

	open_node();
	for_each_case (c, cases) {
		kt_case(c->name);
		boot_node_restart(0, 0);
		boot_node_free_all();
		reserve_bootmem(boot_node_phys(c->offset), c->size);
		expect_free_pages(c->first, c->end, false);
	}
	boot_node_close();
}

KTEST_BOOT(bootmem, freeing_rounds_inwards)
{
	static const struct rounding_case cases[] = {
		{ "less than a page", 5 * PAGE_SIZE + 7, 100, 0, 0 },
		{ "a page less a byte", 5 * PAGE_SIZE, PAGE_SIZE - 1, 0, 0 },
		{ "two pages less both ends", 5 * PAGE_SIZE + 1, 2 * PAGE_SIZE - 2, 0, 0 },
		{ "a whole page", 5 * PAGE_SIZE, PAGE_SIZE, 5, 6 },
		{ "a page with a bit on both sides", 5 * PAGE_SIZE - 1, PAGE_SIZE + 2, 5, 6 },
		{ "over a word of the bitmap", 31 * PAGE_SIZE, 2 * PAGE_SIZE, 31, 33 },
		{ "everything", 0, BOOT_NODE_PAGES * PAGE_SIZE, 0, 64 },
	};
	const struct rounding_case *c;

	open_node();
	for_each_case (c, cases) {
		kt_case(c->name);
		boot_node_restart(0, 0);
		free_bootmem(boot_node_phys(c->offset), c->size);
		expect_free_pages(c->first, c->end, true);
	}
	boot_node_close();
}

KTEST_BOOT(bootmem, reserving_twice_is_legal)
{
	open_node();
	boot_node_free_all();
	reserve_bootmem(boot_node_phys(3 * PAGE_SIZE), 4 * PAGE_SIZE);
	reserve_bootmem(boot_node_phys(5 * PAGE_SIZE), 4 * PAGE_SIZE);
	reserve_bootmem(boot_node_phys(3 * PAGE_SIZE), 4 * PAGE_SIZE);
	expect_free_pages(3, 9, false);
	boot_node_close();
}

KTEST_BOOT(bootmem, free_pages_are_counted)
{
	open_node();
	boot_node_restart(5, 3);
	kt_eq(bootmem_free_pages(), 0);
	boot_node_free_all();
	kt_eq(bootmem_free_pages(), BOOT_NODE_PAGES);
	reserve_bootmem(boot_node_phys(30 * PAGE_SIZE), 5 * PAGE_SIZE);
	kt_eq(bootmem_free_pages(), BOOT_NODE_PAGES - 5);
	boot_node_close();
}

/* --- first fit ------------------------------------------------------------------------------- */

#define USED_30 "##############################"

/* The node's pages ('.' free, the rest used), a request in pages, and the page it must begin at. */
static const struct fit_case {
	const char *map;
	unsigned long pages, align;
	long long goal;
	long want;
} fit_cases[] = {
	{ "........", 1, 1, 0, 0 },
	{ "#.......", 1, 1, 0, 1 },
	{ "#.##..#...", 2, 1, 0, 4 },
	{ "#.##..#...", 3, 1, 0, 7 },
	{ "#.##..#...", 4, 1, 0, -1 },
	{ "...", 4, 1, 0, -1 },
	{ "########", 1, 1, 0, -1 },
	/* over the words of the bitmap */
	{ USED_30 "....", 4, 1, 0, 30 },
	{ USED_30 "#.#.....", 5, 1, 0, 33 },
	{ USED_30 USED_30 "###.", 1, 1, 0, 63 },
	{ USED_30 USED_30 "##..", 3, 1, 0, -1 },
	/* a goal is honoured, but not at any price */
	{ "........", 3, 1, 2, 2 },
	{ "..##....", 1, 1, 2, 4 },
	{ "..##....", 2, 1, 3, 4 },
	{ "........", 4, 1, 5, 0 },
	{ "........", 1, 1, 8, 0 },
	{ "........", 1, 1, 63, 0 },
	{ "........", 1, 1, 64, 0 },
	{ "........", 1, 1, 100000, 0 },
	{ "........", 1, 1, -1, 0 },
	{ "........", 1, 1, (1LL << 32) + 3, 0 }, /* not page 3 */
	{ "#.......", 2, 1, -60, 1 },
	/* alignment above a page */
	{ "#........", 2, 2, 0, 2 },
	{ "#........", 4, 4, 0, 4 },
	{ "....#...........", 4, 8, 0, 0 },
	{ "#..............", 8, 8, 0, -1 },
	{ "#...............", 8, 8, 0, 8 },
	{ "#.#.#.#.........", 1, 2, 0, 8 },
	{ "................", 1, 4, 5, 8 },
	{ "#............", 1, 64, 0, -1 },
};

static void __init try_fit(const struct fit_case *c)
{
	unsigned long size = c->pages * PAGE_SIZE, align = c->align * PAGE_SIZE;
	void *p;

	boot_node_free_dots(c->map);
	p = bootmem_alloc_nopanic("test", size, align,
				  boot_node_phys(c->goal * (long long)PAGE_SIZE));
	kt_eq(boot_node_offset(p), c->want < 0 ? -1 : c->want * (long)PAGE_SIZE);
}

KTEST_BOOT(bootmem, first_fit)
{
	const struct fit_case *c;

	open_node();
	for_each_case (c, fit_cases) {
		kt_case(c->map);
		boot_node_restart(0, 0);
		try_fit(c);
	}
	boot_node_close();
}

/* The same with odd numbers of pages around: places are pages of the machine, not of the node. */
KTEST_BOOT(bootmem, first_fit_in_an_unaligned_node)
{
	const struct fit_case *c;

	open_node();
	for_each_case (c, fit_cases) {
		kt_case(c->map);
		boot_node_restart(3, 7);
		try_fit(c);
	}
	boot_node_close();
}

KTEST_BOOT(bootmem, everything_can_be_had_and_no_more)
{
	open_node();
	boot_node_free_all();
	kt_ptr_eq(bootmem_alloc_nopanic("test", BOOT_NODE_PAGES * PAGE_SIZE + 1, 1, 0), NULL);
	kt_ptr_eq(bootmem_alloc_nopanic("test", ~0UL, 1, 0), NULL);
	kt_eq(boot_node_offset(bootmem_alloc_nopanic("test", BOOT_NODE_PAGES * PAGE_SIZE, 1, 0)),
	      0);
	kt_eq(bootmem_free_pages(), 0);
	kt_ptr_eq(bootmem_alloc_nopanic("test", 1, 1, 0), NULL);
	boot_node_close();
}

/* --- parts of pages -------------------------------------------------------------------------- */

#define PG(n)	  ((n)*4096)
#define MAX_STEPS 4

/* Requests one after the other: where each must lie, and the pages in use after it. */
static const struct merge_case {
	const char *name;
	const char *map; /* as in fit_case; NULL: all free */
	struct {
		unsigned long size, align;
		long goal; /* bytes */
		long long want;
		unsigned long used;
	} step[MAX_STEPS];
} merge_cases[] = {
	{ "small after small",
	  NULL,
	  { { 16, 16, 0, 0, 1 },
	    { 16, 16, 0, 16, 1 },
	    { 100, 32, 0, 32, 1 },
	    { 1, 1, 0, 132, 1 } } },
	{ "alignment padding",
	  NULL,
	  { { 10, 1, 0, 0, 1 },
	    { 4, 4, 0, 12, 1 },
	    { 8, 64, 0, 64, 1 },
	    { 1, 2048, 0, 2048, 1 } } },
	{ "padding up to the end of the page",
	  NULL,
	  { { 4090, 1, 0, 0, 1 }, { 8, 64, 0, 4096, 2 }, { 8, 8, 0, 4104, 2 } } },
	{ "spill into the next page",
	  NULL,
	  { { 4000, 1, 0, 0, 1 }, { 200, 1, 0, 4000, 2 }, { 8, 8, 0, 4200, 2 } } },
	{ "spill into several pages",
	  NULL,
	  { { 100, 4, 0, 0, 1 }, { 10000, 4, 0, 100, 3 }, { 4, 4, 0, 10100, 3 } } },
	{ "a page filled exactly",
	  NULL,
	  { { 4000, 4, 0, 0, 1 },
	    { 96, 4, 0, 4000, 1 },
	    { 4, 4, 0, 4096, 2 },
	    { 4, 4, 0, 4100, 2 } } },
	{ "two pages filled exactly",
	  NULL,
	  { { 64, 1, 0, 0, 1 }, { 8128, 1, 0, 64, 2 }, { 4, 4, 0, 8192, 3 } } },
	{ "a request of a whole page", NULL, { { 4096, 1, 0, 0, 1 }, { 4, 4, 0, 4096, 2 } } },
	{ "page-aligned between small ones",
	  NULL,
	  { { 64, 32, 0, 0, 1 }, { 4096, 4096, 0, 4096, 2 }, { 64, 32, 0, 8192, 3 } } },
	{ "small after page-aligned",
	  NULL,
	  { { 5000, 4096, 0, 0, 2 }, { 64, 64, 0, 5056, 2 }, { 5, 4096, 0, 8192, 3 } } },
	{ "aligned to two pages",
	  NULL,
	  { { 8, 8, 0, 0, 1 }, { 8, 8192, 0, 8192, 2 }, { 8, 8, 0, 4096, 3 } } },
	{ "goal above the last page",
	  NULL,
	  { { 64, 1, 0, 0, 1 },
	    { 64, 1, PG(5), PG(5), 2 },
	    { 64, 1, PG(5), PG(5) + 64, 2 },
	    { 64, 1, PG(6), PG(6), 3 } } },
	{ "goal below the last page",
	  NULL,
	  { { 64, 1, PG(5), PG(5), 1 },
	    { 64, 1, 0, 0, 2 },
	    { 64, 1, 0, 64, 2 },
	    { 64, 1, PG(5), PG(6), 3 } } },
	{ "goal below the last page, and nothing free between them",
	  "###.....",
	  { { 64, 1, PG(3), PG(3), 60 }, { 64, 1, 0, PG(3) + 64, 60 } } },
	{ "what is free between them is too short",
	  ".#......",
	  { { 5000, 1, PG(3), PG(3), 59 }, { 4097, 1, 0, PG(3) + 5000, 60 }, { 8, 1, 0, 0, 61 } } },
	{ "goals that come nearer and nearer",
	  NULL,
	  { { 64, 1, PG(5), PG(5), 1 },
	    { 64, 1, PG(3), PG(3), 2 },
	    { 64, 1, PG(2), PG(2), 3 },
	    { 64, 1, PG(5), PG(6), 4 } } },
	{ "nothing is free from the goal on",
	  "...",
	  { { 64, 1, PG(1), PG(1), 62 },
	    { PG(1), 4096, PG(1), PG(2), 63 },
	    { 64, 1, PG(2), 0, 64 },
	    { 64, 1, PG(2), 64, 64 } } },
	{ "goal inside the last page", NULL, { { 64, 1, 0, 0, 1 }, { 64, 1, 1, PG(1), 2 } } },
	{ "no spill into a used page",
	  ".#..",
	  { { 4000, 1, 0, 0, 62 }, { 200, 1, 0, PG(2), 63 }, { 4, 4, 0, PG(2) + 200, 63 } } },
	{ "up to a used page",
	  ".#..",
	  { { 4000, 1, 0, 0, 62 }, { 96, 1, 0, 4000, 62 }, { 4, 4, 0, PG(2), 63 } } },
	{ "no spill over the end of the node",
	  ".." USED_30 USED_30 "#.",
	  { { 4000, 1, PG(63), PG(63), 62 }, { 200, 1, 0, 0, 63 } } },
};

static void __init run_merge_case(const struct merge_case *c)
{
	unsigned int i;

	for (i = 0; i < MAX_STEPS && c->step[i].size; i++) {
		void *p = bootmem_alloc_nopanic("test", c->step[i].size, c->step[i].align,
						boot_node_phys(c->step[i].goal));

		kt_eq(boot_node_offset(p), c->step[i].want);
		kt_eq(BOOT_NODE_PAGES - bootmem_free_pages(), c->step[i].used);
	}
}

KTEST_BOOT(bootmem, merging_of_small_requests)
{
	const struct merge_case *c;

	open_node();
	for_each_case (c, merge_cases) {
		kt_case(c->name);
		boot_node_restart(0, 0);
		if (c->map)
			boot_node_free_dots(c->map);
		else
			boot_node_free_all();
		run_merge_case(c);
	}
	boot_node_close();
}

/* Where the next small request goes. */
static long long __init place_small(void)
{
	return boot_node_offset(bootmem_alloc_nopanic("test", 64, 64, 0));
}

KTEST_BOOT(bootmem, a_freed_last_page_is_not_merged_into)
{
	open_node();
	boot_node_free_dots("..");
	kt_eq(place_small(), 0);
	free_bootmem(boot_node_phys(0), PAGE_SIZE);
	reserve_bootmem(boot_node_phys(0), PAGE_SIZE);
	kt_eq(place_small(), PAGE_SIZE);
	kt_eq(place_small(), PAGE_SIZE + 64);
	boot_node_close();
}

KTEST_BOOT(bootmem, freeing_other_pages_keeps_the_last_page)
{
	open_node();
	boot_node_free_dots(".#.");
	kt_eq(place_small(), 0);
	free_bootmem(boot_node_phys(PAGE_SIZE), PAGE_SIZE);
	kt_eq(place_small(), 64);
	boot_node_close();
}

/* Pages in the reach of earlier searches that become free are found again. */
KTEST_BOOT(bootmem, freed_pages_are_found_again)
{
	unsigned long i;

	open_node();
	boot_node_free_all();
	for (i = 0; i < 20; i++)
		kt_eq(boot_node_offset(bootmem_alloc_nopanic("test", PAGE_SIZE, 1, 0)), PG(i));
	free_bootmem(boot_node_phys(PG(7)), PG(2));
	kt_eq(boot_node_offset(bootmem_alloc_nopanic("test", PG(3), 1, 0)), PG(20));
	kt_eq(boot_node_offset(bootmem_alloc_nopanic("test", PG(1), 1, 0)), PG(7));
	kt_eq(boot_node_offset(bootmem_alloc_nopanic("test", PG(1), 1, boot_node_phys(PG(4)))),
	      PG(8));
	boot_node_close();
}

/* --- contents, failure, reports -------------------------------------------------------------- */

static bool __init all_bytes_are(const u8 *p, size_t len, u8 value)
{
	while (len--)
		if (*p++ != value)
			return false;
	return true;
}

KTEST_BOOT(bootmem, memory_is_zero_and_nothing_else_is_touched)
{
	u8 *memory;

	open_node();
	boot_node_free_all();
	memory = phys_to_virt(boot_node_phys(0));
	memset(memory, 0xA5, PG(4));
	kt_eq(boot_node_offset(bootmem_alloc_nopanic("test", 100, 1, 0)), 0);
	kt_eq(boot_node_offset(bootmem_alloc_nopanic("test", 5000, 64, 0)), 128);
	kt_eq(boot_node_offset(bootmem_alloc_nopanic("test", 3000, 4096, 0)), PG(2));
	kt_true(all_bytes_are(memory, 100, 0));
	kt_true(all_bytes_are(memory + 100, 28, 0xA5));
	kt_true(all_bytes_are(memory + 128, 5000, 0));
	kt_true(all_bytes_are(memory + 5128, PG(2) - 5128, 0xA5));
	kt_true(all_bytes_are(memory + PG(2), 3000, 0));
	kt_true(all_bytes_are(memory + PG(2) + 3000, PG(2) - 3000, 0xA5));
	boot_node_close();
}

KTEST_BOOT(bootmem, failing_changes_nothing)
{
	unsigned long taken;
	bootmem_data_t before;
	u64 bits;

	open_node();
	boot_node_free_dots("..#.");
	kt_eq(place_small(), 0);
	before = boot_node.bdata;
	bits = *(u64 *)before.node_bootmem_map;
	taken = bootmem_taken_pages;

	kt_ptr_eq(bootmem_alloc_nopanic("test", PG(3), 1, 0), NULL);
	kt_ptr_eq(bootmem_alloc_nopanic("test", PG(2) - 63, 1, boot_node_phys(PG(1))), NULL);
	kt_ptr_eq(bootmem_alloc_nopanic("test", 1, PG(8) * 2, boot_node_phys(PG(1))), NULL);
	kt_eq(*(u64 *)before.node_bootmem_map, bits);
	kt_eq(boot_node.bdata.last_pos, before.last_pos);
	kt_eq(boot_node.bdata.last_offset, before.last_offset);
	kt_eq(bootmem_taken_pages, taken);
	kt_eq(place_small(), 64);
	boot_node_close();
}

KTEST_BOOT(bootmem, pages_handed_out_are_counted)
{
	unsigned long before;

	open_node();
	boot_node_free_all();
	before = bootmem_taken_pages;
	kt_eq(place_small(), 0);
	kt_eq(place_small(), 64);
	kt_eq(boot_node_offset(bootmem_alloc_nopanic("test", 2 * PAGE_SIZE, 4096, 0)), PAGE_SIZE);
	kt_eq(bootmem_taken_pages - before, 3);
	boot_node_close();
}

#define REPORT_ORDER 2

/* As the last line of @report says. */
static unsigned long __init handed_out_pages(const struct capture *report)
{
	static const char head[] = "bootmem: ";
	char line[128] = "";

	capture_line(report, capture_count(report, "*") - 1, line, sizeof(line));
	kt_eq(strncmp(line, head, strlen(head)), 0);
	return strtoul(line + strlen(head), NULL, 10);
}

KTEST_BOOT(bootmem, the_report_says_who_got_what)
{
	unsigned long pages;
	struct capture report;
	struct page *page;
	char want[96];

	open_node();
	page = alloc_pages(GFP_KERNEL, REPORT_ORDER);
	kt_assert(page);
	capture_init(&report, page_address(page), PAGE_SIZE << REPORT_ORDER);
	boot_node_free_all();
	bootmem_show(&report.out);
	kt_eq(capture_count(&report, "bootmem: *reporter"), 0);
	pages = handed_out_pages(&report);

	/* Neighbours of one caller are one line. */
	bootmem_alloc("reporter", 64, 64, 0);
	bootmem_alloc("other", 64, 64, 0);
	bootmem_alloc("other", 128, 64, 0);
	bootmem_alloc("reporter", 3 * PAGE_SIZE, PAGE_SIZE, 0);
	capture_reset(&report);
	bootmem_show(&report.out);
	kt_eq(capture_count(&report, "bootmem: *reporter"), 2);
	snprintf(want, sizeof(want), "bootmem: [mem 0x%08llx-0x%08llx]      192 bytes  %sother",
		 boot_node_phys(64), boot_node_phys(255), several_nodes() ? "node 0  " : "");
	kt_eq(capture_count(&report, want), 1);

	/* Below the last one, and with a gap above it: lines of their own. */
	bootmem_alloc("other", PAGE_SIZE, PAGE_SIZE, boot_node_phys(9 * (long)PAGE_SIZE));
	bootmem_alloc("other", PAGE_SIZE, PAGE_SIZE, boot_node_phys(5 * (long)PAGE_SIZE));
	bootmem_alloc("other", PAGE_SIZE, PAGE_SIZE, boot_node_phys(7 * (long)PAGE_SIZE));
	capture_reset(&report);
	bootmem_show(&report.out);
	kt_eq(capture_count(&report, "bootmem: *    4096 bytes *other"), 3);
	kt_eq(handed_out_pages(&report), pages + 7);
	boot_node_close();
	__free_pages(page, REPORT_ORDER);
}

/* The first pages of the node: x where the report says that "owner" has them. */
static void __init owner_picture(char picture[9])
{
	unsigned long end_pfn = boot_node.base + BOOT_NODE_PAGES;
	struct capture report;
	unsigned int i;

	for (i = 0; i < 8; i++) {
		capture_init(&report, capture_text, CAPTURE_TEXT_SIZE);
		bootmem_page_show(&report.out, boot_node.base + i);
		picture[i] = capture_count(&report, "bootmem: * owner") ? 'x' : '.';
		kt_eq(bootmem_handed_out(boot_node.base + i, &end_pfn), picture[i] == 'x');
	}
	picture[8] = 0;
}

/* What was freed belongs to nobody: a record is cut at either end or in the middle, or goes. */
KTEST_BOOT(bootmem, the_report_forgets_what_was_freed)
{
	static const struct free_case {
		const char *want;
		unsigned long start, end; /* freed pages; pages 2 to 5 are allocated */
	} cases[] = {
		{ "........", 2, 6 }, { "........", 1, 7 }, { "...xxx..", 2, 3 },
		{ "..xx....", 4, 6 }, { "..x..x..", 3, 5 }, { "..xxxx..", 1, 2 },
		{ "..xxxx..", 6, 7 }, { "....xx..", 0, 4 }, { "..xxx...", 5, 8 },
	};
	const struct free_case *c;
	char picture[9];

	open_node();
	for_each_case (c, cases) {
		boot_node_restart(0, 0);
		boot_node_free_dots("##....");
		bootmem_alloc("owner", PG(4), 1, 0);
		free_bootmem(boot_node_phys(PG(c->start)), PG(c->end - c->start));
		owner_picture(picture);
		kt_str_eq(picture, c->want);
		bootmem_nr_records = boot_node.nr_records;
	}
	boot_node_close();
}

/* The very first record, too. The boot's own is lost with that, so the kernel ends. */
KTEST_STOP_BOOT(bootmem, stop_the_first_record_is_cut)
{
	char picture[9];

	if (!boot_node_open())
		return;
	bootmem_nr_records = 0;
	boot_node_free_dots("##....");
	bootmem_alloc("owner", PG(4), 1, 0);
	free_bootmem(boot_node_phys(PG(3)), PG(2));
	owner_picture(picture);
	kt_expect_stop("the pages of owner: ..x..x..");
	panic("the pages of owner: %s", picture);
}

KTEST_BOOT(bootmem, the_report_counts_what_it_could_not_record)
{
	unsigned int i, lines, room;
	struct capture report;
	struct page *page;
	char last[96];

	open_node();
	page = alloc_pages(GFP_KERNEL, REPORT_ORDER);
	kt_assert(page);
	capture_init(&report, page_address(page), PAGE_SIZE << REPORT_ORDER);
	boot_node_free_all();
	bootmem_show(&report.out);
	lines = capture_count(&report, "bootmem: ?mem *");
	room = 128 - bootmem_nr_records;
	for (i = 0; i < 200; i++)
		bootmem_alloc(i % 2 ? "odd" : "even", 64, 64, 0);
	capture_reset(&report);
	bootmem_show(&report.out);
	kt_eq(capture_count(&report, "bootmem: ?mem *"), lines + room);
	snprintf(last, sizeof(last), "bootmem: ?mem 0x%08llx-0x%08llx? *",
		 boot_node_phys((room - 1) * 64), boot_node_phys(room * 64 - 1));
	kt_eq(capture_count(&report, last), 1);
	kt_eq(bootmem_nr_records + bootmem_records_lost, boot_node.nr_records + 200);
	snprintf(page_address(boot_node.bitmap), PAGE_SIZE,
		 "bootmem: %u further allocations were not recorded", bootmem_records_lost);
	kt_eq(capture_count(&report, page_address(boot_node.bitmap)), 1);
	boot_node_close();
	__free_pages(page, REPORT_ORDER);
}

/* --- bootmem_debug --------------------------------------------------------------------------- */

/* Each call, in this order, on a node of 64 free pages, and what its line says behind the place. */
static const struct debug_case {
	const char *name;
	unsigned long size, align, goal; /* a page of the node */
	unsigned long start;		 /* byte of the node */
	const char *did;
} debug_cases[] = {
	{ "from the goal", 100, 16, 8, PG(8), "from=8 merged=0 last_pos=0->8 last_offset=0->64" },
	{ "merged", 100, 16, 8, PG(8) + 112, "from=9 merged=1 last_pos=8->8 last_offset=64->d4" },
	{ "merged, and over its page", 4096, 4, 8, PG(8) + 212,
	  "from=9 merged=1 last_pos=8->9 last_offset=d4->d4" },
	{ "a page of its own", PG(2), PG(1), 8, PG(10),
	  "from=a merged=0 last_pos=9->b last_offset=d4->0" },
	{ "from the start", PG(1), PG(1), 0, 0, "from=0 merged=0 last_pos=b->0 last_offset=0->0" },
	{ "nothing from the goal on", PG(5), 1, 60, PG(1),
	  "from=0 merged=0 last_pos=0->5 last_offset=0->0" },
};

KTEST_BOOT(bootmem_debug, the_debug_line_says_what_the_call_did)
{
	const struct debug_case *c;
	struct capture log;
	char want[256];

	open_node();
	boot_node_free_all();
	log_hush();
	bootmem_debug = true;
	for_each_case (c, debug_cases) {
		phys_addr_t goal = boot_node_phys((long)PG(c->goal));

		kt_case(c->name);
		log_mark();
		kt_eq(boot_node_offset(bootmem_alloc_in("me", NULL, c->size, c->align, goal, 0)),
		      c->start);
		log_since_mark(&log);
		snprintf(want, sizeof(want),
			 "*bootmem::alloc_core me size=%lx ?%lu pages? align=%lx goal=%llx limit=0 "
			 "nid=0 min_pfn=%lx start=%llx %s",
			 c->size, DIV_ROUND_UP(c->size, PAGE_SIZE), c->align, goal, boot_node.base,
			 boot_node_phys((long)c->start), c->did);
		kt_eq(capture_count(&log, want), 1);
		kt_eq(capture_count(&log, "*bootmem::*"), 1);
	}
	log_mark();
	kt_ptr_eq(bootmem_alloc_in("me", NULL, PG(60), 1, 0, boot_node_phys((long)PG(64))), NULL);
	log_since_mark(&log);
	snprintf(want, sizeof(want), "*me size=3c000 ?60 pages? align=1 goal=0 limit=%llx failed",
		 boot_node_phys((long)PG(64)));
	kt_eq(capture_count(&log, want), 1);
	bootmem_debug = false;
	boot_node_close();
}

/* --- runs of pages --------------------------------------------------------------------------- */

static enum page_kind __init kind_of(unsigned long pfn)
{
	const bootmem_data_t *node = &boot_node.bdata;

	if (pfn < node->node_min_pfn || pfn >= node->node_low_pfn)
		return PAGE_UNKNOWN;
	return is_free(pfn - node->node_min_pfn) ? PAGE_BOOTMEM_FREE : PAGE_RESERVED;
}

/* The run that begins at @pfn, found page by page. */
static void __init expect_run(unsigned long pfn, unsigned long end_pfn)
{
	struct page_run run = page_run_at(pfn, end_pfn);
	unsigned long stop = pfn;

	while (stop < end_pfn && kind_of(stop) == kind_of(pfn))
		stop++;
	kt_eq(run.kind, kind_of(pfn));
	kt_eq(run.end_pfn, stop);
}

/* While bootmem rules, runs are those of its bitmap, whatever the words' borders. */
KTEST_BOOT(bootmem, runs_of_pages_are_those_of_the_bitmap)
{
	static const char *const maps[] = {
		"................................................................",
		"#.",
		"##..##..#.#.#...####...#.#.....##..##..#.#.#...####...#.#......#",
		USED_30 "##" USED_30 "##",
		".",
		USED_30 "##.",
		USED_30 "#..",
	};
	const char *const *map;

	open_node();
	for_each_case (map, maps) {
		unsigned long first = boot_node.base - 3, last = boot_node.base + 70, pfn, end;

		kt_case(*map);
		boot_node_restart(0, 3);
		boot_node_free_dots(*map);
		for (pfn = first; pfn < last; pfn++)
			for (end = pfn + 1; end <= last; end++)
				expect_run(pfn, end);
	}
	boot_node_close();
}

/* --- the forms of the interface -------------------------------------------------------------- */

/* Each form once: memory of the node, aligned as its name promises. */
KTEST_BOOT(bootmem, every_form_of_the_interface)
{
	open_node();
	boot_node_free_all();
	kt_eq(boot_node_offset(alloc_bootmem(1)), 0);
	kt_eq(boot_node_offset(alloc_bootmem_low(1)), SMP_CACHE_BYTES);
	kt_eq(boot_node_offset(alloc_bootmem_nopanic(1)), 2 * SMP_CACHE_BYTES);
	kt_eq(boot_node_offset(alloc_bootmem_node(NODE_DATA(0), 1)), 3 * SMP_CACHE_BYTES);
	kt_eq(boot_node_offset(alloc_bootmem_pages(1)), PG(1));
	kt_eq(boot_node_offset(alloc_bootmem_low_pages(1)), PG(2));
	kt_eq(boot_node_offset(alloc_bootmem_pages_nopanic(1)), PG(3));
	kt_eq(boot_node_offset(alloc_bootmem_low_pages_nopanic(1)), PG(4));
	kt_eq(boot_node_offset(__alloc_bootmem(1, 8, boot_node_phys(PG(9)))), PG(9));
	kt_eq(boot_node_offset(__alloc_bootmem_nopanic(1, 8, boot_node_phys(PG(9)))), PG(9) + 8);
	kt_eq(boot_node_offset(__alloc_bootmem_node(NODE_DATA(0), 1, 8, 0)), PG(5));
	kt_eq(boot_node_offset(alloc_bootmem_pages_node(NODE_DATA(0), 1)), PG(6));
	kt_eq(boot_node_offset(alloc_bootmem_low_pages_node(NODE_DATA(0), 1)), PG(7));
	kt_eq(boot_node_offset(__alloc_bootmem_low(1, 4096, 0)), PG(8));
	kt_eq(boot_node_offset(__alloc_bootmem_low_nopanic(1, 4096, 0)), PG(10));
	kt_eq(boot_node_offset(__alloc_bootmem_low_node(NODE_DATA(0), 1, 4096, 0)), PG(11));
	kt_eq(boot_node_offset(__alloc_bootmem_node_nopanic(NODE_DATA(0), 1, 4096, 0)), PG(12));
	boot_node_close();
}

KTEST_BOOT(bootmem, init_bootmem_starts_node_0)
{
	unsigned long min_low = min_low_pfn, max_low = max_low_pfn, end, order;
	struct page *map;

	open_node();
	end = boot_node.base + BOOT_NODE_PAGES;
	order = get_order(bootmem_bootmap_pages(end) * PAGE_SIZE);
	map = alloc_pages(GFP_KERNEL, (unsigned int)order);
	if (map) {
		kt_eq(init_bootmem(page_to_pfn(map), end), DIV_ROUND_UP(end, 32) * 4);
		kt_eq(min_low_pfn, page_to_pfn(map));
		kt_eq(max_low_pfn, end);
		kt_eq(bootmem_free_pages(), 0);
		boot_node_free_all();
		kt_eq(bootmem_free_pages(), BOOT_NODE_PAGES);
		kt_eq(boot_node_offset(alloc_bootmem_low_pages(1)), 0);
		min_low_pfn = min_low;
		max_low_pfn = max_low;
		__free_pages(map, (unsigned int)order);
	}
	boot_node_close();
}

/* The bitmap lies outside the node: it is no page of anybody's, so none comes back. */
KTEST_BOOT(bootmem, a_bitmap_elsewhere_is_not_freed)
{
	unsigned long end, *map;

	open_node();
	end = boot_node.base + BOOT_NODE_PAGES;
	map = kmalloc(BITS_TO_LONGS(end) * sizeof(long), GFP_KERNEL);
	kt_assert(map);
	boot_node_forget();
	init_bootmem_node_at(NODE_DATA(0), map, 0, end);
	kt_eq(bootmem_free_pages(), 0);
	free_bootmem(boot_node_phys(0), 2 * PAGE_SIZE);
	kt_eq(boot_node_offset(alloc_bootmem_low_pages(1)), 0);
	reserve_bootmem(boot_node_phys(0), 2 * PAGE_SIZE);
	kt_eq(free_all_bootmem(), 0);
	kt_ptr_eq(NODE_DATA(0)->bdata, NULL);
	kfree(map);
	boot_node_close();
}

/* A node over one page of each zone. */
static void __init check_default_goal(struct page *dma, struct page *normal, struct page *bitmap)
{
	boot_node_forget();
	init_bootmem_node(NODE_DATA(0), page_to_pfn(bitmap), 0, page_to_pfn(normal) + 1);
	free_bootmem(page_to_phys(dma), PAGE_SIZE);
	free_bootmem(page_to_phys(normal), PAGE_SIZE);
	kt_ptr_eq(alloc_bootmem(2000), page_address(normal));
	kt_ptr_eq(alloc_bootmem_low(16), page_address(dma));
	kt_ptr_eq(alloc_bootmem_low(16), (char *)page_address(dma) + SMP_CACHE_BYTES);
	kt_ptr_eq(alloc_bootmem_pages_nopanic(16), NULL);
	free_bootmem(page_to_phys(dma), PAGE_SIZE);
	kt_ptr_eq(alloc_bootmem_pages(16), page_address(dma));
}

KTEST_BOOT(bootmem, the_default_goal_spares_the_dma_zone)
{
	unsigned int order = get_order(bootmem_bootmap_pages(max_low_pfn) * PAGE_SIZE);
	struct page *dma, *normal, *bitmap;

	if (!zone_of(ZONE_NORMAL)->nr_free_pages || !zone_of(ZONE_DMA)->nr_free_pages)
		kt_skip("no free page in DMA or in Normal");
	dma = alloc_page(GFP_DMA);
	normal = alloc_pages_node(zone_of(ZONE_NORMAL)->zone_pgdat->node_id, GFP_KERNEL, 0);
	bitmap = alloc_pages(GFP_KERNEL, order);
	kt_assert(dma && normal && bitmap && page_zonenum(normal) == ZONE_NORMAL);
	open_node();
	check_default_goal(dma, normal, bitmap);
	boot_node_close();
	__free_pages(bitmap, order);
	__free_page(dma);
	__free_page(normal);
}

/* --- the real boot --------------------------------------------------------------------------- */

static bool __init in_ledger(unsigned long pfn)
{
	unsigned int i;

	for (i = 0; i < ledger.nr; i++)
		if (PFN_DOWN(ledger.range[i].start) <= pfn && pfn <= PFN_DOWN(ledger.range[i].last))
			return true;
	return false;
}

/* Page by page: what is still reserved is what the ledger names and what bootmem's calls made of
 * it; the bitmap, which the ledger names too, is among what they gave back. */
KTEST_BOOT(bootmem, retirement_gave_every_free_page)
{
	unsigned long in_use = bootmem_taken_pages - bootmem_given_pages, reserved = 0;
	struct ram_range ram = { 0 };
	unsigned long pfn;

	if (mem_map_end_pfn < max_low_pfn)
		kt_skip("lowmem is described in part only");
	while (e820_next_ram(&e820_map, &ram)) {
		for (pfn = ram.start_pfn; pfn < min(ram.end_pfn, mem_map_end_pfn); pfn++) {
			in_use += in_ledger(pfn);
			reserved += PageReserved(pfn_to_page(pfn));
		}
	}
	kt_eq(reserved, in_use);
}

KTEST_BOOT(bootmem, retirement_gave_the_bitmap)
{
	unsigned int i, found = 0;

	for (i = 0; i < ledger.nr; i++) {
		unsigned long pfn = PFN_DOWN(ledger.range[i].start);

		if (strcmp(ledger.name[i], "bootmem bitmap") != 0)
			continue;
		found++;
		for (; pfn <= PFN_DOWN(ledger.range[i].last); pfn++)
			kt_false(PageReserved(pfn_to_page(pfn)));
	}
	kt_true(found >= 1);
	kt_false(bootmem_is_live());
}
