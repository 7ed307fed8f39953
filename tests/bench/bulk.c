/* SPDX-License-Identifier: 0BSD
 *
 * bulk.c - many objects in one call, and elements of a pool that never needs its reserve. What an
 * object costs alone stands in the rows of objects.c.
 */
#include "bench.h"

#include <mm/mempool.h>

#define BULK   16u
#define ROUNDS 64u

static struct kmem_cache *cache_100;
static mempool_t *pool;

static bool bulk_round(const struct bench *bench __unused, struct bench_round *result)
{
	void *objects[BULK];
	u64 before, between;
	unsigned int i;

	result->ticks[0] = result->ticks[1] = 0;
	for (i = 0; i < ROUNDS; i++) {
		before = rdtsc();
		if (!cache_100 || !kmem_cache_alloc_bulk(cache_100, GFP_KERNEL, BULK, objects))
			return false;
		between = rdtsc();
		kmem_cache_free_bulk(cache_100, BULK, objects);
		result->ticks[0] += between - before;
		result->ticks[1] += rdtsc() - between;
	}
	return true;
}

static void put(void *element)
{
	mempool_free(element, pool);
}

BENCH_PAIR_ROUND(pool, pool ? mempool_alloc(pool, GFP_KERNEL) : NULL, put)

static void bulk(struct bench_run *run)
{
	static const struct bench objects = { .group = "cache-bulk",
					      .name = "100-n16",
					      .ops = BULK * ROUNDS,
					      .phase = { "-alloc", "-free" },
					      .round = bulk_round };
	static const struct bench elements = {
		.group = "mempool-pair", .name = "slab-100", .ops = 1000, .round = pool_round
	};

	cache_100 = kmem_cache_create("bench-bulk", 100, 0, 0, NULL);
	pool = cache_100 ? mempool_create_slab_pool(4, cache_100) : NULL;
	bench_measure(run, &objects);
	bench_measure(run, &elements);
	mempool_destroy(pool);
	if (kmem_cache_destroy(cache_100))
		panic("the benchmarks left objects of their cache behind");
}
BENCH_GROUPS(bulk);
