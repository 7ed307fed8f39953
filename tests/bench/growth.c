/* SPDX-License-Identifier: 0BSD
 *
 * growth.c - the machine as it is after a while of use, so that rows can be measured in it.
 *
 * Three options say how far it goes, and each has a figure that a row may grow with:
 *   bench.caches=N      N caches more, of 64 sizes, each with one object.
 *   bench.live=N        N objects of each size of kmalloc(). A third more were there before: every
 *                       slab has room again, as where objects of all ages lie.
 *   bench.used=PERCENT  So much of each zone is in use, by blocks of orders 0 to 5. CHURNS times
 *                       it was a tenth of the zone more, and blocks here and there were freed.
 * Caches and objects get half of the free lowmem at most, or nothing could be measured any more; a
 * comment in front of the rows says what became of the wish.
 */
#include "bench.h"

#include <lib/align.h>
#include <lib/format.h>
#include <lib/param.h>
#include <lib/random.h>
#include <test/pages.h>

#include "../mm/marks.h"
#include "kmalloc.h"

#define CACHES_MAX    10000
#define LIVE_MAX      1000000
#define USED_MAX      99
#define CACHE_SIZES   64
#define LARGEST_ORDER 5u
#define CHURNS	      8

struct bench_condition bench_condition;

static int __init set_caches(const char *value)
{
	return parse_u32(value, CACHES_MAX, &bench_condition.caches) ? 0 : -EINVAL;
}
KERNEL_PARAM(bench_caches, "bench.caches", set_caches);

static int __init set_live(const char *value)
{
	return parse_u32(value, LIVE_MAX, &bench_condition.live) ? 0 : -EINVAL;
}
KERNEL_PARAM(bench_live, "bench.live", set_live);

static int __init set_used(const char *value)
{
	return parse_u32(value, USED_MAX, &bench_condition.used) ? 0 : -EINVAL;
}
KERNEL_PARAM(bench_used, "bench.used", set_used);

/* ---- Caches */

static struct bench_resident *new_cache(unsigned int nr)
{
	size_t size = sizeof(struct bench_resident) + 8 * (nr % CACHE_SIZES);
	struct bench_resident *resident = NULL;
	struct kmem_cache *cache;
	char name[24];

	snprintf(name, sizeof(name), "growth-%u", nr);
	cache = kmem_cache_create(name, size, 0, 0, NULL);
	if (cache)
		resident = kmem_cache_alloc(cache, GFP_KERNEL | __GFP_NOWARN);
	if (resident)
		resident->cache = cache;
	else if (cache && kmem_cache_destroy(cache))
		panic("a cache without objects cannot be destroyed");
	return resident;
}

static unsigned long free_lowmem(void)
{
	return free_pages_of_kind(ZONE_DMA) + free_pages_of_kind(ZONE_NORMAL);
}

static void make_caches(struct bench_made *made, unsigned int n, unsigned long floor)
{
	struct bench_resident *resident;

	while (made->caches < n && free_lowmem() > floor) {
		resident = new_cache(made->caches);
		if (!resident)
			return;
		resident->next = made->residents;
		made->residents = resident;
		made->caches++;
	}
}

static void destroy_caches(struct bench_made *made)
{
	while (made->residents) {
		struct bench_resident *resident = made->residents;
		struct kmem_cache *cache = resident->cache;

		made->residents = resident->next;
		kmem_cache_free(cache, resident);
		if (kmem_cache_destroy(cache))
			panic("the benchmarks left objects of their caches behind");
	}
}

/* ---- Live objects */

static void free_chain(void **object)
{
	while (object) {
		void **next = *object;

		kfree(object);
		object = next;
	}
}

/* @n objects of @size bytes. Each fourth that was allocated is free in the end. Return: how many
 * there are. */
static unsigned long make_live_size(struct bench_made *made, size_t size, unsigned long n)
{
	void **spare = NULL, **object;
	unsigned long i, kept = 0;

	for (i = 0; kept < n; i++) {
		void ***chain = i % 4 == 3 ? &spare : &made->live;

		object = kmalloc(size, GFP_KERNEL | __GFP_NOWARN);
		if (!object)
			break;
		*object = *chain;
		*chain = object;
		kept += chain == &made->live;
	}
	free_chain(spare);
	return kept;
}

/* Every size may take the same share of @pages. */
static void make_live(struct bench_made *made, unsigned long n, unsigned long pages)
{
	unsigned long bytes = pages / KMALLOC_NR_SIZES * PAGE_SIZE / 4 * 3;
	unsigned int i;

	for (i = 0; i < KMALLOC_NR_SIZES; i++) {
		size_t size = kmalloc_sizes[i].size;

		made->objects += make_live_size(made, size, min(n, bytes / size));
	}
}

/* ---- Pages in use */

/* The next block for @zone, of a random order, or a smaller one if it has none; NULL at the end. */
static struct page *take_block(const struct zone *zone, gfp_t gfp, struct random *random)
{
	unsigned int order = lowest_bit(random_u32(random) | 1u << LARGEST_ORDER);
	struct page *page;

	while (order && !(zone_free_orders(zone) >> order))
		order--;
	page = alloc_pages(gfp | __GFP_NOWARN, order);
	if (page && page_zone(page) != zone) {
		__free_pages(page, order);
		return NULL;
	}
	return page;
}

static unsigned long used_pages(const struct zone *zone)
{
	return zone->managed_pages - zone_free_now(zone);
}

/* Until @pages of @zone are in use, or all. */
static void fill_zone(const struct zone *zone, gfp_t gfp, unsigned long pages,
		      struct random *random, struct list_head *held)
{
	unsigned long used = used_pages(zone);
	struct page *page;

	while (used < pages) {
		page = take_block(zone, gfp, random);
		if (!page)
			return;
		list_add(&page->lru, held);
		used += 1UL << page_order(page);
	}
}

static unsigned long pages_in(const struct list_head *held)
{
	const struct page *page;
	unsigned long pages = 0;

	list_for_each_entry (page, held, lru)
		pages += 1UL << page_order(page);
	return pages;
}

/* Free blocks of about @surplus pages; each is as likely to go as any other (Knuth's algorithm S:
 * what is still wanted, of what is still to come). */
static void free_some(struct list_head *held, unsigned long surplus, struct random *random)
{
	unsigned long left = pages_in(held);
	struct page *page, *next;

	list_for_each_entry_safe (page, next, held, lru) {
		unsigned long pages = 1UL << page_order(page);
		bool goes = random_below(random, (u32)left) < surplus;

		left -= pages;
		if (!goes)
			continue;
		surplus -= min(surplus, pages);
		list_del(&page->lru);
		__free_pages(page, page_order(page));
	}
}

static void use_zone(struct bench_made *made, enum zone_type type, gfp_t gfp)
{
	const struct zone *zone = &NODE_DATA(0)->node_zones[type];
	unsigned long pages = zone->managed_pages * made->used / 100, used;
	struct list_head *held = &made->held[type];
	struct random random;
	unsigned int i;

	random_seed(&random, 1);
	for (i = 0; i < CHURNS; i++) {
		fill_zone(zone, gfp, pages + zone->managed_pages / 10, &random, held);
		used = used_pages(zone);
		free_some(held, used - min(used, pages), &random);
	}
}

static void use_pages(struct bench_made *made)
{
	if (!made->used)
		return;
	marks_off();
	use_zone(made, ZONE_DMA, GFP_DMA);
	use_zone(made, ZONE_NORMAL, GFP_KERNEL);
	use_zone(made, ZONE_HIGHMEM, GFP_HIGHUSER_MOVABLE);
	marks_on();
}

/* ---- All of it */

void bench_condition_make(struct bench_made *made, struct bench_condition wish)
{
	unsigned long floor = free_lowmem() / 2, left;
	unsigned int zone;

	*made = (struct bench_made){ .used = wish.used };
	for (zone = 0; zone < MAX_NR_ZONES; zone++)
		INIT_LIST_HEAD(&made->held[zone]);
	make_caches(made, wish.caches, floor);
	left = free_lowmem();
	if (left > floor)
		make_live(made, wish.live, left - floor);
	use_pages(made);
}

void bench_condition_end(struct bench_made *made)
{
	unsigned int zone;

	for (zone = 0; zone < MAX_NR_ZONES; zone++)
		bench_free_list(&made->held[zone]);
	free_chain(made->live);
	destroy_caches(made);
	kmem_cache_shrink_all();
}

void bench_condition_show(const struct bench_made *made, struct out *out)
{
	if (made->caches || made->objects || made->used)
		out_printf(out,
			   "# measured beside %u caches, %lu objects, and %u%% of memory used\n",
			   made->caches, made->objects, made->used);
}
