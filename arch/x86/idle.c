/* SPDX-License-Identifier: 0BSD
 *
 * idle.c - waiting at the prompt with the CPU halted.
 *
 * 1. Concepts    HLT ends with an interrupt: of the timer, which goes round every 55 ms (tsc.c), of
 *                the serial line, of the keyboard. For as long as it lasts, and no longer, these
 *                three lines are open, and an IDT of its own is loaded whose handlers only end the
 *                interrupt: nobody's gates are touched, and nobody's handlers run.
 * 2. Ticks       A CPU that is halted where no interrupt comes stays so. Therefore it is not
 *                before a tick has been seen; until then interrupts are let in for a moment each
 *                time, and on a machine without timer or 8259A that is all.
 * 3. Interrupts  What comes is not handled: the caller looks for keys anyway. A line's interrupt
 *                that somebody wanted but did not allow is lost if it comes here.
 * 4. User's own  Somebody who has interrupts on, and the timer's line open, has a tick already:
 *                then the CPU is halted with all as it is.
 */
#include <asm/console/console.h>
#include <asm/cpu.h>
#include <asm/irqchip.h>
#include <asm/irqflags.h>
#include <asm/machine.h>
#include <asm/traps.h>
#include <lib/string.h>

#define LINE_TIMER    0
#define LINE_KEYBOARD 1
#define LINE_COM1     4
#define ALL_BUT_THESE (0xFF & ~(1 << LINE_TIMER | 1 << LINE_KEYBOARD | 1 << LINE_COM1))

static struct gate idle_idt[NR_VECTORS];
static volatile bool ticked;

static __attribute__((interrupt)) void wake(void *frame __unused)
{
	outb(PIC_MASTER_COMMAND, PIC_END_OF_INTERRUPT);
}

static __attribute__((interrupt)) void tick(void *frame __unused)
{
	ticked = true;
	outb(PIC_MASTER_COMMAND, PIC_END_OF_INTERRUPT);
}

/* Exceptions stay what they are. */
static void make_idle_idt(void)
{
	unsigned int vector;

	memcpy(idle_idt, idt, sizeof(idle_idt));
	for (vector = NR_EXCEPTIONS; vector < NR_VECTORS; vector++)
		idle_idt[vector] = interrupt_gate((unsigned long)wake);
	idle_idt[PIC_VECTOR + LINE_TIMER] = interrupt_gate((unsigned long)tick);
}

/* The CPU takes no interrupt between STI and the instruction after it, so none is missed. */
static void let_interrupts_in(void)
{
	if (ticked)
		__asm__ volatile("sti; hlt; cli" : : : "memory");
	else
		__asm__ volatile("sti; nop; cli; pause" : : : "memory");
}

static void wait_with_interrupts_off(u8 mask)
{
	make_idle_idt();
	idt_load(idle_idt);
	serial_interrupt(true);
	outb(PIC_MASTER_DATA, ALL_BUT_THESE);
	let_interrupts_in();
	outb(PIC_MASTER_DATA, mask);
	serial_interrupt(false);
	idt_load(idt);
}

void machine_idle(void)
{
	u8 mask = inb(PIC_MASTER_DATA);

	if (irqs_disabled())
		wait_with_interrupts_off(mask);
	else if (mask & 1 << LINE_TIMER)
		cpu_relax();
	else
		__asm__ volatile("hlt" : : : "memory");
}
