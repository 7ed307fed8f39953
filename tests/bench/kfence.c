/* SPDX-License-Identifier: 0BSD
 *
 * kfence.c - what the sampling guard costs: pairs of kmalloc() while one of so many is guarded.
 *
 * With one of one that is the price of a guarded object: a page is filled and compared, mapped and
 * unmapped, and two call traces are taken.
 */
#include "bench.h"

#include <lib/format.h>
#include <mm/kfence.h>
#include <mm/slab.h>

BENCH_PAIR_ROUND(guarded, kmalloc(64, GFP_KERNEL), kfree)

static void guarded_pairs(struct bench_run *run)
{
	static const unsigned int intervals[] = { 1, 100, 1000 };
	bool had_pool = kfence_pool_bytes;
	char name[16];
	const struct bench bench = {
		.group = "kmalloc-guarded", .name = name, .ops = 1000, .round = guarded_round
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(intervals); i++) {
		snprintf(name, sizeof(name), "64-of-%u", intervals[i]);
		if (!kfence_start(intervals[i]))
			bench_measure(run, &bench);
	}
	kfence_start(0);
	if (!had_pool)
		kfence_stop();
}
BENCH_GROUPS(guarded_pairs);
