/* SPDX-License-Identifier: 0BSD
 *
 * bootmem_nodes.c - mm/bootmem.c with several pieces and several nodes: the interface of Gorman's
 * table 6.2, and what the forms without a node make of it.
 *
 * A layout is a string with a digit for each page, the node that it belongs to; any other character
 * is a page of nobody. A map has a dot for each page that is free. Rows with more nodes than the
 * build has are left out.
 */
#include <lib/errno.h>
#include <lib/string.h>
#include <mm/mm_init.h>
#include <mm/page_info.h>
#include <test/capture.h>

#include "boot_node.h"

#define PG(n) ((n)*4096)

/* A variable number: a build for one node would not compile the constant 1. */
static pg_data_t *__init node(int nid)
{
	return NODE_DATA(nid);
}

static bool __init has_nodes(const char *layout)
{
	for (; *layout; layout++)
		if (*layout >= '0' + MAX_NUMNODES && *layout <= '9')
			return false;
	return true;
}

#define open_nodes(layout)                                  \
	do {                                                \
		if (!has_nodes(layout))                     \
			kt_skip("a build for fewer nodes"); \
		open_node();                                \
	} while (0)

static void __init share_out(const char *layout, const char *map)
{
	boot_node_share_out(layout);
	boot_node_free_dots(map);
}

/* The first @pages pages: a dot for a free one, a blank for one of nobody. */
static const char *__init picture(size_t pages)
{
	static char text[BOOT_NODE_PAGES + 1] __initdata;
	size_t i;

	for (i = 0; i < pages; i++)
		text[i] = !boot_node_has_piece(boot_node.base + i) ? ' '
			  : boot_node_is_free(boot_node.base + i)  ? '.'
								   : '#';
	text[pages] = 0;
	return text;
}

/* --- pieces ---------------------------------------------------------------------------------- */

KTEST_BOOT(bootmem_nodes, pieces_are_sorted_whatever_comes_first)
{
	static const struct {
		int nid;
		unsigned long start, end;
	} order[] = { { 1, 40, 48 }, { 0, 8, 16 }, { 1, 16, 20 }, { 0, 20, 40 }, { 1, 0, 4 } };
	static const unsigned long sorted[] = { 0, 8, 16, 20, 40 };
	const bootmem_data_t *bdata;
	unsigned int i = 0;

	open_nodes("01");
	boot_node_forget();
	for (i = 0; i < ARRAY_SIZE(order); i++)
		boot_node_add_piece(order[i].nid, order[i].start, order[i].end);
	i = 0;
	for_each_bootmem (bdata)
		kt_eq(bdata->node_min_pfn, boot_node.base + sorted[i++]);
	kt_eq(i, ARRAY_SIZE(sorted));
	kt_eq(node(0)->bdata->node_min_pfn, boot_node.base + 8);
	kt_ptr_eq(node(1)->bdata, bdata_list);
	boot_node_close();
}

/* It is the first one; the next comes from the pool. */
KTEST_BOOT(bootmem_nodes, a_caller_may_bring_a_piece_along)
{
	static bootmem_data_t own __initdata;

	open_node();
	boot_node_forget();
	node(0)->bdata = &own;
	boot_node_add_piece(0, 8, 16);
	kt_ptr_eq(node(0)->bdata, &own);
	boot_node_add_piece(0, 32, 40);
	kt_ptr_eq(node(0)->bdata, &own);
	kt_true(own.next && own.next != &own);
	boot_node_close();
}

/* What it had of that range is gone, and was taken; other pieces stay. */
KTEST_BOOT(bootmem_nodes, a_start_anew_replaces_what_the_node_has_there)
{
	static const struct start_case {
		unsigned long start, end, taken;
		const char *want;
	} cases[] = {
		{ 0, 4, 3, "####..##  ..  .#" },  { 1, 3, 3, " ## ..##  ..  .#" },
		{ 8, 12, 2, "...#..######  .#" }, { 10, 15, 3, "...#..##  ##### " },
		{ 8, 10, 0, "...#..####..  .#" }, { 12, 14, 0, "...#..##  ..##.#" },
	};
	const struct start_case *c;

	open_nodes("01");
	for_each_case (c, cases) {
		unsigned long taken;

		kt_case(c->want);
		share_out("00001111--00--00", "...#..##--..--.#");
		taken = bootmem_taken_pages;
		boot_node_add_piece(0, c->start, c->end);
		kt_str_eq(picture(16), c->want);
		kt_eq(bootmem_taken_pages - taken, c->taken);
	}
	boot_node_close();
}

/* --- ranges ---------------------------------------------------------------------------------- */

#define LAYOUT "0000111100002222"

static const struct range_case {
	const char *map;
	unsigned long start, end; /* bytes */
	const char *want;
} reserve_cases[] = {
	{ "................", PG(0), PG(16), "################" },
	{ "................", PG(3), PG(5), "...##..........." },
	{ "................", PG(4) - 1, PG(8) + 1, "...######......." },
	{ ".#.#.#.#.#.#.#.#", PG(2), PG(13), ".#############.#" },
	{ "................", PG(15) + 7, PG(15) + 8, "...............#" },
}, free_cases[] = {
	{ "################", PG(0), PG(16), "................" },
	{ "################", PG(3), PG(5), "###..###########" },
	{ "################", PG(4) - 1, PG(8) + 1, "####....########" },
	{ ".##############.", PG(2), PG(13), ".#...........##." },
	{ "################", PG(7) + 7, PG(8) + 8, "################" },
};

/* The calls without a node do each node's part. */
KTEST_BOOT(bootmem_nodes, ranges_may_span_nodes)
{
	const struct range_case *c;

	open_nodes(LAYOUT);
	for_each_case (c, reserve_cases) {
		unsigned long taken;

		kt_case(c->map);
		share_out(LAYOUT, c->map);
		taken = bootmem_taken_pages + bootmem_free_pages();
		kt_eq(reserve_bootmem(boot_node_phys((long)c->start), c->end - c->start), 0);
		kt_str_eq(picture(16), c->want);
		kt_eq(bootmem_taken_pages + bootmem_free_pages(), taken);
	}
	for_each_case (c, free_cases) {
		unsigned long given;

		kt_case(c->map);
		share_out(LAYOUT, c->map);
		given = bootmem_given_pages - bootmem_free_pages();
		free_bootmem(boot_node_phys((long)c->start), c->end - c->start);
		kt_str_eq(picture(16), c->want);
		kt_eq(bootmem_given_pages - bootmem_free_pages(), given);
	}
	boot_node_close();
}

KTEST_BOOT(bootmem_nodes, calls_with_a_node_change_that_one)
{
	open_nodes(LAYOUT);
	share_out(LAYOUT, "################");
	free_bootmem_node(node(1), boot_node_phys(PG(4)), PG(4));
	free_bootmem_node(node(0), boot_node_phys(PG(8)), PG(2));
	kt_str_eq(picture(16), "####......######");
	kt_eq(reserve_bootmem_node(node(1), boot_node_phys(PG(7)), PG(1)), 0);
	kt_eq(reserve_bootmem_node(node(0), boot_node_phys(PG(9)), PG(1), BOOTMEM_DEFAULT), 0);
	kt_str_eq(picture(16), "####...#.#######");
	boot_node_close();
}

/* Pages of one piece that are another's bitmap. */
KTEST_BOOT(bootmem_nodes, a_bitmap_in_another_node_stays_used)
{
	unsigned long taken;

	open_nodes("01");
	boot_node_share_out("0000");
	init_bootmem_node(node(1), boot_node.base + 2, boot_node.base + 4, boot_node.base + 8);
	taken = bootmem_taken_pages;
	free_bootmem(boot_node_phys(0), PG(8));
	kt_str_eq(picture(8), "..#.....");
	kt_eq(bootmem_taken_pages - taken, 1);
	boot_node_close();
}

/* --- exclusive reservations ------------------------------------------------------------------ */

/* All that a call may change. */
struct state {
	bootmem_data_t piece[8];
	u64 bits[8];
	unsigned long taken, given;
	unsigned int nr_records;
};

static void __init take_state(struct state *state)
{
	const bootmem_data_t *bdata;
	unsigned int i = 0;

	memset(state, 0, sizeof(*state));
	for_each_bootmem (bdata) {
		state->piece[i] = *bdata;
		state->bits[i++] = *(const u64 *)bdata->node_bootmem_map;
	}
	state->taken = bootmem_taken_pages;
	state->given = bootmem_given_pages;
	state->nr_records = bootmem_nr_records;
}

/* Also hints and merge positions are not those of a new piece. */
static void __init use_pieces(void)
{
	const bootmem_data_t *bdata;

	for_each_bootmem (bdata)
		kt_true(bootmem_alloc_in("test", bdata->pgdat, 100, 4,
					 PFN_PHYS(bdata->node_min_pfn), 0) ||
			!bootmem_free_pages());
}

KTEST_BOOT(bootmem_nodes, an_exclusive_reservation_is_all_or_nothing)
{
	static const struct exclusive_case {
		const char *map; /* the first free page of each piece is allocated from */
		unsigned long start, end;
		int want;
	} cases[] = {
		{ "................", PG(1), PG(4), 0 },
		{ "................", PG(1), PG(4) + 1, -EBUSY }, /* node 1's last allocation */
		{ "................", PG(0) + 4000, PG(1), -EBUSY },
		{ "#...#...#...#...", PG(2), PG(5), -EBUSY },
		{ "...#...#...#.###", PG(1), PG(3), 0 },
		{ "...#...#...#...#", PG(5), PG(7), 0 },
		{ "...#...#...#...#", PG(5), PG(8), -EBUSY },
		{ "................", PG(13), PG(16), 0 },
		{ "................", PG(0), PG(16), -EBUSY },
		{ "##..##..##..##..", PG(3), PG(4), 0 },
		{ "##..##..##..##..", PG(3), PG(8), -EBUSY },
	};
	static struct state before __initdata, after __initdata;
	const struct exclusive_case *c;

	open_nodes(LAYOUT);
	for_each_case (c, cases) {
		unsigned long free;

		kt_case(c->map);
		share_out(LAYOUT, c->map);
		use_pieces();
		take_state(&before);
		free = bootmem_free_pages();
		kt_eq(reserve_bootmem(boot_node_phys((long)c->start), c->end - c->start,
				      BOOTMEM_EXCLUSIVE),
		      c->want);
		take_state(&after);
		if (c->want)
			kt_eq(memcmp(&before, &after, sizeof(before)), 0);
		else
			kt_eq(free - bootmem_free_pages(), PFN_UP(c->end) - PFN_DOWN(c->start));
		bootmem_nr_records = boot_node.nr_records;
	}
	boot_node_close();
}

KTEST_BOOT(bootmem_nodes, an_exclusive_reservation_of_a_node)
{
	open_nodes("01");
	share_out("00001111", ".....#..");
	kt_eq(reserve_bootmem_node(node(1), boot_node_phys(PG(4)), PG(2), BOOTMEM_EXCLUSIVE),
	      -EBUSY);
	kt_str_eq(picture(8), ".....#..");
	kt_eq(reserve_bootmem_node(node(1), boot_node_phys(PG(6)), PG(2), BOOTMEM_EXCLUSIVE), 0);
	kt_str_eq(picture(8), ".....###");
	kt_eq(reserve_bootmem_node(node(1), boot_node_phys(PG(6)), PG(2), BOOTMEM_EXCLUSIVE),
	      -EBUSY);
	kt_eq(reserve_bootmem_node(node(1), boot_node_phys(PG(6)), PG(2)), 0);
	boot_node_close();
}

/* --- where an allocation goes ---------------------------------------------------------------- */

#define FULL_1 "....####........"
#define FULL_0 "####....####...."
#define ANY    (-1)

/* Pages that a request gets on LAYOUT. goal and limit are pages, too; 0 is none. */
static const struct place_case {
	const char *map;
	int nid;
	unsigned long pages, align, goal, limit;
	long want;	/* of the form that falls back, which has no limit */
	long want_here; /* of the one that does not */
} place_cases[] = {
	/* the node's own memory, from the goal on and without it */
	{ "................", 0, 1, 1, 0, 0, 0, 0 },
	{ "................", 1, 1, 1, 0, 0, 4, 4 },
	{ "................", 2, 4, 1, 0, 0, 12, 12 },
	{ "................", 1, 1, 1, 2, 0, 4, 4 },
	{ "................", 1, 1, 1, 6, 0, 6, 6 },
	{ "................", 1, 3, 1, 6, 0, 4, 4 },
	{ "................", 1, 1, 1, 9, 0, 4, 4 },
	{ "................", 0, 1, 1, 5, 0, 8, 8 },
	{ "................", 0, 1, 1, 13, 0, 0, 0 },
	{ "####....#...####", 0, 3, 1, 0, 0, 9, 9 },
	{ "................", 1, 1, 8, 0, 0, 0, -1 },
	/* the others', from the goal on and without it */
	{ FULL_1, 1, 1, 1, 0, 0, 0, -1 },
	{ FULL_1, 1, 1, 1, 5, 0, 8, -1 },
	{ FULL_1, 1, 1, 1, 13, 0, 13, -1 },
	{ FULL_1, 1, 4, 1, 13, 0, 0, -1 },
	{ FULL_0, 0, 2, 2, 0, 0, 4, -1 },
	{ FULL_0, 0, 2, 1, 11, 0, 12, -1 },
	{ "................", 1, 5, 1, 0, 0, -1, -1 },
	{ "################", 1, 1, 1, 0, 0, -1, -1 },
	/* any node's */
	{ "................", ANY, 1, 1, 0, 0, 0, 0 },
	{ "................", ANY, 2, 1, 3, 0, 4, 4 },
	{ "................", ANY, 4, 1, 9, 0, 12, 12 },
	{ "................", ANY, 4, 1, 13, 0, 0, 0 },
	{ "................", ANY, 4, 8, 0, 0, 0, 0 },
	{ "................", ANY, 1, 1, 100, 0, 0, 0 },
	{ "................", ANY, 5, 1, 0, 0, -1, -1 },
	/* below a limit */
	{ "####............", ANY, 1, 1, 0, 4, -1, -1 },
	{ "####............", ANY, 1, 1, 0, 5, 4, 4 },
	{ ".###............", ANY, 2, 1, 0, 5, -1, -1 },
	{ ".###............", ANY, 2, 1, 0, 6, 4, 4 },
	{ "................", ANY, 2, 1, 2, 4, 2, 2 },
	{ "..##............", ANY, 2, 1, 2, 4, 0, 0 },
	{ "................", 1, 1, 1, 0, 4, -1, -1 },
	{ "................", 1, 1, 1, 0, 5, 4, 4 },
	{ "................", 1, 2, 1, 0, 5, -1, -1 },
	{ "................", 2, 1, 1, 0, 12, -1, -1 },
	{ "................", 2, 1, 1, 0, 100, 12, 12 },
};

static phys_addr_t __init address_of(unsigned long page)
{
	return page ? boot_node_phys(PG((long)page)) : 0;
}

/* Return: the page that it got, -1 if none. */
static long __init place(const struct place_case *c, bool here)
{
	unsigned long size = c->pages * PAGE_SIZE, align = c->align * PAGE_SIZE;
	pg_data_t *pgdat = c->nid == ANY ? NULL : node(c->nid);
	void *p;

	share_out(LAYOUT, c->map);
	bootmem_nr_records = boot_node.nr_records;
	if (here || !pgdat || c->limit)
		p = bootmem_alloc_in("test", pgdat, size, align, address_of(c->goal),
				     address_of(c->limit));
	else
		p = bootmem_alloc_node_nopanic("test", pgdat, size, align, address_of(c->goal));
	return p ? (long)(boot_node_offset(p) / 4096) : -1;
}

KTEST_BOOT(bootmem_nodes, own_memory_comes_first_then_that_of_all_nodes)
{
	const struct place_case *c;

	open_nodes(LAYOUT);
	for_each_case (c, place_cases) {
		kt_case(c->map);
		if (!kt_eq(place(c, true), c->want_here) || !kt_eq(place(c, false), c->want))
			kt_note("row %ld", (long)(c - place_cases));
	}
	boot_node_close();
}

/* What is asked for raw is of the node, or else of any, and as it was. */
KTEST_BOOT(bootmem_nodes, raw_memory_is_not_cleared)
{
	char *p;

	open_nodes(LAYOUT);
	share_out(LAYOUT, "..###..#...#####");
	memset(phys_to_virt(PFN_PHYS(boot_node.base)), 0x5a, BOOT_NODE_PAGES * PAGE_SIZE);
	p = bootmem_alloc_node_raw("test", node(1), PG(2), 4096, 0);
	kt_eq(boot_node_offset(p), PG(5));
	kt_eq(p[0], 0x5a);
	kt_eq(p[PG(2) - 1], 0x5a);
	kt_eq(boot_node_offset(bootmem_alloc_node_raw("test", node(1), PG(2), 4096, 0)), PG(0));
	p = bootmem_alloc_node("test", node(2), PG(1), 4096, 0);
	kt_eq(boot_node_offset(p), PG(8));
	kt_eq(p[0], 0);
	boot_node_close();
}

/* The forms by their names: the strict ones are NULL where the others fall back. */
KTEST_BOOT(bootmem_nodes, the_forms_with_a_node)
{
	open_nodes(LAYOUT);
	share_out(LAYOUT, "..###..#...#####");
	kt_eq(boot_node_offset(alloc_bootmem_node(node(1), 16)), PG(5));
	kt_eq(boot_node_offset(alloc_bootmem_node(node(1), 16)), PG(5) + SMP_CACHE_BYTES);
	kt_eq(boot_node_offset(__alloc_bootmem_low_node(node(1), 64, 64, 0)), PG(5) + 64);
	kt_eq(boot_node_offset(alloc_bootmem_pages_node(node(1), 1)), PG(6));
	kt_ptr_eq(alloc_bootmem_low_pages_node(node(1), 1), NULL);
	kt_eq(boot_node_offset(alloc_bootmem_pages_node(node(1), 1)), PG(0));
	kt_eq(boot_node_offset(alloc_bootmem_low_pages_node(node(0), 1)), PG(1));
	kt_eq(boot_node_offset(__alloc_bootmem_node_nopanic(node(2), PG(2), 4096, 0)), PG(8));
	kt_ptr_eq(__alloc_bootmem_node_nopanic(node(2), PG(2), 4096, 0), NULL);
	kt_eq(boot_node_offset(__alloc_bootmem_node(node(2), PG(1), 4096, 0)), PG(10));
	kt_ptr_eq(__alloc_bootmem_low_nopanic(PG(1), 4096, 0), NULL);
	kt_eq(boot_node_offset(__alloc_bootmem_low(100, 4, 0)), PG(1) + 4);
	kt_eq(bootmem_free_pages(), 0);
	boot_node_close();
}

/* Memoryless, or all of its memory is high. */
KTEST_BOOT(bootmem_nodes, a_node_without_lowmem_lives_on_the_others)
{
	unsigned long given;

	open_nodes("0123");
	share_out("00001111", "........");
	kt_ptr_eq(node(3)->bdata, NULL);
	kt_eq(boot_node_offset(alloc_bootmem_pages_node(node(3), 1)), 0);
	kt_ptr_eq(alloc_bootmem_low_pages_node(node(3), 1), NULL);
	given = bootmem_given_pages;
	kt_eq(free_all_bootmem_node(node(3)), 0);
	kt_eq(bootmem_given_pages, given);
	kt_eq(bootmem_free_pages(), 7);
	boot_node_close();
}

/* From one node to as many as there can be, whose pages alternate: each gets all of its own first,
 * then all of the others'. */
static void __init exhaust(unsigned long nr, unsigned long nid)
{
	unsigned long page, own = 0, got = 0;
	void *p;

	boot_node_forget();
	for (page = 0; page < BOOT_NODE_PAGES; page++)
		boot_node_add_piece((int)(page % nr), page, page + 1);
	boot_node_free_all();
	while ((p = __alloc_bootmem_node_nopanic(node((int)nid), PAGE_SIZE, 8, 0))) {
		bool is_own = (unsigned long)boot_node_offset(p) / PAGE_SIZE % nr == nid;

		kt_true(!is_own || own == got);
		own += is_own;
		got++;
	}
	kt_eq(own, (BOOT_NODE_PAGES + nr - 1 - nid) / nr);
	kt_eq(got, BOOT_NODE_PAGES);
	kt_eq(bootmem_free_pages(), 0);
	bootmem_nr_records = boot_node.nr_records;
}

KTEST_BOOT(bootmem_nodes, any_number_of_nodes_whose_pages_alternate)
{
	unsigned long nr, nid;

	open_node();
	for (nr = 2; nr <= MAX_NUMNODES; nr++)
		for (nid = 0; nid < nr; nid++)
			exhaust(nr, nid);
	boot_node_share_out("0000000000000000000000000000000000000000000000000000000000000000");
	boot_node_free_all();
	kt_eq(boot_node_offset(__alloc_bootmem_node_nopanic(node(0), PG(64), 8, 0)), 0);
	boot_node_close();
}

/* --- merging --------------------------------------------------------------------------------- */

/* A limit in pages, an allocation before it, and what the next one gets: it never goes on in a page
 * at or above its limit, nor spills into one. */
KTEST_BOOT(bootmem_nodes, nothing_is_merged_above_a_limit)
{
	static const struct merge_limit_case {
		const char *map;
		long goal; /* of the first, in pages; it takes 4000 bytes */
		unsigned long size;
		long limit, want;
	} cases[] = {
		{ "....", 3, 64, 0, 0 },
		{ "###.....", 3, 64, 0, PG(3) + 4000 },
		{ "###.....", 3, 64, 4, PG(3) + 4000 },
		{ "###.....", 3, 64, 3, -1 },
		{ "###.....", 3, 96, 4, PG(3) + 4000 },
		{ "###.....", 3, 97, 4, -1 },
		{ "###.....", 3, 97, 5, PG(3) + 4000 },
		{ ".##.....", 3, 97, 4, 0 },
		{ "###.....", 3, PG(1) + 96, 5, PG(3) + 4000 },
		{ "###.....", 3, PG(1) + 97, 5, -1 },
		{ ".##.....", 3, 64, 3, 0 },
		{ "###....#", 5, 64, 5, PG(3) },
		{ "########", 0, 1, 8, -1 },
	};
	const struct merge_limit_case *c;

	open_node();
	for_each_case (c, cases) {
		void *p;

		kt_case(c->map);
		share_out("00000000", c->map);
		p = bootmem_alloc_nopanic("test", 4000, 4, boot_node_phys(PG(c->goal)));
		kt_eq(boot_node_offset(p),
		      *c->map == '#' && c->map[7] == '#' && !c->goal ? -1 : PG(c->goal));
		p = bootmem_alloc_in("test", NULL, c->size, 4, 0,
				     c->limit ? boot_node_phys(PG(c->limit)) : 0);
		if (!kt_eq(boot_node_offset(p), c->want))
			kt_note("row %ld", (long)(c - cases));
	}
	boot_node_close();
}

/* The low forms have a limit that lowmem does not reach. */
KTEST_BOOT(bootmem_nodes, a_limit_counts_in_whole_pages)
{
	open_node();
	share_out("0000", "....");
	kt_ptr_eq(bootmem_alloc_in("test", NULL, 16, 4, 0, boot_node_phys(100)), NULL);
	kt_eq(boot_node_offset(
		      bootmem_alloc_in("test", NULL, 16, 4, 0, boot_node_phys(PG(1) + 100))),
	      0);
	kt_eq(ARCH_LOW_ADDRESS_LIMIT, 0xffffffff);
	boot_node_close();
}

/* Each piece has a last page of its own. */
KTEST_BOOT(bootmem_nodes, each_piece_merges_for_itself)
{
	open_nodes("01");
	share_out("00001111", "........");
	kt_eq(boot_node_offset(__alloc_bootmem_node(node(0), 64, 64, 0)), 0);
	kt_eq(boot_node_offset(__alloc_bootmem_node(node(1), 64, 64, 0)), PG(4));
	kt_eq(boot_node_offset(__alloc_bootmem_node(node(0), 64, 64, 0)), 64);
	kt_eq(boot_node_offset(__alloc_bootmem_node(node(1), 64, 64, 0)), PG(4) + 64);
	kt_eq(boot_node_offset(__alloc_bootmem(64, 64, boot_node_phys(PG(4)))), PG(4) + 128);
	kt_eq(boot_node_offset(__alloc_bootmem(64, 64, 0)), 128);
	/* neither an allocation nor the rest of a page reaches over the border of a piece */
	kt_ptr_eq(bootmem_alloc_nopanic("test", PG(4), 4096, 0), NULL);
	kt_ptr_eq(bootmem_alloc_nopanic("test", PG(4) - 191, 4, 0), NULL);
	kt_eq(boot_node_offset(bootmem_alloc_nopanic("test", PG(4) - 192, 4, 0)), 192);
	boot_node_close();
}

/* --- retiring -------------------------------------------------------------------------------- */

static unsigned long __init reserved_pages(void)
{
	unsigned long i, pages = 0;

	for (i = 0; i < BOOT_NODE_PAGES; i++)
		pages += PageReserved(pfn_to_page(boot_node.base + i));
	return pages;
}

/* One node after the other, while the rest of bootmem lives on. */
KTEST_BOOT(bootmem_nodes, nodes_are_retired_one_by_one)
{
	unsigned long base;

	open_nodes("01");
	base = boot_node.base;
	boot_node_forget();
	init_bootmem_node(node(0), base, base, base + 20); /* its bitmap in its first page */
	init_bootmem_node(node(1), base + 1, base + 20, base + 40);  /* in node 0's */
	init_bootmem_node(node(0), base + 20, base + 40, base + 60); /* in node 1's */
	init_bootmem_node(node(1), base + 2, base + 60, base + 64);
	free_bootmem(boot_node_phys(0), PG(64));
	kt_eq(bootmem_free_pages(), 60);
	boot_node_make_reserved();

	kt_eq(free_all_bootmem_node(node(1)), 19 + 4 + 2); /* and two bitmaps in node 0 */
	kt_ptr_eq(node(1)->bdata, NULL);
	kt_eq(reserved_pages(), 39);
	kt_eq(bootmem_free_pages(), 17 + 20);
	kt_true(bootmem_is_live());
	kt_eq(boot_node_offset(alloc_bootmem_low_pages(1)), PG(3));
	kt_eq(boot_node_offset(__alloc_bootmem_node(node(1), 1, 4096, 0)), PG(4));
	reserve_bootmem(boot_node_phys(PG(40)), PG(4));
	free_bootmem(boot_node_phys(PG(41)), PG(1));
	reserve_bootmem_known(boot_node_phys(PG(18)), boot_node_phys(PG(41)) - 1);
	kt_eq(bootmem_free_pages(), 15 - 2 + 20 - 3);
	kt_eq(free_all_bootmem(), 30 + 2);
	kt_false(bootmem_is_live());
	kt_eq(bootmem_released_pages, 57);
	kt_eq(reserved_pages(), 7);
	kt_eq(free_all_bootmem_node(node(1)), 0);
	boot_node_close_retired();
}

/* --- reports --------------------------------------------------------------------------------- */

KTEST_BOOT(bootmem_nodes, the_report_names_the_node)
{
	unsigned int nr = nr_online_nodes;
	struct capture report;

	open_nodes("01");
	share_out("0011", "....");
	/* two records, though the addresses follow each other */
	kt_eq(boot_node_offset(bootmem_alloc("reporter", PG(1), 4096, boot_node_phys(PG(1)))),
	      PG(1));
	kt_eq(boot_node_offset(bootmem_alloc("reporter", PG(1), 4096, boot_node_phys(PG(2)))),
	      PG(2));
	capture_init(&report, capture_text, CAPTURE_TEXT_SIZE);
	nr_online_nodes = 2;
	bootmem_page_show(&report.out, boot_node.base + 1);
	bootmem_page_show(&report.out, boot_node.base + 2);
	nr_online_nodes = 1;
	bootmem_page_show(&report.out, boot_node.base + 2);
	nr_online_nodes = nr;
	kt_eq(capture_count(&report, "bootmem: *    4096 bytes  node 0  reporter"), 1);
	kt_eq(capture_count(&report, "bootmem: *    4096 bytes  node 1  reporter"), 1);
	kt_eq(capture_count(&report, "bootmem: *    4096 bytes  reporter"), 1);
	boot_node_close();
}

/* Runs of pages, for the map and the film, go through all pieces. */
KTEST_BOOT(bootmem_nodes, runs_of_pages_are_those_of_the_pieces)
{
	static const struct run_case {
		unsigned long page, end;
		enum page_kind kind;
	} runs[] = {
		{ 0, 2, PAGE_UNKNOWN },	  { 2, 4, PAGE_BOOTMEM_FREE }, { 4, 6, PAGE_BOOTMEM_FREE },
		{ 6, 7, PAGE_RESERVED },  { 7, 9, PAGE_UNKNOWN },      { 9, 10, PAGE_RESERVED },
		{ 10, 16, PAGE_UNKNOWN },
	};
	const struct run_case *c;

	open_nodes("01");
	share_out("--00111--1------", "##....####");
	for_each_case (c, runs) {
		struct page_run run = page_run_at(boot_node.base + c->page, boot_node.base + 16);

		kt_eq(run.kind, c->kind);
		kt_eq(run.end_pfn, boot_node.base + c->end);
	}
	boot_node_close();
}

/* --- what ends the kernel -------------------------------------------------------------------- */

static void __init open_and_share_out(const char *layout, const char *expect)
{
	if (!boot_node_open())
		return;
	boot_node_share_out(layout);
	kt_expect_stop(expect);
}

KTEST_STOP_BOOT(bootmem_nodes, stop_a_range_over_a_hole)
{
	open_and_share_out("0000--00", "reserve_bootmem(): pfn ");
	reserve_bootmem(boot_node_phys(PG(2)), PG(5));
}

KTEST_STOP_BOOT(bootmem_nodes, stop_a_hole_behind_the_last_piece)
{
	open_and_share_out("0000--00", "is outside all nodes' lowmem (high memory?)");
	free_bootmem(boot_node_phys(PG(6)), PG(3));
}

/* Before it has changed anything: the page that is missing is the last one. */
KTEST_STOP_BOOT(bootmem_nodes, stop_exclusive_over_a_hole)
{
	open_and_share_out("0000--00", "reserve_bootmem(): pfn ");
	if (reserve_bootmem(boot_node_phys(PG(2)), PG(3), BOOTMEM_EXCLUSIVE))
		kt_fail("busy");
}

/* A node that has no piece, whatever the build. */
static pg_data_t other __initdata = { .node_id = 7 };

KTEST_STOP_BOOT(bootmem_nodes, stop_another_nodes_memory_is_freed)
{
	open_and_share_out("0000----", "free_bootmem_node(): pfn ");
	free_bootmem_node(&other, boot_node_phys(PG(2)), PG(1));
}

KTEST_STOP_BOOT(bootmem_nodes, stop_another_nodes_memory_is_reserved)
{
	open_and_share_out("0000----", "is outside the node's lowmem (high memory?)");
	reserve_bootmem_node(&other, boot_node_phys(PG(2)), PG(1));
}

KTEST_STOP_BOOT(bootmem_nodes, stop_a_piece_of_another_node)
{
	open_and_share_out("0000----", "of node 7 reaches into ");
	init_bootmem_node_at(&other, page_address(boot_node.bitmap), boot_node.base + 3,
			     boot_node.base + 8);
}

KTEST_STOP_BOOT(bootmem_nodes, stop_too_many_pieces)
{
	unsigned long *map, i;

	kt_expect_stop("node 0: more than 64 pieces (BOOTMEM_PIECES)");
	if (!boot_node_open())
		return;
	boot_node_forget();
	map = page_address(boot_node.bitmap);
	for (i = 0; i <= BOOTMEM_PIECES; i++)
		init_bootmem_node_at(node(0), map + i, 2 * i, 2 * i + 1);
}

KTEST_STOP_BOOT(bootmem_nodes, stop_a_goal_above_the_limit)
{
	open_and_share_out("0000", "test asks for 4097 bytes from 0x");
	if (bootmem_alloc_in("test", NULL, PG(1) + 1, 4, boot_node_phys(PG(1)),
			     boot_node_phys(PG(2))))
		kt_fail("served");
}

KTEST_STOP_BOOT(bootmem_nodes, stop_no_node_has_memory)
{
	bool one = MAX_NUMNODES == 1; /* the same in one node: a page between them is used */

	open_and_share_out(
		one ? "000000000" : "00001111",
		"bootmem alloc of 20480 bytes for test failed, 8 pages are free, of which "
		"4 in a row");
	boot_node_free_dots(one ? "....#...." : "........");
	bootmem_alloc_node("test", node(MAX_NUMNODES - 1), PG(5), 4096, 0);
}
