/* SPDX-License-Identifier: 0BSD
 *
 * mempool.c - tests of mm/mempool.c: when the reserve is touched, when it fills up, and misuse.
 */
#include <lib/errno.h>
#include <mm/mempool.h>
#include <test/pages.h>

#include "slab_test.h"

/* --- an allocator that the test watches ------------------------------------------------------ */

/* It has no more than left elements, and with __GFP_DIRECT_RECLAIM so many more. */
static struct source {
	int left, reclaimable, out;
	gfp_t last_gfp;
} source;

static void *source_alloc(gfp_t gfp, void *pool_data)
{
	struct source *s = pool_data;

	s->last_gfp = gfp;
	if (!s->left && s->reclaimable && (gfp & __GFP_DIRECT_RECLAIM)) {
		s->left++;
		s->reclaimable--;
	}
	if (!s->left)
		return NULL;
	s->left--;
	s->out++;
	return kmalloc(16, GFP_KERNEL);
}

static void source_free(void *element, void *pool_data)
{
	struct source *s = pool_data;

	s->left++;
	s->out--;
	kfree(element);
}

/* A pool of @min_nr elements in front of @left more of them. */
static mempool_t *watched_pool(int min_nr, int left)
{
	source = (struct source){ .left = min_nr + left };
	return mempool_create(min_nr, source_alloc, source_free, &source);
}

static void take(mempool_t *pool, u32 from, u32 to)
{
	for (; from < to; from++) {
		objs[from] = mempool_alloc(pool, GFP_ATOMIC);
		kt_true(objs[from] != NULL);
	}
}

static void give(mempool_t *pool, u32 from, u32 to)
{
	for (; from < to; from++)
		mempool_free(objs[from], pool);
}

KTEST(mempool, the_reserve_is_the_last_resort, SHORT)
{
	mempool_t *pool = watched_pool(3, 2);

	kt_assert(pool);
	kt_eq(pool->curr_nr, 3);
	take(pool, 0, 2);
	kt_eq(pool->curr_nr, 3);
	take(pool, 2, 5);
	kt_eq(pool->curr_nr, 0);
	kt_ptr_eq(mempool_alloc(pool, GFP_ATOMIC), NULL);
	kt_eq(pool->nr_out, 5);
	give(pool, 0, 5);
	mempool_destroy(pool);
	kt_eq(source.out, 0);
}

KTEST(mempool, what_comes_back_fills_the_reserve_first, SHORT)
{
	mempool_t *pool = watched_pool(3, 2);

	kt_assert(pool);
	take(pool, 0, 5);
	give(pool, 0, 3);
	kt_eq(pool->curr_nr, 3);
	kt_eq(source.out, 5);
	give(pool, 3, 5);
	kt_eq(pool->curr_nr, 3);
	kt_eq(source.out, 3);
	kt_eq(pool->nr_out, 0);
	mempool_destroy(pool);
	kt_eq(source.out, 0);
}

/* With one element set aside, who gives each one back gets on for ever. */
KTEST(mempool, a_reserve_of_one_is_enough_to_get_on, SHORT)
{
	mempool_t *pool = watched_pool(1, 0);
	u32 i;

	kt_assert(pool);
	for (i = 0; i < 100; i++) {
		take(pool, 0, 1);
		kt_ptr_eq(mempool_alloc(pool, GFP_ATOMIC), NULL);
		give(pool, 0, 1);
	}
	mempool_destroy(pool);
}

/* Shrinkers are called for those only who find the reserve empty, and may wait. */
KTEST(mempool, reclaim_comes_after_the_reserve, SHORT)
{
	mempool_t *pool = watched_pool(1, 0);

	kt_assert(pool);
	source.reclaimable = 1;
	objs[0] = mempool_alloc(pool, GFP_KERNEL);
	kt_eq(source.last_gfp & __GFP_DIRECT_RECLAIM, 0);
	kt_true(source.last_gfp & __GFP_NOWARN);
	kt_eq(pool->curr_nr, 0);
	kt_ptr_eq(mempool_alloc(pool, GFP_ATOMIC), NULL);
	objs[1] = mempool_alloc(pool, GFP_KERNEL);
	kt_true(objs[1] != NULL);
	kt_eq(source.last_gfp, GFP_KERNEL);
	kt_eq(source.reclaimable, 0);
	give(pool, 0, 2);
	mempool_destroy(pool);
}

KTEST(mempool, no_reserve_no_pool, SHORT)
{
	unsigned long active = kmem_cache_active(kmalloc_caches[0][1]);
	mempool_t pool;

	source = (struct source){ .left = 3 };
	kt_ptr_eq(mempool_create(4, source_alloc, source_free, &source), NULL);
	kt_eq(source.left, 3);
	kt_eq(mempool_init(&pool, 4, source_alloc, source_free, &source), -ENOMEM);
	kt_eq(source.left, 3);
	kt_false(mempool_initialized(&pool));
	mempool_exit(&pool);
	kt_eq(kmem_cache_active(kmalloc_caches[0][1]), active);
}

KTEST(mempool, in_place, SHORT)
{
	static mempool_t pool;

	mempool_exit(&pool);
	mempool_exit(NULL);
	mempool_destroy(NULL);
	source = (struct source){ .left = 4 };
	kt_eq(mempool_init(&pool, 4, source_alloc, source_free, &source), 0);
	kt_true(mempool_initialized(&pool));
	take(&pool, 0, 4);
	mempool_free(NULL, &pool);
	give(&pool, 0, 4);
	mempool_exit(&pool);
	kt_false(mempool_initialized(&pool));
	kt_eq(source.out, 0);
	mempool_exit(&pool);
}

/* --- resize ---------------------------------------------------------------------------------- */

KTEST(mempool, a_larger_reserve_is_filled, SHORT)
{
	mempool_t *pool = watched_pool(2, 6);

	kt_assert(pool);
	take(pool, 0, 1);
	kt_eq(mempool_resize(pool, 5), 0);
	kt_eq(pool->min_nr, 5);
	kt_eq(pool->curr_nr, 5);
	kt_eq(source.out, 6);
	give(pool, 0, 1);
	kt_eq(source.out, 5);
	mempool_destroy(pool);
	kt_eq(source.out, 0);
}

KTEST(mempool, a_smaller_reserve_gives_back, SHORT)
{
	mempool_t *pool = watched_pool(5, 0);

	kt_assert(pool);
	take(pool, 0, 1);
	kt_eq(mempool_resize(pool, 2), 0);
	kt_eq(pool->curr_nr, 2);
	kt_eq(source.out, 3);
	give(pool, 0, 1);
	kt_eq(source.out, 2);
	kt_eq(mempool_resize(pool, 2), 0);
	kt_eq(source.out, 2);
	mempool_destroy(pool);
}

/* What was missing before stays missing, until it comes back. */
KTEST(mempool, a_reserve_that_is_in_use_grows, SHORT)
{
	mempool_t *pool = watched_pool(2, 1);

	kt_assert(pool);
	take(pool, 0, 3);
	source.left = 1;
	kt_eq(mempool_resize(pool, 3), 0);
	kt_eq(pool->curr_nr, 1);
	give(pool, 0, 3);
	kt_eq(pool->curr_nr, 3);
	kt_eq(source.out, 3);
	mempool_destroy(pool);
}

KTEST(mempool, a_resize_without_memory_changes_nothing, SHORT)
{
	mempool_t *pool = watched_pool(2, 2);

	kt_assert(pool);
	kt_eq(mempool_resize(pool, 5), -ENOMEM);
	kt_eq(pool->min_nr, 2);
	kt_eq(pool->curr_nr, 2);
	kt_eq(source.left, 2);
	kt_eq(mempool_resize(pool, 4), 0);
	mempool_destroy(pool);
}

/* --- the usual pools ------------------------------------------------------------------------- */

KTEST(mempool, objects_of_a_cache, SHORT)
{
	struct kmem_cache *cache = test_cache(40);
	mempool_t *pool;

	kt_assert(cache);
	pool = mempool_create_slab_pool(3, cache);
	kt_assert(pool);
	kt_eq(kmem_cache_active(cache), 3);
	take(pool, 0, 2);
	kt_eq(kmem_cache_active(cache), 5);
	give(pool, 0, 2);
	mempool_destroy(pool);
	kt_eq(kmem_cache_active(cache), 0);
	kt_eq(kmem_cache_destroy(cache), 0);
}

KTEST(mempool, memory_of_kmalloc, SHORT)
{
	mempool_t pool;

	kt_eq(mempool_init_kmalloc_pool(&pool, 2, 100), 0);
	take(&pool, 0, 3);
	kt_true(ksize(objs[0]) >= 100);
	kt_true(ksize(pool.elements[0]) >= 100);
	give(&pool, 0, 3);
	mempool_exit(&pool);
}

KTEST(mempool, blocks_of_pages, SHORT)
{
	unsigned long free = free_pages_now();
	mempool_t *pool = mempool_create_page_pool(2, 1);

	kt_assert(pool);
	take(pool, 0, 1);
	kt_eq(page_order(objs[0]), 1);
	kt_true(free_pages_now() <= free - 6);
	give(pool, 0, 1);
	mempool_destroy(pool);
}

/* --- misuse stops ---------------------------------------------------------------------------- */

/* As if all of the reserve was out. */
static void use_up(mempool_t *pool)
{
	pool->nr_out += pool->curr_nr;
	pool->curr_nr = 0;
}

KTEST(mempool, stop_double_free_into_the_reserve, STOP)
{
	mempool_t *pool = mempool_create_kmalloc_pool(2, 16);

	take(pool, 0, 2);
	use_up(pool);
	mempool_free(objs[0], pool);
	kt_expect_stop("BUG: mempool_free: element 0x");
	kt_expect_report(" is in the reserve already (double free?)");
	mempool_free(objs[0], pool);
}

KTEST(mempool, stop_double_free_when_the_reserve_is_full, STOP)
{
	mempool_t *pool = mempool_create_kmalloc_pool(2, 16);
	void *lent = pool->elements[1];

	take(pool, 0, 2);
	kt_expect_stop("BUG: mempool_free: element 0x");
	kt_expect_report(" is in the reserve already (double free?)");
	mempool_free(lent, pool);
}

KTEST(mempool, stop_double_free_of_what_has_gone, STOP)
{
	mempool_t *pool = mempool_create_kmalloc_pool(1, 100);

	take(pool, 0, 2);
	mempool_free(objs[0], pool);
	kt_expect_stop("of cache size-128 is free already (double free?)");
	mempool_free(objs[0], pool);
}

KTEST(mempool, stop_what_has_gone_into_the_reserve, STOP)
{
	mempool_t *pool = mempool_create_kmalloc_pool(1, 100);

	take(pool, 0, 2);
	mempool_free(objs[0], pool);
	use_up(pool);
	kt_expect_stop("BUG: mempool_free: object 0x");
	kt_expect_report("of cache size-128 is free already (double free?)");
	mempool_free(objs[0], pool);
}

KTEST(mempool, stop_more_come_back_than_were_out, STOP)
{
	mempool_t *pool = watched_pool(1, 0);

	kt_expect_stop("comes back while none is out (double free, or another pool?)");
	mempool_free(&source, pool);
}

KTEST(mempool, stop_element_of_another_cache, STOP)
{
	struct kmem_cache *cache = kmem_cache_create("t-pool", 40, 0, 0, NULL);
	mempool_t *pool = mempool_create_slab_pool(1, cache);

	use_up(pool);
	kt_expect_stop("BUG: mempool_free: object 0x");
	kt_expect_report("is of cache size-64, not of t-pool (wrong cache?)");
	mempool_free(kmalloc(64, GFP_KERNEL), pool);
}

KTEST(mempool, stop_element_that_is_too_small, STOP)
{
	mempool_t *pool = mempool_create_kmalloc_pool(1, 300);

	use_up(pool);
	kt_expect_stop(" bytes (another pool?)");
	mempool_free(kmalloc(100, GFP_KERNEL), pool);
}

KTEST(mempool, stop_pages_of_another_order, STOP)
{
	mempool_t *pool = mempool_create_page_pool(1, 2);

	use_up(pool);
	kt_expect_stop("is of order 1 and has 1 references");
	mempool_free(alloc_pages(GFP_KERNEL, 1), pool);
}

KTEST(mempool, stop_pages_that_have_gone, STOP)
{
	mempool_t *pool = mempool_create_page_pool(1, 3);

	take(pool, 0, 1);
	give(pool, 0, 1);
	use_up(pool);
	kt_expect_stop("has 0 references (double free, or another pool?)");
	give(pool, 0, 1);
}

KTEST(mempool, stop_zeroed_element, STOP)
{
	kt_expect_stop("an element of the reserve is not zero, gfp 0xdc0");
	kt_ptr_eq(mempool_alloc(watched_pool(1, 0), GFP_KERNEL | __GFP_ZERO), NULL);
}

KTEST(mempool, stop_destroyed_with_elements_out, STOP)
{
	mempool_t *pool = watched_pool(1, 2);

	take(pool, 0, 2);
	kt_expect_stop("BUG: mempool_destroy: 2 elements of pool 0x");
	mempool_destroy(pool);
}

KTEST(mempool, stop_pool_that_was_not_initialised, STOP)
{
	static mempool_t pool;

	kt_expect_stop("is no pool (not initialised, or destroyed?)");
	kt_ptr_eq(mempool_alloc(&pool, GFP_KERNEL), NULL);
}

KTEST(mempool, stop_pool_that_could_not_be_made, STOP)
{
	kt_expect_stop(" is no pool (NULL: a mempool_create() that failed?)");
	kt_ptr_eq(mempool_alloc(NULL, GFP_KERNEL), NULL);
}

KTEST(mempool, stop_free_to_a_pool_that_is_gone, STOP)
{
	mempool_t pool;

	kt_eq(mempool_init_kmalloc_pool(&pool, 1, 16), 0);
	mempool_exit(&pool);
	kt_expect_stop("BUG: mempool_free: 0x");
	kt_expect_report("is no pool (not initialised, or destroyed?)");
	mempool_free(kmalloc(16, GFP_KERNEL), &pool);
}

KTEST(mempool, stop_reserve_of_nothing, STOP)
{
	kt_expect_stop("a reserve of 0 elements");
	kt_ptr_eq(mempool_create_kmalloc_pool(0, 16), NULL);
}

KTEST(mempool, stop_resize_to_nothing, STOP)
{
	kt_expect_stop("a reserve of -1 elements");
	kt_eq(mempool_resize(watched_pool(1, 0), -1), 0);
}
