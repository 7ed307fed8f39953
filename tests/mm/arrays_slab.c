/* SPDX-License-Identifier: 0BSD
 *
 * arrays_slab.c - tests of mm/slab_cpu.c and mm/slab_array.c: the arrays of the CPUs, batches, the
 * shared array, tuning, reaping.
 */
#include <lib/errno.h>
#include <mm/mm_check.h>
#include <test/capture.h>
#include <test/pages.h>

#include "slab_inside.h"

static void expect_sound(void)
{
	struct mm_check check = { 0 };

	slab_check(&check);
	kt_str_eq(check.first, "");
}

/* --- batches --------------------------------------------------------------------------------- */

/* clang-format off */
static const struct limit_case {
	size_t size;
	u32 limit, batchcount;
} limit_cases[] = {
	{ 8, 120, 60 },    { 256, 120, 60 },  { 260, 54, 27 },	 { 1024, 54, 27 },
	{ 1028, 24, 12 },  { 4096, 24, 12 },  { 4100, 8, 4 },	 { 131072, 8, 4 },
	{ 131076, 1, 1 },
};
/* clang-format on */

KTEST(slab_arrays, limits_by_size, SHORT)
{
	const struct limit_case *c;
	struct kmem_cache *cache;

	for_each_case (c, limit_cases) {
		cache = kmem_cache_create("t-slab", c->size, 4, 0, NULL);
		kt_assert(cache);
		if (cache->stride == c->size) {
			kt_eq(this_array(cache)->limit, c->limit);
			kt_eq(this_array(cache)->batchcount, c->batchcount);
		}
		kt_eq(cache->sharedfactor, NR_CPUS > 1 && c->size <= PAGE_SIZE ? 8 : 0);
		kt_eq(kmem_cache_destroy(cache), 0);
	}
}

/* A batch comes with the first object, and is handed out in the order in which it lies. */
KTEST(slab_arrays, first_object_brings_a_batch, SHORT)
{
	struct kmem_cache *cache = test_cache(32);
	u32 i;

	kt_assert(cache);
	kt_assert(alloc_objs(cache, 0, 1));
	kt_eq(nr_cached(cache), 59);
	kt_eq(slab_of(objs[0])->inuse, 60);
	kt_eq(kmem_cache_active(cache), 1);
	kt_assert(alloc_objs(cache, 1, 60));
	for (i = 1; i < 60; i++)
		kt_ptr_eq(objs[i], (char *)objs[0] + i * 32);
	kt_eq(nr_cached(cache), 0);
	free_objs(cache, 0, 60);
	kt_eq(nr_cached(cache), 60);
	kt_eq(kmem_cache_active(cache), 0);
	kt_eq(kmem_cache_destroy(cache), 0);
}

/* No more than a slab is made for a batch. */
KTEST(slab_arrays, batch_makes_one_slab, SHORT)
{
	struct kmem_cache *cache = test_cache(1024);

	kt_assert(cache);
	kt_assert(alloc_objs(cache, 0, 1));
	kt_eq(node_of(cache)->nr_slabs, 1);
	kt_eq(nr_cached(cache), (int)cache->num - 1);
	free_objs(cache, 0, 1);
	kt_eq(kmem_cache_destroy(cache), 0);
}

/* The oldest go: what was freed last stays at hand. */
KTEST(slab_arrays, full_array_gives_a_batch_back, SHORT)
{
	struct kmem_cache *cache = test_cache(32);
	u32 i;

	kt_assert(cache);
	if (cache->sharedfactor)
		kt_eq(kmem_cache_tune(cache, 120, 60, 0), 0);
	kt_assert(alloc_objs(cache, 0, 180));
	cache_drain(cache);
	kt_eq(nr_cached(cache), 0);
	free_objs(cache, 0, 120);
	kt_eq(nr_cached(cache), 120);
	free_objs(cache, 120, 121);
	kt_eq(nr_cached(cache), 61);
	kt_ptr_eq(this_array(cache)->entry[0].obj, objs[60]);
	for (i = 0; i < 60; i++)
		kt_true(slab_of(objs[i])->bufctl[slab_index(slab_of(objs[i]), objs[i])] >=
			BUFCTL_FIRST);
	kt_ptr_eq(kmem_cache_alloc(cache, GFP_KERNEL), objs[120]);
	expect_sound();
	free_objs(cache, 120, 180);
	kt_eq(kmem_cache_destroy(cache), 0);
}

/* As if an interrupt handler came while somebody is in the array: it takes and gives without. */
KTEST(slab_arrays, busy_array_is_passed_by, SHORT)
{
	struct kmem_cache *cache = test_cache(32);
	int avail = 0;

	kt_assert(cache);
	kt_assert(alloc_objs(cache, 0, 2));
	kt_true(array_enter(this_array(cache), 0, &avail));
	kt_eq(avail, 58);
	objs[2] = kmem_cache_alloc(cache, GFP_KERNEL);
	kt_true(objs[2] && objs[2] != this_array(cache)->entry[57].obj);
	kmem_cache_free(cache, objs[2]);
	kmem_cache_free(cache, objs[0]);
	kt_eq(this_array(cache)->avail, 58);
	array_leave(this_array(cache), 0);
	kt_eq(nr_cached(cache), 58);
	kt_eq(kmem_cache_active(cache), 1);
	expect_sound();
	free_objs(cache, 1, 2);
	kt_eq(kmem_cache_destroy(cache), 0);
}

/* Drains pass by an array that somebody is in. */
KTEST(slab_arrays, shrink_leaves_a_busy_array_alone, SHORT)
{
	struct kmem_cache *cache = test_cache(32);
	int avail = 0;

	kt_assert(cache);
	kt_assert(alloc_objs(cache, 0, 1));
	free_objs(cache, 0, 1);
	kt_true(array_enter(this_array(cache), 0, &avail));
	kt_eq(kmem_cache_shrink(cache), 0);
	kt_eq(kmem_cache_destroy(cache), -EBUSY);
	array_leave(this_array(cache), 0);
	kt_eq(nr_cached(cache), 60);
	kt_eq(kmem_cache_shrink(cache), 1);
	kt_eq(nr_cached(cache), 0);
	kt_eq(kmem_cache_destroy(cache), 0);
}

/* Of memory for DMA nothing waits. */
KTEST(slab_arrays, dma_cache_has_none, SHORT)
{
	struct kmem_cache *cache;

	if (!has_dma())
		kt_skip("no memory below 16 MiB");
	cache = kmem_cache_create("t-slab", 64, 0, SLAB_CACHE_DMA, NULL);
	kt_assert(cache);
	kt_ptr_eq(cache->array, no_array);
	kt_assert(alloc_objs(cache, 0, 1));
	kt_eq(slab_of(objs[0])->inuse, 1);
	free_objs(cache, 0, 1);
	kt_eq(kmem_cache_destroy(cache), 0);
}

/* --- tuning ---------------------------------------------------------------------------------- */

KTEST(slab_arrays, tuning_changes_the_arrays, SHORT)
{
	struct kmem_cache *cache = test_cache(32);
	struct cache_stats stats;

	kt_assert(cache);
	kt_assert(alloc_objs(cache, 0, 20));
	kt_eq(kmem_cache_tune(cache, 10, 4, 0), 0);
	kt_eq(nr_cached(cache), 0);
	cache_stats(cache, &stats);
	kt_eq(stats.limit, 10);
	kt_eq(stats.batchcount, 4);
	kt_eq(stats.sharedfactor, 0);
	kt_eq(node_of(cache)->free_limit, (1 + NR_CPUS) * 4 + cache->num);
	expect_sound();
	free_objs(cache, 0, 10);
	kt_eq(nr_cached(cache), 10);
	free_objs(cache, 10, 11);
	kt_eq(nr_cached(cache), 7);
	kt_eq(kmem_cache_tune(cache, SLAB_LIMIT_MAX, SLAB_LIMIT_MAX, 0), 0);
	expect_sound();
	free_objs(cache, 11, 20);
	kt_eq(kmem_cache_destroy(cache), 0);
}

KTEST(slab_arrays, tuning_with_bad_values_changes_nothing, SHORT)
{
	static const unsigned int bad[][3] = {
		{ 0, 1, 0 },
		{ 10, 0, 0 },
		{ 10, 11, 0 },
		{ SLAB_LIMIT_MAX + 1, 1, 0 },
		{ 10, 5, SLAB_SHARED_MAX + 1 },
	};
	struct kmem_cache *cache = test_cache(32);
	unsigned int i;

	kt_assert(cache);
	for (i = 0; i < ARRAY_SIZE(bad); i++)
		kt_eq(kmem_cache_tune(cache, bad[i][0], bad[i][1], bad[i][2]), -EINVAL);
	kt_eq(this_array(cache)->limit, 120);
	kt_eq(this_array(cache)->batchcount, 60);
	kt_eq(kmem_cache_destroy(cache), 0);
}

KTEST(slab_arrays, tuning_waits_for_nobody, SHORT)
{
	struct kmem_cache *cache = test_cache(32);
	unsigned long active = kmem_cache_active(kmalloc_slab(1000, 0));
	int avail = 0;

	kt_assert(cache);
	kt_true(array_enter(this_array(cache), 0, &avail));
	kt_eq(kmem_cache_tune(cache, 10, 5, 1), -EBUSY);
	array_leave(this_array(cache), 0);
	kt_eq(this_array(cache)->limit, 120);
	kt_eq(kmem_cache_destroy(cache), 0);
	kt_true(kmem_cache_active(kmalloc_slab(1000, 0)) <= active);
}

/* --- the shared array ------------------------------------------------------------------------ */

/* What an array has no room for waits in the shared one, and comes back from there. */
KTEST(slab_arrays, shared_array_is_between, SHORT)
{
	struct kmem_cache *cache = test_cache(32);
	struct array_cache *shared;

	kt_assert(cache);
	kt_eq(kmem_cache_tune(cache, 4, 2, 3), 0);
	shared = node_of(cache)->shared_array;
	kt_assert(shared);
	kt_eq(shared->limit, 6);
	kt_assert(alloc_objs(cache, 0, 12));
	free_objs(cache, 0, 5);
	kt_eq(nr_cached(cache), 3);
	kt_eq(shared->avail, 2);
	kt_ptr_eq(shared->entry[0].obj, objs[0]);
	expect_sound();
	free_objs(cache, 5, 12); /* more than both hold */
	kt_eq(shared->avail, 6);
	kt_eq(kmem_cache_active(cache), 0);
	expect_sound();
	kt_assert(alloc_objs(cache, 0, 6));
	kt_true(shared->avail < 6);
	free_objs(cache, 0, 6);
	kt_eq(kmem_cache_shrink(cache), 1);
	kt_eq(shared->avail, 0);
	kt_eq(kmem_cache_destroy(cache), 0);
}

/* --- nodes ----------------------------------------------------------------------------------- */

static const struct array_cache *array_of_node(const struct kmem_cache *cache, int nid)
{
	return array_of_cpu(cache->node[nid].array, smp_processor_id());
}

/* A machine of one node has one array for each CPU, and no room for others. */
KTEST(slab_arrays, one_array_for_each_node, SHORT)
{
	struct kmem_cache *cache = test_cache(32);
	size_t bytes = sizeof(struct array_cache) + 120 * sizeof(struct array_entry);
	size_t alien = sizeof(struct array_cache) + 12 * sizeof(struct array_entry);

	kt_assert(cache);
	kt_ptr_eq(array_of(own_first(cache)), array_of_node(cache, slab_home_node()));
	if (NR_CPUS == 1)
		kt_eq(ksize(array_of(cache->node[0].array)),
		      room_for(bytes + (nr_node_ids - 1) * alien));
	kt_eq(kmem_cache_destroy(cache), 0);
}

/* What is of another node waits apart, and goes home when there is more than a few. */
KTEST(slab_arrays, an_alien_object_goes_home, SHORT)
{
	const struct array_cache *alien;
	struct kmem_cache_node *node;
	struct kmem_cache *cache;
	int nid = last_nid();
	unsigned int i;

	if (nid == slab_home_node() || slab_home[nid] != nid)
		kt_skip("the last node is home, or has no lowmem");
	cache = test_cache(32);
	kt_assert(cache && kmem_cache_tune(cache, 120, 60, 0) == 0);
	node = &cache->node[nid];
	for (i = 0; i < 13; i++)
		objs[i] = kmem_cache_alloc_node(cache, GFP_KERNEL | __GFP_THISNODE, nid);
	alien = array_of_node(cache, nid);
	kt_eq(alien->limit, 12);
	kt_eq(alien->avail - ARRAY_OPEN, 11); /* of its second batch */
	cache_drain(cache);
	for (i = 0; i < 12; i++)
		kmem_cache_free(cache, objs[i]);
	kt_eq(alien->avail - ARRAY_OPEN, 12);
	kt_eq(nr_cached(cache), 0);
	kt_eq(node->free_objects, slab_of(objs[0])->num - 13);
	expect_sound();
	kmem_cache_free(cache, objs[12]);
	kt_eq(alien->avail - ARRAY_OPEN, 1);
	kt_eq(node->free_objects, slab_of(objs[0])->num - 1);
	expect_sound();
	kt_eq(kmem_cache_shrink(cache), 1);
	kt_eq(alien->avail - ARRAY_OPEN, 0);
	kt_eq(kmem_cache_destroy(cache), 0);
}

KTEST(slab_arrays, an_alien_object_among_others_is_found, SHORT)
{
	struct mm_check check = { 0 };
	struct kmem_cache *cache;
	struct array_entry home, *alien;
	int nid = last_nid();

	if (nid == slab_home_node() || slab_home[nid] != nid)
		kt_skip("the last node is home, or has no lowmem");
	cache = test_cache(32);
	kt_assert(cache && alloc_objs(cache, 0, 1));
	objs[1] = kmem_cache_alloc_node(cache, GFP_KERNEL, nid);
	alien = &array_of_cpu(cache->node[nid].array, smp_processor_id())->entry[0];
	home = this_array(cache)->entry[0];
	this_array(cache)->entry[0] = *alien;
	*alien = home;
	slab_check(&check);
	kt_str_eq(check.first, "S11");
	*alien = this_array(cache)->entry[0];
	this_array(cache)->entry[0] = home;
	expect_sound();
	free_objs(cache, 0, 2);
	kt_eq(kmem_cache_destroy(cache), 0);
}

/* --- reaping --------------------------------------------------------------------------------- */

/* Of two caches with an empty slab, the one of which nothing was wanted since the last time. */
KTEST(slab_arrays, reaping_begins_with_the_idle, SHORT)
{
	struct kmem_cache *idle = kmem_cache_create("t-idle", 32, 0, 0, NULL);
	struct kmem_cache *busy = test_cache(32);

	kt_assert(idle && busy);
	kmem_cache_shrink_all();
	kt_assert(alloc_objs(idle, 0, 1));
	free_objs(idle, 0, 1);
	kmem_cache_reap(0);
	while (!cache_was_idle(idle))
		;
	kt_assert(alloc_objs(busy, 0, 1));
	free_objs(busy, 0, 1);
	kt_true(kmem_cache_reap(1) >= 1);
	kt_eq(nr_slabs(idle), 0);
	kt_eq(nr_slabs(busy), 1);
	kt_true(kmem_cache_reap(~0UL) >= 1);
	kt_eq(nr_slabs(busy), 0);
	kt_eq(kmem_cache_destroy(idle), 0);
	kt_eq(kmem_cache_destroy(busy), 0);
}

/* A report tells a free object that a CPU has at hand from one in its slab. */
KTEST(slab_arrays, object_at_hand_is_said_to_be, SHORT)
{
	struct kmem_cache *cache = kmem_cache_create("t-slab", 64, 0, 0, NULL);
	static struct capture captured;
	char *obj;

	kt_assert(cache);
	obj = kmem_cache_alloc(cache, GFP_KERNEL);
	kt_assert(obj);
	kmem_cache_free(cache, obj);
	capture_init(&captured, capture_text, sizeof(capture_text));
	slab_object_show(&captured.out, obj);
	kt_eq(capture_count(&captured, "  * object * at 0x*, free, in a list of a CPU or of all"),
	      1);
	kmem_cache_shrink(cache);
	obj = kmem_cache_alloc(cache, GFP_KERNEL);
	capture_reset(&captured);
	slab_object_show(&captured.out, obj);
	kt_eq(capture_count(&captured, "  * object * at 0x*, in use"), 1);
	kmem_cache_free(cache, obj);
	kt_eq(kmem_cache_destroy(cache), 0);
}
