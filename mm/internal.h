/* SPDX-License-Identifier: 0BSD
 *
 * internal.h - what the files of mm/ share among themselves. Nobody else includes it but tests.
 */
#ifndef MM_INTERNAL_H
#define MM_INTERNAL_H

#include <lib/bitmap.h>
#include <mm/mm_check.h>
#include <mm/mmzone.h>

/* The checkers of mm/, each at the end of its check_*.c; zones_absent() is that of both zones and
 * free lists, caches_absent() that of caches and their slabs. */
extern const struct mm_checker bootmem_checker, zones_checker, buddy_checker, pcp_checker,
	compound_checker, caches_checker, slab_checker, kmap_checker, page_debug_checker,
	vmalloc_checker, kfence_checker, slab_debug_checker;
const char *zones_absent(void);
const char *caches_absent(void);

/* list_sound.c: Is the list at @head linked both ways, as far as it can be followed without harm?
 * What is not a link of such a list, as @is_link says, is not followed. */
bool list_is_sound(const struct list_head *head, bool (*is_link)(const struct list_head *entry));

/* Short names: mm/ does not bring a string library along. */
static inline bool same_name(const char *a, const char *b)
{
	while (*a && *a == *b)
		a++, b++;
	return *a == *b;
}

/* Clear @n words of 32 bits at @p, without a call where the port can do that. */
#ifndef arch_clear_words
#define arch_clear_words(p, n) memset(p, 0, (n) * sizeof(u32))
#endif
static __always_inline void clear_words(void *p, size_t n)
{
	arch_clear_words(p, n);
}

/* bootmem.c: entries of the record for bootmem_show(), and allocations that it had no room for. A
 * test sets them back after its own. */
extern unsigned int bootmem_nr_records, bootmem_records_lost;

/* bootmem.c: What was forgotten or done twice, if no page is free in the bitmaps; NULL if one is,
 * or if all were given and then taken. */
const char *bootmem_empty_by_mistake(void);

/* bootmem.c: Is @pfn free in a bitmap? */
bool bootmem_page_is_free(unsigned long pfn);

/* mem_map.c: free_area_init_nodes() has blocks from @start on, up to @end at most, and asks for the
 * struct pages of one of them, for RAM of node @nid. Return: false if there is no room. */
void mem_map_begin(unsigned long start, unsigned long end);
bool mem_map_back(unsigned long block, int nid);

/* mm_init.c: mem_init() has run, and bootmem has not begun anew since. */
extern bool mem_init_done;
/* mm_init.c: It has run: pages can be asked for. */
extern bool pages_are_given;

/* mm_init.c: pages of RAM in [@start_pfn, @end_pfn). Context: the boot only. */
unsigned long present_pages_in(unsigned long start_pfn, unsigned long end_pfn);

/* compound.c: Make the block of 2^@order pages at @page, just handed out, a compound one. */
void prep_compound_page(struct page *page, unsigned int order);

/* compound.c: __free_pages() of a block that is compound, or has several references; any other one
 * stops. */
void fastcall free_unusual_block(struct page *page, unsigned int order);

/* Change state bits of a page in use, whose PG_kmapped another CPU may change at the same time. */
static inline void set_page_flags(struct page *page, unsigned long bits)
{
	__atomic_fetch_or(&page->flags, bits, __ATOMIC_RELAXED);
}

static inline void clear_page_flags(struct page *page, unsigned long bits)
{
	__atomic_fetch_and(&page->flags, ~bits, __ATOMIC_RELAXED);
}

/* What page->flags says about the place of @zone's pages. */
static inline unsigned long zone_place(const struct zone *zone)
{
	return (unsigned long)zone_idx(zone) << PG_ZONE_SHIFT |
	       (unsigned long)zone->zone_pgdat->node_id << PG_NODE_SHIFT;
}

#endif
