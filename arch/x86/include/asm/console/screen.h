/* SPDX-License-Identifier: 0BSD
 *
 * screen.h - a grid of coloured characters: VGA text, or a linear framebuffer that looks the same.
 *
 * A cell is VGA's: the character in the low byte, ink and paper in the high one. Rows and columns
 * count from the upper left corner. The lower part is a scrolling terminal; what is above belongs
 * to whoever asked for it with screen_split().
 * Context: any, interrupts as they are; without a screen there are 0 rows, and nothing to put.
 */
#ifndef ASM_CONSOLE_SCREEN_H
#define ASM_CONSOLE_SCREEN_H

#include <asm/firmware/e820.h>
#include <asm/firmware/ledger.h>

/* Where VGA has its colours; the tones are ours (see screen_palette). */
enum screen_colour {
	SCREEN_BLACK,
	SCREEN_BLUE,
	SCREEN_GREEN,
	SCREEN_CYAN,
	SCREEN_RED,
	SCREEN_MAGENTA,
	SCREEN_ORANGE,
	SCREEN_GREY,
	SCREEN_DARK_GREY,
	SCREEN_LIGHT_BLUE,
	SCREEN_LIGHT_GREEN,
	SCREEN_LIGHT_CYAN,
	SCREEN_LIGHT_RED,
	SCREEN_LIGHT_MAGENTA,
	SCREEN_YELLOW,
	SCREEN_WHITE,
	NR_SCREEN_COLOURS
};

struct rgb {
	u8 red, green, blue;
};

/* Told apart also by the colour-blind: the tones of Okabe and Ito, "Color Universal Design". */
extern const struct rgb screen_palette[NR_SCREEN_COLOURS];

static inline u16 screen_cell(char c, enum screen_colour ink, enum screen_colour paper)
{
	return (u16)((unsigned int)paper << 12 | (unsigned int)ink << 8 | (u8)c);
}

#define SCREEN_BLANK screen_cell(' ', SCREEN_GREY, SCREEN_BLACK)

/* Use the VGA text screen, if there is one. Context: boot only, from the first C instruction on. */
void screen_use_vga(void);

/* Map up to @len bytes of device memory at @phys, as many as can be. Return: where, with the bytes
 * that can be reached in *@mapped. */
typedef void *(*map_pixels_t)(phys_addr_t phys, u32 len, u32 *mapped);

/* Use the framebuffer @info, which lies outside of the memory of @map and @ledger. If it cannot be
 * used, one line says why. Context: boot only, with the ledger filled, when @map_pixels can map and
 * before bootmem is retired. */
void screen_use_framebuffer(const struct boot_framebuffer *info, const struct e820_map *map,
			    const struct ledger *ledger, map_pixels_t map_pixels);

/* The clock, in microseconds: 0 means that it does not run yet. Context: before all else here. */
void screen_set_clock(u64 (*clock)(void));

/* The console: raw text, lines ended by CR LF. */
void screen_write(const char *text, size_t len);

unsigned int screen_rows(void);
unsigned int screen_columns(void);

/* Show what was written before what is seen, a page up, or down again. The next text that is
 * written shows the end. */
void screen_turn_page(bool up);

/* Leave the uppermost @rows to the caller, who finds them blank; the text keeps the rest, at least
 * one row. */
void screen_split(unsigned int rows);

/* Put a cell into the upper part. */
void screen_put(unsigned int row, unsigned int column, u16 cell);

/* The cell anywhere on the screen: what was put or written there. */
u16 screen_get(unsigned int row, unsigned int column);

/* Let what was written or put be seen now. */
void screen_show(void);

/* Show the text that waits, if any: nothing more will be written for now, or time has passed. */
void screen_idle(void);

/* From now on text does not wait: nobody can be relied upon to call screen_idle(). */
void screen_follow(void);

#endif
