/* SPDX-License-Identifier: 0BSD
 *
 * page_slow.h - the ways in and out of the page allocator that are not common, and what they use of
 * the fast ones. Nobody includes it but mm/.
 */
#ifndef MM_PAGE_SLOW_H
#define MM_PAGE_SLOW_H

#include <mm/compaction.h>
#include <mm/mmzone.h>

/* What is asked for, and where. */
struct alloc_request {
	gfp_t gfp; /* all of it: the zonelist knows the zone bits only */
	unsigned int order;
	enum migratetype type;	   /* of the page blocks that serve it first */
	struct zone *const *zones; /* the zonelist: best first, ended by NULL */
	int nid;		   /* the preferred node */
};

/* How often something is reported: zeroed at first. */
struct report_limit {
	u64 last;
	unsigned int suppressed; /* not reported since then */
	bool used;
};

/* page_fail.c: Count one more. Return: is it to be reported? Then @suppressed is how many before
 * were not. */
bool report_is_due(struct report_limit *limit, unsigned int *suppressed);

/* page_fail.c: @request gets no page: say so, unless it is not to be said or was said a moment ago.
 * One with __GFP_NOFAIL stops the kernel. */
void warn_alloc(const struct alloc_request *request);

/* page_fail.c: @request is to fail: say so, as warn_alloc() does. */
void warn_injected(const struct alloc_request *request);

/* compaction.c: Compact the zones that may serve @request, of order 1 and up, and where that may
 * help, until one has a block. Return: COMPACT_SUCCESS: ask again. */
enum compact_result try_to_compact_pages(const struct alloc_request *request);

/* page_slow.c: A block of 2^@order pages, when the fast path had none or was not to look: from any
 * zone of @zonelist, the first ones first. Return: its first page, or NULL. */
struct page *fastcall alloc_slow(const struct zonelist *zonelist, gfp_t gfp, unsigned int order);

/* free_slow.c: __free_pages() of what the fast path did not take: a bad block stops. */
void fastcall free_slow(struct page *page, unsigned int order);

/* Is @page the first one of a block of 2^@order pages that is in use, and nothing else? */
static __always_inline bool is_plain_block(const struct page *page, unsigned int order)
{
	return page->_count == 1 && !((page->flags ^ order_bits(order)) & PG_STATE_MASK);
}

/* page_alloc.c: Take a block of 2^@order pages from @zone, for a request of @type, and set its
 * state to that of a block in use. Return: its first page; NULL if the zone has none. Context:
 * takes zone->lock. */
struct page *fastcall rmqueue(struct zone *zone, unsigned int order, enum migratetype type);

/* page_alloc.c: Put the block of 2^@order pages at @page on its zone's free lists. Return: false,
 * and nothing is changed, if that is no block of this order that is in use, without any other
 * state. Context: takes zone->lock; @page is a struct page, and @order below MAX_ORDER. */
bool fastcall free_block(struct page *page, unsigned int order);

#endif
