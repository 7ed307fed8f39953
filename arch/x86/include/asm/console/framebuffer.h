/* SPDX-License-Identifier: 0BSD
 *
 * framebuffer.h - characters drawn into a linear framebuffer of 16, 24 or 32 bits a pixel.
 *
 * Pure but for the pixels.
 */
#ifndef ASM_CONSOLE_FRAMEBUFFER_H
#define ASM_CONSOLE_FRAMEBUFFER_H

#include <asm/console/screen.h>
#include <asm/firmware/boot_info.h>
#include <asm/firmware/e820.h>
#include <asm/firmware/ledger.h>

struct framebuffer {
	u8 *pixels;		    /* where it is mapped */
	u32 pitch;		    /* bytes from a line to the next one */
	unsigned int bytes;	    /* of a pixel */
	unsigned int scale;	    /* pixels along an edge of a dot */
	unsigned int rows, columns; /* of character cells */
	u32 pixel[NR_SCREEN_COLOURS];
};

/* Why @info cannot be used on a machine with the memory of @map, of which @ledger is not free; NULL
 * if it can. */
const char *framebuffer_refusal(const struct boot_framebuffer *info, const struct e820_map *map,
				const struct ledger *ledger);

/* Lay cells over the framebuffer @info, which was not refused, of which the first @mapped bytes can
 * be reached at @pixels. No cell reaches beyond those. Return: false if that is less than 80x25. */
bool framebuffer_init(struct framebuffer *fb, const struct boot_framebuffer *info, u8 *pixels,
		      u32 mapped);

/* Draw a cell of asm/console/screen.h. */
void framebuffer_draw(const struct framebuffer *fb, unsigned int row, unsigned int column,
		      u16 cell);

#endif
