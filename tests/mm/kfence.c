/* SPDX-License-Identifier: 0BSD
 *
 * kfence.c - which allocations are guarded, where they lie, when their pages are mapped, what is
 * said of them, and how the pool is checked (G1-G3).
 */
#include <lib/align.h>
#include <lib/errno.h>
#include <lib/format.h>
#include <mm/page_alloc.h>
#include <test/capture.h>
#include <test/pages.h>

#include "check_line.h"
#include "kfence.h"
#include "kfence_test.h"
#include "page_debug.h"
#include "slab_test.h"

bool kfence_was_there;

/* An object of @size bytes that is guarded; the test is given up without one. */
static char *guarded(size_t size)
{
	return kfence_take(kmalloc_slab(size, GFP_KERNEL), size, 0);
}

static bool is_mapped(const void *addr)
{
	unsigned long pfn;

	return arch_lookup_kernel(ALIGN_DOWN((unsigned long)addr, PAGE_SIZE), &pfn);
}

/* --- which ones ------------------------------------------------------------------------------ */

static u32 count_guarded(u32 nr)
{
	u32 i, found = 0;

	for (i = 0; i < nr; i++)
		found += is_kfence_address(objs[i]);
	return found;
}

/* Not a pointer is left behind: leak_scan() would take it for one. */
static void free_all(u32 nr)
{
	while (nr) {
		kfree(objs[--nr]);
		objs[nr] = NULL;
	}
}

KTEST(kfence, every_tenth_kmalloc, SHORT)
{
	u32 i;

	KFENCE_BEGIN(10);
	for (i = 0; i < 70; i++) {
		objs[i] = kmalloc(1 + i * 40, GFP_KERNEL);
		kt_eq(is_kfence_address(objs[i]), i % 10 == 9);
	}
	kt_eq(count_guarded(70), 7);
	free_all(70);
	kfence_end();
}

/* What is freed at once is never asked of a slab. */
KTEST(kfence, every_tenth_of_pairs, SHORT)
{
	u32 i, found = 0;
	void *obj;

	KFENCE_BEGIN(10);
	for (i = 0; i < 1000; i++) {
		obj = kmalloc(64, GFP_KERNEL);
		found += is_kfence_address(obj);
		kfree(obj);
	}
	kt_eq(found, 100);
	kfence_end();
}

/* Of a cache and of kmalloc() together. */
KTEST(kfence, every_tenth_object_of_a_cache, SHORT)
{
	struct kmem_cache *cache = kmem_cache_create("t-kfence", 40, 0, 0, NULL);
	u32 i;

	kt_assert(cache);
	KFENCE_BEGIN(10);
	kfree(kmalloc(40, GFP_KERNEL));
	for (i = 0; i < 70; i++) {
		objs[i] = i % 2 ? kmem_cache_alloc(cache, GFP_KERNEL)
				: kmem_cache_zalloc(cache, GFP_KERNEL);
		kt_eq(is_kfence_address(objs[i]), i % 10 == 8);
		kt_true(i % 2 || !memcmp(objs[i], "\0\0\0\0", 4));
	}
	kt_eq(kmem_cache_active(cache), 70);
	free_all(70);
	kfence_end();
	kt_eq(kmem_cache_destroy(cache), 0);
}

/* Who goes on using a cache that was destroyed is told so, as ever. */
KTEST(kfence, not_the_caches_themselves, SHORT)
{
	struct kmem_cache *cache;

	KFENCE_BEGIN(1);
	cache = kmem_cache_create("t-kfence", 40, 0, 0, NULL);
	kt_true(cache && !is_kfence_address(cache));
	kt_eq(kmem_cache_destroy(cache), 0);
	kfence_end();
}

KTEST(kfence, none_after_it_was_switched_off, SHORT)
{
	u32 i;

	KFENCE_BEGIN(1);
	kt_eq(kfence_start(0), 0);
	for (i = 0; i < 100; i++)
		objs[i] = kmalloc(64, GFP_KERNEL);
	kt_eq(count_guarded(100), 0);
	free_all(100);
	kfence_end();
}

/* When its turn comes, the next one that can be guarded is. */
KTEST(kfence, not_what_is_large_or_for_dma, SHORT)
{
	size_t large = PAGE_SIZE + 1;

	KFENCE_BEGIN(2);
	objs[0] = kmalloc(64, GFP_KERNEL);
	objs[1] = kmalloc(large, GFP_KERNEL);
	objs[2] = kmalloc(4 * KMALLOC_MAX_CACHE_SIZE, GFP_KERNEL);
	objs[3] = has_dma() ? kmalloc(64, GFP_DMA) : NULL;
	kt_eq(count_guarded(4), 0);
	objs[4] = kmalloc(PAGE_SIZE, GFP_KERNEL);
	kt_eq(count_guarded(5), 1);
	free_all(5);
	kfence_end();
}

KTEST(kfence, the_slab_serves_when_all_are_in_use, SHORT)
{
	unsigned long missed;
	u32 nr;

	KFENCE_BEGIN(1);
	missed = kfence_pool.missed;
	for (nr = 0; nr < MAX_OBJS; nr++) {
		objs[nr] = kmalloc(100, GFP_KERNEL);
		if (!is_kfence_address(objs[nr]))
			break;
	}
	kt_assert(nr < MAX_OBJS);
	kt_true(objs[nr]);
	kt_eq(kfence_pool.missed - missed, 1);
	kt_eq(kfence_active(NULL), kfence_pool.nr);
	kt_eq(kfence_stop(), -EBUSY);
	free_all(nr + 1);
	kfence_end();
}

/* Nothing has changed then, and another time there may be memory. */
KTEST(kfence, without_memory_it_stays_off, SHORT)
{
	LIST_HEAD(pages);

	if (kfence_pool_bytes)
		kt_skip("there is a pool");
	kt_true(alloc_pages_list(GFP_KERNEL | __GFP_NOWARN, ~0UL, &pages) > 0);
	kt_eq(kfence_start(1), -ENOMEM);
	kt_eq(kfence_interval, 0);
	kt_eq(kfence_pool_bytes, 0);
	free_pages_list(&pages);
}

/* --- where ----------------------------------------------------------------------------------- */

/* Return: does it begin where its page does? */
static bool check_place(char *obj, size_t size)
{
	unsigned long start = (unsigned long)obj, page = ALIGN_DOWN(start, PAGE_SIZE);
	size_t align = max((size_t)1 << lowest_bit(size), (size_t)ARCH_KMALLOC_MINALIGN);

	kt_true(IS_ALIGNED(start, align));
	kt_true(start == page || page + PAGE_SIZE - start - size < align);
	kt_true(is_mapped(obj));
	kt_false(is_mapped(obj - PAGE_SIZE));
	kt_false(is_mapped(obj + PAGE_SIZE));
	return start == page;
}

KTEST(kfence, at_an_end_of_a_page_between_guards, SHORT)
{
	static const size_t sizes[] = { 1, 8, 9, 60, 64, 96, 100, 256, 1000, 1024, 2047, 4000 };
	unsigned int i, left = 0;

	KFENCE_BEGIN(0x10000);
	for (i = 0; i < 4 * ARRAY_SIZE(sizes); i++) {
		size_t size = sizes[i % ARRAY_SIZE(sizes)];
		char *obj = guarded(size);

		kt_assert(obj);
		left += check_place(obj, size);
		memset(obj, (int)i, size);
		expect_first("");
		kfree(obj);
	}
	kt_eq(left, ARRAY_SIZE(sizes));
	kfence_end();
}

KTEST(kfence, guards_on_both_sides_of_each, SHORT)
{
	unsigned int i;

	KFENCE_BEGIN(0x10000);
	for (i = 0; i < kfence_pool.nr; i++) {
		char *page = kfence_page_of(i);

		kt_eq(kfence_index(kfence_object_of((unsigned long)page)), i);
		kt_true(is_kfence_address(page - PAGE_SIZE) && is_kfence_address(page + PAGE_SIZE));
		kt_ptr_eq(kfence_object_of((unsigned long)page - 1), NULL);
		kt_ptr_eq(kfence_object_of((unsigned long)page + PAGE_SIZE), NULL);
	}
	kfence_end();
}

/* What is found when the byte at @at, in the page of @object, is written to. */
static void check_canary(const struct kfence_object *object, char *at)
{
	const char *end = object->start + object->size;
	struct kfence_damage damage;

	*at ^= 1;
	kt_eq(kfence_find_damage(object, &damage), at < object->start || at >= end);
	kt_eq(damage.front, at < object->start ? object->start - at : 0);
	kt_eq(damage.behind, at < end ? 0 : at - end + 1);
	*at ^= 1;
}

/* Around the borders: of the page, of the object, and of the words that are looked at. */
KTEST(kfence, every_byte_of_the_canary_counts, SHORT)
{
	const struct kfence_object *object;
	unsigned int i, offset;
	char *obj, *page;

	KFENCE_BEGIN(0x10000);
	for (i = 0; i < 8; i++) {
		obj = guarded(i < 4 ? 1000 : 1001);
		kt_assert(obj);
		object = kfence_object_of((unsigned long)obj);
		page = (char *)ALIGN_DOWN((unsigned long)obj, PAGE_SIZE);
		for (offset = 0; offset < PAGE_SIZE; offset++)
			if (offset % 1000 < 40 || offset % 1000 > 960 || offset > PAGE_SIZE - 1050)
				check_canary(object, page + offset);
		kfree(obj);
	}
	kfence_end();
}

KTEST(kfence, an_object_of_a_cache_is_aligned_to_it, SHORT)
{
	struct kmem_cache *cache = kmem_cache_create("t-kfence", 40, 512, 0, NULL);
	unsigned int i;

	kt_assert(cache);
	KFENCE_BEGIN(0x10000);
	for (i = 0; i < 4; i++) {
		void *obj = kfence_take(cache, 40, 0);

		kt_true(IS_ALIGNED((uintptr)obj, 512));
		kmem_cache_free(cache, obj);
	}
	kfence_end();
	kt_eq(kmem_cache_destroy(cache), 0);
}

static unsigned int constructed;

static void construct(void *obj)
{
	*(u32 *)obj = ++constructed;
}

KTEST(kfence, an_object_is_constructed, SHORT)
{
	struct kmem_cache *cache = kmem_cache_create("t-kfence", 40, 0, 0, construct);
	u32 *obj;

	kt_assert(cache);
	KFENCE_BEGIN(0x10000);
	constructed = 0;
	obj = kfence_take(cache, 40, 0);
	kt_assert(obj);
	kt_eq(*obj, 1);
	kt_eq(constructed, 1);
	kmem_cache_free(cache, obj);
	kfence_end();
	kt_eq(kmem_cache_destroy(cache), 0);
}

/* --- when ------------------------------------------------------------------------------------ */

KTEST(kfence, a_freed_page_is_not_mapped_and_comes_back_last, SHORT)
{
	unsigned int i;
	char *first;

	KFENCE_BEGIN(0x10000);
	first = (char *)ALIGN_DOWN((unsigned long)guarded(100), PAGE_SIZE);
	kt_assert(first);
	kfree(kfence_object_of((unsigned long)first)->start);
	kt_false(is_mapped(first));
	kt_true(kfence_is_unmapped((unsigned long)first));
	for (i = 1; i < kfence_pool.nr - kfence_active(NULL); i++) {
		char *other = guarded(100);

		kt_true(ALIGN_DOWN((unsigned long)other, PAGE_SIZE) != (unsigned long)first);
		kfree(other);
	}
	objs[0] = guarded(100);
	kt_eq(ALIGN_DOWN((unsigned long)objs[0], PAGE_SIZE), (unsigned long)first);
	kt_eq(kfence_object_of((unsigned long)first)->freed.calls.nr, 0); /* that was another one */
	free_all(1);
	kfence_end();
}

KTEST(kfence, its_size_is_what_was_asked_for, SHORT)
{
	char *obj, *moved;

	KFENCE_BEGIN(1);
	obj = kmalloc(60, GFP_KERNEL);
	kt_true(is_kfence_address(obj));
	kt_eq(ksize(obj), 60);
	kt_ptr_eq(krealloc(obj, 50, GFP_KERNEL), obj);
	memset(obj, 7, 60);
	moved = krealloc(obj, 61, GFP_KERNEL);
	kt_assert(moved);
	kt_true(moved != obj);
	kt_eq(ksize(moved), 61);
	kt_eq(moved[0] + moved[59], 14);
	kfree(moved);
	kfence_end();
}

KTEST(kfence, zeroed_to_the_last_byte_and_no_further, SHORT)
{
	unsigned int i, sum = 0;
	char *obj;

	KFENCE_BEGIN(1);
	obj = kzalloc(61, GFP_KERNEL);
	kt_true(is_kfence_address(obj));
	for (i = 0; i < 61; i++)
		sum |= (unsigned char)obj[i];
	kt_eq(sum, 0);
	expect_first("");
	kfree(obj);
	kfence_end();
}

KTEST(kfence, objects_of_a_cache_are_its_own, SHORT)
{
	struct kmem_cache *cache = kmem_cache_create("t-kfence", 40, 0, 0, NULL);
	void *obj;

	kt_assert(cache);
	KFENCE_BEGIN(0x10000);
	obj = kfence_take(cache, 40, 0);
	kt_assert(obj);
	kt_eq(kmem_cache_active(cache), 1);
	kt_eq(kmem_cache_destroy(cache), -EBUSY);
	kmem_cache_free(cache, obj);
	kt_eq(kmem_cache_active(cache), 0);
	kfence_end();
	kt_eq(kmem_cache_destroy(cache), 0);
}

/* They are no leak. */
KTEST(kfence, its_own_pages_are_known, SHORT)
{
	unsigned long first, end, table, table_end;

	KFENCE_BEGIN(0x10000);
	first = (unsigned long)virt_to_phys((void *)kfence_pool_start) >> PAGE_SHIFT;
	table = (unsigned long)virt_to_phys(kfence_pool.object) >> PAGE_SHIFT;
	kt_true(kfence_has_page(first) && kfence_has_page(table));
	end = first + (kfence_pool_bytes >> PAGE_SHIFT);
	table_end = table + PFN_UP(kfence_pool.nr * sizeof(struct kfence_object));
	kt_true(kfence_has_page(end - 1) && kfence_has_page(table_end - 1));
	kt_eq(kfence_has_page(first - 1), first == table_end); /* they may lie side by side */
	kt_eq(kfence_has_page(end), end == table);
	kfence_end();
	if (!kfence_was_there)
		kt_false(kfence_has_page(first));
}

/* The other functions that take an address. */
KTEST(kfence, its_page_is_one_of_lowmem, SHORT)
{
	char *obj;

	KFENCE_BEGIN(1);
	obj = kmalloc(60, GFP_KERNEL);
	kt_true(virt_addr_valid(obj));
	kt_ptr_eq((char *)page_address(virt_to_page(obj)) + (uintptr)obj % PAGE_SIZE, obj);
	kt_ptr_eq(phys_to_virt(virt_to_phys(obj)), obj);
	kfree(obj);
	kfence_end();
}

/* --- what is said ---------------------------------------------------------------------------- */

static struct capture report;

static void expect(const char *pattern)
{
	if (!kt_eq(capture_count(&report, pattern), 1))
		kt_note("wanted \"%s\" in \"%s\"", pattern, capture_text);
}

static void begin_report(void)
{
	capture_init(&report, capture_text, CAPTURE_TEXT_SIZE);
}

/* Of @at, what is this many bytes from @obj, the 60 bytes of an object that is in use or was. */
static void expect_place(const char *obj, long offset, const char *kind, const char *where)
{
	unsigned long addr = (unsigned long)obj + (unsigned long)offset;
	char want[160];

	begin_report();
	kt_true(kfence_address_show(&report.out, addr));
	snprintf(want, sizeof(want), "%s the 60 bytes at %08lx, an object of cache size-64 that *",
		 where, (unsigned long)obj);
	expect(want);
	kt_str_eq(kfence_fault_kind(addr), kind);
}

KTEST(kfence, each_address_belongs_to_an_object, SHORT)
{
	char *obj;
	long page;

	KFENCE_BEGIN(0x10000);
	obj = guarded(60);
	kt_assert(obj);
	page = (long)ALIGN_DOWN((unsigned long)obj, PAGE_SIZE) - (long)(unsigned long)obj;
	expect_place(obj, 0, "overrun", "byte 0 of");
	expect_place(obj, 59, "overrun", "byte 59 of");
	expect_place(obj, 60, "overrun", "1 byte behind the end of");
	expect_place(obj, 60 + 100, "overrun", "101 bytes behind the end of");
	expect_place(obj, page + (long)PAGE_SIZE, "overrun", "* behind the end of");
	expect_place(obj, -1, "underrun", "1 byte in front of");
	expect_place(obj, page - 1, "underrun", "* in front of");
	if (!kfence_was_there) {
		begin_report();
		kt_true(kfence_address_show(&report.out, (unsigned long)obj + 4 * PAGE_SIZE));
		kt_str_eq(capture_text, "pool of kfence, where no object has been");
		kt_str_eq(kfence_fault_kind((unsigned long)obj + 4 * PAGE_SIZE), "not mapped");
	}
	kfree(obj);
	expect_place(obj, 5, "use after free", "byte 5 of");
	expect_place(obj, page + (long)PAGE_SIZE, "use after free", "* behind the end of");
	kfence_end();
}

KTEST(kfence, of_two_neighbours_the_one_in_use_and_then_the_nearer, SHORT)
{
	unsigned long guard;
	unsigned int i;

	KFENCE_BEGIN(0x10000);
	if (kfence_was_there)
		kt_skip("other objects are in the pool");
	for (i = 0; i < kfence_pool.nr; i++)
		objs[i] = guarded(60); /* the first three at the ends of their pages */
	guard = ALIGN_DOWN((unsigned long)kfence_pool.object[1].start, PAGE_SIZE) + PAGE_SIZE;
	begin_report();
	kfence_object_show(&report.out, guard);
	expect("guarded object 1: 60 bytes at *, cache size-64, in use");
	begin_report();
	kfence_object_show(&report.out, guard + PAGE_SIZE - 1);
	expect("guarded object 2: 60 bytes at *, cache size-64, in use");
	kfree(kfence_pool.object[1].start);
	begin_report();
	kfence_object_show(&report.out, guard);
	expect("guarded object 2: 60 bytes at *, cache size-64, in use");
	objs[1] = NULL;
	free_all(kfence_pool.nr);
	kfence_end();
}

KTEST(kfence, both_traces_with_cpu_and_time, SHORT)
{
	char *obj;

	KFENCE_BEGIN(1);
	obj = kmalloc(60, GFP_KERNEL);
	begin_report();
	kfence_object_show(&report.out, (unsigned long)obj);
	expect("guarded object * 60 bytes at *, cache size-64, in use");
	expect("allocated on CPU 0, * us after the start:");
	kt_eq(capture_count(&report, "freed on CPU *"), 0);
	kfree(obj);
	begin_report();
	kfence_object_show(&report.out, (unsigned long)obj);
	expect("guarded object * 60 bytes at *, cache size-64, freed");
	expect("allocated on CPU 0, * us after the start:");
	expect("freed on CPU 0, * us after the start:");
	if (page_debug_port->symbol)
		kt_eq(capture_count(&report, " * ktest_kfence_both_traces_with_cpu_and_time+*"), 2);
	kfence_end();
}

KTEST(kfence, the_pool_in_three_lines, SHORT)
{
	char *obj;

	KFENCE_BEGIN(7);
	obj = guarded(60);
	begin_report();
	kfence_show(&report.out);
	expect("kfence: one of 7 slab allocations is guarded");
	expect("  pool: *K at *, * objects: * in use, * freed, * never used");
	if (!kfence_was_there)
		expect("  pool: *: 1 in use, 0 freed, * never used");
	expect("  guarded: * so far; all objects in use: * times");
	kfree(obj);
	kfence_start(0);
	begin_report();
	kfence_show(&report.out);
	if (!kfence_was_there)
		expect("  pool: *: 0 in use, 1 freed, * never used");
	expect("kfence: no more allocations are guarded");
	kfence_end();
	if (kfence_pool_bytes)
		return;
	begin_report();
	kfence_show(&report.out);
	expect("kfence: off");
	kt_false(kfence_address_show(&report.out, (unsigned long)obj));
}

/* --- the invariants -------------------------------------------------------------------------- */

/* The page of @addr, mapped or not, against what it should be. */
static void set_mapped(unsigned long addr, bool mapped)
{
	page_debug_port->map_pages(PFN_DOWN(virt_to_phys((void *)addr)), 1, mapped);
}

KTEST(kfence_check, g1_a_guard_is_mapped_or_an_object_is_not, SHORT)
{
	char *obj;

	KFENCE_BEGIN(0x10000);
	obj = guarded(60);
	kt_assert(obj);
	expect_first("");
	set_mapped(kfence_pool_start, true);
	expect_line("G1: %08lx is mapped", kfence_pool_start);
	set_mapped(kfence_pool_start, false);
	set_mapped((unsigned long)obj, false);
	expect_first("G1");
	set_mapped((unsigned long)obj, true);
	expect_first("");
	kfree(obj);
	kfence_end();
}

KTEST(kfence_check, g2_an_object_waits_twice_or_not_at_all, SHORT)
{
	struct kfence_object *object;

	KFENCE_BEGIN(0x10000);
	object = list_first_entry(&kfence_pool.queue, struct kfence_object, list);
	list_del(&object->list);
	expect_line("G2: the queue holds %lu objects, %lu are not in use",
		    kfence_pool.nr - kfence_active(NULL) - 1, kfence_pool.nr - kfence_active(NULL));
	list_add(&object->list, &kfence_pool.queue);
	object->list.prev = &object->list;
	expect_first("G2");
	expect_line("G2: the links of the queue are damaged");
	object->list.prev = &kfence_pool.queue;
	expect_first("");
	kfence_end();
}

KTEST(kfence_check, g2_one_in_use_waits, SHORT)
{
	struct kfence_object *object;

	KFENCE_BEGIN(0x10000);
	object = kfence_object_of((unsigned long)guarded(60));
	kt_assert(object);
	list_add(&object->list, &kfence_pool.queue);
	expect_line("G2: object %u is in the queue and in use", kfence_index(object));
	list_del(&object->list);
	kfree(object->start);
	kfence_end();
}

KTEST(kfence_check, g3_bytes_around_an_object_are_written_to, SHORT)
{
	char *obj;

	KFENCE_BEGIN(0x10000);
	kfree(guarded(60));
	obj = guarded(60);
	kt_assert(obj);
	obj[62] = 1;
	expect_line("G3: 0 bytes in front of object %u, 60 bytes at %p of cache size-64, and 3 "
		    "behind its end were written to",
		    kfence_index(kfence_object_of((unsigned long)obj)), (void *)obj);
	obj[62] = (char)KFENCE_CANARY;
	expect_first("");
	kfree(obj);
	kfence_end();
}

KTEST(kfence_check, g3_an_object_lies_elsewhere, SHORT)
{
	struct kfence_object *object;

	KFENCE_BEGIN(0x10000);
	object = kfence_object_of((unsigned long)guarded(60));
	kt_assert(object);
	object->start += PAGE_SIZE;
	expect_first("G3");
	object->start -= PAGE_SIZE;
	object->size = PAGE_SIZE + 1;
	expect_line("G3: object %u, %zu bytes at %p, is not in its page", kfence_index(object),
		    object->size, (void *)object->start);
	object->size = 60;
	expect_first("");
	kfree(object->start);
	kfence_end();
}

/* --- what is not put up with ----------------------------------------------------------------- */

static char *one_guarded(void)
{
	kfence_begin(1);
	kfree(kmalloc(60, GFP_KERNEL)); /* so that the next one lies at the end of its page */
	return kmalloc(60, GFP_KERNEL);
}

KTEST(kfence, stop_double_free, STOP)
{
	char *obj = one_guarded();

	kt_expect_stop("BUG: kfree: object 0x");
	kt_expect_report("of cache size-64 is free already (double free?)");
	kt_expect_report("cache size-64, freed");
	kt_expect_report("allocated on CPU 0, ");
	kt_expect_report("freed on CPU 0, ");
	kfree(obj);
	kfree(obj);
}

KTEST(kfence, stop_free_of_an_interior_pointer, STOP)
{
	char *obj = one_guarded();

	kt_expect_stop(" is 16 bytes inside an object of cache size-64, the 60 bytes at 0x");
	kt_expect_report("(not the pointer that was allocated?)");
	kt_expect_report("allocated on CPU 0, ");
	kfree(obj + 16);
}

KTEST(kfence, stop_free_of_a_pointer_behind, STOP)
{
	char *obj = one_guarded();

	kt_expect_stop(" is 5 bytes behind the end of an object of cache size-64, the 60 bytes at");
	kt_expect_report("(wrong arithmetic?)");
	kfree(obj + 64);
}

KTEST(kfence, stop_free_where_no_object_was, STOP)
{
	kfence_begin(1);
	kt_expect_stop("is in the pool of kfence, where no object has been (uninitialised ");
	kfree((char *)kfence_pool_start + kfence_pool_bytes - 64);
}

KTEST(kfence, stop_free_to_the_wrong_cache, STOP)
{
	struct kmem_cache *a = kmem_cache_create("t-kfence-a", 40, 0, 0, NULL);
	struct kmem_cache *b = kmem_cache_create("t-kfence-b", 200, 0, 0, NULL);
	void *obj;

	kfence_begin(1);
	obj = kmem_cache_alloc(a, GFP_KERNEL);
	kt_expect_stop(" is of cache t-kfence-a, not of t-kfence-b (wrong cache?)");
	kt_expect_report("BUG: kmem_cache_free: object 0x");
	kt_expect_report("40 bytes at ");
	kt_expect_report("allocated on CPU 0, ");
	kmem_cache_free(b, obj);
}

/* A caller's bug stays one while its turn comes. */
KTEST(kfence, stop_dma_memory_from_a_cache_that_has_none, STOP)
{
	struct kmem_cache *cache = kmem_cache_create("t-kfence", 40, 0, 0, NULL);

	kfence_begin(1);
	kt_expect_stop("asks cache t-kfence for DMA memory (created without SLAB_CACHE_DMA?)");
	kt_true(!kmem_cache_alloc(cache, GFP_DMA));
}

KTEST(kfence, stop_high_memory_from_a_cache, STOP)
{
	struct kmem_cache *cache = kmem_cache_create("t-kfence", 40, 0, 0, NULL);

	kfence_begin(1);
	kt_expect_stop("asks cache t-kfence for an object in high memory");
	kt_true(!kmem_cache_alloc(cache, GFP_HIGHUSER));
}

KTEST(kfence, stop_a_short_overrun_is_found_by_kfree, STOP)
{
	char *obj = one_guarded();

	kt_expect_stop("BUG: kfree: 3 bytes behind the end of an object of cache size-64, the 60 ");
	kt_expect_report("were overwritten (overrun?)");
	kt_expect_report(": b5 b5 07");
	kt_expect_report("allocated on CPU 0, ");
	obj[62] = 7;
	kfree(obj);
}

KTEST(kfence, stop_an_underrun_is_found_by_kfree, STOP)
{
	char *obj = one_guarded();

	kt_expect_stop("BUG: kfree: 1 byte in front of an object of cache size-64, the 60 bytes ");
	kt_expect_report("was overwritten (underrun?)");
	kt_expect_report(": 07");
	obj[-1] = 7;
	kfree(obj);
}

KTEST(kfence, stop_a_far_underrun_shows_the_first_bytes, STOP)
{
	char *obj = one_guarded();

	kt_expect_stop("BUG: kfree: 40 bytes in front of an object of cache size-64, the 60 ");
	kt_expect_report(": 07 b5 b5 b5 b5 b5 b5 b5 b5 b5 b5 b5 b5 b5 b5 b5 ...");
	obj[-40] = 7;
	kfree(obj);
}

KTEST(kfence, stop_size_of_a_freed_object, STOP)
{
	char *obj = one_guarded();

	kfree(obj);
	kt_expect_stop("BUG: ksize: object 0x");
	kt_expect_report("is free already (double free?)");
	kt_eq(ksize(obj), 0);
}

/* The option is what switches it on. */
KTEST_STOP_WITH(kfence, stop_with_the_option, "kfence=1")
{
	char *obj;

	if (!kfence_pool_bytes)
		kt_skip("booted without kfence=1");
	obj = one_guarded();
	kt_expect_stop("BUG: kfree: 1 byte behind the end of an object of cache size-64, the 60 ");
	obj[60] = 0;
	kfree(obj);
}
