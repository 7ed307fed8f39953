/* SPDX-License-Identifier: 0BSD
 *
 * tsc.c - time from the time-stamp counter, measured once against channel 0 of the 8254 timer.
 *
 * 1. Concepts  Channel 0 (pit.c) needs no other port, and every PC has it: channel 2 hangs on port
 *              61h, which some machines lack. The TSC is taken to run at a constant rate: true of
 *              every emulator and of CPUs since about 2006.
 * 2. No timer  Where the count stands still there is no time: the clock stays at 0 and a delay
 *              refuses. A wrong second would be worse.
 */
#include <asm/cpu.h>
#include <asm/irqflags.h>
#include <asm/pit.h>
#include <asm/tsc.h>
#include <dev/time.h>
#include <lib/init.h>
#include <lib/math64.h>
#include <lib/printk.h>

#define CALIBRATION_MS 5

static u64 tsc_at_start;
static u32 tsc_ticks_per_ms;

static void measure_rate(void)
{
	u64 before;
	u32 ticks;

	pit_start(PIT_COUNTS_MAX);
	before = rdtsc();
	ticks = pit_wait(PIT_HZ / 1000 * CALIBRATION_MS);
	if (ticks)
		tsc_ticks_per_ms = (u32)div_u64((rdtsc() - before) * PIT_HZ, 1000 * ticks);
}

/* Wait for @amount of what there are @per_ms of in a millisecond. */
static bool delay(u32 amount, u32 per_ms)
{
	u64 start = rdtsc();

	if (!tsc_ticks_per_ms)
		measure_rate();
	if (!tsc_ticks_per_ms)
		return false;
	while (rdtsc() - start < div_u64((u64)amount * tsc_ticks_per_ms + per_ms - 1, per_ms))
		cpu_relax();
	return true;
}

bool mdelay(unsigned int ms)
{
	return delay(ms, 1);
}

bool udelay(unsigned int us)
{
	return delay(us, 1000);
}

bool ndelay(unsigned int ns)
{
	return delay(ns, 1000000);
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

/* At once, the product would be too large after 71 days at 3 GHz. */
static u64 tsc_to(u64 ticks, u32 per_ms, u32 units_per_ms)
{
	u32 rest;
	u64 ms = div_u64_rem(ticks, per_ms, &rest);

	return ms * units_per_ms + div_u64((u64)rest * units_per_ms, per_ms);
}

u64 tsc_to_us(u64 ticks, u32 per_ms)
{
	return tsc_to(ticks, per_ms, 1000);
}

u64 tsc_to_ns(u64 ticks, u32 per_ms)
{
	return tsc_to(ticks, per_ms, 1000000);
}

u64 clock_us(void)
{
	if (!tsc_ticks_per_ms)
		return 0;
	return tsc_to_us(tsc_since_start(), tsc_ticks_per_ms);
}

u64 clock_ns(void)
{
	if (!tsc_ticks_per_ms)
		return 0;
	return tsc_to_ns(tsc_since_start(), tsc_ticks_per_ms);
}

/* Does every instruction make a tick? A loop of 2 * @count instructions and a few around it. */
static bool loop_is_counted(u32 count)
{
	const u32 instructions = 2 * count, around = 20;
	u64 before = rdtsc(), taken;

	__asm__ volatile("1: decl %0; jnz 1b" : "+r"(count) : : "cc");
	taken = rdtsc() - before;
	return taken >= instructions && taken < instructions + around;
}

bool tsc_counts_instructions(void)
{
	/* Two lengths: one of them may be met by chance. */
	return loop_is_counted(1000) && loop_is_counted(3000);
}
