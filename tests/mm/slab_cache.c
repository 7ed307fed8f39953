/* SPDX-License-Identifier: 0BSD
 *
 * slab_cache.c - tests of mm/slab_common.c: creating caches, alignment, slabinfo.
 */
#include <test/capture.h>
#include <lib/align.h>
#include <lib/errno.h>
#include <lib/format.h>
#include <test/pages.h>

#include "slab_test.h"

/* --- creating and destroying ----------------------------------------------------------------- */

KTEST(slab, stop_a_cache_before_kmem_cache_init, STOP)
{
	kt_expect_stop("t-slab: kmem_cache_init() was not called before");
	INIT_LIST_HEAD(&cache_chain);
	kt_ptr_eq(kmem_cache_create("t-slab", 100, 0, 0, NULL), NULL);
}

KTEST(slab, stop_a_free_before_kmem_cache_init, STOP)
{
	kt_expect_stop("(kmem_cache_init() has not run yet)");
	INIT_LIST_HEAD(&cache_chain);
	kfree((void *)0x1000);
}

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

#if SLAB_HAS_SLABS

/* Three slabs of each order, all full, then all empty. */
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

#endif

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
	kt_eq(cache->stride, SLAB_HAS_SLABS ? c->stride : ALIGN_UP(c->stride, 8));
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
	kt_eq(capture_count(&capture, "* : tunables * * * : slabdata *"),
	      nr_caches() + 1 /* the head */);
	kt_true(capture_line(&capture, (unsigned int)nr_caches() + 1, line, sizeof(line)));
	kt_true(glob_match("t-slab                16 * 256 * : tunables * * * : slabdata *", line));
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
		kt_true(s.active_objs <= s.num_objs);
		kt_true(s.num_objs - s.active_objs >= s.num_slabs - s.active_slabs);
		kt_true(s.pages >= s.num_slabs || !SLAB_HAS_SLABS);
		kt_true(s.active_objs >= s.active_slabs);
		kt_true(s.active_slabs <= s.num_slabs);
	}
	kt_case(NULL);
}

/* In a panic whoever holds a lock never releases it. */
KTEST(slab_cache, reports_come_while_the_chain_is_locked, SHORT)
{
	struct kmem_cache *cache = test_cache(64);
	unsigned long flags, active, pages, empty;
	bool found;

	kt_assert(cache);
	kt_assert(alloc_objs(cache, 0, 3));
	pages = slab_nr_pages();
	empty = slab_nr_empty_pages();
	spin_lock_irqsave(&cache_chain_lock, flags);
	active = kmem_cache_active(cache);
	found = kmem_cache_next(NULL) == &cache_cache;
	pages -= slab_nr_pages();
	empty -= slab_nr_empty_pages();
	spin_unlock_irqrestore(&cache_chain_lock, flags);
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
	kt_false(spin_is_locked(&cache_chain_lock));
	kt_eq(irqs_disabled(), off);
	kt_eq(kmem_cache_destroy(cache), 0);
}
