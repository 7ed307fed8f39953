/* SPDX-License-Identifier: 0BSD
 *
 * order.c - the blocks of a batch and the order in which they are freed; the random one is the same
 * in every run.
 */
#include "bench.h"

#include <lib/random.h>

const char *const bench_ways[] = { "fifo", "lifo", "rand" };

void *bench_batch[BENCH_BATCH_MAX];

static u16 order[BENCH_BATCH_MAX];

/* Fisher and Yates: each of the last @n numbers changes places with one before it, or stays. */
static void shuffle(unsigned int n)
{
	struct random random;

	random_seed(&random, 1);
	while (n > 1) {
		unsigned int other = random_below(&random, n--);
		u16 last = order[n];

		order[n] = order[other];
		order[other] = last;
	}
}

const u16 *bench_free_order(unsigned int n, enum bench_way way)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		order[i] = (u16)(way == BENCH_LIFO ? n - 1 - i : i);
	if (way == BENCH_RANDOM)
		shuffle(n);
	return order;
}
