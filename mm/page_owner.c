/* SPDX-License-Identifier: 0BSD
 *
 * page_owner.c - who allocated a page and who freed it last (page_debug.c has the theory).
 *
 * 1. Concepts    Two call traces of eight addresses for each page would be four times the memory of
 *                mem_map. But there are few different ones: each is kept once, with order and gfp
 *                of the request, and a page has the numbers of two. So a page costs four bytes,
 *                and "who holds most" is a walk over the traces, each of which counts its pages.
 * 2. Data        traces[] is its own hash table: a new trace takes an entry that no page names, one
 *                of a few behind its hash. Where there is none it is TRACE_LOST, which counts like
 *                any other. page_traces has a table for each block of mem_map, indexed like it. All
 *                of it comes from bootmem.
 * 3. Split       Every page of a block has the numbers, not only the first one: a block may be
 *    blocks      split, and its parts be freed one by one.
 * 4. Locking     page_owner_lock for the counts and new traces, innermost. Reports take none.
 * 5. Not done    The owner of an object: that is for the slab allocator to know. Time, process.
 *                __GFP_ZERO and __GFP_COMP, which page_alloc.c sees to when it has the block, are
 *                not in the gfp that is kept.
 */
#include <lib/align.h>
#include <lib/out.h>
#include <mm/bootmem.h>
#include "page_debug.h"

#define TRACE_DEPTH  8
#define SKIP_CALLERS 2 /* of page_debug.c and of this file */

/* An entry of traces[]: a kind of request, or of freeing. */
struct trace {
	unsigned long users; /* (page_owner_lock) pages that name it; 0: the entry is free */
	unsigned long pages; /* (page_owner_lock) handed out to it, and not freed */
	gfp_t gfp;
	u8 order;
	u8 nr; /* addresses */
	unsigned long entry[TRACE_DEPTH];
};

enum { TRACE_NONE, TRACE_LOST, TRACE_FIRST };

#define TRACES_MIN 1024UL
#define TRACES_MAX 16384UL
#define MAX_PROBES 32

/* Of one page, as numbers of traces. */
struct page_traces {
	u16 allocated, freed;
};

static struct trace *traces;
static unsigned int nr_traces;
static struct page_traces **page_traces; /* by block, as mem_map_blocks[] */

static spinlock_t page_owner_lock = __SPIN_LOCK_UNLOCKED(PAGE_OWNER_LOCK);

#define BLOCK_BYTES (MAX_ORDER_NR_PAGES * sizeof(struct page_traces))

/* --- the boot --------------------------------------------------------------------------------- */

/* Whole pages, so that they can be given back. Return: NULL without memory. */
static void *__init take(unsigned long size, unsigned long *taken)
{
	void *memory = alloc_bootmem_pages_nopanic(ALIGN_UP(size, PAGE_SIZE));

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

	traces = take(nr_traces * sizeof(*traces), taken);
	page_traces = take(MEM_MAP_BLOCKS * sizeof(void *), taken);
	if (!traces || !page_traces)
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
	give_back(traces, nr_traces * sizeof(*traces));
}

void __init page_owner_init(void)
{
	unsigned long taken = 0;

	if (!page_debug_is_on(PAGE_DEBUG_OWNER))
		return;
	nr_traces = (unsigned int)min(max(nr_present_pages() / 4, TRACES_MIN), TRACES_MAX);
	if (take_tables(&taken)) {
		printk("page_owner: %luK for its tables, %u call traces\n", taken >> 10, nr_traces);
		return;
	}
	give_tables_back();
	page_debug_features &= ~PAGE_DEBUG_OWNER;
	printk(KERN_WARNING "page_owner: no memory for its tables (%luK were there), off\n",
	       taken >> 10);
}

/* --- traces ----------------------------------------------------------------------------------- */

static u32 hash_of(const struct trace *trace)
{
	u32 hash = trace->gfp * 31 + trace->order;
	unsigned int i;

	for (i = 0; i < trace->nr; i++)
		hash = (hash ^ (u32)trace->entry[i]) * 0x9E3779B1u;
	return hash ^ hash >> 15;
}

static bool same_trace(const struct trace *a, const struct trace *b)
{
	unsigned int i;

	if (a->gfp != b->gfp || a->order != b->order || a->nr != b->nr)
		return false;
	for (i = 0; i < a->nr; i++)
		if (a->entry[i] != b->entry[i])
			return false;
	return true;
}

/* The number of @trace, which takes a free entry if it is new. */
static u16 number_of(const struct trace *trace)
{
	u32 hash = hash_of(trace);
	u16 free = TRACE_LOST;
	unsigned int i;

	assert_held(&page_owner_lock);
	for (i = 0; i < MAX_PROBES; i++) {
		u16 number = (u16)(TRACE_FIRST + (hash + i) % (nr_traces - TRACE_FIRST));

		if (traces[number].users && same_trace(&traces[number], trace))
			return number;
		if (!traces[number].users && free == TRACE_LOST)
			free = number;
	}
	if (free != TRACE_LOST)
		traces[free] = *trace;
	return free;
}

/* The call chain of the page allocator's caller, without a place in the table. */
static __noinline void take_trace(struct trace *trace, gfp_t gfp, unsigned int order)
{
	*trace = (struct trace){ .gfp = gfp, .order = (u8)order };
	trace->nr = (u8)page_debug_port->stack_trace(trace->entry, TRACE_DEPTH, SKIP_CALLERS);
	if (!trace->nr)
		trace->nr = 1; /* no caller can be found: address 0 */
}

static struct page_traces *traces_of(unsigned long pfn)
{
	return &page_traces[pfn / MAX_ORDER_NR_PAGES][pfn % MAX_ORDER_NR_PAGES];
}

/* Let a page name @number instead of *@place. Nobody reads the count of TRACE_NONE. */
static void rename_trace(u16 *place, u16 number)
{
	traces[number].users++;
	traces[*place].users--;
	*place = number;
}

void page_owner_alloc(struct page *page, unsigned int order, gfp_t gfp)
{
	struct page_traces *of = traces_of(page_to_pfn(page)), *end = of + (1UL << order);
	struct trace trace;
	unsigned long flags;
	u16 number;

	take_trace(&trace, gfp, order);
	spin_lock_irqsave(&page_owner_lock, flags);
	number = number_of(&trace);
	traces[number].pages += 1UL << order;
	for (; of < end; of++)
		rename_trace(&of->allocated, number);
	spin_unlock_irqrestore(&page_owner_lock, flags);
}

/* What was never allocated (bootmem gives it) is counted off TRACE_NONE. */
void page_owner_free(struct page *page, unsigned int order)
{
	struct page_traces *of = traces_of(page_to_pfn(page)), *end = of + (1UL << order);
	struct trace trace;
	unsigned long flags;
	u16 number;

	take_trace(&trace, 0, order);
	spin_lock_irqsave(&page_owner_lock, flags);
	number = number_of(&trace);
	for (; of < end; of++) {
		traces[of->allocated].pages--;
		rename_trace(&of->freed, number);
	}
	spin_unlock_irqrestore(&page_owner_lock, flags);
}

/* --- reports ---------------------------------------------------------------------------------- */

unsigned long page_owner_pages(void)
{
	unsigned long pages = 0;
	unsigned int i;

	for (i = TRACE_LOST; i < nr_traces; i++)
		pages += traces[i].pages;
	return pages;
}

static void show_entries(struct out *out, const struct trace *trace)
{
	show_calls(out, trace->entry, trace->nr);
	if (!trace->nr)
		out_printf(out, " (the table of call traces is full)\n");
}

/* @what was done by way of @trace. */
static void show_trace(struct out *out, const char *what, const struct trace *trace)
{
	char text[GFP_TEXT_SIZE];

	out_printf(out, "%s via order %u, gfp_mask 0x%x(%s)\n", what, trace->order, trace->gfp,
		   gfp_text(text, trace->gfp));
	show_entries(out, trace);
}

void page_owner_show(struct out *out, unsigned long pfn)
{
	const struct page_traces *of;

	out = out ? out : page_debug_port->log;
	if (!out || !page_debug_is_on(PAGE_DEBUG_OWNER) || !pfn_valid(pfn))
		return;
	of = traces_of(pfn);
	if (of->allocated != TRACE_NONE)
		show_trace(out, "page last allocated", &traces[of->allocated]);
	if (of->freed == TRACE_NONE)
		return;
	out_printf(out, "page last freed via order %u\n", traces[of->freed].order);
	show_entries(out, &traces[of->freed]);
}

/* Of two traces the one with more pages is the larger one, or the one with the lower number.
 * Return: the largest one below @than; TRACE_NONE if there is none that holds pages. */
static unsigned int next_largest(unsigned int than)
{
	unsigned int i, best = TRACE_NONE;
	unsigned long limit = than == TRACE_NONE ? ~0UL : traces[than].pages, most = 0;

	for (i = TRACE_LOST; i < nr_traces; i++) {
		unsigned long pages = traces[i].pages;

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
		out_printf(out, "%lu pages ", traces[i].pages);
		show_trace(out, "allocated", &traces[i]);
	}
}
