/* SPDX-License-Identifier: 0BSD
 *
 * bench.h - what the benchmarks share.
 */
#ifndef TESTS_BENCH_BENCH_H
#define TESTS_BENCH_BENCH_H

#include <asm/cpu.h>
#include <lib/out.h>
#include <mm/page_alloc.h>
#include <mm/slab.h>

#define BENCH_ROUNDS 6 /* the first one warms up */
#define BENCH_PHASES 2

/* Ticks of a round's phases: a batch has two, allocating and freeing. */
struct bench_round {
	u64 ticks[BENCH_PHASES];
};

/* One row, or one for each phase. @round is called BENCH_ROUNDS times. It returns false if the
 * machine is too small, with nothing allocated; then a comment stands for the row. */
struct bench {
	const char *group;
	const char *name;
	const char *phase[BENCH_PHASES]; /* suffixes of the name; NULL: one row without a suffix */
	unsigned int ops;		 /* operations in a round */
	bool (*round)(const struct bench *bench, struct bench_round *result);
	unsigned long arg; /* for @round */
	const void *data;  /* for @round */
};

/* Define NAME_round(): pairs of the expression @alloc and of @free with its value. If the first
 * pair is served, all are. */
#define BENCH_PAIR_ROUND(name, alloc, free)                                             \
	static bool name##_round(const struct bench *bench, struct bench_round *result) \
	{                                                                               \
		__typeof__(alloc) first = alloc;                                        \
		unsigned int i;                                                         \
		u64 before;                                                             \
                                                                                        \
		if (!first)                                                             \
			return false;                                                   \
		free(first);                                                            \
		before = rdtsc();                                                       \
		for (i = bench->ops; i; i--)                                            \
			free(alloc);                                                    \
		result->ticks[0] = rdtsc() - before;                                    \
		return true;                                                            \
	}

/* What was asked for, and what came of it. */
struct bench_run {
	struct out *out;
	const char *globs;  /* as in `bench=` */
	const char *prefix; /* of a row */
	unsigned int
		used; /* bit i: the i-th glob has selected a row; the last bit is for the rest */
};

/* Begin a run of what the glob list @globs selects. */
void bench_run_init(struct bench_run *run, struct out *out, const char *globs);

/* Does a glob of the list select the row? One without a dot is for the group. */
bool bench_selected(struct bench_run *run, const char *group, const char *name);

/* The next glob of the list @*rest, number *@nr, that has selected nothing; false if there is none.
 * Start with *@nr = 0. */
#define BENCH_GLOB_MAX 48
bool bench_idle_glob(const struct bench_run *run, const char **rest, unsigned int *nr,
		     char glob[BENCH_GLOB_MAX]);

/* Measure and print @bench if any of its rows is selected. */
void bench_measure(struct bench_run *run, const struct bench *bench);

/* Print a row of one value, measured elsewhere: @ticks for @ops operations; 0: a comment. */
void bench_report(struct bench_run *run, const char *group, const char *name, u64 ticks, u64 ops);

/* Print a row: the first round warmed up. */
void bench_print_row(struct bench_run *run, const char *group, const char *name,
		     const u64 ticks[BENCH_ROUNDS], u64 ops);

/* Leave Normal (DMA where that is all there is) and HighMem with whole 4 MiB blocks and one free
 * block of each smaller order, as if one page were in use; what has to be taken away for that goes
 * onto @held. A zone without a 4 MiB block stays as it is. */
void bench_settle_zones(struct list_head *held);

/* Free the blocks that are chained through page->lru at @list. */
void bench_free_list(struct list_head *list);

/* What a machine in use has beside a fresh one: growth.c. */
struct bench_condition {
	u32 caches; /* made before the first row */
	u32 live;   /* objects of each size of kmalloc() */
	u32 used;   /* per cent of each zone's pages */
};

/* As the command line wants it. */
extern struct bench_condition bench_condition;

/* The one object of a cache. */
struct bench_resident {
	struct bench_resident *next;
	struct kmem_cache *cache;
};

/* What there is of it. */
struct bench_made {
	unsigned int caches, used;
	unsigned long objects;
	struct bench_resident *residents;    /* one in each cache */
	void **live;			     /* each begins with the address of the next */
	struct list_head held[MAX_NR_ZONES]; /* blocks of pages */
};

/* Make what @wish says, as far as memory goes; one comment about that, if it is anything; and give
 * all of it back. */
void bench_condition_make(struct bench_made *made, struct bench_condition wish);
void bench_condition_show(const struct bench_made *made, struct out *out);
void bench_condition_end(struct bench_made *made);

/* Measure bootmem, whose code is freed after the boot. */
void bench_bootmem(void) __init;

/* In which order the blocks of a batch are freed. */
enum bench_way { BENCH_FIFO, BENCH_LIFO, BENCH_RANDOM };
extern const char *const bench_ways[];

/* Blocks of a batch, for whoever measures. */
#define BENCH_BATCH_MAX 4096
extern void *bench_batch[BENCH_BATCH_MAX];

/* The numbers 0 to @n - 1, at most BENCH_BATCH_MAX, in the order of @way; until the next call. */
const u16 *bench_free_order(unsigned int n, enum bench_way way);

/* Each file of benchmarks has one function that measures its rows, collected by the linker. */
typedef void (*bench_group_t)(struct bench_run *run);
#define BENCH_GROUPS(_fn) \
	static const bench_group_t __bench_##_fn __used __section(".bench") = (_fn)

#endif
