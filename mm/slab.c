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
 *    cache_chain_lock and cache->lock, in the order of spinlock.h, interrupts off. A slab is made
 *    and destroyed under the lock of its cache: constructors must not use their own cache.
 *    cache_refill() and slab_changed(), the ways from the fast paths to here, check for the lock.
 * 5. Empty slabs
 *    Making a slab costs more than all its objects, so empty ones are kept, up to SLAB_KEEP_PAGES
 *    in each cache and the working slab. kmem_cache_shrink() gives them back.
 * 6. Not done
 *    No per-CPU object arrays: with one CPU they would save no work. No reaping when memory is
 *    short: nothing here waits, and what could be reaped is bounded. No destructors.
 */
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

static void slab_init_objects(const struct kmem_cache *cache, struct slab *slab)
{
	u32 i;

	for (i = 0; i < cache->num; i++) {
		slab->bufctl[i] = (kmem_bufctl_t)(i + 1);
		if (cache->ctor)
			cache->ctor(slab_object(cache, slab, i));
	}
	slab->bufctl[cache->num - 1] = BUFCTL_END;
	slab->free = 0;
	slab->inuse = 0;
}

/* A new empty slab, on no list. */
static struct slab *cache_grow(struct kmem_cache *cache, gfp_t gfp)
{
	struct page *page;
	struct slab *slab;

	page = alloc_pages((gfp & ~__GFP_ZERO) | cache->gfp, cache->order);
	if (!page)
		return NULL;
	slab = slab_alloc_descriptor(cache, page, gfp);
	if (!slab) {
		__free_pages(page, cache->order);
		return NULL;
	}
	slab_claim_pages(cache, slab, page);
	slab_init_objects(cache, slab);
	if (++cache->colour_next == cache->colours)
		cache->colour_next = 0;
	cache->nr_slabs++;
	return slab;
}

/* Give an empty slab that is on no list back to the buddy allocator. */
static void slab_destroy(struct kmem_cache *cache, struct slab *slab)
{
	struct page *first = slab_first_page(cache, slab), *page = first;
	const struct page *end = first + (1UL << cache->order);

	do
		page->flags &= ~PG_slab;
	while (++page < end);
	if (cache->slabp_cache)
		cache_free(cache->slabp_cache, lowmem_virt_to_page(slab)->slab_page, slab,
			   __func__);
	__free_pages(first, cache->order);
	cache->nr_slabs--;
}

/* --- slabs on the move between the lists ----------------------------------------------------- */

/* A slab with free objects, off its list: a partial one first, to fill what is begun. */
static struct slab *cache_next_slab(struct kmem_cache *cache, gfp_t gfp)
{
	struct list_head *from = &cache->slabs_partial;
	struct slab *slab;

	if (list_empty(from)) {
		from = &cache->slabs_free;
		if (list_empty(from))
			return cache_grow(cache, gfp);
		cache->nr_free_slabs--;
	}
	slab = list_first_entry(from, struct slab, list);
	list_del(&slab->list);
	return slab;
}

/* The working slab is used up: put it away and take another one. */
struct slab *cache_refill(struct kmem_cache *cache, gfp_t gfp)
{
	struct slab *slab;

	assert_held(&cache->lock);
	slab = cache_next_slab(cache, gfp);
	if (!slab)
		return NULL;
	if (cache->slab != &slab_none)
		list_add(&cache->slab->list, &cache->slabs_full);
	cache->slab = slab;
	return slab;
}

/* Put an empty slab that is on no list where it can be found again, or give it back. */

/* Put an empty slab that is on no list where it can be found again, or give it back. */
static void cache_keep_empty(struct kmem_cache *cache, struct slab *slab)
{
	if ((cache->nr_free_slabs + 1) << cache->order > SLAB_KEEP_PAGES) {
		slab_destroy(cache, slab);
		return;
	}
	list_add(&slab->list, &cache->slabs_free);
	cache->nr_free_slabs++;
}

/* The first object of a full slab, or the last one of any slab, has come back. A slab of a single
 * object passes from full to empty. */
void fastcall slab_changed(unsigned long flags, struct kmem_cache *cache, struct slab *slab)
{
	assert_held(&cache->lock);
	__list_unlink(&slab->list);
	if (slab->inuse)
		list_add(&slab->list, &cache->slabs_partial);
	else
		cache_keep_empty(cache, slab);
	spin_unlock_irqrestore(&cache->lock, flags);
}

/* --- what slab_common.c calls ---------------------------------------------------------------- */

void __kmem_cache_create(struct kmem_cache *cache)
{
	cache->gfp = cache->flags & SLAB_CACHE_DMA ? GFP_DMA : 0;
	cache_choose_geometry(cache);
	spin_lock_init(&cache->lock,
		       cache->flags & CFLGS_OFF_SLAB ? CACHE_OFF_SLAB_LOCK : CACHE_LOCK);
	cache->slab = &slab_none;
	INIT_LIST_HEAD(&cache->slabs_partial);
	INIT_LIST_HEAD(&cache->slabs_full);
	INIT_LIST_HEAD(&cache->slabs_free);
}

unsigned long __kmem_cache_shrink(struct kmem_cache *cache)
{
	unsigned long flags, freed = 0;
	struct slab *slab, *next;

	spin_lock_irqsave(&cache->lock, flags);
	if (cache->slab != &slab_none && !cache->slab->inuse) {
		slab_destroy(cache, cache->slab);
		cache->slab = &slab_none;
		freed++;
	}
	list_for_each_entry_safe (slab, next, &cache->slabs_free, list) {
		list_del(&slab->list);
		slab_destroy(cache, slab);
		freed++;
	}
	cache->nr_free_slabs = 0;
	spin_unlock_irqrestore(&cache->lock, flags);
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
	*stats = (struct cache_stats){
		.num_slabs = cache->nr_slabs,
		.num_objs = cache->nr_slabs * cache->num,
	};
	count_slab(cache->slab, stats);
	count_slabs(&cache->slabs_full, stats);
	count_slabs(&cache->slabs_partial, stats);
}

unsigned long slab_nr_pages(void)
{
	const struct kmem_cache *cache;
	unsigned long pages = 0;

	list_for_each_entry (cache, &cache_chain, chain)
		pages += cache->nr_slabs << cache->order;
	return pages;
}

unsigned long slab_nr_empty_pages(void)
{
	const struct kmem_cache *cache;
	unsigned long pages = 0;

	list_for_each_entry (cache, &cache_chain, chain) {
		pages += cache->nr_free_slabs << cache->order;
		if (cache->slab != &slab_none && !cache->slab->inuse)
			pages += 1UL << cache->order;
	}
	return pages;
}

unsigned long kmem_cache_descriptors(const struct kmem_cache *cache)
{
	const struct kmem_cache *other;
	unsigned long nr = 0;

	list_for_each_entry (other, &cache_chain, chain)
		if (other->slabp_cache == cache)
			nr += other->nr_slabs;
	return nr;
}
