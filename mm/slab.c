/* SPDX-License-Identifier: 0BSD
 *
 * slab.c - the slabs of a cache, and its lists of them (Bonwick 1994; Gorman 8.2; Mauerer 3.6).
 *
 * 1. Concepts
 *    A cache hands out objects of one size. It gets its memory in slabs, blocks of 2^order pages
 *    from the buddy allocator, each cut into num objects of stride bytes. An on-slab block:
 *
 *      | colour | struct slab, bufctl[num] | object 0 | object 1 | ... | object num-1 | rest |
 *      ^ page                              ^ s_mem
 *
 *    The free objects of a slab form a chain of indices: slab->free, bufctl[], BUFCTL_END. The
 *    bufctl of an object that is out names the object itself, so a second free is seen at once.
 *    Nothing is kept inside a free object: what the constructor made of it stays.
 * 2. Data
 *    A cache has the lists slabs_full, slabs_partial, slabs_free, and outside of them one working
 *    slab, which may be in any state (slab_cpu.c).
 *    page->slab_cache and page->slab_page lead from an object to its cache and slab.
 * 3. Invariants (check_slab.c; the others: slab_common.c, slab_size.c, kmalloc.c)
 *    S3  A slab is on the list that its inuse names; the working slab is on none.
 *    S4  inuse is the number of entries that name their own object.
 *    S5  The free chain visits every other entry once and ends.
 *    S6  Every page of a slab has PG_slab and points to cache and slab.
 *    S8  nr_slabs and nr_free_slabs are what the lists hold.
 *    S10 No page has PG_slab but those of the slabs.
 * 4. Locking
 *    cache->lock, interrupts off, for what is marked (C). No other lock is taken while it is held:
 *    pages and descriptors come and go, and constructors run, without it and with interrupts as
 *    the caller has them. A new slab is known to its maker only until it is added to the cache, and
 *    a slab is taken off the cache before it is destroyed. So a constructor may use any cache,
 *    also its own, which then grows once more (without a bound, until the stack ends).
 *    cache_chain_lock comes before cache->lock, and before zone->lock: shrinking frees pages.
 * 5. Empty slabs
 *    Making a slab costs more than all its objects, so empty ones are kept, up to SLAB_KEEP_PAGES
 *    in each cache and the working slab. kmem_cache_shrink() gives them back; the slab's
 *    shrinker does so with all caches when memory is short.
 * 6. Not done
 *    No per-CPU object arrays: with one CPU they would save no work. No destructors.
 */
#include <mm/mem_map.h>
#include <mm/page_alloc.h>
#include <mm/slab.h>

#include "slab_bug.h"
#include "slab_common.h"
#include "slab_cpu.h"
#include "slab_internal.h"

struct kmem_cache cache_cache = { .lock = __SPIN_LOCK_UNLOCKED(CACHE_LOCK), .slab = &slab_invalid };
struct kmem_cache cache_none = { .lock = __SPIN_LOCK_UNLOCKED(CACHE_LOCK),
				 .slab = &slab_invalid,
				 .name = "(none)",
				 .flags = SLAB_CACHE_DMA };
struct slab slab_none = { .free = BUFCTL_END };
struct slab slab_invalid;

/* --- making and destroying slabs ------------------------------------------------------------- */

/* The colour is read without the lock: two slabs that are made at once may have the same one. */
static struct slab *slab_alloc_descriptor(struct kmem_cache *cache, struct page *page, gfp_t gfp)
{
	char *start = (char *)lowmem_page_address(page) + cache->colour_next * cache->colour_off;
	struct slab *slab;

	if (!cache->slabp_cache) {
		slab = (struct slab *)(void *)start;
		slab->s_mem = start + cache->mgmt_size;
		return slab;
	}
	slab = cache_alloc(cache->slabp_cache, gfp & ~SLAB_GFP_SPECIAL);
	if (slab)
		slab->s_mem = start;
	return slab;
}

static void slab_claim_pages(struct kmem_cache *cache, struct slab *slab, struct page *page)
{
	struct page *end = page + (1UL << cache->order);

	for (; page < end; page++) {
		page->flags |= PG_slab;
		page->slab_cache = cache;
		page->slab_page = slab;
	}
}

static void slab_chain_objects(struct slab *slab, u32 num)
{
	u32 i;

	for (i = 0; i < num - 1; i++)
		slab->bufctl[i] = (kmem_bufctl_t)(i + 1);
	slab->bufctl[i] = BUFCTL_END;
	slab->free = 0;
	slab->inuse = 0;
}

static void slab_construct_objects(const struct kmem_cache *cache, const struct slab *slab)
{
	u32 i, num = cache->num;

	for (i = 0; i < num; i++)
		cache->ctor(slab_object(cache, slab, i));
}

struct slab *fastcall cache_grow(struct kmem_cache *cache, gfp_t gfp)
{
	struct page *page;
	struct slab *slab;

	page = alloc_pages((gfp & GFP_RECLAIM_MASK) | cache->gfp, cache->order);
	if (!page) {
		slab_out_of_memory(cache, gfp);
		return NULL;
	}
	slab = slab_alloc_descriptor(cache, page, gfp);
	if (!slab) {
		__free_pages(page, cache->order);
		return NULL;
	}
	slab_chain_objects(slab, cache->num);
	slab_claim_pages(cache, slab, page);
	if (cache->ctor)
		slab_construct_objects(cache, slab);
	return slab;
}

void fastcall slab_destroy(struct kmem_cache *cache, struct page *first)
{
	struct slab *slab = first->slab_page;

	if (cache->slabp_cache)
		cache_free(cache->slabp_cache, lowmem_virt_to_page(slab)->slab_page, slab,
			   __func__);
	__free_pages(first, cache->order);
}

/* --- what slab_common.c calls ---------------------------------------------------------------- */

void __kmem_cache_create(struct kmem_cache *cache)
{
	cache_choose_geometry(cache);
	spin_lock_init(&cache->lock, CACHE_LOCK);
	cache->slab = &slab_none;
	INIT_LIST_HEAD(&cache->slabs_partial);
	INIT_LIST_HEAD(&cache->slabs_full);
	INIT_LIST_HEAD(&cache->slabs_free);
}

/* The first page of an empty slab, taken off the cache; NULL if there is none. */
static struct page *cache_take_empty(struct kmem_cache *cache)
{
	struct page *first = NULL;
	unsigned long flags;
	struct slab *slab;

	spin_lock_irqsave(&cache->lock, flags);
	if (cache->slab != &slab_none && !cache->slab->inuse) {
		first = cache_detach(cache, cache->slab);
		cache->slab = &slab_none;
	} else if (!list_empty(&cache->slabs_free)) {
		slab = list_first_entry(&cache->slabs_free, struct slab, list);
		list_del(&slab->list);
		cache->nr_free_slabs--;
		first = cache_detach(cache, slab);
	}
	spin_unlock_irqrestore(&cache->lock, flags);
	return first;
}

unsigned long __kmem_cache_shrink(struct kmem_cache *cache)
{
	unsigned long freed = 0;
	struct page *first;

	while ((first = cache_take_empty(cache))) {
		slab_destroy(cache, first);
		freed++;
	}
	return freed;
}

bool __kmem_cache_shutdown(struct kmem_cache *cache)
{
	__kmem_cache_shrink(cache);
	return !cache->nr_slabs;
}

void __kmem_cache_release(struct kmem_cache *cache)
{
	cache->num = 0;
	cache->slab = &slab_invalid;
}

/* --- numbers --------------------------------------------------------------------------------- */

static void count_slab(const struct slab *slab, struct cache_stats *stats)
{
	stats->active_objs += slab->inuse;
	stats->active_slabs += slab->inuse != 0;
}

/* The slabs of a list; of a damaged one, which mm_check() reports, none. */
static void count_slabs(const struct list_head *list, struct cache_stats *stats)
{
	const struct slab *slab;

	if (slab_list_is_sound(list))
		list_for_each_entry (slab, list, list)
			count_slab(slab, stats);
}

void cache_stats(const struct kmem_cache *cache, struct cache_stats *stats)
{
	unsigned long flags;
	bool taken = report_lock(&cache->lock, &flags);

	*stats = (struct cache_stats){
		.num_slabs = cache->nr_slabs,
		.num_objs = cache->nr_slabs * cache->num,
		.empty_slabs = cache->nr_free_slabs,
	};
	stats->empty_slabs += cache->slab != &slab_none && !cache->slab->inuse;
	count_slab(cache->slab, stats);
	count_slabs(&cache->slabs_full, stats);
	count_slabs(&cache->slabs_partial, stats);
	report_unlock(&cache->lock, flags, taken);
	stats->pages = stats->num_slabs << cache->order;
	stats->empty_pages = stats->empty_slabs << cache->order;
}

unsigned long kmem_cache_descriptors(const struct kmem_cache *cache)
{
	const struct kmem_cache *other;
	unsigned long flags, nr = 0;
	bool taken = report_lock(&cache_chain_lock, &flags);

	list_for_each_entry (other, &cache_chain, chain)
		if (other->slabp_cache == cache)
			nr += other->nr_slabs;
	report_unlock(&cache_chain_lock, flags, taken);
	return nr;
}

/* --- reports and damage ---------------------------------------------------------------------- */

bool cache_is_invalid(const struct kmem_cache *cache)
{
	return cache->slab == &slab_invalid;
}

/* An exact inverse (S2) is nothing that other memory is likely to hold. */
bool cache_is_sound(const struct kmem_cache *cache)
{
	return (cache->stride >> (cache->shift & 31)) * cache->inverse == 1;
}

/* Is @slab the one that the page of its first object names? */
static bool slab_is_sound(const struct kmem_cache *cache, const struct slab *slab)
{
	const struct page *page;

	if (!slab_is_readable(slab) || !virt_addr_valid(slab->s_mem))
		return false;
	page = lowmem_virt_to_page(slab->s_mem);
	return PageSlab(page) && page->slab_page == slab && page->slab_cache == cache;
}

/* Does the chain of free objects lead to object @index? */
static bool is_on_free_chain(const struct kmem_cache *cache, const struct slab *slab, u32 index)
{
	u32 i = slab->free, met = 0;

	while (i != index && i < cache->num && met++ < cache->num)
		i = slab->bufctl[i];
	return i == index;
}

/* Fill in @o for object @index of a sound slab. Return: false if that is neither out nor free. */
static bool slab_describe(const struct slab *slab, u32 index, struct slab_object *o)
{
	o->index = index;
	o->start = slab_object(o->cache, slab, index);
	o->state = slab_is_out(slab, index) ? OBJECT_USED : OBJECT_FREE;
	return o->state == OBJECT_USED || is_on_free_chain(o->cache, slab, index);
}

bool slab_locate(const void *addr, struct slab_object *o)
{
	const struct page *page = slab_page_of(addr);
	const struct slab *slab;
	unsigned long offset;

	if (!page || !slab_is_cache(page->slab_cache) ||
	    !slab_is_sound(page->slab_cache, page->slab_page))
		return false;
	slab = page->slab_page;
	*o = (struct slab_object){
		.cache = page->slab_cache,
		.first = slab_first_page(page->slab_cache, slab),
		.begin = slab->s_mem,
		.num = page->slab_cache->num,
	};
	offset = (unsigned long)addr - (unsigned long)slab->s_mem; /* large in front of them */
	if (offset / o->cache->stride >= o->num)
		return true;
	return slab_describe(slab, (u32)(offset / o->cache->stride), o);
}

void slab_for_each_object(struct page *first, void (*visit)(struct slab_object *o, void *data),
			  void *data)
{
	struct kmem_cache *cache = first->slab_cache;
	struct slab_object o = { .cache = cache, .first = first, .num = cache->num };
	u32 i;

	o.begin = first->slab_page->s_mem;
	for (i = 0; i < cache->num; i++) {
		slab_describe(first->slab_page, i, &o);
		visit(&o, data);
	}
}

/* The descriptors that lie in objects of other caches. */
void slab_own_memory(void (*visit)(const void *start, size_t size, void *data), void *data)
{
	const struct page *page;
	unsigned long pfn;

	for_each_mem_map_block (pfn, 0, max_low_pfn) {
		page = pfn_to_page(pfn);
		if (PageSlab(page) && page->slab_cache->slabp_cache)
			visit(page->slab_page, page->slab_cache->mgmt_size, data);
	}
}

void fastcall slab_damaged(const struct kmem_cache *cache, const struct slab *slab, const char *who)
{
	slab_check_cache(cache, who);
	panic("BUG: %s: cache %s: the descriptor of a slab at %p is damaged: first object %p, %u "
	      "objects in use, next free %u (overrun of the object before it?)",
	      who, cache->name, (const void *)slab, slab->s_mem, slab->inuse, slab->free);
}

void fastcall slab_bad_slab(const struct page *page, const char *who)
{
	if (!slab_is_readable(page->slab_page))
		panic("BUG: %s: cache %s: page %p of a slab has no descriptor, but %p", who,
		      page->slab_cache->name, lowmem_page_address(page),
		      (const void *)page->slab_page);
	slab_damaged(page->slab_cache, page->slab_page, who);
}
