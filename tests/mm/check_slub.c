/* SPDX-License-Identifier: 0BSD
 *
 * check_slub.c - does the checker of mm/slub.c see what it is there for? Each test breaks one
 * invariant of a cache in a known state, expects it to be the first one reported, and nothing
 * before the damage and after its repair.
 */
#include <mm/mm_check.h>
#include <test/capture.h>

#include "check_line.h"
#include "slab_test.h"
#include "slub_internal.h"

static struct kmem_cache *cache;
static struct kmem_cache_node *node;
static u32 nr_objs;

/* Two slabs in the list, one of them empty; a full one; and the CPU's, of which all but one object
 * are out. */
static bool setup(size_t size)
{
	u32 n;

	cache = kmem_cache_create("t-check", size, 0, 0, NULL);
	if (!cache)
		return false;
	n = cache->num;
	nr_objs = 4 * n;
	if (!alloc_objs(cache, 0, nr_objs))
		return false;
	node = slub_node(cache, virt_to_page(objs[0]));
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

static struct page *slab_of(u32 obj)
{
	return slub_first_page(virt_to_page(objs[obj]));
}

static struct page *empty_slab(void)
{
	return slab_of(0);
}

static struct page *partial_slab(void)
{
	return slab_of(cache->num);
}

static struct page *full_slab(void)
{
	return slab_of(2 * cache->num);
}

static struct page *cpu_slab(void)
{
	return slab_of(3 * cache->num);
}

static struct kmem_cache_cpu *cpu(void)
{
	return &cache->cpu[smp_processor_id()];
}

/* The link of an object that was freed by setup(). */
static u32 *link_of(u32 obj)
{
	return (u32 *)(void *)((char *)objs[obj] + cache->offset);
}

/* A test that sets a field, which may be one of bits, to a wrong value and back again. */
#define CORRUPTION_OF(size, name, id, field, value)   \
	KTEST(slub_check, name, SHORT)                \
	{                                             \
		__typeof__((field) + 0) saved;        \
                                                      \
		kt_assert(setup(size));               \
		saved = (field);                      \
		expect_first("");                     \
		(field) = (__typeof__(saved))(value); \
		expect_first(id);                     \
		(field) = saved;                      \
		expect_first("");                     \
		teardown();                           \
	}
#define CORRUPTION(name, id, field, value) CORRUPTION_OF(260, name, id, field, value)

KTEST(slub_check, known_state_is_clean, SHORT)
{
	kt_assert(setup(260));
	expect_first("");
	kt_eq(slub_inuse(empty_slab()), 0);
	kt_eq(slub_inuse(partial_slab()), cache->num - 2);
	kt_eq(slub_inuse(full_slab()), cache->num);
	kt_eq(full_slab()->slab_free, SLUB_NO_FREE);
	kt_ptr_eq(cpu()->page, cpu_slab());
	kt_eq(cpu_slab()->slab_frozen, 1);
	kt_eq(node->nr_partial, 2);
	teardown();
}

/* --- U1: geometry ---------------------------------------------------------------------------- */

CORRUPTION(u1_stride_below_size, "U1", cache->stride, cache->stride - 4)
CORRUPTION(u1_stride_not_aligned, "U1", cache->stride, cache->stride + 1)
CORRUPTION(u1_align_no_power_of_two, "U1", cache->align, 20)
CORRUPTION(u1_inverse, "U1", cache->inverse, cache->inverse + 2)
CORRUPTION(u1_low_bits, "U1", cache->low, 0)
CORRUPTION(u1_link_behind_the_object, "U1", cache->offset, cache->stride)
CORRUPTION(u1_link_not_aligned, "U1", cache->offset, 2)
CORRUPTION(u1_one_object_too_many, "U1", cache->num, cache->num + 1)
CORRUPTION(u1_more_objects_than_numbers, "U1", cache->num, SLUB_MAX_OBJECTS + 1)
CORRUPTION(u1_no_objects_in_a_small_slab, "U1", cache->min_num, 0)
CORRUPTION(u1_order, "U1", cache->order, MAX_ORDER)
CORRUPTION(u1_smaller_order_is_larger, "U1", cache->min_order, cache->order + 1)
CORRUPTION(u1_bytes_of_a_slab, "U1", cache->block, cache->block / 2)

/* --- U2: the list ---------------------------------------------------------------------------- */

CORRUPTION(u2_next_is_the_slab_itself, "U2", partial_slab()->slab_next, page_to_pfn(partial_slab()))
CORRUPTION(u2_next_is_no_page, "U2", partial_slab()->slab_next, 0x3FFFF)
CORRUPTION(u2_back_link, "U2", partial_slab()->slab_prev, page_to_pfn(full_slab()))
CORRUPTION(u2_list_begins_behind_the_first, "U2", node->first, node->last)
CORRUPTION(u2_list_ends_before_the_last, "U2", node->last, node->first)

KTEST(slub_check, u2_partial_slab_is_in_no_list, SHORT)
{
	struct page *page;
	unsigned long flags;

	kt_assert(setup(260));
	page = partial_slab();
	spin_lock_irqsave(&node->lock, flags);
	slub_list_del(node, page);
	spin_unlock_irqrestore(&node->lock, flags);
	expect_first("U2");
	spin_lock_irqsave(&node->lock, flags);
	slub_list_add(node, page);
	spin_unlock_irqrestore(&node->lock, flags);
	expect_first("");
	teardown();
}

KTEST(slub_check, u2_full_slab_is_in_the_list, SHORT)
{
	struct page *page;
	unsigned long flags;

	kt_assert(setup(260));
	page = full_slab();
	spin_lock_irqsave(&node->lock, flags);
	slub_list_add_tail(node, page);
	spin_unlock_irqrestore(&node->lock, flags);
	expect_first("U2");
	spin_lock_irqsave(&node->lock, flags);
	slub_list_del(node, page);
	spin_unlock_irqrestore(&node->lock, flags);
	expect_first("");
	teardown();
}

/* --- U3: chains ------------------------------------------------------------------------------ */

CORRUPTION(u3_written_to_after_free, "U3", *link_of(cache->num + 1), 0x6b6b6b6b)
CORRUPTION(u3_link_into_an_object, "U3", *link_of(cache->num + 1), *link_of(cache->num + 1) ^ 4)
CORRUPTION(u3_chain_is_a_ring, "U3", *link_of(cache->num), SLUB_LINK)
CORRUPTION(u3_chain_begins_at_an_object_in_use, "U3", partial_slab()->slab_free,
	   partial_slab()->slab_free + 1)
CORRUPTION(u3_chain_begins_behind_the_last, "U3", empty_slab()->slab_free, cache->num)
CORRUPTION(u3_objects_in_use, "U3", partial_slab()->slab_refs, partial_slab()->slab_refs - 1)
CORRUPTION(u3_object_is_lost, "U3", empty_slab()->slab_refs, 2)
CORRUPTION(u3_list_of_the_cpu_leads_astray, "U3", *link_of(nr_objs - 1), 0x6b6b6b6b)

/* --- U4: pages ------------------------------------------------------------------------------- */

CORRUPTION_OF(2600, u4_second_page_of_another_slab, "U4", full_slab()[1].slab_first, empty_slab())
CORRUPTION_OF(2600, u4_second_page_of_another_cache, "U4", full_slab()[1].slab_cache, &cache_cache)
CORRUPTION_OF(2600, u4_second_page_without_pg_slab, "U4", full_slab()[1].flags,
	      full_slab()[1].flags & ~PG_slab)

/* --- U5: counts ------------------------------------------------------------------------------ */

CORRUPTION(u5_number_of_slabs, "U5", node->nr_slabs, node->nr_slabs + 1)
CORRUPTION(u5_number_of_objects, "U5", node->nr_objs, node->nr_objs - 1)
CORRUPTION(u5_number_of_partial_slabs, "U5", node->nr_partial, 0)
CORRUPTION(u5_slab_is_lost, "U5", full_slab()->flags, full_slab()->flags & ~PG_slab)

KTEST(slub_check, u5_number_of_pages, SHORT)
{
	kt_assert(setup(260));
	node->nr_pages++;
	expect_first("U5");
	node->nr_pages--;
	expect_first("");
	teardown();
}

/* --- U6: CPUs -------------------------------------------------------------------------------- */

CORRUPTION(u6_slab_of_no_cpu_is_frozen, "U6", full_slab()->slab_frozen, 1)
CORRUPTION(u6_slab_of_the_cpu_is_not_frozen, "U6", cpu_slab()->slab_frozen, 0)
CORRUPTION(u6_base_of_another_slab, "U6", cpu()->base, slub_base(full_slab()))
CORRUPTION(u6_limit, "U6", cpu()->limit, cpu()->limit + 1)
CORRUPTION(u6_list_without_a_slab, "U6", cpu()->page, NULL)

/* --- the report ------------------------------------------------------------------------------ */

KTEST(slub_check, lines_of_a_slab, SHORT)
{
	struct page *page;

	kt_assert(setup(260));
	page = partial_slab();
	page->slab_refs--;
	expect_line("U3: t-check: slab at pfn %lu: %u objects in use and 2 free of %u",
		    page_to_pfn(page), cache->num - 3, cache->num);
	page->slab_refs++;
	page = full_slab();
	page->slab_frozen = 1;
	expect_line("U6: t-check: slab at pfn %lu is frozen, and that of 0 CPUs",
		    page_to_pfn(page));
	page->slab_frozen = 0;
	teardown();
}

KTEST(slub_check, lines_of_a_cache, SHORT)
{
	kt_assert(setup(260));
	cache->inverse++;
	expect_line("U1: t-check: wrong inverse");
	cache->inverse--;
	node->nr_slabs++;
	expect_line("U5: t-check: 4 slabs, %u objects, %lu pages, 2 partial, counted as 5, %u, "
		    "%lu, 2",
		    4 * cache->num, node->nr_pages, 4 * cache->num, node->nr_pages);
	node->nr_slabs--;
	teardown();
}
