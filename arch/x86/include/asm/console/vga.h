/* SPDX-License-Identifier: 0BSD
 *
 * vga.h - the VGA text screen, for screen.c.
 */
#ifndef ASM_CONSOLE_VGA_H
#define ASM_CONSOLE_VGA_H

#include <lib/types.h>

#define VGA_COLUMNS 80
#define VGA_ROWS    25

/* Set the colours up. Return: the cells, which are the video memory itself; NULL if there is no
 * text screen. */
u16 *vga_init(void);

void vga_move_cursor(unsigned int position);

#endif
