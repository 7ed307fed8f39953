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
 * 3. Invariants
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
 * 5. No room   RAM that is left out is only unused; a reservation that is left out would be
 *              overwritten. So if a reservation finds no room, the RAM that it touches is taken out
 *              of the map, and from the first loss on no RAM is added.
 * 6. Rounding  The map is never rounded. e820_next_ram() rounds RAM inwards to whole pages: a page
 *              is used only if all its bytes are RAM.
 * 7. Locking   None: the map is built during the boot and does not change after it.
 */
#include <asm/e820.h>
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

/* Take out the RAM that touches [@start, @last], as whole regions: this needs no room. */
static void drop_ram_under(struct e820_map *map, u64 start, u64 last)
{
	unsigned int i = region_at(map, start);

	while (i < map->nr && map->region[i].start <= last) {
		if (map->region[i].type == E820_RAM)
			remove_region(map, i);
		else
			i++;
	}
}

/* The splits need two regions at most, the holes one each. */
static bool has_room(const struct e820_map *map, u64 start, u64 last)
{
	return map->nr + 2 + count_holes(map, start, last) <= E820_MAX;
}

static void lay_over(struct e820_map *map, u64 start, u64 last, u32 type)
{
	split_at(map, start);
	split_at(map, last + 1); /* 0 behind the last address: nothing begins before it */
	raise_types(map, start, last, type);
	merge_regions(map, start, last);
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
	if ((type == E820_RAM && map->lost) || !has_room(map, addr, last)) {
		map->lost++;
		if (type != E820_RAM)
			drop_ram_under(map, addr, last);
		return E820_FULL;
	}
	lay_over(map, addr, last, type);
	return wraps ? E820_CLAMPED : E820_OK;
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

void __init e820_add_firmware_entry(struct e820_map *map, u64 addr, u64 size, u32 type)
{
	static const char *const remarks[] = {
		[E820_DROPPED] = "reaches over the end of the address space, ignored",
		[E820_CLAMPED] = "reaches over the end of the address space, cut there",
		[E820_FULL] = "finds no room in the map",
	};
	enum e820_verdict verdict = e820_add(map, addr, size, type);
	char name[16];

	if (verdict != E820_OK && verdict != E820_EMPTY)
		pr_warn("e820: entry at 0x%016llx, size 0x%016llx, %s: %s\n", addr, size,
			e820_type_name(type, name), remarks[verdict]);
}

/* The two sizes that every loader knows, in KiB from 0 and from 1 MiB. */
static void __init add_basic_mem(struct e820_map *map, const struct boot_info *bi)
{
	pr_warn("e820: no usable map, falling back to the basic sizes %uK and %uK\n", bi->mem_lower,
		bi->mem_upper);
	e820_add_firmware_entry(map, 0, (u64)bi->mem_lower << 10, E820_RAM);
	e820_add_firmware_entry(map, 1u << 20, (u64)bi->mem_upper << 10, E820_RAM);
}

void __init e820_from_firmware(struct e820_map *map, const struct boot_info *bi)
{
	const struct boot_e820_entry *entry;

	map->nr = 0;
	map->lost = 0;
	for (entry = bi->e820; entry < bi->e820 + bi->nr_e820; entry++)
		e820_add_firmware_entry(map, entry->addr, entry->size, entry->type);
	if (bi->e820_lost)
		pr_warn("e820: %u entries of the firmware's map are lost, %u kept\n", bi->e820_lost,
			bi->nr_e820);
	if (!map->nr && bi->has_basic_mem)
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
