/* SPDX-License-Identifier: 0BSD
 *
 * ktest_memory.c - what every test owes the machine: the memory that it took, and whole structures.
 *
 * Caches keep empty slabs, and areas of vmalloc() their descriptors until a flush, so a test that
 * gave back everything may still have fewer free pages after it. Both snapshots are therefore taken
 * with the areas flushed and every cache shrunk, and page tables, which are kept for good, are not
 * missed. Then the comparison can be exact: no tolerance, no direction. More free pages than before
 * are as wrong as fewer.
 */
#include <asm/pgtable.h>
#include <test/ktest_run.h>

#include <mm/highmem.h>
#include <mm/mm_check.h>
#include <mm/mmzone.h>
#include <mm/slab.h>
#include <mm/vmalloc.h>

static void add_cache(struct ktest_caches *sum, struct kmem_cache *cache)
{
	sum->nr++;
	sum->active += kmem_cache_active(cache);
}

static void give_back_what_waits(void)
{
	vm_unmap_aliases();
	kmem_cache_shrink_all();
}

void ktest_memory_record(struct ktest_memory *before)
{
	struct kmem_cache *cache;
	struct zone *zone;

	give_back_what_waits();
	drain_all_pages();
	for_each_zone (zone)
		before->free_pages[zone_number(zone)] = zone->nr_free_pages +
							kernel_nr_tables(zone);
	before->kmap_users = nr_kmap_users();

	before->nr_caches = 0;
	before->others = (struct ktest_caches){ 0 };
	for (cache = kmem_cache_next(NULL); cache; cache = kmem_cache_next(cache)) {
		if (before->nr_caches == KTEST_MAX_CACHES) {
			add_cache(&before->others, cache);
			continue;
		}
		before->caches[before->nr_caches].cache = cache;
		before->caches[before->nr_caches].active = kmem_cache_active(cache);
		before->nr_caches++;
	}
}

static void compare_zones(const struct ktest_memory *before)
{
	struct zone *zone;

	drain_all_pages();
	for_each_zone (zone) {
		unsigned long expected = before->free_pages[zone_number(zone)] -
					 kernel_nr_tables(zone);

		if (zone->nr_free_pages != expected)
			ktest_fault("leak: zone %s: expected %lu free pages, got %lu", zone->name,
				    expected, zone->nr_free_pages);
	}
}

/* Objects out of @cache before the test; -1 if there was no such cache. */
static long active_before(const struct ktest_memory *before, const struct kmem_cache *cache)
{
	unsigned int i;

	for (i = 0; i < before->nr_caches; i++)
		if (before->caches[i].cache == cache)
			return (long)before->caches[i].active;
	return -1;
}

static void compare_other_caches(const struct ktest_caches *before, const struct ktest_caches *now)
{
	if (now->nr != before->nr || now->active != before->active)
		ktest_fault("leak: the caches after the first %d: expected %u with %lu active "
			    "objects, got %u with %lu",
			    KTEST_MAX_CACHES, before->nr, before->active, now->nr, now->active);
}

static void compare_caches(const struct ktest_memory *before)
{
	struct ktest_caches others = { 0 };
	unsigned int kept = 0;
	struct kmem_cache *cache;

	for (cache = kmem_cache_next(NULL); cache; cache = kmem_cache_next(cache)) {
		long expected = active_before(before, cache);
		long active = (long)kmem_cache_active(cache);

		if (expected < 0 && before->nr_caches == KTEST_MAX_CACHES) {
			add_cache(&others, cache);
			continue;
		}
		if (expected < 0) {
			ktest_fault("leak: cache %s: the test left it behind, with %ld objects out",
				    kmem_cache_name(cache), active);
			continue;
		}
		kept++;
		if (active != expected)
			ktest_fault("leak: cache %s: expected %ld active objects, got %ld",
				    kmem_cache_name(cache), expected, active);
	}
	if (kept != before->nr_caches)
		ktest_fault("%u caches that were there before the test are gone",
			    before->nr_caches - kept);
	compare_other_caches(&before->others, &others);
}

void ktest_memory_compare(const struct ktest_memory *before)
{
	give_back_what_waits();
	compare_zones(before);
	compare_caches(before);
	if (nr_kmap_users() != before->kmap_users)
		ktest_fault("leak: expected %lu users of kmap() and kmap_atomic(), got %lu",
			    before->kmap_users, nr_kmap_users());
}

void ktest_memory_check(struct out *out)
{
	struct mm_check check = { .out = out };

	mm_check(&check);
	if (check.nr)
		ktest_fault("mm_check: expected 0 violations, got %u, %s first", check.nr,
			    check.first);
}
