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

/* Four slabs, of which one is empty, one partial, and two objects of the last one in the array. */
static bool setup(void)
{
	u32 n;

	cache = kmem_cache_create("t-check", 260, 0, 0, NULL);
	if (!cache)
		return false;
	close_array(cache);
	n = cache->num;
	nr_objs = 4 * n;
	if (!alloc_objs(cache, 0, nr_objs))
		return false;
	free_objs(cache, 0, n + 2);
	open_array(cache);
	free_objs(cache, nr_objs - 2, nr_objs);
	return true;
}

static void teardown(void)
{
	free_objs(cache, cache->num + 2, nr_objs - 2);
	kt_eq(kmem_cache_destroy(cache), 0);
}

static struct slab *first_slab(struct list_head *head)
{
	return list_first_entry(head, struct slab, list);
}

static struct slab *full_slab(void)
{
	return first_slab(&node_of(cache)->slabs_full);
}

static struct slab *partial_slab(void)
{
	return first_slab(&node_of(cache)->slabs_partial);
}

static struct slab *free_slab(void)
{
	return first_slab(&node_of(cache)->slabs_free);
}

static struct array_entry *entry(unsigned int i)
{
	return &this_array(cache)->entry[i];
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
	kt_eq(nr_cached(cache), 2);
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
CORRUPTION(s2_no_objects, "S2", cache->num, 0)
CORRUPTION(s2_more_objects_than_numbers, "S2", cache->num, SLAB_MAX_OBJECTS + 1)
CORRUPTION(s2_no_colours, "S2", cache->colours, 0)
CORRUPTION(s2_one_object_too_many, "S2", cache->num, cache->num + 1)
CORRUPTION(s2_too_many_colours, "S2", cache->colours, cache->colours + 1)
CORRUPTION(s2_next_colour, "S2", node_of(cache)->colour_next, cache->colours)
CORRUPTION(s2_colour_not_aligned, "S2", cache->colour_off, 33)
CORRUPTION(s2_flag_off_slab, "S2", cache->flags, cache->flags | CFLGS_OFF_SLAB)
CORRUPTION(s2_mgmt_not_aligned, "S2", cache->mgmt_size, cache->mgmt_size + 1)
CORRUPTION(s2_descriptor_too_large, "S2", kmalloc_slab(2048, 0)->slabp_cache, kmalloc_slab(8, 0))
CORRUPTION(s2_descriptor_off_slab, "S2", kmalloc_slab(2048, 0)->slabp_cache, kmalloc_slab(1024, 0))

/* --- S3: lists ------------------------------------------------------------------------------- */

CORRUPTION(s3_next_is_overwritten, "S3", full_slab()->list.next, (uintptr)0x33333333)
CORRUPTION(s3_next_is_not_aligned, "S3", partial_slab()->list.next,
	   (uintptr)&node_of(cache)->slabs_free + 1)

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
	check_moved(partial_slab(), &node_of(cache)->slabs_full, &node_of(cache)->slabs_partial);
	teardown();
}

KTEST(slab_check, s3_full_on_the_partial_list, SHORT)
{
	kt_assert(setup());
	check_moved(full_slab(), &node_of(cache)->slabs_partial, &node_of(cache)->slabs_full);
	teardown();
}

KTEST(slab_check, s3_free_on_the_partial_list, SHORT)
{
	kt_assert(setup());
	check_moved(free_slab(), &node_of(cache)->slabs_partial, &node_of(cache)->slabs_free);
	teardown();
}

KTEST(slab_check, s3_partial_on_the_free_list, SHORT)
{
	kt_assert(setup());
	check_moved(partial_slab(), &node_of(cache)->slabs_free, &node_of(cache)->slabs_partial);
	teardown();
}

CORRUPTION(s3_slab_of_another_node, "S3", partial_slab()->nid, partial_slab()->nid + 1)
CORRUPTION(s3_back_link, "S3", partial_slab()->list.prev, &full_slab()->list)
CORRUPTION(s3_next_is_null, "S3", node_of(cache)->slabs_full.next, NULL)

/* --- S4, S5: objects ------------------------------------------------------------------------- */

CORRUPTION(s4_inuse_of_a_partial_slab, "S4", partial_slab()->inuse, partial_slab()->inuse - 1)
CORRUPTION(s4_active_object_in_a_free_slab, "S4", free_slab()->bufctl[3], BUFCTL_ACTIVE)
CORRUPTION(s4_cached_object_in_a_free_slab, "S4", free_slab()->bufctl[3], BUFCTL_CACHED)
CORRUPTION(s4_object_lost_in_a_full_slab, "S4", full_slab()->bufctl[3], BUFCTL_END)

/* The entry of the first object of the chain. */
static kmem_bufctl_t *first_link(struct slab *slab)
{
	return &slab->bufctl[bufctl_index(slab->free)];
}

CORRUPTION(s5_chain_ends_early, "S5", *first_link(free_slab()), BUFCTL_END)
CORRUPTION(s5_chain_is_a_ring, "S5", free_slab()->bufctl[bufctl_index(*first_link(free_slab()))],
	   free_slab()->free)
CORRUPTION(s5_chain_leaves_the_slab, "S5", *first_link(free_slab()), bufctl_to(cache->num))
CORRUPTION(s5_chain_begins_nowhere, "S5", partial_slab()->free, BUFCTL_END)

KTEST(slab_check, s5_chain_meets_an_object_that_is_out, SHORT)
{
	struct slab *slab;
	kmem_bufctl_t saved;
	u32 i;

	kt_assert(setup());
	slab = partial_slab();
	saved = slab->free;
	for (i = 0; !slab_is_out(slab, i); i++)
		;
	slab->free = bufctl_to(i);
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
CORRUPTION(s6_inverse_of_a_slab, "S6", full_slab()->inverse, full_slab()->inverse + 2)
CORRUPTION(s6_cache_of_a_slab, "S6", full_slab()->cache, &cache_cache)
#ifdef SLAB_MAP_START
CORRUPTION(s6_slab_in_the_map, "S6", slab_map[page_to_pfn(page_of(full_slab()))], partial_slab())
#endif
CORRUPTION(s6_objects_of_a_slab, "S6", full_slab()->num, cache->num - 1)
CORRUPTION(s6_order_of_a_slab, "S6", full_slab()->order, cache->order + 1)
CORRUPTION(s6_array_of_a_slab, "S6", full_slab()->array, no_array)
CORRUPTION(s6_page_without_pg_slab, "S6", page_of(free_slab())->flags,
	   page_of(free_slab())->flags & ~PG_slab)

/* Where the objects would begin with another colour. */
static char *objects_of_another_colour(const struct slab *slab)
{
	bool has_first = (const void *)slab == page_address(page_of(slab));

	return (char *)slab->s_mem + (has_first ? 1 : -1) * (long)cache->colour_off;
}

CORRUPTION(s7_objects_off_by_a_word, "S7", full_slab()->s_mem, (char *)full_slab()->s_mem + 4)
CORRUPTION(s7_colour_beyond_the_last, "S7", full_slab()->s_mem,
	   (char *)page_address(page_of(full_slab())) + cache->mgmt_size +
		   cache->colours * cache->colour_off)
CORRUPTION(s7_descriptor_not_before_objects, "S7", full_slab()->s_mem,
	   objects_of_another_colour(full_slab()))
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

CORRUPTION(s8_number_of_slabs, "S8", node_of(cache)->nr_slabs, node_of(cache)->nr_slabs + 1)
CORRUPTION(s8_number_of_pages, "S8", node_of(cache)->nr_pages, node_of(cache)->nr_pages + 1)
CORRUPTION(s8_number_of_free_objects, "S8", node_of(cache)->free_objects,
	   node_of(cache)->free_objects - 1)

KTEST(slab_check, s8_slab_lost, SHORT)
{
	struct slab *slab;

	kt_assert(setup());
	slab = full_slab();
	list_del(&slab->list);
	expect_first("S8");
	list_add(&slab->list, &node_of(cache)->slabs_full);
	expect_first("");
	teardown();
}

/* --- S11: arrays ----------------------------------------------------------------------------- */

CORRUPTION(s11_more_than_the_limit, "S11", this_array(cache)->limit, 1)
CORRUPTION(s11_number_of_entries_overwritten, "S11", this_array(cache)->avail, 0x33333333)
CORRUPTION(s11_object_lost, "S11", this_array(cache)->avail, ARRAY_OPEN + 1)
CORRUPTION(s11_object_twice, "S11", *entry(1), *entry(0))
CORRUPTION(s11_object_nowhere, "S11", entry(0)->obj, NULL)
CORRUPTION(s11_object_of_another_cache, "S11", entry(0)->obj, cache)
CORRUPTION(s11_inside_an_object, "S11", entry(0)->obj, (char *)entry(0)->obj + 4)
CORRUPTION(s11_state_of_another_object, "S11", entry(0)->state, entry(1)->state)
CORRUPTION(s11_object_in_the_array_and_out, "S11", *entry(0)->state, BUFCTL_ACTIVE)
CORRUPTION(s11_object_out_and_marked, "S11", full_slab()->bufctl[3], BUFCTL_CACHED)

/* --- S9, S10 --------------------------------------------------------------------------------- */

CORRUPTION(s9_size_cache_swapped, "S9", kmalloc_caches[0][6], kmalloc_caches[0][5])
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
	node_of(cache)->nr_slabs++;
	expect_line("S8: t-check: node %d: 4 slabs, %u free objects, counted as 5 and %u",
		    slab_home_node(), cache->num + 2, cache->num + 2);
	node_of(cache)->nr_slabs--;
	node_of(cache)->free_objects++;
	expect_line("S8: t-check: node %d: 4 slabs, %u free objects, counted as 4 and %u",
		    slab_home_node(), cache->num + 2, cache->num + 3);
	node_of(cache)->free_objects--;
	teardown();
}

KTEST(slab_check, lines_of_a_slab, SHORT)
{
	struct slab *slab;
	u32 num;

	kt_assert(setup());
	num = cache->num;
	slab = partial_slab();
	slab->inuse--;
	node_of(cache)->free_objects++;
	expect_line("S4: t-check: slab %p: inuse %u, but %u objects are active, 0 cached",
		    (void *)slab, num - 3, num - 2);
	node_of(cache)->free_objects--;
	slab->inuse++;
	slab->num++;
	expect_line("S6: t-check: slab %p: %u objects, order 0", (void *)slab, num + 1);
	slab->num--;
	slab->inverse++;
	expect_line("S6: t-check: slab %p: cache %p, inverse %u, array %p", (void *)slab,
		    (void *)cache, cache->inverse + 1, (void *)cache->array);
	slab->inverse--;
	slab = full_slab();
	list_move(&slab->list, &node_of(cache)->slabs_partial);
	expect_line("S3: t-check: slab %p: inuse %u, in the list of 1 to %u", (void *)slab, num,
		    num - 1);
	list_move(&slab->list, &node_of(cache)->slabs_full);
	teardown();
}

KTEST(slab_check, lines_of_a_chain, SHORT)
{
	struct slab *slab;
	kmem_bufctl_t next;
	u32 num;

	kt_assert(setup());
	num = cache->num;
	slab = partial_slab();
	next = *first_link(slab);
	*first_link(slab) = BUFCTL_END;
	expect_line("S5: t-check: slab %p: free chain of 2 objects stops at 0xfffd after 1",
		    (void *)slab);
	*first_link(slab) = next;
	slab->bufctl[bufctl_index(next)] = slab->free;
	expect_line("S5: t-check: slab %p: free chain of 2 objects stops at 0x%x after %u",
		    (void *)slab, bufctl_index(num % 2 ? next : slab->free), num);
	slab->bufctl[bufctl_index(next)] = BUFCTL_END;
	*first_link(slab) = bufctl_to(num);
	expect_line("S5: t-check: slab %p: free chain of 2 objects stops at 0x%x after 1",
		    (void *)slab, num);
	*first_link(slab) = next;
	teardown();
}

KTEST(slab_check, lines_of_an_array, SHORT)
{
	struct array_cache *array;
	void *obj;

	kt_assert(setup());
	array = this_array(cache);
	array->limit = 1;
	expect_line("S11: t-check: array %p: 0x%x entries, limit 1", (void *)array,
		    (unsigned int)ARRAY_OPEN + 2);
	array->limit = 54;
	obj = entry(0)->obj;
	entry(0)->obj = (char *)obj + 4;
	expect_line("S11: t-check: array %p: object %p is no object", (void *)array, entry(0)->obj);
	entry(0)->obj = obj;
	*entry(0)->state = BUFCTL_ACTIVE;
	expect_line("S11: t-check: array %p: object %p is not marked as cached", (void *)array,
		    obj);
	*entry(0)->state = BUFCTL_CACHED;
	array->avail--;
	expect_line("S11: t-check: 1 objects are in arrays, 2 marked as cached");
	array->avail++;
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
	struct kmem_cache *good = kmalloc_caches[1][6];

	kmalloc_caches[1][6] = NULL;
	expect_line("S9: the cache for kmalloc(96), gfp 0x%x is missing", GFP_DMA);
	kmalloc_caches[1][6] = kmalloc_caches[0][6];
	expect_line("S9: the cache for kmalloc(96), gfp 0x%x is size-96", GFP_DMA);
	kmalloc_caches[1][6] = good;
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
