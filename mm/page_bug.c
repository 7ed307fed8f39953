/* SPDX-License-Identifier: 0BSD
 *
 * page_bug.c - what is said of a page that a caller must not have given: the values, and what the
 * mistake may have been.
 */
#include <lib/out.h>
#include <mm/compound.h>
#include <mm/highmem.h>
#include <mm/migrate.h>
#include <mm/mmzone.h>
#include <mm/page_debug.h>

static const char *page_pointer_story(const struct page *page)
{
	unsigned long pfn = page_offset(page) / sizeof(*page);

	if (!page)
		return "NULL: an allocation that failed?";
	if (virt_addr_valid(page))
		return "an address in memory: free_pages() or kfree()?";
	if (is_kmap_address(page))
		return "an address of kmap() or kmap_atomic()";
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

/* Who has @page, if it is not a block of alloc_pages() in use; NULL if nothing says so. */
static const char *other_owner(const struct page *page)
{
	if (PageReserved(page))
		return "page is reserved: it never came from the allocator";
	if (PageSlab(page))
		return "page belongs to a slab cache: use kmem_cache_free() or kfree()";
	if (PageKmalloc(page))
		return "page came from kmalloc(): use kfree()";
	if (PageMovable(page))
		return "page is registered as movable: __ClearPageMovable() first";
	if (PageIsolated(page))
		return "page is being moved: the last reference is not its owner's";
	return NULL;
}

static const char *wrong_order(const struct page *page, unsigned int order)
{
	return page_to_pfn(page) & ((1UL << order) - 1)
		       ? "wrong order, and the pfn is not aligned to it"
		       : "not the order that it was allocated with";
}

/* The first page of the block in use that @page lies inside of, whose own struct page says nothing;
 * NULL if it is not so. Blocks lie at multiples of their size, so few pages can be that. */
static const struct page *block_around(const struct page *page)
{
	unsigned int order;

	if (page->_count || PageFree(page) || PageTail(page) || other_owner(page))
		return NULL;
	for (order = 1; order < MAX_ORDER; order++) {
		const struct page *first = pfn_to_page(page_to_pfn(page) & -(1UL << order));

		if (first != page && first->_count && page_order(first) >= order)
			return first;
	}
	return NULL;
}

/* Why a block must not be freed. */
static const char *bad_free_reason(const struct page *page, unsigned int order)
{
	if (order >= MAX_ORDER)
		return "no such order";
	if (PageFree(page))
		return "page is free already: double free?";
	if (other_owner(page))
		return other_owner(page);
	if (PageTail(page))
		return "page lies inside a compound block: free its first page, or put_page()";
	if (block_around(page))
		return "not the first page of an allocated block: an address inside the block?";
	if (page->_count == 0)
		return "not the first page of an allocated block: double free, or an address "
		       "inside the block?";
	if (page_order(page) != order)
		return wrong_order(page, order);
	return "page state is damaged";
}

#define BAD_BLOCK "BUG: %s: pfn %lu, order %u (allocated with order %u), flags %lx, count %d: %s"
#define BAD_BLOCK_VALUES(who, page, order, reason) \
	who, page_to_pfn(page), order, page_order(page), (page)->flags, (page)->_count, reason

#define INSIDE                                                                                    \
	"BUG: %s: pfn %lu, order %u (inside the block of order %u at pfn %lu), flags %lx, count " \
	"%d: %s"
#define INSIDE_VALUES(who, page, order, first, reason)                                       \
	who, page_to_pfn(page), order, page_order(first), page_to_pfn(first), (page)->flags, \
		(page)->_count, reason

/* The page is valid: what is in it can be told. */
static void __noreturn bad_block(const char *who, const struct page *page, unsigned int order,
				 const char *reason)
{
	const struct page *first = block_around(page);

	page_owner_show(NULL, page_to_pfn(page));
	if (first)
		panic(INSIDE, INSIDE_VALUES(who, page, order, first, reason));
	panic(BAD_BLOCK, BAD_BLOCK_VALUES(who, page, order, reason));
}

void fastcall bad_free(const struct page *page, unsigned int order)
{
	if (!page_valid(page))
		bad_page_pointer(page, "__free_pages");
	bad_block("__free_pages", page, order, bad_free_reason(page, order));
}

void bad_free_show(struct out *out, const struct page *page, unsigned int order)
{
	const char *reason = bad_free_reason(page, order);
	const struct page *first = block_around(page);

	if (first)
		out_printf(out, INSIDE "\n",
			   INSIDE_VALUES("__free_pages", page, order, first, reason));
	else
		out_printf(out, BAD_BLOCK "\n",
			   BAD_BLOCK_VALUES("__free_pages", page, order, reason));
}

static const char *bad_reference_reason(const struct page *page)
{
	if (PageFree(page))
		return "page is free: freed while it was needed, or put more often than got?";
	if (other_owner(page))
		return other_owner(page);
	if (page->_count == 0)
		return "not the first page of a block: free, or inside one without __GFP_COMP?";
	return "page state is damaged";
}

void bad_reference(const struct page *page, const char *who)
{
	page_owner_show(NULL, page_to_pfn(page));
	panic("BUG: %s: pfn %lu, flags %lx, count %d: %s", who, page_to_pfn(page), page->flags,
	      page->_count, bad_reference_reason(page));
}

static const char *bad_split_reason(const struct page *page, unsigned int order)
{
	if (order >= MAX_ORDER)
		return "no such order";
	if (PageFree(page))
		return "page is free: split before it was allocated, or after it was freed?";
	if (other_owner(page))
		return other_owner(page);
	if (PageCompound(page))
		return "a compound block stays whole: allocate without __GFP_COMP";
	if (page->_count == 0)
		return "not the first page of an allocated block";
	if (page_order(page) != order)
		return wrong_order(page, order);
	if (page->_count > 1)
		return "somebody else has a reference to the whole block: put_page() forgotten?";
	return "page state is damaged";
}

void bad_split(const struct page *page, unsigned int order)
{
	if (!page_valid(page))
		bad_page_pointer(page, "split_page");
	bad_block("split_page", page, order, bad_split_reason(page, order));
}
