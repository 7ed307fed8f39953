/* SPDX-License-Identifier: 0BSD
 *
 * bootmem.h - the boot memory allocator: one bit a page, first fit (Gorman chapter 5, Mauerer
 * 3.4.3).
 *
 * Addresses and sizes are in bytes, addresses are physical; pfns are page numbers. "_pages" in a
 * name is about alignment: the size stays in bytes. Returned pointers are in the direct map and the
 * memory is zero.
 * Context: during the boot only, between init_bootmem() and free_all_bootmem(), one CPU, no locks;
 *          a call at any other time stops. All functions but those from
 *          bootmem_show() on lie in .init sections.
 * Failure: a caller's bug (size 0, an alignment that is no power of two, a range that wraps or lies
 *          in no node, freeing what is free) stops with the values. Without memory the plain forms
 *          panic; the _nopanic forms, and those that want low memory of one node, return NULL.
 */
#ifndef MM_BOOTMEM_H
#define MM_BOOTMEM_H

#include <mm/arch_api.h>

struct out;
struct pglist_data;

/* A piece of a node's memory that no other node's interrupts. */
typedef struct bootmem_data {
	unsigned long node_min_pfn;	 /* first pfn of the bitmap */
	unsigned long node_low_pfn;	 /* first pfn after it */
	unsigned long *node_bootmem_map; /* bit set = used; bit 0 is node_min_pfn */
	unsigned long map_pages;	 /* that the bitmap takes of a piece, freed in the end */
	unsigned long last_pos;		 /* page index of the end of the last allocation ... */
	unsigned long last_offset;	 /* ... and the bytes used in that page; 0 = full or none */
	unsigned long hint_goal, hint_idx; /* no free page in [hint_goal, hint_idx) */
	struct pglist_data *pgdat;	   /* whose it is */
	struct bootmem_data *next;
} bootmem_data_t;

/* All pieces, ascending, none empty, none reaching into the next. NULL: bootmem does not live. */
extern bootmem_data_t *bdata_list;

#define for_each_bootmem(bdata) for ((bdata) = bdata_list; (bdata); (bdata) = (bdata)->next)

/* How many there may be, beside those that ports bring along. */
#define BOOTMEM_PIECES 64

/* Pages that a bitmap for @pages pages takes. */
unsigned long bootmem_bootmap_pages(unsigned long pages);

/* Start the allocator for pfn [0, @pages) of node 0 with its bitmap at page @start; everything is
 * reserved. Called again, it starts anew. Sets min_low_pfn and max_low_pfn.
 * Return: bytes of the bitmap. */
unsigned long init_bootmem(unsigned long start, unsigned long pages);

/* The same for pfn [@startpfn, @endpfn) of the node @pgdat, which is online; the bitmap lies at
 * page @freepfn, in any node. What the node has of that range starts anew, and what it has
 * elsewhere stays: a node may have several pieces. Memory of another node stops. The limits of
 * lowmem are the caller's to set. pgdat->bdata is NULL, or a bootmem_data_t of the caller's for the
 * node's first piece. */
unsigned long init_bootmem_node(struct pglist_data *pgdat, unsigned long freepfn,
				unsigned long startpfn, unsigned long endpfn);

/* As init_bootmem_node(), where no memory is free for the bitmap: @map, of
 * BITS_TO_LONGS(@endpfn - @startpfn) words, belongs to somebody else, who frees it after
 * free_all_bootmem(). */
void init_bootmem_node_at(struct pglist_data *pgdat, unsigned long *map, unsigned long startpfn,
			  unsigned long endpfn);

#define BOOTMEM_DEFAULT	  0
#define BOOTMEM_EXCLUSIVE 1

/* Mark the pages of [@addr, @addr + @size) used, rounded outwards; they may be several nodes' or,
 * with @pgdat, must be that node's. Reserving twice is legal, but not if @flags has
 * BOOTMEM_EXCLUSIVE: then nothing is changed in any node if one page is used already. The form
 * without @flags, that of 2.4 and of both books, is BOOTMEM_DEFAULT.
 * Return: 0, or -EBUSY, which only BOOTMEM_EXCLUSIVE has. */
#define reserve_bootmem(addr, size, ...) __reserve_bootmem(addr, size, __VA_ARGS__ + 0)
#define reserve_bootmem_node(pgdat, addr, size, ...) \
	__reserve_bootmem_node(pgdat, addr, size, __VA_ARGS__ + 0)

int __reserve_bootmem(phys_addr_t addr, phys_addr_t size, int flags);
int __reserve_bootmem_node(struct pglist_data *pgdat, phys_addr_t addr, phys_addr_t size,
			   int flags);

/* The same for what of the bytes [@start, @last] a bitmap knows, which may be nothing: high memory,
 * or a node that is retired. */
void reserve_bootmem_known(phys_addr_t start, phys_addr_t last);

/* Mark the pages of [@addr, @addr + @size) free, rounded inwards: RAM, or what of an allocation or
 * a reservation is no longer needed. They may be several nodes' or, with @pgdat, must be that
 * node's. The bitmaps' own pages stay used. */
void free_bootmem(phys_addr_t addr, phys_addr_t size);
void free_bootmem_node(struct pglist_data *pgdat, phys_addr_t addr, phys_addr_t size);

/* @size bytes aligned to @align, at or above @goal if there is room, else below it; in whole pages
 * below @limit, unless that is 0: goal and size must leave room for that. Of the node @pgdat, or of
 * any one if it is NULL. @who is recorded for bootmem_show(); the macros below give the caller's
 * function name. Return: NULL if there is no memory. */
void *bootmem_alloc_in(const char *who, struct pglist_data *pgdat, unsigned long size,
		       unsigned long align, phys_addr_t goal, phys_addr_t limit) __must_check;

/* Always a part of its caller: a copy of its own would be kept, and refer to what is freed. */
static __always_inline void *__must_check bootmem_alloc_nopanic(const char *who, unsigned long size,
								unsigned long align,
								phys_addr_t goal)
{
	return bootmem_alloc_in(who, NULL, size, align, goal, 0);
}

/* The same, or panic. */
void *bootmem_alloc(const char *who, unsigned long size, unsigned long align, phys_addr_t goal);
void *bootmem_alloc_low(const char *who, unsigned long size, unsigned long align, phys_addr_t goal,
			phys_addr_t limit);

/* Of the node @pgdat, with the goal or without it, rather than of any other one. */
void *bootmem_alloc_node(const char *who, struct pglist_data *pgdat, unsigned long size,
			 unsigned long align, phys_addr_t goal);
void *bootmem_alloc_node_nopanic(const char *who, struct pglist_data *pgdat, unsigned long size,
				 unsigned long align, phys_addr_t goal) __must_check;

/* The same, not cleared: for who writes all of it before anybody reads it. */
void *bootmem_alloc_node_raw(const char *who, struct pglist_data *pgdat, unsigned long size,
			     unsigned long align, phys_addr_t goal) __must_check;

#define __alloc_bootmem(size, align, goal) bootmem_alloc(__func__, size, align, goal)
#define __alloc_bootmem_nopanic(size, align, goal) \
	bootmem_alloc_nopanic(__func__, size, align, goal)
#define __alloc_bootmem_node(pgdat, size, align, goal) \
	bootmem_alloc_node(__func__, pgdat, size, align, goal)
#define __alloc_bootmem_node_nopanic(pgdat, size, align, goal) \
	bootmem_alloc_node_nopanic(__func__, pgdat, size, align, goal)

/* What a device with 32 address lines reaches, in Linux's number. A port's <asm/mm_limits.h> may
 * have another. */
#ifndef ARCH_LOW_ADDRESS_LIMIT
#define ARCH_LOW_ADDRESS_LIMIT 0xffffffffUL
#endif

#define __alloc_bootmem_low(size, align, goal) \
	bootmem_alloc_low(__func__, size, align, goal, ARCH_LOW_ADDRESS_LIMIT)
#define __alloc_bootmem_low_nopanic(size, align, goal) \
	bootmem_alloc_in(__func__, NULL, size, align, goal, ARCH_LOW_ADDRESS_LIMIT)
#define __alloc_bootmem_low_node(pgdat, size, align, goal) \
	bootmem_alloc_in(__func__, pgdat, size, align, goal, ARCH_LOW_ADDRESS_LIMIT)

#define BOOTMEM_GOAL ((phys_addr_t)ZONE_DMA_END_PFN << PAGE_SHIFT) /* spare the DMA zone */

#define alloc_bootmem(size)	      __alloc_bootmem(size, SMP_CACHE_BYTES, BOOTMEM_GOAL)
#define alloc_bootmem_low(size)	      __alloc_bootmem_low(size, SMP_CACHE_BYTES, 0)
#define alloc_bootmem_pages(size)     __alloc_bootmem(size, PAGE_SIZE, BOOTMEM_GOAL)
#define alloc_bootmem_low_pages(size) __alloc_bootmem_low(size, PAGE_SIZE, 0)

#define alloc_bootmem_nopanic(size) __alloc_bootmem_nopanic(size, SMP_CACHE_BYTES, BOOTMEM_GOAL)

#define alloc_bootmem_pages_nopanic(size)     __alloc_bootmem_nopanic(size, PAGE_SIZE, BOOTMEM_GOAL)
#define alloc_bootmem_low_pages_nopanic(size) __alloc_bootmem_low_nopanic(size, PAGE_SIZE, 0)

#define alloc_bootmem_node(pgdat, size) \
	__alloc_bootmem_node(pgdat, size, SMP_CACHE_BYTES, BOOTMEM_GOAL)
#define alloc_bootmem_pages_node(pgdat, size) \
	__alloc_bootmem_node(pgdat, size, PAGE_SIZE, BOOTMEM_GOAL)
#define alloc_bootmem_low_pages_node(pgdat, size) \
	__alloc_bootmem_low_node(pgdat, size, PAGE_SIZE, 0)

/* Give every free page to the buddy allocator, then the bitmaps' own pages: bootmem is retired, of
 * all nodes or of one, which may have no bitmap. Return: pages given. Context: once, after
 * free_area_init_nodes(). */
unsigned long free_all_bootmem(void);
unsigned long free_all_bootmem_node(struct pglist_data *pgdat);

/* Has a node a bitmap: is the time between init_bootmem() and free_all_bootmem()? Context: any. */
bool bootmem_is_live(void);

/* Pages that are free in the bitmaps of all nodes, or of the node @pgdat. */
unsigned long bootmem_free_pages(void);
unsigned long bootmem_free_pages_node(const struct pglist_data *pgdat);

/* Over all nodes: pages that became used (by an allocation, a reservation or a new start), pages
 * that became free (in the end the bitmap's own too), and pages that free_all_bootmem() gave. With
 * the first two a port can prove the third: it sets them to 0 when it knows what is free. */
extern unsigned long bootmem_taken_pages, bootmem_given_pages, bootmem_released_pages;

/* Log every call (`bootmem_debug`). An allocation is one line:
 *
 *	bootmem::alloc_core WHO size=S [N pages] align=A goal=G limit=L nid=0 min_pfn=P start=ADDR
 *		from=I merged=0 last_pos=I->I last_offset=B->B
 *
 * here in two, or `failed` behind the limit. Numbers are hexadecimal: bytes and addresses; indices
 * I of bits, from page min_pfn of the piece on. The search for a free page began at `from`, which
 * lies behind the goal where the hint knew better; `last_pos` and `last_offset` are given before
 * and after the call. */
extern bool bootmem_debug;

/* What bootmem handed out, and to whom: address range, caller; then the sum of it. Works after the
 * boot too. */
void bootmem_show(struct out *out);

/* The part of it that touches page @pfn. */
void bootmem_page_show(struct out *out, unsigned long pfn);

/* Does a recorded allocation touch page @pfn? *@end_pfn, which is above @pfn, becomes lower if the
 * answer may be another one from there on. Context: any, after the boot too. */
bool bootmem_handed_out(unsigned long pfn, unsigned long *end_pfn);

#endif
