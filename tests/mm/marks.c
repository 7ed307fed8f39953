/* SPDX-License-Identifier: 0BSD
 *
 * marks.c - the watermarks while they are off.
 */
#include <mm/mmzone.h>

#include "marks.h"

static struct zone saved[MAX_ZONES];
static unsigned int depth;

static void copy_marks(struct zone *to, const struct zone *from)
{
	to->pages_min = from->pages_min;
	to->pages_low = from->pages_low;
	to->pages_high = from->pages_high;
	memcpy(to->lowmem_reserve, from->lowmem_reserve, sizeof(to->lowmem_reserve));
}

void marks_off(void)
{
	static const struct zone nothing;
	struct zone *zone;

	if (depth++)
		return;
	for_each_zone (zone) {
		copy_marks(&saved[zone_number(zone)], zone);
		copy_marks(zone, &nothing);
	}
}

void marks_on(void)
{
	struct zone *zone;

	mm_bug_on(!depth, "they are on");
	if (--depth)
		return;
	for_each_zone (zone)
		copy_marks(zone, &saved[zone_number(zone)]);
}
