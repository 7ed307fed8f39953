/* SPDX-License-Identifier: 0BSD
 *
 * e820_oracle.c - a memory map against the entries that it was made of.
 *
 * 1. Bytes     The type of an address is the highest type of the entries that cover it. This
 *              function of addresses changes only where an entry begins or ends, and the map only
 *              where a region does. So if both are equal at all these places, they are equal. A
 *              map that was squeezed may have less RAM, and other types for what is not RAM.
 * 2. Pages     The same for e820_next_ram(): a page is RAM to the kernel if one region of RAM holds
 *              all its bytes; that can change only near the ends of regions, and at the borders of
 *              what the kernel leaves out.
 */
#include "fuzz.h"

#include <lib/bug.h>
#include <lib/compiler.h>

#define HOLE	  (~0ULL) /* beside the types, which have 32 bits */
#define ADDR_LAST (~0ULL)
#define PAGE_LAST ((u64)PAGE_SIZE - 1)

struct entries {
	const struct boot_e820_entry *first, *end;
	u64 limit; /* no RAM from here on; 0: no limit */
};

/* Last byte of an entry that is not empty. */
static u64 entry_last(const struct boot_e820_entry *e)
{
	return e->size - 1 > ADDR_LAST - e->addr ? ADDR_LAST : e->addr + e->size - 1;
}

/* RAM that reaches over the end of all addresses is a lie as a whole. */
static bool entry_counts(const struct boot_e820_entry *e)
{
	return e->size && (e->type != E820_RAM || e->size - 1 <= ADDR_LAST - e->addr);
}

static u64 type_by_entries(const struct entries *entries, u64 addr)
{
	const struct boot_e820_entry *e;
	u64 type = HOLE;

	for (e = entries->first; e < entries->end; e++)
		if (entry_counts(e) && e->addr <= addr && addr <= entry_last(e) &&
		    (type == HOLE || e->type > type))
			type = e->type;
	if (type == E820_RAM && entries->limit && addr >= entries->limit)
		type = HOLE;
	return type;
}

static u64 type_by_map(const struct e820_map *map, u64 addr)
{
	const struct e820_region *r;

	for (r = map->region; r < map->region + map->nr; r++)
		if (r->start <= addr && addr <= r->last)
			return r->type;
	return HOLE;
}

static void compare_at(const struct e820_map *map, const struct entries *entries, u64 addr)
{
	u64 got = type_by_map(map, addr), want = type_by_entries(entries, addr);
	bool same = got == want;

	if (map->squeezed)
		same = got == E820_RAM ? want == E820_RAM
				       : want == E820_RAM || want == HOLE || got != HOLE;
	mm_bug_on(!same, "0x%llx is of type %lld in the map, the entries say %lld", addr, (s64)got,
		  (s64)want);
}

static void compare_bytes(const struct e820_map *map, const struct entries *entries)
{
	const struct boot_e820_entry *e;
	const struct e820_region *r;

	compare_at(map, entries, 0);
	compare_at(map, entries, entries->limit);
	for (e = entries->first; e < entries->end; e++) {
		if (!e->size)
			continue;
		compare_at(map, entries, e->addr);
		compare_at(map, entries, entry_last(e) + 1);
	}
	for (r = map->region; r < map->region + map->nr; r++) {
		compare_at(map, entries, r->start);
		compare_at(map, entries, r->last + 1);
	}
}

static void check_regions(const struct e820_map *map)
{
	const struct e820_region *r;

	mm_bug_on(map->nr > E820_MAX, "%u regions", map->nr);
	for (r = map->region; r < map->region + map->nr; r++) {
		mm_bug_on(r->start > r->last, "region 0x%llx-0x%llx", r->start, r->last);
		if (r == map->region)
			continue;
		mm_bug_on(r->start <= r[-1].last, "0x%llx: not sorted, or in two regions",
			  r->start);
		mm_bug_on(r->start == r[-1].last + 1 && r->type == r[-1].type,
			  "0x%llx: a border between equal types", r->start);
	}
}

static bool page_is_usable(const struct e820_map *map, u64 pfn)
{
	const struct e820_region *r;

	if (pfn == 0 || (pfn >= 0xA0 && pfn < 0x100) || pfn >= MAX_PFN_LIMIT)
		return false;
	for (r = map->region; r < map->region + map->nr; r++)
		if (r->type == E820_RAM && r->start <= pfn << PAGE_SHIFT &&
		    r->last >= (pfn << PAGE_SHIFT | PAGE_LAST))
			return true;
	return false;
}

static struct {
	unsigned long start, end;
} given[E820_MAX + 1];
static unsigned int nr_given;

/* Take what e820_next_ram() gives. */
static void take_ranges(const struct e820_map *map)
{
	struct ram_range ram = { 0 };
	unsigned long end = 0;

	for (nr_given = 0; e820_next_ram(map, &ram); nr_given++) {
		mm_bug_on(nr_given == ARRAY_SIZE(given), "more ranges than regions");
		mm_bug_on(ram.start_pfn >= ram.end_pfn || (end && ram.start_pfn <= end),
			  "RAM 0x%lx-0x%lx behind 0x%lx: empty, not sorted, or not joined",
			  ram.start_pfn, ram.end_pfn, end);
		given[nr_given].start = ram.start_pfn;
		given[nr_given].end = end = ram.end_pfn;
	}
}

static bool page_is_given(u64 pfn)
{
	unsigned int i;

	for (i = 0; i < nr_given; i++)
		if (given[i].start <= pfn && pfn < given[i].end)
			return true;
	return false;
}

/* Page @pfn and those beside it. */
static void compare_pages_at(const struct e820_map *map, u64 pfn)
{
	u64 i;

	for (i = pfn ? pfn - 1 : 0; i <= pfn + 1; i++)
		mm_bug_on(page_is_given(i) != page_is_usable(map, i), "pfn 0x%llx is%s RAM", i,
			  page_is_given(i) ? " not" : "");
}

void check_map(const struct e820_map *map)
{
	static const u64 borders[] = { 0, 0xA0, 0x100, MAX_PFN_LIMIT };
	const struct e820_region *r;
	unsigned int i;

	check_regions(map);
	take_ranges(map);
	for (i = 0; i < nr_given; i++) {
		compare_pages_at(map, given[i].start);
		compare_pages_at(map, given[i].end);
	}
	for (i = 0; i < ARRAY_SIZE(borders); i++)
		compare_pages_at(map, borders[i]);
	for (r = map->region; r < map->region + map->nr; r++) {
		compare_pages_at(map, r->start >> PAGE_SHIFT);
		compare_pages_at(map, r->last >> PAGE_SHIFT);
	}
}

void check_map_of(struct e820_map *map, const struct boot_e820_entry *first,
		  const struct boot_e820_entry *end, u64 limit)
{
	struct entries entries = { first, end, 0 };

	compare_bytes(map, &entries);
	if (limit) {
		e820_limit_ram(map, limit);
		entries.limit = limit;
		compare_bytes(map, &entries);
	}
	check_map(map);
}
