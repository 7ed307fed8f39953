/* SPDX-License-Identifier: 0BSD
 *
 * vga.c - the 80x25 text screen at 0xB8000, through the direct map (IBM VGA, CRTC registers 0Eh,
 * 0Fh).
 *
 * A cell is a character byte and an attribute byte. Writing past the last line scrolls.
 */
#include <asm/console.h>
#include <asm/cpu.h>
#include <asm/page.h>
#include <lib/init.h>
#include <lib/string.h>

#define COLUMNS	  80
#define ROWS	  25
#define ATTRIBUTE 0x0700 /* light grey on black */

#define CRTC_INDEX  0x3D4
#define CRTC_DATA   0x3D5
#define CURSOR_HIGH 0x0E
#define CURSOR_LOW  0x0F

static unsigned int row, column;

static u16 *cell(unsigned int r, unsigned int c)
{
	return (u16 *)phys_to_virt(0xB8000) + r * COLUMNS + c;
}

static void clear_row(unsigned int r)
{
	unsigned int c;

	for (c = 0; c < COLUMNS; c++)
		*cell(r, c) = ATTRIBUTE | ' ';
}

static void new_line(void)
{
	if (++row < ROWS)
		return;
	row = ROWS - 1;
	memmove(cell(0, 0), cell(1, 0), (ROWS - 1) * COLUMNS * sizeof(u16));
	clear_row(ROWS - 1);
}

static void put(char c)
{
	if (c == '\r') {
		column = 0;
	} else if (c == '\n') {
		new_line();
	} else if (c == '\b') {
		column -= column > 0;
	} else {
		if (column == COLUMNS) {
			column = 0;
			new_line();
		}
		*cell(row, column++) = ATTRIBUTE | (u8)c;
	}
}

static void move_cursor(void)
{
	unsigned int position = row * COLUMNS + column;

	outb(CRTC_INDEX, CURSOR_HIGH);
	outb(CRTC_DATA, (u8)(position >> 8));
	outb(CRTC_INDEX, CURSOR_LOW);
	outb(CRTC_DATA, (u8)position);
}

void __init vga_init(void)
{
	unsigned int r;

	for (r = 0; r < ROWS; r++)
		clear_row(r);
}

void vga_write(const char *text, size_t len)
{
	while (len--)
		put(*text++);
	move_cursor();
}
