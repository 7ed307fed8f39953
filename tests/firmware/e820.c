/* SPDX-License-Identifier: 0BSD
 *
 * e820.c - tables of entries and what must come of them, then random lists against an oracle
 * that knows no regions: an array with one type per byte or per quarter of a page.
 *
 * Each table row is laid down in every rotation and in reverse: the result must not depend on the
 * order.
 */
#include <asm/firmware/e820.h>
#include <asm/firmware/multiboot.h>
#include <asm/setup.h>
#include <mm/mm_check.h>
#include <test/ktest.h>

#include "boot_scratch.h"

#define MAX_ROWS 12
#define TOP	 0xffffffffffffffffULL
#define GB	 (1ULL << 30)
#define PG	 4096ULL

static struct e820_map *map __initdata = &scratch.map;

struct entry {
	u64 addr, size;
	u32 type;
};

static void __init add_all(const struct entry *entries, unsigned int nr)
{
	unsigned int i;

	e820_clear(map);
	for (i = 0; i < nr; i++)
		e820_add(map, entries[i].addr, entries[i].size, entries[i].type);
}

/* I1 to I4 of e820.c. Return: false after a failed check. */
static bool __init check_invariants(void)
{
	struct mm_check check = { 0 };

	e820_check(&check, map);
	return kt_str_eq(check.first, "");
}

struct overlay_case {
	const char *name;
	struct entry in[MAX_ROWS];	   /* up to one of size 0 and type 0, which ends the list */
	struct e820_region want[MAX_ROWS]; /* up to one that is all zero */
};

static const struct overlay_case overlay_cases[] __initconst = {
	{ "nothing", { { 0 } }, { { 0 } } },
	{ "one entry", { { 0x1000, 0x1000, 1 } }, { { 0x1000, 0x1fff, 1 } } },
	{ "one byte", { { 7, 1, 2 } }, { { 7, 7, 2 } } },
	{ "unsorted with holes",
	  { { 0x9000, 0x1000, 2 }, { 0x1000, 0x1000, 1 }, { 0x5000, 0x1000, 3 } },
	  { { 0x1000, 0x1fff, 1 }, { 0x5000, 0x5fff, 3 }, { 0x9000, 0x9fff, 2 } } },
	{ "exact duplicates",
	  { { 0x1000, 0x1000, 1 }, { 0x1000, 0x1000, 1 }, { 0x1000, 0x1000, 1 } },
	  { { 0x1000, 0x1fff, 1 } } },
	{ "same range, two types",
	  { { 0x1000, 0x1000, 1 }, { 0x1000, 0x1000, 2 } },
	  { { 0x1000, 0x1fff, 2 } } },
	{ "touching, equal",
	  { { 0x1000, 0x1000, 1 }, { 0x2000, 0x1000, 1 } },
	  { { 0x1000, 0x2fff, 1 } } },
	{ "touching, different",
	  { { 0x1000, 0x1000, 1 }, { 0x2000, 0x1000, 2 } },
	  { { 0x1000, 0x1fff, 1 }, { 0x2000, 0x2fff, 2 } } },
	{ "overlapping, equal",
	  { { 0x1000, 0x1800, 1 }, { 0x2000, 0x1000, 1 } },
	  { { 0x1000, 0x2fff, 1 } } },
	{ "a byte between",
	  { { 0x1000, 0xfff, 1 }, { 0x2000, 0x1000, 1 } },
	  { { 0x1000, 0x1ffe, 1 }, { 0x2000, 0x2fff, 1 } } },
	{ "reserved over the end of RAM",
	  { { 0x1000, 0x2000, 1 }, { 0x2800, 0x1000, 2 } },
	  { { 0x1000, 0x27ff, 1 }, { 0x2800, 0x37ff, 2 } } },
	{ "reserved over the start of RAM",
	  { { 0x2000, 0x2000, 1 }, { 0x1800, 0x1000, 2 } },
	  { { 0x1800, 0x27ff, 2 }, { 0x2800, 0x3fff, 1 } } },
	{ "hole cut into RAM",
	  { { 0, 0x10000, 1 }, { 0x4000, 0x1000, 4 } },
	  { { 0, 0x3fff, 1 }, { 0x4000, 0x4fff, 4 }, { 0x5000, 0xffff, 1 } } },
	{ "RAM under reserved vanishes",
	  { { 0x4000, 0x1000, 1 }, { 0, 0x10000, 2 } },
	  { { 0, 0xffff, 2 } } },
	{ "same start, shorter and stronger",
	  { { 0x1000, 0x3000, 1 }, { 0x1000, 0x1000, 2 } },
	  { { 0x1000, 0x1fff, 2 }, { 0x2000, 0x3fff, 1 } } },
	{ "same end, shorter and stronger",
	  { { 0x1000, 0x3000, 1 }, { 0x3000, 0x1000, 2 } },
	  { { 0x1000, 0x2fff, 1 }, { 0x3000, 0x3fff, 2 } } },
	{ "a staircase of types",
	  { { 0, 0x5000, 1 }, { 0x1000, 0x5000, 2 }, { 0x2000, 0x5000, 3 }, { 0x3000, 0x5000, 4 } },
	  { { 0, 0xfff, 1 },
	    { 0x1000, 0x1fff, 2 },
	    { 0x2000, 0x2fff, 3 },
	    { 0x3000, 0x7fff, 4 } } },
	{ "one over many holes",
	  { { 0x1000, 0x1000, 2 }, { 0x3000, 0x1000, 3 }, { 0x5000, 0x1000, 2 }, { 0, 0x7000, 1 } },
	  { { 0, 0xfff, 1 },
	    { 0x1000, 0x1fff, 2 },
	    { 0x2000, 0x2fff, 1 },
	    { 0x3000, 0x3fff, 3 },
	    { 0x4000, 0x4fff, 1 },
	    { 0x5000, 0x5fff, 2 },
	    { 0x6000, 0x6fff, 1 } } },
	{ "filling a hole joins three",
	  { { 0, 0x1000, 1 }, { 0x2000, 0x1000, 1 }, { 0x1000, 0x1000, 1 } },
	  { { 0, 0x2fff, 1 } } },
	{ "ends at 2^64", { { 0 - PG, PG, 1 } }, { { 0 - PG, TOP, 1 } } },
	{ "the last byte", { { TOP, 1, 1 } }, { { TOP, TOP, 1 } } },
	{ "all addresses", { { 0, TOP, 1 }, { TOP, 1, 1 } }, { { 0, TOP, 1 } } },
	{ "reserved on top of all",
	  { { 0, TOP, 1 }, { TOP, 1, 1 }, { 0 - PG, PG, 2 } },
	  { { 0, TOP - PG, 1 }, { 0 - PG, TOP, 2 } } },
	{ "RAM that wraps is dropped",
	  { { 0 - PG, 2 * PG, 1 }, { 0x1000, 0x1000, 1 } },
	  { { 0x1000, 0x1fff, 1 } } },
	{ "reserved that wraps is cut",
	  { { 0 - PG, 2 * PG, 2 }, { 0, 0x1000, 1 } },
	  { { 0, 0xfff, 1 }, { 0 - PG, TOP, 2 } } },
	{ "inverted RAM is dropped",
	  { { 0x6000000, 0 - 0x1000000ULL, 1 }, { 0x1000, 0x1000, 1 } },
	  { { 0x1000, 0x1fff, 1 } } },
	{ "inverted reserved reaches to the top",
	  { { 0x6000000, 0 - 0x1000000ULL, 2 }, { 0, 0x7000000, 1 } },
	  { { 0, 0x5ffffff, 1 }, { 0x6000000, TOP, 2 } } },
	{ "empty entries describe nothing",
	  { { 0x1000, 0, 2 }, { 0, 0x2000, 1 }, { 0x2000, 0, 4 }, { 0x1800, 0, 3 } },
	  { { 0, 0x1fff, 1 } } },
	{ "type 0 loses to all, but is not RAM",
	  { { 0, 0x3000, 0 }, { 0x1000, 0x1000, 1 } },
	  { { 0, 0xfff, 0 }, { 0x1000, 0x1fff, 1 }, { 0x2000, 0x2fff, 0 } } },
	{ "unknown types win by their number",
	  { { 0, 0x6000, 1 },
	    { 0x1000, 0x1000, 12 },
	    { 0x1800, 0x1000, 20 },
	    { 0x2000, 0x1000, 0x101 },
	    { 0x2800, 0x1000, 0xffffffff } },
	  { { 0, 0xfff, 1 },
	    { 0x1000, 0x17ff, 12 },
	    { 0x1800, 0x1fff, 20 },
	    { 0x2000, 0x27ff, 0x101 },
	    { 0x2800, 0x37ff, 0xffffffff },
	    { 0x3800, 0x5fff, 1 } } },
	{ "across 4 GiB",
	  { { 4 * GB - PG, 2 * PG, 1 }, { 4 * GB, PG, 2 } },
	  { { 4 * GB - PG, 4 * GB - 1, 1 }, { 4 * GB, 4 * GB + PG - 1, 2 } } },
};

static unsigned int __init count_entries(const struct entry *in)
{
	unsigned int n = 0;

	while (n < MAX_ROWS && (in[n].addr || in[n].size || in[n].type))
		n++;
	return n;
}

static unsigned int __init count_regions(const struct e820_region *want)
{
	unsigned int n = 0;

	while (n < MAX_ROWS && (want[n].start || want[n].last || want[n].type))
		n++;
	return n;
}

static void __init check_map(const struct e820_region *want)
{
	unsigned int i, nr = count_regions(want);

	if (!kt_eq(map->nr, nr) || !check_invariants())
		return;
	for (i = 0; i < nr; i++) {
		kt_eq(map->region[i].start, want[i].start);
		kt_eq(map->region[i].last, want[i].last);
		kt_eq(map->region[i].type, want[i].type);
	}
}

KTEST_BOOT(e820, overlays_in_any_order)
{
	const struct overlay_case *c;

	for_each_case (c, overlay_cases) {
		unsigned int nr = count_entries(c->in), first, i;

		kt_case(c->name);
		add_all(c->in, nr);
		check_map(c->want);
		for (first = 0; first < nr; first++) {
			e820_clear(map);
			for (i = 0; i < nr; i++) {
				const struct entry *e = &c->in[(first + nr - i) % nr];

				e820_add(map, e->addr, e->size, e->type);
			}
			check_map(c->want);
		}
	}
}

KTEST_BOOT(e820, verdicts)
{
	static const struct {
		const char *name;
		struct entry e;
		enum e820_verdict want;
		unsigned int nr;
	} cases[] = {
		{ "plain", { 0x1000, 0x1000, 1 }, E820_OK, 1 },
		{ "empty RAM", { 0x1000, 0, 1 }, E820_EMPTY, 0 },
		{ "empty reserved", { 0x1000, 0, 2 }, E820_EMPTY, 0 },
		{ "empty at the top", { TOP, 0, 2 }, E820_EMPTY, 0 },
		{ "RAM up to 2^64", { 0 - PG, PG, 1 }, E820_OK, 1 },
		{ "RAM one byte over", { 0 - PG, PG + 1, 1 }, E820_DROPPED, 0 },
		{ "reserved up to 2^64", { 0 - PG, PG, 2 }, E820_OK, 1 },
		{ "reserved one byte over", { 0 - PG, PG + 1, 2 }, E820_CLAMPED, 1 },
		{ "type 0 over the end", { 0 - PG, PG + 1, 0 }, E820_CLAMPED, 1 },
		{ "RAM of maximal size at 1", { 1, TOP, 1 }, E820_OK, 1 },
		{ "RAM of maximal size at 2", { 2, TOP, 1 }, E820_DROPPED, 0 },
	};
	const __typeof__(cases[0]) *c;

	for_each_case (c, cases) {
		kt_case(c->name);
		e820_clear(map);
		kt_eq(e820_add(map, c->e.addr, c->e.size, c->e.type), c->want);
		kt_eq(map->nr, c->nr);
		kt_eq(map->lost, 0);
	}
}

/* A pyramid: each entry lies inside the one before and is stronger, so every end is a border. */
KTEST_BOOT(e820, nested_entries_make_2n_minus_1_regions)
{
	const unsigned int n = E820_EXACT;
	unsigned int i;

	e820_clear(map);
	for (i = 0; i < n; i++)
		kt_eq(e820_add(map, i * PG, (2 * n - 1 - 2 * i) * PG, i + 1), E820_OK);
	kt_eq(map->nr, 2 * n - 1);
	kt_eq(map->lost, 0);
	check_invariants();
	for (i = 0; i < map->nr; i++) {
		kt_eq(map->region[i].start, i * PG);
		kt_eq(map->region[i].type, i < n ? i + 1 : 2 * n - 1 - i);
	}
}

/* One RAM entry fills all the holes between reserved pages, and no more than those. */
KTEST_BOOT(e820, one_entry_over_many_alternating)
{
	const unsigned int n = E820_EXACT - 1;
	unsigned int i;

	e820_clear(map);
	for (i = 0; i < n; i++)
		kt_eq(e820_add(map, (2 * i + 1) * PG, PG, E820_RESERVED), E820_OK);
	kt_eq(map->nr, n);
	kt_eq(e820_add(map, 0, (2 * n + 1) * PG, E820_RAM), E820_OK);
	kt_eq(map->nr, 2 * n + 1);
	check_invariants();
	for (i = 0; i < map->nr; i++)
		kt_eq(map->region[i].type, i % 2 ? E820_RESERVED : E820_RAM);
}

KTEST_BOOT(e820, five_hundred_and_twelve_entries_by_boot_info)
{
	unsigned int i;

	boot_info_init(&scratch_info, "test");
	for (i = 0; i < 512; i++) /* from the top down */
		boot_info_add_e820(&scratch_info, (511 - i) * PG, PG, 1 + i % 2);
	e820_from_firmware(map, &scratch_info);
	kt_eq(scratch_info.nr_e820, 512);
	kt_eq(map->nr, 512);
	kt_false(map->squeezed);
	for (i = 0; i < map->nr; i++) {
		kt_eq(map->region[i].start, i * PG);
		kt_eq(map->region[i].type, i % 2 ? E820_RAM : E820_RESERVED);
	}
}

static u64 __init ram_pages(void)
{
	struct ram_range ram = { 0 };
	u64 pages = 0;

	while (e820_next_ram(map, &ram))
		pages += ram.end_pfn - ram.start_pfn;
	return pages;
}

/* RAM that does not touch, from 1 MiB on, 8 pages from start to start: a page each, and each tenth
 * time three. */
static void __init add_islands(unsigned int first, unsigned int end)
{
	for (; first < end; first++)
		e820_add(map, (0x100 + 8 * first) * PG, first % 10 ? PG : 3 * PG, E820_RAM);
}

KTEST_BOOT(e820, a_full_map_gives_up_the_smallest_ram)
{
	const unsigned int n = E820_MAX + E820_MAX / 2;
	unsigned int i;
	u64 given = n + 2 * ((n + 9) / 10);

	e820_clear(map);
	add_islands(0, E820_MAX - 2);
	kt_false(map->squeezed);
	add_islands(E820_MAX - 2, n);
	kt_true(map->squeezed);
	check_invariants();
	kt_eq(ram_pages() + map->lost, given);
	kt_true(ram_pages() > 3 * ((n + 9) / 10));
	for (i = 0; i < n; i += 10)
		kt_true(e820_all_ram(map, (0x100 + 8 * i) * PG, (0x103 + 8 * i) * PG - 1));
}

/* Two pages are given up before three, though that is not twice as much. */
KTEST_BOOT(e820, a_full_map_gives_up_no_more_than_it_must)
{
	const unsigned int n = E820_MAX + E820_MAX / 2;
	unsigned int i;

	e820_clear(map);
	for (i = 0; i < n; i++)
		e820_add(map, (0x100 + 8 * i) * PG, i % 10 ? 2 * PG : 3 * PG, E820_RAM);
	kt_true(map->squeezed);
	for (i = 0; i < n; i += 10)
		kt_true(e820_all_ram(map, (0x100 + 8 * i) * PG, (0x103 + 8 * i) * PG - 1));
}

/* RAM up to page 0x100000, and single reserved pages in one place, as firmware with a bad day. */
static void __init add_crowd(unsigned int n, u64 first_pfn, u64 step, u64 size)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		e820_add(map, first_pfn * PG + i * step, size, E820_RESERVED);
}

static void __init check_crowd(unsigned int n, u64 first_pfn, u64 step, u64 size)
{
	u64 start = first_pfn * PG, end = start + n * step;
	struct ram_range ram = { 0 };
	unsigned int i;

	check_invariants();
	kt_true(e820_all_ram(map, 0x100000, start - 1));
	kt_true(e820_all_ram(map, end, 4 * GB - 1));
	for (i = 0; i < n; i++) {
		u64 at = start + i * step;

		if (!kt_false(e820_all_ram(map, at, at)) ||
		    !kt_false(e820_all_ram(map, at + size - 1, at + size - 1)))
			return;
		while (ram.end_pfn <= at / PG && e820_next_ram(map, &ram))
			;
		kt_true(ram.start_pfn > (at + size - 1) / PG || ram.end_pfn <= at / PG);
	}
}

KTEST_BOOT(e820, too_many_reservations_cost_ram_in_their_place_only)
{
	static const struct crowd_case {
		const char *name;
		unsigned int n;
		u64 step, size;
		u64 lost_max;
	} cases[] __initconst = {
		{ "as many as fit", E820_EXACT - 1, 2 * PG, PG, 0 },
		{ "half pages: no whole page is lost", 3 * E820_MAX, PG, PG / 2, 0 },
		{ "each second page", 2 * E820_MAX, 2 * PG, PG, 2 * E820_MAX },
		{ "single bytes", 2 * E820_MAX, 3 * PG, 1, 4 * E820_MAX },
		{ "all kinds of places", 2 * E820_MAX, 0x1234, 0x1000, 2 * E820_MAX },
	};
	const struct crowd_case *c;

	for_each_case (c, cases) {
		kt_case(c->name);
		e820_clear(map);
		e820_add(map, 0x100000, 4 * GB - 0x100000, E820_RAM);
		add_crowd(c->n, 0x2000, c->step, c->size);
		kt_true(map->lost <= c->lost_max);
		check_crowd(c->n, 0x2000, c->step, c->size);
		/* RAM that comes last changes nothing. */
		e820_add(map, 0x100000, 4 * GB - 0x100000, E820_RAM);
		check_crowd(c->n, 0x2000, c->step, c->size);
	}
}

/* The reservations are there before the RAM under them. */
KTEST_BOOT(e820, ram_under_too_many_reservations)
{
	const unsigned int n = E820_MAX - 10;

	e820_clear(map);
	add_crowd(n, 0x2000, 4 * PG, PG);
	kt_false(map->squeezed);
	e820_add(map, 0x100000, 4 * GB - 0x100000, E820_RAM);
	check_crowd(n, 0x2000, 4 * PG, PG);
	kt_true(ram_pages() > 0x100000 - 0x100 - 4 * n);
}

/* Only holes need room: what touches all of a map that is almost full finds it. */
KTEST_BOOT(e820, regions_that_touch_leave_no_hole)
{
	unsigned int i;

	e820_clear(map);
	for (i = 0; i < E820_MAX - 2; i++)
		kt_eq(e820_add(map, i * PG, PG, 1 + i % 2), E820_OK);
	kt_eq(map->nr, E820_MAX - 2);
	kt_eq(e820_add(map, PG, (E820_MAX - 4) * PG, 3), E820_OK);
	kt_eq(map->nr, 3);
	check_invariants();
	kt_eq(e820_add(map, E820_MAX * PG, PG, E820_RAM), E820_OK);
	kt_false(map->squeezed);
}

/* Behind the last region of an entry that ends with it is no hole either. */
KTEST_BOOT(e820, an_entry_under_all_regions_needs_no_room)
{
	unsigned int i;

	e820_clear(map);
	for (i = 0; i < E820_MAX - 2; i++)
		kt_eq(e820_add(map, i * PG, PG, 2 + i % 2), E820_OK);
	kt_eq(e820_add(map, 0, (E820_MAX - 2) * PG, E820_RAM), E820_OK);
	kt_false(map->squeezed);
	kt_eq(map->nr, E820_MAX - 2);
}

/* A reservation over all needs no room for the RAM and the holes that it covers. */
KTEST_BOOT(e820, what_is_covered_needs_no_room)
{
	e820_clear(map);
	add_islands(0, E820_MAX - 2);
	e820_add(map, 0x100000, 4 * GB, E820_RESERVED);
	kt_false(map->squeezed);
	kt_eq(map->nr, 1);
}

/* Random pages of all types, far more than there is room for, by an oracle of a type a page. */
#define CROWD_PAGES 6000u

static u8 crowd[CROWD_PAGES] __initdata;

KTEST_BOOT(e820, a_squeezed_map_errs_to_not_ram)
{
	const u32 step = 3; /* of pages: each second entry touches the one before */
	struct ram_range ram = { 0 };
	u32 i;

	e820_clear(map);
	memset(crowd, 0, sizeof(crowd));
	for (i = 0; i < CROWD_PAGES; i++) {
		u32 page = kt_random_below(CROWD_PAGES), type = 1 + kt_random_below(step);

		e820_add(map, (0x100 + page) * PG, PG, type);
		crowd[page] = max(crowd[page], (u8)type);
	}
	kt_true(map->squeezed);
	check_invariants();
	while (e820_next_ram(map, &ram))
		for (i = ram.start_pfn - 0x100; i < ram.end_pfn - 0x100; i++)
			if (!kt_eq(crowd[i], E820_RAM))
				return;
	for (i = 0; i < map->nr; i++)
		kt_true(map->region[i].type <= step);
	kt_true(ram_pages() > 0);
}

/* Of two reservations that become one, the stronger type is kept. */
KTEST_BOOT(e820, a_squeezed_map_keeps_the_stronger_type)
{
	unsigned int i;
	u32 type;

	for (type = 2; type <= 3; type++) {
		e820_clear(map);
		for (i = 0; i < E820_MAX; i++)
			e820_add(map, 2 * i * PG, PG, i % 2 ? type : 5 - type);
		kt_true(map->squeezed);
		kt_true(map->region[0].last >= 3 * PG - 1);
		kt_eq(map->region[0].type, 3);
	}
}

/* What an earlier map left behind the last region is no region. */
KTEST_BOOT(e820, nothing_counts_behind_the_last_region)
{
	unsigned int i;

	e820_clear(map);
	for (i = 0; i < E820_MAX - 2; i++)
		kt_eq(e820_add(map, i * PG, PG, 1 + i % 2), E820_OK);
	map->region[map->nr] = (struct e820_region){ 0, ~0ULL, E820_RAM };
	kt_false(e820_all_ram(map, E820_MAX * PG, E820_MAX * PG));
}

static void __init expect_fence(void)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(scratch.fence); i++)
		if (!kt_eq(scratch.fence[i], i))
			break;
}

/* Regions are moved about within the map only. */
KTEST_BOOT(e820, nothing_behind_a_full_map_moves)
{
	const unsigned int n = E820_MAX + 100;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(scratch.fence); i++)
		scratch.fence[i] = i;
	e820_clear(map);
	add_islands(0, n);
	expect_fence();
	for (i = 0; i < n; i++) /* each splits a region, or fills a hole */
		e820_add(map, (0x101 + 4 * i) * PG - 1, 2, E820_RESERVED);
	expect_fence();
	e820_add(map, 0, 4 * GB, E820_RAM);
	expect_fence();
	e820_limit_ram(map, (2 * n - 20) * PG);
	expect_fence();
	e820_limit_ram(map, 6 * PG);
	expect_fence();
}

KTEST_BOOT(e820, convert)
{
	static const struct entry in[] __initconst = {
		{ 0x1000, 0x4000, 1 },
		{ 0x5000, 0x2000, 2 },
		{ 0x9000, 0x1000, 1 },
	};
	static const struct {
		const char *name;
		u64 addr, size;
		u32 from, to;
		struct e820_region want[MAX_ROWS];
	} cases[] __initconst = {
		{ "all of one type",
		  0,
		  0x10000,
		  1,
		  4,
		  { { 0x1000, 0x4fff, 4 }, { 0x5000, 0x6fff, 2 }, { 0x9000, 0x9fff, 4 } } },
		{ "of a type that is not there",
		  0,
		  0x10000,
		  3,
		  1,
		  { { 0x1000, 0x4fff, 1 }, { 0x5000, 0x6fff, 2 }, { 0x9000, 0x9fff, 1 } } },
		{ "into the neighbour's type",
		  0x4000,
		  0x1000,
		  1,
		  2,
		  { { 0x1000, 0x3fff, 1 }, { 0x4000, 0x6fff, 2 }, { 0x9000, 0x9fff, 1 } } },
		{ "a hole in the middle",
		  0x2800,
		  0x800,
		  1,
		  0,
		  { { 0x1000, 0x27ff, 1 },
		    { 0x3000, 0x4fff, 1 },
		    { 0x5000, 0x6fff, 2 },
		    { 0x9000, 0x9fff, 1 } } },
		{ "reserved becomes RAM, once and for all",
		  0x6000,
		  0x3000,
		  0,
		  1,
		  { { 0x1000, 0x4fff, 1 }, { 0x5000, 0x5fff, 2 }, { 0x6000, 0x9fff, 1 } } },
		{ "everything goes", 0, 0x10000, 0, 0, { { 0 } } },
		{ "everything becomes one", 0, TOP, 0, 5, { { 0, TOP - 1, 5 } } },
		{ "the last byte",
		  TOP,
		  1,
		  0,
		  2,
		  { { 0x1000, 0x4fff, 1 },
		    { 0x5000, 0x6fff, 2 },
		    { 0x9000, 0x9fff, 1 },
		    { TOP, TOP, 2 } } },
	};
	const __typeof__(cases[0]) *c;

	for_each_case (c, cases) {
		kt_case(c->name);
		add_all(in, ARRAY_SIZE(in));
		e820_convert(map, c->addr, c->size, c->from, c->to);
		check_map(c->want);
	}
	kt_case("an empty map");
	e820_clear(map);
	e820_convert(map, 0x1000, 0x1000, 1, 2);
	kt_eq(map->nr, 0);
}

KTEST_BOOT(e820, limit_ram)
{
	static const struct entry in[] __initconst = {
		{ 0, 0xa0000, 1 },	   { 0x100000, 0x700000, 1 }, { 0x800000, 0x1000, 3 },
		{ 0x900000, 0x100000, 1 }, { 0 - PG, PG, 1 },
	};
	static const struct {
		const char *name;
		u64 limit;
		struct e820_region want[MAX_ROWS];
	} cases[] __initconst = {
		{ "nothing left", 0, { { 0x800000, 0x800fff, 3 } } },
		{ "one byte left", 1, { { 0, 0, 1 }, { 0x800000, 0x800fff, 3 } } },
		{ "at a start", 0x100000, { { 0, 0x9ffff, 1 }, { 0x800000, 0x800fff, 3 } } },
		{ "behind a start",
		  0x100001,
		  { { 0, 0x9ffff, 1 }, { 0x100000, 0x100000, 1 }, { 0x800000, 0x800fff, 3 } } },
		{ "at an end",
		  0x800000,
		  { { 0, 0x9ffff, 1 }, { 0x100000, 0x7fffff, 1 }, { 0x800000, 0x800fff, 3 } } },
		{ "unaligned",
		  0x987654,
		  { { 0, 0x9ffff, 1 },
		    { 0x100000, 0x7fffff, 1 },
		    { 0x800000, 0x800fff, 3 },
		    { 0x900000, 0x987653, 1 } } },
		{ "last byte only",
		  TOP,
		  { { 0, 0x9ffff, 1 },
		    { 0x100000, 0x7fffff, 1 },
		    { 0x800000, 0x800fff, 3 },
		    { 0x900000, 0x9fffff, 1 },
		    { 0 - PG, TOP - 1, 1 } } },
	};
	const __typeof__(cases[0]) *c;

	for_each_case (c, cases) {
		kt_case(c->name);
		add_all(in, ARRAY_SIZE(in));
		e820_limit_ram(map, c->limit);
		check_map(c->want);
	}
}

KTEST_BOOT(e820, ram_above_4g)
{
	static const struct {
		const char *name;
		struct entry in[2];
		u64 want;
	} cases[] __initconst = {
		{ "none", { { 0, 3 * GB, 1 } }, 0 },
		{ "up to the border", { { 0, 4 * GB, 1 } }, 0 },
		{ "one byte over", { { 0, 4 * GB + 1, 1 } }, 1 },
		{ "from the border", { { 4 * GB, 2 * GB, 1 }, { 0, GB, 1 } }, 2 * GB },
		{ "far above", { { 1ULL << 40, 5, 1 } }, 5 },
		{ "all of it", { { 0, TOP, 1 }, { TOP, 1, 1 } }, 0 - 4 * GB },
		{ "reserved does not count", { { 0xfd00000000ULL, 12 * GB, 2 } }, 0 },
	};
	const __typeof__(cases[0]) *c;

	for_each_case (c, cases) {
		kt_case(c->name);
		add_all(c->in, ARRAY_SIZE(c->in));
		kt_eq(e820_ram_above_4g(map), c->want);
	}
}

KTEST_BOOT(e820, all_ram)
{
	static const struct entry in[] __initconst = {
		{ 0x1000, 0x3000, 1 },
		{ 0x4000, 0x1000, 2 },
		{ 0x6000, 0x1000, 1 },
	};
	static const struct {
		const char *name;
		u64 start, last;
		bool want;
	} cases[] __initconst = {
		{ "exact", 0x1000, 0x3fff, true },
		{ "inside", 0x2000, 0x2000, true },
		{ "a byte before", 0xfff, 0x3fff, false },
		{ "a byte of reserved", 0x1000, 0x4000, false },
		{ "reserved", 0x4000, 0x4fff, false },
		{ "hole", 0x5000, 0x5fff, false },
		{ "across a hole", 0x3000, 0x6fff, false },
		{ "into a hole", 0x6000, 0x7000, false },
		{ "behind everything", 0x8000, 0x8000, false },
	};
	const __typeof__(cases[0]) *c;

	add_all(in, ARRAY_SIZE(in));
	for_each_case (c, cases) {
		kt_case(c->name);
		kt_eq(e820_all_ram(map, c->start, c->last), c->want);
	}
	kt_case("empty map");
	e820_clear(map);
	kt_false(e820_all_ram(map, 0, 0));
}

struct ram_case {
	const char *name;
	struct entry in[4];
	unsigned long want[8]; /* start and end pfns in turn, up to a pair of zeros */
};

static const struct ram_case ram_cases[] __initconst = {
	{ "empty map", { { 0 } }, { 0 } },
	{ "no RAM", { { 0x100000, GB, 2 }, { 0x200000, PG, 0 } }, { 0 } },
	{ "page 0 is left out", { { 0, 0x9f000, 1 } }, { 1, 0x9f } },
	{ "page 0 alone", { { 0, PG, 1 } }, { 0 } },
	{ "the usual PC",
	  { { 0, 0x9fc00, 1 },
	    { 0x9fc00, 0x400, 2 },
	    { 0xf0000, 0x10000, 2 },
	    { 0x100000, 0x7ee0000, 1 } },
	  { 1, 0x9f, 0x100, 0x7fe0 } },
	{ "through the legacy window", { { 0, 0x200000, 1 } }, { 1, 0xa0, 0x100, 0x200 } },
	{ "up to 640K exactly", { { PG, 0xa0000 - PG, 1 } }, { 1, 0xa0 } },
	{ "into the window", { { 0x90000, 0x20000, 1 } }, { 0x90, 0xa0 } },
	{ "inside the window", { { 0xa0000, 0x60000, 1 } }, { 0 } },
	{ "out of the window", { { 0xf0000, 0x20000, 1 } }, { 0x100, 0x110 } },
	{ "from 1 MiB exactly", { { 0x100000, PG, 1 } }, { 0x100, 0x101 } },
	{ "unaligned at both ends", { { 0x100001, 0x3ffe, 1 } }, { 0x101, 0x103 } },
	{ "a byte short at the end", { { 0x100000, 2 * PG - 1, 1 } }, { 0x100, 0x101 } },
	{ "smaller than a page", { { 0x100800, 0x700, 1 } }, { 0 } },
	{ "a page, but across two", { { 0x100800, PG, 1 } }, { 0 } },
	{ "a page made of two entries",
	  { { 0x100000, 0x800, 1 }, { 0x100800, 0x800, 1 } },
	  { 0x100, 0x101 } },
	{ "a reserved byte costs a page",
	  { { 0x100000, 3 * PG, 1 }, { 0x101fff, 1, 2 } },
	  { 0x100, 0x101, 0x102, 0x103 } },
	{ "up to 4 GiB", { { 4 * GB - 2 * PG, 2 * PG, 1 } }, { 0xffffe, 0x100000 } },
	{ "across 4 GiB", { { 4 * GB - PG, 2 * PG, 1 } }, { 0xfffff, 0x100000 } },
	{ "above 4 GiB", { { 4 * GB, GB, 1 }, { 0 - PG, PG, 1 } }, { 0 } },
	{ "flat 4 GiB", { { 0, 4 * GB, 1 } }, { 1, 0xa0, 0x100, 0x100000 } },
	{ "everything", { { 0, TOP, 1 }, { TOP, 1, 1 } }, { 1, 0xa0, 0x100, 0x100000 } },
};

KTEST_BOOT(e820, ram_ranges)
{
	const struct ram_case *c;

	for_each_case (c, ram_cases) {
		struct ram_range range = { 0 };
		const unsigned long *want = c->want;

		kt_case(c->name);
		add_all(c->in, ARRAY_SIZE(c->in));
		for (; want[1]; want += 2) {
			if (!kt_true(e820_next_ram(map, &range)))
				break;
			kt_eq(range.start_pfn, want[0]);
			kt_eq(range.end_pfn, want[1]);
		}
		kt_false(e820_next_ram(map, &range));
		kt_false(e820_next_ram(map, &range));
	}
}

/* A reserved range far above RAM sizes nothing (QEMU's HyperTransport window). */
KTEST_BOOT(e820, reserved_far_above_sizes_nothing)
{
	static const struct entry in[] __initconst = {
		{ 0x100000, 0x1000000, 1 },
		{ 0xfd00000000ULL, 0x300000000ULL, 2 },
	};
	struct ram_range range = { 0 };
	unsigned long end = 0;

	add_all(in, ARRAY_SIZE(in));
	while (e820_next_ram(map, &range))
		end = range.end_pfn;
	kt_eq(end, 0x1100);
	kt_eq(e820_ram_above_4g(map), 0);
}

/* The map of an Intel D875PBZ board, whose RAM ends in the middle of a page. */
KTEST_BOOT(e820, ram_that_ends_in_a_page)
{
	static const struct entry in[] __initconst = {
		{ 0, 0x9fc00, 1 },	     { 0x9fc00, 0x400, 2 },
		{ 0xe0000, 0x20000, 2 },     { 0x100000, 0x1fe41810ULL - 0x100000, 1 },
		{ 0x1fe41810, 0x1be7f0, 2 },
	};
	struct ram_range range = { 0 };

	add_all(in, ARRAY_SIZE(in));
	kt_true(e820_next_ram(map, &range));
	kt_eq(range.end_pfn, 0x9f);
	kt_true(e820_next_ram(map, &range));
	kt_eq(range.start_pfn, 0x100);
	kt_eq(range.end_pfn, 0x1fe41);
	kt_false(e820_next_ram(map, &range));
}

KTEST_BOOT(e820, type_names)
{
	static const struct {
		u32 type;
		const char *want;
	} cases[] = {
		{ 0, "type 0" },
		{ 1, "usable" },
		{ 2, "reserved" },
		{ 3, "ACPI data" },
		{ 4, "ACPI NVS" },
		{ 5, "unusable" },
		{ 7, "persistent (type 7)" },
		{ 12, "type 12" },
		{ 20, "type 20" },
		{ 0x101, "type 257" },
		{ 0xffffffff, "type 4294967295" },
	};
	const __typeof__(cases[0]) *c;
	char buf[16];

	for_each_case (c, cases)
		kt_str_eq(e820_type_name(c->type, buf), c->want);
}

/* The oracle: one cell per unit of address space, -1 where nothing is. */
#define CELLS 96u
#define HOLE  (-1)

static s64 cells[CELLS] __initdata;

static void __init lay_on_cells(u32 first, u32 nr, u32 type)
{
	u32 i;

	for (i = first; i < first + nr && i < CELLS; i++)
		cells[i] = max(cells[i], (s64)type);
}

/* Lay random entries over map and cells; cell 0 is at @base, a cell has @unit bytes. */
static void __init add_random(u64 base, u64 unit, u32 nr)
{
	static const u32 types[] = { 0, 1, 1, 1, 2, 3, 4, 20 };
	u32 i;

	e820_clear(map);
	for (i = 0; i < CELLS; i++)
		cells[i] = HOLE;
	for (i = 0; i < nr; i++) {
		u32 first = kt_random_below(CELLS);
		u32 len = min(kt_random_below(CELLS / 2), CELLS - first);
		u32 type = types[kt_random_below(ARRAY_SIZE(types))];
		enum e820_verdict verdict = e820_add(map, base + first * unit, len * unit, type);

		if (verdict == E820_OK || verdict == E820_CLAMPED)
			lay_on_cells(first, len, type);
	}
}

static s64 __init type_at(u64 addr)
{
	unsigned int i;

	for (i = 0; i < map->nr; i++) {
		if (map->region[i].start <= addr && addr <= map->region[i].last)
			return map->region[i].type;
	}
	return HOLE;
}

static void __init check_cells(u64 base, u64 unit)
{
	u32 i;

	if (!check_invariants())
		return;
	for (i = 0; i < CELLS; i++) {
		if (!kt_eq(type_at(base + i * unit), cells[i]) ||
		    !kt_eq(type_at(base + (i + 1) * unit - 1), cells[i]))
			return;
	}
}

KTEST_BOOT(e820, random_lists_by_the_byte)
{
	int round;

	for (round = 0; round < 150; round++) {
		add_random(0x12345, 1, kt_random_below(14));
		check_cells(0x12345, 1);
	}
}

/* The same with 2^64 in the middle: entries wrap, and cells behind the end stay empty. */
KTEST_BOOT(e820, random_lists_at_the_end_of_the_address_space)
{
	const u64 base = 0 - (u64)(CELLS / 2);
	int round;
	u32 i;

	for (round = 0; round < 150; round++) {
		add_random(base, 1, kt_random_below(14));
		for (i = 0; i < CELLS / 2; i++)
			kt_eq(type_at(base + i), cells[i]);
		check_invariants();
	}
}

#define QUARTER	   1024ULL /* of a page */
#define CELL_PAGES (CELLS / 4)

/* Is page @i of the cells RAM for us, by the letter of the rule? */
static bool __init page_is_ram(u64 pfn, u32 i)
{
	u32 quarter;

	for (quarter = 0; quarter < 4; quarter++) {
		if (cells[4 * i + quarter] != E820_RAM)
			return false;
	}
	return pfn != 0 && !(pfn >= 0xa0 && pfn < 0x100) && pfn < 0x100000;
}

static void __init check_ranges(u64 base)
{
	u64 base_pfn = base / PG, pfn, covered = 0;
	struct ram_range range = { 0 };
	unsigned long previous_end = 0;
	u32 i, expected = 0;

	for (i = 0; i < CELL_PAGES; i++)
		expected += page_is_ram(base_pfn + i, i);
	while (e820_next_ram(map, &range)) {
		kt_true(range.start_pfn < range.end_pfn);
		kt_true(!previous_end || range.start_pfn > previous_end);
		previous_end = range.end_pfn;
		covered += range.end_pfn - range.start_pfn;
		for (pfn = range.start_pfn; pfn < range.end_pfn; pfn++) {
			if (pfn < base_pfn || pfn >= base_pfn + CELL_PAGES ||
			    !page_is_ram(pfn, (u32)(pfn - base_pfn))) {
				kt_fail("pfn 0x%llx is not RAM", pfn);
				return;
			}
		}
	}
	kt_eq(covered, expected);
}

KTEST_BOOT(e820, random_lists_by_the_page)
{
	static const u64 bases[] = { 0, 0x94000, 0xf8000, 4 * GB - 12 * PG };
	const u64 *base;
	int round;

	for (round = 0; round < 60; round++) {
		for_each_case (base, bases) {
			/* Few entries: many of them leave no whole page of RAM. */
			add_random(*base, QUARTER, 1 + kt_random_below(6));
			check_cells(*base, QUARTER);
			check_ranges(*base);
		}
	}
}

KTEST_BOOT(e820, random_limits)
{
	const u64 base = 0x100000;
	int round;
	u32 i;

	for (round = 0; round < 100; round++) {
		u32 limit = kt_random_below(CELLS + 1);

		add_random(base, 1, kt_random_below(10));
		e820_limit_ram(map, base + limit);
		for (i = limit; i < CELLS; i++) {
			if (cells[i] == E820_RAM)
				cells[i] = HOLE;
		}
		check_cells(base, 1);
	}
}

/* --- the checker ----------------------------------------------------------------------------- */

/* Three regions, the first two without a gap: @damage breaks them, @id and no other. */
static void __init expect_violation(const char *id, const struct e820_region *damage)
{
	static const struct entry sound[] = { { 0, 0x1000, 1 },
					      { 0x1000, 0x1000, 2 },
					      { 0x3000, 1, 1 } };
	struct mm_check check = { 0 };

	add_all(sound, ARRAY_SIZE(sound));
	check_invariants();
	map->region[1] = *damage;
	e820_check(&check, map);
	kt_str_eq(check.first, id);
	kt_eq(check.nr, *id != 0);
}

KTEST_BOOT(e820_check, i1_a_region_ends_before_it_starts)
{
	expect_violation("I1", &(struct e820_region){ 0x1001, 0x1000, 2 });
	expect_violation("", &(struct e820_region){ 0x1001, 0x1001, 2 });
}

KTEST_BOOT(e820_check, i2_regions_overlap_or_are_not_sorted)
{
	expect_violation("I2", &(struct e820_region){ 0xfff, 0x1fff, 2 });
	expect_violation("I2", &(struct e820_region){ 0x1000, 0x3000, 2 });
	expect_violation("", &(struct e820_region){ 0x1000, 0x2fff, 2 });
}

KTEST_BOOT(e820_check, i3_a_region_goes_on_in_the_next_one)
{
	expect_violation("I3", &(struct e820_region){ 0x1000, 0x1fff, 1 });
	expect_violation("I3", &(struct e820_region){ 0x1001, 0x2fff, 1 });
	expect_violation("", &(struct e820_region){ 0x1001, 0x2ffe, 1 });
}

KTEST_BOOT(e820_check, i4_more_regions_than_there_is_room_for)
{
	struct mm_check check = { 0 };

	e820_clear(map);
	map->nr = E820_MAX + 1;
	e820_check(&check, map);
	kt_str_eq(check.first, "I4");
	kt_eq(check.nr, 1);
}

/* `check` walks the map of the machine. */
KTEST_BOOT(e820_check, the_map_in_force_is_walked)
{
	struct e820_region *first = &e820_map.region[0], good = *first;
	struct mm_check check = { 0 };

	first->start = first->last + 1;
	mm_check(&check);
	*first = good;
	kt_str_eq(check.first, "I1");
	kt_eq(mm_check(&check), 0);
}
