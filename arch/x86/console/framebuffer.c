/* SPDX-License-Identifier: 0BSD
 *
 * framebuffer.c - is a framebuffer fit for use, and how a character gets into it.
 *
 * 1. Concepts  The loader says where the pixels are, how long a line is, and which bits of a pixel
 *              are red, green and blue (Multiboot2 specification 2.0, 3.6.12). The palette's tones
 *              are turned into such pixels once.
 * 2. Trust     A framebuffer is memory that the kernel writes to because the loader said so. One
 *              over RAM, over what is in the ledger (the image and modules need not be in RAM that
 *              the map in force has), beyond the address space or of a shape that does not fit into
 *              its own lines is refused.
 * 3. Size      Dots grow with the resolution, so that text stays legible; there are at least 80x25
 *              cells and at most MAX_COLUMNS x MAX_ROWS. What lies beyond is left as it is.
 * 4. Not done  Palettes (indexed colour), and reading pixels back: device memory is slow to read.
 */
#include <asm/console/framebuffer.h>
#include <asm/console/font.h>
#include <asm/mm_limits.h>
#include <lib/compiler.h>
#include <lib/init.h>
#include <lib/string.h>
#include <mm/page.h>

#define MIN_COLUMNS  80u
#define MIN_ROWS     25u
#define MAX_COLUMNS  160u
#define MAX_ROWS     50u
/* Dots are not doubled where this many cells would no longer fit. */
#define GOOD_COLUMNS 100u
#define GOOD_ROWS    32u

#define MAX_EDGE 16384u /* pixels */

const struct rgb screen_palette[NR_SCREEN_COLOURS] = {
	[SCREEN_BLACK] = { 0, 0, 0 },
	[SCREEN_BLUE] = { 0, 114, 178 },
	[SCREEN_GREEN] = { 0, 104, 80 },
	[SCREEN_CYAN] = { 86, 180, 233 },
	[SCREEN_RED] = { 213, 94, 0 },
	[SCREEN_MAGENTA] = { 204, 121, 167 },
	[SCREEN_ORANGE] = { 240, 174, 32 },
	[SCREEN_GREY] = { 200, 200, 200 },
	[SCREEN_DARK_GREY] = { 96, 96, 96 },
	[SCREEN_LIGHT_BLUE] = { 96, 160, 208 },
	[SCREEN_LIGHT_GREEN] = { 112, 200, 160 },
	[SCREEN_LIGHT_CYAN] = { 152, 212, 244 },
	[SCREEN_LIGHT_RED] = { 240, 128, 64 },
	[SCREEN_LIGHT_MAGENTA] = { 228, 164, 200 },
	[SCREEN_YELLOW] = { 240, 228, 66 },
	[SCREEN_WHITE] = { 255, 255, 255 },
};

static bool __init channel_fits(struct boot_colour_field field, u8 bpp)
{
	return field.size && field.size <= 8 && field.position + field.size <= bpp;
}

/* Does anything in @ledger lie in [@start, @last]? */
static bool __init holds_reserved(const struct ledger *ledger, u64 start, u64 last)
{
	const struct mem_reservation *range;

	for (range = ledger->range; range < ledger->range + ledger->nr; range++)
		if (range->start <= last && range->last >= start)
			return true;
	return false;
}

static u64 __init size_of(const struct boot_framebuffer *info)
{
	return (u64)info->pitch * info->height;
}

static const char *__init shape_refusal(const struct boot_framebuffer *info)
{
	if (info->type != BOOT_FB_RGB)
		return "its pixels are no RGB values";
	if (info->bpp != 16 && info->bpp != 24 && info->bpp != 32)
		return "a pixel has neither 16 nor 24 nor 32 bits";
	if (!channel_fits(info->red, info->bpp) || !channel_fits(info->green, info->bpp) ||
	    !channel_fits(info->blue, info->bpp))
		return "its colours do not fit into a pixel";
	if (info->width > MAX_EDGE || info->height > MAX_EDGE)
		return "its size is absurd";
	if (info->width < MIN_COLUMNS * FONT_WIDTH || info->height < MIN_ROWS * FONT_HEIGHT)
		return "it is too small for 80x25 characters";
	if (info->pitch < info->width * info->bpp / 8 || info->pitch > 2 * MAX_EDGE * sizeof(u32))
		return "its lines do not fit their length";
	return NULL;
}

const char *__init framebuffer_refusal(const struct boot_framebuffer *info,
				       const struct e820_map *map, const struct ledger *ledger)
{
	const char *why = shape_refusal(info);
	u64 last = info->addr + size_of(info) - 1;

	if (why)
		return why;
	if (!info->addr || info->addr >= PFN_PHYS(MAX_PFN_LIMIT) ||
	    size_of(info) > PFN_PHYS(MAX_PFN_LIMIT) - info->addr)
		return "it does not lie below 4 GiB";
	if (e820_any_ram(map, info->addr, last))
		return "it lies over RAM";
	if (holds_reserved(ledger, info->addr, last))
		return "it lies over something reserved";
	return NULL;
}

/* The @value of eight bits in its field of a pixel. */
static u32 __init to_field(u8 value, struct boot_colour_field field)
{
	return (u32)value >> (8 - field.size) << field.position;
}

static unsigned int __init best_scale(u32 width, u32 height)
{
	unsigned int scale = 1;

	while (width / (FONT_WIDTH * (scale + 1)) >= GOOD_COLUMNS &&
	       height / (FONT_HEIGHT * (scale + 1)) >= GOOD_ROWS)
		scale++;
	return scale;
}

bool __init framebuffer_init(struct framebuffer *fb, const struct boot_framebuffer *info,
			     u8 *pixels, u32 mapped)
{
	u32 height = min(info->height, mapped / info->pitch);
	unsigned int i;

	*fb = (struct framebuffer){
		.pitch = info->pitch,
		.bytes = info->bpp / 8u,
		.scale = best_scale(info->width, height),
	};
	fb->pixels = pixels;
	fb->columns = min(info->width / (FONT_WIDTH * fb->scale), MAX_COLUMNS);
	fb->rows = min(height / (FONT_HEIGHT * fb->scale), MAX_ROWS);
	for (i = 0; i < NR_SCREEN_COLOURS; i++)
		fb->pixel[i] = to_field(screen_palette[i].red, info->red) |
			       to_field(screen_palette[i].green, info->green) |
			       to_field(screen_palette[i].blue, info->blue);
	return fb->rows >= MIN_ROWS;
}

static inline void put_pixel(const struct framebuffer *fb, u8 *at, u32 pixel)
{
	if (fb->bytes == sizeof(u32)) {
		__builtin_memcpy(at, &pixel, sizeof(u32));
		return;
	}
	at[0] = (u8)pixel;
	at[1] = (u8)(pixel >> 8);
	if (fb->bytes == 3)
		at[2] = (u8)(pixel >> 16);
}

/* Write one line of pixels for the dots @bits of a glyph, each as wide as the scale. */
static void draw_line(const struct framebuffer *fb, u8 *at, u8 bits, u32 ink, u32 paper)
{
	unsigned int dot, i;

	for (dot = 0; dot < FONT_WIDTH; dot++, bits = (u8)(bits << 1)) {
		u32 pixel = bits & 0x80 ? ink : paper;

		for (i = 0; i < fb->scale; i++, at += fb->bytes)
			put_pixel(fb, at, pixel);
	}
}

/* The dots in line @line of a cell with @c. */
static u8 line_of(u8 c, unsigned int line)
{
	if (line < FONT_ABOVE || line >= FONT_ABOVE + FONT_LINES)
		return 0;
	return font_glyph(c)[line - FONT_ABOVE];
}

void framebuffer_draw(const struct framebuffer *fb, unsigned int row, unsigned int column, u16 cell)
{
	u32 ink = fb->pixel[cell >> 8 & 15], paper = fb->pixel[cell >> 12];
	u8 *at = fb->pixels + row * FONT_HEIGHT * fb->scale * fb->pitch +
		 column * FONT_WIDTH * fb->scale * fb->bytes;
	unsigned int line;

	for (line = 0; line < FONT_HEIGHT * fb->scale; line++, at += fb->pitch)
		draw_line(fb, at, line_of((u8)cell, line / fb->scale), ink, paper);
}
