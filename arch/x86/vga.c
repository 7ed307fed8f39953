/* SPDX-License-Identifier: 0BSD
 *
 * vga.c - the 80x25 text mode that a BIOS leaves on (IBM VGA: CRTC, attribute controller, DAC).
 *
 * The cells are those at 0xB8000, which the direct map reaches. Bit 15 of a cell would make it
 * blink; it is made the bright bit of the paper, as asm/screen.h has it. The tones of the sixteen
 * colours are replaced by ours.
 */
#include <asm/vga.h>
#include <asm/cpu.h>
#include <asm/page.h>
#include <asm/screen.h>
#include <lib/init.h>

#define TEXT_MEMORY 0xB8000

#define CRTC_INDEX  0x3D4
#define CRTC_DATA   0x3D5
#define CURSOR_HIGH 0x0E
#define CURSOR_LOW  0x0F

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

/* In a graphics mode, as UEFI firmware sets it, the cells are not there. */
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

	if (!keeps_text(cells))
		return NULL;
	write_attribute(ATTRIBUTE_MODE, read_attribute(ATTRIBUTE_MODE) & (u8)~MODE_BLINK);
	set_colours();
	return cells;
}

void vga_move_cursor(unsigned int position)
{
	outb(CRTC_INDEX, CURSOR_HIGH);
	outb(CRTC_DATA, (u8)(position >> 8));
	outb(CRTC_INDEX, CURSOR_LOW);
	outb(CRTC_DATA, (u8)position);
}
