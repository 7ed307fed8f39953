/* SPDX-License-Identifier: 0BSD
 *
 * page.c - from a struct page to its address, and what is said of a pointer to no struct page.
 *
 * A function checks a pointer from its caller before it follows it: page_valid() costs little,
 * while a fault in mem_map, or garbage read from elsewhere, names no cause. What mm/ took from its
 * own lists is not checked again.
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

void *fastcall page_address(const struct page *page)
{
	if (unlikely(!page_valid(page)))
		bad_page_pointer(page, __func__);
	return PageHighMem(page) ? NULL : lowmem_page_address(page);
}
