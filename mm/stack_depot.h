/* SPDX-License-Identifier: 0BSD
 *
 * stack_depot.h - call traces, each kept once and named by a number: stack_depot.c. For mm/ and its
 * tests.
 */
#ifndef MM_STACK_DEPOT_H
#define MM_STACK_DEPOT_H

#include "internal.h"

struct out;

#define STACK_DEPTH 8

/* The number of no trace; of one for which the table had no room; the first one of the others. */
enum { TRACE_NONE, TRACE_LOST, TRACE_FIRST };

/* Who asked, and for what. The user of a table counts with @users how often he names a trace: with
 * 0 its place is free. What @held means is his matter. */
struct call_trace {
	unsigned long users, held; /* (stack_depot_lock) */
	gfp_t gfp;
	u8 order;
	u8 nr; /* addresses */
	unsigned long entry[STACK_DEPTH];
};

struct stack_depot {
	spinlock_t lock;
	struct call_trace *trace; /* NULL: there is no table */
	unsigned int nr;
};

/* Let @depot keep traces in @memory, which has room for @nr of them and is zero. */
void stack_depot_init(struct stack_depot *depot, void *memory, unsigned int nr);

/* Fill @trace with the calls that led here, without @skip callers of this function, as the port
 * knows them; they begin with the return address @caller if that is among them (0: none). */
void stack_depot_take(struct call_trace *trace, gfp_t gfp, unsigned int order, unsigned int skip,
		      uintptr caller);

/* The number of @trace, which takes a free place if it is new. Context: depot->lock. */
u16 stack_depot_number(struct stack_depot *depot, const struct call_trace *trace);

/* The calls of @trace, a line each. */
void stack_depot_show(struct out *out, const struct call_trace *trace);

#endif
