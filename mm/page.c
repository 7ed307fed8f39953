/* SPDX-License-Identifier: 0BSD
 *
 * page.c - from a struct page to its address.
 *
 * A function checks a pointer from its caller before it follows it: page_valid() costs little,
 * while a fault in mem_map, or garbage read from elsewhere, names no cause. What mm/ took from its
 * own lists is not checked again.
 */
#include <mm/highmem.h>

void *fastcall page_address(const struct page *page)
{
	if (unlikely(!page_valid(page)))
		bad_page_pointer(page, __func__);
	return PageHighMem(page) ? kmap_page_address(page) : lowmem_page_address(page);
}
