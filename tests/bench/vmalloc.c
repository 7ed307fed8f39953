/* SPDX-License-Identifier: 0BSD
 *
 * vmalloc.c - vmalloc() and vfree() by size, and beside many areas that are there already.
 *
 * A row that ends in -alloc or -free is one of a batch, as Linux's: so many areas, then all of them
 * back in the same order. The flush of the lazy ones, and what it gives back, is part of the rows
 * where the batch is large enough for one.
 */
#include "bench.h"

#include <mm/vmalloc.h>

#define MANY	10000
#define AREAS	200 /* beside them */
#define PATTERN 7   /* every so many of them is given back, so that there are holes */

static void vfree_all(void **area, unsigned int n)
{
	while (n--)
		vfree(area[n]);
}

/* @n areas of @size bytes in @area. Return: false, with none, if the machine is too small. */
static bool fill(void **area, unsigned int n, unsigned long size)
{
	unsigned int i;

	for (i = 0; i < n; i++) {
		area[i] = __vmalloc(size, GFP_KERNEL | __GFP_HIGHMEM | __GFP_NOWARN,
				    PROT_KERNEL_RW);
		if (!area[i]) {
			vfree_all(area, i);
			return false;
		}
	}
	return true;
}

static bool batch_round(const struct bench *bench, struct bench_round *result)
{
	u64 before = rdtsc();
	unsigned int i;

	if (!fill(bench_batch, bench->ops, bench->arg))
		return false;
	result->ticks[0] = rdtsc() - before;
	before = rdtsc();
	for (i = 0; i < bench->ops; i++)
		vfree(bench_batch[i]);
	result->ticks[1] = rdtsc() - before;
	return true;
}

/* Areas of the caller's one page: address space alone, and so many that a search from one to the
 * next would be seen. */
static void *many[MANY];
static struct page *one_page[1];

static void unmap_many(unsigned int n)
{
	while (n--)
		if (many[n])
			vunmap(many[n]);
	vm_unmap_aliases();
	__free_page(one_page[0]);
}

/* MANY areas less every PATTERN-th, whose place is free for one page. */
static bool map_many(void)
{
	unsigned int i;

	one_page[0] = alloc_page(GFP_KERNEL);
	if (!one_page[0])
		return false;
	for (i = 0; i < MANY; i++) {
		many[i] = vmap(one_page, 1, VM_MAP, PROT_KERNEL_RW);
		if (!many[i]) {
			unmap_many(i);
			return false;
		}
	}
	for (i = 0; i < MANY; i += PATTERN) {
		vunmap(many[i]);
		many[i] = NULL;
	}
	vm_unmap_aliases();
	return true;
}

/* Two pages do not fit into the holes: all of them are passed by. */
static bool beside_many_round(const struct bench *bench, struct bench_round *result)
{
	bool done = map_many();

	if (!done)
		return false;
	done = batch_round(bench, result);
	unmap_many(MANY);
	return done;
}

static void measure(struct bench_run *run)
{
	static const struct bench rows[] = {
		{ .group = "vmalloc", .name = "4096", .ops = 100, .arg = 4096 },
		{ .group = "vmalloc", .name = "65536", .ops = 100, .arg = 65536 },
		{ .group = "vmalloc", .name = "1048576", .ops = 10, .arg = 1048576 },
		{ .group = "vmalloc", .name = "8192-n200", .ops = AREAS, .arg = 8192 },
		{ .group = "vmalloc",
		  .name = "8192-n200-beside-10000",
		  .ops = AREAS,
		  .arg = 8192,
		  .round = beside_many_round },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct bench bench = rows[i];

		bench.phase[0] = "-alloc";
		bench.phase[1] = "-free";
		if (!bench.round)
			bench.round = batch_round;
		bench_measure(run, &bench);
	}
	vm_unmap_aliases();
}
BENCH_GROUPS(measure);
