/* SPDX-License-Identifier: 0BSD
 *
 * check_slab.c - does slab_check() see what it is there for? Each test breaks one invariant of a
 * cache in a known state, expects it to be the first one reported, and nothing before the damage
 * and after its repair.
 */
#include <mm/mm_check.h>
#include <lib/align.h>
#include <test/capture.h>
#include <test/pages.h>

#include "check_line.h"
#include "slab_inside.h"

static struct kmem_cache *cache;
static u32 nr_objs;

/* Three slabs on the lists, one on each, and a working slab of which all but one are out. */
static bool setup(void)
{
	u32 n;

	cache = kmem_cache_create("t-check", 260, 0, 0, NULL);
	if (!cache)
		return false;
	n = cache->num;
	nr_objs = 4 * n;
	if (!alloc_objs(cache, 0, nr_objs))
		return false;
	free_objs(cache, 0, n);
	free_objs(cache, n, n + 2);
	free_objs(cache, nr_objs - 1, nr_objs);
	return true;
}

static void teardown(void)
{
	free_objs(cache, cache->num + 2, nr_objs - 1);
	kt_eq(kmem_cache_destroy(cache), 0);
}

static struct slab *first_slab(struct list_head *head)
{
	return list_first_entry(head, struct slab, list);
}

static struct slab *full_slab(void)
{
	return first_slab(&cache->slabs_full);
}

static struct slab *partial_slab(void)
{
	return first_slab(&cache->slabs_partial);
}

static struct slab *free_slab(void)
{
	return first_slab(&cache->slabs_free);
}

static void __expect_first(const char *file, int line, const char *id)
{
	struct mm_check check = { 0 };

	mm_check(&check);
	__kt_str_eq(file, line, "first violation", check.first, id);
}
#define expect_first(id) __expect_first(__FILE__, __LINE__, id)

/* A test that sets a field to a wrong value and back again. */
#define CORRUPTION(name, id, field, value)           \
	KTEST(slab_check, name, SHORT)               \
	{                                            \
		__typeof__(&(field)) where;          \
		__typeof__(field) saved;             \
                                                     \
		kt_assert(setup());                  \
		where = &(field);                    \
		saved = *where;                      \
		expect_first("");                    \
		*where = (__typeof__(field))(value); \
		expect_first(id);                    \
		*where = saved;                      \
		expect_first("");                    \
		teardown();                          \
	}

KTEST(slab_check, known_state_is_clean, SHORT)
{
	struct mm_check check = { 0 };

	kt_assert(setup());
	slab_check(&check);
	kt_eq(check.nr, 0);
	kt_eq(full_slab()->inuse, cache->num);
	kt_eq(partial_slab()->inuse, cache->num - 2);
	kt_eq(free_slab()->inuse, 0);
	kt_eq(cache->slab->inuse, cache->num - 1);
	teardown();
}

/* --- S1: the chain --------------------------------------------------------------------------- */

CORRUPTION(s1_back_link, "S1", cache->chain.prev, &cache->chain)
CORRUPTION(s1_next_is_null, "S1", cache->chain.next, NULL)
CORRUPTION(s1_next_is_overwritten, "S1", cache->chain.next, (uintptr)0x33333333)
CORRUPTION(s1_name_twice, "S1", cache->name, "size-128")

KTEST(slab_check, s1_first_cache_is_not_first, SHORT)
{
	list_move(&cache_cache.chain, cache_chain.prev);
	expect_first("S1");
	list_move(&cache_cache.chain, &cache_chain);
	expect_first("");
}

/* A report that is typed must not fault. */
KTEST(slab_check, slabinfo_does_not_follow_a_broken_chain, SHORT)
{
	struct list_head *first = cache_chain.next;
	struct capture report;

	capture_init(&report, capture_text, CAPTURE_TEXT_SIZE);
	cache_chain.next = (struct list_head *)16;
	slabinfo_show(&report.out);
	cache_chain.next = first;
	kt_eq(capture_count(&report, "# the cache chain is damaged"), 1);
	kt_eq(capture_count(&report, "kmem_cache *"), 0);
}

/* --- S2: geometry ---------------------------------------------------------------------------- */

CORRUPTION(s2_stride_below_size, "S2", cache->stride, cache->stride - 4)
CORRUPTION(s2_stride_not_aligned, "S2", cache->stride, cache->stride + 1)
CORRUPTION(s2_align_no_power_of_two, "S2", cache->align, 20)
CORRUPTION(s2_inverse, "S2", cache->inverse, cache->inverse + 2)
CORRUPTION(s2_shift, "S2", cache->shift, cache->shift + 1)
CORRUPTION(s2_no_objects, "S2", cache->num, 0)
CORRUPTION(s2_more_objects_than_numbers, "S2", cache->num, BUFCTL_END)
CORRUPTION(s2_no_colours, "S2", cache->colours, 0)
CORRUPTION(s2_one_object_too_many, "S2", cache->num, cache->num + 1)
CORRUPTION(s2_too_many_colours, "S2", cache->colours, cache->colours + 1)
CORRUPTION(s2_next_colour, "S2", cache->colour_next, cache->colours)
CORRUPTION(s2_colour_not_aligned, "S2", cache->colour_off, 33)
CORRUPTION(s2_flag_off_slab, "S2", cache->flags, cache->flags | CFLGS_OFF_SLAB)
CORRUPTION(s2_mgmt_not_aligned, "S2", cache->mgmt_size, cache->mgmt_size + 1)
CORRUPTION(s2_descriptor_too_large, "S2", kmalloc_slab(2048, 0)->slabp_cache, kmalloc_slab(8, 0))
CORRUPTION(s2_descriptor_off_slab, "S2", kmalloc_slab(2048, 0)->slabp_cache, kmalloc_slab(1024, 0))

/* --- S3: lists ------------------------------------------------------------------------------- */

CORRUPTION(s3_next_is_overwritten, "S3", full_slab()->list.next, (uintptr)0x33333333)
CORRUPTION(s3_next_is_not_aligned, "S3", partial_slab()->list.next, (uintptr)&cache->slabs_free + 1)

static void check_moved(struct slab *slab, struct list_head *to, struct list_head *back)
{
	expect_first("");
	list_move(&slab->list, to);
	expect_first("S3");
	list_move(&slab->list, back);
	expect_first("");
}

KTEST(slab_check, s3_partial_on_the_full_list, SHORT)
{
	kt_assert(setup());
	check_moved(partial_slab(), &cache->slabs_full, &cache->slabs_partial);
	teardown();
}

KTEST(slab_check, s3_full_on_the_partial_list, SHORT)
{
	kt_assert(setup());
	check_moved(full_slab(), &cache->slabs_partial, &cache->slabs_full);
	teardown();
}

KTEST(slab_check, s3_free_on_the_partial_list, SHORT)
{
	kt_assert(setup());
	check_moved(free_slab(), &cache->slabs_partial, &cache->slabs_free);
	teardown();
}

KTEST(slab_check, s3_partial_on_the_free_list, SHORT)
{
	kt_assert(setup());
	check_moved(partial_slab(), &cache->slabs_free, &cache->slabs_partial);
	teardown();
}

CORRUPTION(s3_working_slab_is_listed, "S3", cache->slab, partial_slab())
CORRUPTION(s3_back_link, "S3", partial_slab()->list.prev, &full_slab()->list)
CORRUPTION(s3_next_is_null, "S3", cache->slabs_full.next, NULL)

/* --- S4, S5: objects ------------------------------------------------------------------------- */

CORRUPTION(s4_inuse_of_a_partial_slab, "S4", partial_slab()->inuse, partial_slab()->inuse - 1)
CORRUPTION(s4_inuse_of_the_working_slab, "S4", cache->slab->inuse, cache->num)
CORRUPTION(s4_active_object_in_a_free_slab, "S4", free_slab()->bufctl[3], 3)
CORRUPTION(s4_object_lost_in_a_full_slab, "S4", full_slab()->bufctl[3], BUFCTL_END)

CORRUPTION(s5_chain_ends_early, "S5", free_slab()->bufctl[free_slab()->free], BUFCTL_END)
CORRUPTION(s5_chain_is_a_ring, "S5", free_slab()->bufctl[free_slab()->bufctl[free_slab()->free]],
	   free_slab()->free)
CORRUPTION(s5_chain_leaves_the_slab, "S5", free_slab()->bufctl[free_slab()->free], cache->num)
CORRUPTION(s5_chain_begins_nowhere, "S5", partial_slab()->free, BUFCTL_END)

KTEST(slab_check, s5_chain_meets_an_object_that_is_out, SHORT)
{
	struct slab *slab;
	u32 i, saved;

	kt_assert(setup());
	slab = partial_slab();
	saved = slab->free;
	for (i = 0; !slab_is_out(slab, i); i++)
		;
	slab->free = i;
	expect_first("S5");
	slab->free = saved;
	expect_first("");
	teardown();
}

/* --- S6, S7: pages and place ----------------------------------------------------------------- */

static struct page *page_of(const struct slab *slab)
{
	return virt_to_page(slab->s_mem);
}

CORRUPTION(s6_cache_of_a_page, "S6", page_of(full_slab())->slab_cache, &cache_cache)
CORRUPTION(s6_slab_of_a_page, "S6", page_of(full_slab())->slab_page, partial_slab())
CORRUPTION(s6_page_without_pg_slab, "S6", page_of(free_slab())->flags,
	   page_of(free_slab())->flags & ~PG_slab)

CORRUPTION(s7_objects_off_by_a_word, "S7", full_slab()->s_mem, (char *)full_slab()->s_mem + 4)
CORRUPTION(s7_colour_beyond_the_last, "S7", full_slab()->s_mem,
	   (char *)page_address(page_of(full_slab())) + cache->mgmt_size +
		   cache->colours * cache->colour_off)
CORRUPTION(s7_descriptor_not_before_objects, "S7", full_slab()->s_mem,
	   (char *)page_address(page_of(full_slab())) + cache->mgmt_size)
CORRUPTION(s7_objects_nowhere, "S7", full_slab()->s_mem, NULL)

/* A slab that is not where it says is not looked into: one line. */
KTEST(slab_check, s7_nothing_follows_from_a_wrong_place, SHORT)
{
	static const long offsets[] = { 4, -4, 17, 1L << 30 };
	struct mm_check check = { 0 };
	struct slab *slab;
	unsigned int i;
	char *good;

	kt_assert(setup());
	slab = full_slab();
	good = slab->s_mem;
	for (i = 0; i < ARRAY_SIZE(offsets); i++) {
		slab->s_mem = good + offsets[i];
		kt_eq(mm_check(&check), 1);
		kt_str_eq(check.first, "S7");
	}
	slab->s_mem = good;
	teardown();
}

KTEST(slab_check, s7_objects_in_a_hole, SHORT)
{
	unsigned long pfn = hole_pfn();
	struct slab *slab;
	char *good;

	if (pfn >= max_low_pfn)
		kt_skip("lowmem has no hole");
	kt_assert(setup());
	slab = full_slab();
	good = slab->s_mem;
	slab->s_mem = phys_to_virt(PFN_PHYS(pfn));
	expect_line("S7: t-check: slab %p: objects at %p, in no page", (void *)slab, slab->s_mem);
	slab->s_mem = good;
	teardown();
}

/* --- S8: counters ---------------------------------------------------------------------------- */

CORRUPTION(s8_number_of_slabs, "S8", cache->nr_slabs, cache->nr_slabs + 1)
CORRUPTION(s8_number_of_free_slabs, "S8", cache->nr_free_slabs, 0)

KTEST(slab_check, s8_slab_lost, SHORT)
{
	struct slab *slab;

	kt_assert(setup());
	slab = full_slab();
	list_del(&slab->list);
	expect_first("S8");
	list_add(&slab->list, &cache->slabs_full);
	expect_first("");
	teardown();
}

static void move_all(struct list_head *from, struct list_head *to)
{
	while (!list_empty(from))
		list_move(from->next, to);
}

/* More than a cache may keep: the slabs of a second round, when those of the first are put
 * aside. */
KTEST(slab_check, s8_too_many_free_slabs, SHORT)
{
	LIST_HEAD(aside);
	unsigned long free;
	u32 n;

	cache = kmem_cache_create("t-check", 2000, 0, 0, NULL);
	kt_assert(cache);
	n = min((u32)MAX_OBJS, cache->num * 2 * SLAB_KEEP_PAGES);
	kt_assert(alloc_objs(cache, 0, n));
	free_objs(cache, 0, n / 2);
	free = cache->nr_free_slabs;
	move_all(&cache->slabs_free, &aside);
	cache->nr_free_slabs = 0;
	free_objs(cache, n / 2, n);
	move_all(&aside, &cache->slabs_free);
	cache->nr_free_slabs += free;
	expect_first("S8");
	kmem_cache_shrink(cache);
	expect_first("");
	kt_eq(kmem_cache_destroy(cache), 0);
}

/* --- S9, S10 --------------------------------------------------------------------------------- */

CORRUPTION(s9_size_cache_swapped, "S9", kmalloc_caches[0][4], kmalloc_caches[0][5])
CORRUPTION(s9_size_cache_missing, "S9", kmalloc_caches[0][KMALLOC_NR_SIZES - 1], NULL)
CORRUPTION(s9_size_cache_takes_from_dma, "S9", kmalloc_caches[0][3]->gfp, GFP_DMA)
CORRUPTION(s9_size_cache_is_not_aligned, "S9", kmalloc_caches[0][5]->align, 8)
CORRUPTION(s9_dma_cache_is_not, "S9", kmalloc_caches[1][3], kmalloc_caches[0][3])

KTEST(slab_check, s10_page_of_no_slab, SHORT)
{
	struct page *page = alloc_page(GFP_KERNEL);

	kt_assert(page);
	expect_first("");
	page->flags |= PG_slab;
	expect_first("S10");
	page->flags &= ~PG_slab;
	expect_first("");
	__free_page(page);
}

/* --- the report ------------------------------------------------------------------------------ */

KTEST(slab_check, lines_of_a_cache, SHORT)
{
	kt_assert(setup());
	cache->name = "size-64";
	expect_line("S1: two caches have the name size-64");
	cache->name = "t-check";
	cache->inverse++;
	expect_line("S2: t-check: wrong inverse");
	cache->inverse--;
	cache->nr_slabs++;
	expect_line("S8: t-check: 4 slabs, 1 free ones, counted as 5 and 1");
	cache->nr_slabs--;
	cache->nr_free_slabs++;
	expect_line("S8: t-check: 4 slabs, 1 free ones, counted as 4 and 2");
	cache->nr_free_slabs--;
	teardown();
}

KTEST(slab_check, lines_of_a_slab, SHORT)
{
	struct slab *slab;
	u32 num, next;

	kt_assert(setup());
	num = cache->num;
	slab = partial_slab();
	slab->inuse--;
	expect_line("S4: t-check: slab %p: inuse %u, but %u objects are active", (void *)slab,
		    num - 3, num - 2);
	slab->inuse++;
	next = slab->bufctl[slab->free];
	slab->bufctl[slab->free] = BUFCTL_END;
	expect_line("S5: t-check: slab %p: free chain of 2 objects stops at 0xffff after 1",
		    (void *)slab);
	slab->bufctl[slab->free] = (kmem_bufctl_t)next;
	slab->bufctl[next] = (kmem_bufctl_t)slab->free;
	expect_line("S5: t-check: slab %p: free chain of 2 objects stops at 0x%x after %u",
		    (void *)slab, num % 2 ? next : slab->free, num);
	slab->bufctl[next] = BUFCTL_END;
	slab->bufctl[slab->free] = (kmem_bufctl_t)num;
	expect_line("S5: t-check: slab %p: free chain of 2 objects stops at 0x%x after 1",
		    (void *)slab, num);
	slab->bufctl[slab->free] = (kmem_bufctl_t)next;
	slab = full_slab();
	list_move(&slab->list, &cache->slabs_partial);
	expect_line("S3: t-check: slab %p: inuse %u, in the list of 1 to %u", (void *)slab, num,
		    num - 1);
	list_move(&slab->list, &cache->slabs_full);
	list_add(&cache->slab->list, &cache->slabs_full);
	expect_line("S3: t-check: slab %p: inuse %u, in the list of %u to %u, is the working slab",
		    (void *)cache->slab, num - 1, num, num);
	list_del(&cache->slab->list);
	teardown();
}

/* Between two colours, behind the last one, and at another one than the descriptor says. */
KTEST(slab_check, lines_of_a_place, SHORT)
{
	struct slab *slab;
	char *good, *start;
	unsigned int i;

	kt_assert(setup());
	slab = full_slab();
	good = slab->s_mem;
	start = (char *)page_address(page_of(slab)) + cache->mgmt_size;
	for (i = 0; i < 2; i++) {
		long colour = i ? (long)(cache->colours * cache->colour_off) : 4;

		slab->s_mem = start + colour;
		expect_line("S7: t-check: slab %p: objects at %p, colour offset %ld of %u * %u",
			    (void *)slab, slab->s_mem, colour, cache->colours, cache->colour_off);
	}
	slab->s_mem = start + (good == start ? cache->colour_off : 0);
	expect_line("S7: t-check: slab %p is not right before its objects at %p", (void *)slab,
		    slab->s_mem);
	for (i = 0; i < 2; i++) {
		slab->s_mem = i ? phys_to_virt(PFN_PHYS(max_low_pfn)) : NULL;
		expect_line("S7: t-check: slab %p: objects at %p, in no page", (void *)slab,
			    slab->s_mem);
	}
	slab->s_mem = good;
	teardown();
}

KTEST(slab_check, lines_of_a_size_cache, SHORT)
{
	struct kmem_cache *good = kmalloc_caches[1][4];

	kmalloc_caches[1][4] = NULL;
	expect_line("S9: the cache for kmalloc(96), gfp 0x%x is missing", GFP_DMA);
	kmalloc_caches[1][4] = kmalloc_caches[0][4];
	expect_line("S9: the cache for kmalloc(96), gfp 0x%x is size-96", GFP_DMA);
	kmalloc_caches[1][4] = good;
	good = kmalloc_caches[0][KMALLOC_NR_SIZES - 1];
	kmalloc_caches[0][KMALLOC_NR_SIZES - 1] = kmalloc_caches[0][KMALLOC_NR_SIZES - 2];
	expect_line("S9: the cache for kmalloc(131072), gfp 0x0 is size-65536");
	kmalloc_caches[0][KMALLOC_NR_SIZES - 1] = good;
}

KTEST(slab_check, lines_of_a_page, SHORT)
{
	struct page *page;

	kt_assert(setup());
	page = page_of(full_slab());
	page->slab_page = free_slab();
	expect_line("S6: t-check: slab %p: pfn %lu has flags 0x%lx, cache %p, slab %p",
		    (void *)full_slab(), page_to_pfn(page), page->flags, (void *)cache,
		    (void *)free_slab());
	page->slab_page = full_slab();
	teardown();
}
