/* SPDX-License-Identifier: 0BSD
 *
 * krealloc.c - tests of mm/krealloc.c: what is left of old bytes when objects change their size, or
 * go. That contents are kept is in kmalloc.c.
 */
#include <test/pages.h>

#include "slab_test.h"
#include "drain.h"

static bool all_are(const void *p, u8 value, size_t size)
{
	const u8 *byte = p;

	while (size--)
		if (*byte++ != value)
			return false;
	return true;
}

/* An object with OLD in each byte that it was asked for. */
#define OLD 0xAA
static u8 *old_object(size_t size, gfp_t gfp)
{
	void *p = kmalloc(size, gfp);

	return p ? memset(p, OLD, size) : NULL;
}

static const struct shrink_case {
	const char *what;
	size_t first, small, large;
} shrink_cases[] = {
	{ "within an object", 60, 40, 60 },
	{ "by a byte", 64, 63, 64 },
	{ "to a byte", 128, 1, 128 },
	{ "of an object of pages", 7000, 100, 8192 },
	{ "within a large block", 200000, 140000, 262144 },
	{ "on the way to a larger object", 60, 40, 200 },
	{ "on the way to a large block", 60000, 33000, 300000 },
};

/* The first call does not ask for zeroes, only the second one. */
KTEST(krealloc, what_it_takes_away_never_comes_back, SHORT)
{
	const struct shrink_case *c;
	u8 *p, *larger;

	for_each_case (c, shrink_cases) {
		kt_case(c->what);
		p = old_object(c->first, GFP_KERNEL);
		kt_assert(p);
		kt_ptr_eq(krealloc(p, c->small, GFP_KERNEL), p);
		kt_true(all_are(p, OLD, c->small));
		larger = krealloc(p, c->large, GFP_KERNEL | __GFP_ZERO);
		if (larger) {
			kt_true(all_are(larger, OLD, c->small));
			kt_true(all_are(larger + c->small, 0, c->large - c->small));
			p = larger;
		}
		kfree(p);
	}
	kt_case(NULL);
}

/* The room behind an object that moved had other users before. */
KTEST(krealloc, what_is_behind_a_moved_object_is_zero, SHORT)
{
	u8 *p = old_object(256, GFP_KERNEL), *moved;

	kt_assert(p);
	kfree(p);
	p = kzalloc(60, GFP_KERNEL);
	kt_assert(p);
	moved = krealloc(p, 193, GFP_KERNEL);
	kt_assert(moved);
	if (ksize(moved) < 200) {
		kfree(moved);
		kt_skip("what is behind the size is not the owner's: slab_debug=");
	}
	kt_true(all_are(moved + 193, 0, ksize(moved) - 193));
	kt_ptr_eq(krealloc(moved, 200, GFP_KERNEL | __GFP_ZERO), moved);
	kt_true(all_are(moved + 193, 0, 7));
	kfree(moved);
}

KTEST(krealloc, an_array_grows, SHORT)
{
	u32 *p = krealloc_array(NULL, 10, sizeof(*p), GFP_KERNEL | __GFP_ZERO), *q;

	kt_assert(p);
	kt_true(all_are(p, 0, 40));
	memset(p, OLD, 40);
	q = krealloc_array(p, 100, sizeof(*p), GFP_KERNEL | __GFP_ZERO);
	kt_assert(q);
	kt_true(all_are(q, OLD, 40));
	kt_true(all_are(q + 10, 0, 360));
	kt_ptr_eq(krealloc_array(q, 0, sizeof(*p), GFP_KERNEL), ZERO_SIZE_PTR);
}

KTEST(krealloc, an_array_that_overflows_stays, SHORT)
{
	u8 *p = old_object(64, GFP_KERNEL);

	kt_assert(p);
	kt_ptr_eq(krealloc_array(p, ~(size_t)0 / 2, 4, GFP_KERNEL), NULL);
	kt_ptr_eq(krealloc_array(p, ~(size_t)0 / 8 + 2, 8, GFP_KERNEL), NULL); /* wraps to 8 */
	kt_eq(ksize(p), 64);
	kt_true(all_are(p, OLD, 64));
	kfree(p);
}

KTEST(krealloc, arrays_multiply_safely, SHORT)
{
	void *p = kmalloc_array(5, 7, GFP_KERNEL);

	kt_true(ksize(p) >= 35);
	kfree(p);
	kt_ptr_eq(kmalloc_array(~(size_t)0 / 8 + 2, 8, GFP_KERNEL), NULL);
	kt_ptr_eq(kmalloc_array(0, 8, GFP_KERNEL), ZERO_SIZE_PTR);
	kt_ptr_eq(kmalloc_array(8, 0, GFP_KERNEL), ZERO_SIZE_PTR);
}

/* --- kfree_sensitive ------------------------------------------------------------------------- */

/* Is there a word of old bytes? Where objects are free, an allocator may keep a pointer. */
static bool has_old_word(const void *p, size_t size)
{
	const u32 *word = p, *end = word + size / sizeof(*word);

	while (word < end && *word != OLD * 0x01010101u)
		word++;
	return word < end;
}

/* Of all the room, in a large block of all pages; and it is freed. */
static void check_sensitive(size_t size)
{
	unsigned long pages = slab_nr_pages(), free = free_pages_now();
	u8 *p = kmalloc(size, GFP_KERNEL);
	size_t room = ksize(p);
	unsigned long pfn;

	kt_assert(p);
	memset(p, OLD, room);
	kfree_sensitive(p);
	/* debug_pagealloc takes a free page out of the mapping */
	if (arch_lookup_kernel((unsigned long)p, &pfn) && has_old_word(p, room))
		kt_fail("something of %zu bytes is left", size);
	kt_eq(free_pages_now() + slab_nr_pages(), free + pages);
}

KTEST(krealloc, nothing_is_left_of_what_is_sensitive, SHORT)
{
	check_sensitive(5);
	check_sensitive(100);
	check_sensitive(1000);
	check_sensitive(5000);
	check_sensitive(200000);
	kfree_sensitive(NULL);
	kfree_sensitive(ZERO_SIZE_PTR);
}

static void construct(void *obj)
{
	memset(obj, 1, 64);
}

KTEST(krealloc, stop_sensitive_object_with_a_constructor, STOP)
{
	struct kmem_cache *cache = kmem_cache_create("t-ctor", 64, 0, 0, construct);

	kt_expect_stop("zeroing would undo the constructor of cache t-ctor");
	kfree_sensitive(kmem_cache_alloc(cache, GFP_KERNEL));
}

KTEST(krealloc, stop_sensitive_twice, STOP)
{
	void *p = kmalloc(100, GFP_KERNEL);

	kfree_sensitive(p);
	kt_expect_stop("BUG: kfree_sensitive: object");
	kt_expect_report("of cache size-128 is free already (double free?)");
	kfree_sensitive(p);
}

KTEST(krealloc, stop_high_memory_even_in_place, STOP)
{
	void *p = kmalloc(100, GFP_KERNEL);

	kt_expect_stop("gfp 0x2 asks for 10 bytes in high memory");
	kt_ptr_eq(krealloc(p, 10, __GFP_HIGHMEM), p);
}
