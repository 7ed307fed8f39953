/* SPDX-License-Identifier: 0BSD
 *
 * lists_slub.c - tests of mm/slub.c and mm/slub_cpu.c: slabs between a CPU and the partial list,
 * the way past a CPU, orders, and links that were written to.
 */
#include <mm/mm_check.h>
#include <test/pages.h>

#include "check_line.h"
#include "drain.h"
#include "slab_test.h"
#include "slub_cpu.h"
#include "slub_internal.h"

static struct page *slab_of(const void *obj)
{
	return slub_first_page(virt_to_page(obj));
}

static struct kmem_cache_node *node_of(struct kmem_cache *cache, const void *obj)
{
	return slub_node(cache, virt_to_page(obj));
}

/* --- slabs on the move ----------------------------------------------------------------------- */

KTEST(slub, slab_of_the_cpu_is_frozen_until_it_is_used_up, SHORT)
{
	struct kmem_cache *cache = test_cache(400);
	u32 n;

	kt_assert(cache);
	n = cache->num;
	kt_assert(alloc_objs(cache, 0, n));
	kt_ptr_eq(slub_cpu(cache)->page, slab_of(objs[0]));
	kt_eq(slab_of(objs[0])->slab_frozen, 1);
	kt_assert(alloc_objs(cache, n, n + 1));
	kt_ptr_eq(slub_cpu(cache)->page, slab_of(objs[n]));
	kt_eq(slab_of(objs[0])->slab_frozen, 0);
	kt_eq(node_of(cache, objs[0])->nr_partial, 0);
	free_objs(cache, 0, 1);
	kt_eq(node_of(cache, objs[n])->nr_partial, 1);
	free_objs(cache, 1, n + 1);
	kt_eq(kmem_cache_destroy(cache), 0);
}

KTEST(slub, partial_slab_is_used_before_the_cache_grows, SHORT)
{
	struct kmem_cache *cache = test_cache(400);
	struct page *first;
	u32 n;

	kt_assert(cache);
	n = cache->num;
	kt_assert(alloc_objs(cache, 0, 2 * n));
	first = slab_of(objs[0]);
	free_objs(cache, 0, 2);
	kt_assert(alloc_objs(cache, 0, 2));
	kt_ptr_eq(slab_of(objs[0]), first);
	kt_ptr_eq(slub_cpu(cache)->page, first);
	kt_eq(nr_slabs(cache), 2);
	free_objs(cache, 0, 2 * n);
	kt_eq(kmem_cache_destroy(cache), 0);
}

/* Slabs of one object become empty at once: as many are kept as the cache says. */
KTEST(slub, empty_slabs_are_kept_up_to_min_partial, SHORT)
{
	struct kmem_cache *cache = test_cache(40000);
	u32 n, slabs;

	kt_assert(cache);
	n = cache->num;
	slabs = (u32)cache->min_partial + 3;
	kt_eq(cache->min_partial, 2);
	kt_assert(alloc_objs(cache, 0, slabs * n));
	free_objs(cache, 0, (slabs - 1) * n); /* all but the CPU's */
	kt_eq(nr_slabs(cache), 1 + 2);
	kt_eq(nr_empty_slabs(cache), 2);
	kt_eq(kmem_cache_shrink(cache), 2);
	free_objs(cache, (slabs - 1) * n, slabs * n);
	kt_eq(kmem_cache_shrink(cache), 1);
	kt_eq(kmem_cache_destroy(cache), 0);
}

/* More than SLUB_MAX_PARTIAL slabs, of which the last ones are the fullest. */
KTEST(slub, shrink_brings_the_fullest_forward, SHORT)
{
	struct kmem_cache *cache = test_cache(512);
	u32 slabs = SLUB_MAX_PARTIAL + 2, i, n;
	struct kmem_cache_node *node;

	kt_assert(cache);
	n = cache->num;
	kt_assert(alloc_objs(cache, 0, (slabs + 1) * n));
	for (i = 0; i < slabs; i++) /* one is left in use, of the last slab all but one */
		free_objs(cache, i * n, i * n + (i == slabs - 1 ? 1 : n - 1));
	node = node_of(cache, objs[n - 1]);
	if (MAX_NUMNODES == 1)
		kt_eq(node->nr_partial, slabs);
	kmem_cache_shrink(cache);
	if (node->nr_partial > SLUB_MAX_PARTIAL)
		kt_eq(node->first, page_to_pfn(slab_of(objs[slabs * n - 1])));
	expect_first("");
	for (i = 0; i < slabs; i++)
		free_objs(cache, i * n + (i == slabs - 1 ? 1 : n - 1), (i + 1) * n);
	free_objs(cache, slabs * n, (slabs + 1) * n);
	kt_eq(kmem_cache_destroy(cache), 0);
}

/* Where no block of the usual order is left, the order that one object needs will do. */
KTEST(slub, smaller_slab_where_memory_is_split_up, SHORT)
{
	struct kmem_cache *cache = test_cache(2048);
	struct drained *all;
	void *obj;

	kt_assert(cache);
	kt_true(cache->order > cache->min_order);
	all = drain_memory(0);
	all = drain_order(undrain_one(all), 0);
	all = undrain_one(all); /* a page */
	obj = kmem_cache_alloc(cache, GFP_KERNEL);
	kt_true(obj != NULL);
	if (obj) {
		kt_eq(page_order(slab_of(obj)), cache->min_order);
		if ((int)page_to_nid(slab_of(obj)) == slab_home_node())
			kt_eq(slub_cpu(cache)->limit, cache->min_num << cache->shift);
		expect_first("");
		kmem_cache_free(cache, obj);
	}
	undrain_memory(all);
	kt_eq(kmem_cache_destroy(cache), 0);
}

/* --- past the CPU ---------------------------------------------------------------------------- */

/* As an interrupt handler finds it. */
KTEST(slub, somebody_is_inside, SHORT)
{
	struct kmem_cache *cache = test_cache(400);
	struct kmem_cache_cpu *cpu;
	u32 n, active;

	kt_assert(cache);
	n = cache->num;
	kt_assert(alloc_objs(cache, 0, 2));
	cpu = slub_cpu(cache);
	kt_true(slub_enter(cpu));
	kt_assert(alloc_objs(cache, 2, 3)); /* of a slab of its own */
	kt_true(slab_of(objs[2]) != slab_of(objs[0]));
	kt_eq(slab_of(objs[2])->slab_frozen, 0);
	free_objs(cache, 0, 1); /* into the chain of the frozen slab */
	kt_eq(slab_of(objs[0])->slab_free, 0);
	kt_eq(slub_flush(cache, smp_processor_id()), 0);
	kt_ptr_eq(cpu->page, slab_of(objs[0]));
	active = (u32)kmem_cache_active(cache);
	slub_leave(cpu);
	kt_eq(cpu->open, 1);
	kt_eq(active, 2);
	expect_first("");
	objs[0] = objs[2];
	kt_assert(alloc_objs(cache, 2, n)); /* what came back is taken over */
	kt_eq(slab_of(objs[n - 1])->slab_frozen, 1);
	kt_eq(nr_slabs(cache), 2);
	free_objs(cache, 0, n);
	kt_eq(kmem_cache_destroy(cache), 0);
}

/* --- links ----------------------------------------------------------------------------------- */

/* What a program keeps where the link of a free object lies may look like one. */
KTEST(slub, value_that_looks_like_a_link, SHORT)
{
	struct kmem_cache *cache = test_cache(64);

	kt_assert(cache);
	kt_assert(alloc_objs(cache, 0, cache->num + 1));
	*(u32 *)objs[0] = SLUB_LINK ^ 64; /* of a slab in no list, and of the CPU's */
	*(u32 *)objs[cache->num] = SLUB_LINK ^ 64;
	free_objs(cache, 0, cache->num + 1);
	expect_first("");
	kt_eq(kmem_cache_active(cache), 0);
	kt_eq(kmem_cache_destroy(cache), 0);
}

KTEST(slub, stop_write_after_free, STOP)
{
	struct kmem_cache *cache = test_cache(64);
	void *obj = kmem_cache_alloc(cache, GFP_KERNEL);

	kmem_cache_free(cache, obj);
	memset(obj, 0x41, 64);
	kt_expect_stop("was written to: its link is 0x41414141 (write after free");
	kt_ptr_eq(kmem_cache_alloc(cache, GFP_KERNEL), NULL);
}

/* In another slab than the CPU's. */
KTEST(slub, stop_write_after_free_in_the_list, STOP)
{
	struct kmem_cache *cache = test_cache(64);

	if (!alloc_objs(cache, 0, cache->num + 1))
		return;
	free_objs(cache, 0, 1);
	*(u32 *)objs[0] = 0;
	kt_expect_stop("BUG: kmem_cache_alloc: cache t-slab: free object");
	kt_true(alloc_objs(cache, 0, cache->num + 1));
}

KTEST(slub, stop_double_free_in_another_slab, STOP)
{
	struct kmem_cache *cache = test_cache(64);

	if (!alloc_objs(cache, 0, cache->num + 1))
		return;
	free_objs(cache, 0, 1);
	kt_expect_stop("of cache t-slab is free already (double free?)");
	kmem_cache_free(cache, objs[0]);
}

KTEST(slub, stop_inside_an_object_of_another_slab, STOP)
{
	struct kmem_cache *cache = test_cache(64);

	if (!alloc_objs(cache, 0, cache->num + 1))
		return;
	kt_expect_stop("is 4 bytes inside an object of cache t-slab, stride 64");
	kmem_cache_free(cache, (char *)objs[0] + 4);
}

KTEST(slub, stop_slab_moves_without_the_lock, STOP)
{
	struct kmem_cache *cache = test_cache(64);

	if (!alloc_objs(cache, 0, 1))
		return;
	kt_expect_stop("node->lock is not held");
	slub_list_add(node_of(cache, objs[0]), slab_of(objs[0]));
}
