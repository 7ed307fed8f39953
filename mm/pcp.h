/* SPDX-License-Identifier: 0BSD
 *
 * pcp.h - pages that each CPU keeps at hand (pcp.c has the theory).
 *
 * Nobody includes it but mm/ and tests. Context: any; no lock is needed but for what pcp_enter()
 * gives.
 */
#ifndef MM_PCP_H
#define MM_PCP_H

#include <mm/mmzone.h>
#include <mm/percpu.h>

#define PCP_BATCH_MAX  64
#define PCP_HIGH_MAX   9216 /* 36 MiB */
#define PCP_BLOCKS_MAX 64U  /* of one order that a list keeps */

/* In avail: one may go in. */
#define PCP_OPEN (1 << 24)

/* A list's blocks of one order; the letters as below. */
struct pcp_blocks {
	unsigned int nr;     /* (L) how many there are */
	unsigned int max;    /* (I) there is place for so many */
	struct page **block; /* (L) the hottest is the last */
	int pages;	     /* (I) of a block */
	unsigned long state; /* (I) order_bits() of one */
};

/* Pages of one zone and one migrate type for one CPU. Letter (L): whoever is in the list. */
struct pcp_list {
	/* Single pages in it; plus PCP_OPEN, unless somebody is in it, or nobody may be. Whoever
	 * finds it so has taken that away once more, and is about to put it back. */
	int avail;
	unsigned int limit;	   /* (L) it may hold so many of them */
	unsigned long taken;	   /* (L) pages handed out of it since the boot; wraps */
	unsigned int bytes;	   /* (I) with all that follows; the next CPU's is so far away */
	struct per_cpu_pages *pcp; /* (I) to which it belongs */
	struct pcp_blocks blocks[MAX_ORDER]; /* by order, from 1 on */
	struct page *pages[];		     /* (L) from the coldest to the hottest */
};

struct per_cpu_pages {
	unsigned int high;  /* (I) the lists together may hold so many pages, blocks included */
	unsigned int batch; /* (I) so many pages at once come from the zone or go back to it */
	int room; /* so many pages more may the blocks have; changed in one step, by who is in a
		   * list */
	/* (Z) Pages that this CPU got of the zone past the lists since the boot; wraps. */
	unsigned long taken;
	struct pcp_list *lists[MIGRATE_PCPTYPES]; /* (I) */
};

DECLARE_PER_CPU(struct per_cpu_pages, zone_pcp[MAX_ZONES]);

/* The running CPU's list for each kind of request: of the best zone of its node. */
DECLARE_PER_CPU(struct pcp_list *, gfp_list[GFP_LIST_MASK + 1]);

/* The zonelists of the running CPU's node, by a request's zone bits. */
DECLARE_PER_CPU(const struct zonelist *, local_zonelist[GFP_ZONEMASK + 1]);

/* A list that is closed for good, in the place of one that there is none of. */
extern struct pcp_list pcp_none;

/* Where a free page goes: for each page block CPU 0's list of its zone and type, or pcp_none. */
extern struct pcp_list *pageblock_list[MEM_MAP_BLOCKS];

/* The running CPU's list for one of CPU 0. If the caller goes on on another CPU meanwhile, that is
 * no harm: a list may be entered from anywhere. */
static __always_inline struct pcp_list *pcp_of_this_cpu(struct pcp_list *list)
{
	if (NR_CPUS == 1)
		return list;
	return (struct pcp_list *)((uintptr)list + smp_processor_id() * list->bytes);
}

/* Single pages in @list. Exact for who is in it, a guess for anybody else: one who finds it empty
 * takes one off for a moment. */
static inline unsigned int pcp_count(const struct pcp_list *list)
{
	unsigned int count = (unsigned int)READ_ONCE(list->avail) % PCP_OPEN;

	return count < PCP_OPEN / 2 ? count : 0;
}

/* The same for who is in it, in fewer instructions: with one CPU, nobody has changed the other bits
 * when this one goes on. */
static __always_inline unsigned int pcp_count_inside(const struct pcp_list *list)
{
	return NR_CPUS == 1 ? (unsigned int)list->avail : pcp_count(list);
}

/* There are @more single pages in @list. Others, who find it closed, may change avail, too. */
static __always_inline void pcp_add(struct pcp_list *list, int more)
{
#if NR_CPUS == 1
	local_add(more, &list->avail);
#else
	__atomic_add_fetch(&list->avail, more, __ATOMIC_RELEASE);
#endif
}

/* Go into @list, of whatever CPU, which nobody else can do until pcp_leave(). Never waits.
 * Return: false if somebody is in it, or nobody may be. */
static __always_inline bool pcp_enter(struct pcp_list *list)
{
#if NR_CPUS == 1
	if (likely(!local_add_negative(-PCP_OPEN, &list->avail)))
		return true;
#else
	if (likely(__atomic_sub_fetch(&list->avail, PCP_OPEN, __ATOMIC_ACQUIRE) >= 0))
		return true;
#endif
	pcp_add(list, PCP_OPEN);
	return false;
}

/* Leave it, with @more single pages in it than when it was entered. */
static __always_inline void pcp_leave_with(struct pcp_list *list, int more)
{
	pcp_add(list, PCP_OPEN + more);
}

static __always_inline void pcp_leave(struct pcp_list *list)
{
	pcp_leave_with(list, 0);
}

/* Has @page the state of a block of 2^@order pages in a per-CPU list, and no other bit? */
static inline bool is_pcp_page(const struct page *page, unsigned int order)
{
	return (page->flags & PG_STATE_MASK) == (PG_pcp | order_bits(order));
}

/* Pages of the blocks that @list keeps. */
static inline unsigned int pcp_block_pages(const struct pcp_list *list)
{
	unsigned int order, pages = 0;

	for (order = 1; order < MAX_ORDER; order++)
		pages += READ_ONCE(list->blocks[order].nr) << order;
	return pages;
}

/* The lists of @zone and @cpu. */
static inline struct per_cpu_pages *zone_pcp_of(const struct zone *zone, unsigned int cpu)
{
	return (struct per_cpu_pages *)((uintptr)zone->pageset + per_cpu_offset(cpu));
}

/* Take the one reference of @page, which is in use, in one step: of two that free it at once, one
 * fails. Return: false if that was not the only one; free_unclaimed() goes on then. */
static __always_inline bool pcp_claim(struct page *page)
{
#if NR_CPUS == 1
	return !--page->_count;
#else
	int one = 1;

	return __atomic_compare_exchange_n(&page->_count, &one, 0, false, __ATOMIC_ACQ_REL,
					   __ATOMIC_RELAXED);
#endif
}

/* free_slow.c: @page was not to be claimed: it has other references, or none. */
void fastcall free_unclaimed(struct page *page);

/* Make @page, which was claimed, the hottest of @list, which the caller is in, and leave that.
 * Return: false, and nothing is changed, if the list is full. */
static __always_inline bool pcp_push(struct pcp_list *list, struct page *page)
{
	unsigned int count = pcp_count_inside(list);

	if (unlikely(count >= list->limit))
		return false;
	page->flags |= PG_pcp;
	list->pages[count] = page;
	pcp_leave_with(list, 1);
	return true;
}

/* Stop: @page, taken from a list, was in no state to be there. It has a type as if it could return,
 * so that a caller needs no frame for the call. */
struct page *fastcall pcp_bad_page(struct page *page) __cold;

/* Go into @list, which nobody else can do until pcp_leave_with(@list, PCP_POPPED), and take its
 * hottest page off. Return: false, and nothing is changed, if it is empty, or somebody is in it, or
 * nobody may be; else the place of the page in *@at. */
static __always_inline bool pcp_enter_to_pop(struct pcp_list *list, int *at)
{
#if NR_CPUS == 1
#define PCP_POPPED 0
	if (unlikely(local_add_negative(-(PCP_OPEN + 1), &list->avail))) {
		pcp_add(list, PCP_OPEN + 1);
		return false;
	}
	*at = list->avail;
#else
#define PCP_POPPED (-1) /* only now, so that the count is always right */
	*at = __atomic_sub_fetch(&list->avail, PCP_OPEN, __ATOMIC_ACQUIRE) - 1;
	if (unlikely(*at < 0)) {
		pcp_leave(list);
		return false;
	}
#endif
	return true;
}

/* Take the hottest page of @list, which the caller is not in. Return: NULL if it is empty or cannot
 * be entered; a page whose state is for pcp_checked() to judge. */
static __always_inline struct page *pcp_pop(struct pcp_list *list)
{
	struct page *page;
	int at;

	if (unlikely(!pcp_enter_to_pop(list, &at)))
		return NULL;
	page = list->pages[at];
	page->flags ^= PG_pcp;
	page->_count = 1;
	list->taken++;
	pcp_leave_with(list, PCP_POPPED);
	return page;
}

/* The blocks of @pcp may have @more pages more. Return: fewer than none? */
static __always_inline bool pcp_add_room(struct per_cpu_pages *pcp, int more)
{
#if NR_CPUS == 1
	return local_add_negative(more, &pcp->room);
#else
	return __atomic_add_fetch(&pcp->room, more, __ATOMIC_RELAXED) < 0;
#endif
}

/* Keep the block of 2^@order pages at @page in @list, which the caller is in, if it is an ordinary
 * one in use, and there is room for it. @order: 1 to MAX_ORDER - 1. Return: false, and nothing is
 * changed, if not. */
static __always_inline bool pcp_push_block(struct pcp_list *list, struct page *page,
					   unsigned int order)
{
	struct pcp_blocks *blocks = &list->blocks[order];

	if (unlikely(blocks->nr >= blocks->max) ||
	    unlikely((page->flags & PG_STATE_MASK) != blocks->state))
		return false;
	if (unlikely(pcp_add_room(list->pcp, -blocks->pages))) {
		pcp_add_room(list->pcp, blocks->pages);
		return false;
	}
	if (unlikely(!pcp_claim(page))) {
		/* It has other references, or none: what comes next finds that out. */
		barrier();
		if (NR_CPUS == 1)
			page->_count++;
		pcp_add_room(list->pcp, blocks->pages);
		return false;
	}
	page->flags |= PG_pcp;
	blocks->block[blocks->nr++] = page;
	return true;
}

/* The hottest block of 2^@order pages that @list, which the caller is in, keeps. Return: NULL if
 * there is none; else as pcp_pop(). */
static __always_inline struct page *pcp_pop_block(struct pcp_list *list, unsigned int order)
{
	struct pcp_blocks *blocks = &list->blocks[order];
	struct page *page;

	if (unlikely(!blocks->nr))
		return NULL;
	page = blocks->block[--blocks->nr];
	pcp_add_room(list->pcp, blocks->pages);
	list->taken += (unsigned long)blocks->pages;
	page->flags ^= PG_pcp;
	page->_count = 1;
	return page;
}

/* @page, of 2^@order, which came from one of the two; it stops if it was in no state to be in a
 * list. */
static __always_inline struct page *pcp_checked(struct page *page, unsigned int order)
{
	return likely((page->flags & PG_STATE_MASK) == order_bits(order)) ? page
									  : pcp_bad_page(page);
}

/* A single page of @zone for a request of @type, from this CPU's list; if that is empty and the
 * zone is well above its marks, from a batch that the list takes. Return: NULL if there is none so,
 * or somebody is in the list. Context: takes zone->lock. */
struct page *fastcall pcp_alloc(struct zone *zone, enum migratetype type);

/* Put @page, which was claimed, in @list, which the caller is in and is full, after making room, or
 * free it; then leave the list. Context: takes zone->lock. */
void fastcall pcp_overflow(struct pcp_list *list, struct page *page);

/* For a zone of so many pages: how many come from the zone or go back to it at once, nearly as in
 * Linux 6.1, and how many the lists of a CPU may hold. 0: none. */
unsigned int zone_batchsize(unsigned long present_pages);
unsigned int zone_highsize(unsigned long present_pages);

/* Of a CPU's high, what the blocks can have; the rest is for single pages. */
static inline unsigned int pcp_high_of_blocks(unsigned int high)
{
	return high / 3;
}

/* Make @zone's lists, open unless pages are debugged. Context: the boot, before the zone has a free
 * page; takes memory of bootmem. */
void zone_pcp_init(struct zone *zone);

/* @cpu's list of @zone for pages of @type; pcp_none if pages of that type are in no list. */
struct pcp_list *pcp_list_of(const struct zone *zone, enum migratetype type, unsigned int cpu);

/* Close all lists, empty, or open them again. While they are closed every page comes from its zone
 * and goes back there, as it does all the time while pages are debugged. Context: not from an
 * interrupt handler: waits for whoever is in a list. */
void pcp_close_all(void);
void pcp_open_all(void);

#endif
