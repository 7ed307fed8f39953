/* SPDX-License-Identifier: 0BSD
 *
 * page_bulk.c - single pages in numbers, as an array or as a list.
 *
 * One at a time: the per-CPU lists take and give back whole batches under one lock (pcp.c), so
 * there is nothing to be saved by another way. Whoever gets fewer than he asked for keeps them.
 */
#include <mm/page_alloc.h>

unsigned long alloc_pages_bulk(gfp_t gfp, unsigned long nr, struct page **pages)
{
	unsigned long i;

	for (i = 0; i < nr; i++) {
		pages[i] = alloc_page(gfp);
		if (!pages[i])
			break;
	}
	return i;
}

void free_pages_bulk(struct page *const *pages, unsigned long nr)
{
	while (nr > 0)
		__free_page(pages[--nr]);
}

unsigned long alloc_pages_list(gfp_t gfp, unsigned long nr, struct list_head *list)
{
	struct page *page;
	unsigned long i;

	for (i = 0; i < nr; i++) {
		page = alloc_page(gfp);
		if (!page)
			break;
		list_add_tail(&page->lru, list);
	}
	return i;
}

void free_pages_list(struct list_head *list)
{
	struct page *page, *next;

	list_for_each_entry_safe (page, next, list, lru)
		__free_page(page);
	INIT_LIST_HEAD(list);
}
