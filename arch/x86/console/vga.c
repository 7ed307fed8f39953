/* SPDX-License-Identifier: 0BSD
 *
 * vga.c - the 80x25 text mode that a BIOS leaves on (IBM VGA: CRTC, attribute controller, DAC).
 *
 * The cells are those at 0xB8000, which the direct map reaches. Bit 15 of a cell would make it
 * blink; it is made the bright bit of the paper, as screen.h has it. The tones of the sixteen
 * colours are replaced by ours.
 */
#include <asm/console/vga.h>
#include <asm/console/screen.h>
#include <asm/cpu.h>
#include <asm/page.h>
#include <lib/init.h>

#define TEXT_MEMORY 0xB8000

#define CRTC_INDEX  0x3D4
#define CRTC_DATA   0x3D5
#define LAST_COLUMN 0x01
#define START_HIGH  0x0C /* the cell in the upper left corner: Linux scrolls by it */
#define START_LOW   0x0D
#define CURSOR_HIGH 0x0E
#define CURSOR_LOW  0x0F

#define GRAPHICS_INDEX	0x3CE
#define GRAPHICS_DATA	0x3CF
#define GRAPHICS_MODE	0x06
#define MODE_WHERE	0x0D /* bit 0: graphics; bits 2 and 3: where the memory is seen */
#define MODE_TEXT_B8000 0x0C

#define ATTRIBUTE	0x3C0 /* index and data in turns */
#define ATTRIBUTE_READ	0x3C1
#define INPUT_STATUS	0x3DA /* reading it makes the next turn an index */
#define ATTRIBUTE_MODE	0x10
#define MODE_BLINK	0x08
#define PALETTE_CONNECT 0x20 /* added to an index: the screen stays on */

#define DAC_INDEX 0x3C8
#define DAC_DATA  0x3C9
#define DAC_SHIFT 2 /* six bits of a tone count */

static u8 __init read_attribute(u8 index)
{
	inb(INPUT_STATUS);
	outb(ATTRIBUTE, index | PALETTE_CONNECT);
	return inb(ATTRIBUTE_READ);
}

static void __init write_attribute(u8 index, u8 value)
{
	inb(INPUT_STATUS);
	outb(ATTRIBUTE, index | PALETTE_CONNECT);
	outb(ATTRIBUTE, value);
}

static void __init set_colours(void)
{
	const struct rgb *tone;
	unsigned int i;

	for (i = 0; i < NR_SCREEN_COLOURS; i++)
		write_attribute((u8)i, (u8)i);
	outb(DAC_INDEX, 0);
	for (tone = screen_palette; tone < screen_palette + NR_SCREEN_COLOURS; tone++) {
		outb(DAC_DATA, tone->red >> DAC_SHIFT);
		outb(DAC_DATA, tone->green >> DAC_SHIFT);
		outb(DAC_DATA, tone->blue >> DAC_SHIFT);
	}
}

static void write_crtc(u8 index, u8 value)
{
	outb(CRTC_INDEX, index);
	outb(CRTC_DATA, value);
}

static u8 __init read_crtc(u8 index)
{
	outb(CRTC_INDEX, index);
	return inb(CRTC_DATA);
}

/* A register that nobody answers for reads as all ones, whatever was written. */
static bool __init crtc_keeps(u8 value)
{
	write_crtc(CURSOR_LOW, value);
	return read_crtc(CURSOR_LOW) == value;
}

/* Where there is no VGA, plain memory at its address would take the cells all the same; in a
 * graphics mode, as UEFI firmware sets it, they are not there. */
static bool __init has_text_mode(void)
{
	if (!crtc_keeps(0x55) || !crtc_keeps(0xAA))
		return false;
	outb(GRAPHICS_INDEX, GRAPHICS_MODE);
	return (inb(GRAPHICS_DATA) & MODE_WHERE) == MODE_TEXT_B8000 &&
	       read_crtc(LAST_COLUMN) == VGA_COLUMNS - 1;
}

static bool __init keeps_text(volatile u16 *cells)
{
	const u16 other = screen_cell('#', SCREEN_BLACK, SCREEN_WHITE);

	cells[0] = SCREEN_BLANK;
	cells[1] = other;
	return cells[0] == SCREEN_BLANK && cells[1] == other;
}

u16 *__init vga_init(void)
{
	u16 *cells = phys_to_virt(TEXT_MEMORY);

	if (!has_text_mode() || !keeps_text(cells))
		return NULL;
	write_attribute(ATTRIBUTE_MODE, read_attribute(ATTRIBUTE_MODE) & (u8)~MODE_BLINK);
	set_colours();
	write_crtc(START_HIGH, 0);
	write_crtc(START_LOW, 0);
	return cells;
}

void vga_move_cursor(unsigned int position)
{
	write_crtc(CURSOR_HIGH, (u8)(position >> 8));
	write_crtc(CURSOR_LOW, (u8)position);
}
