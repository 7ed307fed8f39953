/* SPDX-License-Identifier: 0BSD
 *
 * screen_map.c - physical memory, live, above the text: rows of cells and a legend that counts.
 *
 * 1. Concepts  What a cell is, map_picture.h says. A cell has a colour for its state and its
 *              letter for those who do not see the colour. The picture is always of all memory, a
 *              power of two of pages to a cell.
 * 2. Time      The picture is gone through again and again, a few cells at a time, at every tick as
 *              many as fit into SLICE_US: where memory is large and cut into small pieces, the
 *              picture lags and not the kernel. The numbers are those of the last complete round.
 * 3. Priority  A cell shows what most of its pages are, but for the monitor's own blocks and for
 *              slabs: a single page of these is enough. Where any page has changed, the cell is
 *              white for a second.
 * 4. Layout    title | map rows, each behind the address of its first cell | two rows of legend.
 * 5. Not done  Drawing before there is mem_map: what the boot does until then is over sooner than
 *              anybody could look.
 */
#include <boot/monitor/screen_map.h>

#include <asm/console/screen.h>
#include <dev/time.h>
#include <boot/monitor/completion.h>
#include <boot/monitor/map_picture.h>
#include <boot/monitor/monitor.h>
#include <boot/monitor/node_mark.h>
#include <lib/align.h>
#include <lib/errno.h>
#include <lib/format.h>
#include <lib/panic.h>
#include <lib/progress.h>
#include <lib/string.h>
#include <lib/version.h>
#include <mm/mmzone.h>
#include "held.h"

#define CELLS_PER_ROW  64
#define LABEL_WIDTH    9 /* of the address in front of a row */
#define FEW_ROWS       8 /* of cells, where the screen has few lines */
#define MANY_ROWS      16
#define MANY_LINES     45 /* of the screen: room for MANY_ROWS and as much text */
#define LEGEND_ROWS    2
#define LEGEND_PER_ROW (NR_MAP_STATES / LEGEND_ROWS)
#define CHIP_WIDTH     3
#define AMOUNT_WIDTH   7
#define LONG_TEXT      20 /* what a name in the legend may have to have its text instead */

#define CELLS_AT_ONCE 16
#define SLICE_US      5000

#define FRESH_ROUNDS 20 /* a second */

#define SMALL_ORDER 5 /* free blocks below it are shown as splinters */

static const struct look {
	enum screen_colour ink, paper;
} looks[NR_MAP_STATES] = {
	[MAP_HOLE] = { SCREEN_DARK_GREY, SCREEN_BLACK },
	[MAP_FIRMWARE] = { SCREEN_BLACK, SCREEN_MAGENTA },
	[MAP_BAD] = { SCREEN_WHITE, SCREEN_RED },
	[MAP_KERNEL] = { SCREEN_WHITE, SCREEN_BLUE },
	[MAP_BOOTMEM] = { SCREEN_BLACK, SCREEN_CYAN },
	[MAP_SLAB] = { SCREEN_BLACK, SCREEN_YELLOW },
	[MAP_HELD] = { SCREEN_BLACK, SCREEN_LIGHT_RED },
	[MAP_FREE] = { SCREEN_LIGHT_GREEN, SCREEN_GREEN },
};
static const struct look splinter_look = { SCREEN_BLACK, SCREEN_LIGHT_GREEN };
static const struct look fresh_look = { SCREEN_BLACK, SCREEN_WHITE };
static const struct look title_look = { SCREEN_BLACK, SCREEN_GREY };
static const struct look label_look = { SCREEN_GREY, SCREEN_BLACK };
static const struct look legend_look = { SCREEN_WHITE, SCREEN_DARK_GREY };

/* In the order of the legend, with what it says where there is room for more than the name. */
static const struct {
	enum map_state state;
	const char *text;
} legend[] = {
	{ MAP_FREE, "free, by block order" },
	{ MAP_HELD, "held: tests, monitor" },
	{ MAP_SLAB, "slab, kmalloc" },
	{ MAP_BOOTMEM, "bootmem, mem_map" },
	{ MAP_KERNEL, "kernel, modules" },
	{ MAP_FIRMWARE, "firmware" },
	{ MAP_BAD, "bad memory" },
	{ MAP_HOLE, "no memory" },
};

static struct {
	unsigned int rows, cell_width;
	unsigned int cells; /* that stand for memory; those after them stay blank */
	unsigned long pages_per_cell;
	bool is_first; /* round: nothing was there before */

	/* The round that is going on: the cell that comes next, and pages by state before it. */
	unsigned int next;
	unsigned long count[NR_MAP_STATES];

	/* Of each cell what it was, and for how many rounds yet it is shown as changed. */
	u32 sum[MANY_ROWS * CELLS_PER_ROW];
	u8 fresh[MANY_ROWS * CELLS_PER_ROW];
} map;

/* --- text ------------------------------------------------------------------------------------ */

/* Put @text, and blanks after it, into @width cells. */
static void put_text(unsigned int row, unsigned int column, unsigned int width, const char *text,
		     struct look look)
{
	unsigned int end = min(column + width, screen_columns());

	for (; column < end && *text; column++)
		screen_put(row, column, screen_cell(*text++, look.ink, look.paper));
	for (; column < end; column++)
		screen_put(row, column, screen_cell(' ', look.ink, look.paper));
}

/* An amount of memory in few characters. */
static void format_pages(char *text, size_t size, unsigned long pages)
{
	unsigned long kib = pages << (PAGE_SHIFT - 10);

	if (kib < 1000000)
		snprintf(text, size, "%luK", kib);
	else
		snprintf(text, size, "%luM", kib >> 10);
}

static void draw_title(void)
{
	static const char hint[] = "\"screen text\" hides this ";
	unsigned int hint_width = sizeof(hint) - 1;
	char text[81], size[12];

	format_pages(size, sizeof(size), map.pages_per_cell);
	snprintf(text, sizeof(text), " %s: physical memory, %lu page%s (%s) a cell", kernel_name,
		 map.pages_per_cell, PLURAL(map.pages_per_cell), size);
	put_text(0, 0, screen_columns(), text, title_look);
	put_text(0, screen_columns() - hint_width, hint_width, hint, title_look);
}

/* The address of the first cell of each row; where there are several nodes, its number as a page
 * and the node of the first page that is there. */
static void draw_labels(void)
{
	unsigned int row;

	for (row = 0; row < map.rows; row++) {
		unsigned long pages = CELLS_PER_ROW * map.pages_per_cell, pfn = row * pages;
		int nid = node_mark_first(pfn, pfn + pages, map.pages_per_cell);
		char text[LABEL_WIDTH + 1];

		if (!several_nodes())
			snprintf(text, sizeof(text), "%08lx", pfn << PAGE_SHIFT);
		else if (nid == NUMA_NO_NODE)
			snprintf(text, sizeof(text), "%05lx", pfn);
		else
			snprintf(text, sizeof(text), "%05lx N%d", pfn, nid);
		put_text(1 + row, 0, LABEL_WIDTH, text, label_look);
	}
}

/* --- cells ----------------------------------------------------------------------------------- */

/* Does the monitor hold a page of the cell? */
static bool is_monitors(unsigned int index)
{
	unsigned long first = index * map.pages_per_cell;

	return held_touches(first, first + map.pages_per_cell);
}

/* One page is seldom most of a cell. So what the monitor holds, and then slabs, give the cell their
 * letter and colour, however little of it they are. */
static struct map_cell with_priority(bool monitors, struct map_cell cell)
{
	if (monitors)
		cell.state = MAP_HELD;
	else if (cell.some & 1u << MAP_SLAB)
		cell.state = MAP_SLAB;
	return cell;
}

/* Has something in the cell changed, in the last rounds? */
static bool is_fresh(unsigned int index, struct map_cell cell)
{
	if (map.is_first)
		map.fresh[index] = 0;
	else if (map.sum[index] != cell.sum)
		map.fresh[index] = FRESH_ROUNDS;
	else
		map.fresh[index] -= map.fresh[index] > 0;
	map.sum[index] = cell.sum;
	return map.fresh[index];
}

static struct look look_of(struct map_cell cell)
{
	if (cell.state == MAP_FREE && cell.order < SMALL_ORDER)
		return splinter_look;
	return looks[cell.state];
}

/* A change is seen by its colour, unless the cell is the monitor's own. */
static void draw_cell(unsigned int index, struct map_cell cell)
{
	bool fresh = is_fresh(index, cell), monitors = is_monitors(index);
	char text[2];

	cell = with_priority(monitors, cell);
	text[0] = map_cell_char(cell);
	text[1] = '\0';
	put_text(1 + index / CELLS_PER_ROW, LABEL_WIDTH + index % CELLS_PER_ROW * map.cell_width,
		 map.cell_width, text, fresh && !monitors ? fresh_look : look_of(cell));
}

/* What stands for a state in the legend; of free memory the smallest and the largest block. */
static void draw_chip(unsigned int row, unsigned int column, enum map_state state)
{
	struct map_cell cell = { .state = (u8)state };
	char text[CHIP_WIDTH + 1] = { ' ', map_cell_char(cell), ' ' };

	if (state == MAP_FREE) {
		put_text(row, column, CHIP_WIDTH, "0-a", looks[state]);
		put_text(row, column, 1, "0", splinter_look);
	} else {
		put_text(row, column, CHIP_WIDTH, text, looks[state]);
	}
}

/* An entry of the legend in @width cells. */
static void draw_entry(unsigned int row, unsigned int column, unsigned int width, unsigned int i)
{
	int name_width = (int)width - CHIP_WIDTH - AMOUNT_WIDTH - 2;
	const char *name = name_width < LONG_TEXT ? map_state_name(legend[i].state)
						  : legend[i].text;
	char text[81], size[12];

	format_pages(size, sizeof(size), map.count[legend[i].state]);
	snprintf(text, sizeof(text), " %-*s %*s", name_width, name, AMOUNT_WIDTH, size);
	draw_chip(row, column, legend[i].state);
	put_text(row, column + CHIP_WIDTH, width - CHIP_WIDTH, text, legend_look);
}

static void draw_legend(void)
{
	unsigned int width = screen_columns() / LEGEND_PER_ROW, i;

	for (i = 0; i < ARRAY_SIZE(legend); i++)
		draw_entry(1 + map.rows + i / LEGEND_PER_ROW, i % LEGEND_PER_ROW * width, width, i);
}

/* --- rounds ---------------------------------------------------------------------------------- */

static void begin_round(void)
{
	map.next = 0;
	memset(map.count, 0, sizeof(map.count));
}

/* Draw the cells that come next; the last of them complete the round. */
static void draw_some_cells(void)
{
	unsigned long first = map.next * map.pages_per_cell;
	unsigned int nr = min(map.cells - map.next, (unsigned int)CELLS_AT_ONCE), i;
	struct map_cell cell[CELLS_AT_ONCE];

	map_picture_scan(first, map.pages_per_cell, cell, nr, map.count);
	for (i = 0; i < nr; i++)
		draw_cell(map.next + i, cell[i]);
	map.next += nr;
}

/* Draw until @end_us or to the end of the round, at least something. */
static void draw_until(u64 end_us)
{
	do {
		draw_some_cells();
	} while (map.next < map.cells && clock_us() < end_us);
	if (map.next == map.cells) {
		draw_legend();
		map.is_first = false;
		begin_round();
	}
	screen_show();
}

/* After a panic the text has the whole screen, and what the picture is made from may be what is
 * broken; `screen map` still draws a new one. */
static void draw_slice(void)
{
	if (!panic_in_progress())
		draw_until(clock_us() + SLICE_US);
}

/* --- on and off ------------------------------------------------------------------------------ */

unsigned long screen_map_scale(unsigned long pages, unsigned int cells)
{
	unsigned long scale = 1;

	while (scale * cells < pages)
		scale *= 2;
	return scale;
}

bool screen_map_on(void)
{
	unsigned long pages = map_picture_end();
	unsigned int rows;

	if (!screen_rows() || !pages)
		return false;
	rows = screen_rows() < MANY_LINES ? FEW_ROWS : MANY_ROWS;
	map.cell_width = screen_columns() < LABEL_WIDTH + 2 * CELLS_PER_ROW ? 1 : 2;
	map.pages_per_cell = screen_map_scale(pages, rows * CELLS_PER_ROW);
	map.cells = (unsigned int)DIV_ROUND_UP(pages, map.pages_per_cell);
	map.rows = DIV_ROUND_UP(map.cells, CELLS_PER_ROW);
	screen_split(1 + map.rows + LEGEND_ROWS);
	draw_title();
	draw_labels();
	begin_round();
	map.is_first = true;
	draw_until(~0ULL);
	progress_on_tick(draw_slice);
	return true;
}

void screen_map_off(void)
{
	progress_on_tick(screen_idle);
	screen_split(0);
	screen_show();
}

static int no_memory(struct out *out)
{
	out_printf(out, "screen: there is no memory to show\n");
	return -ENOENT;
}

static int cmd_screen(struct out *out, int argc, char **argv)
{
	if (argc != 2) {
		out_printf(out, "screen: expected 1 argument, got %d\n", argc - 1);
		return -EINVAL;
	}
	if (!screen_rows()) {
		out_printf(out, "screen: there is none\n");
		return -ENOENT;
	}
	if (!strcmp(argv[1], "map")) {
		if (!screen_map_on())
			return no_memory(out);
	} else if (!strcmp(argv[1], "text")) {
		screen_map_off();
	} else {
		out_printf(out, "screen: \"%s\" is neither map nor text\n", argv[1]);
		return -EINVAL;
	}
	return 0;
}

static void complete_screen(struct completion *completion, int word)
{
	if (word != 1)
		return;
	completion_offer(completion, "map");
	completion_offer(completion, "text");
}

MONITOR_CMD(
	screen, "map|text", MON_PANIC_SAFE, "show live memory above the text, or text alone",
	cmd_screen, .group = MON_MACHINE, .complete = complete_screen,
	.more = "For the screen of the machine itself; the serial line has `map`. A cell's letter\n"
		"is what most of its pages are: 0 to a free, in blocks of that order, H held by\n"
		"somebody, S slab, B bootmem, K kernel, F firmware, X bad, - no memory. But one\n"
		"page is enough for S, and for H if `alloc` or `kmalloc` took it here. Where\n"
		"something has changed, the cell is white for a second. Where there are several\n"
		"nodes, a row begins with its first page, and with whose that is: N1.\n");
