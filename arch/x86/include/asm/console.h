/* SPDX-License-Identifier: 0BSD
 *
 * console.h - the two places where text goes: serial line and VGA text screen.
 *
 * The write functions take raw text, lines ended by CR LF. Context: any, interrupts as they are.
 */
#ifndef ASM_CONSOLE_H
#define ASM_CONSOLE_H

#include <lib/types.h>

void serial_init(void);
void serial_write(const char *text, size_t len);

/* Only where the firmware left the CGA text screen on (BIOS, no graphics mode). */
void vga_init(void);
void vga_write(const char *text, size_t len);

#endif
