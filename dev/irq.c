/* SPDX-License-Identifier: 0BSD
 *
 * irq.c - who handles which interrupt, and what becomes of those that nobody does.
 *
 * 1. Concepts   A PC's two 8259A controllers have sixteen lines. A line is open while somebody has
 *               requested it. Several may share one, as PCI cards do: each handler looks at its own
 *               device and says whether that had asked.
 * 2. When       From the boot to the last self-test interrupts are off: the tests and benchmarks
 *               count instructions, and an interrupt's would be among them. What comes meanwhile
 *               waits in the controllers, one for each line. Interrupts are let in while the kernel
 *               waits, in machine_idle(), so at the prompt; in the tests that are about them; and
 *               from the moment on when somebody's kernel_main() says local_irq_enable().
 * 3. Nesting    Handlers run with interrupts off, on the stack of whoever was interrupted, one
 *               after the other: what they share with the rest of the kernel is safe there in a
 *               section between local_irq_save() and local_irq_restore().
 * 4. Unhandled  A device that asks again and again and that no handler feels responsible for would
 *               stop everything else. After UNHANDLED_MAX such interrupts without one that was
 *               handled the line is closed, with one line in the log, until somebody requests it.
 * 5. Panic      After a panic nobody's handler is called, since it may be what is broken: an
 *               interrupt only ends a wait.
 * 6. Invariant  A line without handlers is closed, but by somebody who opens it by hand.
 * 7. Locking    Interrupts are off while the lists change. One CPU.
 * 8. Not done   The I/O APIC, whose lines are closed (irqchip.c): the 8259As serve one CPU.
 *               Priorities.
 */
#include <dev/irq.h>

#include <asm/irqflags.h>
#include <lib/bug.h>
#include <lib/errno.h>
#include <lib/kern_levels.h>
#include <lib/out.h>
#include <lib/panic.h>
#include <lib/printk.h>

#define NR_ACTIONS    32
#define UNHANDLED_MAX 1000

struct irqaction {
	irq_handler_t handler; /* NULL: the entry is free */
	const char *name;
	void *context;
	struct irqaction *next;
};

struct irq_line {
	struct irqaction *actions;
	struct irq_counts counts;
	unsigned int in_a_row; /* unhandled ones since the last that was handled */
};

static struct irqaction actions[NR_ACTIONS];
static struct irq_line lines[NR_IRQS];
static unsigned long nr_spurious;
static unsigned int depth; /* of handlers: 0 or 1, unless one lets interrupts in */

/* --- requests --------------------------------------------------------------------------------- */

static struct irq_line *line_of(const char *func, unsigned int irq)
{
	if (irq >= NR_IRQS)
		panic("BUG: %s: irq %u, the last one is %u", func, irq, NR_IRQS - 1);
	if (irq == IRQ_CASCADE)
		panic("BUG: %s: irq %u is the second controller's", func, irq);
	return &lines[irq];
}

/* Where the link to the handler with @context is; to NULL, at the end, if there is none. */
static struct irqaction **find_link(struct irq_line *line, const void *context)
{
	struct irqaction **link = &line->actions;

	while (*link && (*link)->context != context)
		link = &(*link)->next;
	return link;
}

static struct irqaction *free_entry(void)
{
	struct irqaction *action;

	for (action = actions; action < actions + NR_ACTIONS; action++)
		if (!action->handler)
			return action;
	return NULL;
}

int request_irq(unsigned int irq, irq_handler_t handler, const char *name, void *context)
{
	struct irq_line *line = line_of(__func__, irq);
	unsigned long flags = local_irq_save();
	struct irqaction **link = find_link(line, context), *action = free_entry();

	mm_bug_on(!handler || !name, "irq %u: no handler, or no name", irq);
	mm_bug_on(*link, "irq %u: %s has it with context %p (requested twice?)", irq, (*link)->name,
		  context);
	if (action) {
		*action = (struct irqaction){ handler, name, context, NULL };
		*link = action;
		line->in_a_row = 0;
		arch_irq_unmask(irq);
	}
	local_irq_restore(flags);
	return action ? 0 : -EBUSY;
}

void free_irq(unsigned int irq, void *context)
{
	struct irq_line *line = line_of(__func__, irq);
	unsigned long flags = local_irq_save();
	struct irqaction **link = find_link(line, context), *action = *link;

	mm_bug_on(!action, "irq %u: no handler has context %p (freed twice, or another line?)", irq,
		  context);
	*link = action->next;
	action->handler = NULL;
	if (!line->actions)
		arch_irq_mask(irq);
	local_irq_restore(flags);
}

/* --- interrupts ------------------------------------------------------------------------------- */

/* A handler may free itself. Return: has any handled it? */
static bool call_handlers(unsigned int irq, const struct irq_line *line)
{
	const struct irqaction *action = line->actions, *next;
	bool handled = false;

	for (; action; action = next) {
		next = action->next;
		handled |= action->handler(irq, action->context) == IRQ_HANDLED;
		mm_bug_on(!irqs_disabled(), "irq %u: %s's handler let interrupts in", irq,
			  action->name);
	}
	return handled;
}

static void note_unhandled(unsigned int irq, struct irq_line *line)
{
	line->counts.unhandled++;
	if (++line->in_a_row < UNHANDLED_MAX)
		return;
	arch_irq_mask(irq);
	printk(KERN_WARNING
	       "irq %u: nobody cared: no handler took the last %u interrupts (%s); the "
	       "line is closed\n",
	       irq, line->in_a_row, line->actions ? line->actions->name : "nobody requested it");
	line->in_a_row = 0;
}

void irq_handle(unsigned int irq)
{
	struct irq_line *line = &lines[irq];

	line->counts.all++;
	if (panic_in_progress())
		return;
	depth++;
	if (call_handlers(irq, line))
		line->in_a_row = 0;
	else
		note_unhandled(irq, line);
	depth--;
}

void irq_note_spurious(void)
{
	nr_spurious++;
}

bool in_interrupt(void)
{
	return depth;
}

/* --- counts ----------------------------------------------------------------------------------- */

struct irq_counts irq_counts(unsigned int irq)
{
	return line_of(__func__, irq)->counts;
}

unsigned long irq_nr_spurious(void)
{
	return nr_spurious;
}

static void show_line(struct out *out, unsigned int irq, const struct irq_line *line)
{
	const struct irqaction *action;
	const char *between = "";

	out_printf(out, "%3u: %10lu    XT-PIC      ", irq, line->counts.all);
	for (action = line->actions; action; action = action->next, between = ", ")
		out_printf(out, "%s%s", between, action->name);
	if (line->counts.unhandled)
		out_printf(out, " (%lu unhandled)", line->counts.unhandled);
	out_printf(out, "\n");
}

/* What Linux, too, counts as ERR. */
void irqs_show(struct out *out)
{
	unsigned int irq;

	out_printf(out, "           CPU0\n");
	for (irq = 0; irq < NR_IRQS; irq++)
		if (lines[irq].actions || lines[irq].counts.all)
			show_line(out, irq, &lines[irq]);
	out_printf(out, "ERR: %10lu\n", nr_spurious);
}
