/* SPDX-License-Identifier: 0BSD
 *
 * slob.c - caches without slabs: first fit in shared pages (Knuth 2.5; Kernighan and Ritchie 8.7).
 *
 * 1. Concepts
 *    The back end for little memory and little code. Objects of all caches lie side by side in
 *    shared pages (slob_page.c), each with as much room as it needs: kmalloc(100) has 104 bytes
 *    here, and no cache has pages of its own that are half empty. What is larger than a shared page
 *    has room for is a block of the buddy allocator.
 *    Shared pages are in pools of their node, one for each class of sizes, so that a few small
 *    objects do not keep the room that large ones need; a request looks for its first fit in the
 *    pool of its class, then in those of larger objects, and begins a new page only if none has a
 *    gap. Other nodes are asked as slab_near.c says.
 *    Every request is a walk; it costs several times what slab.c's takes. There is nothing per CPU.
 * 2. Whose is it?
 *    A page does not name a cache: the word that the page's table has for an object does, by the
 *    cache's number. So an object is freed to its own cache only, once, and by its first byte.
 *    kmem_cache_active() is counted for each cache.
 * 3. Constructors and debugging
 *    What a constructor made of an object stays until the next use, and so does the pattern that
 *    debugging writes: the room of such objects is parked, for the same cache, when they are freed,
 *    and is no gap until their page has no object in use.
 * 4. Invariants (check_slob.c; others: slab_common.c, slob_page.c, kmalloc.c)
 *    O1  A shared page is on the list of its pool on its node, or with the full ones if no gap is
 *        left.
 *    O2  A page without objects is the spare one of its kind on its node.
 *    O5  A cache's active and parked are what the tables and blocks hold.
 *    O6  Every page with PG_slab is a shared one or part of a block, and they are counted.
 *    O7  A cache's stride is what an object and its debugging need, and num follows from it.
 * 5. Locking
 *    slob_lock, interrupts off, for what is marked (C). Pages come and go, and constructors run,
 *    without it. It has the place of cache->lock among the locks.
 * 6. Empty pages
 *    One of each kind and node stays, the last that lost its objects: a lonely pair does not go to
 *    the buddy allocator each time. kmem_cache_shrink() gives it back.
 */
#include <mm/slab.h>
#include <lib/errno.h>
#include <mm/mem_map.h>
#include <mm/page_alloc.h>

#include "slab_bug.h"
#include "slab_common.h"
#include "slab_debug.h"
#include "slob_internal.h"

spinlock_t slob_lock = __SPIN_LOCK_UNLOCKED(CACHE_LOCK);
struct kmem_cache cache_cache;
struct kmem_cache cache_none = { .name = "(none)", .flags = SLAB_CACHE_DMA };
struct kmem_cache *slob_caches[SLOB_MAX_CACHES];

struct slob_node slob_nodes[MAX_NUMNODES];
unsigned long slob_nr_shared[SLOB_KINDS], slob_nr_blocks;

/* --- shared pages ---------------------------------------------------------------------------- */

static struct slab **spare_of(const struct slab *slab)
{
	return &slob_node(slab)->spare[slob_kind(slab->pool)];
}

static u32 slob_units(const struct slob_block *block)
{
	return block->last - block->first + 1U;
}

static void slob_forget_parked(const struct slob_block *block)
{
	struct kmem_cache *cache = slob_caches[block->cache];

	cache->parked--;
	cache->units -= slob_units(block);
}

/* Take an empty page off its list; it is nobody's then. Return: what it is to the buddy. */
static struct page *slob_detach(struct slab *slab)
{
	struct page *page = lowmem_virt_to_page(slab);
	u32 i;

	assert_held(&slob_lock);
	for (i = 0; i < slab->nr; i++)
		if (slob_block(slab, i)->state == SLOB_PARKED)
			slob_forget_parked(slob_block(slab, i));
	list_del(&slab->list);
	page->flags &= ~PG_slab;
	slob_nr_shared[slob_kind(slab->pool)]--;
	return page;
}

struct slab *slob_attach(struct page *page, u32 pool)
{
	struct slab *slab = slob_page_init(page);

	assert_held(&slob_lock);
	page->flags |= PG_slab;
	page->slab_cache = NULL;
	page->slab_page = slab;
	slab->pool = (u16)(pool & 63);
	list_add(&slab->list, &slob_node(slab)->pools[pool]);
	slob_nr_shared[slob_kind(pool)]++;
	return slab;
}

static void *slob_address(const struct slab *slab, const struct slob_block *block)
{
	return slob_page(slab) + block->first * SLOB_UNIT + slob_caches[block->cache]->red_left;
}

static void slob_count_out(struct slab *slab, struct kmem_cache *cache)
{
	if (*spare_of(slab) == slab)
		*spare_of(slab) = NULL;
	cache->active++;
}

/* @units for @cache in this page; NULL if it has no gap for them. A kmalloc() that asks for less
 * than the object of a cache is not promised the alignment of that. */
static void *slob_place(struct slab *slab, struct kmem_cache *cache, u32 units)
{
	u32 align = units * SLOB_UNIT < cache->stride ? 1 : cache->align / SLOB_UNIT;
	u32 first = slob_first_fit(slab, units, align);
	struct slob_block block = { .state = SLOB_USED };

	if (first == SLOB_UNITS) {
		if (!slab->room)
			list_move(&slab->list, &slob_node(slab)->pools[SLOB_FULL]);
		return NULL;
	}
	block.first = first & (SLOB_UNITS - 1);
	block.last = (first + units - 1) & (SLOB_UNITS - 1);
	block.cache = cache->number & (SLOB_MAX_CACHES - 1);
	slob_insert(slab, block);
	cache->units += units;
	slob_count_out(slab, cache);
	return slob_address(slab, &block);
}

/* The first fit in the pages that @node has. */
static void *slob_search(struct kmem_cache *cache, struct slob_node *node, u32 units)
{
	u32 pool = cache->pool, end = (slob_kind(pool) + 1U) * SLOB_CLASSES;
	struct slab *slab, *next;
	void *obj = NULL;

	for (; pool < end && !obj; pool++)
		list_for_each_entry_safe (slab, next, &node->pools[pool], list)
			if (slab->room >= units && (obj = slob_place(slab, cache, units)))
				break;
	return obj;
}

/* A parked object of @cache in this page. */
static void *slob_unpark(struct slab *slab, struct kmem_cache *cache)
{
	struct slob_block *block;
	u32 i;

	for (i = 0; i < slab->nr; i++) {
		block = slob_block(slab, i);
		if (block->state != SLOB_PARKED || block->cache != cache->number)
			continue;
		block->state = SLOB_USED;
		slab->used++;
		cache->parked--;
		slob_count_out(slab, cache);
		return slob_address(slab, block);
	}
	return NULL;
}

static void *unpark_from(struct list_head *pool, struct kmem_cache *cache)
{
	struct slab *slab;
	void *obj;

	list_for_each_entry (slab, pool, list) {
		obj = slab->nr > slab->used + slab->ghosts ? slob_unpark(slab, cache) : NULL;
		if (obj)
			return obj;
	}
	return NULL;
}

/* An object of @cache that is parked in a page of @node. */
static void *slob_take_parked(struct kmem_cache *cache, struct slob_node *node)
{
	void *obj = NULL;
	u32 pool;

	for (pool = 0; pool <= SLOB_FULL && !obj; pool++)
		obj = unpark_from(&node->pools[pool], cache);
	return obj;
}

/* --- allocating ------------------------------------------------------------------------------ */

/* A page to begin: the spare one of its kind on @nid, or of the buddy allocator. */
static struct page *slob_new_page(const struct kmem_cache *cache, gfp_t gfp, int nid)
{
	struct slab **spare = &slob_nodes[nid].spare[slob_kind(cache->pool)];
	struct page *page = NULL;
	unsigned long flags;

	spin_lock_irqsave(&slob_lock, flags);
	if (*spare) {
		page = slob_detach(*spare);
		*spare = NULL;
	}
	spin_unlock_irqrestore(&slob_lock, flags);
	if (!page)
		page = slab_alloc_pages(nid, (gfp & GFP_RECLAIM_MASK) | cache->gfp, 0);
	if (!page)
		slab_out_of_memory(cache, gfp);
	return page;
}

/* What is asked for, and got. */
struct slob_request {
	u32 units;
	bool parked; /* the object was */
	void *begun; /* the object that a new page was begun with */
};

/* In the pages that node @nid has. */
static void *fastcall slob_find_room(struct kmem_cache *cache, int nid, void *data)
{
	struct slob_node *node = &slob_nodes[nid];
	struct slob_request *request = data;
	unsigned long flags;
	void *obj = request->begun;

	if (obj)
		return obj;
	spin_lock_irqsave(&slob_lock, flags);
	if (cache->parked)
		obj = slob_take_parked(cache, node);
	request->parked = obj != NULL;
	if (!obj)
		obj = slob_search(cache, node, request->units);
	spin_unlock_irqrestore(&slob_lock, flags);
	return obj;
}

/* A page without objects is the spare one (O2): so a new one begins with the object. */
static int fastcall slob_begin_page(struct kmem_cache *cache, gfp_t gfp, int nid, void *data)
{
	struct page *page = slob_new_page(cache, gfp, nid);
	struct slob_request *request = data;
	unsigned long flags;

	if (!page)
		return NUMA_NO_NODE;
	nid = (int)page_to_nid(page);
	spin_lock_irqsave(&slob_lock, flags);
	request->begun = slob_place(slob_attach(page, cache->pool), cache, request->units);
	spin_unlock_irqrestore(&slob_lock, flags);
	return nid;
}

static const struct slab_source shared_pages = { slob_find_room, slob_begin_page };

static void slob_construct(const struct kmem_cache *cache, void *obj)
{
	if (cache_is_debugged(cache))
		slab_debug_new_object(cache, obj);
	if (cache->ctor)
		cache->ctor(obj);
}

static void *slob_alloc_shared(struct kmem_cache *cache, size_t size, gfp_t gfp, int nid)
{
	size_t bytes = size && !cache_parks(cache) ? size : cache->stride;
	struct slob_request request = { .units = (u32)DIV_ROUND_UP(bytes, SLOB_UNIT) };
	void *obj = slab_alloc_near(cache, gfp, nid, &shared_pages, &request);

	if (obj && !request.parked)
		slob_construct(cache, obj);
	return obj;
}

static void slob_count_block(struct kmem_cache *cache, bool out)
{
	unsigned long flags, pages = 1UL << cache->order;

	spin_lock_irqsave(&slob_lock, flags);
	cache->active += out ? 1UL : -1UL;
	slob_nr_blocks += out ? pages : -pages;
	spin_unlock_irqrestore(&slob_lock, flags);
}

static void *slob_alloc_block(struct kmem_cache *cache, gfp_t gfp, int nid)
{
	struct page *page, *first;
	void *obj;

	first = slab_alloc_pages(nid, (gfp & GFP_RECLAIM_MASK) | cache->gfp, cache->order);
	if (!first) {
		slab_out_of_memory(cache, gfp);
		return NULL;
	}
	for (page = first; page < first + (1UL << cache->order); page++) {
		page->flags |= PG_slab;
		page->slab_cache = cache;
		page->slab_page = NULL;
	}
	slob_count_block(cache, true);
	obj = (char *)lowmem_page_address(first) + cache->red_left;
	slob_construct(cache, obj);
	return obj;
}

static void *slob_alloc_any(struct kmem_cache *cache, size_t size, gfp_t gfp, int nid)
{
	return cache->pool < SLOB_POOLS ? slob_alloc_shared(cache, size, gfp, nid)
					: slob_alloc_block(cache, gfp, nid);
}

/* What was written to while it was free stays out. */
static void *slob_alloc_on(struct kmem_cache *cache, size_t size, gfp_t gfp, int nid,
			   uintptr caller)
{
	void *obj;

	if (cache_is_debugged(cache))
		slab_debug_check_cache(cache, "kmem_cache_alloc");
	do
		obj = slob_alloc_any(cache, size, gfp, nid);
	while (obj && cache_is_debugged(cache) && !slab_debug_alloc(cache, obj, caller));
	return obj;
}

void *fastcall slob_alloc(struct kmem_cache *cache, size_t size, gfp_t gfp, uintptr caller)
{
	slab_check_cache(cache, "kmem_cache_alloc");
	return slob_alloc_on(cache, size, gfp, NUMA_NO_NODE, caller);
}

void *cache_alloc_node(struct kmem_cache *cache, gfp_t gfp, int nid)
{
	return slob_alloc_on(cache, 0, gfp, nid, (uintptr)__builtin_return_address(0));
}

/* --- freeing --------------------------------------------------------------------------------- */

/* The block of the object in use that begins at @obj and is @cache's, or any cache's if that is
 * NULL; NULL: there is none. */
static struct slob_block *slob_object_at(const struct slab *slab, const struct kmem_cache *cache,
					 const void *obj)
{
	u32 unit = (u32)((uintptr)obj % PAGE_SIZE) / SLOB_UNIT;
	struct slob_block *block = slob_find(slab, unit);

	if (!block || block->state != SLOB_USED || slob_address(slab, block) != obj ||
	    (cache && block->cache != cache->number))
		return NULL;
	return block;
}

/* A page has no object left: it is the spare one now. Return: the one that was, or NULL. */
static struct page *slob_new_spare(struct slab *slab)
{
	struct slab **spare = spare_of(slab), *surplus = *spare;

	*spare = slab;
	return surplus ? slob_detach(surplus) : NULL;
}

/* Return: a page that is not needed any more, or NULL. */
static struct page *slob_give_shared(struct slab *slab, struct slob_block *block)
{
	struct kmem_cache *cache = slob_caches[block->cache];

	cache->active--;
	slab->used--;
	if (cache_parks(cache)) {
		block->state = SLOB_PARKED;
		cache->parked++;
	} else {
		block->state = SLOB_GHOST;
		slab->ghosts++;
		cache->units -= slob_units(block);
		if (!slab->room)
			list_move(&slab->list, &slob_node(slab)->pools[slab->pool]);
		slab->room = SLOB_UNITS;
	}
	return slab->used ? NULL : slob_new_spare(slab);
}

/* The first page of the block that a page without a table belongs to. */
static struct page *block_first(const struct page *page)
{
	return pfn_to_page(ALIGN_DOWN(page_to_pfn(page), 1UL << page->slab_cache->order));
}

static struct page *slob_give_block(struct page *first)
{
	struct kmem_cache *cache = first->slab_cache;
	struct page *page;

	for (page = first; page < first + (1UL << cache->order); page++)
		page->flags &= ~PG_slab;
	cache->active--;
	slob_nr_blocks -= 1UL << cache->order;
	return first;
}

static bool is_object_of_block(struct page *page, const struct kmem_cache *cache, const void *obj)
{
	return (!cache || page->slab_cache == cache) &&
	       (const char *)lowmem_page_address(block_first(page)) + page->slab_cache->red_left ==
		       obj;
}

/* Free @obj, which lies in @page. Return: false, and nothing is done, if it is none that is out. */
static bool slob_give(struct page *page, const struct kmem_cache *cache, const void *obj,
		      struct page **surplus)
{
	struct slob_block *block;

	assert_held(&slob_lock);
	if (!PageSlab(page))
		return false;
	if (page->slab_page) {
		block = slob_object_at(page->slab_page, cache, obj);
		if (block)
			*surplus = slob_give_shared(page->slab_page, block);
		return block;
	}
	if (!is_object_of_block(page, cache, obj))
		return false;
	*surplus = slob_give_block(block_first(page));
	return true;
}

static bool slob_any_debugged; /* some cache is, or was */

/* Was anybody writing to the parked objects of a page that is not needed any more? */
static void last_look(const struct slab *slab)
{
	const struct slob_block *block;
	u32 i;

	for (i = 0; i < slab->nr; i++) {
		block = slob_block(slab, i);
		if (block->state == SLOB_PARKED && cache_is_debugged(slob_caches[block->cache]))
			slab_debug_last_look(slob_caches[block->cache], slob_address(slab, block));
	}
}

/* Give back what was taken off the lists. */
static void slob_release(struct page *page)
{
	if (page->slab_page)
		last_look(page->slab_page);
	__free_pages(page, page_order(page));
}

/* Does debugging let @obj, if it is an object that is out, come back? */
static bool may_come_back(const struct kmem_cache *cache, const void *obj, uintptr caller)
{
	struct kmem_cache *owner = slob_any_debugged ? slab_cache_of(obj) : NULL;

	return !owner || (cache && owner != cache) || !cache_is_debugged(owner) ||
	       slab_debug_free(owner, (void *)(uintptr)obj, caller);
}

void fastcall slob_free(const struct kmem_cache *cache, const void *obj, const char *who,
			uintptr caller)
{
	struct page *surplus = NULL;
	unsigned long flags;
	bool done;

	if (!may_come_back(cache, obj, caller))
		return;
	spin_lock_irqsave(&slob_lock, flags);
	done = slob_give(lowmem_virt_to_page(obj), cache, obj, &surplus);
	spin_unlock_irqrestore(&slob_lock, flags);
	if (!done)
		slab_bad_free(obj, cache, who);
	else if (surplus)
		slob_release(surplus);
}

/* --- caches ---------------------------------------------------------------------------------- */

/* Give @cache a number. Return: false if there is none left. */
static bool cache_number(struct kmem_cache *cache)
{
	unsigned long flags;
	u32 number = 1;

	spin_lock_irqsave(&slob_lock, flags);
	while (number < SLOB_MAX_CACHES && slob_caches[number])
		number++;
	if (number < SLOB_MAX_CACHES)
		slob_caches[number] = cache;
	spin_unlock_irqrestore(&slob_lock, flags);
	cache->number = number;
	return number < SLOB_MAX_CACHES;
}

static u32 class_of(u32 stride)
{
	return stride < 256 ? 0 : stride < 1024 ? 1 : 2;
}

static u32 kind_of(gfp_t gfp)
{
	if (gfp & __GFP_DMA)
		return SLOB_DMA;
	return gfp & __GFP_RECLAIMABLE ? SLOB_RECLAIMABLE : SLOB_PLAIN;
}

/* Before the first page. */
static void init_pools(void)
{
	u32 pool;
	int nid;

	for_each_online_node (nid)
		for (pool = 0; pool <= SLOB_FULL; pool++)
			INIT_LIST_HEAD(&slob_nodes[nid].pools[pool]);
}

bool __kmem_cache_create(struct kmem_cache *cache)
{
	u32 room = slob_limit(1) * SLOB_UNIT;

	if (cache == &cache_cache)
		init_pools();
	cache->align = max(cache->align, SLOB_UNIT);
	cache->stride = (u32)ALIGN_UP(slab_debug_unit(cache), cache->align);
	if (cache->stride <= room) {
		cache->num = room / (cache->stride + (u32)sizeof(struct slob_block));
		cache->pool = (u8)(kind_of(cache->gfp) * SLOB_CLASSES + class_of(cache->stride));
	} else {
		cache->order = (u8)get_order(cache->stride);
		cache->num = 1;
		cache->pool = SLOB_POOLS;
	}
	if (cache_is_debugged(cache))
		slob_any_debugged = true;
	return cache_number(cache);
}

int __kmem_cache_tune(struct kmem_cache *cache __unused, u32 limit __unused,
		      u32 batchcount __unused, u32 sharedfactor __unused)
{
	return -EINVAL;
}

/* Nothing is at hand. */
bool cache_was_idle(struct kmem_cache *cache __unused)
{
	return true;
}

/* Nothing waits for kmalloc(). */
void __init kmem_cache_init_late(void)
{
}

/* The spare page of its kind is any cache's that could use it. */
static unsigned long give_spare(struct slob_node *node, enum slob_kind kind)
{
	struct slab **spare = &node->spare[kind];
	struct page *page = NULL;
	unsigned long flags;

	spin_lock_irqsave(&slob_lock, flags);
	if (*spare)
		page = slob_detach(*spare);
	*spare = NULL;
	spin_unlock_irqrestore(&slob_lock, flags);
	if (page)
		slob_release(page);
	return page != NULL;
}

unsigned long __kmem_cache_shrink(struct kmem_cache *cache)
{
	unsigned long freed = 0;
	int nid;

	for_each_online_node (nid)
		if (cache->pool < SLOB_POOLS)
			freed += give_spare(&slob_nodes[nid], slob_kind(cache->pool));
	return freed;
}

bool __kmem_cache_shutdown(struct kmem_cache *cache)
{
	__kmem_cache_shrink(cache);
	return !cache->active;
}

/* Nothing in this page is to name @cache any more. */
static void forget_cache(struct slab *slab, const struct kmem_cache *cache)
{
	struct slob_block *block;
	bool met = false;
	u32 i;

	for (i = 0; i < slab->nr; i++) {
		block = slob_block(slab, i);
		if (block->cache != cache->number)
			continue;
		if (block->state == SLOB_PARKED)
			slab->ghosts++;
		block->state = SLOB_GHOST;
		met = true;
	}
	if (!met)
		return;
	slob_forget(slab, 0, SLOB_UNITS);
	slab->room = SLOB_UNITS;
	list_move(&slab->list, &slob_node(slab)->pools[slab->pool]);
}

static void forget_cache_on(struct slob_node *node, const struct kmem_cache *cache)
{
	struct slab *slab, *next;
	u32 pool;

	for (pool = 0; pool <= SLOB_FULL; pool++)
		list_for_each_entry_safe (slab, next, &node->pools[pool], list)
			forget_cache(slab, cache);
}

void __kmem_cache_release(struct kmem_cache *cache)
{
	unsigned long flags;
	int nid;

	spin_lock_irqsave(&slob_lock, flags);
	for_each_online_node (nid)
		forget_cache_on(&slob_nodes[nid], cache);
	if (cache->number < SLOB_MAX_CACHES)
		slob_caches[cache->number] = NULL;
	cache->number = SLOB_DESTROYED;
	spin_unlock_irqrestore(&slob_lock, flags);
}

/* --- numbers and reports --------------------------------------------------------------------- */

/* A cache has no slabs: they are counted as if its objects were alone in their pages. */
/* None of those that it shares with other caches. */
unsigned long cache_nr_pages(const struct kmem_cache *cache)
{
	return cache->pool == SLOB_POOLS ? READ_ONCE(cache->active) << cache->order : 0;
}

void cache_stats(const struct kmem_cache *cache, struct cache_stats *stats)
{
	unsigned long flags;
	bool taken = report_lock(&slob_lock, &flags);

	*stats = (struct cache_stats){
		.active_objs = cache->active,
		.active_slabs = DIV_ROUND_UP(cache->active, cache->num),
		.num_slabs = DIV_ROUND_UP(cache->active + cache->parked, cache->num),
	};
	stats->shared_bytes = cache->units * SLOB_UNIT;
	stats->num_objs = stats->num_slabs * cache->num;
	stats->empty_slabs = stats->num_slabs - stats->active_slabs;
	stats->pages = cache_nr_pages(cache);
	report_unlock(&slob_lock, flags, taken);
}

void slab_shared_pages(struct shared_pages *shared)
{
	unsigned long flags;
	bool taken = report_lock(&slob_lock, &flags);
	unsigned int kind;
	int nid;

	*shared = (struct shared_pages){ .reclaimable = slob_nr_shared[SLOB_RECLAIMABLE] };
	for (kind = 0; kind < SLOB_KINDS; kind++) {
		shared->all += slob_nr_shared[kind];
		for_each_online_node (nid)
			shared->empty += slob_nodes[nid].spare[kind] != NULL;
	}
	report_unlock(&slob_lock, flags, taken);
}

unsigned long kmem_cache_descriptors(const struct kmem_cache *cache __unused)
{
	return 0;
}

bool cache_is_invalid(const struct kmem_cache *cache)
{
	return cache->number == SLOB_DESTROYED || cache == &cache_none ||
	       (cache == &cache_cache && !cache->number);
}

/* The table of numbers is nothing that other memory is likely to agree with. */
bool cache_is_sound(const struct kmem_cache *cache)
{
	return cache->number < SLOB_MAX_CACHES && slob_caches[cache->number] == cache;
}

static void describe_block(const struct slab *slab, const struct slob_block *block,
			   struct slab_object *o)
{
	o->cache = slob_caches[block->cache];
	o->index = (u32)(slob_block(slab, 0) - block);
	o->start = slob_address(slab, block);
	o->size = min((u32)o->cache->size, slob_units(block) * SLOB_UNIT);
	o->state = block->state == SLOB_USED ? OBJECT_USED : OBJECT_FREE;
}

/* The object of a block of pages. */
static void describe_large(struct page *first, struct slab_object *o)
{
	o->cache = first->slab_cache;
	o->index = 0;
	o->start = (char *)lowmem_page_address(first) + o->cache->red_left;
	o->size = (u32)o->cache->size;
	o->state = OBJECT_USED;
}

bool slab_locate(const void *addr, struct slab_object *o)
{
	struct page *page = slab_page_of(addr);
	const struct slob_block *block;

	if (!page)
		return false;
	*o = (struct slab_object){ .first = page, .begin = lowmem_page_address(page), .num = 1 };
	if (!page->slab_page) {
		if (!slab_is_cache(page->slab_cache))
			return false;
		o->first = block_first(page);
		o->begin = lowmem_page_address(o->first);
		describe_large(o->first, o);
		return true;
	}
	if (page->slab_page != slob_table(page) || !slob_is_sound(page->slab_page))
		return false;
	o->num = page->slab_page->nr;
	block = slob_find(page->slab_page, (u32)((uintptr)addr % PAGE_SIZE) / SLOB_UNIT);
	if (block)
		describe_block(page->slab_page, block, o);
	return true;
}

void slab_for_each_object(struct page *first, void (*visit)(struct slab_object *o, void *data),
			  void *data)
{
	struct slab_object o = { .first = first, .begin = lowmem_page_address(first), .num = 1 };
	u32 i;

	if (!first->slab_page) {
		describe_large(first, &o);
		visit(&o, data);
		return;
	}
	o.num = first->slab_page->nr;
	for (i = 0; i < o.num; i++) {
		describe_block(first->slab_page, slob_block(first->slab_page, i), &o);
		visit(&o, data);
	}
}

/* No table leads to an object that its user does not know. */
void slab_own_memory(void (*visit)(const void *start, size_t size, void *data) __unused,
		     void *data __unused)
{
}

void fastcall slab_bad_slab(const struct page *page, const char *who)
{
	if (!page->slab_page)
		slab_check_cache(page->slab_cache, who);
	panic("BUG: %s: the table of the page at %p is damaged (overrun of its last object?)", who,
	      lowmem_page_address(page));
}

/* --- the calls ------------------------------------------------------------------------------- */

void *fastcall kmem_cache_alloc(struct kmem_cache *cache, gfp_t gfp)
{
	if (unlikely(gfp & slab_special_gfp))
		return kmem_cache_alloc_other(cache, gfp);
	return cache_alloc(cache, gfp);
}

void fastcall kmem_cache_free(struct kmem_cache *cache, void *obj)
{
	slab_check_cache(cache, __func__);
	if (slab_page_of(obj))
		slob_free(cache, obj, __func__, (uintptr)__builtin_return_address(0));
	else
		kmem_cache_free_other(cache, obj);
}
