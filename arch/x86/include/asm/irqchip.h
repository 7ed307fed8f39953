/* SPDX-License-Identifier: 0BSD
 *
 * irqchip.h - the interrupt controllers: 8259A pair, local APIC, I/O APIC.
 */
#ifndef ASM_IRQCHIP_H
#define ASM_IRQCHIP_H

#include <lib/types.h>

#define PIC_MASTER_COMMAND 0x20
#define PIC_MASTER_DATA	   0x21 /* reads and writes the mask */
#define PIC_SLAVE_DATA	   0xA1
#define PIC_VECTOR	   0x20 /* of IRQ 0; the 16 lines follow each other */

/* Make every source of interrupts silent, whatever the loader left: all lines of the 8259As masked,
 * their vectors PIC_VECTOR to PIC_VECTOR + 15; in the local APIC no timer, nothing pending or in
 * service, priority 0, the 8259A's line passed on, spurious vector 0xff; all pins of the I/O APIC
 * masked. request_irq() opens a line. Context: after idt_init(), before
 * paging_init(), interrupts off. */
void irqchip_init(void);

/* The 8259As' part of it. */
void i8259_init(void);

/* The vector of line @irq was called: call the line's handlers and end the interrupt.
 * Return: false if no controller asked. Context: interrupts off. */
bool i8259_interrupt(unsigned int irq);

#endif
