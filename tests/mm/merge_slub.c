/* SPDX-License-Identifier: 0BSD
 *
 * merge_slub.c - tests of mm/slub_merge.c: which caches share slabs, what each keeps for itself,
 * and who goes first.
 */
#include <mm/mm_check.h>
#include <lib/errno.h>
#include <test/capture.h>

#include "check_line.h"
#include "slab_debug.h"
#include "slab_test.h"
#include "slub_internal.h"

/* A cache that is merged if it can be. */
static struct kmem_cache *like(const char *name, size_t size, size_t align, unsigned int flags)
{
	struct kmem_cache *cache;

	slab_nomerge = false;
	cache = kmem_cache_create(name, size, align, flags, NULL);
	slab_nomerge = true;
	return cache;
}

/* No cache is like a size cache that is debugged; @cache is destroyed then. */
static bool nothing_is_like(struct kmem_cache *cache)
{
	if (!cache_is_debugged(kmalloc_slab(64, GFP_KERNEL)))
		return false;
	kt_eq(kmem_cache_destroy(cache), 0);
	return true;
}

static void a_ctor(void *obj)
{
	*(u8 *)obj = 1;
}

KTEST(slub_merge, like_a_size_cache, SHORT)
{
	struct kmem_cache *cache = like("t-like", 62, 0, 0), *root = kmalloc_slab(64, GFP_KERNEL);
	unsigned long active = kmem_cache_active(root), slabs = nr_slabs(root);
	void *obj;

	if (nothing_is_like(cache))
		kt_skip("the size caches are debugged");
	kt_assert(cache);
	kt_ptr_eq(cache->root, root);
	kt_str_eq(kmem_cache_name(cache), "t-like");
	kt_eq(kmem_cache_size(cache), 62);
	obj = kmem_cache_alloc(cache, GFP_KERNEL);
	kt_assert(obj);
	kt_ptr_eq(virt_to_page(obj)->slab_cache, root);
	kt_eq(kmem_cache_active(cache), 1);
	kt_eq(kmem_cache_active(root), active);
	kt_eq(nr_slabs(cache), 0);
	kt_true(nr_slabs(root) >= slabs);
	expect_first("");
	kmem_cache_free(cache, obj);
	kt_eq(kmem_cache_active(cache), 0);
	kt_eq(kmem_cache_destroy(cache), 0);
	kt_eq(root->users, 0);
}

/* clang-format off */
static const struct unlike_case {
	const char *what;
	size_t size, align;
	unsigned int flags;
	void (*ctor)(void *);
} unlike_cases[] = {
	{ "a word is wasted", 60, 0, 0, NULL },
	{ "a size that no cache has", 100, 0, 0, NULL },
	{ "too little alignment", 190, 128, 0, NULL },
	{ "a constructor", 64, 0, 0, a_ctor },
	{ "debugged", 64, 0, SLAB_RED_ZONE, NULL },
	{ "pages that can be reclaimed", 64, 0, SLAB_RECLAIM_ACCOUNT, NULL },
};
/* clang-format on */

KTEST(slub_merge, what_is_not_like, SHORT)
{
	const struct unlike_case *c;
	struct kmem_cache *cache;

	for_each_case (c, unlike_cases) {
		kt_case(c->what);
		slab_nomerge = false;
		cache = kmem_cache_create("t-unlike", c->size, c->align, c->flags, c->ctor);
		slab_nomerge = true;
		kt_assert(cache);
		kt_ptr_eq(cache->root, NULL);
		kt_eq(kmem_cache_destroy(cache), 0);
	}
	kt_case(NULL);
	cache = kmem_cache_create("t-unlike", 64, 0, 0, NULL); /* slab_nomerge */
	kt_assert(cache);
	kt_ptr_eq(cache->root, NULL);
	kt_eq(kmem_cache_destroy(cache), 0);
}

KTEST(slub_merge, two_caches_of_a_user, SHORT)
{
	struct kmem_cache *first = like("t-first", 100, 0, 0), *second = like("t-2nd", 98, 4, 0);
	void *one, *two;

	kt_assert(first && second);
	kt_ptr_eq(second->root, first);
	one = kmem_cache_zalloc(first, GFP_KERNEL);
	two = kmem_cache_zalloc(second, GFP_KERNEL);
	kt_assert(one && two);
	kt_ptr_eq(virt_to_page(one), virt_to_page(two));
	kt_eq(kmem_cache_active(first), 1);
	kt_eq(kmem_cache_active(second), 1);
	kt_eq(kmem_cache_destroy(second), 0); /* the object is its root's now */
	kt_eq(kmem_cache_active(first), 2);
	kt_eq(kmem_cache_destroy(first), -EBUSY);
	kmem_cache_free(first, two);
	kmem_cache_free(first, one);
	kt_eq(kmem_cache_destroy(first), 0);
}

/* The root goes first: its name is free at once, and its slabs stay for the other one. */
KTEST(slub_merge, orphan, SHORT)
{
	struct kmem_cache *first = like("t-first", 100, 0, 0), *second = like("t-2nd", 100, 0, 0);
	unsigned long caches = nr_caches();
	struct kmem_cache *again;
	void *obj;

	kt_assert(first && second);
	obj = kmem_cache_alloc(second, GFP_KERNEL);
	kt_assert(obj);
	kt_eq(kmem_cache_destroy(first), 0);
	kt_eq(nr_caches(), caches);
	fill(obj, 100, 7);
	again = like("t-first", 100, 0, 0);
	kt_assert(again);
	kt_ptr_eq(again->root, second->root);
	kt_str_eq(kmem_cache_name(again), "t-first");
	expect_first("");
	kt_true(filled(obj, 100, 7));
	kmem_cache_free(second, obj);
	kt_eq(kmem_cache_destroy(second), 0);
	kt_eq(nr_caches(), caches);
	kt_eq(kmem_cache_destroy(again), 0);
	kt_eq(nr_caches(), caches - 2);
}

KTEST(slub_merge, slabinfo_has_its_line, SHORT)
{
	struct kmem_cache *cache = like("t-like", 64, 0, 0);
	struct capture capture;

	if (nothing_is_like(cache))
		kt_skip("the size caches are debugged");
	kt_assert(cache);
	kt_assert(alloc_objs(cache, 0, 5));
	capture_init(&capture, capture_text, sizeof(capture_text));
	slabinfo_show(&capture.out);
	kt_eq(capture_count(&capture, "t-like                 5      5     64 *"), 1);
	kt_eq(capture_count(&capture, "t-like * : slabdata      0      0      0"), 1);
	free_objs(cache, 0, 5);
	kt_eq(kmem_cache_destroy(cache), 0);
}

/* --- U7 -------------------------------------------------------------------------------------- */

KTEST(slub_check, u7_merged_caches, SHORT)
{
	struct kmem_cache *cache = like("t-like", 64, 0, 0), *root;

	if (nothing_is_like(cache))
		kt_skip("the size caches are debugged");
	kt_assert(cache);
	root = cache->root;
	cache->root = cache;
	expect_first("U7");
	cache->root = root;
	cache->cpu[0].open = 1;
	expect_first("U7");
	cache->cpu[0].open = 0;
	root->users++;
	expect_line("U7: size-64: 1 caches share its slabs, with 0 objects, counted as 2 and 0");
	root->users--;
	root->lent++;
	expect_first("U7");
	root->lent--;
	expect_first("");
	kt_eq(kmem_cache_destroy(cache), 0);
}

KTEST(slub_merge, many_objects_at_once, SHORT)
{
	struct kmem_cache *cache = like("t-like", 64, 0, 0);
	void *obj[4];

	if (nothing_is_like(cache))
		kt_skip("the size caches are debugged");
	kt_assert(cache);
	kt_assert(kmem_cache_alloc_bulk(cache, GFP_KERNEL, 4, obj) == 4);
	kt_eq(kmem_cache_active(cache), 4);
	kmem_cache_free_bulk(cache, 4, obj);
	kt_eq(kmem_cache_active(cache), 0);
	kt_eq(kmem_cache_destroy(cache), 0);
}

/* --- misuse stops ---------------------------------------------------------------------------- */

KTEST(slub_merge, stop_double_free, STOP)
{
	struct kmem_cache *cache = like("t-like", 64, 0, 0);
	void *obj = kmem_cache_alloc(cache, GFP_KERNEL);

	kmem_cache_free(cache, obj);
	kt_expect_stop("of cache size-64 is free already (double free?)");
	kmem_cache_free(cache, obj);
}

KTEST(slub_merge, stop_object_of_the_root, STOP)
{
	struct kmem_cache *cache = like("t-like", 64, 0, 0);
	void *obj = kmalloc(64, GFP_KERNEL);

	kt_expect_stop("is of cache size-64, not of t-like (wrong cache?)");
	kmem_cache_free(cache, obj);
}

KTEST(slub_merge, stop_object_of_another_cache, STOP)
{
	struct kmem_cache *cache = like("t-like", 64, 0, 0);
	void *obj = kmalloc(100, GFP_KERNEL);

	kt_expect_stop("is of cache size-128, not of t-like (wrong cache?)");
	kmem_cache_free(cache, obj);
}

KTEST(slub_merge, stop_alloc_from_a_destroyed_cache, STOP)
{
	struct kmem_cache *cache = like("t-like", 64, 0, 0);

	kt_eq(kmem_cache_destroy(cache), 0);
	kt_expect_stop("is cache t-like, which was destroyed");
	kt_ptr_eq(kmem_cache_alloc(cache, GFP_KERNEL), NULL);
}

/* kfree() does not know by which cache an object was lent. */
KTEST(slub_merge, kfree_of_an_object_does_not_keep_its_cache, SHORT)
{
	struct kmem_cache *cache = like("t-like", 64, 0, 0), *root;
	void *obj;

	if (nothing_is_like(cache))
		kt_skip("the size caches are debugged");
	kt_assert(cache);
	root = cache->root;
	obj = kmem_cache_alloc(cache, GFP_KERNEL);
	kt_assert(obj);
	kfree(obj);
	kt_eq(kmem_cache_destroy(cache), 0);
	kt_eq(root->lent, 0);
	expect_first("");
}
