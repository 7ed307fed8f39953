/* SPDX-License-Identifier: 0BSD
 *
 * kmalloc.c - tests of mm/kmalloc.c: sizes, alignment, large blocks, krealloc(), kcalloc(), misuse.
 */
#include <lib/align.h>
#include <lib/format.h>
#include <mm/vmalloc.h>
#include <test/pages.h>

#include "slab_test.h"
#include "drain.h"

static const size_t class_sizes[] = { 8,    16,	  24,	32,    48,    64,    96,    128,   192,
				      256,  320,  400,	448,   512,   672,   768,   896,   1024,
				      1088, 1344, 1600, 2048,  2176,  2688,  3264,  4096,  4672,
				      5440, 6528, 8192, 10880, 16384, 32768, 65536, 131072 };

static bool all_zero(const void *p, size_t size)
{
	const u8 *byte = p;

	while (size--)
		if (*byte++)
			return false;
	return true;
}

/* --- sizes ----------------------------------------------------------------------------------- */

/* The size of the cache that must serve @size. */
static size_t class_of(size_t size)
{
	const size_t *room = class_sizes;

	while (*room < size)
		room++;
	return *room;
}

/* The size of the cache that serves @size with GFP_DMA: a power of two, 96 or 192. */
static size_t dma_class_of(size_t size)
{
	const size_t *room = class_sizes;

	while (*room < size || (!is_power_of_2(*room) && *room != 96 && *room != 192))
		room++;
	return *room;
}

static void check_request(size_t size)
{
	void *p = kmalloc(size, GFP_KERNEL);

	kt_assert(p);
	if (slab_cache_of(p) != kmalloc_slab(size, 0) ||
	    kmalloc_slab(size, 0)->size != class_of(size))
		kt_fail("kmalloc(%zu) is from cache %s", size, kmem_cache_name(slab_cache_of(p)));
	if (ksize(p) != room_for(size))
		kt_fail("kmalloc(%zu) has %zu bytes", size, ksize(p));
	if (!IS_ALIGNED((uintptr)p, ARCH_KMALLOC_MINALIGN))
		kt_fail("kmalloc(%zu) is at %p", size, p);
	kfree(p);
}

KTEST(kmalloc, every_small_size_gets_the_smallest_cache, SHORT)
{
	size_t size;

	for (size = 1; size <= 1100; size++)
		check_request(size);
}

KTEST(kmalloc, borders_of_every_cache, SHORT)
{
	const size_t *class;

	for_each_case (class, class_sizes) {
		check_request(*class - 1);
		check_request(*class);
		if (*class < KMALLOC_MAX_CACHE_SIZE)
			check_request(*class + 1);
	}
}

KTEST(kmalloc, caches_have_linux_names, SHORT)
{
	const size_t *class;
	char name[24];
	void *p;

	for_each_case (class, class_sizes) {
		p = kmalloc(*class, GFP_KERNEL);
		kt_assert(p);
		snprintf(name, sizeof(name), "size-%zu", *class);
		kt_str_eq(kmem_cache_name(slab_cache_of(p)), name);
		kfree(p);
	}
}

KTEST(kmalloc, dma_caches_have_linux_names, SHORT)
{
	const size_t *class;
	char name[24];
	void *p;

	if (!has_dma())
		kt_skip("no memory below 16 MiB");
	for_each_case (class, class_sizes) {
		p = kmalloc(*class, GFP_KERNEL | GFP_DMA);
		kt_assert(p);
		snprintf(name, sizeof(name), "size-%zu(DMA)", dma_class_of(*class));
		kt_str_eq(kmem_cache_name(slab_cache_of(p)), name);
		kfree(p);
	}
}

/* Several at once: the first object of a slab is aligned to more than its cache promises. Of what
 * is larger than a page, each object is a block. */
static void check_power_of_two(size_t size)
{
	u32 i, n = size > PAGE_SIZE ? 1 : 5;
	void *p[5];

	for (i = 0; i < n; i++) {
		p[i] = kmalloc(size, GFP_KERNEL);
		kt_true(p[i] != NULL);
		if (!IS_ALIGNED((uintptr)p[i], min(size, alignment_of(size))))
			kt_fail("kmalloc(%zu) is at %p", size, p[i]);
	}
	while (i--)
		kfree(p[i]);
}

KTEST(kmalloc, power_of_two_is_aligned_to_itself, SHORT)
{
	size_t size;

	for (size = 8; size <= 2 * KMALLOC_MAX_CACHE_SIZE; size *= 2)
		check_power_of_two(size);
}

/* What is between the powers of two is aligned to the largest one in it. */
KTEST(kmalloc, every_cache_is_aligned_as_its_size, SHORT)
{
	const size_t *class;
	void *p[3];
	u32 i;

	for_each_case (class, class_sizes) {
		for (i = 0; i < 3; i++) {
			p[i] = kmalloc(*class, GFP_KERNEL);
			kt_assert(p[i]);
			if (!IS_ALIGNED((uintptr)p[i],
					min(1UL << lowest_bit(*class), alignment_of(*class))))
				kt_fail("kmalloc(%zu) is at %p", *class, p[i]);
		}
		while (i--)
			kfree(p[i]);
	}
}

/* Powers of two alone would let a request of one byte more waste half. */
KTEST(kmalloc, requests_above_256_waste_about_a_third_at_most, SHORT)
{
	size_t size;
	void *p;

	for (size = 257; size <= 16384; size += 1 + size / 64) {
		p = kmalloc(size, GFP_KERNEL);
		kt_assert(p);
		if ((ksize(p) - size) * 20 > ksize(p) * 7)
			kt_fail("kmalloc(%zu) has %zu bytes", size, ksize(p));
		kfree(p);
	}
}

KTEST(kmalloc, dma_lies_below_16_mib, SHORT)
{
	const phys_addr_t end = (phys_addr_t)ZONE_DMA_END_PFN << PAGE_SHIFT;
	size_t size;
	void *p;

	if (!has_dma())
		kt_skip("no memory below 16 MiB");
	for (size = 1; size <= 2 * KMALLOC_MAX_CACHE_SIZE; size *= 3) {
		p = kmalloc(size, GFP_KERNEL | GFP_DMA);
		kt_assert(p);
		kt_true(virt_to_phys(p) + size <= end);
		kfree(p);
	}
}

/* Two who want to see all requests, one after the other and both at once. */
KTEST(kmalloc, all_requests_can_be_seen, SHORT)
{
	size_t before = kmalloc_fast_max;

	kmalloc_see_all(true);
	kt_eq(kmalloc_fast_max, 0);
	check_request(1);
	check_request(1024);
	check_request(5000);
	kt_ptr_eq(kmalloc(0, GFP_KERNEL), ZERO_SIZE_PTR);
	kt_ptr_eq(kzalloc(0, GFP_KERNEL), ZERO_SIZE_PTR);
	kmalloc_see_all(true);
	kmalloc_see_all(false);
	kt_eq(kmalloc_fast_max, 0);
	kmalloc_see_all(false);
	kt_eq(kmalloc_fast_max, before);
	check_request(1);
}

/* --- size 0 and NULL ------------------------------------------------------------------------- */

KTEST(kmalloc, size_0_is_a_pointer_of_its_own, SHORT)
{
	void *p = kmalloc(0, GFP_KERNEL);

	kt_ptr_eq(p, ZERO_SIZE_PTR);
	kt_true(p != NULL);
	kt_eq(ksize(p), 0);
	kfree(p);
	kt_ptr_eq(kzalloc(0, GFP_KERNEL), ZERO_SIZE_PTR);
	kt_ptr_eq(kmalloc(0, GFP_KERNEL | GFP_DMA), ZERO_SIZE_PTR);
}

KTEST(kmalloc, kfree_ignores_null, SHORT)
{
	kfree(NULL);
	kt_eq(ksize(NULL), 0);
}

/* --- large blocks ---------------------------------------------------------------------------- */

KTEST(kmalloc, large_block_comes_from_the_buddy, SHORT)
{
	unsigned long pages = free_pages_now();
	void *p = kmalloc(KMALLOC_MAX_CACHE_SIZE + 1, GFP_KERNEL);
	struct page *page;

	kt_assert(p);
	page = virt_to_page(p);
	kt_eq(free_pages_now(), pages - 64);
	kt_false(PageSlab(page));
	kt_true(page->flags & PG_kmalloc);
	kt_eq(ksize(p), 262144);
	memset(p, 0x77, ksize(p));
	kfree(p);
	kt_eq(free_pages_now(), pages);
	kt_false(page->flags & PG_kmalloc);
}

KTEST(kmalloc, largest_block_and_beyond, SHORT)
{
	void *p = kmalloc(KMALLOC_MAX_SIZE, GFP_KERNEL);

	if (p)
		kt_eq(ksize(p), KMALLOC_MAX_SIZE);
	else
		kt_note("no free block of order %d", MAX_ORDER - 1);
	kfree(p);
	kt_ptr_eq(kmalloc(KMALLOC_MAX_SIZE + 1, GFP_KERNEL), NULL);
	kt_ptr_eq(kmalloc(~(size_t)0, GFP_KERNEL), NULL);
	kt_ptr_eq(kzalloc(~(size_t)0 - 7, GFP_KERNEL), NULL);
}

/* --- zeroed memory --------------------------------------------------------------------------- */

/* All bytes that can be used, not only those asked for. */
static void check_kzalloc(size_t size)
{
	void *p = kmalloc(size, GFP_KERNEL);

	kt_assert(p);
	memset(p, 0xEE, ksize(p));
	kfree(p);
	p = kzalloc(size, GFP_KERNEL);
	kt_assert(p);
	if (!all_zero(p, ksize(p)))
		kt_fail("kzalloc(%zu) is not zero", size);
	kfree(p);
}

KTEST(kmalloc, kzalloc_clears_used_memory, SHORT)
{
	check_kzalloc(5);
	check_kzalloc(100);
	check_kzalloc(1000);
	check_kzalloc(5000);
	check_kzalloc(200000);
}

/* clang-format off */
static const struct kcalloc_case {
	const char *what;
	size_t n, size, want; /* 0: NULL */
} kcalloc_cases[] = {
	{ "5 * 7", 5, 7, 64 },
	{ "1 * 4096", 1, 4096, 4096 },
	{ "4096 * 1", 4096, 1, 4096 },
	{ "product wraps to 0", (~(size_t)0 >> 1) + 1, 2, 0 },
	{ "product wraps to 8", (~(size_t)0 / 8) + 2, 8, 0 },
	{ "both huge", ~(size_t)0, ~(size_t)0, 0 },
	{ "no wrap, too large", 1024, 8192, 0 },
};

/* clang-format on */

KTEST(kmalloc, kcalloc_multiplies_safely, SHORT)
{
	const struct kcalloc_case *c;
	void *p;

	for_each_case (c, kcalloc_cases) {
		kt_case(c->what);
		p = kcalloc(c->n, c->size, GFP_KERNEL);
		kt_eq(p != NULL, c->want != 0);
		kt_eq(ksize(p), c->want ? room_for(c->n * c->size) : 0);
		kt_true(!p || all_zero(p, ksize(p)));
		kfree(p);
	}
	kt_case(NULL);
	kt_ptr_eq(kcalloc(0, 8, GFP_KERNEL), ZERO_SIZE_PTR);
	kt_ptr_eq(kcalloc(8, 0, GFP_KERNEL), ZERO_SIZE_PTR);
}

/* --- krealloc -------------------------------------------------------------------------------- */

KTEST(kmalloc, krealloc_grows_and_keeps_the_contents, SHORT)
{
	static const size_t sizes[] = { 9, 40, 100, 700, 3000, 10000, 140000 };
	void *p = kmalloc(8, GFP_KERNEL);
	size_t old = 8;
	const size_t *size;

	kt_assert(p);
	fill(p, 8, 1);
	for_each_case (size, sizes) {
		p = krealloc(p, *size, GFP_KERNEL);
		kt_assert(p);
		kt_true(ksize(p) >= *size);
		if (!filled(p, old, 1))
			kt_fail("%zu to %zu bytes: contents lost", old, *size);
		fill(p, *size, 1);
		old = *size;
	}
	kfree(p);
}

KTEST(kmalloc, krealloc_frees_the_old_object, SHORT)
{
	unsigned long before = kmem_cache_active(kmalloc_caches[0][0]);
	void *p = krealloc(kmalloc(8, GFP_KERNEL), 64, GFP_KERNEL);

	kt_assert(p);
	kt_eq(kmem_cache_active(kmalloc_caches[0][0]), before);
	kfree(p);
}

KTEST(kmalloc, krealloc_stays_where_it_fits, SHORT)
{
	void *p = kmalloc(100, GFP_KERNEL);

	kt_assert(p);
	fill(p, 100, 2);
	kt_ptr_eq(krealloc(p, ksize(p), GFP_KERNEL), p);
	kt_true(filled(p, 100, 2));
	kt_ptr_eq(krealloc(p, 1, GFP_KERNEL), p);
	kt_true(filled(p, 1, 2));
	kfree(p);
}

/* All calls ask for zeroes. In one object, in a large block, and from the one to the other. */
KTEST(kmalloc, krealloc_zeroes_what_it_gives, SHORT)
{
	static const struct resize_case {
		const char *name;
		size_t first, small, large;
	} cases[] = {
		{ "within an object", 60, 40, 60 },
		{ "to all of the object", 60, 1, 64 },
		{ "of an object of a page and more", 7000, 100, 8192 },
		{ "within a large block", 200000, 140000, 262144 },
		{ "to a larger object", 60, 40, 200 },
		{ "to a large block", 60000, 33000, 300000 },
		{ "from a large block to a larger one", 140000, 132000, 600000 },
	};
	const struct resize_case *c;

	for_each_case (c, cases) {
		u8 *p = kzalloc(c->first, GFP_KERNEL), *larger;

		kt_case(c->name);
		kt_assert(p);
		memset(p, 0xAA, c->first);
		p = krealloc(p, c->small, GFP_KERNEL | __GFP_ZERO);
		kt_eq(p[c->small - 1], 0xAA);
		larger = krealloc(p, c->large, GFP_KERNEL | __GFP_ZERO);
		if (!larger) { /* a machine of a few MiB: the old block is untouched */
			kt_eq(p[c->small - 1], 0xAA);
			kfree(p);
			continue;
		}
		kt_eq(larger[c->small - 1], 0xAA);
		kt_true(all_zero(larger + c->small, c->large - c->small));
		kfree(larger);
	}
	kt_case(NULL);
}

KTEST(kmalloc, krealloc_from_nothing_is_zeroed, SHORT)
{
	void *p = kmalloc(128, GFP_KERNEL), *q;

	kt_assert(p);
	memset(p, 0xAA, 128);
	kfree(p);
	q = krealloc(NULL, 128, GFP_KERNEL | __GFP_ZERO);
	kt_ptr_eq(q, p);
	kt_true(all_zero(q, 128));
	kfree(q);
}

KTEST(kmalloc, krealloc_of_nothing_and_to_nothing, SHORT)
{
	unsigned long before = kmem_cache_active(kmalloc_caches[0][2]);
	void *p = krealloc(NULL, 30, GFP_KERNEL);

	kt_assert(p);
	kt_eq(ksize(p), room_for(30));
	kt_ptr_eq(krealloc(p, 0, GFP_KERNEL), ZERO_SIZE_PTR);
	kt_eq(kmem_cache_active(kmalloc_caches[0][2]), before);
	kt_ptr_eq(krealloc(NULL, 0, GFP_KERNEL), ZERO_SIZE_PTR);
	p = krealloc(ZERO_SIZE_PTR, 30, GFP_KERNEL);
	kt_assert(p);
	kt_eq(ksize(p), room_for(30));
	kfree(p);
}

KTEST(kmalloc, krealloc_that_fails_changes_nothing, SHORT)
{
	void *p = kmalloc(64, GFP_KERNEL);
	struct drained *all;

	kt_assert(p);
	fill(p, 64, 3);
	kt_ptr_eq(krealloc(p, KMALLOC_MAX_SIZE + 1, GFP_KERNEL), NULL);
	all = drain_memory(0);
	kt_ptr_eq(krealloc(p, 70000, GFP_KERNEL), NULL);
	undrain_memory(all);
	kt_true(filled(p, 64, 3));
	kt_eq(ksize(p), 64);
	kfree(p);
}

/* --- no memory ------------------------------------------------------------------------------- */

static void free_chain(struct drained *list)
{
	struct drained *block;

	while ((block = list)) {
		list = block->next;
		kfree(block);
	}
}

KTEST(kmalloc, exhaustion_returns_null_and_recovers, SHORT)
{
	struct drained *all = drain_memory(2), *list = NULL, *block;
	unsigned long taken = 0;

	while ((block = kmalloc(2048, GFP_KERNEL))) {
		block->next = list;
		list = block;
		taken++;
	}
	if (taken < 2) {
		free_chain(list);
		undrain_memory(all);
		kt_skip("all that is free was in blocks of 4 pages and more");
	}
	kt_eq(free_pages_now() >= 1 && kmalloc(2048, GFP_KERNEL), 0);
	kt_ptr_eq(kmalloc(KMALLOC_MAX_CACHE_SIZE + 1, GFP_KERNEL), NULL);
	block = list->next;
	kfree(list); /* the two that were handed out last */
	list = block->next;
	kfree(block);
	block = kmalloc(2048, GFP_KERNEL);
	kt_true(block != NULL);
	kfree(block);
	free_chain(list);
	undrain_memory(all);
}

/* --- a random load --------------------------------------------------------------------------- */

static struct {
	void *p;
	size_t size;
} slots[64];

/* As often small as large: a random number of random bits. Even a machine of 2 MiB has room. */
static size_t random_size(void)
{
	return kt_random_below(1u << (3 + kt_random_below(12))) + 1;
}

/* Return: false if there was no memory for it; then nothing has changed. */
static bool random_step(u32 i)
{
	size_t size = random_size(), common = min(size, slots[i].size);
	void *p;

	if (slots[i].p && kt_random_below(2)) {
		if (!filled(slots[i].p, slots[i].size, i))
			kt_fail("slot %u was overwritten", i);
		kfree(slots[i].p);
		slots[i].p = NULL;
		slots[i].size = 0;
		return true;
	}
	p = krealloc(slots[i].p, size, GFP_KERNEL);
	if (!p)
		return false;
	slots[i].p = p;
	if (!filled(slots[i].p, common, i))
		kt_fail("slot %u: krealloc() lost the contents", i);
	fill(slots[i].p, size, i);
	slots[i].size = size;
	return true;
}

KTEST(kmalloc, random_load_keeps_every_byte, SHORT)
{
	u32 i;

	for (i = 0; i < 5000 && random_step(kt_random_below(ARRAY_SIZE(slots))); i++)
		;
	kt_eq(i, 5000);
	for (i = 0; i < ARRAY_SIZE(slots); i++) {
		kt_true(filled(slots[i].p, slots[i].size, i));
		kfree(slots[i].p);
		slots[i].p = NULL;
		slots[i].size = 0;
	}
}

/* --- misuse stops ---------------------------------------------------------------------------- */

KTEST(kmalloc, stop_double_free, STOP)
{
	void *p = kmalloc(100, GFP_KERNEL);

	kfree(p);
	kt_expect_stop("of cache size-128 is free already (double free?)");
	kfree(p);
}

KTEST(kmalloc, stop_pointer_inside_an_object, STOP)
{
	char *p = kmalloc(100, GFP_KERNEL);

	kt_expect_stop("is 8 bytes inside an object of cache size-128, stride 128");
	kfree(p + 8);
}

KTEST(kmalloc, stop_double_free_of_a_large_block, STOP)
{
	void *p = kmalloc(200000, GFP_KERNEL);

	kfree(p);
	kt_expect_stop("BUG: kfree: ");
	kfree(p);
}

KTEST(kmalloc, stop_inside_the_first_page_of_a_large_block, STOP)
{
	char *p = kmalloc(200000, GFP_KERNEL);

	kt_expect_stop("is in a large block of kmalloc(), not its beginning");
	kfree(p + 16);
}

KTEST(kmalloc, stop_inside_a_large_block, STOP)
{
	char *p = kmalloc(200000, GFP_KERNEL);

	kt_expect_stop("not in the first page of a block");
	kfree(p + PAGE_SIZE);
}

KTEST(kmalloc, stop_page_of_alloc_pages, STOP)
{
	void *p = (void *)__get_free_pages(GFP_KERNEL, 1);

	kt_expect_stop("is in pages of alloc_pages()");
	kfree(p);
}

KTEST(kmalloc, stop_reserved_page, STOP)
{
	kt_expect_stop("is in a reserved page");
	kfree(phys_to_virt(64)); /* page 0 */
}

KTEST(kmalloc, stop_address_outside_lowmem, STOP)
{
	kt_expect_stop("is outside the memory of the allocators");
	kfree((void *)0x1234);
}

KTEST(kmalloc, stop_free_of_an_error_number, STOP)
{
	kt_expect_stop("BUG: kfree: 0x");
	kt_expect_report("f4 is outside the memory of the allocators (an error number: was a ");
	kfree((void *)-12UL);
}

KTEST(kmalloc, stop_free_of_an_area_of_vmalloc, STOP)
{
	kt_expect_stop("(an area of vmalloc() or ioremap(): vfree()?)");
	kfree(vmalloc(PAGE_SIZE));
}

KTEST(kmalloc, stop_free_of_an_address_of_kmap, STOP)
{
	kt_expect_stop("(an address of kmap(): kunmap()?)");
	kfree((void *)(PKMAP_BASE + 5));
}

KTEST(kmalloc, stop_ksize_of_a_freed_object, STOP)
{
	void *p = kmalloc(100, GFP_KERNEL);

	kfree(p);
	kt_expect_stop("BUG: ksize: object");
	kt_eq(ksize(p), 0);
}

KTEST(kmalloc, stop_ksize_inside_an_object, STOP)
{
	char *p = kmalloc(100, GFP_KERNEL);

	kt_expect_stop("is 4 bytes inside an object of cache size-128, stride 128");
	kt_eq(ksize(p + 4), 0);
}

KTEST(kmalloc, stop_ksize_of_a_page_of_alloc_pages, STOP)
{
	kt_expect_stop("BUG: ksize: ");
	kt_eq(ksize((void *)__get_free_pages(GFP_KERNEL, 1)), 0);
}

KTEST(kmalloc, stop_first_page_of_high_memory, STOP)
{
	kt_expect_stop("is outside the memory of the allocators");
	kfree(phys_to_virt(PFN_PHYS(max_low_pfn)));
}

/* Lowmem ends where an object is: whatever there is behind the end, nobody looks. */
KTEST(kmalloc, stop_size_of_what_is_behind_lowmem, STOP)
{
	void *p = kmalloc(64, GFP_KERNEL);

	kt_expect_stop("is outside the memory of the allocators");
	max_low_pfn = PFN_DOWN(virt_to_phys(p));
	ksize(p);
}

KTEST(kmalloc, stop_first_page_behind_lowmem, STOP)
{
	kt_expect_stop("is outside the memory of the allocators");
	kfree(phys_to_virt(PFN_PHYS(max_low_pfn)));
}

KTEST(kmalloc, stop_krealloc_of_a_freed_object, STOP)
{
	void *p = kmalloc(100, GFP_KERNEL);

	kfree(p);
	kt_expect_stop("of cache size-128 is free already");
	kt_ptr_eq(krealloc(p, 500, GFP_KERNEL), NULL);
}

KTEST(kmalloc, stop_high_memory, STOP)
{
	kt_expect_stop("asks cache size-128 for an object in high memory");
	kt_ptr_eq(kmalloc(100, GFP_HIGHUSER), NULL);
}

KTEST(kmalloc, stop_large_block_in_high_memory, STOP)
{
	kt_expect_stop("asks for 200000 bytes in high memory");
	kt_ptr_eq(kmalloc(200000, GFP_HIGHUSER), NULL);
}

KTEST(kmalloc, stop_nobody_sees_all_requests, STOP)
{
	kt_expect_stop("nobody saw all requests");
	while (true)
		kmalloc_see_all(false);
}
