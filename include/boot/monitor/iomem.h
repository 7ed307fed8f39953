/* SPDX-License-Identifier: 0BSD
 *
 * iomem.h - /proc/iomem: the memory map as a tree of named ranges, from a map and what lies in it.
 */
#ifndef BOOT_MONITOR_IOMEM_H
#define BOOT_MONITOR_IOMEM_H

#include <asm/setup.h>

struct out;

/* Print @map with the @nr parts at @part, which do not overlap, below the regions that hold them
 * whole. As in Linux, page 0 is Reserved and 640K-1M is no RAM. Pure. */
void iomem_show(struct out *out, const struct e820_map *map, const struct iomem_part *part,
		unsigned int nr);

#endif
