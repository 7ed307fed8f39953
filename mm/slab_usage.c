/* SPDX-License-Identifier: 0BSD
 *
 * slab_usage.c - slabtop, and the overhead: reports on all caches, whatever the back end.
 *
 * 1. slabtop   The numbers and the form of procps' program of this name, as one picture. A cache's
 *              size is its objects' with all that is between them, as in slabinfo, which that
 *              program reads. Nothing is allocated: each row looks for the next cache in order.
 * 2. Overhead  Memory is lost in three places: a slab has free objects and its descriptor; an
 *              object is larger than what kmalloc() was asked for; and so is a large block. Usable
 *              is the size of the objects in use, as ksize() says. What was asked for is known
 *              where it is the same for all, in caches other than kmalloc()'s, and where who asked
 *              is kept (slab_debug=U).
 * 3. Locking   A cache's, while its numbers are read: so those of several caches need not fit
 *              together. mem_map is walked without a lock.
 */
#include <mm/slab_usage.h>
#include <lib/out.h>
#include <mm/mem_map.h>
#include <mm/report.h>
#include <mm/slab.h>
#include <mm/slab_debug.h>

#include "kmalloc.h"
#include "page_slow.h"
#include "slab_bug.h"
#include "slab_common.h"

#define for_each_cache(cache) \
	for ((cache) = kmem_cache_next(NULL); (cache); (cache) = kmem_cache_next(cache))

static bool chain_is_sound(struct out *out)
{
	if (slab_list_is_sound(&cache_chain))
		return true;
	out_printf(out, "# the cache chain is damaged\n");
	return false;
}

/* @part of @all, @scale being all of it; cut off. */
static unsigned long share_of(unsigned long part, unsigned long all, unsigned long scale)
{
	while (part > ~0UL / scale) { /* no division of 64 bits */
		all >>= 1;
		part >>= 1;
	}
	return all ? part * scale / all : 0;
}

/* --- slabtop ---------------------------------------------------------------------------------- */

struct totals {
	unsigned long active_objs, num_objs, active_slabs, num_slabs, active_caches, num_caches;
	unsigned long active_size, size; /* bytes */
	u32 min_size, max_size;
};

static void add_cache(struct totals *totals, const struct kmem_cache *cache)
{
	struct cache_stats stats;

	cache_stats(cache, &stats);
	totals->active_objs += stats.active_objs;
	totals->num_objs += stats.num_objs;
	totals->active_slabs += stats.active_slabs;
	totals->num_slabs += stats.num_slabs;
	totals->active_caches += stats.active_objs != 0;
	totals->num_caches++;
	totals->active_size += stats.active_objs * cache->stride;
	totals->size += stats.num_objs * cache->stride;
	totals->min_size = min(totals->min_size, cache->stride);
	totals->max_size = max(totals->max_size, cache->stride);
}

/* The end of a line: per cent with one place, rounded. */
static void show_share(struct out *out, unsigned long part, unsigned long all)
{
	unsigned long tenths = (share_of(part, all, 2000) + 1) / 2;

	out_printf(out, " (%lu.%lu%%)\n", tenths / 10, tenths % 10);
}

static void show_numbers(struct out *out, const char *what, unsigned long active, unsigned long all)
{
	out_printf(out, " %-35s: %lu / %lu", what, active, all);
	show_share(out, active, all);
}

/* KiB with two places, rounded. */
static void show_kib(struct out *out, int width, unsigned long bytes)
{
	unsigned long kib = bytes >> 10, hundredths = ((bytes & 1023) * 200 + 1024) / 2048;

	kib += hundredths / 100;
	out_printf(out, "%*lu.%02luK", width, kib, hundredths % 100);
}

static void show_sizes(struct out *out, const struct totals *t)
{
	out_printf(out, " %-35s: ", "Active / Total Size (% used)");
	show_kib(out, 0, t->active_size);
	out_printf(out, " / ");
	show_kib(out, 0, t->size);
	show_share(out, t->active_size, t->size);
	out_printf(out, " %-35s: ", "Minimum / Average / Maximum Object");
	show_kib(out, 0, t->num_caches ? t->min_size : 0);
	out_printf(out, " / ");
	show_kib(out, 0, t->num_objs ? t->size / t->num_objs : 0);
	out_printf(out, " / ");
	show_kib(out, 0, t->max_size);
	out_printf(out, "\n\n");
}

static void show_head(struct out *out)
{
	struct totals t = { .min_size = ~0U };
	struct kmem_cache *cache;

	for_each_cache(cache) add_cache(&t, cache);
	show_numbers(out, "Active / Total Objects (% used)", t.active_objs, t.num_objs);
	show_numbers(out, "Active / Total Slabs (% used)", t.active_slabs, t.num_slabs);
	show_numbers(out, "Active / Total Caches (% used)", t.active_caches, t.num_caches);
	show_sizes(out, &t);
	out_printf(out, "%6s %6s %4s %8s %6s %8s %10s %s\n", "OBJS", "ACTIVE", "USE", "OBJ SIZE",
		   "SLABS", "OBJ/SLAB", "CACHE SIZE", "NAME");
}

static void show_row(struct out *out, const struct kmem_cache *cache)
{
	struct cache_stats stats;

	cache_stats(cache, &stats);
	out_printf(out, "%6lu %6lu %3lu%% ", stats.num_objs, stats.active_objs,
		   share_of(stats.active_objs, stats.num_objs, 100));
	show_kib(out, 4, cache->stride);
	out_printf(out, " %6lu %8u %9luK %s\n", stats.num_slabs, cache->num, K(stats.pages),
		   cache->name);
}

static bool name_is_before(const char *a, const char *b)
{
	while (*a && *a == *b) {
		a++;
		b++;
	}
	return (u8)*a < (u8)*b;
}

/* The fewer names come before it, the more. */
static unsigned long rank_of_name(const struct kmem_cache *cache)
{
	struct kmem_cache *other;
	unsigned long rank = ~0UL;

	for_each_cache(other) rank -= name_is_before(other->name, cache->name);
	return rank;
}

/* The cache with the most comes first. */
static unsigned long rank_of(const struct kmem_cache *cache, char key)
{
	struct cache_stats s;

	cache_stats(cache, &s);
	return key == 'a'   ? s.active_objs
	       : key == 'b' ? cache->num
	       : key == 'c' ? s.pages
	       : key == 'l' ? s.num_slabs
	       : key == 'n' ? rank_of_name(cache)
	       : key == 'p' ? 1UL << cache->order
	       : key == 's' ? cache->stride
	       : key == 'u' ? share_of(s.active_objs, s.num_objs, 100)
	       : key == 'v' ? s.active_slabs
			    : s.num_objs;
}

/* A place in the order: of equal ranks the older cache comes first. */
struct place {
	struct kmem_cache *cache;
	unsigned long rank;
	unsigned int age;
};

static bool is_before(const struct place *a, const struct place *b)
{
	return a->rank > b->rank || (a->rank == b->rank && a->age < b->age);
}

/* The first cache behind @place, which is none at first; then that is none again. */
static void next_place(struct place *place, char key)
{
	struct place best = { 0 }, here = { 0 };

	for_each_cache(here.cache)
	{
		here.rank = rank_of(here.cache, key);
		if ((!place->cache || is_before(place, &here)) &&
		    (!best.cache || is_before(&here, &best)))
			best = here;
		here.age++;
	}
	*place = best;
}

void slabtop_show(struct out *out, char key, unsigned int rows)
{
	struct place place = { 0 };

	if (!chain_is_sound(out))
		return;
	show_head(out);
	for (; rows; rows--) {
		next_place(&place, key);
		if (!place.cache)
			return;
		show_row(out, place.cache);
	}
}

/* --- overhead --------------------------------------------------------------------------------- */

/* Is @cache one of those that kmalloc() serves from? */
static bool is_size_cache(const struct kmem_cache *cache)
{
	unsigned int i;

	for (i = 0; i < KMALLOC_NR_SIZES; i++)
		if (cache == kmalloc_caches[0][i] || cache == kmalloc_caches[1][i])
			return true;
	return false;
}

/* Adding up what was requested of the objects of a cache. */
struct requests {
	const struct kmem_cache *cache;
	unsigned long bytes;
	bool unknown; /* of one at least */
};

static void add_request(struct slab_object *o, void *data)
{
	struct requests *requests = data;
	struct slab_track track;

	if (o->state != OBJECT_USED || o->cache != requests->cache)
		return;
	if (slab_track(o->start, &track, NULL))
		requests->bytes += track.requested;
	else
		requests->unknown = true;
}

/* By the owners that are kept of the objects of @cache, a size cache. */
static void sum_requests(const struct kmem_cache *cache, struct slab_overhead *overhead)
{
	struct requests requests = { .cache = cache };
	struct slab_object o;
	unsigned long pfn;

	for_each_mem_map_block (pfn, 0, max_low_pfn) {
		struct page *page = pfn_to_page(pfn);

		if (PageSlab(page) && slab_locate(lowmem_page_address(page), &o))
			slab_for_each_object(page, add_request, &requests);
	}
	overhead->requested = requests.bytes;
	overhead->unknown = requests.unknown;
}

static void large_overhead(struct slab_overhead *overhead)
{
	unsigned long pfn;

	for_each_mem_map_block (pfn, 0, max_low_pfn)
		if (PageKmalloc(pfn_to_page(pfn)))
			overhead->taken += PAGE_SIZE << page_order(pfn_to_page(pfn));
	overhead->usable = overhead->taken;
	overhead->unknown = overhead->taken;
}

void slab_overhead(const struct kmem_cache *cache, struct slab_overhead *overhead)
{
	struct cache_stats stats;

	*overhead = (struct slab_overhead){ 0 };
	if (!cache) {
		large_overhead(overhead);
		return;
	}
	slab_check_cache(cache, __func__);
	cache_stats(cache, &stats);
	overhead->usable = stats.active_objs * cache->size;
	overhead->taken = (stats.pages << PAGE_SHIFT) + stats.shared_bytes;
	if (!stats.active_objs || !is_size_cache(cache))
		overhead->requested = overhead->usable;
	else if (cache->flags & SLAB_STORE_USER)
		sum_requests(cache, overhead);
	else
		overhead->unknown = true;
}

/* One of the numbers with its share of what was taken. */
static void show_part(struct out *out, unsigned long part, unsigned long taken)
{
	unsigned long tenths = (share_of(part, taken, 2000) + 1) / 2;

	out_printf(out, "%10lu %3lu.%lu%%", part, tenths / 10, tenths % 10);
}

static void show_overhead(struct out *out, const char *name, const struct slab_overhead *o)
{
	out_printf(out, "%-17s %10lu", name, o->taken);
	show_part(out, o->usable, o->taken);
	if (o->unknown)
		out_printf(out, "%10s %5s\n", "?", "?");
	else {
		show_part(out, o->requested, o->taken);
		out_printf(out, "\n");
	}
}

static void add_overhead(struct out *out, const char *name, const struct kmem_cache *cache,
			 struct slab_overhead *all)
{
	struct slab_overhead o;

	slab_overhead(cache, &o);
	if (!o.taken)
		return;
	show_overhead(out, name, &o);
	all->requested += o.requested;
	all->usable += o.usable;
	all->taken += o.taken;
	all->unknown = all->unknown || o.unknown;
}

void slab_overhead_show(struct out *out)
{
	struct slab_overhead all = { 0 };
	struct kmem_cache *cache;

	if (!chain_is_sound(out))
		return;
	out_printf(out, "%-17s %10s %17s %17s\n", "name", "taken", "usable", "requested");
	for_each_cache(cache) add_overhead(out, cache->name, cache, &all);
	add_overhead(out, "large kmalloc()", NULL, &all);
	show_overhead(out, "all", &all);
}
