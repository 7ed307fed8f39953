/* SPDX-License-Identifier: 0BSD
 *
 * free_slow.c - blocks that come back with more state than the fast path takes.
 *
 * What __free_pages() (page_alloc.c) does not free itself comes here with nothing changed: a
 * pointer that may be anything, an order that may be anything, a state bit beyond those of a plain
 * block, or a sound block while pages are debugged, or while any page has an address of kmap(): the
 * state of a block's first page does not tell of the others. A kind of block that has to be undone
 * first is undone here; what is left over is a caller's bug, and stops.
 * Locking: none is held; free_block() judges and changes the block under one lock.
 */
#include <mm/highmem.h>
#include "internal.h"
#include "page_debug.h"
#include "page_slow.h"
#include "pcp.h"

void fastcall free_slow(struct page *page, unsigned int order)
{
	if (order >= MAX_ORDER || !page_valid(page))
		bad_free(page, order);
	if (order && nr_kmapped && PageHighMem(page) && is_plain_block(page, order))
		kmap_forget_block(page, order, "__free_pages");
	if (page_debugging && is_plain_block(page, order))
		page_debug_free(page, order);
	if (!free_block(page, order))
		free_unusual_block(page, order);
}

void fastcall free_unclaimed(struct page *page)
{
	/* On one CPU the reference is gone already; in any other case nothing has changed. */
	if (NR_CPUS == 1 && page->_count > 0)
		return;
	if (NR_CPUS == 1)
		page->_count++;
	free_slow(page, 0);
}
