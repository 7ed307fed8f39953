/* SPDX-License-Identifier: 0BSD
 *
 * stack_depot.c - call traces for those who keep many (page_owner.c, slab_debug.c).
 *
 * 1. Concepts    A trace of eight addresses for each page or object would be more than what is said
 *                about it. But there are few different ones: each is kept once, with what was asked
 *                for, and a page or object has its number.
 * 2. Data        A table is its own hash table: a new trace takes a place that nobody names, one of
 *                a few behind its hash. Where there is none it is TRACE_LOST, which counts like any
 *                other.
 * 3. Locking     depot->lock, innermost, for the counts and new traces. Who has a number and is
 *                counted may read the trace without it, so reports take none.
 */
#include <lib/out.h>
#include "page_debug.h"
#include "stack_depot.h"

#define MAX_PROBES   32
#define SEARCH_DEPTH 24 /* so deep is the caller looked for */

void stack_depot_init(struct stack_depot *depot, void *memory, unsigned int nr)
{
	spin_lock_init(&depot->lock, STACK_DEPOT_LOCK);
	depot->trace = memory;
	depot->nr = nr;
}

/* Where the calls of @all that are to be kept begin. */
static unsigned int first_kept(const unsigned long *all, unsigned int nr, uintptr caller)
{
	unsigned int i = 0;

	while (i < nr && all[i] != caller)
		i++;
	return i < nr ? i : 0;
}

__noinline void stack_depot_take(struct call_trace *trace, gfp_t gfp, unsigned int order,
				 unsigned int skip, uintptr caller)
{
	unsigned long all[SEARCH_DEPTH];
	unsigned int from, nr = 0;

	*trace = (struct call_trace){ .gfp = gfp, .order = (u8)order };
	if (page_debug_port->stack_trace)
		nr = page_debug_port->stack_trace(all, caller ? SEARCH_DEPTH : STACK_DEPTH,
						  skip + 1);
	from = first_kept(all, nr, caller);
	while (from < nr && trace->nr < STACK_DEPTH)
		trace->entry[trace->nr++] = all[from++];
	if (!trace->nr)
		trace->entry[trace->nr++] = caller; /* all that is known */
}

static u32 hash_of(const struct call_trace *trace)
{
	u32 hash = trace->gfp * 31 + trace->order;
	unsigned int i;

	for (i = 0; i < trace->nr; i++)
		hash = (hash ^ (u32)trace->entry[i]) * 0x9E3779B1u;
	return hash ^ hash >> 15;
}

static bool same_trace(const struct call_trace *a, const struct call_trace *b)
{
	unsigned int i;

	if (a->gfp != b->gfp || a->order != b->order || a->nr != b->nr)
		return false;
	for (i = 0; i < a->nr; i++)
		if (a->entry[i] != b->entry[i])
			return false;
	return true;
}

u16 stack_depot_number(struct stack_depot *depot, const struct call_trace *trace)
{
	u32 hash = hash_of(trace);
	u16 free = TRACE_LOST;
	unsigned int i;

	assert_held(&depot->lock);
	for (i = 0; i < MAX_PROBES; i++) {
		u16 number = (u16)(TRACE_FIRST + (hash + i) % (depot->nr - TRACE_FIRST));
		const struct call_trace *place = &depot->trace[number];

		if (place->users && same_trace(place, trace))
			return number;
		if (!place->users && free == TRACE_LOST)
			free = number;
	}
	if (free != TRACE_LOST)
		depot->trace[free] = *trace;
	return free;
}

void stack_depot_show(struct out *out, const struct call_trace *trace)
{
	show_calls(out, trace->entry, trace->nr);
	if (!trace->nr)
		out_printf(out, " (the table of call traces is full)\n");
}
