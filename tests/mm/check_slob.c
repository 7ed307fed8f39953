/* SPDX-License-Identifier: 0BSD
 *
 * check_slob.c - does slab_check() see what it is there for? Each test breaks one invariant of a
 * page in a known state, expects it to be the first one reported, and nothing before the damage
 * and after its repair.
 */
#include <mm/mm_check.h>
#include <test/pages.h>

#include "check_line.h"
#include "slob_inside.h"

static struct kmem_cache *cache;
static char *obj[5];
static struct slab *slab;

/* Five objects side by side: the second one is a gap, the fourth one has left one too. */
static bool setup(void)
{
	u32 i;

	cache = kmem_cache_create("t-check", 2 * SLOB_UNIT, 0, 0, NULL);
	if (!cache)
		return false;
	obj[0] = begin_page(cache);
	if (!obj[0])
		return false;
	slab = table_of(obj[0]);
	for (i = 1; i < 5; i++)
		obj[i] = kmem_cache_alloc(cache, GFP_KERNEL);
	kmem_cache_free(cache, obj[1]);
	kmem_cache_free(cache, obj[3]);
	expect_first("");
	return kt_ptr_eq(obj[4], obj[0] + 8 * SLOB_UNIT) && kt_eq(slab->nr, 5);
}

static void teardown(void)
{
	expect_first("");
	kmem_cache_free(cache, obj[0]);
	kmem_cache_free(cache, obj[2]);
	kmem_cache_free(cache, obj[4]);
	kt_eq(kmem_cache_destroy(cache), 0);
}

/* A test that sets a field to a wrong value and back again. */
#define CORRUPTION(name, id, field, value)            \
	KTEST(slob_check, name, SHORT)                \
	{                                             \
		struct slob_block *block;             \
		__typeof__((field) + 0) saved;        \
                                                      \
		kt_assert(setup());                   \
		block = slob_block(slab, 2);          \
		saved = (field);                      \
		(field) = (value);                    \
		expect_first(id);                     \
		(field) = saved;                      \
		kt_ptr_eq(slob_find(slab, 4), block); \
		teardown();                           \
	}

KTEST(slob_check, o1_a_list_is_broken, SHORT)
{
	struct list_head *prev;

	kt_assert(setup());
	prev = slab->list.prev;
	slab->list.prev = &slab->list;
	expect_first("O1");
	slab->list.prev = (struct list_head *)(uintptr)0x33333333;
	expect_first("O1");
	slab->list.prev = prev;
	teardown();
}

KTEST(slob_check, o1_a_page_with_a_gap_is_with_the_full_ones, SHORT)
{
	kt_assert(setup());
	list_move(&slab->list, &slob_node(slab)->pools[SLOB_FULL]);
	expect_first("O1");
	list_move(&slab->list, &slob_node(slab)->pools[slab->pool]);
	teardown();
}

CORRUPTION(o1_a_page_is_full_and_not_with_them, "O1", slab->room, 0)
CORRUPTION(o1_a_page_of_another_pool, "O1", slab->pool, SLOB_CLASSES)
CORRUPTION(o1_a_page_of_no_pool, "O1", slab->pool, SLOB_FULL)
CORRUPTION(o2_the_spare_page_has_objects, "O2", slob_node(slab)->spare[SLOB_PLAIN], slab)

KTEST(slob_check, o2_a_page_without_objects_is_not_the_spare_one, SHORT)
{
	struct slab *spare;

	kt_assert(setup());
	kmem_cache_shrink(cache);
	kmem_cache_free(cache, obj[0]);
	kmem_cache_free(cache, obj[2]);
	kmem_cache_free(cache, obj[4]);
	spare = slob_node(slab)->spare[SLOB_PLAIN];
	kt_ptr_eq(spare, slab);
	slob_node(slab)->spare[SLOB_PLAIN] = NULL;
	expect_first("O2");
	slob_node(slab)->spare[SLOB_PLAIN] = spare;
	expect_first("");
	kt_eq(kmem_cache_destroy(cache), 0);
}

CORRUPTION(o3_two_blocks_overlap, "O3", block->first, 3)
CORRUPTION(o3_a_block_ends_before_it_begins, "O3", block->last, 2)
CORRUPTION(o3_a_block_of_no_cache, "O3", block->cache, 0)
CORRUPTION(o3_a_block_of_a_cache_that_is_none, "O3", block->cache, SLOB_MAX_CACHES - 1)
CORRUPTION(o3_a_table_too_large_for_its_page, "O3", slab->nr, SLOB_UNITS)

KTEST(slob_check, o3_blocks_in_the_wrong_order, SHORT)
{
	struct slob_block one;

	kt_assert(setup());
	one = *slob_block(slab, 0);
	*slob_block(slab, 0) = *slob_block(slab, 2);
	expect_first("O3");
	*slob_block(slab, 0) = one;
	teardown();
}

/* The last object reaches into the table. */
KTEST(slob_check, o3_a_block_under_the_table, SHORT)
{
	u32 last;

	kt_assert(setup());
	last = slob_block(slab, 4)->last;
	slob_block(slab, 4)->last = slob_limit(slab->nr) & (SLOB_UNITS - 1);
	expect_first("O3");
	slob_block(slab, 4)->last = last & (SLOB_UNITS - 1);
	teardown();
}

CORRUPTION(o4_more_objects_than_blocks, "O4", slab->used, 4)
CORRUPTION(o4_fewer_ghosts_than_blocks, "O4", slab->ghosts, 1)
CORRUPTION(o4_a_gap_is_larger_than_room, "O4", slab->room, 1)
CORRUPTION(o4_a_block_in_no_state, "O4", block->state, 3)
CORRUPTION(o5_an_object_is_not_counted, "O5", cache->active, 2)
CORRUPTION(o5_an_object_is_parked_nowhere, "O5", cache->parked, 1)

KTEST(slob_check, o5_an_object_of_another_cache, SHORT)
{
	kt_assert(setup());
	slob_block(slab, 2)->cache = cache_cache.number & (SLOB_MAX_CACHES - 1);
	expect_first("O5");
	slob_block(slab, 2)->cache = cache->number & (SLOB_MAX_CACHES - 1);
	teardown();
}

CORRUPTION(o7_a_stride_that_is_too_small, "O7", cache->stride, SLOB_UNIT)
CORRUPTION(o7_more_objects_than_a_page_has_room_for, "O7", cache->num, 1000)

KTEST(slob_check, o6_a_page_has_another_table, SHORT)
{
	struct page *page;

	kt_assert(setup());
	page = virt_to_page(obj[0]);
	page->slab_page = NULL;
	expect_first("O6");
	page->slab_page = slab;
	teardown();
}

/* Pages that are only counted: that all slab pages are counted is S10, and comes before. */
KTEST(slob_check, o6_shared_pages_counted_as_others, SHORT)
{
	kt_assert(setup());
	slob_nr_shared[SLOB_PLAIN]--;
	slob_nr_shared[SLOB_DMA]++;
	expect_first("O6");
	slob_nr_shared[SLOB_PLAIN]++;
	slob_nr_shared[SLOB_DMA]--;
	teardown();
}

KTEST(slob_check, o6_a_block_is_counted_twice, SHORT)
{
	struct kmem_cache *large;
	void *block;

	kt_assert(setup());
	large = kmem_cache_create("t-large", 2 * PAGE_SIZE, 0, 0, NULL);
	kt_assert(large);
	block = kmem_cache_alloc(large, GFP_KERNEL);
	kt_assert(block);
	slob_nr_blocks += 2;
	expect_first("O6");
	slob_nr_blocks -= 2;
	expect_first("");
	kmem_cache_free(large, block);
	kt_eq(kmem_cache_destroy(large), 0);
	teardown();
}
