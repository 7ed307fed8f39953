/* SPDX-License-Identifier: 0BSD
 *
 * selftest.c - the runner's own tests: an unseen failure would make every other test worthless.
 *
 * Each test here runs inner tests, which are in no table of the linker, and compares what the
 * runner printed and counted. Inner tests leave what they broke in `leftover`; the outer test
 * repairs it, for it is itself watched for leaks.
 */
#include <test/ktest_run.h>

#include <lib/format.h>
#include <lib/panic.h>
#include <lib/printk.h>
#include <mm/highmem.h>
#include <mm/slab.h>
#include <test/capture.h>
#include <test/pages.h>

static char text[2048];
static struct capture captured;

/* What inner tests leave behind or are given. */
static struct {
	struct page *page;
	struct kmem_cache *cache;
	void *obj;
	u32 numbers[8];
	unsigned int nr_numbers;
	bool came_back;
} leftover;

static struct ktest_run run_table(const struct ktest_table *table, const char *globs)
{
	struct ktest_run run = {
		.out = &captured.out,
		.tables = table,
		.nr_tables = 1,
		.globs = globs,
		.seed = 7,
		.repeat = 1,
	};

	capture_init(&captured, text, sizeof(text));
	return run;
}

/* Run the one inner test @body of @class. Return: the run with its counters. */
static struct ktest_run run_inner(void (*body)(void), enum ktest_class class)
{
	const struct ktest test = { "inner", "test", class, body, NULL };
	const struct ktest_table table = { &test, &test + 1 };
	struct ktest_run run = run_table(&table, "inner.test");

	ktest_run_classes(&run, KTEST_ALL_CLASSES);
	run.tables = NULL;
	return run;
}

static void expect_one_failure(void (*body)(void), const char *line)
{
	struct ktest_run run = run_inner(body, KTEST_SHORT);

	kt_eq(run.failed, 1);
	kt_eq(run.passed, 0);
	kt_eq(capture_count(&captured, "not ok 1 - inner.test"), 1);
	if (!kt_eq(capture_count(&captured, line), 1))
		kt_note("wanted \"%s\", got \"%s\"", line, captured.buf);
}

static void passing(void)
{
	kt_eq(2 + 2, 4);
	kt_true(1);
	kt_false(0);
	kt_str_eq("a", "a");
	kt_ptr_eq(&leftover, &leftover);
	kt_assert(true);
}

static void failing_eq(void)
{
	kt_eq(2 + 2, 5);
}

static void failing_true(void)
{
	kt_true(leftover.nr_numbers > 8);
}

static void failing_false(void)
{
	kt_false(leftover.nr_numbers < 9);
}

static void failing_str(void)
{
	kt_str_eq("mem_map", "mem-map");
}

static void failing_ptr(void)
{
	kt_ptr_eq((void *)0x1000, NULL);
}

static void failing_fail(void)
{
	kt_fail("expected %d pages, got %d", 3, 4);
}

/* The one test that must not rely on what it tests: it stops the kernel. */
KTEST(ktest, a_failure_is_counted, SHORT)
{
	struct ktest_run run = run_inner(failing_eq, KTEST_SHORT);

	mm_bug_on(run.failed != 1 || run.passed != 0,
		  "a failing test gave %u failures: no result of this runner can be trusted",
		  run.failed);
}

static void prints_ktap(void)
{
	kt_str_eq("\nok 2 - forged", "");
	kt_note("two\nlines");
}

KTEST(ktest, a_value_cannot_forge_a_result, SHORT)
{
	expect_one_failure(prints_ktap, "# ok 2 - forged\"");
	kt_eq(capture_count(&captured, "# two"), 1);
	kt_eq(capture_count(&captured, "# lines"), 1);
	kt_eq(capture_count(&captured, "ok 2*"), 0);
}

KTEST(ktest, passing_checks_print_nothing, SHORT)
{
	struct ktest_run run = run_inner(passing, KTEST_SHORT);

	kt_eq(run.passed, 1);
	kt_eq(run.failed, 0);
	kt_str_eq(captured.buf, "ok 1 - inner.test\n");
}

static const struct check_case {
	const char *name;
	void (*body)(void);
	const char *line;
} check_cases[] = {
	{ "kt_eq", failing_eq, "# *selftest.c:*: expected 2 + 2 == 5 (0x5), got 4 (0x4)" },
	{ "kt_true", failing_true, "# *selftest.c:*: expected leftover.nr_numbers > 8, got false" },
	{ "kt_false", failing_false, "# *: expected !(leftover.nr_numbers < 9), got false" },
	{ "kt_str_eq", failing_str, "# *: expected \"mem_map\" == \"mem-map\", got \"mem_map\"" },
	{ "kt_ptr_eq", failing_ptr, "# *: expected (void ?)0x1000 == 0 (0x0), got 4096 (0x1000)" },
	{ "kt_fail", failing_fail, "# *selftest.c:*: expected 3 pages, got 4" },
};

KTEST(ktest, each_failing_check_fails_the_test, SHORT)
{
	const struct check_case *c;

	for_each_case (c, check_cases) {
		kt_case(c->name);
		expect_one_failure(c->body, c->line);
	}
}

static void goes_on(void)
{
	kt_true(false);
	leftover.came_back = true;
}

static void asserts(void)
{
	kt_assert(false);
	leftover.came_back = true;
}

KTEST(ktest, only_kt_assert_leaves_the_test, SHORT)
{
	leftover.came_back = false;
	expect_one_failure(goes_on, "# *: expected false, got false");
	kt_true(leftover.came_back);

	leftover.came_back = false;
	expect_one_failure(asserts, "# *: expected false, got false");
	kt_false(leftover.came_back);
}

static void fails_often(void)
{
	int i;

	for (i = 0; i < 3 * KTEST_MAX_FAILURES; i++)
		kt_eq(i, -1);
}

KTEST(ktest, failures_beyond_the_limit_are_only_counted, SHORT)
{
	expect_one_failure(fails_often, "# more failures: counted, not printed");
	kt_eq(capture_count(&captured, "*expected i == -1*"), KTEST_MAX_FAILURES);
}

static void fails_in_a_case(void)
{
	kt_case("the second row");
	kt_true(false);
	kt_case(NULL);
	kt_true(leftover.nr_numbers > 8);
}

KTEST(ktest, a_failure_carries_its_case, SHORT)
{
	expect_one_failure(fails_in_a_case,
			   "# *:*: case the second row: expected false, got false");
	kt_eq(capture_count(&captured, "# *selftest.c:*: expected leftover*"), 1);
}

static void skips(void)
{
	leftover.came_back = false;
	kt_skip("no such device");
	leftover.came_back = true;
}

KTEST(ktest, a_skipped_test_is_ok_with_its_reason, SHORT)
{
	struct ktest_run run = run_inner(skips, KTEST_SHORT);

	kt_eq(run.skipped, 1);
	kt_eq(run.passed + run.failed, 0);
	kt_false(leftover.came_back);
	kt_str_eq(captured.buf, "ok 1 - inner.test # SKIP no such device\n");
}

static void returns(void)
{
	kt_expect_stop("some text");
}

static void expect_stop_failure(enum ktest_class class)
{
	struct ktest_run run = run_inner(returns, class);

	kt_eq(run.failed, 1);
	kt_str_eq(captured.buf, "# expect-stop: some text\n"
				"# expected the kernel to stop with \"some text\", got a return\n"
				"not ok 1 - inner.test\n");
}

KTEST(ktest, a_stop_test_that_returns_fails, SHORT)
{
	expect_stop_failure(KTEST_STOP);
	expect_stop_failure(KTEST_STOP_BOOT);
}

/* ---- Leaks and broken invariants */

static void leaks_a_page(void)
{
	leftover.page = alloc_page(GFP_KERNEL);
	kt_assert(leftover.page);
}

KTEST(ktest, a_leaked_page_fails_the_test, SHORT)
{
	char line[96];

	expect_one_failure(leaks_a_page, "# leak: zone *: expected * free pages, got *");
	kt_assert(leftover.page);
	snprintf(line, sizeof(line), "# leak: zone %s: expected *, got %lu",
		 page_zone(leftover.page)->name, page_zone(leftover.page)->nr_free_pages);
	kt_eq(capture_count(&captured, line), 1);
	__free_page(leftover.page);
}

static void frees_a_page(void)
{
	__free_page(leftover.page);
}

KTEST(ktest, a_page_too_many_fails_the_test, SHORT)
{
	leftover.page = alloc_page(GFP_KERNEL);
	kt_assert(leftover.page);
	expect_one_failure(frees_a_page, "# leak: zone *: expected * free pages, got *");
}

/* A page of lowmem that says it is of HighMem, so that it needs a slot. */
static struct page *mapped_page;

static void leaks_a_mapping(void)
{
	mapped_page->flags ^= (unsigned long)(page_zonenum(mapped_page) ^ ZONE_HIGHMEM)
			      << PG_ZONE_SHIFT;
	kmap_atomic(mapped_page);
}

KTEST(ktest, a_leaked_mapping_fails_the_test, SHORT)
{
	unsigned long irq_flags = local_irq_save(), flags;

	mapped_page = alloc_page(GFP_KERNEL);
	kt_assert(mapped_page);
	flags = mapped_page->flags;
	expect_one_failure(leaks_a_mapping,
			   "# leak: expected 0 users of kmap() and kmap_atomic(), got 1");
	kunmap_atomic((void *)KMAP_SLOT_VA);
	mapped_page->flags = flags;
	__free_page(mapped_page);
	local_irq_restore(irq_flags);
}

static void leaks_an_object(void)
{
	leftover.obj = kmem_cache_alloc(leftover.cache, GFP_KERNEL);
	kt_assert(leftover.obj);
}

KTEST(ktest, a_leaked_object_fails_the_test, SHORT)
{
	leftover.cache = kmem_cache_create("ktest-inner", 40, 0, 0, NULL);
	kt_assert(leftover.cache);
	expect_one_failure(leaks_an_object,
			   "# leak: cache ktest-inner: expected 0 active objects, got 1");
	if (leftover.obj)
		kmem_cache_free(leftover.cache, leftover.obj);
	kt_eq(kmem_cache_destroy(leftover.cache), 0);
}

static void leaks_a_cache(void)
{
	leftover.cache = kmem_cache_create("ktest-inner", 40, 0, 0, NULL);
	kt_assert(leftover.cache);
}

KTEST(ktest, a_cache_left_behind_fails_the_test, SHORT)
{
	expect_one_failure(leaks_a_cache, "# leak: cache ktest-inner: the test left it behind,*");
	kt_assert(leftover.cache);
	kt_eq(kmem_cache_destroy(leftover.cache), 0);
}

static void destroys_a_cache(void)
{
	kt_eq(kmem_cache_destroy(leftover.cache), 0);
}

KTEST(ktest, a_cache_too_few_fails_the_test, SHORT)
{
	leftover.cache = kmem_cache_create("ktest-inner", 40, 0, 0, NULL);
	kt_assert(leftover.cache);
	expect_one_failure(destroys_a_cache, "# 1 caches that were there before the test are gone");
}

/* A kernel may have any number of caches, more than are compared one by one. */
KTEST(ktest, a_leak_behind_many_caches_fails_the_test, SHORT)
{
	static struct kmem_cache *many[KTEST_MAX_CACHES];
	static char name[KTEST_MAX_CACHES][16];
	unsigned int i, nr;

	for (nr = 0; nr < KTEST_MAX_CACHES; nr++) {
		snprintf(name[nr], sizeof(name[nr]), "ktest-%u", nr);
		many[nr] = kmem_cache_create(name[nr], 40, 0, 0, NULL);
		if (!many[nr])
			break;
		leftover.cache = many[nr];
	}
	if (nr == KTEST_MAX_CACHES) {
		expect_one_failure(leaks_an_object, "# leak: the caches after the first *");
		kmem_cache_free(leftover.cache, leftover.obj);
	}
	for (i = 0; i < nr; i++)
		kt_eq(kmem_cache_destroy(many[i]), 0);
	memset(many, 0, sizeof(many)); /* or the search for leaks takes them for pointers */
	if (nr < KTEST_MAX_CACHES)
		kt_skip("no memory for many caches");
}

static void breaks_a_zone(void)
{
	first_zone()->nr_free_pages++;
}

KTEST(ktest, a_broken_invariant_fails_the_test, SHORT)
{
	expect_one_failure(breaks_a_zone, "# mm_check: expected 0 violations, got *, * first");
	first_zone()->nr_free_pages--;
}

static void keeps_an_empty_slab(void)
{
	void *obj = kmem_cache_alloc(leftover.cache, GFP_KERNEL);

	kt_assert(obj);
	kmem_cache_free(leftover.cache, obj);
}

KTEST(ktest, an_empty_slab_is_no_leak, SHORT)
{
	struct ktest_run run;

	leftover.cache = kmem_cache_create("ktest-inner", 40, 0, 0, NULL);
	kt_assert(leftover.cache);
	run = run_inner(keeps_an_empty_slab, KTEST_SHORT);
	kt_eq(run.passed, 1);
	kt_eq(kmem_cache_destroy(leftover.cache), 0);
}

static void mutes_the_log(void)
{
	printk_set_level(0);
}

KTEST(ktest, a_muted_log_is_heard_again, SHORT)
{
	unsigned int level = printk_level();

	run_inner(mutes_the_log, KTEST_SHORT);
	kt_eq(printk_level(), level);
}

/* ---- Selection and order */

static const struct ktest tree[] = {
	{ "ant", "queen", KTEST_STOP, returns, "sting=1" },
	{ "ant", "worker", KTEST_BOOT, passing, NULL },
	{ "antelope", "a", KTEST_SHORT, passing, NULL },
	{ "zebra", "a", KTEST_LONG, failing_eq, NULL },
	{ "zebra", "b", KTEST_SHORT, passing, NULL },
};
static const struct ktest_table tree_table = { tree, tree + ARRAY_SIZE(tree) };

static const struct selection_case {
	const char *globs;
	const char *selected; /* first letters of the names, in the order of tree[] */
} selection_cases[] = {
	{ "*", "-waab" },	    { "zebra", "---ab" },
	{ "zebra.a", "---a-" },	    { "ant", "-w---" },
	{ "ant*", "-wa--" },	    { "*.a", "--aa-" },
	{ "ant.queen", "q----" },   { "ant.quee?", "-----" },
	{ "ant.*", "-w---" },	    { "a??.*", "-w---" },
	{ "zebra.b,ant", "-w--b" }, { "antelope,zebra.b", "--a-b" },
	{ "ebra", "-----" },	    { "", "-----" },
	{ "zebra.", "-----" },
};

KTEST(ktest, globs_select, SHORT)
{
	const struct selection_case *c;
	unsigned int i;

	for_each_case (c, selection_cases) {
		kt_case(c->globs);
		for (i = 0; i < ARRAY_SIZE(tree); i++)
			kt_eq(ktest_selected(&tree[i], c->globs), c->selected[i] != '-');
	}
}

/* Of two tables, as the linker makes them: each in order. */
KTEST(ktest, the_order_is_by_suite_then_name, SHORT)
{
	const struct ktest first[] = { tree[1], tree[3] };
	const struct ktest second[] = { tree[0], tree[2], tree[4] };
	const struct ktest *const order[] = { &second[0], &first[0], &second[1], &first[1],
					      &second[2] };
	const struct ktest_table tables[] = { { first, first + 2 }, { second, second + 3 } };
	struct ktest_run run = run_table(tables, "*");
	const struct ktest *test = NULL;
	unsigned int i;

	run.nr_tables = ARRAY_SIZE(tables);
	for (i = 0; i < ARRAY_SIZE(order); i++) {
		test = ktest_next(&run, test);
		kt_ptr_eq(test, order[i]);
	}
	kt_ptr_eq(ktest_next(&run, test), NULL);
}

KTEST(ktest, a_table_that_is_not_in_order_is_seen, SHORT)
{
	static const struct ktest tests[] = {
		{ "ant", "b", KTEST_SHORT, passing, NULL },
		{ "antelope", "a", KTEST_SHORT, passing, NULL },
		{ "ant", "c", KTEST_SHORT, passing, NULL },
	};
	const struct ktest_table table = { tests, tests + ARRAY_SIZE(tests) };
	struct ktest_run run = run_table(&table, "*");

	kt_ptr_eq(ktest_misplaced(&run), &tests[2]);
	run.tables = &tree_table;
	kt_ptr_eq(ktest_misplaced(&run), NULL);
}

KTEST(ktest, a_whole_run_reads_as_ktap, SHORT)
{
	struct ktest_run run = run_table(&tree_table, "ant,zebra");

	ktest_print_header(&run);
	ktest_run_classes(&run, KTEST_CLASS(BOOT));
	run.boot_over = true;
	ktest_run_classes(&run, KTEST_ALL_CLASSES & ~KTEST_CLASS(BOOT));
	ktest_print_totals(&run);

	kt_eq(capture_count(&captured, "# *selftest.c:*"), 1);
	kt_true(glob_match("KTAP version 1\n1..3\n# seed: 7\nok 1 - ant.worker\n"
			   "# *\nnot ok 2 - zebra.a\nok 3 - zebra.b\n"
			   "# *: 2 passed, 1 failed, 0 skipped\n",
			   captured.buf));
}

KTEST(ktest, boot_tests_are_skipped_after_the_boot, SHORT)
{
	struct ktest_run run = run_table(&tree_table, "ant.worker");

	run.boot_over = true;
	ktest_run_classes(&run, KTEST_ALL_CLASSES);
	kt_eq(run.skipped, 1);
	kt_str_eq(captured.buf, "ok 1 - ant.worker # SKIP boot only\n");
}

KTEST(ktest, the_list_names_each_class_and_options, SHORT)
{
	struct ktest_run run = run_table(&tree_table, "*");

	ktest_print_list(&run);
	kt_str_eq(captured.buf, "ant.queen stop sting=1\nant.worker boot\nantelope.a short\n"
				"zebra.a long\nzebra.b short\n");
}

KTEST(ktest, idle_globs_are_found_one_by_one, SHORT)
{
	struct ktest_run run = run_table(&tree_table, "*");
	const char *globs = "ant,tnt,zebra.*,*.queen";
	char glob[KTEST_NAME_MAX];

	kt_true(ktest_idle_glob(&run, &globs, glob));
	kt_str_eq(glob, "tnt");
	kt_true(ktest_idle_glob(&run, &globs, glob));
	kt_str_eq(glob, "*.queen");
	kt_false(ktest_idle_glob(&run, &globs, glob));
}

KTEST(ktest, duplicates_are_found, SHORT)
{
	static const struct ktest twins[] = {
		{ "ant", "a", KTEST_SHORT, passing, NULL },
		{ "ant", "a", KTEST_SHORT, failing_eq, NULL },
		{ "bee", "a", KTEST_SHORT, passing, NULL },
	};
	const struct ktest_table table = { twins, twins + ARRAY_SIZE(twins) };
	struct ktest_run run = run_table(&table, "*");

	kt_ptr_eq(ktest_duplicate(&run), &twins[1]);
	kt_eq(ktest_count(&run), 3);
	run.tables = &tree_table;
	kt_ptr_eq(ktest_duplicate(&run), NULL);
}

/* ---- Seeds */

static void draws(void)
{
	leftover.numbers[leftover.nr_numbers++ % ARRAY_SIZE(leftover.numbers)] = kt_random();
}

static u32 drawn_with(const char *name, u32 seed)
{
	const struct ktest test = { "inner", name, KTEST_SHORT, draws, NULL };
	const struct ktest_table table = { &test, &test + 1 };
	struct ktest_run run = run_table(&table, "*");

	run.seed = seed;
	leftover.nr_numbers = 0;
	ktest_run_classes(&run, KTEST_ALL_CLASSES);
	return leftover.numbers[0];
}

KTEST(ktest, random_numbers_follow_from_seed_and_name, SHORT)
{
	u32 number = drawn_with("a", 1);

	kt_eq(drawn_with("a", 1), number);
	kt_true(drawn_with("a", 2) != number);
	kt_true(drawn_with("b", 1) != number);
}

KTEST(ktest, repeats_run_with_the_seeds_that_follow, SHORT)
{
	const struct ktest test = { "inner", "a", KTEST_SHORT, draws, NULL };
	const struct ktest_table table = { &test, &test + 1 };
	struct ktest_run run = run_table(&table, "*");

	run.seed = 1;
	run.repeat = 3;
	leftover.nr_numbers = 0;
	ktest_run_classes(&run, KTEST_ALL_CLASSES);
	kt_eq(leftover.nr_numbers, 3);
	kt_eq(run.number, 1);
	kt_eq(leftover.numbers[2], drawn_with("a", 3));
}

static void fails_the_second_time(void)
{
	kt_eq(++leftover.nr_numbers, 1);
}

KTEST(ktest, a_failing_repeat_names_its_seed, SHORT)
{
	const struct ktest test = { "inner", "a", KTEST_SHORT, fails_the_second_time, NULL };
	const struct ktest_table table = { &test, &test + 1 };
	struct ktest_run run = run_table(&table, "*");

	run.repeat = 5;
	leftover.nr_numbers = 0;
	ktest_run_classes(&run, KTEST_ALL_CLASSES);
	kt_eq(leftover.nr_numbers, 2);
	kt_eq(run.failed, 1);
	kt_eq(capture_count(&captured, "# failed with ktest.seed=8"), 1);
}

/* ---- The real boot */

extern const char __init_text_begin[], __init_text_end[];

static void __init in_init(void)
{
	leftover.came_back = true;
}

KTEST_BOOT(ktest, boot_tests_reach_init_code)
{
	uintptr here = (uintptr)in_init;

	kt_true(here >= (uintptr)__init_text_begin && here < (uintptr)__init_text_end);
	leftover.came_back = false;
	in_init();
	kt_true(leftover.came_back);
}

KTEST(ktest, a_stop_is_seen, STOP)
{
	kt_expect_stop("the runner's own stop, with 42");
	panic("the runner's own stop, with %d", 42);
}
