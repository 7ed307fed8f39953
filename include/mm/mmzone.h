/* SPDX-License-Identifier: 0BSD
 *
 * mmzone.h - nodes, zones and their free lists (Gorman 2.1-2.2, Mauerer 3.2).
 *
 * Pages of a zone, counted three ways:
 *   spanned = zone end - zone start, holes included
 *   present = spanned - holes: pages of RAM
 *   managed = present - reserved: pages that the buddy allocator was given
 *
 * Page blocks (MAX_ORDER_NR_PAGES page frames, pageblock_nr_pages by Linux's name) have a migrate
 * type each: pages that can be moved or reclaimed are kept away from those that stay where they
 * are, so that large blocks remain possible (Mauerer 3.5.2). mm/pageblock.c has the theory.
 *
 * A node is the memory near some CPUs. Each has zones and zonelists of its own; there is one where
 * nothing says otherwise (MAX_NUMNODES is 1, or no firmware table named a second).
 *
 * Field letters: (Z) zone->lock, interrupts off   (I) written during the boot only
 * The order of locks: spinlock.h.
 */
#ifndef MM_MMZONE_H
#define MM_MMZONE_H

#include <lib/bitmap.h>
#include <mm/gfp.h>
#include <mm/page.h>
#include <mm/spinlock.h>
#include <mm/topology.h>

enum zone_type { ZONE_DMA, ZONE_NORMAL, ZONE_HIGHMEM, MAX_NR_ZONES };

#define MAX_ZONES (MAX_NUMNODES * MAX_NR_ZONES) /* of all nodes together */

/* What the pages of a page block are for. Names, order and values of Linux 2.6.24. */
enum migratetype {
	MIGRATE_UNMOVABLE,
	MIGRATE_RECLAIMABLE,
	MIGRATE_MOVABLE,
	MIGRATE_PCPTYPES,		    /* how many types a request can ask for */
	MIGRATE_RESERVE = MIGRATE_PCPTYPES, /* for when all other blocks are used up */
	MIGRATE_ISOLATE,		    /* nothing is taken from here */
	MIGRATE_TYPES
};

#define pageblock_order	   (MAX_ORDER - 1)
#define pageblock_nr_pages MAX_ORDER_NR_PAGES

struct free_area {
	/* (Z) First pages of the free blocks of this order, by the type of their page block. */
	struct list_head free_list[MIGRATE_TYPES];
	unsigned long nr_free; /* (Z) length of the lists together */
};

struct zone {
	/* (Z) At the start, where an area and its first list head are one address. */
	struct free_area free_area[MAX_ORDER];

	spinlock_t lock;
	unsigned long nr_free_pages; /* (Z) pages in all free_area lists */
	/* (Z) Bit o of [type] is set if free_area[o].free_list[type] is not empty. */
	unsigned long free_orders[MIGRATE_TYPES];

	/* (I) 0 until init_per_zone_pages_min(). A request leaves so many pages free: pages_low if
	 * it can, pages_min if it is urgent; and lowmem_reserve[c] more if zone c was its best one.
	 * watermark.h has the rules. */
	unsigned long pages_min, pages_low, pages_high;
	unsigned long lowmem_reserve[MAX_NR_ZONES];

	unsigned long zone_start_pfn;	/* (I) */
	unsigned long spanned_pages;	/* (I) */
	unsigned long present_pages;	/* (I) */
	unsigned long managed_pages;	/* (Z) grows when the boot gives pages back */
	struct pglist_data *zone_pgdat; /* (I) */
	struct per_cpu_pages *pageset; /* (I) CPU 0's pages of it; the others' are an offset away */
	const char *name;	       /* (I) "DMA", "Normal", "HighMem" */

	/* Pages of it for requests that preferred another node; pages of other nodes for requests
	 * that preferred it. No lock, each changed in one step; both wrap (vmstat.c). */
	unsigned long numa_miss, numa_foreign;
};

/* Where to look for a page (zonelist.c). */
struct zonelist {
	struct zone *zones[MAX_ZONES + 1]; /* (I) best zone first, ended by NULL */
	int nid;			   /* (I) who prefers this node looks here */
};

/* A node's zonelists: by the highest zone allowed, of all nodes; then the same of this node only,
 * for __GFP_THISNODE, which with one node is no other. */
#define MAX_ZONELISTS	 ((MAX_NUMNODES > 1 ? 2 : 1) * MAX_NR_ZONES)
#define NR_GFP_ZONELISTS ((MAX_NUMNODES > 1 ? 2 : 1) * (GFP_ZONEMASK + 1))

/* What all requests get before build_all_zonelists(): nothing, as on a machine without memory. */
extern const struct zonelist no_zones;

/* What of a request decides where its page comes from. */
#define GFP_LIST_MASK (GFP_ZONEMASK | __GFP_MOVABLE | __GFP_RECLAIMABLE)

typedef struct pglist_data {
	struct zone node_zones[MAX_NR_ZONES];
	struct zonelist node_zonelists[MAX_ZONELISTS]; /* (I) */
	/* (I) One of them for each combination of a request's zone bits; then with
	 * __GFP_THISNODE. */
	const struct zonelist *gfp_zonelist[NR_GFP_ZONELISTS];
	struct bootmem_data *bdata;	  /* (I) NULL once bootmem is retired */
	unsigned long node_start_pfn;	  /* (I) first page of RAM */
	unsigned long node_spanned_pages; /* (I) */
	unsigned long node_present_pages; /* (I) */
	int node_id;			  /* (I) */
} pg_data_t;

extern pg_data_t node_data[MAX_NUMNODES];
#define NODE_DATA(nid) (&node_data[MAX_NUMNODES == 1 ? 0 : (nid)])

/* (I) A bit for each node that is online: node 0 from init_bootmem() on, any other from its first
 * active range or from the port's node_set_online() on. Its pgdat says which number it has, and its
 * zones name it. */
extern unsigned long node_online_map[BITS_TO_LONGS(MAX_NUMNODES)];

/* (I) How many of them there are, and is there more than one? */
extern unsigned int nr_online_nodes;

/* (I) All of them have numbers below this one. */
extern unsigned int nr_node_ids;

static inline bool several_nodes(void)
{
	return MAX_NUMNODES > 1 && nr_online_nodes > 1;
}

/* In the place of a node: any will do. */
#define NUMA_NO_NODE (-1)

/* @nid may be any number. */
static inline bool node_online(int nid)
{
	return nid >= 0 && nid < MAX_NUMNODES && test_bit((unsigned long)nid, node_online_map);
}

/* The first node after @nid (-1: of all) that is online; MAX_NUMNODES: there is none. */
static inline int next_online_node(int nid)
{
	unsigned long later = node_online_map[0] >> (nid + 1);

	return later ? nid + 1 + (int)lowest_bit(later) : MAX_NUMNODES;
}

#define for_each_online_node(nid) \
	for ((nid) = next_online_node(-1); (nid) < MAX_NUMNODES; (nid) = next_online_node(nid))

/* Where a request with these bits looks for pages if it prefers @nid. */
static inline const struct zonelist *node_zonelist(int nid, gfp_t gfp)
{
	unsigned int own = MAX_NUMNODES > 1 && (gfp & __GFP_THISNODE) ? GFP_ZONEMASK + 1 : 0;

	return NODE_DATA(nid)->gfp_zonelist[(gfp & GFP_ZONEMASK) + own];
}

/* Pages of RAM, less those that mem_map takes. */
extern unsigned long nr_kernel_pages; /* (I) in the direct map: without HighMem */
extern unsigned long nr_all_pages;    /* (I) with HighMem */
extern unsigned long max_low_pfn;     /* (I) first pfn after the direct map */
extern unsigned long min_low_pfn;     /* (I) of bootmem's bitmap: in 2.4 right behind the image */
extern unsigned long max_pfn;	      /* (I) first pfn after the last page of RAM */
extern unsigned long mem_map_end_pfn; /* (I) no struct page from here on: lowmem had no room */

/* Pages of RAM of all nodes; 0 before free_area_init_nodes(). */
unsigned long nr_present_pages(void);

/* Those of them that are in the direct map. */
unsigned long nr_present_lowmem_pages(void);

/* The zone after @zone (NULL: the first) of the nodes that are online, empty ones included, from
 * the lowest to the highest of each node. Return: NULL after the last. */
struct zone *next_zone(const struct zone *zone);

#define for_each_zone(zone) for ((zone) = next_zone(NULL); (zone); (zone) = next_zone(zone))

#define for_each_populated_zone(zone)       \
	for_each_zone (zone)                \
		if (!(zone)->present_pages) \
			;                   \
		else

/* (I) The zone by the place bits of page->flags; NULL for a place that does not exist. */
extern struct zone *zone_table[(PG_PLACE_MASK >> PG_ZONE_SHIFT) + 1];

static inline struct zone *page_zone(const struct page *page)
{
	return zone_table[(page->flags & PG_PLACE_MASK) >> PG_ZONE_SHIFT];
}

static inline unsigned int zone_idx(const struct zone *zone)
{
	return (unsigned int)(zone - zone->zone_pgdat->node_zones);
}

/* The zones of all nodes, counted through: below MAX_ZONES. */
static inline unsigned int zone_number(const struct zone *zone)
{
	return (unsigned int)zone->zone_pgdat->node_id * MAX_NR_ZONES + zone_idx(zone);
}

static inline unsigned long zone_end_pfn(const struct zone *zone)
{
	return zone->zone_start_pfn + zone->spanned_pages;
}

/* For each block of MAX_ORDER_NR_PAGES page frames: 0 if its struct pages are not backed, else 1 +
 * its migrate type (Z). Bytes and not bits, because every freeing of pages looks here. */
#define MEM_MAP_BLOCKS (MAX_PFN_LIMIT / MAX_ORDER_NR_PAGES)
extern u8 mem_map_blocks[MEM_MAP_BLOCKS];

/* (I) For each of these blocks the zone that all its struct pages are of. NULL: they are several
 * zones' (a mixed block), or there are none. */
extern struct zone *pageblock_zones[MEM_MAP_BLOCKS];

/* The block of the byte in mem_map at @page, whatever that is. */
static inline unsigned long pageblock_number(const struct page *page)
{
	return page_offset(page) / (MAX_ORDER_NR_PAGES * sizeof(struct page));
}

/* Is there a struct page for @pfn? True for every page of RAM and for the rest of its block of
 * MAX_ORDER_NR_PAGES; a hole inside such a block is PG_reserved. Context: from free_area_init. */
static inline bool pfn_valid(unsigned long pfn)
{
	return pfn < MAX_PFN_LIMIT && mem_map_blocks[pfn / MAX_ORDER_NR_PAGES];
}

/* Is @page, whatever that is, the address of a byte in mem_map that is backed? */
static inline bool mem_map_backed(const struct page *page)
{
	unsigned long block = pageblock_number(page);

	return block < MEM_MAP_BLOCKS && mem_map_blocks[block];
}

/* Is @page, whatever that is, the struct page of a pfn for which pfn_valid()? */
static inline bool page_valid(const struct page *page)
{
	return pfn_valid(page_index(page));
}

/* The migrate type of the page block that the valid @page lies in. It may change at any moment
 * unless its zone's lock is held. */
static inline enum migratetype get_pageblock_migratetype(const struct page *page)
{
	return (enum migratetype)(mem_map_blocks[pageblock_number(page)] - 1U);
}

/* Has the page block of @pfn, for which pfn_valid(), pages of several zones? */
static inline bool pageblock_is_mixed(unsigned long pfn)
{
	return !pageblock_zones[pfn / MAX_ORDER_NR_PAGES];
}

/* "Unmovable" and so on, as in Linux's pagetypeinfo. */
extern const char *const migratetype_names[MIGRATE_TYPES];

/* (I) The machine has too few page blocks to be grouped: all are MIGRATE_UNMOVABLE. */
extern bool page_group_by_mobility_disabled;

/* (I) The type for each combination of __GFP_RECLAIMABLE and __GFP_MOVABLE. */
extern u8 gfp_migratetypes[4];

/* From which type's page blocks a request is served first. */
static inline enum migratetype gfp_migratetype(gfp_t gfp)
{
	return (enum migratetype)gfp_migratetypes[gfp / __GFP_MOVABLE % 4];
}

/* Bit o is set if a block of order o is free, of any type. */
static inline unsigned long zone_free_orders(const struct zone *zone)
{
	unsigned long orders = 0;
	unsigned int type;

	for (type = 0; type < MIGRATE_TYPES; type++)
		orders |= zone->free_orders[type];
	return orders;
}

/* Do the pages of @zone lie outside the direct map? */
static inline bool is_highmem(const struct zone *zone)
{
	return zone_idx(zone) == ZONE_HIGHMEM;
}

static inline bool PageHighMem(const struct page *page)
{
	return page_zonenum(page) == ZONE_HIGHMEM;
}

/* Does @virt, whatever it is, lie in the direct map, and is there a struct page for it? */
static inline bool virt_addr_valid(const void *virt)
{
	phys_addr_t phys = virt_to_phys(virt);

	return PFN_DOWN(phys) < max_low_pfn && pfn_valid(PFN_DOWN(phys));
}

/* The page of an address in the direct map; any other one stops. */
static inline struct page *virt_to_page(const void *virt)
{
	mm_bug_on(!virt_addr_valid(virt),
		  "%p is not in the direct map, or not in RAM (HighMem, NULL, uninitialised?)",
		  virt);
	return lowmem_virt_to_page(virt);
}

#endif
