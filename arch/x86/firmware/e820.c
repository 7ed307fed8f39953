/* SPDX-License-Identifier: 0BSD
 *
 * e820.c - from the firmware's entries to a sorted, non-overlapping, byte-exact memory map.
 *
 * 1. Concepts  Firmware entries come in any order, overlap, repeat and lie. The map built from them
 *              is a function from addresses to types: an address gets the highest type number of
 *              the entries that cover it (RAM is 1, so all that is reserved wins over it), and an
 *              address that no entry covers is a hole. Since a maximum does not care about order,
 *              entries are laid over the map one by one as they come.
 * 2. Data      map->region[0..nr), bytes inclusive at both ends, so that the last byte of the
 *              64-bit address space can be named. n entries have at most 2n ends, so they make at
 *              most 2n - 1 regions.
 * 3. Invariants  (check_e820.c)
 *              I1 start <= last in each region;
 *              I2 regions are sorted and do not overlap;
 *              I3 regions that touch differ in type;
 *              I4 nr <= E820_MAX.
 * 4. Overlay   To lay [start, last] over the map: split the regions at both ends of it, so that
 *              each region is either inside or outside; inside, raise the types and fill the
 *              holes; merge.
 *
 *                  map        |---2---|      |------1------|
 *                  new              |-----------3-----|
 *                  split      |--2--|2|      |----1---|-1--|
 *                  raise      |--2--|3|--3---|----3---|-1--|
 *                  merge      |--2--|--------3--------|-1--|
 *
 * 5. No room   A map that is full is squeezed before the next entry is laid over it: RAM of few
 *              whole pages becomes a hole, and regions that are not RAM with few whole pages
 *              between them become one, of the higher type. It begins with no page at all (so what
 *              costs nothing goes first) and doubles the number until there is room. So RAM is
 *              lost only where the map is most crowded, in the smallest pieces; and what was
 *              called reserved once never counts as RAM, whatever comes later.
 * 6. Rounding  The map is never rounded. e820_next_ram() rounds RAM inwards to whole pages: a page
 *              is used only if all its bytes are RAM.
 * 7. Locking   None: the map is built during the boot and does not change after it.
 */
#include <asm/firmware/e820.h>
#include <lib/compiler.h>
#include <lib/format.h>
#include <lib/init.h>
#include <lib/printk.h>
#include <lib/string.h>

#define ADDR_LAST (~0ULL)
#define LIMIT_4G  (1ULL << 32)
#define PAGE_LAST ((u64)PAGE_SIZE - 1) /* offset of the last byte of a page */

/* The window of video memory and BIOS, 640 KiB to 1 MiB: some maps claim it as RAM. */
#define LEGACY_START_PFN 0xa0ULL
#define LEGACY_END_PFN	 0x100ULL

/* Index of the first region that ends at or behind @addr; map->nr if there is none. */
static unsigned int region_at(const struct e820_map *map, u64 addr)
{
	unsigned int low = 0, high = map->nr;

	while (low < high) {
		unsigned int middle = low + (high - low) / 2;

		if (map->region[middle].last < addr)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* First whole page of @r; the sum is made in pages, where it cannot wrap. */
static u64 first_pfn(const struct e820_region *r)
{
	return (r->start >> PAGE_SHIFT) + ((r->start & PAGE_LAST) != 0);
}

/* The page after the last whole one of @r. */
static u64 end_pfn(const struct e820_region *r)
{
	return (r->last >> PAGE_SHIFT) + ((r->last & PAGE_LAST) == PAGE_LAST);
}

static u64 whole_pages(const struct e820_region *r)
{
	u64 first = first_pfn(r), end = end_pfn(r);

	return first < end ? end - first : 0;
}

static void insert_region(struct e820_map *map, unsigned int i, u64 start, u64 last, u32 type)
{
	struct e820_region *at = &map->region[i];

	memmove(at + 1, at, (map->nr - i) * sizeof(*at));
	*at = (struct e820_region){ .start = start, .last = last, .type = type };
	map->nr++;
}

static void remove_region(struct e820_map *map, unsigned int i)
{
	struct e820_region *at = &map->region[i];

	map->nr--;
	memmove(at, at + 1, (map->nr - i) * sizeof(*at));
}

/* Make @addr the start of a region, if it lies in the middle of one. */
static void split_at(struct e820_map *map, u64 addr)
{
	unsigned int i = region_at(map, addr);
	struct e820_region *r = &map->region[i];

	if (i == map->nr || r->start >= addr)
		return;
	insert_region(map, i + 1, addr, r->last, r->type);
	r->last = addr - 1;
}

/* Restore I3 in [@start, @last], where a region begins, and at its two ends. */
static void merge_regions(struct e820_map *map, u64 start, u64 last)
{
	unsigned int kept = region_at(map, start), i;

	if (!map->nr)
		return;
	if (kept)
		kept--;
	for (i = kept + 1; i < map->nr && map->region[i].start - 1 <= last; i++) {
		struct e820_region *r = &map->region[i], *prev = &map->region[kept];

		if (prev->type == r->type && prev->last + 1 == r->start)
			prev->last = r->last;
		else
			map->region[++kept] = *r;
	}
	memmove(&map->region[kept + 1], &map->region[i], (map->nr - i) * sizeof(map->region[0]));
	map->nr -= i - kept - 1;
}

/* Number of holes in [@start, @last]. */
static unsigned int count_holes(const struct e820_map *map, u64 start, u64 last)
{
	unsigned int i, holes = 0;
	u64 pos = start;

	for (i = region_at(map, start); i < map->nr && map->region[i].start <= last; i++) {
		if (map->region[i].start > pos)
			holes++;
		if (map->region[i].last >= last)
			return holes;
		pos = map->region[i].last + 1;
	}
	return holes + 1;
}

/* Give every byte of [@start, @last] at least @type. No region reaches over either end, and there
 * is room for the holes. */
static void raise_types(struct e820_map *map, u64 start, u64 last, u32 type)
{
	unsigned int i = region_at(map, start);
	u64 pos = start;

	for (;; i++) {
		struct e820_region *r = &map->region[i];
		bool more = i < map->nr && r->start <= last;

		if (more && r->start == pos)
			r->type = max(r->type, type);
		else
			insert_region(map, i, pos, more ? r->start - 1 : last, type);
		if (r->last == last)
			return;
		pos = r->last + 1;
	}
}

/* Take out the regions inside of [@start, @last] that an entry of @type will cover in any case. */
static void remove_weaker(struct e820_map *map, u64 start, u64 last, u32 type)
{
	unsigned int first = region_at(map, start), kept = first, i;

	for (i = first; i < map->nr && map->region[i].start <= last; i++) {
		struct e820_region *r = &map->region[i];

		if (r->start < start || r->last > last || r->type > type)
			map->region[kept++] = *r;
	}
	memmove(&map->region[kept], &map->region[i], (map->nr - i) * sizeof(map->region[0]));
	map->nr -= i - kept;
}

/* Can @r be joined with the region @prev before it, at the cost of @limit whole pages at most? */
static bool can_join(const struct e820_region *prev, const struct e820_region *r, u64 limit)
{
	const struct e820_region gap = { .start = prev->last + 1, .last = r->start - 1 };

	return prev->type != E820_RAM && r->type != E820_RAM && whole_pages(&gap) <= limit;
}

/* Make @map smaller, down to @wanted regions if @limit pages in one place are enough for that. */
static void squeeze(struct e820_map *map, unsigned int wanted, u64 limit)
{
	unsigned int kept = 0, i;

	for (i = 0; i < map->nr; i++) {
		struct e820_region r = map->region[i];
		struct e820_region *prev = kept ? &map->region[kept - 1] : NULL;

		if (kept + map->nr - i <= wanted) {
			map->region[kept++] = r;
		} else if (r.type == E820_RAM && whole_pages(&r) <= limit) {
			map->lost += whole_pages(&r);
		} else if (prev && can_join(prev, &r, limit)) {
			prev->type = max(prev->type, r.type);
			prev->last = r.last;
		} else {
			map->region[kept++] = r;
		}
	}
	map->nr = kept;
}

/* Room to lay an entry over [@start, @last]: the splits need two regions at most, the holes one
 * each. Some more is made, so that it is not done for each entry. */
static void make_room(struct e820_map *map, u64 start, u64 last)
{
	u64 limit = 0;

	while (map->nr + 2 + count_holes(map, start, last) > E820_MAX) {
		unsigned int wanted = map->nr - E820_MAX / 16;

		map->squeezed = true;
		squeeze(map, wanted, limit);
		if (map->nr > wanted)
			limit = limit ? 2 * limit : 1;
	}
}

static void lay_over(struct e820_map *map, u64 start, u64 last, u32 type)
{
	remove_weaker(map, start, last, type);
	make_room(map, start, last);
	split_at(map, start);
	split_at(map, last + 1); /* 0 behind the last address: nothing begins before it */
	raise_types(map, start, last, type);
	merge_regions(map, start, last);
}

void e820_clear(struct e820_map *map)
{
	map->nr = 0;
	map->squeezed = false;
	map->lost = 0;
}

enum e820_verdict e820_add(struct e820_map *map, u64 addr, u64 size, u32 type)
{
	u64 last = addr + size - 1;
	bool wraps = last < addr;

	if (!size)
		return E820_EMPTY;
	if (wraps && type == E820_RAM)
		return E820_DROPPED;
	if (wraps)
		last = ADDR_LAST;
	lay_over(map, addr, last, type);
	return wraps ? E820_CLAMPED : E820_OK;
}

/* The same for regions inside of [@start, @last] alone. */
static void convert_regions(struct e820_map *map, u64 start, u64 last, u32 from, u32 to)
{
	unsigned int i = region_at(map, start);

	while (i < map->nr && map->region[i].start <= last) {
		if (map->region[i].type == from && !to) {
			remove_region(map, i);
			continue;
		}
		if (map->region[i].type == from)
			map->region[i].type = to;
		i++;
	}
}

void e820_convert(struct e820_map *map, u64 addr, u64 size, u32 from, u32 to)
{
	u64 last = addr + size - 1;

	make_room(map, addr, last);
	split_at(map, addr);
	split_at(map, last + 1);
	if (from)
		convert_regions(map, addr, last, from, to);
	else
		remove_weaker(map, addr, last, ~0u);
	if (!from && to)
		insert_region(map, region_at(map, addr), addr, last, to);
	merge_regions(map, addr, last);
}

void e820_limit_ram(struct e820_map *map, u64 limit)
{
	unsigned int i = 0;

	while (i < map->nr) {
		struct e820_region *r = &map->region[i];

		if (r->type == E820_RAM && r->start >= limit) {
			remove_region(map, i);
			continue;
		}
		if (r->type == E820_RAM && r->last >= limit)
			r->last = limit - 1;
		i++;
	}
}

/* The two sizes that every loader knows, in KiB from 0 and from 1 MiB. */
static void __init add_basic_mem(struct e820_map *map, const struct boot_info *bi)
{
	pr_warn("e820: no usable map, falling back to the basic sizes %uK and %uK\n", bi->mem_lower,
		bi->mem_upper);
	e820_add(map, 0, (u64)min(bi->mem_lower, 640u) << 10, E820_RAM);
	e820_add(map, 1u << 20, (u64)bi->mem_upper << 10, E820_RAM);
}

static void __init show_wrapped(const struct boot_info *bi)
{
	const struct boot_e820_entry *first = &bi->first_wrapped;
	char name[16];

	pr_warn("e820: %u entries reach over the end of the address space, the first at 0x%016llx, "
		"size 0x%016llx, %s: usable ones are ignored, others are cut there\n",
		bi->nr_wrapped, first->addr, first->size, e820_type_name(first->type, name));
}

void __init e820_from_firmware(struct e820_map *map, const struct boot_info *bi)
{
	struct ram_range ram = { 0 };

	if (bi->nr_wrapped)
		show_wrapped(bi);
	if (map->squeezed)
		pr_warn("e820: more than %d regions, joined where they are most crowded; %lluK of "
			"RAM are left out\n",
			E820_MAX, map->lost << (PAGE_SHIFT - 10));
	if (!e820_next_ram(map, &ram) && bi->has_basic_mem)
		add_basic_mem(map, bi);
}

const char *e820_type_name(u32 type, char buf[16])
{
	switch (type) {
	case E820_RAM:
		return "usable";
	case E820_RESERVED:
		return "reserved";
	case E820_ACPI:
		return "ACPI data";
	case E820_NVS:
		return "ACPI NVS";
	case E820_UNUSABLE:
		return "unusable";
	case E820_PMEM:
		return "persistent (type 7)";
	default:
		snprintf(buf, 16, "type %u", type);
		return buf;
	}
}

void e820_print(const struct e820_map *map, const char *who)
{
	const struct e820_region *r;
	char name[16];

	for (r = map->region; r < map->region + map->nr; r++)
		pr_info("%s: [mem 0x%016llx-0x%016llx] %s\n", who, r->start, r->last,
			e820_type_name(r->type, name));
}

u64 e820_ram_above_4g(const struct e820_map *map)
{
	const struct e820_region *r;
	u64 bytes = 0;

	for (r = map->region; r < map->region + map->nr; r++) {
		if (r->type == E820_RAM && r->last >= LIMIT_4G)
			bytes += r->last - max(r->start, LIMIT_4G) + 1;
	}
	return bytes;
}

/* One region is enough to look at: by I3, RAM that goes on is in the same region. */
bool e820_all_ram(const struct e820_map *map, u64 start, u64 last)
{
	unsigned int i = region_at(map, start);
	const struct e820_region *r = &map->region[i];

	return i < map->nr && r->type == E820_RAM && r->start <= start && r->last >= last;
}

bool e820_any_ram(const struct e820_map *map, u64 start, u64 last)
{
	const struct e820_region *r;

	for (r = map->region; r < map->region + map->nr; r++)
		if (r->type == E820_RAM && r->start <= last && r->last >= start)
			return true;
	return false;
}

unsigned long e820_ram_pages(const struct e820_map *map, unsigned long start_pfn,
			     unsigned long end_pfn)
{
	struct ram_range ram = { 0 };
	unsigned long pages = 0;

	while (e820_next_ram(map, &ram) && ram.start_pfn < end_pfn)
		if (ram.end_pfn > start_pfn)
			pages += min(ram.end_pfn, end_pfn) - max(ram.start_pfn, start_pfn);
	return pages;
}

bool e820_cut_to_ram(const struct e820_map *map, unsigned long *start_pfn, unsigned long *end_pfn)
{
	unsigned long first = *end_pfn, end = *start_pfn;
	struct ram_range ram = { 0 };

	while (e820_next_ram(map, &ram) && ram.start_pfn < *end_pfn) {
		if (ram.end_pfn <= *start_pfn)
			continue;
		first = min(first, max(ram.start_pfn, *start_pfn));
		end = min(ram.end_pfn, *end_pfn);
	}
	*start_pfn = first;
	*end_pfn = end;
	return first < end;
}

/* Each step takes what is left of one region behind the previous range, up to the legacy window. */
bool e820_next_ram(const struct e820_map *map, struct ram_range *range)
{
	for (; range->region < map->nr; range->region++) {
		const struct e820_region *r = &map->region[range->region];
		u64 done = max(range->end_pfn, 1UL); /* page 0 is never used */
		u64 start = max(first_pfn(r), done);
		u64 end = min(end_pfn(r), (u64)MAX_PFN_LIMIT);

		if (r->type != E820_RAM)
			continue;
		if (start < LEGACY_START_PFN)
			end = min(end, LEGACY_START_PFN);
		else
			start = max(start, LEGACY_END_PFN);
		if (start >= end)
			continue;
		range->start_pfn = (unsigned long)start;
		range->end_pfn = (unsigned long)end;
		return true;
	}
	return false;
}
