/* SPDX-License-Identifier: 0BSD
 *
 * font.h - the shapes of the ASCII characters: 8 dots wide, 13 lines high, to stand on 16 lines.
 */
#ifndef ASM_CONSOLE_FONT_H
#define ASM_CONSOLE_FONT_H

#include <lib/types.h>

#define FONT_WIDTH  8
#define FONT_LINES  13
#define FONT_HEIGHT 16 /* of a cell: one line is left free above, two below */
#define FONT_ABOVE  1
#define FONT_FIRST  0x20
#define FONT_LAST   0x7e

/* The lines of a character from the top, bit 7 on the left; those of `?` for what has no shape. */
const u8 *font_glyph(u8 c);

#endif
