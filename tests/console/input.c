/* SPDX-License-Identifier: 0BSD
 *
 * input.c - keys arrive by the keyboard's interrupt, and where interrupts are off by asking.
 *
 * The controller itself can be told to say that a key was pressed (Intel 8042, command D2h).
 */
#include <asm/console/keyboard.h>
#include <asm/cpu.h>
#include <asm/irqflags.h>
#include <dev/irq.h>
#include <dev/time.h>
#include <test/ktest.h>

#define I8042_DATA    0x60
#define I8042_COMMAND 0x64
#define STATUS_FULL   0x01
#define STATUS_BUSY   0x02
#define NO_PORT	      0xff

#define READ_MODE 0x20
#define MODE_IRQ  0x01
#define PRETEND	  0xD2
#define CODE_OF_A 0x1E
#define CODE_OF_B 0x30

static bool wait_until_status(u8 bit, u8 wanted)
{
	unsigned int tries;

	for (tries = 0; tries < 1000; tries++, udelay(10))
		if ((inb(I8042_COMMAND) & bit) == wanted)
			return true;
	return false;
}

static void press(u8 code)
{
	wait_until_status(STATUS_BUSY, 0);
	outb(I8042_COMMAND, PRETEND);
	wait_until_status(STATUS_BUSY, 0);
	outb(I8042_DATA, code);
	wait_until_status(STATUS_FULL, STATUS_FULL);
}

/* Context: interrupts off, so that nobody else takes the answer. */
static bool can_pretend(void)
{
	if (!clock_us() || inb(I8042_COMMAND) == NO_PORT)
		return false;
	while (keyboard_getc() >= 0)
		;
	outb(I8042_COMMAND, READ_MODE);
	return wait_until_status(STATUS_FULL, STATUS_FULL) && (inb(I8042_DATA) & MODE_IRQ);
}

KTEST(input, keys_are_queued_by_interrupt, SHORT)
{
	unsigned long flags = local_irq_save(), before = irq_counts(IRQ_KEYBOARD).all;

	if (!can_pretend()) {
		local_irq_restore(flags);
		kt_skip("no keyboard controller, or without interrupts");
	}
	local_irq_enable();
	press(CODE_OF_A);
	mdelay(1);
	kt_true(irq_counts(IRQ_KEYBOARD).all > before);
	kt_eq(inb(I8042_COMMAND) & STATUS_FULL, 0);
	press(CODE_OF_B);
	mdelay(1);
	local_irq_save();
	kt_eq(keyboard_getc(), 'a');
	kt_eq(keyboard_getc(), 'b');
	kt_eq(keyboard_getc(), -1);
	local_irq_restore(flags);
}

KTEST(input, with_interrupts_off_they_are_fetched, SHORT)
{
	unsigned long flags = local_irq_save();

	if (!can_pretend()) {
		local_irq_restore(flags);
		kt_skip("no keyboard controller, or without interrupts");
	}
	press(CODE_OF_A);
	kt_eq(keyboard_getc(), 'a');
	kt_eq(keyboard_getc(), -1);
	local_irq_restore(flags);
}
