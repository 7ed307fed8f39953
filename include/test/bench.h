/* SPDX-License-Identifier: 0BSD
 *
 * bench.h - benchmarks in the kernel, counted in instructions.
 *
 * Under QEMU's -icount shift=0,sleep=off a TSC tick is an instruction, exactly and repeatably; the
 * lines then begin with BENCH, otherwise with BENCH-TSC:
 *
 *	BENCH page-pair order0 mean 265.00 min 265.00 max 265.00 first 266.00
 *
 * A round is a number of operations in a row. The first round warms up; mean, min and max are those
 * of the five that follow, per operation, the loop around it included.
 */
#ifndef TEST_BENCH_H
#define TEST_BENCH_H

#include <lib/types.h>

/* Does the TSC count instructions here, and not some time? Measured anew by each call. */
bool bench_ticks_are_instructions(void);

#endif
