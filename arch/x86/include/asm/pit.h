/* SPDX-License-Identifier: 0BSD
 *
 * pit.h - channel 0 of the 8254 timer.
 */
#ifndef ASM_PIT_H
#define ASM_PIT_H

#include <lib/init.h>
#include <lib/types.h>

#define PIT_HZ	       1193182u
#define PIT_COUNTS_MAX 65536u

/* From now on a round of the timer takes @counts of PIT_HZ, from 2 to PIT_COUNTS_MAX. */
void pit_start(u32 counts);

/* Wait for @counts at least. Context: rounds of PIT_COUNTS_MAX. Return: how many passed; 0 if the
 * timer stands still. */
u32 pit_wait(u32 counts);

/* Let jiffies count HZ interrupts a second. Context: once, at the end of the boot. */
void tick_start(void) __init;

#endif
