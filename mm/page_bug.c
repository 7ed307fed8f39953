/* SPDX-License-Identifier: 0BSD
 *
 * page_bug.c - what is said of a page that a caller must not have given: the values, and what the
 * mistake may have been.
 */
#include <mm/mmzone.h>

static const char *page_pointer_story(const struct page *page)
{
	unsigned long pfn = page_offset(page) / sizeof(*page);

	if (!page)
		return "NULL: an allocation that failed?";
	if (virt_addr_valid(page))
		return "an address in memory: free_pages() or kfree()?";
	if (pfn >= MAX_PFN_LIMIT)
		return "it lies outside mem_map";
	if (page != pfn_to_page(pfn))
		return "it points between two of them";
	return "there is no RAM at its page frame";
}

void fastcall bad_page_pointer(const struct page *page, const char *who)
{
	panic("BUG: %s: %p is no struct page (%s)", who, (const void *)page,
	      page_pointer_story(page));
}

/* Why a block must not be freed. */
static const char *bad_free_reason(const struct page *page, unsigned int order)
{
	unsigned long pfn = page_to_pfn(page);

	if (order >= MAX_ORDER)
		return "no such order";
	if (PageReserved(page))
		return "page is reserved: it never came from the allocator";
	if (PageBuddy(page))
		return "page is free already: double free?";
	if (PageSlab(page))
		return "page belongs to a slab cache: use kmem_cache_free() or kfree()";
	if (PageKmalloc(page))
		return "page came from kmalloc(): use kfree()";
	if (page->_count == 0)
		return "not the first page of an allocated block: double free, or an address "
		       "inside the block?";
	if (page_order(page) != order)
		return pfn & ((1UL << order) - 1) ? "wrong order, and the pfn is not aligned to it"
						  : "not the order that it was allocated with";
	return "page state is damaged";
}

void fastcall bad_free(const struct page *page, unsigned int order)
{
	if (!page_valid(page))
		bad_page_pointer(page, "__free_pages");
	panic("BUG: __free_pages: pfn %lu, order %u (allocated with order %u), flags %lx, count "
	      "%d: %s",
	      page_to_pfn(page), order, page_order(page), page->flags, page->_count,
	      bad_free_reason(page, order));
}
