/* SPDX-License-Identifier: 0BSD
 *
 * selftest.c - the benchmarks' own tests: what is selected, what a row says, where memory is left,
 * and what a machine in use is like.
 */
#include "bench.h"

#include <asm/pgtable.h>
#include <boot/monitor/monitor.h>
#include <lib/format.h>
#include <test/capture.h>
#include <test/ktest.h>
#include <test/pages.h>

#include "../mm/page_stock.h"
#include "kmalloc.h"
#include "page_debug.h"

static char text[512];
static struct capture captured;

static void start_run(struct bench_run *run, const char *globs)
{
	capture_init(&captured, text, sizeof(text));
	bench_run_init(run, &captured.out, globs);
	run->prefix = "BENCH";
}

static const struct select_case {
	const char *name, *globs;
	bool selected; /* page-pair.order0 */
} select_cases[] = {
	{ "all", "*", true },
	{ "group", "page-pair", true },
	{ "other group", "page-batch", false },
	{ "glob without a dot is for the group", "order0", false },
	{ "group glob", "page-*", true },
	{ "row", "page-pair.order0", true },
	{ "other row", "page-pair.order1", false },
	{ "row glob", "page-pair.order?", true },
	{ "row of any group", "*.order0", true },
	{ "not a prefix", "page-pair.order", false },
	{ "second of a list", "mix,page-pair", true },
	{ "none of a list", "mix,CAL", false },
	{ "nothing", "", false },
};

KTEST(bench, globs_select_rows, SHORT)
{
	const struct select_case *row;
	struct bench_run run;

	for_each_case (row, select_cases) {
		kt_case(row->name);
		start_run(&run, row->globs);
		kt_eq(bench_selected(&run, "page-pair", "order0"), row->selected);
	}
}

KTEST(bench, a_glob_without_rows_is_known, SHORT)
{
	const char *rest = "mix,CAL,page-pair.order0,nothing";
	char glob[BENCH_GLOB_MAX];
	struct bench_run run;
	unsigned int nr = 0;

	start_run(&run, rest);
	bench_selected(&run, "page-pair", "order0");
	bench_selected(&run, "CAL", "empty-loop");
	kt_assert(bench_idle_glob(&run, &rest, &nr, glob));
	kt_str_eq(glob, "mix");
	kt_assert(bench_idle_glob(&run, &rest, &nr, glob));
	kt_str_eq(glob, "nothing");
	kt_false(bench_idle_glob(&run, &rest, &nr, glob));
}

static const struct row_case {
	const char *name;
	u64 ticks[BENCH_ROUNDS];
	u64 ops;
	const char *line;
} row_cases[] = {
	{ "the first round is not in mean, min and max",
	  { 900, 100, 200, 300, 400, 500 },
	  1,
	  "BENCH g r mean 300.00 min 100.00 max 500.00 first 900.00\n" },
	{ "per operation",
	  { 1000, 1000, 1000, 1000, 1000, 2000 },
	  8,
	  "BENCH g r mean 150.00 min 125.00 max 250.00 first 125.00\n" },
	{ "rounded to the nearest",
	  { 2, 1, 1, 1, 1, 1 },
	  3,
	  "BENCH g r mean 0.33 min 0.33 max 0.33 first 0.67\n" },
	{ "half is rounded up, and a zero stands before the last digit",
	  { 1, 1, 1, 1, 1, 1 },
	  200,
	  "BENCH g r mean 0.01 min 0.01 max 0.01 first 0.01\n" },
	{ "64 bits",
	  { 1ull << 40, 1ull << 40, 1ull << 40, 1ull << 40, 1ull << 40, 1ull << 40 },
	  1,
	  "BENCH g r mean 1099511627776.00 min 1099511627776.00 max 1099511627776.00 first "
	  "1099511627776.00\n" },
};

KTEST(bench, a_row_says_what_was_measured, SHORT)
{
	const struct row_case *row;
	struct bench_run run;

	for_each_case (row, row_cases) {
		kt_case(row->name);
		start_run(&run, "*");
		bench_print_row(&run, "g", "r", row->ticks, row->ops);
		kt_str_eq(captured.buf, row->line);
	}
}

/* Rounds of 10, 20, ... 60 ticks for 10 operations; the second phase takes three times as long. */
static unsigned int rounds_run;

static bool counted_round(const struct bench *bench, struct bench_round *result)
{
	rounds_run++;
	result->ticks[0] = rounds_run * bench->arg;
	result->ticks[1] = 3 * result->ticks[0];
	return rounds_run <= BENCH_ROUNDS;
}

static struct bench counted = {
	.group = "g",
	.name = "r",
	.phase = { "-a", "-b" },
	.ops = 10,
	.round = counted_round,
	.arg = 10,
};

KTEST(bench, phases_are_rows_of_their_own, SHORT)
{
	struct bench_run run;

	rounds_run = 0;
	start_run(&run, "g.r-?");
	bench_measure(&run, &counted);
	kt_eq(rounds_run, BENCH_ROUNDS);
	kt_str_eq(captured.buf, "BENCH g r-a mean 4.00 min 2.00 max 6.00 first 1.00\n"
				"BENCH g r-b mean 12.00 min 6.00 max 18.00 first 3.00\n");

	rounds_run = 0;
	start_run(&run, "g.r-b");
	bench_measure(&run, &counted);
	kt_str_eq(captured.buf, "BENCH g r-b mean 12.00 min 6.00 max 18.00 first 3.00\n");

	rounds_run = 0;
	start_run(&run, "other");
	bench_measure(&run, &counted);
	kt_eq(rounds_run, 0);
	kt_str_eq(captured.buf, "");
}

KTEST(bench, a_machine_too_small_is_a_comment, SHORT)
{
	struct bench_run run;

	rounds_run = 1; /* the last round fails */
	start_run(&run, "*");
	bench_measure(&run, &counted);
	kt_eq(capture_count(&captured, "# g r: *"), 1);
	kt_eq(capture_count(&captured, "BENCH*"), 0);
	bench_report(&run, "boot", "r", 0, 1);
	kt_eq(capture_count(&captured, "# boot r: *"), 1);
	kt_eq(capture_count(&captured, "BENCH*"), 0);
}

KTEST(bench, free_orders_are_permutations, SHORT)
{
	static bool seen[BENCH_BATCH_MAX];
	const u16 *order;
	unsigned int i;

	order = bench_free_order(3, BENCH_FIFO);
	kt_true(order[0] == 0 && order[1] == 1 && order[2] == 2);
	order = bench_free_order(3, BENCH_LIFO);
	kt_true(order[0] == 2 && order[1] == 1 && order[2] == 0);

	order = bench_free_order(BENCH_BATCH_MAX, BENCH_RANDOM);
	memset(seen, 0, sizeof(seen));
	for (i = 0; i < BENCH_BATCH_MAX; i++)
		seen[order[i] % BENCH_BATCH_MAX] = true;
	for (i = 0; i < BENCH_BATCH_MAX && seen[i]; i++)
		;
	kt_eq(i, BENCH_BATCH_MAX);
	for (i = 1; i < BENCH_BATCH_MAX && order[i] > order[i - 1]; i++)
		;
	kt_true(i < BENCH_BATCH_MAX);
}

KTEST(bench, zones_settle_to_one_block_of_each_order, SHORT)
{
	const struct zone *zone = &NODE_DATA(0)->node_zones[ZONE_NORMAL];
	unsigned long whole = zone->free_area[MAX_ORDER - 1].nr_free;
	LIST_HEAD(held);
	unsigned int order;

	if (page_debugging)
		kt_skip("the per-CPU lists are not used while pages are debugged");
	if (whole < 4)
		kt_skip("no free 4 MiB blocks in zone Normal");
	list_add(&alloc_page(GFP_KERNEL | __GFP_MOVABLE)->lru, &held); /* so fragments have types */
	bench_settle_zones(&held);
	for (order = 0; order < MAX_ORDER - 1; order++)
		kt_eq(zone->free_area[order].nr_free, 1);
	kt_true(zone->free_area[MAX_ORDER - 1].nr_free + 2 >= whole);
	bench_free_list(&held);
	kt_true(list_empty(&held));
}

static const struct short_case {
	const char *name;
	unsigned int orders; /* bit i: a block of order i is left */
} short_cases[] = {
	{ "nothing is free", 0 },
	{ "a page", 1 },
	{ "a block of 8 pages", 1 << 3 },
	{ "a page and a block of 16", 1 | 1 << 4 },
};

/* Each row is measured or is a comment, and what one took comes back before the next, but for page
 * tables. */
KTEST(bench, short_of_memory_rows_are_comments, SHORT)
{
	const struct short_case *c;
	struct page_stock stock;

	if (free_pages_now() < 256)
		kt_skip("already short of memory");
	page_stock_init(&stock);
	for_each_case (c, short_cases) {
		unsigned long free;

		kt_case(c->name);
		page_stock_leave(&stock, c->orders);
		free = free_pages_now() + kernel_nr_tables(NULL);
		capture_init(&captured, capture_text, sizeof(capture_text));
		kt_eq(monitor_run_to(&captured.out, "bench", false), 0);
		kt_eq(capture_count(&captured, "BENCH* mix *"), 0);
		kt_eq(capture_count(&captured, "# page-batch o0-n1000-fifo: *"), 1);
		kt_eq(capture_count(&captured, "# cache-batch 100-n1000-fifo: *"), 1);
		kt_eq(capture_count(&captured, "BENCH* misc get_zeroed_page+free *"),
		      c->orders != 0);
		kmem_cache_shrink_all();
		kt_eq(free_pages_now() + kernel_nr_tables(NULL), free);
		page_stock_free(&stock);
	}
}

/* ---- A machine in use */

KTEST(bench, a_machine_in_use_has_more_caches, SHORT)
{
	const struct bench_resident *resident;
	struct bench_made made;
	unsigned int named = 0;

	if (free_pages_now() < 4000)
		kt_skip("they would take all that the boot freed, which a later test looks at");
	bench_condition_make(&made, (struct bench_condition){ .caches = 70 });
	kt_eq(made.caches, 70);
	for (resident = made.residents; resident; resident = resident->next)
		named += glob_match("growth-*", kmem_cache_name(resident->cache));
	kt_eq(named, 70);
	bench_condition_end(&made);
}

/* Objects of @made that are of this size of kmalloc(). */
static unsigned long live_of(const struct bench_made *made, size_t size)
{
	unsigned long n = 0;
	void **object;

	for (object = made->live; object; object = *object)
		n += ksize(object) == size;
	return n;
}

KTEST(bench, a_machine_in_use_has_objects_of_each_size, SHORT)
{
	struct bench_made made;
	unsigned int i;

	if (free_pages_now() < KMALLOC_NR_SIZES * 256)
		kt_skip("the largest sizes would have no share");
	bench_condition_make(&made, (struct bench_condition){ .live = 3 });
	kt_eq(made.objects, 3 * KMALLOC_NR_SIZES);
	for (i = 0; i < KMALLOC_NR_SIZES; i++)
		kt_eq(live_of(&made, kmalloc_sizes[i].size), 3);
	bench_condition_end(&made);
}

/* Of 400 objects 100 are free again, in slabs that others use: as many more need no page. */
KTEST(bench, a_machine_in_use_has_room_in_its_slabs, SHORT)
{
	struct bench_made made;
	unsigned long pages;
	unsigned int i;

	if (free_pages_now() < KMALLOC_NR_SIZES * 256)
		kt_skip("the largest sizes would have no share");
	bench_condition_make(&made, (struct bench_condition){ .live = 300 });
	pages = free_pages_now();
	for (i = 0; i < 60; i++)
		bench_batch[i] = kmalloc(1024, GFP_KERNEL);
	kt_eq(free_pages_now(), pages);
	while (i-- > 0)
		kfree(bench_batch[i]);
	bench_condition_end(&made);
}

static unsigned long used_percent(enum zone_type type)
{
	const struct zone *zone = &NODE_DATA(0)->node_zones[type];

	return 100 - zone_free_now(zone) * 100 / zone->managed_pages;
}

/* Free blocks of less than 16 pages. */
static unsigned long small_blocks(const struct zone *zone)
{
	unsigned long blocks = 0;
	unsigned int order;

	for (order = 0; order < 4; order++)
		blocks += zone->free_area[order].nr_free;
	return blocks;
}

/* Not in one piece: small blocks are free between what is used. */
KTEST(bench, a_machine_in_use_has_used_pages_in_each_zone, SHORT)
{
	static const unsigned int percents[] = { 40, 90 };
	const struct zone *zones = NODE_DATA(0)->node_zones;
	struct bench_made made;
	unsigned int i, type;

	for (i = 0; i < ARRAY_SIZE(percents); i++) {
		bench_condition_make(&made, (struct bench_condition){ .used = percents[i] });
		for (type = 0; type < MAX_NR_ZONES; type++) {
			if (zones[type].managed_pages < 1000)
				continue;
			kt_true(used_percent(type) + 1 >= percents[i]);
			kt_true(small_blocks(&zones[type]) > 10);
		}
		bench_condition_end(&made);
	}
}

/* It leaves half of what there is, or no row could be measured. */
KTEST(bench, a_machine_in_use_has_memory_left, SHORT)
{
	static const struct bench_condition wishes[] = { { .caches = 900 }, { .live = 9000 } };
	const struct bench_condition *wish;
	struct bench_made made;
	struct page_stock stock;
	unsigned long before;

	if (free_pages_now() < 1024)
		kt_skip("already short of memory");
	page_stock_init(&stock);
	page_stock_leave(&stock, 1 << 9);
	before = free_pages_now();
	for (wish = wishes; wish < wishes + ARRAY_SIZE(wishes); wish++) {
		bench_condition_make(&made, *wish);
		kt_true(made.caches < 900 && made.objects < 9000 * KMALLOC_NR_SIZES);
		kt_true(free_pages_now() > before / 2 - 32);
		bench_condition_end(&made);
	}
	page_stock_free(&stock);
}

KTEST(bench, what_a_machine_in_use_has_is_a_comment, SHORT)
{
	struct bench_made made = { .caches = 7, .objects = 50, .used = 95 };

	capture_init(&captured, text, sizeof(text));
	bench_condition_show(&made, &captured.out);
	kt_str_eq(captured.buf, "# measured beside 7 caches, 50 objects, and 95% of memory used\n");
	made = (struct bench_made){ 0 };
	capture_reset(&captured);
	bench_condition_show(&made, &captured.out);
	kt_str_eq(captured.buf, "");
}
