/* SPDX-License-Identifier: 0BSD
 *
 * misuse_objects.c - rows of docs/misuse.md about objects that no other file has: what nobody sees
 * without an option, and what stops.
 */
#include <lib/errno.h>
#include <test/ktest.h>

#include "check_line.h"
#include "log_mark.h"
#include "slab_debug.h"
#include "slab_test.h"

#define NEEDS_NO_DEBUGGING()                                \
	do {                                                \
		if (cache_is_debugged(kmalloc_slab(60, 0))) \
			kt_skip("kmalloc() is debugged");   \
	} while (0)

/* Nothing was said since the mark. */
static void expect_silence(void)
{
	struct capture log;

	log_since_mark(&log);
	if (!kt_eq(capture_count(&log, "*BUG*"), 0))
		kt_note("in \"%s\"", capture_text);
	expect_first("");
}

/* The bytes that a size cache has more than were asked for are nobody's. */
KTEST(misuse_objects, one_byte_in_the_slack_is_silent, SHORT)
{
	u8 *p;

	NEEDS_NO_DEBUGGING();
	p = kmalloc(60, GFP_KERNEL);
	kt_assert(p);
	log_mark();
	p[60] = 0x33;
	kfree(p);
	expect_silence();
}

/* Two neighbours of a cache: the second one has changed, and nobody says so. */
KTEST(misuse_objects, an_overrun_into_a_neighbour_is_silent, SHORT)
{
	u8 *low, *high, *swap;

	NEEDS_NO_DEBUGGING();
	low = kmalloc(64, GFP_KERNEL);
	high = kmalloc(64, GFP_KERNEL);
	kt_assert(low && high);
	if (low > high) {
		swap = low;
		low = high;
		high = swap;
	}
	log_mark();
	if (high == low + 64) {
		high[7] = 1;
		memset(low + 60, 0x33, 12);
		kt_eq(high[7], 0x33);
	}
	kfree(low);
	kfree(high);
	expect_silence();
}

KTEST(misuse_objects, kfree_of_a_caches_object_is_right, SHORT)
{
	struct kmem_cache *cache = test_cache(60);
	void *object;

	kt_assert(cache);
	object = kmem_cache_alloc(cache, GFP_KERNEL);
	kt_assert(object);
	kfree(object);
	kt_eq(kmem_cache_active(cache), 0);
	kt_eq(kmem_cache_destroy(cache), 0);
}

KTEST(misuse_objects, stop_freed_again_after_another, STOP)
{
	void *p = kmalloc(60, GFP_KERNEL), *q = kmalloc(60, GFP_KERNEL);

	kt_assert(p && q);
	kfree(p);
	kfree(q);
	kt_expect_stop("of cache size-64 is free already (double free?)");
	kfree(p);
}

KTEST(misuse_objects, stop_kfree_of_an_odd_address, STOP)
{
	char *p = kmalloc(60, GFP_KERNEL);

	kt_assert(p);
	kt_expect_stop("is 1 bytes inside an object of cache size-64");
	kfree(p + 1);
}

KTEST(misuse_objects, sizes_and_alignments_that_cannot_be, SHORT)
{
	kt_ptr_eq(kmem_cache_create("t-bad", 0, 0, 0, NULL), NULL);
	kt_ptr_eq(kmem_cache_create("t-bad", 2 * KMALLOC_MAX_SIZE, 0, 0, NULL), NULL);
	kt_ptr_eq(kmem_cache_create("t-bad", 60, 24, 0, NULL), NULL);
	kt_ptr_eq(kmem_cache_create("t-bad", 60, 2 * PAGE_SIZE, 0, NULL), NULL);
	kt_ptr_eq(kmem_cache_create(NULL, 60, 0, 0, NULL), NULL);
	kt_ptr_eq(kmem_cache_create("size-64", 60, 0, 0, NULL), NULL);
}

/* What is still out is listed, with its owner. */
KTEST(misuse_objects, a_debugged_cache_tells_who_has_its_objects, SHORT)
{
	struct kmem_cache *cache = kmem_cache_create("t-debug", 60, 0, SLAB_STORE_USER, NULL);
	struct capture log;
	char want[80];
	void *object;

	kt_assert(cache);
	object = kmem_cache_alloc(cache, GFP_KERNEL);
	kt_assert(object);
	log_mark();
	kt_eq(kmem_cache_destroy(cache), -EBUSY);
	log_since_mark(&log);
	kt_eq(capture_count(&log, "*BUG t-debug (Not tainted): Objects remaining in t-debug on "
				  "__kmem_cache_shutdown()"),
	      1);
	snprintf(want, sizeof(want), "*Object 0x%08lx", (unsigned long)object);
	kt_eq(capture_count(&log, want), 1);
	kt_eq(capture_count(&log, "*Allocated by cpu *, 60 bytes requested:"), 1);
	kmem_cache_free(cache, object);
	kt_eq(kmem_cache_destroy(cache), 0);
}
