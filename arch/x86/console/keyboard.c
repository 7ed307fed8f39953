/* SPDX-License-Identifier: 0BSD
 *
 * keyboard.c - the keyboard controller (Intel 8042), as the firmware left it.
 *
 * No commands: firmware and boot loader have used the keyboard and left it on, translating into
 * scancode set 1. Codes are queued by its interrupt, and by whoever asks for a key: where
 * interrupts are off they wait in the controller. What they mean is worked out by who asks, since
 * some turn over the screen's pages. A queue that is full leaves them in the controller, too.
 */
#include <asm/console/keyboard.h>
#include <asm/console/screen.h>
#include <asm/cpu.h>
#include <asm/irqflags.h>
#include <dev/irq.h>
#include <lib/init.h>
#include <lib/ring.h>
#include <lib/string.h>

#define I8042_DATA   0x60
#define I8042_STATUS 0x64

#define STATUS_FULL  0x01 /* a byte waits in the data register */
#define STATUS_MOUSE 0x20 /* ... from the second port */
#define NO_PORT	     0xff

/* A controller that always has a byte more, as broken ones do, must not stop the kernel. */
#define POLL_BYTES 16

static struct byte_ring codes;
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

/* Queue what the controller has. Context: interrupts off. */
static void receive(void)
{
	unsigned int left = POLL_BYTES;
	u8 status, code;

	while (!ring_is_full(&codes) && left-- && (status = inb(I8042_STATUS)) != NO_PORT &&
	       (status & STATUS_FULL)) {
		code = inb(I8042_DATA);
		if (!(status & STATUS_MOUSE))
			ring_put(&codes, code);
	}
}

/* Also where a code was fetched before its interrupt came. */
static irqreturn_t keyboard_interrupt(unsigned int irq __unused, void *context __unused)
{
	receive();
	return IRQ_HANDLED;
}

void __init keyboard_start(void)
{
	request_irq(IRQ_KEYBOARD, keyboard_interrupt, "keyboard", &codes);
}

static int next_code(void)
{
	unsigned long flags = local_irq_save();
	int code;

	receive();
	code = ring_get(&codes);
	local_irq_restore(flags);
	return code;
}

int keyboard_getc(void)
{
	int code;

	while (!*typed && (code = next_code()) >= 0)
		typed = use_page_key(scancode_decode(&state, (u8)code));
	return *typed ? (u8)*typed++ : -1;
}
