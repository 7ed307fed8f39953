/* SPDX-License-Identifier: 0BSD
 *
 * align.h - powers of two and rounding, once for everybody.
 *
 * ALIGN_UP wraps to 0 at the top of its type; a caller that can get there must look first.
 * All macros evaluate in the type of @x, so that a 64-bit physical address is never cut by a
 * 32-bit mask.
 */
#ifndef LIB_ALIGN_H
#define LIB_ALIGN_H

#include <lib/types.h>

#define ALIGN_DOWN(x, a)   ((x) & ~((__typeof__(x))(a)-1))
#define ALIGN_UP(x, a)	   ALIGN_DOWN((x) + ((__typeof__(x))(a)-1), a)
#define IS_ALIGNED(x, a)   (((x) & ((__typeof__(x))(a)-1)) == 0)
#define DIV_ROUND_UP(n, d) (((n) + (d)-1) / (d))

static inline bool is_power_of_2(unsigned long x)
{
	return x != 0 && (x & (x - 1)) == 0;
}

/* Index of the lowest set bit; undefined for 0. */
static inline unsigned int lowest_bit(unsigned long x)
{
	return (unsigned int)__builtin_ctzl(x);
}

/* Index of the highest set bit; undefined for 0. */
static inline unsigned int highest_bit(unsigned long x)
{
	return (unsigned int)(sizeof(x) * 8 - 1) - (unsigned int)__builtin_clzl(x);
}

#endif
