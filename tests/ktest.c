/* SPDX-License-Identifier: 0BSD
 *
 * ktest.c - the test runner: which tests run, in what order, and the report (KTAP version 1).
 *
 * Tests are collected by the linker in two tables: .ktest, and .ref.init.ktest for the BOOT tests,
 * whose entries stay although their functions go with .init. Nobody keeps a list of them.
 *
 * One run (struct ktest_run) = tables, globs, seed and counters. The boot's run is done in two
 * parts, with the freeing of .init between them:
 *   ktest_start()   plan for everything, then the BOOT tests
 *   ktest_finish()  the others, then the totals
 * A run from the monitor comes later and skips the BOOT tests.
 *
 * The order is by suite, then name. The linker sorts each table, by the names of the sections in
 * which its entries lie; so a test's successor is found by halving, and nothing has to be allocated
 * from what is under test.
 *
 * Around each test: see ktest_memory.c. Not done: no random order (a failure must be repeatable by
 * its name alone), no time limit (the one who started QEMU has it).
 */
#include <test/ktest_run.h>

#include <boot/boot.h>
#include <lib/format.h>
#include <lib/param.h>
#include <lib/printk.h>
#include <lib/progress.h>
#include <lib/version.h>
#include <mm/kfence.h>
#include <mm/slab.h>

#include "slab_debug.h"

extern const struct ktest __start_ktest[], __stop_ktest[];
extern const struct ktest __start_ktest_boot[], __stop_ktest_boot[];

#ifndef KTEST_DEFAULT /* make KTEST= */
#define KTEST_DEFAULT "*"
#endif

static const struct ktest_table all_tables[] = {
	{ __start_ktest, __stop_ktest },
	{ __start_ktest_boot, __stop_ktest_boot },
};

static struct ktest_run boot_run = {
	.out = &console_out,
	.tables = all_tables,
	.nr_tables = ARRAY_SIZE(all_tables),
	.globs = KTEST_DEFAULT,
	.seed = 1,
	.repeat = 1,
};
static bool list_only;

static int __init set_ktest(const char *value)
{
	if (!value || !*value)
		return -EINVAL;
	boot_run.globs = value;
	return 0;
}
KERNEL_PARAM(ktest, "ktest", set_ktest);

static int __init set_seed(const char *value)
{
	return value && parse_u32(value, ~0u, &boot_run.seed) ? 0 : -EINVAL;
}
KERNEL_PARAM(ktest_seed, "ktest.seed", set_seed);

static int __init set_repeat(const char *value)
{
	u32 repeat;

	if (!value || !parse_u32(value, ~0u, &repeat) || repeat == 0)
		return -EINVAL;
	boot_run.repeat = repeat;
	return 0;
}
KERNEL_PARAM(ktest_repeat, "ktest.repeat", set_repeat);

static int __init set_list(const char *value)
{
	if (value)
		return -EINVAL;
	list_only = true;
	return 0;
}
KERNEL_PARAM(ktest_list, "ktest.list", set_list);

/* By suite, then name; two tests of one name by where they lie, so that both are visited. */
static int compare(const struct ktest *a, const struct ktest *b)
{
	int order = strcmp(a->suite, b->suite);

	if (!order)
		order = strcmp(a->name, b->name);
	if (!order)
		order = (a > b) - (a < b);
	return order;
}

/* The first test of @table behind @prev (NULL: the first of all); its end if there is none. */
static const struct ktest *first_behind(const struct ktest_table *table, const struct ktest *prev)
{
	const struct ktest *low = table->start, *high = table->stop;

	while (prev && low < high) {
		const struct ktest *middle = low + (high - low) / 2;

		if (compare(middle, prev) > 0)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

const struct ktest *ktest_next(const struct ktest_run *run, const struct ktest *prev)
{
	const struct ktest *test, *next = NULL;
	unsigned int i;

	for (i = 0; i < run->nr_tables; i++) {
		test = first_behind(&run->tables[i], prev);
		if (test < run->tables[i].stop && (!next || compare(test, next) < 0))
			next = test;
	}
	return next;
}

#define for_each_test(test, run) \
	for ((test) = ktest_next(run, NULL); (test); (test) = ktest_next(run, test))

/* Copy the first glob of the list @*globs and move @*globs behind it; false at the end. */
static bool split_glob(const char **globs, char glob[KTEST_NAME_MAX])
{
	const char *end = strchr(*globs, ',');
	size_t len = end ? (size_t)(end - *globs) : strlen(*globs);

	if (!**globs)
		return false;
	strlcpy(glob, *globs, min(len + 1, (size_t)KTEST_NAME_MAX));
	*globs += end ? len + 1 : len;
	return true;
}

/* Does @glob match the suite, or with a dot in it the whole name? */
static bool matches(const struct ktest *test, const char *glob)
{
	char name[KTEST_NAME_MAX];

	if (!strchr(glob, '.'))
		return glob_match(glob, test->suite);
	snprintf(name, sizeof(name), "%s.%s", test->suite, test->name);
	return glob_match(glob, name);
}

static bool is_stop(const struct ktest *test)
{
	return test->class == KTEST_STOP || test->class == KTEST_STOP_BOOT;
}

static bool needs_init_code(const struct ktest *test)
{
	return test->class == KTEST_BOOT || test->class == KTEST_STOP_BOOT;
}

/* A STOP test ends the boot, so only its whole name selects it, never a pattern. */
static bool selects(const struct ktest *test, const char *glob)
{
	if (is_stop(test) && (!strchr(glob, '.') || strchr(glob, '*') || strchr(glob, '?')))
		return false;
	return matches(test, glob);
}

static bool any_glob(const struct ktest *test, const char *globs,
		     bool (*accepts)(const struct ktest *, const char *))
{
	char glob[KTEST_NAME_MAX];

	while (split_glob(&globs, glob))
		if (accepts(test, glob))
			return true;
	return false;
}

bool ktest_selected(const struct ktest *test, const char *globs)
{
	return any_glob(test, globs, selects);
}

static bool glob_is_idle(const struct ktest_run *run, const char *glob)
{
	const struct ktest *test;

	for_each_test(test, run) if (selects(test, glob)) return false;
	return true;
}

bool ktest_idle_glob(const struct ktest_run *run, const char **rest, char glob[KTEST_NAME_MAX])
{
	while (split_glob(rest, glob))
		if (glob_is_idle(run, glob))
			return true;
	return false;
}

const struct ktest *ktest_misplaced(const struct ktest_run *run)
{
	const struct ktest *test;
	unsigned int i;

	for (i = 0; i < run->nr_tables; i++)
		for (test = run->tables[i].start; test + 1 < run->tables[i].stop; test++)
			if (compare(test, test + 1) > 0)
				return test + 1;
	return NULL;
}

const struct ktest *ktest_duplicate(const struct ktest_run *run)
{
	const struct ktest *test, *prev = NULL;

	for_each_test(test, run)
	{
		if (prev && !strcmp(prev->suite, test->suite) && !strcmp(prev->name, test->name))
			return test;
		prev = test;
	}
	return NULL;
}

unsigned int ktest_count(const struct ktest_run *run)
{
	const struct ktest *test;
	unsigned int nr = 0;

	for_each_test(test, run) nr += ktest_selected(test, run->globs);
	return nr;
}

void ktest_print_header(const struct ktest_run *run)
{
	out_printf(run->out, "KTAP version 1\n1..%u\n# seed: %u\n", ktest_count(run), run->seed);
}

/* Run @ctx's test once, with everything that is checked around it. */
static void run_once(struct ktest_context *ctx)
{
	unsigned int interval = kfence_interval, level = printk_level();
	struct ktest_memory before;

	kfence_start(0); /* which object is guarded would depend on the tests before */
	ktest_memory_record(&before);
	ctx->test->run();
	printk_set_level(level);
	kt_case(NULL);
	if (is_stop(ctx->test) && !ctx->skip_reason)
		ktest_fault("expected the kernel to stop with \"%s\", got a return",
			    ctx->expect_stop ? ctx->expect_stop : "(no kt_expect_stop())");
	ktest_memory_compare(&before);
	ktest_memory_check(&ctx->comment.out);
	kfence_start(interval);
}

static void print_result(struct ktest_run *run, const struct ktest *test, const char *verdict,
			 const char *skip_reason)
{
	out_printf(run->out, "%s %u - %s.%s%s%s\n", verdict, ++run->number, test->suite, test->name,
		   skip_reason ? " # SKIP " : "", skip_reason ? skip_reason : "");
}

static void record_result(struct ktest_run *run, const struct ktest_context *ctx)
{
	if (ctx->failures) {
		run->failed++;
		print_result(run, ctx->test, "not ok", NULL);
	} else if (ctx->skip_reason) {
		run->skipped++;
		print_result(run, ctx->test, "ok", ctx->skip_reason);
	} else {
		run->passed++;
		print_result(run, ctx->test, "ok", NULL);
	}
}

static void run_test(struct ktest_run *run, const struct ktest *test)
{
	struct ktest_context ctx;
	u32 i;

	for (i = 0; i < run->repeat; i++) {
		ktest_enter(&ctx, test, run->out, run->seed + i);
		if (needs_init_code(test) && run->boot_over) {
			__kt_skip("boot only");
			run->boot_only++;
		} else {
			run_once(&ctx);
		}
		if (ctx.failures && run->repeat > 1)
			kt_note("failed with ktest.seed=%u", run->seed + i);
		ktest_leave(&ctx);
		if (ctx.failures || ctx.skip_reason)
			break;
	}
	record_result(run, &ctx);
	progress_tick();
}

void ktest_run_classes(struct ktest_run *run, unsigned int classes)
{
	const struct ktest *test;
	char debug[SLAB_DEBUG_OPTION_SIZE];
	bool nomerge = slab_nomerge;

	slab_nomerge = true; /* a test's cache is its own ... */
	memcpy(debug, slab_debug_option, sizeof(debug));
	memcpy(slab_debug_option, "-", 2); /* ... and is laid out as the test expects it */
	for_each_test(test, run) if ((classes & (1u << test->class)) &&
				     ktest_selected(test, run->globs)) run_test(run, test);
	slab_nomerge = nomerge;
	memcpy(slab_debug_option, debug, sizeof(debug));
}

void ktest_print_totals(const struct ktest_run *run)
{
	out_printf(run->out, "# %s: %u passed, %u failed, %u skipped\n", kernel_name, run->passed,
		   run->failed, run->skipped);
}

void ktest_print_list(const struct ktest_run *run)
{
	static const char *const class_names[] = { "short", "long", "boot", "stop", "stop" };
	const struct ktest *test;

	for_each_test(test, run)
	{
		if (!any_glob(test, run->globs, matches))
			continue;
		out_printf(run->out, "%s.%s %s%s%s\n", test->suite, test->name,
			   class_names[test->class], test->options ? " " : "",
			   test->options ? test->options : "");
	}
}

/* Is there anything for the boot's run to do? It says what is wrong with the selection. */
static bool __init boot_run_check(void)
{
	const char *globs = boot_run.globs;
	const struct ktest *misplaced = ktest_misplaced(&boot_run);
	const struct ktest *twice = ktest_duplicate(&boot_run);
	char glob[KTEST_NAME_MAX];

	if (misplaced)
		boot_fail("ktest: %s.%s is not in its place (does the linker script sort?)",
			  misplaced->suite, misplaced->name);
	if (twice)
		boot_fail("ktest: there are two tests %s.%s", twice->suite, twice->name);
	while (ktest_idle_glob(&boot_run, &globs, glob))
		boot_fail("ktest: \"%s\" selects no test", glob);
	return ktest_count(&boot_run) > 0;
}

void __init ktest_start(void)
{
	bool selected = false;

	if (list_only)
		ktest_print_list(&boot_run);
	else if (strcmp(boot_run.globs, "none") != 0)
		selected = boot_run_check();
	if (!selected)
		boot_run.globs = "";
	if (boot_run.seed == 0)
		boot_run.seed = (u32)__builtin_ia32_rdtsc();

	if (selected) {
		ktest_print_header(&boot_run);
		ktest_run_classes(&boot_run, KTEST_BOOT_CLASSES);
	}
	boot_run.boot_over = true;
}

unsigned int ktest_finish(void)
{
	if (!*boot_run.globs)
		return 0;
	ktest_run_classes(&boot_run, KTEST_ALL_CLASSES & ~KTEST_BOOT_CLASSES);
	if (boot_run.failed)
		boot_fail("ktest: %u test%s failed", boot_run.failed, PLURAL(boot_run.failed));
	ktest_print_totals(&boot_run);
	return boot_run.failed;
}

const struct ktest *ktest_after(const struct ktest *prev)
{
	return ktest_next(&boot_run, prev);
}

unsigned int ktest_run_glob(const char *globs)
{
	struct ktest_run run = boot_run;
	char glob[KTEST_NAME_MAX];

	run.globs = globs;
	run.boot_over = true;
	run.number = run.passed = run.failed = run.skipped = run.boot_only = 0;
	while (ktest_idle_glob(&run, &globs, glob)) {
		out_printf(run.out, "\"%s\" selects no test\n", glob);
		run.failed++;
	}
	if (!ktest_count(&run))
		return run.failed;
	ktest_print_header(&run);
	ktest_run_classes(&run, KTEST_ALL_CLASSES);
	if (run.boot_only)
		out_printf(run.out,
			   "# %u boot only: reboot with ktest=%s on the kernel's command line\n",
			   run.boot_only, strcmp(run.globs, "*") ? run.globs : "SUITE");
	ktest_print_totals(&run);
	return run.failed;
}
