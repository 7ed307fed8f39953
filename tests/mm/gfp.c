/* SPDX-License-Identifier: 0BSD
 *
 * gfp.c - the words of a request: their names, and that one which does not exist stops.
 */
#include <lib/format.h>
#include <mm/page_alloc.h>
#include <mm/slab.h>
#include <test/ktest.h>

KTEST(gfp, values_are_those_of_linux_6_1, SHORT)
{
	static const struct value_case {
		const char *name;
		gfp_t gfp, value;
	} cases[] = {
		{ "GFP_KERNEL", GFP_KERNEL, 0xCC0 },
		{ "GFP_ATOMIC", GFP_ATOMIC, 0xA20 },
		{ "GFP_NOWAIT", GFP_NOWAIT, 0x800 },
		{ "GFP_NOIO", GFP_NOIO, 0xC00 },
		{ "GFP_NOFS", GFP_NOFS, 0xC40 },
		{ "GFP_USER", GFP_USER, 0x100CC0 },
		{ "GFP_HIGHUSER", GFP_HIGHUSER, 0x100CC2 },
		{ "GFP_HIGHUSER_MOVABLE", GFP_HIGHUSER_MOVABLE, 0x100CCA },
		{ "GFP_DMA", GFP_DMA, 0x1 },
	};
	const struct value_case *c;

	for_each_case (c, cases) {
		kt_case(c->name);
		kt_eq(c->gfp, c->value);
	}
}

/* The texts are those of Linux 6.1's reports. */
KTEST(gfp, text_is_what_linux_prints, SHORT)
{
	static const struct text_case {
		gfp_t gfp;
		const char *text;
	} cases[] = {
		{ 0xCC0, "GFP_KERNEL" },
		{ 0x800, "GFP_NOWAIT" },
		{ 0xA20, "GFP_ATOMIC" },
		{ 0x10CC0, "GFP_KERNEL|__GFP_NORETRY" },
		{ 0x40800, "GFP_NOWAIT|__GFP_COMP" },
		{ 0x2, "__GFP_HIGHMEM" },
		{ 0x140DCA, "GFP_HIGHUSER_MOVABLE|__GFP_COMP|__GFP_ZERO" },
		{ 0x100CC2, "GFP_HIGHUSER" },
		{ 0x100CC0, "GFP_USER" },
		{ 0xC40, "GFP_NOFS" },
		{ 0xC00, "GFP_NOIO" },
		{ 0x40DC0, "GFP_KERNEL|__GFP_COMP|__GFP_ZERO" },
		{ 0x1, "GFP_DMA" },
		{ 0x400, "__GFP_DIRECT_RECLAIM" },
		{ 0x200, "__GFP_ATOMIC" },
		{ 0, "" },
		{ 0x80000000, "0x80000000" },
		{ 0x1004CC4, "GFP_KERNEL|__GFP_RETRY_MAYFAIL|0x1000004" },
	};
	char text[GFP_TEXT_SIZE];
	const struct text_case *c;

	for_each_case (c, cases)
		kt_str_eq(gfp_text(text, c->gfp), c->text);
}

KTEST(gfp, every_bit_has_a_name, SHORT)
{
	char text[GFP_TEXT_SIZE];
	unsigned int bit;

	for (bit = 0; bit < 32; bit++) {
		gfp_t gfp = (gfp_t)1 << bit;
		bool named = gfp_text(text, gfp)[0] != '0';

		kt_case(text);
		kt_eq(named, (gfp & __GFP_BITS_MASK) != 0);
	}
}

/* Of the longest word, too, there is room for the end. */
KTEST(gfp, every_word_fits, SHORT)
{
	gfp_t longest[] = { ~0u, ~GFP_HIGHUSER_MOVABLE, ~__GFP_KSWAPD_RECLAIM, ~__GFP_FS };
	char text[GFP_TEXT_SIZE];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(longest); i++)
		kt_true(strlen(gfp_text(text, longest[i])) < GFP_TEXT_SIZE - 40);
}

static void expect_unknown(const char *func, gfp_t unknown, gfp_t gfp)
{
	static char expected[120];

	snprintf(expected, sizeof(expected), "BUG: %s: unknown gfp bits 0x%x in 0x%x(", func,
		 unknown, gfp);
	kt_expect_stop(expected);
}

KTEST(gfp, stop_unknown_bit, STOP)
{
	expect_unknown("alloc_pages", 0x80000000, 0x80000CC0);
	kt_ptr_eq(alloc_pages(GFP_KERNEL | 0x80000000, 0), NULL);
}

/* A shortage does not come first, nor an order that does not exist, nor the zeroing. */
KTEST(gfp, stop_unknown_bit_of_a_hopeless_request, STOP)
{
	expect_unknown("alloc_pages", 0x4, 0x104);
	kt_ptr_eq(alloc_pages(__GFP_ZERO | 0x4, MAX_ORDER), NULL);
}

KTEST(gfp, stop_unknown_bit_on_a_node, STOP)
{
	expect_unknown("alloc_pages_node", 0x1000, 0x1CC0);
	kt_ptr_eq(alloc_pages_node(0, GFP_KERNEL | 0x1000, 1), NULL);
}

KTEST(gfp, stop_unknown_bit_of_kmalloc, STOP)
{
	expect_unknown("kmalloc", 0x400000, 0x400CC0);
	kfree(kmalloc(8, GFP_KERNEL | 0x400000));
}

KTEST(gfp, stop_unknown_bit_of_kmalloc_0, STOP)
{
	expect_unknown("kmalloc", 0x1000000, 0x1000000);
	kfree(kmalloc(0, 0x1000000));
}

KTEST(gfp, stop_unknown_bit_of_a_cache, STOP)
{
	struct kmem_cache *cache = kmem_cache_create("t-gfp", 40, 0, 0, NULL);

	expect_unknown("kmem_cache_alloc", 0x80000, 0x80A20);
	kmem_cache_free(cache, kmem_cache_alloc(cache, GFP_ATOMIC | 0x80000));
}

KTEST(gfp, stop_unknown_bit_of_krealloc, STOP)
{
	void *p = kmalloc(40, GFP_KERNEL);

	expect_unknown("krealloc", 0x4, 0xCC4);
	kfree(krealloc(p, 10, GFP_KERNEL | 0x4));
}
