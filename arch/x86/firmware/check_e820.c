/* SPDX-License-Identifier: 0BSD
 *
 * check_e820.c - compare a memory map with the invariants of e820.c.
 */
#include <asm/firmware/e820.h>
#include <mm/mm_check.h>

static const struct mm_invariant e820_invariants[] = {
	{ "I1", "start <= last in each region" },
	{ "I2", "regions are sorted and do not overlap" },
	{ "I3", "regions that touch differ in type" },
	{ "I4", "nr <= E820_MAX" },
	{ NULL, NULL },
};

static void check_neighbours(struct mm_check *check, const struct e820_region *r)
{
	const struct e820_region *next = r + 1;

	if (next->start <= r->last)
		mm_violation(check, "I2",
			     "0x%016llx, where a region begins, is not behind 0x%016llx",
			     next->start, r->last);
	else if (next->start == r->last + 1 && next->type == r->type)
		mm_violation(check, "I3", "type %u goes on in another region at 0x%016llx", r->type,
			     next->start);
}

void e820_check(struct mm_check *check, const struct e820_map *map)
{
	unsigned int i;

	if (map->nr > E820_MAX) {
		mm_violation(check, "I4", "%u regions, of at most %u", map->nr, E820_MAX);
		return;
	}
	for (i = 0; i < map->nr; i++) {
		const struct e820_region *r = &map->region[i];

		if (r->start > r->last)
			mm_violation(check, "I1", "region %u from 0x%016llx ends at 0x%016llx", i,
				     r->start, r->last);
		if (i + 1 < map->nr)
			check_neighbours(check, r);
	}
}

static void check_map_of_machine(struct mm_check *check)
{
	e820_check(check, &e820_map);
}

const struct mm_checker e820_checker = { "e820", e820_invariants, check_map_of_machine, NULL };
