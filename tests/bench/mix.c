/* SPDX-License-Identifier: 0BSD
 *
 * mix.c - a random load: 200,000 steps over 4096 slots; a step frees what is in its slot or fills
 * it.
 *
 * Sizes are log-uniform from 8 bytes to 8 KiB; orders of pages are 0 half of the time, 1 a quarter
 * of it, and so on up to 5. The net figure is what one allocation or freeing costs: the same steps
 * are done without the allocator, and their cost is taken off.
 */
#include "bench.h"

#include <lib/align.h>
#include <lib/random.h>

#define STEPS	      200000u
#define SLOTS	      BENCH_BATCH_MAX
#define LARGEST_ORDER 5u

/* What a step calls, and the calls that cost as much without it. */
struct mix {
	void *(*take)(u32 random);
	void (*give)(void *block);
};

struct mix_pair {
	struct mix load, harness;
};

static size_t mix_size(u32 random)
{
	u32 octave = 8u << (random & 0xFF) % 10;

	return octave + (random >> 8) % octave;
}

static unsigned int mix_order(u32 random)
{
	return lowest_bit(random | 1u << LARGEST_ORDER);
}

static void *take_object(u32 random)
{
	return kmalloc(mix_size(random), GFP_KERNEL);
}

static void give_object(void *object)
{
	kfree(object);
}

static void *take_no_object(u32 random)
{
	return (void *)mix_size(random);
}

static void give_no_object(void *object __unused)
{
}

static void *take_pages(u32 random)
{
	return alloc_pages(GFP_KERNEL, mix_order(random));
}

static void give_pages(void *page)
{
	__free_pages(page, page_order(page));
}

static void *take_no_pages(u32 random)
{
	return pfn_to_page(mix_order(random));
}

/* page_order() of some page, so that it costs what it costs. */
static void give_no_pages(void *page __unused)
{
	static const struct page some;

	(void)READ_ONCE(some.flags);
}

/* Return: ticks; 0 as soon as there is no memory for a step. */
static u64 run_steps(const struct mix *mix)
{
	struct random random;
	u64 before = rdtsc();
	u32 step;

	random_seed(&random, 1);
	for (step = 0; step < STEPS; step++) {
		u32 value = random_u32(&random), i = value % SLOTS;

		if (bench_batch[i]) {
			mix->give(bench_batch[i]);
			bench_batch[i] = NULL;
		} else {
			bench_batch[i] = mix->take(value / SLOTS);
			if (!bench_batch[i])
				return 0;
		}
	}
	return rdtsc() - before;
}

static void empty_slots(const struct mix *mix)
{
	u32 i;

	for (i = 0; i < SLOTS; i++) {
		if (bench_batch[i])
			mix->give(bench_batch[i]);
		bench_batch[i] = NULL;
	}
}

static bool mix_round(const struct bench *bench, struct bench_round *result)
{
	const struct mix_pair *mix = bench->data;
	u64 gross;

	empty_slots(&mix->harness); /* other rows leave dead pointers in them */
	gross = run_steps(&mix->load);
	empty_slots(&mix->load);
	result->ticks[0] = gross - run_steps(&mix->harness);
	return gross != 0;
}

static void mixes(struct bench_run *run)
{
	static const struct mix_pair objects = {
		.load = { take_object, give_object },
		.harness = { take_no_object, give_no_object },
	};
	static const struct mix_pair pages = {
		.load = { take_pages, give_pages },
		.harness = { take_no_pages, give_no_pages },
	};
	const struct bench benches[] = {
		{ .group = "mix", .name = "kmalloc-net", .data = &objects },
		{ .group = "mix", .name = "pages-net", .data = &pages },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(benches); i++) {
		struct bench bench = benches[i];

		bench.ops = STEPS;
		bench.round = mix_round;
		bench_measure(run, &bench);
	}
}
BENCH_GROUPS(mixes);
