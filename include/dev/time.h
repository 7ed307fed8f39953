/* SPDX-License-Identifier: 0BSD
 *
 * time.h - the tick, the clock, and waiting. The port supplies them (arch/x86/pit.c, tsc.c,
 * idle.c).
 */
#ifndef DEV_TIME_H
#define DEV_TIME_H

#include <lib/types.h>

/* The timer asks so many times a second. */
#define HZ 100

/* Ticks that were seen: it stands still while interrupts are off. */
extern volatile unsigned long jiffies;

/* Since the boot began, whether interrupts are on or not; 0 before the clock was calibrated, and on
 * a machine without a timer. */
u64 clock_ns(void);
u64 clock_us(void);

/* Wait busily, so many milli-, micro- or nanoseconds at least; also before the calibration and with
 * interrupts off. Context: any. Return: false at once if there is no timer to do it with. */
bool mdelay(unsigned int ms);
bool udelay(unsigned int us);
bool ndelay(unsigned int ns);

/* Run pending work (work.h), then let interrupts in, with the CPU halted if a tick will end that,
 * and return after one came; it may also return at once. The interrupt flag is as before. Context:
 * not from an interrupt's handler, and nothing of what handlers change is half done. */
void machine_idle(void);

#endif
