/* SPDX-License-Identifier: 0BSD
 *
 * slab.c - caches of equal objects (Bonwick 1994; Gorman chapter 8; Mauerer 3.6).
 *
 * 1. Concepts
 *    A cache hands out objects of one size. It gets its memory in slabs, blocks of 2^order pages
 *    from the buddy allocator, each cut into num objects of stride bytes. An on-slab block:
 *
 *      | colour | struct slab, bufctl[num] | object 0 | object 1 | ... | object num-1 | rest |
 *      ^ page                              ^ s_mem
 *
 *    The descriptor of large objects (an eighth of a page and more) would cost a whole object; it
 *    is kept off the slab in a general cache, unless the rest of the block has room for it.
 *    The free objects of a slab form a chain of indices: slab->free, bufctl[], BUFCTL_END. The
 *    bufctl of an object that is out names the object itself, so a second free is seen at once.
 *    Nothing is kept inside a free object: what the constructor made of it stays.
 *    Each new slab shifts its objects by another colour, a multiple of a cache line within the
 *    rest, so that object 0 of all slabs does not compete for the same lines.
 * 2. Data
 *    cache_chain links all caches; the first one, cache_cache, is static: its objects are the
 *    others. A cache has the lists slabs_full, slabs_partial, slabs_free, and outside of them one
 *    working slab, from which all objects are taken. It may be in any state. So allocating and
 *    freeing move no slab while it stays the same one; a pair costs no list operation.
 *    page->slab_cache and page->slab_page lead from an object to its cache and slab.
 * 3. Invariants (slab_check.c)
 *    S1  The chain is linked both ways, begins with cache_cache, and all names differ.
 *    S2  A cache's geometry fits: aligned stride, objects and descriptor within the block, exact
 *        inverse, colours within the rest, descriptor cache on-slab itself.
 *    S3  A slab is on the list that its inuse names; the working slab is on none.
 *    S4  inuse is the number of entries that name their own object.
 *    S5  The free chain visits every other entry once and ends.
 *    S6  Every page of a slab has PG_slab and points to cache and slab.
 *    S7  The objects begin at one of the cache's colours, and an on-slab descriptor right before.
 *    S8  nr_slabs and nr_free_slabs are what the lists hold.
 *    S9  Each size of kmalloc() has its two caches, aligned and in the zone as promised.
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
#include <mm/slab.h>
#include <lib/align.h>
#include <lib/errno.h>
#include <lib/out.h>

#include "slab_internal.h"

/* From this order on a slab is not made larger to waste less: high orders are hard to get. */
#define SLAB_BREAK_ORDER 1

/* Objects from this size on have their descriptors off-slab. */
#define SLAB_OFF_SLAB_SIZE (PAGE_SIZE / 8)

struct kmem_cache cache_cache = { .lock = __SPIN_LOCK_UNLOCKED(CACHE_LOCK), .slab = &slab_invalid };
struct kmem_cache cache_none = { .lock = __SPIN_LOCK_UNLOCKED(CACHE_LOCK),
				 .slab = &slab_invalid,
				 .name = "(none)",
				 .flags = SLAB_CACHE_DMA };
LIST_HEAD(cache_chain);
DEFINE_SPINLOCK(cache_chain_lock);
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
static struct slab *cache_refill(struct kmem_cache *cache, gfp_t gfp)
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
static void cache_keep_empty(struct kmem_cache *cache, struct slab *slab)
{
	if ((cache->nr_free_slabs + 1) << cache->order > SLAB_KEEP_PAGES) {
		slab_destroy(cache, slab);
		return;
	}
	list_add(&slab->list, &cache->slabs_free);
	cache->nr_free_slabs++;
}

void *fastcall cache_alloc_slow(struct kmem_cache *cache, gfp_t gfp, unsigned long flags)
{
	struct slab *slab;
	void *obj;

	if (unlikely(cache->slab->free != BUFCTL_END))
		slab_damaged(cache, cache->slab, "kmem_cache_alloc");
	slab = cache_refill(cache, gfp);
	if (slab && unlikely(slab->free >= cache->num))
		slab_damaged(cache, slab, "kmem_cache_alloc");
	obj = slab ? slab_take(cache, slab) : NULL;
	spin_unlock_irqrestore(&cache->lock, flags);
	return obj;
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

/* --- objects --------------------------------------------------------------------------------- */

void *fastcall cache_alloc_special(struct kmem_cache *cache, gfp_t gfp)
{
	void *obj;

	mm_bug_on(gfp & __GFP_HIGHMEM, "gfp 0x%x asks cache %s for an object in high memory", gfp,
		  cache->name);
	mm_bug_on(gfp & __GFP_DMA && !(cache->flags & SLAB_CACHE_DMA),
		  "gfp 0x%x asks cache %s for DMA memory (created without SLAB_CACHE_DMA?)", gfp,
		  cache->name);
	mm_bug_on(gfp & __GFP_ZERO && cache->ctor, "zeroing would undo the constructor of cache %s",
		  cache->name);
	obj = cache_alloc(cache, gfp);
	if (obj && gfp & __GFP_ZERO)
		memset(obj, 0, cache->size);
	return obj;
}

void *fastcall kmem_cache_alloc(struct kmem_cache *cache, gfp_t gfp)
{
	if (unlikely(gfp & SLAB_GFP_SPECIAL))
		return cache_alloc_special(cache, gfp);
	return cache_alloc(cache, gfp);
}

void *kmem_cache_zalloc(struct kmem_cache *cache, gfp_t gfp)
{
	slab_check_cache(cache, __func__);
	return cache_alloc_special(cache, gfp | __GFP_ZERO);
}

void fastcall kmem_cache_free(struct kmem_cache *cache, void *obj)
{
	struct page *page = slab_page_of(obj);

	if (unlikely(!page || page->slab_cache != cache))
		slab_wrong_cache(__func__, cache, obj);
	cache_free(cache, page->slab_page, obj, __func__);
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

size_t kmem_cache_size(const struct kmem_cache *cache)
{
	slab_check_cache(cache, __func__);
	return cache->size;
}

const char *kmem_cache_name(const struct kmem_cache *cache)
{
	slab_check_cache(cache, __func__);
	return cache->name;
}

/* --- the geometry of a cache ----------------------------------------------------------------- */

/* Bytes of a descriptor for @num objects. */
static size_t mgmt_bytes(unsigned long num)
{
	return sizeof(struct slab) + num * sizeof(kmem_bufctl_t);
}

static unsigned long slab_bytes(const struct kmem_cache *cache)
{
	return PAGE_SIZE << cache->order;
}

/* As many objects as fit into a block of the cache's order; leaves num 0 if none does.
 * Each object on-slab costs its stride and one bufctl. Block and stride are multiples of the
 * alignment, so what is left for the descriptor is one too, and it still fits when rounded up.
 * 16 bits are enough to count objects: small ones stay in 2^SLAB_BREAK_ORDER pages, and of large
 * ones few fit into the largest block. */
static void cache_fit_objects(struct kmem_cache *cache)
{
	unsigned long bytes = slab_bytes(cache), num;

	if (cache->flags & CFLGS_OFF_SLAB) {
		num = bytes / cache->stride;
		cache->mgmt_size = (unsigned int)mgmt_bytes(num);
	} else {
		num = (bytes - sizeof(struct slab)) / (cache->stride + sizeof(kmem_bufctl_t));
		cache->mgmt_size = (unsigned int)ALIGN_UP(mgmt_bytes(num), cache->align);
	}
	cache->num = (u32)num;
}

/* Bytes of a block that neither objects nor an on-slab descriptor take. */
static unsigned long cache_left_over(const struct kmem_cache *cache)
{
	unsigned long used = cache->num * (unsigned long)cache->stride;

	if (!(cache->flags & CFLGS_OFF_SLAB))
		used += cache->mgmt_size;
	return slab_bytes(cache) - used;
}

/* The smallest order that wastes at most an eighth of the block, or SLAB_BREAK_ORDER, or what one
 * object needs; KMALLOC_MAX_SIZE is a block of the largest order. */
static void cache_choose_order(struct kmem_cache *cache)
{
	for (cache->order = 0;; cache->order++) {
		cache_fit_objects(cache);
		if (!cache->num)
			continue;
		if (cache->order >= SLAB_BREAK_ORDER ||
		    cache_left_over(cache) * 8 <= slab_bytes(cache))
			return;
	}
}

/* Off-slab descriptors move into the rest of the block if it has room for them. */
static void cache_place_descriptor(struct kmem_cache *cache)
{
	unsigned int on_slab = ALIGN_UP(cache->mgmt_size, cache->align);

	if (!(cache->flags & CFLGS_OFF_SLAB))
		return;
	if (cache_left_over(cache) >= on_slab) {
		cache->flags &= ~CFLGS_OFF_SLAB;
		cache->mgmt_size = on_slab;
		return;
	}
	cache->slabp_cache = kmalloc_slab(cache->mgmt_size, 0);
	BUG_ON(!cache->slabp_cache || cache->slabp_cache->flags & CFLGS_OFF_SLAB);
}

/* Split the stride into odd << shift, and invert the odd part modulo 2^32. An odd number is its own
 * inverse modulo 8; each step of Newton's iteration doubles the number of right bits: 3, 6, 12, 24,
 * 48. */
static void cache_invert_stride(struct kmem_cache *cache)
{
	u32 odd, x, step;

	cache->shift = (u8)lowest_bit(cache->stride);
	odd = cache->stride >> cache->shift;
	x = odd;
	for (step = 0; step < 4; step++)
		x *= 2 - odd * x;
	cache->inverse = x;
}

/* A cache line, halved while two objects fit into one half of it. */
static size_t hwcache_align(size_t size)
{
	size_t align = SMP_CACHE_BYTES;

	while (size <= align / 2)
		align /= 2;
	return align;
}

/* Fill in a cache that is zero but for its name. */
static void cache_setup(struct kmem_cache *cache, size_t size, size_t align, unsigned int flags,
			void (*ctor)(void *))
{
	if (flags & SLAB_HWCACHE_ALIGN)
		align = max(align, hwcache_align(size));
	align = max(align, sizeof(void *));
	cache->size = size;
	cache->ctor = ctor;
	cache->align = (unsigned int)align;
	cache->stride = (u32)ALIGN_UP(size, align);
	cache->flags = flags | (cache->stride >= SLAB_OFF_SLAB_SIZE ? CFLGS_OFF_SLAB : 0);
	cache->gfp = flags & SLAB_CACHE_DMA ? GFP_DMA : 0;
	cache_invert_stride(cache);
	cache_choose_order(cache);
	cache_place_descriptor(cache);
	cache->colour_off = max(cache->align, (unsigned int)SMP_CACHE_BYTES);
	cache->colours = (unsigned int)(cache_left_over(cache) / cache->colour_off) + 1;

	spin_lock_init(&cache->lock,
		       cache->flags & CFLGS_OFF_SLAB ? CACHE_OFF_SLAB_LOCK : CACHE_LOCK);
	cache->slab = &slab_none;
	INIT_LIST_HEAD(&cache->slabs_partial);
	INIT_LIST_HEAD(&cache->slabs_full);
	INIT_LIST_HEAD(&cache->slabs_free);
}

/* --- caches ---------------------------------------------------------------------------------- */

/* A name is one word: slabinfo's readers split its lines at blanks. */
static const char *name_error(const char *name)
{
	u32 len = 0;

	while (name && len < CACHE_NAME_SIZE && name[len] > ' ' && name[len] < '\177')
		len++;
	if (len == CACHE_NAME_SIZE)
		return "the name is longer than 31 bytes";
	return len && !name[len] ? NULL : "the name is not one word";
}

static const char *printable(const char *name)
{
	return name_error(name) ? "(bad name)" : name;
}

static const char *create_error(const char *name, size_t size, size_t align)
{
	const char *error = name_error(name);

	if (error)
		return error;
	if (!size || size > KMALLOC_MAX_SIZE)
		return "bad object size";
	if (align && (!is_power_of_2(align) || align > PAGE_SIZE))
		return "bad alignment";
	return NULL;
}

/* Put @cache at the end of the chain. Return: false if its name is known already. */
static bool cache_link(struct kmem_cache *cache)
{
	struct kmem_cache *other;
	bool known = false;
	unsigned long flags;

	spin_lock_irqsave(&cache_chain_lock, flags);
	list_for_each_entry (other, &cache_chain, chain)
		known = known || same_name(other->name, cache->name);
	if (!known)
		list_add_tail(&cache->chain, &cache_chain);
	spin_unlock_irqrestore(&cache_chain_lock, flags);
	return !known;
}

static struct kmem_cache *create_failed(const char *name, unsigned int flags, const char *why)
{
	if (flags & SLAB_PANIC)
		panic("kmem_cache_create: no cache %s: %s (%lu of %lu pages of RAM are free)",
		      printable(name), why, nr_free_pages(), NODE_DATA(0)->node_present_pages);
	return NULL;
}

/* Let @cache have a copy of @name, which fits; those of the allocator's own caches are constants.
 * Return: false without memory. */
static bool keep_name(struct kmem_cache *cache, const char *name, unsigned int flags)
{
	char *to;

	cache->name = name;
	if (flags & CFLGS_PERMANENT)
		return true;
	cache->name = cache->name_copy = to = kmalloc(CACHE_NAME_SIZE, GFP_KERNEL);
	while (to && (*to++ = *name++))
		;
	return cache->name != NULL;
}

/* A descriptor that is zero but for its name; NULL without memory. */
static struct kmem_cache *alloc_cache(const char *name, unsigned int flags)
{
	struct kmem_cache *cache = kmem_cache_zalloc(&cache_cache, GFP_KERNEL);

	if (!cache || keep_name(cache, name, flags))
		return cache;
	kmem_cache_free(&cache_cache, cache);
	return NULL;
}

/* Whoever goes on using @cache is reported, by kmem_cache_alloc() too: it has no objects. */
static void free_cache(struct kmem_cache *cache)
{
	cache->num = 0;
	cache->slab = &slab_invalid;
	kfree(cache->name_copy);
	kmem_cache_free(&cache_cache, cache);
}

struct kmem_cache *cache_create(const char *name, size_t size, size_t align, unsigned int flags,
				void (*ctor)(void *))
{
	const char *error = create_error(name, size, align);
	struct kmem_cache *cache = NULL;

	if (!error) {
		cache = alloc_cache(name, flags);
		if (!cache)
			return create_failed(name, flags, "out of memory");
		cache_setup(cache, size, align, flags, ctor);
		if (cache_link(cache))
			return cache;
		free_cache(cache);
		error = "the name is taken";
	}
	printk("slab: no cache %s of size %zu, align %zu: %s\n", printable(name), size, align,
	       error);
	return create_failed(name, flags, error);
}

struct kmem_cache *kmem_cache_create(const char *name, size_t size, size_t align,
				     unsigned int flags, void (*ctor)(void *))
{
	unsigned int unknown = flags & ~(SLAB_FLAGS_ALL | CFLGS_ALL);

	mm_bug_on(flags & CFLGS_ALL, "cache %s: flags 0x%x are the allocator's own",
		  printable(name), flags & CFLGS_ALL);
	if (!unknown)
		return cache_create(name, size, align, flags, ctor);
	printk("slab: no cache %s: unknown flags 0x%x\n", printable(name), unknown);
	return create_failed(name, flags, "unknown flags");
}

unsigned long kmem_cache_shrink(struct kmem_cache *cache)
{
	unsigned long flags, freed = 0;
	struct slab *slab, *next;

	slab_check_cache(cache, __func__);
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

/* The newest first: a cache is created after the one that holds its descriptors, and after
 * cache_cache; shrinking it can empty slabs of these. */
unsigned long kmem_cache_shrink_all(void)
{
	unsigned long flags, freed = 0;
	struct list_head *pos;

	spin_lock_irqsave(&cache_chain_lock, flags);
	for (pos = cache_chain.prev; pos != &cache_chain; pos = pos->prev)
		freed += kmem_cache_shrink(list_entry(pos, struct kmem_cache, chain));
	spin_unlock_irqrestore(&cache_chain_lock, flags);
	return freed;
}

int kmem_cache_destroy(struct kmem_cache *cache)
{
	unsigned long flags, slabs_left;

	if (!cache)
		return 0;
	slab_check_cache(cache, __func__);
	mm_bug_on(cache->flags & CFLGS_PERMANENT, "cache %s belongs to the allocator", cache->name);
	spin_lock_irqsave(&cache_chain_lock, flags);
	kmem_cache_shrink(cache);
	slabs_left = cache->nr_slabs;
	if (!slabs_left)
		list_del(&cache->chain);
	spin_unlock_irqrestore(&cache_chain_lock, flags);
	if (slabs_left) {
		printk("slab: cache %s not destroyed: %lu objects are out\n", cache->name,
		       kmem_cache_active(cache));
		return -EBUSY;
	}
	free_cache(cache);
	return 0;
}

struct kmem_cache *kmem_cache_next(struct kmem_cache *cache)
{
	struct list_head *next = cache_chain.next;

	if (cache) {
		slab_check_cache(cache, __func__);
		next = cache->chain.next;
	}
	return next == &cache_chain ? NULL : list_entry(next, struct kmem_cache, chain);
}

void __init kmem_cache_init(void)
{
	mm_bug_on(NODE_DATA(0)->bdata, "mem_init() was not called before");
	mm_bug_on(!list_empty(&cache_chain), "called twice");
	cache_cache.name = "kmem_cache";
	cache_setup(&cache_cache, sizeof(struct kmem_cache), 0, CFLGS_PERMANENT, NULL);
	list_add(&cache_cache.chain, &cache_chain);
	kmalloc_init();
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

unsigned long kmem_cache_active(const struct kmem_cache *cache)
{
	struct cache_stats stats;

	slab_check_cache(cache, __func__);
	cache_stats(cache, &stats);
	return stats.active_objs;
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

void slab_page_show(struct out *out, const struct page *page)
{
	const struct kmem_cache *cache = page->slab_cache;

	if (!slab_is_cache(cache) || !slab_is_readable(page->slab_page)) {
		out_printf(out, "  cache: the struct page is damaged\n");
		return;
	}
	out_printf(out, "  cache: %s, objects of %zu bytes, %u of %u in this slab in use\n",
		   cache->name, cache->size, page->slab_page->inuse, cache->num);
}

void slab_object_show(struct out *out, const void *addr)
{
	const struct page *page = virt_to_page(addr);
	const struct kmem_cache *cache = page->slab_cache;
	const struct slab *slab = page->slab_page;
	unsigned long offset = (unsigned long)addr - (unsigned long)slab->s_mem;
	unsigned long index = offset / cache->stride; /* large for what lies before the objects */

	if (index >= cache->num)
		out_printf(out, "  0x%08lx lies in none of its objects\n", (unsigned long)addr);
	else
		out_printf(out, "  0x%08lx: byte %lu of object %lu at 0x%08lx, %s\n",
			   (unsigned long)addr, offset % cache->stride, index,
			   (unsigned long)slab->s_mem + index * cache->stride,
			   slab->bufctl[index] == index ? "in use" : "free");
}

void slabinfo_show_head(struct out *out)
{
	out_printf(out, "slabinfo - version: 2.1\n"
			"# name            <active_objs> <num_objs> <objsize> <objperslab> "
			"<pagesperslab> : tunables <limit> <batchcount> <sharedfactor> : slabdata "
			"<active_slabs> <num_slabs> <sharedavail>\n");
}

void slabinfo_show_cache(struct out *out, const struct kmem_cache *cache)
{
	struct cache_stats stats;

	cache_stats(cache, &stats);
	out_printf(out,
		   "%-17s %6lu %6lu %6u %4u %4u : tunables %4u %4u %4u : slabdata %6lu "
		   "%6lu %6u\n",
		   cache->name, stats.active_objs, stats.num_objs, cache->stride, cache->num,
		   1U << cache->order, 0U, 0U, 0U, stats.active_slabs, stats.num_slabs, 0U);
}

void slabinfo_show(struct out *out)
{
	const struct kmem_cache *cache;

	slabinfo_show_head(out);
	if (!slab_list_is_sound(&cache_chain)) {
		out_printf(out, "# the cache chain is damaged\n");
		return;
	}
	list_for_each_entry (cache, &cache_chain, chain)
		slabinfo_show_cache(out, cache);
}
