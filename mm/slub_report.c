/* SPDX-License-Identifier: 0BSD
 *
 * slub_report.c - what SLUB knows of a cache, a slab and an object, for reports.
 *
 * 1. Concepts    A report comes when something is damaged: nothing is followed before it is known
 *                to be what it should be. Of a chain of free objects as much counts as leads from
 *                one object of its slab to another, in as many steps at most as it has objects.
 * 2. Locking     slab_locate() and slab_for_each_object() take none; cache_stats() takes
 *                node->lock, and does without one that a panic has left behind.
 */
#include <mm/slab.h>

#include "slab_common.h"
#include "slub_cpu.h"
#include "slub_internal.h"

/* --- chains ---------------------------------------------------------------------------------- */

/* Does an object of the slab at @first have its link at @link? */
static bool is_link(const struct kmem_cache *cache, const struct page *first, uintptr link)
{
	uintptr offset = link - cache->offset - cache->red_left - slub_base(first);

	return IS_ALIGNED(link, sizeof(u32)) && !(offset % cache->stride) &&
	       offset / cache->stride < slub_num(cache, first);
}

/* The link behind @link; one that is an end if that leads to no object. */
static uintptr next_link(const struct kmem_cache *cache, const struct page *first, uintptr link)
{
	uintptr next = link ^ slub_step(link);

	return is_link(cache, first, next) ? next : SLUB_END;
}

/* Visit the objects of a chain that begins at @link by their numbers. Return: how many they are. */
static u32 walk_chain(const struct kmem_cache *cache, const struct page *first, uintptr link,
		      void (*visit)(u32 index, void *data), void *data)
{
	u32 met = 0, num = slub_num(cache, first);

	for (; is_link(cache, first, link) && met < num; met++) {
		visit(slub_index(cache, first, link), data);
		link = next_link(cache, first, link);
	}
	return met;
}

static void visit_nothing(u32 index __unused, void *data __unused)
{
}

/* Where the slab's own chain begins. */
static uintptr slab_chain(const struct kmem_cache *cache, const struct page *first)
{
	u32 free = first->slab_free;

	return free < slub_num(cache, first) ? slub_link(cache, first, free) : SLUB_END;
}

/* Where the list of the CPU that the slab is frozen for begins. */
static uintptr cpu_chain(const struct kmem_cache *cache, const struct page *first)
{
	unsigned int cpu;

	for (cpu = 0; cpu < NR_CPUS; cpu++)
		if (cache->cpu[cpu].page == first)
			return cache->cpu[cpu].freelist;
	return SLUB_END;
}

/* The objects of a slab that are free, a bit for each. */
struct free_map {
	u32 slab[SLUB_MAX_OBJECTS / 32], cpu[SLUB_MAX_OBJECTS / 32];
};

static void set_bit_of(u32 index, void *map)
{
	((u32 *)map)[index / 32] |= 1u << index % 32;
}

static void map_free(const struct kmem_cache *cache, const struct page *first, struct free_map *map)
{
	*map = (struct free_map){ 0 };
	walk_chain(cache, first, slab_chain(cache, first), set_bit_of, map->slab);
	walk_chain(cache, first, cpu_chain(cache, first), set_bit_of, map->cpu);
}

static enum slab_object_state state_in(const struct free_map *map, u32 index)
{
	if (map->slab[index / 32] >> index % 32 & 1)
		return OBJECT_FREE;
	return map->cpu[index / 32] >> index % 32 & 1 ? OBJECT_CACHED : OBJECT_USED;
}

/* --- objects --------------------------------------------------------------------------------- */

bool cache_is_invalid(const struct kmem_cache *cache)
{
	return cache->life == SLUB_GONE;
}

/* An exact inverse (U1) is nothing that other memory is likely to hold. */
bool cache_is_sound(const struct kmem_cache *cache)
{
	return cache->life == SLUB_LIVE &&
	       (cache->stride >> (cache->shift & 31)) * cache->inverse == 1;
}

/* The first page of the slab that @page belongs to; NULL if that cannot be said. */
static struct page *sound_first_page(struct page *page)
{
	const struct kmem_cache *cache = page->slab_cache;
	struct page *first = slub_first_page(page);
	unsigned long pfn = page_index(first);

	if (pfn >= max_low_pfn || !pfn_valid(pfn) || page < first ||
	    page >= first + (1UL << cache->order))
		return NULL;
	if (!PageSlab(first) || first->slab_cache != cache || !first->_count ||
	    (page_order(first) != cache->order && page_order(first) != cache->min_order))
		return NULL;
	return first;
}

static void describe(const struct free_map *map, u32 index, struct slab_object *o)
{
	o->index = index;
	o->start = (char *)(uintptr)o->begin + index * o->cache->stride;
	o->size = (u32)o->cache->size;
	o->state = state_in(map, index);
}

/* An object with what is around it, up to the next one. */
bool slab_locate(const void *addr, struct slab_object *o)
{
	struct page *page = slab_page_of(addr), *first;
	struct free_map map;
	unsigned long index;

	if (!page || !slab_is_cache(page->slab_cache))
		return false;
	first = sound_first_page(page);
	if (!first)
		return false;
	*o = (struct slab_object){ .cache = page->slab_cache, .first = first };
	o->num = slub_num(o->cache, first);
	o->begin = (const char *)slub_base(first) + o->cache->red_left;
	index = ((uintptr)addr - slub_base(first)) / o->cache->stride;
	if (index >= o->num)
		return true;
	map_free(o->cache, first, &map);
	describe(&map, (u32)index, o);
	return true;
}

void slab_for_each_object(struct page *first, void (*visit)(struct slab_object *o, void *data),
			  void *data)
{
	struct slab_object o = { .cache = first->slab_cache, .first = first };
	struct free_map map;
	u32 i;

	o.num = slub_num(o.cache, first);
	o.begin = (const char *)slub_base(first) + o.cache->red_left;
	map_free(o.cache, first, &map);
	for (i = 0; i < o.num; i++) {
		describe(&map, i, &o);
		visit(&o, data);
	}
}

bool slub_is_out(const struct page *page, const void *obj)
{
	struct slab_object o;

	return slab_locate(obj, &o) && o.state == OBJECT_USED && o.start == obj && PageSlab(page);
}

/* --- numbers --------------------------------------------------------------------------------- */

/* Objects of the slab at @first that are free. */
static u32 count_free(const struct kmem_cache *cache, const struct page *first)
{
	return walk_chain(cache, first, slab_chain(cache, first), visit_nothing, NULL) +
	       walk_chain(cache, first, cpu_chain(cache, first), visit_nothing, NULL);
}

static void count_slab(const struct kmem_cache *cache, const struct page *first,
		       struct cache_stats *stats)
{
	u32 free = count_free(cache, first);

	stats->active_objs -= free;
	if (free != slub_num(cache, first))
		return;
	stats->empty_slabs++;
	stats->empty_pages += 1UL << page_order(first);
}

/* Is there a slab of @cache, as a list says? */
static bool is_slab(const struct kmem_cache *cache, const struct page *first)
{
	unsigned long pfn = page_index(first);

	return pfn < max_low_pfn && pfn_valid(pfn) && PageSlab(first) && first->_count &&
	       first->slab_cache == cache;
}

/* Count what is free in the slabs of a list, as far as it is sound. */
static void count_node(const struct kmem_cache *cache, const struct kmem_cache_node *node,
		       struct cache_stats *stats)
{
	unsigned long flags, n;
	bool taken = report_lock(&node->lock, &flags);
	const struct page *first = slub_page_at(node->first);

	stats->num_slabs += node->nr_slabs;
	stats->num_objs += node->nr_objs;
	stats->active_objs += node->nr_objs;
	stats->pages += node->nr_pages;
	for (n = node->nr_partial; n && first && is_slab(cache, first); n--) {
		count_slab(cache, first, stats);
		first = slub_page_at(first->slab_next);
	}
	report_unlock(&node->lock, flags, taken);
}

unsigned long cache_nr_pages(const struct kmem_cache *cache)
{
	unsigned long nr = 0;
	int nid;

	for_each_online_node (nid)
		nr += READ_ONCE(cache->node[nid].nr_pages);
	return nr;
}

void cache_stats(const struct kmem_cache *cache, struct cache_stats *stats)
{
	unsigned int cpu;
	int nid;

	*stats = (struct cache_stats){ 0 };
	for_each_online_node (nid)
		count_node(cache, &cache->node[nid], stats);
	for (cpu = 0; cpu < NR_CPUS; cpu++)
		if (cache->cpu[cpu].page && is_slab(cache, cache->cpu[cpu].page))
			count_slab(cache, cache->cpu[cpu].page, stats);
	stats->active_slabs = stats->num_slabs - stats->empty_slabs;
	if (cache->root)
		stats->active_objs = stats->num_objs = cache->lent;
	else
		stats->active_objs -= cache->lent;
}

/* All is in struct page and in the caches. */
void slab_own_memory(void (*visit)(const void *start, size_t size, void *data) __unused,
		     void *data __unused)
{
}

/* --- damage ---------------------------------------------------------------------------------- */

void fastcall slub_bad_link(const struct kmem_cache *cache, const struct page *first, uintptr link,
			    const char *who)
{
	panic("BUG: %s: cache %s: free object %p of the slab at %p was written to: its link is "
	      "0x%x (write after free, or overrun of the object before it?)",
	      who, cache->name, (void *)(link - cache->offset), (void *)slub_base(first),
	      *slub_link_at(link));
}

void fastcall slab_bad_slab(const struct page *page, const char *who)
{
	panic("BUG: %s: cache %s: the struct page of %p is damaged: flags 0x%lx, count %d, first "
	      "page %p",
	      who, page->slab_cache->name, lowmem_page_address(page), page->flags, page->_count,
	      (const void *)page->slab_first);
}
