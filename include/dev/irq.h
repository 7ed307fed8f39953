/* SPDX-License-Identifier: 0BSD
 *
 * irq.h - handlers for the sixteen lines of a PC's interrupt controllers, with Linux's names.
 *
 * Context: all of it from the end of the boot on (kernel_main(), tests); any, unless a function
 *          says otherwise. When interrupts come at all: dev/irq.c, 2.
 */
#ifndef DEV_IRQ_H
#define DEV_IRQ_H

#include <lib/types.h>

struct out;

#define NR_IRQS 16

/* The lines that the kernel itself uses, and the one that the second controller hangs on. */
#define IRQ_TIMER    0
#define IRQ_KEYBOARD 1
#define IRQ_CASCADE  2
#define IRQ_COM1     4
#define IRQ_RTC	     8

typedef enum {
	IRQ_NONE,   /* my device did not ask */
	IRQ_HANDLED /* it did, and does not any more */
} irqreturn_t;

/* Context: interrupts are off and stay off. It may allocate (GFP_ATOMIC) and free, schedule work,
 * and print; it must not wait. */
typedef irqreturn_t (*irq_handler_t)(unsigned int irq, void *context);

/* Let @handler be called with @context at each interrupt of line @irq, beside those that are there
 * already; the first one opens the line. @name, which must stay, is for reports. @context tells the
 * handlers of a line apart.
 * Return: 0; -EBUSY if all entries for handlers are taken.
 * Stops at a line that is none, or the second controller's, and if the line has a handler with
 * @context already. */
int request_irq(unsigned int irq, irq_handler_t handler, const char *name, void *context);

/* Take away the handler with @context; the last one closes the line. Stops if there is none. */
void free_irq(unsigned int irq, void *context);

/* Does an interrupt's handler run? */
bool in_interrupt(void);

/* Interrupts of line @irq so far, and those that no handler took. */
struct irq_counts {
	unsigned long all, unhandled;
};
struct irq_counts irq_counts(unsigned int irq);

/* Interrupts that were none: the line had fallen silent before its controller was asked. */
unsigned long irq_nr_spurious(void);

/* As Linux's /proc/interrupts. */
void irqs_show(struct out *out);

/* --- for the controllers' driver -------------------------------------------------------------- */

/* Line @irq asks: call its handlers. Context: interrupts off. */
void irq_handle(unsigned int irq);
/* An interrupt came that was none. */
void irq_note_spurious(void);

/* Supplied by the driver: close line @irq, or open it. */
void arch_irq_mask(unsigned int irq);
void arch_irq_unmask(unsigned int irq);

#endif
