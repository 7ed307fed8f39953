/* SPDX-License-Identifier: 0BSD
 *
 * ktest_run.h - the inside of the test runner: for the runner, its own tests, and nobody else.
 */
#ifndef TEST_KTEST_RUN_H
#define TEST_KTEST_RUN_H

#include <lib/out.h>
#include <lib/random.h>
#include <mm/mmzone.h>
#include <test/ktest.h>

#define KTEST_NAME_MAX	   96 /* "suite.test" with its terminator */
#define KTEST_MAX_FAILURES 10 /* failures of one test that are printed; the others are counted */

/* A sink that begins each line with "# " and passes it on: what others report inside a test. */
struct ktest_comment_out {
	struct out out;
	struct out *to;
	bool in_line;
};
void ktest_comment_init(struct ktest_comment_out *comment, struct out *to);

/* What is known of the test that runs now. Contexts nest, because a test of the runner runs another
 * test inside itself. */
struct ktest_context {
	const struct ktest *test;
	struct ktest_comment_out comment; /* where its comments go */
	struct ktest_context *outer;
	struct random random;
	const char *case_name;	 /* kt_case(), or NULL */
	const char *skip_reason; /* kt_skip(), or NULL */
	const char *expect_stop; /* kt_expect_stop(), or NULL */
	unsigned int failures;
};

/* Make @ctx the current context, for @test printing to @out, and end that. */
void ktest_enter(struct ktest_context *ctx, const struct ktest *test, struct out *out, u32 seed);
void ktest_leave(struct ktest_context *ctx);

/* Fail the current test with a comment line that belongs to no source line. */
void ktest_fault(const char *fmt, ...) __printf(1, 2);

/* Free pages and live objects before a test, and the comparison after it: each difference is a
 * ktest_fault(). Both shrink every cache first. */
#define KTEST_MAX_CACHES 192 /* that are compared one by one */

struct kmem_cache;

struct ktest_caches {
	unsigned int nr;
	unsigned long active;
};

struct ktest_memory {
	unsigned long free_pages[MAX_ZONES]; /* by zone_number() */
	unsigned long kmap_users;
	unsigned int nr_caches;
	struct {
		struct kmem_cache *cache;
		unsigned long active;
	} caches[KTEST_MAX_CACHES];
	struct ktest_caches others; /* those behind them, as a sum */
};

void ktest_memory_record(struct ktest_memory *before);
void ktest_memory_compare(const struct ktest_memory *before);

/* Run mm_check(), which prints to @out; a violation is a ktest_fault(). */
void ktest_memory_check(struct out *out);

/* Tests as the linker collects them, by suite, then name. */
struct ktest_table {
	const struct ktest *start, *stop;
};

struct ktest_run {
	struct out *out;
	const struct ktest_table *tables;
	unsigned int nr_tables;
	const char *globs; /* as in `ktest=` */
	u32 seed;
	u32 repeat;	     /* runs of each test, with the seeds that follow; at least 1 */
	bool boot_over;	     /* .init is gone: BOOT tests are skipped */
	unsigned int number; /* results printed */
	unsigned int passed, failed, skipped;
	unsigned int boot_only; /* of the skipped, those that ran in the boot or never */
};

/* Is @test selected by the glob list @globs? */
bool ktest_selected(const struct ktest *test, const char *globs);

/* The test of @run after @prev by suite, then name (NULL: the first of all); NULL: no more. */
const struct ktest *ktest_next(const struct ktest_run *run, const struct ktest *prev);

/* The next glob of the list @*rest that selects no test of @run; false if there is none. */
bool ktest_idle_glob(const struct ktest_run *run, const char **rest, char glob[KTEST_NAME_MAX]);

/* A test that stands in a table before one that it should follow, so that others may not be found.
 * Return: NULL, if each table is in order. */
const struct ktest *ktest_misplaced(const struct ktest_run *run);

/* Two tests of one name. Return: the second one, or NULL. */
const struct ktest *ktest_duplicate(const struct ktest_run *run);

/* Print version, plan and seed; run the selected tests whose class is in the mask @classes and
 * print a line for each; print the totals. */
#define KTEST_CLASS(class) (1u << KTEST_##class)
#define KTEST_BOOT_CLASSES (KTEST_CLASS(BOOT) | KTEST_CLASS(STOP_BOOT))
#define KTEST_ALL_CLASSES \
	(KTEST_CLASS(SHORT) | KTEST_CLASS(LONG) | KTEST_CLASS(STOP) | KTEST_BOOT_CLASSES)

unsigned int ktest_count(const struct ktest_run *run);
void ktest_print_header(const struct ktest_run *run);
void ktest_run_classes(struct ktest_run *run, unsigned int classes);
void ktest_print_totals(const struct ktest_run *run);

/* `suite.test class` for every test that a glob matches, STOP tests included. */
void ktest_print_list(const struct ktest_run *run);

/* Run what @globs select, as the monitor's `test`: a glob that selects nothing counts as a failure.
 * Return: number of failures. */
unsigned int ktest_run_glob(const char *globs);

/* The test after @prev by suite, then name, of all there are; NULL: the first one. */
const struct ktest *ktest_after(const struct ktest *prev);

#endif
