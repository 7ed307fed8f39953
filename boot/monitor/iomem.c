/* SPDX-License-Identifier: 0BSD
 *
 * iomem.c - the memory map in the format of Linux's /proc/iomem.
 *
 *	START-END : NAME	hexadecimal, inclusive, at least 8 digits; 2 blanks deeper for what
 *				lies in the range above
 *
 * Before it makes this list, Linux reserves page 0 and takes the RAM between 640K and 1M out of the
 * map; this kernel keeps its map as the firmware gave it and leaves those pages alone elsewhere. So
 * that both print the same on the same machine, the map is seen here through next_region(), which
 * cuts and merges as it goes.
 */
#include <boot/monitor/iomem.h>

#include <lib/compiler.h>
#include <lib/out.h>

#define LEGACY_START 0xA0000ULL
#define LEGACY_END   0x100000ULL
#define PAGE_LAST    ((u64)PAGE_SIZE - 1)

static const char *type_name(u32 type)
{
	switch (type) {
	case E820_RAM:
		return "System RAM";
	case E820_RESERVED:
		return "Reserved";
	case E820_ACPI:
		return "ACPI Tables";
	case E820_NVS:
		return "ACPI Non-volatile Storage";
	case E820_UNUSABLE:
		return "Unusable memory";
	case E820_PMEM:
		return "Persistent Memory";
	case E820_PRAM:
		return "Persistent Memory (legacy)";
	default:
		return "Unknown E820 type";
	}
}

/* Cut @r, a region of the map that ends at or behind @from, to its first piece from @from on.
 * Return: false if nothing of it is left. */
static bool cut_piece(struct e820_region *r, u64 from)
{
	r->start = max(r->start, from);
	if (r->type != E820_RAM)
		return true;
	if (r->start <= PAGE_LAST) {
		r->type = E820_RESERVED;
		r->last = min(r->last, PAGE_LAST);
	} else if (r->start < LEGACY_START) {
		r->last = min(r->last, LEGACY_START - 1);
	} else if (r->start < LEGACY_END) {
		r->start = LEGACY_END;
		return r->last >= LEGACY_END;
	}
	return true;
}

/* The first piece at or behind @from. */
static bool next_piece(const struct e820_map *map, u64 from, struct e820_region *piece)
{
	const struct e820_region *r;

	for (r = map->region; r < map->region + map->nr; r++) {
		*piece = *r;
		if (r->last >= from && cut_piece(piece, from))
			return true;
	}
	return false;
}

/* The same, joined with the pieces of its type that follow without a gap. */
static bool next_region(const struct e820_map *map, u64 from, struct e820_region *region)
{
	struct e820_region next;

	if (!next_piece(map, from, region))
		return false;
	while (region->last != ~0ULL && next_piece(map, region->last + 1, &next) &&
	       next.start == region->last + 1 && next.type == region->type)
		region->last = next.last;
	return true;
}

/* The part that starts first of those at or behind @from and inside @region; NULL: none. */
static const struct iomem_part *next_part(const struct e820_region *region, u64 from,
					  const struct iomem_part *part, unsigned int nr)
{
	const struct iomem_part *first = NULL;

	for (; nr; nr--, part++)
		if (part->start >= from && part->last <= region->last &&
		    (!first || part->start < first->start))
			first = part;
	return first;
}

static void show_parts(struct out *out, const struct e820_region *region,
		       const struct iomem_part *part, unsigned int nr)
{
	const struct iomem_part *next = next_part(region, region->start, part, nr);

	for (; next; next = next_part(region, next->start + 1, part, nr))
		out_printf(out, "  %08llx-%08llx : %s\n", next->start, next->last, next->name);
}

void iomem_show(struct out *out, const struct e820_map *map, const struct iomem_part *part,
		unsigned int nr)
{
	struct e820_region region;
	u64 from = 0;

	while (next_region(map, from, &region)) {
		out_printf(out, "%08llx-%08llx : %s\n", region.start, region.last,
			   type_name(region.type));
		show_parts(out, &region, part, nr);
		if (region.last == ~0ULL)
			return;
		from = region.last + 1;
	}
}
