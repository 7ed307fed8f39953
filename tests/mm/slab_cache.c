/* SPDX-License-Identifier: 0BSD
 *
 * slab_cache.c - tests of mm/slab_common.c and mm/slab_size.c: creating caches, their geometry,
 * colours, slabinfo.
 *
 * Sizes in the tables are those of a 32-bit machine: 20 bytes of struct slab, 2 for each bufctl.
 */
#include <test/capture.h>
#include <lib/align.h>
#include <lib/errno.h>
#include <lib/format.h>
#include <test/pages.h>

#include "slab_test.h"
#include "drain.h"

/* --- creating and destroying ----------------------------------------------------------------- */

KTEST(slab, create_tells_name_and_size, SHORT)
{
	struct kmem_cache *cache = kmem_cache_create("t-slab", 100, 64, 0, NULL);

	kt_assert(cache);
	kt_str_eq(kmem_cache_name(cache), "t-slab");
	kt_eq(kmem_cache_size(cache), 100);
	kt_eq(kmem_cache_active(cache), 0);
	kt_eq(kmem_cache_destroy(cache), 0);
}

/* clang-format off: version 14 aligns tables with a wild mixture of tabs and blanks */
static const struct create_case {
	const char *what, *name;
	size_t size, align;
} create_cases[] = {
	{ "no name", NULL, 8, 0 },
	{ "empty name", "", 8, 0 },
	{ "blank in the name", "t slab", 8, 0 },
	{ "newline in the name", "t-slab\n", 8, 0 },
	{ "a byte that is no ASCII", "t-sl\303\244b", 8, 0 },
	{ "a byte that is not printed", "t-slab\177", 8, 0 },
	{ "name of 32 bytes", "a-name-that-is-longer-than-it-may", 8, 0 },
	{ "size 0", "t-slab", 0, 0 },
	{ "size too large", "t-slab", KMALLOC_MAX_SIZE + 1, 0 },
	{ "size wraps", "t-slab", ~(size_t)0, 0 },
	{ "align no power of two", "t-slab", 8, 24 },
	{ "align over a page", "t-slab", 8, 2 * PAGE_SIZE },
	{ "name of another cache", "size-64", 8, 0 },
	{ "name of the first cache", "kmem_cache", 8, 0 },
};
/* clang-format on */

KTEST(slab, create_refuses_bad_arguments, SHORT)
{
	unsigned long caches = nr_caches(), active = kmem_cache_active(&cache_cache);
	const struct create_case *c;

	for_each_case (c, create_cases) {
		kt_case(c->what);
		kt_ptr_eq(kmem_cache_create(c->name, c->size, c->align, 0, NULL), NULL);
	}
	kt_case(NULL);
	kt_eq(nr_caches(), caches);
	kt_eq(kmem_cache_active(&cache_cache), active);
}

KTEST(slab, create_takes_the_largest_object, SHORT)
{
	struct kmem_cache *cache = test_cache(KMALLOC_MAX_SIZE);

	kt_assert(cache);
	kt_eq(cache->order, MAX_ORDER - 1);
	kt_eq(cache->num, 1);
	kt_eq(kmem_cache_destroy(cache), 0);
}

KTEST(slab, name_is_free_after_destroy, SHORT)
{
	struct kmem_cache *first = test_cache(32), *second;

	kt_assert(first);
	kt_ptr_eq(test_cache(32), NULL);
	kt_eq(kmem_cache_destroy(first), 0);
	second = test_cache(32);
	kt_assert(second);
	kt_eq(kmem_cache_destroy(second), 0);
}

/* The second cache would have both names otherwise. */
KTEST(slab, name_is_copied, SHORT)
{
	struct kmem_cache *first, *second;
	char name[] = "t-first";

	first = kmem_cache_create(name, 32, 0, 0, NULL);
	kt_assert(first);
	snprintf(name, sizeof(name), "t-2nd");
	second = kmem_cache_create(name, 64, 0, 0, NULL);
	snprintf(name, sizeof(name), "t-");
	kt_str_eq(kmem_cache_name(first), "t-first");
	kt_eq(kmem_cache_destroy(first), 0);
	kt_assert(second);
	kt_str_eq(kmem_cache_name(second), "t-2nd");
	kt_eq(kmem_cache_destroy(second), 0);
}

KTEST(slab, longest_name, SHORT)
{
	const char *name = "a-name-as-long-as-any-one-may-be";
	struct kmem_cache *cache = kmem_cache_create(name + 1, 32, 0, 0, NULL);

	kt_eq(strlen(name + 1), 31);
	kt_assert(cache);
	kt_str_eq(kmem_cache_name(cache), name + 1);
	kt_eq(kmem_cache_destroy(cache), 0);
}

/* Three of Linux's, one that nobody has beside one of ours, and one of the allocator's own. */
KTEST(slab, unknown_flags_are_refused, SHORT)
{
	static const unsigned int flags[] = { 0xA80000, 1, SLAB_HWCACHE_ALIGN | 2,
					      CFLGS_PERMANENT };
	unsigned long caches = nr_caches(), active = kmem_cache_active(&cache_cache);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(flags); i++)
		kt_ptr_eq(kmem_cache_create("t-slab", 8, 0, flags[i], NULL), NULL);
	kt_eq(nr_caches(), caches);
	kt_eq(kmem_cache_active(&cache_cache), active);
}

KTEST(slab, every_flag_that_there_is, SHORT)
{
	struct kmem_cache *cache = test_cache(40);

	if (!cache)
		kt_skip("no memory, and SLAB_PANIC is among the flags");
	kt_eq(kmem_cache_destroy(cache), 0);
	cache = kmem_cache_create("t-slab", 40, 0, SLAB_HWCACHE_ALIGN | SLAB_CACHE_DMA | SLAB_PANIC,
				  NULL);
	kt_eq(cache->stride, 64);
	kt_eq(kmem_cache_destroy(cache), 0);
}

/* As in Linux: a module that gave up half-way may destroy what it did not get. */
KTEST(slab, destroy_of_null_is_ignored, SHORT)
{
	unsigned long caches = nr_caches();

	kt_eq(kmem_cache_destroy(NULL), 0);
	kt_eq(nr_caches(), caches);
}

KTEST(slab, chain_is_in_order_of_creation, SHORT)
{
	struct kmem_cache *cache = test_cache(32), *pos = NULL, *last = NULL;
	unsigned long n = 0;

	kt_assert(cache);
	kt_str_eq(kmem_cache_name(kmem_cache_next(NULL)), "kmem_cache");
	while ((pos = kmem_cache_next(pos)))
		last = pos, n++;
	kt_ptr_eq(last, cache);
	kt_eq(n, nr_caches());
	kt_eq(kmem_cache_destroy(cache), 0);
	kt_eq(nr_caches(), n - 1);
}

KTEST(slab, destroy_refuses_with_objects_out, SHORT)
{
	struct kmem_cache *cache = test_cache(64);
	unsigned long caches = nr_caches();
	void *obj, *other;

	kt_assert(cache);
	obj = kmem_cache_alloc(cache, GFP_KERNEL);
	kt_assert(obj);
	memset(obj, 0x5c, 64);
	kt_eq(kmem_cache_destroy(cache), -EBUSY);
	kt_eq(nr_caches(), caches);
	kt_eq(((u8 *)obj)[63], 0x5c);
	other = kmem_cache_alloc(cache, GFP_KERNEL);
	kt_assert(other && other != obj);
	kmem_cache_free(cache, other);
	kmem_cache_free(cache, obj);
	kt_eq(kmem_cache_destroy(cache), 0);
	kt_eq(nr_caches(), caches - 1);
}

KTEST(slab, destroy_gives_every_page_back, SHORT)
{
	unsigned long pages = (kmem_cache_shrink_all(), free_pages_now());
	struct kmem_cache *cache = test_cache(700);

	kt_assert(cache);
	kt_assert(alloc_objs(cache, 0, 100));
	free_objs(cache, 0, 100);
	kt_eq(kmem_cache_destroy(cache), 0);
	kmem_cache_shrink_all();
	kt_eq(free_pages_now(), pages);
}

/* Three slabs of each order, all full, then all empty: one of them stays the working slab. */
KTEST(slab, empty_pages_are_what_a_shrink_gives_back, SHORT)
{
	static const size_t sizes[] = { 1000, 2052, 8192, 9000 };
	const size_t *size;

	for_each_case (size, sizes) {
		struct kmem_cache *cache = test_cache(*size);
		unsigned long empty, pages, free, want;

		kt_assert(cache);
		want = 3UL << cache->order;
		kt_assert(alloc_objs(cache, 0, 3 * cache->num));
		empty = slab_nr_empty_pages();
		free_objs(cache, 0, 3 * cache->num);
		kt_eq(slab_nr_empty_pages() - empty, want);
		pages = slab_nr_pages();
		free = free_pages_now();
		kt_eq(kmem_cache_shrink(cache), 3);
		kt_eq(pages - slab_nr_pages(), free_pages_now() - free);
		kt_true(free_pages_now() - free >= want);
		kt_eq(kmem_cache_destroy(cache), 0);
	}
}

/* --- alignment and geometry ------------------------------------------------------------------ */

/* clang-format off */
static const struct align_case {
	size_t size, align;
	unsigned int flags;
	u32 stride;
	unsigned int want_align;
} align_cases[] = {
	{ 9, 0, 0, 12, 4 },
	{ 12, 0, 0, 12, 4 },
	{ 12, 8, 0, 16, 8 },
	{ 24, 16, 0, 32, 16 },
	{ 65, 64, 0, 128, 64 },
	{ 10, 4096, 0, 4096, 4096 },
	{ 8, 0, SLAB_HWCACHE_ALIGN, 8, 8 },
	{ 9, 0, SLAB_HWCACHE_ALIGN, 16, 16 },
	{ 16, 0, SLAB_HWCACHE_ALIGN, 16, 16 },
	{ 17, 0, SLAB_HWCACHE_ALIGN, 32, 32 },
	{ 33, 0, SLAB_HWCACHE_ALIGN, 64, 32 },
	{ 33, 64, SLAB_HWCACHE_ALIGN, 64, 64 },
	{ 100, 0, SLAB_HWCACHE_ALIGN, 128, 32 },
};
/* clang-format on */

/* Three slabs, so that colours are met. */
static void check_alignment(const struct align_case *c)
{
	struct kmem_cache *cache = kmem_cache_create("t-slab", c->size, c->align, c->flags, NULL);
	u32 i, n;

	kt_assert(cache);
	kt_eq(cache->stride, c->stride);
	n = min(3 * cache->num, (u32)MAX_OBJS);
	kt_assert(alloc_objs(cache, 0, n));
	for (i = 0; i < n; i++)
		if (!IS_ALIGNED((uintptr)objs[i], c->want_align))
			kt_fail("object %u at %p is not aligned to %u", i, objs[i], c->want_align);
	free_objs(cache, 0, n);
	kt_eq(kmem_cache_destroy(cache), 0);
}

KTEST(slab, objects_are_aligned, SHORT)
{
	const struct align_case *c;

	if (sizeof(void *) != 4)
		kt_skip("the table is for 32-bit words");
	for_each_case (c, align_cases)
		check_alignment(c);
}

/* clang-format off */
static const struct geometry_case {
	size_t size;
	unsigned int order;
	u32 num;
	bool off_slab;
} geometry_cases[] = {
	{ 4, 0, 679, false },    /* 20 + 679 * (4 + 2) = 4094 */
	{ 8, 0, 407, false },    /* 20 + 407 * (8 + 2) = 4090 */
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
	kt_true(cache->mgmt_size >= sizeof(struct slab) + cache->num * sizeof(kmem_bufctl_t));
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
	kt_eq(page_to_pfn(slab_first_page(cache, cache->slab)),
	      ALIGN_DOWN(page_to_pfn(virt_to_page(cache->slab)), 1UL << cache->order));
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
	const struct slab slab = { .s_mem = &base };
	u32 i, wrong = 0;

	for (i = 0; i < cache->num; i++) {
		uintptr obj = (uintptr)slab.s_mem + i * cache->stride;

		wrong += slab_index(cache, &slab, (void *)obj) != i;
		wrong += slab_index(cache, &slab, (void *)(obj + 1)) < cache->num;
		wrong += slab_index(cache, &slab, (void *)(obj + cache->stride / 2)) < cache->num;
		wrong += slab_index(cache, &slab, (void *)(obj + cache->stride - 1)) < cache->num;
	}
	for (i = 1; i < PAGE_SIZE; i++)
		wrong += slab_index(cache, &slab, (void *)((uintptr)slab.s_mem - i)) < cache->num;
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
	kt_eq(cache->colour_next, 0);
	undrain_memory(all);
	kt_eq(kmem_cache_destroy(cache), 0);
}

/* --- slabinfo -------------------------------------------------------------------------------- */

KTEST(slab, slabinfo_has_linux_format, SHORT)
{
	struct kmem_cache *cache = test_cache(256);
	struct capture capture;
	char line[256];

	kt_assert(cache);
	kt_assert(alloc_objs(cache, 0, 16));
	capture_init(&capture, capture_text, sizeof(capture_text));
	slabinfo_show(&capture.out);
	kt_true(capture.len < sizeof(capture_text));
	kt_true(capture_line(&capture, 0, line, sizeof(line)));
	kt_str_eq(line, "slabinfo - version: 2.1");
	kt_true(capture_line(&capture, 1, line, sizeof(line)));
	kt_str_eq(line, "# name            <active_objs> <num_objs> <objsize> <objperslab> "
			"<pagesperslab> : tunables <limit> <batchcount> <sharedfactor> : slabdata "
			"<active_slabs> <num_slabs> <sharedavail>");
	kt_eq(capture_count(&capture, "* : tunables    0    0    0 : slabdata *"), nr_caches());
	kt_true(capture_line(&capture, (unsigned int)nr_caches() + 1, line, sizeof(line)));
	if (sizeof(void *) == 4)
		kt_str_eq(line,
			  "t-slab                16     30    256   15    1 : tunables    0    "
			  "0    0 : slabdata      2      2      0");
	free_objs(cache, 0, 16);
	kt_eq(kmem_cache_destroy(cache), 0);
}

KTEST(slab, slabinfo_numbers_agree, SHORT)
{
	struct kmem_cache *cache = NULL;
	struct cache_stats s;

	while ((cache = kmem_cache_next(cache))) {
		kt_case(cache->name);
		cache_stats(cache, &s);
		kt_eq(s.num_objs, s.num_slabs * cache->num);
		kt_true(s.active_objs <= s.active_slabs * cache->num);
		kt_true(s.active_objs >= s.active_slabs);
		kt_true(s.active_slabs <= s.num_slabs);
	}
	kt_case(NULL);
}

/* In a panic whoever holds a lock never releases it. */
KTEST(slab_cache, reports_come_while_the_locks_are_held, SHORT)
{
	struct kmem_cache *cache = test_cache(64);
	unsigned long chain_flags, flags, active, pages, empty;
	bool found;

	kt_assert(cache);
	kt_assert(alloc_objs(cache, 0, 3));
	pages = slab_nr_pages();
	empty = slab_nr_empty_pages();
	spin_lock_irqsave(&cache_chain_lock, chain_flags);
	spin_lock_irqsave(&cache->lock, flags);
	active = kmem_cache_active(cache);
	found = kmem_cache_next(NULL) == &cache_cache;
	pages -= slab_nr_pages();
	empty -= slab_nr_empty_pages();
	spin_unlock_irqrestore(&cache->lock, flags);
	spin_unlock_irqrestore(&cache_chain_lock, chain_flags);
	kt_eq(active, 3);
	kt_true(found);
	kt_eq(pages, 0);
	kt_eq(empty, 0);
	free_objs(cache, 0, 3);
	kt_eq(kmem_cache_destroy(cache), 0);
}

/* A report leaves the locks and the interrupt flag as they were. */
KTEST(slab_cache, reports_release_the_locks, SHORT)
{
	struct kmem_cache *cache = test_cache(64);
	bool off = irqs_disabled();

	kt_assert(cache);
	kt_eq(kmem_cache_active(cache), 0);
	kt_eq(kmem_cache_descriptors(cache), 0);
	kt_true(slab_nr_pages() >= slab_nr_empty_pages());
	kt_false(spin_is_locked(&cache->lock));
	kt_false(spin_is_locked(&cache_chain_lock));
	kt_eq(irqs_disabled(), off);
	kt_eq(kmem_cache_destroy(cache), 0);
}
