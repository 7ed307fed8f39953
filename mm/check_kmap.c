/* SPDX-License-Identifier: 0BSD
 *
 * check_kmap.c - compare the places of kmap(), the slots of kmap_atomic() and PG_kmapped with the
 * invariants K1-K5 of kmap.c.
 */
#include <mm/mem_map.h>
#include <mm/mm_check.h>
#include "internal.h"
#include "kmap.h"

#ifndef MM_NO_HIGHMEM

static const struct mm_invariant kmap_invariants[] = {
	{ "K1", "a place of kmap() is mapped if and only if its count is not 0, and to its page" },
	{ "K2", "every page with PG_kmapped has one place, and its hash chain leads there" },
	{ "K3", "a page that is mapped by kmap() is of HighMem and not free" },
	{ "K4", "free and unused places are as many as pkmap_half counts" },
	{ "K5", "a slot of kmap_atomic() is mapped if and only if it is in use, and to its page, "
		"and no page behind a slot is" },
	{ NULL, NULL },
};

/* What @va is mapped to: a pfn, or PFN_MAX for nothing. */
static unsigned long mapped_pfn(unsigned long va)
{
	unsigned long pfn;

	return arch_lookup_kernel(va, &pfn) ? pfn : PFN_MAX;
}

static bool is_place(const struct pkmap *at)
{
	uintptr offset = (uintptr)at - (uintptr)pkmap;

	return offset < sizeof(pkmap) && !(offset % sizeof(*at));
}

/* How many links of the chain of @place's page lead to it; chains may be damaged, so none is
 * followed for ever. */
static unsigned int links_to(const struct pkmap *place)
{
	const struct pkmap *at = pkmap_hash[place->pfn % PKMAP_HASH_SIZE];
	unsigned int steps, links = 0;

	for (steps = 0; is_place(at) && steps < LAST_PKMAP; steps++, at = at->next)
		links += at == place;
	return links;
}

static void check_mapped_page(struct mm_check *check, const struct pkmap *place)
{
	const struct page *page = pfn_valid(place->pfn) ? pfn_to_page(place->pfn) : NULL;

	if (!page || !PageKmapped(page) || links_to(place) != 1)
		mm_violation(check, "K2", "place %lx: pfn %lu has %sPG_kmapped, %u links lead here",
			     pkmap_address(place), place->pfn,
			     page && PageKmapped(page) ? "" : "no ", links_to(place));
	else if (!PageHighMem(page) || PageFree(page))
		mm_violation(check, "K3", "place %lx: pfn %lu has flags %lx", pkmap_address(place),
			     place->pfn, page->flags);
}

/* Return: places in use. */
static unsigned long check_places(struct mm_check *check)
{
	struct pkmap_half found[2] = { { 0 } };
	unsigned long number;

	for (number = 0; number < LAST_PKMAP; number++) {
		const struct pkmap *place = &pkmap[number];
		unsigned long pfn = mapped_pfn(pkmap_address(place));

		if (pfn != (place->count ? place->pfn : PFN_MAX))
			mm_violation(check, "K1", "place %lx: count %u, pfn %lu, %smapped (to %lx)",
				     pkmap_address(place), place->count, place->pfn,
				     pfn == PFN_MAX ? "not " : "", pfn);
		if (place->count)
			check_mapped_page(check, place);
		found[number % 2].nr_free += !place->count;
		found[number % 2].nr_unused += place->count == 1;
	}
	for (number = 0; number < 2; number++)
		if (found[number].nr_free != pkmap_half[number].nr_free ||
		    found[number].nr_unused != pkmap_half[number].nr_unused)
			mm_violation(check, "K4",
				     "half %lu: %u free and %u unused places, counted %u and %u",
				     number, found[number].nr_free, found[number].nr_unused,
				     pkmap_half[number].nr_free, pkmap_half[number].nr_unused);
	return LAST_PKMAP - found[0].nr_free - found[1].nr_free;
}

/* Pages of @zone with PG_kmapped. Those of free blocks are left to the checks of the free lists. */
static unsigned long kmapped_pages(const struct zone *zone)
{
	unsigned long pfn, pages = 0;

	for_each_zone_block (pfn, zone) {
		const struct page *page = pfn_to_page(pfn), *end = page + block_pages(page);

		for (; !PageBuddy(pfn_to_page(pfn)) && page < end; page++)
			pages += PageKmapped(page);
	}
	return pages;
}

static void check_pages(struct mm_check *check, unsigned long places)
{
	const struct zone *zone;
	unsigned long pages = 0;

	for_each_populated_zone (zone)
		pages += kmapped_pages(zone);
	if (pages != places || places != nr_kmapped)
		mm_violation(check, "K2",
			     "%lu pages have PG_kmapped, %lu places a page, counted %lu", pages,
			     places, nr_kmapped);
}

static void check_slots(struct mm_check *check, unsigned int cpu)
{
	const struct kmap_stack *stack = &per_cpu(kmap_stack, cpu);
	unsigned long slot;

	for (slot = 0; slot < KMAP_NR_SLOTS; slot++) {
		unsigned long va = KMAP_SLOT_VA + cpu * KMAP_CPU_BYTES + slot * KMAP_SLOT_BYTES;
		unsigned long pfn = mapped_pfn(va), behind = mapped_pfn(va + PAGE_SIZE);

		if (pfn != (slot < kmap_nr_used(stack) ? stack->slot[1 + slot].pfn : PFN_MAX) ||
		    behind != PFN_MAX)
			mm_violation(
				check, "K5",
				"CPU %u, slot %lu of %lu in use, pfn %lu: mapped to %lx, behind "
				"it %lx",
				cpu, slot, kmap_nr_used(stack), stack->slot[1 + slot].pfn, pfn,
				behind);
	}
}

static void kmap_check(struct mm_check *check)
{
	unsigned int cpu;

	check_pages(check, check_places(check));
	for (cpu = 0; cpu < NR_CPUS; cpu++)
		check_slots(check, cpu);
}

const struct mm_checker kmap_checker = { "kmap", kmap_invariants, kmap_check, zones_absent };
#endif
