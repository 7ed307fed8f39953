/* SPDX-License-Identifier: 0BSD
 *
 * i8259.c - the two interrupt controllers of a PC (Intel 8259A data sheet).
 *
 * 1. Concepts  Each has eight lines; the second one asks by way of line 2 of the first. A
 *              controller keeps what asks (IRR) and what the CPU was told and has not ended yet
 *              (ISR): no line of the same or lower priority is passed on until then. The end names
 *              its line.
 * 2. Spurious  A line that falls silent before the CPU fetches the vector leaves the controller
 *              with none to name: it names its last one, without setting a bit in ISR. There is
 *              nothing to end then, but for the first controller's line 2 if it was the second
 *              one's.
 * 3. INT n     may name a vector of the controllers, too: then no bit is set either, and unless it
 *              is one of those two vectors it is reported, as any other that nobody has.
 */
#include <asm/cpu.h>
#include <asm/irqchip.h>
#include <dev/irq.h>
#include <lib/init.h>

#define PIC_SLAVE_COMMAND 0xA0
#define LINES		  8 /* of each */

/* Initialisation words 1 to 4. */
#define ICW1_EDGE_ICW4 0x11
#define ICW4_8086      0x01
#define PIC_MASK_ALL   0xFF

#define OCW2_END_OF_LINE 0x60 /* and the line */
#define OCW3_READ_ISR	 0x0B /* by the next read of the command port */

static u16 command_port(unsigned int irq)
{
	return irq < LINES ? PIC_MASTER_COMMAND : PIC_SLAVE_COMMAND;
}

static u16 data_port(unsigned int irq)
{
	return irq < LINES ? PIC_MASTER_DATA : PIC_SLAVE_DATA;
}

static u8 bit_of(unsigned int irq)
{
	return (u8)(1u << irq % LINES);
}

void __init i8259_init(void)
{
	outb(PIC_MASTER_COMMAND, ICW1_EDGE_ICW4);
	outb(PIC_SLAVE_COMMAND, ICW1_EDGE_ICW4);
	outb(PIC_MASTER_DATA, PIC_VECTOR);
	outb(PIC_SLAVE_DATA, PIC_VECTOR + LINES);
	outb(PIC_MASTER_DATA, 1 << IRQ_CASCADE);
	outb(PIC_SLAVE_DATA, IRQ_CASCADE);
	outb(PIC_MASTER_DATA, ICW4_8086);
	outb(PIC_SLAVE_DATA, ICW4_8086);
	outb(PIC_MASTER_DATA, PIC_MASK_ALL);
	outb(PIC_SLAVE_DATA, PIC_MASK_ALL);
}

void arch_irq_mask(unsigned int irq)
{
	outb(data_port(irq), inb(data_port(irq)) | bit_of(irq));
}

/* The second controller's lines need the one that it hangs on. */
void arch_irq_unmask(unsigned int irq)
{
	outb(data_port(irq), inb(data_port(irq)) & (u8)~bit_of(irq));
	if (irq >= LINES)
		arch_irq_unmask(IRQ_CASCADE);
}

static bool in_service(unsigned int irq)
{
	outb(command_port(irq), OCW3_READ_ISR);
	return inb(command_port(irq)) & bit_of(irq);
}

static void end_of_interrupt(unsigned int irq)
{
	outb(command_port(irq), (u8)(OCW2_END_OF_LINE | irq % LINES));
	if (irq >= LINES)
		end_of_interrupt(IRQ_CASCADE);
}

static void spurious(unsigned int irq)
{
	irq_note_spurious();
	if (irq >= LINES)
		end_of_interrupt(IRQ_CASCADE);
}

bool i8259_interrupt(unsigned int irq)
{
	if (in_service(irq)) {
		irq_handle(irq);
		end_of_interrupt(irq);
		return true;
	}
	if (irq % LINES != LINES - 1)
		return false;
	spurious(irq);
	return true;
}
