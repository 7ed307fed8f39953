/* SPDX-License-Identifier: 0BSD
 *
 * mempool.c - a pool that all CPUs share, with fewer elements than they ask for.
 */
#include <lib/random.h>
#include <mm/mempool.h>
#include <test/ktest.h>

#include "host.h"

#if NR_CPUS > 1

#define RESERVE	 3
#define SURPLUS	 2  /* elements that there are besides */
#define HELD_MAX 7u /* more than there are */

static mempool_t pool;
static long left;
static unsigned long clashes, failures;

static void *limited_alloc(gfp_t gfp __unused, void *pool_data __unused)
{
	if (__atomic_sub_fetch(&left, 1, __ATOMIC_SEQ_CST) >= 0)
		return kzalloc(64, GFP_KERNEL);
	__atomic_add_fetch(&left, 1, __ATOMIC_SEQ_CST);
	return NULL;
}

static void limited_free(void *element, void *pool_data __unused)
{
	kfree(element);
	__atomic_add_fetch(&left, 1, __ATOMIC_SEQ_CST);
}

/* While an element is out, it has the mark of who has it. */
static void mark(unsigned int *element, unsigned int from, unsigned int to)
{
	if (__atomic_exchange_n(element, to, __ATOMIC_SEQ_CST) != from)
		__atomic_add_fetch(&clashes, 1, __ATOMIC_RELAXED);
}

static void take_and_give(void)
{
	unsigned int me = smp_processor_id() + 1, nr = 0, i;
	unsigned int *held[HELD_MAX];
	struct random random;

	random_seed(&random, me);
	for (i = 0; i < 20000; i++) {
		if (nr == HELD_MAX || (nr && random_below(&random, 2))) {
			mark(held[--nr], me, 0);
			mempool_free(held[nr], &pool);
			continue;
		}
		held[nr] = mempool_alloc(&pool, GFP_ATOMIC);
		if (held[nr])
			mark(held[nr++], 0, me);
		else
			__atomic_add_fetch(&failures, 1, __ATOMIC_RELAXED);
	}
	while (nr) {
		mark(held[--nr], me, 0);
		mempool_free(held[nr], &pool);
	}
}

KTEST(cpus, a_pool_is_used_by_all_at_once, SHORT)
{
	clashes = failures = 0;
	left = RESERVE + SURPLUS;
	kt_eq(mempool_init(&pool, RESERVE, limited_alloc, limited_free, NULL), 0);
	host_on_each_cpu(take_and_give);
	kt_eq(clashes, 0);
	kt_true(failures != 0);
	kt_eq(pool.nr_out, 0);
	kt_eq(pool.curr_nr, RESERVE);
	kt_eq(left, SURPLUS);
	mempool_exit(&pool);
	kt_eq(left, RESERVE + SURPLUS);
}

#endif
