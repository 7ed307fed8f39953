/* SPDX-License-Identifier: 0BSD
 *
 * block_picture.h - what the page blocks of physical memory are for: `map types`.
 */
#ifndef BOOT_MONITOR_BLOCK_PICTURE_H
#define BOOT_MONITOR_BLOCK_PICTURE_H

struct out;

/* Print a letter for each page block from page 0 on: the first one of its migrate type, but E for
 * Reclaimable (as in Linux's report of a failed allocation), `-` where there are no struct pages.
 * Below stands how many there are of each. On several nodes a row ends as those of `map` do.
 *
 *	map: page blocks of 1024 pages
 *	0x00000 UMMMMMMM
 *	U    Unmovable          1 block
 *	M    Movable            7 blocks
 *
 * Context: any; reads only, takes no lock. */
void block_picture_show(struct out *out);

#endif
