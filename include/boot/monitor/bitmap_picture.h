/* SPDX-License-Identifier: 0BSD
 *
 * bitmap_picture.h - bootmem's bitmaps as rows of characters, with last_pos and the hint.
 *
 * Reads only, takes no lock, and calls nothing of .init: at any time, in a panic too.
 */
#ifndef BOOT_MONITOR_BITMAP_PICTURE_H
#define BOOT_MONITOR_BITMAP_PICTURE_H

#include <lib/types.h>

struct out;

/* Print each piece's bits, several pages a cell so that all pieces take a screen, and a legend with
 * numbers that add up. A row like the one above it is one `*`, unless something is to be pointed
 * out in it:
 *
 *	bitmap: node 0, pfn 0x0-0x7fdf, 32 pages a cell; its bits lie at [mem 0x00334000-0x00334ffb]
 *	0x00000 +...
 *	0x00800 ....UUUU+....
 *	                ^ last_pos 0x1084, last_offset 0x740
 *	                ^ hint_idx 0x1085: no page is free from hint_goal 0x1000 up to here
 *	.    free         31874 pages    127496 KiB
 *	r    reserved       729 pages      2916 KiB
 *	U    used           133 pages       532 KiB
 *	     total        32736 pages    130944 KiB
 *
 * last_pos, hint_goal and hint_idx are given as page numbers; in a bootmem_data_t they count from
 * the first page of the piece. */
void bitmap_picture_show(struct out *out);

/* The same of the pages [@start_pfn, @end_pfn), each of which is a cell. Return: has any a bit? If
 * none, nothing is printed. */
bool bitmap_picture_show_pages(struct out *out, unsigned long start_pfn, unsigned long end_pfn);

#endif
