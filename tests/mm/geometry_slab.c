/* SPDX-License-Identifier: 0BSD
 *
 * geometry_slab.c - tests of mm/slab_size.c: orders, places of descriptors, colours.
 *
 * Sizes in the tables are those of a 32-bit machine: 34 bytes of struct slab, 2 for each bufctl.
 */
#include <lib/align.h>
#include <lib/format.h>
#include <mm/compound.h>
#include <mm/mm_check.h>
#include <mm/vmstat.h>
#include <test/pages.h>

#include "drain.h"
#include "slab_inside.h"

/* The largest order that the slabs of @cache may have. */
static unsigned int largest_order(const struct kmem_cache *cache)
{
	return cache_next_order(cache, ~0UL);
}

/* clang-format off */
static const struct geometry_case {
	size_t size;
	unsigned int order;      /* of the smallest slab */
	u32 num;
	bool off_slab;
	unsigned int large;      /* order of the largest slab */
	u32 large_num;
} geometry_cases[] = {
	{ 4, 0, 677, false, 0, 677 },    /* 34 + 677 * (4 + 2) = 4096 */
	{ 8, 0, 406, false, 0, 406 },    /* 34 + 406 * (8 + 2) = 4094 */
	{ 256, 0, 15, false, 0, 15 },
	{ 500, 0, 8, false, 0, 8 },
	{ 508, 0, 7, false, 2, 32 },     /* the largest that is on-slab by its size */
	{ 512, 0, 8, true, 0, 8 },       /* an eighth of a page: off-slab */
	{ 600, 0, 6, false, 1, 13 },     /* 496 bytes are left for the descriptor */
	{ 680, 0, 6, true, 0, 6 },       /* and here 16 */
	{ 736, 0, 5, false, 1, 11 },
	{ 1024, 0, 4, true, 2, 16 },     /* no memory is saved, but time */
	{ 1300, 0, 3, false, 3, 25 },
	{ 1344, 0, 3, false, 3, 24 },    /* 3 * 1344 + 64 = 4096 */
	{ 1368, 0, 2, false, 3, 23 },
	{ 2048, 0, 2, true, 3, 16 },
	{ 2052, 0, 1, false, 3, 15 },
	{ 2688, 0, 1, false, 3, 12 },
	{ 2944, 0, 1, false, 3, 11 },
	{ 3264, 0, 1, false, 3, 10 },
	{ 3584, 0, 1, false, 3, 9 },
	{ 4096, 0, 1, true, 3, 8 },
	{ 4100, 1, 1, false, 3, 7 },
	{ 4672, 1, 1, false, 3, 7 },
	{ 5440, 1, 1, false, 3, 6 },
	{ 6528, 1, 1, false, 3, 5 },
	{ 8192, 1, 1, true, 3, 4 },
	{ 10880, 2, 1, false, 3, 3 },
	{ 16384, 2, 1, true, 3, 2 },
	{ 131072, 5, 1, true, 5, 1 },
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
		kt_eq(largest_order(cache), c->large);
		kt_eq(slab_shape(cache, c->large).num, c->large_num);
		kt_eq(kmem_cache_destroy(cache), 0);
	}
	kt_case(NULL);
}

/* Where objects and descriptor lie in a block of @order, and that not one more would fit. */
static void check_block_use(const struct kmem_cache *cache, unsigned int order)
{
	struct slab_shape shape = slab_shape(cache, order);
	unsigned long block = PAGE_SIZE << order, used = shape.num * (unsigned long)cache->stride;
	unsigned long one_more = cache->stride + (cache->slabp_cache ? 0 : sizeof(kmem_bufctl_t));

	if (!cache->slabp_cache)
		used += shape.mgmt_size;
	else
		kt_true(cache->slabp_cache->size >= shape.mgmt_size);
	kt_true(shape.num > 0 && shape.num <= SLAB_MAX_OBJECTS);
	kt_true(used <= block);
	kt_true(block - used < one_more + cache->align);
	kt_true(shape.mgmt_size >=
		offsetof(struct slab, bufctl) + shape.num * sizeof(kmem_bufctl_t));
	kt_eq(shape.colours, (block - used) / cache->colour_off + 1);
}

/* Every order that slabs of a cache may have, and that each is worth it. */
static void check_orders(const struct kmem_cache *cache)
{
	unsigned int order, smaller = cache->order;

	check_block_use(cache, smaller);
	kt_true(!smaller || cache->stride > PAGE_SIZE << (smaller - 1));
	for (order = smaller + 1; order <= SLAB_MAX_ORDER; order++) {
		if (!cache->grow_at[order])
			continue;
		check_block_use(cache, order);
		kt_true(slab_shape(cache, order).num >= slab_shape(cache, smaller).num
								<< (order - smaller));
		kt_true(cache->grow_at[order] > order);
		smaller = order;
	}
	kt_true(largest_order(cache) == smaller);
}

KTEST(slab, every_size_fits_its_blocks, SHORT)
{
	struct kmem_cache *cache;
	size_t size;

	for (size = 1; size <= KMALLOC_MAX_SIZE; size += 1 + size / 100 + kt_random_below(30)) {
		cache = test_cache(size);
		kt_assert(cache);
		check_orders(cache);
		kt_eq(kmem_cache_destroy(cache), 0);
	}
}

/* An object of these sizes costs little more than itself, as soon as there are some. */
KTEST(slab, large_slabs_save_memory, SHORT)
{
	static const size_t sizes[] = { 1376, 2052, 2688, 2944, 3264, 4608, 5440, 6528, 10880 };
	const size_t *size;
	struct kmem_cache *cache;
	unsigned int order;
	char name[16];

	for_each_case (size, sizes) {
		snprintf(name, sizeof(name), "%zu", *size);
		kt_case(name);
		cache = test_cache(*size);
		kt_assert(cache);
		order = largest_order(cache);
		kt_true((PAGE_SIZE << order) * 10 <=
			slab_shape(cache, order).num * (unsigned long)*size * 11);
		kt_eq(kmem_cache_destroy(cache), 0);
	}
	kt_case(NULL);
}

/* --- slabs of several orders ----------------------------------------------------------------- */

/* Objects of @cache until it has @pages. Return: how many, or MAX_OBJS if they are not enough; then
 * none is out. */
static u32 grow_to(struct kmem_cache *cache, unsigned long pages)
{
	u32 n;

	for (n = 0; cache_nr_pages(cache) < pages && n < MAX_OBJS; n++)
		if (!alloc_objs(cache, n, n + 1)) {
			free_objs(cache, 0, n);
			return MAX_OBJS;
		}
	return n;
}

/* Each slab is of the order that the pages before it allow. */
KTEST(slab, slabs_grow_with_their_cache, SHORT)
{
	struct kmem_cache *cache = slabs_only(2944);
	unsigned long pages = 0;
	const struct slab *slab;
	u32 i, n, orders = 0;

	kt_assert(cache);
	n = grow_to(cache, 40);
	kt_assert(n < MAX_OBJS);
	for (i = 0; i < n; i += slab->num) {
		slab = slab_of(objs[i]);
		kt_eq(slab->order, cache_next_order(cache, pages));
		kt_eq(slab->num, slab_shape(cache, slab->order).num);
		pages += 1UL << slab->order;
		orders |= 1U << slab->order;
	}
	kt_eq(pages, cache_nr_pages(cache));
	kt_eq(orders, 1U << 0 | 1U << 2 | 1U << 3);
	free_objs(cache, 0, n);
	open_array(cache);
	kt_eq(kmem_cache_destroy(cache), 0);
}

/* A cache of few objects takes no page that it could do without. */
KTEST(slab, first_slabs_are_small, SHORT)
{
	static const size_t sizes[] = { 64, 736, 2944, 4096, 8192, 20000 };
	const size_t *size;
	struct kmem_cache *cache;

	for_each_case (size, sizes) {
		cache = test_cache(*size);
		kt_assert(cache);
		kt_assert(alloc_objs(cache, 0, 2));
		kt_eq(slab_of(objs[0])->order, get_order(*size));
		kt_eq(slab_of(objs[1])->order, get_order(*size));
		free_objs(cache, 0, 2);
		kt_eq(kmem_cache_destroy(cache), 0);
	}
}

/* Numbers of a cache whose slabs have several orders, and that all of its pages come back. */
KTEST(slab, numbers_with_slabs_of_several_orders, SHORT)
{
	unsigned long free, objects = 0;
	struct kmem_cache *cache;
	struct mm_check check = { 0 };
	struct cache_stats stats;
	u32 i, n;

	kmem_cache_shrink_all();
	free = free_pages_now();
	cache = slabs_only(2944);
	kt_assert(cache);
	n = grow_to(cache, 40);
	kt_assert(n < MAX_OBJS);
	for (i = 0; i < n; i += slab_of(objs[i])->num)
		objects += slab_of(objs[i])->num;
	cache_stats(cache, &stats);
	kt_eq(stats.num_objs, objects);
	kt_eq(stats.active_objs, n);
	kt_eq(stats.pages, cache_nr_pages(cache));
	kt_eq(stats.empty_pages, 0);
	kt_eq(mm_check(&check), 0);
	free_objs(cache, 0, n);
	cache_stats(cache, &stats);
	kt_eq(stats.empty_pages, stats.pages);
	kt_eq(mm_check(&check), 0);
	open_array(cache);
	kt_eq(kmem_cache_destroy(cache), 0);
	kmem_cache_shrink_all();
	kt_eq(free_pages_now(), free);
}

#define PIECES_ORDER 4

/* All memory but a few pages above the reserve, no two of which lie side by side. */
static struct drained *leave_pieces(struct page *block)
{
	struct drained *all;
	u32 i;

	split_page(block, PIECES_ORDER);
	all = drain_memory(0);
	for (i = 1; i < 8; i += 2)
		__free_page(block + i);
	return all;
}

static void join_pieces(struct page *block, struct drained *all)
{
	u32 i;

	for (i = 0; i < 1U << PIECES_ORDER; i++)
		if (i > 8 || i % 2 == 0)
			__free_page(block + i);
	undrain_memory(all);
}

/* Objects up to the first one of a slab that was made here. */
static u32 alloc_until_it_grows(struct kmem_cache *cache, u32 n)
{
	unsigned long pages = cache_nr_pages(cache);

	while (n < MAX_OBJS && cache_nr_pages(cache) == pages) {
		objs[n] = kmem_cache_alloc(cache, GFP_KERNEL);
		if (!objs[n])
			break;
		n++;
	}
	return n;
}

KTEST(slab, smallest_slab_will_do_where_memory_is_in_pieces, SHORT)
{
	struct kmem_cache *cache = slabs_only(2944);
	struct page *block = alloc_pages(GFP_KERNEL, PIECES_ORDER);
	struct mm_check check = { 0 };
	struct drained *all;
	u32 n, last;

	kt_assert(cache && block);
	n = grow_to(cache, 20);
	kt_assert(n < MAX_OBJS);
	kt_eq(cache_next_order(cache, cache_nr_pages(cache)), 3);
	all = leave_pieces(block);
	last = alloc_until_it_grows(cache, n) - 1;
	kt_true(last >= n && last < MAX_OBJS);
	kt_eq(slab_of(objs[last])->order, 0);
	kt_eq(slab_of(objs[last])->num, 1);
	kt_eq(mm_check(&check), 0);
	kmem_cache_free(cache, objs[last]);
	kt_ptr_eq(kmem_cache_alloc(cache, GFP_KERNEL), objs[last]);
	join_pieces(block, all);
	free_objs(cache, 0, last + 1);
	open_array(cache);
	kt_eq(kmem_cache_destroy(cache), 0);
}

/* Requests that called the shrinkers, or compaction. */
static unsigned long stalls(void)
{
	unsigned long nr = vm_events(COMPACTSTALL);
	const struct zone *zone;

	for_each_zone (zone)
		nr += vm_events(ALLOCSTALL + zone_idx(zone));
	return nr;
}

/* More than is needed is not asked for at the cost of others. */
KTEST(slab, large_slab_is_asked_for_without_effort, SHORT)
{
	struct kmem_cache *cache = slabs_only(2944);
	struct page *block = alloc_pages(GFP_KERNEL, PIECES_ORDER);
	unsigned long before;
	struct drained *all;
	u32 n, last;

	kt_assert(cache && block);
	n = grow_to(cache, 20);
	kt_assert(n < MAX_OBJS);
	all = leave_pieces(block);
	before = stalls();
	last = alloc_until_it_grows(cache, n) - 1;
	kt_true(last >= n);
	kt_eq(stalls(), before);
	join_pieces(block, all);
	free_objs(cache, 0, last + 1);
	open_array(cache);
	kt_eq(kmem_cache_destroy(cache), 0);
}

/* --- objects and their numbers --------------------------------------------------------------- */

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
	kt_eq(page_to_pfn(slab_first_page(slab_of(objs[0]))),
	      ALIGN_DOWN(page_to_pfn(virt_to_page(slab_of(objs[0]))), 1UL << cache->order));
	free_objs(cache, 0, 2);
	kmem_cache_shrink(cache);
	kt_eq(free_pages_now(), free);
	kt_eq(kmem_cache_destroy(cache), 0);
}

/* slab_index() against the division that it replaces, for every address of a block that holds @num
 * objects, wherever in it the first one is. */
static u32 wrong_indices(u32 stride, u32 inverse, u32 num)
{
	const struct slab slab = { .s_mem = (void *)(uintptr)(2 * SLAB_MAX_BYTES),
				   .inverse = inverse };
	u32 span = max((u32)SLAB_MAX_BYTES, num * stride), d, wrong = 0;

	for (d = 0; d < span; d++)
		wrong += d % stride
				 ? slab_index(&slab, (char *)slab.s_mem + d) < num
				 : d / stride < num &&
					   slab_index(&slab, (char *)slab.s_mem + d) != d / stride;
	for (d = 1; d < SLAB_MAX_BYTES; d++)
		wrong += slab_index(&slab, (char *)slab.s_mem - d) < num;
	return wrong;
}

static void check_index(const struct kmem_cache *cache)
{
	u32 num = slab_shape(cache, largest_order(cache)).num;
	u32 wrong = wrong_indices(cache->stride, cache->inverse, num);

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

/* The objects of the largest slab that there can be, and what is beside them. */
static u32 wrong_neighbours(u32 stride, u32 inverse)
{
	const struct slab slab = { .s_mem = (void *)(uintptr)(2 * SLAB_MAX_BYTES),
				   .inverse = inverse };
	u32 num = (u32)SLAB_MAX_BYTES / stride, i, wrong = 0;
	const char *obj = slab.s_mem;

	for (i = 0; i < num; i++, obj += stride) {
		wrong += slab_index(&slab, obj) != i;
		wrong += slab_index(&slab, obj + 1) < num;
		wrong += slab_index(&slab, obj + stride / 2) < num;
		wrong += slab_index(&slab, obj + stride - 1) < num;
		wrong += slab_index(&slab, (const char *)slab.s_mem - (i + 1) * stride) < num;
	}
	return wrong;
}

KTEST(slab, index_is_exact_for_every_stride, SHORT)
{
	u32 stride, wrong = 0;

	for (stride = 4; stride <= SLAB_MAX_BYTES; stride += 4)
		wrong += wrong_neighbours(stride, slab_inverse(stride));
	kt_eq(wrong, 0);
}

/* --- colours --------------------------------------------------------------------------------- */

/* Objects of 320 bytes leave 184 bytes and more, too little for larger slabs. */
KTEST(slab, colours_rotate, SHORT)
{
	struct kmem_cache *cache = test_cache(320);
	u32 slab, colours, want = 0;

	kt_assert(cache);
	colours = cache->colours;
	kt_true(colours >= 2);
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

/* Where the processor's lines are of another size than what the kernel was built for, too. */
KTEST(slab, colours_are_cache_lines, SHORT)
{
	struct kmem_cache *cache = slabs_only(320);
	struct kmem_cache *aligned = kmem_cache_create("t-aligned", 100, 0, SLAB_HWCACHE_ALIGN,
						       NULL);
	uintptr first, second;

	kt_assert(cache && aligned);
	kt_eq(cache->colour_off, arch_cache_line());
	kt_eq(aligned->align, min(128U, arch_cache_line()));
	kt_assert(alloc_objs(cache, 0, 2 * cache->num));
	first = (uintptr)slab_of(objs[0])->s_mem;
	second = (uintptr)slab_of(objs[2 * cache->num - 1])->s_mem;
	kt_eq(second % PAGE_SIZE - first % PAGE_SIZE, arch_cache_line());
	free_objs(cache, 0, 2 * cache->num);
	open_array(cache);
	kt_eq(kmem_cache_destroy(cache), 0);
	kt_eq(kmem_cache_destroy(aligned), 0);
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
