/* SPDX-License-Identifier: 0BSD
 *
 * page.h - struct page: one for every page frame of RAM (Gorman 2.4, Mauerer 3.2.2).
 *
 * mem_map is one array, indexed by pfn. A port chooses where it lies:
 *   VMEMMAP_START     a window of MAX_PFN_LIMIT struct pages at this address, which must be in
 *                     every address space. pfn_to_page() is a constant plus a shift, and only the
 *                     parts that describe RAM are backed, by arch_map_kernel().
 *   MM_MEMMAP_LINEAR  one run of bootmem's memory, used where the direct map has it: no page table
 *                     is touched. Holes take struct pages as well, and the address is a variable.
 *   MM_MEMMAP_APART   with VMEMMAP_START: the window has pages of its own, as a program may give
 *                     it, and bootmem's stay unused.
 * What is described comes in whole blocks of MAX_ORDER_NR_PAGES, so that a page's buddy always has
 * a struct page too.
 *
 * Life of a page:
 *   reserved          PG_reserved                      from memmap_init_zone() on; never allocated
 *   free, first page  PG_buddy, order                  on zone->free_area[order]
 *   free, single      PG_pcp, _count 0                 in a per-CPU list (mm/pcp.h)
 *   free, other page  no bit, _count 0                 inside a free block
 *   allocated, first  order, _count 1 or more          handed out by alloc_pages(..., order)
 *   allocated, other  no bit, _count 0
 *   compound          PG_head, order, _count on the first  (compound.h)
 *                     PG_tail, first_page, _count 0 on the others
 *   movable           PG_movable beside the state of a single page in use  (migrate.h)
 *   slab              PG_slab on every page, and slab_cache says whose; the rest is the back end's,
 *                     but on the first page _count is not 0  (mm/slab_internal.h, mm/slub.c)
 */
#ifndef MM_PAGE_H
#define MM_PAGE_H

#include <lib/align.h>
#include <lib/list.h>
#include <mm/arch_api.h>
#include <mm/page_bug.h>

#define MAX_ORDER	   11 /* blocks of up to 2^10 pages, 4 MiB */
#define MAX_ORDER_NR_PAGES (1UL << (MAX_ORDER - 1))

struct kmem_cache;
struct movable_operations;
struct slab;

struct page {
	unsigned long flags; /* (Z) while free, else the owner's; node and zone bits never change */
	union {
		int _count; /* (Z) references, on the first page of an allocated block; else 0 */
		struct {
			/* (N) SLUB, first page of a slab: objects not in its chain, and one */
			u32 slab_refs : 13;
			u32 slab_prev : 18; /* (N) the slab in front in the partial list, or 0 */
		};
	};
	union {
		struct list_head lru; /* (Z) free list while PG_buddy; else the owner's */
		struct {
			struct kmem_cache *slab_cache; /* PG_slab: the cache ... */
			union {
				struct slab *slab_page;	 /* ... SLAB: the slab it belongs to */
				struct page *slab_first; /* SLUB: of a slab, on its other pages */
				struct {
					/* (N) SLUB, first page: the first free object ... */
					u32 slab_free : 13;
					u32 slab_frozen : 1; /* a CPU's, and in no list */
					u32 slab_next : 18;  /* the next one in the partial list */
				};
			};
		};
		struct page *first_page; /* PG_tail: the first page of its compound block */
		struct {
			/* (Z) PG_movable: what its owner does ... */
			const struct movable_operations *movable_ops;
			void *private; /* ... and what it is to the owner, who sets it */
		};
	};
};

_Static_assert(sizeof(void *) != 4 || sizeof(struct page) == 16, "ports have room for 16 bytes");

_Static_assert((sizeof(struct page) & (sizeof(struct page) - 1)) == 0, "see page_offset()");

/* page->flags, from the lowest bit: state bits, order (4 bits from bit 8), zone (2 bits from bit
 * 24), node (6 bits from bit 26). One word, so that one comparison recognises a buddy. */
#define PG_reserved (1UL << 0)	/* not the buddy allocator's: firmware, kernel image, bootmem */
#define PG_buddy    (1UL << 1)	/* first page of a free block; the order bits are its order */
#define PG_slab	    (1UL << 2)	/* owned by a slab cache */
#define PG_kmalloc  (1UL << 3)	/* first page of a kmalloc() too large for a cache */
#define PG_pcp	    (1UL << 4)	/* free, in a per-CPU list */
#define PG_head	    (1UL << 5)	/* first page of a compound block in use */
#define PG_tail	    (1UL << 6)	/* another page of one */
#define PG_movable  (1UL << 7)	/* (Z) a single page whose owner can move it */
#define PG_isolated (1UL << 12) /* (Z) taken from that owner, to be moved */
#define PG_kmapped  (1UL << 13) /* has an address of kmap() (kmap_lock) */

#define PG_ORDER_SHIFT 8
#define PG_ORDER_ONE   (1UL << PG_ORDER_SHIFT)
#define PG_ORDER_MASK  (15UL << PG_ORDER_SHIFT)
#define PG_ZONE_SHIFT  24
#define PG_NODE_SHIFT  26
#define PG_PLACE_MASK  (0xFFUL << PG_ZONE_SHIFT) /* zone and node: constant for a page */
#define PG_STATE_MASK  (~PG_PLACE_MASK)

#define mem_map ((struct page *)VMEMMAP_START)

static inline struct page *pfn_to_page(unsigned long pfn)
{
	return mem_map + pfn;
}

/* Bytes from the start of mem_map, and back. Offsets are combined like pfns, a power of two larger,
 * without dividing by sizeof(struct page) and multiplying again: buddy = offset ^ size. */
static inline unsigned long page_offset(const struct page *page)
{
	return (unsigned long)page - VMEMMAP_START;
}

static inline struct page *page_at(unsigned long offset)
{
	return (struct page *)(VMEMMAP_START + offset);
}

/* The pfn of @page, which may be any value: MAX_PFN_LIMIT or more if it is not in mem_map or lies
 * between two struct pages, since rotating makes the bits that say so the highest ones. */
static inline unsigned long page_index(const struct page *page)
{
	unsigned long offset = page_offset(page);
	unsigned int shift = lowest_bit(sizeof(struct page));

	return offset >> shift | offset << (sizeof(offset) * 8 - shift);
}

/* A pointer that is not into mem_map stops. */
static inline unsigned long page_to_pfn(const struct page *page)
{
	unsigned long pfn = page_index(page);

	if (unlikely(pfn >= MAX_PFN_LIMIT))
		bad_page_pointer(page, __func__);
	return pfn;
}

static inline phys_addr_t page_to_phys(const struct page *page)
{
	return (phys_addr_t)page_to_pfn(page) << PAGE_SHIFT;
}

/* Address in the direct map of a page that is known to be in lowmem, and back. Where the direct map
 * can never reach, other things have their addresses (mem_map itself): such a page stops. */
static inline void *lowmem_page_address(const struct page *page)
{
	mm_bug_on(page_offset(page) >= ZONE_NORMAL_END_PFN * sizeof(struct page),
		  "page %p has no address in the direct map (HighMem: kmap(), kmap_atomic())",
		  (const void *)page);
	return (char *)phys_to_virt(0) + page_offset(page) * (PAGE_SIZE / sizeof(struct page));
}

static inline struct page *lowmem_virt_to_page(const void *virt)
{
	return pfn_to_page((unsigned long)virt_to_phys(virt) >> PAGE_SHIFT);
}

/* Address in the direct map; of a page of HighMem the one that kmap() gave it, as in Linux, and
 * NULL without kmap(). What is no struct page stops. */
void *fastcall page_address(const struct page *page);

/* The order in a word of flags, and the bits that an order is there. */
static inline unsigned int flags_order(unsigned long flags)
{
	return (unsigned int)((flags & PG_ORDER_MASK) >> PG_ORDER_SHIFT);
}

static inline unsigned long order_bits(unsigned int order)
{
	return (unsigned long)order << PG_ORDER_SHIFT;
}

static inline unsigned int page_order(const struct page *page)
{
	return flags_order(page->flags);
}

static inline unsigned int page_zonenum(const struct page *page)
{
	return (unsigned int)(page->flags >> PG_ZONE_SHIFT) & 3;
}

static inline unsigned int page_to_nid(const struct page *page)
{
	return (unsigned int)(page->flags >> PG_NODE_SHIFT) & 63;
}

static inline bool PageReserved(const struct page *page)
{
	return page->flags & PG_reserved;
}

static inline bool PageBuddy(const struct page *page)
{
	return page->flags & PG_buddy;
}

static inline bool PagePcp(const struct page *page)
{
	return page->flags & PG_pcp;
}

/* Is @page free, and the first one of its block? */
static inline bool PageFree(const struct page *page)
{
	return page->flags & (PG_buddy | PG_pcp);
}

static inline bool PageSlab(const struct page *page)
{
	return page->flags & PG_slab;
}

static inline bool PageKmalloc(const struct page *page)
{
	return page->flags & PG_kmalloc;
}

static inline void SetPageKmalloc(struct page *page)
{
	page->flags |= PG_kmalloc;
}

static inline void ClearPageKmalloc(struct page *page)
{
	page->flags &= ~PG_kmalloc;
}

static inline bool PageKmapped(const struct page *page)
{
	return READ_ONCE(page->flags) & PG_kmapped;
}

/* Atomic: the owner of the page may change its other bits at the same time. */
static inline void SetPageKmapped(struct page *page)
{
	__atomic_fetch_or(&page->flags, PG_kmapped, __ATOMIC_RELAXED);
}

static inline void ClearPageKmapped(struct page *page)
{
	__atomic_fetch_and(&page->flags, ~PG_kmapped, __ATOMIC_RELAXED);
}

/* No page has this number or one above it, and counting on from it does not wrap. */
#define PFN_MAX (~0UL >> 1)

static inline unsigned long to_pfn(u64 pfn)
{
	return pfn < PFN_MAX ? (unsigned long)pfn : PFN_MAX;
}

/* First pfn at or above the address; first pfn after the last whole page below it. PFN_MAX for an
 * address that is too large to have a pfn, so that it is never taken for a low one. */
static inline unsigned long PFN_UP(phys_addr_t addr)
{
	return to_pfn((addr >> PAGE_SHIFT) + ((addr & (PAGE_SIZE - 1)) != 0));
}

static inline unsigned long PFN_DOWN(phys_addr_t addr)
{
	return to_pfn(addr >> PAGE_SHIFT);
}

#define PFN_PHYS(x) ((phys_addr_t)(x) << PAGE_SHIFT)

#endif
