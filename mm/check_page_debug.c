/* SPDX-License-Identifier: 0BSD
 *
 * check_page_debug.c - compare free pages and call traces with the invariants D1 and D2 of
 * page_debug.c.
 */
#include <mm/mem_map.h>
#include <mm/mm_check.h>
#include "internal.h"
#include "page_debug.h"

static const struct mm_invariant page_debug_invariants[] = {
	{ "D1", "with page_poison every byte of a free page is 0xaa" },
	{ "D2", "with page_owner the traces hold as many pages as are handed out" },
	{ NULL, NULL },
};

/* Is the rest of the free block at @first like it, as Z4 and P6 want it? */
static bool is_whole(const struct page *first)
{
	const struct page *page;
	unsigned long state = 0;

	for (page = first + 1; page < first + block_pages(first); page++)
		state |= (page->flags ^ (first->flags & PG_PLACE_MASK)) |
			 (unsigned int)page->_count;
	return !state;
}

/* A damaged block may hold pages that are in use, or that have no mapping: others report it. One
 * that only says that it is free stays mapped. */
static void check_poison(struct mm_check *check, struct page *first)
{
	unsigned long pages = block_pages(first);
	struct poison_damage damage;
	struct page *page;
	bool mapped;

	if (!is_whole(first))
		return;
	mapped = kernel_map_pages(first, pages, true);
	for (page = first; page < first + pages; page++)
		if (page_poison_damage(page, &damage))
			mm_violation(
				check, "D1",
				"pfn %lu, which is free, was written to from offset 0x%x to 0x%x",
				page_to_pfn(page), damage.first, damage.last);
	if (!mapped)
		kernel_map_pages(first, pages, false);
}

/* Return: the pages that are handed out. */
static unsigned long check_zone_blocks(struct mm_check *check, const struct zone *zone)
{
	unsigned long pfn, used = 0;

	for_each_zone_block (pfn, zone) {
		struct page *page = pfn_to_page(pfn);

		if (PageBuddy(page)) {
			if (page_debug_is_on(PAGE_DEBUG_POISON) && page_zone(page) == zone)
				check_poison(check, page);
		} else if (page->_count) {
			used += block_pages(page);
		}
	}
	return used;
}

static void page_debug_check(struct mm_check *check)
{
	const struct zone *zone;
	unsigned long used = 0, held;

	for_each_populated_zone (zone)
		used += check_zone_blocks(check, zone);
	held = page_debug_is_on(PAGE_DEBUG_OWNER) ? page_owner_pages() : used;
	if (held != used)
		mm_violation(check, "D2", "the traces hold %lu pages, %lu are handed out", held,
			     used);
}

static const char *page_debug_absent(void)
{
	return nr_present_pages() && page_debug_features ? NULL : "off, or not yet up";
}

const struct mm_checker page_debug_checker = { "page_debug", page_debug_invariants,
					       page_debug_check, page_debug_absent };
