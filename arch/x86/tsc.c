/* SPDX-License-Identifier: 0BSD
 *
 * tsc.c - time from the time-stamp counter, measured once against channel 0 of the 8254 timer.
 *
 * 1. Concepts  Channel 0 counts down from 65536 at 1193182 Hz again and again, as a BIOS leaves it
 *              (Intel 8254 data sheet, mode 2), and each round asks for interrupt 0; its count can
 *              be read. It needs no other port, and every PC has it: channel 2 hangs on port 61h,
 *              which some machines lack. The TSC is taken to run at a constant rate: true of every
 *              emulator and of CPUs since about 2006.
 * 2. No timer  Where the count stands still there is no time: the clock stays at 0 and delay_ms()
 *              refuses. A wrong second would be worse.
 */
#include <asm/cpu.h>
#include <asm/irqflags.h>
#include <asm/machine.h>
#include <asm/tsc.h>
#include <lib/init.h>
#include <lib/math64.h>
#include <lib/printk.h>

#define PIT_HZ	      1193182u
#define PIT_CHANNEL0  0x40
#define PIT_COMMAND   0x43
#define PIT_CH0_MODE2 0x34 /* channel 0, low then high byte, mode 2, binary */
#define PIT_CH0_LATCH 0x00 /* hold the count of channel 0 until it has been read */

#define CALIBRATION_MS 5

/* How often a count may be the same: it changes every microsecond, a read takes about as long. */
#define PIT_STILL_POLLS 10000

static u64 tsc_at_start;
static u32 tsc_ticks_per_ms;

static void pit_start(void)
{
	outb(PIT_COMMAND, PIT_CH0_MODE2);
	outb(PIT_CHANNEL0, 0); /* 65536 */
	outb(PIT_CHANNEL0, 0);
}

static u16 pit_count(void)
{
	u8 low;

	outb(PIT_COMMAND, PIT_CH0_LATCH);
	low = inb(PIT_CHANNEL0);
	return (u16)(low | inb(PIT_CHANNEL0) << 8);
}

/* Wait for @ticks at least. Return: how many passed; 0 if the timer stands still. */
static u32 pit_wait(u32 ticks)
{
	u32 passed = 0, still = 0;
	u16 last = pit_count();

	while (passed < ticks) {
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

static void measure_rate(void)
{
	u64 before;
	u32 ticks;

	pit_start();
	before = rdtsc();
	ticks = pit_wait(PIT_HZ / 1000 * CALIBRATION_MS);
	if (ticks)
		tsc_ticks_per_ms = (u32)div_u64((rdtsc() - before) * PIT_HZ, 1000 * ticks);
}

bool delay_ms(unsigned int ms)
{
	u64 start = rdtsc();

	if (!tsc_ticks_per_ms)
		measure_rate();
	if (!tsc_ticks_per_ms)
		return false;
	while (rdtsc() - start < (u64)ms * tsc_ticks_per_ms)
		cpu_relax();
	return true;
}

void __init tsc_mark_start(void)
{
	tsc_at_start = rdtsc();
}

void __init tsc_calibrate(void)
{
	measure_rate();
	if (!tsc_ticks_per_ms)
		pr_warn("timer: the 8254 does not count; the clock stays at 0, and panic= does not "
			"reboot\n");
}

u64 tsc_since_start(void)
{
	return rdtsc() - tsc_at_start;
}

u64 tsc_to_us(u64 ticks, u32 per_ms)
{
	u32 rest;
	u64 ms = div_u64_rem(ticks, per_ms, &rest);

	/* At once, the product would be too large after 71 days at 3 GHz. */
	return ms * 1000 + div_u64((u64)rest * 1000, per_ms);
}

u64 clock_us(void)
{
	if (!tsc_ticks_per_ms)
		return 0;
	return tsc_to_us(tsc_since_start(), tsc_ticks_per_ms);
}
