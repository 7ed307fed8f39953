/* SPDX-License-Identifier: 0BSD
 *
 * tsc.h - the time-stamp counter. Under QEMU's -icount shift=0 one tick is one instruction.
 */
#ifndef ASM_TSC_H
#define ASM_TSC_H

#include <lib/types.h>

/* Time 0 is now. Context: the first thing in start_kernel(). */
void tsc_mark_start(void);

/* Measure the rate; takes 5 ms. Until then, and on a machine without a timer for good, clock_us()
 * is 0. Channel 0 of the 8254 then goes round every 55 ms. */
void tsc_calibrate(void);

/* Ticks since tsc_mark_start(). */
u64 tsc_since_start(void);

/* Is each instruction a tick here, and a tick no time? Measured anew by each call. */
bool tsc_counts_instructions(void);

/* @ticks at a rate of @per_ms, which is not 0, in micro- or nanoseconds. Pure. */
u64 tsc_to_us(u64 ticks, u32 per_ms);
u64 tsc_to_ns(u64 ticks, u32 per_ms);

#endif
