/* SPDX-License-Identifier: 0BSD
 *
 * objects.c - kmalloc() and caches: pairs, and batches in three orders of freeing.
 *
 * What forms of mm/slab_cpu.h save, in instructions of gcc 12, for whoever thinks of changing
 * them:
 *   fastcall              Arguments in registers: about 3 a call.
 *   no frame              The slow paths are jumped to, so the fast ones are leaves: 3 each.
 *   IN_REGISTER_OF()      The compiler finds no way with one saved register: 3 in kfree(), 4 in
 *                         kmem_cache_free().
 *   OPTIMIZER_HIDE_VAR()  The address of an entry is part of the instruction twice, and not
 *                         computed once: 1 each.
 *   struct slab           Its copies of what the cache has: a load, and a register to save.
 *   slab_map.c            The slab by one load instead of by the struct page: 5 in kfree(), 3 in
 *                         kmem_cache_free().
 *   slab_index()          A rotation by a constant, the rest of the shift being in the inverse: 1.
 *   cache->array          It leads to the entries, not to what is in front of them: 1 each.
 *   kmalloc_plain()       A constant gfp is looked at by the compiler: 2.
 *   clear_words()         kzalloc() has no call, and jumps to its slow path: 18.
 *   array->avail          Number of entries and way in are one word: 3 in each of the four.
 */
#include "bench.h"

#include <lib/format.h>

#define BATCH 1000

static const unsigned int sizes[] = { 8, 16, 32, 64, 128, 192, 256, 1024, 4096, 8192 };

BENCH_PAIR_ROUND(kmalloc, kmalloc(bench->arg, GFP_KERNEL), kfree)
BENCH_PAIR_ROUND(kzalloc, kzalloc(bench->arg, GFP_KERNEL), kfree)

/* The size is known to the compiler. */
BENCH_PAIR_ROUND(constant_8, kmalloc(8, GFP_KERNEL), kfree)
BENCH_PAIR_ROUND(constant_64, kmalloc(64, GFP_KERNEL), kfree)
BENCH_PAIR_ROUND(constant_1024, kmalloc(1024, GFP_KERNEL), kfree)
BENCH_PAIR_ROUND(constant_8192, kmalloc(8192, GFP_KERNEL), kfree)

/* @bench once for each of @n @sizes, which are name and argument. */
static void measure_sizes(struct bench_run *run, struct bench bench, const unsigned int *size,
			  unsigned int n)
{
	char name[16];

	bench.name = name;
	for (; n; n--, size++) {
		snprintf(name, sizeof(name), "%u", *size);
		bench.arg = *size;
		bench_measure(run, &bench);
	}
}

static void kmalloc_pairs(struct bench_run *run)
{
	static const unsigned int large[] = { 16384, 65536, 262144 };
	static const struct bench constant[] = {
		{ .group = "kmallocC-pair", .name = "8", .ops = 1000, .round = constant_8_round },
		{ .group = "kmallocC-pair", .name = "64", .ops = 1000, .round = constant_64_round },
		{ .group = "kmallocC-pair",
		  .name = "1024",
		  .ops = 1000,
		  .round = constant_1024_round },
		{ .group = "kmallocC-pair",
		  .name = "8192",
		  .ops = 1000,
		  .round = constant_8192_round },
	};
	struct bench bench = { .group = "kmalloc-pair", .ops = 1000, .round = kmalloc_round };
	unsigned int i;

	measure_sizes(run, bench, sizes, ARRAY_SIZE(sizes));
	for (i = 0; i < ARRAY_SIZE(constant); i++)
		bench_measure(run, &constant[i]);
	bench.group = "kmalloc-large";
	measure_sizes(run, bench, large, ARRAY_SIZE(large));
	bench.group = "kzalloc-pair";
	bench.round = kzalloc_round;
	measure_sizes(run, bench, sizes, ARRAY_SIZE(sizes));
}

static void kfree_first(unsigned int n)
{
	while (n--)
		kfree(bench_batch[n]);
}

struct batch_arg {
	unsigned int size; /* of kmalloc() */
	enum bench_way way;
};

static bool kmalloc_batch_round(const struct bench *bench, struct bench_round *result)
{
	const struct batch_arg *arg = bench->data;
	const u16 *free_order = bench_free_order(BATCH, arg->way);
	size_t size = arg->size;
	u64 before = rdtsc();
	unsigned int i;

	for (i = 0; i < BATCH; i++) {
		bench_batch[i] = kmalloc(size, GFP_KERNEL);
		if (!bench_batch[i]) {
			kfree_first(i);
			return false;
		}
	}
	result->ticks[0] = rdtsc() - before;
	before = rdtsc();
	for (i = 0; i < BATCH; i++)
		kfree(bench_batch[free_order[i]]);
	result->ticks[1] = rdtsc() - before;
	return true;
}

static struct kmem_cache *cache_100;

static void free_100(void *object)
{
	kmem_cache_free(cache_100, object);
}

BENCH_PAIR_ROUND(cache, kmem_cache_alloc(cache_100, GFP_KERNEL), free_100)

static bool cache_batch_round(const struct bench *bench, struct bench_round *result)
{
	const struct batch_arg *arg = bench->data;
	const u16 *free_order = bench_free_order(BATCH, arg->way);
	u64 before = rdtsc();
	unsigned int i;

	for (i = 0; i < BATCH; i++) {
		bench_batch[i] = kmem_cache_alloc(cache_100, GFP_KERNEL);
		if (!bench_batch[i]) {
			kfree_first(i);
			return false;
		}
	}
	result->ticks[0] = rdtsc() - before;
	before = rdtsc();
	for (i = 0; i < BATCH; i++)
		kmem_cache_free(cache_100, bench_batch[free_order[i]]);
	result->ticks[1] = rdtsc() - before;
	return true;
}

/* @bench for objects of @size bytes in every order of freeing. */
static void measure_batches(struct bench_run *run, struct bench bench, unsigned int size)
{
	struct batch_arg arg = { .size = size };
	char name[24];

	bench.name = name;
	bench.data = &arg;
	bench.ops = BATCH;
	bench.phase[0] = "-alloc";
	bench.phase[1] = "-free";
	for (arg.way = BENCH_FIFO; arg.way <= BENCH_RANDOM; arg.way++) {
		snprintf(name, sizeof(name), "%u-n%u-%s", size, BATCH, bench_ways[arg.way]);
		bench_measure(run, &bench);
	}
}

static bool no_cache_round(const struct bench *bench __unused, struct bench_round *result __unused)
{
	return false;
}

static void caches(struct bench_run *run)
{
	struct bench pair = { .group = "cache-pair", .name = "100", .ops = 1000 };
	struct bench batch = { .group = "cache-batch" };

	cache_100 = kmem_cache_create("bench-100", 100, 0, 0, NULL);
	pair.round = cache_100 ? cache_round : no_cache_round;
	batch.round = cache_100 ? cache_batch_round : no_cache_round;
	bench_measure(run, &pair);
	measure_batches(run, batch, 100);
	if (cache_100 && kmem_cache_destroy(cache_100))
		panic("the benchmarks left objects of their cache behind");
}

static void objects(struct bench_run *run)
{
	static const struct bench batch = { .group = "kmalloc-batch",
					    .round = kmalloc_batch_round };
	unsigned int i;

	kmalloc_pairs(run);
	for (i = 0; i < ARRAY_SIZE(sizes); i++)
		measure_batches(run, batch, sizes[i]);
	caches(run);
}
BENCH_GROUPS(objects);
