/* SPDX-License-Identifier: 0BSD
 *
 * console.h - the serial line, beside the screen (screen.h) and the keyboard (keyboard.h).
 */
#ifndef ASM_CONSOLE_CONSOLE_H
#define ASM_CONSOLE_CONSOLE_H

#include <lib/types.h>

void serial_init(void);

/* Raw text, lines ended by CR LF. Context: any, interrupts as they are. */
void serial_write(const char *text, size_t len);

/* The next byte that was received; -1 if there is none, or no port. */
int serial_getc(void);

/* Let the port ask for an interrupt, on line 4, for each byte that is received; or not. */
void serial_interrupt(bool on);

#endif
