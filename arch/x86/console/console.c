/* SPDX-License-Identifier: 0BSD
 *
 * console.c - what is typed, on the serial line or on the keyboard.
 */
#include <asm/console/console.h>
#include <asm/console/keyboard.h>
#include <asm/console/screen.h>

int console_getc(void)
{
	int c = serial_getc();

	if (c < 0)
		c = keyboard_getc();
	if (c < 0)
		screen_idle();
	return c;
}
