/* SPDX-License-Identifier: 0BSD
 *
 * bench.c - which benchmarks run, and the rows that they print.
 *
 * Under QEMU's -icount shift=0,sleep=off a TSC tick is an instruction, exactly and repeatably; the
 * lines then begin with BENCH, otherwise with BENCH-TSC:
 *
 *	BENCH page-pair order0 mean 265.00 min 265.00 max 265.00 first 266.00
 *
 * A round is a number of operations in a row. The first round warms up; mean, min and max are those
 * of the five that follow, per operation, the loop around it included.
 *
 * What a page costs depends on the free blocks around it: with none of its order, larger ones are
 * split for it, and merged again when it is freed. The boot leaves other blocks when the image
 * grows by a page. So every run begins with the same free lists (bench_settle_zones()), and caches
 * are shrunk before every row: it depends neither on the rows before it nor on the boot. Where a
 * part of memory is to be in use (growth.c), the free lists are what that use left.
 */
#include "bench.h"

#include <asm/tsc.h>
#include <boot/boot.h>
#include <boot/monitor/monitor.h>
#include <lib/format.h>
#include <lib/param.h>
#include <lib/printk.h>
#include <lib/string.h>
#include <mm/kfence.h>

extern const bench_group_t __start_bench[], __stop_bench[];

#define NAME_SIZE 32

static const char *boot_globs; /* `bench=`; NULL: not given */

static int __init set_bench(const char *value)
{
	if (!value || !*value)
		return -EINVAL;
	boot_globs = value;
	return 0;
}
KERNEL_PARAM(bench, "bench", set_bench);

void bench_run_init(struct bench_run *run, struct out *out, const char *globs)
{
	*run = (struct bench_run){
		.out = out,
		.globs = globs,
		.prefix = tsc_counts_instructions() ? "BENCH" : "BENCH-TSC",
	};
}

/* Copy the first glob of the list @*globs and move @*globs behind it; false at the end. */
static bool next_glob(const char **globs, char glob[BENCH_GLOB_MAX])
{
	const char *comma = strchr(*globs, ',');
	size_t len = comma ? (size_t)(comma - *globs) : strlen(*globs);

	if (!**globs)
		return false;
	strlcpy(glob, *globs, min(len + 1, (size_t)BENCH_GLOB_MAX));
	*globs += comma ? len + 1 : len;
	return true;
}

static unsigned int glob_bit(unsigned int nr)
{
	return 1u << min(nr, 31u);
}

bool bench_selected(struct bench_run *run, const char *group, const char *name)
{
	const char *rest = run->globs;
	char glob[BENCH_GLOB_MAX], row[2 * NAME_SIZE];
	unsigned int nr, found = 0;

	snprintf(row, sizeof(row), "%s.%s", group, name);
	for (nr = 0; next_glob(&rest, glob); nr++)
		if (glob_match(glob, strchr(glob, '.') ? row : group))
			found |= glob_bit(nr);
	run->used |= found;
	return found;
}

bool bench_idle_glob(const struct bench_run *run, const char **rest, unsigned int *nr,
		     char glob[BENCH_GLOB_MAX])
{
	while (next_glob(rest, glob))
		if (!(run->used & glob_bit((*nr)++)))
			return true;
	return false;
}

/* @ticks per operation as "123.45", rounded. */
static const char *per_op(char buf[24], u64 ticks, u64 ops)
{
	u64 hundredths = (ticks * 100 + ops / 2) / ops;

	snprintf(buf, 24, "%llu.%02llu", hundredths / 100, hundredths % 100);
	return buf;
}

void bench_print_row(struct bench_run *run, const char *group, const char *name,
		     const u64 ticks[BENCH_ROUNDS], u64 ops)
{
	u64 sum = 0, low = ticks[1], high = ticks[1];
	char text[4][24];
	unsigned int i;

	for (i = 1; i < BENCH_ROUNDS; i++) {
		sum += ticks[i];
		low = min(low, ticks[i]);
		high = max(high, ticks[i]);
	}
	out_printf(run->out, "%s %s %s mean %s min %s max %s first %s\n", run->prefix, group, name,
		   per_op(text[0], sum, ops * (BENCH_ROUNDS - 1)), per_op(text[1], low, ops),
		   per_op(text[2], high, ops), per_op(text[3], ticks[0], ops));
}

void bench_report(struct bench_run *run, const char *group, const char *name, u64 ticks, u64 ops)
{
	const u64 same[BENCH_ROUNDS] = { ticks, ticks, ticks, ticks, ticks, ticks };

	if (!bench_selected(run, group, name))
		return;
	if (ticks && ops)
		bench_print_row(run, group, name, same, ops);
	else
		out_printf(run->out, "# %s %s: measured in a boot with bench=\n", group, name);
}

static unsigned int nr_phases(const struct bench *bench)
{
	return bench->phase[0] ? BENCH_PHASES : 1;
}

static void row_name(char name[NAME_SIZE], const struct bench *bench, unsigned int phase)
{
	snprintf(name, NAME_SIZE, "%s%s", bench->name, bench->phase[0] ? bench->phase[phase] : "");
}

/* Which rows of @bench are selected: bit i for phase i. */
static unsigned int selected_rows(struct bench_run *run, const struct bench *bench)
{
	unsigned int phase, rows = 0;
	char name[NAME_SIZE];

	for (phase = 0; phase < nr_phases(bench); phase++) {
		row_name(name, bench, phase);
		if (bench_selected(run, bench->group, name))
			rows |= 1u << phase;
	}
	return rows;
}

/* Return: false if the machine is too small. */
static bool measure_rounds(const struct bench *bench, u64 ticks[BENCH_PHASES][BENCH_ROUNDS])
{
	struct bench_round result = { { 0 } };
	unsigned int i, phase;

	kmem_cache_shrink_all();
	for (i = 0; i < BENCH_ROUNDS; i++) {
		if (!bench->round(bench, &result))
			return false;
		for (phase = 0; phase < BENCH_PHASES; phase++)
			ticks[phase][i] = result.ticks[phase];
	}
	return true;
}

void bench_measure(struct bench_run *run, const struct bench *bench)
{
	unsigned int phase, rows = selected_rows(run, bench);
	u64 ticks[BENCH_PHASES][BENCH_ROUNDS];
	char name[NAME_SIZE];

	if (!rows)
		return;
	if (!measure_rounds(bench, ticks)) {
		out_printf(run->out, "# %s %s: too little memory of that kind\n", bench->group,
			   bench->name);
		return;
	}
	for (phase = 0; phase < nr_phases(bench); phase++) {
		row_name(name, bench, phase);
		if (rows & 1u << phase)
			bench_print_row(run, bench->group, name, ticks[phase], bench->ops);
	}
}

static void run_groups(struct bench_run *run)
{
	unsigned int interval = kfence_interval;
	const bench_group_t *group;
	struct bench_made made;
	LIST_HEAD(held);

	kfence_start(0); /* a boot may have it on, and has the figures of others all the same */
	bench_condition_make(&made, bench_condition);
	bench_condition_show(&made, run->out);
	if (!made.used)
		bench_settle_zones(&held);
	for (group = __start_bench; group < __stop_bench; group++)
		(*group)(run);
	memset(bench_batch, 0, sizeof(bench_batch)); /* or `leaks scan` takes them for pointers */
	bench_free_list(&held);
	bench_condition_end(&made);
	kfence_start(interval);
}

void __init bench_start(void)
{
	if (boot_globs)
		bench_bootmem();
}

void bench_finish(void)
{
	const char *rest = boot_globs;
	char glob[BENCH_GLOB_MAX];
	struct bench_run run;
	unsigned int nr = 0;

	if (!boot_globs)
		return;
	bench_run_init(&run, &console_out, boot_globs);
	run_groups(&run);
	while (bench_idle_glob(&run, &rest, &nr, glob))
		boot_fail("bench: \"%s\" selects nothing", glob);
}

static int cmd_bench(struct out *out, int argc, char **argv)
{
	const char *rest = argc == 2 ? argv[1] : "*";
	char glob[BENCH_GLOB_MAX];
	struct bench_run run;
	unsigned int nr = 0;
	int err = 0;

	if (argc > 2) {
		out_printf(out, "bench: expected at most 1 argument, got %d\n", argc - 1);
		return -EINVAL;
	}
	bench_run_init(&run, out, rest);
	run_groups(&run);
	while (bench_idle_glob(&run, &rest, &nr, glob)) {
		out_printf(out, "bench: \"%s\" selects nothing\n", glob);
		err = -ENOENT;
	}
	return err;
}
MONITOR_CMD(bench, "[GLOB[,GLOB]]", 0, "count instructions (exactly under QEMU's -icount shift=0)",
	    cmd_bench, .group = MON_CHECK,
	    .more = "GLOB matches a group, or `group.case`. Boot by `-kernel` under -icount for\n"
		    "numbers that repeat: `make bench`.\n"
		    "Example: bench page-pair\n");
