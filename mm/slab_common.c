/* SPDX-License-Identifier: 0BSD
 *
 * slab_common.c - the caches: their chain, names, creation and end (Gorman 8.1; Mauerer 3.6).
 *
 * 1. Concepts
 *    This is what every way to cut pages into objects has in common: a cache has a name, a size,
 *    an alignment, flags and perhaps a constructor, and all caches are on one chain. How the
 *    objects are kept is the matter of the back end (slab.c), which is called through the
 *    functions that slab_common.h lists.
 * 2. Data
 *    cache_chain links all caches; the first one, cache_cache, is static: its objects are the
 *    others.
 * 3. Invariants (check_slab.c)
 *    S1  The chain is linked both ways, begins with cache_cache, and all names differ.
 * 4. Locking
 *    cache_chain_lock, then the lock of one cache's back end, both with interrupts off. Reports
 *    print without any: they take the chain's lock for each step, and a cache's to count what it
 *    has, and do without one that a panic has left behind (report_lock()).
 */
#include <mm/slab.h>
#include <lib/errno.h>
#include <lib/out.h>
#include <mm/bootmem.h>
#include <mm/report.h>
#include <mm/shrinker.h>

#include "kfence.h"
#include "kmalloc.h"
#include "page_slow.h"
#include "slab_bug.h"
#include "slab_common.h"
#include "slab_debug.h"

LIST_HEAD(cache_chain);
DEFINE_SPINLOCK(cache_chain_lock);
bool slab_nomerge;

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

/* --- what is unusual ------------------------------------------------------------------------- */

gfp_t slab_special_gfp = SLAB_GFP_SPECIAL;

__noinline void *fastcall kmem_cache_alloc_other(struct kmem_cache *cache, gfp_t gfp)
{
	uintptr caller = (uintptr)__builtin_return_address(0);
	void *obj = kfence_try(cache, cache ? cache->size : 0, gfp, caller);

	return obj ? obj : cache_alloc_special(cache, gfp);
}

/* NULL is no cache either. */
__noinline void fastcall kmem_cache_free_other(struct kmem_cache *cache, const void *obj)
{
	uintptr caller = (uintptr)__builtin_return_address(0);

	slab_check_cache(cache, "kmem_cache_free");
	if (is_kfence_address(obj))
		kfence_free(cache, obj, "kmem_cache_free", caller);
	else
		slab_bad_free(obj, cache, "kmem_cache_free");
}

/* --- creating a cache ------------------------------------------------------------------------ */

/* A name is one word: slabinfo's readers split its lines at blanks. */
static const char *name_error(const char *name)
{
	u32 len = 0;

	if (!name)
		return "there is no name";
	while (len < CACHE_NAME_SIZE && name[len] > ' ' && name[len] < '\177')
		len++;
	if (len == CACHE_NAME_SIZE)
		return "the name is longer than 31 bytes";
	return len && !name[len] ? NULL : "the name is not one word";
}

static const char *printable(const char *name)
{
	return name_error(name) ? "(bad name)" : name;
}

/* Is @name one of the constants that are the names of the allocator's own caches? */
static bool is_own_name(const char *name)
{
	u32 i;

	for (i = 0; i < KMALLOC_NR_SIZES; i++)
		if (name == kmalloc_sizes[i].name || name == kmalloc_sizes[i].dma_name)
			return true;
	return name == cache_cache.name || name == cache_none.name;
}

const char *cache_name(const struct kmem_cache *cache)
{
	const char *name = cache->name;

	if (name && is_own_name(name))
		return name;
	if (name != cache->name_copy + SLAB_FREE_WRITES || !virt_addr_valid(name) ||
	    !virt_addr_valid(name + CACHE_NAME_SIZE - 1))
		return "(bad name)";
	return printable(name);
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
		panic("kmem_cache_create: no cache %s: %s", printable(name), why);
	return NULL;
}

/* HighMem is no help to a cache, however much of it is free. */
static struct kmem_cache *create_without_memory(const char *name, unsigned int flags)
{
	unsigned long free = nr_free_lowmem_pages(), present = nr_present_lowmem_pages();

	if (flags & SLAB_PANIC)
		panic("kmem_cache_create: no cache %s: out of memory (%lukB of %lukB of lowmem are "
		      "free, and %lukB of %lukB of HighMem)",
		      printable(name), K(free), K(present), K(nr_free_pages() - free),
		      K(nr_present_pages() - present));
	return NULL;
}

/* Let @cache have a copy of @name, which fits; those of the allocator's own caches are constants.
 * It can be read when it has been freed, too, for whoever uses a destroyed cache.
 * Return: false without memory. */
static bool keep_name(struct kmem_cache *cache, const char *name, unsigned int flags)
{
	char *to;

	cache->name = name;
	if (flags & CFLGS_PERMANENT)
		return true;
	cache->name_copy = to = kmalloc(SLAB_FREE_WRITES + CACHE_NAME_SIZE, GFP_KERNEL);
	if (!to)
		return false;
	cache->name = to += SLAB_FREE_WRITES;
	while ((*to++ = *name++))
		;
	return true;
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
	slab_debug_release(cache);
	__kmem_cache_release(cache);
	kfree(cache->name_copy);
	kmem_cache_free(&cache_cache, cache);
}

/* A cache line, halved while two objects fit into one half of it. */
static size_t hwcache_align(size_t size)
{
	size_t align = arch_cache_line();

	while (size <= align / 2)
		align /= 2;
	return align;
}

/* What the flags of a cache say about its pages. */
static gfp_t page_gfp(unsigned int flags)
{
	return (flags & SLAB_CACHE_DMA ? __GFP_DMA : 0) |
	       (flags & SLAB_RECLAIM_ACCOUNT ? __GFP_RECLAIMABLE : 0);
}

/* Fill in a cache that is zero but for its name. Return: false without memory. */
static bool cache_setup(struct kmem_cache *cache, size_t size, size_t align, unsigned int flags,
			void (*ctor)(void *))
{
	if (flags & SLAB_HWCACHE_ALIGN)
		align = max(align, hwcache_align(size));
	cache->size = size;
	cache->align = (unsigned int)max(align, sizeof(void *));
	cache->flags = flags;
	cache->gfp = page_gfp(flags);
	cache->ctor = ctor;
	slab_debug_layout(cache);
	return __kmem_cache_create(cache);
}

struct kmem_cache *cache_create(const char *name, size_t size, size_t align, unsigned int flags,
				void (*ctor)(void *))
{
	const char *error = create_error(name, size, align);
	struct kmem_cache *cache = NULL;

	if (!error) {
		cache = alloc_cache(name, flags);
		if (!cache)
			return create_without_memory(name, flags);
		if (!cache_setup(cache, size, align, flags, ctor)) {
			free_cache(cache);
			return create_without_memory(name, flags);
		}
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
	mm_bug_on(!slab_is_available(), "%s: kmem_cache_init() was not called before",
		  printable(name));
	if (slab_refuse_flags(printable(name), flags))
		return NULL;
	return cache_create(name, size, align, flags, ctor);
}

/* --- shrinking, the end, and the walk -------------------------------------------------------- */

unsigned long kmem_cache_shrink(struct kmem_cache *cache)
{
	slab_check_cache(cache, __func__);
	return __kmem_cache_shrink(cache);
}

/* The slabs of a cache may differ in their orders. Others may make some meanwhile. */
static unsigned long shrink_pages(struct kmem_cache *cache)
{
	unsigned long before = cache_nr_pages(cache), after;

	kmem_cache_shrink(cache);
	after = cache_nr_pages(cache);
	return before - min(before, after);
}

/* The newest first: a cache is created after the one that holds its descriptors, and after
 * cache_cache; shrinking it can empty slabs of these. */
unsigned long kmem_cache_shrink_all(void)
{
	unsigned long flags, freed = 0;
	struct list_head *pos;

	spin_lock_irqsave(&cache_chain_lock, flags);
	for (pos = cache_chain.prev; pos != &cache_chain; pos = pos->prev)
		freed += shrink_pages(list_entry(pos, struct kmem_cache, chain));
	spin_unlock_irqrestore(&cache_chain_lock, flags);
	return freed;
}

/* One pass of kmem_cache_reap(). */
static unsigned long reap_caches(unsigned long pages, bool only_idle)
{
	struct kmem_cache *cache;
	unsigned long freed = 0;
	struct list_head *pos;
	bool idle;

	for (pos = cache_chain.prev; pos != &cache_chain && freed < pages; pos = pos->prev) {
		cache = list_entry(pos, struct kmem_cache, chain);
		idle = cache_was_idle(cache);
		if (idle || !only_idle)
			freed += shrink_pages(cache);
	}
	return freed;
}

unsigned long kmem_cache_reap(unsigned long pages)
{
	unsigned long flags, freed;

	spin_lock_irqsave(&cache_chain_lock, flags);
	freed = reap_caches(pages, true);
	if (freed < pages)
		freed += reap_caches(pages - freed, false);
	spin_unlock_irqrestore(&cache_chain_lock, flags);
	return freed;
}

static const char *tune_error(unsigned int limit, unsigned int batchcount, unsigned int shared)
{
	if (!limit || limit > SLAB_LIMIT_MAX)
		return "the limit is not from 1 to 4096";
	if (!batchcount || batchcount > limit)
		return "the batch is not from 1 to the limit";
	return shared > SLAB_SHARED_MAX ? "more than 64 batches are shared" : NULL;
}

int kmem_cache_tune(struct kmem_cache *cache, unsigned int limit, unsigned int batchcount,
		    unsigned int shared)
{
	const char *error = tune_error(limit, batchcount, shared);
	int err = -EINVAL;

	slab_check_cache(cache, __func__);
	if (!error)
		err = __kmem_cache_tune(cache, limit, batchcount, shared);
	if (err == -EINVAL)
		printk("slab: cache %s: limit %u, batch %u, shared %u: %s\n", cache->name, limit,
		       batchcount, shared, error ? error : "it keeps no objects at hand");
	return err;
}

int kmem_cache_destroy(struct kmem_cache *cache)
{
	bool empty, outlives;
	unsigned long flags;

	if (!cache)
		return 0;
	slab_check_cache(cache, __func__);
	mm_bug_on(cache->flags & CFLGS_PERMANENT, "cache %s belongs to the allocator", cache->name);
	slab_debug_give_up(cache);
	spin_lock_irqsave(&cache_chain_lock, flags);
	empty = !kfence_active(cache);
	outlives = empty && __kmem_cache_outlives(cache);
	if (empty && !outlives)
		empty = __kmem_cache_shutdown(cache);
	if (empty && !outlives)
		list_del(&cache->chain);
	spin_unlock_irqrestore(&cache_chain_lock, flags);
	if (outlives)
		return 0;
	if (!empty) {
		printk("slab: cache %s not destroyed: %lu objects are out\n", cache->name,
		       kmem_cache_active(cache));
		slab_debug_remaining(cache);
		return -EBUSY;
	}
	free_cache(cache);
	return 0;
}

struct kmem_cache *kmem_cache_next(struct kmem_cache *cache)
{
	struct list_head *next;
	unsigned long flags;
	bool taken;

	if (cache)
		slab_check_cache(cache, __func__);
	taken = report_lock(&cache_chain_lock, &flags);
	next = cache ? cache->chain.next : cache_chain.next;
	report_unlock(&cache_chain_lock, flags, taken);
	return next == &cache_chain ? NULL : list_entry(next, struct kmem_cache, chain);
}

static unsigned long shrink_slabs(struct shrinker *shrinker __unused, unsigned long pages,
				  gfp_t gfp __unused)
{
	return kmem_cache_reap(pages);
}

/* Empty slabs and objects at hand are kept to save work, and go when memory is short. */
static struct shrinker slab_shrinker = { .name = "slab", .shrink = shrink_slabs };

u8 slab_home[MAX_NUMNODES];

/* A node may have no memory for objects, or none that is asked for first. */
static void __init find_homes(void)
{
	int nid;

	for_each_online_node (nid)
		slab_home[nid] = (u8)slab_first_node(GFP_KERNEL, nid);
}

void __init kmem_cache_init(void)
{
	mm_bug_on(!mem_init_done, "mem_init() was not called before");
	mm_bug_on(!list_empty(&cache_chain), "called twice");
	cache_cache.name = "kmem_cache";
	find_homes();
	kmem_cache_init_first();
	if (!cache_setup(&cache_cache, cache_bytes(), 0, CFLGS_PERMANENT, NULL))
		panic("no cache for caches");
	list_add(&cache_cache.chain, &cache_chain);
	register_shrinker(&slab_shrinker);
	kmalloc_init();
	kmem_cache_init_late();
	kfence_init();
}

bool slab_is_available(void)
{
	return !list_empty(&cache_chain);
}

/* --- reports --------------------------------------------------------------------------------- */

/* More than any holder needs, and on the only CPU no holder goes on anyway. */
#define REPORT_PATIENCE (NR_CPUS == 1 ? 0UL : CPU_RELAX_TURNS / 4)

/* The lock is all that a report writes to. */
static spinlock_t *writable(const spinlock_t *lock)
{
	return (spinlock_t *)(uintptr)lock;
}

bool report_lock(const spinlock_t *lock, unsigned long *flags)
{
	unsigned long waited = 0;

	*flags = local_irq_save();
	while (!spin_trylock(writable(lock))) {
		if (waited++ == REPORT_PATIENCE)
			return false;
		cpu_relax();
	}
	return true;
}

void report_unlock(const spinlock_t *lock, unsigned long flags, bool taken)
{
	if (taken)
		spin_unlock(writable(lock));
	local_irq_restore(flags);
}

unsigned long kmem_cache_active(const struct kmem_cache *cache)
{
	struct cache_stats stats;

	slab_check_cache(cache, __func__);
	cache_stats(cache, &stats);
	return stats.active_objs + kfence_active(cache);
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
		   "%6lu %6lu\n",
		   cache->name, stats.active_objs, stats.num_objs, cache->stride, cache->num,
		   1U << cache->order, stats.limit, stats.batchcount, stats.sharedfactor,
		   stats.active_slabs, stats.num_slabs, stats.sharedavail);
}

/* The pages of all caches together, those that they share first. */
static struct shared_pages count_pages(void)
{
	const struct kmem_cache *cache;
	struct shared_pages sum;
	struct cache_stats stats;
	unsigned long flags;
	bool taken;

	slab_shared_pages(&sum);
	taken = report_lock(&cache_chain_lock, &flags);
	list_for_each_entry (cache, &cache_chain, chain) {
		cache_stats(cache, &stats);
		sum.all += stats.pages;
		sum.empty += stats.empty_pages;
		if (cache->flags & SLAB_RECLAIM_ACCOUNT)
			sum.reclaimable += stats.pages;
	}
	report_unlock(&cache_chain_lock, flags, taken);
	return sum;
}

unsigned long slab_nr_pages(void)
{
	return count_pages().all;
}

unsigned long slab_nr_empty_pages(void)
{
	return count_pages().empty;
}

unsigned long slab_nr_reclaimable_pages(void)
{
	return count_pages().reclaimable;
}

/* What a cache has, and its part of the pages that are no single cache's. */
static unsigned long cache_pages(const struct kmem_cache *cache)
{
	struct cache_stats stats;

	cache_stats(cache, &stats);
	return stats.pages + DIV_ROUND_UP(stats.shared_bytes, PAGE_SIZE);
}

/* The caches that slab_log_largest() names. */
#define NR_LARGEST 5U

/* @cache among the @nr largest so far, in order of their pages. Return: how many they are now. */
static unsigned int add_to_largest(struct kmem_cache *largest[], unsigned int nr,
				   struct kmem_cache *cache)
{
	unsigned int at = nr;

	for (; at && cache_pages(largest[at - 1]) < cache_pages(cache); at--)
		if (at < NR_LARGEST)
			largest[at] = largest[at - 1];
	if (at < NR_LARGEST)
		largest[at] = cache;
	return min(nr + 1, NR_LARGEST);
}

void slab_log_largest(void)
{
	struct kmem_cache *largest[NR_LARGEST], *cache;
	struct cache_stats stats;
	unsigned int i, nr = 0;

	if (!slab_list_is_sound(&cache_chain))
		return;
	for (cache = kmem_cache_next(NULL); cache; cache = kmem_cache_next(cache))
		if (cache_pages(cache))
			nr = add_to_largest(largest, nr, cache);
	printk(KERN_WARNING "Slab: %lukB%s\n", K(slab_nr_pages()),
	       nr ? ", the largest caches:" : "");
	for (i = 0; i < nr; i++) {
		cache_stats(largest[i], &stats);
		printk(KERN_WARNING "  %-17s %8lukB, %lu of %lu objects in use\n", largest[i]->name,
		       K(cache_pages(largest[i])), stats.active_objs, stats.num_objs);
	}
}

void slab_out_of_memory(const struct kmem_cache *cache, gfp_t gfp)
{
	static struct report_limit limit;
	char text[GFP_TEXT_SIZE];
	struct cache_stats stats;
	unsigned int suppressed;

	if ((gfp & __GFP_NOWARN) || !report_is_due(&limit, &suppressed))
		return;
	cache_stats(cache, &stats);
	printk(KERN_WARNING "SLAB: Unable to allocate memory on node -1, gfp=0x%x(%s)\n", gfp,
	       gfp_text(text, gfp));
	printk(KERN_WARNING
	       "  cache: %s, object size: %u, order: %u, slabs: %lu/%lu, objs: %lu/%lu\n",
	       cache->name, cache->stride, cache->order, stats.active_slabs, stats.num_slabs,
	       stats.active_objs, stats.num_objs);
}

void slabinfo_show(struct out *out)
{
	struct kmem_cache *cache;

	slabinfo_show_head(out);
	if (!slab_list_is_sound(&cache_chain)) {
		out_printf(out, "# the cache chain is damaged\n");
		return;
	}
	for (cache = kmem_cache_next(NULL); cache; cache = kmem_cache_next(cache))
		slabinfo_show_cache(out, cache);
}
