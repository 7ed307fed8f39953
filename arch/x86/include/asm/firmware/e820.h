/* SPDX-License-Identifier: 0BSD
 *
 * e820.h - the sanitised memory map: sorted, without overlaps, byte-exact, 64-bit.
 */
#ifndef ASM_FIRMWARE_E820_H
#define ASM_FIRMWARE_E820_H

#include <asm/firmware/boot_info.h>
#include <asm/mm_limits.h>
#include <asm/page.h>
#include <mm/mm_check.h>

/* ACPI 6.5, table 15.4; a number that is not named here is as good as reserved. */
enum e820_type {
	E820_RAM = 1,
	E820_RESERVED = 2,
	E820_ACPI = 3,
	E820_NVS = 4,
	E820_UNUSABLE = 5,
	E820_PMEM = 7,
	E820_PRAM = 12, /* as Linux calls it: persistent memory that is not in ACPI's list */
};

/* Regions of a map, and how many entries fit into it whatever their shape: n of them make 2n - 1
 * regions at most, and to lay one over the others takes room for two more. */
#define E820_MAX   2050
#define E820_EXACT (E820_MAX / 2 - 1)

_Static_assert(MAX_ACTIVE_RANGES > E820_MAX, "each region may be RAM, one of them on both sides of "
					     "640K-1M");

struct e820_region {
	u64 start, last; /* bytes, inclusive, so that 2^64 - 1 is representable */
	u32 type;
};

struct e820_map {
	unsigned int nr;
	bool squeezed; /* it was full once: not all is as the entries say, but what is RAM is */
	u64 lost;      /* whole pages of RAM that were given up then */
	struct e820_region region[E820_MAX];
};

extern struct e820_map e820_map; /* the machine's, in force: `mem=` and `memmap=` included */

enum e820_verdict {
	E820_OK,      /* taken */
	E820_EMPTY,   /* size 0: nothing to do */
	E820_DROPPED, /* usable and over the end of the address space: ignored */
	E820_CLAMPED, /* not usable and over the end: cut at 2^64 */
};

/* Make @map empty. */
void e820_clear(struct e820_map *map);

/* Lay [@addr, @addr + @size) of @type over @map: on overlap the higher type number wins byte by
 * byte, equal neighbours are merged, so the order of the calls does not matter. Pure.
 * A map that is full makes room by giving up RAM where it is most crowded, in pieces as small as
 * they can be, and by joining what is not RAM: an address that was given as something else is never
 * RAM. Up to that point, which is never before E820_EXACT entries, the map is exact. */
enum e820_verdict e820_add(struct e820_map *map, u64 addr, u64 size, u32 type);

/* Make what is of type @from (0: anything, also holes) in [@addr, @addr + @size) one of type @to
 * (0: a hole). The end is 2^64 at most. */
void e820_convert(struct e820_map *map, u64 addr, u64 size, u32 from, u32 to);

/* Take every usable byte at or above @limit out of @map (mem=). */
void e820_limit_ram(struct e820_map *map, u64 limit);

/* Complete @map, into which the parsers laid @bi's entries: one log line if entries were not taken
 * as they stand, one if there were too many. If they give no RAM, fall back to the basic sizes with
 * a line that says so; if there are none either, the map stays as it is. Context: boot only. */
void e820_from_firmware(struct e820_map *map, const struct boot_info *bi);

/* Name of a type as in the boot log: "usable", "ACPI data", "type 20" ... (@buf is scratch) */
const char *e820_type_name(u32 type, char buf[16]);

/* One log line per region: `@who: [mem 0x...-0x...] type`. */
void e820_print(const struct e820_map *map, const char *who);

/* Usable bytes at or above 4 GiB. */
u64 e820_ram_above_4g(const struct e820_map *map);

/* Is every byte of [@start, @last] usable? */
bool e820_all_ram(const struct e820_map *map, u64 start, u64 last);

/* Does any RAM of @map lie in [@start, @last]? */
bool e820_any_ram(const struct e820_map *map, u64 start, u64 last);

/* The RAM that the kernel may use, range by range: usable regions rounded inwards to whole pages,
 * below 4 GiB, without page 0 and without 640K-1M. Start with @range zeroed; adjacent ranges are
 * joined. Return: false when there is no further range. */
struct ram_range {
	unsigned int region;		  /* private: where to go on */
	unsigned long start_pfn, end_pfn; /* [start_pfn, end_pfn) */
};
bool e820_next_ram(const struct e820_map *map, struct ram_range *range);

/* Move *@start_pfn up and *@end_pfn down to where it begins and ends between them. Return: false if
 * there is none. */
bool e820_cut_to_ram(const struct e820_map *map, unsigned long *start_pfn, unsigned long *end_pfn);

/* So many pages of it lie in [@start_pfn, @end_pfn). */
unsigned long e820_ram_pages(const struct e820_map *map, unsigned long start_pfn,
			     unsigned long end_pfn);

/* Compare any map with the invariants I1-I4; the checker does it with the machine's. */
void e820_check(struct mm_check *check, const struct e820_map *map);
extern const struct mm_checker e820_checker;

#endif
