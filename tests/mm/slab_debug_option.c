/* SPDX-License-Identifier: 0BSD
 *
 * slab_debug_option.c - the option slab_debug=: which caches it means, and what kmalloc() finds.
 * The tests that end in a panic boot with it; after their report the kernel has gone on, and they
 * stop it themselves.
 */
#include <test/ktest.h>

#include "kmalloc.h"
#include "slab_debug.h"
#include "slab_test.h"

/* --- which caches ---------------------------------------------------------------------------- */

#define ALL SLAB_DEBUG_FLAGS
#define F   SLAB_CONSISTENCY_CHECKS
#define Z   SLAB_RED_ZONE
#define P   SLAB_POISON
#define U   SLAB_STORE_USER

static unsigned int flags_of(const char *name)
{
	struct kmem_cache *cache = kmem_cache_create(name, 40, 0, 0, NULL);
	unsigned int flags;

	if (!kt_true(cache != NULL))
		return 0;
	flags = cache->flags & SLAB_DEBUG_FLAGS;
	kt_eq(kmem_cache_destroy(cache), 0);
	return flags;
}

KTEST(slab_debug_option, says_which_caches, SHORT)
{
	static const struct {
		const char *option;
		unsigned int one, two; /* t-one, t-two */
	} rows[] = {
		{ "", ALL, ALL },
		{ "-", 0, 0 },
		{ "FZPU", ALL, ALL },
		{ "fz", F | Z, F | Z },
		{ ",t-one", ALL, 0 },
		{ "Z,t-two", 0, Z },
		{ "PU,t-one,t-two", P | U, P | U },
		{ "P,t-o*", P, 0 },
		{ "P,t-*", P, P },
		{ "P,t-on,t-onee,one", 0, 0 },
		{ "P,*", P, P },
		{ "Z,t-one;U,t-two", Z, U },
		{ "Z,t-one;U", Z, U },
		{ "U;Z,t-one", Z, U },
		{ "FZPU;-,t-two", ALL, 0 },
	};
	char before[SLAB_DEBUG_OPTION_SIZE];
	unsigned int i;

	memcpy(before, slab_debug_option, sizeof(before));
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		kt_case(rows[i].option);
		kt_true(slab_debug_want(rows[i].option));
		kt_eq(flags_of("t-one"), rows[i].one);
		kt_eq(flags_of("t-two"), rows[i].two);
	}
	kt_case(NULL);
	memcpy(slab_debug_option, before, sizeof(before));
}

KTEST(slab_debug_option, malformed_values_change_nothing, SHORT)
{
	char before[SLAB_DEBUG_OPTION_SIZE], longest[SLAB_DEBUG_OPTION_SIZE + 1];

	memcpy(before, slab_debug_option, sizeof(before));
	kt_false(slab_debug_want("X"));
	kt_false(slab_debug_want("FZ*"));
	kt_false(slab_debug_want("Z,t-one;X"));
	kt_false(slab_debug_want("1"));
	memset(longest, 'F', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = 0;
	kt_false(slab_debug_want(longest));
	kt_str_eq(slab_debug_option, before);
}

/* Of what cannot be debugged the flags are taken off, in words. */
KTEST(slab_debug_option, the_largest_objects_are_not_debugged, SHORT)
{
	struct kmem_cache *cache = kmem_cache_create("t-large", KMALLOC_MAX_SIZE, 0,
						     SLAB_DEBUG_FLAGS, NULL);

	kt_assert(cache);
	kt_eq(cache->flags & SLAB_DEBUG_FLAGS, 0);
	kt_eq(kmem_cache_destroy(cache), 0);
}

/* --- kmalloc() with it ----------------------------------------------------------------------- */

#define OVERWRITTEN "BUG size-64 (Not tainted): Right Redzone overwritten"

static __noreturn void went_on(void)
{
	panic("the kernel went on, and stops on purpose");
}

/* kmalloc(60), @bytes past its end. */
static void overrun(unsigned int bytes)
{
	u8 *p = kmalloc(60, GFP_KERNEL);

	if (!kt_true(p != NULL))
		return;
	kt_expect_stop("the kernel went on");
	kt_expect_report(OVERWRITTEN);
	memset(p + 60, 0x33, bytes);
	kfree(p);
	went_on();
}

KTEST_STOP_WITH(slab_debug_option, stop_one_byte_in_the_slack, "slab_debug")
{
	overrun(1);
}

KTEST_STOP_WITH(slab_debug_option, stop_twelve_bytes_past_the_end, "slab_debug")
{
	kt_expect_report("60 bytes were asked for, and 12 bytes past the end were overwritten");
	overrun(12);
}

KTEST_STOP_WITH(slab_debug_option, stop_one_byte_past_a_full_object, "slab_debug=Z,size-64")
{
	u8 *p = kmalloc(64, GFP_KERNEL);

	kt_assert(p);
	kt_expect_stop("the kernel went on");
	kt_expect_report(OVERWRITTEN);
	p[64] = 0;
	kfree(p);
	went_on();
}

KTEST_STOP_WITH(slab_debug_option, stop_one_byte_before, "slab_debug")
{
	u8 *p = kmalloc(60, GFP_KERNEL);

	kt_assert(p);
	kt_expect_stop("the kernel went on");
	kt_expect_report("BUG size-64 (Not tainted): Left Redzone overwritten");
	p[-1] = 0;
	kfree(p);
	went_on();
}

KTEST_STOP_WITH(slab_debug_option, stop_write_after_kfree, "slab_debug")
{
	u8 *p = kmalloc(60, GFP_KERNEL), *again;

	kt_assert(p);
	kt_expect_stop("the kernel went on");
	kt_expect_report("BUG size-64 (Not tainted): Poison overwritten");
	kfree(p);
	p[0] = 1;
	again = kmalloc(60, GFP_KERNEL);
	kt_assert(again && again != p);
	went_on();
}

KTEST_STOP_WITH(slab_debug_option, stop_kfree_twice, "slab_debug")
{
	void *p = kmalloc(60, GFP_KERNEL);

	kt_expect_stop("the kernel went on");
	kt_expect_report("BUG size-64 (Not tainted): Object already free");
	kfree(p);
	kfree(p);
	went_on();
}

KTEST_STOP_WITH(slab_debug_option, stop_kfree_inside_an_object, "slab_debug")
{
	char *p = kmalloc(60, GFP_KERNEL);

	kt_assert(p);
	kt_expect_stop("the kernel went on");
	kt_expect_report("BUG size-64 (Not tainted): Invalid object pointer 0x");
	kfree(p + 16);
	went_on();
}

/* In no cache at all: then F has to be on for all of them, which the option does not say while
 * tests run. */
KTEST_STOP_WITH(slab_debug_option, stop_kfree_of_a_static_object, "slab_debug")
{
	static u32 object;

	kt_true(slab_debug_want(""));
	kt_expect_stop("the kernel went on");
	kt_expect_report("BUG kmalloc (Not tainted): Invalid object pointer 0x");
	kfree(&object);
	went_on();
}

KTEST_STOP_WITH(slab_debug_option, stop_kfree_of_the_middle_of_a_large_block, "slab_debug")
{
	char *p = kmalloc(4 * KMALLOC_MAX_CACHE_SIZE, GFP_KERNEL);

	kt_assert(p);
	kt_true(slab_debug_want(""));
	kt_expect_stop("the kernel went on");
	kt_expect_report("BUG kmalloc (Not tainted): Invalid object pointer 0x");
	kfree(p + PAGE_SIZE);
	kfree(p);
	went_on();
}

/* ksize() is what was asked for, so krealloc() moves what grows, and nothing old is in it. */
KTEST_STOP_WITH(slab_debug_option, stop_sizes_are_exact, "slab_debug")
{
	u8 *p = kzalloc(20, GFP_KERNEL);

	kt_assert(p);
	kt_expect_stop("the kernel went on");
	kt_assert(ksize(p) == 20);
	p = krealloc(p, 30, GFP_KERNEL | __GFP_ZERO);
	kt_assert(p && ksize(p) == 30 && !p[20] && !p[29]);
	p = krealloc(p, 10, GFP_KERNEL);
	kt_assert(p && ksize(p) == 10);
	kfree(p);
	went_on();
}
