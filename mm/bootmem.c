/* SPDX-License-Identifier: 0BSD
 *
 * bootmem.c - the boot memory allocator (Gorman chapter 5, Mauerer 3.4.3).
 *
 * 1. Concepts    Before there is a mem_map, a node's memory is described by one bit a page: set =
 *                used or not RAM, clear = free. Everything starts as used; the boot clears what the
 *                firmware calls RAM and sets again what is taken. An allocation is the first run of
 *                clear bits that is long enough, from a goal upwards, else from the start of the
 *                node.
 *
 * 2. Merging     Many boot allocations are small. (last_pos, last_offset) remember where the last
 *                one ended inside its last page; the next one with an alignment below a page goes
 *                on there if the pages it spills into are free, and if there is no place for it
 *                between its goal and that page, so that merging never skips the first fit:
 *
 *                    page last_pos                    page last_pos + 1
 *                    [old|pad|new ............... ][... new |        ]
 *                        ^last_offset                       ^last_offset, last_pos moved on
 *
 *                last_offset 0 means that the last page is full, or that it was freed since.
 *
 * 3. Hint        Searches from one goal are the rule. [hint_goal, hint_idx) is known to hold no
 *                free page, so a search that starts in there starts at hint_idx. Freeing a page in
 *                the range shortens it.
 *
 * 4. Invariants  (check_bootmem.c)
 *                B1 the bitmap lies in pages that the bitmap itself marks used; B2 last_pos is a
 *                used page if last_offset is not 0; B3 last_offset is below PAGE_SIZE; B4 no clear
 *                bit in [hint_goal, hint_idx), and both lie in the node; B5 bits behind the node's
 *                end, up to the end of the last word, are set.
 *
 * 5. Locking     None: one CPU, during the boot only. Retired by free_all_bootmem(), which takes
 *                the bitmap away; a later call stops.
 *
 * 6. Not done    Freeing less than a page: a page that is used in part stays used. A search over
 *                several nodes: the forms without a node mean node 0, whose bitmap covers all of
 *                lowmem; free_all_bootmem() gives each page to the zone that its flags name.
 */
#include <lib/align.h>
#include <lib/bitmap.h>
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
	phys_addr_t start, end; /* [start, end) */
};

static struct bootmem_record records[BOOTMEM_RECORDS];
unsigned int bootmem_nr_records, bootmem_records_lost;

bool bootmem_debug;
unsigned long bootmem_taken_pages, bootmem_given_pages, bootmem_released_pages;

#define bootmem_dbg(fmt, ...)                                                \
	do {                                                                 \
		if (bootmem_debug)                                           \
			printk("bootmem::%s " fmt, __func__, ##__VA_ARGS__); \
	} while (0)

static bootmem_data_t bootmem_node0 __initdata;

static unsigned long __init nr_bits(const bootmem_data_t *bdata)
{
	return bdata->node_low_pfn - bdata->node_min_pfn;
}

/* The live bitmap of @pgdat; a call after retirement stops here. */
static bootmem_data_t *__init live(struct pglist_data *pgdat, const char *caller)
{
	mm_bug_on(
		!pgdat->bdata,
		"%s() called before init_bootmem() or after free_all_bootmem(): use alloc_pages() "
		"or kmalloc() once mem_init() has run",
		caller);
	return pgdat->bdata;
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
	int nid;

	for_each_online_node (nid)
		if (NODE_DATA(nid)->bdata)
			return true;
	return false;
}

unsigned long __init bootmem_free_pages(void)
{
	unsigned long pages = 0;
	int nid;

	mm_bug_on(!bootmem_is_live(), "called before init_bootmem() or after free_all_bootmem()");
	for_each_online_node (nid) {
		const bootmem_data_t *bdata = NODE_DATA(nid)->bdata;

		if (bdata)
			pages += count_free(bdata, 0, nr_bits(bdata));
	}
	return pages;
}

static unsigned long __init bitmap_bytes(unsigned long pages)
{
	return BITS_TO_LONGS(pages) * sizeof(unsigned long);
}

unsigned long __init bootmem_bootmap_pages(unsigned long pages)
{
	return ALIGN_UP(bitmap_bytes(pages), PAGE_SIZE) >> PAGE_SHIFT;
}

/* Begin, or begin again, with bitmap @map and everything reserved. Return: bytes of the bitmap. */
static unsigned long __init reserve_all(bootmem_data_t *bdata, unsigned long *map,
					unsigned long startpfn, unsigned long endpfn)
{
	unsigned long bytes = bitmap_bytes(endpfn - startpfn);

	mm_bug_on(startpfn >= endpfn, "empty node: pfn %lu to %lu", startpfn, endpfn);
	if (bdata->node_bootmem_map)
		bootmem_taken_pages += count_free(bdata, 0, nr_bits(bdata));
	*bdata = (bootmem_data_t){
		.node_min_pfn = startpfn,
		.node_low_pfn = endpfn,
		.node_bootmem_map = map,
	};
	memset(map, 0xFF, bytes);
	return bytes;
}

unsigned long __init init_bootmem_node(struct pglist_data *pgdat, unsigned long freepfn,
				       unsigned long startpfn, unsigned long endpfn)
{
	bootmem_data_t *bdata = live(pgdat, __func__);
	unsigned long bytes = reserve_all(bdata, phys_to_virt(PFN_PHYS(freepfn)), startpfn, endpfn);

	bdata->map_pages = bootmem_bootmap_pages(endpfn - startpfn);
	bootmem_dbg("nid=%d start=%lx map=%lx end=%lx mapsize=%lx\n", pgdat->node_id, startpfn,
		    freepfn, endpfn, bytes);
	return bytes;
}

unsigned long __init init_bootmem(unsigned long start, unsigned long pages)
{
	mm_bug_on(pages > ZONE_NORMAL_END_PFN,
		  "lowmem ends at pfn %lu, but the direct map at %lu (ZONE_NORMAL_END_PFN)", pages,
		  ZONE_NORMAL_END_PFN);
	min_low_pfn = start;
	max_low_pfn = pages;
	node_set_online(0);
	NODE_DATA(0)->bdata = &bootmem_node0;
	return init_bootmem_node(NODE_DATA(0), start, 0, pages);
}

void __init init_bootmem_at(unsigned long *map, unsigned long pages)
{
	min_low_pfn = 0;
	max_low_pfn = pages;
	node_set_online(0);
	NODE_DATA(0)->bdata = &bootmem_node0;
	reserve_all(&bootmem_node0, map, 0, pages);
}

/* Bit of @pfn, which must lie in the node or be its end; the caller's address may be any. */
static unsigned long __init pfn_to_idx(const bootmem_data_t *bdata, u64 pfn, const char *caller)
{
	mm_bug_on(pfn < bdata->node_min_pfn || pfn > bdata->node_low_pfn,
		  "%s(): pfn %llu is outside the node's %lu to %lu (high memory?)", caller, pfn,
		  bdata->node_min_pfn, bdata->node_low_pfn);
	return (unsigned long)pfn - bdata->node_min_pfn;
}

static void __init reserve_range(bootmem_data_t *bdata, unsigned long start, unsigned long end)
{
	bootmem_taken_pages += count_free(bdata, start, end);
	bitmap_set(bdata->node_bootmem_map, start, end);
}

void __init reserve_bootmem_node(struct pglist_data *pgdat, phys_addr_t addr, phys_addr_t size)
{
	bootmem_data_t *bdata = live(pgdat, __func__);
	phys_addr_t last = addr + size - 1;

	mm_bug_on(!size, "nothing to reserve at 0x%llx", addr);
	mm_bug_on(last < addr, "0x%llx bytes at 0x%llx wrap", size, addr);
	bootmem_dbg("start=%llx end=%llx\n", addr >> PAGE_SHIFT, (last >> PAGE_SHIFT) + 1);
	reserve_range(bdata, pfn_to_idx(bdata, addr >> PAGE_SHIFT, __func__),
		      pfn_to_idx(bdata, (last >> PAGE_SHIFT) + 1, __func__));
}

void __init reserve_bootmem(phys_addr_t addr, phys_addr_t size)
{
	reserve_bootmem_node(NODE_DATA(0), addr, size);
}

static void __init record(const char *who, phys_addr_t start, phys_addr_t end)
{
	struct bootmem_record *next = &records[bootmem_nr_records];

	if (bootmem_nr_records && next[-1].who == who && next[-1].end == start) {
		next[-1].end = end;
	} else if (bootmem_nr_records < BOOTMEM_RECORDS) {
		*next = (struct bootmem_record){ who, start, end };
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
			record(old.who, end, old.end);
	}
}

/* Make the hint and the merge position forget pages that are free again. */
static void __init forget_freed(bootmem_data_t *bdata, unsigned long start, unsigned long end)
{
	if (start < bdata->hint_idx && end > bdata->hint_goal)
		bdata->hint_idx = max(start, bdata->hint_goal);
	if (bdata->last_pos >= start && bdata->last_pos < end)
		bdata->last_offset = 0;
}

/* Whatever is freed around them, the bitmap's own pages stay used. */
static void __init keep_bitmap(bootmem_data_t *bdata)
{
	unsigned long pfn = PFN_DOWN(virt_to_phys(bdata->node_bootmem_map));
	unsigned long start = max(pfn, bdata->node_min_pfn);
	unsigned long end = min(pfn + bdata->map_pages, bdata->node_low_pfn);

	if (start < end)
		reserve_range(bdata, start - bdata->node_min_pfn, end - bdata->node_min_pfn);
}

static void __init free_range(bootmem_data_t *bdata, unsigned long start, unsigned long end)
{
	bitmap_clear(bdata->node_bootmem_map, start, end);
	bootmem_given_pages += end - start;
	forget_freed(bdata, start, end);
	forget_records(PFN_PHYS(bdata->node_min_pfn + start), PFN_PHYS(bdata->node_min_pfn + end));
	keep_bitmap(bdata);
}

void __init free_bootmem_node(struct pglist_data *pgdat, phys_addr_t addr, phys_addr_t size)
{
	bootmem_data_t *bdata = live(pgdat, __func__);
	unsigned long start, end, bit;

	mm_bug_on(!size, "nothing to free at 0x%llx", addr);
	mm_bug_on(addr + size < addr, "0x%llx bytes at 0x%llx wrap", size, addr);
	bootmem_dbg("start=%llx end=%llx\n", (addr + PAGE_SIZE - 1) >> PAGE_SHIFT,
		    (addr + size) >> PAGE_SHIFT);
	start = pfn_to_idx(bdata, (addr + PAGE_SIZE - 1) >> PAGE_SHIFT, __func__);
	end = pfn_to_idx(bdata, (addr + size) >> PAGE_SHIFT, __func__);
	if (start >= end)
		return; /* less than a whole page */
	bit = find_next_zero_bit(bdata->node_bootmem_map, start, end);
	mm_bug_on(bit != end, "pfn %lu is free already (freed twice?)", bdata->node_min_pfn + bit);
	free_range(bdata, start, end);
}

void __init free_bootmem(phys_addr_t addr, phys_addr_t size)
{
	free_bootmem_node(NODE_DATA(0), addr, size);
}

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

/* First run of @pages clear bits from @from on, aligned to @align bytes; NOT_FOUND if none. */
static unsigned long __init find_run(bootmem_data_t *bdata, unsigned long from, unsigned long pages,
				     unsigned long align)
{
	unsigned long end = nr_bits(bdata);
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
static unsigned long __init largest_run(const bootmem_data_t *bdata)
{
	unsigned long end = nr_bits(bdata), longest = 0, start = 0, stop;

	for (; start < end; start = stop) {
		start = find_next_zero_bit(bdata->node_bootmem_map, start, end);
		stop = find_next_bit(bdata->node_bootmem_map, start, end);
		longest = max(longest, stop - start);
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
static bool __init no_fit_before_last(bootmem_data_t *bdata, unsigned long size,
				      unsigned long align, unsigned long goal_idx)
{
	if (goal_idx >= bdata->hint_goal && bdata->last_pos < bdata->hint_idx)
		return true;
	return find_run(bdata, goal_idx, pages_of(size), align) > bdata->last_pos;
}

/* Go on in the last page of the last allocation, see section 2.
 * Return: byte offset from the start of the node; NO_MEMORY if that is not possible. */
static phys_addr_t __init alloc_merged(bootmem_data_t *bdata, unsigned long size,
				       unsigned long align, unsigned long goal_idx)
{
	unsigned long offset = ALIGN_UP(bdata->last_offset, align);
	unsigned long next = bdata->last_pos + 1, end, spill;

	if (!bdata->last_offset || align >= PAGE_SIZE || bdata->last_pos < goal_idx)
		return NO_MEMORY;
	spill = size > PAGE_SIZE - offset ? size - (PAGE_SIZE - offset) : 0;
	if (spill > (nr_bits(bdata) - next) << PAGE_SHIFT)
		return NO_MEMORY;
	end = next + PFN_UP(spill);
	if ((spill && find_next_bit(bdata->node_bootmem_map, next, end) != end) ||
	    !no_fit_before_last(bdata, size, align, goal_idx))
		return NO_MEMORY;

	if (spill)
		take_pages(bdata, next, end);
	bdata->last_offset = (offset + size) & (PAGE_SIZE - 1);
	bdata->last_pos = end - 1;
	return PFN_PHYS(next - 1) + offset;
}

/* A fresh run of pages at or above @goal_idx. Return: as alloc_merged(). */
static phys_addr_t __init alloc_run(bootmem_data_t *bdata, unsigned long size, unsigned long align,
				    unsigned long goal_idx)
{
	unsigned long pages = pages_of(size);
	unsigned long start = find_run(bdata, goal_idx, pages, align);

	if (start == NOT_FOUND)
		return NO_MEMORY;
	take_pages(bdata, start, start + pages);
	bdata->last_pos = start + pages - 1;
	bdata->last_offset = size & (PAGE_SIZE - 1);
	return PFN_PHYS(start);
}

static phys_addr_t __init alloc_from(bootmem_data_t *bdata, unsigned long size, unsigned long align,
				     unsigned long goal_idx)
{
	phys_addr_t offset = alloc_merged(bdata, size, align, goal_idx);

	return offset != NO_MEMORY ? offset : alloc_run(bdata, size, align, goal_idx);
}

/* The core of all forms: from @goal if it lies in the node, else (and if that fails) from the
 * start.
 * Return: zeroed memory, or NULL. */
static void *__init alloc_core(const char *who, bootmem_data_t *bdata, unsigned long size,
			       unsigned long align, phys_addr_t goal)
{
	unsigned long goal_pfn = PFN_UP(goal), goal_idx = 0;
	phys_addr_t offset, start;

	mm_bug_on(!size, "%s asks for 0 bytes", who);
	mm_bug_on(!is_power_of_2(align), "%s asks for alignment %lu, no power of two", who, align);
	if (goal_pfn > bdata->node_min_pfn && goal_pfn < bdata->node_low_pfn)
		goal_idx = goal_pfn - bdata->node_min_pfn;

	offset = alloc_from(bdata, size, align, goal_idx);
	if (offset == NO_MEMORY && goal_idx)
		offset = alloc_from(bdata, size, align, 0);
	if (offset == NO_MEMORY)
		return NULL;
	start = PFN_PHYS(bdata->node_min_pfn) + offset;
	bootmem_dbg("%s size=%lx align=%lx goal=%llx -> %llx\n", who, size, align, goal, start);
	record(who, start, start + size);
	return memset(phys_to_virt(start), 0, size);
}

void *__init bootmem_alloc_nopanic(const char *who, unsigned long size, unsigned long align,
				   phys_addr_t goal)
{
	return alloc_core(who, live(NODE_DATA(0), who), size, align, goal);
}

void *__init bootmem_alloc_node(const char *who, struct pglist_data *pgdat, unsigned long size,
				unsigned long align, phys_addr_t goal)
{
	void *memory = alloc_core(who, live(pgdat, who), size, align, goal);

	if (!memory)
		panic("Out of memory: bootmem alloc of %lu bytes for %s failed, %lu pages are "
		      "free, of which the node has %lu in a row",
		      size, who, bootmem_free_pages(), largest_run(pgdat->bdata));
	return memory;
}

void *__init bootmem_alloc(const char *who, unsigned long size, unsigned long align,
			   phys_addr_t goal)
{
	return bootmem_alloc_node(who, NODE_DATA(0), size, align, goal);
}

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

unsigned long __init free_all_bootmem_node(struct pglist_data *pgdat)
{
	bootmem_data_t *bdata = live(pgdat, __func__);
	unsigned long *map = bdata->node_bootmem_map, min_pfn = bdata->node_min_pfn;
	unsigned long end = max(min(bdata->node_low_pfn, mem_map_end_pfn), min_pfn) - min_pfn;
	unsigned long idx = 0, freed = 0;

	mm_bug_on(!pgdat->node_present_pages, "free_area_init_nodes() was not called before");
	reserve_range(bdata, end, nr_bits(bdata)); /* what is not described cannot be given */
	while ((idx = find_next_zero_bit(map, idx, end)) < end) {
		unsigned long stop = find_next_bit(map, idx, end);

		freed += give_pages(min_pfn + idx, min_pfn + stop);
		idx = stop;
	}
	pgdat->bdata = NULL;
	freed += give_bitmap(bdata);
	bdata->node_bootmem_map = NULL;
	bootmem_released_pages += freed;
	bootmem_dbg("nid=%d released=%lx\n", pgdat->node_id, freed);
	return freed;
}

unsigned long __init free_all_bootmem(void)
{
	return free_all_bootmem_node(NODE_DATA(0));
}

static void show_record(struct out *out, const struct bootmem_record *record)
{
	if (record->start == record->end)
		return; /* freed */
	out_printf(out, "bootmem: [mem 0x%08llx-0x%08llx] %8llu bytes  %s\n", record->start,
		   record->end - 1, record->end - record->start, record->who);
}

void bootmem_page_show(struct out *out, unsigned long pfn)
{
	const struct bootmem_record *record;

	for (record = records; record < records + bootmem_nr_records; record++)
		if (record->start < PFN_PHYS(pfn + 1) && record->end > PFN_PHYS(pfn))
			show_record(out, record);
}

void bootmem_show(struct out *out)
{
	const struct bootmem_record *record;

	for (record = records; record < records + bootmem_nr_records; record++)
		show_record(out, record);
	if (bootmem_records_lost)
		out_printf(out, "bootmem: %u further allocations were not recorded\n",
			   bootmem_records_lost);
}
