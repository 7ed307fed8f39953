/* SPDX-License-Identifier: 0BSD
 *
 * pages.h - what tests ask of struct pages beyond what mm/ itself needs.
 */
#ifndef TEST_PAGES_H
#define TEST_PAGES_H

#include <lib/align.h>
#include <mm/mmzone.h>

/* Does @pfn, which has a struct page, lie in a free block? */
static inline bool pfn_is_free(unsigned long pfn)
{
	unsigned int order;

	for (order = 0; order < MAX_ORDER; order++) {
		const struct page *first = pfn_to_page(ALIGN_DOWN(pfn, 1UL << order));

		if (PageBuddy(first) && page_order(first) >= order)
			return true;
	}
	return false;
}

/* A page of lowmem that was never the allocator's: firmware's, or the kernel image. */
static inline struct page *reserved_page(void)
{
	struct page *page = pfn_to_page(NODE_DATA(0)->node_start_pfn);

	while (!PageReserved(page))
		page++;
	return page;
}

#endif
