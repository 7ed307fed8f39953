/* SPDX-License-Identifier: 0BSD
 *
 * slab_map.c - which slab an address lies in, by one load.
 *
 * 1. Concepts
 *    Whoever frees an object has its address, and no more. The struct page of it leads to the slab,
 *    but whether it is there, and a slab's, are two questions to ask first. The map has an answer
 *    for all of the address space instead: for each page the slab that it belongs to, or slab_none,
 *    which has no objects.
 * 2. Data
 *    A word for each page of 4 KiB of the 4 GiB, at SLAB_MAP_START. Memory is behind the part for
 *    lowmem, a thousandth of that, and says what the struct pages say (S6, slab.c); the rest is one
 *    page over and over, which says slab_none and cannot be written to. Where lowmem is mostly
 *    holes its part would take more than an eighth of what is free, and ends before; a slab behind
 *    that is found by its struct page. A port without address space for the map leaves
 *    SLAB_MAP_START undefined, and the struct page is all that is asked.
 * 3. Locking
 *    As page->slab_page: a page's word is written by who makes or destroys its slab.
 */
#include <lib/align.h>
#include <mm/page_alloc.h>

#include "slab_common.h"
#include "slab_internal.h"

/* cache_none is nobody's to name, so kmem_cache_free() is not misled. */
struct slab slab_none = { .cache = &cache_none };

unsigned long slab_map_limit;

#ifdef SLAB_MAP_START
_Static_assert(sizeof(void *) == 4, "the map covers an address space of 32 bits");

#define ENTRIES_PER_PAGE (PAGE_SIZE / sizeof(struct slab *))
#define MAP_PAGES	 ((1UL << (32 - PAGE_SHIFT)) / ENTRIES_PER_PAGE)

static struct slab **__init alloc_table(void)
{
	struct slab **table = (struct slab **)__get_free_page(GFP_KERNEL);
	unsigned long i;

	for (i = 0; table && i < ENTRIES_PER_PAGE; i++)
		table[i] = &slab_none;
	return table;
}

/* Without memory for a page table there is none for a cache either, which says so. */
static bool __init map_table(unsigned long i, struct slab *const *table, pgprot_t prot)
{
	unsigned long pfn = (unsigned long)virt_to_phys(table) >> PAGE_SHIFT;

	return table && !arch_map_kernel(SLAB_MAP_START + (i << PAGE_SHIFT), pfn, 1, prot);
}

void __init kmem_cache_init_first(void)
{
	unsigned long tables = min(DIV_ROUND_UP(max_low_pfn, ENTRIES_PER_PAGE),
				   nr_free_lowmem_pages() / 8);
	struct slab **none = alloc_table();
	unsigned long i;

	for (i = 0; i < tables && map_table(i, alloc_table(), PROT_KERNEL_RW); i++)
		;
	slab_map_limit = i * ENTRIES_PER_PAGE;
	for (; i < MAP_PAGES && map_table(i, none, PROT_KERNEL_RO); i++)
		;
}

void slab_map_set(const struct page *page, unsigned int order, struct slab *slab)
{
	unsigned long pfn = page_to_pfn(page), end = min(pfn + (1UL << order), slab_map_limit);

	for (; pfn < end; pfn++)
		slab_map[pfn] = slab;
}
#endif
