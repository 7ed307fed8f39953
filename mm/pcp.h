/* SPDX-License-Identifier: 0BSD
 *
 * pcp.h - single pages that each CPU keeps at hand (pcp.c has the theory).
 *
 * Nobody includes it but mm/ and tests. Context: any; no lock is needed but for what pcp_enter()
 * gives.
 */
#ifndef MM_PCP_H
#define MM_PCP_H

#include <mm/mmzone.h>
#include <mm/percpu.h>

#define PCP_BATCH_MAX 31
#define PCP_HIGH_MAX  (6 * PCP_BATCH_MAX)

#define PCP_MAX_ORDER 3 /* of a block that is kept at hand */

/* In avail: one may go in. */
#define PCP_OPEN (1 << 24)

/* Pages of one zone and one migrate type for one CPU. Letter (L): whoever is in the list. */
struct pcp_list {
	/* Single pages in it; plus PCP_OPEN, unless somebody is in it, or nobody may be. Whoever
	 * finds it so has taken that away once more, and is about to put it back. */
	int avail;
	unsigned int limit;  /* (L) it may hold so many of them */
	unsigned int type;   /* (I) its number among the lists of its zone */
	unsigned long taken; /* (L) pages handed out of it since the boot; wraps */
	struct page *block[PCP_MAX_ORDER + 1]; /* (L) by order, from 1 on; NULL: none */
	struct page *pages[PCP_HIGH_MAX];      /* (L) from the coldest to the hottest */
};

struct per_cpu_pages {
	unsigned int high;  /* (I) the lists together may hold so many pages, blocks included */
	unsigned int batch; /* (I) so many pages at once come from the zone or go back to it */
	/* (Z) Pages that this CPU got of the zone past the lists since the boot; wraps. */
	unsigned long taken;
	struct pcp_list lists[MIGRATE_PCPTYPES];
};

DECLARE_PER_CPU(struct per_cpu_pages, zone_pcp[MAX_ZONES]);

/* The running CPU's list for each kind of request: of the best zone of its node. */
DECLARE_PER_CPU(struct pcp_list *, gfp_list[GFP_LIST_MASK + 1]);

/* The zonelists of the running CPU's node, by a request's zone bits. */
DECLARE_PER_CPU(const struct zonelist *, local_zonelist[GFP_ZONEMASK + 1]);

/* A list that is closed for good, in the place of one that there is none of. */
DECLARE_PER_CPU(struct pcp_list, pcp_none);

/* Where a free page goes: for each page block CPU 0's list of its zone and type, or pcp_none. */
extern struct pcp_list *pageblock_list[MEM_MAP_BLOCKS];

/* The running CPU's list for one of CPU 0. If the caller goes on on another CPU meanwhile, that is
 * no harm: a list may be entered from anywhere. */
static __always_inline struct pcp_list *pcp_of_this_cpu(struct pcp_list *list)
{
	return (struct pcp_list *)((uintptr)list + per_cpu_offset(smp_processor_id()));
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

	for (order = 1; order <= PCP_MAX_ORDER; order++)
		pages += list->block[order] ? 1U << order : 0;
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

/* Keep the block of 2^@order pages at @page in @list, which the caller is in, if it is an ordinary
 * one in use, and the list has none of that order and room for it. @order: 1 to PCP_MAX_ORDER.
 * Return: false, and nothing is changed, if not. */
static __always_inline bool pcp_push_block(struct pcp_list *list, struct page *page,
					   unsigned int order)
{
	unsigned int pages = 1U << order;

	if (list->block[order] || list->limit < pcp_count_inside(list) + pages)
		return false;
	if (page->_count != 1 || (page->flags & PG_STATE_MASK) != order_bits(order))
		return false;
	if (unlikely(!pcp_claim(page))) {
		/* Somebody else freed it just now. */
		if (NR_CPUS == 1)
			page->_count++;
		return false;
	}
	page->flags |= PG_pcp;
	list->block[order] = page;
	list->limit -= pages;
	return true;
}

/* The same, after pcp_push_block() failed: once more, if only room is missing, and after making
 * some. */
bool fastcall pcp_make_room_for_block(struct pcp_list *list, struct page *page, unsigned int order);

/* The block of 2^@order pages that @list, which the caller is in, keeps. Return: NULL if there is
 * none; else as pcp_pop(). */
static __always_inline struct page *pcp_pop_block(struct pcp_list *list, unsigned int order)
{
	struct page *page = list->block[order];

	if (!page)
		return NULL;
	list->block[order] = NULL;
	list->limit += 1U << order;
	list->taken += 1U << order;
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

/* The batch for a zone of so many pages, as Linux 2.6.24 has it; high is six times that. */
unsigned int zone_batchsize(unsigned long present_pages);

/* Give @zone's lists their sizes, and open them unless pages are debugged. Context: the boot,
 * before the zone has a free page. */
void zone_pcp_init(struct zone *zone);

/* @cpu's list of @zone for pages of @type; pcp_none if pages of that type are in no list. */
struct pcp_list *pcp_list_of(const struct zone *zone, enum migratetype type, unsigned int cpu);

/* Close all lists, empty, or open them again. While they are closed every page comes from its zone
 * and goes back there, as it does all the time while pages are debugged. Context: not from an
 * interrupt handler: waits for whoever is in a list. */
void pcp_close_all(void);
void pcp_open_all(void);

#endif
