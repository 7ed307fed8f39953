/* SPDX-License-Identifier: 0BSD
 *
 * bootmem.c - the boot memory allocator (Gorman chapter 5, Mauerer 3.4.3).
 *
 * 1. Concepts    Before there is a mem_map, memory is described by one bit a page: set = used or
 *                not RAM, clear = free. Everything starts as used; the boot clears what the
 *                firmware calls RAM and sets again what is taken. An allocation is the first run of
 *                clear bits that is long enough, from a goal upwards, else from the start.
 *
 * 2. Data        bdata_list: the pieces, each with a bitmap, its node, and the state of sections 3
 *                and 4. A piece is memory of one node that no other node's interrupts, so that
 *                nodes may interleave; pgdat->bdata is a node's first piece, and a node without
 *                lowmem has none. The forms without a node go through all pieces, from the bottom
 *                up; those with one first try its pieces, with the goal and without it, then all.
 *                alloc_bootmem_low_pages_node() takes the node's own memory or none.
 *
 * 3. Merging     Many boot allocations are small. (last_pos, last_offset) remember where the last
 *                one of a piece ended inside its last page; the next one with an alignment below a
 *                page goes on there if the pages it spills into are free and below its limit, and
 *                if there is no place for it between its goal and that page, so that merging never
 *                skips the first fit:
 *
 *                    page last_pos                    page last_pos + 1
 *                    [old|pad|new ............... ][... new |        ]
 *                        ^last_offset                       ^last_offset, last_pos moved on
 *
 *                last_offset 0 means that the last page is full, or that it was freed since.
 *
 * 4. Hint        Searches from one goal are the rule. [hint_goal, hint_idx) is known to hold no
 *                free page, so a search that starts in there starts at hint_idx. Freeing a page in
 *                the range shortens it.
 *
 * 5. Books       Where Linux's versions differ: from 2.4 (Gorman) are the names and the merging by
 *                last_pos and last_offset, but as in 2.6 not for an alignment of a page; from
 *                2.6.24 (Mauerer) the list of pieces, the _nopanic forms, the limit of the low
 *                forms, and that __alloc_bootmem_low_node() looks nowhere else; from 2008 (2.6.25
 *                to 2.6.27) BOOTMEM_EXCLUSIVE, one fallback for all forms, and alignment that
 *                counts from physical address 0, not from the start of the node.
 *
 * 6. Invariants  (check_bootmem.c)
 *                B1 a bitmap lies in pages that are marked used; B2 last_pos is a used page if
 *                last_offset is not 0; B3 last_offset is below PAGE_SIZE; B4 no clear bit in
 *                [hint_goal, hint_idx), and both lie in the piece; B5 bits behind the piece's end,
 *                up to the end of the last word, are set; B6 the pieces ascend, none is empty, and
 *                none reaches into the next; B7 pgdat->bdata is the first piece of its node.
 *
 * 7. Locking     None: one CPU, during the boot only. Retired by free_all_bootmem(), which takes
 *                the bitmaps away; a later call stops.
 *
 * 8. Not done    Freeing less than a page: a page that is used in part stays used. An allocation
 *                over the border of two pieces.
 */
#include <lib/align.h>
#include <lib/bitmap.h>
#include <lib/errno.h>
#include <lib/out.h>
#include <mm/bootmem.h>
#include <mm/mm_init.h>
#include <mm/mmzone.h>
#include <mm/page_alloc.h>
#include "internal.h"

#define NOT_FOUND ((unsigned long)-1) /* no such page index */
#define NO_MEMORY ((phys_addr_t)-1)   /* no such byte offset */

#define BOOTMEM_RECORDS 128

/* Who got what: kept after the boot for bootmem_show(). */
struct bootmem_record {
	const char *who;
	const struct pglist_data *pgdat; /* whose memory it is */
	phys_addr_t start, end;		 /* [start, end) */
};

static struct bootmem_record records[BOOTMEM_RECORDS];
unsigned int bootmem_nr_records, bootmem_records_lost;

bool bootmem_debug;
unsigned long bootmem_taken_pages, bootmem_given_pages, bootmem_released_pages;

/* Has free_bootmem() given any page, and was one of these lost to a new start? */
static bool was_given __initdata, was_begun_anew __initdata;

bootmem_data_t *bdata_list;

/* For nodes whose pgdat->bdata is NULL or in use. */
static bootmem_data_t pool[BOOTMEM_PIECES] __initdata;

static unsigned long __init nr_bits(const bootmem_data_t *bdata)
{
	return bdata->node_low_pfn - bdata->node_min_pfn;
}

/* A call before or after the time of bootmem stops here. */
static __always_inline void must_be_live(const char *caller)
{
	mm_bug_on(
		!bdata_list,
		"%s() called before init_bootmem() or after free_all_bootmem(): use alloc_pages() "
		"or kmalloc() once mem_init() has run",
		caller);
}

/* Free pages of [@idx, @end). */
static unsigned long __init count_free(const bootmem_data_t *bdata, unsigned long idx,
				       unsigned long end)
{
	unsigned long pages = 0;

	while ((idx = find_next_zero_bit(bdata->node_bootmem_map, idx, end)) < end) {
		unsigned long stop = find_next_bit(bdata->node_bootmem_map, idx, end);

		pages += stop - idx;
		idx = stop;
	}
	return pages;
}

bool bootmem_is_live(void)
{
	return bdata_list;
}

unsigned long __init bootmem_free_pages_node(const struct pglist_data *pgdat)
{
	const bootmem_data_t *bdata;
	unsigned long pages = 0;

	must_be_live(__func__);
	for_each_bootmem (bdata)
		if (!pgdat || bdata->pgdat == pgdat)
			pages += count_free(bdata, 0, nr_bits(bdata));
	return pages;
}

bool __init bootmem_page_is_free(unsigned long pfn)
{
	const bootmem_data_t *bdata;

	for_each_bootmem (bdata)
		if (pfn >= bdata->node_min_pfn && pfn < bdata->node_low_pfn)
			return !test_bit(pfn - bdata->node_min_pfn, bdata->node_bootmem_map);
	return false;
}

unsigned long __init bootmem_free_pages(void)
{
	return bootmem_free_pages_node(NULL);
}

const char *__init bootmem_empty_by_mistake(void)
{
	if (bootmem_free_pages())
		return NULL;
	if (was_begun_anew)
		return "init_bootmem() was called again after free_bootmem()";
	return was_given ? NULL : "free_bootmem() was not called for RAM";
}

static unsigned long __init bitmap_bytes(unsigned long pages)
{
	return BITS_TO_LONGS(pages) * sizeof(unsigned long);
}

unsigned long __init bootmem_bootmap_pages(unsigned long pages)
{
	return ALIGN_UP(bitmap_bytes(pages), PAGE_SIZE) >> PAGE_SHIFT;
}

/* --- pieces ---------------------------------------------------------------------------------- */

static bootmem_data_t *__init first_piece(const struct pglist_data *pgdat)
{
	bootmem_data_t *bdata = bdata_list;

	while (bdata && bdata->pgdat != pgdat)
		bdata = bdata->next;
	return bdata;
}

static void __init link_piece(bootmem_data_t *bdata)
{
	bootmem_data_t **link = &bdata_list;

	while (*link && (*link)->node_min_pfn < bdata->node_min_pfn)
		link = &(*link)->next;
	bdata->next = *link;
	*link = bdata;
	bdata->pgdat->bdata = first_piece(bdata->pgdat);
}

/* Its memory is unused from now on. */
static void __init unlink_piece(bootmem_data_t *bdata)
{
	bootmem_data_t **link = &bdata_list;

	while (*link && *link != bdata)
		link = &(*link)->next;
	*link = bdata->next;
	bdata->node_bootmem_map = NULL;
	bdata->pgdat->bdata = first_piece(bdata->pgdat);
}

/* End the pieces of @pgdat that share a page with pfn [@start, @end); another node's stops.
 * Return: the last of them, NULL if there is none. */
static bootmem_data_t *__init drop_overlapping(const struct pglist_data *pgdat, unsigned long start,
					       unsigned long end)
{
	bootmem_data_t *bdata, *next, *dropped = NULL;
	unsigned long free;

	for (bdata = bdata_list; bdata; bdata = next) {
		next = bdata->next;
		if (bdata->node_min_pfn >= end || bdata->node_low_pfn <= start)
			continue;
		mm_bug_on(bdata->pgdat != pgdat,
			  "pfn %lu to %lu of node %d reaches into %lu to %lu of node %d", start,
			  end, pgdat->node_id, bdata->node_min_pfn, bdata->node_low_pfn,
			  bdata->pgdat->node_id);
		free = count_free(bdata, 0, nr_bits(bdata));
		bootmem_taken_pages += free;
		was_begun_anew |= free;
		unlink_piece(bdata);
		dropped = bdata;
	}
	return dropped;
}

/* A piece that is in no list: the one that the port brought along, else of the pool. */
static bootmem_data_t *__init unused_piece(const struct pglist_data *pgdat)
{
	bootmem_data_t *bdata = pool;

	if (pgdat->bdata && !pgdat->bdata->node_bootmem_map)
		return pgdat->bdata;
	while (bdata < pool + BOOTMEM_PIECES && bdata->node_bootmem_map)
		bdata++;
	mm_bug_on(bdata == pool + BOOTMEM_PIECES, "node %d: more than %d pieces (BOOTMEM_PIECES)",
		  pgdat->node_id, BOOTMEM_PIECES);
	return bdata;
}

/* A bitmap where nothing is kept would read as if all pages were used, or free. */
static void __init check_bitmap(volatile unsigned long *map)
{
	*map = 0;
	mm_bug_on(*map,
		  "the bitmap at %p, physical 0x%llx, reads %lx after a 0 was written: is RAM "
		  "there, mapped where phys_to_virt() says, and writable?",
		  (void *)(uintptr)map, virt_to_phys((void *)(uintptr)map), *map);
}

/* Begin, or begin again, with bitmap @map and everything reserved. Return: bytes of the bitmap. */
static unsigned long __init init_piece(struct pglist_data *pgdat, unsigned long *map,
				       unsigned long map_pages, unsigned long startpfn,
				       unsigned long endpfn)
{
	unsigned long bytes = bitmap_bytes(endpfn - startpfn);
	bootmem_data_t *bdata;

	mm_bug_on(startpfn >= endpfn, "empty node: pfn %lu to %lu", startpfn, endpfn);
	mm_bug_on(endpfn > ZONE_NORMAL_END_PFN,
		  "lowmem ends at pfn %lu, but the direct map at %lu (ZONE_NORMAL_END_PFN)", endpfn,
		  ZONE_NORMAL_END_PFN);
	bdata = drop_overlapping(pgdat, startpfn, endpfn);
	if (!bdata)
		bdata = unused_piece(pgdat);
	*bdata = (bootmem_data_t){
		.node_min_pfn = startpfn,
		.node_low_pfn = endpfn,
		.node_bootmem_map = map,
		.map_pages = map_pages,
		.pgdat = pgdat,
	};
	check_bitmap(map);
	memset(map, 0xFF, bytes);
	link_piece(bdata);
	mem_init_done = false;
	if (bootmem_debug)
		printk("bootmem::init_bootmem_node nid=%d start=%lx map=%llx end=%lx mapsize=%lx\n",
		       pgdat->node_id, startpfn, virt_to_phys(map) >> PAGE_SHIFT, endpfn, bytes);
	return bytes;
}

unsigned long __init init_bootmem_node(struct pglist_data *pgdat, unsigned long freepfn,
				       unsigned long startpfn, unsigned long endpfn)
{
	return init_piece(pgdat, phys_to_virt(PFN_PHYS(freepfn)),
			  bootmem_bootmap_pages(endpfn - startpfn), startpfn, endpfn);
}

void __init init_bootmem_node_at(struct pglist_data *pgdat, unsigned long *map,
				 unsigned long startpfn, unsigned long endpfn)
{
	init_piece(pgdat, map, 0, startpfn, endpfn);
}

unsigned long __init init_bootmem(unsigned long start, unsigned long pages)
{
	min_low_pfn = start;
	max_low_pfn = pages;
	node_set_online(0);
	return init_bootmem_node(NODE_DATA(0), start, 0, pages);
}

/* --- ranges ---------------------------------------------------------------------------------- */

/* Page frames [start, end), as far as they are @pgdat's; NULL: whosever they are. A caller's
 * address may be any, so the numbers have 64 bits. */
struct pfn_range {
	const struct pglist_data *pgdat;
	u64 start, end;
};

/* What of a range lies in one piece: its bits [start, end). */
struct part {
	bootmem_data_t *bdata;
	unsigned long start, end;
};

/* Make @part, which begins as { 0 }, the next part of @range. Return: false after the last. */
static bool __init next_part(struct part *part, const struct pfn_range *range)
{
	bootmem_data_t *bdata = part->bdata ? part->bdata->next : bdata_list;

	for (; bdata; bdata = bdata->next) {
		u64 min_pfn = bdata->node_min_pfn, low_pfn = bdata->node_low_pfn;
		u64 start = max(range->start, min_pfn), end = min(range->end, low_pfn);

		if (start >= end || (range->pgdat && range->pgdat != bdata->pgdat))
			continue;
		part->bdata = bdata;
		part->start = (unsigned long)(start - min_pfn);
		part->end = (unsigned long)(end - min_pfn);
		return true;
	}
	return false;
}

static unsigned long __init part_pfn(const struct part *part)
{
	return part->bdata->node_min_pfn + part->start;
}

/* Each page must lie in a piece. */
static void __init check_covered(const struct pfn_range *range, const char *caller)
{
	struct part part = { 0 };
	u64 pfn = range->start;

	while (next_part(&part, range) && part_pfn(&part) == pfn)
		pfn += part.end - part.start;
	mm_bug_on(pfn < range->end, "%s(): pfn %llu is outside %s lowmem (high memory?)", caller,
		  pfn, range->pgdat ? "the node's" : "all nodes'");
}

static void __init log_range(const struct pfn_range *range, const char *caller)
{
	struct part part = { 0 };

	while (next_part(&part, range))
		printk("bootmem::%s nid=%d start=%lx end=%lx\n", caller, part.bdata->pgdat->node_id,
		       part_pfn(&part), part.bdata->node_min_pfn + part.end);
}

static void __init check_bytes(phys_addr_t addr, phys_addr_t size, const char *caller)
{
	must_be_live(caller);
	mm_bug_on(!size, "%s() of nothing at 0x%llx", caller, addr);
	mm_bug_on(addr + size < addr, "%s(): 0x%llx bytes at 0x%llx wrap", caller, size, addr);
}

/* --- reserving ------------------------------------------------------------------------------- */

static void __init reserve_bits(bootmem_data_t *bdata, unsigned long start, unsigned long end)
{
	bootmem_taken_pages += count_free(bdata, start, end);
	bitmap_set(bdata->node_bootmem_map, start, end);
}

static void __init reserve_range(const struct pfn_range *range)
{
	struct part part = { 0 };

	while (next_part(&part, range))
		reserve_bits(part.bdata, part.start, part.end);
}

/* The first page of @range that is used; its end if there is none. */
static u64 __init first_used(const struct pfn_range *range)
{
	struct part part = { 0 };

	while (next_part(&part, range)) {
		unsigned long bit = find_next_bit(part.bdata->node_bootmem_map, part.start,
						  part.end);

		if (bit < part.end)
			return part.bdata->node_min_pfn + bit;
	}
	return range->end;
}

static void __init log_reserve(const struct pfn_range *range, int flags, const char *caller)
{
	u64 used = first_used(range);

	log_range(range, caller);
	if (used < range->end)
		printk("bootmem::%s %s double reserve of PFN %llx\n", caller,
		       flags & BOOTMEM_EXCLUSIVE ? "refused" : "silent", used);
}

/* All or nothing: an exclusive reservation looks before it changes anything, in any node. */
static int __init reserve(struct pglist_data *pgdat, phys_addr_t addr, phys_addr_t size, int flags,
			  const char *caller)
{
	struct pfn_range range = {
		.pgdat = pgdat,
		.start = addr >> PAGE_SHIFT,
		.end = ((addr + size - 1) >> PAGE_SHIFT) + 1,
	};

	check_bytes(addr, size, caller);
	check_covered(&range, caller);
	if (bootmem_debug)
		log_reserve(&range, flags, caller);
	if (flags & BOOTMEM_EXCLUSIVE && first_used(&range) < range.end)
		return -EBUSY;
	reserve_range(&range);
	return 0;
}

int __init __reserve_bootmem_node(struct pglist_data *pgdat, phys_addr_t addr, phys_addr_t size,
				  int flags)
{
	return reserve(pgdat, addr, size, flags, "reserve_bootmem_node");
}

int __init __reserve_bootmem(phys_addr_t addr, phys_addr_t size, int flags)
{
	return reserve(NULL, addr, size, flags, "reserve_bootmem");
}

void __init reserve_bootmem_known(phys_addr_t start, phys_addr_t last)
{
	struct pfn_range range = {
		.start = start >> PAGE_SHIFT,
		.end = (last >> PAGE_SHIFT) + 1,
	};

	if (bootmem_debug)
		log_reserve(&range, BOOTMEM_DEFAULT, __func__);
	reserve_range(&range);
}

/* --- who got what ---------------------------------------------------------------------------- */

static void __init record(const char *who, const struct pglist_data *pgdat, phys_addr_t start,
			  phys_addr_t end)
{
	struct bootmem_record *next = &records[bootmem_nr_records];

	if (bootmem_nr_records && next[-1].who == who && next[-1].end == start &&
	    next[-1].pgdat == pgdat) {
		next[-1].end = end;
	} else if (bootmem_nr_records < BOOTMEM_RECORDS) {
		*next = (struct bootmem_record){ who, pgdat, start, end };
		bootmem_nr_records++;
	} else {
		bootmem_records_lost++;
	}
}

/* What is free again belongs to nobody: cut [@start, @end) out of all records. */
static void __init forget_records(phys_addr_t start, phys_addr_t end)
{
	unsigned int i, nr = bootmem_nr_records;

	for (i = 0; i < nr; i++) {
		struct bootmem_record *r = &records[i], old = *r;

		if (old.start >= end || old.end <= start)
			continue;
		r->end = max(old.start, start); /* nothing is left if it began in the range */
		if (old.end > end)
			record(old.who, old.pgdat, end, old.end);
	}
}

/* --- freeing --------------------------------------------------------------------------------- */

/* Make the hint and the merge position forget pages that are free again. */
static void __init forget_freed(bootmem_data_t *bdata, unsigned long start, unsigned long end)
{
	if (start < bdata->hint_idx && end > bdata->hint_goal)
		bdata->hint_idx = max(start, bdata->hint_goal);
	if (bdata->last_pos >= start && bdata->last_pos < end)
		bdata->last_offset = 0;
}

static void __init free_part(const struct part *part)
{
	bootmem_data_t *bdata = part->bdata;
	unsigned long bit = find_next_zero_bit(bdata->node_bootmem_map, part->start, part->end);

	mm_bug_on(bit != part->end, "pfn %lu is free already (freed twice?)",
		  bdata->node_min_pfn + bit);
	bitmap_clear(bdata->node_bootmem_map, part->start, part->end);
	bootmem_given_pages += part->end - part->start;
	was_given = true;
	forget_freed(bdata, part->start, part->end);
}

/* Whatever is freed around them, the bitmaps' own pages stay used. */
static void __init keep_bitmaps(void)
{
	const bootmem_data_t *bdata;

	for_each_bootmem (bdata) {
		u64 pfn = virt_to_phys(bdata->node_bootmem_map) >> PAGE_SHIFT;

		reserve_range(&(struct pfn_range){ NULL, pfn, pfn + bdata->map_pages });
	}
}

static void __init free_range(const struct pfn_range *range)
{
	struct part part = { 0 };

	while (next_part(&part, range))
		free_part(&part);
	forget_records(range->start << PAGE_SHIFT, range->end << PAGE_SHIFT);
	keep_bitmaps();
}

static void __init free_bytes(struct pglist_data *pgdat, phys_addr_t addr, phys_addr_t size,
			      const char *caller)
{
	u64 start = (addr + PAGE_SIZE - 1) >> PAGE_SHIFT, end = (addr + size) >> PAGE_SHIFT;
	struct pfn_range range = { pgdat, min(start, end), max(start, end) };

	check_bytes(addr, size, caller);
	check_covered(&range, caller);
	if (start >= end)
		return; /* less than a whole page */
	if (bootmem_debug)
		log_range(&range, caller);
	free_range(&range);
}

void __init free_bootmem_node(struct pglist_data *pgdat, phys_addr_t addr, phys_addr_t size)
{
	free_bytes(pgdat, addr, size, __func__);
}

void __init free_bootmem(phys_addr_t addr, phys_addr_t size)
{
	free_bytes(NULL, addr, size, __func__);
}

/* --- allocating ------------------------------------------------------------------------------ */

struct request {
	const char *who;
	bool raw; /* not cleared */
	unsigned long size, align;
	unsigned long goal_pfn, end_pfn; /* whole pages from the goal up to the limit */
};

/* First index from @idx on whose physical address is a multiple of @align bytes. */
static unsigned long __init align_idx(const bootmem_data_t *bdata, unsigned long idx,
				      unsigned long align)
{
	unsigned long step = max(align >> PAGE_SHIFT, 1UL);

	return ALIGN_UP(bdata->node_min_pfn + idx, step) - bdata->node_min_pfn;
}

/* The first clear bit from @from on, with the help of the hint; the hint then covers that
 * search. */
static unsigned long __init first_free(bootmem_data_t *bdata, unsigned long from)
{
	unsigned long start = from;

	if (from >= bdata->hint_goal && from < bdata->hint_idx)
		start = bdata->hint_idx;
	start = find_next_zero_bit(bdata->node_bootmem_map, start, nr_bits(bdata));
	bdata->hint_goal = from;
	bdata->hint_idx = start;
	return start;
}

/* First run of @pages clear bits in [@from, @end), aligned to @align bytes; NOT_FOUND if none. */
static unsigned long __init find_run(bootmem_data_t *bdata, unsigned long from, unsigned long end,
				     unsigned long pages, unsigned long align)
{
	unsigned long idx = first_free(bdata, from);

	for (;;) {
		unsigned long stop;

		idx = find_next_zero_bit(bdata->node_bootmem_map, idx, end);
		idx = align_idx(bdata, idx, align);
		if (idx >= end || pages > end - idx)
			return NOT_FOUND;
		stop = find_next_bit(bdata->node_bootmem_map, idx, idx + pages);
		if (stop == idx + pages)
			return idx;
		idx = stop + 1;
	}
}

/* Pages in the longest run of clear bits. */
static unsigned long __init largest_run(void)
{
	unsigned long longest = 0;
	const bootmem_data_t *bdata;

	for_each_bootmem (bdata) {
		unsigned long end = nr_bits(bdata), start = 0, stop;

		for (; start < end; start = stop) {
			start = find_next_zero_bit(bdata->node_bootmem_map, start, end);
			stop = find_next_bit(bdata->node_bootmem_map, start, end);
			longest = max(longest, stop - start);
		}
	}
	return longest;
}

static void __init take_pages(bootmem_data_t *bdata, unsigned long start, unsigned long end)
{
	bitmap_set(bdata->node_bootmem_map, start, end);
	bootmem_taken_pages += end - start;
	if (bdata->hint_idx == start)
		bdata->hint_idx = end;
}

/* Pages that @size bytes take, which are at least 1; PFN_UP() could wrap. */
static unsigned long __init pages_of(unsigned long size)
{
	return ((size - 1) >> PAGE_SHIFT) + 1;
}

/* Has the request no place of its own in [@goal_idx, last_pos)? Most often the hint knows. */
static bool __init no_fit_before_last(bootmem_data_t *bdata, const struct request *rq,
				      unsigned long goal_idx)
{
	if (goal_idx >= bdata->hint_goal && bdata->last_pos < bdata->hint_idx)
		return true;
	return find_run(bdata, goal_idx, bdata->last_pos, pages_of(rq->size), rq->align) ==
	       NOT_FOUND;
}

/* Go on in the last page of the last allocation, see section 3, but not at or behind page @end.
 * Return: byte offset from the start of the piece; NO_MEMORY if that is not possible. */
static phys_addr_t __init alloc_merged(bootmem_data_t *bdata, const struct request *rq,
				       unsigned long goal_idx, unsigned long end)
{
	unsigned long offset = ALIGN_UP(bdata->last_offset, rq->align);
	unsigned long next = bdata->last_pos + 1, stop, spill;

	if (!bdata->last_offset || rq->align >= PAGE_SIZE || bdata->last_pos < goal_idx ||
	    next > end)
		return NO_MEMORY;
	spill = rq->size > PAGE_SIZE - offset ? rq->size - (PAGE_SIZE - offset) : 0;
	if (spill > (end - next) << PAGE_SHIFT)
		return NO_MEMORY;
	stop = next + PFN_UP(spill);
	if ((spill && find_next_bit(bdata->node_bootmem_map, next, stop) != stop) ||
	    !no_fit_before_last(bdata, rq, goal_idx))
		return NO_MEMORY;

	if (spill)
		take_pages(bdata, next, stop);
	bdata->last_offset = (offset + rq->size) & (PAGE_SIZE - 1);
	bdata->last_pos = stop - 1;
	return PFN_PHYS(next - 1) + offset;
}

/* A fresh run of pages in [@goal_idx, @end). Return: as alloc_merged(). */
static phys_addr_t __init alloc_run(bootmem_data_t *bdata, const struct request *rq,
				    unsigned long goal_idx, unsigned long end)
{
	unsigned long pages = pages_of(rq->size);
	unsigned long start = find_run(bdata, goal_idx, end, pages, rq->align);

	if (start == NOT_FOUND)
		return NO_MEMORY;
	take_pages(bdata, start, start + pages);
	bdata->last_pos = start + pages - 1;
	bdata->last_offset = rq->size & (PAGE_SIZE - 1);
	return PFN_PHYS(start);
}

/* Memory of one piece, at or above the goal and below the limit. */
static __always_inline void *alloc_in_piece(bootmem_data_t *bdata, const struct request *rq)
{
	unsigned long min_pfn = bdata->node_min_pfn;
	unsigned long goal_idx = max(rq->goal_pfn, min_pfn) - min_pfn;
	unsigned long end = max(min(rq->end_pfn, bdata->node_low_pfn), min_pfn) - min_pfn;
	phys_addr_t start;

	if (goal_idx >= end)
		return NULL;
	start = alloc_merged(bdata, rq, goal_idx, end);
	if (start == NO_MEMORY)
		start = alloc_run(bdata, rq, goal_idx, end);
	if (start == NO_MEMORY)
		return NULL;
	start += PFN_PHYS(min_pfn);
	record(rq->who, bdata->pgdat, start, start + rq->size);
	return rq->raw ? phys_to_virt(start) : memset(phys_to_virt(start), 0, rq->size);
}

/* For bootmem_debug: the piece that was searched last, and what it was like before. */
static const bootmem_data_t *searched __initdata;
static bootmem_data_t searched_before __initdata;

static void __init remember(const bootmem_data_t *bdata)
{
	searched = bdata;
	searched_before = *bdata;
}

/* Of @pgdat's pieces, or of all (NULL), the first that has memory: from the goal on, else from the
 * start, and then there is no goal any more. */
static void *__init alloc_core(const struct pglist_data *pgdat, struct request *rq)
{
	bootmem_data_t *bdata;
	void *memory;

	for (;;) {
		for_each_bootmem (bdata) {
			if (pgdat && bdata->pgdat != pgdat)
				continue;
			if (bootmem_debug)
				remember(bdata);
			memory = alloc_in_piece(bdata, rq);
			if (memory)
				return memory;
		}
		if (!rq->goal_pfn)
			return NULL;
		rq->goal_pfn = 0;
	}
}

/* The index where the last search for a place at or above @goal_idx began: behind what the hint
 * knew to be used. */
static unsigned long __init search_start(unsigned long goal_idx)
{
	const bootmem_data_t *before = &searched_before;
	bool in_hint = goal_idx >= before->hint_goal && goal_idx < before->hint_idx;

	return in_hint ? before->hint_idx : goal_idx;
}

/* What the last search, at or above @goal_pfn, did in its piece, as indices of bits. */
static void __init log_place(const void *memory, unsigned long goal_pfn)
{
	const bootmem_data_t *bdata = searched, *before = &searched_before;
	unsigned long min_pfn = bdata->node_min_pfn;
	phys_addr_t start = virt_to_phys(memory);
	bool merged = before->last_offset && PFN_DOWN(start) == min_pfn + before->last_pos;

	printk(KERN_CONT " nid=%d min_pfn=%lx start=%llx from=%lx merged=%d last_pos=%lx->%lx "
			 "last_offset=%lx->%lx\n",
	       bdata->pgdat->node_id, min_pfn, start,
	       search_start(max(goal_pfn, min_pfn) - min_pfn), merged, before->last_pos,
	       bdata->last_pos, before->last_offset, bdata->last_offset);
}

/* An allocation with a line about it. */
static void *__init alloc_logged(const struct pglist_data *pgdat, struct request *rq,
				 phys_addr_t goal, phys_addr_t limit)
{
	void *memory = alloc_core(pgdat, rq);

	printk("bootmem::alloc_core %s size=%lx [%lu pages] align=%lx goal=%llx limit=%llx",
	       rq->who, rq->size, pages_of(rq->size), rq->align, goal, limit);
	if (memory)
		log_place(memory, rq->goal_pfn);
	else
		printk(KERN_CONT " failed\n");
	return memory;
}

static __always_inline void *alloc_checked(const struct pglist_data *pgdat, struct request *rq,
					   phys_addr_t goal, phys_addr_t limit)
{
	must_be_live(rq->who);
	mm_bug_on(!rq->size, "%s asks for 0 bytes", rq->who);
	mm_bug_on(!is_power_of_2(rq->align), "%s asks for alignment %lu, no power of two", rq->who,
		  rq->align);
	if (limit) {
		mm_bug_on(goal + rq->size > limit,
			  "%s asks for %lu bytes from 0x%llx on, below 0x%llx", rq->who, rq->size,
			  goal, limit);
		rq->end_pfn = PFN_DOWN(limit);
	}
	if (bootmem_debug)
		return alloc_logged(pgdat, rq, goal, limit);
	return alloc_core(pgdat, rq);
}

void *__init bootmem_alloc_in(const char *who, struct pglist_data *pgdat, unsigned long size,
			      unsigned long align, phys_addr_t goal, phys_addr_t limit)
{
	struct request rq = { who, false, size, align, PFN_UP(goal), ~0UL };

	return alloc_checked(pgdat, &rq, goal, limit);
}

void *__init bootmem_alloc_node_raw(const char *who, struct pglist_data *pgdat, unsigned long size,
				    unsigned long align, phys_addr_t goal)
{
	for (;; pgdat = NULL) {
		struct request rq = { who, true, size, align, PFN_UP(goal), ~0UL };
		void *memory = alloc_checked(pgdat, &rq, goal, 0);

		if (memory || !pgdat)
			return memory;
	}
}

static void *__init or_panic(void *memory, const char *who, unsigned long size)
{
	if (!memory)
		panic("Out of memory: bootmem alloc of %lu bytes for %s failed, %lu pages are "
		      "free, of which %lu in a row",
		      size, who, bootmem_free_pages(), largest_run());
	return memory;
}

void *__init bootmem_alloc(const char *who, unsigned long size, unsigned long align,
			   phys_addr_t goal)
{
	return or_panic(bootmem_alloc_nopanic(who, size, align, goal), who, size);
}

void *__init bootmem_alloc_low(const char *who, unsigned long size, unsigned long align,
			       phys_addr_t goal, phys_addr_t limit)
{
	return or_panic(bootmem_alloc_in(who, NULL, size, align, goal, limit), who, size);
}

void *__init bootmem_alloc_node_nopanic(const char *who, struct pglist_data *pgdat,
					unsigned long size, unsigned long align, phys_addr_t goal)
{
	void *memory = bootmem_alloc_in(who, pgdat, size, align, goal, 0);

	return memory ? memory : bootmem_alloc_nopanic(who, size, align, goal);
}

void *__init bootmem_alloc_node(const char *who, struct pglist_data *pgdat, unsigned long size,
				unsigned long align, phys_addr_t goal)
{
	return or_panic(bootmem_alloc_node_nopanic(who, pgdat, size, align, goal), who, size);
}

/* --- retiring -------------------------------------------------------------------------------- */

/* To the buddy allocator. Return: pages. */
static unsigned long __init give_pages(unsigned long start_pfn, unsigned long end_pfn)
{
	unsigned long pages = end_pfn - start_pfn;

	mm_bug_on(present_pages_in(start_pfn, end_pfn) != pages,
		  "pfn %lu to %lu: free, but not all of it is RAM (free_bootmem() of a hole, or "
		  "add_active_range() forgotten?)",
		  start_pfn, end_pfn);
	free_reserved_range(start_pfn, end_pfn);
	return pages;
}

/* The bitmap's own pages, unless it is somebody else's, or not described. Return: pages. */
static unsigned long __init give_bitmap(const bootmem_data_t *bdata)
{
	unsigned long pfn = PFN_DOWN(virt_to_phys(bdata->node_bootmem_map));
	unsigned long end = min(pfn + bdata->map_pages, mem_map_end_pfn);

	if (pfn >= end)
		return 0;
	bootmem_given_pages += end - pfn;
	return give_pages(pfn, end);
}

/* Return: pages given. */
static unsigned long __init retire_piece(bootmem_data_t *bdata)
{
	unsigned long *map = bdata->node_bootmem_map, min_pfn = bdata->node_min_pfn;
	unsigned long end = max(min(bdata->node_low_pfn, mem_map_end_pfn), min_pfn) - min_pfn;
	unsigned long idx = 0, freed = 0;

	reserve_bits(bdata, end, nr_bits(bdata)); /* what is not described cannot be given */
	while ((idx = find_next_zero_bit(map, idx, end)) < end) {
		unsigned long stop = find_next_bit(map, idx, end);

		freed += give_pages(min_pfn + idx, min_pfn + stop);
		idx = stop;
	}
	freed += give_bitmap(bdata);
	if (bootmem_debug)
		printk("bootmem::free_all_bootmem_node nid=%d released=%lx\n",
		       bdata->pgdat->node_id, freed);
	unlink_piece(bdata);
	return freed;
}

/* All pieces, or all of @pgdat if it is not NULL. */
static unsigned long __init retire(const struct pglist_data *pgdat)
{
	bootmem_data_t *bdata, *next;
	unsigned long freed = 0;

	mm_bug_on(!nr_present_pages(), "free_area_init_nodes() was not called before");
	for (bdata = bdata_list; bdata; bdata = next) {
		next = bdata->next;
		if (!pgdat || bdata->pgdat == pgdat)
			freed += retire_piece(bdata);
	}
	bootmem_released_pages += freed;
	return freed;
}

unsigned long __init free_all_bootmem_node(struct pglist_data *pgdat)
{
	return retire(pgdat);
}

unsigned long __init free_all_bootmem(void)
{
	must_be_live(__func__);
	return retire(NULL);
}

/* --- reports --------------------------------------------------------------------------------- */

static void show_record(struct out *out, const struct bootmem_record *record)
{
	if (record->start == record->end)
		return; /* freed */
	out_printf(out, "bootmem: [mem 0x%08llx-0x%08llx] %8llu bytes  ", record->start,
		   record->end - 1, record->end - record->start);
	if (several_nodes())
		out_printf(out, "node %d  ", record->pgdat->node_id);
	out_printf(out, "%s\n", record->who);
}

void bootmem_page_show(struct out *out, unsigned long pfn)
{
	const struct bootmem_record *record;

	for (record = records; record < records + bootmem_nr_records; record++)
		if (record->start < PFN_PHYS(pfn + 1) && record->end > PFN_PHYS(pfn))
			show_record(out, record);
}

bool bootmem_handed_out(unsigned long pfn, unsigned long *end_pfn)
{
	const struct bootmem_record *record;
	bool is_in_one = false;

	for (record = records; record < records + bootmem_nr_records; record++) {
		unsigned long first = PFN_DOWN(record->start), end = PFN_UP(record->end);

		if (record->start == record->end || end <= pfn)
			continue;
		is_in_one |= first <= pfn;
		*end_pfn = min(*end_pfn, first <= pfn ? end : first);
	}
	return is_in_one;
}

/* What is handed out as a whole: a page of which several have a part counts once. */
static void show_sum(struct out *out)
{
	const struct bootmem_record *record;
	unsigned long pfn, end, pages = 0;
	phys_addr_t bytes = 0;

	for (pfn = 0; pfn != ~0UL; pfn = end) {
		end = ~0UL;
		if (bootmem_handed_out(pfn, &end))
			pages += end - pfn;
	}
	for (record = records; record < records + bootmem_nr_records; record++)
		bytes += record->end - record->start;
	if (pages)
		out_printf(out,
			   "bootmem: %lu pages handed out, for %llu bytes; %llu bytes of them are "
			   "unused\n",
			   pages, bytes, PFN_PHYS(pages) - bytes);
}

void bootmem_show(struct out *out)
{
	const struct bootmem_record *record;

	for (record = records; record < records + bootmem_nr_records; record++)
		show_record(out, record);
	if (bootmem_records_lost)
		out_printf(out, "bootmem: %u further allocations were not recorded\n",
			   bootmem_records_lost);
	show_sum(out);
}
