/* SPDX-License-Identifier: 0BSD
 *
 * page_owner.c - who allocated a page and who freed it last (page_debug.c has the theory).
 *
 * 1. Concepts    Two call traces for each page would be four times the memory of mem_map. They are
 *                in a table (stack_depot.c), with order and gfp of the request, and a page has the
 *                numbers of two. So a page costs four bytes, and "who holds most" is a walk over
 *                the traces, each of which counts the pages that it holds: those that were handed
 *                out to it, and not freed.
 * 2. Data        page_traces has a table for each block of mem_map, indexed like it. All of it, and
 *                the table of traces, comes from bootmem.
 * 3. Split       Every page of a block has the numbers, not only the first one: a block may be
 *    blocks      split, and its parts be freed one by one.
 * 4. Locking     depot.lock for the counts and new traces, innermost. Reports take none.
 * 5. Not done    The owner of an object: that is for the slab allocator to know. Time, process.
 *                __GFP_ZERO and __GFP_COMP, which page_alloc.c sees to when it has the block, are
 *                not in the gfp that is kept.
 */
#include <lib/align.h>
#include <lib/out.h>
#include <mm/bootmem.h>
#include "page_debug.h"
#include "stack_depot.h"

#define SKIP_CALLERS 1 /* page_owner_alloc() or page_owner_free() */

#define TRACES_MIN 1024UL
#define TRACES_MAX 16384UL

/* Of one page, as numbers of traces. */
struct page_traces {
	u16 allocated, freed;
};

static struct stack_depot depot;
static struct page_traces **page_traces; /* by block, as mem_map_blocks[] */

#define BLOCK_BYTES (MAX_ORDER_NR_PAGES * sizeof(struct page_traces))

/* --- the boot --------------------------------------------------------------------------------- */

/* Whole pages, so that they can be given back. Return: NULL without memory. */
static void *__init take(unsigned long size, unsigned long *taken)
{
	void *memory = bootmem_alloc_nopanic("page_owner", ALIGN_UP(size, PAGE_SIZE), PAGE_SIZE,
					     BOOTMEM_GOAL);

	if (memory)
		*taken += ALIGN_UP(size, PAGE_SIZE);
	return memory;
}

static void __init give_back(void *memory, unsigned long size)
{
	if (memory)
		free_bootmem(virt_to_phys(memory), ALIGN_UP(size, PAGE_SIZE));
}

/* Return: false without memory. */
static bool __init take_tables(unsigned long *taken)
{
	unsigned long block;

	depot.trace = take(depot.nr * sizeof(*depot.trace), taken);
	page_traces = take(MEM_MAP_BLOCKS * sizeof(void *), taken);
	if (!depot.trace || !page_traces)
		return false;
	for (block = 0; block < MEM_MAP_BLOCKS; block++) {
		if (!mem_map_blocks[block])
			continue;
		page_traces[block] = take(BLOCK_BYTES, taken);
		if (!page_traces[block])
			return false;
	}
	return true;
}

static void __init give_tables_back(void)
{
	unsigned long block;

	for (block = 0; page_traces && block < MEM_MAP_BLOCKS; block++)
		give_back(page_traces[block], BLOCK_BYTES);
	give_back(page_traces, MEM_MAP_BLOCKS * sizeof(void *));
	give_back(depot.trace, depot.nr * sizeof(*depot.trace));
}

void __init page_owner_init(void)
{
	unsigned long taken = 0;

	if (!page_debug_is_on(PAGE_DEBUG_OWNER))
		return;
	depot.nr = (unsigned int)min(max(nr_present_pages() / 4, TRACES_MIN), TRACES_MAX);
	if (take_tables(&taken)) {
		stack_depot_init(&depot, depot.trace, depot.nr);
		printk("page_owner: %luK for its tables, %u call traces\n", taken >> 10, depot.nr);
		return;
	}
	give_tables_back();
	page_debug_features &= ~PAGE_DEBUG_OWNER;
	printk(KERN_WARNING "page_owner: no memory for its tables (%luK were there), off\n",
	       taken >> 10);
}

/* --- traces ----------------------------------------------------------------------------------- */

static struct page_traces *traces_of(unsigned long pfn)
{
	return &page_traces[pfn / MAX_ORDER_NR_PAGES][pfn % MAX_ORDER_NR_PAGES];
}

/* Let a page name @number instead of *@place. Nobody reads the count of TRACE_NONE. */
static void rename_trace(u16 *place, u16 number)
{
	depot.trace[number].users++;
	depot.trace[*place].users--;
	*place = number;
}

void page_owner_alloc(struct page *page, unsigned int order, gfp_t gfp)
{
	struct page_traces *of = traces_of(page_to_pfn(page)), *end = of + (1UL << order);
	struct call_trace trace;
	unsigned long flags;
	u16 number;

	stack_depot_take(&trace, gfp, order, SKIP_CALLERS, 0);
	spin_lock_irqsave(&depot.lock, flags);
	number = stack_depot_number(&depot, &trace);
	depot.trace[number].held += 1UL << order;
	for (; of < end; of++)
		rename_trace(&of->allocated, number);
	spin_unlock_irqrestore(&depot.lock, flags);
}

/* What was never allocated (bootmem gives it) is counted off TRACE_NONE. */
void page_owner_free(struct page *page, unsigned int order)
{
	struct page_traces *of = traces_of(page_to_pfn(page)), *end = of + (1UL << order);
	struct call_trace trace;
	unsigned long flags;
	u16 number;

	stack_depot_take(&trace, 0, order, SKIP_CALLERS, 0);
	spin_lock_irqsave(&depot.lock, flags);
	number = stack_depot_number(&depot, &trace);
	for (; of < end; of++) {
		depot.trace[of->allocated].held--;
		rename_trace(&of->freed, number);
	}
	spin_unlock_irqrestore(&depot.lock, flags);
}

/* --- reports ---------------------------------------------------------------------------------- */

unsigned long page_owner_pages(void)
{
	unsigned long pages = 0;
	unsigned int i;

	for (i = TRACE_LOST; i < depot.nr; i++)
		pages += depot.trace[i].held;
	return pages;
}

/* @what was done by way of @trace. */
static void show_trace(struct out *out, const char *what, const struct call_trace *trace)
{
	char text[GFP_TEXT_SIZE];

	out_printf(out, "%s via order %u, gfp_mask 0x%x(%s)\n", what, trace->order, trace->gfp,
		   gfp_text(text, trace->gfp));
	stack_depot_show(out, trace);
}

void page_owner_show(struct out *out, unsigned long pfn)
{
	const struct page_traces *of;

	out = out ? out : page_debug_port->log;
	if (!out || !page_debug_is_on(PAGE_DEBUG_OWNER) || !pfn_valid(pfn))
		return;
	of = traces_of(pfn);
	if (of->allocated != TRACE_NONE)
		show_trace(out, "page last allocated", &depot.trace[of->allocated]);
	if (of->freed == TRACE_NONE)
		return;
	out_printf(out, "page last freed via order %u\n", depot.trace[of->freed].order);
	stack_depot_show(out, &depot.trace[of->freed]);
}

/* Of two traces the one with more pages is the larger one, or the one with the lower number.
 * Return: the largest one below @than; TRACE_NONE if there is none that holds pages. */
static unsigned int next_largest(unsigned int than)
{
	unsigned int i, best = TRACE_NONE;
	unsigned long limit = than == TRACE_NONE ? ~0UL : depot.trace[than].held, most = 0;

	for (i = TRACE_LOST; i < depot.nr; i++) {
		unsigned long pages = depot.trace[i].held;

		if (pages <= most || pages > limit || (pages == limit && i <= than))
			continue;
		best = i;
		most = pages;
	}
	return best;
}

void page_owner_largest(struct out *out, unsigned int nr)
{
	unsigned int i = TRACE_NONE;

	out = out ? out : page_debug_port->log;
	if (!out || !page_debug_is_on(PAGE_DEBUG_OWNER))
		return;
	while (nr-- && (i = next_largest(i)) != TRACE_NONE) {
		out_printf(out, "%lu pages ", depot.trace[i].held);
		show_trace(out, "allocated", &depot.trace[i]);
	}
}
