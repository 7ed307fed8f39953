/* SPDX-License-Identifier: 0BSD
 *
 * slub_merge.c - caches that share the slabs of a like one.
 *
 * 1. Concepts
 *    Two caches whose objects are of one size each have a slab that is half empty, and more that
 *    are partly so. A new cache that is like one that there is takes its objects from that one's
 *    slabs, its root's, and has none of its own. It is closed: its calls take the slow path, and
 *    that goes on to the root's fast one. So a merged cache costs more instructions and less
 *    memory; it still has its own name, size and count of objects, and its own end.
 *    Like are: the same zone and mobility of the pages, a stride that a word at most is wasted of,
 *    enough alignment; no constructor, and nothing debugged.
 * 2. Data
 *    cache->root; root->users, the caches that share its slabs; cache->lent, of a merged cache the
 *    objects that it has out, of a root those of all its users.
 *    A root that is destroyed before its users stays, as an orphan with a name that says its
 *    size, until the last of them goes.
 * 3. Invariants (check_slub.c)
 *    U7  A merged cache has no slabs, and a live root that counts it and its objects.
 * 4. Locking
 *    cache_chain_lock for roots and users; lent is changed in one step.
 * 5. Not done
 *    Whoever goes on using a destroyed cache that is an orphan is not stopped. An object that a
 *    merged cache gave is counted as its own until kmem_cache_free(); kfree() does not know it. So
 *    no merged cache refuses its end, as in Linux: an object that is still out is its root's then.
 */
#include <mm/slab.h>

#include "slab_common.h"
#include "slab_debug.h"
#include "slub_cpu.h"
#include "slub_internal.h"

/* What the pages of two caches have to have in common. */
#define SAME_FLAGS (SLAB_CACHE_DMA | SLAB_RECLAIM_ACCOUNT)

/* --- finding a root -------------------------------------------------------------------------- */

static bool may_share(const struct kmem_cache *cache)
{
	return !cache->ctor && !cache_is_debugged(cache) && cache != &cache_cache;
}

static bool is_like(const struct kmem_cache *root, const struct kmem_cache *cache)
{
	return may_share(root) && !root->root && !((root->flags ^ cache->flags) & SAME_FLAGS) &&
	       root->stride >= cache->size && root->stride - cache->size < sizeof(void *) &&
	       IS_ALIGNED(root->stride, cache->align);
}

static struct kmem_cache *find_root(const struct kmem_cache *cache)
{
	struct kmem_cache *root;

	list_for_each_entry (root, &cache_chain, chain)
		if (is_like(root, cache))
			return root;
	return NULL;
}

/* Let @cache cut its slabs as @root does, although it has none: reports ask for that. */
static void take_geometry(struct kmem_cache *cache, const struct kmem_cache *root)
{
	cache->inverse = root->inverse;
	cache->low = root->low;
	cache->block = root->block;
	cache->stride = root->stride;
	cache->num = root->num;
	cache->min_num = root->min_num;
	cache->shift = root->shift;
	cache->order = root->order;
	cache->min_order = root->min_order;
}

void slub_merge(struct kmem_cache *cache)
{
	struct kmem_cache *root;
	unsigned long flags;

	if (slab_nomerge || cache->flags & CFLGS_PERMANENT || !may_share(cache))
		return;
	spin_lock_irqsave(&cache_chain_lock, flags);
	root = find_root(cache);
	if (root) {
		root->users++;
		cache->root = root;
		take_geometry(cache, root);
		slub_close(cache);
	}
	spin_unlock_irqrestore(&cache_chain_lock, flags);
}

/* --- objects --------------------------------------------------------------------------------- */

static void count_lent(struct kmem_cache *cache, unsigned long nr)
{
	__atomic_fetch_add(&cache->lent, nr, __ATOMIC_RELAXED);
	__atomic_fetch_add(&cache->root->lent, nr, __ATOMIC_RELAXED);
}

void *slub_alloc_merged(struct kmem_cache *cache, gfp_t gfp, int nid)
{
	void *obj = nid == NUMA_NO_NODE ? cache_alloc(cache->root, gfp)
					: cache_alloc_node(cache->root, gfp, nid);

	if (obj)
		count_lent(cache, 1);
	return obj;
}

/* Is @obj, of a slab of the root, out, and does @cache have none out? */
static bool is_of_another(const struct kmem_cache *cache, const struct page *page, const void *obj)
{
	return !cache->lent && cache_obj_is_out(page, obj);
}

void slub_free_merged(struct kmem_cache *cache, const void *obj, const char *who)
{
	const struct page *page = slab_page_of(obj);

	if (!page || page->slab_cache != cache->root || is_of_another(cache, page, obj)) {
		kmem_cache_free_other(cache, obj);
		return;
	}
	cache_free(cache->root, obj, who);
	count_lent(cache, -1UL);
}

/* --- the end --------------------------------------------------------------------------------- */

/* The digits of @n at @to. Return: what is behind them. */
static char *put_number(char *to, unsigned long n, unsigned int base)
{
	if (n >= base)
		to = put_number(to, n / base, base);
	*to = "0123456789abcdef"[n % base];
	return to + 1;
}

/* ":64@c7801040": no cache can be created with such a name. */
static void rename_orphan(struct kmem_cache *root)
{
	char *name = root->name_copy + SLAB_FREE_WRITES;

	*name++ = ':';
	name = put_number(name, root->stride, 10);
	*name++ = '@';
	*put_number(name, (unsigned long)root, 16) = '\0';
}

bool __kmem_cache_outlives(struct kmem_cache *cache)
{
	struct cache_stats stats;

	assert_held(&cache_chain_lock);
	if (!cache->users || cache->orphan)
		return false;
	cache_stats(cache, &stats);
	if (stats.active_objs)
		return false;
	cache->orphan = true;
	rename_orphan(cache);
	return true;
}

/* The last user of an orphan takes it along. */
void slub_leave_root(struct kmem_cache *cache)
{
	struct kmem_cache *root = cache->root;
	unsigned long flags;
	bool last;

	count_lent(cache, -cache->lent);
	spin_lock_irqsave(&cache_chain_lock, flags);
	last = !--root->users && root->orphan;
	spin_unlock_irqrestore(&cache_chain_lock, flags);
	if (last)
		BUG_ON(kmem_cache_destroy(root));
}
