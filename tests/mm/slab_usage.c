/* SPDX-License-Identifier: 0BSD
 *
 * slab_usage.c - slabtop and the overhead, with caches whose numbers the test knows.
 */
#include <lib/format.h>
#include <mm/page_alloc.h>
#include <mm/slab.h>
#include <mm/slab_debug.h>
#include <mm/slab_usage.h>
#include <test/capture.h>
#include <test/ktest.h>

#include "slab_common.h"

static struct capture captured;

static void slabtop(char key, unsigned int rows)
{
	capture_init(&captured, capture_text, sizeof(capture_text));
	slabtop_show(&captured.out, key, rows);
}

/* Does a line with @first come before one with @second, in what was captured? */
static bool comes_before(const char *first, const char *second)
{
	char line[128];
	unsigned int i, at[2] = { 0, 0 };

	for (i = 0; capture_line(&captured, i, line, sizeof(line)); i++) {
		const char *name = strrchr(line, ' ');

		if (name && !strcmp(name + 1, first))
			at[0] = i + 1;
		if (name && !strcmp(name + 1, second))
			at[1] = i + 1;
	}
	return at[0] && at[1] && at[0] < at[1];
}

static struct kmem_cache *cache_a, *cache_b;
static void *objects[40];

/* Cache t-top-a has 30 objects of 98 bytes, and t-top-b 2 of 1500. */
static bool make_caches(void)
{
	unsigned int i;

	cache_a = kmem_cache_create("t-top-a", 98, 4, 0, NULL);
	cache_b = kmem_cache_create("t-top-b", 1500, 4, 0, NULL);
	for (i = 0; cache_a && cache_b && i < 32; i++)
		objects[i] = kmem_cache_alloc(i < 30 ? cache_a : cache_b, GFP_KERNEL);
	return cache_b && objects[31];
}

static void destroy_caches(void)
{
	unsigned int i;

	for (i = 0; i < 32; i++)
		kmem_cache_free(i < 30 ? cache_a : cache_b, objects[i]);
	kt_eq(kmem_cache_destroy(cache_a), 0);
	kt_eq(kmem_cache_destroy(cache_b), 0);
}

KTEST(slab_usage, slabtop_sorts_by_its_keys, SHORT)
{
	static const struct {
		char key;
		bool a_first;
	} * row, rows[] = {
		{ 'a', true }, { 'b', true }, { 'n', true }, { 'o', true }, { 's', false }
	};

	kt_assert(make_caches());
	for_each_case (row, rows) {
		slabtop(row->key, ~0U);
		if (!kt_true(row->a_first ? comes_before("t-top-a", "t-top-b")
					  : comes_before("t-top-b", "t-top-a")))
			kt_note("key %c", row->key);
	}
	destroy_caches();
}

/* Each key gives every cache once. */
KTEST(slab_usage, slabtop_has_each_cache_once, SHORT)
{
	const char *key;

	kt_assert(make_caches());
	for (key = SLABTOP_KEYS; *key; key++) {
		slabtop(*key, ~0U);
		kt_eq(capture_count(&captured, "* t-top-a"), 1);
		kt_eq(capture_count(&captured, "* kmem_cache"), 1);
		kt_eq(capture_count(&captured, "* size-64"), 1);
	}
	destroy_caches();
}

KTEST(slab_usage, slabtop_ends_where_it_is_told, SHORT)
{
	slabtop('o', 3);
	kt_eq(capture_count(&captured,
			    "* OBJS ACTIVE  USE OBJ SIZE  SLABS OBJ/SLAB CACHE SIZE NAME"),
	      1);
	kt_eq(capture_count(&captured, "*%* *.??K *"), 4); /* the sizes at the head, too */
	slabtop('o', 0);
	kt_eq(capture_count(&captured, "*"), 7);
}

/* The sums at the head are those of all lines. */
KTEST(slab_usage, slabtop_adds_up, SHORT)
{
	unsigned long objects_in_use = 0, nr = 0, before;
	struct kmem_cache *cache;
	struct cache_stats stats; /* without the objects that kfence guards, which lie in no slab */
	char line[96];

	kt_assert(make_caches());
	for (cache = kmem_cache_next(NULL); cache; cache = kmem_cache_next(cache)) {
		cache_stats(cache, &stats);
		objects_in_use += stats.active_objs;
		nr++;
	}
	slabtop('c', 0);
	snprintf(line, sizeof(line), " Active / Total Objects (%% used)    : %lu / *",
		 objects_in_use);
	kt_eq(capture_count(&captured, line), 1);
	snprintf(line, sizeof(line), " Active / Total Caches (%% used)     : * / %lu (*)", nr);
	kt_eq(capture_count(&captured, line), 1);
	before = objects_in_use;
	destroy_caches();
	slabtop('c', 0);
	snprintf(line, sizeof(line), " Active / Total Objects (%% used)    : %lu / *", before);
	kt_eq(capture_count(&captured, line), 0);
}

KTEST(slab_usage, overhead_of_a_cache, SHORT)
{
	struct slab_overhead o;

	kt_assert(make_caches());
	slab_overhead(cache_a, &o);
	kt_eq(o.usable, 30 * 98);
	kt_eq(o.requested, 30 * 98);
	kt_false(o.unknown);
	kt_eq(o.taken % PAGE_SIZE == 0, SLAB_HAS_SLABS);
	kt_true(o.taken >= o.usable);
	capture_init(&captured, capture_text, sizeof(capture_text));
	slab_overhead_show(&captured.out);
	kt_eq(capture_count(&captured, "t-top-a * 2940 *% * 2940 *%"), 1);
	kt_eq(capture_count(&captured, "all *"), 1);
	destroy_caches();
	kt_eq(capture_count(&captured, "t-top-c *"), 0);
}

KTEST(slab_usage, overhead_of_large_blocks, SHORT)
{
	struct slab_overhead before, after;
	void *block;

	slab_overhead(NULL, &before);
	block = kmalloc(KMALLOC_MAX_CACHE_SIZE + 1, GFP_KERNEL | __GFP_NOWARN);
	if (!block)
		kt_skip("no free block of 256 KiB");
	slab_overhead(NULL, &after);
	kt_eq(after.taken - before.taken, ksize(block));
	kt_eq(after.usable, after.taken);
	kt_true(after.unknown);
	kfree(block);
}

/* What kmalloc() was asked for is kept only with slab_debug=U. */
KTEST(slab_usage, overhead_of_a_size_cache, SHORT)
{
	struct slab_overhead before, o;
	struct kmem_cache *cache;
	void *object[2];

	for (cache = kmem_cache_next(NULL); cache; cache = kmem_cache_next(cache))
		if (!strcmp(kmem_cache_name(cache), "size-64"))
			break;
	kt_assert(cache);
	slab_overhead(cache, &before);
	object[0] = kmalloc(49, GFP_KERNEL);
	object[1] = kmalloc(50, GFP_KERNEL);
	kt_assert(object[0] && object[1]);
	slab_overhead(cache, &o);
	kt_eq(o.unknown, !slab_track(object[0], NULL, NULL));
	if (!o.unknown && !before.unknown)
		kt_eq(o.requested - before.requested, 49 + 50);
	kt_eq(o.usable - before.usable, 2 * 64);
	kfree(object[0]);
	kfree(object[1]);
}
