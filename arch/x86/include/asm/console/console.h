/* SPDX-License-Identifier: 0BSD
 *
 * console.h - what is typed, and the serial line; screen.h and keyboard.h are the others.
 */
#ifndef ASM_CONSOLE_CONSOLE_H
#define ASM_CONSOLE_CONSOLE_H

#include <lib/init.h>
#include <lib/types.h>

/* A character typed on the serial line or the keyboard; -1 if there is none yet. */
int console_getc(void);

void serial_init(void);

/* Raw text, lines ended by CR LF. Context: any, interrupts as they are. */
void serial_write(const char *text, size_t len);

/* The next byte that was received; -1 if there is none, or no port. */
int serial_getc(void);

/* Queue bytes as they are received. Context: once, at the end of the boot. */
void serial_start(void) __init;

#endif
