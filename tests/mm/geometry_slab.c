/* SPDX-License-Identifier: 0BSD
 *
 * geometry_slab.c - tests of mm/slab_size.c: orders, places of descriptors, colours.
 *
 * Sizes in the tables are those of a 32-bit machine: 30 bytes of struct slab, 2 for each bufctl.
 */
#include <lib/align.h>
#include <lib/format.h>
#include <test/pages.h>

#include "drain.h"
#include "slab_inside.h"

/* clang-format off */
static const struct geometry_case {
	size_t size;
	unsigned int order;
	u32 num;
	bool off_slab;
} geometry_cases[] = {
	{ 4, 0, 677, false },    /* 30 + 677 * (4 + 2) = 4092 */
	{ 8, 0, 406, false },    /* 30 + 406 * (8 + 2) = 4090 */
	{ 256, 0, 15, false },
	{ 500, 0, 8, false },
	{ 508, 0, 7, false },    /* the largest that is on-slab by its size */
	{ 512, 0, 8, true },     /* an eighth of a page: off-slab */
	{ 600, 0, 6, false },    /* rest of 496 bytes: back on-slab */
	{ 680, 0, 6, true },     /* rest of 16 bytes: too small for the descriptor */
	{ 1024, 0, 4, true },
	{ 1368, 1, 5, false },   /* order 0 would waste a third */
	{ 2048, 0, 2, true },
	{ 2052, 1, 3, false },
	{ 3584, 0, 1, false },   /* wastes an eighth, not more */
	{ 4096, 0, 1, true },
	{ 4100, 1, 1, false },   /* wasteful, but SLAB_BREAK_ORDER is reached */
	{ 8192, 1, 1, true },
	{ 131072, 5, 1, true },
};
/* clang-format on */

KTEST(slab, geometry_by_size, SHORT)
{
	const struct geometry_case *c;
	struct kmem_cache *cache;
	char name[16];

	if (sizeof(void *) != 4)
		kt_skip("the table is for 32-bit words");
	for_each_case (c, geometry_cases) {
		snprintf(name, sizeof(name), "%zu", c->size);
		kt_case(name);
		cache = test_cache(c->size);
		kt_assert(cache);
		kt_eq(cache->order, c->order);
		kt_eq(cache->num, c->num);
		kt_eq(!!(cache->flags & CFLGS_OFF_SLAB), c->off_slab);
		kt_eq(cache->slabp_cache != NULL, c->off_slab);
		kt_eq(kmem_cache_destroy(cache), 0);
	}
	kt_case(NULL);
}

/* Where objects and descriptor lie, for every size up to two pages. */
static void check_block_use(const struct kmem_cache *cache)
{
	unsigned long block = PAGE_SIZE << cache->order, used = cache->num * cache->stride;

	if (!cache->slabp_cache)
		used += cache->mgmt_size;
	kt_true(cache->num > 0);
	kt_true(used <= block);
	kt_true(cache->order >= 1 || (block - used) * 8 <= block);
	kt_true(cache->mgmt_size >=
		offsetof(struct slab, bufctl) + cache->num * sizeof(kmem_bufctl_t));
	kt_eq(cache->colours, (block - used) / cache->colour_off + 1);
}

/* The alignment pushes the objects off the first page of the block, which is the descriptor's. */
KTEST(slab, descriptor_with_a_page_of_its_own, SHORT)
{
	struct kmem_cache *cache = kmem_cache_create("t-slab", 70000, PAGE_SIZE, 0, NULL);
	unsigned long free;

	kt_assert(cache);
	kt_ptr_eq(cache->slabp_cache, NULL);
	kt_eq(cache->mgmt_size, PAGE_SIZE);
	free = free_pages_now();
	kt_assert(alloc_objs(cache, 0, 2));
	kt_eq(free_pages_now(), free - (cache->num == 1 ? 2UL : 1UL) * (1UL << cache->order));
	kt_eq(page_to_pfn(slab_first_page(cache, slab_of(objs[0]))),
	      ALIGN_DOWN(page_to_pfn(virt_to_page(slab_of(objs[0]))), 1UL << cache->order));
	free_objs(cache, 0, 2);
	kmem_cache_shrink(cache);
	kt_eq(free_pages_now(), free);
	kt_eq(kmem_cache_destroy(cache), 0);
}

KTEST(slab, every_size_fits_its_block, SHORT)
{
	struct kmem_cache *cache;
	size_t size;

	for (size = 1; size <= 2 * PAGE_SIZE; size += 1 + kt_random_below(30)) {
		cache = test_cache(size);
		kt_assert(cache);
		check_block_use(cache);
		kt_eq(kmem_cache_destroy(cache), 0);
	}
}

/* slab_index() against the division that it replaces, for every object of a block. */
static void check_index(const struct kmem_cache *cache)
{
	static char base;
	const struct slab slab = { .s_mem = &base,
				   .inverse = cache->inverse,
				   .shift = cache->shift };
	u32 i, wrong = 0;

	for (i = 0; i < cache->num; i++) {
		uintptr obj = (uintptr)slab.s_mem + i * cache->stride;

		wrong += slab_index(&slab, (void *)obj) != i;
		wrong += slab_index(&slab, (void *)(obj + 1)) < cache->num;
		wrong += slab_index(&slab, (void *)(obj + cache->stride / 2)) < cache->num;
		wrong += slab_index(&slab, (void *)(obj + cache->stride - 1)) < cache->num;
	}
	for (i = 1; i < PAGE_SIZE; i++)
		wrong += slab_index(&slab, (void *)((uintptr)slab.s_mem - i)) < cache->num;
	if (wrong)
		kt_fail("stride %u: %u wrong indices", cache->stride, wrong);
}

KTEST(slab, index_is_exact, SHORT)
{
	struct kmem_cache *cache;
	size_t size;

	for (size = 4; size <= KMALLOC_MAX_SIZE; size += 4 + size / 13) {
		cache = test_cache(size);
		kt_assert(cache);
		check_index(cache);
		kt_eq(kmem_cache_destroy(cache), 0);
	}
}

/* --- colours --------------------------------------------------------------------------------- */

/* Objects of 260 bytes leave 3 * 32 bytes and more. */
KTEST(slab, colours_rotate, SHORT)
{
	struct kmem_cache *cache = test_cache(260);
	u32 slab, colours, want = 0;

	kt_assert(cache);
	colours = cache->colours;
	kt_true(colours >= 3);
	kt_assert(alloc_objs(cache, 0, (2 * colours + 1) * cache->num));
	for (slab = 0; slab <= 2 * colours; slab++) {
		const struct slab *s = slab_of(objs[slab * cache->num]);
		uintptr offset = (uintptr)s->s_mem % PAGE_SIZE - cache->mgmt_size;

		kt_eq(offset, want * cache->colour_off);
		want = (want + 1) % colours;
	}
	free_objs(cache, 0, (2 * colours + 1) * cache->num);
	kt_eq(kmem_cache_destroy(cache), 0);
}

KTEST(slab, no_colour_without_a_rest, SHORT)
{
	struct kmem_cache *cache = test_cache(1024);
	u32 i;

	kt_assert(cache);
	kt_eq(cache->colours, 1);
	kt_assert(alloc_objs(cache, 0, 12));
	for (i = 0; i < 12; i++)
		kt_eq((uintptr)slab_of(objs[i])->s_mem % PAGE_SIZE, 0);
	free_objs(cache, 0, 12);
	kt_eq(kmem_cache_destroy(cache), 0);
}

KTEST(slab, colour_does_not_move_on_failure, SHORT)
{
	struct kmem_cache *cache = test_cache(260);
	struct drained *all;

	kt_assert(cache);
	all = drain_memory(0);
	kt_ptr_eq(kmem_cache_alloc(cache, GFP_KERNEL), NULL);
	kt_eq(node_of(cache)->colour_next, 0);
	undrain_memory(all);
	kt_eq(kmem_cache_destroy(cache), 0);
}
