/* SPDX-License-Identifier: 0BSD
 *
 * touch.h - an access that is expected to fault, in a function of its own.
 */
#ifndef TESTS_X86_TOUCH_H
#define TESTS_X86_TOUCH_H

#include <lib/compiler.h>
#include <lib/types.h>

static volatile u32 sink; /* for what would be optimised away without a use */

static __noinline void read_from(unsigned long address)
{
	sink = *(volatile u32 *)address;
}

static __noinline void write_to(unsigned long address)
{
	*(volatile u32 *)address = 1;
}

#endif
