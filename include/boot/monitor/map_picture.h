/* SPDX-License-Identifier: 0BSD
 *
 * map_picture.h - physical memory as a picture: rows of cells, each a block of pages of one state.
 *
 * Works at every step of the boot: from the firmware map alone, then with the ledger, the bootmem
 * bitmap, and in the end mem_map. Reads only, takes no lock.
 */
#ifndef BOOT_MONITOR_MAP_PICTURE_H
#define BOOT_MONITOR_MAP_PICTURE_H

#include <lib/compiler.h>
#include <lib/types.h>

/* Bitmap and mem_map are believed; ledger and map only say why a page is not free. */
enum map_state {
	MAP_HOLE,     /* `-` no RAM: not in the map, less than a page, or 640K-1M */
	MAP_FIRMWARE, /* `F` the firmware's: reserved, ACPI */
	MAP_BAD,      /* `X` memory that the firmware calls unusable */
	MAP_KERNEL,   /* `K` in the ledger: image, page 0, EBDA, modules, bitmap */
	MAP_BOOTMEM,  /* `B` other RAM that nobody can get: used in the bitmap; later what bootmem
			     handed out, mem_map among it, and RAM without a struct page */
	MAP_SLAB,     /* `S` owned by a slab cache */
	MAP_HELD,     /* `H` handed out by alloc_pages() to anybody else: test, trace, monitor */
	MAP_FREE,     /* `0`-`9`, `a`: in a free block of that order; `.` free in the bootmem
			     bitmap, and before there is one RAM that is not in the ledger */
	NR_MAP_STATES
};

struct map_cell {
	u8 state; /* enum map_state: that of most of its pages; of equals the one named first */
	u8 order; /* of MAP_FREE: the order of most of its free pages, or MAP_NO_ORDER */
	u8 some;  /* bit i: some page is of state i */
	u32 sum;  /* almost surely another one if any page has changed */
};

#define MAP_NO_ORDER 0xff

/* Fill @cell[0 .. @nr) with the pages from @start_pfn, @pages_per_cell to each, and add these pages
 * by state to @count, which may be NULL. */
void map_picture_scan(unsigned long start_pfn, unsigned long pages_per_cell, struct map_cell *cell,
		      unsigned int nr, unsigned long *count);

/* Pages of [@start_pfn, @end_pfn) by state. */
void map_picture_count(unsigned long start_pfn, unsigned long end_pfn,
		       unsigned long count[NR_MAP_STATES]);

/* The character of a cell, and the name of a state for a legend ("slab"). */
char map_cell_char(struct map_cell cell);
const char *map_state_name(enum map_state state);

/* First pfn after the last page of RAM in the map; 0 without RAM. */
unsigned long map_picture_end(void);

/* Print the picture of [@start_pfn, @end_pfn), with ANSI colours if @colour, and its legend, whose
 * numbers add up. The range grows to whole cells; rows of holes after the first are one `*`:
 *
 *	map: pfn 0x0-0x7fdf, 32 pages a cell
 *	0x00000 KKKKK...
 *	K    kernel         300 pages      1200 KiB
 *	0-a  free         32000 pages    128000 KiB
 *	     total        32736 pages    130944 KiB
 *
 * Where there are several nodes, a row ends with those whose pages it shows: ` N0,1`. */
struct out;
void map_picture_show(struct out *out, unsigned long start_pfn, unsigned long end_pfn, bool colour);

/* Print pages [@start_pfn, @end_pfn) one by one: a line `0x00100-0x001ff K` for each run of pages
 * of one state, with the letters of the picture; free blocks of one order that follow each other
 * are a run. Slab pages are one for each cache, whose name ends the line, if they have one. */
void map_picture_runs(struct out *out, unsigned long start_pfn, unsigned long end_pfn);

/* The command `map` at the console is in colour unless it is told otherwise. */
extern bool map_in_colour;

#endif
