/* SPDX-License-Identifier: 0BSD
 *
 * keyboard.c - the keyboard controller (Intel 8042), polled, as the firmware left it.
 *
 * No interrupts and no commands: firmware and boot loader have used the keyboard and left it on,
 * translating into scancode set 1. What arrives while nobody asks waits in the controller.
 */
#include <asm/console/keyboard.h>
#include <asm/console/screen.h>
#include <asm/cpu.h>
#include <lib/string.h>

#define I8042_DATA   0x60
#define I8042_STATUS 0x64

#define STATUS_FULL  0x01 /* a byte waits in the data register */
#define STATUS_MOUSE 0x20 /* ... from the second port */
#define NO_PORT	     0xff

/* A controller that always has a byte more, as broken ones do, must not stop the kernel. */
#define POLL_BYTES 16

static struct scancodes state;
static const char *typed = ""; /* what is still to be handed out of the last key */

/* PgUp and PgDn, shifted or not, turn over the screen's pages; they type nothing. */
static const char *use_page_key(const char *key)
{
	bool up = !strcmp(key, "\033[5~");

	if (!up && strcmp(key, "\033[6~") != 0)
		return key;
	screen_turn_page(up);
	return "";
}

/* Take what the controller has until it is a key that types something. */
static void poll(void)
{
	unsigned int left = POLL_BYTES;
	u8 status, code;

	while (!*typed && left-- && (status = inb(I8042_STATUS)) != NO_PORT &&
	       (status & STATUS_FULL)) {
		code = inb(I8042_DATA);
		if (!(status & STATUS_MOUSE))
			typed = use_page_key(scancode_decode(&state, code));
	}
}

int keyboard_getc(void)
{
	if (!*typed)
		poll();
	return *typed ? (u8)*typed++ : -1;
}
