/* SPDX-License-Identifier: 0BSD
 *
 * page_debug.h - options that find misuse of pages while it happens, at the price of time. Names
 * are Linux's.
 *
 *   debug_pagealloc  a free page of lowmem is not mapped: whoever uses it faults at once
 *   page_poison      a free page is filled with PAGE_POISON, which is compared when it is handed
 *                    out again, and by mm_check()
 *   page_owner       who allocated a page and who freed it last, as call traces
 *   fail_page_alloc  requests fail on purpose
 *
 * While one of them is on, every page takes the slow way through the page allocator (no page lies
 * in a per-CPU list); with all off they cost nothing. mm/page_debug.c has the theory.
 */
#ifndef MM_PAGE_DEBUG_H
#define MM_PAGE_DEBUG_H

#include <mm/arch_api.h>

struct out;

#define PAGE_DEBUG_UNMAP  1u /* debug_pagealloc */
#define PAGE_DEBUG_POISON 2u /* page_poison */
#define PAGE_DEBUG_OWNER  4u /* page_owner */
#define PAGE_DEBUG_FAIL	  8u /* fail_page_alloc */

#define PAGE_POISON 0xaa

/* What the options ask of a port; a member may be NULL, and what needs it stays off. */
struct page_debug_port {
	/* Where reports go before a panic. */
	struct out *log;
	/* Put @nr pages of lowmem from @pfn on into the direct map, or take them out, with the TLB
	 * flushed. Must not allocate. Return: was the first one mapped? */
	bool (*map_pages)(unsigned long pfn, unsigned long nr, bool enable);
	/* See to it that @nr pages of lowmem from @pfn on can be given to map_pages(), without
	 * debug_pagealloc. Context: after mem_init(). Return: false without memory for that. */
	bool (*split_pages)(unsigned long pfn, unsigned long nr);
	/* Return addresses of the call chain, the innermost first, @skip callers of this function
	 * left out. Return: how many, @nr at most. */
	unsigned int (*stack_trace)(unsigned long *entry, unsigned int nr, unsigned int skip);
	/* The function that has @address, and how far it lies behind its start; NULL: none has. */
	const char *(*symbol)(unsigned long address, unsigned long *offset);
};

/* Ask for @features, or no longer. Context: before page_debug_init(). */
void page_debug_want(unsigned int features, bool on);

/* Which requests fail on purpose; mm/fail_page_alloc.c says how the numbers work together. */
struct fault_attr {
	unsigned int interval, probability; /* every so many-th, per cent */
	unsigned long space;		    /* bytes before the first one */
	int times;			    /* so often; -1: without an end */
	unsigned int count, seed;	    /* 0 */
};

/* `fail_page_alloc=`: let them fail. Context: before page_debug_init(). */
void fail_page_alloc_want(const struct fault_attr *wanted);

/* Switch on what was asked for, as far as @port (which stays; NULL: it has nothing) can. What it
 * cannot is a line in the log. Context: once, before lowmem is mapped in the end and before
 * free_area_init_nodes(). Without this call all is off. */
void page_debug_init(const struct page_debug_port *port);

/* Are all of @features on? */
bool page_debug_is_on(unsigned int features);

/* As Linux names it: must the direct map be of single pages? */
static inline bool debug_pagealloc_enabled(void)
{
	return page_debug_is_on(PAGE_DEBUG_UNMAP);
}

/* Who allocated page @pfn last, and who freed it last, each with order, gfp and call trace; nothing
 * while page_owner is off, or for a page that was never allocated. @out NULL: the port's log.
 * Context: any, also in a panic; no locks. */
void page_owner_show(struct out *out, unsigned long pfn);

/* The @nr call traces that hold most pages, one report each. As page_owner_show(). */
void page_owner_largest(struct out *out, unsigned int nr);

#endif
