/* SPDX-License-Identifier: 0BSD
 *
 * serial.c - COM1, 115200 8N1, polled (National Semiconductor PC16550D data sheet).
 *
 * No buffer, and no interrupts but to end a wait for input: it works from the first instruction
 * to the last one of a panic. A transmitter that does not get ready (a port that is broken, a
 * reader that has stopped) is waited for once; what is written until it is ready again is lost,
 * and nothing else waits for it.
 */
#include <asm/console/console.h>
#include <asm/cpu.h>
#include <asm/irqflags.h>
#include <lib/init.h>

#define COM1	 0x3F8
#define COM_DATA (COM1 + 0)
#define COM_IER	 (COM1 + 1)
#define COM_FCR	 (COM1 + 2)
#define COM_LCR	 (COM1 + 3)
#define COM_MCR	 (COM1 + 4)
#define COM_LSR	 (COM1 + 5)

#define LCR_8N1	      0x03
#define LCR_DLAB      0x80
#define FCR_ENABLE    0x07 /* FIFOs on and cleared */
#define MCR_DTR_RTS   0x03
#define MCR_OUT2      0x08 /* joins the port to its interrupt line */
#define IER_RECEIVED  0x01
#define LSR_DATA      0x01
#define LSR_THR_EMPTY 0x20
#define NO_PORT	      0xFF

#define DIVISOR_115200 1
#define MAX_POLLS      100000

void __init serial_init(void)
{
	outb(COM_IER, 0);
	outb(COM_LCR, LCR_DLAB);
	outb(COM_DATA, DIVISOR_115200);
	outb(COM_IER, 0);
	outb(COM_LCR, LCR_8N1);
	outb(COM_FCR, FCR_ENABLE);
	outb(COM_MCR, MCR_DTR_RTS);
}

static void serial_putc(char c)
{
	static unsigned int max_polls = MAX_POLLS;
	unsigned int polls = max_polls;

	while (!(inb(COM_LSR) & LSR_THR_EMPTY) && --polls)
		cpu_relax();
	max_polls = polls ? MAX_POLLS : 1;
	if (polls)
		outb(COM_DATA, (u8)c);
}

void serial_write(const char *text, size_t len)
{
	while (len--)
		serial_putc(*text++);
}

int serial_getc(void)
{
	u8 status = inb(COM_LSR);

	if (status == NO_PORT || !(status & LSR_DATA))
		return -1;
	return inb(COM_DATA);
}

void serial_interrupt(bool on)
{
	outb(COM_MCR, on ? MCR_DTR_RTS | MCR_OUT2 : MCR_DTR_RTS);
	outb(COM_IER, on ? IER_RECEIVED : 0);
}
