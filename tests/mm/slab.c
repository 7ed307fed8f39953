/* SPDX-License-Identifier: 0BSD
 *
 * slab.c - what every back end of mm/slab.h has to do: objects, constructors, empty slabs,
 * shortage, a random load. What only one of them has is in the tests named after it, *_slab.c.
 */
#include <mm/mm_check.h>
#include <lib/format.h>
#include <test/pages.h>

#include "slab_test.h"
#include "drain.h"

void *objs[MAX_OBJS];

/* --- objects --------------------------------------------------------------------------------- */

static void check_no_overlap(size_t size)
{
	struct kmem_cache *cache = test_cache(size);
	u32 i, n;

	kt_assert(cache);
	n = min(3 * cache->num, (u32)MAX_OBJS);
	kt_assert(alloc_objs(cache, 0, n));
	for (i = 0; i < n; i++)
		fill(objs[i], size, i);
	for (i = 0; i < n; i++)
		if (!filled(objs[i], size, i))
			kt_fail("size %zu: object %u was overwritten", size, i);
	free_objs(cache, 0, n);
	kt_eq(kmem_cache_destroy(cache), 0);
}

KTEST(slab, objects_do_not_overlap, SHORT)
{
	static const size_t sizes[] = { 1, 4, 13, 60, 256, 512, 600, 1368, 4096, 5000 };
	const size_t *size;

	for_each_case (size, sizes)
		check_no_overlap(*size);
}

KTEST(slab, freed_object_is_handed_out_next, SHORT)
{
	struct kmem_cache *cache = test_cache(48);

	kt_assert(cache);
	kt_assert(alloc_objs(cache, 0, 5));
	kmem_cache_free(cache, objs[2]);
	kt_ptr_eq(kmem_cache_alloc(cache, GFP_KERNEL), objs[2]);
	free_objs(cache, 0, 5);
	kt_eq(kmem_cache_destroy(cache), 0);
}

KTEST(slab, active_counts_objects, SHORT)
{
	struct kmem_cache *cache = test_cache(400);
	u32 n;

	kt_assert(cache);
	n = 2 * cache->num + 3;
	kt_assert(alloc_objs(cache, 0, n));
	kt_eq(kmem_cache_active(cache), n);
	free_objs(cache, 0, 5);
	kt_eq(kmem_cache_active(cache), n - 5);
	free_objs(cache, 5, n);
	kt_eq(kmem_cache_active(cache), 0);
	kt_eq(kmem_cache_destroy(cache), 0);
}

KTEST(slab, zalloc_clears_a_used_object, SHORT)
{
	struct kmem_cache *cache = test_cache(90);
	static const u8 zero[90];
	void *obj, *again;

	kt_assert(cache);
	obj = kmem_cache_alloc(cache, GFP_KERNEL);
	kt_assert(obj);
	memset(obj, 0xEE, 90);
	kmem_cache_free(cache, obj);
	again = kmem_cache_zalloc(cache, GFP_KERNEL);
	kt_ptr_eq(again, obj);
	kt_eq(memcmp(again, zero, 90), 0);
	memset(again, 0xEE, 90);
	kmem_cache_free(cache, again);
	again = kmem_cache_alloc(cache, GFP_KERNEL | __GFP_ZERO);
	kt_assert(again);
	kt_eq(memcmp(again, zero, 90), 0);
	kmem_cache_free(cache, again);
	kt_eq(kmem_cache_destroy(cache), 0);
}

KTEST(slab, dma_cache_lies_below_16_mib, SHORT)
{
	struct kmem_cache *cache;

	if (!has_dma())
		kt_skip("no memory below 16 MiB");
	cache = kmem_cache_create("t-slab", 64, 0, SLAB_CACHE_DMA, NULL);
	kt_assert(cache);
	kt_assert(alloc_objs(cache, 0, 200));
	kt_true(virt_to_phys(objs[0]) < (phys_addr_t)ZONE_DMA_END_PFN << PAGE_SHIFT);
	kt_true(virt_to_phys(objs[199]) < (phys_addr_t)ZONE_DMA_END_PFN << PAGE_SHIFT);
	free_objs(cache, 0, 200);
	objs[0] = kmem_cache_alloc(cache, GFP_KERNEL | GFP_DMA);
	kt_assert(objs[0]);
	kmem_cache_free(cache, objs[0]);
	kt_eq(kmem_cache_destroy(cache), 0);
}

/* --- constructors ---------------------------------------------------------------------------- */

static unsigned long ctor_calls;

static void test_ctor(void *obj)
{
	*(u32 *)obj = 0xC0FFEE;
	ctor_calls++;
}

static void check_ctor(size_t size)
{
	struct kmem_cache *cache = kmem_cache_create("t-slab", size, 0, 0, test_ctor);
	u32 i, n;

	kt_assert(cache);
	n = 2 * cache->num;
	ctor_calls = 0;
	kt_assert(alloc_objs(cache, 0, n));
	kt_eq(ctor_calls, n);
	for (i = 0; i < n; i++)
		kt_eq(*(u32 *)objs[i], 0xC0FFEE);
	free_objs(cache, 0, n);
	kt_eq(kmem_cache_destroy(cache), 0);
}

KTEST(slab, ctor_runs_once_on_every_object, SHORT)
{
	check_ctor(64);
	check_ctor(1024); /* SLAB keeps the descriptor elsewhere */
}

/* Zeroing is what a constructor excludes, not the zone; and what asks for one gets no zeros. */
KTEST(slab, dma_cache_may_have_a_ctor, SHORT)
{
	struct kmem_cache *cache;
	void *obj;

	if (!has_dma())
		kt_skip("no memory below 16 MiB");
	cache = kmem_cache_create("t-slab", 64, 0, SLAB_CACHE_DMA, test_ctor);
	kt_assert(cache);
	obj = kmem_cache_alloc(cache, GFP_DMA);
	kt_assert(obj);
	kt_eq(*(u32 *)obj, 0xC0FFEE);
	kmem_cache_free(cache, obj);
	kt_eq(kmem_cache_destroy(cache), 0);
}

KTEST(slab, ctor_state_is_kept_between_uses, SHORT)
{
	struct kmem_cache *cache = kmem_cache_create("t-slab", 16, 0, 0, test_ctor);
	u32 i, met = 0;

	kt_assert(cache);
	kt_assert(alloc_objs(cache, 0, 10));
	for (i = 0; i < 10; i++)
		((u32 *)objs[i])[1] = i; /* a field that the object keeps, too */
	free_objs(cache, 0, 10);
	ctor_calls = 0;
	kt_assert(alloc_objs(cache, 10, 20)); /* the same ones, in any order */
	for (i = 0; i < 10; i++) {
		kt_eq(((u32 *)objs[10 + i])[0], 0xC0FFEE);
		met |= 1u << ((u32 *)objs[10 + i])[1];
		kt_ptr_eq(objs[10 + i], objs[((u32 *)objs[10 + i])[1] % 10]);
	}
	kt_eq(met, 0x3FF);
	kt_eq(ctor_calls, 0);
	free_objs(cache, 10, 20);
	kt_eq(kmem_cache_destroy(cache), 0);
}

KTEST(slab, ctor_runs_again_on_a_new_slab, SHORT)
{
	struct kmem_cache *cache = kmem_cache_create("t-slab", 256, 0, 0, test_ctor);

	kt_assert(cache);
	kt_assert(alloc_objs(cache, 0, 1));
	free_objs(cache, 0, 1);
	kmem_cache_shrink(cache);
	ctor_calls = 0;
	kt_assert(alloc_objs(cache, 0, 1));
	kt_eq(ctor_calls, SLAB_HAS_SLABS ? cache->num : 1);
	free_objs(cache, 0, 1);
	kt_eq(kmem_cache_destroy(cache), 0);
}

/* --- empty slabs ----------------------------------------------------------------------------- */

#if SLAB_HAS_SLABS

KTEST(slab, shrink_gives_empty_slabs_back, SHORT)
{
	struct kmem_cache *cache = test_cache(400);
	unsigned long pages;
	u32 n;

	kt_assert(cache);
	n = cache->num;
	kt_assert(alloc_objs(cache, 0, 4 * n));
	free_objs(cache, 0, 2 * n + 1); /* two empty, one partial, one full */
	pages = free_pages_now();
	kt_eq(kmem_cache_shrink(cache), 2);
	kt_eq(free_pages_now(), pages + (2UL << cache->order));
	kt_eq(nr_slabs(cache), 2);
	kt_eq(nr_empty_slabs(cache), 0);
	kt_eq(kmem_cache_active(cache), 2 * n - 1);
	free_objs(cache, 2 * n + 1, 4 * n);
	kt_eq(kmem_cache_shrink(cache), 2);
	kt_eq(nr_slabs(cache), 0);
	kt_eq(kmem_cache_shrink(cache), 0);
	kt_eq(kmem_cache_destroy(cache), 0);
}

#endif

KTEST(slab, cache_works_after_shrink, SHORT)
{
	struct kmem_cache *cache = test_cache(400);

	kt_assert(cache);
	kt_assert(alloc_objs(cache, 0, 1));
	free_objs(cache, 0, 1);
	kt_eq(kmem_cache_shrink(cache), 1);
	kt_assert(alloc_objs(cache, 0, 30));
	free_objs(cache, 0, 30);
	kt_eq(kmem_cache_destroy(cache), 0);
}

/* One call: a cache that is shrunk after the cache of its descriptors would leave pages there. */
KTEST(slab, one_shrink_all_is_enough, SHORT)
{
	struct kmem_cache *cache = test_cache(1024);

	kt_assert(cache);
	kt_assert(alloc_objs(cache, 0, MAX_OBJS));
	free_objs(cache, 0, MAX_OBJS);
	kmem_cache_shrink_all();
	kt_eq(kmem_cache_shrink_all(), 0);
	kt_eq(kmem_cache_destroy(cache), 0);
}

/* --- locking --------------------------------------------------------------------------------- */

KTEST(slab, interrupt_flag_is_as_before, SHORT)
{
	struct kmem_cache *cache = test_cache(64);
	bool off = irqs_disabled();
	unsigned long flags;

	kt_assert(cache);
	kt_assert(alloc_objs(cache, 0, 200));
	free_objs(cache, 0, 200);
	kt_eq(irqs_disabled(), off);
	flags = local_irq_save();
	kt_assert(alloc_objs(cache, 0, 1));
	free_objs(cache, 0, 1);
	kt_true(irqs_disabled());
	local_irq_restore(flags);
	kt_eq(irqs_disabled(), off);
	kt_eq(kmem_cache_destroy(cache), 0);
	kt_false(spin_is_locked(&cache_chain_lock));
}

/* --- no memory ------------------------------------------------------------------------------- */

KTEST(slab, exhaustion_changes_nothing, SHORT)
{
	struct kmem_cache *cache = test_cache(400);
	struct drained *all;

	kt_assert(cache);
	kt_assert(alloc_objs(cache, 0, cache->num));
	all = drain_memory(0);
	kt_eq(free_pages_now() > 0 && kmem_cache_alloc(cache, GFP_KERNEL), 0);
	kt_ptr_eq(kmem_cache_alloc(cache, GFP_KERNEL), NULL);
	kt_ptr_eq(kmem_cache_zalloc(cache, GFP_KERNEL), NULL);
	kt_eq(nr_slabs(cache), 1);
	kt_eq(kmem_cache_active(cache), cache->num);
	kmem_cache_free(cache, objs[3]); /* what is freed can be had again */
	kt_ptr_eq(kmem_cache_alloc(cache, GFP_KERNEL), objs[3]);
	undrain_memory(all);
	free_objs(cache, 0, cache->num);
	kt_eq(kmem_cache_destroy(cache), 0);
}

/* Create, fill, empty and destroy a cache; any step may fail. Return: did all succeed? */
static bool run_script(void)
{
	struct kmem_cache *cache = kmem_cache_create("t-nth", 600, 0, 0, test_ctor);
	u32 n = 0;

	if (!cache)
		return false;
	while (n < 40 && (objs[n] = kmem_cache_alloc(cache, GFP_KERNEL)))
		n++;
	free_objs(cache, 0, n);
	kt_eq(kmem_cache_destroy(cache), 0);
	return n == 40;
}

KTEST(slab, every_shortage_is_survived, SHORT)
{
	struct drained *all;
	u32 pages = 0;
	bool done = false;

	all = drain_memory(3);
	all = drain_order(undrain_one(all), 0); /* eight single pages at least */
	while (all && !done && pages++ < 20) {
		kmem_cache_shrink_all();
		done = run_script();
		all = undrain_one(all);
	}
	kt_true(done);
	kt_true(pages > 3); /* or nothing was tried */
	undrain_memory(all);
}

KTEST(slab, create_without_memory_returns_null, SHORT)
{
	struct kmem_cache *caches[64];
	char names[64][8];
	struct drained *all = drain_memory(0);
	u32 n;

	for (n = 0; n < 64; n++) {
		snprintf(names[n], sizeof(names[n]), "t-%u", n);
		caches[n] = kmem_cache_create(names[n], 8, 0, 0, NULL);
		if (!caches[n])
			break;
	}
	kt_true(n < 64);
	undrain_memory(all);
	while (n--)
		kt_eq(kmem_cache_destroy(caches[n]), 0);
}

/* --- a random load against a list of what is out --------------------------------------------- */

#define MODEL_CACHES 5
#define MODEL_OBJS   400
static struct {
	void *obj;
	u32 cache;
} model[MODEL_OBJS];

static struct kmem_cache *model_cache[MODEL_CACHES];
static const struct {
	const char *name;
	size_t size;
	unsigned int flags;
} model_caches[MODEL_CACHES] = {
	{ "t-model-20", 20, 0 },   { "t-model-256", 256, SLAB_HWCACHE_ALIGN },
	{ "t-model-680", 680, 0 }, { "t-model-1k", 1024, SLAB_CACHE_DMA },
	{ "t-model-4k", 4096, 0 },
};

static void model_free(u32 i)
{
	u32 c = model[i].cache;

	if (!filled(model[i].obj, model_caches[c].size, i))
		kt_fail("object %u of %s was overwritten", i, model_caches[c].name);
	kmem_cache_free(model_cache[c], model[i].obj);
	model[i].obj = NULL;
}

static void model_step(void)
{
	u32 i = kt_random_below(MODEL_OBJS), c = kt_random_below(MODEL_CACHES);

	if (model[i].obj) {
		model_free(i);
		return;
	}
	model[i].cache = c;
	model[i].obj = kmem_cache_alloc(model_cache[c], GFP_KERNEL);
	if (!model[i].obj)
		kt_fail("%s: no memory", model_caches[c].name);
	else
		fill(model[i].obj, model_caches[c].size, i);
	if (kt_random_below(500) == 0)
		kmem_cache_shrink(model_cache[c]);
}

/* Objects out of every cache by the model, and by the cache. */
static void model_compare(void)
{
	unsigned long out[MODEL_CACHES] = { 0 };
	struct mm_check check = { 0 };
	u32 i;

	for (i = 0; i < MODEL_OBJS; i++)
		if (model[i].obj)
			out[model[i].cache]++;
	for (i = 0; i < MODEL_CACHES; i++)
		kt_eq(kmem_cache_active(model_cache[i]), out[i]);
	mm_check(&check);
	kt_str_eq(check.first, "");
}

KTEST(slab, random_load_matches_the_model, SHORT)
{
	const unsigned int possible = has_dma() ? ~0u : ~SLAB_CACHE_DMA;
	u32 i;

	for (i = 0; i < MODEL_CACHES; i++) {
		model_cache[i] = kmem_cache_create(model_caches[i].name, model_caches[i].size, 0,
						   model_caches[i].flags & possible, NULL);
		kt_assert(model_cache[i]);
	}
	for (i = 0; i < 20000; i++) {
		model_step();
		if (i % 2000 == 0)
			model_compare();
	}
	for (i = 0; i < MODEL_OBJS; i++)
		if (model[i].obj)
			model_free(i);
	model_compare();
	for (i = 0; i < MODEL_CACHES; i++)
		kt_eq(kmem_cache_destroy(model_cache[i]), 0);
}
