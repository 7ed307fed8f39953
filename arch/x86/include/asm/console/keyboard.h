/* SPDX-License-Identifier: 0BSD
 *
 * keyboard.h - keys of a PC keyboard as the bytes that a VT100 terminal would send.
 */
#ifndef ASM_CONSOLE_KEYBOARD_H
#define ASM_CONSOLE_KEYBOARD_H

#include <lib/init.h>
#include <lib/types.h>

struct lock_key {
	bool on, held;
};

/* What is held or locked, and where in a sequence of scancodes the decoder is. Zeroed to start. */
struct scancodes {
	bool left_shift, right_shift, left_ctrl, right_ctrl;
	struct lock_key caps_lock, num_lock;
	bool extended;	   /* E0 came */
	unsigned int skip; /* codes of the pause key still to come */
	char typed[2];
};

/* Take one byte of scancode set 1, US layout. Return: the bytes typed with it, terminated, "" for
 * none; valid until the next call. Pure. */
const char *scancode_decode(struct scancodes *state, u8 code);

/* Queue keys as they are typed. Context: once, at the end of the boot. */
void keyboard_start(void) __init;

/* The next byte typed on the keyboard; -1 if there is none, or no keyboard. */
int keyboard_getc(void);

#endif
