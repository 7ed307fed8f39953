/* SPDX-License-Identifier: 0BSD
 *
 * irq.c - handlers of lines: who is called, with what, and what becomes of interrupts nobody takes.
 */
#include <lib/errno.h>
#include <lib/string.h>
#include <test/capture.h>
#include <test/ktest.h>

#include "../mm/log_mark.h"
#include "ticks.h"

#define FAST_HZ	    2000
#define UNUSED_LINE 5
#define SLAVE_LINE  12

static struct heard {
	volatile unsigned int calls;
	unsigned int irq;
	bool with_interrupts_on, outside;
	unsigned int take_each; /* of so many interrupts one is handled; 0: none */
	bool free_self;
} first, second;

static irqreturn_t hear(unsigned int irq, void *context)
{
	struct heard *heard = context;

	heard->calls++;
	heard->irq = irq;
	heard->with_interrupts_on |= !irqs_disabled();
	heard->outside |= !in_interrupt();
	if (heard->free_self)
		free_irq(irq, heard);
	return heard->take_each && heard->calls % heard->take_each == 0 ? IRQ_HANDLED : IRQ_NONE;
}

static void listen(unsigned int irq, struct heard *heard, unsigned int take_each)
{
	*heard = (struct heard){ .take_each = take_each };
	kt_eq(request_irq(irq, hear, "t-irq", heard), 0);
}

/* Let @heard be called @n times. */
static void hear_ticks(const struct heard *heard, unsigned int n)
{
	unsigned long flags = ticks_begin(FAST_HZ);

	kt_true(wait_for(&heard->calls, n));
	ticks_end(flags);
}

KTEST(irq, a_handler_is_called_with_its_line_and_context, SHORT)
{
	unsigned int calls;

	if (!have_ticks())
		kt_skip("no timer");
	listen(IRQ_TIMER, &first, 1);
	hear_ticks(&first, 5);
	free_irq(IRQ_TIMER, &first);
	calls = first.calls;
	kt_eq(first.irq, IRQ_TIMER);
	kt_false(first.with_interrupts_on);
	kt_false(first.outside);
	kt_false(in_interrupt());
	listen(IRQ_TIMER, &second, 1);
	hear_ticks(&second, 5);
	free_irq(IRQ_TIMER, &second);
	kt_eq(first.calls, calls);
}

KTEST(irq, several_share_a_line, SHORT)
{
	if (!have_ticks())
		kt_skip("no timer");
	listen(IRQ_TIMER, &first, 0);
	listen(IRQ_TIMER, &second, 1);
	hear_ticks(&second, 5);
	kt_eq(first.calls, second.calls);
	free_irq(IRQ_TIMER, &first);
	hear_ticks(&second, second.calls + 5);
	kt_true(first.calls < second.calls);
	free_irq(IRQ_TIMER, &second);
}

KTEST(irq, a_handler_may_free_itself, SHORT)
{
	if (!have_ticks())
		kt_skip("no timer");
	listen(IRQ_TIMER, &first, 1);
	listen(IRQ_TIMER, &second, 1);
	first.free_self = true;
	hear_ticks(&second, 5);
	free_irq(IRQ_TIMER, &second);
	kt_eq(first.calls, 1);
}

KTEST(irq, jiffies_count_the_timers_interrupts, SHORT)
{
	unsigned long before = jiffies, seen = irq_counts(IRQ_TIMER).all;

	if (!have_ticks())
		kt_skip("no timer");
	listen(IRQ_TIMER, &first, 1);
	hear_ticks(&first, 20);
	free_irq(IRQ_TIMER, &first);
	kt_true(jiffies - before >= 20);
	kt_eq(jiffies - before, irq_counts(IRQ_TIMER).all - seen);
}

static u16 mask(void)
{
	return (u16)(inb(PIC_MASTER_DATA) | inb(PIC_SLAVE_DATA) << 8);
}

/* With that of the second controller, whose own line stays open. */
KTEST(irq, a_line_is_open_as_long_as_it_is_requested, SHORT)
{
	u16 before = mask();

	if (!have_ticks())
		kt_skip("no 8259A");
	listen(UNUSED_LINE, &first, 1);
	listen(UNUSED_LINE, &second, 1);
	kt_eq(mask(), before & ~(1 << UNUSED_LINE));
	free_irq(UNUSED_LINE, &first);
	kt_eq(mask(), before & ~(1 << UNUSED_LINE));
	free_irq(UNUSED_LINE, &second);
	kt_eq(mask(), before);
	if (!(before & 1 << SLAVE_LINE))
		return; /* somebody's driver has it */
	listen(SLAVE_LINE, &first, 1);
	kt_eq(mask(), before & ~(1 << SLAVE_LINE | 1 << IRQ_CASCADE));
	free_irq(SLAVE_LINE, &first);
	kt_eq(mask(), before & ~(1 << IRQ_CASCADE));
}

KTEST(irq, no_entry_left_is_refused, SHORT)
{
	static char context[100];
	unsigned int nr = 0;

	while (nr < sizeof(context) && !request_irq(UNUSED_LINE, hear, "t-irq", &context[nr]))
		nr++;
	kt_true(nr > 0 && nr < sizeof(context));
	kt_eq(request_irq(UNUSED_LINE, hear, "t-irq", &context[nr]), -EBUSY);
	while (nr)
		free_irq(UNUSED_LINE, &context[--nr]);
}

/* --- the second controller, by the clock (Motorola MC146818 data sheet) ----------------------- */

#define RTC_INDEX    0x70
#define RTC_DATA     0x71
#define RTC_A	     0x0A
#define RTC_B	     0x0B
#define RTC_C	     0x0C
#define RTC_PERIODIC 0x40
#define RTC_4096_HZ  4

#define PIC_POLL     0x0C /* OCW3: the next read of the command port takes an interrupt */
#define PIC_READ_IRR 0x0A
#define PIC_READ_ISR 0x0B

static u8 rtc_read(u8 index)
{
	outb(RTC_INDEX, index);
	return inb(RTC_DATA);
}

static void rtc_write(u8 index, u8 value)
{
	outb(RTC_INDEX, index);
	outb(RTC_DATA, value);
}

static irqreturn_t hear_clock(unsigned int irq, void *context)
{
	rtc_read(RTC_C);
	return hear(irq, context);
}

/* 4096 times a second. Return: register B, for rtc_stop(); 0xff if there is no such clock. */
static u8 rtc_start(unsigned int take_each)
{
	u8 b = have_ticks() ? rtc_read(RTC_B) : 0xff;

	if (b == 0xff)
		return b;
	first = (struct heard){ .take_each = take_each };
	kt_eq(request_irq(IRQ_RTC, hear_clock, "t-rtc", &first), 0);
	rtc_write(RTC_A, (rtc_read(RTC_A) & 0xf0) | RTC_4096_HZ);
	rtc_write(RTC_B, b | RTC_PERIODIC);
	rtc_read(RTC_C);
	return b;
}

static void rtc_stop(u8 b)
{
	rtc_write(RTC_B, b);
	rtc_read(RTC_C);
	free_irq(IRQ_RTC, &first);
}

KTEST(irq, the_second_controllers_lines_are_heard_again_and_again, SHORT)
{
	unsigned long flags = local_irq_save();
	u8 b = rtc_start(1);

	if (b == 0xff) {
		local_irq_restore(flags);
		kt_skip("no clock");
	}
	local_irq_enable();
	kt_true(wait_for(&first.calls, 5));
	local_irq_save();
	rtc_stop(b);
	kt_eq(first.irq, IRQ_RTC);
	local_irq_restore(flags);
}

/* --- unhandled, spurious ---------------------------------------------------------------------- */

/* Hear the clock until @n calls, and a while longer. Return: is its line open then? */
static bool clock_is_heard(unsigned int n)
{
	bool open;

	local_irq_enable();
	kt_true(wait_for(&first.calls, n));
	mdelay(20);
	local_irq_save();
	open = !(inb(PIC_SLAVE_DATA) & 1 << IRQ_RTC % 8);
	return open;
}

KTEST(irq, nobody_cared_closes_the_line, SHORT)
{
	unsigned long before = irq_counts(IRQ_RTC).unhandled, flags = local_irq_save();
	u8 b = rtc_start(0);
	struct capture log;

	if (b == 0xff) {
		local_irq_restore(flags);
		kt_skip("no clock");
	}
	log_mark();
	kt_false(clock_is_heard(1000));
	rtc_stop(b);
	local_irq_restore(flags);
	kt_eq(first.calls, 1000);
	kt_eq(irq_counts(IRQ_RTC).unhandled - before, 1000);
	log_since_mark(&log);
	kt_eq(capture_count(&log, "*irq 8: nobody cared: no handler took the last 1000 interrupts "
				  "(t-rtc); the line is closed"),
	      1);
	kt_eq(capture_count(&log, "*irq*"), 1);
}

KTEST(irq, one_that_is_handled_now_and_then_keeps_it_open, SHORT)
{
	unsigned long flags = local_irq_save();
	u8 b = rtc_start(900);

	if (b == 0xff) {
		local_irq_restore(flags);
		kt_skip("no clock");
	}
	kt_true(clock_is_heard(2000));
	rtc_stop(b);
	local_irq_restore(flags);
}

/* Both vectors by hand, where no line has asked: no bit is set in ISR, as when a line falls silent.
 * Handlers of these lines are not called. */
KTEST(irq, spurious_ones_are_counted, SHORT)
{
	unsigned long before = irq_nr_spurious(), flags = local_irq_save();

	if (!have_ticks())
		kt_skip("no 8259A");
	listen(7, &first, 1);
	listen(15, &second, 1);
	__asm__ volatile("int $0x27" : : : "memory");
	kt_eq(irq_nr_spurious() - before, 1);
	__asm__ volatile("int $0x2f" : : : "memory");
	kt_eq(irq_nr_spurious() - before, 2);
	free_irq(7, &first);
	free_irq(15, &second);
	kt_eq(first.calls + second.calls, 0);
	local_irq_restore(flags);
}

static u8 master(u8 command)
{
	outb(PIC_MASTER_COMMAND, command);
	return inb(PIC_MASTER_COMMAND);
}

/* The first controller is made to hand out its line 2, as it does before the CPU asks the second
 * one, which then has nothing to name: line 2 must be ended, or it is never heard again. */
KTEST(irq, a_spurious_one_of_the_second_controller_is_ended_in_the_first, SHORT)
{
	unsigned long flags = local_irq_save();
	u8 b = rtc_start(1), before, after;
	unsigned int ms;

	if (b == 0xff) {
		local_irq_restore(flags);
		kt_skip("no clock");
	}
	arch_irq_mask(IRQ_TIMER); /* which comes first */
	arch_irq_mask(IRQ_KEYBOARD);
	for (ms = 0; !(master(PIC_READ_IRR) & 1 << IRQ_CASCADE) && ms < 1000; ms++)
		mdelay(1);
	master(PIC_POLL);
	before = master(PIC_READ_ISR);
	__asm__ volatile("int $0x2f" : : : "memory");
	after = master(PIC_READ_ISR);
	arch_irq_unmask(IRQ_KEYBOARD);
	arch_irq_unmask(IRQ_TIMER);
	rtc_stop(b);
	local_irq_restore(flags);
	kt_eq(before, 1 << IRQ_CASCADE);
	kt_eq(after, 0);
}

/* --- the report ------------------------------------------------------------------------------- */

KTEST(irq, the_report_has_linuxs_form, SHORT)
{
	struct capture capture;

	capture_init(&capture, capture_text, sizeof(capture_text));
	listen(IRQ_TIMER, &first, 1);
	irqs_show(&capture.out);
	free_irq(IRQ_TIMER, &first);
	kt_eq(capture_count(&capture, "           CPU0"), 1);
	kt_eq(capture_count(&capture, "  0: ??????????    XT-PIC      *timer*, t-irq*"), 1);
	kt_eq(capture_count(&capture, "  1: ??????????    XT-PIC      keyboard*"), 1);
	kt_eq(capture_count(&capture, "  2:*"), 0);
	kt_eq(capture_count(&capture, "ERR: ??????????"), 1);
}

/* --- misuse ----------------------------------------------------------------------------------- */

KTEST(irq, stop_requested_twice, STOP)
{
	kt_expect_stop("BUG: request_irq: irq 5: t-irq has it with context ");
	listen(UNUSED_LINE, &first, 1);
	listen(UNUSED_LINE, &first, 1);
}

KTEST(irq, stop_freed_twice, STOP)
{
	kt_expect_stop("BUG: free_irq: irq 5: no handler has context ");
	listen(UNUSED_LINE, &first, 1);
	free_irq(UNUSED_LINE, &first);
	free_irq(UNUSED_LINE, &first);
}

KTEST(irq, stop_freed_from_another_line, STOP)
{
	kt_expect_stop("(freed twice, or another line?)");
	listen(UNUSED_LINE, &first, 1);
	free_irq(UNUSED_LINE + 1, &first);
}

KTEST(irq, stop_a_line_that_does_not_exist, STOP)
{
	kt_expect_stop("BUG: request_irq: irq 16, the last one is 15");
	listen(NR_IRQS, &first, 1);
}

KTEST(irq, stop_the_second_controllers_own_line, STOP)
{
	kt_expect_stop("BUG: request_irq: irq 2 is the second controller's");
	listen(IRQ_CASCADE, &first, 1);
}

KTEST(irq, stop_no_handler, STOP)
{
	kt_expect_stop("BUG: request_irq: irq 5: no handler, or no name");
	kt_eq(request_irq(UNUSED_LINE, NULL, "t-irq", NULL), 0);
}

static irqreturn_t let_interrupts_in(unsigned int irq __unused, void *context __unused)
{
	local_irq_enable();
	return IRQ_HANDLED;
}

KTEST(irq, stop_a_handler_lets_interrupts_in, STOP)
{
	kt_expect_stop("t-irq's handler let interrupts in");
	kt_eq(request_irq(IRQ_TIMER, let_interrupts_in, "t-irq", &first), 0);
	mdelay(100);
	local_irq_enable();
	mdelay(100);
}

static irqreturn_t wait_in_handler(unsigned int irq __unused, void *context __unused)
{
	machine_idle();
	return IRQ_HANDLED;
}

KTEST(irq, stop_a_handler_that_waits, STOP)
{
	kt_expect_stop("BUG: machine_idle: an interrupt's handler cannot wait");
	kt_eq(request_irq(IRQ_TIMER, wait_in_handler, "t-irq", &first), 0);
	local_irq_enable();
	mdelay(100);
}
