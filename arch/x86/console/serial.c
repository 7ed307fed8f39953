/* SPDX-License-Identifier: 0BSD
 *
 * serial.c - COM1, 115200 8N1 (National Semiconductor PC16550D data sheet).
 *
 * Output is polled and has no buffer: it works from the first instruction to the last one of a
 * panic. Input is queued by the port's interrupt and by whoever asks for a byte, so it arrives
 * where interrupts are off, too; with a full queue it waits in the port. A transmitter that says
 * that it is empty takes as many bytes as its FIFO holds, if it has one. One that does not get
 * ready (a port that is broken, a reader that has stopped) is waited for once; what is written
 * until it is ready again is lost, and nothing else waits for it.
 */
#include <asm/console/console.h>
#include <asm/cpu.h>
#include <asm/irqflags.h>
#include <dev/irq.h>
#include <lib/compiler.h>
#include <lib/init.h>
#include <lib/ring.h>

#define COM1	 0x3F8
#define COM_DATA (COM1 + 0)
#define COM_IER	 (COM1 + 1)
#define COM_FCR	 (COM1 + 2)
#define COM_IIR	 (COM1 + 2)
#define COM_LCR	 (COM1 + 3)
#define COM_MCR	 (COM1 + 4)
#define COM_LSR	 (COM1 + 5)

#define LCR_8N1	      0x03
#define LCR_DLAB      0x80
#define FCR_ENABLE    0x07 /* FIFOs on and cleared */
#define IIR_FIFO      0xC0 /* both bits: there are FIFOs that work */
#define FIFO_BYTES    16
#define MCR_DTR_RTS   0x03
#define MCR_OUT2      0x08 /* joins the port to its interrupt line */
#define IER_RECEIVED  0x01
#define LSR_DATA      0x01
#define LSR_THR_EMPTY 0x20
#define NO_PORT	      0xFF

#define DIVISOR_115200 1
#define MAX_POLLS      100000

static size_t burst = 1; /* bytes that an empty transmitter takes */
static struct byte_ring received;

void __init serial_init(void)
{
	outb(COM_IER, 0);
	outb(COM_LCR, LCR_DLAB);
	outb(COM_DATA, DIVISOR_115200);
	outb(COM_IER, 0);
	outb(COM_LCR, LCR_8N1);
	outb(COM_FCR, FCR_ENABLE);
	outb(COM_MCR, MCR_DTR_RTS);
	if (inb(COM_LSR) != NO_PORT && (inb(COM_IIR) & IIR_FIFO) == IIR_FIFO)
		burst = FIFO_BYTES;
}

static bool transmitter_is_empty(void)
{
	return inb(COM_LSR) & LSR_THR_EMPTY;
}

/* Return: false if it does not get empty. */
static bool wait_for_transmitter(void)
{
	static unsigned int max_polls = MAX_POLLS;
	unsigned int polls = max_polls;

	while (!transmitter_is_empty() && --polls)
		cpu_relax();
	max_polls = polls ? MAX_POLLS : 1;
	return polls;
}

/* Send @len bytes, which are not more than fit. An interrupt's text must not come in between: then
 * they would be too many. Return: how many are done with; 0: such a text went before. */
static size_t put_burst(const char *text, size_t len)
{
	unsigned long flags;

	if (!wait_for_transmitter())
		return len; /* lost */
	flags = local_irq_save();
	if (transmitter_is_empty())
		outsb(COM_DATA, text, len);
	else
		len = 0;
	local_irq_restore(flags);
	return len;
}

void serial_write(const char *text, size_t len)
{
	size_t done;

	for (; len; text += done, len -= done)
		done = put_burst(text, min(len, burst));
}

/* Queue what has arrived. Context: interrupts off. */
static void receive(void)
{
	u8 status;

	while (!ring_is_full(&received) && (status = inb(COM_LSR)) != NO_PORT &&
	       (status & LSR_DATA))
		ring_put(&received, inb(COM_DATA));
}

/* Also where a byte was fetched before its interrupt came. */
static irqreturn_t serial_interrupt(unsigned int irq __unused, void *context __unused)
{
	receive();
	return IRQ_HANDLED;
}

void __init serial_start(void)
{
	if (inb(COM_LSR) == NO_PORT)
		return;
	request_irq(IRQ_COM1, serial_interrupt, "serial", &received);
	outb(COM_MCR, MCR_DTR_RTS | MCR_OUT2);
	outb(COM_IER, IER_RECEIVED);
}

int serial_getc(void)
{
	unsigned long flags = local_irq_save();
	int c;

	receive();
	c = ring_get(&received);
	local_irq_restore(flags);
	return c;
}
