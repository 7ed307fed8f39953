/* SPDX-License-Identifier: 0BSD
 *
 * screen.c - the screen: a grid of cells, its terminal, and how the cells get to be seen.
 *
 * 1. Concepts    Whoever writes, writes cells. On VGA they are the video memory. For a framebuffer
 *                they lie in memory, beside a copy of what is shown; screen_show() draws those
 *                that differ.
 * 2. Time        Drawing a line of text takes longer than most tests that it reports. While the
 *                boot's tests run, text is drawn when 50 ms have passed since the last time; the
 *                next progress_tick(), which those tests call, draws the rest. Before and after
 *                them, and after a panic, no tick is certain: text is drawn at once. On VGA only
 *                the cursor has to be drawn; it moves with ticks and keys.
 * 3. Data        `grid.cells` is NULL exactly if there is no screen. `shown` is what the
 *                framebuffer holds, cursor included; NULL on VGA.
 * 4. Locking     None: one CPU.
 * 5. Not done    What was printed before a framebuffer could be mapped is on the serial line alone.
 */
#include <asm/console/screen.h>
#include <asm/console/framebuffer.h>
#include <asm/console/terminal.h>
#include <asm/console/vga.h>
#include <lib/init.h>
#include <lib/panic.h>
#include <lib/printk.h>
#include <lib/progress.h>
#include <lib/string.h>
#include <mm/bootmem.h>
#include <mm/mm_check.h>

#define SHOW_US 50000

#define KEPT_ROWS 175 /* to turn back to: with the live map above the text these are 13 pages */

static u16 vga_kept[(KEPT_ROWS + VGA_ROWS) * VGA_COLUMNS];
static struct terminal grid;
static struct framebuffer framebuffer;
static u16 *shown;
static bool stale; /* there is text that was not shown */
static bool at_once;
static u64 next_show_us;
static u64 (*now_us)(void);

void __init screen_set_clock(u64 (*clock)(void))
{
	now_us = clock;
}

static void check_grid(struct mm_check *check)
{
	terminal_check(check, &grid);
}

static const struct mm_checker grid_checker = { "screen", terminal_invariants, check_grid, NULL };

static void __init use_cells(u16 *cells, u16 *kept, unsigned int rows, unsigned int columns)
{
	terminal_init(&grid, cells, rows, columns);
	terminal_keep(&grid, kept, KEPT_ROWS);
	printk_add_console(screen_write);
	progress_on_tick(screen_idle);
	mm_check_register(&grid_checker);
}

void __init screen_use_vga(void)
{
	u16 *cells = vga_init();

	if (cells)
		use_cells(cells, vga_kept, VGA_ROWS, VGA_COLUMNS);
}

static const char *__init start_framebuffer(const struct boot_framebuffer *info,
					    map_pixels_t map_pixels)
{
	u32 mapped;
	u8 *pixels = map_pixels(info->addr, info->pitch * info->height, &mapped);
	size_t nr;
	u16 *cells;

	if (!framebuffer_init(&framebuffer, info, pixels, mapped))
		return "too little of it can be mapped";
	nr = framebuffer.rows * framebuffer.columns;
	cells = alloc_bootmem_nopanic((3 * nr + KEPT_ROWS * framebuffer.columns) * sizeof(*cells));
	if (!cells)
		return "there is no memory for its cells";
	shown = cells + nr;
	use_cells(cells, shown + nr, framebuffer.rows, framebuffer.columns);
	return NULL;
}

void __init screen_use_framebuffer(const struct boot_framebuffer *info, const struct e820_map *map,
				   const struct ledger *ledger, map_pixels_t map_pixels)
{
	const char *why = framebuffer_refusal(info, map, ledger);

	if (!why)
		why = start_framebuffer(info, map_pixels);
	pr_info("framebuffer: %ux%u, %u bits at 0x%08llx%s%s\n", info->width, info->height,
		info->bpp, info->addr, why ? ", not used: " : "", why ? why : "");
}

/* In a full line the cursor is shown on the last character; beside older text it is not shown. */
static unsigned int cursor_index(void)
{
	if (grid.turned)
		return grid.rows * grid.columns;
	return grid.row * grid.columns + min(grid.column, grid.columns - 1);
}

/* The cell at @index as it is to be seen: the cursor has ink and paper exchanged. */
static u16 visible_cell(unsigned int index)
{
	u16 cell = grid.cells[index];

	if (index != cursor_index())
		return cell;
	return (u16)((cell & 0x0f00) << 4 | (cell & 0xf000) >> 4 | (u8)cell);
}

static void draw_changes(void)
{
	unsigned int row, column, index = 0;

	for (row = 0; row < grid.rows; row++)
		for (column = 0; column < grid.columns; column++, index++) {
			u16 cell = visible_cell(index);

			if (shown[index] == cell)
				continue;
			framebuffer_draw(&framebuffer, row, column, cell);
			shown[index] = cell;
		}
}

void screen_show(void)
{
	stale = false;
	next_show_us = now_us() + SHOW_US;
	if (shown)
		draw_changes();
	else if (grid.cells)
		vga_move_cursor(cursor_index());
}

/* Is it not yet time to draw again? */
static bool may_wait(void)
{
	return !at_once && !panic_in_progress() && now_us() && now_us() < next_show_us;
}

void screen_write(const char *text, size_t len)
{
	terminal_write(&grid, text, len);
	stale = true;
	if (shown && !may_wait())
		screen_show();
}

void screen_follow(void)
{
	at_once = true;
	screen_show();
}

void screen_idle(void)
{
	if (stale)
		screen_show();
}

/* A line of the page before stays in sight. */
void screen_turn_page(bool up)
{
	int lines = (int)max(grid.rows - grid.top, 2u) - 1;

	if (!grid.cells)
		return;
	terminal_turn(&grid, up ? lines : -lines);
	screen_show();
}

unsigned int screen_rows(void)
{
	return grid.rows;
}

unsigned int screen_columns(void)
{
	return grid.columns;
}

void screen_split(unsigned int rows)
{
	if (grid.cells)
		terminal_set_top(&grid, rows);
}

void screen_put(unsigned int row, unsigned int column, u16 cell)
{
	mm_bug_on(row >= grid.top || column >= grid.columns,
		  "row %u, column %u: %u rows were asked for, of %u columns", row, column, grid.top,
		  grid.columns);
	grid.cells[row * grid.columns + column] = cell;
}

u16 screen_get(unsigned int row, unsigned int column)
{
	mm_bug_on(row >= grid.rows || column >= grid.columns, "row %u, column %u of %u x %u", row,
		  column, grid.rows, grid.columns);
	return grid.cells[row * grid.columns + column];
}
