/* SPDX-License-Identifier: 0BSD
 *
 * slub_list.c - the partial list of a node: linked both ways by page numbers.
 *
 * 1. Concepts    A struct page of 16 bytes has no room for two pointers beside the cache and the
 *                first free object. But slabs lie in lowmem, whose pages have numbers of 18 bits,
 *                and 13 bits count the objects of a slab: two words are enough for all four.
 * 2. Data        page->slab_next and slab_prev of a slab's first page; node->first, last,
 *                nr_partial. Page 0 is the firmware's, so 0 ends the list.
 * 3. Locking     node->lock.
 */
#include "slub_internal.h"

_Static_assert(ZONE_NORMAL_END_PFN <= 1UL << 18, "struct page has 18 bits for a page number");
_Static_assert(SLUB_MAX_OBJECTS < SLUB_NO_FREE, "struct page has 13 bits for an object");

/* What leads on from the slab at @pfn, and back: its own fields, or for 0 the ends of the list. */
static void set_next(struct kmem_cache_node *node, u32 pfn, u32 next)
{
	if (pfn)
		pfn_to_page(pfn)->slab_next = next & 0x3FFFF;
	else
		node->first = next;
}

static void set_prev(struct kmem_cache_node *node, u32 pfn, u32 prev)
{
	if (pfn)
		pfn_to_page(pfn)->slab_prev = prev & 0x3FFFF;
	else
		node->last = prev;
}

static void insert(struct kmem_cache_node *node, struct page *first, u32 prev, u32 next)
{
	u32 pfn = (u32)page_to_pfn(first);

	assert_held(&node->lock);
	set_prev(node, pfn, prev);
	set_next(node, pfn, next);
	set_next(node, prev, pfn);
	set_prev(node, next, pfn);
	node->nr_partial++;
}

void slub_list_add(struct kmem_cache_node *node, struct page *first)
{
	insert(node, first, 0, node->first);
}

void slub_list_add_tail(struct kmem_cache_node *node, struct page *first)
{
	insert(node, first, node->last, 0);
}

void slub_list_del(struct kmem_cache_node *node, struct page *first)
{
	assert_held(&node->lock);
	set_next(node, first->slab_prev, first->slab_next);
	set_prev(node, first->slab_next, first->slab_prev);
	first->slab_next = first->slab_prev = 0;
	node->nr_partial--;
}
