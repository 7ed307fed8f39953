/* SPDX-License-Identifier: 0BSD
 *
 * grow_slab.c - tests of what happens while a cache grows with its lock dropped.
 *
 * The constructor plays the other caller: what it does to its own cache happens between the drop of
 * the lock and its second taking, each time in the same way.
 */
#include <mm/mm_check.h>

#include "irqs_on.h"
#include "slab_inside.h"

static struct kmem_cache *cache;
static void (*other_caller)(void); /* what the next constructor does first, once */
static unsigned int nr_constructed;

static void acting_ctor(void *obj)
{
	void (*act)(void) = other_caller;

	other_caller = NULL;
	if (act)
		act();
	*(u32 *)obj = 0xC0FFEE;
	nr_constructed++;
}

static bool setup(size_t size)
{
	cache = kmem_cache_create("t-slab", size, 0, 0, acting_ctor);
	nr_constructed = 0;
	return kt_true(cache != NULL);
}

/* Grow the cache, of whose slabs none has a free object, while @act happens. */
static void *grow_while(void (*act)(void))
{
	void *obj;

	other_caller = act;
	obj = kmem_cache_alloc(cache, GFP_KERNEL);
	kt_ptr_eq(other_caller, NULL);
	if (kt_true(obj != NULL))
		kt_eq(*(u32 *)obj, 0xC0FFEE);
	return obj;
}

static void expect_slabs(unsigned long all, unsigned long empty)
{
	struct mm_check check = { 0 };

	kt_eq(node_of(cache)->nr_slabs, all);
	kt_eq(list_length(&node_of(cache)->slabs_free), empty);
	slab_check(&check);
	kt_str_eq(check.first, "");
}

static void teardown(void)
{
	kt_eq(kmem_cache_active(cache), 0);
	kt_eq(kmem_cache_destroy(cache), 0);
}

/* --- the lock and interrupts ----------------------------------------------------------------- */

static bool saw_lock, saw_irqs_off;

static void look_at_lock(void)
{
	saw_lock = spin_is_locked(&node_of(cache)->lock);
	saw_irqs_off = irqs_disabled();
}

KTEST(slab_grow, constructor_runs_without_the_lock, SHORT)
{
	struct irqs_on irqs;
	unsigned long flags;
	void *obj;

	kt_assert(setup(64));
	saw_lock = saw_irqs_off = true;
	irqs_on_begin(&irqs);
	obj = grow_while(look_at_lock);
	irqs_on_end(&irqs);
	kt_false(saw_lock);
	kt_false(saw_irqs_off);
	kmem_cache_free(cache, obj);
	kt_eq(kmem_cache_shrink(cache), 1);
	flags = local_irq_save();
	obj = grow_while(look_at_lock);
	local_irq_restore(flags);
	kt_true(saw_irqs_off);
	kmem_cache_free(cache, obj);
	teardown();
}

/* --- the constructor needs memory itself ----------------------------------------------------- */

static void *inner;

static void take_from_another_cache(void)
{
	inner = kmalloc(700, GFP_KERNEL);
}

KTEST(slab_grow, constructor_may_use_another_cache, SHORT)
{
	kt_assert(setup(64));
	kmem_cache_free(cache, grow_while(take_from_another_cache));
	kt_true(inner != NULL);
	kfree(inner);
	expect_slabs(1, 0);
	teardown();
}

static void take_from_the_same_cache(void)
{
	inner = kmem_cache_alloc(cache, GFP_KERNEL);
}

/* The cache grows twice, and the second slab is there first: it is begun. */
static void check_same_cache(size_t size)
{
	void *obj;

	kt_assert(setup(size));
	obj = grow_while(take_from_the_same_cache);
	kt_assert(obj && inner);
	kt_ptr_eq(slab_of(obj), slab_of(inner));
	kt_true(obj != inner);
	kt_eq(nr_constructed, 2 * cache->num);
	expect_slabs(2, 1);
	kmem_cache_free(cache, obj);
	kmem_cache_free(cache, inner);
	teardown();
}

KTEST(slab_grow, constructor_may_use_its_own_cache, SHORT)
{
	check_same_cache(64);	/* descriptor on the slab */
	check_same_cache(1024); /* and off it */
}

/* --- another caller frees -------------------------------------------------------------------- */

static void free_first_object(void)
{
	free_objs(cache, 0, 1);
}

/* What is begun is filled first: the new slab waits with the empty ones. */
KTEST(slab_grow, object_freed_meanwhile_is_used, SHORT)
{
	u32 n;
	void *obj;

	kt_assert(setup(400));
	n = cache->num;
	kt_assert(alloc_objs(cache, 0, 2 * n)); /* two slabs full */
	obj = grow_while(free_first_object);
	kt_ptr_eq(obj, objs[0]);
	expect_slabs(3, 1);
	free_objs(cache, 0, 2 * n);
	teardown();
}

static void shrink(void)
{
	kmem_cache_shrink(cache);
}

/* The new slab is none of the cache's yet: nobody else can take it away. */
KTEST(slab_grow, shrinking_does_not_see_the_new_slab, SHORT)
{
	void *obj;

	kt_assert(setup(400));
	kt_assert(alloc_objs(cache, 0, cache->num));
	obj = grow_while(shrink);
	expect_slabs(2, 0);
	kmem_cache_free(cache, obj);
	free_objs(cache, 0, cache->num);
	teardown();
}

/* --- colours --------------------------------------------------------------------------------- */

KTEST(slab_grow, each_slab_that_is_added_moves_the_colour_on, SHORT)
{
	void *obj;

	kt_assert(setup(300));
	kt_assert(cache->colours > 2);
	kt_eq(node_of(cache)->colour_next, 0);
	obj = grow_while(take_from_the_same_cache);
	kt_eq(node_of(cache)->colour_next, 2);
	kmem_cache_free(cache, obj);
	kmem_cache_free(cache, inner);
	teardown();
}

/* --- what stops ------------------------------------------------------------------------------ */

static void destroy(void)
{
	kt_eq(kmem_cache_destroy(cache), 0);
}

KTEST(slab_grow, stop_cache_destroyed_while_it_grows, STOP)
{
	kt_assert(setup(64));
	kt_expect_stop("is cache t-slab, which was destroyed");
	grow_while(destroy);
}

static void free_new_object(void)
{
	kmem_cache_free(cache, inner);
}

/* The chain of free objects is there before the constructor is called. */
KTEST(slab_grow, stop_object_freed_while_it_is_made, STOP)
{
	kt_assert(setup(64));
	inner = grow_while(NULL);
	kmem_cache_free(cache, inner);
	kmem_cache_shrink(cache); /* the page that it lies in is the next one taken */
	node_of(cache)->colour_next = 0;
	kt_expect_stop("of cache t-slab is free already (double free?)");
	grow_while(free_new_object);
}

/* --- two frees of one object at once --------------------------------------------------------- */

/* The rest of a kfree() that has found @slab. */
static void free_to(struct slab *slab, const void *obj)
{
	cache_free(slab, obj, kfree, 0);
}

/* Both callers have found the slab before the first of them takes the lock. */
KTEST(slab_grow, stop_second_of_two_racing_frees, STOP)
{
	struct slab *slab;

	kt_assert(setup(64));
	kt_assert(alloc_objs(cache, 0, 1));
	slab = slab_of(objs[0]);
	kmem_cache_free(cache, objs[0]);
	kt_expect_stop("BUG: kfree: object ");
	free_to(slab, objs[0]);
}

/* And the first free gave the slab back. */
KTEST(slab_grow, stop_second_of_two_racing_frees_of_a_slab_that_went, STOP)
{
	struct slab *slab;

	kt_assert(setup(64));
	kt_assert(alloc_objs(cache, 0, 1));
	slab = slab_of(objs[0]);
	kmem_cache_free(cache, objs[0]);
	kmem_cache_shrink(cache);
	kt_expect_stop("BUG: kfree: ");
	kt_expect_report("is in a free page, or not in the first page of a block (double free?)");
	free_to(slab, objs[0]);
}
