/* SPDX-License-Identifier: 0BSD
 *
 * pit.c - channel 0 of the 8254 timer: the tick, and what the time-stamp counter is measured with.
 *
 * It counts down at PIT_HZ from a number that it begins with again (Intel 8254 data sheet, mode 2);
 * each round asks for interrupt 0, and the count can be read at any time. From 65536, as a BIOS
 * leaves it, a round takes 55 ms.
 */
#include <asm/cpu.h>
#include <asm/irqflags.h>
#include <asm/pit.h>
#include <dev/irq.h>
#include <dev/time.h>

#define PIT_CHANNEL0  0x40
#define PIT_COMMAND   0x43
#define PIT_CH0_MODE2 0x34 /* channel 0, low then high byte, mode 2, binary */
#define PIT_CH0_LATCH 0x00 /* hold the count of channel 0 until it has been read */

/* How often a count may be the same: it changes every microsecond, a read takes about as long. */
#define PIT_STILL_POLLS 10000

volatile unsigned long jiffies;

void pit_start(u32 counts)
{
	outb(PIT_COMMAND, PIT_CH0_MODE2);
	outb(PIT_CHANNEL0, (u8)counts);
	outb(PIT_CHANNEL0, (u8)(counts >> 8)); /* 65536 is written as 0 */
}

static u16 pit_count(void)
{
	u8 low;

	outb(PIT_COMMAND, PIT_CH0_LATCH);
	low = inb(PIT_CHANNEL0);
	return (u16)(low | inb(PIT_CHANNEL0) << 8);
}

u32 pit_wait(u32 counts)
{
	u32 passed = 0, still = 0;
	u16 last = pit_count();

	while (passed < counts) {
		u16 now = pit_count();

		still = now == last ? still + 1 : 0;
		if (still == PIT_STILL_POLLS)
			return 0;
		passed += (u16)(last - now);
		last = now;
		cpu_relax();
	}
	return passed;
}

static irqreturn_t tick(unsigned int irq __unused, void *context __unused)
{
	jiffies++;
	return IRQ_HANDLED;
}

void __init tick_start(void)
{
	pit_start(PIT_HZ / HZ);
	request_irq(IRQ_TIMER, tick, "timer", (void *)&jiffies);
}
