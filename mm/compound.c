/* SPDX-License-Identifier: 0BSD
 *
 * compound.c - blocks with references, blocks whose pages all know them, and blocks that are cut up
 * (Gorman 6.2, Mauerer 3.5.4; compound.h has the contract).
 *
 * 1. Concepts    The order bits and the count of a block in use are on its first page. The other
 *                pages of an ordinary block have no state: who finds one cannot tell what it is
 *                part of, and must not try. A compound block costs a pass over its pages, at the
 *                beginning and at the end, and then each leads to the first one.
 *                split_page() is the other way out: no page is part of anything any more.
 * 2. Data        PG_head beside the order of the first page; PG_tail and first_page on the others,
 *                in the place of the list links, which a page in use does not need.
 * 3. Invariants  (check_compound.c)
 *                M1 every page behind the first of a compound block has PG_tail, names the first,
 *                and has _count 0; M2 a page with PG_tail lies in the compound block that it
 *                names; M3 the pages behind the first of any other block in use have no state and
 *                _count 0.
 * 4. Locking     A count changes under zone->lock. But whoever holds the only reference gives it
 *                back as page_alloc.c does it, fast: nobody else may change the count then. With
 *                it, he changes the state of the block's pages without a lock.
 * 5. Not done    A reference to a page that may be free at any moment (get_page_unless_zero); a
 *                destructor of a block's own; references to what kmalloc() and caches hand out.
 */
#include <lib/align.h>
#include <mm/highmem.h>
#include <mm/page_alloc.h>
#include <mm/page_bug.h>
#include "internal.h"

/* What the first page of a block in use may have beside its order. */
#define PG_USE_MASK (PG_ORDER_MASK | PG_head | PG_movable | PG_isolated | PG_kmapped)

static bool is_in_use(const struct page *page)
{
	return page->_count > 0 && !(page->flags & PG_STATE_MASK & ~PG_USE_MASK);
}

/* --- compound blocks ------------------------------------------------------------------------- */

void prep_compound_page(struct page *page, unsigned int order)
{
	struct page *tail, *end = page + (1UL << order);

	if (!order)
		return;
	page->flags |= PG_head;
	for (tail = page + 1; tail < end; tail++) {
		tail->flags |= PG_tail;
		tail->first_page = page;
	}
}

/* Make an ordinary block of it again, whose last reference goes. */
static void destroy_compound_page(struct page *page)
{
	struct page *tail, *end = page + (1UL << page_order(page));

	clear_page_flags(page, PG_head);
	for (tail = page + 1; tail < end; tail++) {
		mm_bug_on((tail->flags & PG_STATE_MASK & ~PG_kmapped) != PG_tail ||
				  tail->first_page != page || tail->_count,
			  "pfn %lu in the compound block at pfn %lu has flags %lx, count %d, first "
			  "page %p (struct page written to?)",
			  page_to_pfn(tail), page_to_pfn(page), tail->flags, tail->_count,
			  (void *)tail->first_page);
		clear_page_flags(tail, PG_tail);
	}
}

/* --- references ------------------------------------------------------------------------------ */

/* The first page of the block that @page, which may be any value, stands for. */
static struct page *referenced_block(struct page *page, const char *who)
{
	if (!page_valid(page))
		bad_page_pointer(page, who);
	page = compound_head(page);
	if (!page_valid(page))
		bad_page_pointer(page, who);
	return page;
}

void fastcall get_page(struct page *page)
{
	struct page *first = referenced_block(page, __func__);
	struct zone *zone = page_zone(first);
	unsigned long flags;

	spin_lock_irqsave(&zone->lock, flags);
	if (unlikely(!is_in_use(first)))
		bad_reference(first, __func__);
	first->_count++;
	spin_unlock_irqrestore(&zone->lock, flags);
}

void fastcall put_page(struct page *page)
{
	struct page *first = referenced_block(page, __func__);

	if (unlikely(!is_in_use(first)))
		bad_reference(first, __func__);
	__free_pages(first, page_order(first));
}

/* Is one of several references taken? If not, the caller's is the only one. */
static bool drop_reference(struct page *page, unsigned int order)
{
	struct zone *zone = page_zone(page);
	unsigned long flags;
	bool shared;

	spin_lock_irqsave(&zone->lock, flags);
	if (unlikely(!is_in_use(page) || page_order(page) != order))
		bad_free(page, order);
	shared = page->_count > 1;
	if (unlikely(!shared && (page->flags & (PG_movable | PG_isolated))))
		bad_free(page, order);
	page->_count -= shared;
	spin_unlock_irqrestore(&zone->lock, flags);
	return shared;
}

void fastcall free_unusual_block(struct page *page, unsigned int order)
{
	if (drop_reference(page, order))
		return;
	kmap_forget_block(page, order, "__free_pages");
	if (PageHead(page))
		destroy_compound_page(page);
	__free_pages(page, order);
}

/* --- parts of blocks ------------------------------------------------------------------------- */

/* Make the block at @page, of whatever order, one of 2^@order pages: a part of it. */
static void set_block(struct page *page, unsigned int order)
{
	clear_page_flags(page, PG_ORDER_MASK);
	set_page_flags(page, order_bits(order));
	page->_count = 1;
}

void split_page(struct page *page, unsigned int order)
{
	struct page *end;

	if (order >= MAX_ORDER || !page_valid(page) || page->_count != 1 ||
	    (page->flags & PG_STATE_MASK & ~PG_kmapped) != order_bits(order))
		bad_split(page, order);
	for (end = page + (1UL << order); page < end; page++)
		set_block(page, 0);
}

/* Free the pages of the block at @page, of 2^@order, from number @used on, in blocks as large as
 * fit; those before it become single ones. */
static void trim_block(struct page *page, unsigned int order, unsigned long used)
{
	unsigned long end = 1UL << order, i;

	for (i = 0; i < used; i++)
		set_block(page + i, 0);
	while (i < end) {
		unsigned int part = lowest_bit(i);

		set_block(page + i, part);
		__free_pages(page + i, part);
		i += 1UL << part;
	}
}

void *alloc_pages_exact_nid(int nid, size_t size, gfp_t gfp)
{
	unsigned int order;
	struct page *page;

	mm_bug_on(!size, "0 bytes (a size that was not set?)");
	mm_bug_on(gfp & __GFP_HIGHMEM, "a page of HighMem has no address, gfp %x", gfp);
	order = get_order(size);
	page = alloc_pages_node(nid, gfp & ~__GFP_COMP, order);
	if (!page)
		return NULL;
	trim_block(page, order, PFN_UP(size));
	return lowmem_page_address(page);
}

void *alloc_pages_exact(size_t size, gfp_t gfp)
{
	return alloc_pages_exact_nid(NUMA_NO_NODE, size, gfp);
}

/* A size that is not the one asked for reaches into what is somebody else's, or nobody's. */
static void check_exact(unsigned long addr, const struct page *page, size_t size)
{
	if (unlikely(!is_in_use(page) || page_order(page)))
		panic("BUG: free_pages_exact: %zu bytes at %lx: pfn %lu is not one of them, "
		      "flags %lx, count %d (not the size asked for, or freed already?)",
		      size, addr, page_to_pfn(page), page->flags, page->_count);
}

void free_pages_exact(void *addr, size_t size)
{
	unsigned long start = (unsigned long)addr, pages = PFN_UP(size), i;
	struct page *page;

	if (!addr)
		return;
	mm_bug_on(start & (PAGE_SIZE - 1), "%p is not the address of a page", addr);
	page = virt_to_page(addr);
	for (i = 0; i < pages; i++)
		check_exact(start, virt_to_page((char *)addr + i * PAGE_SIZE), size);
	for (i = 0; i < pages; i++)
		__free_page(page + i);
}
