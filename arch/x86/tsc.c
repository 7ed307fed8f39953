/* SPDX-License-Identifier: 0BSD
 *
 * tsc.c - time from the time-stamp counter, measured once against channel 2 of the 8254 timer.
 *
 * Channel 2 counts down at 1193182 Hz while port 61h bit 0 is set; its output (bit 5) goes high
 * when it has run out, without any interrupt (Intel 8254 data sheet, mode 0). The TSC is taken to
 * run at a constant rate: true of every emulator and of CPUs since about 2006.
 */
#include <asm/cpu.h>
#include <asm/irqflags.h>
#include <asm/tsc.h>
#include <boot/machine.h>
#include <lib/init.h>

#define PIT_HZ	      1193182u
#define PIT_CHANNEL2  0x42
#define PIT_COMMAND   0x43
#define PIT_CH2_MODE0 0xB0 /* channel 2, low then high byte, mode 0, binary */
#define SPEAKER_PORT  0x61
#define SPEAKER_GATE  0x01
#define SPEAKER_ON    0x02
#define SPEAKER_OUT   0x20

#define CALIBRATION_MS 5
#define MAX_DELAY_MS   50 /* 16 bits of PIT ticks are 54 ms */

static u64 tsc_at_start;
static u32 tsc_ticks_per_ms;

static void pit_wait_ms(unsigned int ms)
{
	unsigned int ticks = PIT_HZ / 1000 * ms;

	outb(SPEAKER_PORT, (u8)((inb(SPEAKER_PORT) & ~SPEAKER_ON) | SPEAKER_GATE));
	outb(PIT_COMMAND, PIT_CH2_MODE0);
	outb(PIT_CHANNEL2, (u8)ticks);
	outb(PIT_CHANNEL2, (u8)(ticks >> 8));
	while (!(inb(SPEAKER_PORT) & SPEAKER_OUT))
		cpu_relax();
}

void delay_ms(unsigned int ms)
{
	while (ms) {
		unsigned int step = ms < MAX_DELAY_MS ? ms : MAX_DELAY_MS;

		pit_wait_ms(step);
		ms -= step;
	}
}

void __init tsc_mark_start(void)
{
	tsc_at_start = rdtsc();
}

void __init tsc_calibrate(void)
{
	u64 before = rdtsc();

	pit_wait_ms(CALIBRATION_MS);
	tsc_ticks_per_ms = (u32)(rdtsc() - before) / CALIBRATION_MS;
}

u64 tsc_since_start(void)
{
	return rdtsc() - tsc_at_start;
}

u64 tsc_to_us(u64 ticks, u32 per_ms)
{
	/* At once, the product would be too large after 71 days at 3 GHz. */
	return ticks / per_ms * 1000 + ticks % per_ms * 1000 / per_ms;
}

u64 clock_us(void)
{
	if (!tsc_ticks_per_ms)
		return 0;
	return tsc_to_us(tsc_since_start(), tsc_ticks_per_ms);
}
